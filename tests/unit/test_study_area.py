"""A study area: made from polygons, written, read back, refused when it makes no sense."""

from __future__ import annotations

import json
import resource
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet

from rightplace import places
from rightplace.core import Clock, Shift
from rightplace.errors import BadInputError, NotHeldError, StorageError, UsageError
from rightplace.places import CELLS_SCHEMA, AreaSettings, StudyArea, Unit, define_area
from rightplace.places.grids import MANY_CELLS
from tests.unit.outline_files import four_lsoas, square, write_geojson

if TYPE_CHECKING:
    from pathlib import Path

LSOAS = AreaSettings(unit=Unit.LSOA)
WARDS = AreaSettings(unit=Unit.WARD)
TWO_SHIFTS = (
    Shift(name="day", starts=time(6), ends=time(18)),
    Shift(name="night", starts=time(18), ends=time(6)),
)


@pytest.fixture
def four(tmp_path: Path) -> StudyArea:
    return define_area(four_lsoas(tmp_path / "four.geojson"), LSOAS)


def column(area: StudyArea, name: str) -> list[object]:
    values: list[object] = area.cells[name].to_pylist()
    return values


def test_published_units_become_cells_in_order_of_code(four: StudyArea) -> None:
    assert column(four, "cell_id") == ["E01000905", "E01000906", "X01", "X02"]
    assert column(four, "name")[3] == "Leeds 111B"
    assert column(four, "area_km2") == [1.0, 1.0, 1.0, 1.0]
    assert (column(four, "x")[1], column(four, "y")[2]) == (531_500.0, 181_500.0)
    assert (four.unit, four.crs, four.vintage) == (Unit.LSOA, 27700, "2011")
    assert (four.n_cells, four.area_km2, four.clock) == (4, 4.0, Clock())


def test_the_hierarchy_is_filled_from_code_then_name(four: StudyArea) -> None:
    # E01000905 is an LSOA of London; X01 and X02 are known by their names alone.
    assert column(four, "borough") == ["Camden", "Camden", "Camden", "Leeds"]
    assert column(four, "bcu") == ["Central North"] * 3 + [None]
    assert column(four, "ward")[2:] == [None, None]


def test_the_source_tells_file_digest_and_transform(four: StudyArea) -> None:
    assert four.source.file == "four.geojson"
    assert "British National Grid; accurate to" in four.source.transform


def test_what_was_written_is_read_back_the_same(four: StudyArea, tmp_path: Path) -> None:
    four.write(tmp_path / "areas" / four.area_id)
    read = StudyArea.read(tmp_path / "areas" / four.area_id)
    assert read == four
    assert read.cells.equals(four.cells)
    assert read.source == four.source


def test_the_same_area_gives_the_same_bytes(four: StudyArea, tmp_path: Path) -> None:
    again = define_area(tmp_path / "four.geojson", LSOAS)
    four.write(tmp_path / "one")
    again.write(tmp_path / "two")
    for name in ("area.json", "cells.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_writing_twice_changes_nothing_and_another_folder_is_respected(
    four: StudyArea, tmp_path: Path
) -> None:
    folder = tmp_path / "areas"
    four.write(folder)
    before = (folder / "area.json").stat().st_mtime_ns
    four.write(folder)
    assert (folder / "area.json").stat().st_mtime_ns == before
    with pytest.raises(BadInputError, match="something else"):
        replace(four, name="other").write(folder)


def test_the_identifier_follows_ground_and_clock_but_not_the_file(
    four: StudyArea, tmp_path: Path
) -> None:
    settings = replace(LSOAS, name="four")
    copy = four_lsoas(tmp_path / "copy.geojson")
    copy.write_text(copy.read_text() + "\n")
    assert define_area(copy, settings).area_id == four.area_id
    moved = four_lsoas(tmp_path / "moved.geojson", west=530_001)
    assert define_area(moved, settings).area_id != four.area_id
    other_clock = replace(settings, clock=Clock(shifts=TWO_SHIFTS))
    assert define_area(copy, other_clock).area_id != four.area_id


def test_shifts_survive_writing(four: StudyArea, tmp_path: Path) -> None:
    area = replace(four, clock=Clock(zone="America/Toronto", shifts=TWO_SHIFTS))
    area.write(tmp_path / "area")
    assert StudyArea.read(tmp_path / "area").clock == area.clock


