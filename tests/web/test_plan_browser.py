"""Journeys of a commander in Chromium: move through time, compare, choose, change, accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from rightplace.records.audit.transaction import reading
from rightplace.records.decided.tables import Decision
from rightplace.records.jobs.queue import Ending, State
from tests.web import test_browser as browser
from tests.web.picture_world import PICTURE, publish_picture
from tests.web.published import FORECAST, PLAN
from tests.web.second_plan import SECOND, publish_second
from tests.web.test_browser import address, page, told, violations, wait_for_map
from tests.web.test_changing import end

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf

__all__ = ["address", "page", "told"]  # fixtures
pytestmark = browser.pytestmark
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_every_page_is_for_everybody_on_a_small_phone_and_in_print(
    page: Page, address: str, told: list[str], shelf: Shelf
) -> None:
    publish_picture(shelf)
    publish_second(shelf)
    page.set_viewport_size({"width": 360, "height": 740})
    for path in (
        f"/pictures/{PICTURE}?unit=Northbank",
        f"/plans/{SECOND}?bcu=Northbank&slot=0",
        f"/plans/{PLAN}/compare/{SECOND}",
        f"/plans/{PLAN}/change?bcu=Northbank",
    ):
        page.goto(address + path)
        assert violations(page) == [], path
        assert page.evaluate(WIDE) <= 0, path
    page.goto(f"{address}/pictures/{PICTURE}?unit=Northbank")
    assert page.evaluate("document.querySelector('.rp-chart').naturalWidth") > 0
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Compare").is_visible()
    assert page.get_by_role("table").first.is_visible()
    assert told == []


def test_the_slider_moves_map_table_and_words_without_a_new_page(
    page: Page, address: str, told: list[str]
) -> None:
    page.goto(f"{address}/forecasts/{FORECAST}?slot=0")
    wait_for_map(page)
    page.evaluate("document.body.dataset.same = 'yes'")
    slider = page.get_by_label("Move through time")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="Map: expected count, Mon 4 May, late").wait_for()
    assert slider.get_attribute("aria-valuetext") == "Mon 4 May, late, 15:00 to 23:00"
    assert "slot=1" in page.url
    assert page.get_by_label("When").input_value() == "1"
    assert "1 in 3 in this slot" in page.locator("[data-follows=table]").inner_text()
    wait_for_map(page)
    assert page.evaluate("document.body.dataset.same") == "yes"
    assert "slot=1" in str(page.get_attribute("[data-map]", "data-cells"))
    page.go_back()
    page.get_by_role("heading", name="Map: expected count, Mon 4 May, early").wait_for()
    assert told == []


def test_a_commander_compares_chooses_and_accepts(
    page: Page, address: str, told: list[str], shelf: Shelf
) -> None:
    publish_second(shelf)
    page.goto(f"{address}/plans/{PLAN}?bcu=Northbank")
    for _ in range(100):
        if page.get_attribute("[data-visits]", "data-ready") == "yes":
            break
        page.wait_for_timeout(100)
    assert page.get_attribute("[data-visits]", "data-ready") == "yes"
    page.get_by_label("Set beside another plan").select_option(SECOND)
    page.get_by_role("button", name="Compare").press("Enter")
    page.get_by_role("heading", name="Why this one and not the other?").wait_for()
    page.get_by_role("link", name=f"decide on {SECOND}").first.press("Enter")
    accept(page)
    assert verdicts(shelf) == {SECOND: "accepted", PLAN: "changed"}
    assert told == []


def accept(page: Page) -> None:
    page.get_by_label("Accept this plan").focus()
    page.keyboard.press("Space")
    page.get_by_label("Reason").fill("The crews are there.")
    page.get_by_role("button", name="Send this decision").press("Enter")
    page.get_by_text("accepted by u-002").first.wait_for()


def verdicts(shelf: Shelf) -> dict[str, str]:
    with reading(shelf.database) as quiet:
        return {each.plan_id: each.verdict for each in quiet.unshown(select(Decision))}


def test_a_commander_changes_a_plan_waits_compares_and_accepts(
    page: Page, address: str, told: list[str], shelf: Shelf
) -> None:
    publish_second(shelf)
    page.goto(f"{address}/plans/{PLAN}?bcu=Northbank")
    page.get_by_role("link", name="Change this plan for Northbank").press("Enter")
    page.get_by_role("button", name="Have the plan made anew").press("Enter")
    page.get_by_role("alert").wait_for()
    assert "Choose at least one change." in page.get_by_role("alert").inner_text()
    page.get_by_label("Street 0").focus()
    page.keyboard.press("Space")
    page.get_by_label("Reason").fill("The market is closed.")
    page.get_by_role("button", name="Have the plan made anew").press("Enter")
    page.get_by_text("waits to be made anew").wait_for()
    end(shelf, Ending(state=State.DONE, outcome="3 visits.", run_id=SECOND))
    # The page notices by itself that it is done.
    page.get_by_role("button", name=f"Set {SECOND} beside {PLAN}").click(timeout=15_000)
    page.get_by_role("heading", name="Why this one and not the other?").wait_for()
    page.get_by_role("link", name=f"decide on {SECOND}").first.click()
    accept(page)
    assert verdicts(shelf) == {SECOND: "accepted", PLAN: "changed"}
    page.goto(f"{address}/plans/{PLAN}?bcu=Northbank")
    assert "The market is closed." in page.locator("main").inner_text()
    assert [each for each in told if "422" not in each] == []
