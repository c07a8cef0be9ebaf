"""The table that designs read refuses what is none, and never takes no data for zero."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.panel import NEVER, Panel, Part

PANEL = Panel(
    units=("a", "b", "c"),
    parts=(Part.TREATED, Part.CONTROL, Part.CONTROL),
    starts=np.array(["2018-01-01", "2018-02-01"], dtype="datetime64[D]"),
    ends=np.array(["2018-02-01", "2018-03-01"], dtype="datetime64[D]"),
    counts=np.array([[4.0, 2.0], [5.0, 5.0], [1.0, 3.0]]),
    known=np.array([[True, True], [True, True], [True, False]]),
    treated_from=np.array([1, NEVER, NEVER]),
)


def test_a_sum_over_an_unknown_count_is_unknown() -> None:
    np.testing.assert_array_equal(PANEL.total(Part.CONTROL), [6.0, np.nan])
    np.testing.assert_array_equal(PANEL.total(Part.TREATED), [4.0, 2.0])


def test_the_operation_begins_with_the_first_treated_unit() -> None:
    assert PANEL.first_treated() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"units": ("a", "a", "c")}, "each unit once"),
        ({"counts": np.array([[4.0, -2.0], [5, 5], [1, 3]])}, "known counts of 0 or more"),
        ({"treated_from": np.array([1, 1, NEVER])}, "treated units, and no others"),
        ({"treated_from": np.array([2, NEVER, NEVER])}, "treated units, and no others"),
        ({"ends": np.array(["2018-02-02", "2018-03-01"], dtype="datetime64[D]")}, "one after"),
        ({"known": np.ones((2, 2), dtype=bool)}, "tables of 3 units and 2 periods"),
    ],
)
def test_what_is_no_table_of_counts_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        replace(PANEL, **change)
