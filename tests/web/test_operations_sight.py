"""One rule says who sees an operation and who acts on it, by where its places lie."""

from __future__ import annotations

import pyarrow as pa

from rightplace.app.service.operations_sight import UNKNOWN, may_act, may_see, places_of
from rightplace.records.accounts.roles import Role
from tests.web.signed_in import ANALYST, COMMANDER, NOBODY, person

CELLS = pa.table(
    {
        "cell_id": ["a", "b", "c", "d"],
        "bcu": ["North", "North", "South", None],
        "borough": ["Mill", "Mill", "Quay", "Isle"],
    }
)
MILL = person("u-1", "Mill", Role.ANALYST, bcu="North", borough="Mill")
SOUTH = person("u-2", "South", Role.AREA_COMMANDER, bcu="South")


def test_each_place_is_named_once_and_one_that_nobody_knows_is_of_the_whole_area() -> None:
    assert places_of(CELLS, ["b", "a", "c"]) == (("North", "Mill"), ("South", "Quay"))
    assert places_of(CELLS, ["a", "elsewhere"]) == (("North", "Mill"), *UNKNOWN)
    assert places_of(CELLS, ["elsewhere"]) == UNKNOWN


def test_where_no_cell_has_a_bcu_its_borough_stands_for_it() -> None:
    bare = CELLS.set_column(1, "bcu", pa.nulls(4, pa.string()))
    assert places_of(bare, ["a", "c"]) == (("Mill", "Mill"), ("Quay", "Quay"))


def test_any_place_lets_see_and_only_all_of_them_let_act() -> None:
    own, both = places_of(CELLS, ["a"]), places_of(CELLS, ["a", "c"])
    assert may_see(MILL, own)
    assert may_act(MILL, own)
    assert may_see(MILL, both)
    assert not may_act(MILL, both)
    assert may_see(SOUTH, both)
    assert not may_see(SOUTH, own)
    assert not may_act(SOUTH, places_of(CELLS, ["c"]))  # a commander registers nothing
    for places in (UNKNOWN, places_of(CELLS, ["d"])):  # of no BCU
        assert may_see(COMMANDER, places)
        assert may_act(ANALYST, places)
        assert not may_see(MILL, places)
    assert not may_see(NOBODY, own)
