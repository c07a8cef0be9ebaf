"""Invented crews on duty: borough crews with a little time between calls, and a surge.

The surge is the arithmetic of one hundred extra officers: six days on and four off at 20 %
abstraction leave 48 on duty a day, which is 24 pairs; a visit of 15 minutes and 10 minutes of
travel make 25. A turn of 10 hours would hold 20 such visits; the shift of 8 hours used here,
less 30 minutes of briefing and 45 of refreshment, holds 16. The borough crews' numbers and
minutes are assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rightplace.crime.simulate.times import read_hours
from rightplace.crime.simulate.totals import apportion
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from numpy.random import Generator
    from numpy.typing import NDArray

    from rightplace.core.time import Clock, Slot
    from rightplace.crime.simulate.outlines import DemoOutlines
    from rightplace.crime.simulate.totals import BoroughTotals

VISIT_MINUTES = 25
"""A visit of 15 minutes and 10 minutes of travel."""
LOST_MINUTES = 75
"""Briefing and refreshment in a shift."""
SURGE_PAIRS = 24
"""Pairs on duty a day over all boroughs."""
CREWS_PER_BOROUGH = 16
"""Borough crews a day, on average over boroughs."""
FEWEST_CREWS = 8
"""Borough crews a day in any borough."""
CREW_MINUTES = 2 * VISIT_MINUTES
"""What a borough crew can spare for visits in a shift."""
BASES = 2
"""Bases in each borough."""

_PAIR = 2
_BUSY_WITH = ("violence_with_injury", "violence_without_injury", "robbery_personal")


def simulate_crews(
    outlines: DemoOutlines,
    totals: BoroughTotals,
    *,
    slots: Sequence[Slot],
    clock: Clock,
    generator: Generator,
) -> pa.Table:
    """Return crews as in ``crews.csv``: the busier a borough and a shift, the more.

    Parameters
    ----------
    outlines
        Small areas; bases lie inside them.
    totals
        Recorded offences; a borough's violence and robbery (where they hold any, else all
        its offences) say how busy it is.
    slots
        Whole policing days of slots.
    clock
        How the study area keeps time; times are written with its offset.
    generator
        Source of chance.

    Returns
    -------
    pa.Table
        crew_id (a call sign that comes back each day), borough, slot_start, slot_end, minutes,
        officers, specialist (1 for the surge), base_lon, base_lat.

    Raises
    ------
    BadInputError
        If there is no slot, or a borough with totals has no outline.
    """
    if not slots:
        msg = "Crews need at least one slot."
        raise BadInputError(msg)
    busyness = _busyness(totals)
    bases = _draw_bases(outlines, totals.boroughs, generator=generator)
    crews = _borough_crews(busyness, slots, clock)
    pairs = _draw_surge(busyness, slots, clock, generator=generator)
    rows = [
        row
        for number, borough in enumerate(totals.boroughs)
        for place, slot in enumerate(slots)
        for row in _duties(
            _Post(borough=borough, slot=slot, bases=bases[number], tzinfo=clock.tzinfo),
            crews=int(crews[number, place]),
            pairs=int(pairs[number, place]),
        )
    ]
    return pa.Table.from_pylist(rows)


def _busyness(totals: BoroughTotals) -> NDArray[np.float64]:
    """Return each borough's recorded violence and robbery, shape (boroughs,)."""
    chosen = np.isin(totals.classes, _BUSY_WITH)
    counts = totals.counts[chosen] if totals.counts[chosen].any() else totals.counts
    busyness: NDArray[np.float64] = counts.sum(axis=(0, 2)).astype(np.float64)
    return busyness


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Post:
    """A borough in a slot, and where its crews start; shape of the bases (BASES, 2)."""

    borough: str
    slot: Slot
    bases: NDArray[np.float64]
    tzinfo: tzinfo


