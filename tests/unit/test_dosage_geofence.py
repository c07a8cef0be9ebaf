"""Which cell holds a ping: the compiled search says what a map library says."""

from __future__ import annotations

import numpy as np
import shapely

from rightplace.evaluate.geofence import _polygons
from rightplace.places import rows_of_points


def test_points_lie_in_the_polygons_in_which_shapely_finds_them_holes_and_parts_too() -> None:
    ring = shapely.Point(0, 0).buffer(900) - shapely.Point(0, 0).buffer(300)
    two_parts = shapely.MultiPolygon(
        [shapely.box(-950, 1000, -50, 1500), shapely.box(50, 1000, 900, 1500)]
    )
    island = shapely.Point(10, 5).buffer(200)
    shapes = np.array([ring, two_parts, island], dtype=np.object_)
    x, y = np.random.default_rng(0).uniform(-1600, 1600, (2, 20_000))
    x[0], y[1] = np.nan, np.inf
    ours = _polygons(shapes).holding(x, y)
    assert set(ours.tolist()) == {-1, 0, 1, 2}
    assert (ours == rows_of_points(shapes, x, y, nearest_within_m=0)).all()


def test_a_point_on_a_shared_edge_lies_in_one_of_the_two() -> None:
    shapes = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], dtype=np.object_)
    found = _polygons(shapes).holding(np.array([10.0, 5.0, 15.0]), np.array([5.0, 5.0, 5.0]))
    assert found.tolist() == [1, 0, 1]
