"""The published report of an operation: who sees it, what stands in it, what is taken away."""

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

from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from tests.brief_pdf import page_text
from tests.web import test_browser as browser
from tests.web.operation_world import OPERATION, REPORT, publish_report, report_copy
from tests.web.published import BOROUGHS, CELLS, EVIL, NOW
from tests.web.signed_in import ANALYST, COMMANDER, KnownCookies, cookie, person
from tests.web.test_browser import address, page, told, violations

if TYPE_CHECKING:
    from httpx import Response
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

__all__ = ["address", "page", "told"]  # fixtures
LIST = "/operations/reports"
PAGE = f"{LIST}/{REPORT}"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ALL_DRAWN = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
PATHS = (
    "", "/charts/series.svg", "/charts/effects.svg", "/charts/places.svg", "/report.html",
    "/report.pdf", "/report.json", "/counts.csv", "/series.csv", "/checks.csv",
)  # fmt: skip
"""Of one report: its page and all that belongs to it."""


@pytest.fixture(autouse=True)
def _published(shelf: Shelf) -> None:
    publish_report(shelf)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    known = KnownCookies(
        {
            "cora": COMMANDER,
            "nora": person("u-003", "Nora North", Role.AREA_COMMANDER, bcu="Northbank"),
            "sue": person("u-014", "Sue South", Role.AREA_COMMANDER, bcu="Southbank"),
            "pam": person("u-010", "Pam Panel", Role.SCRUTINY_PANEL),
            "otto": person("u-013", "Otto Officer", Role.OFFICER),
        }
    )
    app = create_app(replace(desk, sessions=known))
    return TestClient(app, base_url="https://localhost", follow_redirects=False)


def got(client: TestClient, path: str, who: str = "cora", status: int = 200) -> Response:
    answer: Response = client.get(path, headers=cookie(who))
    assert answer.status_code == status, answer.text
    return answer


def said(client: TestClient, path: str = PAGE, who: str = "cora") -> str:
    html = got(client, path, who).text
    main = html[html.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows(client: TestClient, table: str) -> list[dict[str, str]]:
    text = got(client, f"{PAGE}/{table}.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_verdict_stands_before_every_number(client: TestClient) -> None:
    text = said(client)
    verdict = text.index("40 incidents fewer (-62 to -18")
    after = [
        "To be known beside it",
        "How strong the evidence is",
        "Where, and what was counted there",
        "One carries it",
        "placebo start",
        "600 planned, none recorded",
        "£9,000 planned",
        "Two, both resolved",
        "does a good job",
        "What this is not",
    ]
    places = [text.index(each, verdict) for each in after]
    assert places == sorted(places)
    assert PLACE_NOT_PERSON in text
    assert "Planned patrol, cost or prevention is planned, not achieved." in text


def test_counted_and_expected_stand_as_numbers_beside_the_chart(client: TestClient) -> None:
    text = said(client)
    assert "48 were counted in the treated places while it ran, and 88 are expected" in text
    assert "2018-07-01 yes 12 22 16 to 28" in text
    assert "2018-06-01 20 20" in text
    assert "Treated 1 120 48 20 12 \N{MINUS SIGN}40 %" in text


def test_the_page_says_as_of_marking_synthetic_and_leads_to_how_it_came_about(
    client: TestClient,
) -> None:
    html = got(client, PAGE).text
    assert "As of <strong>31 October 2018</strong>" in html
    assert "OFFICIAL" in html
    assert "SYNTHETIC" not in html
    explained = said(client, f"/explain/{REPORT}")
    assert OPERATION in explained
    assert CELLS[0] not in explained  # a whole run is explained to people of any area
    assert f'href="/explain/{REPORT}"' in html


def test_whoever_answers_for_a_treated_place_sees_the_report_and_nobody_else(
    client: TestClient,
) -> None:
    for who in ("cora", "nora", "pam"):
        assert "Operation Teasel" in said(client, who=who)
        assert "Operation Teasel" in said(client, LIST, who)
    assert "No operation of your area" in said(client, LIST, "sue")  # hers is compared with alone
    for each in PATHS:
        for who in ("sue", "otto"):
            assert "Teasel" not in got(client, PAGE + each, who, 403).text
    got(client, LIST, "otto", 403)
    got(client, f"/explain/{REPORT}", "otto", 403)


def test_a_report_that_is_stopped_is_refused_on_every_route_and_leaves_the_list(
    client: TestClient, shelf: Shelf
) -> None:
    with transaction(shelf.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=REPORT), reason="A feed doubled.")
    for each in PATHS:
        assert "Teasel" not in got(client, PAGE + each, status=403).text
    assert "Teasel" not in said(client, LIST)


def test_every_table_to_take_away_is_defused_and_says_what_it_is_no_ground_for(
    client: TestClient,
) -> None:
    counts, series, checks = (rows(client, name) for name in ("counts", "series", "checks"))
    for row in [*counts, *series, *checks]:
        assert row["place_not_person"].startswith(PLACE_NOT_PERSON)
        assert (row["operation"], row["report"]) == (OPERATION, REPORT)
    treated = [row for row in counts if row["part"] == "treated"]
    assert sum(float(row["incidents"]) for row in treated) == 6 * 20 + 4 * 12
    assert [row["expected"] for row in series if row["during"] == "yes"] == ["22.0"] * 4
    kinds = [row["kind"] for row in checks]
    assert kinds == [
        *["the plan's design"] * 3,
        *["check"] * 2,
        "refutation",
        "other design",
        "not run",
    ]
    assert checks[3]["result"] == "FAILED"
    assert checks[5]["words"] == "'=1+1"


def test_paper_page_and_json_say_the_same_verdict(client: TestClient) -> None:
    verdict = "40 incidents fewer (-62 to -18"
    paper = got(client, f"{PAGE}/report.pdf")
    assert verdict in " ".join(page_text(paper.content).split())
    assert paper.headers["content-disposition"] == f'attachment; filename="operation-{REPORT}.pdf"'
    assert verdict in got(client, f"{PAGE}/report.html").text
    content: dict[str, Any] = json.loads(got(client, f"{PAGE}/report.json").text)
    assert verdict in content["verdict"]
    assert content["place_not_person"] == PLACE_NOT_PERSON


def test_words_of_others_are_words_alone(client: TestClient) -> None:
    for each in (LIST, PAGE, f"{PAGE}/report.html", f"{PAGE}/charts/places.svg"):
        assert "<script>alert" not in got(client, each).text
        assert "\u202e" not in got(client, each).text
    assert BOROUGHS[3] == EVIL


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for each in ("/e-00000000000f", f"/{REPORT}/charts/none.svg", f"/{REPORT}/places.csv"):
        got(client, f"{LIST}{each}", status=404)
    got(client, f"{LIST}/f-000000000001", status=404)


def test_where_the_design_has_no_series_the_page_says_the_rest(
    client: TestClient, shelf: Shelf
) -> None:
    other = "e-000000000002"
    content = report_copy(other)
    bare = content.record["result"]
    finding = bare["finding"] | {"series": None}
    record = dict(content.record) | {"result": bare | {"finding": finding}}
    publish_report(shelf, replace(content, record=record))
    text = said(client, f"{LIST}/{other}")
    assert "Counted beside expected" not in text
    assert "One carries it" in text
    got(client, f"{LIST}/{other}/charts/series.svg", status=404)


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_the_report_is_read_on_a_phone_and_a_desk(
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
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Counted beside expected, period by period").is_visible()
    assert told == []
