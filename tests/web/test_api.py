"""The interface for programs: what it tells, whom, and what it refuses."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.people import leave
from rightplace.records.accounts.token_tables import ApiTokenUse
from rightplace.records.accounts.tokens import revoke_token
from rightplace.records.audit.look_up import by_officer
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.decided.tables import Decision
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import (
    AREA,
    BACKTEST,
    CELLS,
    EVIL,
    FORECAST,
    NOW,
    PLAN,
    SLOTS,
    published_shelf,
)
from tests.web.signed_in import KnownCookies, cookie
from tests.web.token_world import ADMIN, Owner, People, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

    from rightplace.app.service.shelf import Shelf

V1 = "/api/v1"
READ = (
    "/me", "/today", "/stops", "/forecasts", f"/forecasts/{FORECAST}",
    f"/forecasts/{FORECAST}/places", "/plans", f"/plans/{PLAN}", f"/plans/{PLAN}/visits",
    f"/plans/{PLAN}/decisions", f"/explain/{FORECAST}", f"/explain/{FORECAST}:{CELLS[0]}",
)  # fmt: skip
DECISIONS = f"/plans/{PLAN}/decisions"


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A world that its tests leave as it is."""
    shelf = published_shelf(tmp_path_factory.mktemp("looked-at"))
    yield shelf
    shelf.database.close()


@pytest.fixture(scope="module")
def known(looked_at: Shelf) -> People:
    return people(looked_at.database)


@pytest.fixture(scope="module")
def looking(looked_at: Shelf) -> TestClient:
    desk = Desk(settings=WebSettings(), shelf=looked_at, sessions=KnownCookies(), now=lambda: NOW)
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


@pytest.fixture
def they(shelf: Shelf) -> People:
    return people(shelf.database)


def get(client: TestClient, who: Owner, address: str, **asked: Any) -> Response:  # noqa: ANN401 - query
    answer: Response = client.get(f"{V1}{address}", params=asked, headers=who.header)
    return answer


def told(client: TestClient, who: Owner, address: str, **asked: Any) -> Any:  # noqa: ANN401 - JSON
    answer = get(client, who, address, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    content: dict[str, Any] = answer.json()
    assert content["ok"] is False
    assert set(content["error"]) == {"code", "message", "remedy"}
    error: dict[str, Any] = content["error"]
    return error


def decision(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    given = {
        "id": str(uuid.uuid4()), "bcu": "Northbank", "verdict": "accepted",
        "reason": "The late shift has crews.", "seconds_reading": 60,
    }  # fmt: skip
    return given | changes


def decide(client: TestClient, who: Owner, sent: object) -> Response:
    answer: Response = client.post(f"{V1}{DECISIONS}", json=sent, headers=who.header)
    return answer


# Who gets in


@pytest.mark.parametrize("address", READ)
def test_without_a_token_nothing_is_told_and_a_cookie_is_none(
    looking: TestClient, address: str
) -> None:
    for headers in ({}, cookie("cora"), {"authorization": "Basic Y29yYTp4"}):
        answer = looking.get(f"{V1}{address}", headers=headers)
        refused(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "wrong", ["", " ", "x", "rightplace_" + "A" * 43, "\u00e9" * 9, "A" * 5000, "a b c"]
)
def test_a_wrong_token_stands_for_nobody(looking: TestClient, known: People, wrong: str) -> None:
    assert known.cora.secret != wrong
    header = {"authorization": f"Bearer {wrong}".encode("latin-1")}
    refused(looking.get(f"{V1}/me", headers=header), 401)


def test_a_cookie_beside_no_token_decides_nothing_and_a_form_is_not_asked_for(
    client: TestClient, shelf: Shelf, they: People
) -> None:
    refused(client.post(f"{V1}{DECISIONS}", json=decision(), headers=cookie("cora")), 401)
    assert kept(shelf) == []
    assert decide(client, they.cora, decision()).status_code == 201
    assert len(kept(shelf)) == 1


def kept(shelf: Shelf) -> list[Decision]:
    with reading(shelf.database) as quiet:
        return list(quiet.unshown(select(Decision)))


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("/forecasts", "reader"),
        (f"/forecasts/{FORECAST}", "reader"),
        (f"/forecasts/{FORECAST}/places", "reader"),
        (f"/forecasts/{FORECAST}", "planner"),
    ],
)
def test_a_token_of_less_is_refused_what_it_was_not_made_for(
    looking: TestClient, known: People, address: str, who: str
) -> None:
    error = refused(get(looking, getattr(known, who), address), 403)
    assert "see-forecast" in error["message"]