def test_an_area_changed_behind_our_back_is_refused(four: StudyArea, tmp_path: Path) -> None:
    folder = tmp_path / "area"
    four.write(folder)
    names = pa.array(["Elsewhere"] * 4, pa.string())
    swapped = four.cells["geometry"].take(pa.array([1, 0, 2, 3]))
    for column_name, values in (("borough", names), ("geometry", swapped)):
        at = CELLS_SCHEMA.get_field_index(column_name)
        changed = four.cells.set_column(at, CELLS_SCHEMA.field(column_name), values)
        parquet.write_table(changed, folder / "cells.parquet")
        with pytest.raises(BadInputError, match=f"changed since it was written as {four.area_id}"):
            StudyArea.read(folder)


def test_a_damaged_area_is_refused_and_an_absent_one_not_found(
    four: StudyArea, tmp_path: Path
) -> None:
    folder = tmp_path / "area"
    with pytest.raises(NotHeldError, match="no study area here"):
        StudyArea.read(folder)
    four.write(folder)
    whole = (folder / "area.json").read_text()
    record = json.loads(whole)
    del record["clock"]
    for text in (whole[:100], json.dumps(record)):
        (folder / "area.json").write_text(text)
        with pytest.raises(BadInputError, match="cannot be read"):
            StudyArea.read(folder)
    (folder / "area.json").write_text(whole)
    (folder / "cells.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadInputError, match="cannot be read"):
        StudyArea.read(folder)


def test_a_disk_that_refuses_is_reported_and_nothing_is_left(
    four: StudyArea, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="could not be written"):
        four.write(tmp_path / "file" / "area")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))  # as a disk that is full would
    try:
        with pytest.raises(StorageError, match="could not be written"):
            four.write(tmp_path / "area")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "four.geojson"]


def test_excluded_cells_carry_their_reason(tmp_path: Path) -> None:
    settings = replace(LSOAS, excluded={"X02": "airfield"})
    area = define_area(four_lsoas(tmp_path / "four.geojson"), settings)
    assert column(area, "excluded") == [False, False, False, True]
    assert column(area, "excluded_reason") == [None, None, None, "airfield"]
    assert area.n_cells == 4
    with pytest.raises(BadInputError, match=r"1 cells to be excluded.*'E99'"):
        define_area(tmp_path / "four.geojson", replace(LSOAS, excluded={"E99": "typing error"}))


def test_polygons_of_one_code_become_one_cell(tmp_path: Path) -> None:
    features = [
        ({"LAD22CD": code, "LAD22NM": name}, square(530_000 + 1000 * at, 180_000))
        for at, (code, name) in enumerate(
            [("E09000019", "Islington"), ("E09000007", "Camden"), ("E09000007", "Camden")]
        )
    ]
    file = write_geojson(tmp_path / "boroughs.geojson", features)
    area = define_area(file, AreaSettings(unit=Unit.BOROUGH))
    assert column(area, "name") == ["Camden", "Islington"]
    assert column(area, "area_km2") == [2.0, 1.0]
    assert (column(area, "borough"), column(area, "ward")) == (
        ["Camden", "Islington"],
        [None, None],
    )
    assert area.vintage == "2022"


@pytest.mark.parametrize(
    ("unit", "columns", "vintage"),
    [
        (Unit.LSOA, {"LSOA21CD": "E01000905", "LSOA21NM": "Camden 001A"}, "2021"),
        (Unit.LSOA, {"lsoa11cd": "E01000905", "lsoa11nm": "Camden 001A"}, "2011"),
        (Unit.LSOA, {"lsoa_code": "E01000905", "lsoa_name": "Camden 001A"}, None),
        (Unit.LSOA, {"LSOA code": "E01033784", "LSOA name": "Camden 001A"}, "2021"),
        (Unit.WARD, {"WD24CD": "E05013658", "WD24NM": "Camden 001A"}, "2024"),
        (Unit.WARD, {"NAME": "Camden 001A", "GSS_CODE": "E05000405"}, None),
        (Unit.BOROUGH, {"NAME": "Camden 001A", "GSS_CODE": "E09000007"}, None),
        (Unit.BOROUGH, {"LAD11CD": "E09000007", "LAD11NM": "Camden 001A"}, "2011"),
        (Unit.BOROUGH, {"LAGSSCODE": "E09000007", "DISTRICT": "Camden 001A"}, None),
    ],
)
def test_columns_of_known_publishers_are_found(
    tmp_path: Path, unit: Unit, columns: dict[str, str], vintage: str | None
) -> None:
    file = write_geojson(tmp_path / "a.geojson", [(columns, square(530_000, 180_000))])
    area = define_area(file, AreaSettings(unit=unit))
    assert (column(area, "name"), area.vintage) == (["Camden 001A"], vintage)


