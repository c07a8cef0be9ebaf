"""The veil of darkness on searches made so that one knows what it must find."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.powers.searches.columns import SCHEMA, STATED, Ethnicity
from rightplace.powers.searches.darkness import DarknessResult, veil_of_darkness
from rightplace.powers.searches.darkness_regression import log_odds, spline
from rightplace.powers.searches.darkness_settings import DarknessSettings
from rightplace.powers.searches.darkness_window import compared
from rightplace.powers.searches.sun import CIVIL_DUSK, SUNSET, evening
from rightplace.powers.searches.tested import NoResult

SETTINGS = DarknessSettings()


def table(moments: list[datetime], groups: list[str], **columns: object) -> pa.Table:
    n = len(moments)
    fixed: dict[str, object] = {
        "row_number": list(range(n)),
        "started_at": moments,
        "has_time": [True] * n,
        "type": ["person"] * n,
        "power": ["mda-23"] * n,
        "self_defined": groups,
        "officer_defined": groups,
    } | columns
    return pa.Table.from_pydict(
        {name: fixed.get(name, [None] * n) for name in SCHEMA.names}, SCHEMA
    )


def utc(moments: np.ndarray) -> list[datetime]:
    return [m.replace(tzinfo=UTC) for m in moments.astype("datetime64[s]").tolist()]


def simulated(*, in_daylight: float, n: int, seed: int, by_clock: float = 0.0) -> pa.Table:
    """Searches of a year whose odds of being of black people are so many times higher in light."""
    rng = np.random.default_rng(seed)
    days = np.datetime64("2018-03-01") + rng.integers(0, 365, n)
    summer = (days >= np.datetime64("2018-03-25")) & (days < np.datetime64("2018-10-28"))
    local = rng.integers(15 * 3600, 22 * 3600, n)
    moments = days.astype("datetime64[s]") + (local - 3600 * summer)
    light = moments < np.asarray(evening(days, altitude=SUNSET))
    hour = local / 3600
    log = -0.4 + light * np.log(in_daylight) + by_clock * (hour - 18)
    black = rng.random(n) < 1 / (1 + np.exp(-log))
    groups = np.where(black, "black", np.where(rng.random(n) < 0.7, "white", "asian"))
    return table(utc(moments), groups.tolist())


def ratio_of(result: DarknessResult | NoResult, group: Ethnicity) -> tuple[float, float, float]:
    assert isinstance(result, DarknessResult)
    found = result.odds[STATED.index(group)]
    assert found.odds_ratio is not None
    assert found.lo95 is not None
    assert found.hi95 is not None
    return found.odds_ratio, found.lo95, found.hi95


def test_a_larger_share_in_daylight_is_found_and_none_is_where_there_is_none() -> None:
    with_effect = simulated(in_daylight=1.5, n=12_000, seed=1)
    value, lo, hi = ratio_of(veil_of_darkness(with_effect, settings=SETTINGS), Ethnicity.BLACK)
    assert lo < 1.5 < hi
    assert lo > 1.2
    assert value == pytest.approx(1.5, rel=0.15)
    without = simulated(in_daylight=1.0, n=12_000, seed=2)
    _, lo, hi = ratio_of(veil_of_darkness(without, settings=SETTINGS), Ethnicity.BLACK)
    assert lo < 1 < hi


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(30):
        found = veil_of_darkness(
            simulated(in_daylight=1.3, n=4_000, seed=seed), settings=replace(SETTINGS, least_each=1)
        )
        _, lo, hi = ratio_of(found, Ethnicity.BLACK)
        held += lo < 1.3 < hi
    assert held >= 25  # of 30 at 95 %: fewer has a chance of 3 in 1,000 (binomial)


def test_the_hour_is_not_taken_for_the_light() -> None:
    """The share rises through the evening, and so does the dark: a plain comparison misleads."""
    searches = simulated(in_daylight=1.0, n=20_000, seed=3, by_clock=0.35)
    _, lo, hi = ratio_of(veil_of_darkness(searches, settings=SETTINGS), Ethnicity.BLACK)
    assert lo < 1 < hi
    found = compared(searches, column="self_defined", settings=SETTINGS)
    black = found.group == STATED.index(Ethnicity.BLACK)
    odds = [black[dark].mean() / (1 - black[dark].mean()) for dark in (~found.dark, found.dark)]
    assert odds[0] / odds[1] < lo


def test_light_and_dark_are_told_apart_by_the_local_clock_across_its_change() -> None:
    # 2018: clocks go back on 28 October. Sunset 27 October 16:44 UTC = 17:44 BST, twilight ends
    # about 18:18 BST; on 28 October sunset 16:42 GMT, twilight ends about 17:16 GMT.
    # So 17:30 local is daylight on the 27th and dark on the 28th.
    moments = [
        datetime(2018, 10, 27, 16, 30, tzinfo=UTC),  # 17:30 BST, light
        datetime(2018, 10, 28, 17, 30, tzinfo=UTC),  # 17:30 GMT, dark
        datetime(2018, 10, 27, 17, 0, tzinfo=UTC),  # 18:00 BST, twilight, after every sunset
        datetime(2018, 10, 28, 17, 10, tzinfo=UTC),  # 17:10, before any twilight has ended
    ]
    found = compared(table(moments, ["black"] * 4), column="self_defined", settings=SETTINGS)
    assert found.clock.tolist() == [17 * 60 + 30] * 2
    assert found.dark.tolist() == [False, True]
    assert found.left_out.other_hours == 2
    assert 17 * 60 + 12 < found.first < 17 * 60 + 20
    assert 17 * 60 + 40 < found.last < 17 * 60 + 48


def test_between_sunset_and_the_end_of_twilight_nothing_is_compared() -> None:
    days = np.arange("2018-03-01", "2019-03-01", dtype="datetime64[D]")
    sunset, dusk = (evening(days, altitude=each) for each in (SUNSET, CIVIL_DUSK))
    middle = sunset + (dusk - sunset) / 2
    found = compared(table(utc(middle), ["white"] * 365), column="self_defined", settings=SETTINGS)
    assert found.dark.size == 0
    assert found.left_out.twilight + found.left_out.other_hours == 365
    assert found.left_out.twilight > 200


def test_only_searches_whose_choice_was_an_officers_are_compared() -> None:
    base = simulated(in_daylight=1.0, n=100, seed=4)
    at = base["started_at"].to_pylist()
    for column, value in (
        ("power", "cjpoa-60"),
        ("type", "vehicle"),
        ("intelligence_led", True),
    ):
        found = compared(
            table(at, ["black"] * 100, **{column: [value] * 100}),
            column="self_defined",
            settings=SETTINGS,
        )
        assert found.left_out.other_kind == 100, column


def test_days_without_times_and_too_few_searches_are_no_result_with_the_reason() -> None:
    base = simulated(in_daylight=1.0, n=300, seed=5)
    at, groups = base["started_at"].to_pylist(), base["self_defined"].to_pylist()
    untimed = veil_of_darkness(table(at, groups, has_time=[False] * len(at)), settings=SETTINGS)
    assert isinstance(untimed, NoResult)
    assert "days alone" in untimed.sentence
    few = veil_of_darkness(base, settings=SETTINGS)
    assert isinstance(few, NoResult)
    assert "500 of each are needed" in few.sentence
    nothing = veil_of_darkness(base.slice(0, 0), settings=SETTINGS)
    assert isinstance(nothing, NoResult)


def test_not_stated_stands_apart_and_moves_the_bounds_to_either_side() -> None:
    base = simulated(in_daylight=1.0, n=12_000, seed=6)
    found = compared(base, column="self_defined", settings=SETTINGS)
    assert (found.group >= 0).all()
    at = base["started_at"].to_pylist()
    moments = np.array([each.replace(tzinfo=None) for each in at], dtype="datetime64[s]")
    light = pa.array(moments < evening(moments.astype("datetime64[D]"), altitude=SUNSET))
    half = pa.array(np.random.default_rng(0).random(len(at)) < 0.5)
    hidden = pc.if_else(pc.and_(light, half), "not stated", base["self_defined"])
    result = veil_of_darkness(table(at, hidden.to_pylist()), settings=SETTINGS)
    assert isinstance(result, DarknessResult)
    black = result.odds[STATED.index(Ethnicity.BLACK)]
    assert black.odds_ratio is not None
    assert black.if_none_not_stated is not None
    assert black.if_all_not_stated is not None
    assert black.if_none_not_stated < 0.7 < black.odds_ratio < 1.5 < black.if_all_not_stated
    assert result.not_stated_dark == 0
    assert any("% in daylight and 0 % in the dark" in sentence for sentence in result.sentences)


def test_a_small_group_has_a_reason_in_place_of_odds() -> None:
    result = veil_of_darkness(simulated(in_daylight=1, n=12_000, seed=7), settings=SETTINGS)
    assert isinstance(result, DarknessResult)
    mixed = result.odds[STATED.index(Ethnicity.MIXED)]
    assert (mixed.odds_ratio, mixed.daylight, mixed.dark) == (None, 0, 0)
    assert "0 searches of the group" in mixed.sentence


def test_around_the_change_of_clocks_only_those_weeks_are_taken() -> None:
    days = [date(2018, 1, 1) + timedelta(days=i) for i in range(365)]
    moments = [datetime(d.year, d.month, d.day, 18, tzinfo=UTC) for d in days]
    near = replace(SETTINGS, weeks_around_change=2)
    found = compared(table(moments, ["black"] * 365), column="self_defined", settings=near)
    assert 365 - found.left_out.far_from_change == 2 * 4 * 7  # two weeks each side, twice a year


def test_the_regression_is_the_odds_ratio_of_a_plain_table() -> None:
    # 2 x 2: 30 of 100 and 15 of 100; odds ratio (30/70) / (15/85), standard error of its log by
    # Woolf: root of 1/30 + 1/70 + 1/15 + 1/85. Each search is a cluster of its own.
    light = np.repeat([1.0, 0.0], 100)
    of = np.concatenate([np.arange(100) < 30, np.arange(100) < 15])
    weights, errors = log_odds(np.column_stack([light, np.ones(200)]), of, cluster=np.arange(200))
    assert weights[0] == pytest.approx(np.log(30 / 70 / (15 / 85)))
    woolf = np.sqrt(1 / 30 + 1 / 70 + 1 / 15 + 1 / 85)
    assert errors[0] == pytest.approx(woolf * np.sqrt(200 / 199))


def test_searches_of_one_day_do_not_count_as_so_many_independent_ones() -> None:
    light = np.tile(np.repeat([1.0, 0.0], 50), 4)
    of = np.random.default_rng(1).random(400) < 0.4
    terms = np.column_stack([light, np.ones(400)])
    _, alone = log_odds(terms, of, cluster=np.arange(400))
    doubled = np.repeat(np.arange(400), 4)
    _, together = log_odds(terms[doubled], of[doubled], cluster=doubled)
    assert together == pytest.approx(alone, rel=1e-6)  # four copies say no more than one


def test_separated_groups_have_no_finite_odds() -> None:
    light = np.repeat([1.0, 0.0], 20)
    with pytest.raises(UndefinedMetricError):
        log_odds(np.column_stack([light, np.ones(40)]), light > 0, cluster=np.arange(40))


def test_the_spline_is_straight_beyond_its_knots_and_has_as_many_terms_as_asked() -> None:
    x = np.linspace(0, 10, 101)
    terms = spline(x, pieces=6)
    assert terms.shape == (101, 6)
    assert spline(np.zeros(5) + 3, pieces=6).shape == (5, 0)
    bends = np.abs(np.diff(terms, n=2, axis=0))
    assert bends[:1].max() < bends.max() / 10  # its second slope is 0 at both ends
    assert bends[-1:].max() < bends.max() / 10


def test_settings_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadInputError, match="least_each"):
        DarknessSettings(least_each=0)
    with pytest.raises(BadInputError, match="pace-2"):
        DarknessSettings(powers="pace-1, pace-2")
