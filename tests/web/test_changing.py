"""Changing a plan from its page: within one's own BCU, with a reason, as a record and a job."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from rightplace.app.service.changes_asked import ChangedPlanAsked
from rightplace.app.service.jobs_asked import asked_again
from rightplace.records.accounts.people import NewAccount, make_account
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.decided.change_table import PlanChange
from rightplace.records.decided.tables import Decision
from rightplace.records.jobs.queue import Ending, State, claim, finish
from rightplace.records.jobs.tables import Job
from tests.web.published import CELLS, EVIL, NOW, PLAN
from tests.web.second_plan import SECOND, publish_second
from tests.web.signed_in import ANALYST, KnownCookies, cookie, person

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

FORM = f"/plans/{PLAN}/change"
CREW = f"crew {EVIL}"


def token_of(client: TestClient, who: str) -> str:
    page = client.get(f"{FORM}?bcu=Northbank", headers=cookie(who)).text
    found = re.search(
        r'action="/plans/[^"]+/change".*?name="form_token" value="([^"]+)"', page, re.DOTALL
    )
    assert found is not None
    return found[1]


def send(client: TestClient, who: str = "cora", **fields: Any) -> tuple[int, str, str]:  # noqa: ANN401 - fields of a form
    data = {"form_token": token_of(client, who), "bcu": "Northbank", "reason": f"Why {EVIL[:8]}"}
    told = client.post(FORM, data=data | fields, headers=cookie(who))
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())
    return told.status_code, told.headers.get("location", ""), said


def kept(shelf: Shelf) -> tuple[list[PlanChange], list[Job]]:
    with reading(shelf.database) as quiet:
        return list(quiet.unshown(select(PlanChange))), list(quiet.unshown(select(Job)))


def test_the_form_offers_places_and_crews_of_the_bcu_alone(client: TestClient) -> None:
    text = client.get(f"{FORM}?bcu=Northbank", headers=cookie("cora")).text
    assert f'value="{CELLS[0]}"' in text
    assert f'value="{CELLS[1]}"' in text  # may be wanted although no visit is planned
    assert CELLS[2] not in text
    assert "crew 2" not in text
    assert "<script>alert" not in text


def test_a_change_is_a_record_and_a_job_of_one_id(client: TestClient, shelf: Shelf) -> None:
    status, location, _ = send(client, left_out=[CELLS[0]], wanted=CELLS[1], least="2")
    assert status == 303
    (change,), (job,) = kept(shelf)
    assert location == f"/plans/{PLAN}/changes/{change.id}"
    assert (change.id, change.bcu, change.asked_by) == (job.id, "Northbank", "u-002")
    assert change.reason.startswith("Why")
    asked = asked_again(job.verb, job.arguments)
    assert asked == ChangedPlanAsked(
        change_id=change.id, plan_id=PLAN, by="u-002", left_out=(CELLS[0],),
        wanted=((CELLS[1], 2),),
    )  # fmt: skip
    assert change.reason not in job.arguments
    text = client.get(location, headers=cookie("cora")).text
    assert "waits to be made anew" in text
    assert "Street 1" in text
    progress = client.get(f"{location}/progress?seen=queued", headers=cookie("cora"))
    assert "hx-refresh" not in progress.headers
    page = client.get(f"/plans/{PLAN}?bcu=Northbank", headers=cookie("cora")).text
    assert "Changes asked for" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose at least one change."),
        ({"left_out": [CELLS[0]], "reason": " "}, "Say why, in your own words."),
        ({"wanted": CELLS[1], "least": ""}, "Give the visits as a number"),
        ({"wanted": CELLS[1], "least": "0"}, "wanted with no visit"),
        ({"crew": CREW, "minutes": "-5"}, "Give the minutes as a number"),
        ({"left_out": [CELLS[0]], "wanted": CELLS[0], "least": "1"}, "changed in two ways"),
        ({"left_out": [CELLS[0]], "reason": "x" * 4001}, "at most 4000"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: TestClient, shelf: Shelf, fields: dict[str, Any], words: str
) -> None:
    status, _, said = send(client, **fields)
    assert (status, "There is a problem" in said) == (422, True)
    assert words in said
    assert kept(shelf) == ([], [])


@pytest.mark.parametrize(
    "fields",
    [
        {"left_out": [CELLS[2]]},
        {"wanted": CELLS[2], "least": "1"},
        {"wanted": CELLS[3], "least": "1"},
        {"crew": "crew 2"},
    ],
)
def test_what_is_of_another_bcu_or_has_no_data_is_not_changed(
    client: TestClient, shelf: Shelf, fields: dict[str, Any]
) -> None:
    assert send(client, **fields)[0] == 403
    assert kept(shelf) == ([], [])


def test_only_who_may_change_plans_there_does(client: TestClient, shelf: Shelf) -> None:
    assert client.get(f"{FORM}?bcu=Southbank", headers=cookie("nora")).status_code == 403
    assert client.get(f"{FORM}?bcu=Northbank", headers=cookie("nick")).status_code == 403
    assert send(client, "nora", bcu="Southbank", left_out=[CELLS[2]])[0] == 403
    assert send(client, "nora", left_out=[CELLS[0]])[0] == 303
    (change,), _ = kept(shelf)
    page = f"/plans/{PLAN}/changes/{change.id}"
    assert client.get(page, headers=cookie("nick")).status_code == 403
    assert (
        client.get(f"/plans/{SECOND}/changes/{change.id}", headers=cookie("nora")).status_code
        == 404
    )
    bare = client.post(FORM, data={"bcu": "Northbank"}, headers=cookie("nora"))
    assert bare.status_code == 403  # without the form's token


def end(shelf: Shelf, ending: Ending) -> None:
    with transaction(shelf.database, ANALYST.actor, purpose="Work.", at=NOW) as tx:
        job = claim(tx, worker="w")
        assert job is not None
        finish(tx, job.id, ending, worker="w")


def test_what_came_of_it_leads_to_the_comparison(client: TestClient, shelf: Shelf) -> None:
    publish_second(shelf)
    _, location, _ = send(client, left_out=[CELLS[0]])
    end(shelf, Ending(state=State.DONE, outcome="3 visits.", run_id=SECOND))
    text = client.get(location, headers=cookie("cora")).text
    assert f'href="/plans/{PLAN}/compare/{SECOND}"' in text
    progress = client.get(f"{location}/progress?seen=running", headers=cookie("cora"))
    assert progress.headers["hx-refresh"] == "true"


def test_who_asked_and_who_decided_are_told_by_the_names_of_their_accounts(
    client: TestClient, shelf: Shelf, desk: Desk
) -> None:
    new = NewAccount(user_name="rita", display_name="Rita <b>", family_name="Real")
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        rita = make_account(tx, new, password_hash=None).id
    assert isinstance(desk.sessions, KnownCookies)
    desk.sessions.people["rita"] = person(rita, "Rita", Role.AREA_COMMANDER)
    _, location, _ = send(client, "rita", left_out=[CELLS[0]])
    name = "by Rita &lt;b&gt;, "
    assert f"asked for {name}" in client.get(location, headers=cookie("rita")).text
    address = f"/plans/{PLAN}?bcu=Northbank"
    page = client.get(address, headers=cookie("rita")).text
    found = re.search(r'/decisions".*?name="form_token" value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    data = {"form_token": found[1], "bcu": "Northbank", "verdict": "rejected", "reason": "No."}
    told = client.post(f"/plans/{PLAN}/decisions", data=data, headers=cookie("rita"))
    assert told.status_code == 303
    assert f"rejected {name}" in client.get(address, headers=cookie("rita")).text


def test_a_change_that_failed_says_why_and_offers_another(client: TestClient, shelf: Shelf) -> None:
    _, location, _ = send(client, left_out=[CELLS[0]])
    end(shelf, Ending(state=State.FAILED, outcome="No plan meets every demand."))
    text = client.get(location, headers=cookie("cora")).text
    assert "could not be made anew" in text
    assert "No plan meets every demand." in text
    assert "Change the plan in another way" in text


def test_accepting_the_changed_plan_notes_on_the_first_that_it_was_changed(
    client: TestClient, shelf: Shelf
) -> None:
    publish_second(shelf)
    page = client.get(f"/plans/{SECOND}?bcu=Northbank", headers=cookie("cora")).text
    found = re.search(r'/decisions".*?name="form_token" value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    data = {"form_token": found[1], "bcu": "Northbank", "verdict": "accepted", "reason": "Better."}
    for _ in range(2):  # the same form, sent twice
        told = client.post(f"/plans/{SECOND}/decisions", data=data, headers=cookie("cora"))
        assert told.status_code == 303
    with reading(shelf.database) as quiet:
        decisions = {d.plan_id: d for d in quiet.unshown(select(Decision))}
    assert decisions[SECOND].verdict == "accepted"
    parent = decisions[PLAN]
    assert (parent.verdict, parent.changed_to, parent.reason) == ("changed", SECOND, "Better.")
    text = client.get(f"/plans/{PLAN}?bcu=Northbank", headers=cookie("cora")).text
    assert f"changed to {SECOND} by u-002" in text
