"""The plan in force for a BCU and shift, and its visits that somebody may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.plan.visits import OVER
from rightplace.app.service.own_area import own_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedArea, PublishedPlan, Shelf
    from rightplace.core.time import Slot
    from rightplace.records.accounts.roles import Permission
    from rightplace.records.audit.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOfShift:
    """The plan in force for a BCU and shift, or None with the reason why none is."""

    plan: PublishedPlan | None
    reason: str


def plan_of_shift(tx: Transaction, shelf: Shelf, bcu: str, slot: Slot) -> PlanOfShift:
    """Return the plan in force for a BCU and shift; it will be shown to the actor.

    One that is suspended is not in force.
    """
    from rightplace.records.decided.in_force import in_force

    state = in_force(tx, bcu, at=slot.start)
    plan = None if state.plan_id is None else shelf.plan(tx, state.plan_id)
    return PlanOfShift(plan=plan, reason=state.reason)


def cells_of(
    area: PublishedArea, person: Person, permission: Permission, *, bcu: str, ward: str = ""
) -> NDArray[np.bool_]:
    """Return the cells of a BCU, or of a ward of it, that lie in somebody's area.

    Parameters
    ----------
    area
        The study area.
    person, permission
        Who, and what they must be allowed to do there.
    bcu
        The BCU.
    ward
        As ``ward_names`` writes it, or empty for all.

    Returns
    -------
    NDArray
        Shape (n_cells,).
    """
    mine = own_cells(area, person, permission)
    mine &= np.array([name == bcu for name in area.commands], dtype=bool)
    if ward:
        mine &= np.array([name == ward for name in ward_names(area)], dtype=bool)
    return mine


def ward_names(area: PublishedArea) -> tuple[str, ...]:
    """Return the ward of each cell with its borough, for names repeat; empty where none is told."""
    wards: list[str | None] = area.cells["ward"].to_pylist()
    pairs = zip(wards, area.borough_names, strict=True)
    return tuple(f"{ward}, {borough}" if ward else "" for ward, borough in pairs)


def cell_numbers(area: PublishedArea) -> dict[str, int]:
    """Return the position of each cell by its id."""
    return {cell: number for number, cell in enumerate(area.cells["cell_id"].to_pylist())}


def visits_of_shift(
    plan: PublishedPlan, *, bcu: str, slot: Slot, cells: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """Return the visits of a BCU and shift still to be made in some cells, in the plan's order."""
    number = cell_numbers(plan.forecast.area)
    return [
        row
        for row in plan.by_bcu.get(bcu, [])
        if row["slot_start"] < slot.end
        and row["slot_end"] > slot.start
        and row.get("state") not in OVER
        and cells[number[row["cell_id"]]]
    ]
