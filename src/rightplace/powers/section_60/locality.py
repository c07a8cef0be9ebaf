"""Where an authorisation is to hold: ground picked or drawn, and what was there before.

Smallest first: what is offered begins with the one cell round a point, and every further cell is
shown with what it would take in (DOMAIN 1.1.12 and 1.7.44; NEEDS C2 and C3). Places only: nothing
here knows who lives there, beyond how many.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import shapely

from rightplace.errors import BadInputError
from rightplace.places.projection import to_degrees, to_metres
from rightplace.powers.section_60.outline import shared_share

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

SLIVER = 0.01
"""Share of a cell under which it is not taken for part of a locality: edges never fit quite."""
WHOLE = 0.99
"""Share of a borough's ground from which on all of it is taken in."""
MOST_POINTS = 2_000
STRAYS_M = 1.0
"""How far an outline that is kept may stray from the one that was chosen, in metres."""
_SQUARE_METRES = 1e6
_CORNERS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground60:
    """The cells of the study area, as localities are picked from them; arrays of shape (n_cells,).

    Parameters
    ----------
    ids
        Of each cell.
    shapes
        Outlines in metres.
    wards, boroughs
        Name of each, None where it has none.
    residents
        How many live there; None where nothing is held that says so.
    crs
        EPSG code of the metres.
    """

    ids: tuple[str, ...]
    shapes: NDArray[np.object_]
    wards: tuple[str | None, ...]
    boroughs: tuple[str | None, ...]
    residents: tuple[int | None, ...]
    crs: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """What a locality takes in.

    Parameters
    ----------
    shape
        Its outline in metres.
    area_km2
        Its ground.
    cells
        Rows of the cells that it takes in, whole or in part.
    boroughs, whole_boroughs
        Boroughs that it touches, and those of which it takes in all.
    residents
        By share of ground where it cuts a cell; None where it is not held of one of the cells.
    is_whole_cells
        Whether it cuts no cell.
    """

    shape: shapely.Geometry
    area_km2: float
    cells: tuple[int, ...]
    boroughs: tuple[str, ...]
    whole_boroughs: tuple[str, ...]
    residents: int | None
    is_whole_cells: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A locality that is offered.

    Parameters
    ----------
    kind
        ``cell``, ``ward`` or ``borough``.
    name
        Of the ward or borough; the id of the cell.
    cells
        Rows.
    """

    kind: str
    name: str
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastUse:
    """An authorisation that was given before.

    Parameters
    ----------
    reference
        Its own.
    outline
        GeoJSON of its locality.
    area_km2
        Its ground.
    starts, ends
        When it held, half-open, with what was extended or revoked.
    """

    reference: str
    outline: str
    area_km2: float
    starts: datetime
    ends: datetime


def taken_by_cells(ground: Ground60, rows: Sequence[int]) -> Taken:
    """Return what some whole cells take in.

    Parameters
    ----------
    ground
        The study area.
    rows
        At least one row of its cells.

    Raises
    ------
    BadInputError
        If no cell is named.
    """
    if not rows:
        msg = "No place is chosen."
        raise BadInputError(msg, remedy="Choose at least one, or draw an outline.")
    kept = tuple(sorted(set(rows)))
    shape = shapely.make_valid(shapely.union_all(ground.shapes[list(kept)]))
    shares = np.zeros(len(ground.ids))
    shares[list(kept)] = 1.0
    return _taken(ground, shape, shares)


def taken_by_outline(ground: Ground60, shape: shapely.Geometry) -> Taken:
    """Return what a drawn outline takes in.

    Parameters
    ----------
    ground
        The study area.
    shape
        In metres.

    Raises
    ------
    BadInputError
        If a part of it lies outside the study area.
    """
    inside = shapely.area(shapely.intersection(ground.shapes, shape))
    if inside.sum() < (1 - SLIVER) * shape.area:
        msg = f"{1 - inside.sum() / shape.area:.0%} of the outline lies outside the study area."
        remedy = "Draw it inside; check that longitude stands before latitude."
        raise BadInputError(msg, remedy=remedy)
    shares = inside / shapely.area(ground.shapes)
    shares[shares < SLIVER] = 0.0
    if not shares.any():  # smaller than a sliver of the one cell in which it lies
        shares[int(np.argmax(inside))] = inside.max() / ground.shapes[int(np.argmax(inside))].area
    return _taken(ground, shape, shares)


def _taken(ground: Ground60, shape: shapely.Geometry, shares: NDArray[np.float64]) -> Taken:
    rows = np.flatnonzero(shares)
    names = {ground.boroughs[row] for row in rows}
    touched = tuple(sorted(name for name in names if name))
    known = [ground.residents[row] for row in rows]
    people = (
        None
        if any(each is None for each in known)
        else round(sum(shares[row] * (ground.residents[row] or 0) for row in rows))
    )
    return Taken(
        shape=shape,
        area_km2=float(shape.area / _SQUARE_METRES),
        cells=tuple(int(row) for row in rows),
        boroughs=touched,
        whole_boroughs=tuple(name for name in touched if _is_whole(ground, name, shares)),
        residents=people,
        is_whole_cells=bool(np.all((shares == 0) | (shares > WHOLE))),
    )


def _is_whole(ground: Ground60, borough: str, shares: NDArray[np.float64]) -> bool:
    rows = [row for row, name in enumerate(ground.boroughs) if name == borough]
    areas = shapely.area(ground.shapes[rows])
    return bool((shares[rows] * areas).sum() >= WHOLE * areas.sum())


def cell_at(ground: Ground60, lon: float, lat: float) -> int | None:
    """Return the row of the cell in which a point lies, in degrees; None outside them all."""
    x, y = to_metres(ground.crs, np.array([lon]), np.array([lat]))
    if not (np.isfinite(x[0]) and np.isfinite(y[0])):
        return None
    found = np.flatnonzero(shapely.intersects(ground.shapes, shapely.Point(x[0], y[0])))
    return int(found[0]) if found.size else None


def candidates(ground: Ground60, row: int) -> tuple[Candidate, ...]:
    """Return the localities round a cell, smallest first: the cell, its ward, its borough."""
    found = [Candidate(kind="cell", name=ground.ids[row], cells=(row,))]
    borough = ground.boroughs[row]
    if (ward := ground.wards[row]) is not None:
        places = zip(ground.wards, ground.boroughs, strict=True)
        cells = tuple(n for n, place in enumerate(places) if place == (ward, borough))
        found.append(Candidate(kind="ward", name=ward, cells=cells))
    if borough is not None:
        cells = tuple(n for n, name in enumerate(ground.boroughs) if name == borough)
        found.append(Candidate(kind="borough", name=borough, cells=cells))
    return tuple(found)


def next_to(ground: Ground60, rows: Sequence[int]) -> tuple[int, ...]:
    """Return the rows of cells that share an edge with some chosen ones, smallest ground first."""
    chosen = shapely.union_all(ground.shapes[list(rows)])
    touching = np.flatnonzero(shapely.intersects(ground.shapes, chosen))
    shared = shapely.length(shapely.intersection(ground.shapes[touching], chosen))
    edges = {int(row) for row, length in zip(touching, shared, strict=True) if length > 0}
    areas = shapely.area(ground.shapes)
    return tuple(sorted(edges - set(rows), key=lambda row: (areas[row], row)))


def outline_of(text: str, crs: int) -> shapely.Geometry:
    """Return the outline that somebody typed, drew or pasted, in metres.

    Parameters
    ----------
    text
        GeoJSON of a polygon (alone, or in a feature), or a corner a line: longitude, latitude.
    crs
        EPSG code of the metres.

    Raises
    ------
    BadInputError
        If it is neither, crosses itself, has too many corners, or holds no ground.
    """
    shape = _from_geojson(text) if text.lstrip().startswith("{") else _from_corners(text)
    if shapely.get_num_coordinates(shape) > MOST_POINTS:
        msg = f"The outline has more than {MOST_POINTS:,} corners."
        raise BadInputError(msg, remedy="Draw it simpler: officers must be able to see its edge.")
    bounds = shape.bounds
    if not all(np.isfinite(bounds)) or max(map(abs, bounds)) > 180:  # noqa: PLR2004 - degrees
        msg = "The corners are not longitude and latitude in degrees."
        raise BadInputError(msg, remedy="Write each as -0.1150, 51.4613.")
    metres = shapely.transform(shape, lambda x, y: to_metres(crs, x, y), interleaved=False)
    if not np.isfinite(shapely.get_coordinates(metres)).all() or metres.area <= 0:
        msg = "The outline holds no ground on this map."
        raise BadInputError(msg, remedy="Check that longitude stands before latitude.")
    if not shapely.is_valid(metres):
        msg = f"The outline crosses itself: {shapely.is_valid_reason(metres)}."
        raise BadInputError(msg, remedy="Give the corners in the order in which one walks round.")
    return metres


def _from_geojson(text: str) -> shapely.Geometry:
    try:
        read = json.loads(text)
        geometry = read.get("geometry", read) if isinstance(read, dict) else read
        shape = shapely.from_geojson(json.dumps(geometry))
    except (ValueError, shapely.errors.GEOSException, RecursionError) as error:
        msg = "The outline is not GeoJSON that can be read."
        raise BadInputError(msg, remedy="Paste one Polygon or MultiPolygon.") from error
    if shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
        msg = "The outline is not a Polygon or MultiPolygon."
        raise BadInputError(msg, remedy="Paste one, with longitude before latitude.")
    return shapely.force_2d(shape)


def _from_corners(text: str) -> shapely.Geometry:
    corners = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        parts = line.replace(",", " ").split()
        try:
            lon, lat = (float(part) for part in parts)
        except ValueError as error:
            msg = f"Corner {number} of the outline is not a longitude and a latitude."
            raise BadInputError(msg, remedy="Write one a line: -0.1150, 51.4613.") from error
        if not (isfinite(lon) and isfinite(lat)):
            msg = f"Corner {number} of the outline is not a number of degrees."
            raise BadInputError(msg, remedy="Write one a line: -0.1150, 51.4613.")
        corners.append((lon, lat))
    if len(set(corners)) < _CORNERS:
        msg = f"An outline needs {_CORNERS} corners or more; {len(set(corners))} are given."
        raise BadInputError(msg, remedy="Write one a line, or paste GeoJSON.")
    return shapely.Polygon(corners)


def geojson_of(shape: shapely.Geometry, crs: int) -> str:
    """Return an outline in metres as GeoJSON in degrees, a metre or two simpler than drawn."""
    plain = shapely.simplify(shape, STRAYS_M, preserve_topology=True)
    degrees = shapely.transform(plain, lambda x, y: to_degrees(crs, x, y), interleaved=False)
    return str(shapely.to_geojson(shapely.set_precision(degrees, 1e-6)))


def same_place(outline: str, past: Sequence[PastUse], *, share: float) -> tuple[PastUse, ...]:
    """Return the earlier authorisations at the same place, the newest first.

    Parameters
    ----------
    outline
        GeoJSON of the locality.
    past
        Those that were given before.
    share
        Of the smaller locality, 0 to 1, that lies in the other from which on both are one place.
    """
    met = (each for each in past if shared_share(outline, each.outline) >= share)
    return tuple(sorted(met, key=lambda each: (each.starts, each.reference), reverse=True))


def hours_at(past: Sequence[PastUse], *, until: datetime, days: int = 28) -> timedelta:
    """Return how long any of some authorisations held in the days before a moment.

    Hours in which two held at once count once.

    Parameters
    ----------
    past
        Those at the place.
    until
        The moment.
    days
        How far back.
    """
    since = until - timedelta(days=days)
    spans = sorted((max(each.starts, since), min(each.ends, until)) for each in past)
    total, reached = timedelta(0), since
    for starts, ends in spans:
        if ends > max(starts, reached):
            total += ends - max(starts, reached)
            reached = ends
    return total


def share_smaller(area_km2: float, past_km2: Sequence[float]) -> float | None:
    """Return the share of past localities that were smaller, 0 to 1; None where there is none."""
    return sum(each < area_km2 for each in past_km2) / len(past_km2) if past_km2 else None
