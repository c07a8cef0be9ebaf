"""Event study: the effect by time since the start, beside the same before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rightplace.evaluate.designs.difference.checks import block_windows
from rightplace.evaluate.designs.difference.cohorts import Window
from rightplace.evaluate.designs.difference.inference import by_ratio

if TYPE_CHECKING:
    import numpy as np

    from rightplace.evaluate.designs.difference.cohorts import Cohorts
    from rightplace.evaluate.designs.difference.settings import DifferenceSettings
    from rightplace.evaluate.designs.finding import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Relative change in some periods, against the block just before the start.

    Parameters
    ----------
    first, last
        Periods since the start, both ends included; below 0 before it.
    estimate
        A share. Before the start it should be about 0.
    """

    first: int
    last: int
    estimate: Estimate


def event_study(
    of: Cohorts, *, settings: DifferenceSettings, rng: np.random.Generator
) -> tuple[Event, ...]:
    """Return the relative change block by block, before the start and since.

    Blocks are those of the test of trends before; since the start as many of the same length as
    every cohort has seen, so that time and cohort are not mixed. Intervals are of single blocks.
    Empty where the time before has fewer than two periods.
    """
    made = block_windows(of, settings.blocks)
    if not made:
        return ()
    length = made[0][0].before[1] - made[0][0].before[0]
    lasts = [Window(before=(begin - length, begin), after=(0, 0)) for begin in of.begins]
    firsts = [windows[0].before[0] - of.begins[0] for windows in made]
    seen = min(of.counts.shape[1] - begin for begin in of.begins) // length
    firsts += [block * length for block in range(seen)]
    events = []
    for first in firsts:
        windows = tuple(
            replace(last, after=(begin + first, begin + first + length))
            for last, begin in zip(lasts, of.begins, strict=True)
        )
        found = by_ratio(of, windows, settings=settings, rng=rng)
        if found is not None:
            share = found.share(settings.level)
            events.append(Event(first=first, last=first + length - 1, estimate=share))
    return tuple(events)
