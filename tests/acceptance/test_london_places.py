"""London's real boundaries, look-ups and points."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from rightplace.places import (
    AreaSettings,
    StudyArea,
    Unit,
    boroughs,
    define_area,
    in_london,
    locate,
    lsoa_vintage,
    lsoas,
)
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

pytestmark = needs_shared

GEOGRAPHY = SHARED / "london" / "geography"
POLICE_UK = SHARED / "london" / "police_uk"
LSOA_2011 = "LSOA_2011_London_gen_MHW_shapefile.zip"
LSOA_2021 = "london_lsoa.gpkg"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@cache
def london(file: str, unit: Unit, cell_size_m: float | None = None) -> StudyArea:
    return define_area(GEOGRAPHY / file, AreaSettings(unit=unit, cell_size_m=cell_size_m))


def names_of(area: StudyArea, column: str) -> NDArray[np.object_]:
    """Return a column with one more row, for what lies outside."""
    return np.array([*area.cells[column].to_pylist(), None], dtype=object)


# Greater London has 1,572 km2 of land and 1,595 km2 to the extent of the realm (ONS Standard
# Area Measurements); simplified outlines lie between.
@pytest.mark.parametrize(
    ("file", "unit", "cell_size_m", "cells", "vintage"),
    [
        (LSOA_2011, Unit.LSOA, None, 4835, "2011"),
        (LSOA_2021, Unit.LSOA, None, 4994, "2021"),
        ("London_Ward_CityMerged_2018_shapefile.zip", Unit.WARD, None, 633, None),
        ("london_ward.gpkg", Unit.WARD, None, 684, "2024"),
        ("london_borough.gpkg", Unit.BOROUGH, None, 33, "2024"),
        (LSOA_2011, Unit.BOROUGH, None, 33, "2011"),
        (LSOA_2011, Unit.SQUARE, 250.0, None, None),
        (LSOA_2011, Unit.HEXAGON, 250.0, None, None),
        (LSOA_2011, Unit.HEXAGON, 1000.0, None, None),
    ],
)
def test_london_has_its_size_and_all_its_boroughs_whatever_the_unit(
    file: str, unit: Unit, cell_size_m: float | None, cells: int | None, vintage: str | None
) -> None:
    area = london(file, unit, cell_size_m)
    assert 1572 <= area.area_km2 <= 1595
    assert (area.crs, area.vintage) == (27700, vintage)
    assert cells is None or area.n_cells == cells
    held = area.cells["borough"].to_pylist()
    assert set(held) == {borough.name for borough in boroughs()}
    without = {b for b, bcu in zip(held, area.cells["bcu"].to_pylist(), strict=True) if not bcu}
    assert without == {"City of London"}


def test_a_grid_over_london_has_a_cell_for_each_sixteenth_of_a_square_kilometre() -> None:
    # 1,573.5 km2 / 0.0625 km2 = 25,176 whole squares' worth, and half of the edge's more.
    squares = london(LSOA_2011, Unit.SQUARE, 250.0)
    assert 25_176 < squares.n_cells < 27_500
    assert squares.area_km2 == pytest.approx(london(LSOA_2011, Unit.LSOA).area_km2, rel=1e-6)


def test_every_lsoa_of_2011_lies_in_the_borough_its_publisher_says() -> None:
    area = london(LSOA_2011, Unit.LSOA)
    by_name = [name[: name.rindex(" ")] for name in area.cells["name"].to_pylist()]
    assert area.cells["borough"].to_pylist() == by_name


def test_the_british_grid_of_the_lsoa_shapefile_has_no_code_but_is_known() -> None:
    # Quirk 42. Middle of E01000001 by ONS: 532123, 181632.
    area = london(LSOA_2011, Unit.LSOA)
    assert area.cells["x"][0].as_py() == pytest.approx(532_123, abs=100)
    assert area.cells["y"][0].as_py() == pytest.approx(181_632, abs=100)


def rows_of(start: str) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(GEOGRAPHY / "lookups_lsoa11_lsoa21_ward24_lad.zip") as archive:
        name = next(name for name in archive.namelist() if name.startswith(start))
        with archive.open(name) as file:
            yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig"))


@cache
def census_2021() -> Mapping[str, tuple[str, int]]:
    """Return borough code and residents of each LSOA, from sheet 4 ("2021") of the workbook."""
    path = GEOGRAPHY / "census_2011_2021_ethnic_group_lsoa_london.xlsx"
    with zipfile.ZipFile(path) as book:
        texts = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - a file we hold
        shared = ["".join(t.text or "" for t in item.iter(f"{SHEET}t")) for item in texts]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet4.xml"))  # noqa: S314 - the same
    found = {}
    for row in list(sheet.iter(f"{SHEET}row"))[1:]:
        cells = {str(cell.get("r"))[0]: cell.findtext(f"{SHEET}v") for cell in row}
        code, borough, residents = (cells.get(at) for at in "ACD")
        if code and borough and residents:
            found[shared[int(code)]] = (shared[int(borough)], int(residents))
    return found


def test_the_shipped_lsoa_table_is_what_the_published_look_ups_give() -> None:
    wards = {row["LSOA21CD"]: row for row in rows_of("LSOA_(2021)")}
    derived = [
        {
            "lsoa11": row["LSOA11CD"],
            "lsoa21": row["LSOA21CD"],
            "ward_code": wards[row["LSOA21CD"]]["WD24CD"],
            "ward": wards[row["LSOA21CD"]]["WD24NM"],
            "borough_code": row["LAD22CD"],
            "borough": row["LAD22NM"],
            "residents_2021": census_2021()[row["LSOA21CD"]][1],
        }
        for row in rows_of("LSOA_(2011)")
        if row["LAD22CD"].startswith("E09")
    ]
    derived.sort(key=lambda row: (row["lsoa11"], row["lsoa21"]))
    assert lsoas().to_pylist() == derived


def test_the_shipped_residents_are_the_sums_of_the_census_table() -> None:
    sums: defaultdict[str, int] = defaultdict(int)
    for borough, residents in census_2021().values():
        sums[borough] += residents
    assert {borough.code: borough.residents_2021 for borough in boroughs()} == sums


@pytest.mark.large
def test_1_8_million_points_find_their_lsoa_cell_and_borough() -> None:
    columns = ["longitude", "latitude", "ward", "n_wards"]
    path = POLICE_UK / "london_wards_street_2016-01_2018-06.parquet"
    table = parquet.read_table(path, columns=columns)
    lon, lat = table["longitude"].to_numpy(), table["latitude"].to_numpy()
    assert len(lon) == 1_830_104
    areas = [
        london(LSOA_2011, Unit.LSOA),
        london(LSOA_2011, Unit.BOROUGH),
        london(LSOA_2011, Unit.SQUARE, 250.0),
    ]
    held = [names_of(area, "borough")[locate(area, lon, lat)] for area in areas]
    by_lsoa, by_borough, by_square = held
    assert (by_lsoa != None).all()  # noqa: E711 - elementwise
    assert (by_lsoa == by_borough).mean() > 0.999
    # A square on a border has one borough only: about 1 km in 12 km2 of border squares.
    assert (by_lsoa == by_square).mean() > 0.97
    one = table["n_wards"].to_numpy() == 1
    in_ward = borough_of_ward_2018()[table["ward"].combine_chunks().indices.to_numpy()[one]]
    known = in_ward != None  # noqa: E711 - elementwise
    assert known.mean() > 0.9
    assert (by_lsoa[one][known] == in_ward[known]).mean() > 0.995


def borough_of_ward_2018() -> NDArray[np.object_]:
    """Return the borough of each word of the parquet file's ward dictionary."""
    path = POLICE_UK / "london_wards_street_2016-01_2018-06.parquet"
    words = parquet.read_table(path, columns=["ward"])["ward"].combine_chunks().dictionary
    area = london("London_Ward_CityMerged_2018_shapefile.zip", Unit.WARD)
    pairs = (area.cells[column].to_pylist() for column in ("cell_id", "borough"))
    by_code = dict(zip(*pairs, strict=True))
    return np.array([by_code.get(word) for word in words.to_pylist()], dtype=object)


