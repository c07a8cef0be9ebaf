"""An operation registered, locked and found in the list in Chromium; axe finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.operations_world import TYPED, UNIT, with_workspace
from tests.web.test_accountability_browser import browser
from tests.web.test_browser import AXE, CHROMIUM, address
from tests.web.test_panel_browser import fits, on_phone

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from rightplace.web.desk import Desk

__all__ = ["address", "browser"]  # the fixtures

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`"),
]
CHOICES = {"unit_id", "where_how", "control_how", "chosen_by", "step", "harm", "design"}


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    return with_workspace(desk, tmp_path)


def filled(page: Page) -> None:
    """Type the plan into its form."""
    long = {"title": f"{TYPED['title']} {'W' * 120}"}  # a word that no line holds
    for name, value in (TYPED | long).items():
        at = page.locator(f"#{name}")
        if name in CHOICES:
            at.select_option(value)
        else:
            at.fill(value)


def test_an_operation_is_registered_locked_and_listed(browser: Browser, address: str) -> None:
    with on_phone(browser, "ann") as page:
        page.goto(f"{address}/operations")
        page.get_by_role("button", name="Register an operation").click()
        page.get_by_role("button", name="Keep this draft").focus()
        page.keyboard.press("Enter")
        page.get_by_text("There is a problem").wait_for()
        fits(page, "the form with its faults")
        filled(page)
        page.get_by_role("button", name="Keep this draft").click()
        page.get_by_text("It is a draft").wait_for()
        fits(page, "a draft")
        page.get_by_role("button", name="Lock this plan").click()
        page.get_by_text("What can never be changed").wait_for()
        fits(page, "the page that locks")
        page.get_by_role("button", name="Lock this plan").click()
        page.get_by_text("Digest of the plan").wait_for()
        fits(page, "what is locked")
        page.goto(f"{address}/operations?standing=locked")
        page.get_by_role("link", name=TYPED["title"]).wait_for()
        fits(page, "the list")
        page.goto(f"{address}/operations/units")
        page.get_by_text(UNIT, exact=True).wait_for()
        fits(page, "units")
