"""The published report of an operation: verdict first, files with it, stopped by the switch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.evaluation.report import ReportOptions, report
from rightplace.app.service.data_page import HeldData
from rightplace.app.service.publish import publish_run
from rightplace.app.service.web_settings import WebSettings
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.evaluate.operations.register import Register
from rightplace.evaluate.operations.travel import Travelling, taking_in
from rightplace.evaluate.operations.units import Formed
from rightplace.records.audit.transaction import transaction
from rightplace.records.operations.log import tell
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.operation_plans import BEFORE_FROM, Town, locked, operation
from tests.web.operations_world import PEOPLE
from tests.web.published import NOW, published_shelf
from tests.web.signed_in import ANALYST, KnownCookies, cookie
from tests.web.test_accountability_browser import browser
from tests.web.test_browser import AXE, CHROMIUM, address
from tests.web.test_panel_browser import fits, on_phone
from tests.worlds import PLACES, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response
    from playwright.sync_api import Browser

__all__ = ["address", "browser"]  # the fixtures
CODES = tuple(place.code for place in PLACES)
MADE = datetime(2018, 12, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A service in which an operation of Camden is locked, judged and published."""

    client: TestClient
    desk: Desk
    op_id: str
    run_id: str
    verdict: str

    def get(self, address: str, who: str = "ann") -> Response:
        told: Response = self.client.get(address, headers=cookie(who))
        return told

    @property
    def page(self) -> str:
        return f"/operations/reports/{self.run_id}"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    root = tmp_path_factory.mktemp("judged")
    town = Town(root / "workspace", publish(root / "files"))
    where = town.where(*CODES[:2], control=CODES[4:8], ring=CODES[2:4], ring_control=CODES[8:11])
    lock = locked(operation(where))
    how = ReportOptions(as_of=MADE.date(), own_only=True, formats=("json",))
    result = report(town.workspace, lock, options=how, made_at=MADE).result
    shelf = published_shelf(root)
    unit = Formed(on=BEFORE_FROM, unit_id=lock.plan.unit_id, name="Foot patrol")
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        travelling = Travelling(lock=lock, units=(unit,))
        tell(tx, taking_in(Register(), travelling, source="workspace"))
    publish_run(town.workspace, shelf.database, result.report_id, actor=ANALYST.actor, at=NOW)
    desk = Desk(
        settings=WebSettings(),
        shelf=shelf,
        sessions=KnownCookies(people=dict(PEOPLE)),
        now=lambda: NOW,
        data=HeldData(town.workspace),
    )
    client = TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)
    yield Judged(
        client=client,
        desk=desk,
        op_id=lock.plan.id,
        run_id=result.report_id,
        verdict=result.verdict,
    )
    shelf.database.close()


@pytest.fixture
def desk(judged: Judged) -> Desk:
    return judged.desk


def test_a_published_report_is_the_result_that_was_owed(judged: Judged) -> None:
    first = judged.verdict.partition(".")[0]
    listed = judged.get("/operations").text
    assert "Result overdue" not in listed.split("</form>")[-1]
    assert first in listed
    one = judged.get(f"/operations/{judged.op_id}").text
    assert one.index(first) < one.index("What is locked")
    assert judged.page in one


def test_the_page_begins_with_the_verdict_and_has_its_drawings_and_tables(judged: Judged) -> None:
    page = judged.get(judged.page).text
    first = judged.verdict.partition(".")[0]
    assert page.index(first) < page.index("Evidence level") < page.index("What this is not")
    assert PLACE_NOT_PERSON in page
    for name in ("series", "places"):
        if f"{judged.page}/drawings/{name}.svg" in page:
            drawn = judged.get(f"{judged.page}/drawings/{name}.svg")
            assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert f"{judged.page}/drawings/places.svg" in page
    assert judged.get(f"{judged.page}/drawings/other.svg").status_code == 404
    assert judged.get(f"/explain/{judged.run_id}").status_code == 200


def test_the_files_hold_the_verdict_and_carry_the_sentence(judged: Judged) -> None:
    html = judged.get(f"{judged.page}/report.html")
    assert judged.verdict.partition(".")[0] in html.text
    assert PLACE_NOT_PERSON in html.text
    assert html.headers["content-disposition"].startswith("attachment")
    assert judged.get(f"{judged.page}/report.pdf").content.startswith(b"%PDF-")
    assert json.loads(judged.get(f"{judged.page}/report.json").text)["verdict"] == judged.verdict
    assert judged.get(f"{judged.page}/report.exe").status_code == 404


def test_who_sees_nothing_there_sees_no_report_and_the_panel_does(judged: Judged) -> None:
    assert judged.get(judged.page, "pat").status_code == 200
    assert judged.get(judged.page, "carl").status_code == 200
    for path in ("", "/report.pdf", "/drawings/places.svg"):
        assert judged.get(f"{judged.page}{path}", "hana").status_code == 404, path
        assert judged.get(f"{judged.page}{path}", "nick").status_code == 403, path


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`")
@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_the_report_is_for_everybody_and_fits_a_phone(
    browser: Browser, address: str, judged: Judged
) -> None:
    with on_phone(browser, "pat") as page:
        for path in (judged.page, f"/operations/{judged.op_id}", "/operations"):
            page.goto(f"{address}{path}")
            fits(page, path)


def test_a_report_that_is_stopped_is_shown_on_none_of_its_addresses(judged: Judged) -> None:
    target = Target(kind=TargetKind.PRODUCT, name=judged.run_id)
    with transaction(judged.desk.shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        suspend(tx, target, reason="A feed doubled.")
    for path in ("", "/report.pdf", "/report.html", "/report.json", "/drawings/places.svg"):
        assert judged.get(f"{judged.page}{path}").status_code == 403, path
    first = judged.verdict.partition(".")[0]
    assert first not in judged.get("/operations").text
    one = judged.get(f"/operations/{judged.op_id}").text
    assert first not in one
    assert "is stopped" in one
    assert "Result overdue" in one
    assert first not in judged.get("/operations/register.csv").text
