"""Rows that could not be used: kept as published, with reason and number; read wrongly, refused."""

from __future__ import annotations

import csv
import json
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from rightplace.app.status import export_quarantine
from rightplace.crime.normalise import REASONS
from tests.small_files import FEED, World, record, street, write

if TYPE_CHECKING:
    from pathlib import Path

SOUND = [street(n) for n in range(1, 21)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_each_row_set_aside_is_exported_as_published_with_its_number(world: World) -> None:
    rows = [
        *SOUND,
        street(21, Month="2018-13"),
        street(22, Latitude=""),
        street(23, Crime_type="?"),
    ]
    path = write(world.root / "a.csv", rows)
    path.write_bytes(path.read_bytes() + b"too,short\n")
    (file,) = world.ingest(path).result.files
    assert (file.read, file.stored, file.quarantined) == (24, 20, 4)
    out = world.root / "quarantine.csv"
    assert export_quarantine(world.workspace, out).result.rows == 4
    found = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [(r["row"], r["reason"]) for r in found] == [
        ("21", "bad_date"),
        ("22", "bad_coordinates"),
        ("23", "unknown_category"),
        ("24", "malformed_row"),
    ]
    assert all(r["file"] == str(path) and r["meaning"] == REASONS[r["reason"]] for r in found)
    assert json.loads(found[0]["published"])["Month"] == "2018-13"
    assert json.loads(found[3]["published"]) == {"text": "too,short"}


def test_a_rehearsed_export_counts_and_writes_nothing(world: World) -> None:
    world.ingest(write(world.root / "a.csv", [*SOUND, street(21, Month="")]))
    out = world.root / "quarantine.csv"
    assert export_quarantine(world.workspace, out, dry_run=True).result.rows == 1
    assert not out.exists()


def test_a_fifth_of_the_rows_may_fail_alike_and_no_more(world: World) -> None:
    bad = [street(90 + n, Month="?") for n in range(5)]
    assert world.ingest(write(world.root / "a.csv", [*SOUND, *bad])).exit_code == 0
    answer = world.ingest(write(world.root / "b.csv", [*SOUND[:19], *bad]))
    assert answer.exit_code == 10
    assert answer.error is not None
    assert (answer.error.row, answer.error.value) == (20, "?")
    assert "5 of 24 rows fail alike" in answer.error.message


@pytest.mark.parametrize(
    ("cells", "value", "remedy"),
    [
        ({"Longitude": "51.5", "Latitude": "-0.1"}, "51.5, -0.1", "look swapped"),
        ({"Longitude": "530000", "Latitude": "180400"}, "530000, 180400", "crs = 27700"),
        ({"Longitude": "-79.4", "Latitude": "43.7"}, "-79.4, 43.7", "crs or bounds"),
        ({"Longitude": "x"}, "x, 51.515", "Mend the file"),
        ({"Month": "06/2018"}, "06/2018", "other way round"),
        ({"Crime_type": "Piracy"}, "Piracy", "[category_words]"),
        ({"Reported_by": ""}, "", "Mend the file"),
    ],
)
def test_a_file_read_wrongly_is_refused_with_row_value_and_remedy(
    cells: dict[str, str], value: str, remedy: str, world: World
) -> None:
    answer = world.ingest(write(world.root / "a.csv", [street(1, **cells), street(2, **cells)]))
    assert answer.error is not None
    assert answer.exit_code == 10
    assert (answer.error.row, remedy in str(answer.error.remedy)) == (1, True)
    assert value in str(answer.error.value)
    assert world.stored() == 0


def test_month_and_day_the_other_way_round_are_named(world: World) -> None:
    rows = [record(f"R{n}", occurred_from=f"06/{n}/2018 22:00", occurred_to="") for n in (13, 14)]
    answer = world.ingest(write(world.root / "a.csv", rows, FEED))
    assert answer.error is not None
    assert (answer.error.row, answer.error.value) == (1, "06/13/2018 22:00")
    assert "%d/%m/%Y %H:%M: are day and month the other way round?" in str(answer.error.remedy)


@pytest.mark.parametrize(
    ("easting", "northing", "remedy"),
    [("180400", "530000", "swapped"), ("-0.1", "51.5", "look like degrees")],
)
def test_metres_the_other_way_round_or_degrees_in_their_place_are_named(
    easting: str, northing: str, remedy: str, world: World
) -> None:
    shipped = resources.files("rightplace.crime") / "mappings" / "force_extract.toml"
    mine = world.root / "mine.toml"
    london = "bounds = [-0.6, 51.2, 0.4, 51.8]"
    mine.write_text(shipped.read_text().replace("bounds = [-9.0, 49.5, 2.2, 61.0]", london))
    rows = [record("R1", easting=easting, northing=northing)]
    answer = world.ingest(write(world.root / "a.csv", rows, FEED), mapping=str(mine))
    assert answer.error is not None
    assert answer.error.value == f"{easting}, {northing}"
    assert remedy in str(answer.error.remedy)
