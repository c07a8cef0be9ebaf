"""A study area made from a file of polygons."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from rightplace.core import Clock
from rightplace.errors import BadInputError, UsageError
from rightplace.places.assignment import OUTSIDE, rows_of_points
from rightplace.places.grids import Grid, lay_cells
from rightplace.places.headings import Headings, Unit, chosen_headings, find_headings, find_name
from rightplace.places.hierarchy import fill_hierarchy, lsoa_vintage
from rightplace.places.outlines import Notice, Outlines, read_outlines
from rightplace.places.polygons import merged, united
from rightplace.places.projection import BRITISH_GRID, metre_crs, to_degrees, transform_used
from rightplace.places.study_area import CELLS_SCHEMA, AreaSource, StudyArea

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_DRAWN = (Unit.LSOA, Unit.WARD, Unit.BOROUGH)  # finest first
_METRES, _DEGREES, _SQUARE_METRES = 3, 6, 9  # decimals kept: mm, about a decimetre, 10 cm2
_LABELS = ("cell_id", "name", "ward", "borough", "bcu")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSettings:
    """What the user says about a study area, beside its polygons.

    Parameters
    ----------
    unit
        What a cell is.
    name
        What to call the area; the file's name if None.
    cell_size_m
        For square and hexagon: metres between the centres of neighbouring cells.
    crs
        EPSG code of a projected system in metres; None for the British National Grid in Great
        Britain and the UTM zone elsewhere.
    clock
        Time zone and shifts; needed outside the British National Grid, where no zone is guessed.
    excluded
        Reason for each cell, by identifier, in which nothing is to be planned.
    code_column, name_column
        Columns of code and name, where the publisher's are not known.
    layer
        Layer of the file, if it has several.
    file_crs
        EPSG code of the system that the file is in, if it does not say.
    """

    unit: Unit
    name: str | None = None
    cell_size_m: float | None = None
    crs: int | None = None
    clock: Clock | None = None
    excluded: Mapping[str, str] = field(default_factory=dict)
    code_column: str | None = None
    name_column: str | None = None
    layer: str | None = None
    file_crs: int | None = None

    def __post_init__(self) -> None:
        """Check that the settings fit together.

        Raises
        ------
        UsageError
            If a grid has no cell size or is given columns, or drawn units have a cell size.
        """
        if self.unit.is_grid and self.cell_size_m is None:
            msg = f"A {self.unit} grid needs the size of its cells."
            raise UsageError(msg, remedy="Add --cell with metres, e.g. --cell 250.")
        if not self.unit.is_grid and self.cell_size_m is not None:
            msg = f"A {self.unit} has no cell size; {self.cell_size_m:g} m was given."
            remedy = "Leave out --cell, or choose --unit square or hexagon."
            raise UsageError(msg, value=self.cell_size_m, remedy=remedy)
        if self.unit.is_grid and (self.code_column or self.name_column):
            msg = "A grid names its own cells; no column of codes or names is read."
            raise UsageError(msg, remedy="Leave out --code-column and --name-column.")
        if self.crs is not None:
            metre_crs(self.crs)


def define_area(polygons: Path, settings: AreaSettings) -> StudyArea:
    """Return a study area drawn from a file of polygons; see ``read_outlines``, ``build_area``."""
    outlines = read_outlines(
        polygons, crs=settings.crs, layer=settings.layer, file_crs=settings.file_crs
    )
    return build_area(outlines, settings)


def build_area(outlines: Outlines, settings: AreaSettings) -> StudyArea:
    """Return a study area from polygons that were read.

    Parameters
    ----------
    outlines
        Polygons in metres. For LSOA, ward or borough those with one code become one cell; for
        a grid they are the ground, and give each cell the ward and borough of its centroid, or
        of the polygon nearest to it.
    settings
        What the user says about the area.

    Raises
    ------
    UsageError
        If the polygons lie outside Great Britain and no clock is given.

    Notes
    -----
    Refused as bad input: polygons whose codes cannot be found or are missing, and excluded
    cells that the area does not have; as usage: a grid of too many cells.
    """
    clock = settings.clock
    if clock is None and outlines.epsg != BRITISH_GRID:
        msg = "The time zone of this area is not known and is never guessed."
        raise UsageError(msg, remedy="Add --zone with an IANA name, e.g. --zone America/Toronto.")
    units = _grid_units(outlines, settings) if settings.unit.is_grid else _named(outlines, settings)
    name = settings.name or PurePath(outlines.file).stem
    units = _in_a_borough(units, name, file=outlines.file)
    cells = _excluding(_cells_table(units, outlines.epsg), settings.excluded)
    lon, lat = cells["lon"][0].as_py(), cells["lat"][0].as_py()
    return StudyArea(
        name=name,
        unit=settings.unit,
        crs=outlines.epsg,
        cell_size_m=settings.cell_size_m,
        clock=clock or Clock(),
        vintage=units.vintage,
        cells=cells,
        source=AreaSource(
            file=outlines.file,
            sha256=outlines.sha256,
            transform=transform_used(outlines.epsg, lon, lat),
            notices=(*outlines.notices, *units.notices),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Units:
    """Cells to be, in order of code: shapes, and labels cell_id, name, ward, borough, bcu."""

    shapes: NDArray[np.object_]
    labels: pa.Table
    vintage: str | None = None
    notices: tuple[Notice, ...] = ()


def _named(outlines: Outlines, settings: AreaSettings) -> _Units:
    """Return the units the user asked for, from the columns she named or a known publisher's."""
    headings = chosen_headings(
        outlines.columns,
        settings.unit,
        code=settings.code_column,
        name=settings.name_column,
        file=outlines.file,
    )
    return _drawn_units(outlines, settings.unit, headings)


