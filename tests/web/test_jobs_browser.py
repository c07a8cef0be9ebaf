"""In Chromium: ask for a job by keyboard, see how far it is, cancel it; axe on every page."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from rightplace.app.service.data_page import HeldData
from rightplace.app.service.jobs_worker import Worker, worker_beside
from rightplace.app.service.shelf import Shelf
from rightplace.app.service.web_settings import WebSettings
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from rightplace.web.sessions import COOKIE
from tests.functional.job_world import Bench, job_workspace, now
from tests.paths import ROOT
from tests.web.signed_in import KnownCookies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = ({"width": 360, "height": 740}, {"width": 1360, "height": 900})
FORMS = [
    f"/jobs/new/{verb}"
    for verb in ("forecast", "plan", "backtest", "ingest", "publish", "evaluate", "detectives")
]

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("browser") / "workspace"
    made = Bench(job_workspace(folder))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def address(bench: Bench) -> Iterator[str]:
    desk = Desk(
        settings=WebSettings(),
        shelf=Shelf(bench.database),
        sessions=KnownCookies(),
        now=now,
        data=HeldData(bench.workspace),
    )
    config = uvicorn.Config(create_app(desk), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def told() -> list[str]:
    """What the browser complained of, and every address it asked for elsewhere."""
    return []


@pytest.fixture
def page(address: str, told: list[str]) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - loads only where it runs

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context()
        context.add_cookies(
            [{"name": COOKIE, "value": "ann", "url": address.replace("http", "https")}]
        )
        page = context.new_page()
        page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(address) else told.append(r.url))
        yield page
        browser.close()


def check(page: Page) -> None:
    """Check that a page is for everybody, and no wider than a phone or a desk."""
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]  # width and height
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, (page.url, size)
    if AXE.is_file():
        page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        hit = [(each["id"], [n["html"] for n in each["nodes"]]) for each in found["violations"]]
        assert hit == [], page.url


def test_a_job_is_asked_for_by_keyboard_watched_and_cancelled(
    page: Page, address: str, told: list[str], bench: Bench
) -> None:
    for path in ("/data", "/jobs", *FORMS):
        page.goto(address + path)
        check(page)
    page.goto(f"{address}/jobs/new/backtest")
    page.get_by_label("First origin").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2017-06-01")
    for method in ("boosted", "stack"):  # long enough to be looked at while it runs
        page.get_by_label(method, exact=True).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Compare these methods").focus()
    page.keyboard.press("Enter")
    page.get_by_text("It waits, and is the next.").wait_for()
    check(page)
    worker = Worker(workspace=bench.workspace, database=bench.database, now=now)
    with worker_beside(worker):
        page.get_by_text("reading the records up to").wait_for()
        page.get_by_text("being done").wait_for()
        check(page)
        page.get_by_role("button", name="Cancel this job").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Cancelled while it ran.").wait_for()
        check(page)
    assert bench.runs() == []
    page.get_by_role("link", name="Jobs", exact=True).first.click()
    assert "cancelled" in page.locator("tbody").inner_text()
    check(page)
    assert told == []
