"""Deciding when others decide too: nothing read is decided on once it no longer stands."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.decisions import DecidedMeanwhileError, decide_on_plan
from rightplace.app.service.web_settings import WebSettings
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.restricted import Restriction
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.decided.deciding import DecisionGiven, Verdict
from rightplace.records.decided.in_force import in_force
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import NOW, PLAN, SLOTS
from tests.web.second_plan import SECOND, publish_second
from tests.web.signed_in import COMMANDER, NORTH, KnownCookies, cookie

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

BCU = "Northbank"
LATER = NOW + timedelta(minutes=5)
TO_COME = SLOTS[-1].start


def decide(  # noqa: PLR0913 - a decision has so many parts
    shelf: Shelf,
    person: Person,
    plan_id: str,
    verdict: Verdict,
    *,
    at: datetime,
    seconds: int = 0,
    form_id: str = "",
) -> DecisionGiven:
    given = DecisionGiven(
        id=form_id or str(uuid.uuid4()),
        plan_id=plan_id,
        bcu=BCU,
        verdict=verdict,
        reason="Crews are there.",
        seconds_reading=seconds,
    )
    decide_on_plan(shelf, given, person=person, at=at)
    return given


def stands(shelf: Shelf, at: datetime = TO_COME) -> tuple[str | None, str]:
    with reading(shelf.database) as quiet:
        state = in_force(quiet, BCU, at=at)
    return state.plan_id, state.reason


@pytest.mark.parametrize("other", [PLAN, SECOND])
def test_what_another_decided_while_one_read_is_not_decided_over(shelf: Shelf, other: str) -> None:
    publish_second(shelf)
    first = decide(shelf, COMMANDER, other, Verdict.ACCEPTED, at=NOW)
    with pytest.raises(DecidedMeanwhileError, match="Somebody else decided for Northbank"):
        decide(shelf, NORTH, PLAN, Verdict.ACCEPTED, at=LATER, seconds=600)
    assert stands(shelf)[0] == other
    # Whoever opens it after that decides; so does the first person, and a form sent twice is one.
    decide(shelf, NORTH, PLAN, Verdict.ACCEPTED, at=LATER, seconds=60)
    again = decide_on_plan(shelf, first, person=COMMANDER, at=LATER)
    assert not again.is_new
    assert stands(shelf)[0] == PLAN


def test_a_plan_that_is_rejected_after_all_is_in_force_no_more(shelf: Shelf) -> None:
    decide(shelf, COMMANDER, PLAN, Verdict.ACCEPTED, at=SLOTS[0].start)
    rejected = decide(shelf, COMMANDER, PLAN, Verdict.REJECTED, at=NOW)
    assert stands(shelf) == (None, f"{PLAN} was rejected after it had been accepted.")
    assert stands(shelf, SLOTS[0].start) == (PLAN, "")  # it is over, and stays as it was
    # Accepted once more, the first form of the rejection sent again changes nothing.
    decide(shelf, COMMANDER, PLAN, Verdict.ACCEPTED, at=LATER)
    assert not decide_on_plan(shelf, rejected, person=COMMANDER, at=LATER).is_new
    assert stands(shelf)[0] == PLAN


def test_rejecting_one_plan_leaves_another_in_force(shelf: Shelf) -> None:
    publish_second(shelf)
    decide(shelf, COMMANDER, PLAN, Verdict.ACCEPTED, at=NOW)
    decide(shelf, COMMANDER, SECOND, Verdict.REJECTED, at=LATER)
    assert stands(shelf)[0] == PLAN


def test_the_form_comes_back_with_what_was_typed_and_what_stands_now(shelf: Shelf) -> None:
    clock = [NOW]
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=KnownCookies(), now=lambda: clock[0])
    client = TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)

    def send(page: str) -> tuple[int, str]:
        token = re.search(
            r'action="/plans/[^"]+/decisions".*?name="form_token" value="([^"]+)"', page, re.DOTALL
        )
        assert token is not None
        fields = {
            "bcu": BCU,
            "verdict": "accepted",
            "reason": "My reason <b>",
            "form_token": token[1],
        }
        told = client.post(f"/plans/{PLAN}/decisions", data=fields, headers=cookie("nora"))
        return told.status_code, told.text

    page = client.get(f"/plans/{PLAN}?bcu={BCU}", headers=cookie("nora")).text
    clock[0] = NOW + timedelta(minutes=2)
    decide(shelf, COMMANDER, PLAN, Verdict.REJECTED, at=clock[0])
    clock[0] = LATER
    status, page = send(page)
    assert status == 409
    assert "My reason <b>" in unescape(page)
    assert "Somebody else decided for Northbank" in page
    assert "rejected by u-002" in page
    assert send(page)[0] == 303


def test_a_look_at_a_decision_is_written_and_a_restricted_one_is_not_shown(shelf: Shelf) -> None:
    given = decide(shelf, COMMANDER, PLAN, Verdict.ACCEPTED, at=NOW)
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=KnownCookies(), now=lambda: LATER)
    client = TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)
    text = client.get(f"/plans/{PLAN}", headers=cookie("ann")).text
    assert "Crews are there." in text
    with transaction(shelf.database, COMMANDER.actor, purpose="x", at=LATER) as tx:
        acts = by_record(tx, record_type="decision", record_id=given.id)
        assert [(act.operation.value, act.actor_id) for act in acts][-1] == (
            "consultation",
            "u-001",
        )
        tx.add(restriction("decision", given.id))
    text = client.get(f"/plans/{PLAN}", headers=cookie("ann")).text
    assert "Crews are there." not in text
    assert "u-002" not in text
    assert "its record is restricted" in text


def restriction(record_type: str, record_id: str) -> Restriction:
    return Restriction(
        id=str(uuid.uuid4()),
        request_id="r-1",
        record_type=record_type,
        record_id=record_id,
        reason="It was not me.",
        placed_by="u-010",
        placed_at=NOW,
    )
