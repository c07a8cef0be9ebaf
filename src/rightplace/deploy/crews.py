"""Crews on duty: who can make visits, where, when and for how many minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.core import Slot

_OUTSIDE = -1
_MOST_SHOWN = 20


class CrewFileError(BadInputError):
    """A crew file has faults; ``faults`` holds every one of them, ``fault`` the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        shown = "\n".join(str(replace(fault, file=None)) for fault in faults[:_MOST_SHOWN])
        if len(faults) > 1:
            more = len(faults) - _MOST_SHOWN
            shown = f"{len(faults)} faults:\n{shown}\n" + (
                f"and {more} more.\n" if more > 0 else ""
            )
        super().__init__(
            first.message if len(faults) == 1 else shown,
            file=first.file,
            row=first.row,
            value=first.value,
            remedy=first.remedy if len(faults) == 1 else "Correct the rows named.",
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """One crew in one slot of duty.

    Parameters
    ----------
    crew_id, borough
        Name of the crew, and of the borough whose places it visits.
    slot_start, slot_end
        Duty in UTC, half-open.
    minutes
        Minutes free for visits and the way to them, within the duty.
    officers
        Officers in the crew, 1 or more.
    specialist
        Whether the crew has specialist skills.
    base_lon, base_lat
        Where it starts, in degrees.
    row
        Row of the crew file, first row of data is 1; 0 if from elsewhere.
    """

    crew_id: str
    borough: str
    slot_start: datetime
    slot_end: datetime
    minutes: float
    officers: int
    specialist: bool
    base_lon: float
    base_lat: float
    row: int = 0

    def __post_init__(self) -> None:
        """Check that the crew can exist.

        Raises
        ------
        CrewFileError
            If it cannot; every reason is a fault.
        """
        faults = _nonsense(self)
        if faults:
            raise CrewFileError(faults)

    @property
    def duty_minutes(self) -> float:
        """Elapsed minutes of the duty, never minutes on the clock face."""
        return (self.slot_end - self.slot_start) / timedelta(minutes=1)

    def visits(self, minutes_per_visit: float) -> int:
        """Return how many whole visits fit into the crew's minutes."""
        return int(self.minutes // minutes_per_visit)


def _nonsense(crew: Crew) -> list[Fault]:
    """Return what cannot be true of a crew."""

    def fault(message: str, value: object, remedy: str) -> Fault:
        message = f"Crew {crew.crew_id!r}: {message}"
        return Fault(message=message, row=crew.row or None, value=str(value), remedy=remedy)

    if crew.slot_start.tzinfo is None or crew.slot_end.tzinfo is None:
        return [fault("a time has no offset.", crew.slot_start, "Add the offset, +01:00 say.")]
    found = []
    if crew.slot_end <= crew.slot_start:
        end, start = crew.slot_end.isoformat(), crew.slot_start.isoformat()
        message = f"slot_end {end} is not after slot_start {start}."
        found.append(fault(message, end, "Correct the times."))
    elif not 0 < crew.minutes <= crew.duty_minutes:
        message = f"minutes is {crew.minutes:g}, in a duty of {crew.duty_minutes:g} minutes."
        remedy = "Give minutes above 0 and at most the duty's."
        found.append(fault(message, f"{crew.minutes:g}", remedy))
    if crew.officers < 1:
        message = f"officers is {crew.officers}; a crew has at least 1."
        found.append(fault(message, crew.officers, "Correct the number or drop the row."))
    if not _on_earth(crew.base_lon, crew.base_lat):
        value = f"{crew.base_lon:g}, {crew.base_lat:g}"
        remedy = "Give degrees, longitude first; not metres of a grid."
        found.append(fault(f"the base {value} is no longitude and latitude.", value, remedy))
    return found


def _on_earth(lon: float, lat: float) -> bool:
    half, quarter = 180, 90
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= half and abs(lat) <= quarter


def overlapping_duties(crews: Sequence[Crew], *, file: str | None = None) -> list[Fault]:
    """Return a fault for each crew that is on duty twice at the same time."""
    faults = []
    last: dict[str, Crew] = {}
    for crew in sorted(crews, key=lambda crew: (crew.slot_start, crew.row)):
        before = last.get(crew.crew_id)
        if before is not None and crew.slot_start < before.slot_end:
            message = (
                f"Crew {crew.crew_id!r} is on duty already from {before.slot_start.isoformat()} "
                f"to {before.slot_end.isoformat()} (row {before.row})."
            )
            remedy = "Drop one of the rows, or give the second crew its own crew_id."
            faults.append(
                Fault(message=message, file=file, row=crew.row, value=crew.crew_id, remedy=remedy)
            )
        if before is None or crew.slot_end > before.slot_end:
            last[crew.crew_id] = crew
    return faults


def slots_of_crews(
    crews: Sequence[Crew], slots: Sequence[Slot], *, file: str | Path | None = None
) -> NDArray[np.int64]:
    """Return the index of the slot that each crew's duty lies in, shape (n_crews,).

    A duty lies inside exactly one slot. A duty wholly outside all slots is outside the plan:
    its index is -1, and it is for the caller to say so.

    Raises
    ------
    CrewFileError
        If a duty crosses the edge of a slot, or none lies in any slot; all are named.
    """
    shown = None if file is None else str(file)
    index = np.full(len(crews), _OUTSIDE, dtype=np.int64)
    faults = []
    for position, crew in enumerate(crews):
        met = [i for i, slot in enumerate(slots) if _overlap(crew, slot)]
        if len(met) == 1 and _inside(crew, slots[met[0]]):
            index[position] = met[0]
        elif met:
            faults.append(_crossing(crew, [slots[i] for i in met], file=shown))
    if not faults and (index == _OUTSIDE).all() and slots:
        message = (
            f"No crew is on duty between {slots[0].start.isoformat()} and "
            f"{slots[-1].end.isoformat()}, the period of the plan."
        )
        remedy = "Give the crews of that period, or plan another one."
        faults.append(Fault(message=message, file=shown, remedy=remedy))
    if faults:
        raise CrewFileError(faults)
    return index


def _overlap(crew: Crew, slot: Slot) -> bool:
    return crew.slot_start < slot.end and slot.start < crew.slot_end


def _inside(crew: Crew, slot: Slot) -> bool:
    return slot.start <= crew.slot_start and crew.slot_end <= slot.end


def _crossing(crew: Crew, met: Sequence[Slot], *, file: str | None) -> Fault:
    named = ", ".join(
        f"{slot.policing_day} {slot.shift} ({slot.start.isoformat()} to {slot.end.isoformat()})"
        for slot in met
    )
    return Fault(
        message=f"The duty of crew {crew.crew_id!r} must lie inside one slot; it meets {named}.",
        file=file,
        row=crew.row,
        value=f"{crew.slot_start.isoformat()} to {crew.slot_end.isoformat()}",
        remedy="Split the row at the edge of the slot.",
    )
