"""Repeats of a place within a slot: each has its own part of the slot, and the parts lie apart."""

from __future__ import annotations


def repeat_windows(
    opens: int, closes: int, *, service: int, times: int, spacing: int
) -> tuple[tuple[int, int], ...]:
    """Return when each of a place's visits may begin, so that they are spaced whatever the order.

    The slot is cut into parts of equal length with ``spacing`` between the end of one part and
    the start of the next; each visit lies wholly in its own part. Visits that find no part long
    enough are left out from the end: fewer windows come back than were asked for.

    Parameters
    ----------
    opens, closes
        The slot, half-open, in whole units of time.
    service
        Length of one visit.
    times
        Visits wanted, 0 or more.
    spacing
        Least time from the end of one visit to the start of the next.

    Returns
    -------
    tuple
        Earliest and latest start of each visit, in order of time.
    """
    room = closes - opens
    fitting = min(times, (room + spacing) // (service + spacing))
    if fitting < 1:
        return ()
    part = (room + spacing) / fitting
    starts = [opens + round(turn * part) for turn in range(fitting)]
    ends = [*(start - spacing for start in starts[1:]), closes]
    return tuple((start, end - service) for start, end in zip(starts, ends, strict=True))
