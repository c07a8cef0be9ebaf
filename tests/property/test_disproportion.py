"""Laws of rate ratios of searches: they hold for all counts, residents and months."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightplace.powers.searches.bounds import bounds
from rightplace.powers.searches.columns import STATED, Ethnicity
from rightplace.powers.searches.ratios import Scatter, Tally, rate_ratio, scatter_over_time
from rightplace.powers.searches.ratios_compared import RatioRules, compare
from rightplace.powers.searches.ratios_counted import Slice
from rightplace.powers.searches.reversal import Part, common_ratio, split_ratio

BLACK, WHITE = Ethnicity.BLACK, Ethnicity.WHITE
RULES = RatioRules()

tallies = st.builds(Tally, events=st.integers(1, 100_000), base=st.integers(1, 5_000_000))
scatters = st.none() | st.builds(Scatter, dispersion=st.floats(1, 200), freedom=st.integers(5, 60))
months = st.lists(st.integers(0, 300), min_size=1, max_size=24)


@given(tallies, tallies, scatters)
def test_groups_that_change_places_have_the_reciprocal_ratio_and_interval(
    one: Tally, other: Tally, scatter: Scatter | None
) -> None:
    here = rate_ratio(one, other, scatter=scatter)
    there = rate_ratio(other, one, scatter=scatter)
    assert there.value == pytest.approx(1 / here.value)
    assert (there.lo, there.hi) == pytest.approx((1 / here.hi, 1 / here.lo))


@given(tallies, tallies, scatters)
def test_the_interval_holds_the_ratio_and_is_never_narrower_than_chance(
    one: Tally, other: Tally, scatter: Scatter | None
) -> None:
    found, chance = rate_ratio(one, other, scatter=scatter), rate_ratio(one, other)
    assert found.lo <= found.value <= found.hi
    assert found.width >= chance.width * (1 - 1e-9)


@given(tallies, tallies, st.integers(2, 50))
def test_so_many_times_the_residents_of_both_change_nothing(
    one: Tally, other: Tally, more: int
) -> None:
    here = rate_ratio(one, other)
    there = rate_ratio(*(Tally(events=t.events, base=t.base * more) for t in (one, other)))
    assert (there.value, there.lo, there.hi) == pytest.approx((here.value, here.lo, here.hi))


@given(tallies, tallies, st.integers(0, 100_000))
def test_bounds_hold_the_ratio_and_every_way_to_share_out_the_unknown(
    one: Tally, other: Tally, unknown: int
) -> None:
    found = bounds(one, other, unknown=unknown)
    assert found.lower.value <= one.rate / other.rate <= found.upper.value
    for part in {0, unknown // 3, unknown // 2, unknown}:
        shared = Tally(events=one.events + part, base=one.base).rate
        rest = Tally(events=other.events + unknown - part, base=other.base).rate
        least, most = found.lower.value * (1 - 1e-12), found.upper.value * (1 + 1e-12)
        assert least <= shared / rest <= most


@given(tallies, tallies, st.integers(0, 1000), st.integers(1, 1000))
def test_more_unknown_only_widen_the_bounds(
    one: Tally, other: Tally, unknown: int, more: int
) -> None:
    here, there = (bounds(one, other, unknown=n) for n in (unknown, unknown + more))
    assert there.lower.value <= here.lower.value
    assert there.upper.value >= here.upper.value


@st.composite
def slices(draw: st.DrawFn) -> Slice:
    n_months = draw(st.integers(1, 14))
    column = st.lists(st.integers(0, 40), min_size=n_months, max_size=n_months)
    return Slice(
        by_group={group: np.array(draw(column), dtype=np.int64) for group in Ethnicity},
        unrecorded=np.array(draw(column), dtype=np.int64),
    )


@given(
    slices(),
    st.sampled_from([Ethnicity.NOT_STATED, Ethnicity.NOT_GIVEN]),
    st.integers(1, 500),
)
def test_searches_of_nobody_knows_whom_move_the_bounds_alone(
    part: Slice, word: Ethnicity, more: int
) -> None:
    people = dict.fromkeys(STATED, 10_000)
    added = part.by_group[word].copy()
    added[0] += more
    fuller = Slice(by_group={**part.by_group, word: added}, unrecorded=part.unrecorded)
    here, there = (
        compare(each, people, group=BLACK, words=tuple(Ethnicity), rules=RULES)
        for each in (part, fuller)
    )
    assert here.refusal == there.refusal
    assert (here.searches, here.rate_per_1000) == (there.searches, there.rate_per_1000)
    if here.estimate is not None and there.estimate is not None:
        assert here.estimate.chance == there.estimate.chance
        assert here.estimate.spells == there.estimate.spells
        assert there.estimate.bounds.unknown == here.estimate.bounds.unknown + more
        assert there.estimate.bounds.upper.value > here.estimate.bounds.upper.value
        assert there.estimate.bounds.lower.value < here.estimate.bounds.lower.value


@given(slices())
def test_a_ratio_is_given_or_refused_and_never_of_too_few(part: Slice) -> None:
    people = dict.fromkeys(STATED, 10_000)
    for group in (each for each in STATED if each != WHITE):
        found = compare(part, people, group=group, words=tuple(Ethnicity), rules=RULES)
        assert (found.estimate is None) != (found.refusal is None)
        if found.estimate is not None:
            assert found.searches + found.reference_searches >= 50
            assert min(found.searches, found.reference_searches) >= 5
            assert found.estimate.printed.lo <= found.estimate.value <= found.estimate.printed.hi


@given(months, st.integers(1, 20))
def test_months_that_all_have_one_ratio_do_not_scatter(white: list[int], times: int) -> None:
    reference = np.array(white, dtype=np.int64)
    scatter = scatter_over_time(reference * times, reference, fewest=2)
    assert scatter is None or scatter.dispersion == 1.0


parts = st.lists(
    st.tuples(tallies, tallies).map(lambda pair: Part(name="a", group=pair[0], reference=pair[1])),
    min_size=1,
    max_size=6,
)


@given(parts)
def test_the_common_ratio_lies_among_those_of_its_parts(several: list[Part]) -> None:
    found = common_ratio(several, shares=False)
    ratios = [each.group.rate / each.reference.rate for each in several]
    assert min(ratios) * (1 - 1e-9) <= found.value <= max(ratios) * (1 + 1e-9)


@given(parts)
def test_a_reversal_is_one_whichever_group_comes_first(several: list[Part]) -> None:
    turned = [Part(name=each.name, group=each.reference, reference=each.group) for each in several]
    here, there = (split_ratio(each, shares=False, rules=RULES) for each in (several, turned))
    assert here.reverses == there.reverses
    assert here.common.value == pytest.approx(1 / there.common.value)


@given(st.tuples(tallies, tallies), st.integers(2, 5))
def test_parts_that_are_all_alike_never_reverse(pair: tuple[Tally, Tally], n: int) -> None:
    alike = [Part(name=str(i), group=pair[0], reference=pair[1]) for i in range(n)]
    assert not split_ratio(alike, shares=False, rules=RULES).reverses