def test_a_token_that_only_reads_decides_nothing_though_its_owner_may(
    looking: TestClient, looked_at: Shelf, known: People
) -> None:
    assert told(looking, known.reader, f"/plans/{PLAN}")["id"] == PLAN
    refused(decide(looking, known.reader, decision()), 403)
    assert kept(looked_at) == []


def test_a_token_ends_when_revoked_and_with_its_owner(
    client: TestClient, shelf: Shelf, they: People
) -> None:
    nora, cora = they.nora, they.cora
    with transaction(shelf.database, ADMIN, purpose="Left.", at=NOW - timedelta(seconds=1)) as tx:
        leave(tx, nora.account_id, reason="Retired.")
        revoke_token(tx, cora.account_id, cora.token_id, because="revoked")
    for gone in (nora, cora):
        refused(get(client, gone, "/me"), 401)
    told(client, they.south, "/me")


# What is told


def test_who_asks_is_told_what_the_token_may(looking: TestClient, known: People) -> None:
    me = told(looking, known.reader, "/me")
    assert me["account_id"] == known.reader.account_id
    assert me["permissions"] == ["see-plan"]
    assert me["roles"] == [{"role": "area commander", "scope": "everywhere", "area": ""}]


def test_a_forecast_is_told_in_numbers(looking: TestClient, known: People) -> None:
    facts = told(looking, known.cora, f"/forecasts/{FORECAST}")
    # 6 slots of each cell: c/1 + c/2 + c/3, twice; the cell without data is not a zero.
    assert facts["expected_count"]["mean"] == pytest.approx((0.9 + 0.2 + 0.01) * 2 * (11 / 6))
    assert facts["expected_harm"]["mean"] == pytest.approx(500 * facts["expected_count"]["mean"])
    assert facts["expected_count"]["lo80"] < facts["expected_count"]["mean"]
    assert len(facts["slots"]) == len(SLOTS) == 6
    assert facts["slots"][0]["start"] == SLOTS[0].start.isoformat().replace("+00:00", "Z")
    assert facts["slots"][1]["shift"] == "late"
    assert facts["no_data"] == [EVIL]
    assert "not reasonable grounds" in facts["place_not_person"]


def test_places_come_in_parts_and_each_once(looking: TestClient, known: People) -> None:
    found: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        part = told(
            looking, known.cora, f"/forecasts/{FORECAST}/places", limit=3, offset=offset, slot=0
        )
        found += part["items"]
        offset = part["next_offset"]
        assert part["total"] == 4
    assert [each["cell_id"] for each in found] == list(CELLS)
    assert [each["expected_count"]["mean"] for each in found] == [0.9, 0.2, 0.01, None]
    assert [each["rank"] for each in found] == [1, 2, 3, 4]
    beyond = told(looking, known.cora, f"/forecasts/{FORECAST}/places", offset=10_000_000)
    assert beyond["items"] == []


def test_visits_are_told_without_hold_outs_and_without_the_lot(
    looking: TestClient, known: People
) -> None:
    visits = told(looking, known.cora, f"/plans/{PLAN}/visits")
    assert [each["visit_id"] for each in visits["items"]] == ["v-000001", "v-000002"]
    assert not {"arm", "probability"} & set(visits["items"][0])
    assert "holdout" not in json.dumps(visits)
    assert "v-000003" not in json.dumps(told(looking, known.cora, f"/plans/{PLAN}"))


