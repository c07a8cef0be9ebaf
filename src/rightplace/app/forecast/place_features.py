"""Reading a file of place features: a CSV with ``cell_id`` and allowed columns, nothing else."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Notice
from rightplace.core.canonical import file_digest
from rightplace.core.runs import RunInput
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.forecast.features import (
    SHIPPED,
    PlaceFeatures,
    allowed,
    declared_features,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.app.evidence import Evidence
    from rightplace.app.forecast.settings import ForecastSettings
    from rightplace.core.runs import RunRecipe
    from rightplace.forecast.features import Feature
    from rightplace.places.study_area import StudyArea

CELL_ID = "cell_id"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadFeatures:
    """What a file says of the cells of a study area.

    Parameters
    ----------
    places
        The features, in the order of the cells.
    cells_missing
        Cells without a row; their features are unknown, not 0.
    rows_elsewhere
        Rows of cells that the study area does not have.
    """

    places: PlaceFeatures
    cells_missing: int
    rows_elsewhere: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacesInForce:
    """The place features that the settings name, if any.

    Parameters
    ----------
    file
        The file; None where none is named.
    read
        What it says of the cells.
    """

    file: Path | None = None
    read: ReadFeatures | None = None

    def given_to(self, evidence: Evidence) -> Evidence:
        """Return evidence whose history carries the features."""
        if self.read is None:
            return evidence
        return replace(evidence, history=replace(evidence.history, places=self.read.places))

    def added_to(self, recipe: RunRecipe, *methods: str) -> RunRecipe:
        """Return a recipe with the file it is made from, and the features that a method reads."""
        if self.file is None or self.read is None:
            return recipe
        made_from = RunInput(source=str(self.file), release=None, sha256=file_digest(self.file))
        names = list(self.read.places.names) if any(map(_reads_places, methods)) else []
        return replace(
            recipe,
            settings={**recipe.settings, "features": names},
            inputs=(*recipe.inputs, made_from),
        )

    def notices(self, *methods: str) -> tuple[Notice, ...]:
        """Return what should be known of the features: who reads them, and where they end."""
        if self.read is None:
            return ()
        names = ", ".join(self.read.places.names)
        if not any(map(_reads_places, methods)):
            message = f"No method asked for reads place features ({names}); boosted does."
            return (Notice(code="place-features-unread", message=message),)
        said = [f"Place features in use: {names}."]
        if self.read.cells_missing:
            said.append(f"{self.read.cells_missing:,} cells have none: unknown, not 0.")
        if self.read.rows_elsewhere:
            said.append(f"{self.read.rows_elsewhere:,} rows are of cells elsewhere.")
        return (Notice(code="place-features", message=" ".join(said)),)


def _reads_places(method: str) -> bool:
    """Return whether a method looks at place features: boosted trees, alone or in a stack."""
    from rightplace.forecast.methods.boosted import Boosted
    from rightplace.forecast.methods.stack import Stack
    from rightplace.forecast.registry import forecaster

    made = forecaster(method)
    return isinstance(made, Boosted) or (isinstance(made, Stack) and made.boosted)


def places_in_force(settings: ForecastSettings, area: StudyArea, *, root: Path) -> PlacesInForce:
    """Return the place features that the settings name, for the cells of an area.

    A declaration of what no model may know is refused, whether or not a file is named.

    Parameters
    ----------
    settings
        Settings in force.
    area
        The study area.
    root
        Folder that a relative name of a file starts from.
    """
    declared = declared_features(settings.features)
    if not settings.place_features:
        return PlacesInForce()
    file = root / settings.place_features
    cell_ids = area.cells["cell_id"].to_pylist()
    return PlacesInForce(
        file=file, read=read_place_features(file, cell_ids=cell_ids, declared=declared)
    )


def read_place_features(
    path: Path, *, cell_ids: Sequence[str], declared: Sequence[Feature] = SHIPPED
) -> ReadFeatures:
    """Return the place features that a CSV file gives for some cells.

    The file needs a column ``cell_id`` and one column for each feature. A blank is unknown.

    Parameters
    ----------
    path
        The file, in UTF-8.
    cell_ids
        Cells of the study area, in their order.
    declared
        The allow-list (`rightplace.forecast.features.declared_features`).

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no such table: the row and value at fault are named.
    """
    if not path.is_file():
        msg = "There is no such file of place features."
        raise NotHeldError(msg, file=path, remedy="Check the path.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else f"no CSV ({error})"
        msg = f"The file is {what}."
        raise BadInputError(msg, file=path, remedy="Save it as CSV in UTF-8.") from error
    features = _features(path, rows, declared=declared)
    return _of_cells(path, rows, features=features, cell_ids=cell_ids)


def _features(
    path: Path, rows: list[list[str]], *, declared: Sequence[Feature]
) -> tuple[Feature, ...]:
    """Return what the columns after ``cell_id`` are.

    Raises
    ------
    BadInputError
        If the header is not one.
    RefusedError
        If a column may not be known, or is not declared.
    """
    header = rows[0] if rows else []
    others = [column for column in header if column != CELL_ID]
    faults = {
        "The file has no header.": not header,
        f"The file has no column {CELL_ID!r}.": CELL_ID not in header,
        "The file has no feature beside cell_id.": not others,
        "A column stands twice.": len(set(header)) < len(header),
    }
    for msg, holds in faults.items():
        if holds:
            remedy = f"Write one column {CELL_ID!r} and one for each feature."
            raise BadInputError(msg, file=path, row=0, remedy=remedy)
    try:
        return tuple(allowed(others, declared=declared))
    except RefusedError as refused:
        fault = refused.fault
        raise RefusedError(
            fault.message, file=path, row=0, value=fault.value, remedy=fault.remedy
        ) from refused


def _of_cells(
    path: Path,
    rows: list[list[str]],
    *,
    features: tuple[Feature, ...],
    cell_ids: Sequence[str],
) -> ReadFeatures:
    """Return the numbers in the order of the cells.

    Raises
    ------
    BadInputError
        If a row is too short or long, a cell stands twice, or no row is of the study area.
    """
    header = rows[0]
    columns = [header.index(feature.name) for feature in features]
    number = {cell: row for row, cell in enumerate(cell_ids)}
    values = np.full((len(cell_ids), len(features)), np.nan)
    seen: set[str] = set()
    for row, cells in enumerate(rows[1:], start=1):
        if len(cells) != len(header):
            msg = f"The row has {len(cells)} values, the header has {len(header)}."
            raise BadInputError(msg, file=path, row=row, remedy="Mend the row.")
        cell = cells[header.index(CELL_ID)]
        if cell in seen:
            msg = f"The cell {shown(cell)} has two rows."
            raise BadInputError(msg, file=path, row=row, value=cell, remedy="Keep one.")
        seen.add(cell)
        found = [_number(cells[column], path=path, row=row) for column in columns]
        if cell in number:
            values[number[cell]] = found
    inside = len(seen & number.keys())
    if not inside:
        msg = f"None of the {len(seen)} rows is of a cell of the study area."
        raise BadInputError(msg, file=path, remedy="Check that cell_id is the area's.")
    return ReadFeatures(
        places=PlaceFeatures(features=features, values=values),
        cells_missing=len(cell_ids) - inside,
        rows_elsewhere=len(seen) - inside,
    )


def _number(text: str, *, path: Path, row: int) -> float:
    """Return a number, NaN for a blank.

    Raises
    ------
    BadInputError
        If it is neither.
    """
    if not text.strip():
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        msg = f"{shown(text)} is no number."
        raise BadInputError(msg, file=path, row=row, value=text, remedy="Leave it blank.")
    return value
