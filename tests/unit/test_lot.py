"""Randomised designs judged by their own lot: worked by hand and by listing every draw."""

from __future__ import annotations

import itertools
import math
import statistics
from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check, Finding
from rightplace.evaluate.designs.lot.designs import (
    crossover,
    place_days,
    randomised_units,
    week_blocks,
)
from rightplace.evaluate.designs.lot.refute import PLACEBO, SHARPER, WITHOUT
from rightplace.evaluate.designs.lot.rows import TrialRows
from rightplace.evaluate.designs.lot.settings import LotSettings
from rightplace.evaluate.designs.verdict import CANNOT_TELL, verdict

SETTINGS = LotSettings()
RNG = 0


def places(
    treated: list[float], left: list[float], *, strata: tuple[list[int], list[int]] | None = None
) -> TrialRows:
    """Return a row for each place, the treated first."""
    size = len(treated) + len(left)
    zeros = np.zeros(size, dtype=np.int64)
    return TrialRows(
        unit=np.arange(size),
        period=zeros,
        block=zeros,
        stratum=zeros if strata is None else np.array([*strata[0], *strata[1]]),
        treated=np.arange(size) < len(treated),
        count=np.array([*treated, *left], dtype=np.float64),
    )


def found(rows: TrialRows, settings: LotSettings = SETTINGS) -> Finding:
    return randomised_units(
        rows, outcome="robbery", settings=settings, rng=np.random.default_rng(RNG)
    )


def passed(finding: Finding, check: Check) -> bool | None:
    return next(each.passed for each in finding.diagnostics if each.check is check)


def codes(finding: Finding) -> set[str]:
    return {flag.code for flag in finding.flags}


def test_treated_places_are_compared_with_the_mean_of_the_others() -> None:
    finding = found(places([1, 2], [5, 6, 7]))
    assert finding.observed == 3
    assert finding.expected == pytest.approx(12)  # two places at 6
    assert finding.estimate.value == pytest.approx(-9)
    assert finding.relative is not None
    assert finding.relative.value == pytest.approx(-0.75)


def test_strata_weigh_by_what_was_treated_in_them() -> None:
    # First stratum: 2 treated at 1 against 4; second: 1 treated at 9 against a mean of 10.
    finding = found(places([1, 1, 9], [4, 4, 9, 11], strata=([0, 0, 1], [0, 0, 1, 1])))
    assert finding.expected == pytest.approx(2 * 4 + 10)
    assert finding.estimate.value == pytest.approx(11 - 18)


def test_six_ways_to_fall_can_show_nothing_at_95_percent() -> None:
    finding = found(places([1, 2], [5, 6]))
    assert finding.estimate.p == pytest.approx(2 / 6)  # the real draw and its mirror
    assert finding.estimate.lo == -math.inf
    assert finding.estimate.hi == math.inf
    assert CANNOT_TELL in codes(finding)
    assert verdict(finding).startswith("These data cannot tell")


def test_twenty_ways_of_three_against_three_are_ten_and_show_nothing_either() -> None:
    """C(6, 3) = 20 draws, each with a mirror image; four against four have 35."""
    three = found(places([0, 0, 1], [50, 60, 70]))
    assert three.estimate.p == pytest.approx(2 / 20)
    assert verdict(three).startswith("These data cannot tell whether it worked: with all 20 draws")
    four = found(places([0, 0, 1, 1], [50, 60, 70, 80]))
    assert four.estimate.p == pytest.approx(2 / 70)
    assert CANNOT_TELL not in codes(four)


def _studentised(counts: list[float], treated: set[int], strata: list[list[int]]) -> float:
    """Return difference by standard error, from the textbook and without arrays."""
    difference = variance = 0.0
    for members in strata:
        one = [counts[m] for m in members if m in treated]
        other = [counts[m] for m in members if m not in treated]
        difference += len(one) * (statistics.fmean(one) - statistics.fmean(other))
        variance += len(one) ** 2 * (
            statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
        )
    return abs(difference) / math.sqrt(variance)


