"""A time that somebody typed, "16:05", as the moment of their shift that it means."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rightplace.core.time import Slot

TYPED = re.compile(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])")


def moment_of_shift(
    typed: str, slot: Slot, *, zone: ZoneInfo, not_after: datetime
) -> datetime | None:
    """Return the moment nearest to a shift at which the local clock reads what was typed.

    Of two, as when clocks go back, it is the later that is not after ``not_after``.

    Parameters
    ----------
    typed
        Hours and minutes of a 24-hour clock, "16:05", "1605" or "9.30".
    slot
        The shift.
    zone
        Of the local clock.
    not_after
        The time now: nothing is logged before it happened.

    Returns
    -------
    datetime or None
        None where it is no time of the day.
    """
    read = TYPED.fullmatch(typed.strip())
    if read is None:
        return None
    clock = time(int(read[1]), int(read[2]))
    day = slot.start.astimezone(zone).date()
    found = [
        datetime.combine(day + timedelta(days=n), clock.replace(fold=fold), tzinfo=zone)
        for n in (-1, 0, 1, 2)
        for fold in (0, 1)
    ]
    moments = sorted({each.astimezone(slot.start.tzinfo) for each in found})
    past = [each for each in moments if each <= not_after] or moments[:1]
    return min(reversed(past), key=lambda each: _distance(each, slot))


def _distance(moment: datetime, slot: Slot) -> timedelta:
    """Return how far outside a shift a moment lies; nothing inside it."""
    return max(slot.start - moment, moment - slot.end, timedelta(0))
