"""Square and hexagonal cells, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from rightplace.errors import BadInputError, UsageError
from rightplace.places.grids import (
    Grid,
    cell_centres,
    cell_ids,
    cell_indices,
    cell_polygons,
    indices_of_ids,
    lay_cells,
)

SQUARES = Grid(kind="square", size_m=250)
HEXAGONS = Grid(kind="hexagon", size_m=100)


def ids_at(grid: Grid, *points: tuple[float, float]) -> list[str]:
    x, y = np.array(points, dtype=float).T
    return [str(name) for name in cell_ids(grid, cell_indices(grid, x, y))]


def test_a_square_is_named_by_its_lower_left_corner_in_metres() -> None:
    assert ids_at(SQUARES, (530_300, 180_600)) == ["S250-530250-180500"]


def test_a_square_holds_its_left_and_lower_edge_but_not_the_others() -> None:
    corners = ids_at(SQUARES, (0, 0), (249.9, 249.9), (250, 0), (0, 250), (-0.1, 0))
    assert corners == ["S250-0-0", "S250-0-0", "S250-250-0", "S250-0-250", "S250--250-0"]


def test_hexagon_rows_lie_half_a_cell_askew_and_three_quarters_of_a_diameter_apart() -> None:
    # Width 100: corners 57.735 m from the centre, rows 86.603 m apart.
    centres = cell_centres(HEXAGONS, np.array([[0, 0], [1, 0], [0, 1], [-2, 3]]))
    assert centres == pytest.approx(
        np.array([[0, 0], [100, 0], [50, 86.60254], [-50, 259.80762]]), abs=1e-4
    )


def test_a_point_goes_to_the_nearest_hexagon_centre() -> None:
    # (50, 28.868) is the corner that (0,0), (1,0) and (0,1) share: a metre off decides.
    near = ids_at(HEXAGONS, (49, 28), (51, 28), (50, 30.5), (-49.9, 0), (-50.1, 0))
    assert near == ["H100-0-0", "H100-1-0", "H100-0-1", "H100-0-0", "H100--1-0"]


def test_a_hexagon_of_250_m_covers_54_127_square_metres() -> None:
    # sqrt(3)/2 * 250^2 = 54,126.6
    polygon = cell_polygons(Grid(kind="hexagon", size_m=250), np.array([[1704, 831]]))
    assert shapely.area(polygon)[0] == pytest.approx(54_126.59, abs=0.01)
    assert Grid(kind="hexagon", size_m=250).cell_km2 == pytest.approx(0.05412659, abs=1e-8)


@pytest.mark.parametrize("grid", [SQUARES, HEXAGONS, Grid(kind="hexagon", size_m=152.4)])
def test_neighbours_share_their_corners_to_the_last_bit(grid: Grid) -> None:
    block = np.array([[q, r] for q in range(2000, 2006) for r in range(700, 706)])
    polygons = cell_polygons(grid, block)
    corners = {tuple(point) for point in shapely.get_coordinates(polygons).tolist()}
    # By hand: 6x6 squares have 7x7 corners; a 6x6 hexagon patch has 2*(6+1)^2 - 2 = 96.
    assert len(corners) == (49 if grid.kind == "square" else 96)


def test_cells_are_clipped_to_the_ground() -> None:
    laid = lay_cells(SQUARES, shapely.box(100, 100, 1100, 1100))
    area = dict(zip(laid.ids.tolist(), laid.area_km2.tolist(), strict=True))
    assert len(area) == 25  # columns of width 150, 250, 250, 250 and 100
    assert area["S250-0-0"] == pytest.approx(0.15 * 0.15)
    assert area["S250-1000-250"] == pytest.approx(0.1 * 0.25)
    assert area["S250-500-500"] == pytest.approx(0.0625)
    assert sum(area.values()) == pytest.approx(1.0)


def test_holes_and_parts_of_the_ground_are_respected() -> None:
    ring = shapely.box(0, 0, 1000, 1000).difference(shapely.box(250, 250, 750, 750))
    island = shapely.box(5000, 0, 5250, 250)
    laid = lay_cells(SQUARES, ring.union(island))
    assert len(laid.ids) == 12 + 1
    assert "S250-500-500" not in laid.ids
    assert "S250-5000-0" in laid.ids


@pytest.mark.parametrize("kind", ["square", "hexagon"])
def test_a_cell_keeps_its_identifier_whatever_ground_it_belongs_to(kind: str) -> None:
    grid = Grid(kind="square" if kind == "square" else "hexagon", size_m=250)
    small = lay_cells(grid, shapely.box(530_000, 180_000, 531_000, 181_000))
    large = lay_cells(grid, shapely.box(527_130, 178_070, 533_000, 184_000))
    assert set(small.ids) < set(large.ids)


def test_cells_come_in_order_of_identifier() -> None:
    laid = lay_cells(HEXAGONS, shapely.box(-500, -500, 500, 500))
    assert laid.ids.tolist() == sorted(laid.ids.tolist())


def test_a_sliver_under_a_square_metre_is_no_cell() -> None:
    laid = lay_cells(SQUARES, shapely.box(0, 0, 250.003, 250))
    assert laid.ids.tolist() == ["S250-0-0"]


def test_another_origin_moves_the_cells_and_shows_in_a_hexagons_name() -> None:
    moved = Grid(kind="square", size_m=100, origin_x=30, origin_y=40)
    assert ids_at(moved, (29, 41), (31, 41)) == ["S100--70-40", "S100-30-40"]
    level = Grid(kind="square", size_m=100.1, origin_x=300.29996)
    assert ids_at(level, (1, 1)) == ["S100.1-0-0"]  # 300.29996 - 3 * 100.1 is -0.00004
    hexagons = Grid(kind="hexagon", size_m=100, origin_x=30, origin_y=40)
    assert ids_at(hexagons, (30, 40)) == ["H100@30,40-0-0"]


@pytest.mark.parametrize(
    "grid",
    [
        SQUARES,
        HEXAGONS,
        Grid(kind="square", size_m=152.4),
        Grid(kind="square", size_m=100, origin_x=30.5, origin_y=-40),
        Grid(kind="hexagon", size_m=100, origin_x=30.5, origin_y=-40),
    ],
)
def test_an_identifier_tells_the_cell_it_names(grid: Grid) -> None:
    indices = np.array([[-3, -7], [0, 0], [12, -1], [2121, 722]])
    assert indices_of_ids(grid, cell_ids(grid, indices).tolist()).tolist() == indices.tolist()


def test_too_many_cells_are_refused_with_the_least_size_that_works() -> None:
    # 100 km x 100 km at 50 m is 4,000,000 cells and 8,000 more at the edge;
    # 50 m * sqrt(4,008,000 / 400,000) = 158.3 m.
    with pytest.raises(UsageError, match=r"about 4,008,000; the most is 400,000.*160 m") as caught:
        lay_cells(Grid(kind="square", size_m=50), shapely.box(0, 0, 100_000, 100_000))
    assert caught.value.fault.value == "50"


@pytest.mark.parametrize("size", [0.0, -250.0, float("nan"), float("inf")])
def test_a_size_that_is_no_size_is_refused(size: float) -> None:
    with pytest.raises(UsageError, match="cannot be"):
        Grid(kind="square", size_m=size)


def test_ground_without_area_is_refused() -> None:
    with pytest.raises(BadInputError, match="no area"):
        lay_cells(SQUARES, shapely.Polygon())


def test_points_without_coordinates_are_refused_not_misplaced() -> None:
    with pytest.raises(BadInputError, match="finite"):
        cell_indices(SQUARES, np.array([np.nan]), np.array([1.0]))


def test_text_that_names_no_cell_is_refused() -> None:
    with pytest.raises(BadInputError, match="'E01000001' is not"):
        indices_of_ids(SQUARES, ["S250-0-0", "E01000001"])
