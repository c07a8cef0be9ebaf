"""One journey in Chromium: read, decide by keyboard, look at the map; axe finds nothing."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from sqlalchemy import select

from rightplace.records.audit.transaction import reading
from rightplace.records.decided.tables import Decision
from rightplace.web.application import create_app
from rightplace.web.sessions import COOKIE
from tests.paths import ROOT
from tests.web.published import FORECAST, PLAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

CHROMIUM = shutil.which("chromium")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"phone": (375, 740), "tablet": (820, 1100), "desk": (1360, 900)}
PATHS = [
    "/",
    f"/forecasts/{FORECAST}?slot=0",
    f"/plans/{PLAN}?bcu=Northbank",
    f"/explain/{FORECAST}:E01000000",
    "/nowhere",
]

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
]


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    config = uvicorn.Config(create_app(desk), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
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
            [
                {
                    "name": COOKIE,
                    "value": "cora",
                    "domain": "127.0.0.1",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Strict",
                }
            ]
        )
        page = context.new_page()
        page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((address, "data:", "blob:")) else told.append(r.url),
        )
        yield page
        browser.close()


def wait_for_map(page: Page) -> None:
    for _ in range(100):  # a function given as text would break the page's own policy
        if page.get_attribute("[data-map]", "data-ready") == "yes":
            return
        page.wait_for_timeout(100)
    pytest.fail("the map was not drawn within 10 seconds")


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`")
@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_for_everybody_and_no_wider_than_the_screen(
    page: Page, address: str, told: list[str], size: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    for path in PATHS:
        page.goto(address + path)
        assert violations(page) == [], path
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, path
    assert [each for each in told if "404" not in each] == []


def test_a_commander_reads_the_map_and_accepts_the_plan_by_keyboard(
    page: Page, address: str, told: list[str], shelf: Shelf
) -> None:
    page.goto(f"{address}/forecasts/{FORECAST}?slot=0")
    wait_for_map(page)
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
    page.get_by_role("link", name="Decide on").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Accept this plan").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Accept this plan").is_checked()
    page.get_by_label("Reason").focus()
    page.keyboard.type("The late shift has the crews.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/decisions" not in url)
    assert "accepted by u-002" in page.locator("main").inner_text()
    with reading(shelf.database) as held:
        (kept,) = held.unshown(select(Decision))
    assert (kept.verdict, kept.reason) == ("accepted", "The late shift has the crews.")
    assert [each for each in told if "422" not in each] == []
