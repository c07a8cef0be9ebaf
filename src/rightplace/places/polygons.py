"""Polygons as arrays: made valid, freed of lines and points, merged by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

POLYGON_TYPES = (3, 6)  # GEOS numbers: polygon and multipolygon
_COLLECTION = 7
_MILLIMETRE = 0.001


def polygonal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return each shape without the lines and points that cutting or repair leave behind.

    Parameters
    ----------
    shapes
        Shape (n,). Polygons, multipolygons or collections; anything else becomes empty.

    Returns
    -------
    NDArray
        Shape (n,). Polygons and multipolygons, empty where nothing with an area was left.
    """
    types = shapely.get_type_id(shapes)
    kept = np.where(np.isin(types, POLYGON_TYPES), shapes, shapely.Polygon())
    for at in np.flatnonzero(types == _COLLECTION):
        parts = shapely.get_parts(shapes[at])
        areal = parts[np.isin(shapely.get_type_id(parts), POLYGON_TYPES)]
        kept[at] = shapely.union_all(areal) if areal.size else shapely.Polygon()
    return kept


def repaired(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return flat, valid polygons and the rows that had to be repaired.

    Repair keeps every ring (GEOS method "linework"), so a self-crossing outline becomes the
    pieces that it encloses.

    Parameters
    ----------
    shapes
        Shape (n,). Polygons and multipolygons, valid or not.
    """
    flat = shapely.force_2d(shapes)
    broken = np.flatnonzero(~shapely.is_valid(flat))
    if broken.size:
        flat[broken] = polygonal(shapely.make_valid(flat[broken]))
    return flat, broken


def united(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return all ground that valid polygons in metres cover, as one shape.

    Corners are rounded to the millimetre, which closes the hair cracks that publishers leave
    between neighbours (31,234 of them in the London LSOAs of 2011, half a square metre in all).
    """
    return shapely.union_all(shapes, grid_size=_MILLIMETRE)


def merged(
    shapes: NDArray[np.object_], labels: list[str]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return one shape per label, in order of label, and the first row of each.

    Parameters
    ----------
    shapes
        Shape (n,). Valid polygons.
    labels
        n labels; shapes with the same label are united.
    """
    _, first, group = np.unique(np.asarray(labels), return_index=True, return_inverse=True)
    one_each = shapes[first]
    members = np.bincount(group)
    for label in np.flatnonzero(members > 1):
        one_each[label] = united(shapes[group == label])
    return one_each, first
