"""A study area: its cells, its projected system, its clock; written once, never changed."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyarrow import parquet

from rightplace.core import Clock, Shift, bytes_digest, canonical_json
from rightplace.errors import BadInputError, NotHeldError, StorageError
from rightplace.places.grids import MANY_CELLS, Grid
from rightplace.places.headings import Unit
from rightplace.places.outlines import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_AREA_FILE, _CELLS_FILE = "area.json", "cells.parquet"
_FORMAT = "rightplace/area/1"

CELLS_SCHEMA = pa.schema(
    [
        pa.field("cell_id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("ward", pa.string()),
        pa.field("borough", pa.string()),
        pa.field("bcu", pa.string()),
        pa.field("area_km2", pa.float64(), nullable=False),
        pa.field("x", pa.float64(), nullable=False),
        pa.field("y", pa.float64(), nullable=False),
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("excluded", pa.bool_(), nullable=False),
        pa.field("excluded_reason", pa.string()),
        pa.field("geometry", pa.binary(), nullable=False),
    ]
)
"""Columns of ``cells``, one row per cell in order of ``cell_id``; geometry is WKB in metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSource:
    """The file an area was drawn from; no part of the area's identifier.

    Parameters
    ----------
    file, sha256
        Name and digest of the file of polygons.
    transform
        How longitude and latitude become metres here, and how accurately.
    notices
        What was mended or supposed while reading.
    """

    file: str
    sha256: str
    transform: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyArea:
    """Ground cut into cells, with the clock and the map projection by which all is reckoned.

    Parameters
    ----------
    name
        What people call the area.
    unit
        What a cell is.
    crs
        EPSG code of a projected system in metres.
    cell_size_m
        Metres between the centres of neighbouring cells of a grid; None for drawn units.
    clock
        Time zone, shifts and start of the policing day.
    vintage
        Year of the codes ("2011"), None if unknown or a grid.
    cells
        Table of ``CELLS_SCHEMA``, one row per cell in order of ``cell_id``.
    source
        Where the polygons came from.
    area_id
        "area-" and twelve hexadecimal digits of the digest of all the rest but ``source``:
        the same ground, units and clock give the same identifier.
    """

    name: str
    unit: Unit
    crs: int
    cell_size_m: float | None
    clock: Clock
    vintage: str | None
    cells: pa.Table = field(compare=False, repr=False)
    source: AreaSource = field(compare=False, repr=False)
    area_id: str = field(init=False)

    def __post_init__(self) -> None:
        """Check the cells and derive the identifier.

        Raises
        ------
        BadInputError
            If there is no cell, or the columns are others, or cells are out of order, or a
            grid has no cell size (or drawn units have one).
        """
        if self.cells.schema != CELLS_SCHEMA or self.cells.num_rows == 0:
            msg = "The cells of a study area need one row or more, and these columns."
            raise BadInputError(msg, remedy=", ".join(CELLS_SCHEMA.names))
        codes = self.cells["cell_id"].to_pylist()
        disorder = next((b for a, b in pairwise(codes) if a >= b), None)
        if disorder is not None:
            msg = f"Cell {disorder!r} is repeated or out of order."
            raise BadInputError(msg, value=disorder, remedy="Give each cell once, in order.")
        if self.unit.is_grid == (self.cell_size_m is None):
            msg = f"Cells of unit {self.unit} cannot have the size {self.cell_size_m}."
            raise BadInputError(msg, value=self.cell_size_m)
        if self.cell_size_m is not None:
            object.__setattr__(self, "cell_size_m", float(self.cell_size_m))  # 250 is 250.0
        digest = bytes_digest(_content(self))
        object.__setattr__(self, "area_id", f"area-{digest[:12]}")

    @property
    def n_cells(self) -> int:
        """Number of cells, excluded ones too."""
        return int(self.cells.num_rows)

    @property
    def area_km2(self) -> float:
        """Ground in all cells, excluded ones too."""
        return float(pc.sum(self.cells["area_km2"]).as_py())

    @property
    def grid(self) -> Grid | None:
        """The grid on which the cells lie, None for drawn units."""
        if self.cell_size_m is None:
            return None
        square = self.unit is Unit.SQUARE
        return Grid(kind="square" if square else "hexagon", size_m=self.cell_size_m)

    @property
    def shapes(self) -> NDArray[np.object_]:
        """Shape (n_cells,). The cells as polygons in metres."""
        shapes = shapely.from_wkb(self.cells["geometry"].to_numpy())
        return np.asarray(shapes, dtype=np.object_)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a user of this area should know."""
        if self.n_cells <= MANY_CELLS:
            return self.source.notices
        message = f"{self.n_cells:,} cells: forecasts will be slow and mostly of empty ground."
        return (*self.source.notices, Notice(code="many-cells", message=message))

    def write(self, folder: Path) -> None:
        """Write ``area.json`` and ``cells.parquet`` into a new folder, whole or not at all.

        The same area gives the same bytes. A folder that already holds this area is left.

        Parameters
        ----------
        folder
            Folder to make; its parent is made if need be.

        Raises
        ------
        BadInputError
            If the folder holds something else.
        StorageError
            If the disk refuses; nothing is left behind.
        """
        if folder.exists():
            if (folder / _AREA_FILE).exists() and StudyArea.read(folder) == self:
                return
            msg = "The folder holds something else."
            raise BadInputError(msg, file=folder, remedy="Choose a new folder.")
        aside = folder.with_name(f".{folder.name}.{os.getpid()}")
        try:
            aside.mkdir(parents=True)
            parquet.write_table(self.cells, aside / _CELLS_FILE, compression="zstd")
            text = json.dumps(_record(self), indent=2, ensure_ascii=False, sort_keys=True)
            (aside / _AREA_FILE).write_text(text + "\n", encoding="utf-8")
            aside.rename(folder)
        except OSError as error:
            shutil.rmtree(aside, ignore_errors=True)
            msg = f"The study area could not be written: {error.strerror or error}."
            remedy = "Free some space or choose another disk."
            raise StorageError(msg, file=folder, remedy=remedy) from error

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the study area that a folder holds.

        Parameters
        ----------
        folder
            Folder that ``write`` made.

        Raises
        ------
        NotHeldError
            If the folder holds no study area.
        BadInputError
            If its files were damaged or changed.
        """
        path = folder / _AREA_FILE
        if not path.is_file():
            msg = "There is no study area here."
            raise NotHeldError(msg, file=folder, remedy="Define one: rightplace areas define.")
        remedy = "Define the area again from its polygons."
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            cells = parquet.read_table(folder / _CELLS_FILE).cast(CELLS_SCHEMA)
            area = cls(cells=cells, **_facts(record))
        except (ValueError, KeyError, TypeError, OSError) as error:  # ArrowInvalid is a ValueError
            msg = f"The study area cannot be read ({error})."
            raise BadInputError(msg, file=folder, remedy=remedy) from error
        if area.area_id != record["area_id"]:
            msg = f"The study area was changed since it was written as {record['area_id']}."
            raise BadInputError(msg, file=folder, value=area.area_id, remedy=remedy)
        return area


