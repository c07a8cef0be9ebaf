"""A surge as a tasking chair reads it, and as others may see it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import transaction
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.attack_world import Page
from tests.web.officers_world import OTHER, SURGE, publish_officers
from tests.web.published import NOW, published_shelf
from tests.web.signed_in import ANALYST, NORTH, KnownCookies, cookie, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.service.shelf import Shelf

PAGE = f"/surges/{SURGE}"
OFFICER_IDS = ("PC-4711", OTHER)
CHAIR = person("u-020", "Tess Chair", Role.TASKING_CHAIR)
PEOPLE = {
    "tess": CHAIR,
    "rosa": person("u-021", "Rosa Planner", Role.RESOURCE_PLANNER),
    "nora": NORTH,
    "ann": ANALYST,
    "ian": person("u-022", "Ian Inspector", Role.DUTY_INSPECTOR),
}


@pytest.fixture(scope="module")
def surged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = published_shelf(tmp_path_factory.mktemp("records"))
    publish_officers(shelf)
    yield shelf
    shelf.database.close()


@pytest.fixture(scope="module")
def client(surged: Shelf) -> TestClient:
    return client_of(surged)


def client_of(shelf: Shelf) -> TestClient:
    people = KnownCookies(dict(PEOPLE))
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=people, now=lambda: NOW)
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def said(client: TestClient, address: str, who: str) -> str:
    told = client.get(address, headers=cookie(who))
    assert told.status_code == 200, told.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())


def test_the_menu_leads_to_the_newest_surge(client: TestClient) -> None:
    assert 'href="/surges"' in client.get("/", headers=cookie("tess")).text
    assert client.get("/surges", headers=cookie("tess")).headers["location"] == PAGE


def test_it_says_who_gets_who_loses_and_how_near_to_the_best_it_is(client: TestClient) -> None:
    text = said(client, PAGE, "rosa")
    assert "2 of 3 officers asked for are posted." in text
    assert "Harm prevented: 900 a week ( planned, not achieved )." in text
    assert "No postings can reach more than 1,000; these reach 950, at most 5.00% less." in text
    assert "Northbank patrol 2 0 at least 1 900 forecast" in text
    assert "0 0 none stated no data no data: left out" in text
    assert "2 6 4 4 72.5" in text
    assert "More fail by:" in text


def test_s20_it_says_what_the_postings_take_of_those_who_can_be_deployed(
    client: TestClient,
) -> None:
    told = "2 officers are 0.50% of the 400 (80 %: 380 to 420) whom the force can deploy in 2026-06"
    assert f"{told}; headcount 31,000." in said(client, PAGE, "rosa")


def test_it_says_what_matching_costs_and_who_looked_at_equality(client: TestClient) -> None:
    text = said(client, PAGE, "rosa")
    assert "Matching gives up between 10 and 30 of harm a week" in text
    assert "0 920 0 1.5" in text
    assert "0.25 (this surge) 900 between 0 and 20 1.5" in text
    assert "part time yes withheld withheld withheld withheld" in text
    assert "People fixed 1 posting themselves; that costs between 0 and 5." in text
    assert "no price: rates not given" in text


def test_officers_are_named_only_to_who_decides_for_the_whole_area(client: TestClient) -> None:
    for who in ("rosa", "nora", "ann", "tess"):
        for address in (PAGE, f"/explain/{SURGE}"):
            told = client.get(address, headers=cookie(who))
            assert told.status_code == 200, (who, address)
            assert not any(each in told.text for each in OFFICER_IDS), (who, address)
    for who in ("rosa", "nora", "ann", "ian"):
        told = client.get(f"{PAGE}/officers", headers=cookie(who))
        assert told.status_code == 403
        assert not any(each in told.text for each in OFFICER_IDS)
    for address in (PAGE, f"/explain/{SURGE}", "/surges"):
        assert client.get(address, headers=cookie("ian")).status_code == 403


def test_the_chair_sees_each_posting_with_its_next_best_and_the_look_is_a_line(
    client: TestClient, surged: Shelf
) -> None:
    text = said(client, f"{PAGE}/officers?borough=Northbank", "tess")
    assert "2 postings" in text
    assert "52 months of patrol in Northbank" in text
    assert "between 1 and 2 less in all" in text
    assert "no other post" in text
    assert "stays in 75% of draws of the demand" in text
    with transaction(surged.database, ANALYST.actor, purpose="Audit.", at=NOW) as tx:
        looks = [
            line
            for line in by_product(tx, SURGE)
            if line.actor_id == CHAIR.actor.id and line.record_type == "published_table"
        ]
    assert len(looks) == 1
    told = client.get(f"{PAGE}/officers?borough=Nowhere", headers=cookie("tess"))
    assert told.status_code == 422


def test_hostile_words_stay_words(client: TestClient) -> None:
    for address in (PAGE, f"{PAGE}/officers"):
        text = client.get(address, headers=cookie("tess")).text
        assert Page(address, text).active == []
        assert "\u202e" not in said(client, address, "tess")


def test_it_stops_with_the_model_of_its_forecast(shelf: Shelf) -> None:
    publish_officers(shelf)
    with transaction(shelf.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.MODEL, name="additive_memory"), reason="Wrong.")
    client = client_of(shelf)
    for address in (PAGE, f"{PAGE}/officers"):
        told = client.get(address, headers=cookie("tess"))
        assert told.status_code == 403
        assert "Wrong." in told.text
