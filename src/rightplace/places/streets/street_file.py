"""Street lines from OpenStreetMap, a shapefile or a GeoPackage, brought into metres."""

from __future__ import annotations

import warnings
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from rightplace.errors import BadInputError, NotHeldError
from rightplace.places.outlines import Notice, parts_digest
from rightplace.places.projection import check_coordinates, metre_crs, reproject, source_crs
from rightplace.places.streets.street_columns import is_openstreetmap, usage_of
from rightplace.places.streets.street_lines import StreetLines
from rightplace.places.streets.whole_file import check_whole

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    import pyproj
    from numpy.typing import NDArray

_OPENSTREETMAP = (".osm", ".pbf")
_LINE_FILES = (".shp", ".gpkg", ".geojson")
_LINE_TYPES = (1, 2, 5)  # GEOS numbers: line, ring, several lines
_KNOWN = "Known: OpenStreetMap (.osm, .osm.pbf), shapefile (.shp), GeoPackage (.gpkg), .geojson."


def read_streets(path: Path, *, crs: int, layer: str | None = None) -> StreetLines:
    """Return the streets of a file as lines in metres.

    Ways of OpenStreetMap meet at any vertex that two of them share; lines of other files only
    at their ends, unless they carry OpenStreetMap's classes (a column ``highway`` or ``fclass``).

    Parameters
    ----------
    path
        OpenStreetMap extract (.osm, .osm.pbf), shapefile, GeoPackage or GeoJSON of lines.
    crs
        EPSG code of the study area's projected system, in metres.
    layer
        Layer of a GeoPackage; needed only if several hold lines.

    Raises
    ------
    NotHeldError
        If the file is not there.

    Notes
    -----
    Refused as bad input: a file of another kind, one that is damaged, cut short or empty, states
    no coordinate system or one that its coordinates contradict, or holds anything but lines. A
    ``crs`` that is not a projected system in metres is refused as usage. Rows without a line, or
    with one of no length, are left out and told in a notice.
    """
    if not path.is_file():
        msg = "The file is not there."
        raise NotHeldError(msg, file=path, remedy="Check its name and folder.")
    target = metre_crs(crs)
    said: list[Notice] = []
    shapes, columns, stated = _read(path, layer, said)
    lines, rows = _single_lines(shapes, path, said)
    lines = _in_metres(lines, rows, _source(stated, path), target=target, path=path)
    drawn = np.flatnonzero(shapely.length(lines) > 0)
    if drawn.size < lines.size:
        _tell(
            said, "no-length", f"{lines.size - drawn.size} lines of no length are left out.", path
        )
    usage, unknown = usage_of(columns)
    if unknown:
        message = f"{unknown} one-way marks are not known; both directions are taken as open."
        _tell(said, "one-way-not-known", message, path)
    return StreetLines(
        file=path.name,
        sha256=parts_digest(path),
        epsg=crs,
        lines=lines[drawn],
        rows=rows[drawn] + 1,
        usage=usage.take(rows[drawn]),
        joined_at="vertices" if is_openstreetmap(columns) else "ends",
        notices=tuple(said),
    )


def _tell(said: list[Notice], code: str, message: str, path: Path) -> None:
    """Note something that stops nothing."""
    said.append(Notice(code=code, message=f"{path.name}: {message}"))


def _read(
    path: Path, layer: str | None, said: list[Notice]
) -> tuple[NDArray[np.object_], pa.Table, str | None]:
    """Return shapes, attributes and the stated system; what GDAL remarks goes into ``said``.

    Raises
    ------
    BadInputError
        If the file is of another kind, or cannot be read as lines.
    """
    kind = path.suffix.lower()
    if kind not in {*_OPENSTREETMAP, *_LINE_FILES}:
        msg = f"Streets are not read from {path.suffix or 'a file without an ending'}."
        raise BadInputError(msg, file=path, value=path.suffix, remedy=_KNOWN)
    check_whole(path)
    try:
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            if kind in _OPENSTREETMAP:
                meta, table = _read_openstreetmap(path)
            else:
                meta, table = pyogrio.read_arrow(path, layer=_line_layer(path, layer))
            shapes, columns = _shapes_of(meta, table)
    except (DataSourceError, DataLayerError, FeatureError, shapely.GEOSException, OSError) as error:
        msg = f"The file cannot be read as street lines ({str(error).strip()})."
        remedy = f"Fetch or export it again. {_KNOWN}"
        raise BadInputError(msg, file=path, remedy=remedy) from error
    for note in remarks:
        _tell(said, "reader", str(note.message), path)
    return shapes, columns, meta["crs"]


