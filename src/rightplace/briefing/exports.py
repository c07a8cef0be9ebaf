"""The whole plan for other programs: GeoPackage, GeoJSON and CSV, each carrying its notice.

Marking, plan, data cut-off, the place sentence and SYNTHETIC where it is stand on every file,
layer and row, so that no part travels without them. Same inputs, same bytes.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely
from pyproj import Transformer

from rightplace.briefing.frame import outline
from rightplace.briefing.text import clean, defused
from rightplace.errors import BadInputError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.briefing.stamp import Stamp

FORMATS: Final = ("gpkg", "geojson", "csv")
NOT_FOR_CREWS: Final = ("arm", "probability")
"""Columns that stay inside: who is patrolled by chance must not be known on the street."""

_HELD_OUT: Final = "holdout"
_DECIMALS: Final = 6
"""Of a degree: 0.1 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTables:
    """What the exports write.

    Parameters
    ----------
    visits
        One row for each visit, with ``cell_id``; rows whose ``arm`` is ``holdout`` are no visits
        and are left out, as are the columns of `NOT_FOR_CREWS`.
    forecast
        One row for each cell (or cell and slot), with ``cell_id``; nulls are no data.
    cells
        ``cell_id``, ``lon``, ``lat`` and ``geometry`` (WKB in ``crs``).
    crs
        Coordinate reference system of the outlines, such as ``EPSG:27700``.
    """

    visits: pa.Table
    forecast: pa.Table
    cells: pa.Table
    crs: str

    def __post_init__(self) -> None:
        """Check that every row has a place.

        Raises
        ------
        BadInputError
            If a column is absent, or a row names a cell without outline.
        """
        needed = (
            ("visits", self.visits, ("cell_id",)),
            ("forecast", self.forecast, ("cell_id",)),
            ("cells", self.cells, ("cell_id", "lon", "lat", "geometry")),
        )
        for name, table, columns in needed:
            absent = [column for column in columns if column not in table.column_names]
            if absent:
                msg = f"The {name} table has no column {', '.join(absent)}."
                raise BadInputError(msg, value=name)
        known = set(self.cells["cell_id"].to_pylist())
        for name, table in (("visits", self.visits), ("forecast", self.forecast)):
            lost = sorted(set(map(str, table["cell_id"].to_pylist())) - known)
            if lost:
                msg = (
                    f"The {name} table names {len(lost)} cells without outline, {lost[0]!r} first."
                )
                raise BadInputError(msg, value=lost[0], remedy="Give the cells of the study area.")


