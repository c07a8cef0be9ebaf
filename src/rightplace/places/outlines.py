"""Polygons from a GeoPackage, GeoJSON or shapefile, checked and brought into metres."""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from rightplace.core import bytes_digest
from rightplace.errors import BadInputError, NotHeldError, UsageError
from rightplace.places.polygons import POLYGON_TYPES, repaired
from rightplace.places.projection import (
    WGS84,
    check_coordinates,
    check_not_swapped,
    check_place,
    default_epsg,
    metre_crs,
    reproject,
    source_crs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

_FORMATS = (".gpkg", ".geojson", ".json", ".shp")
_SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the user should know that stops nothing."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """Polygons of a file, in metres, with their attributes.

    Parameters
    ----------
    file
        Name of the file.
    sha256
        Digest of its bytes.
    shapes
        Shape (n,). Valid polygons and multipolygons in the projected system.
    columns
        n rows of attributes, as published.
    epsg
        The projected system, in metres.
    notices
        What was mended on the way.
    """

    file: str
    sha256: str
    shapes: NDArray[np.object_]
    columns: pa.Table
    epsg: int
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        """Check that each polygon has its attributes.

        Raises
        ------
        BadInputError
            If there is no polygon, or the numbers differ.
        """
        if not len(self.shapes):
            msg = "There is not one polygon."
            raise BadInputError(msg, file=self.file, remedy="Give a file of polygons.")
        if len(self.shapes) != self.columns.num_rows:
            msg = f"{len(self.shapes)} polygons have {self.columns.num_rows} rows of attributes."
            raise BadInputError(msg, file=self.file)

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """Return only the polygons of the rows marked, shape (n,)."""
        return type(self)(
            file=self.file,
            sha256=self.sha256,
            shapes=self.shapes[kept],
            columns=self.columns.filter(kept),
            epsg=self.epsg,
            notices=self.notices,
        )


def read_outlines(
    path: Path, *, crs: int | None = None, layer: str | None = None, file_crs: int | None = None
) -> Outlines:
    """Return the polygons of a file, valid and in metres.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON, shapefile, or a zip that holds one of them in any folder.
    crs
        EPSG code of a projected system in metres; without it the British National Grid in
        Great Britain and the UTM zone elsewhere.
    layer
        Layer of a GeoPackage, or the file's name inside a zip; needed only if there are many.
    file_crs
        EPSG code of the system that the file is in; needed only if it does not say.

    Raises
    ------
    NotHeldError
        If the file is not there.
    UsageError
        If ``file_crs`` is given for a file that says its own.

    Notes
    -----
    Refused as bad input: a file that cannot be read, is empty, states no coordinate system or
    one that its coordinates contradict, or holds anything but polygons. A ``crs`` that is not
    a projected system in metres is refused as usage.
    """
    if not path.exists():
        msg = "The file is not there."
        raise NotHeldError(msg, file=path, remedy="Check its name and folder.")
    said: list[Notice] = []
    shapes, columns, stated = _read_layer(path, layer, said)
    if stated and file_crs is not None:
        msg = f"{path.name} says itself which coordinate system it is in."
        raise UsageError(msg, value=file_crs, remedy="Leave out --file-crs.")
    told = None if file_crs is None else f"EPSG:{file_crs}"
    source = source_crs(stated or told, file=path)
    _check_polygons(shapes, path)
    check_coordinates(tuple(shapely.total_bounds(shapes).tolist()), source, file=path)
    lon, lat = _degrees_of_each(shapes, source)
    check_place(lon, lat, source, file=path)
    if crs is None:
        check_not_swapped(lon, lat, file=path)
    epsg = default_epsg(lon, lat, file=path) if crs is None else crs
    target = metre_crs(epsg)
    check_place(lon, lat, target, file=path)
    flat, broken = repaired(reproject(shapes, source, target))
    if broken.size:
        rows = ", ".join(str(row + 1) for row in broken[:10])
        message = f"{path.name}: {broken.size} invalid outlines repaired, first rows: {rows}."
        said.append(Notice(code="repaired-polygons", message=message))
    return Outlines(
        file=path.name,
        sha256=parts_digest(path),
        shapes=flat,
        columns=columns,
        epsg=epsg,
        notices=tuple(said),
    )


def _read_layer(
    path: Path, layer: str | None, said: list[Notice]
) -> tuple[NDArray[np.object_], pa.Table, str | None]:
    """Return shapes, attributes and the stated system; what GDAL remarks goes into ``said``.

    Raises
    ------
    BadInputError
        If the file is not one of polygons.
    """
    place, layer = _openable(path, layer)
    try:
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            layer = _one_layer(place, layer, path)
            meta, table = pyogrio.read_arrow(place, layer=layer)
            shapes, columns = _shapes_of(meta, table)
    except (DataSourceError, DataLayerError, shapely.GEOSException, OSError) as error:
        msg = f"The file cannot be read as polygons ({str(error).strip()})."
        remedy = "Export it again as GeoPackage, GeoJSON or shapefile."
        raise BadInputError(msg, file=path, remedy=remedy) from error
    said += [Notice(code="reader", message=f"{path.name}: {note.message}") for note in remarks]
    return shapes, columns, meta["crs"]


def _shapes_of(meta: dict[str, Any], table: pa.Table) -> tuple[NDArray[np.object_], pa.Table]:
    """Return the geometry column as shapes, and the other columns."""
    if meta["geometry_type"] is None:  # a plain table
        return np.full(table.num_rows, None, dtype=object), table
    name = meta["geometry_name"] or "wkb_geometry"
    shapes = shapely.from_wkb(table[name].to_numpy())
    return np.asarray(shapes, dtype=np.object_), table.drop_columns([name])


def _openable(path: Path, layer: str | None) -> tuple[str, str | None]:
    """Return the path as GDAL opens it, and the layer to ask for there.

    Raises
    ------
    BadInputError
        If the file is of another kind, or a damaged zip.
    """
    if path.suffix.lower() == ".zip":
        member = _member(path, layer)
        return f"/vsizip/{{{path.resolve()}}}/{member}", None
    if path.suffix.lower() not in _FORMATS:
        msg = f"Outlines are not read from {path.suffix or 'a file without an ending'}."
        remedy = f"Known: {', '.join(_FORMATS)}, or a zip of one of them."
        raise BadInputError(msg, file=path, value=path.suffix, remedy=remedy)
    return str(path), layer


def _member(path: Path, wanted: str | None) -> str:
    """Return the one boundary file inside a zip.

    Raises
    ------
    BadInputError
        If the zip is damaged, holds none, or holds several and none was named.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            damaged, names = archive.testzip(), archive.namelist()
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        msg = f"The zip is damaged or cut short ({error})."
        raise BadInputError(msg, file=path, remedy="Fetch it again.") from error
    if damaged is not None:
        msg = "A file inside the zip is damaged."
        raise BadInputError(msg, file=f"{path}!{damaged}", remedy="Fetch it again.")
    found = [name for name in names if PurePosixPath(name).suffix.lower() in _FORMATS]
    if wanted is not None:
        found = [n for n in found if wanted in {n, PurePosixPath(n).name, PurePosixPath(n).stem}]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(sorted(found or names)[:10]) or "nothing"
    what = f"{len(found)} boundary files" if found else "no such boundary file"
    msg = f"The zip holds {what}."
    raise BadInputError(msg, file=path, remedy=f"Name one with --layer; it holds: {listed}.")


def _one_layer(place: str, wanted: str | None, path: Path) -> str:
    """Return the layer to read.

    Raises
    ------
    BadInputError
        If it is not there, or there are several and none was named.
    """
    names = [str(name) for name in pyogrio.list_layers(place)[:, 0]]
    if wanted in names:
        return str(wanted)
    if wanted is None and len(names) == 1:
        return names[0]
    msg = f"There is no layer {wanted!r}." if wanted else f"The file has {len(names)} layers."
    remedy = f"Name one with --layer: {', '.join(names) or 'there is none'}."
    raise BadInputError(msg, file=path, value=wanted, remedy=remedy)


def _check_polygons(shapes: NDArray[np.object_], path: Path) -> None:
    """Check that there are polygons and nothing else.

    Raises
    ------
    BadInputError
        If the file is empty, or a row has no outline, or is a point or line.
    """
    if not shapes.size:
        msg = "The file holds not one polygon."
        raise BadInputError(msg, file=path, remedy="Give a file of polygons.")
    bad = np.flatnonzero(
        ~np.isin(shapely.get_type_id(shapes), POLYGON_TYPES) | shapely.is_empty(shapes)
    )
    if bad.size:
        shape = shapes[bad[0]]
        kind = "no outline" if shape is None or shape.is_empty else shape.geom_type
        msg = f"{bad.size} of {shapes.size} rows are not polygons; the first is {kind}."
        remedy = "Give polygons only."
        raise BadInputError(msg, file=path, row=int(bad[0]) + 1, value=kind, remedy=remedy)


def _degrees_of_each(
    shapes: NDArray[np.object_], source: pyproj.CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of the middle of each shape's bounding box."""
    west, south, east, north = shapely.bounds(shapes).T
    steps = pyproj.Transformer.from_crs(source, WGS84, always_xy=True)
    lon, lat = steps.transform((west + east) / 2, (south + north) / 2)
    return np.asarray(lon), np.asarray(lat)


def parts_digest(path: Path) -> str:
    """Return the digest of a file; of a shapefile, of all its parts in order of name."""
    shapefile = path.suffix.lower() == ".shp"
    beside = [p for p in path.parent.glob(f"{path.stem}.*") if p.suffix.lower() in _SHAPEFILE_PARTS]
    parts = sorted(beside) if shapefile else [path]

    def blocks() -> Iterator[bytes]:
        for part in parts:
            with part.open("rb") as file:
                while block := file.read(_BLOCK):
                    yield block

    return bytes_digest(blocks())
