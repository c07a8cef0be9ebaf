"""Effect sizes in the service: both plans shown, approved by a second named person, or declined."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.app.service.jobs_page import may_ask
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.decided.effect_table import EffectDecision
from rightplace.records.jobs.queue import Ending, State, claim, finish
from rightplace.records.jobs.tables import Job
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from tests.web import test_browser as browser
from tests.web.published import CELLS, FORECAST, NOW
from tests.web.signed_in import ANALYST, COMMANDER, NOBODY, NORTH, KnownCookies, cookie, person
from tests.web.test_browser import address, page, told, violations
from tests.web.trials_world import (
    APPROVAL,
    LAST,
    OTHER,
    PROPOSAL,
    START,
    TRIAL,
    approval_copy,
    lock_copy,
    proposal_copy,
    publish_copies,
    publish_proposal,
    trial_plan,
)

if TYPE_CHECKING:
    from httpx import Response
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

__all__ = ["address", "page", "told"]  # fixtures
LIST = "/operations/effects"
PAGE = f"{LIST}/{PROPOSAL}"
APPROVE, DECLINE = f"{PAGE}/acts/approve", f"{PAGE}/acts/decline"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NEW, OLD = "-15.0 % (-22.0 % to -8.0 %", "-12.0 % (-16.0 % to -8.0 %"
PEOPLE = {
    "ann": ANALYST,
    "cora": COMMANDER,
    "nora": NORTH,
    "chris": person("u-020", "Chris Chair", Role.TASKING_CHAIR),
    "petra": person("u-021", "petra  PROPOSER", Role.TASKING_CHAIR),
    "pam": person("u-010", "Pam Panel", Role.SCRUTINY_PANEL),
    "olaf": person("u-011", "Olaf Officer", Role.OFFICER),
    "nick": NOBODY,
}


@pytest.fixture
def desk(desk: Desk, shelf: Shelf) -> Desk:
    publish_proposal(shelf)
    return replace(desk, sessions=KnownCookies(people=dict(PEOPLE)))


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def got(client: TestClient, path: str = PAGE, who: str = "cora", status: int = 200) -> Response:
    answer: Response = client.get(path, headers=cookie(who))
    assert answer.status_code == status, (path, answer.text)
    return answer


def words_of(html: str) -> str:
    text = re.sub(r"<[^>]+>", " ", html.partition("<main")[2])
    return " ".join(unescape(text).split()).replace("\u2212", "-")


def said(client: TestClient, path: str = PAGE, who: str = "cora") -> str:
    """The words of a page, minus signs as they are typed."""
    return words_of(got(client, path, who).text)


def form_of(client: TestClient, path: str, who: str) -> str:
    found = re.search(
        r'action="/operations.*?name="form_token" value="([^"]+)"',
        got(client, path, who).text,
        re.DOTALL,
    )
    assert found is not None
    return found[1]


def sent(client: TestClient, path: str = APPROVE, who: str = "cora", **fields: str) -> Response:
    """Open the form of an act as somebody, and send it."""
    given = {"form_token": form_of(client, path, who), "start": START, "reason": "It is sound."}
    answer: Response = client.post(path, data=given | fields, headers=cookie(who))
    return answer


def rows_of(shelf: Shelf, table: Any) -> Any:  # noqa: ANN401 - any table
    with reading(shelf.database) as quiet:
        return quiet.unshown(select(table))


def stop(shelf: Shelf, name: str) -> None:
    with transaction(shelf.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=name), reason="A feed doubled.")


def end_job(shelf: Shelf, ending: Ending) -> None:
    """Let a worker take the job that waits, and end it."""
    for step in ("take", "end"):
        with transaction(shelf.database, ANALYST.actor, purpose="Work.", at=NOW) as tx:
            if step == "take":
                job = claim(tx, worker="w")
                assert job is not None
                job_id = job.id
            else:
                finish(tx, job_id, ending, worker="w")


def test_what_plans_read_stands_first_with_its_origin_and_what_is_proposed(
    client: TestClient,
) -> None:
    text = said(client, LIST)
    assert text.index(f"Plans of today read {OLD}") < text.index("Braga and Weisburd")
    assert text.index("Braga and Weisburd") < text.index(f"{NEW}, 80 % interval)")
    assert "to be decided" in text
    assert "proposed by Petra Proposer" in text
    assert "Frozen" not in text


def test_a_proposal_shows_its_weights_and_both_plans_beside_each_other(client: TestClient) -> None:
    text = said(client)
    order = [
        f"{NEW}, 80 % interval) instead of {OLD}",
        "The trial found -20.0%",
        "The trial -40.0 % 0.10 0.5108 0.2000",
        "In force: version 1 -12.0 % -16.0 % to -8.0 % 0.90 0.1278",
        "Proposed -15.0 % -22.0 % to -8.0 % 1.00",
        "planned, not achieved",
        "Visits 40 40",
        "Prevented by its own record, incidents 3.50 4.10",
        "The same visits by the other record, incidents 3.20 3.80",
        "Street 0 Northbank 1 3",
        "Street 2 Southbank 1 0",
    ]
    found = [text.find(each) for each in order]
    assert -1 not in found, order[found.index(-1)]
    assert found == sorted(found)
    assert f"/operations/trials/{TRIAL}" in got(client).text
    assert PLACE_NOT_PERSON in text


def test_each_sees_where_the_plans_differ_in_their_own_area(client: TestClient) -> None:
    text = said(client, who="nora")
    assert "Street 0 Northbank 1 3" in text
    assert "Southbank" not in text
    assert "They differ in 1 more place and shift where you see no plans." in text
    table = got(client, f"{PAGE}/visits.csv", "nora").text.lstrip("\ufeff")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["cell_id"], row["before"], row["proposed"]) == (CELLS[0], "1", "3")
    assert row["label"] == "planned, not achieved"
    assert row["notice"].startswith(PLACE_NOT_PERSON)
    content = json.loads(got(client, f"{PAGE}/proposal.json", "nora").text)
    assert content["effect"]["change_mean"] == -0.15
    assert CELLS[0] not in json.dumps(content)


def test_who_sees_operations_but_no_plan_reads_no_planned_visit(client: TestClient) -> None:
    text = said(client, who="pam")
    assert "Visits 40 40" in text
    assert "They differ in 2 more places and shifts where you see no plans." in text
    assert "Street" not in text
    for each in ("visits.csv", "proposal.json"):
        answer = got(client, f"{PAGE}/{each}", "pam").text
        assert "Street" not in answer
        assert CELLS[0] not in answer


def test_roles_decide_who_sees_and_who_decides(client: TestClient) -> None:
    for path in (LIST, PAGE, f"{PAGE}/visits.csv", f"{PAGE}/proposal.json", APPROVE):
        for who in ("olaf", "nick"):
            got(client, path, who, 403)
    for who in ("ann", "nora"):  # an analyst; a commander of one BCU alone
        assert "Approve this effect size" not in said(client, who=who)
        got(client, APPROVE, who, 403)
        got(client, DECLINE, who, 403)
    token = form_of(client, APPROVE, "cora")
    stolen = client.post(APPROVE, data={"form_token": token}, headers=cookie("ann"))
    assert stolen.status_code == 403
    got(client, f"{PAGE}/acts/frame", status=404)
    got(client, f"{LIST}/{FORECAST}", status=404)


def test_nobody_approves_who_came_in_by_break_glass(desk: Desk) -> None:
    chris = PEOPLE["chris"]
    by_glass = replace(chris, standing=replace(chris.standing, by_break_glass=True))
    desk = replace(desk, sessions=KnownCookies(people={"chris": by_glass}))
    client = TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)
    got(client, APPROVE, "chris", 403)
    assert "Approve this effect size" not in said(client, who="chris")


def test_no_form_of_jobs_offers_to_approve() -> None:
    both = person("u-030", "Both", Role.ANALYST, Role.TASKING_CHAIR)
    assert "approve-effect" not in dict(may_ask(both))
    assert "evaluate" in dict(may_ask(both))


def test_the_page_of_approval_says_what_follows(client: TestClient) -> None:
    text = said(client, APPROVE, "chris")
    assert "every plan of the whole study area reads the new record" in text
    assert "In the coming plan 3 visits would be elsewhere" in text
    assert "Petra Proposer proposed it; you stand behind it as the second." in text
    assert "your role (tasking chair)" in text
    assert f'value="{START}"' in got(client, APPROVE, "chris").text


def test_an_approval_is_kept_with_name_role_reason_and_its_job(
    client: TestClient, shelf: Shelf
) -> None:
    answer = sent(client, who="chris", reason="Two plans,\r\n  one verdict.")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    (decided,) = rows_of(shelf, EffectDecision)
    assert (decided.name, decided.role, decided.decided_by) == (
        "Chris Chair",
        "tasking chair",
        "u-020",
    )
    assert (decided.verdict, decided.in_force_from.isoformat()) == ("approved", START)
    assert decided.reason == "Two plans, one verdict."
    (job,) = rows_of(shelf, Job)
    assert (job.id, job.verb, job.asked_by) == (decided.id, "approve-effect", "u-020")
    assert json.loads(job.arguments) == {"decision_id": decided.id, "proposal_id": PROPOSAL}
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        acts = [act for act in by_product(tx, PROPOSAL) if act.record_type == "effect_decision"]
    assert next(act.actor_id for act in acts) == "u-020"
    text = said(client)
    assert "approved, and being put into force" in text
    assert "Chris Chair, tasking chair Two plans, one verdict." in text
    assert "Approve this effect size" not in text


def test_a_form_sent_twice_decides_once_and_another_decides_no_more(
    client: TestClient, shelf: Shelf
) -> None:
    first, second = (form_of(client, APPROVE, "cora") for _ in range(2))
    data = {"start": START, "reason": "Sound."}
    for token, status in ((first, 303), (first, 303), (second, 422)):
        given = data | {"form_token": token}
        assert client.post(APPROVE, data=given, headers=cookie("cora")).status_code == status
    assert len(rows_of(shelf, EffectDecision)) == len(rows_of(shelf, Job)) == 1
    assert "It stays so." in said(client, DECLINE)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": "  "}, "empty, or not one line"),
        ({"start": "soon"}, "That is no day."),
        ({"start": "2026-04-19"}, "the trial ran until 2026-04-19"),
    ],
)
def test_what_cannot_be_meant_is_named_and_what_was_typed_stays(
    client: TestClient, shelf: Shelf, fields: dict[str, str], told: str
) -> None:
    answer = sent(client, **{"reason": "Kept <b>words</b>"} | fields)
    assert answer.status_code == 422
    assert told in words_of(answer.text)
    assert "There is a problem" in answer.text
    if "reason" not in fields:
        assert "Kept &lt;b&gt;words" in answer.text
    assert rows_of(shelf, EffectDecision) == rows_of(shelf, Job) == []


def test_nobody_approves_their_own_proposal_whatever_its_spelling(
    client: TestClient, shelf: Shelf
) -> None:
    assert "proposed u-000000000001 and cannot approve it" in said(client, APPROVE, "petra")
    token = form_of(client, DECLINE, "petra")
    data = {"form_token": token, "start": START, "reason": "Mine is good."}
    answer = client.post(APPROVE, data=data, headers=cookie("petra"))
    assert answer.status_code == 422
    assert rows_of(shelf, EffectDecision) == []
    assert "waits for your decision" not in said(client, "/", "petra")


def test_while_a_trial_is_running_nothing_is_approved_and_it_is_named(
    client: TestClient, shelf: Shelf
) -> None:
    token = form_of(client, APPROVE, "cora")
    publish_copies(shelf, lock_copy(OTHER, trial_plan("May trial")))
    assert "Frozen while a trial is running: May trial" in said(client, LIST)
    assert "Effect sizes are frozen while a trial is running: n-00000000000a" in said(client)
    assert "Approve this effect size" not in said(client)
    data = {"form_token": token, "start": START, "reason": "Now."}
    answer = client.post(APPROVE, data=data, headers=cookie("cora"))
    assert answer.status_code == 422
    assert "frozen while a trial is running" in answer.text
    assert rows_of(shelf, EffectDecision) == []


def test_a_proposal_made_before_a_newer_approval_is_refused(
    client: TestClient, shelf: Shelf
) -> None:
    other, approval = "u-000000000002", "v-000000000002"
    newer = proposal_copy(proposal_id=other)
    publish_copies(shelf, newer, approval_copy(approval, other))
    text = said(client, APPROVE)
    assert "is in the effect size already, and counts once" in text
    assert "waits for your decision" not in said(client, "/")
    answer = said(client, LIST)
    assert f"Plans of today read {NEW}" in answer
    assert "Chris (tasking chair)" in answer


def test_a_proposal_whose_forecast_is_suspended_is_refused_everywhere(
    client: TestClient, shelf: Shelf
) -> None:
    token = form_of(client, APPROVE, "cora")
    stop(shelf, FORECAST)
    for path in (PAGE, APPROVE, f"{PAGE}/visits.csv", f"{PAGE}/proposal.json"):
        assert "Street" not in got(client, path, status=403).text
    data = {"form_token": token, "start": START, "reason": "Now."}
    assert client.post(APPROVE, data=data, headers=cookie("cora")).status_code == 403
    assert PROPOSAL not in said(client, LIST)
    assert "waits for your decision" not in said(client, "/")


def test_a_proposal_can_be_declined_with_a_reason_that_everybody_sees(
    client: TestClient, shelf: Shelf
) -> None:
    assert sent(client, DECLINE, "chris", reason="Two weeks are few.").status_code == 303
    (decided,) = rows_of(shelf, EffectDecision)
    assert (decided.verdict, decided.in_force_from) == ("declined", None)
    assert rows_of(shelf, Job) == []
    for who in ("ann", "nora"):
        assert "declined Chris Chair, tasking chair Two weeks are few." in said(client, who=who)
    assert "It stays so." in said(client, APPROVE)
    assert f"Plans of today read {OLD}" in said(client, LIST)


def test_today_asks_who_may_approve_and_nobody_else(client: TestClient) -> None:
    for who in ("cora", "chris"):
        assert "An effect size waits for your decision" in said(client, "/", who)
    for who in ("ann", "nora", "olaf", "nick", "petra"):
        assert "waits for your decision" not in said(client, "/", who)
    sent(client, who="chris")
    assert "waits for your decision" not in said(client, "/", "cora")


def test_an_approval_that_the_workspace_refuses_says_so_and_can_be_given_again(
    client: TestClient, shelf: Shelf
) -> None:
    sent(client)
    refused = "Effect sizes are frozen while a trial is running: n-0 (kept back)."
    end_job(shelf, Ending(state=State.FAILED, outcome=refused))
    text = said(client)
    assert "approved, but not put into force" in text
    assert refused in text
    assert sent(client, who="chris").status_code == 303
    assert "approved, and being put into force" in said(client)


def test_an_approval_that_reached_the_service_is_in_force_and_its_link_leads_to_it(
    client: TestClient, shelf: Shelf
) -> None:
    publish_copies(shelf, approval_copy())
    text = said(client)
    assert "Plans read it from 5 May 2026." in text
    assert "approved at the command line, for plans from 2026-05-05" in text
    assert f"Plans of today read {NEW}" in said(client, LIST)
    assert got(client, f"{LIST}/{APPROVAL}", status=303).headers["location"] == PAGE
    assert LAST in text


def test_words_of_others_are_words_alone(client: TestClient, shelf: Shelf) -> None:
    publish_copies(shelf, approval_copy())
    for each in (LIST, PAGE, APPROVE):
        assert "<script>alert" not in got(client, each).text
        assert "\u202e" not in got(client, each).text


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_an_effect_size_is_approved_by_keyboard_on_a_phone(
    page: Page, address: str, told: list[str], shelf: Shelf
) -> None:
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        for path in (LIST, PAGE, APPROVE, DECLINE):
            page.goto(f"{address}{path}")
            assert violations(page) == []
            assert page.evaluate(WIDE) <= 0
    page.goto(f"{address}/")
    press(page, "An effect size waits for your decision")
    press(page, "Approve this effect size")
    page.get_by_role("button", name="Put it into force").focus()
    page.keyboard.press("Enter")  # without a reason
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert violations(page) == []
    assert page.evaluate(WIDE) <= 0
    page.get_by_label("Why").focus()
    page.keyboard.type("It is sound.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{PAGE}")
    assert page.get_by_text("approved, and being put into force").is_visible()
    assert [each.reason for each in rows_of(shelf, EffectDecision)] == ["It is sound."]
    assert [each for each in told if "422" not in each] == []


def press(page: Page, words: str) -> None:
    """Follow a link by keyboard."""
    page.get_by_text(words).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
