"""A reason why nobody was there is no visit; a later decision leaves what is over as it was."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.app.public.activity import activity_given
from rightplace.app.service.picture_patrol import patrol_given
from rightplace.core.time import Clock
from rightplace.records.audit.transaction import transaction
from rightplace.records.decided.in_force import SlotOf, put_none_in_force
from rightplace.records.delivery.sync import VisitMade, log_visit
from tests.web.picture_world import publish_picture
from tests.web.public_world import JOB, LATER, PLAN, SLOTS, TO_NORTH, publish_plan, visits
from tests.web.published import PLAN as SMALL_PLAN
from tests.web.sharing_world import publish_figures
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction

FEBRUARY = 2026 * 12 + 1


def left_out(tx: Transaction, plan_id: str, visit_id: str, *, at: datetime) -> None:
    """A crew says that there was no time for a visit, as the phone sends it."""
    made = VisitMade(
        id=str(uuid.uuid4()),
        plan_id=plan_id,
        visit_id=visit_id,
        started_at=at,
        ended_at=at + timedelta(minutes=15),
        sent_at=at + timedelta(minutes=15),
        activity="not done: no_time",
    )
    log_visit(tx, made)


@pytest.fixture
def planned(shelf: Shelf) -> Shelf:
    publish_figures(shelf)
    publish_plan(shelf)
    return shelf


def abbey(shelf: Shelf) -> tuple[int, int]:
    """Visits planned and made in Abbey in February; of nine one is excused, one not made."""
    with transaction(shelf.database, JOB, purpose="x", at=LATER) as tx:
        wards = activity_given(tx, shelf).wards
    (found,) = (
        each for ((_, ward), month), each in wards.items() if (ward, month) == ("Abbey", FEBRUARY)
    )
    return found.planned, found.made


def test_the_public_is_told_of_no_visit_that_was_not_made(planned: Shelf) -> None:
    assert abbey(planned) == (8, 7)
    with transaction(planned.database, ANALYST.actor, purpose="x", at=LATER) as tx:
        left_out(tx, PLAN, visits()[1].id, at=SLOTS[0].start)
    assert abbey(planned) == (8, 7)


def test_a_decision_after_a_slot_changes_nothing_of_what_was_in_force_in_it(
    planned: Shelf,
) -> None:
    slots = [SlotOf(bcu=TO_NORTH, start=each.start, end=each.end) for each in SLOTS]
    with transaction(planned.database, JOB, purpose="x", at=LATER) as tx:
        put_none_in_force(tx, slots, reason="It was tried and is over.")
    assert abbey(planned) == (8, 7)


def test_the_picture_counts_no_patrol_that_was_not_given(shelf: Shelf) -> None:
    publish_picture(shelf)
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=LATER) as tx:
        before = patrol_given(tx, shelf, clock=Clock())
        left_out(tx, SMALL_PLAN, "v-000002", at=LATER)
        assert patrol_given(tx, shelf, clock=Clock()) == before
    assert len(before) == 1
