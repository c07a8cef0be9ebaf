"""Searches that a plan causes: where they were made, how often by hour of patrol, with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.rate_ratio import rate_ratio
from rightplace.powers.searches.caused import (
    NO_POINT,
    Caused,
    CausedSettings,
    Hours,
    Visits,
    Where,
    caused,
    where_made,
)
from tests.unit.search_rows import searches

if TYPE_CHECKING:
    import pyarrow as pa

VISITS = Visits(cell=np.array([3, 5]), opens=np.array([100, 200]), closes=np.array([200, 300]))
FIND: dict[str, Any] = {"weapon_found": True}
NO_FIND: dict[str, Any] = {"weapon_found": False}


def world(*, there: int, there_found: int, elsewhere: int, found: int) -> tuple[pa.Table, Any]:
    rows = [FIND] * there_found + [NO_FIND] * (there - there_found)
    rows += [FIND] * found + [NO_FIND] * (elsewhere - found)
    where = np.array([Where.VISIT] * there + [Where.ELSEWHERE] * elsewhere, dtype=object)
    return searches(*rows), where


def of(hours: Hours, **counts: int) -> Caused:
    return caused(*world(**counts), hours=hours, settings=CausedSettings())


def test_a_search_is_of_a_visit_only_in_its_cell_and_slot() -> None:
    cell = np.array([3, 3, 3, 5, 5, 4, -1, NO_POINT])
    at = np.array([100, 199, 200, 150, 299, 150, 150, 150])
    assert where_made(cell, at, VISITS).tolist() == [
        Where.VISIT,
        Where.VISIT,
        Where.PLACE,  # the slot's end is no part of it
        Where.PLACE,  # the other place's slot
        Where.VISIT,
        Where.ELSEWHERE,
        Where.ELSEWHERE,
        Where.UNPLACED,
    ]


def test_rates_by_hour_and_their_ratio_are_those_of_two_poisson_counts() -> None:
    found = of(Hours(visits=10, elsewhere=100), there=30, there_found=1, elsewhere=60, found=12)
    whole = {each.where: each for each in found.lines if each.split == "all"}
    assert whole[Where.VISIT].per_hour == pytest.approx(3.0)
    assert whole[Where.ELSEWHERE].per_hour == pytest.approx(0.6)
    assert whole[Where.PLACE].per_hour is None
    assert whole[Where.VISIT].find_rate == pytest.approx(1 / 30)
    (contrast,) = [each for each in found.contrasts if each.split == "all"]
    assert contrast.ratio == rate_ratio(60, 30, exposure_before=100, exposure_after=10)
    assert contrast.ratio is not None
    assert contrast.ratio.value == pytest.approx(5.0)


def test_visits_that_turn_into_searches_without_finds_raise_the_alarm() -> None:
    found = of(Hours(visits=10, elsewhere=100), there=30, there_found=1, elsewhere=60, found=12)
    assert found.alarm.raised is True
    assert "5.0 times as many searches per patrol-hour" in found.alarm.words
    assert "finds in 3% of them against 20%" in found.alarm.words


@pytest.mark.parametrize(
    ("hours", "counts", "raised", "words"),
    [
        (Hours(visits=10, elsewhere=100), (19, 0, 60, 12), False, "below 20"),
        (Hours(visits=10, elsewhere=100), (30, 9, 60, 12), False, "30% against 20%"),
        (Hours(visits=50, elsewhere=100), (30, 0, 60, 12), False, "not more frequent"),
        (Hours(visits=10, elsewhere=100), (30, 0, 60, 0), True, "0% of them against 0%"),
        (Hours(visits=10), (30, 0, 60, 12), None, "elsewhere are not known"),
    ],
)
def test_the_alarm_follows_its_rule(
    hours: Hours, counts: tuple[int, int, int, int], *, raised: bool | None, words: str
) -> None:
    names = ("there", "there_found", "elsewhere", "found")
    alarm = of(hours, **dict(zip(names, counts, strict=True))).alarm
    assert alarm.raised is raised
    assert words in alarm.words


def test_where_no_find_is_recorded_the_alarm_cannot_be_judged() -> None:
    where = np.array([Where.VISIT] * 30 + [Where.ELSEWHERE] * 30, dtype=object)
    found = caused(
        searches(*([{}] * 60)),
        where,
        hours=Hours(visits=1, elsewhere=10),
        settings=CausedSettings(),
    )
    assert found.alarm.raised is None
    assert "not computable from these records" in found.alarm.words
    assert found.lines[0].find_rate is None


def test_a_find_is_a_weapon_or_a_linked_outcome_and_never_an_outcome_alone() -> None:
    rows: list[dict[str, Any]] = [
        {"weapon_found": True},
        {"linked": True, "outcome": "arrest"},
        {"linked": False, "outcome": "arrest"},
        {"linked": True, "outcome": "no further action"},
        {"outcome": "arrest"},  # neither is recorded
    ]
    where = np.array([Where.VISIT] * 5, dtype=object)
    whole = caused(searches(*rows), where, hours=Hours(visits=1), settings=CausedSettings()).lines[
        0
    ]
    assert (whole.searches, whole.found, whole.found_known) == (5, 2, 4)


def test_not_stated_stands_apart_from_not_given_in_the_split_by_ethnicity() -> None:
    table = searches({"self_defined": "not stated"}, {"self_defined": "not given"})
    where = np.array([Where.VISIT, Where.ELSEWHERE], dtype=object)
    hours = Hours(visits=1, elsewhere=1)
    found = caused(table, where, hours=hours, settings=CausedSettings())
    groups = {each.group for each in found.lines if each.split.startswith("ethnicity")}
    assert groups == {"not stated", "not given"}


def test_points_of_open_files_are_not_tested_for_lying_inside_a_place() -> None:
    table = searches({}, {"reference": None})
    where = np.array([Where.VISIT, Where.VISIT], dtype=object)
    with pytest.raises(
        UnsupportedByDataError, match=r"1 of 2 searches come from open files.*200 m"
    ):
        caused(table, where, hours=Hours(visits=1), settings=CausedSettings())


def test_hours_and_visits_that_are_none_are_refused() -> None:
    with pytest.raises(BadInputError, match="hours of patrol"):
        Hours(visits=0)
    with pytest.raises(BadInputError, match="no plan's"):
        Visits(cell=np.array([], int), opens=np.array([], int), closes=np.array([], int))
