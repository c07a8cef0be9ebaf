"""Drafting section 60 in Chromium: draft to submission by keyboard, for everybody, on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading
from rightplace.records.section_60.log import all_references, history_of
from rightplace.web.desk import Desk
from tests.web import test_browser as browser
from tests.web.published import NOW
from tests.web.section_60_drafting import LIMB, NORTH
from tests.web.signed_in import KnownCookies, person
from tests.web.test_browser import address, page, told, violations

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf

__all__ = ["address", "page", "told"]  # fixtures
pytestmark = browser.pytestmark
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE = {"width": 360, "height": 740}
PICTURES: Path | None = None
"""Where pictures of each page are kept, when somebody wants to look at them."""


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    inspector = person("u-201", "Ida Inspector", Role.DUTY_INSPECTOR, bcu=NORTH)
    sessions = KnownCookies({"cora": inspector})
    return Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)


def looked_at(page: Page, name: str) -> None:
    """Check a page for everybody, on a phone and at a desk."""
    for size, shape in (("phone", PHONE), ("desk", {"width": 1360, "height": 900})):
        page.set_viewport_size(shape)  # type: ignore[arg-type]  # width and height
        assert page.evaluate(WIDE) <= 0, (name, size)
        if PICTURES is not None:
            page.screenshot(path=PICTURES / f"{name}-{size}.png", full_page=True)
    assert violations(page) == [], name


def typed(page: Page, fields: dict[str, str], button: str) -> None:
    """Fill fields in by keyboard and send them with the button."""
    for name, words in fields.items():
        box = page.locator(f"#{name}")
        if box.evaluate("each => each.tagName") == "SELECT":
            box.select_option(words)
        else:
            box.focus()
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(words)
    page.get_by_role("button", name=button, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def period(page: Page) -> None:
    day = {"starts_day": "2026-05-05", "starts_time": "18:00", "ends_day": "2026-05-06"}
    typed(page, day | {"ends_time": "10:00"}, "Keep this period")


def write_grounds(page: Page, draft: str) -> None:
    page.goto(f"{draft}/grounds")
    looked_at(page, "grounds")
    page.locator("#ground").focus()
    page.keyboard.press("Space")
    typed(page, {}, "Write this ground")
    typed(page, LIMB | {"grade": "good"}, "Keep and go on")
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.locator("#why_here").input_value() == LIMB["why_here"]
    looked_at(page, "limb-fault")
    typed(page, {"grade": "2B P"}, "Keep and go on")
    typed(page, LIMB, "Keep and go on")
    page.get_by_role("heading", name="Draft S60-").wait_for()


def pick_locality(page: Page, draft: str) -> None:
    page.goto(f"{draft}/locality?find=street")
    looked_at(page, "locality-found")
    page.get_by_role("link", name="Begin here: Street 1").click()
    for _ in range(100):
        if page.get_attribute("[data-locality]", "data-ready") == "yes":
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the map was not drawn within 10 seconds")
    looked_at(page, "locality-picked")
    typed(page, {"words": "Mill Street, Quay Road and the station"}, "Keep this locality")


def answer_the_rest(page: Page, asked: str) -> None:
    page.goto(f"{asked}/period")
    period(page)
    looked_at(page, "period")
    page.goto(f"{asked}/other-powers")
    looked_at(page, "other-powers")
    typed(page, {"words": "Patrol alone did not stop it on Saturday."}, "Keep and go on")
    page.goto(f"{asked}/impact")
    for part in ("owner", "contact", "tension", "events-nearby", "young-people", "trust"):
        line = {"part": part, "who": "ward panel chair", "words": f"On {part}: noted."}
        typed(page, line, "Keep this line")
    for part in ("communication", "action"):
        typed(page, {"part": part, "words": f"On {part}: planned."}, "Keep this line")
    looked_at(page, "impact")
    page.goto(f"{asked}/briefing")
    brief = {"words": "Weapons alone.", "body_worn_video": "On.", "under_18": "Safeguard first."}
    looked_at(page, "briefing")
    typed(page, brief, "Keep and go on")


@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_an_inspector_drafts_and_submits_by_keyboard(
    page: Page, address: str, told: list[str], shelf: Shelf
) -> None:
    page.goto(f"{address}/section-60/new")
    looked_at(page, "begin")
    typed(page, {"bcu": NORTH}, "Begin the draft")
    draft = page.url
    looked_at(page, "tasks-empty")
    write_grounds(page, draft)
    pick_locality(page, draft)
    answer_the_rest(page, f"{draft}/questions")
    looked_at(page, "tasks")
    page.goto(f"{draft}/aftermath")
    looked_at(page, "aftermath")
    page.goto(f"{draft}/check")
    looked_at(page, "check")
    why = {"reason-over-long-hours": "The fair ends at ten in the morning."}
    typed(page, why, "Submit to the authorising officer")
    with reading(shelf.database) as quiet:
        (reference,) = all_references(quiet)
        assert history_of(quiet, reference)[-1].kind == "submitted"
    page.go_back()
    page.get_by_role("heading", name="Is it ready").wait_for()
    page.goto(draft)
    page.get_by_text("is a draft no more").wait_for()
    looked_at(page, "tasks-submitted")
    assert [each for each in told if "422" not in each] == []