def test_unknown_columns_are_listed_and_may_be_named(tmp_path: Path) -> None:
    features = [({"DIST": 24, "LABEL": "East"}, square(-75.2, 39.9, 0.01))]
    file = write_geojson(tmp_path / "a.geojson", features, epsg=None)
    settings = AreaSettings(unit=Unit.WARD, clock=Clock(zone="America/New_York"))
    with pytest.raises(BadInputError, match=r"hold the ward code.*--code-column.*DIST, LABEL"):
        define_area(file, settings)
    with pytest.raises(BadInputError, match=r"no column 'DISTRICT'.*DIST, LABEL"):
        define_area(file, replace(settings, code_column="DISTRICT"))
    area = define_area(file, replace(settings, code_column="DIST", name_column="LABEL"))
    assert (column(area, "cell_id"), column(area, "name")) == (["24"], ["East"])
    assert (column(area, "ward"), column(area, "bcu")) == (["East"], [None])


def test_codes_of_another_kind_of_area_are_not_taken_for_the_units(tmp_path: Path) -> None:
    columns = {"NAME": "Camden", "GSS_CODE": "E09000007"}
    file = write_geojson(tmp_path / "a.geojson", [(columns, square(530_000, 180_000))])
    with pytest.raises(BadInputError, match="known to hold the ward code"):
        define_area(file, AreaSettings(unit=Unit.WARD))


def test_a_ring_that_starts_at_another_corner_is_the_same_ground(tmp_path: Path) -> None:
    ring = square(530_000, 180_000)["coordinates"][0]
    turned = {"type": "Polygon", "coordinates": [[*ring[2:], *ring[1:3]]]}
    ids = [
        define_area(
            write_geojson(tmp_path / "a.geojson", [({"WD24CD": "W"}, shape)]), WARDS
        ).area_id
        for shape in (square(530_000, 180_000), turned)
    ]
    assert ids[0] == ids[1]


def test_a_polygon_without_a_code_is_named_by_its_row(tmp_path: Path) -> None:
    features = [
        ({"LSOA11CD": code}, square(530_000 + 1000 * at, 180_000))
        for at, code in enumerate(["E01000905", " "])
    ]
    with pytest.raises(BadInputError, match="'LSOA11CD' has no code") as caught:
        define_area(write_geojson(tmp_path / "a.geojson", features), LSOAS)
    assert caught.value.fault.row == 2


@pytest.mark.parametrize("unit", [Unit.SQUARE, Unit.HEXAGON])
def test_grid_cells_take_ward_and_borough_from_the_polygon_at_their_centroid(
    tmp_path: Path, unit: Unit
) -> None:
    file = four_lsoas(tmp_path / "four.geojson")
    area = define_area(file, AreaSettings(unit=unit, cell_size_m=250))
    assert area.area_km2 == pytest.approx(4.0)
    assert (area.vintage, area.grid is not None) == (None, True)
    for x, y, borough in zip(*(column(area, name) for name in ("x", "y", "borough")), strict=True):
        leeds = float(str(x)) > 531_000 and float(str(y)) > 181_000
        assert borough == ("Leeds" if leeds else "Camden")
    assert set(column(area, "bcu")) == {"Central North", None}


def test_a_cell_whose_centroid_lies_in_a_hole_takes_the_nearest_borough(tmp_path: Path) -> None:
    hole = [(530_100, 180_100), (530_100, 181_900), (531_900, 181_900), (531_900, 180_100)]
    rings = [*square(530_000, 180_000, 2000)["coordinates"], [*hole, hole[0]]]
    frame = {"type": "Polygon", "coordinates": rings}
    columns = {"LAD22CD": "E09000007", "LAD22NM": "Camden"}
    file = write_geojson(tmp_path / "frame.geojson", [(columns, frame)])
    area = define_area(file, AreaSettings(unit=Unit.SQUARE, cell_size_m=2000))
    assert area.area_km2 == pytest.approx(0.76)  # 2 km x 2 km less 1.8 km x 1.8 km
    assert set(column(area, "borough")) == {"Camden"}