def _drawn_units(outlines: Outlines, unit: Unit, headings: Headings) -> _Units:
    """Return the units that a publisher drew, united where one code has several polygons.

    Raises
    ------
    BadInputError
        If a polygon has no code.
    """
    codes = _texts(outlines.columns[headings.code])
    if None in codes:
        msg = f"The column {headings.code!r} has no code."
        raise BadInputError(msg, file=outlines.file, row=codes.index(None) + 1)
    shapes, first = merged(outlines.shapes, [str(code) for code in codes])
    rows = outlines.columns.take(pa.array(first))
    codes = _texts(rows[headings.code])
    names = _texts(rows[headings.name]) if headings.name else codes
    names = [name or code for name, code in zip(names, codes, strict=True)]
    above = {level: _column_above(rows, level, unit) for level in (Unit.WARD, Unit.BOROUGH)}
    if unit in above:
        above[unit] = names
    columns = [codes, names, above[Unit.WARD], above[Unit.BOROUGH], [None] * len(codes)]
    labels = pa.table([pa.array(column, pa.string()) for column in columns], names=_LABELS)
    found = lsoa_vintage(str(code) for code in codes) if unit is Unit.LSOA else None
    return _Units(shapes=shapes, labels=fill_hierarchy(labels), vintage=headings.vintage or found)


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    """Return a column as text without spaces at either end, None for nothing."""
    return [None if v is None else str(v).strip() or None for v in column.to_pylist()]


def _column_above(rows: pa.Table, level: Unit, unit: Unit) -> list[str | None]:
    """Return the names of a coarser level that the polygons carry."""
    coarser = _DRAWN.index(level) > _DRAWN.index(unit)
    heading = find_name(rows, level) if coarser else None
    return _texts(rows[heading]) if heading else [None] * rows.num_rows


