"""Events with day, hour and point from four cities, each counted by other means first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.paths import SHARED, needs_shared
from tests.small_files import World

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.held import FileReport

pytestmark = [needs_shared, pytest.mark.large]
EVENTS = SHARED / "events"
Row = dict[str, Any]


def taken(world: World, *names: str) -> tuple[list[FileReport], list[Row]]:
    answer = world.ingest(*(EVENTS / name for name in names))
    assert answer.exit_code == 0
    world.files()  # checks that every row is accounted for
    return list(answer.result.files), world.standing()


@pytest.fixture(scope="module")
def toronto(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Both halves of a table that its publisher split by chance."""
    world = World(tmp_path_factory.mktemp("toronto"))
    files, rows = taken(world, "toronto_mci_train.csv.gz", "toronto_mci_test.csv.gz")
    assert [(f.read, f.stored) for f in files] == [(210_992, 210_992), (30_000, 30_000)]
    return rows


def test_both_halves_of_toronto_join_into_one_table(toronto: list[Row]) -> None:
    assert len(toronto) == 240_992
    violent = [
        row
        for row in toronto
        if row["category"] in {"Assault", "Robbery"}
        and 2014 <= row["occurred_from"].astimezone(ZoneInfo("America/Toronto")).year <= 2021
    ]
    assert len(violent) == 144_611


def test_days_of_toronto_are_local_days(toronto: list[Row]) -> None:
    # 2014/03/02 05:00 UTC is midnight of 2 March in Toronto; hour 8 is 13:00 UTC.
    clocks = {
        row["occurred_from"].astimezone(ZoneInfo("America/Toronto")).minute for row in toronto
    }
    assert clocks == {0}
    assert all(row["precision"] in {"hour", "day"} for row in toronto)
    assert all(row["occurred_from"] < row["occurred_to"] for row in toronto)


def test_philadelphia_victims_are_joined_into_incidents(tmp_path: Path) -> None:
    (file,), rows = taken(World(tmp_path), "philadelphia_shootings_2015_2025.csv.gz")
    assert (file.read, file.stored) == (17_383, 17_383)
    assert len({row["incident"] for row in rows}) == 15_513
    officers = [row for row in rows if row["category"] == "officer-involved shooting"]
    assert len(officers) == 169
    assert {row["precision"] for row in officers} == {"day"}  # they have no hour
    # "is_outside" is False in all of them, which no city's shootings are: it says nothing.
    assert {row["setting"] for row in rows} == {"unknown"}


def test_chicago_victims_are_joined_into_incidents(tmp_path: Path) -> None:
    (file,), rows = taken(World(tmp_path), "chicago_homicides_2001_2018.csv.gz")
    assert (file.read, file.stored, file.quarantined) == (8_995, 8_989, 6)
    assert len({row["reference"] for row in rows}) == len({row["incident"] for row in rows})
    assert {row["precision"] for row in rows} == {"minute"}
    assert {row["setting"] for row in rows} >= {"street", "indoor", "domestic"}


def test_toronto_shootings_without_a_point_are_kept(tmp_path: Path) -> None:
    _, rows = taken(World(tmp_path), "toronto_shootings_2004_2024.csv.gz")
    assert len(rows) == 6_409
    assert sum(row["lon"] is None for row in rows) == 63


def test_portland_calls_are_turned_from_feet_into_degrees(tmp_path: Path) -> None:
    names = [
        "crimes_bur.csv",
        "crimes_veh.csv",
        "crimes_street_other_2012Mar_Dec_commit96be02d.csv",
    ]
    files, rows = taken(World(tmp_path), *(f"portland_nij/{name}" for name in names))
    assert {f.path.rsplit("/", 1)[-1]: (f.read, f.quarantined) for f in files} == {
        "crimes_bur.csv": (5_364, 0),
        "crimes_veh.csv": (9_842, 0),
        "crimes_street_other_2012Mar_Dec_commit96be02d.csv": (33_379, 2),
    }
    assert min(row["month"] for row in rows) == date(2012, 3, 1)
    located = [row for row in rows if row["lon"] is not None]
    assert all(-123 < row["lon"] < -122.3 and 45.2 < row["lat"] < 45.8 for row in located)
