"""Rosters and surges in Chromium: for everybody, on a small phone, published by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import Role
from rightplace.web.desk import Desk
from tests.web import test_browser as browser
from tests.web.officers_world import ROSTER, SURGE, publish_officers
from tests.web.published import NOW
from tests.web.signed_in import KnownCookies, person
from tests.web.test_browser import address, page, told, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf

__all__ = ["address", "page", "told"]  # fixtures
pytestmark = browser.pytestmark
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    publish_officers(shelf)
    planner = person("u-010", "Rosa Planner", Role.RESOURCE_PLANNER, Role.TASKING_CHAIR)
    sessions = KnownCookies({"cora": planner})
    return Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)


@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_every_page_is_for_everybody_and_a_roster_is_published_by_keyboard(
    page: Page, address: str, told: list[str]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    roster, surge = f"/rosters/{ROSTER}", f"/surges/{SURGE}"
    for path in (roster, f"{roster}/officers", surge, f"{surge}/officers"):
        page.goto(address + path)
        assert violations(page) == [], path
        assert page.evaluate(WIDE) <= 0, path
    page.goto(address + roster)
    page.get_by_label("Why it is published as it is").focus()
    page.keyboard.type("The derby was moved.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Handed out by").wait_for()
    assert page.get_by_text("The derby was moved.").is_visible()
    assert violations(page) == []
    assert told == []
