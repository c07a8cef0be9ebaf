"""Partner products in Chromium: asked for and approved by keyboard; axe finds nothing."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from rightplace.app.service.web_settings import WebSettings
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from rightplace.web.sessions import COOKIE
from tests.paths import ROOT
from tests.web.published import NOW
from tests.web.sharing_world import SharingCookies, publish_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from rightplace.app.service.shelf import Shelf

CHROMIUM = shutil.which("chromium")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`"),
]


@pytest.fixture
def address(shelf: Shelf) -> Iterator[str]:
    publish_figures(shelf)
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=SharingCookies(), now=lambda: NOW)
    config = uvicorn.Config(create_app(desk), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def page_of(browser: Browser, name: str) -> Page:
    context = browser.new_context()
    context.add_cookies(
        [
            {
                "name": COOKIE,
                "value": name,
                "domain": "127.0.0.1",
                "path": "/",
                "secure": True,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )
    return context.new_page()


def check(page: Page, url: str) -> None:
    for width in (360, 1360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        assert [(e["id"], [n["html"] for n in e["nodes"]]) for e in found["violations"]] == []


def type_into(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.focus(f"#{name}")
        page.keyboard.type(text)


def test_a_product_is_asked_for_approved_and_read_by_keyboard(address: str) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - loads only where it runs

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        petra, dora = page_of(browser, "petra"), page_of(browser, "dora")
        check(petra, f"{address}/partners")
        type_into(petra, from_month="2026-01", to_month="2026-03", organisation="A borough council")
        type_into(petra, purpose="Needs assessment.")
        petra.get_by_role("button", name="Ask for this product").press("Enter")
        request = petra.url
        check(dora, request)
        dora.focus("#verdict")
        dora.keyboard.press("Space")
        type_into(dora, until="2026-12-31", reason="Within the duty.")
        dora.get_by_role("button", name="Send this decision").press("Enter")
        assert dora.get_by_text("approved", exact=True).is_visible()
        check(dora, f"{address}/partners")
        check(petra, f"{request}/product")
        petra.select_option("#span", "24312-3")
        petra.get_by_role("button", name="Show").press("Enter")
        assert petra.get_by_text("Recorded offences in January to March 2026").is_visible()
        assert petra.get_by_role("row", name="Abbey").is_visible()
        browser.close()
