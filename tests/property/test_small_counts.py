"""Nobody who keeps every release tells a small count more closely than the rule allows.

The attacker here shares no code with the search for what to withhold: it writes every released
figure as an equation over all cells, and asks an integer programme for the least and the greatest
value of each small count.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from rightplace.errors import RefusedError
from rightplace.evaluate.small_counts.figures import ALL, CountTable, Figure
from rightplace.evaluate.small_counts.knowledge import Released, rows_of
from rightplace.evaluate.small_counts.masking import masked
from rightplace.evaluate.small_counts.risks import blocks
from rightplace.evaluate.small_counts.rule import SmallCountRule

if TYPE_CHECKING:
    from collections.abc import Sequence

RULE = SmallCountRule()
MOST = 60
WARDS = ("N1", "N2", "N3", "S1", "S2")
PARTS = {"North": ("N1", "N2", "N3"), "South": ("S1", "S2"), "Town": ("North", "South")}
KINDS = ("robbery", "other")
MONTHS = 3
SPANS = [(first, n) for first in range(MONTHS) for n in (1, 2, 3) if first + n <= MONTHS]
EVERY = [
    Figure(area, first, months, kind)
    for area in (*WARDS, *PARTS)
    for first, months in SPANS
    for kind in (*KINDS, ALL)
]
CELLS = [
    Figure(ward, month, 1, kind) for ward in WARDS for month in range(MONTHS) for kind in KINDS
]


@st.composite
def tables(draw: st.DrawFn) -> CountTable:
    small = st.integers(0, 7)
    counts = {cell: draw(st.one_of(small, small, st.integers(0, 25))) for cell in CELLS}
    return CountTable(parts=PARTS, kinds=KINDS, counts=counts)


def bounds_of(
    table: CountTable, released: Released, figures: Sequence[Figure]
) -> list[tuple[int, int]]:
    """The least and greatest whole value of each figure, for whoever knows all that is released."""
    place = {cell: n for n, cell in enumerate(CELLS)}

    def row(figure: Figure) -> list[float]:
        found = [0.0] * len(CELLS)
        for cell in table.cells(figure):
            found[place[cell]] = 1.0
        return found

    told: list[tuple[list[float], float, float]]
    told = [(row(each), n, n) for each, n in released.shown.items()]
    told += [(row(each), 1, np.inf) for each in released.withheld]
    known = LinearConstraint(
        np.array([each[0] for each in told]),
        np.array([each[1] for each in told]),
        np.array([each[2] for each in told]),
    )
    found = []
    for figure in figures:
        ends = []
        for way in (1.0, -1.0):
            answer = milp(
                way * np.array(row(figure)),
                constraints=known if told else (),
                bounds=Bounds(0, MOST),
                integrality=np.ones(len(CELLS)),
            )
            assert answer.status == 0
            ends.append(round(way * answer.fun))
        found.append((ends[0], ends[1]))
    return found


def small_ones(table: CountTable, released: Released) -> list[Figure]:
    told = set(released.withheld | released.blank)
    finest = [each for each in EVERY if each.months == 1 or each in told]
    return [each for each in finest if 0 < (table.value(each) or 0) < RULE.threshold]


def too_close(table: CountTable, released: Released) -> list[tuple[Figure, tuple[int, int]]]:
    small = small_ones(table, released)
    ends = zip(small, bounds_of(table, released, small), strict=True)
    return [(each, (low, high)) for each, (low, high) in ends if high - low < RULE.width]


@settings(max_examples=20, deadline=None)
@given(
    table=tables(),
    asked=st.lists(
        st.sets(st.sampled_from(EVERY), min_size=1, max_size=40), min_size=1, max_size=3
    ),
)
def test_no_sequence_of_releases_tells_a_small_count(
    table: CountTable, asked: list[set[Figure]]
) -> None:
    before = Released()
    for wanted in asked:
        told = masked(table, sorted(wanted), before=before, rule=RULE)
        assert all(n == table.value(each) for each, n in told.shown.items())
        assert not any(0 < n < RULE.threshold for n in told.shown.values())
        assert wanted == set(told.shown) | told.withheld | told.blank
        after = before.with_more(told)
        assert before.shown.items() <= after.shown.items()
        assert before.withheld <= after.withheld
        before = after
    assert too_close(table, before) == []


@settings(max_examples=5, deadline=None)
@given(table=tables())
def test_windows_that_roll_on_tell_no_month(table: CountTable) -> None:
    before = Released()
    for first, months in ((0, 2), (0, 3), (1, 2), (0, 1)):
        wanted = [Figure(area, first, months, kind) for area in WARDS for kind in (*KINDS, ALL)]
        before = before.with_more(masked(table, wanted, before=before, rule=RULE))
    assert too_close(table, before) == []


def test_the_attacker_finds_what_is_released_carelessly() -> None:
    """The check above can fail: without complements a single withheld ward is told exactly."""
    counts = dict.fromkeys(CELLS, 20) | {Figure("N1", 0, 1, "robbery"): 3}
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    robbery = [Figure(area, 0, 1, "robbery") for area in ("North", "N1", "N2", "N3")]
    shown = {each: table.value(each) or 0 for each in robbery if each.area != "N1"}
    careless = Released(shown=shown, withheld=frozenset({robbery[1]}))
    assert too_close(table, careless) == [(robbery[1], (3, 3))]
    assert robbery[1] not in masked(table, robbery, before=Released(), rule=RULE).shown


def test_zero_is_shown_and_nothing_more_is_withheld_than_it_takes() -> None:
    """3 of 43 in one ward: one other ward, or the total, must go as well, and one is enough."""
    counts = dict.fromkeys(CELLS, 20) | {
        Figure("N1", 0, 1, "robbery"): 3,
        Figure("N2", 0, 1, "robbery"): 0,
    }
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    wanted = [Figure(area, 0, 1, "robbery") for area in ("North", "N1", "N2", "N3")]
    told = masked(table, wanted, before=Released(), rule=RULE)
    assert told.shown[wanted[2]] == 0
    assert told.withheld == {wanted[1], wanted[3]}


def test_a_count_shown_before_is_never_taken_back_and_zeros_go_instead() -> None:
    """Two wards of 2 and 3 below a total of 5 shown before: zeros beside them would tell 1 to 4."""
    counts = dict.fromkeys(CELLS, 0) | {
        Figure("N1", 0, 1, "robbery"): 2,
        Figure("N2", 0, 1, "robbery"): 3,
    }
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    total = Figure("North", 0, 1, "robbery")
    before = masked(table, [total], before=Released(), rule=RULE)
    assert before.shown == {total: 5}
    wards = [Figure(ward, 0, 1, "robbery") for ward in ("N1", "N2", "N3")]
    told = masked(table, wards, before=before, rule=RULE)
    assert told.blank == frozenset(wards)
    assert too_close(table, before.with_more(told)) == []


def test_what_was_released_carelessly_before_stops_every_release_there() -> None:
    counts = dict.fromkeys(CELLS, 20) | {Figure("N1", 0, 1, "robbery"): 3}
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    robbery = [Figure(area, 0, 1, "robbery") for area in ("North", "N2", "N3")]
    careless = Released(shown={each: table.value(each) or 0 for each in robbery})
    with pytest.raises(RefusedError, match="can be told"):
        masked(table, [Figure("N1", 0, 1, "other")], before=careless, rule=RULE)


def test_a_bcu_tells_nothing_of_a_borough_that_is_withheld() -> None:
    """A borough of one ward with 3 robberies, in a town of two boroughs whose total is shown."""
    parts = {"East": ("E1",), "West": ("W1",), "Mid": ("M1",), "Town": ("East", "West", "Mid")}
    wards = {"E1": 3, "W1": 20, "M1": 30}
    counts = {Figure(ward, 0, 1, "robbery"): n for ward, n in wards.items()}
    table = CountTable(parts=parts, kinds=("robbery",), counts=counts)
    areas = [*parts, *wards]
    told = masked(table, [Figure(a, 0, 1, "robbery") for a in areas], before=Released(), rule=RULE)
    hidden = {each.area for each in told.withheld}
    assert {"E1", "East"} <= hidden
    assert hidden & {"W1", "M1", "Town"}
    assert len(told.shown) >= 3


def test_a_part_shown_later_does_not_tell_the_rest_of_a_total_shown_before() -> None:
    """Town 6, shown first; North 5 beside it would tell the 1 of South, of which nobody asked."""
    counts = dict.fromkeys(CELLS, 0) | {
        Figure("N3", 1, 1, "other"): 5,
        Figure("S2", 1, 1, "other"): 1,
    }
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    town, north = (Figure(area, 1, 1, "other") for area in ("Town", "North"))
    before = masked(table, [town], before=Released(), rule=RULE)
    told = masked(table, [north], before=before, rule=RULE)
    assert before.shown == {town: 6}
    assert told.withheld == {north}
    assert too_close(table, before.with_more(told)) == []


def test_a_total_is_withheld_where_it_would_leave_its_parts_too_little_room() -> None:
    """Withheld counts are 1 or more: 1 and 4 below a total of 5 could only be 1 to 4."""
    counts = dict.fromkeys(CELLS, 0) | {
        Figure("N1", 0, 1, "robbery"): 1,
        Figure("N2", 0, 1, "robbery"): 4,
    }
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    wanted = [Figure(area, 0, 1, "robbery") for area in ("North", "N1", "N2", "N3")]
    told = masked(table, wanted, before=Released(), rule=RULE)
    assert told.shown == {wanted[3]: 0}


def test_a_withheld_sum_says_nothing_of_the_rest_where_a_part_of_it_is_shown() -> None:
    counts = dict.fromkeys(CELLS, 0) | {Figure("N1", 0, 1, "robbery"): 6}
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    window, part = Figure("N1", 0, 2, "robbery"), Figure("N1", 0, 1, "robbery")
    known = Released(shown={part: 6}, withheld=frozenset({window}))
    assert rows_of(table, known, [window]) == []
    assert len(rows_of(table, Released(withheld=frozenset({window})), [window])) == 1


def test_boroughs_come_apart_but_for_those_that_a_total_ties_together() -> None:
    table = CountTable(parts=PARTS, kinds=KINDS, counts=dict.fromkeys(CELLS, 9))
    town, north, south, ward = (Figure(a, 0, 1, ALL) for a in ("Town", "North", "South", "S1"))
    shown = {each: table.value(each) or 0 for each in (town, north, south, ward)}
    assert len(blocks(table, Released(shown=shown))) == 3
    hidden = {each: n for each, n in shown.items() if each != south}
    tied = blocks(table, Released(shown=hidden, withheld=frozenset({south})))
    assert {frozenset({town, south, ward}), frozenset({north})} == set(tied)


def test_the_order_of_what_is_asked_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    counts = {cell: int(rng.poisson(4)) for cell in CELLS}
    table = CountTable(parts=PARTS, kinds=KINDS, counts=counts)
    forward = masked(table, EVERY, before=Released(), rule=RULE)
    backward = masked(table, EVERY[::-1], before=Released(), rule=RULE)
    assert forward.shown == backward.shown
    again = masked(table, EVERY, before=forward, rule=RULE)
    assert (again.shown, again.withheld) == (forward.shown, forward.withheld)
    assert all(a <= b for a, b in pairwise(sorted(forward.shown)))
