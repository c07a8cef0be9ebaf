"""The ledger of weapons: each once, found by a search only where one is named and held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightplace.errors import UndefinedMetricError
from rightplace.powers.searches.ledger import (
    NOWHERE,
    LedgerLine,
    Seizure,
    WeaponKind,
    each_once,
    hidden_groups,
    ledger,
    weapons_per_100,
)
from tests.unit.search_rows import searches

SEIZED = datetime(2026, 5, 4, 20, tzinfo=UTC)


def seizure(prop: str, search: str | None, *, after: int = 1, what: str = "knife") -> Seizure:
    return Seizure(
        property_reference=prop,
        search_reference=search,
        kind=WeaponKind.BLADE,
        object=what,
        borough="E09000007",
        seized_at=SEIZED,
        entered_at=SEIZED + timedelta(hours=after),
    )


def test_172000_searches_and_4000_weapons_are_2_3_for_each_100() -> None:
    """DOMAIN 2.5.20, year to March 2019."""
    assert round(weapons_per_100(4_000, 172_000), 1) == 2.3
    with pytest.raises(UndefinedMetricError, match="no rate"):
        weapons_per_100(0, 0)


def test_one_search_with_two_knives_is_one_that_yielded_and_two_weapons() -> None:
    held = searches({"borough": "E09000007"}, {"power": "mda-23"}, {}, {})
    found = ledger([seizure("P1", "1"), seizure("P2", "1")], held)
    assert found.whole == LedgerLine(group="all", weapons=2, yielding=1, searches=4, per_100=50.0)
    lines = {each.group: (each.weapons, each.yielding, each.searches) for each in found.by_power}
    assert lines == {"mda-23": (0, 0, 1), "pace-1": (2, 1, 3)}
    lines = {each.group: (each.weapons, each.yielding, each.searches) for each in found.by_borough}
    assert lines == {"E09000007": (2, 1, 1), NOWHERE: (0, 0, 3)}
    kinds = {each.group: each.per_100 for each in found.by_kind}
    assert (kinds["knife or other blade"], kinds["firearm"]) == (50.0, 0.0)


def test_a_weapon_without_a_search_is_not_found_by_one() -> None:
    found = ledger(
        [seizure("P1", None), seizure("P2", "no such"), seizure("P3", "1")], searches({})
    )
    assert (found.found, found.no_search, found.search_not_held) == (1, 1, 1)
    assert len(found.weapons) == 3


def test_a_weapon_entered_twice_counts_once_as_entered_last() -> None:
    entered = [
        seizure("P1", "1", after=2, what="lock knife"),
        seizure("P1", None, after=1),
        seizure("P2", "1"),
    ]
    weapons, times = each_once(entered)
    assert [(each.property_reference, each.object) for each in weapons] == [
        ("P1", "lock knife"),
        ("P2", "knife"),
    ]
    assert times["P1"] == 2
    found = ledger(entered, searches({}))
    assert (found.found, found.entered_again) == (2, (("P1", 2),))


def test_searches_without_a_reference_count_and_without_any_there_is_no_rate() -> None:
    open_rows = searches({"reference": None}, {"reference": None})
    assert ledger([seizure("P1", None)], open_rows).whole.searches == 2
    nothing = ledger([seizure("P1", "1")], searches())
    assert (nothing.whole.per_100, nothing.search_not_held) == (None, 1)


def line(group: str, weapons: int, *, searches: int = 100) -> LedgerLine:
    return LedgerLine(
        group=group, weapons=weapons, yielding=weapons, searches=searches, per_100=None
    )


@pytest.mark.parametrize(
    ("weapons", "hidden"),
    [
        ((9, 8, 7), set()),
        ((9, 0, 7), set()),  # none is shown as none
        ((9, 3, 7), {"b", "c"}),  # 19 less 9 less 7 would be 3
        ((9, 3, 2), {"b", "c"}),  # 5 between two that are hidden
        ((9, 1, 2), {"a", "b", "c"}),  # 3 between two would tell too much
        ((0, 3, 0), {"a", "b"}),  # its 100 searches must not be told by the others either
    ],
)
def test_small_figures_are_hidden_with_what_gives_them_away(
    weapons: tuple[int, int, int], hidden: set[str]
) -> None:
    rows = [line(name, n) for name, n in zip("abc", weapons, strict=True)]
    assert hidden_groups(rows, smallest=5) == hidden


def test_a_group_of_few_searches_is_hidden_whatever_they_found() -> None:
    rows = [line("a", 9), line("b", 0, searches=2), line("c", 6, searches=50)]
    assert hidden_groups(rows, smallest=5) == {"b", "c", "a"}
