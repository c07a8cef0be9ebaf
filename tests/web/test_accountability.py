"""Pages of accountability without scripts: the stop switch, the audit chain, holds, requests."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.app.accountability.breaches import list_breaches
from rightplace.app.accountability.keeping import let_go, read_keeping
from rightplace.app.accountability.office import Office
from rightplace.app.accountability.overview import close_break_glass, read_overview
from rightplace.app.accountability.requests import erase_for_request
from rightplace.app.accountability.search_page import SearchAsked, read_search
from rightplace.app.accountability.stopping import let_run, stop
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.errors import RefusedError
from rightplace.records.accounts.access_tables import BreakGlass
from rightplace.records.accounts.anomalies import AnomalySettings
from rightplace.records.accounts.roles import Role
from rightplace.records.accounts.tables import Account
from rightplace.records.audit.restricted import Restriction
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.breaches.tables import Breach
from rightplace.records.delivery.sync import log_visit
from rightplace.records.retention.periods import RetentionSettings
from rightplace.records.retention.tables import LegalHold
from rightplace.records.rights.tables import SubjectRequest
from rightplace.records.stop.tables import Suspension
from rightplace.web.application import create_app
from tests.records.account_world import join
from tests.records.published_world import visit
from tests.web.accountability_world import DORA, PEOPLE, SUE, opening
from tests.web.published import EVIL, FORECAST, NOW, PLAN
from tests.web.signed_in import COMMANDER, NOBODY, KnownCookies, cookie, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.records.database.base import Record
    from rightplace.records.database.front import Database
    from rightplace.web.desk import Desk

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
REASON = f"Its map is wrong {EVIL}"


class Browser:
    """Somebody who opens pages and sends their forms."""

    def __init__(self, desk: Desk, name: str) -> None:
        app = create_app(desk)
        self.client = TestClient(app, base_url="https://localhost", follow_redirects=False)
        self.headers = cookie(name)

    def get(self, address: str, *, status: int = 200) -> str:
        told = self.client.get(address, headers=self.headers)
        assert told.status_code == status, told.text
        return str(told.text)

    def send(self, page: str, address: str, *, status: Any = 303, **fields: object) -> Any:  # noqa: ANN401 - an answer; fields may be spread from a mapping
        found = TOKEN.findall(self.get(page))
        sent = {"form_token": found[-1]} | {name: str(value) for name, value in fields.items()}
        told = self.client.post(address, data=sent, headers=self.headers)
        assert told.status_code == status, told.text
        return told


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return replace(desk, sessions=KnownCookies(people=PEOPLE))


@pytest.fixture
def database(desk: Desk) -> Database:
    return desk.shelf.database


@pytest.fixture
def dora(desk: Desk) -> Browser:
    return Browser(desk, "dora")


def kept(database: Database, model: type[Record]) -> Sequence[Any]:
    with reading(database) as quiet:
        return quiet.unshown(select(model))


def act(name: str) -> str:
    return f"/accountability/acts/{name}"


def test_one_action_stops_a_plan_at_once_with_who_and_why_and_another_person_restarts_it(
    desk: Desk, dora: Browser
) -> None:
    cora = Browser(desk, "cora")
    cora.get(f"/plans/{PLAN}")
    cora.send("/accountability", act("stop"), target=f"plan:{PLAN}", reason=REASON)
    refused = cora.get(f"/plans/{PLAN}", status=403)
    assert "was suspended on 05 May 2026 12:00 UTC by u-002: Its map is wrong" in refused
    assert "<script>alert" not in refused
    shown = dora.get("/accountability")
    assert "Its map is wrong" in shown
    assert "<script>alert" not in shown
    restarted = {"target": f"plan:{PLAN}", "reason": "It was put right."}
    cora.send("/accountability", act("restart"), status=403, **restarted)
    dora.send("/accountability", act("restart"), **restarted)
    cora.get(f"/plans/{PLAN}")


def test_who_stopped_something_does_not_restart_it(desk: Desk, dora: Browser) -> None:
    dora.send("/accountability", act("stop"), target="model:additive_memory", reason="Drift.")
    again = {"target": "model:additive_memory", "reason": "Fine again."}
    told = dora.send("/accountability", act("restart"), status=422, **again)
    assert "There is a problem" in told.text
    assert "second person" in told.text
    cora = Browser(desk, "cora")
    for page in (f"/plans/{PLAN}", f"/forecasts/{FORECAST}"):
        assert "model additive_memory was suspended" in cora.get(page, status=403)
    Browser(desk, "dirk").send("/accountability", act("restart"), **again)
    cora.get(f"/plans/{PLAN}")


def test_a_form_that_fails_keeps_what_was_typed(dora: Browser, database: Database) -> None:
    told = dora.send("/accountability", act("stop"), status=422, target="", reason="Because <b>")
    assert "Because &lt;b&gt;" in told.text
    assert "Nothing is chosen" in told.text
    told = dora.send("/accountability", act("stop"), status=422, target=f"plan:{PLAN}", reason=" ")
    assert f'<option value="plan:{PLAN}" selected>' in told.text
    assert kept(database, Suspension) == []


@pytest.mark.parametrize(
    "address",
    [
        "/accountability",
        "/accountability/search",
        "/accountability/search.csv?by=officer&name=u-002&why=x",
        "/accountability/retention",
        "/accountability/requests",
        "/accountability/requests/sr-1",
        "/accountability/requests/sr-1/copy",
        "/accountability/breaches",
        "/accountability/breaches/br-1",
    ],
)
def test_nobody_without_the_role_sees_a_page(desk: Desk, address: str) -> None:
    assert "may not do this" in Browser(desk, "nick").get(address, status=403)
    if address != "/accountability":
        Browser(desk, "cora").get(address, status=403)


def test_nobody_without_the_role_does_an_act(desk: Desk, database: Database) -> None:
    cora, sue = Browser(desk, "cora"), Browser(desk, "sue")
    for name in ("verify", "place-hold", "release-hold", "keep-hold"):
        told = cora.client.post(act(name), data={}, headers=cora.headers)
        assert told.status_code == 403
    hold = {"reason": "x", "owner": "y", "review_on": "2026-08-01", "about": PLAN}
    cora.send("/accountability", act("place-hold"), status=403, **hold)
    sue.send("/accountability", act("stop"), status=403, target=f"plan:{PLAN}", reason="x")
    assert kept(database, LegalHold) == kept(database, Suspension) == []


def test_what_the_pages_call_refuses_without_the_permission_too(database: Database) -> None:
    office = Office(
        database=database,
        person=NOBODY,
        at=NOW,
        retention=RetentionSettings(),
        anomalies=AnomalySettings(),
    )
    for done in (
        lambda: stop(office, f"plan:{PLAN}", reason="x"),
        lambda: let_run(office, f"plan:{PLAN}", reason="x"),
        lambda: let_go(office, "x", reason="x"),
        lambda: close_break_glass(office, "x", was_proper=True, review="x"),
        lambda: erase_for_request(office, "x", "x"),
        lambda: read_overview(office),
        lambda: read_keeping(office),
        lambda: list_breaches(office),
        lambda: read_search(office, SearchAsked(by="officer", name="x", why="x")),
    ):
        with pytest.raises(RefusedError, match="roles"):
            done()
    assert kept(database, Suspension) == []


def test_a_search_finds_the_look_just_made_and_is_found_by_the_next(
    desk: Desk, dora: Browser
) -> None:
    Browser(desk, "cora").get(f"/plans/{PLAN}")
    asked = f"/accountability/search?by=officer&name=u-002&why=Complaint+12&until={NOW:%Y-%m-%d}"
    found = dora.get(asked)
    assert "Cora Commander (u-002)" in found
    assert f"published_run {PLAN}" in found
    again = dora.get(f"/accountability/search?by=officer&name={DORA.actor.id}&why=Check")
    assert "Search of the audit chain: Complaint 12; asked the audit chain by officer" in again
    assert "0 acts" in dora.get(asked.replace("until", "since").replace("05-05", "05-06"))


def test_a_search_says_why_one_looks_and_names_somebody(dora: Browser) -> None:
    told = dora.get("/accountability/search?by=officer&name=u-002&why=", status=422)
    assert "Why you look is missing" in told
    assert 'value="u-002"' in told
    assert "names no record" in dora.get(
        "/accountability/search?by=record&name=decision&why=x", status=422
    )
    dora.get("/accountability/search?by=nothing&name=x&why=x", status=422)
    dora.get("/accountability/search?since=soon", status=422)


def test_the_table_taken_away_runs_no_formula_and_says_what_it_is(
    database: Database, dora: Browser
) -> None:
    with transaction(database, DORA.actor, purpose="=HYPERLINK(1)", at=NOW) as tx:
        log_visit(tx, visit())
    asked = f"by=officer&name={DORA.actor.id}&why=Check"
    told = dora.client.get(f"/accountability/search.csv?{asked}", headers=dora.headers)
    assert told.headers["content-disposition"] == (
        f'attachment; filename="audit-by-officer-{DORA.actor.id}.csv"'
    )
    rows = list(csv.reader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert rows[0] == [f"OFFICIAL-SENSITIVE: acts of the audit chain, by officer {DORA.actor.id}"]
    assert rows[1] == [PLACE_NOT_PERSON]
    assert rows[2][:3] == ["line", "at", "operation"]
    assert {row[-1] for row in rows[3:]} == {"'=HYPERLINK(1)"}
    assert "Taken away as a table: Check" in dora.get(f"/accountability/search?{asked}")


def test_the_chain_is_verified_by_a_button_and_a_break_is_named(
    dora: Browser, database: Database
) -> None:
    assert (
        "The audit chain is whole" in dora.send("/accountability", act("verify"), status=200).text
    )
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_line_no_update")
        connection.exec_driver_sql("UPDATE audit_line SET actor_id = 'u-x' WHERE number = 2")
    told = dora.send("/accountability", act("verify"), status=409).text
    assert "Line 2 was altered." in told


def test_the_register_shows_every_field_with_its_period_and_holds_are_kept(
    dora: Browser, database: Database
) -> None:
    shown = dora.get("/accountability/retention")
    assert "731 days from received_at (delivery)" in shown
    assert "activity" in shown
    wanted = {"reason": "Claim 7.", "owner": "Legal", "record_type": "visit_log"}
    page = "/accountability/retention"
    told = dora.send(page, act("place-hold"), status=422, **wanted, review_on="")
    assert "The day of review is missing" in told.text
    assert 'value="Legal"' in told.text
    dora.send(page, act("place-hold"), **wanted, review_on="2026-08-01")
    (hold,) = kept(database, LegalHold)
    assert (hold.owner, hold.record_type, hold.placed_by) == ("Legal", "visit_log", "u-010")
    assert "Every visit_log" in dora.get(page)
    again = {"id": hold.id, "reason": "Still open."}
    dora.send(page, act("keep-hold"), **again, next_review="2026-11-01")
    assert kept(database, LegalHold)[0].review_on.isoformat() == "2026-11-01"
    dora.send(page, act("release-hold"), id=hold.id, reason="Settled.")
    assert kept(database, LegalHold)[0].released_by == "u-010"
    assert "No hold is in force" in dora.get(page)


def test_a_log_in_by_break_glass_is_reviewed_by_somebody_who_had_no_part_in_it(
    desk: Desk, database: Database
) -> None:
    with transaction(database, SUE.actor, purpose="x", at=NOW) as tx:
        tx.add(opening(COMMANDER.actor.id))
    review = {"id": "bg-1", "reason": "The shift could not wait.", "proper": "yes"}
    cora, dora = Browser(desk, "cora"), Browser(desk, "dora")
    assert "Locked out &lt;b&gt;at two&lt;/b&gt;" in cora.get("/accountability")
    cora.send("/accountability", act("review"), status=422, **review)
    dora.send("/accountability", act("review"), **review)
    (done,) = kept(database, BreakGlass)
    assert (done.was_proper, done.reviewed_by) == (True, "u-010")


def test_who_looks_at_a_record_with_their_own_family_name_stands_out(
    dora: Browser, database: Database
) -> None:
    pat, other = join(database, "pat.smith"), join(database, "ann.smith")
    actor = replace(DORA.actor, id=pat.id)
    with transaction(database, actor, purpose="Curious.", at=NOW) as tx:
        tx.view_one(Account, other.id)
    shown = dora.get("/accountability")
    assert "Own family name" in shown
    assert f"looked once at account {other.id}" in shown


def test_a_request_is_taken_in_worked_on_copied_and_answered(
    dora: Browser, database: Database
) -> None:
    subject = join(database)
    page = "/accountability/requests"
    asked = {"right": "access", "subject_name": "Pat Smith", "contact": "pat@example.org"}
    told = dora.send(page, page, status=422, **asked, asked="All of it.", received="")
    assert "The day it came in is missing" in told.text
    assert 'value="pat@example.org"' in told.text
    told = dora.send(page, page, **asked, asked="All of it.", received="2026-05-01")
    one = told.headers["location"]
    shown = dora.get(one)
    assert "26 days left until 31 May 2026" in shown
    assert "Data Protection Act 2018 s54" in shown
    dora.send(one, f"{one}/ask-identity")
    assert "waits for the person who asked" in dora.get(one)
    dora.get(f"{one}/copy", status=403)
    dora.send(one, f"{one}/confirm-identity", reason=subject.id)
    assert "until 4 June 2026" in dora.get(one)
    copy = dora.get(f"{one}/copy")
    assert "Withheld: names another person" in copy
    assert "Withheld: a secret of the service, or a file" in copy
    rule = {"record_type": "account", "record_id": subject.id, "field": "created_by"}
    dora.send(one, f"{one}/rule", **rule, shown="yes", reason="Their own administrator.")
    handed = dora.send(f"{one}/copy", f"{one}/copy.json", status=200)
    assert handed.headers["content-disposition"].startswith('attachment; filename="copy-sr-')
    given = json.loads(handed.text)
    fields = {
        field["name"]: field
        for each in given["types"]
        if each["record_type"] == "account"
        for field in each["records"][0]["fields"]
    }
    assert fields["created_by"]["value"] == "u-admin"
    assert fields["password_hash"]["value"] is None
    as_page = dora.send(f"{one}/copy", f"{one}/copy.html", status=200).text
    assert "Data Protection Act 2018, section 45" in as_page
    dora.send(one, f"{one}/answer", outcome="granted", reason="Copy handed over.")
    assert "granted Tue 5 May 2026" in dora.get(one)
    dora.send(one, f"{one}/answer", status=404, outcome="granted", reason="Again.")
    disclosed = f"/accountability/search?by=record&name=account/{subject.id}&why=Check"
    assert "given to Pat Smith" in dora.get(disclosed)


def test_a_restriction_holds_on_the_page_of_the_record(
    dora: Browser, desk: Desk, database: Database
) -> None:
    admin = person("u-020", "Ada Admin", Role.ADMINISTRATOR)
    desk = replace(desk, sessions=KnownCookies(people=PEOPLE | {"ada": admin}))
    subject, ada = join(database), Browser(desk, "ada")
    assert "pat.smith" in ada.get(f"/accounts/{subject.id}")
    page = "/accountability/requests"
    asked = {"right": "restriction", "subject_name": "Pat Smith", "contact": "x", "asked": "Stop."}
    told = dora.send(page, page, **asked, received="2026-05-05", subject_id=subject.id)
    one = told.headers["location"]
    record = {"record_type": "account", "record_id": subject.id, "reason": "Disputed."}
    wrong = record | {"record_id": "u-unknown"}
    assert "names the person" in dora.send(one, f"{one}/restrict", status=422, **wrong).text
    dora.send(one, f"{one}/restrict", **record)
    assert "is restricted: it is kept, unseen" in ada.get(f"/accounts/{subject.id}", status=403)
    (restriction,) = kept(database, Restriction)
    dora.send(one, f"{one}/lift", id=restriction.id, reason="Settled.")
    assert "pat.smith" in ada.get(f"/accounts/{subject.id}")


def test_an_erasure_is_proposed_by_one_and_approved_by_another(
    desk: Desk, dora: Browser, database: Database
) -> None:
    with transaction(database, COMMANDER.actor, purpose="Sync.", at=NOW) as tx:
        made = visit()
        log_visit(tx, made)
    page = "/accountability/requests"
    asked = {"right": "erasure", "subject_name": "Cora", "contact": "x", "asked": "Delete it."}
    told = dora.send(page, page, **asked, received="2026-05-05", subject_id="u-002")
    one = told.headers["location"]
    record = {"record_type": "visit_log", "record_id": made.id, "reason": "Not needed."}
    dora.send(one, f"{one}/erase", **record)
    shown = Browser(desk, "dirk").get(one)
    found = re.search(r'name="id" value="([^"]+)"', shown)
    assert found is not None
    assert "Approve as the second person" not in dora.get(one)
    approved = {"id": found[1]}
    assert "another person" in dora.send(one, f"{one}/approve-erasure", status=422, **approved).text
    Browser(desk, "dirk").send(one, f"{one}/approve-erasure", **approved)
    assert "erased, certificate" in dora.get(one)
    assert "1 visit_log" in dora.get("/accountability/retention")


def test_a_breach_runs_against_its_72_hours_and_is_closed_when_all_is_done(
    dora: Browser, database: Database
) -> None:
    page = "/accountability/breaches"
    facts = {"what": "A brief was left on a bus.", "happened": "Sunday", "effects": "None seen."}
    facts |= {"action": "Found again.", "day": "2026-05-03"}
    told = dora.send(page, page, status=422, **facts, time="")
    assert "When it became known is missing" in told.text
    assert "A brief was left on a bus." in told.text
    dora.send(page, page, status=422, **facts, time="13:00", people_affected="many")
    told = dora.send(page, page, **facts, time="13:00", people_affected="3")
    one = told.headers["location"]
    assert "24 hours left</strong> until Wed 6 May 2026, 13:00" in dora.get(one)
    assert "24 hours left" in dora.get("/accountability")
    dora.send(one, f"{one}/leave-ico", status=422, reason="No risk.")
    dora.send(one, f"{one}/assess", status=422, likelihood="", reason="x")
    dora.send(one, f"{one}/assess", likelihood="high risk", reason="Addresses.")
    told_at = {"day": "2026-05-05", "time": "12:00"}
    dora.send(one, f"{one}/tell-ico", **told_at, reference="IC-1", reason="")
    assert "tell the people" in dora.send(one, f"{one}/close", status=422).text
    dora.send(one, f"{one}/tell-people", **told_at, reason="By letter.")
    dora.send(one, f"{one}/close")
    (breach,) = kept(database, Breach)
    assert breach.closed_by == "u-010"
    assert "No request, breach" in dora.get("/accountability")


def test_what_needs_the_officer_stands_first_with_its_clock(dora: Browser) -> None:
    page = "/accountability/requests"
    asked = {"right": "access", "subject_name": EVIL, "contact": "x", "asked": "All."}
    dora.send(page, page, **asked, received="2026-03-20")
    shown = dora.get("/accountability")
    assert "16 days late</strong> until 19 April 2026" in shown
    assert "<script>alert" not in shown
    assert shown.index("16 days late") < shown.index("Stop switch")


def test_a_request_that_is_not_there_is_said(dora: Browser, database: Database) -> None:
    dora.get("/accountability/requests/sr-none", status=404)
    dora.get("/accountability/breaches/br-none", status=404)
    assert kept(database, SubjectRequest) == []


def test_many_acts_come_in_pages_newest_first_and_none_twice(
    dora: Browser, database: Database
) -> None:
    for number in range(3):
        with transaction(database, COMMANDER.actor, purpose=f"Turn {number}.", at=NOW) as tx:
            for _ in range(40):
                log_visit(tx, visit())
    asked = "/accountability/search?by=officer&name=u-002&why=Check"
    first, second, third = (dora.get(f"{asked}&page={n}") for n in (1, 2, 3))
    assert "120 acts" in first
    assert [page.count("Turn 2.") for page in (first, second, third)] == [40, 0, 0]
    assert [page.count("Turn 1.") for page in (first, second, third)] == [10, 30, 0]
    assert [page.count("Turn 0.") for page in (first, second, third)] == [0, 20, 20]
    assert "Page 2 of 3" in second
