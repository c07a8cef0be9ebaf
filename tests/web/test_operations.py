"""Operations are registered, locked and judged in the open: nothing is hidden, nothing altered."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.ingest import ingest
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.evaluate.operations.travel import from_file
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.operations.log import read_register
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from tests.web.attack_world import Page
from tests.web.operation_world import publish_report, report_copy, result
from tests.web.operations_world import CAMDEN, ISLINGTON, TYPED, with_workspace
from tests.web.published import NOW
from tests.web.signed_in import ANALYST, cookie
from tests.worlds import publish

if TYPE_CHECKING:
    from pathlib import Path

    from httpx import Response

    from rightplace.evaluate.operations.register import Register
    from rightplace.web.desk import Desk


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    return with_workspace(desk, tmp_path)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def get(client: TestClient, address: str, who: str = "ann") -> Response:
    told: Response = client.get(address, headers=cookie(who))
    return told


def send(client: TestClient, address: str, who: str = "ann", **fields: str) -> Response:
    """Send a form, also where its page no longer offers it."""
    page = Page("/operations", get(client, "/operations", who).text)
    token = next(each.hidden["form_token"] for each in page.forms)
    told: Response = client.post(address, data=fields | {"form_token": token}, headers=cookie(who))
    return told


def registered(client: TestClient, who: str = "ann", **changes: str) -> str:
    """Register the typed plan; return its address."""
    told = send(client, "/operations/new", who, **(TYPED | changes))
    assert told.status_code == 303, told.text
    return told.headers["location"]


def locked(client: TestClient, **changes: str) -> str:
    address = registered(client, **changes)
    assert send(client, f"{address}/acts/lock").status_code == 303
    return address


def held(desk: Desk) -> Register:
    with reading(desk.shelf.database) as quiet:
        return read_register(quiet)


def test_a_plan_is_registered_as_it_was_typed_and_locked_by_name(
    client: TestClient, desk: Desk
) -> None:
    address = registered(client)
    shown = get(client, f"{address}/acts/lock").text
    assert "What can never be changed once it is locked" in shown
    assert "Recorded robbery" in shown
    assert "Camden 001A, Camden 001B" in shown
    assert "no records of the outcome are held here" in shown
    assert "That Ann &lt;b&gt;Analyst&lt;/b&gt; locked it, at Tue 5 May 2026, 13:00" in shown
    assert "had begun" not in shown
    assert send(client, f"{address}/acts/lock").status_code == 303
    (op_id,) = held(desk).operations
    lock = held(desk).locked_plan(op_id)
    assert (lock.locked_by, lock.locked_at) == ("Ann <b>Analyst</b>", NOW)
    assert lock.plan.where.treated == CAMDEN
    assert set(ISLINGTON) < set(lock.plan.where.control)
    assert lock.plan.judged.smallest_change == -0.15
    assert lock.plan.delivery.patrol_minutes == 21_600
    page = get(client, address).text
    assert lock.sha256 in page
    assert "no result could be seen" in page
    assert "<b>" not in page


def test_each_fault_is_told_at_its_field_and_what_was_typed_stays(
    client: TestClient, desk: Desk
) -> None:
    told = send(
        client,
        "/operations/new",
        **(TYPED | {"title": "", "where_names": "Atlantis", "starts": "soon", "looks": "many"}),
    )
    assert told.status_code == 422
    for name in ("title", "where_names", "starts", "looks"):
        assert f'href="#{name}"' in told.text, name
    assert "Do visits to Camden" in told.text
    assert held(desk).operations == {}


def test_what_police_find_themselves_is_no_outcome(client: TestClient) -> None:
    told = send(client, "/operations/new", **(TYPED | {"classes": "drugs"}))
    assert told.status_code == 422
    assert 'href="#classes"' in told.text


def test_a_locked_plan_is_changed_only_by_one_that_takes_its_place(
    client: TestClient, desk: Desk
) -> None:
    address = locked(client)
    again = send(client, f"{address}/acts/lock")
    assert again.status_code == 422
    assert "cannot be told now" in again.text
    form = f"/operations/new?instead-of={address.rpartition('/')[2]}"
    assert "Why a new plan takes its place" in get(client, form).text
    change = {"title": "Lantern 2", "instead_of": address.rpartition("/")[2]}
    refused = send(client, "/operations/new", **(TYPED | change))
    assert 'href="#because"' in refused.text
    newer = registered(client, **change, because="The square is closed.")
    assert "took its place" not in get(client, address).text  # a draft takes no place
    assert send(client, f"{newer}/acts/lock").status_code == 303
    assert "Superseded" in get(client, address).text
    assert len(held(desk).operations) == 2


def test_the_list_hides_nothing_and_filters_live_in_the_address(client: TestClient) -> None:
    gone, kept = registered(client, title="Gone"), locked(client, title="Kept")
    assert send(client, f"{gone}/acts/withdraw", because="").status_code == 422
    assert send(client, f"{gone}/acts/withdraw", because="No officers.").status_code == 303
    every = get(client, "/operations").text
    assert "Withdrawn: No officers." in every
    assert gone in every
    assert kept in every
    assert "2 of 2 registered" in every
    only = get(client, "/operations?standing=withdrawn").text
    assert kept not in only
    assert "1 of 2 registered" in only
    assert kept in get(client, "/operations?search=robbery+TEAM").text  # its unit's name before
    assert "None of the 2" in get(client, "/operations?search=nothing+so").text
    assert kept in get(client, "/operations?borough=Camden").text
    assert kept not in get(client, "/operations?borough=Islington").text.split("</form>")[-1]


def form_token(client: TestClient, address: str, who: str = "ann") -> str:
    page = Page(address, get(client, address, who).text)
    own = [each for each in page.forms if each.action == address.partition("?")[0]]
    return own[0].hidden["form_token"]


def test_a_form_sent_twice_does_once_and_never_seems_to_do_something_else(
    client: TestClient, desk: Desk
) -> None:
    first, other = registered(client, title="First"), registered(client, title="Other")
    token = form_token(client, f"{first}/acts/lock")

    def sent(address: str, **fields: str) -> Response:
        told: Response = client.post(
            address, data=fields | {"form_token": token}, headers=cookie("ann")
        )
        return told

    for _ in range(2):
        assert sent(f"{first}/acts/lock").status_code == 303
    for address, fields in (
        (f"{other}/acts/lock", {}),
        (f"{first}/acts/withdraw", {"because": "No officers."}),
        ("/operations/new", TYPED | {"title": "Third"}),
    ):
        told = sent(address, **fields)
        assert told.status_code == 422, address
        assert "sent already, for something else" in told.text
    made = held(desk).operations
    assert sorted(each.plan.title for each in made.values()) == ["First", "Other"]
    assert [each.plan.title for each in made.values() if each.lock] == ["First"]
    assert all(each.withdrawn is None for each in made.values())


def test_two_people_who_lock_at_once_lock_once_and_the_second_is_told(
    client: TestClient, desk: Desk, tmp_path: Path
) -> None:
    assert desk.data is not None
    ingest(desk.data.workspace, [publish(tmp_path / "files").crimes], kind="crimes")
    address = registered(client, **BEFORE_RECORDS_END)
    tokens = {who: form_token(client, f"{address}/acts/lock", who) for who in ("ann", "carl")}
    told: list[int] = []

    def lock(who: str) -> None:
        sent = {"form_token": tokens[who]}
        answer = client.post(f"{address}/acts/lock", data=sent, headers=cookie(who))
        told.append(answer.status_code)

    locking = [threading.Thread(target=lock, args=(who,)) for who in tokens]
    for each in locking:
        each.start()
    for each in locking:
        each.join(timeout=60)
    assert sorted(told) == [303, 422]
    kinds = [entry.content.kind for entry in held(desk).entries]
    assert kinds.count("locked") == 1


BEFORE_RECORDS_END = {
    "before_from": "2017-01-01",
    "starts": "2018-07-01",
    "ends": "2018-09-30",
    "classes": "robbery\nviolence_and_sexual_offences_recorded",
    "design": "displacement-difference",
    "control_names": "Islington",
}


def test_what_a_plan_could_show_stands_beside_it_before_it_is_locked(
    client: TestClient, desk: Desk, tmp_path: Path
) -> None:
    address = registered(client, **BEFORE_RECORDS_END)
    blind = get(client, f"{address}/acts/lock").text
    assert "rightplace evaluate power --design displacement-difference --count COUNT" in blind
    assert "0 months of the time before it can be counted here" in blind
    assert desk.data is not None
    ingest(desk.data.workspace, [publish(tmp_path / "files").crimes], kind="crimes")
    for path in ("", "/acts/lock"):
        shown = get(client, f"{address}{path}").text
        assert "With these 4 places and 13 weeks, as from 1 April 2018 to 30 June 2018" in shown
        assert re.search(r"A fall of 15 %, .* would be seen in \d+ of 100", shown)
        assert re.search(r"seen in 80 of 100 is [\d,]+ incidents", shown)
        assert "evaluate power" not in shown
    assert "records of the outcome are held to 30 June 2018, before it begins" in shown
    assert "That it had begun by then." in shown
    assert "locked late" in shown
    seen = registered(client, **(BEFORE_RECORDS_END | {"starts": "2018-06-30"}))
    assert "Results could be seen already." in get(client, f"{seen}/acts/lock").text
    assert send(client, f"{seen}/acts/lock").status_code == 303
    assert "What it could show" not in get(client, seen).text


def test_an_operation_that_ended_without_a_result_is_overdue(client: TestClient) -> None:
    past = {"before_from": "2024-01-01", "starts": "2026-01-01", "ends": "2026-03-31"}
    address = locked(client, **past)
    page = get(client, address).text
    assert "Result overdue" in page
    assert "owed" in page
    assert "It was locked on 2026-05-05, after it began" in page
    assert send(client, f"{address}/acts/withdraw", because="Bad.").status_code == 422


def test_today_tells_analysts_of_results_that_are_owed_and_drafts_that_begin_soon(
    client: TestClient,
) -> None:
    past = {"before_from": "2024-01-01", "starts": "2026-01-01", "ends": "2026-03-31"}
    locked(client, title="Owed", **past)
    registered(client, title="Soon", starts="2026-05-19")  # two weeks from today
    registered(client, title="Later", starts="2026-05-20")
    for who, told in (("ann", True), ("carl", True), ("cora", False), ("hana", False)):
        page = get(client, "/", who).text
        assert ("Its result is owed" in page) is told, who
        assert ("Nobody has locked it" in page) is told, who
        assert "Later" not in page


def test_the_csv_defuses_formulas_and_says_what_it_is_no_ground_for(client: TestClient) -> None:
    locked(client, title="=1+1")
    told = get(client, "/operations/register.csv")
    (row,) = csv.DictReader(io.StringIO(told.content.decode("utf-8-sig")))
    assert not row["title"].startswith("=")
    assert (row["standing"], row["boroughs"]) == ("Locked", "Camden")
    assert PLACE_NOT_PERSON in row["notice"]


def test_map_and_table_show_the_places_and_the_file_travels_with_its_digest(
    client: TestClient, desk: Desk
) -> None:
    address = locked(client, ring_metres="100", control_how="all_others", control_names="")
    page = get(client, address).text
    assert "Cells by borough" in page
    assert "Ring round it" in page
    svg = get(client, f"{address}/map.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert "4 treated" in svg.text
    taken = from_file(get(client, f"{address}/plan.json").text)
    (op_id,) = held(desk).operations
    assert taken.lock == held(desk).locked_plan(op_id)
    assert len(taken.units) == 2
    assert json.loads(get(client, f"{address}/plan.json").text)["op_id"] == op_id


def test_an_operation_and_its_reports_lead_to_each_other(client: TestClient, desk: Desk) -> None:
    address = locked(client)
    op_id = address.rpartition("/")[2]
    registered_as = replace(result().registered, sha256=held(desk).locked_plan(op_id).sha256)
    about = {"operation_id": op_id, "registered": registered_as}
    for report_id in ("e-000000000001", "e-000000000002"):
        publish_report(desk.shelf, report_copy(report_id, **about))
        assert f'href="{address}"' in get(client, f"/operations/reports/{report_id}").text
        assert f'href="/operations/reports/{report_id}"' in get(client, address).text
    assert get(client, address, "nora").status_code == 404  # the report's place alone is hers
    told = get(client, "/operations/reports/e-000000000001", "nora")
    assert told.status_code == 200
    assert address not in told.text
    with transaction(desk.shelf.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        for report_id in ("e-000000000001", "e-000000000002"):
            suspend(tx, Target(kind=TargetKind.PRODUCT, name=report_id), reason="A feed doubled.")
    stopped = get(client, address).text
    assert "A feed doubled." in stopped
    assert "/operations/reports/e-" not in stopped


def test_the_area_of_sight_holds_on_each_address(client: TestClient) -> None:
    address = locked(client)
    assert get(client, address, "carl").status_code == 200
    assert get(client, address, "pat").status_code == 200
    assert "Register an operation" not in get(client, "/operations", "pat").text
    assert address not in get(client, "/operations", "hana").text
    for path in ("", "/map.svg", "/plan.json", "/acts/withdraw"):
        assert get(client, f"{address}{path}", "hana").status_code == 404, path
        assert get(client, f"{address}{path}", "nick").status_code == 403, path
    assert get(client, f"{address}/plan.json", "pat").status_code == 403
    assert get(client, f"{address}/acts/withdraw", "cora").status_code == 403


def test_nobody_registers_places_outside_their_area(client: TestClient) -> None:
    told = send(client, "/operations/new", "hana", **TYPED)
    assert told.status_code == 422
    assert "outside your area" in told.text
    assert registered(client, "carl")


def test_units_are_told_and_what_cannot_have_happened_is_refused(client: TestClient) -> None:
    page = get(client, "/operations/units").text
    assert "Robbery team from 1 January 2016 until before 1 January 2023" in page
    twice = {"kind": "formed", "on": "2024-01-01", "new_id": "violence-taskforce", "name": "X"}
    refused = send(client, "/operations/units", **twice)
    assert refused.status_code == 422
    assert "a unit of that id was formed" in refused.text
    fresh = twice | {"new_id": "night-team", "name": "Night team"}
    assert send(client, "/operations/units", **fresh).status_code == 303
    merged = {"kind": "merged", "unit": "night-team", "new_id": "violence-taskforce"}
    gone = send(client, "/operations/units", on="2025-01-01", **merged)
    assert gone.status_code == 303
    page = get(client, "/operations/units").text
    assert "Stands no more" in page
    assert "Went on to" in page
    assert "Tell what became" not in get(client, "/operations/units", "carl").text


def test_without_a_workspace_nothing_is_locked_since_what_could_be_seen_is_unknown(
    client: TestClient, desk: Desk
) -> None:
    address = registered(client)
    alone = TestClient(
        create_app(replace(desk, data=None)), base_url="https://localhost", follow_redirects=False
    )
    told = get(alone, f"{address}/acts/lock")
    assert told.status_code == 404
    assert "whether results could be seen cannot be told" in told.text
