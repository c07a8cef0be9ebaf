"""A plan's file sent to the service: kept as a draft, or the form again with what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.evaluation.register.use_case import Telling, register_operation, show_units
from rightplace.evaluate.operations.entries import Locked
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.operations.log import read_register, tell
from rightplace.web.application import create_app
from tests.web.operations_world import CAMDEN, ISLINGTON, UNIT, with_workspace
from tests.web.published import NOW
from tests.web.signed_in import ANALYST, cookie

if TYPE_CHECKING:
    from pathlib import Path

    from httpx import Response

    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.evaluate.operations.register import Register
    from rightplace.web.desk import Desk

UPLOAD = "/operations/upload"
TOML = """
title = "Operation Lantern <b>"
unit = "Violence taskforce"
question = "Do visits to Camden lower recorded robbery there?"
chosen_by = "high-counts"
chosen_because = "They had the most robberies."
elsewhere = "none known"
[where]
boroughs = ["Camden"]
control = { boroughs = ["Islington"] }
[when]
before_from = 2025-06-01
starts = 2026-06-01
ends = 2026-08-31
step = "month"
[outcome]
classes = ["robbery"]
words = "Recorded robbery"
[judged]
design = "difference-in-differences"
smallest_change = -0.15
[delivery]
tactics = ["visits of 15 minutes"]
patrol_minutes = 21600
"""


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    return with_workspace(desk, tmp_path)


def opened(client: TestClient, who: str = "ann") -> str:
    shown = client.get(UPLOAD, headers=cookie(who))
    assert shown.status_code == 200
    found = re.search(
        r'action="/operations/upload".*?name="form_token" value="([^"]+)"', shown.text, re.DOTALL
    )
    assert found
    return found[1]


def send(
    client: TestClient,
    text: str = "",
    *,
    who: str = "ann",
    file: bytes = b"",
    token: str = "",
    **fields: str,
) -> Response:
    data = {"form_token": token or opened(client, who), "plan": text, **fields}
    sent = {"file": ("plan.toml", file, "application/toml")}
    told: Response = client.post(UPLOAD, data=data, files=sent, headers=cookie(who))
    return told


def register_of(desk: Desk) -> Register:
    with reading(desk.shelf.database) as quiet:
        return read_register(quiet)


def only_plan(desk: Desk) -> OperationPlan:
    (operation,) = register_of(desk).operations.values()
    return operation.plan


def refused(told: Response, words: str, *, at: str = "plan") -> None:
    assert told.status_code == 422
    page = told.text.replace("&#39;", "'").replace("&#34;", '"')
    assert "There is a problem" in page
    (summary,) = re.findall(rf'<a href="#{at}">(.*?)</a>', page)
    assert words in summary


def test_a_pasted_plan_is_kept_as_a_draft_in_its_places(client: TestClient, desk: Desk) -> None:
    told = send(client, TOML)
    plan = only_plan(desk)
    assert (told.status_code, told.headers["location"]) == (303, f"/operations/{plan.id}")
    assert plan.where.treated == CAMDEN
    assert plan.where.control == ISLINGTON
    assert plan.unit_id == UNIT  # by the name that it bears on the first day
    assert plan.delivery.patrol_minutes == 21600
    operation = register_of(desk).operations[plan.id]
    assert operation.lock is None
    assert operation.registered_by == ANALYST.actor.name


def test_a_file_is_kept_and_goes_before_what_was_pasted(client: TestClient, desk: Desk) -> None:
    mark = "\ufeff".encode()
    assert send(client, "no plan at all", file=mark + TOML.encode()).status_code == 303
    assert only_plan(desk).title == "Operation Lantern <b>"


def test_the_service_and_the_workspace_draw_up_one_plan_with_one_digest(
    client: TestClient, desk: Desk, tmp_path: Path
) -> None:
    send(client, TOML)
    assert desk.data is not None
    events = tmp_path / "units.toml"
    events.write_text(
        f'[[event]]\nkind = "formed"\non = 2019-01-01\nunit_id = "{UNIT}"\n'
        'name = "Violence taskforce"\n'
    )
    telling = Telling(at=NOW, by="Ann")
    show_units(desk.data.workspace, telling, on=NOW.date(), add=events)
    path = tmp_path / "plan.toml"
    path.write_text(TOML)
    assert register_operation(desk.data.workspace, path, telling).id == only_plan(desk).id


def test_a_form_sent_twice_keeps_one_and_another_plan_by_it_is_said_not_to_be_kept(
    client: TestClient, desk: Desk
) -> None:
    token = opened(client)
    first, second = (send(client, TOML, token=token) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(register_of(desk).entries) == 2 + 1  # of the unit, and the plan
    refused(
        send(client, TOML.replace("Lantern", "Beacon"), token=token),
        "sent already, for something else",
    )
    assert only_plan(desk).title == "Operation Lantern <b>"


def test_a_plan_that_stands_is_not_registered_once_more(client: TestClient, desk: Desk) -> None:
    send(client, TOML)
    refused(send(client, TOML), f"This very plan is registered as {only_plan(desk).id}")


CANNOT_BE = (
    ('title = "', "title == ", "Not a TOML file"),
    ("[judged]", "[jugded]", "the table [judged] is missing"),
    ('boroughs = ["Camden"]', 'boroughs = ["Camdem"]', "no borough"),
    ('unit = "Violence taskforce"', 'unit = "Robbery team"', "Robbery team"),
    ('classes = ["robbery"]', 'classes = ["possession_of_weapons"]', "Police activity"),
    ('classes = ["robbery"]', 'classes = ["knife_crime"]', "Knife crime cannot be counted"),
    ("ends = 2026-08-31", "ends = 2026-05-31", "must have a day or more"),
    ("[where]", '[where]\narea = "../../etc"', "No study area"),
    ('boroughs = ["Camden"]', 'cells_file = "/etc/passwd"', "which does not come with it"),
    (
        'control = { boroughs = ["Islington"] }',
        'control = { polygons = "../secret.geojson" }',
        "which does not come with it",
    ),
)


def test_what_cannot_be_is_refused_by_name_and_what_was_typed_stays(
    client: TestClient, desk: Desk
) -> None:
    for old, new, words in CANNOT_BE:
        assert old in TOML
        told = send(client, TOML.replace(old, new))
        refused(told, words)
        assert "They had the most robberies." in told.text
        assert "<b>" not in told.text
    assert register_of(desk).operations == {}


def test_a_file_that_is_no_text_and_one_that_is_missing_are_told_at_the_file(
    client: TestClient,
) -> None:
    refused(send(client, TOML, file=b"title = '\xff'"), "Not a TOML file in UTF-8", at="file")
    refused(send(client, "  \n"), "Choose a file, or paste the plan.", at="file")


def test_a_plan_lies_in_ones_own_area_with_all_its_places(client: TestClient, desk: Desk) -> None:
    both = TOML.replace('["Camden"]', '["Camden", "Islington"]').replace(
        'control = { boroughs = ["Islington"] }', 'control = "all others"'
    )
    refused(send(client, both, who="carl"), "lie outside your area")
    assert register_of(desk).operations == {}
    assert send(client, TOML, who="carl").status_code == 303


def locked(client: TestClient, desk: Desk) -> str:
    send(client, TOML)
    plan = only_plan(desk)
    lock = Locked(
        op_id=plan.id,
        sha256=plan.sha256,
        locked_at=NOW,
        locked_by=ANALYST.actor.name,
        results_held_to=None,
    )
    with transaction(desk.shelf.database, ANALYST.actor, purpose="Lock.", at=NOW) as tx:
        tell(tx, [lock])
    return plan.id


def test_a_plan_takes_the_place_of_a_locked_one_with_a_reason(
    client: TestClient, desk: Desk
) -> None:
    old = locked(client, desk)
    changed = TOML.replace("2026-08-31", "2026-09-30")
    refused(send(client, changed, instead_of=old), "supersedes and because stand together")
    told = send(client, changed, instead_of=old, because="A month more\r\nis paid for.")
    new = told.headers["location"].rpartition("/")[2]
    plan = register_of(desk).operations[new].plan
    assert (plan.supersedes, plan.because) == (old, "A month more is paid for.")


def test_nobody_replaces_a_plan_of_another_area(client: TestClient, desk: Desk) -> None:
    old = locked(client, desk)
    own = TOML.replace('["Camden"]', '["Islington"]').replace(
        'control = { boroughs = ["Islington"] }', 'control = "all others"'
    )
    words = "is registered where you may change it"
    for named in (old, "op-0123456789ab"):
        told = send(client, own, who="ivy", instead_of=named, because="Mine now.")
        refused(told, words)
    assert len(register_of(desk).operations) == 1


def test_who_may_not_register_sees_neither_form_nor_example_and_sends_nothing(
    client: TestClient, desk: Desk
) -> None:
    for address in (UPLOAD, "/operations/example.toml"):
        assert client.get(address, headers=cookie("cora")).status_code == 403
    found = re.search(
        r'name="form_token" value="([^"]+)"', client.get("/", headers=cookie("cora")).text
    )
    assert found  # a form of her own, so that her role alone stands in the way
    told = send(client, TOML, who="cora", token=found[1])
    assert told.status_code == 403
    assert "register-operations" in told.text
    assert register_of(desk).operations == {}


def test_a_form_of_somebody_else_keeps_nothing(client: TestClient, desk: Desk) -> None:
    told = send(client, who="carl", token=opened(client), file=TOML.encode())
    assert told.status_code == 403
    assert register_of(desk).operations == {}


def test_without_a_study_area_no_place_can_be_drawn_up(desk: Desk) -> None:
    alone = TestClient(
        create_app(replace(desk, data=None)), base_url="https://localhost", follow_redirects=False
    )
    refused(send(alone, TOML), "No study area is held here")


def test_the_example_is_a_file_to_begin_with(client: TestClient) -> None:
    told = client.get("/operations/example.toml", headers=cookie("ann"))
    assert told.headers["content-disposition"] == 'attachment; filename="operation.toml"'
    assert 'title = "Operation Lantern"' in told.text
