"""The page Stop and search in Chromium: for everybody, on a desk and a small phone, by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import Role
from rightplace.web.desk import Desk
from tests.web import test_browser as browser
from tests.web.published import NOW
from tests.web.searches_world import CAMDEN, PACK, publish_pack
from tests.web.signed_in import KnownCookies, person
from tests.web.test_browser import address, page, told, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf

__all__ = ["address", "page", "told"]  # fixtures
pytestmark = browser.pytestmark
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ALL_DRAWN = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
WIDTHS = (360, 1280)
"""Pixels: a small phone, a desk."""


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    publish_pack(shelf)
    panel = person("u-010", "Pam Panel", Role.SCRUTINY_PANEL)
    sessions = KnownCookies({"cora": panel})
    return Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)


@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_a_panel_member_reads_the_pack_on_any_width_and_chooses_a_borough_by_keyboard(
    page: Page, address: str, told: list[str]
) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}/searches/packs/{PACK}")
        for drawing in page.locator("img").all():
            drawing.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        assert page.evaluate(ALL_DRAWN)
        assert violations(page) == []
        assert page.evaluate(WIDE) <= 0
    page.get_by_label("Borough", exact=True).focus()
    page.keyboard.type("Camden")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/searches/packs/{PACK}?borough={CAMDEN}")
    assert page.get_by_text("Stop and search: Metropolitan, Camden").is_visible()
    assert told == []