def _chance(counts: list[float], treated: set[int], strata: list[list[int]]) -> float:
    real = _studentised(counts, treated, strata)
    draws = [
        set(itertools.chain(*chosen))
        for chosen in itertools.product(
            *(itertools.combinations(s, len(treated & set(s))) for s in strata)
        )
    ]
    return statistics.fmean(_studentised(counts, d, strata) >= real - 1e-9 for d in draws)


COUNTS = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0]
TREATED = {0, 1, 6, 9}
STRATA = [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def _ten(counts: list[float]) -> TrialRows:
    rows = places(counts, [], strata=([0] * 5 + [1] * 5, []))
    return replace(rows, treated=np.array([n in TREATED for n in range(10)]))


def test_chance_is_that_of_every_draw_listed_by_hand() -> None:
    finding = found(_ten(COUNTS))
    assert finding.estimate.p == pytest.approx(_chance(COUNTS, TREATED, STRATA))
    assert "all 100 draws" in finding.estimate.method


def test_interval_holds_the_effects_that_the_lot_does_not_shut_out() -> None:
    estimate = found(_ten(COUNTS), replace(SETTINGS, level=0.9)).estimate
    assert estimate.lo is not None
    assert estimate.hi is not None

    def chance(total: float) -> float:
        each = total / len(TREATED)
        without = [c - each if n in TREATED else c for n, c in enumerate(COUNTS)]
        return _chance(without, TREATED, STRATA)

    assert chance(estimate.lo + 1e-3) > 0.1
    assert chance(estimate.lo - 1e-3) <= 0.1
    assert chance(estimate.hi - 1e-3) > 0.1
    assert chance(estimate.hi + 1e-3) <= 0.1


def test_redraws_at_random_come_near_the_list_of_all() -> None:
    listed = found(_ten(COUNTS)).estimate.p
    drawn = found(_ten(COUNTS), replace(SETTINGS, listed=1)).estimate.p
    assert listed is not None
    assert drawn is not None
    # 1,999 redraws: standard error .011 at most.
    assert abs(listed - drawn) < 0.045


def test_interval_of_a_share_and_of_incidents_shut_out_none_together() -> None:
    rng = np.random.default_rng(3)
    finding = found(places(list(rng.poisson(3.0, 40)), list(rng.poisson(9.0, 40))))
    assert finding.relative is not None
    assert finding.estimate.p == finding.relative.p
    assert finding.estimate.excludes_none
    assert finding.relative.excludes_none
    assert finding.relative.lo is not None
    assert finding.relative.lo > -1


def test_neighbours_drawn_together_are_one_draw() -> None:
    # Four units of two places each: six ways, not seventy.
    rows = replace(places([1, 2, 2, 1], [6, 5, 7, 6]), unit=np.array([0, 0, 1, 1, 2, 2, 3, 3]))
    finding = found(rows)
    assert "all 6 draws" in finding.estimate.method
    assert finding.estimate.value == pytest.approx(6 - 24)


def test_neighbours_with_two_arms_are_refused() -> None:
    rows = places([1, 2], [5, 6])
    with pytest.raises(BadInputError, match="two arms"):
        replace(rows, unit=np.array([0, 1, 1, 2]))


def test_a_stratum_of_one_arm_compares_nothing_and_is_told() -> None:
    finding = found(places([1, 2, 50], [5, 6, 7], strata=([0, 0, 1], [0, 0, 0])))
    assert finding.observed == 3
    assert "strata-of-one-arm" in codes(finding)
    with pytest.raises(UnsupportedByDataError):
        found(places([1, 2], [5, 6], strata=([0, 0], [1, 1])))


def test_no_incident_at_all_cannot_tell() -> None:
    finding = found(places([0] * 8, [0] * 8))
    assert CANNOT_TELL in codes(finding)
    assert finding.relative is None


def test_a_lot_that_treated_other_numbers_than_its_chance_is_flagged() -> None:
    rows = places([1.0] * 8, [2.0] * 2)
    assert "chance-differs" in codes(found(replace(rows, probability=np.full(10, 0.5))))
    assert "chance-differs" not in codes(found(replace(rows, probability=np.full(10, 0.8))))


def test_full_evidence_needs_arms_alike_before_and_apart_in_dosage() -> None:
    rng = np.random.default_rng(1)
    rows = places(list(rng.poisson(6.0, 30)), list(rng.poisson(6.0, 30)))
    treated = rows.treated
    sound = replace(
        rows, before=rng.poisson(6.0, 60).astype(np.float64), minutes=np.where(treated, 16.0, 2.0)
    )
    assert evidence_of(found(sound)).level == 5
    shared = found(replace(sound, minutes=np.where(treated, 16.0, 12.0)))
    assert passed(shared, Check.SEPARATION) is False
    moved = found(replace(sound, before=np.where(treated, 12.0, 3.0) + rng.random(60)))
    assert passed(moved, Check.BALANCE) is False
    assert evidence_of(found(rows)).level == 3  # neither is known


def test_counts_before_sharpen_an_estimate_when_asked() -> None:
    rng = np.random.default_rng(2)
    level = rng.gamma(2.0, 10.0, 60)
    counts = rng.poisson(level * np.where(np.arange(60) < 30, 0.8, 1.0))
    rows = replace(
        places(list(counts[:30]), list(counts[30:])),
        before=rng.poisson(level * 4).astype(np.float64),
    )
    plain, sharp = found(rows).estimate, found(rows, replace(SETTINGS, adjusted=True)).estimate

    def width(each: object) -> float:
        return each.hi - each.lo  # type: ignore[attr-defined, no-any-return] # an estimate

    assert width(sharp) < 0.6 * width(plain)


def _days(places_count: int, days: int) -> dict[str, np.ndarray]:
    unit, day = np.divmod(np.arange(places_count * days), days)
    return {"unit": unit, "period": day, "block": day, "stratum": day}


def _lot(rng: np.random.Generator, places_count: int, days: int) -> np.ndarray:
    half = np.array([rng.permutation(places_count) < places_count // 2 for _ in range(days)])
    return half.T


def test_place_days_are_compared_within_their_day() -> None:
    # Two days; the second has ten times the incidents and 1 of 4 treated, the first 3 of 4.
    treated = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=bool).reshape(-1)
    count = np.array([[1, 20], [1, 20], [1, 20], [2, 10]], dtype=np.float64).reshape(-1)
    rows = TrialRows(**_days(4, 2), treated=treated, count=count)
    finding = place_days(rows, outcome="violence", settings=SETTINGS, rng=np.random.default_rng(0))
    assert finding.observed == 13
    assert finding.expected == pytest.approx(3 * 2 + 20)
    assert finding.series is not None
    assert finding.series.expected.tolist() == pytest.approx([6, 20])


def test_an_effect_that_lasts_into_the_next_day_is_seen() -> None:
    rng = np.random.default_rng(4)
    lot = _lot(rng, 20, 90)
    before = np.roll(lot, 1, axis=1)
    before[:, 0] = False
    for lasts, held in ((1.0, True), (0.3, False)):
        mean = 3 * np.where(lot, 0.5, 1.0) * np.where(before, lasts, 1.0)
        rows = TrialRows(
            **_days(20, 90),
            treated=lot.reshape(-1),
            count=rng.poisson(mean).reshape(-1).astype(np.float64),
        )
        finding = place_days(
            rows,
            outcome="violence",
            settings=replace(SETTINGS, redraws=499),
            rng=np.random.default_rng(0),
        )
        assert passed(finding, Check.CARRY_OVER) is held


def test_blocks_leave_out_their_first_days_in_both_arms() -> None:
    unit, day = np.divmod(np.arange(4 * 4), 4)
    block = day // 2
    treated = (unit % 2 == block).reshape(-1)
    count = np.where(day % 2 == 0, 100.0, np.where(treated, 1.0, 3.0))
    rows = TrialRows(
        unit=unit,
        period=day,
        block=block,
        stratum=block,
        treated=treated,
        count=count,
        washed_out=day % 2 == 0,
    )
    finding = week_blocks(rows, outcome="violence", settings=SETTINGS, rng=np.random.default_rng(0))
    assert finding.observed == 4
    assert finding.expected == pytest.approx(12)
    assert "washed-out" in codes(finding)
    with pytest.raises(BadInputError, match="wash-out"):
        replace(rows, washed_out=treated & (day % 2 == 0))


def _crossed(counts: list[tuple[float, float]], first: list[bool]) -> TrialRows:
    """Return units of two spans each; ``first`` says who is treated in the first."""
    size = len(counts)
    unit, span = np.divmod(np.arange(2 * size), 2)
    return TrialRows(
        unit=unit,
        period=span,
        block=span,
        stratum=np.zeros(2 * size, dtype=np.int64),
        treated=np.array(first)[unit] == (span == 0),
        count=np.array(counts, dtype=np.float64).reshape(-1),
    )


def test_crossover_takes_out_levels_of_units_and_of_spans() -> None:
    # Levels 10, 20, 30, 40; the second span has 5 more; treatment takes 2 away.
    rows = _crossed([(8, 15), (18, 25), (30, 33), (40, 43)], [True, True, False, False])
    finding = crossover(rows, outcome="robbery", settings=SETTINGS, rng=np.random.default_rng(0))
    assert finding.estimate.value == pytest.approx(-8)  # four units, two each
    assert finding.observed == 8 + 18 + 33 + 43


def test_crossover_whose_orders_are_no_opposites_is_refused() -> None:
    rows = _crossed([(1, 2), (3, 4)], [True, False])
    spoilt = replace(rows, treated=np.array([True, False, False, False]))
    with pytest.raises(BadInputError, match="opposite"):
        crossover(spoilt, outcome="robbery", settings=SETTINGS, rng=np.random.default_rng(0))


def test_counts_before_are_nothing_to_the_lot_and_one_place_less_changes_little() -> None:
    rng = np.random.default_rng(7)
    rows = places(list(rng.poisson(4.0, 30)), [*rng.poisson(8.0, 29), 60])
    rows = replace(rows, before=rng.poisson(8.0, 60).astype(np.float64))
    finding = found(rows)
    made = {each.name: each.estimate for each in finding.refutations}
    before = rows.before
    assert before is not None
    ratio = before[rows.treated].mean() / before[~rows.treated].mean()
    assert set(made) == {PLACEBO, SHARPER, WITHOUT}
    assert made[PLACEBO].value == pytest.approx(ratio - 1)
    assert made[PLACEBO].lo is not None
    assert made[PLACEBO].hi is not None
    assert made[PLACEBO].lo < 0 < made[PLACEBO].hi
    # The place of 60 that was left alone is the one to leave out: 29 others remain.
    rest = rows.count[~rows.treated][:-1]
    by_hand = rows.count[rows.treated].sum() - 30 * rest.mean()
    assert made[WITHOUT].value == pytest.approx(by_hand)


def test_a_stratum_that_would_lose_an_arm_keeps_its_places() -> None:
    names = {each.name for each in found(places([1], [5, 6, 7])).refutations}
    assert WITHOUT in names  # one of the three left
    assert WITHOUT not in {each.name for each in found(places([1], [5])).refutations}


def test_the_order_of_rows_and_names_of_units_change_nothing() -> None:
    rows = _ten(COUNTS)
    mixed = np.random.default_rng(5).permutation(10)
    names = ("unit", "period", "block", "stratum", "treated", "count")
    columns = {name: getattr(rows, name)[mixed] for name in names}
    columns["unit"] = 99 - columns["unit"]
    one, other = found(rows), found(TrialRows(**columns))
    assert one.estimate.value == pytest.approx(other.estimate.value)
    assert one.estimate.p == pytest.approx(other.estimate.p)
    assert one.estimate.lo == pytest.approx(other.estimate.lo)


def test_rows_of_neighbours_on_one_day_count_together_in_the_check_of_carry_over() -> None:
    # Two places of unit 0 and one of each other; an effect of yesterday shows in the first alone.
    rng = np.random.default_rng(6)
    lot = _lot(rng, 4, 60)
    unit, day = np.divmod(np.arange(4 * 60), 60)
    base = {"unit": unit, "period": day, "block": day, "stratum": day}
    first = {name: np.r_[values, values[unit == 0]] for name, values in base.items()}
    treated = np.r_[lot.reshape(-1), lot[0]]
    count = np.r_[np.ones(240), 9.0 * np.r_[0, lot[0, :-1]]]
    rows = TrialRows(**first, treated=treated, count=count)
    finding = place_days(rows, outcome="x", settings=SETTINGS, rng=np.random.default_rng(0))
    assert passed(finding, Check.CARRY_OVER) is False