def test_a_decision_is_kept_once_under_its_owner_and_told(
    client: TestClient, shelf: Shelf, they: People
) -> None:
    sent = decision(reason=f"Crews {EVIL[:-1]}")
    first, again = (decide(client, they.nora, sent) for _ in range(2))
    assert (first.status_code, first.json()) == (201, {"is_new": True, "slots": 6})
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    (one,) = told(client, they.nora, DECISIONS)["items"]
    assert (one["id"], one["decided_by"]) == (sent["id"], they.nora.account_id)
    assert len(kept(shelf)) == 1
    (north,) = told(client, they.nora, f"/plans/{PLAN}")["bcus"]
    assert (north["bcu"], north["in_force"], north["visits"]) == ("Northbank", PLAN, 1)
    refused(decide(client, they.cora, sent | {"reason": "Another."}), 422)


def test_each_use_is_in_the_audit_chain_with_owner_and_token(
    client: TestClient, shelf: Shelf, they: People
) -> None:
    told(client, they.nora, f"/plans/{PLAN}")
    with transaction(shelf.database, ADMIN, purpose="Who looked.", at=NOW) as tx:
        since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
        acts = by_officer(tx, they.nora.account_id, since=since, until=until)
        uses = tx.unshown(select(ApiTokenUse))
    (look,) = [each for each in acts if each.product == PLAN]
    assert look.content is not None
    assert look.content["purpose"] == f"Read a plan. By token {they.nora.token_id}."
    assert [(each.id, each.used_at) for each in uses] == [(they.nora.token_id, NOW)]


def test_what_is_stopped_is_refused_at_once_and_told(
    client: TestClient, shelf: Shelf, they: People
) -> None:
    told(client, they.cora, f"/plans/{PLAN}/visits")
    with transaction(shelf.database, ADMIN, purpose="Stop.", at=NOW) as tx:
        target = Target(kind=TargetKind.MODEL, name="additive_memory")
        suspend(tx, target, reason="Bias found.")
    for address in (f"/plans/{PLAN}", f"/plans/{PLAN}/visits", f"/forecasts/{FORECAST}", DECISIONS):
        assert "Bias found." in refused(get(client, they.cora, address), 403)["message"]
    refused(decide(client, they.cora, decision()), 403)
    (stop,) = told(client, they.cora, "/stops")["suspended"]
    assert (stop["kind"], stop["target"], stop["reason"]) == (
        "model", "additive_memory", "Bias found."
    )  # fmt: skip
    assert "Bias found." in told(client, they.cora, "/plans")["items"][0]["stopped"]


# Attacks


