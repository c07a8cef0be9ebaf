"""What was counted for an operation, from whichever source: the table, and all that limits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.panel import NEVER, Panel, Part

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.app.evaluation.windows import Periods
    from rightplace.crime.holdings import Entry
    from rightplace.evaluate.designs.finding import Diagnostic
    from rightplace.evaluate.operations.plan import OperationPlan, Where
    from rightplace.places.study_area import StudyArea

RECORDS: Final = "records"
PUBLISHED: Final = "published counts"
_FEW: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tally:
    """Counts of a plan's cells in its periods, as a source gives them.

    Parameters
    ----------
    counts, harm
        Shape (n_units, n_periods), units in the order of ``units_of``.
    known
        Shape (n_units, n_periods). Whether anything was published there and then.
    data_to
        Last day that the source reaches.
    populations, entries
        Whose records, in which files.
    left_out
        Records of the outcome's classes in the windows that are not counted, by reason.
    recording
        Whether both windows were recorded and released alike.
    kind
        ``records`` by place, or ``published counts`` by area.
    """

    counts: NDArray[np.float64]
    harm: NDArray[np.float64]
    known: NDArray[np.bool_]
    data_to: date
    populations: tuple[str, ...]
    entries: tuple[Entry, ...]
    left_out: dict[str, int]
    recording: Diagnostic
    kind: str = RECORDS

    @property
    def releases(self) -> tuple[str, ...]:
        """Declared releases of the files, in order, each once."""
        return tuple(sorted({e.release.isoformat() for e in self.entries if e.release}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedPanel:
    """The table that designs read, with what was left out of it and why.

    Parameters
    ----------
    area
        The study area.
    classes
        Offence classes counted, narrower ones named.
    panel
        Counts; every one known: periods in which a unit has no data are left out of it.
    harm
        Shape of the panel's counts. Harm weights summed.
    unknown
        First days of the periods left out since a place had no data in them.
    so_far
        Whether the records end before the operation does.
    part_days
        Days of the windows in no whole period.
    tally
        What the source gave.
    """

    area: StudyArea
    classes: tuple[str, ...]
    panel: Panel
    harm: NDArray[np.float64]
    unknown: tuple[date, ...]
    so_far: bool
    part_days: int
    tally: Tally

    @property
    def first_treated(self) -> int:
        """Index of the first period of the operation."""
        return self.panel.first_treated()

    def sums(self, part: Part, *, harm: bool = False) -> tuple[float, float]:
        """Return what a part had before and while the operation ran."""
        values = self.harm if harm else self.panel.counts
        rows = values[self.panel.rows(part)]
        cut = self.first_treated
        return float(rows[:, :cut].sum()), float(rows[:, cut:].sum())


def units_of(where: Where) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """Return the cells of a plan and what each is, in one fixed order."""
    parts = (
        (Part.TREATED, where.treated),
        (Part.CONTROL, where.control),
        (Part.RING, where.ring),
        (Part.RING_CONTROL, where.ring_control),
    )
    pairs = [(cell, part) for part, cells in parts for cell in cells]
    return tuple(cell for cell, _ in pairs), tuple(part for _, part in pairs)


def rows_of(area: StudyArea, where: Where) -> NDArray[np.int64]:
    """Return the row in the study area of each unit.

    Raises
    ------
    BadInputError
        If a cell is none of the area's.
    """
    row = {cell: number for number, cell in enumerate(area.cells["cell_id"].to_pylist())}
    units = units_of(where)[0]
    foreign = [cell for cell in units if cell not in row]
    if foreign:
        msg = f"{_several(foreign)} lie outside the study area {area.area_id}."
        raise BadInputError(msg, value=foreign[0], remedy="Register a plan in the area's cells.")
    return np.array([row[cell] for cell in units], dtype=np.int64)


def panel_from(
    plan: OperationPlan,
    area: StudyArea,
    classes: tuple[str, ...],
    *,
    periods: Periods,
    tally: Tally,
) -> CountedPanel:
    """Return the table of a plan; periods in which any place has no data are left out.

    Raises
    ------
    UnsupportedByDataError
        If a place has no data at all, or nothing is known before or of the operation.
    """
    units, parts = units_of(plan.where)
    never = [unit for unit, known in zip(units, tally.known, strict=True) if not known.any()]
    if never:
        msg = f"No data (not zero) for {_several(never)} in the windows of the operation."
        remedy = "Take their records in, or register a plan without them."
        raise UnsupportedByDataError(msg, value=never[0], remedy=remedy)
    kept = tally.known.all(axis=0)
    during = np.arange(kept.size) >= periods.first_treated
    for name, some in (
        ("before the operation", kept & ~during),
        ("of the operation", kept & during),
    ):
        if not some.any():
            msg = f"No period {name} has data for all its places; records reach to {tally.data_to}."
            remedy = "Wait for records of it, take missing ones in, or register other windows."
            raise UnsupportedByDataError(msg, value=tally.data_to, remedy=remedy)
    treated_from = int((kept & ~during).sum())
    panel = Panel(
        units=units,
        parts=parts,
        starts=periods.starts[kept],
        ends=periods.ends[kept],
        counts=tally.counts[:, kept],
        known=np.ones((len(units), int(kept.sum())), dtype=np.bool_),
        treated_from=np.array(
            [treated_from if part is Part.TREATED else NEVER for part in parts], dtype=np.int64
        ),
    )
    beyond = periods.ends > np.datetime64(tally.data_to, "D") + np.timedelta64(1, "D")
    return CountedPanel(
        area=area,
        classes=classes,
        panel=panel,
        harm=tally.harm[:, kept],
        unknown=tuple(day.astype(object) for day in periods.starts[~kept & ~beyond]),
        so_far=bool(beyond.any()),
        part_days=periods.part_days,
        tally=tally,
    )


def _several(names: list[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}"
