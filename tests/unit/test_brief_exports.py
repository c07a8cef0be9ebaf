from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyogrio
import pytest
import shapely

from rightplace.briefing import write_exports
from rightplace.errors import BadInputError, StorageError
from tests.brief_worlds import STAMP, plan_tables

if TYPE_CHECKING:
    from pathlib import Path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_formats_are_written_and_named(tmp_path: Path) -> None:
    files = write_exports(tmp_path / "new", plan_tables(), STAMP)
    assert [f.name for f in files] == [
        "forecast.csv",
        "forecast.geojson",
        "plan.gpkg",
        "visits.csv",
        "visits.geojson",
    ]


def test_only_the_formats_asked_for_are_written(tmp_path: Path) -> None:
    write_exports(tmp_path, plan_tables(), STAMP, formats=("csv",))
    assert sorted(f.name for f in tmp_path.iterdir()) == ["forecast.csv", "visits.csv"]
    with pytest.raises(BadInputError, match="'kml' is not a format"):
        write_exports(tmp_path, plan_tables(), STAMP, formats=("kml",))


def test_held_out_places_and_chance_stay_inside(tmp_path: Path) -> None:
    write_exports(tmp_path, plan_tables(), STAMP, formats=("csv",))
    rows = rows_of(tmp_path / "visits.csv")
    assert [r["visit_id"] for r in rows] == ["v1", "v2"]
    assert not {"arm", "probability"} & set(rows[0])


def test_no_data_is_empty_and_none_expected_is_zero(tmp_path: Path) -> None:
    write_exports(tmp_path, plan_tables(), STAMP)
    rows = rows_of(tmp_path / "forecast.csv")
    assert (rows[0]["expected_count"], rows[7]["expected_count"]) == ("0.0", "")
    layer = json.loads((tmp_path / "forecast.geojson").read_text(encoding="utf-8"))
    values = [f["properties"]["expected_count"] for f in layer["features"]]
    assert (values[0], values[7]) == (0.0, None)


def test_geojson_is_in_degrees_and_winds_anticlockwise(tmp_path: Path) -> None:
    # Ordnance Survey's worked example (A guide to coordinate systems in Great Britain, Caister
    # water tower): 651409.804, 313177.450 is 52 39 28.8282 N, 1 42 57.8663 E. The transformation
    # without the OSTN15 grid is good to some metres: 0.00005 degrees are 3 to 6 m.
    east, north = 651_409.804, 313_177.450
    square = shapely.to_wkb(shapely.box(east, north, east + 1000, north + 1000))
    tables = plan_tables()
    cells = tables.cells.set_column(3, "geometry", pa.array([square] * 8, pa.binary()))
    write_exports(tmp_path, replace(tables, cells=cells), STAMP, formats=("geojson",))
    layer = json.loads((tmp_path / "visits.geojson").read_text(encoding="utf-8"))
    shape = shapely.geometry.shape(layer["features"][0]["geometry"])
    corner = (1 + 42 / 60 + 57.8663 / 3600, 52 + 39 / 60 + 28.8282 / 3600)
    nearest = min(
        shapely.get_coordinates(shape).tolist(),
        key=lambda p: abs(p[0] - corner[0]) + abs(p[1] - corner[1]),
    )
    assert nearest == pytest.approx(corner, abs=5e-5)
    ring = shape.geoms[0].exterior
    assert ring.is_ccw
    assert all(round(v, 7) == v for point in ring.coords for v in point)


def test_geopackage_keeps_metres_and_has_both_layers(tmp_path: Path) -> None:
    write_exports(tmp_path, plan_tables(), STAMP, formats=("gpkg",))
    path = tmp_path / "plan.gpkg"
    assert sorted(name for name, _ in pyogrio.list_layers(path)) == ["forecast", "visits"]
    info = pyogrio.read_info(path, layer="visits")
    assert info["crs"] == "EPSG:27700"
    assert tuple(info["total_bounds"]) == (530_000, 180_000, 532_000, 181_000)


def test_geopackage_says_its_notice_in_contents_and_metadata(tmp_path: Path) -> None:
    write_exports(tmp_path, plan_tables(), STAMP, formats=("gpkg",))
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        described = base.execute("SELECT description FROM gpkg_contents").fetchall()
        metadata = base.execute("SELECT metadata FROM gpkg_metadata").fetchall()
        changed = base.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
    assert described == [(STAMP.notice,)] * 2
    assert all(STAMP.notice in text for (text,) in metadata)
    assert changed == [("2018-06-30T00:00:00.000Z",)]  # as-of, never the clock


def test_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_exports(tmp_path / "a", plan_tables(), STAMP)
    second = write_exports(tmp_path / "b", plan_tables(), STAMP)
    assert [f.read_bytes() for f in first] == [f.read_bytes() for f in second]


def test_second_writing_replaces_the_first(tmp_path: Path) -> None:
    once = [f.read_bytes() for f in write_exports(tmp_path, plan_tables(), STAMP)]
    twice = [f.read_bytes() for f in write_exports(tmp_path, plan_tables(), STAMP)]
    assert once == twice


def test_plan_without_visits_has_empty_layers(tmp_path: Path) -> None:
    tables = plan_tables()
    write_exports(tmp_path, replace(tables, visits=tables.visits.slice(0, 0)), STAMP)
    assert rows_of(tmp_path / "visits.csv") == []
    assert pyogrio.read_info(tmp_path / "plan.gpkg", layer="visits")["features"] == 0


def test_text_that_a_spreadsheet_would_run_is_defused(tmp_path: Path) -> None:
    hostile = '=HYPERLINK("x","y"),\n@z'
    write_exports(tmp_path, plan_tables(reason=hostile), STAMP, formats=("csv",))
    rows = rows_of(tmp_path / "visits.csv")
    assert rows[0]["reason"] == '\'=HYPERLINK("x","y"), @z'


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    write_exports(tmp_path, plan_tables(), STAMP, formats=("csv",))
    assert rows_of(tmp_path / "visits.csv")[0]["lon"] == "-0.12"


def test_cell_without_outline_is_named() -> None:
    tables = plan_tables()
    with pytest.raises(BadInputError, match="names 1 cells without outline, 'E01000008' first"):
        replace(tables, cells=tables.cells.slice(0, 7))


def test_absent_column_is_named() -> None:
    with pytest.raises(BadInputError, match="visits table has no column cell_id"):
        replace(plan_tables(), visits=pa.table({"visit_id": ["v1"]}))


def test_refused_write_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        write_exports(tmp_path / "taken", plan_tables(), STAMP)
