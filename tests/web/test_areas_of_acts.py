"""Acts for one area: a role that somebody has for a borough reaches no other, nor everybody's."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.app.accountability.keeping import read_keeping
from rightplace.app.accountability.office import Office
from rightplace.app.accountability.overview import read_overview
from rightplace.app.changed.changes import Changes
from rightplace.app.partners.requests import (
    ask_for_product,
    decide_on_sharing,
    end_sharing,
    read_sharing,
    read_sharings,
)
from rightplace.app.partners.settings import SharingSettings
from rightplace.app.service.changes import ChangeWanted, ask_for_change
from rightplace.app.service.jobs_acts import Asking, ask_again, cancel_job
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.anomalies import AnomalySettings
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.jobs.queue import held_job
from rightplace.records.released.sharing import Basis, Ruling, SharingAsked
from rightplace.records.retention.periods import RetentionSettings
from rightplace.records.stop.switch import Target, TargetKind, suspend
from tests.web.accountability_world import DORA, waiting_world
from tests.web.published import CELLS, NOW, PLAN
from tests.web.sharing_world import LATER, PARTNER, publish_figures
from tests.web.signed_in import COMMANDER, cookie, person

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

DATA, ANALYST = Role.DATA_PROTECTION_OFFICER, Role.ANALYST
OF_SOUTH = person("u-030", "Dan South", DATA, borough="Southbank")
OF_NORTH = person("u-031", "Dee North", DATA, borough="Northbank")
SOUTH = person("u-032", "Sol South", ANALYST, bcu="Southbank")
NORTH = person("u-033", "Nel North", ANALYST, bcu="Northbank")
RULING = Ruling(approved=True, reason="In the duty.", until_at=NOW + timedelta(days=30))


def office(shelf: Shelf, who: Person) -> Office:
    return Office(
        database=shelf.database,
        person=who,
        at=NOW,
        retention=RetentionSettings(),
        anomalies=AnomalySettings(),
    )


def test_what_is_of_everybody_is_shown_to_who_answers_for_everybody(shelf: Shelf) -> None:
    waiting_world(shelf.database)
    whole, part = read_overview(office(shelf, DORA)), read_overview(office(shelf, OF_NORTH))
    assert whole.anomalies
    assert whole.requests
    assert whole.breaches
    assert (part.anomalies, part.requests, part.breaches, part.holds) == (None,) * 4
    assert part.stoppable  # whoever may stop anything stops it for all
    with pytest.raises(RefusedError):
        read_keeping(office(shelf, OF_NORTH))


def test_a_sharing_is_seen_and_decided_on_for_ones_own_area_alone(shelf: Shelf) -> None:
    publish_figures(shelf)
    given = SharingAsked(
        id=str(uuid.uuid4()),
        item="wards",
        organisation="Violence Reduction Unit",
        basis=Basis.SERIOUS_VIOLENCE_DUTY,
        purpose="Needs assessment.",
        borough="Northbank",
        from_month=2026 * 12,
        to_month=2026 * 12 + 2,
    )
    settings = SharingSettings()
    ask_for_product(shelf, given, person=PARTNER, at=LATER)
    assert read_sharings(shelf, person=OF_SOUTH, at=LATER).sharings == ()
    with pytest.raises(NotHeldError):
        read_sharing(shelf, given.id, person=OF_SOUTH, at=LATER)
    with pytest.raises(NotHeldError):
        decide_on_sharing(shelf, given.id, RULING, person=OF_SOUTH, at=LATER, settings=settings)
    assert read_sharing(shelf, given.id, person=OF_NORTH, at=LATER).may_decide
    decide_on_sharing(shelf, given.id, RULING, person=OF_NORTH, at=LATER, settings=settings)
    both = person("u-034", "Sue", Role.AREA_COMMANDER, DATA, borough="Southbank")
    with pytest.raises(NotHeldError):
        end_sharing(shelf, given.id, reason="Not theirs.", person=both, at=LATER)


def test_who_sees_a_sharing_of_the_whole_area_in_part_does_not_decide_on_it(shelf: Shelf) -> None:
    publish_figures(shelf)
    given = SharingAsked(
        id=str(uuid.uuid4()),
        item="boroughs",
        organisation="Office",
        basis=Basis.CRIME_REDUCTION,
        purpose="Strategy.",
        borough="",
        from_month=2026 * 12,
        to_month=2026 * 12 + 2,
    )
    own = person("u-011", "Petra Partner", Role.PARTNER, DATA, borough="Northbank")
    ask_for_product(shelf, given, person=PARTNER, at=LATER)
    with pytest.raises(RefusedError, match="not yours to decide"):
        decide_on_sharing(shelf, given.id, RULING, person=own, at=LATER, settings=SharingSettings())


def test_the_job_of_a_change_is_cancelled_and_asked_again_in_its_own_bcu_alone(
    shelf: Shelf,
) -> None:
    change = str(uuid.uuid4())
    wanted = ChangeWanted(
        id=change,
        plan_id=PLAN,
        bcu="Northbank",
        changes=Changes(left_out=(CELLS[0],)),
        reason="A fair is there.",
    )
    ask_for_change(shelf, wanted, person=COMMANDER, at=NOW)
    with pytest.raises(RefusedError, match="Northbank"):
        cancel_job(shelf.database, change, person=SOUTH, at=NOW)

    def asking(who: Person) -> Asking:
        return Asking(person=who, form_id=str(uuid.uuid4()), at=NOW, most_waiting=10)

    with pytest.raises(RefusedError, match="Northbank"):
        ask_again(shelf.database, change, asking(SOUTH))
    again = ask_again(shelf.database, change, asking(NORTH))
    with pytest.raises(RefusedError, match="Northbank"):
        cancel_job(shelf.database, again, person=SOUTH, at=NOW)
    cancel_job(shelf.database, again, person=NORTH, at=NOW)
    with reading(shelf.database) as quiet:
        assert held_job(quiet, change).state == "queued"
        assert held_job(quiet, again).state == "cancelled"


def test_who_stopped_a_model_and_why_is_for_those_who_are_signed_in(
    client: TestClient, shelf: Shelf
) -> None:
    model = Target(kind=TargetKind.MODEL, name="additive_memory")
    with transaction(shelf.database, COMMANDER.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, model, reason="A complaint by Mr Smith.")
    open_to_all = client.get("/about").text
    assert "It is suspended." in open_to_all
    assert "Smith" not in open_to_all
    assert "u-002" not in open_to_all
    assert "Smith" in client.get("/about", headers=cookie("ann")).text
