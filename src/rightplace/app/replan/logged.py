"""Which visits of a running plan were made, begun, are over or are still to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.replan.running import MADE, Row, Running
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.deploy.replan.done_file import DoneVisit

OPEN, PAST, DONE, BEGUN = "open", "past", "done", "begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A visit with what is known of it.

    Parameters
    ----------
    row
        Its row in the plan; None for one that stands in no plan.
    cell, slot, duty
        Where, when and by whom; by whom it was made, if another crew made it.
    state
        ``done``, ``begun``, ``past`` (its slot is over and nobody logged it) or ``open``.
    """

    row: Row | None
    cell: int
    slot: int
    duty: int
    state: str


def standing_visits(
    running: Running, done: Sequence[DoneVisit], *, now: datetime, file: Path | None
) -> list[Standing]:
    """Return every visit of a plan with its state, and after them those made beside the plan.

    Parameters
    ----------
    running
        The plan.
    done
        Visits made or begun, by the log.
    now
        From when the plan is made anew.
    file
        The log, for messages.

    Raises
    ------
    BadInputError
        If a crew made a visit in a slot in which it is not on duty.
    """
    found = [_as_planned(running, row, now=now) for row in running.rows]
    at = {row["visit_id"]: i for i, row in enumerate(running.rows)}
    free: dict[tuple[int, int], list[int]] = {}
    named = {each.visit_id for each in done}
    for i, each in enumerate(found):
        if each.row is not None and each.row["visit_id"] not in named and each.state not in MADE:
            free.setdefault((each.cell, each.duty), []).append(i)
    faults = []
    for entry in done:
        slot = _slot_at(
            running, entry, planned=found[at[entry.visit_id]] if entry.visit_id else None
        )
        planned = at[entry.visit_id] if entry.visit_id is not None else None
        crew_id = entry.crew_id
        if crew_id is None and planned is not None:
            crew_id = running.crews[found[planned].duty].crew_id
        duty = running.duty.get((str(crew_id), slot))
        if duty is None:
            faults.append(f"row {entry.row}: crew {crew_id!r} is not on duty when it was made")
            continue
        cell = found[planned].cell if planned is not None else running.cell[str(entry.cell_id)]
        waiting = free.get((cell, duty), [])
        if planned is None and waiting:
            planned = waiting.pop(0)
        row = None if planned is None else found[planned].row
        state = BEGUN if entry.ended is None else DONE
        made = Standing(row=row, cell=cell, slot=slot, duty=duty, state=state)
        if planned is None:
            found.append(made)
        else:
            found[planned] = made
    if faults:
        msg = f"Visits cannot have been made so: {'; '.join(faults)}."
        raise BadInputError(msg, file=file, remedy="Correct crew_id or started in these rows.")
    return found


def _as_planned(running: Running, row: Row, *, now: datetime) -> Standing:
    slot = running.slot[row["slot_start"]]
    state = str(row.get("state") or OPEN)
    if state not in MADE:
        state = PAST if row["slot_end"] <= now else OPEN
    return Standing(
        row=row,
        cell=running.cell[row["cell_id"]],
        slot=slot,
        duty=running.duty[row["crew_id"], slot],
        state=state,
    )


def _slot_at(running: Running, entry: DoneVisit, *, planned: Standing | None) -> int:
    """Return the slot of a visit of the plan, or the slot that runs when another one began."""
    if planned is not None:
        return planned.slot
    slots = running.outlook.slots
    met = [i for i, slot in enumerate(slots) if slot.start <= entry.started < slot.end]
    return met[0] if met else -1
