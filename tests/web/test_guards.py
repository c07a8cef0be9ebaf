"""Headers, hosts, sizes, forms of other sites, and failures that nobody foresaw."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from starlette.responses import Response
from starlette.testclient import TestClient

from rightplace.records.audit.transaction import reading
from rightplace.records.decided.in_force import in_force
from rightplace.records.decided.tables import Decision
from rightplace.web.application import create_app
from rightplace.web.assets import asset_folder
from rightplace.web.sessions import COOKIE, drop_cookie, keep_cookie
from tests.web.published import EVIL, FORECAST, NOW, PLAN
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

FORM = f"/plans/{PLAN}?bcu=Northbank"
SENT_TO = f"/plans/{PLAN}/decisions"


def fields(client: TestClient, name: str = "cora", **changes: str) -> dict[str, str]:
    text = client.get(FORM, headers=cookie(name)).text
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found is not None
    given = {"verdict": "accepted", "reason": "The late shift has crews.", "bcu": "Northbank"}
    return given | {"form_token": found[1]} | changes


def decisions(shelf: Shelf) -> Sequence[Decision]:
    with reading(shelf.database) as held:
        return held.unshown(select(Decision))


@pytest.mark.parametrize("address", ["/", f"/plans/{PLAN}", "/nowhere", "/healthz"])
def test_every_answer_binds_the_browser(client: TestClient, address: str) -> None:
    told = client.get(address, headers=cookie("cora"))
    policy = told.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in told.headers["permissions-policy"]
    assert told.headers["cache-control"] == "no-store"


def test_styles_may_stay_with_the_browser_and_nothing_above_them_is_served(
    client: TestClient,
) -> None:
    folder = f"/static/{asset_folder().name}"
    assert "immutable" in client.get(f"{folder}/style.css").headers["cache-control"]
    assert client.get(f"{folder}/%2e%2e/manifest.json").status_code == 404
    assert client.get(f"{folder}/absent.css").headers["cache-control"] == "no-store"


def test_another_host_and_a_long_body_are_refused(client: TestClient) -> None:
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400
    sent = fields(client, reason="x" * 70_000)
    assert client.post(SENT_TO, data=sent, headers=cookie("cora")).status_code == 413


def test_a_decision_is_kept_once_and_puts_the_plan_in_force(
    client: TestClient, shelf: Shelf
) -> None:
    sent = fields(client, reason=f"Crews {EVIL[:-1]}")
    for _ in range(2):
        told = client.post(SENT_TO, data=sent, headers=cookie("cora"))
        assert told.status_code == 303
        assert told.headers["location"].startswith(f"/plans/{PLAN}?bcu=Northbank")
    (kept,) = decisions(shelf)
    assert (kept.verdict, kept.decided_by, kept.seconds_reading) == ("accepted", "u-002", 0)
    with reading(shelf.database) as held:
        assert in_force(held, "Northbank", at=NOW).plan_id == PLAN
        assert in_force(held, "Southbank", at=NOW).plan_id is None
    text = client.get(FORM, headers=cookie("cora")).text
    assert "accepted by u-002" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "reason"),
        ({"verdict": "perhaps"}, "Choose"),
        ({"reason": "\x00"}, "reason"),
    ],
)
def test_a_form_that_fails_keeps_what_was_typed(
    client: TestClient, shelf: Shelf, changes: dict[str, str], said: str
) -> None:
    sent = fields(client) | {"reason": f"Two\nlines {EVIL}"} | changes
    told = client.post(SENT_TO, data=sent, headers=cookie("cora"))
    assert told.status_code == 422
    assert "There is a problem" in told.text
    assert said in told.text
    assert "<script>alert" not in told.text
    if "reason" not in changes:
        assert "Two\nlines &lt;script&gt;" in told.text
    assert sent["form_token"] in told.text
    assert decisions(shelf) == []


@pytest.mark.parametrize("token", ["", "x", "a.1.b", "\u00e9.1.\u00e9"])
def test_a_form_that_is_not_ours_changes_nothing(
    client: TestClient, shelf: Shelf, token: str
) -> None:
    sent = fields(client, form_token=token)
    told = client.post(SENT_TO, data=sent, headers=cookie("cora"))
    assert told.status_code == 403
    assert "This form has to be opened again</h1>" in told.text
    assert "load the page again" in told.text
    assert decisions(shelf) == []


def test_a_form_of_another_person_site_or_bcu_or_role_changes_nothing(
    client: TestClient, shelf: Shelf
) -> None:
    sent = fields(client)
    assert client.post(SENT_TO, data=sent, headers=cookie("nora")).status_code == 403
    assert client.post(SENT_TO, data=sent).status_code == 401
    other = cookie("cora") | {"sec-fetch-site": "cross-site"}
    assert client.post(SENT_TO, data=sent, headers=other).status_code == 403
    south = fields(client, "nora", bcu="Southbank")
    assert client.post(SENT_TO, data=south, headers=cookie("nora")).status_code == 403
    assert decisions(shelf) == []


def test_a_role_that_only_reads_is_offered_no_form(client: TestClient) -> None:
    assert f'action="{SENT_TO}"' not in client.get(FORM, headers=cookie("ann")).text


def test_the_access_log_holds_no_query(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="rightplace.web.access"):
        client.get(f"/forecasts/{FORECAST}?search=secret", headers=cookie("cora"))
    line = json.loads(caplog.records[-1].message)
    assert (line["path"], line["status"]) == (f"/forecasts/{FORECAST}", 200)
    assert "secret" not in caplog.text


def test_a_failure_nobody_foresaw_gets_a_number_and_tells_no_value(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(desk)

    def fails() -> None:
        msg = "value of a row"
        raise ZeroDivisionError(msg)

    app.add_api_route("/fails", fails)
    told = TestClient(app, base_url="https://localhost").get("/fails")
    assert told.status_code == 500
    found = re.search(r"reference ([0-9a-f]{8})", told.text)
    assert found is not None
    assert found[1] in caplog.text
    assert "value of a row" not in told.text + caplog.text
    assert "content-security-policy" in told.headers


def test_the_cookie_of_a_session_is_unseen_by_scripts_and_other_sites() -> None:
    response = Response()
    keep_cookie(response, "value")
    drop_cookie(response)
    for each in response.headers.getlist("set-cookie"):
        assert each.startswith(f"{COOKIE}=")
        assert all(word in each for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"))
