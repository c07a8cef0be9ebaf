"""The stop switch in Chromium by keyboard, and every page of accountability for everybody."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rightplace.web.sessions import COOKIE
from tests.web.accountability_world import PEOPLE, waiting_world
from tests.web.published import PLAN
from tests.web.signed_in import KnownCookies
from tests.web.test_browser import AXE, CHROMIUM, SIZES, address, violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from rightplace.web.desk import Desk

__all__ = ["address"]  # the fixture
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return replace(desk, sessions=KnownCookies(people=PEOPLE))


@pytest.fixture
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - loads only where it runs

    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def signed_in(browser: Browser, name: str) -> Iterator[Page]:
    """A window of somebody; nothing may fail in it but a page that is refused."""
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
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    context.close()
    assert [each for each in told if "status of 40" not in each] == []


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_every_page_of_accountability_is_for_everybody_and_no_wider_than_the_screen(
    browser: Browser, address: str, desk: Desk
) -> None:
    request_id, breach_id = waiting_world(desk.shelf.database)
    paths = (
        "",
        "/search",
        "/search?by=officer&name=u-010&why=Complaint",
        "/retention",
        "/requests",
        f"/requests/{request_id}",
        f"/requests/{request_id}/copy",
        "/breaches",
        f"/breaches/{breach_id}",
    )
    with signed_in(browser, "dora") as page:
        for path in paths:
            page.goto(f"{address}/accountability{path}")
            assert violations(page) == [], path
            for width, height in ((360, 740), *SIZES.values()):
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate(WIDE) <= 0, (path, width)
            for closed in page.locator("summary").all():
                closed.click()
            assert violations(page) == [], f"{path} with everything open"


def test_by_keyboard_one_person_stops_a_plan_and_another_lets_it_run_and_finds_both_looks(
    browser: Browser, address: str
) -> None:
    with signed_in(browser, "cora") as page:
        page.goto(f"{address}/accountability")
        page.get_by_label("What to stop").focus()
        page.keyboard.type(f"plan {PLAN}")
        page.keyboard.press("Tab")
        page.keyboard.type("Its map is wrong.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Its map is wrong.").wait_for()
        assert page.get_by_role("button", name="Restart").count() == 0
        page.goto(f"{address}/plans/{PLAN}")
        refused = page.locator("main").inner_text()
        assert f"{PLAN} is suspended: plan {PLAN} was suspended on" in refused
        assert "by u-002: Its map is wrong." in refused
    with signed_in(browser, "dora") as page:
        page.goto(f"{address}/accountability#stopped")
        page.locator("summary", has_text=f"Let plan {PLAN} run again").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Reason", exact=True).first.focus()
        page.keyboard.type("The map is drawn anew.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Nothing is stopped.").wait_for()
        page.get_by_role("link", name="Search who looked at what").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Forecast, plan or other product").focus()
        page.keyboard.press("Space")
        page.get_by_label("Name or id").focus()
        page.keyboard.type(PLAN)
        page.get_by_label("Why you look").focus()
        page.keyboard.type("Complaint 12")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="acts, by product").wait_for()
        found = page.get_by_role("region", name="Acts found").inner_text()
        assert "Restart after the stop switch." in found
        page.reload()
        again = page.get_by_role("region", name="Acts found").inner_text()
        assert "Search of the audit chain: Complaint 12; asked the audit chain by product" in again
    with signed_in(browser, "cora") as page:
        page.goto(f"{address}/plans/{PLAN}")
        assert "Is this the best use" in page.locator("h1").inner_text()
