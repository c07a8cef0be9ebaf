"""Figures and times in the words of the pages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rightplace.forecast.wording import in_words

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from rightplace.core.time import Slot

NO_DATA = "no data"


def count_words(mean: float, lo: float, hi: float, *, period: str) -> str:
    """Return an expected count with its 80 % interval, or that there are no data."""
    if math.isnan(mean):
        return NO_DATA
    return in_words(mean, min(lo, hi), hi, period=period)


def harm_words(harm: float) -> str:
    """Return the expected harm of one place: one digit, for its interval earns no more."""
    if math.isnan(harm):
        return NO_DATA
    if harm < 1:
        return "under 1"
    unit: int = 10 ** math.floor(math.log10(harm))
    return f"about {round(harm / unit) * unit:,}"


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """Return a moment on the local clock with its offset, "Thu 1 Feb 2024, 15:00 (UTC+00:00)"."""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} (UTC{offset[:3]}:{offset[3:]})"


def span_words(start: datetime, end: datetime, *, slot: Slot | None, zone: tzinfo) -> str:
    """Return a slot in words: its policing day, shift and hours, or from when to when."""
    if slot is None:
        return f"{moment_words(start, zone)} to {moment_words(end, zone)}"
    day = slot.policing_day
    hours = f"{start.astimezone(zone):%H:%M} to {end.astimezone(zone):%H:%M}"
    return f"{day:%a} {day.day} {day:%b}, {slot.shift}, {hours}"
