"""The interfaces against made-up requests: no failure, nothing but what they promise.

Schemathesis makes requests, right and wrong ones, from the descriptions of both interfaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import CELLS, FORECAST, NOW, PLAN, published_shelf
from tests.web.signed_in import KnownCookies
from tests.web.token_world import Owner, People, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from rightplace.app.service.shelf import Shelf

HERE = "http://testserver"
"""Where schemathesis asks."""
DESCRIBED = {"v1": "/api/v1/openapi.json", "features": "/api/features/api"}
PROMISED = (
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
)
IN_PATHS = {
    "forecast_id": FORECAST, "plan_id": PLAN, "item": f"{FORECAST}:{CELLS[0]}",
    "collectionId": f"{FORECAST}-shifts", "featureId": f"{CELLS[0]}@0",
}  # fmt: skip
FEW = settings(
    max_examples=4,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = published_shelf(tmp_path_factory.mktemp("looked-at"))
    yield shelf
    shelf.database.close()


@pytest.fixture(scope="module")
def known(looked_at: Shelf) -> People:
    return people(looked_at.database)


@pytest.fixture(scope="module")
def app(looked_at: Shelf) -> FastAPI:
    web = WebSettings(hosts=HERE.removeprefix("http://"))
    desk = Desk(settings=web, shelf=looked_at, sessions=KnownCookies(), now=lambda: NOW)
    return create_app(desk)


def operations(app: FastAPI, which: str) -> list[Any]:
    described = schemathesis.openapi.from_asgi(DESCRIBED[which], app)
    found = [each.ok() for each in described.get_all_operations() if isinstance(each, Ok)]
    assert len(found) == {"v1": 12, "features": 6}[which]
    return found


def answers(operation: Any, who: Owner | None, *, wrong: bool, real: bool) -> list[int]:  # noqa: ANN401 - untyped
    """Statuses of the answers to made-up requests, each checked against the description."""
    mode = GenerationMode.NEGATIVE if wrong else GenerationMode.POSITIVE
    statuses: list[int] = []

    @seed(0)
    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:  # noqa: ANN401 - untyped
        if real:
            case.path_parameters = {
                name: IN_PATHS.get(name, value)
                for name, value in (case.path_parameters or {}).items()
            }
        headers = {} if who is None else who.header
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=PROMISED, headers=headers)
        statuses.append(answer.status_code)

    ask()
    return statuses


@pytest.mark.parametrize("which", DESCRIBED)
def test_right_and_wrong_requests_get_what_is_promised_and_no_failure(
    app: FastAPI, known: People, which: str
) -> None:
    seen = set[int]()
    for operation in operations(app, which):
        for wrong in (False, True):
            seen |= set(answers(operation, known.cora, wrong=wrong, real=not wrong))
    assert 200 in seen
    assert seen & {400, 422}
    assert max(seen) < 500


@pytest.mark.parametrize("which", DESCRIBED)
def test_nobody_gets_a_thing_without_the_role(app: FastAPI, known: People, which: str) -> None:
    for operation in operations(app, which):
        name = operation.definition.raw["operationId"]
        if name in {"landing", "conformance"}:
            continue
        assert set(answers(operation, None, wrong=False, real=True)) == {401}
        if name not in {"me", "today"}:
            also = {400, 422} if name in {"decide", "features"} else set[int]()
            found = set(answers(operation, known.panel, wrong=False, real=True))
            assert 403 in found
            assert found <= {403} | also, operation.label


def test_who_may_see_nothing_has_nothing_today(app: FastAPI, known: People) -> None:
    client = TestClient(app, base_url=HERE)
    content = client.get("/api/v1/today", headers=known.panel.header).json()
    assert content["waiting"] == content["in_force"] == []
    listed = [name for name, value in content.items() if isinstance(value, list) and value]
    assert listed == []  # the dates of the data stand on every page; what there is does not


@FEW
@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=300))
def test_a_made_up_token_stands_for_nobody(app: FastAPI, wrong: str) -> None:
    client = TestClient(app, base_url=HERE)
    header = {"authorization": b"Bearer " + wrong.encode("latin-1").strip()}
    for address in ("/api/v1/me", "/api/features/collections"):
        answer = client.get(address, headers=header)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "not-signed-in"