def street_rows(month: str) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Return longitude, latitude and LSOA code of the City's rows with a place."""
    member = f"{month}/{month}-city-of-london-street.csv"
    with (
        zipfile.ZipFile(POLICE_UK / "city-of-london_street.zip") as archive,
        archive.open(member) as file,
    ):
        text = io.TextIOWrapper(file, encoding="utf-8")
        rows = [row for row in csv.DictReader(text) if row["LSOA code"]]
    lon, lat = (np.array([float(row[at]) for row in rows]) for at in ("Longitude", "Latitude"))
    return lon, lat, [row["LSOA code"] for row in rows]


@pytest.mark.parametrize("month", ["2018-06", "2019-08", "2023-04"])
def test_the_published_code_wins_and_the_point_nearly_always_agrees(month: str) -> None:
    area = london(LSOA_2011, Unit.LSOA)
    lon, lat, codes = street_rows(month)
    published = np.array(codes)
    ours = np.asarray(in_london(pa.array(codes)))  # quirk 9: some lie far outside London
    assert ours.mean() > 0.9
    assert lsoa_vintage(codes) in {"2011", None}
    codes_of = names_of(area, "cell_id")
    assert (codes_of[locate(area, lon, lat, codes=codes)][ours] == published[ours]).all()
    assert (codes_of[locate(area, lon, lat)][ours] == published[ours]).mean() > 0.96


def test_points_far_outside_london_have_no_cell() -> None:
    # Quirks 9 and 25: City rows at latitude 54.86, longitude -5.00; searches at 52.30, -1.92.
    lon, lat = np.array([-5.00, -1.92, -0.09]), np.array([54.86, 52.30, 51.515])
    for area in (london(LSOA_2011, Unit.LSOA), london(LSOA_2011, Unit.HEXAGON, 250.0)):
        assert (locate(area, lon, lat) >= 0).tolist() == [False, False, True]
