"""Which figures of a pack panels see, checked by hand and against every table that is possible."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from rightplace.app.searches.pack_counting import OTHER_POWERS, SECTION_60, WHOLE, Counts, Key
from rightplace.app.searches.pack_withholding import (
    Figure,
    Sum,
    figures_of,
    is_told,
    sums_of,
    withheld,
)

SPAN = "now"


def figure(name: str) -> Figure:
    return Figure(SPAN, Key(WHOLE, WHOLE, "age", name), "searches")


TOTAL = Figure(SPAN, Key(WHOLE, WHOLE, WHOLE, ""), "searches")


def hidden_of(**counts: int) -> set[str]:
    """Return what is hidden of one row of counts whose total is shown."""
    figures = {figure(name): n for name, n in counts.items()} | {TOTAL: sum(counts.values())}
    row = Sum(TOTAL, tuple(figure(name) for name in counts))
    return {f.key.value for f in withheld(figures, [row], smallest=5)}


def test_a_count_of_1_to_4_is_withheld_with_the_smallest_beside_it() -> None:
    assert hidden_of(child=3, young=40, old=90) == {"child", "young"}


def test_beside_a_band_of_children_the_other_one_is_withheld_so_that_their_sum_stands() -> None:
    figures = {figure("under 10"): 3, figure("10-17"): 90, figure("not given"): 40, TOTAL: 133}
    row = Sum(TOTAL, tuple(figure(name) for name in ("under 10", "10-17", "not given")))
    hidden = withheld(figures, [row], smallest=5)
    assert {f.key.value for f in hidden} == {"under 10", "10-17"}


def test_zero_and_five_are_shown() -> None:
    assert hidden_of(child=0, young=5, old=90) == set()


def test_two_ones_alone_would_be_told_by_their_total_so_a_third_is_withheld() -> None:
    # 1 + 1 = 2 and each is 1 or more: whoever sees the total knows both.
    assert hidden_of(child=1, youth=1, young=60, old=90) == {"child", "youth", "young"}


def test_two_small_counts_with_room_between_them_stand_alone() -> None:
    # 4 + 2 = 6: each can be 1 to 5, as wide as the rule.
    assert hidden_of(child=4, youth=2, old=90) == {"child", "youth"}


def test_a_zero_is_never_what_protects() -> None:
    assert hidden_of(child=3, youth=0, old=90) == {"child", "old"}


WORLD = {
    Key(WHOLE, WHOLE, WHOLE, ""): Counts(30, 9, 6),
    Key(WHOLE, SECTION_60, WHOLE, ""): Counts(10, 1, 1),
    Key(WHOLE, OTHER_POWERS, WHOLE, ""): Counts(20, 8, 5),
    Key(WHOLE, WHOLE, "age", "10-17"): Counts(9, 3, 2),
    Key(WHOLE, WHOLE, "age", "18-24"): Counts(21, 6, 4),
    Key(WHOLE, SECTION_60, "age", "10-17"): Counts(3, 1, 1),
    Key(WHOLE, SECTION_60, "age", "18-24"): Counts(7, 0, 0),
    Key(WHOLE, OTHER_POWERS, "age", "10-17"): Counts(6, 2, 1),
    Key(WHOLE, OTHER_POWERS, "age", "18-24"): Counts(14, 6, 4),
    Key("E1", WHOLE, WHOLE, ""): Counts(28, 8, 5),
    Key("E2", WHOLE, WHOLE, ""): Counts(2, 1, 1),
    Key("E1", SECTION_60, WHOLE, ""): Counts(10, 1, 1),
    Key("E1", OTHER_POWERS, WHOLE, ""): Counts(18, 7, 4),
    Key("E2", OTHER_POWERS, WHOLE, ""): Counts(2, 1, 1),
    Key("E1", WHOLE, "age", "10-17"): Counts(8, 2, 1),
    Key("E1", WHOLE, "age", "18-24"): Counts(20, 6, 4),
    Key("E2", WHOLE, "age", "10-17"): Counts(1, 1, 1),
    Key("E2", WHOLE, "age", "18-24"): Counts(1, 0, 0),
}


@pytest.mark.parametrize("smallest", [2, 5])
def test_no_withheld_figure_of_linked_tables_can_be_reckoned(smallest: int) -> None:
    """A figure can be reckoned when the sums that are known leave it no other value."""
    figures = figures_of(SPAN, WORLD)
    sums = [s for s in sums_of(SPAN, WORLD) if all(f in figures for f in s.members)]
    hidden = sorted(withheld(figures, sums, smallest=smallest))
    assert {f for f, n in figures.items() if 0 < n < smallest} <= set(hidden)
    matrix = np.zeros((len(sums), len(hidden)))
    for row, each in enumerate(sums):
        for member in each.members:
            if member in hidden:
                matrix[row, hidden.index(member)] += -1.0 if member == each.total else 1.0
    free = np.eye(len(hidden)) - np.linalg.pinv(matrix) @ matrix
    told = [f for n, f in enumerate(hidden) if np.abs(free[n]).max() < 1e-9]
    assert told == []


def test_every_sum_of_the_world_adds_up() -> None:
    figures = figures_of(SPAN, WORLD)
    wrong = [
        each
        for each in sums_of(SPAN, WORLD)
        if sum(figures.get(p, 0) for p in each.parts) != figures[each.total]
    ]
    assert wrong == []


def test_a_boroughs_characteristics_are_told_for_all_powers_together_alone() -> None:
    keys = [Key("E1", power, "age", "10-17") for power in (WHOLE, SECTION_60)]
    told = [is_told(key, m) for key, m in product(keys, ("searches", "arrests"))]
    assert told == [True, False, False, False]
