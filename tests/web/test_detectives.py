"""Published looks ahead at detective units: who sees them, what stands first, what one takes."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from rightplace.app.investigation.report_document import NOT_OF_OFFICERS
from rightplace.app.service.detectives_page import LOOK as LOOKED
from rightplace.app.service.detectives_page import TAKE_AWAY
from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import transaction
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from tests.brief_pdf import page_text
from tests.investigation_world import LOOK
from tests.web import test_browser as browser
from tests.web.detectives_world import publish_look
from tests.web.published import NOW
from tests.web.signed_in import ANALYST, COMMANDER, KnownCookies, cookie, person
from tests.web.test_browser import address, page, told, violations

if TYPE_CHECKING:
    from httpx import Response
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

__all__ = ["address", "page", "told"]  # fixtures
LIST = "/detectives"
PAGE = f"{LIST}/{LOOK}"
PATHS = (
    *("", "/charts/w1e1-busy.svg", "/charts/w1e2-backlog.svg", "/report.html", "/report.pdf"),
    *("/report.json", "/changes.csv", "/measures.csv", "/backlog.csv", "/interviews.csv"),
)
"""Of one look: its page and all that belongs to it."""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ALL_DRAWN = "[...document.images].every(each => each.complete && each.naturalWidth > 0)"
PEOPLE = {
    "ann": ANALYST,
    "cora": COMMANDER,
    "dan": person("u-030", "Dan Detective", Role.DETECTIVE_MANAGER),
    "otto": person("u-013", "Otto Officer", Role.OFFICER),
    "rosa": person("u-021", "Rosa Planner", Role.RESOURCE_PLANNER),
}


@pytest.fixture
def desk(desk: Desk, shelf: Shelf) -> Desk:
    publish_look(shelf)
    return replace(desk, sessions=KnownCookies(people=dict(PEOPLE)))


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def got(client: TestClient, path: str = PAGE, who: str = "dan", status: int = 200) -> Response:
    answer: Response = client.get(path, headers=cookie(who))
    assert answer.status_code == status, (path, answer.text)
    return answer


def said(client: TestClient, path: str = PAGE, who: str = "dan") -> str:
    text = re.sub(r"<[^>]+>", " ", got(client, path, who).text.partition("<main")[2])
    return " ".join(unescape(text).split()).replace("\N{MINUS SIGN}", "-")


def test_the_answer_stands_first_then_both_ends_and_what_nobody_has_verified(
    client: TestClient,
) -> None:
    text = said(client)
    order = [
        "half of cases interviewed 0.9 days sooner (0.5 to 1.3)",
        "10 DC fewer: days to the first interview not sure to change (-0.1 to +0.7)",
        "To be known beside it",
        "Take it away",
        "DC 20 to 30 64.0 % 58.0 % -6.0 (-7.0 to -5.0)",
        "nine in ten 70 not reached -1.0 (-2.1 to +0.1), not sure",
        "AMBER: DC of",
        "The units as they are",
        "What it rests on",
        "UNVERIFIED",
        "What it leaves out",
        NOT_OF_OFFICERS,
    ]
    found = [text.find(each) for each in order]
    assert -1 not in found, order[found.index(-1)]
    assert found == sorted(found)
    assert f'href="/explain/{LOOK}"' in got(client).text


def test_the_menu_and_the_list_lead_there_newest_first_with_one_answer_each(
    client: TestClient, shelf: Shelf
) -> None:
    publish_look(shelf, "i-000000000002", title="Later units")
    assert 'href="/detectives"' in got(client, "/").text
    assert 'href="/detectives"' not in got(client, "/", "otto").text
    text = said(client, LIST)
    assert text.count("half of cases interviewed 0.9 days sooner") == 2
    assert "1 more question answered." in text
    assert "As of" not in text
    asks = 'href="/jobs/new/detectives"'
    assert asks in got(client, LIST, "ann").text
    assert asks not in got(client, LIST, "dan").text


def test_one_of_an_earlier_form_says_so_and_hides_no_other(
    client: TestClient, shelf: Shelf
) -> None:
    publish_look(shelf, "i-000000000003", amber=None)
    text = said(client, LIST)
    assert "It cannot be shown: The run holds no look ahead that can be reported: amber" in text
    assert "0.9 days sooner" in text
    got(client, f"{LIST}/i-000000000003", status=422)


def test_only_who_may_see_investigation_capacity_sees_any_of_it(client: TestClient) -> None:
    for who in ("ann", "cora", "dan"):
        assert "0.9 days sooner" in said(client, who=who)
    for who in ("otto", "rosa"):
        for each in PATHS:
            assert "Homicide" not in got(client, PAGE + each, who, 403).text
        got(client, LIST, who, 403)
        got(client, f"/explain/{LOOK}", who, 403)
    assert "0000000" in said(client, f"/explain/{LOOK}")


def test_a_look_that_is_stopped_is_refused_on_every_route_and_leaves_the_list(
    client: TestClient, shelf: Shelf
) -> None:
    with transaction(shelf.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=LOOK), reason="Wrong hours.")
    for each in PATHS:
        assert "Homicide" not in got(client, PAGE + each, status=403).text
    assert "Homicide" not in said(client, LIST)


def test_each_look_and_each_export_is_written_in_the_audit_chain(
    client: TestClient, shelf: Shelf
) -> None:
    for each in PATHS:
        got(client, PAGE + each)
    with transaction(shelf.database, ANALYST.actor, purpose="Read.", at=NOW) as tx:
        lines = by_product(tx, LOOK)
    purposes = [line.content["purpose"] for line in lines if line.content is not None]
    assert purposes.count(LOOKED) >= 3
    assert purposes.count(TAKE_AWAY) == 7


def test_what_is_taken_away_says_the_same_and_is_defused(client: TestClient) -> None:
    paper = got(client, f"{PAGE}/report.pdf")
    assert "0.9 days sooner" in " ".join(page_text(paper.content).split())
    assert paper.headers["content-disposition"] == f'attachment; filename="detectives-{LOOK}.pdf"'
    content: dict[str, Any] = json.loads(got(client, f"{PAGE}/report.json").text)
    assert "0.9 days sooner" in content["answers"][0]["told"][0]
    text = got(client, f"{PAGE}/changes.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["figure"] == "'=cmd"
    for each in ("w9-busy", "none"):
        got(client, f"{PAGE}/charts/{each}.svg", status=404)
    got(client, f"{PAGE}/weeks.csv", status=404)
    got(client, f"{LIST}/i-00000000000f", status=404)
    got(client, f"{LIST}/f-000000000001", status=404)


def test_words_of_others_are_words_alone_and_invented_units_are_marked(
    client: TestClient, shelf: Shelf
) -> None:
    for each in (LIST, PAGE, f"{PAGE}/report.html", f"{PAGE}/charts/w1e2-busy.svg"):
        assert "<script>alert" not in got(client, each).text
        assert "\u202e" not in got(client, each).text
    assert SYNTHETIC_SENTENCE not in got(client).text  # it is published as real
    assert shelf is not None


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_a_look_ahead_is_read_on_a_phone_and_a_desk(
    page: Page, address: str, told: list[str]
) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (LIST, PAGE):
            page.goto(f"{address}{path}")
            for drawing in page.locator("img").all():
                drawing.scroll_into_view_if_needed()
            page.wait_for_load_state("networkidle")
            assert page.evaluate(ALL_DRAWN)
            assert violations(page) == []
            assert page.evaluate(WIDE) <= 0
    assert told == []