def _grid_units(outlines: Outlines, settings: AreaSettings) -> _Units:
    """Return grid cells over all polygons, each with the ward and borough of its centroid."""
    square = settings.unit is Unit.SQUARE
    grid = Grid(kind="square" if square else "hexagon", size_m=float(settings.cell_size_m or 0))
    laid = lay_cells(grid, united(outlines.shapes))
    ids = pa.array(laid.ids.tolist(), pa.string())
    known = ((unit, find_headings(outlines.columns, unit)) for unit in _DRAWN)
    finest = next(((unit, headings) for unit, headings in known if headings), None)
    if finest is None and (borough := find_name(outlines.columns, Unit.BOROUGH)):
        finest = (Unit.BOROUGH, Headings(code=borough, name=borough, vintage=None))
    if finest is None:
        labels = pa.table([ids, ids, *[pa.nulls(len(ids), pa.string())] * 3], names=_LABELS)
        return _Units(shapes=laid.shapes, labels=labels)
    base = _drawn_units(outlines, *finest)
    middles = shapely.centroid(laid.shapes)
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    across = 2 * grid.size_m  # a bent piece of ground may lie that far from its own centroid
    rows = rows_of_points(base.shapes, x, y, nearest_within_m=across)
    above = base.labels.take(pa.array(rows, mask=rows == OUTSIDE))
    columns = [ids, ids, *(above[level] for level in _LABELS[2:])]
    return _Units(shapes=laid.shapes, labels=pa.table(columns, names=_LABELS))


def _in_a_borough(units: _Units, name: str, *, file: str) -> _Units:
    """Return the units with the whole area as one borough where none of them has any.

    Crews belong to a borough and pages to a command; ground without either could not be planned.
    """
    at = _LABELS.index("borough")
    if units.labels.num_rows != units.labels.column(at).null_count:
        return units
    whole = pa.array([name] * units.labels.num_rows, pa.string())
    message = (
        f"{file} names no boroughs, so that the whole area counts as one, {name!r}. Where it has "
        f"several, name them in a column 'borough' of the polygons."
    )
    return replace(
        units,
        labels=units.labels.set_column(at, "borough", whole),
        notices=(*units.notices, Notice(code="no-boroughs", message=message)),
    )


def _cells_table(units: _Units, epsg: int) -> pa.Table:
    """Return the table of cells, none of them excluded."""
    shapes = shapely.normalize(units.shapes)  # the same ring however the file began it
    middles = shapely.centroid(shapes)
    x = shapely.get_x(middles).round(_METRES)
    y = shapely.get_y(middles).round(_METRES)
    lon, lat = (degrees.round(_DEGREES) for degrees in to_degrees(epsg, x, y))
    areas = (shapely.area(shapes) / 1e6).round(_SQUARE_METRES)
    count = len(shapes)
    numbers = [pa.array(column, pa.float64()) for column in (areas, x, y, lon, lat)]
    rest = [
        pa.array(np.zeros(count, dtype=bool)),
        pa.nulls(count, pa.string()),
        pa.array(shapely.to_wkb(shapes, byte_order=1).tolist(), pa.binary()),
    ]
    columns = [*units.labels.combine_chunks().columns, *numbers, *rest]
    return pa.table(columns, names=CELLS_SCHEMA.names).cast(CELLS_SCHEMA)


def _excluding(cells: pa.Table, reasons: Mapping[str, str]) -> pa.Table:
    """Return the cells with the excluded ones marked.

    Raises
    ------
    BadInputError
        If a cell to be excluded is not in the area.
    """
    codes = cells["cell_id"].to_pylist()
    unknown = sorted(reasons.keys() - set(codes))
    if unknown:
        msg = f"{len(unknown)} cells to be excluded are not in the area, first {unknown[0]!r}."
        raise BadInputError(msg, value=unknown[0], remedy=f"Cells read like {codes[0]!r}.")
    marks = pa.array([code in reasons for code in codes])
    texts = pa.array([reasons.get(code) for code in codes], pa.string())
    at = CELLS_SCHEMA.get_field_index
    cells = cells.set_column(at("excluded"), CELLS_SCHEMA.field("excluded"), marks)
    return cells.set_column(at("excluded_reason"), CELLS_SCHEMA.field("excluded_reason"), texts)