def write_exports(
    folder: Path, tables: PlanTables, stamp: Stamp, *, formats: Sequence[str] = FORMATS
) -> tuple[Path, ...]:
    """Write the plan in the formats asked for, and return the files in order of their names.

    GeoPackage is ``plan.gpkg`` with the layers ``visits`` and ``forecast``; GeoJSON (longitude
    and latitude, RFC 7946) and CSV have a file for each.

    Raises
    ------
    BadInputError
        If a format is unknown.
    StorageError
        If the disk refuses a file.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        msg = f"{unknown[0]!r} is not a format of the plan."
        raise BadInputError(msg, value=unknown[0], remedy=f"Choose from {', '.join(FORMATS)}.")
    layers = {
        "visits": _stamped(_without_chance(tables.visits), stamp),
        "forecast": _stamped(tables.forecast, stamp),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(sorted(_write_all(folder, layers, tables, stamp=stamp, formats=formats)))
    except (OSError, pyogrio.errors.DataSourceError) as error:
        msg = f"The plan cannot be written: {error}"
        raise StorageError(
            msg, file=folder, remedy="Free space, or choose another --out."
        ) from error


def _write_all(
    folder: Path,
    layers: dict[str, pa.Table],
    tables: PlanTables,
    *,
    stamp: Stamp,
    formats: Sequence[str],
) -> Iterator[Path]:
    if "gpkg" in formats:
        yield _write_geopackage(folder / "plan.gpkg", layers, tables, stamp)
    for name, table in layers.items():
        if "geojson" in formats:
            yield _write_geojson(folder / f"{name}.geojson", table, tables, stamp)
        if "csv" in formats:
            yield _write_csv(folder / f"{name}.csv", table, tables.cells)


def _without_chance(visits: pa.Table) -> pa.Table:
    """Return the visits that will be made, without what chance decided."""
    if "arm" in visits.column_names:
        held_out = pc.fill_null(pc.equal(visits["arm"], _HELD_OUT), False)  # noqa: FBT003 - null arm
        visits = visits.filter(pc.invert(held_out))
    return visits.drop_columns([c for c in NOT_FOR_CREWS if c in visits.column_names])


def _stamped(table: pa.Table, stamp: Stamp) -> pa.Table:
    """Return the table with marking and provenance on each row."""
    facts = {
        "marking": clean(stamp.marking),
        "synthetic": stamp.synthetic,
        "plan_id": clean(stamp.plan_id),
        "forecast_id": clean(stamp.forecast_id),
        "data_cut_off": stamp.data_cut_off.isoformat(),
        "notice": stamp.notice,
    }
    table = table.drop_columns([c for c in (*facts, "geometry") if c in table.column_names])
    for place, field in enumerate(table.schema):
        table = table.set_column(place, field.name, _cleaned(table[field.name]))
    for name, fact in facts.items():
        kind = pa.bool_() if isinstance(fact, bool) else pa.string()
        table = table.append_column(name, pa.array([fact] * table.num_rows, type=kind))
    return table


def _cleaned(column: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return a column with clean texts, in a type that every format can hold."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        return column
    texts = (None if text is None else clean(text) for text in column.to_pylist())
    return pa.array(texts, type=pa.string())


def _write_geopackage(
    path: Path, layers: dict[str, pa.Table], tables: PlanTables, stamp: Stamp
) -> Path:
    path.unlink(missing_ok=True)
    outlines = _outlines(tables.cells)
    # GDAL writes the time of day into the file unless told another.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{stamp.as_of}T00:00:00.000Z"})
    try:
        for name, table in layers.items():
            shapes = [outlines[cell] for cell in table["cell_id"].to_pylist()]
            wkb = pa.array(shapely.to_wkb(_many(shapes)), type=pa.binary())
            pyogrio.write_arrow(
                table.append_column("geometry", wkb),
                path,
                layer=name,
                driver="GPKG",
                geometry_name="geometry",
                geometry_type="MultiPolygon",
                crs=tables.crs,
                append=path.exists(),
                layer_options={"IDENTIFIER": name, "DESCRIPTION": stamp.notice},
                layer_metadata={"notice": stamp.notice},
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return path


def _write_geojson(path: Path, table: pa.Table, tables: PlanTables, stamp: Stamp) -> Path:
    """Write one layer with a feature on each line; the notice stands first in the file."""
    shapes = _geojson_shapes(tables)
    head = {
        "type": "FeatureCollection",
        "name": path.stem,
        "notice": stamp.notice,
        "marking": clean(stamp.marking),
        "synthetic": stamp.synthetic,
        "plan_id": clean(stamp.plan_id),
        "data_cut_off": stamp.data_cut_off.isoformat(),
    }
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{_json(head)[:-1]},"features":[')
        for place, row in enumerate(table.to_pylist()):
            properties = {key: _plain(value) for key, value in row.items()}
            feature = {"type": "Feature", "properties": properties}
            file.write(",\n" if place else "\n")
            file.write(f'{_json(feature)[:-1]},"geometry":{shapes[row["cell_id"]]}}}')
        file.write("\n]}\n")
    return path


def _write_csv(path: Path, table: pa.Table, cells: pa.Table) -> Path:
    """Write one row-set; no text in it starts as a spreadsheet formula does."""
    if not {"lon", "lat"} & set(table.column_names):
        where = {c["cell_id"]: c for c in cells.select(["cell_id", "lon", "lat"]).to_pylist()}
        found = [where[cell] for cell in table["cell_id"].to_pylist()]
        for name in ("lon", "lat"):
            degrees = pa.array([round(c[name], _DECIMALS) for c in found], type=pa.float64())
            table = table.append_column(name, degrees)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([defused(clean(name)) for name in table.column_names])
        writer.writerows([_csv_cell(value) for value in row.values()] for row in table.to_pylist())
    return path


def _csv_cell(value: object) -> object:
    plain = _plain(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return defused(plain) if isinstance(plain, str) else plain


def _plain(value: object) -> object:
    """Return a table's value as JSON has it; a number that is none is null."""
    if isinstance(value, date):  # and so datetime, with its offset
        return value.isoformat()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _outlines(cells: pa.Table) -> dict[str, Any]:
    names, shapes = cells["cell_id"].to_pylist(), cells["geometry"].to_pylist()
    return {
        name: outline(shape, of=f"cell {name}") for name, shape in zip(names, shapes, strict=True)
    }


def _many(shapes: list[Any]) -> NDArray[np.object_]:
    """Return each polygon as a multipolygon, so that a layer holds one kind."""
    parts = [
        [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        for shape in shapes
    ]
    return np.array([shapely.multipolygons(polygons) for polygons in parts], dtype=object)


def _geojson_shapes(tables: PlanTables) -> dict[str, str]:
    """Return each cell's outline as GeoJSON: longitude first, outer rings anticlockwise."""
    outlines = _outlines(tables.cells)
    turn = Transformer.from_crs(tables.crs, "EPSG:4326", always_xy=True)

    def to_degrees(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        longitude, latitude = turn.transform(metres[:, 0], metres[:, 1])
        return np.round(np.column_stack((longitude, latitude)), _DECIMALS)

    shapes = shapely.transform(_many(list(outlines.values())), to_degrees)
    turned = shapely.orient_polygons(shapes, exterior_cw=False)
    return {
        name: _json(shapely.geometry.mapping(shape))
        for name, shape in zip(outlines, turned, strict=True)
    }
