"""The visits of a published plan that somebody may see and asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.plan_shown import VisitsWanted
    from rightplace.app.service.shelf import PublishedPlan


def slot_start(plan: PublishedPlan, slot: int) -> datetime:
    """Return when a slot of a plan starts, by its place in ``PublishedPlan.slot_words``.

    Raises
    ------
    BadInputError
        If the plan has no such slot.
    """
    starts = list(plan.slot_words)
    if not 0 <= slot < len(starts):
        msg = f"The plan has no slot {slot}; it has 0 to {len(starts) - 1}."
        raise BadInputError(msg, value=slot, remedy="Choose one of the list.")
    return starts[slot]


def found_visits(plan: PublishedPlan, person: Person, wanted: VisitsWanted) -> list[dict[str, Any]]:
    """Return the visits that an address asks for and a person may see, in order of time.

    Parameters
    ----------
    plan
        The plan.
    person
        Who looks.
    wanted
        Which visits.
    """
    rows = visits_of_bcu(plan, wanted.bcu, person)
    if wanted.slot is not None:
        starts = slot_start(plan, wanted.slot)
        rows = [row for row in rows if row["slot_start"] == starts]
    asked, words = wanted.search.casefold().strip(), plan.forecast.words_of
    return [
        row
        for row in rows
        if asked in f"{words.get(row['cell_id'], '')} {row['crew_id'] or ''}".casefold()
    ]


def visits_bounds(
    plan: PublishedPlan, visits: list[dict[str, Any]]
) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of some visits in degrees; None where there are none."""
    import shapely

    if not visits:
        return None
    area, cells = plan.forecast.area, {row["cell_id"] for row in visits}
    ids = np.array(area.cells["cell_id"].to_pylist())
    shapes = area.shapes[np.isin(ids, sorted(cells))]
    west, south, east, north = (float(each) for each in shapely.total_bounds(shapes))
    return west, south, east, north


def visits_of_bcu(plan: PublishedPlan, bcu: str, person: Person) -> list[dict[str, Any]]:
    """Return the visits of a BCU that a person may see, in order of time; of no BCU, none.

    Parameters
    ----------
    plan
        The plan.
    bcu
        The BCU; empty for none.
    person
        Who looks.
    """
    rows = plan.by_bcu.get(bcu, []) if bcu else []
    boroughs = [row["borough"] for row in rows]
    mine = person.within(Permission.SEE_PLAN, [bcu] * len(rows), boroughs)
    return [row for row, is_mine in zip(rows, mine, strict=True) if is_mine]