def _settings(area: StudyArea) -> dict[str, Any]:
    """Return the facts beside the cells that make the area what it is."""
    shifts = [
        {"name": s.name, "starts": s.starts.isoformat(), "ends": s.ends.isoformat()}
        for s in area.clock.shifts
    ]
    return {
        "schema": _FORMAT,
        "name": area.name,
        "unit": area.unit.value,
        "crs": area.crs,
        "cell_size_m": area.cell_size_m,
        "vintage": area.vintage,
        "clock": {"zone": area.clock.zone, "shifts": shifts},
    }


def _content(area: StudyArea) -> Iterator[bytes]:
    """Yield all that the identifier stands for: settings, then each cell in order."""
    yield canonical_json(_settings(area)).encode()
    facts = area.cells.drop_columns(["geometry"]).to_pylist()
    for row, outline in zip(facts, area.cells["geometry"].to_pylist(), strict=True):
        yield canonical_json(row).encode()
        yield outline


def _record(area: StudyArea) -> dict[str, Any]:
    """Return what ``area.json`` says."""
    source = {
        "file": area.source.file,
        "sha256": area.source.sha256,
        "transform": area.source.transform,
        "notices": [{"code": n.code, "message": n.message} for n in area.source.notices],
    }
    counts = {"cells": area.n_cells, "area_km2": round(area.area_km2, 6)}
    return _settings(area) | {"area_id": area.area_id, "source": source} | counts


def _facts(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a study area, all but the cells, from ``area.json``."""
    clock, source = record["clock"], record["source"]
    shifts = tuple(
        Shift(
            name=s["name"],
            starts=time.fromisoformat(s["starts"]),
            ends=time.fromisoformat(s["ends"]),
        )
        for s in clock["shifts"]
    )
    notices = tuple(Notice(**notice) for notice in source["notices"])
    return {
        "name": record["name"],
        "unit": Unit(record["unit"]),
        "crs": record["crs"],
        "cell_size_m": record["cell_size_m"],
        "vintage": record["vintage"],
        "clock": Clock(zone=clock["zone"], shifts=shifts),
        "source": AreaSource(**(source | {"notices": notices})),
    }
