"""What came of an authorisation: counted by hand, and unknown where nothing says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import Age, Ethnicity, Outcome
from rightplace.powers.section_60.after_use import (
    SearchMade,
    after_use,
    equal_spells,
    violence_counted,
)

NOTHING = SearchMade(
    weapon_found=False,
    weapons=0,
    outcome=Outcome.NO_FURTHER_ACTION,
    age=Age.AGE_18_24,
    self_defined=Ethnicity.WHITE,
    officer_defined=Ethnicity.WHITE,
    safeguarded=False,
)
KNIVES = replace(NOTHING, weapon_found=True, weapons=2, outcome=Outcome.ARREST)
CHILD = replace(NOTHING, age=Age.AGE_10_17, self_defined=Ethnicity.NOT_STATED)
UNKNOWN = replace(NOTHING, weapon_found=None, weapons=None, age=Age.NOT_GIVEN)


def test_two_knives_in_one_search_are_one_search_that_found_and_two_weapons() -> None:
    found = after_use([KNIVES, *[NOTHING] * 9])
    assert found.weapon_yield is not None
    assert (found.weapon_yield.found, found.weapon_yield.known) == (1, 10)
    # Clopper and Pearson, 1 of 10: 0.25 % to 44.5 %.
    assert found.weapon_yield.lo95 == pytest.approx(0.00253, abs=1e-5)
    assert found.weapon_yield.hi95 == pytest.approx(0.44502, abs=1e-5)
    assert (found.weapons, found.weapon_arrests) == (2, 1)


def test_an_arrest_without_a_weapon_is_no_arrest_for_one() -> None:
    assert after_use([replace(NOTHING, outcome=Outcome.ARREST)]).weapon_arrests == 0


def test_what_no_record_says_is_unknown_and_never_none() -> None:
    found = after_use([UNKNOWN, UNKNOWN])
    assert (found.searches, found.weapon_unknown, found.age_unknown) == (2, 2, 2)
    assert (found.weapon_yield, found.weapons, found.weapon_arrests) == (None, None, None)
    uncounted = after_use([replace(KNIVES, weapons=None), NOTHING])
    assert uncounted.weapons is None
    assert uncounted.weapon_yield is not None


def test_no_search_at_all_is_a_result() -> None:
    found = after_use([])
    assert (found.searches, found.weapon_yield, found.allows_ratios) == (0, None, False)


def test_children_are_counted_with_what_was_done_for_them() -> None:
    found = after_use([CHILD, replace(CHILD, safeguarded=True, age=Age.UNDER_10), NOTHING])
    assert (found.children, found.children_safeguarded) == (2, 1)


def test_not_stated_stands_apart_and_under_fifty_searches_nothing_is_compared() -> None:
    found = after_use([CHILD, *[NOTHING] * 48])
    assert dict(found.self_defined) == {
        **dict.fromkeys(Ethnicity, 0),
        Ethnicity.WHITE: 48,
        Ethnicity.NOT_STATED: 1,
    }
    assert dict(found.officer_defined)[Ethnicity.WHITE] == 49
    assert not found.allows_ratios
    assert after_use([NOTHING] * 50).allows_ratios


def test_spells_are_of_equal_elapsed_length_across_a_change_of_the_clock() -> None:
    london = ZoneInfo("Europe/London")
    starts = datetime(2026, 3, 28, 12, tzinfo=london)
    ends = datetime(2026, 3, 29, 12, tzinfo=london)  # 23 hours: the clocks went forward
    before, during, after = equal_spells(starts, ends)
    assert {each.ends - each.starts for each in (before, during, after)} == {timedelta(hours=23)}
    assert (before.ends, after.starts) == (starts, ends)
    with pytest.raises(BadInputError, match="not after its start"):
        equal_spells(ends, starts)


def test_violence_is_counted_in_the_locality_and_in_the_ring_without_it() -> None:
    noon = datetime(2026, 5, 5, 12, tzinfo=UTC)
    spells = equal_spells(noon, noon + timedelta(hours=10))
    square = shapely.box(0, 0, 1000, 1000)
    where = {
        "inside": (500, 500),
        "on the edge": (1000, 500),
        "in the ring": (1500, 500),
        "beyond": (1501, 500),
    }
    # At the first moment each of before, during and after; and at the end of after, outside it.
    hours = (-10, 0, 10, 20)
    rows = [(h, xy) for h in hours for xy in where.values()]
    counted = violence_counted(
        np.array([(noon + timedelta(hours=h)).timestamp() for h, _ in rows]),
        np.array([xy for _, xy in rows], dtype=np.float64),
        locality=square,
        spells=spells,
    )
    assert [(each.spell.name, each.locality, each.ring) for each in counted] == [
        ("before", 2, 1),
        ("during", 2, 1),
        ("after", 2, 1),
    ]
