"""My shift without scripts, and what a phone sends later: kept once, by both clocks, never lost."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.delivery.tables import VisitLog
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from rightplace.web.shift import ENDS
from tests.web.shift_world import (
    ADMIN,
    EARLY,
    KEY,
    NOON,
    SHIFT_PLAN,
    World,
    shift_world,
    visit_id,
)
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIRST, SECOND = visit_id(3, 0, 0), visit_id(3, 0, 1)
ADDRESS = f"/shift?bcu=Northbank&shift={quote(KEY)}&crew={quote('North 1')}"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from shift_world(tmp_path_factory.mktemp("records"))


@pytest.fixture
def client(world: World) -> TestClient:
    return TestClient(create_app(world.desk), base_url="https://localhost", follow_redirects=False)


def text(client: TestClient, name: str = "olga", address: str = ADDRESS) -> str:
    told = client.get(address, headers=cookie(name))
    assert told.status_code == 200, told.text
    return str(told.text)


def form(client: TestClient, kind: str = "done", name: str = "olga") -> dict[str, str]:
    shown = text(client, name)
    found = re.search(rf'name="form_token" value="([^"]+)">\s*<input[^>]+value="{kind}"', shown)
    assert found is not None
    fields = {"kind": kind, "plan_id": SHIFT_PLAN, "bcu": "Northbank", "shift": KEY}
    return fields | {"crew": "North 1", "visit": FIRST, "form_token": found[1]}


def logs(world: World) -> Sequence[VisitLog]:
    with reading(world.shelf.database) as quiet:
        return quiet.unshown(select(VisitLog).order_by(VisitLog.started_at))


def entry(world: World, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any kind
    made = {
        "id": str(uuid.uuid4()),
        "logged_by": world.accounts.ids["olga"],
        "plan_id": SHIFT_PLAN,
        "visit_id": FIRST,
        "started_at": NOON.isoformat(),
        "ended_at": (NOON + timedelta(minutes=15)).isoformat(),
        "outcome": "engage",
    }
    return made | changes


def sync(
    client: TestClient,
    *entries: dict[str, Any],
    sent_at: datetime = NOON + timedelta(minutes=20),
    name: str = "olga",
) -> list[dict[str, str]]:
    pulse = client.get("/shift/pulse?bcu=Northbank", headers=cookie(name)).json()
    sent = json.dumps({"sent_at": sent_at.isoformat(), "visits": entries})
    told = client.post(
        "/shift/sync", data={"form_token": pulse["token"], "sent": sent}, headers=cookie(name)
    )
    assert told.status_code == 200, told.text
    answers: list[dict[str, str]] = told.json()["answers"]
    return answers


def test_a_crew_is_chosen_and_its_next_visit_stands_first(client: TestClient) -> None:
    chosen = text(client, address="/shift")
    assert all(f"North {n}" in chosen for n in range(1, 7))
    assert "South 1" not in chosen
    shown = client.get(ADDRESS, headers=cookie("olga"))
    cards = re.findall(
        r'<article class="rp-visit" data-card="([^"]+)"[^>]*?( hidden)?>', shown.text
    )
    assert cards == [(FIRST, ""), (SECOND, " hidden")]
    assert "07:00 to 15:00, stay 15 minutes" in shown.text
    assert shown.headers[ENDS] == EARLY.end.isoformat()
    assert "<strong data-left>2</strong> of 2 visits left" in shown.text


def test_pressing_start_fills_in_the_hour_of_arrival(client: TestClient) -> None:
    told = client.get(f"{ADDRESS}&visit={FIRST}&start=now", headers=cookie("olga"))
    assert told.status_code == 303
    shown = text(client, address=told.headers["location"].partition("#")[0])
    assert re.search(r'id="arrived"[^>]+value="12:00"', shown)


def test_a_visit_typed_is_kept_and_the_next_comes_up(world: World, client: TestClient) -> None:
    sent = form(client) | {"arrived": "11:40", "left": "", "outcome": "engage"}
    for _ in range(2):  # sent twice is one visit
        told = client.post("/shift/visits", data=sent, headers=cookie("olga"))
        assert told.status_code == 303, told.text
    (row,) = logs(world)
    assert (row.visit_id, row.activity, row.called_away) == (FIRST, "engage", "no")
    assert (row.started_at, row.ended_at) == (NOON - timedelta(minutes=20), NOON)
    assert row.sent_at == row.received_at == NOON
    shown = text(client)
    assert "done, 12:00" in shown
    assert f'data-current="{SECOND}"' in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arrived": ""}, "press Start"),
        ({"arrived": "25:00"}, "24-hour clock"),
        ({"arrived": "11:40", "left": "x"}, "24-hour clock"),
        ({"arrived": "11:40", "left": "11:30"}, "before you arrived"),
        ({"arrived": "05:00"}, "does not lie in this shift"),
        ({"arrived": "11:40", "outcome": ""}, "Choose what you did there"),
        ({"arrived": "11:40", "outcome": "unsafe"}, "Choose what you did there"),
        ({"arrived": "11:40", "outcome": "<script>"}, "Choose what you did there"),
    ],
)
def test_a_form_that_fails_says_why_and_keeps_what_was_typed(
    world: World, client: TestClient, changes: dict[str, str], said: str
) -> None:
    sent = form(client) | {"left": "", "outcome": "engage"} | changes
    told = client.post("/shift/visits", data=sent, headers=cookie("olga"))
    assert told.status_code == 422
    assert said in told.text
    assert f'value="{sent["arrived"]}"' in told.text
    assert ENDS not in told.headers
    assert logs(world) == []


@pytest.mark.parametrize(
    ("reason", "called_away", "state"),
    [
        ("urgent_call", "urgent", "excused"),
        ("unsafe", "unsafe", "excused"),
        ("no_time", "no", "not done"),
    ],
)
def test_what_could_not_be_done_is_excused_or_not_by_its_reason(
    world: World, client: TestClient, reason: str, called_away: str, state: str
) -> None:
    sent = form(client, "not_done") | {"reason": reason}
    assert client.post("/shift/visits", data=sent, headers=cookie("olga")).status_code == 303
    (row,) = logs(world)
    assert (row.called_away, row.activity) == (called_away, f"not done: {reason}")
    assert row.started_at == row.ended_at == NOON
    assert f"{state}, 12:00" in text(client)


def test_what_a_phone_sends_twice_is_kept_once_with_both_clocks(
    world: World, client: TestClient
) -> None:
    one, two = entry(world), entry(world, visit_id=SECOND, outcome="unsafe")
    world.clock.at = NOON + timedelta(minutes=21)
    first = sync(client, one, two)
    again = sync(client, one, two, sent_at=NOON + timedelta(minutes=22))
    assert [each["kept"] for each in first] == ["new", "new"]
    assert [each["kept"] for each in again] == ["before", "before"]
    rows = logs(world)
    assert {row.visit_id for row in rows} == {FIRST, SECOND}
    assert {row.sent_at for row in rows} == {NOON + timedelta(minutes=20)}
    assert {row.received_at for row in rows} == {NOON + timedelta(minutes=21)}


def test_one_that_is_refused_leaves_the_others_and_says_why(
    world: World, client: TestClient
) -> None:
    good = entry(world)
    told = sync(
        client,
        entry(world, logged_by=world.accounts.ids["omar"]),
        entry(world, visit_id="v-nowhere"),
        entry(world, visit_id="v-south"),
        entry(world, id="no uuid"),
        entry(world, outcome="slept"),
        entry(world, ended_at=(NOON - timedelta(minutes=1)).isoformat()),
        good,
        good | {"outcome": "other"},
    )
    assert [each["kept"] for each in told] == ["refused"] * 6 + ["new", "refused"]
    words = [each["words"] for each in told]
    assert "Somebody else" in words[0]
    assert "no visit 'v-nowhere'" in words[1]
    assert "do not include" in words[2]
    assert "list" in words[4]
    assert "before its start" in words[5]
    assert "Another visit log" in words[7]
    assert [row.id for row in logs(world)] == [good["id"]]


def test_two_of_a_crew_may_log_the_same_visit_and_are_told(
    world: World, client: TestClient
) -> None:
    sync(client, entry(world))
    (told,) = sync(client, entry(world, logged_by=world.accounts.ids["omar"]), name="omar")
    assert told["kept"] == "new"
    assert "it counts once" in told["words"]
    assert len(logs(world)) == 2


def test_a_clock_that_is_out_is_told_and_the_visit_kept(world: World, client: TestClient) -> None:
    (told,) = sync(client, entry(world), sent_at=NOON + timedelta(hours=3))
    assert told["kept"] == "new"
    assert "not counted: set the clock" in told["words"]
    assert len(logs(world)) == 1


def test_visits_come_in_after_the_shift_and_after_the_plan_is_suspended(
    world: World, client: TestClient
) -> None:
    with transaction(world.shelf.database, ADMIN, purpose="Stop.", at=NOON) as tx:
        suspend(tx, Target(kind=TargetKind.PLAN, name=SHIFT_PLAN), reason="Wrong crews.")
    assert "Wrong crews." in text(client)
    world.clock.at = EARLY.end + timedelta(hours=30)
    (told,) = sync(client, entry(world), sent_at=world.clock.at)
    assert told["kept"] == "new"


def test_of_a_shift_that_is_over_or_far_ahead_nothing_is_handed_out(
    world: World, client: TestClient
) -> None:
    for at, said in [
        (EARLY.end, "Its shift is over"),
        (EARLY.start - timedelta(minutes=61), "opens here at"),
    ]:
        world.clock.at = at
        shown = client.get(ADDRESS, headers=cookie("olga"))
        assert said in shown.text
        assert "Street 0" not in shown.text
        assert shown.headers[ENDS] == "over"
    world.clock.at = EARLY.start - timedelta(minutes=60)
    assert "Street 0" in text(client)


def test_nobody_reads_a_crew_of_another_area_or_a_place_held_out(client: TestClient) -> None:
    other = f"/shift?bcu=Northbank&shift={quote(KEY)}&crew={quote('South 1')}"
    assert "has no visit in your area" in text(client, address=other)
    assert (
        client.get(other.replace("Northbank", "Southbank"), headers=cookie("olga")).status_code
        == 403
    )
    south = text(client, "oz", other.replace("Northbank", "Southbank"))
    assert "v-south" in south
    assert "v-held" not in south


@pytest.mark.parametrize(
    "sent", ["", "[]", "{}", '{"sent_at": "2026-05-05T11:00:00", "visits": []}']
)
def test_what_is_not_of_the_form_is_refused_in_words(
    world: World, client: TestClient, sent: str
) -> None:
    token = client.get("/shift/pulse", headers=cookie("olga")).json()["token"]
    told = client.post(
        "/shift/sync", data={"form_token": token, "sent": sent}, headers=cookie("olga")
    )
    assert told.status_code == 422
    unsigned = client.post("/shift/sync", data={"sent": sent}, headers=cookie("olga"))
    assert unsigned.status_code == 403
    assert client.get("/shift/pulse").status_code == 401
    assert logs(world) == []


def test_the_worker_serves_the_shift_alone(client: TestClient) -> None:
    told = client.get("/shift/worker.js")
    assert told.headers["service-worker-allowed"] == "/shift"
    assert told.headers["content-type"].startswith("text/javascript")
    assert "worker-src 'self'" in told.headers["content-security-policy"]
