"""Which cell holds a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
import shapely

from rightplace.errors import UsageError
from rightplace.places import AreaSettings, Grid, StudyArea, Unit, define_area, locate, to_degrees
from rightplace.places.assignment import cells_of_points, distinct_points, rows_of_points
from tests.unit.outline_files import four_lsoas, square, write_geojson

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NAN = float("nan")
TWO_SQUARES = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1100, 0, 2000, 1000)])


def rows(points: list[tuple[float, float]], *, near: float = 250.0) -> list[int]:
    x, y = np.array(points).T
    found: list[int] = rows_of_points(TWO_SQUARES, x, y, nearest_within_m=near).tolist()
    return found


def at(*points: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of points in the British grid."""
    x, y = np.array(points, dtype=float).T
    return to_degrees(27700, x, y)


@pytest.fixture
def four(tmp_path: Path) -> StudyArea:
    return define_area(four_lsoas(tmp_path / "four.geojson"), AreaSettings(unit=Unit.LSOA))


def test_a_point_goes_to_the_polygon_that_holds_it() -> None:
    assert rows([(500, 500), (1500, 10)]) == [0, 1]


def test_a_point_in_a_gap_goes_to_the_nearest_polygon_within_tolerance() -> None:
    assert rows([(1040, 500), (1060, 500), (-249, 0), (-251, 0)]) == [0, 1, 0, -1]
    assert rows([(1040, 500), (500, 500)], near=0) == [-1, 0]


def test_a_point_equally_near_to_two_polygons_goes_to_the_first() -> None:
    assert rows([(1050, 500)]) == [0]


def test_a_point_on_a_shared_border_or_in_an_overlap_goes_to_the_first_polygon() -> None:
    touching = np.array(
        [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(5, 5, 15, 9)]
    )
    x, y = np.array([(10.0, 1.0), (12.0, 7.0), (20.0, 10.0)]).T
    assert rows_of_points(touching, x, y).tolist() == [0, 1, 1]
    assert rows_of_points(touching, x, y, nearest_within_m=0).tolist() == [0, 1, 1]


def test_a_point_without_a_place_is_outside() -> None:
    assert rows([(NAN, 500), (500, NAN), (float("inf"), 0)]) == [-1, -1, -1]


def test_repeats_are_found_once_and_points_without_a_place_nowhere() -> None:
    lon = np.array([1.0, 2.0, 1.0, NAN, 1.0, 0.0])
    lat = np.array([5.0, 5.0, 5.0, 5.0, 6.0, NAN])
    found = distinct_points(lon, lat)
    assert (found.lon.tolist(), found.lat.tolist()) == ([1.0, 2.0, 1.0], [5.0, 5.0, 6.0])
    assert found.place_of.tolist() == [0, 1, 0, -1, 2, -1]


def test_no_points_at_all_give_no_rows(four: StudyArea) -> None:
    none = np.array([])
    assert locate(four, none, none).tolist() == []
    assert locate(four, np.array([NAN]), np.array([NAN])).tolist() == [-1]


def test_degrees_find_their_lsoa(four: StudyArea) -> None:
    lon, lat = at((530_500, 180_500), (531_500, 180_500), (531_500, 181_500), (540_000, 180_000))
    found = locate(four, lon, lat)
    assert found.dtype == np.int32
    assert found.tolist() == [0, 1, 3, -1]


def test_swapped_or_impossible_degrees_are_outside(four: StudyArea) -> None:
    lon, lat = at((530_500, 180_500))
    assert locate(four, lat, lon).tolist() == [-1]
    assert locate(four, np.array([530_500.0]), np.array([180_500.0])).tolist() == [-1]


def test_a_published_code_of_the_area_outranks_the_point(four: StudyArea) -> None:
    lon, lat = at(*[(530_500, 180_500)] * 5)
    codes = ["X02", None, "", "E01999999", "E01000906"]
    assert locate(four, lon, lat, codes=codes).tolist() == [3, 0, 0, 0, 1]
    assert locate(four, np.full(5, NAN), lat, codes=codes).tolist() == [3, -1, -1, -1, 1]


@pytest.mark.parametrize(
    "form",
    [
        pa.array(["X02", None, "E01999999"]),
        pa.array(["X02", None, "E01999999"], pa.large_string()),
        pa.array(["X02", None, "E01999999"]).dictionary_encode(),
        pa.chunked_array([["X02", None], ["E01999999"]]),
        pa.chunked_array([["X02", None], ["E01999999"]]).dictionary_encode(),
    ],
    ids=["text", "large text", "dictionary", "chunks", "chunks of a dictionary"],
)
def test_codes_may_come_in_any_form_of_text(four: StudyArea, form: pa.Array) -> None:
    lon, lat = at(*[(530_500, 180_500)] * 3)
    assert locate(four, lon, lat, codes=form).tolist() == [3, 0, 0]


def test_codes_must_be_as_many_as_points(four: StudyArea) -> None:
    with pytest.raises(UsageError, match=r"equally many, not \[1, 2\]"):
        locate(four, np.zeros(2), np.zeros(2), codes=["X02"])


def test_an_lsoa_code_decides_the_borough(tmp_path: Path) -> None:
    # E01000001 is of the City, whatever the point; E01000905 of Camden in both censuses.
    features = [
        ({"LAD22CD": code, "LAD22NM": name}, square(x, 180_000))
        for code, name, x in (
            ("E09000001", "City of London", 530_000),
            ("E09000007", "Camden", 531_000),
        )
    ]
    file = write_geojson(tmp_path / "two.geojson", features)
    area = define_area(file, AreaSettings(unit=Unit.BOROUGH))
    lon, lat = at(*[(531_500, 180_500)] * 4)
    codes = ["E01000001", "E01000905", "E09000001", "E01011264"]
    assert locate(area, lon, lat, codes=codes).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("unit", [Unit.SQUARE, Unit.HEXAGON])
def test_grid_cells_are_found_by_arithmetic_and_ignore_codes(tmp_path: Path, unit: Unit) -> None:
    file = four_lsoas(tmp_path / "four.geojson")
    area = define_area(file, AreaSettings(unit=unit, cell_size_m=250))
    middles = list(zip(area.cells["x"].to_pylist(), area.cells["y"].to_pylist(), strict=True))
    lon, lat = at(*middles, (529_000, 180_000))
    codes = [area.cells["cell_id"][0].as_py()] * len(lon)
    assert locate(area, lon, lat, codes=codes).tolist() == [*range(area.n_cells), -1]


def test_a_hole_in_a_grid_is_outside() -> None:
    grid = Grid(kind="square", size_m=100)
    ids = ["S100-0-0", "S100-200-0", "S100-0-200"]
    x, y = np.array([(50, 50), (150, 50), (250, 50), (250, 250), (50, 250), (NAN, 0)]).T
    assert cells_of_points(grid, ids, x, y).tolist() == [0, -1, 1, -1, 2, -1]
    around = np.array([(-50, 50), (150, -50), (150, 350), (350, 50)], dtype=float)
    assert cells_of_points(grid, ids, *around.T).tolist() == [-1] * 4
    assert cells_of_points(grid, [], x[:1], y[:1]).tolist() == [-1]
