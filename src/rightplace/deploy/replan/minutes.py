"""The minutes that crews have left for visits when some of them were taken away for a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rightplace.deploy.crews import Crew

Span = tuple[datetime, datetime]
_MINUTE = timedelta(minutes=1)


def overlap_minutes(spans: Sequence[Span], *, start: datetime, end: datetime) -> float:
    """Return the minutes between two times that lie in at least one span, 0 or more."""
    total, reached = 0.0, start
    for first, last in sorted(spans):
        from_here, to_here = max(first, reached), min(last, end)
        if to_here > from_here:
            total += (to_here - from_here) / _MINUTE
            reached = to_here
    return total


def minutes_free(crew: Crew, spans: Sequence[Span]) -> float:
    """Return a crew's minutes for visits over its whole duty, less what abstractions take.

    Minutes for visits are taken as spread evenly over the duty (a choice of this project: the
    crew file says how many there are, not when): away for a quarter of it, a crew has a quarter
    fewer.
    """
    away = overlap_minutes(spans, start=crew.slot_start, end=crew.slot_end)
    return crew.minutes * (1 - away / crew.duty_minutes)


def minutes_left(crew: Crew, *, now: datetime, spans: Sequence[Span], used: float) -> float:
    """Return the minutes that a crew can still spend on visits, 0 or more.

    What visits have used is gone, and nobody can spend more than the time that is left of the
    duty outside abstractions.

    Parameters
    ----------
    crew
        The duty.
    now
        From when.
    spans
        Abstractions of the crew.
    used
        Minutes of the duty spent on visits and the way to them.
    """
    start = max(now, crew.slot_start)
    if start >= crew.slot_end:
        return 0.0
    clock = (crew.slot_end - start) / _MINUTE
    clock -= overlap_minutes(spans, start=start, end=crew.slot_end)
    return max(0.0, min(minutes_free(crew, spans) - used, clock))


def cheapest_crews(
    officers: NDArray[np.int64], loss: NDArray[np.float64], *, wanted: int
) -> tuple[int, ...] | None:
    """Return the crews with at least so many officers whose visits are worth least in sum.

    Exact (dynamic programming over officers); of equal sums the one with fewest officers. None
    where all crews together have too few.

    Parameters
    ----------
    officers
        Shape (n_crews,). Officers of each crew, 1 or more.
    loss
        Shape (n_crews,). What the visits are worth that each would no longer make, 0 or more.
    wanted
        Officers that are needed, 1 or more.
    """
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for crew, (count, worth) in enumerate(zip(officers.tolist(), loss.tolist(), strict=True)):
        for reached, (lost, taken) in sorted(best.items(), reverse=True):
            if reached >= wanted:
                continue
            after = (lost + worth, (*taken, crew))
            if reached + count not in best or after[0] < best[reached + count][0]:
                best[reached + count] = after
    enough = [(lost, total, taken) for total, (lost, taken) in best.items() if total >= wanted]
    return min(enough)[2] if enough else None
