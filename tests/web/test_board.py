"""The briefing board: what stands on it, for whom, and who has acknowledged it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.records.audit.lines import AuditLine
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.delivery.tables import Acknowledgement
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from tests.web.shift_world import ADMIN, EARLY, KEY, SHIFT_PLAN, World, shift_world
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDRESS = f"/board?bcu=Northbank&shift={quote(KEY)}"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from shift_world(tmp_path_factory.mktemp("records"))


@pytest.fixture
def client(world: World) -> TestClient:
    return TestClient(create_app(world.desk), base_url="https://localhost", follow_redirects=False)


def text(client: TestClient, name: str, address: str = ADDRESS) -> str:
    told = client.get(address, headers=cookie(name))
    assert told.status_code == 200, told.text
    return str(told.text)


def form(client: TestClient, name: str) -> dict[str, str]:
    shown = text(client, name)
    found = re.search(r'action="/board/ack.*?name="form_token" value="([^"]+)"', shown, re.DOTALL)
    assert found is not None
    wanted = {"bcu": "Northbank", "shift": KEY, "ward": "", "plan_id": SHIFT_PLAN}
    return wanted | {"form_token": found[1]}


def kept(world: World) -> Sequence[Acknowledgement]:
    with reading(world.shelf.database) as quiet:
        return quiet.unshown(select(Acknowledgement))


def test_the_board_says_what_is_expected_where_and_how_sure(client: TestClient) -> None:
    shown = text(client, "sam")
    # Cells 0 and 1 lie in Northbank, and both are visited.
    assert "All of it is in the 2 places below." in shown
    assert "recorded incidents this shift; in brackets the 80 % interval" in shown
    assert "07:00 to 15:00" in shown
    assert "12 visits to 2 places here" in shown
    assert PLACE_NOT_PERSON in shown
    assert "this service was not told of any" in shown
    assert "entrance, then approaches" in shown.casefold()  # cell 0 is a station
    assert "South 1" not in shown
    assert "Street 2" not in shown


@pytest.mark.parametrize(
    "address",
    [ADDRESS, f"/shift?shift={quote(KEY)}&crew={quote('North 1')}", "/delivery?by=place"],
)
def test_hostile_words_stay_words_and_the_page_says_what_it_is_no_ground_for(
    client: TestClient, address: str
) -> None:
    shown = text(client, "sam", address)
    assert "<script>alert" not in shown
    assert "\u202e" not in shown
    assert not re.search(r"<[^>]+\s(on\w+|style)=", shown)
    assert PLACE_NOT_PERSON in shown


def test_a_ward_narrows_it_and_an_unknown_one_is_not_held(client: TestClient) -> None:
    shown = text(client, "sam", f"{ADDRESS}&ward={quote('Quay, Northbank')}")
    assert "in the place below" in shown
    assert "6 visits to 1 place here" in shown
    assert ">Street 0<" not in shown
    missing = client.get(f"{ADDRESS}&ward=Elsewhere", headers=cookie("sam"))
    assert missing.status_code == 404


def test_only_a_plan_in_force_feeds_it(world: World, client: TestClient) -> None:
    with transaction(world.shelf.database, ADMIN, purpose="Stop.", at=EARLY.start) as tx:
        suspend(tx, Target(kind=TargetKind.PLAN, name=SHIFT_PLAN), reason="Wrong crews.")
    shown = text(client, "sam")
    assert "No plan is in force" in shown
    assert "Wrong crews." in shown
    assert "Street 0" not in shown
    assert "I have read this brief" not in shown


def test_where_nothing_was_decided_it_says_so(client: TestClient) -> None:
    shown = text(client, "ann", f"/board?bcu=Northbank&shift={quote('2026-05-07 late')}")
    assert "No plan is in force" in shown
    assert "expired" in shown  # the last plan in force there


def test_each_officer_acknowledges_once(world: World, client: TestClient) -> None:
    sent = form(client, "olga")
    again = form(client, "olga")
    for fields in (sent, sent, again):
        told = client.post("/board/acknowledgements", data=fields, headers=cookie("olga"))
        assert told.status_code == 303, told.text
    (row,) = kept(world)
    assert (row.acknowledged_by, row.plan_id) == (world.accounts.ids["olga"], SHIFT_PLAN)
    assert row.acknowledged_at == row.received_at == world.clock.at
    assert "You acknowledged this brief" in text(client, "olga")


def test_an_expired_brief_cannot_be_acknowledged_and_shows_no_place(
    world: World, client: TestClient
) -> None:
    sent = form(client, "olga")
    world.clock.at = EARLY.end
    told = client.post("/board/acknowledgements", data=sent, headers=cookie("olga"))
    assert told.status_code == 403
    assert "expired" in told.text
    assert kept(world) == []
    shown = text(client, "olga")
    assert "Street 0" not in shown
    assert "Expired" in shown


def test_nobody_acknowledges_what_is_not_in_force_or_not_theirs(
    world: World, client: TestClient
) -> None:
    sent = form(client, "olga")
    for changes in ({"plan_id": "p-000000000001"}, {"bcu": "Southbank"}, {"shift": "never"}):
        told = client.post("/board/acknowledgements", data=sent | changes, headers=cookie("olga"))
        assert told.status_code in {403, 404}, changes
    assert kept(world) == []
    assert client.get("/board?bcu=Southbank", headers=cookie("olga")).status_code == 403


def test_the_sergeant_sees_counts_and_asks_for_names_which_is_written_down(
    world: World, client: TestClient
) -> None:
    client.post("/board/acknowledgements", data=form(client, "olga"), headers=cookie("olga"))
    counted = text(client, "sam")
    assert "<strong>1</strong> of 2 officers" in counted
    assert "Olga" not in counted
    named = text(client, "sam", f"{ADDRESS}&names=yes")
    assert "Olga Officer, 12:00" in named
    assert "<li>Omar Officer</li>" in named
    assert "Oz Officer" not in named  # of another BCU
    with reading(world.shelf.database) as quiet:
        lines = quiet.unshown(
            select(AuditLine).where(
                AuditLine.operation == "consultation", AuditLine.record_type == "acknowledgement"
            )
        )
    assert [line.actor_id for line in lines] == [world.accounts.ids["sam"]]


@pytest.mark.parametrize("name", ["olga", "ann"])
def test_who_briefs_no_crew_sees_neither_counts_nor_names(client: TestClient, name: str) -> None:
    shown = text(client, name, f"{ADDRESS}&names=yes")
    assert "officers of this area" not in shown
    assert "Omar" not in shown


def test_the_next_shift_can_be_briefed_before_it_begins(world: World, client: TestClient) -> None:
    world.clock.at = EARLY.start - timedelta(minutes=30)
    assert "12 visits to 2 places here" in text(client, "sam")