def _read_openstreetmap(path: Path) -> tuple[dict[str, Any], pa.Table]:
    """Return the ways with a ``highway`` tag and the tags that say who may use them."""
    with as_file(files(__package__) / "data" / "osm_streets.ini") as tags:
        meta, table = pyogrio.read_arrow(
            path, layer="lines", where="highway IS NOT NULL", CONFIG_FILE=str(tags)
        )
    return meta, table


def _shapes_of(meta: dict[str, Any], table: pa.Table) -> tuple[NDArray[np.object_], pa.Table]:
    """Return the geometry column as shapes, and the other columns."""
    if meta["geometry_type"] is None:  # a plain table
        return np.full(table.num_rows, None, dtype=object), table
    name = meta["geometry_name"] or "wkb_geometry"
    shapes = shapely.from_wkb(table[name].to_numpy())
    return np.asarray(shapes, dtype=np.object_), table.drop_columns([name])


def _line_layer(path: Path, wanted: str | None) -> str:
    """Return the layer to read.

    Raises
    ------
    BadInputError
        If it is not there, or several hold lines and none was named.
    """
    held = [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(path)]
    names = [name for name, _ in held]
    if wanted in names:
        return str(wanted)
    lines = [name for name, kind in held if "Line" in kind] or names
    if wanted is None and len(lines) == 1:
        return lines[0]
    msg = f"There is no layer {wanted!r}." if wanted else f"The file has {len(lines)} layers."
    remedy = f"Name one: {', '.join(lines) or 'there is none'}."
    raise BadInputError(msg, file=path, value=wanted, remedy=remedy)


def _single_lines(
    shapes: NDArray[np.object_], path: Path, said: list[Notice]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the lines, several in one row taken apart, and the position of each row.

    Raises
    ------
    BadInputError
        If there is none, or a row is a point or polygon.
    """
    held = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not held.size:
        msg = "The file holds not one street."
        raise BadInputError(msg, file=path, remedy="Give a file of street lines.")
    other = held[~np.isin(shapely.get_type_id(shapes[held]), _LINE_TYPES)]
    if other.size:
        kind = shapes[other[0]].geom_type
        msg = f"{other.size} of {shapes.size} rows are not lines; the first is a {kind}."
        remedy = "Give a file or layer of lines only."
        raise BadInputError(msg, file=path, row=int(other[0]) + 1, value=kind, remedy=remedy)
    if held.size < shapes.size:
        _tell(said, "no-line", f"{shapes.size - held.size} rows without a line are left out.", path)
    parts, which = shapely.get_parts(shapes[held], return_index=True)
    lines = shapely.remove_repeated_points(shapely.force_2d(parts), 0)
    return np.asarray(lines, dtype=np.object_), held[which].astype(np.int64)


def _source(stated: str | None, path: Path) -> pyproj.CRS:
    """Return the coordinate system that the file states.

    Raises
    ------
    BadInputError
        If it states none.
    """
    if not stated:
        msg = "The file does not say which coordinate system it is in."
        remedy = "Add it: the .prj file of a shapefile, or the layer's system in a GeoPackage."
        raise BadInputError(msg, file=path, remedy=remedy)
    return source_crs(stated, file=path)


def _in_metres(
    lines: NDArray[np.object_],
    rows: NDArray[np.int64],
    source: pyproj.CRS,
    *,
    target: pyproj.CRS,
    path: Path,
) -> NDArray[np.object_]:
    """Return lines in the area's system.

    Raises
    ------
    BadInputError
        If a line has no place there.
    """
    check_coordinates(tuple(shapely.total_bounds(lines).tolist()), source, file=path)
    moved = reproject(lines, source, target)
    lost = np.flatnonzero(~np.isfinite(shapely.bounds(moved)).all(axis=1))
    if lost.size:
        msg = f"{lost.size} lines have no place in {target.name}."
        remedy = "Look for a mislabelled coordinate system, or cut the file to the study area."
        raise BadInputError(msg, file=path, row=int(rows[lost[0]]) + 1, remedy=remedy)
    return moved
