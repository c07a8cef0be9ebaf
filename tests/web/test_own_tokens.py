"""The page of one's own tokens, as a browser without scripts meets it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from rightplace.records.accounts.roles import Role
from tests.web.published import EVIL, PLAN
from tests.web.test_signing_in import Browser, World

if TYPE_CHECKING:
    from httpx import Response

    from rightplace.app.service.shelf import Shelf

PAGE = "/account/tokens"
WANTED = {"name": "Wall board", "may-see-plan": "1", "bcu": "", "days": "30"}


@pytest.fixture
def world(shelf: Shelf) -> World:
    return World(shelf)


@pytest.fixture
def browser(world: World) -> Browser:
    world.join("cora", Role.AREA_COMMANDER)
    browser = world.browser()
    assert browser.sign_in("cora").status_code == 303
    return browser


def secret_of(answer: Response) -> str:
    assert answer.status_code == 200, answer.text
    found = re.search(r"rightplace_[\w-]{43}", answer.text)
    assert found is not None
    return found[0]


def ask(browser: Browser, secret: str, address: str) -> int:
    header = {"authorization": f"Bearer {secret}"}
    status: int = browser.client.get(f"/api/v1{address}", headers=header).status_code
    return status


def test_a_token_is_made_shown_once_used_and_revoked(browser: Browser) -> None:
    secret = secret_of(browser.send(PAGE, PAGE, **WANTED))
    assert ask(browser, secret, f"/plans/{PLAN}") == 200
    assert ask(browser, secret, "/forecasts") == 403
    text = browser.get(PAGE).text
    assert secret not in text
    assert "Wall board" in text
    assert "5 May 2026" in text, "when it was last used"
    found = re.search(r'name="id" value="([^"]+)"', text)
    assert found is not None
    assert browser.send(PAGE, f"{PAGE}/revoke", id=found[1]).status_code == 303
    assert ask(browser, secret, f"/plans/{PLAN}") == 401
    assert "Wall board" not in browser.get(PAGE).text


def test_only_what_one_may_is_offered_and_a_bcu_bounds_it(browser: Browser) -> None:
    text = browser.get(PAGE).text
    offered = set(re.findall(r'name="may-([a-z-]+)"', text))
    assert {"see-plan", "see-forecast", "decide"} <= offered
    assert not {"publish", "review-break-glass", "approve-break-glass"} & offered
    assert '<option value="Northbank">' in text
    assert EVIL not in text
    secret = secret_of(browser.send(PAGE, PAGE, **WANTED | {"bcu": "Northbank"}))
    assert ask(browser, secret, f"/plans/{PLAN}/visits?bcu=Southbank") == 403


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"name": " "}, "name"),
        ({"days": "x"}, "days"),
        ({"days": "9999"}, "may"),
        ({"may-see-plan": None}, "may"),
        ({"may-publish": "1"}, "may"),
        ({"bcu": "Nowhere", "may-nothing": "1", "may-see-plan": None}, "may"),
    ],
)
def test_a_form_that_fails_says_why_and_keeps_what_was_typed(
    browser: Browser, changes: dict[str, str | None], at: str
) -> None:
    sent = {name: value for name, value in (WANTED | changes).items() if value is not None}
    answer = browser.send(PAGE, PAGE, **sent)
    assert answer.status_code == 422
    assert f'href="#{at}"' in answer.text
    assert f'id="{at}"' in answer.text
    assert html.escape(sent["name"]) in answer.text
    assert "rightplace_" not in answer.text


def test_nobody_sees_or_revokes_the_token_of_another(world: World, browser: Browser) -> None:
    secret = secret_of(browser.send(PAGE, PAGE, **WANTED))
    found = re.search(r'name="id" value="([^"]+)"', browser.get(PAGE).text)
    assert found is not None
    world.join("nora", Role.AREA_COMMANDER)
    other = world.browser()
    other.sign_in("nora")
    assert "Wall board" not in other.get(PAGE).text
    secret_of(other.send(PAGE, PAGE, **WANTED | {"name": "Mine"}))
    assert other.send(PAGE, f"{PAGE}/revoke", id=found[1]).status_code == 404
    assert ask(browser, secret, "/me") == 200
    assert world.browser().get(PAGE).status_code == 401


def test_the_words_of_a_token_are_never_markup(browser: Browser) -> None:
    secret_of(browser.send(PAGE, PAGE, **WANTED | {"name": f"Map {EVIL[:-1]}"}))
    text = browser.get(PAGE).text
    assert "<script>alert" not in text
    assert "Map &lt;script&gt;" in text
