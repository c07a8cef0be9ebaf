"""Which shift somebody means, in the address of a page and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.figures import span_words
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from rightplace.core.time import Clock, Slot

DAY_LETTERS = len("2026-05-05")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftOption:
    """A shift that can be chosen: as the address names it, and in words."""

    key: str
    words: str


def shift_key(slot: Slot) -> str:
    """Return how the address names a shift: its policing day and its name."""
    return f"{slot.policing_day.isoformat()} {slot.shift}"


def shift_words(slot: Slot, zone: ZoneInfo) -> str:
    """Return a shift in words: policing day, name and hours."""
    return span_words(slot.start, slot.end, slot=slot, zone=zone)


def shift_at(clock: Clock, at: datetime) -> Slot:
    """Return the shift that a moment falls into: shifts go round the clock without a gap."""
    yesterday = at.astimezone(clock.tzinfo).date() - timedelta(days=1)
    return next(slot for slot in clock.slots(yesterday, 3) if slot.start <= at < slot.end)


def shifts_from(clock: Clock, at: datetime) -> tuple[Slot, ...]:
    """Return the shift of a moment and those that begin within a day of it."""
    now = shift_at(clock, at)
    following = clock.slots(now.policing_day, 3)
    return tuple(s for s in following if now.start <= s.start < at + timedelta(days=1))


def find_shift(clock: Clock, key: str, *, at: datetime) -> Slot:
    """Return the shift that an address names; the shift of now where it names none.

    Parameters
    ----------
    clock
        How the study area keeps time.
    key
        As ``shift_key`` writes it, or empty.
    at
        The time now.

    Raises
    ------
    NotHeldError
        If there is no such shift.
    """
    if not key:
        return shift_at(clock, at)
    try:
        day = date.fromisoformat(key[:DAY_LETTERS])
        found = [slot for slot in clock.slots(day, 1) if shift_key(slot) == key]
    except (ValueError, OverflowError):
        found = []
    if not found:
        names = ", ".join(each.name for each in clock.shifts)
        msg = f"There is no shift {key!r}."
        raise NotHeldError(msg, value=key, remedy=f"Name a day and one of: {names}.")
    return found[0]


def options_of(slots: Iterable[Slot], zone: ZoneInfo) -> tuple[ShiftOption, ...]:
    """Return shifts as they can be chosen."""
    return tuple(ShiftOption(key=shift_key(s), words=shift_words(s, zone)) for s in slots)


def hour_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment's hour and minute on the local clock, "16:05"."""
    return f"{moment.astimezone(zone):%H:%M}"
