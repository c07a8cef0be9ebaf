"""A kept forecast as arrays, for plans and briefs to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.areas import find_area
from rightplace.app.runs import read_table
from rightplace.core.runs import read_run_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Slot
    from rightplace.places.study_area import StudyArea


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """A forecast that is kept.

    Parameters
    ----------
    record
        Its ``run.json``.
    expected
        Shape (n_cells, n_slots). Expected counts; NaN without data.
    harm_each
        Shape (n_cells,). Expected harm per incident, 0 where none is expected; NaN without data.
    places
        One row per cell: the forecast's columns that do not change by slot.
    """

    record: dict[str, Any]
    area: StudyArea
    expected: NDArray[np.float64]
    harm_each: NDArray[np.float64]
    places: pa.Table

    @property
    def id(self) -> str:
        """Id of the forecast."""
        return str(self.record["id"])

    @property
    def grain(self) -> str:
        """``month``, ``day`` or ``shift``."""
        return str(self.record["settings"]["by"])

    @property
    def first_day(self) -> date:
        """The first policing day forecast."""
        return date.fromisoformat(self.record["as_of"]) + timedelta(days=1)

    @property
    def days(self) -> int:
        """Policing days forecast."""
        return int(self.record["settings"]["days"])

    @property
    def masked(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells without data."""
        return np.asarray(np.isnan(self.expected).any(axis=1))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot of the days forecast, whether or not the forecast tells them apart."""
        return tuple(self.area.clock.slots(self.first_day, self.days))


def read_outlook(workspace: Workspace, forecast_id: str) -> Outlook:
    """Return a forecast that is kept."""
    record = read_run_of(workspace.runs, forecast_id, kind="forecast")
    area = find_area(workspace, record["settings"]["area"])
    return outlook_of(record, area, cells=read_table(workspace, forecast_id, "cells"))


def outlook_of(record: dict[str, Any], area: StudyArea, *, cells: pa.Table) -> Outlook:
    """Return a forecast as arrays.

    Parameters
    ----------
    record
        Its ``run.json``.
    area
        Its study area.
    cells
        Its table, one row per cell and slot.
    """
    n_slots = cells.group_by(["slot_start", "slot_end"]).aggregate([]).num_rows
    shape = (area.n_cells, n_slots)
    expected = cells["expected_count"].to_numpy().astype(np.float64).reshape(shape)
    harm = cells["expected_harm"].to_numpy().astype(np.float64).reshape(shape)
    total = expected.sum(axis=1)
    # Where nothing is expected there is no harm either, whatever an incident would do.
    each = np.where(np.isnan(total), np.nan, 0.0)
    np.divide(harm.sum(axis=1), total, out=each, where=total > 0)
    return Outlook(
        record=record,
        area=area,
        expected=expected,
        harm_each=each,
        places=cells.take(np.arange(area.n_cells) * n_slots),
    )