def test_ground_that_names_no_borough_is_one_and_says_so(tmp_path: Path) -> None:
    file = write_geojson(tmp_path / "park.geojson", [({}, square(530_000, 180_000))])
    area = define_area(file, AreaSettings(unit=Unit.SQUARE, cell_size_m=500))
    assert column(area, "cell_id") == [
        "S500-530000-180000",
        "S500-530000-180500",
        "S500-530500-180000",
        "S500-530500-180500",
    ]
    assert column(area, "borough") == ["park"] * 4
    assert [notice.code for notice in area.notices] == ["no-boroughs"]
    named = define_area(file, AreaSettings(unit=Unit.SQUARE, cell_size_m=500, name="Green Park"))
    assert column(named, "borough") == ["Green Park"] * 4


def test_a_grid_takes_boroughs_that_have_a_name_and_no_code(tmp_path: Path) -> None:
    west, east = square(530_000, 180_000), square(531_000, 180_000)
    features = [({"borough": "Old Town"}, west), ({"borough": "Harbour"}, east)]
    file = write_geojson(tmp_path / "two.geojson", features)
    area = define_area(file, AreaSettings(unit=Unit.SQUARE, cell_size_m=1000))
    assert column(area, "borough") == ["Old Town", "Harbour"]
    assert "no-boroughs" not in [notice.code for notice in area.notices]


def test_wards_without_a_borough_are_of_one(tmp_path: Path) -> None:
    features = [({"ward": "North", "key": "a"}, square(530_000, 180_000))]
    file = write_geojson(tmp_path / "town.geojson", features)
    area = define_area(file, AreaSettings(unit=Unit.WARD, code_column="key"))
    assert column(area, "borough") == ["town"]


def test_a_grid_of_many_cells_says_so(tmp_path: Path) -> None:
    # 4 km2 at 5 m: 160,000 squares.
    file = write_geojson(tmp_path / "park.geojson", [({}, square(530_000, 180_000, 2000))])
    area = define_area(file, AreaSettings(unit=Unit.SQUARE, cell_size_m=5))
    assert area.n_cells == 160_000 > MANY_CELLS
    assert "many-cells" in [notice.code for notice in area.notices]


def test_a_whole_number_of_metres_names_the_same_area_as_its_decimal(tmp_path: Path) -> None:
    file = four_lsoas(tmp_path / "four.geojson")
    ids = {
        define_area(file, AreaSettings(unit=Unit.SQUARE, cell_size_m=size)).area_id
        for size in (500, 500.0)
    }
    assert len(ids) == 1


def test_the_time_zone_is_never_guessed(tmp_path: Path) -> None:
    features = [({"code": "24"}, square(-79.4, 43.7, 0.01))]
    file = write_geojson(tmp_path / "toronto.geojson", features, epsg=None)
    settings = AreaSettings(unit=Unit.SQUARE, cell_size_m=250)
    with pytest.raises(UsageError, match=r"time zone of this area.*--zone"):
        define_area(file, settings)
    area = define_area(file, replace(settings, clock=Clock(zone="America/Toronto")))
    assert (area.crs, area.clock.zone) == (32617, "America/Toronto")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": Unit.SQUARE}, "needs the size"),
        ({"cell_size_m": 250.0}, "has no cell size"),
        ({"unit": Unit.HEXAGON, "cell_size_m": 250.0, "code_column": "A"}, "names its own cells"),
        ({"crs": 4326}, "not a map in metres"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(
    changes: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        replace(LSOAS, **changes)  # type: ignore[arg-type] # fields of several types


def test_cells_must_be_whole_ordered_and_single(four: StudyArea) -> None:
    for cells in (
        four.cells.take(pa.array([1, 0])),
        four.cells.take(pa.array([0, 0])),
        four.cells.slice(0, 0),
        four.cells.drop_columns(["ward"]),
    ):
        with pytest.raises(BadInputError):
            replace(four, cells=cells)
    with pytest.raises(BadInputError, match="size"):
        replace(four, cell_size_m=250.0)


def test_the_room_offers_its_names_and_no_others() -> None:
    assert all(getattr(places, name) is not None for name in places.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Persons'"):
        _ = places.Persons
