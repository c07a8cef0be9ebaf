"""Recording a search on a phone, and the panel's review, in Chromium; axe finds nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.panel.videos import all_draws, ratings_of
from rightplace.records.searches.log import keep_search, searches_between
from rightplace.web.sessions import COOKIE
from tests.records.search_world import GIVEN
from tests.web.published import NOW
from tests.web.signed_in import KnownCookies
from tests.web.test_accountability_browser import WIDE, browser, signed_in
from tests.web.test_browser import AXE, CHROMIUM, address, violations
from tests.web.test_panel import PEOPLE, SERGEANT, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

__all__ = ["address", "browser"]  # the fixtures
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1360, "height": 900}

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return replace(desk, sessions=KnownCookies(people=dict(PEOPLE)))


def record(shelf: Shelf) -> None:
    """A search in Northbank that cites a plan."""
    about = replace(GIVEN, reference="26-0", bcu="Northbank", borough="Northbank", grounds=WORDS)
    with transaction(shelf.database, SERGEANT.actor, purpose="Record.", at=NOW) as tx:
        keep_search(tx, about, officer="PC 4471 Reed")


@contextmanager
def on_phone(browser: Browser, name: str) -> Iterator[Page]:
    """A narrow window of somebody whose form may be refused."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]  # a size
    about = {"name": COOKIE, "value": name, "domain": "127.0.0.1", "path": "/"}
    context.add_cookies([about | {"secure": True, "httpOnly": True, "sameSite": "Strict"}])  # type: ignore[list-item]  # a cookie
    yield context.new_page()
    context.close()


def fits(page: Page, where: str) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a size
        assert page.evaluate(WIDE) <= 0, where
        assert violations(page) == [], where


def test_a_search_is_recorded_by_keyboard_on_a_phone(
    browser: Browser, address: str, desk: Desk
) -> None:
    with on_phone(browser, "sam") as page:
        page.goto(f"{address}/search-records/new")
        page.get_by_role("button", name="Record this search").focus()
        page.keyboard.press("Enter")
        page.get_by_text("There is a problem").wait_for()
        page.get_by_role("link", name="The grounds must be recorded").press("Enter")
        page.keyboard.type("Seen to hide a blade in a sleeve.")
        page.get_by_label("Place", exact=True).fill("Outside the station")
        page.get_by_label("Power", exact=True).select_option("pace-1")
        page.get_by_label("Object of the search").select_option("offensive weapons")
        page.get_by_label("Ethnicity, as the person described it").select_option("not stated")
        page.get_by_role("group", name="Handcuffs used").get_by_label("No", exact=True).check()
        page.get_by_role("button", name="Record this search").click()
        page.get_by_text("The search is recorded as").wait_for()
    with reading(desk.shelf.database) as quiet:
        (kept,) = searches_between(quiet)
    assert kept.facts.grounds == "Seen to hide a blade in a sleeve."
    assert kept.facts.handcuffs is False
    assert kept.facts.body_worn_video is None


def test_the_panel_draws_rates_and_asks(browser: Browser, address: str, desk: Desk) -> None:
    record(desk.shelf)
    with signed_in(browser, "pat") as page:
        page.goto(f"{address}/panel")
        page.get_by_label("First day").fill("2026-05-01")
        page.get_by_label("Last day").fill("2026-05-05")
        page.get_by_role("button", name="Draw searches by lot").click()
        page.get_by_role("link", name="26-0").click()
        page.get_by_label("Of concern", exact=True).check()
        page.get_by_label("Why").fill("Nothing was said before the search began.")
        page.get_by_role("button", name="Keep this rating").click()
        page.get_by_text("Of concern, 5 May 2026").wait_for()
        page.get_by_text("Ask for something to follow").click()
        page.get_by_label("What is to follow from this search").fill("Tell the person why.")
        page.get_by_label("Who is to answer").fill("Sergeant, Northbank")
        page.get_by_label("By when").fill("2026-05-19")
        page.get_by_role("button", name="Ask for this").click()
        page.get_by_role("link", name="Tell the person why.").wait_for()
    with reading(desk.shelf.database) as quiet:
        (draw,) = all_draws(quiet)
        assert len(ratings_of(quiet, draw.id)) == 1


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_every_page_of_searches_and_the_panel_is_for_everybody_and_fits(
    browser: Browser, address: str, desk: Desk
) -> None:
    record(desk.shelf)
    pages = {
        "sam": (
            "/search-records",
            "/search-records/26-0",
            "/search-records/26-0/correct",
            "/search-records/new",
            "/weapons",
            "/weapons/new",
        ),
        "pat": ("/panel", "/panel/questions", "/panel/complaints", "/weapons"),
        "sue": ("/panel/complaints",),
    }
    for who, paths in pages.items():
        with signed_in(browser, who) as page:
            for path in paths:
                page.goto(address + path)
                fits(page, f"{who} at {path}")
