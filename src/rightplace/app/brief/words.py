"""Days, hours, counts and places of a brief, in the words that its reader uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.briefing.text import shorten
from rightplace.forecast.wording import in_words

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.brief.facts import Scope
    from rightplace.app.forecast.outlook import Outlook
    from rightplace.core.time import Slot
    from rightplace.deploy import Estimate

PLACE_LENGTH = 45


def day_words(day: date) -> str:
    """Return a day as "Friday 6 July 2018"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def period_words(scope: Scope) -> str:
    """Return the days a sheet covers."""
    days = sorted({scope.facts.outlook.slots[i].policing_day for i in scope.slots})
    if len(days) == 1:
        return day_words(days[0])
    return f"{day_words(days[0])} to {day_words(days[-1])}"


def shift_words(scope: Scope) -> str:
    """Return the shift a sheet covers, or why it covers all."""
    outlook = scope.facts.outlook
    if len(scope.slots) == 1:
        slot = outlook.slots[scope.slots[0]]
        return f"{slot.shift} shift, {hours_words(slot, outlook)}"
    names = {outlook.slots[i].shift for i in scope.slots}
    return f"{names.pop()} shifts" if len(names) == 1 else "all shifts"


def hours_words(slot: Slot, outlook: Outlook) -> str:
    """Return a slot's hours on the local clock, "15:00 to 23:00"."""
    zone = outlook.area.clock.tzinfo
    return f"{slot.start.astimezone(zone):%H:%M} to {slot.end.astimezone(zone):%H:%M}"


def place_words(*said: str) -> str:
    """Return the first of some ways to name a place that fits a line, or the last cut short."""
    fitting = (words for words in said if len(words) <= PLACE_LENGTH)
    return next(fitting, None) or shorten(said[-1], PLACE_LENGTH)


def around_words(name: str | None, lat: float, lon: float) -> str:
    """Return where to look, in degrees a phone takes, after what words there are."""
    degrees = f"{lat:.4f}, {lon:.4f}"
    if name is None:
        return f"around {degrees}"
    return f"{shorten(name, PLACE_LENGTH - len(degrees) - 1)} {degrees}"


def expected_words(scope: Scope) -> str:
    """Return the expected count of the BCU with its 80 % interval, in words."""
    distribution = scope.facts.distribution(scope.expected)
    if not distribution.known.any():
        return "no data"
    low, high = distribution.interval_of_sum(level=0.8)
    period = "this shift" if len(scope.slots) == 1 else "in these days"
    return in_words(float(np.nansum(scope.expected)), low, high, period=period)


def harm_words(scope: Scope) -> str:
    """Return the expected harm of the BCU with its 80 % interval; it stands beside the count."""
    distribution = scope.facts.distribution(scope.expected)
    if not distribution.known.any():
        return "harm not known"
    each = scope.facts.outlook.harm_each
    low, high = distribution.interval_of_sum(np.nan_to_num(each), level=0.8)
    return f"harm {in_words(float(np.nansum(scope.expected * each)), low, high)}"


def planned_words(estimate: Estimate) -> str:
    """Return an estimate with its 80 % interval, "27.8 (16 to 40)"."""
    return f"{estimate.mean:,.1f} ({estimate.lo80:,.0f} to {estimate.hi80:,.0f})"
