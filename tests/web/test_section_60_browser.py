"""Section 60 in Chromium: signed, live, asked, revoked, reviewed, published; desk and phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.web_settings import WebSettings
from rightplace.web.desk import Desk
from tests.web import test_browser as browser
from tests.web.published import NOW
from tests.web.section_60_world import enter, given, officer, people, submitted
from tests.web.signed_in import KnownCookies
from tests.web.test_browser import address, page, told, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf

__all__ = ["address", "page", "told"]  # fixtures
pytestmark = browser.pytestmark
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIZES = {"phone": (360, 740), "desk": (1360, 900)}
HOUR = timedelta(hours=1)
REVIEW = ("violence", "weapons", "complaints", "feedback", "learning", "explanation")


@dataclass
class Clock:
    """A clock that a test puts forward."""

    at: datetime = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(shelf: Shelf) -> KnownCookies:
    return people(shelf.database)


@pytest.fixture
def desk(shelf: Shelf, known: KnownCookies, clock: Clock) -> Desk:
    sessions = KnownCookies({"cora": known.people["supt"]})
    return Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: clock.at)


def look(page: Page, place: str) -> None:
    """Nothing is wrong with a page for anybody, on a desk or on a small phone."""
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(WIDE) <= 0, (place, width)
        assert violations(page) == [], (place, width)


@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_a_superintendent_signs_is_asked_revokes_reviews_and_publishes(
    page: Page,
    address: str,
    told: list[str],
    shelf: Shelf,
    known: KnownCookies,
    clock: Clock,
) -> None:
    reference = enter(shelf.database, submitted(officer(known, "serge")))
    enter(shelf.database, given(officer(known, "ida"), at=NOW - 20 * HOUR))
    own = f"{address}/section-60/{reference}"
    page.goto(f"{address}/section-60")
    look(page, "list")
    page.get_by_role("link", name=reference).click()
    look(page, "waiting")
    page.get_by_role("button", name="Authorise and sign").click()
    look(page, "sign")
    page.get_by_role("button", name="Sign this authorisation").click()
    page.get_by_text("There is a problem").wait_for()
    page.get_by_label("Your number").fill("77")
    for gate in ("again-at-same-place", "copied-grounds"):  # one held there 8 hours before
        page.locator(f"#reason-{gate}").fill("The same groups came back, by a new report.")
    page.get_by_role("button", name="Sign this authorisation").click()
    page.get_by_text("12 hours left").wait_for()
    look(page, "live")
    clock.at = NOW + 4 * HOUR + timedelta(minutes=40)
    page.goto(address)
    page.get_by_text("Nobody has said since").wait_for()
    look(page, "today")
    page.get_by_role("link", name=f"{reference}, Northbank").first.click()
    page.get_by_text("7 hours 20 minutes left").wait_for()
    page.goto(f"{own}/acts/revoke")
    page.get_by_label("Reason").fill("Both groups went home.")
    page.get_by_role("button", name="Revoke this authorisation").click()
    page.get_by_text("It awaits its review.").first.wait_for()
    page.goto(f"{own}/after-use")
    look(page, "after use")
    page.goto(f"{own}/acts/review")
    for name in REVIEW:
        page.locator(f"#{name}").fill("None.")
    look(page, "review")
    page.get_by_role("button", name="Keep this review").click()
    page.goto(f"{own}/publication")
    look(page, "publication")
    page.goto(f"{own}/acts/publish")
    page.get_by_role("button", name="Publish the review").click()
    page.get_by_text("Published").first.wait_for()
    look(page, "published")
    for place in ("statements", "breaches"):
        page.goto(f"{address}/section-60/{place}")
        look(page, place)
    page.locator("tbody a").first.click()
    look(page, "breach")
    assert [each for each in told if "422" not in each] == []  # the form sent without a number
