"""What a simulation says of a unit, and what changes from one question to another."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from rightplace.deploy.investigation.comparing import compare
from rightplace.deploy.investigation.draws import Streams, draw, monthly_numbers
from rightplace.deploy.investigation.draws import _cases as cases_that_come
from rightplace.deploy.investigation.horizon import Horizon, Support
from rightplace.deploy.investigation.intervals import mean_interval
from rightplace.deploy.investigation.interviews import Interviews, centile_of, interviews_of
from rightplace.deploy.investigation.measured import InvestigationSettings
from rightplace.deploy.investigation.measures import by_replication, measure
from rightplace.deploy.investigation.simulation import simulate
from rightplace.deploy.investigation.unit import MONTH_DAYS, Arrivals, Role, Stage, Team, Unit, Work
from rightplace.errors import BadInputError, UndefinedMetricError, UsageError
from tests.investigation_worlds import TEMPLATE, homicide

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.simulated import Simulated

SHORT = Horizon(days=182, warm_up_days=0, replications=8, seed=5)
LONG = Horizon(days=364, warm_up_days=728, replications=30, seed=5)
PAIR = homicide(teams=(TEMPLATE,) * 2, a_month=1.2)


def volume(detectives: int) -> Unit:
    """Return a donor: 120 cases a month that keep 50 detectives busy 90 % of their hours."""
    month = 50 * 0.77 * 8 * 5 / 7 * MONTH_DAYS
    work = Work(role=Role.DC, mean_hours=0.9 * month / 120, spread=1.0)
    arrivals = Arrivals(a_month=120, dispersion=1.0, victims=(1.0,), origin="invented")
    return replace(
        PAIR,
        teams=(Team(officers={Role.DC: detectives}),),
        arrivals=arrivals,
        stages=(Stage(name="all", work=(work,), is_first_interview=True),),
        waiting=(0,),
        cap=10**6,
        needs_command=False,
    )


@pytest.fixture(scope="module")
def pair() -> Simulated:
    return simulate(PAIR, LONG)


@pytest.fixture(scope="module")
def donor() -> Simulated:
    return simulate(volume(50), LONG)


def offered(unit: Unit, role: Role) -> float:
    """Return hours that cases bring to a role over hours it is there, by the means alone."""
    share, hours = 1.0, 0.0
    for stage in unit.stages:
        share *= stage.share
        hours += share * sum(work.mean_hours for work in stage.work if work.role is role)
    duty = unit.duty
    there = sum(team.officers.get(role, 0) for team in unit.teams)
    there *= 1 - duty.absent - duty.court  # type: ignore[assignment]  # a mean of officers
    return (
        unit.arrivals.a_month
        * hours
        / MONTH_DAYS
        / (there * duty.hours_a_day * duty.duty_days_a_week / 7)
    )


def test_s5_teams_of_the_22_officer_template_load_by_hours_that_cases_bring() -> None:
    assert TEMPLATE.strength == 22
    unit = homicide()
    assert (len(unit.teams), unit.strength) == (22, 484)
    found = measure(simulate(unit, Horizon(days=728, warm_up_days=364, replications=8, seed=1)))
    for use in found.utilisation:
        assert use.share is not None
        assert use.share.mean == pytest.approx(offered(unit, use.role), rel=0.08)
    assert len(found.teams) == 22


def test_s5_50_detectives_are_two_teams_of_25_more_and_take_load_off_the_others(
    pair: Simulated,
) -> None:
    more = Team(officers={Role.SIO: 1, Role.DI: 2, Role.DS: 4, Role.DC: 18})
    assert more.strength == 25
    unit = replace(PAIR, teams=(*PAIR.teams, more, more))
    assert unit.strength == PAIR.strength + 50
    change = compare(pair, simulate(unit, LONG))
    for name in ("utilisation_dc", "waiting_officer_days"):
        assert change.of(name).change.high < 0
    assert change.median_days is not None
    assert change.median_days.change.high < 0
    assert change.of("opened").change.mean == 0  # the same cases


def test_s5_a_donor_at_90_percent_that_gives_10_detectives_sees_its_backlog_grow(
    donor: Simulated, pair: Simulated
) -> None:
    before, after = measure(donor), measure(simulate(volume(40), LONG))
    share = before.utilisation[-1].share
    assert share is not None
    assert share.low < 0.9 < share.high
    assert not before.backlog.grows
    assert after.backlog.grows
    # 40 detectives can do 8/9 of what comes: the rest, 1/9 of it, adds up over 52 weeks.
    missing = 52 * (0.9 * 50 / 40 - 1)
    assert after.backlog.change.mean == pytest.approx(missing, rel=0.15)
    # Where they go it falls.
    stronger = Team(officers={**TEMPLATE.officers, Role.DC: 20})
    gains = compare(pair, simulate(replace(PAIR, teams=(stronger,) * 2), LONG))
    assert gains.of("backlog_end").change.high < 0


def test_s5_use_over_85_percent_is_amber(donor: Simulated, pair: Simulated) -> None:
    busy = measure(donor).utilisation[-1]
    assert busy.role is Role.DC
    assert busy.is_amber
    assert busy.share_of_futures_over > 0.5
    assert not measure(donor, InvestigationSettings(amber=0.95)).utilisation[-1].is_amber
    assert not any(each.is_amber for each in measure(pair).utilisation)


@pytest.mark.parametrize("role", [Role.SIO, Role.DI])
def test_s5_a_team_without_a_senior_investigator_or_an_inspector_is_refused(role: Role) -> None:
    without = Team(officers={each: n for each, n in TEMPLATE.officers.items() if each is not role})
    with pytest.raises(BadInputError, match=f"team 2 has no {role.value}"):
        homicide(teams=(TEMPLATE, without))


def test_s5_officers_of_a_surge_do_what_their_accreditation_allows_and_bring_interviews_forward(
    pair: Simulated,
) -> None:
    helping = Support(
        officers_by_level=(0, 10),
        hours_a_day=8,
        duty_days_a_week=5,
        absent=0.1,
        actions={"cctv_trawl": 1},
    )
    helped = simulate(PAIR, LONG, support=helping)
    found = measure(helped)
    assert found.support is not None
    assert 0 < found.support.mean < 1
    change = compare(pair, helped)
    assert change.median_days is not None
    assert change.median_days.change.high < 0
    untrained = simulate(PAIR, LONG, support=replace(helping, actions={"cctv_trawl": 2}))
    assert untrained.support_busy_hours.sum() == 0
    assert same_bytes(untrained, pair)


def same_bytes(one: Simulated, other: Simulated) -> bool:
    """Whether what happened to cases and teams is the same to the last bit."""
    pairs = [(getattr(one.cases, f.name), getattr(other.cases, f.name)) for f in fields(one.cases)]
    pairs += [(getattr(one, name), getattr(other, name)) for name in ("busy_hours", "open_hours")]
    return all(left.tobytes() == right.tobytes() for left, right in pairs)


def test_one_seed_gives_one_answer_whatever_the_number_of_processors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = simulate(PAIR, SHORT)
    assert same_bytes(first, simulate(PAIR, SHORT))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert same_bytes(first, simulate(PAIR, SHORT))
    assert not same_bytes(first, simulate(PAIR, replace(SHORT, seed=6)))


def test_a_case_is_the_same_case_in_every_question() -> None:
    base = draw(PAIR, SHORT, support=None, replication=3)
    third = Team(officers={**TEMPLATE.officers, Role.DC: 16})
    late = Stage(name="late", work=(Work(role=Role.DS, mean_hours=9, spread=1),))
    changed = replace(
        PAIR, teams=(*PAIR.teams, third), stages=(*PAIR.stages, late), waiting=(0, 0, 7, 0)
    )
    other = draw(changed, SHORT, support=None, replication=3)
    came = other.drawn.opened > 0
    assert other.drawn.opened[came].tolist() == base.drawn.opened.tolist()
    assert (other.drawn.hours[came, :-1] == base.drawn.hours).all()
    assert (other.drawn.waits[came, :-1] == base.drawn.waits).all()
    assert (other.drawn.goes[came, :-1] == base.drawn.goes).all()
    assert (other.victims[came] == base.victims).all()
    # Officers of the teams there were are away in the same weeks; one more is away on his own.
    assert (other.drawn.present[:, :8] == base.drawn.present).all()
    more = replace(PAIR, teams=(third, third))
    added = draw(more, SHORT, support=None, replication=3).drawn.present - base.drawn.present
    assert set(added[:, [3, 7]].ravel()) == {0, 1}
    assert not np.delete(added, [3, 7], axis=1).any()


def test_more_cases_a_month_leave_those_that_came_as_they_were() -> None:
    base = draw(PAIR, SHORT, support=None, replication=0).drawn
    more = replace(PAIR, arrivals=replace(PAIR.arrivals, a_month=4.0))
    other = draw(more, SHORT, support=None, replication=0).drawn
    assert other.opened.size > base.opened.size
    assert set(base.opened) <= set(other.opened)
    kept = np.isin(other.opened, base.opened)
    assert (other.hours[kept] == base.hours).all()


def test_cases_a_month_have_the_mean_and_dispersion_that_were_asked_for() -> None:
    quantiles = (np.arange(200_000) + 0.5) / 200_000
    for dispersion in (1.0, 1.8):
        asked = Arrivals(a_month=11, dispersion=dispersion, victims=(1.0,), origin="invented")
        numbers = monthly_numbers(asked, quantiles)
        assert numbers.mean() == pytest.approx(11, rel=1e-3)
        assert numbers.var() / numbers.mean() == pytest.approx(dispersion, rel=1e-2)


def test_each_further_victim_adds_its_share_of_hours() -> None:
    arrivals = replace(PAIR.arrivals, victims=(0.5, 0.3, 0.2), further_victim=0.25)
    horizon = replace(SHORT, days=3640)
    plain = draw(
        replace(PAIR, arrivals=replace(arrivals, further_victim=0.0)),
        horizon,
        support=None,
        replication=0,
    )
    made = draw(replace(PAIR, arrivals=arrivals), horizon, support=None, replication=0)
    assert {1, 2, 3} == set(made.victims.tolist())
    shares = np.bincount(made.victims)[1:] / made.victims.size
    assert shares == pytest.approx([0.5, 0.3, 0.2], abs=0.12)
    ratio = made.drawn.hours / plain.drawn.hours
    assert ratio == pytest.approx(np.repeat((1 + 0.25 * (made.victims - 1))[:, None], 9, axis=1))


def test_common_draws_make_differences_sharper_than_runs_of_their_own(pair: Simulated) -> None:
    unit = replace(PAIR, teams=(*PAIR.teams, TEMPLATE))
    change = compare(pair, simulate(unit, LONG))
    apart = simulate(unit, replace(LONG, seed=99))
    for name in ("utilisation_dc", "live", "closed"):
        figure = change.of(name)
        assert figure.narrowed_to is not None
        assert figure.narrowed_to < 0.6
        one, two = by_replication(pair)[name], by_replication(apart)[name]
        own = two - one
        width = stats.t.ppf(0.975, own.size - 1) * own.std(ddof=1) / math.sqrt(own.size)
        paired_width = figure.change.high - figure.change.mean
        assert paired_width < 0.8 * width


def test_an_officer_more_does_more_work_on_average_and_in_nearly_every_future() -> None:
    stronger = Team(officers={**TEMPLATE.officers, Role.DC: 16})
    horizon = Horizon(days=364, warm_up_days=0, replications=100, seed=2)
    base = simulate(PAIR, horizon)
    other = simulate(replace(PAIR, teams=(stronger, TEMPLATE)), horizon)
    gained = (other.busy_hours - base.busy_hours).sum(axis=(1, 2))
    assert mean_interval(gained, level=0.99).low > 0
    assert (gained < -1e-6).mean() < 0.05


def test_futures_without_a_case_have_measures() -> None:
    unit = homicide(teams=(TEMPLATE,), a_month=1e-6)
    found = measure(simulate(unit, replace(SHORT, days=10, warm_up_days=3)))
    assert found.opened.mean == 0
    assert found.backlog.end.mean == 0
    assert found.utilisation[-1].share is not None
    assert found.utilisation[-1].share.mean == 0
    assert found.first_interview is not None
    assert found.first_interview.median.days is None
    assert found.teams[0].callouts is None  # no turn of a week within the days measured


def test_questions_with_other_draws_are_not_compared(pair: Simulated) -> None:
    with pytest.raises(UsageError, match="same horizon and seed"):
        compare(pair, simulate(PAIR, SHORT))


def test_a_centile_has_an_interval_only_if_each_group_comes_so_far() -> None:
    found = Interviews(
        days=np.array([1.0, 3.0, 3.0, 5.0, 9.0]),
        has_come=np.ones(5, dtype=np.bool_),
        weight=np.ones(5),
        section=np.array([0, 0, 0, 1, 1]),
        sections=2,
    )
    one = centile_of(found, 0.5, level=0.95)
    # Of all and of the groups 3, 3 and 5: error sqrt((0 + 4) / 1 / 2); 12.706 is Student's t.
    assert (one.days, one.low) == (3.0, 0.0)
    assert one.high == pytest.approx(3 + 12.706 * math.sqrt(2), abs=1e-3)
    is_open = replace(found, has_come=np.array([True, True, True, False, False]))
    other = centile_of(is_open, 0.5, level=0.95)
    assert (other.days, other.low, other.high) == (3.0, None, None)


def test_the_interval_of_a_mean_is_students() -> None:
    found = mean_interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), level=0.95)
    # Standard deviation 1.5811, error .70711, t of 4 degrees 2.7764.
    assert (found.mean, found.low) == pytest.approx((3.0, 3 - 0.70711 * 2.7764), abs=1e-4)


def test_intervals_of_the_mean_hold_it_as_often_as_they_say() -> None:
    arrivals, held = volume(50).arrivals, 0
    for seed in range(500):
        streams = [Streams(seed=seed, replication=each) for each in range(8)]
        numbers = np.array([cases_that_come(arrivals, 28, each).day.size for each in streams])
        interval = mean_interval(numbers * MONTH_DAYS / 28, level=0.95)
        held += interval.low <= 120 <= interval.high
    assert stats.binom.ppf(0.005, 500, 0.95) <= held <= stats.binom.ppf(0.995, 500, 0.95)


def test_cases_of_the_warm_up_and_of_the_start_are_not_measured() -> None:
    unit = replace(PAIR, waiting=(2, 0, 5))
    found = simulate(unit, replace(SHORT, warm_up_days=91))
    waits = interviews_of(found, sections=20)
    assert waits is not None
    inside = found.cases.opened >= 91
    assert waits.days.size == inside.sum() < found.cases.opened.size
    assert np.isnan(found.cases.opened).sum() == 7 * SHORT.replications
    said = measure(found).first_interview
    assert said is not None
    assert said.cases == said.interviewed + said.closed_before + still_open(found, inside)


def still_open(found: Simulated, inside: NDArray[np.bool_]) -> int:
    return int((np.isnan(found.cases.closed) & np.isnan(found.cases.interviewed) & inside).sum())


def test_s5_on_call_load_and_turns_that_tire_are_counted_by_turn_of_the_team(
    pair: Simulated,
) -> None:
    teams = measure(pair).teams
    assert [each.team for each in teams] == [1, 2]
    # Two teams, a week each: each case falls into somebody's turn, 1.2 a month in all.
    for load in teams:
        assert load.callouts is not None
        assert load.tiring is not None
        assert load.turns_a_month == pytest.approx(MONTH_DAYS / 14)
        assert load.callouts.mean == pytest.approx(1.2 * 7 / MONTH_DAYS, rel=0.25)
    starts = np.arange(pair.callouts.shape[1]) * 7.0
    inside = (starts >= 728) & (starts + 7 <= 1092)
    tiring = (pair.callouts[:, inside & (np.arange(starts.size) % 2 == 0)] >= 3).mean()
    assert teams[0].tiring is not None
    assert teams[0].tiring.mean == pytest.approx(tiring)


def test_a_role_that_nobody_has_and_an_interview_that_no_stage_is_are_not_spoken_of() -> None:
    unit = volume(30)
    plain = replace(unit, stages=tuple(replace(s, is_first_interview=False) for s in unit.stages))
    found = measure(simulate(plain, replace(SHORT, days=28)))
    assert [use.share is None for use in found.utilisation] == [True, True, True, False]
    assert found.first_interview is None


def test_a_unit_of_which_nobody_is_ever_there_has_no_weeks_of_backlog() -> None:
    unit = volume(1)
    unit = replace(unit, duty=replace(unit.duty, absent=0.99999, court=0.0))
    with pytest.raises(UndefinedMetricError, match="no officer with work is present"):
        measure(simulate(unit, replace(SHORT, days=14)))


@pytest.mark.parametrize(
    "wrong", [{"days": 6}, {"replications": 1}, {"seed": -1}, {"warm_up_days": -7}]
)
def test_a_horizon_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(BadInputError, match=f"{next(iter(wrong))} of"):
        replace(SHORT, **wrong)


def test_help_and_limits_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadInputError, match="officers_by_level"):
        Support(officers_by_level=(-1,), hours_a_day=8, duty_days_a_week=5, absent=0.0, actions={})
    with pytest.raises(BadInputError, match="amber of 85"):
        InvestigationSettings(amber=85)