def _duties(post: _Post, *, crews: int, pairs: int) -> list[dict[str, object]]:
    """Return the rows of a borough's crews, then of the surge pairs lent to it."""
    duty_minutes = (post.slot.end - post.slot.start) // timedelta(minutes=1)
    surge_minutes = (duty_minutes - LOST_MINUTES) // VISIT_MINUTES * VISIT_MINUTES
    rows = []
    for number in range(crews + pairs):
        is_surge = number >= crews
        sign = f"S{number - crews + 1:02d}" if is_surge else f"{number + 1:02d}"
        lon, lat = post.bases[number % BASES]
        minutes = surge_minutes if is_surge else CREW_MINUTES
        rows.append(
            {
                "crew_id": f"SYN {post.borough} {post.slot.shift} {sign}",
                "borough": post.borough,
                "slot_start": post.slot.start.astimezone(post.tzinfo).isoformat(),
                "slot_end": post.slot.end.astimezone(post.tzinfo).isoformat(),
                "minutes": max(0, min(minutes, duty_minutes)),
                "officers": _PAIR,
                "specialist": int(is_surge),
                "base_lon": round(float(lon), 5),
                "base_lat": round(float(lat), 5),
            }
        )
    return rows


def _borough_crews(
    busyness: NDArray[np.float64], slots: Sequence[Slot], clock: Clock
) -> NDArray[np.int64]:
    """Return the borough crews of each slot, shape (boroughs, slots)."""
    boroughs = busyness.size
    daily = FEWEST_CREWS + apportion((CREWS_PER_BOROUGH - FEWEST_CREWS) * boroughs, busyness)
    days = len({slot.policing_day for slot in slots})
    weights = _slot_weights(slots, clock)
    return np.stack([apportion(int(crews) * days, weights) for crews in daily])


def _draw_surge(
    busyness: NDArray[np.float64], slots: Sequence[Slot], clock: Clock, *, generator: Generator
) -> NDArray[np.int64]:
    """Return the surge pairs lent to each borough and slot: so many every policing day."""
    pairs = np.zeros((busyness.size, len(slots)), dtype=np.int64)
    weights = _slot_weights(slots, clock)
    days = np.array([slot.policing_day.toordinal() for slot in slots])
    for day in np.unique(days):
        shares = np.outer(busyness, np.where(days == day, weights, 0.0))
        drawn = generator.multinomial(SURGE_PAIRS, (shares / shares.sum()).ravel())
        pairs += drawn.reshape(pairs.shape)
    return pairs


def _slot_weights(slots: Sequence[Slot], clock: Clock) -> NDArray[np.float64]:
    """Return how much public violence the invented profile puts into each slot."""
    profile = read_hours()["public_violence"]
    weights = np.zeros(len(slots))
    for place, slot in enumerate(slots):
        for hour in range(int(slot.hours)):
            local = (slot.start + timedelta(hours=hour)).astimezone(clock.tzinfo)
            weights[place] += profile[local.weekday(), local.hour]
    return weights


def _draw_bases(
    outlines: DemoOutlines, boroughs: Sequence[str], *, generator: Generator
) -> NDArray[np.float64]:
    """Return longitude and latitude of each borough's bases, drawn from its middle half.

    Raises
    ------
    BadInputError
        If a borough has fewer small areas than bases.
    """
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    centroids = outlines.centroids
    chosen = []
    for borough in boroughs:
        areas = np.flatnonzero(outlines.boroughs == borough)
        if areas.size < BASES:
            msg = f"{borough} has {areas.size} outlines, too few for {BASES} bases."
            raise BadInputError(msg, value=borough)
        offsets = centroids[areas] - centroids[areas].mean(axis=0)
        nearest = areas[np.argsort(np.hypot(*offsets.T))][: max(BASES, areas.size // 2)]
        chosen.append(generator.choice(nearest, size=BASES, replace=False))
    inside = shapely.point_on_surface(outlines.polygons_lonlat[np.concatenate(chosen)])
    points: NDArray[np.float64] = shapely.get_coordinates(inside)
    return points.reshape(len(boroughs), BASES, 2)
