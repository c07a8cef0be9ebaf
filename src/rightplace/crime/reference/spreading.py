"""The plain reference of how ``counting`` dates a record: slow, short, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rightplace.crime.counting import TIMED
from rightplace.crime.spreading import LONGEST_DAYS, NEXT_CELL, NEXT_RECORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.core.time import Clock

AN_INSTANT = timedelta(microseconds=1)
NO_SHIFT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """When a row of a cell may have happened: its interval, and how finely it was given."""

    cell: int
    incident: int
    start: datetime
    end: datetime
    precision: str


def _slot(clock: Clock, at: datetime) -> tuple[date, int]:
    """Return policing day and number of the shift that a moment lies in."""
    first = at.astimezone(clock.tzinfo).date() - timedelta(days=1)
    names = [shift.name for shift in clock.shifts]
    (slot,) = (slot for slot in clock.slots(first, 3) if slot.start <= at < slot.end)
    return slot.policing_day, names.index(slot.shift)


def _lies_in(clock: Clock, record: Record, at: datetime) -> tuple[date, int]:
    if record.precision in TIMED:
        return _slot(clock, at)
    return at.astimezone(clock.tzinfo).date(), NO_SHIFT


def _is_wide(clock: Clock, record: Record) -> bool:
    first, last = (
        _lies_in(clock, record, moment) for moment in (record.start, record.end - AN_INSTANT)
    )
    return first != last


def dated(clock: Clock, records: Sequence[Record]) -> list[tuple[date, int, bool]]:
    """Return the day and shift that each record is counted in, and whether it is vague.

    Parameters
    ----------
    clock
        How the study area keeps time.
    records
        None of them monthly.
    """
    longest = timedelta(days=LONGEST_DAYS)
    spread = [r for r in records if _is_wide(clock, r) and r.end - r.start <= longest]
    turns: dict[int, list[tuple[datetime, datetime, int]]] = {}
    for cell in {r.cell for r in spread}:
        turns[cell] = sorted({(r.end, r.start, r.incident) for r in spread if r.cell == cell})
    found = []
    for record in records:
        at, vague = record.start, _is_wide(clock, record) and record.end - record.start > longest
        if record in spread:
            turn = turns[record.cell].index((record.end, record.start, record.incident))
            share = (turn * NEXT_RECORD + (record.cell + 1) * NEXT_CELL) % 1.0
            seconds = (record.end - record.start) // timedelta(seconds=1)
            at = record.start + timedelta(seconds=int(share * seconds))
        day, shift = _lies_in(clock, record, at)
        found.append((day, NO_SHIFT if vague else shift, vague))
    return found
