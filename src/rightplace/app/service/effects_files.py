"""Use cases: a proposed effect size to take away; each export is written in the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.service.effects_published import open_proposal
from rightplace.app.service.effects_tables import differ_rows
from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.core.canonical import canonical_json, plain
from rightplace.core.time import Clock
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

PURPOSE: Final = "Take a proposed effect size away."
COLUMNS: Final = ("cell_id", "place", "borough", "slot_start", "before", "proposed", "label")


def proposal_data(shelf: Shelf, proposal_id: str, *, person: Person, at: datetime) -> str:
    """Return a proposal with both plans in sum as JSON; places stand in the table alone.

    Parameters
    ----------
    shelf, proposal_id, person, at
        As in ``read_proposal``.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        held = open_proposal(shelf, tx, proposal_id)
    content = plain(held.run.result)
    del content["plans"]["differ"]
    stamp = {
        "status": held.status.value,
        "synthetic": held.run.is_synthetic,
        "place_not_person": PLACE_NOT_PERSON,
    }
    return canonical_json(content | stamp) + "\n"


def proposal_csv(
    shelf: Shelf, proposal_id: str, *, person: Person, at: datetime, marking: str
) -> str:
    """Return where both plans differ as CSV, of the places where somebody sees plans.

    Parameters
    ----------
    shelf, proposal_id, person, at
        As in ``read_proposal``.
    marking
        Protective marking.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        held = open_proposal(shelf, tx, proposal_id)
        plans = held.run.result.plans
        rows = differ_rows(shelf.forecast_behind(tx, plans.forecast_id), held, person=person)
    origin = Origin(
        run_id=proposal_id,
        marking=marking,
        data_cut_off=str(held.run.record["as_of"]),
        is_synthetic=held.run.is_synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, Clock().tzinfo),
    )
    told = (
        (
            *(each.cell_id, each.place, each.borough, each.start),
            *(each.before, each.proposed, plans.label),
        )
        for each in rows
    )
    return listing_csv(COLUMNS, told, origin=origin)
