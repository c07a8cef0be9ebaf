"""Published trials: who sees them, what stands in them first, what is taken away."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import transaction
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from tests.web import test_browser as browser
from tests.web.published import NOW
from tests.web.signed_in import ANALYST, COMMANDER, NOBODY, NORTH, KnownCookies, cookie, person
from tests.web.test_browser import address, page, told, violations
from tests.web.trials_world import (
    FIRST,
    LAST,
    OTHER,
    TRIAL,
    lock_copy,
    look_copy,
    publish_copies,
    publish_trial,
    trial_plan,
)

if TYPE_CHECKING:
    from httpx import Response
    from playwright.sync_api import Page

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

__all__ = ["address", "page", "told"]  # fixtures
LIST = "/operations/trials"
PAGE = f"{LIST}/{TRIAL}"
PATHS = ("", "/charts/looks.svg", "/trial.json", "/looks.csv", "/plans.csv")
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ALL_DRAWN = "[...document.images].every(each => each.complete && each.naturalWidth > 0)"
PEOPLE = {
    "ann": ANALYST,
    "cora": COMMANDER,
    "nora": NORTH,
    "pam": person("u-010", "Pam Panel", Role.SCRUTINY_PANEL),
    "olaf": person("u-011", "Olaf Officer", Role.OFFICER),
    "nick": NOBODY,
    "elsa": person("u-012", "Elsa Elsewhere", Role.ANALYST, bcu="Eastbank"),
}


@pytest.fixture
def desk(desk: Desk, shelf: Shelf) -> Desk:
    publish_trial(shelf)
    return replace(desk, sessions=KnownCookies(people=dict(PEOPLE)))


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def got(client: TestClient, path: str = PAGE, who: str = "cora", status: int = 200) -> Response:
    answer: Response = client.get(path, headers=cookie(who))
    assert answer.status_code == status, (path, answer.text)
    return answer


def said(client: TestClient, path: str = PAGE, who: str = "cora") -> str:
    """The words of a page."""
    text = re.sub(r"<[^>]+>", " ", got(client, path, who).text.partition("<main")[2])
    return " ".join(unescape(text).split()).replace("\u2212", "-")


def rows(client: TestClient, ident: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(got(client, f"{PAGE}/{ident}.csv").text.lstrip("\ufeff")))
    )


def test_the_verdict_stands_first_and_then_all_that_it_rests_on(client: TestClient) -> None:
    text = said(client)
    order = [
        "boundary crossed",
        "30 incidents fewer (-52 to -8",
        "As the lot drew them (intention to treat) -30 -52 to -8",
        "Where a full visit was made (per protocol) -31 -55 to -7",
        "For each patrol-hour -0.25 -0.40 to -0.05",
        "118 were given there and 2 in each place held out",
        "Stop where a boundary is crossed.",
        "1 of 2 yes 2.963",
        "2 of 2 yes 1.969",
        "It tells of near-equal places",
        "What one officer does.",
        "How strong the evidence is",
        "6 April 2026 to 12 April 2026 20 60 76 12 48 47 1",
        "Lea Locker",
        trial_plan().sha256,
    ]
    found = [text.find(each) for each in order]
    assert -1 not in found, order[found.index(-1)]
    assert found == sorted(found)
    assert f'href="/explain/{LAST}"' in got(client).text
    assert PLACE_NOT_PERSON in text


def test_each_look_stands_beside_the_boundary_that_was_planned_for_it(client: TestClient) -> None:
    text = said(client)
    assert f"0.0031 {FIRST} -30, p 0.004 2.963, p 0.0031; it did not stop it" in text
    assert f"{LAST} -30, p 0.004 1.969, p 0.049; it stopped it" in text


def test_a_trial_at_which_nobody_has_looked_is_shown_with_its_lock(
    client: TestClient, shelf: Shelf
) -> None:
    publish_copies(shelf, lock_copy(OTHER, trial_plan("May trial"), held=7))
    text = said(client, f"{LIST}/{OTHER}")
    assert "It is locked and nobody has looked" in text
    assert "The first look is planned after 1 of 2 plans." in text
    assert "7 records of its days: results could be seen" in text
    assert "May trial" in said(client, LIST)
    got(client, f"{LIST}/{OTHER}/charts/looks.svg", status=404)
    assert "running" in said(client, LIST)


def test_who_sees_operations_sees_trials_of_their_study_area_and_nobody_else(
    client: TestClient,
) -> None:
    for who in ("ann", "cora", "nora", "pam"):
        assert "April trial" in said(client, who=who)
        assert "April trial" in said(client, LIST, who)
    assert "No trial is published where you may see it" in said(client, LIST, "elsa")
    for each in PATHS:
        for who in ("elsa", "olaf", "nick"):
            assert "April" not in got(client, PAGE + each, who, 403).text
    for who in ("olaf", "nick"):
        got(client, LIST, who, 403)
    got(client, f"/explain/{TRIAL}", "olaf", 403)


def test_a_link_to_a_look_leads_to_its_trial(client: TestClient) -> None:
    assert got(client, f"{LIST}/{FIRST}", status=303).headers["location"] == PAGE
    got(client, f"{LIST}/{FIRST}", "olaf", 403)
    for wrong in ("n-00000000000f", "f-000000000001"):
        got(client, f"{LIST}/{wrong}", status=404)
    got(client, f"{PAGE}/places.csv", status=404)


def test_a_trial_that_is_stopped_is_refused_on_every_route_and_leaves_the_list(
    client: TestClient, shelf: Shelf
) -> None:
    stop(shelf, TRIAL)
    for each in PATHS:
        assert "April" not in got(client, PAGE + each, status=403).text
    assert "April" not in said(client, LIST)


def test_what_a_stopped_look_found_is_told_nowhere_but_that_it_was_made_is(
    client: TestClient, shelf: Shelf
) -> None:
    stop(shelf, LAST)
    text = said(client)
    assert "A feed doubled" in text
    assert f"{LAST} it may not be used now" in text
    assert "incidents fewer" not in text  # the look before cannot tell
    assert [each["look"] for each in rows(client, "looks")] == [FIRST]
    stop(shelf, FIRST)
    assert "may not be used now, so nothing is said here" in said(client)


def stop(shelf: Shelf, name: str) -> None:
    with transaction(shelf.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=name), reason="A feed doubled.")


def test_what_is_taken_away_says_the_same_is_defused_and_is_written_down(
    client: TestClient, shelf: Shelf
) -> None:
    looks, plans = rows(client, "looks"), rows(client, "plans")
    assert [(each["look"], each["crossed"]) for each in looks] == [(FIRST, "no"), (LAST, "yes")]
    assert [each["per_patrol_hour"] for each in looks] == ["-0.25", "-0.25"]
    assert sum(int(each["recorded_treated"]) for each in plans if each["look"] == LAST) == 120
    for row in [*looks, *plans]:
        assert row["notice"].startswith(PLACE_NOT_PERSON)
    content: dict[str, Any] = json.loads(got(client, f"{PAGE}/trial.json").text)
    assert content["trial"]["sha256"] == trial_plan().sha256
    assert content["looks"][1]["look"]["boundary"] == 1.969
    assert content["place_not_person"] == PLACE_NOT_PERSON
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        acts = by_record(tx, record_type="published_run", record_id=TRIAL)
    told = [act.content["purpose"] for act in acts if act.content is not None]
    assert told.count("Take a trial away.") == 3


def test_words_of_others_are_words_alone(client: TestClient) -> None:
    for each in (LIST, PAGE, f"{PAGE}/charts/looks.svg"):
        assert "<script>alert" not in got(client, each).text
        assert "\u202e" not in got(client, each).text


def test_a_look_whose_numbers_were_changed_is_found_out(client: TestClient, shelf: Shelf) -> None:
    other = "n-00000000000b"
    copy = look_copy(1)
    forged = dict(copy.record) | {"id": other}
    forged["result"] = forged["result"] | {"last_day": "2026-04-13"}
    publish_copies(shelf, replace(copy, record=forged))
    assert "changed since" in got(client, status=422).text


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.skipif(not browser.AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_a_trial_is_read_on_a_phone_and_a_desk(page: Page, address: str, told: list[str]) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (LIST, PAGE):
            page.goto(f"{address}{path}")
            for drawing in page.locator("img").all():
                drawing.scroll_into_view_if_needed()
            page.wait_for_load_state("networkidle")
            assert page.evaluate(ALL_DRAWN)
            assert violations(page) == []
            assert page.evaluate(WIDE) <= 0
    assert told == []
