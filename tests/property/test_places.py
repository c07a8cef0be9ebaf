"""Laws of cells and of finding them, for all grids, grounds and points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.places import AreaSettings, Unit, build_area, fill_hierarchy, locate, to_degrees
from rightplace.places.assignment import cells_of_points, rows_of_points
from rightplace.places.grids import (
    Grid,
    cell_centres,
    cell_ids,
    cell_indices,
    cell_polygons,
    indices_of_ids,
    lay_cells,
)
from rightplace.places.outlines import Outlines
from rightplace.places.polygons import united

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS: tuple[Literal["square", "hexagon"], ...] = ("square", "hexagon")
grids = st.builds(
    Grid,
    kind=st.sampled_from(KINDS),
    size_m=st.floats(20, 2000),
    origin_x=st.sampled_from([0.0, 17.5]),
    origin_y=st.sampled_from([0.0, -300.25]),
)
coordinate = st.floats(-700_000, 1_300_000)
points = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=30)
corner = st.integers(0, 40).map(lambda step: 50.0 * step)
boxes = st.lists(st.tuples(corner, corner, corner, corner), min_size=1, max_size=5)


def xy(of: list[tuple[float, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.array(of, dtype=float).T
    return x, y


@given(grids, points)
def test_every_point_lies_in_the_cell_it_is_given(
    grid: Grid, of: list[tuple[float, float]]
) -> None:
    x, y = xy(of)
    polygons = cell_polygons(grid, cell_indices(grid, x, y))
    assert (shapely.distance(polygons, shapely.points(x, y)) < 1e-6).all()


@given(grids, points)
def test_no_neighbour_has_a_nearer_centre(grid: Grid, of: list[tuple[float, float]]) -> None:
    x, y = xy(of)
    own = cell_indices(grid, x, y)
    nearest = np.hypot(*(cell_centres(grid, own) - np.stack([x, y], axis=1)).T)
    for step in ([1, 0], [0, 1], [-1, 0], [0, -1], [1, -1], [-1, 1]):
        centres = cell_centres(grid, own + np.array(step))
        assert (nearest <= np.hypot(*(centres - np.stack([x, y], axis=1)).T) + 1e-6).all()


@given(grids, points)
def test_identifiers_and_cells_are_one_to_one(grid: Grid, of: list[tuple[float, float]]) -> None:
    indices = cell_indices(grid, *xy(of))
    ids = cell_ids(grid, indices).tolist()
    assert indices_of_ids(grid, ids).tolist() == indices.tolist()


@settings(max_examples=40)
@given(st.sampled_from(KINDS), st.sampled_from([90.0, 250.0, 333.3]), boxes)
def test_cells_share_out_the_ground_without_gap_or_overlap(
    kind: Literal["square", "hexagon"],
    size_m: float,
    corners: list[tuple[float, float, float, float]],
) -> None:
    ground = united(np.array([shapely.box(a, b, c, d) for a, b, c, d in corners]))
    if ground.area == 0:
        return
    grid = Grid(kind=kind, size_m=size_m)
    laid = lay_cells(grid, ground)
    # Slivers under a square metre are left out; the outline has at most so many cells.
    most_left_out = ground.length / size_m + 12 * len(corners)
    assert laid.area_km2.sum() * 1e6 == pytest.approx(ground.area, abs=most_left_out)
    assert shapely.union_all(laid.shapes).area == pytest.approx(laid.area_km2.sum() * 1e6)
    inside = [shape.representative_point() for shape in laid.shapes]
    x, y = xy([(point.x, point.y) for point in inside])
    assert cells_of_points(grid, laid.ids.tolist(), x, y).tolist() == [*range(len(inside))]


@given(points, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_points_or_their_repeats(
    of: list[tuple[float, float]], chance: np.random.RandomState
) -> None:
    shapes = np.array(
        [shapely.box(i * 3e5, -1e6, (i + 1) * 3e5 - 1e4, 1.5e6) for i in range(-3, 4)]
    )
    alone = dict(zip(of, rows_of_points(shapes, *xy(of), nearest_within_m=1e4), strict=True))
    mixed = [*of, *of[::2]]
    chance.shuffle(mixed)
    together = rows_of_points(shapes, *xy(mixed), nearest_within_m=1e4)
    assert [alone[point] for point in mixed] == together.tolist()


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([Unit.WARD, Unit.SQUARE, Unit.HEXAGON]), st.permutations(range(4)))
def test_the_order_of_polygons_in_the_file_changes_nothing(unit: Unit, order: list[int]) -> None:
    west = np.array([0, 1000, 0, 1000]) + 530_000
    south = np.array([0, 0, 1000, 1000]) + 180_000
    shapes = np.asarray(shapely.box(west, south, west + 1000, south + 1000))
    columns = pa.table({"WD24CD": ["a", "b", "c", "d"], "WD24NM": ["A", "B", "C", "D"]})
    outlines = Outlines(file="f", sha256="0", shapes=shapes, columns=columns, epsg=27700)
    shuffled = replace(outlines, shapes=shapes[order], columns=columns.take(pa.array(order)))
    size = 300.0 if unit.is_grid else None
    wanted = AreaSettings(unit=unit, cell_size_m=size)
    area, other = build_area(outlines, wanted), build_area(shuffled, wanted)
    assert area.cells.equals(other.cells)
    assert area.area_id == other.area_id
    lon, lat = to_degrees(27700, west + 333.0, south + 444.0)
    assert (locate(area, lon, lat) >= 0).all()


name = st.sampled_from(["Camden", "hackney", "Leeds", "City of London", None])
code = st.sampled_from(["E01000001", "E05009288", "E09000007", "X"])


@given(st.lists(st.tuples(code, st.text(max_size=8), name, name), min_size=1, max_size=10))
def test_filling_the_hierarchy_again_changes_nothing(
    of: list[tuple[str, str, str | None, str | None]],
) -> None:
    columns = [pa.array(column, pa.string()) for column in zip(*of, strict=True)]
    names = ["cell_id", "name", "ward", "borough", "bcu"]
    once = fill_hierarchy(pa.table([*columns, pa.nulls(len(of), pa.string())], names=names))
    assert fill_hierarchy(once).equals(once)
