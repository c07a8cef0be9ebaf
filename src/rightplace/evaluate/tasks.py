"""What a plan asked for, as numbers that visits can be held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.core import Slot

HOLDOUT = "holdout"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tasks:
    """A plan's visits by cell, slot and crew.

    Parameters
    ----------
    crews
        The plan's crews by name; their position is their number.
    slots
        Every slot of the plan's days, in order.
    cell, slot, crew
        Shape (n,). Each visit planned, hold-outs apart: row of the study area's cells, position
        of the slot, number of the crew.
    excused
        Shape (n,). Visits that leave the reckoning.
    place_days
        Columns ``cell``, ``day``, ``holdout``: the plan's places on each of its days. A place
        that has no visit to be made is held out on every day, not only on those on which visits
        would have been.
    """

    crews: tuple[str, ...]
    slots: tuple[Slot, ...]
    cell: NDArray[np.int64]
    slot: NDArray[np.int64]
    crew: NDArray[np.int64]
    excused: NDArray[np.bool_]
    place_days: pa.Table

    @classmethod
    def of(
        cls,
        visits: pa.Table,
        *,
        cell_ids: Sequence[str],
        slots: Sequence[Slot],
        excused: Collection[str],
        freed: Mapping[str, date] | None = None,
    ) -> Tasks:
        """Return the tasks of a plan.

        Parameters
        ----------
        visits
            The plan's table of visits.
        cell_ids
            The study area's cells, in order.
        slots
            Every slot of the plan's days, in order.
        excused
            ``visit_id`` of those that leave the reckoning.
        freed
            By ``cell_id``: the policing day from which a place is held out no longer.
        """
        row_of = {name: row for row, name in enumerate(cell_ids)}
        slot_of = {slot.start: number for number, slot in enumerate(slots)}
        rows = visits.select(["visit_id", "cell_id", "slot_start", "crew_id", "arm"]).to_pylist()
        made = [row for row in rows if row["arm"] != HOLDOUT]
        crews = sorted({row["crew_id"] for row in made})
        crew_of = {name: number for number, name in enumerate(crews)}
        left = {
            (row_of[row["cell_id"]], _day(slots, slot_of[row["slot_start"]]))
            for row in rows
            if row["arm"] == HOLDOUT
        }
        never = {cell for cell, _ in left} - {row_of[row["cell_id"]] for row in made}
        every_day = {_day(slots, number) for number in range(len(slots))}
        left |= {(cell, day) for cell in never for day in every_day}
        since = {
            row_of[cell]: (day - slots[0].policing_day).days for cell, day in (freed or {}).items()
        }
        left = {(cell, day) for cell, day in left if day < since.get(cell, day + 1)}
        return cls(
            crews=tuple(crews),
            slots=tuple(slots),
            cell=np.array([row_of[row["cell_id"]] for row in made], dtype=np.int64),
            slot=np.array([slot_of[row["slot_start"]] for row in made], dtype=np.int64),
            crew=np.array([crew_of[row["crew_id"]] for row in made], dtype=np.int64),
            excused=np.array([row["visit_id"] in excused for row in made], dtype=np.bool_),
            place_days=_place_days({row_of[row["cell_id"]] for row in rows}, slots, left),
        )

    @property
    def days(self) -> tuple[int, ...]:
        """The day of each slot, counted from 0."""
        return tuple(_day(self.slots, number) for number in range(len(self.slots)))

    @property
    def opens(self) -> int:
        """Second since 1970 at which the plan's period opens."""
        return round(self.slots[0].start.timestamp())

    @property
    def closes(self) -> int:
        """Second since 1970 at which it closes."""
        return round(self.slots[-1].end.timestamp())

    def slot_table(self) -> pa.Table:
        """Return the slots as ``dwell.kinds_of_spans`` takes them."""
        return pa.table(
            {
                "slot": pa.array(range(len(self.slots)), pa.int64()),
                "day": pa.array(self.days, pa.int64()),
                "slot_opens": pa.array(
                    [round(s.start.timestamp()) for s in self.slots], pa.int64()
                ),
                "slot_closes": pa.array([round(s.end.timestamp()) for s in self.slots], pa.int64()),
            }
        )


def _day(slots: Sequence[Slot], number: int) -> int:
    """Return the day of a slot, counted from the first one's."""
    return (slots[number].policing_day - slots[0].policing_day).days


def _place_days(cells: set[int], slots: Sequence[Slot], left: set[tuple[int, int]]) -> pa.Table:
    days = sorted({_day(slots, number) for number in range(len(slots))})
    pairs = [(cell, day) for cell in sorted(cells) for day in days]
    return pa.table(
        {
            "cell": pa.array([cell for cell, _ in pairs], pa.int64()),
            "day": pa.array([day for _, day in pairs], pa.int64()),
            "holdout": pa.array([int(pair in left) for pair in pairs], pa.int64()),
        }
    )