def test_nothing_of_another_bcu_is_told_or_decided(
    client: TestClient, shelf: Shelf, they: People
) -> None:
    for who, mine, other in (
        (they.nora, "Northbank", "Southbank"),
        (they.south, "Southbank", "Northbank"),
    ):
        places = told(client, who, f"/forecasts/{FORECAST}/places")
        assert {each["bcu"] for each in places["items"]} == {mine}
        assert told(client, who, f"/forecasts/{FORECAST}")["bcus"] == [mine]
        visits = told(client, who, f"/plans/{PLAN}/visits")
        assert {each["bcu"] for each in visits["items"]} == {mine}
        assert [each["bcu"] for each in told(client, who, f"/plans/{PLAN}")["bcus"]] == [mine]
        refused(get(client, who, f"/plans/{PLAN}/visits", bcu=other), 403)
        refused(get(client, who, f"/forecasts/{FORECAST}/places", bcu=other), 403)
        refused(decide(client, who, decision(bcu=other)), 403)
    refused(get(client, they.nora, f"/explain/{FORECAST}:{CELLS[2]}"), 403)
    assert kept(shelf) == []
    decide(client, they.cora, decision(bcu="Southbank"))
    assert told(client, they.nora, DECISIONS)["items"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"decided_by": "u-001"},
        {"decided_at": "2020-01-01T00:00:00Z"},
        {"plan_id": "p-000000000009"},
        {"changed_to": PLAN},
        {"verdict": "changed"},
        {"seconds_reading": "60"},
        {"seconds_reading": True},
        {"seconds_reading": 6.5},
        {"seconds_reading": -1},
        {"seconds_reading": 10**30},
        {"reason": " "},
        {"reason": "\x00"},
        {"reason": "\ud800"},
        {"reason": "x" * 4001},
        {"reason": None},
        {"bcu": ""},
        {"id": "1"},
    ],
)
def test_a_decision_with_fields_of_its_own_or_nonsense_is_refused(
    looking: TestClient, looked_at: Shelf, known: People, changes: dict[str, Any]
) -> None:
    sent = json.dumps(decision(**changes))
    header = known.cora.header | {"content-type": "application/json"}
    answer = looking.post(f"{V1}{DECISIONS}", content=sent, headers=header)
    assert answer.status_code in {400, 422}, answer.text
    refused(answer, answer.status_code)
    assert kept(looked_at) == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"[" * 60_000, "application/json"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json"),
        (b'{"seconds_reading": 1' + b"0" * 5000 + b"}", "application/json"),
        (b"", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"null", "application/json"),
        (b"NaN", "application/json"),
        (json.dumps(decision()).encode(), "text/plain"),
        (json.dumps(decision()).encode(), "application/xml"),
        (b"id=1&bcu=Northbank&verdict=accepted", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_of_another_kind_or_too_deep_is_refused_without_a_failure(
    looking: TestClient, looked_at: Shelf, known: People, content: bytes, kind: str
) -> None:
    header = known.cora.header | {"content-type": kind}
    answer = looking.post(f"{V1}{DECISIONS}", content=content, headers=header)
    assert answer.status_code in {400, 415, 422}, answer.text
    refused(answer, answer.status_code)
    assert kept(looked_at) == []


def test_a_body_that_is_too_long_is_refused(looking: TestClient, known: People) -> None:
    assert decide(looking, known.cora, decision(reason="x" * 70_000)).status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=1001", "offset=-1", "offset=10000001", "limit=1" + "0" * 400,
        "offset=x", "slot=-1", "slot=6", "slot=9999999999999999999999", "measure=risk",
        "bcu=Nowhere", "bcu=%00", "unknown=1", f"search={'x' * 101}",
    ],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_refused(
    looking: TestClient, known: People, query: str
) -> None:
    address = f"{V1}/forecasts/{FORECAST}/places?{query}"
    refused(looking.get(address, headers=known.cora.header), 422)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/forecasts/f-00000000000f", 404),
        (f"/forecasts/{PLAN}", 404),
        (f"/plans/{AREA}", 404),
        (f"/plans/{BACKTEST}", 404),
        ("/forecasts/..%2f..%2fetc", 404),
        ("/forecasts/f-%00", 422),
        ("/forecasts/F-000000000001", 422),
        (f"/forecasts/{FORECAST}'--", 422),
        (f"/explain/{FORECAST}:%27%20OR%201=1", 422),
        (f"/explain/{FORECAST}:none", 404),
        ("/nowhere", 404),
        ("/../forecasts", 401),
    ],
)
def test_an_address_of_nothing_leads_nowhere(
    looking: TestClient, known: People, address: str, status: int
) -> None:
    answer = looking.get(f"{V1}{address}", headers=known.cora.header)
    if not address.startswith("/../"):
        refused(answer, status)


def test_other_methods_are_refused_in_the_same_shape(looking: TestClient, known: People) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        refused(looking.request(method, f"{V1}/plans/{PLAN}", headers=known.cora.header), 405)
    assert looking.get(f"{V1}/docs").status_code == 404


def test_the_description_names_every_route_and_calls_nothing_outside(looking: TestClient) -> None:
    answer = looking.get(f"{V1}/openapi.json")
    content = answer.json()
    assert content["openapi"].startswith("3.1")
    assert set(content["paths"]) == {
        "/me", "/today", "/stops", "/forecasts", "/forecasts/{forecast_id}",
        "/forecasts/{forecast_id}/places", "/plans", "/plans/{plan_id}",
        "/plans/{plan_id}/visits", "/plans/{plan_id}/decisions", "/explain/{item}",
    }  # fmt: skip
    assert content["servers"] == [{"url": "/api/v1"}]
    assert "://" not in answer.text
    for path in content["paths"].values():
        for operation in path.values():
            assert operation["security"] == [{"token": []}]
            assert operation["description"]
