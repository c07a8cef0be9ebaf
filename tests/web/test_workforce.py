"""A look ahead at the workforce as a planner reads it, and as others may see it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import MAY, Permission, Role
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from rightplace.records.stop.switch import Target, TargetKind, restart, suspend
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web import test_browser as browser
from tests.web.attack_world import Page
from tests.web.published import NOW, published_shelf
from tests.web.signed_in import ANALYST, COMMANDER, KnownCookies, cookie, person
from tests.web.test_browser import address, page, told, violations
from tests.web.workforce_world import FORCE, HISTORY, history_copy, publish_workforce

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page as BrowserPage

    from rightplace.app.service.shelf import Shelf

__all__ = ["address", "page", "told"]  # fixtures
PAGE = f"/workforce/{FORCE}"
CHART = f"{PAGE}/charts/strength-chart.svg"
FILES = ("report.html", "report.pdf", "report.json", "months.csv", "tables.csv")
ROUTES = ("/workforce", PAGE, CHART, *(f"{PAGE}/{name}" for name in FILES))
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ALL_DRAWN = "[...document.images].every(each => each.complete && each.naturalWidth > 0)"


@pytest.fixture(scope="module")
def forces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = published_shelf(tmp_path_factory.mktemp("records"))
    publish_workforce(shelf)
    yield shelf
    shelf.database.close()


@pytest.fixture(scope="module")
def client(forces: Shelf) -> TestClient:
    people = {role.value: person(f"u-{n:03d}", "A N Other", role) for n, role in enumerate(Role)}
    desk = Desk(
        settings=WebSettings(), shelf=forces, sessions=KnownCookies(people), now=lambda: NOW
    )
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def said(client: TestClient, where: str, who: Role = Role.RESOURCE_PLANNER) -> str:
    answer = client.get(where, headers=cookie(who.value))
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_list_tells_each_run_in_a_sentence_what_is_ahead_before_what_was(
    client: TestClient,
) -> None:
    assert 'href="/workforce"' in client.get("/", headers=cookie("resource planner")).text
    text = said(client, "/workforce")
    ahead, back = text.index("105 headcount by March 2030"), text.index("115 officers at the end")
    assert text.index("Looking ahead") < ahead < text.index("How it was") < back


def test_the_page_answers_first_and_then_shows_what_it_rests_on(client: TestClient) -> None:
    text = said(client, PAGE)
    answer = (
        "105 headcount by March 2030 in half of draws, 80 % February to April 2030; 105 officers "
        "who can be deployed on average not by April 2030"
    )
    order = [
        answer,
        "Not sure: whether",
        "When is the target met?",
        "there were 115, above the band",
        "Who joins and who leaves",
        "What if",
        "What matters most",
        "What it rests on",
        "What this cannot know",
        "seed 0",
    ]
    at = 0
    for words in order:  # headings stand in the contents as well: each is looked for after the last
        assert words in text[at:], words
        at = text.index(words, at)
    assert "The Programme, December 2029" in text
    assert f"history {HISTORY}" in text
    assert "As of 31 January 2030 , data up to 31 March 2030" in text


def test_every_chart_and_file_that_the_page_names_is_there(client: TestClient) -> None:
    planner = cookie("resource planner")
    html = client.get(PAGE, headers=planner).text
    charts = re.findall(r'<img src="([^"]+)"', html)
    assert len(charts) == 7
    for each in charts:
        drawn = client.get(each, headers=planner)
        assert drawn.headers["content-type"].startswith("image/svg+xml"), each
    links = {link for link in Page("https://localhost" + PAGE, html).links if PAGE in link}
    assert {link.rpartition("/")[2] for link in links} >= set(FILES)
    for each in FILES:
        taken = client.get(f"{PAGE}/{each}", headers=planner)
        assert taken.status_code == 200, each
        assert "attachment" in taken.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(client.get(f"{PAGE}/tables.csv", headers=planner).text)))
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    found = json.loads(client.get(f"{PAGE}/report.json", headers=planner).text)
    assert found["run_id"] == FORCE


@pytest.mark.parametrize("role", Role)
def test_only_who_may_see_the_workforce_sees_any_of_it(client: TestClient, role: Role) -> None:
    status = 200 if Permission.SEE_WORKFORCE in MAY[role] else 403
    for each in ROUTES:
        assert client.get(each, headers=cookie(role.value)).status_code == status, each
    explained = client.get(f"/explain/{FORCE}", headers=cookie(role.value))
    assert explained.status_code == status


def test_each_look_and_each_export_is_written_in_the_audit_chain(
    client: TestClient, forces: Shelf
) -> None:
    def lines() -> int:
        with transaction(forces.database, COMMANDER.actor, purpose="Count.", at=NOW) as tx:
            return len(by_product(tx, FORCE))

    for each in ROUTES:
        before = lines()
        assert client.get(each, headers=cookie("analyst")).status_code == 200
        assert lines() > before, each


@pytest.mark.parametrize("stopped", [FORCE, HISTORY])
def test_what_is_stopped_is_refused_on_every_route_and_left_out_of_the_list(
    client: TestClient, forces: Shelf, stopped: str
) -> None:
    target = Target(kind=TargetKind.PRODUCT, name=stopped)
    with transaction(forces.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, target, reason="A month was counted twice.")
    try:
        for each in ROUTES[1:]:
            told = client.get(each, headers=cookie("resource planner"))
            assert told.status_code == 403, each
            assert "105 headcount" not in told.text, each
        assert "105 headcount" not in said(client, "/workforce")
    finally:
        with transaction(forces.database, COMMANDER.actor, purpose="Go on.", at=NOW) as tx:
            restart(tx, target, reason="It is mended.")


def test_a_run_of_an_earlier_form_is_said_in_the_list_and_hides_no_other(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    shelf = published_shelf(tmp_path_factory.mktemp("earlier"))
    publish_workforce(shelf)
    old = history_copy()
    result = {name: value for name, value in old.record["result"].items() if name != "breaks"}
    record = {**old.record, "id": "h-00000000000e", "result": result}
    with transaction(shelf.database, ANALYST.actor, purpose="Earlier.", at=NOW) as tx:
        publish(tx, replace(old, record=record))
    sessions = KnownCookies({"resource planner": person("u-1", "A", Role.RESOURCE_PLANNER)})
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)
    client = TestClient(create_app(desk), base_url="https://localhost")
    text = said(client, "/workforce")
    assert "h-00000000000e does not say all that a report needs. Make the run again." in text
    assert "105 headcount by March 2030" in text
    shelf.database.close()


def test_what_is_not_there_is_said(client: TestClient) -> None:
    planner = cookie("resource planner")
    for each in ("h-00000000000f", f"{FORCE}/charts/none.svg", f"{FORCE}/none.csv"):
        assert client.get(f"/workforce/{each}", headers=planner).status_code == 404, each


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    publish_workforce(shelf)
    sessions = KnownCookies({"cora": person("u-010", "Rosa Planner", Role.RESOURCE_PLANNER)})
    return Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)


@browser.pytestmark[0]
@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_pages_are_for_everybody_on_a_small_phone_too(
    page: BrowserPage, address: str, told: list[str]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/workforce", PAGE, f"/workforce/{HISTORY}"):
        page.goto(address + path)
        page.evaluate("[...document.images].forEach(each => { each.loading = 'eager' })")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(ALL_DRAWN), path
        assert violations(page) == [], path
        assert page.evaluate(WIDE) <= 0, path
    assert told == []
