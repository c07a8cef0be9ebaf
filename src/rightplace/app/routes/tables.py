"""Routes as tables and sums: what crews do, what is not made, how alike days are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rightplace.app.routes.result import Variation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from rightplace.app.routes.making import Routed
    from rightplace.app.routes.settings import RoutesSettings
    from rightplace.deploy.routes import RoutePlan
    from rightplace.deploy.routes.regularity import Begun

_Step = tuple[str, int | None, int, tuple[int, int, int]]
"""Kind, stop, point; when the crew is there, begins, leaves."""
_INSTANT = pa.timestamp("us", tz="UTC")
STOPS_SCHEMA = pa.schema(
    [
        ("slot_start", _INSTANT),
        ("borough", pa.string()),
        ("crew_id", pa.string()),
        ("number", pa.int64()),
        ("kind", pa.string()),
        ("visit_id", pa.string()),
        ("cell_id", pa.string()),
        ("arrives", _INSTANT),
        ("starts", _INSTANT),
        ("ends", _INSTANT),
        ("travel_seconds", pa.int64()),
    ]
)
DROPPED_SCHEMA = pa.schema(
    [
        ("slot_start", _INSTANT),
        ("borough", pa.string()),
        ("visit_id", pa.string()),
        ("cell_id", pa.string()),
        ("prevented", pa.float64()),
        ("why", pa.string()),
    ]
)


def stops_table(found: Sequence[Routed]) -> pa.Table:
    """Return one row for each step of each crew: leave, visits, break, return.

    Parameters
    ----------
    found
        Routes of all rounds.
    """
    rows = [row for each in found for row in _rows(each)]
    return pa.Table.from_pylist(rows, schema=STOPS_SCHEMA)


def _rows(found: Routed) -> Iterator[dict[str, Any]]:
    start, problem = found.rounds.starts, found.rounds.problem
    for route in found.drawn.routes:
        crew = found.crews[route.duty]
        base = problem.duties[route.duty].base
        common = {
            "slot_start": start,
            "borough": found.of.borough,
            "crew_id": crew.crew_id,
        }
        steps: list[_Step] = [("leave", None, base, (route.leaves,) * 3)]
        steps += [
            ("break" if e.stop is None else "visit", e.stop, e.point, (e.arrives, e.starts, e.ends))
            for e in route.events
        ]
        steps.append(("return", None, base, (route.returns,) * 3))
        here = base
        for number, (kind, stop, point, times) in enumerate(steps):
            task = None if stop is None else found.visit[stop]
            at = [start + timedelta(seconds=t) for t in times]
            yield common | {
                "number": number,
                "kind": kind,
                "visit_id": None if task is None else task.visit_id,
                "cell_id": None if task is None else task.cell_id,
                "arrives": at[0],
                "starts": at[1],
                "ends": at[2],
                "travel_seconds": int(problem.travel[here, point]),
            }
            here = point


def dropped_table(found: Sequence[Routed]) -> pa.Table:
    """Return one row for each visit that no crew makes, with why, the most worth first.

    Parameters
    ----------
    found
        Routes of all rounds.
    """
    left = [(each, task, why) for each in found for task, why in each.dropped]
    left.sort(key=lambda item: (-item[1].prize, item[1].visit_id))
    rows = [
        {
            "slot_start": each.rounds.starts,
            "borough": each.of.borough,
            "visit_id": task.visit_id,
            "cell_id": task.cell_id,
            "prevented": task.prize,
            "why": why,
        }
        for each, task, why in left
    ]
    return pa.Table.from_pylist(rows, schema=DROPPED_SCHEMA)


def variation_of(found: Sequence[Routed], settings: RoutesSettings) -> Variation:
    """Return how alike visit times are from day to day, and the price of keeping them apart.

    Parameters
    ----------
    found
        Routes of all rounds.
    settings
        What counts as alike.
    """
    from rightplace.deploy.routes import repeat_time_index

    within = settings.alike_minutes
    index, plain = (
        repeat_time_index(
            (visit for each in found for visit in begun(each, best=best)), within_minutes=within
        )
        for best in (False, True)
    )
    made, best = (sum(each.prevented[k] for each in found) for k in (1, 3))
    travel = np.array([[each.best.travel, each.drawn.travel] for each in found]).sum(axis=0)
    return Variation(
        repeat_time_index=index,
        without_variation=plain,
        within_minutes=within,
        prize_given_up_share=1 - made / best if best else 0.0,
        travel_added_share=float(travel[1] / travel[0] - 1) if travel[0] else 0.0,
    )


def begun(found: Routed, *, best: bool = False) -> Iterator[Begun]:
    """Yield when each visit of a round begins, for the repeat-time index.

    Parameters
    ----------
    found
        Its routes.
    best
        Whether to take the best routes in place of those drawn.
    """
    from rightplace.deploy.routes.regularity import Begun

    plan: RoutePlan = found.best if best else found.drawn
    slot = found.of.slot
    for route in plan.routes:
        for event in route.events:
            if event.stop is not None:
                cell = found.rounds.tasks[event.stop].cell_id
                yield Begun(cell, slot.shift, slot.policing_day, event.starts / 60)


def minutes_of(found: Sequence[Routed]) -> dict[str, float]:
    """Return what rounds are made of, in minutes: travel, visits, breaks, waiting.

    Parameters
    ----------
    found
        Routes of all rounds.
    """
    events = [(e, e.stop is None) for each in found for r in each.drawn.routes for e in r.events]
    whole = sum(r.returns - r.leaves for each in found for r in each.drawn.routes)
    visits = sum(e.ends - e.starts for e, is_break in events if not is_break)
    breaks = sum(e.ends - e.starts for e, is_break in events if is_break)
    travel = sum(each.drawn.travel for each in found)
    return {
        "travel_minutes": travel / 60,
        "visit_minutes": visits / 60,
        "break_minutes": breaks / 60,
        "waiting_minutes": (whole - visits - breaks - travel) / 60,
    }
