"""The plan as a use case: demand by slot, what it may prevent, and where crew minutes go."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.evidence import Question
from rightplace.app.forecast.outlook import Outlook, outlook_of
from rightplace.app.forecast.use_case import ForecastOptions, make_forecast
from rightplace.app.plan.making import (
    PlanOptions,
    check_files,
    check_span,
    demand_by_slot,
    demand_table,
    make_plan,
    prospect_of,
    rate_draws,
    rules_of,
    shift_evidence,
    visits_of,
)
from rightplace.app.plan.settings import PlanSettings
from rightplace.core.canonical import plain
from rightplace.deploy import ShiftProfile
from rightplace.errors import NotHeldError, UsageError
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, DAYS, HOT, TIMED_AS_OF, Published, extract, publish

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PROFILE = ShiftProfile(
    file="shares.csv",
    shares={("early", None): 0.1, ("late", None): 0.7, ("night", None): 0.2},
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp("monthly"))


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory, world: Published) -> Kept:
    return kept(tmp_path_factory.mktemp("kept") / "workspace", world, AS_OF)


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("timed")
    return kept(folder / "workspace", extract(folder / "files"), TIMED_AS_OF)


@pytest.fixture(scope="module")
def daily(timed: Kept) -> Outlook:
    """The timed world forecast by day."""
    made = make_forecast(
        timed.workspace,
        Question(as_of=TIMED_AS_OF, grain="day"),
        days=DAYS,
        made_at=NOON,
        options=ForecastOptions(),
    )
    return outlook_of(plain(made.record), made.area, cells=made.tables["cells"])


def known(values: NDArray[np.float64], outlook: Outlook) -> NDArray[np.float64]:
    return values[~outlook.masked]


def test_without_a_profile_a_month_is_spread_evenly_over_the_minutes(monthly: Kept) -> None:
    outlook = monthly.outlook
    found = known(demand_by_slot(outlook, None), outlook)
    total = known(outlook.expected, outlook)[:, 0]
    # 21 slots of eight hours each.
    assert found == pytest.approx(np.repeat(total[:, None] / 21, 21, axis=1))
    assert shift_evidence(outlook, None) == "no shift evidence: minutes spread evenly"


def test_a_declared_profile_splits_each_day_by_its_shares(monthly: Kept) -> None:
    outlook = monthly.outlook
    found = known(demand_by_slot(outlook, PROFILE), outlook)
    total = known(outlook.expected, outlook)[:, 0]
    by_day = found.reshape(-1, DAYS, 3)
    assert by_day.sum(axis=(1, 2)) == pytest.approx(total)
    shares = by_day / by_day.sum(axis=2, keepdims=True)
    assert shares == pytest.approx(np.broadcast_to([0.1, 0.7, 0.2], shares.shape))
    assert shift_evidence(outlook, PROFILE) == "profile from shares.csv, not forecast"


def test_a_forecast_by_day_keeps_its_days_and_splits_each(daily: Outlook) -> None:
    rising = replace(daily, expected=daily.expected * np.arange(1, DAYS + 1))
    for profile, late in ((None, 1 / 3), (PROFILE, 0.7)):
        found = known(demand_by_slot(rising, profile), rising).reshape(-1, DAYS, 3)
        assert found.sum(axis=2) == pytest.approx(known(rising.expected, rising))
        assert found[:, :, 1] == pytest.approx(late * found.sum(axis=2))


def test_a_forecast_by_shift_is_taken_as_it_is(timed: Kept) -> None:
    outlook = timed.outlook
    assert demand_by_slot(outlook, None) is outlook.expected
    assert shift_evidence(outlook, None) == "forecast from the hours of past events"


def test_a_profile_never_overrules_a_forecast_by_shift(timed: Kept) -> None:
    with pytest.raises(UsageError, match="would overrule it"):
        demand_by_slot(timed.outlook, PROFILE)


@pytest.mark.parametrize(("as_of", "days"), [(AS_OF, 6), (date(2018, 6, 29), DAYS)])
def test_a_plan_is_of_the_days_of_its_forecast(monthly: Kept, as_of: date, days: int) -> None:
    check_span(monthly.outlook, as_of=AS_OF, days=DAYS)
    with pytest.raises(UsageError, match="forecasts 7 days as of 2018-06-30"):
        check_span(monthly.outlook, as_of=as_of, days=days)


def test_a_file_that_is_not_there_is_named(world: Published, tmp_path: Path) -> None:
    check_files(PlanOptions(crews_file=world.crews))
    gone = PlanOptions(crews_file=world.crews, effects_file=tmp_path / "gone.toml")
    with pytest.raises(NotHeldError, match=r"gone\.toml"):
        check_files(gone)
    folder = PlanOptions(crews_file=tmp_path)
    with pytest.raises(NotHeldError):
        check_files(folder)


def test_a_cap_of_0_sets_no_limit() -> None:
    rules = rules_of(PlanSettings(visits_per_place_day=0, visits_per_place_plan=5))
    assert (rules.cap_per_day, rules.cap_per_plan, rules.cap_per_slot) == (None, 5, 2)
    assert rules_of(PlanSettings()).cap_per_plan is None


def test_every_crew_minute_has_one_fate(monthly: Kept) -> None:
    result = monthly.plan.result
    # Four boroughs with one crew of 110 minutes in each of 21 slots.
    assert math.fsum(row.minutes for row in result.crew_minutes) == 4 * 21 * 110
    used = math.fsum(row.minutes for row in result.crew_minutes if row.reason is None)
    assert used == result.visits * 25
    assert result.crew_minutes_used_share == pytest.approx(used / (4 * 21 * 110))


def test_no_limit_of_the_settings_is_passed(monthly: Kept) -> None:
    facts = monthly.facts
    per_slot, by_day = facts.visit_counts, facts.visit_counts.reshape(-1, DAYS, 3).sum(axis=2)
    assert per_slot.max() <= 2
    assert by_day.max() == 3
    assert facts.visit_counts.sum() == monthly.plan.result.visits


def test_draws_of_the_rates_are_of_the_forecast_and_differ(monthly: Kept) -> None:
    outlook = monthly.outlook
    draws = rate_draws(outlook, rng=np.random.default_rng(0))
    assert draws.shape == (2000, 16)
    mean = known(outlook.expected, outlook)[:, 0]
    assert known(draws.T, outlook).mean(axis=1) == pytest.approx(mean, rel=0.1)
    assert np.isnan(draws[:, outlook.masked]).all()


def test_without_any_noise_the_last_12_months_say_how_sure_a_rate_is(monthly: Kept) -> None:
    outlook = monthly.outlook
    record = outlook.record | {
        "result": outlook.record["result"] | {"noise": {"area": 0, "cell": 0, "scatter": 0}}
    }
    draws = rate_draws(replace(outlook, record=record), rng=np.random.default_rng(0))
    records = outlook.places["last_12_months"].to_numpy()
    row = outlook.area.cells["cell_id"].to_pylist().index(HOT.code)
    relative = draws[:, row].std() / draws[:, row].mean()
    assert relative == pytest.approx(1 / math.sqrt(records[row] + 1), rel=0.1)


def test_the_objective_is_count_or_harm_and_nothing_else(monthly: Kept, world: Published) -> None:
    options, outlook = PlanOptions(crews_file=world.crews), monthly.outlook
    count, harm = (
        make_plan(outlook, options, PlanSettings(objective=objective))
        for objective in ("count", "harm")
    )
    assert known(harm.problem.demand, outlook) == pytest.approx(
        known(count.problem.demand * outlook.harm_each[:, None], outlook)
    )
    with pytest.raises(UsageError, match="count or harm"):
        make_plan(outlook, options, PlanSettings(objective="arrests"))


def test_what_is_prevented_by_visit_adds_up_to_the_objective(
    monthly: Kept, world: Published
) -> None:
    planned = make_plan(monthly.outlook, PlanOptions(crews_file=world.crews), PlanSettings())
    visits = visits_of(planned)
    total = math.fsum(visits["prevented_mean"].to_pylist())
    assert total == pytest.approx(planned.solution.objective)
    assert monthly.plan.result.objective == pytest.approx(total)
    assert planned.greedy.objective <= planned.solution.objective + 1e-9


def test_gaps_are_shares_of_the_bound(monthly: Kept, world: Published) -> None:
    planned = make_plan(monthly.outlook, PlanOptions(crews_file=world.crews), PlanSettings())
    result = monthly.plan.result
    short = (result.bound - planned.greedy.objective) / result.bound
    assert result.greedy_gap == pytest.approx(short, abs=1e-12)
    assert result.gap == pytest.approx((result.bound - result.objective) / result.bound, abs=1e-12)


def test_a_kept_forecast_gives_back_the_harm_of_each_record(monthly: Kept) -> None:
    outlook = monthly.outlook
    harm = monthly.made.tables["cells"]["expected_harm"].to_numpy()
    assert harm == pytest.approx(outlook.expected[:, 0] * outlook.harm_each, nan_ok=True)
    total = float(np.nansum(outlook.expected[:, 0] * outlook.harm_each))
    assert total == pytest.approx(monthly.made.answer.result.expected_harm)


def test_the_demand_that_was_planned_for_is_kept_in_full(monthly: Kept, world: Published) -> None:
    planned = make_plan(monthly.outlook, PlanOptions(crews_file=world.crews), PlanSettings())
    table = demand_table(planned)
    assert table.num_rows == 16 * 21
    assert table["expected_count"].null_count == 5 * 21
    total = math.fsum(table["expected_count"].drop_null().to_pylist())
    assert total == pytest.approx(monthly.made.answer.result.expected_count)


def test_the_prospect_is_the_same_for_the_same_seed_and_names_its_sources(
    monthly: Kept, world: Published
) -> None:
    planned = make_plan(monthly.outlook, PlanOptions(crews_file=world.crews), PlanSettings())
    first, again = (prospect_of(planned, rng=np.random.default_rng(4)) for _ in range(2))
    assert first == again
    sources = first.prevented_count.sources
    assert set(sources) == {"rates of the places", "effect of a visit", "chance in the counts"}
    assert math.fsum(sources.values()) == pytest.approx(1)
    assert first.label == "planned, not achieved"


def test_a_plan_tells_what_its_forecast_told_and_what_crews_are_left(monthly: Kept) -> None:
    codes = [notice.code for notice in monthly.plan.warnings]
    told = [notice.code for notice in monthly.made.answer.warnings]
    assert codes[: len(told)] == told
    assert codes[len(told)] == "shift-evidence"
    left = [n.message for n in monthly.plan.warnings if n.code == "crew-minutes-left"]
    assert f"{21 * 110:,} crew minutes are left: no data (Enfield)." in left
