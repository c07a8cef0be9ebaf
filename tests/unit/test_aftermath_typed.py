"""What somebody types at two in the morning: place, time and class, and how it is understood."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.aftermath.place import rings, typed_place, typed_time
from rightplace.app.aftermath.use_case import learned_class
from rightplace.app.aftermath.words import (
    band_words,
    chance_words,
    elapsed_words,
    finding,
    ratio_words,
)
from rightplace.core import Clock
from rightplace.errors import BadInputError, RefusedError, UsageError
from rightplace.places import AreaSettings, Unit, define_area
from tests.worlds import HOT, SIDE, write_outlines

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.places import StudyArea

LONDON = Clock()
X, Y = (corner + SIDE / 2 for corner in HOT.corner)


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> StudyArea:
    """Sixteen squares of 500 m, four in a row."""
    path: Path = tmp_path_factory.mktemp("area") / "lsoa.geojson"
    write_outlines(path)
    return define_area(path, AreaSettings(unit=Unit.LSOA, name="Tiny London"))


@pytest.mark.parametrize(
    ("typed", "taken", "said"),
    [
        ("2018-07-06T02:10", "2018-07-06T01:10", None),
        ("2018-07-06 02:10", "2018-07-06T01:10", None),
        ("2018-03-25T01:30", "2018-03-25T01:30", "skipped when the clocks go forward"),
        ("2018-10-28T01:30", "2018-10-28T01:30", "comes twice when the clocks go back"),
        ("2018-10-28T01:30+01:00", "2018-10-28T00:30", None),
        ("2018-10-28T01:30+00:00", "2018-10-28T01:30", None),
        ("2018-07-06T02:00:00Z", "2018-07-06T02:00", None),
    ],
)
def test_a_time_is_local_or_bears_its_offset_and_clock_changes_are_said(
    typed: str, taken: str, said: str | None
) -> None:
    instant, notices = typed_time(typed, LONDON)
    assert instant == datetime.fromisoformat(f"{taken}+00:00")
    assert len(notices) == (said is not None)
    assert all(str(said) in notice.message for notice in notices)


@pytest.mark.parametrize("typed", ["2018-07-06", "yesterday", "0018-07-06T02:00", "", "20180706"])
def test_a_time_must_be_a_day_with_its_hour(typed: str) -> None:
    with pytest.raises(UsageError):
        typed_time(typed, LONDON)


def test_a_place_is_read_as_metres_or_degrees(area: StudyArea) -> None:
    metres = typed_place(f"{X}, {Y}", area)
    assert (metres.taken_as, area.cells["cell_id"][metres.cell].as_py()) == ("metres", HOT.code)
    degrees = typed_place(f"{metres.lon},{metres.lat}", area)
    assert degrees.taken_as == "degrees"
    assert (degrees.x, degrees.y) == pytest.approx((X, Y), abs=0.01)


def test_a_place_outside_is_refused_with_its_distance(area: StudyArea) -> None:
    west, south = (float(area.cells[name].to_numpy().min()) - SIDE / 2 for name in "xy")
    with pytest.raises(BadInputError, match=r"outside the study area Tiny London: 2\.0 km from it"):
        typed_place(f"{west - 2000:.0f},{south + 100:.0f}", area)
    with pytest.raises(BadInputError, match=r"300 m from it"):
        typed_place(f"{west - 300:.0f},{south + 100:.0f}", area)


def test_swapped_numbers_are_noticed(area: StudyArea) -> None:
    place = typed_place(f"{X},{Y}", area)
    for swapped in (f"{Y},{X}", f"{place.lat:.5f},{place.lon:.5f}"):
        with pytest.raises(BadInputError, match="Swapped it lies inside"):
            typed_place(swapped, area)


@pytest.mark.parametrize("typed", ["here", "1", "1,2,3", "1;2", "nan,1", ""])
def test_a_place_is_two_numbers(area: StudyArea, typed: str) -> None:
    with pytest.raises(UsageError, match="is not a place"):
        typed_place(typed, area)


def test_rings_hold_the_ground_of_each_cell_once(area: StudyArea) -> None:
    place = typed_place(f"{X},{Y}", area)
    found = rings(area, place, (100.0, 200.0, 400.0, 800.0))
    ground = np.bincount(found.band, weights=found.share, minlength=4) * SIDE**2
    # The cell reaches 250 m from its middle, and 500 m lie to the edge in the west, 250 in the
    # south: the inner two rings are whole.
    assert ground[:2] == pytest.approx([np.pi * 100**2, np.pi * (200**2 - 100**2)], rel=0.001)
    assert (found.share > 0).all()
    assert np.bincount(found.cell, weights=found.share).max() <= 1 + 1e-9
    assert found.outside == pytest.approx(1 - ground.sum() / (np.pi * 800**2), rel=0.01)
    own = (found.cell == place.cell) & (found.band == 0)
    assert found.share[own] == pytest.approx([np.pi * 100**2 / SIDE**2], rel=0.001)


LEARNED = {"all", "other", "robbery", "robbery_personal", "violence_against_the_person"}


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("robbery_personal", "robbery_personal"),
        ("robbery_business", "robbery"),
        ("homicide", "violence_against_the_person"),
        ("shooting", "other"),
    ],
)
def test_a_class_stands_for_itself_for_a_wider_one_or_for_any_other(
    typed: str, stands: str
) -> None:
    assert learned_class(typed, LEARNED) == stands


def test_what_is_no_serious_violence_is_refused() -> None:
    with pytest.raises(UsageError, match="no serious violence"):
        learned_class("burglary", LEARNED)
    with pytest.raises(UsageError, match="robery"):
        learned_class("robery", LEARNED)
    with pytest.raises(RefusedError):
        learned_class("drug_possession", LEARNED)


def test_findings_and_numbers_in_words() -> None:
    assert finding(1.01, 2) == "raised risk"
    assert finding(1.0, 2) == "no evidence of raised risk"
    assert finding(0.5, 0.99) == "less than ordinary"
    assert chance_words(0.04) == "1 in 25 over 72 hours"
    assert chance_words(1.44) == "about 1.4 over 72 hours"
    assert chance_words(0) == "none expected over 72 hours"
    assert ratio_words(1.1, 1.004, 1.2) == ("1.100", "1.004 to 1.200")
    assert ratio_words(1.1, 0.9, 1.2) == ("1.10", "0.90 to 1.20")
    assert [band_words(n) for n in (0, 3, 4)] == ["0 to 100 m", "400 to 800 m", "within 800 m"]
    assert [elapsed_words(n, 13.0) for n in (0, 1, 3)] == [
        "13 to 24 hours",
        "24 to 48 hours",
        "13 to 72 hours",
    ]
