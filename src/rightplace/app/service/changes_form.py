"""Use case: what somebody may change in a published plan: its places, crews and their minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.own_area import check_own_bcu, own_cells
from rightplace.app.service.plan_visits import visits_of_bcu
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoice:
    """A place, in street words, with the visits that the plan makes there."""

    cell_id: str
    words: str
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeForm:
    """What may be changed in one BCU.

    Parameters
    ----------
    visited
        Places that the plan visits, by name.
    places
        Every place of the BCU that has data, by name.
    crews
        Crews with visits there.
    """

    plan_id: str
    bcu: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    visited: tuple[PlaceChoice, ...]
    places: tuple[PlaceChoice, ...]
    crews: tuple[str, ...]


def read_change_form(
    shelf: Shelf, plan_id: str, *, person: Person, bcu: str, at: datetime
) -> ChangeForm:
    """Return what somebody may change in a plan; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is published.
    plan_id
        The plan.
    person
        Who changes: their role must let them, for the whole BCU.
    bcu
        The BCU.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose="Change a plan.", at=at) as tx:
        person.check(Permission.CHANGE_PLAN)
        plan = shelf.plan(tx, plan_id)
        check_own_bcu(plan.forecast.area, person, Permission.CHANGE_PLAN, bcu=bcu)
        person.check(Permission.CHANGE_PLAN, bcu=bcu)
    rows = visits_of_bcu(plan, bcu, person)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["cell_id"]] = counts.get(row["cell_id"], 0) + 1
    everywhere = places_of_bcu(plan, bcu, person)
    return ChangeForm(
        plan_id=plan_id,
        bcu=bcu,
        as_of=plan.record["as_of"],
        data_cut_off=plan.forecast.result["trained_to"],
        is_synthetic=plan.is_synthetic,
        visited=_choices(plan, set(counts), counts),
        places=_choices(plan, everywhere, counts),
        crews=tuple(sorted({row["crew_id"] for row in rows if row["crew_id"]})),
    )


def places_of_bcu(plan: PublishedPlan, bcu: str, person: Person) -> set[str]:
    """Return the places of a BCU that have data and lie in the person's area."""
    area = plan.forecast.area
    mine = own_cells(area, person, Permission.CHANGE_PLAN)
    mine &= np.array([name == bcu for name in area.commands])
    mine &= np.isfinite(plan.forecast.expected).any(axis=1)
    ids = area.cells["cell_id"].to_pylist()
    return {ids[cell] for cell in np.flatnonzero(mine).tolist()}


def _choices(
    plan: PublishedPlan, cell_ids: set[str], counts: dict[str, int]
) -> tuple[PlaceChoice, ...]:
    words = plan.forecast.words_of
    found = [
        PlaceChoice(cell_id=each, words=words.get(each, each), visits=counts.get(each, 0))
        for each in cell_ids
    ]
    return tuple(sorted(found, key=lambda each: (each.words, each.cell_id)))
