"""Searches as an officer records them and a supervisor reviews them, by role and area."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading
from rightplace.records.searches.log import search_by_reference, searches_between
from rightplace.records.searches.no_identity import identity_columns
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.attack_world import Page
from tests.web.published import EVIL, NOW, published_shelf
from tests.web.signed_in import ANALYST, KnownCookies, cookie, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

    from rightplace.app.service.shelf import Shelf

NEW = "/search-records/new"
PEOPLE = {
    "olly": person("u-030", "Olly Officer", Role.OFFICER, bcu="Northbank"),
    "sam": person("u-031", "Sam Sergeant", Role.SERGEANT, bcu="Northbank"),
    "south": person("u-032", "Sue South", Role.SERGEANT, bcu="Southbank"),
    "pat": person("u-033", "Pat Panel", Role.SCRUTINY_PANEL),
    "ann": ANALYST,
}
TYPED = {
    "day": "2026-05-05",
    "time": "12:30",
    "borough": "Northbank",
    "place": "Outside the station",
    "type": "person",
    "power": "pace-1",
    "object": "offensive weapons",
    "grounds": "Seen to hide a long object on seeing the patrol.",
    "self_defined": "not stated",
    "age": "10-17",
    "officer": "PC 4471 Reed",
    "outcome": "no further action",
    "weapon_found": "no",
}


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    made = published_shelf(tmp_path_factory.mktemp("records"))
    yield made
    made.database.close()


@pytest.fixture
def client(shelf: Shelf) -> TestClient:
    desk = Desk(
        settings=WebSettings(),
        shelf=shelf,
        sessions=KnownCookies(dict(PEOPLE)),
        now=lambda: NOW,
    )
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def send(client: TestClient, who: str, address: str = NEW, **changes: str) -> Response:
    html = client.get(address, headers=cookie(who)).text
    (form,) = [each for each in Page(address, html).forms if each.action.endswith(address)]
    told: Response = client.post(
        address,
        data=TYPED | changes | {"form_token": form.hidden["form_token"]},
        headers=cookie(who) | {"origin": "https://localhost"},
    )
    return told


def said(response: Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def recorded(client: TestClient, who: str = "olly", **changes: str) -> str:
    told = send(client, who, **changes)
    assert told.status_code == 303, said(told)
    return told.headers["location"].partition("?done=")[2]


def test_an_officer_records_a_search_and_is_told_its_reference(
    client: TestClient, shelf: Shelf
) -> None:
    reference = recorded(client)
    told = client.get(f"{NEW}?done={reference}", headers=cookie("olly"))
    assert f"The search is recorded as {reference}." in said(told)
    with reading(shelf.database) as quiet:
        kept = search_by_reference(quiet, reference)
    assert kept is not None
    assert kept.facts.started_at.isoformat() == "2026-05-05T11:30:00+00:00"  # summer time
    assert (kept.facts.bcu, kept.facts.borough) == ("Northbank", "Northbank")
    assert (kept.facts.weapon_found, kept.facts.handcuffs) == (False, None)


def test_no_field_of_the_form_asks_who_was_searched(client: TestClient) -> None:
    html = client.get(NEW, headers=cookie("olly")).text
    names = set(re.findall(r'name="([^"]+)"', html)) - {"viewport", "htmx-config"}
    assert "grounds" in names
    assert identity_columns(sorted(names)) == []


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("object", "The object of the search must be recorded (PACE s3(6)(a)(i))."),
        ("grounds", "The grounds must be recorded"),
        ("place", "The place must be recorded"),
        ("day", "The date and time must be recorded, as day and hour"),
        ("self_defined", "ethnicity as the person described it must be recorded"),
        ("officer", "The officer who searched must be recorded (PACE s3(6)(b))"),
        ("power", "Under which power it was made must be recorded"),
        ("borough", "Choose the borough"),
    ],
)
def test_what_a_record_must_hold_is_asked_for_at_its_field_and_the_rest_is_kept(
    client: TestClient, field: str, words: str
) -> None:
    told = send(client, "olly", **{field: ""})
    assert told.status_code == 422
    assert words in said(told)
    assert f'href="#{field}"' in told.text
    assert f'id="{field}"' in told.text
    if field != "grounds":
        assert TYPED["grounds"] in told.text


def test_a_search_outside_any_authorisation_is_recorded(client: TestClient, shelf: Shelf) -> None:
    drugs = {"power": "cjpoa-60", "object": "drugs", "in_uniform": "no", "authorisation": ""}
    recorded(client, **drugs)
    recorded(client, **(drugs | {"authorisation": "S60-2026-NOSUCH"}))
    with reading(shelf.database) as quiet:
        assert [each.facts.power.value for each in searches_between(quiet)] == ["cjpoa-60"] * 2
    listed = said(client.get("/search-records?only=gaps", headers=cookie("sam")))
    assert "section 60, and no authorisation is named" in listed
    assert "answered no: in uniform" in listed
    with reading(shelf.database) as quiet:
        (first, second) = searches_between(quiet)
    named = first if first.facts.authorisation else second
    shown = said(client.get(f"/search-records/{named.reference}", headers=cookie("sam")))
    assert "Formal defects found" in shown
    assert "cites authorisation S60-2026-NOSUCH, which is not recorded" in shown
    assert "the officer was not in uniform" in shown
    assert "made for drugs; the power is for weapons only" in shown
    assert "Who decides on it:" in shown
    assert "lawful" not in shown


def test_one_form_records_one_search(client: TestClient, shelf: Shelf) -> None:
    html = client.get(NEW, headers=cookie("olly")).text
    (form,) = [each for each in Page(NEW, html).forms if each.action.endswith(NEW)]
    data = TYPED | {"form_token": form.hidden["form_token"]}
    for _ in range(2):
        client.post(NEW, data=data, headers=cookie("olly") | {"origin": "https://localhost"})
    with reading(shelf.database) as quiet:
        assert len(searches_between(quiet)) == 1


def test_a_search_in_anothers_area_or_to_come_is_refused(client: TestClient) -> None:
    assert "it must lie in your area" in said(send(client, "olly", borough="Southbank"))
    told = send(client, "olly", time="13:30")  # half past twelve in UTC, and it is noon
    assert "still to come" in said(told)
    assert 'href="#time"' in told.text


def test_a_reference_that_is_taken_is_refused_at_its_field(client: TestClient) -> None:
    assert recorded(client, reference="26-77") == "26-77"
    told = send(client, "olly", reference="26-77")
    assert told.status_code == 422
    assert "recorded already" in said(told)


def test_a_supervisor_sees_flags_gaps_and_who_searched_in_their_own_area_alone(
    client: TestClient,
) -> None:
    reference = recorded(client, grounds="In a hot spot on the plan.")
    listed = said(client.get("/search-records", headers=cookie("sam")))
    assert reference in listed
    assert "cites a hot spot, a plan" in listed
    assert "under 18, and no safeguarding action is recorded" in listed
    assert "Reed" not in listed
    shown = said(client.get(f"/search-records/{reference}", headers=cookie("sam")))
    assert "The grounds cite a hot spot, a plan." in shown
    assert "PC 4471 Reed" in shown
    assert reference not in said(client.get("/search-records", headers=cookie("south")))
    other = client.get(f"/search-records/{reference}", headers=cookie("south"))
    assert other.status_code == 403


@pytest.mark.parametrize("who", ["olly", "pat", "ann"])
def test_officers_panel_and_analysts_do_not_see_who_searched(client: TestClient, who: str) -> None:
    reference = recorded(client)
    told = client.get(f"/search-records/{reference}", headers=cookie(who))
    assert told.status_code == 403
    assert "Reed" not in told.text


@pytest.mark.parametrize("who", ["pat", "ann"])
def test_who_may_not_record_does_not(client: TestClient, who: str) -> None:
    assert client.get(NEW, headers=cookie(who)).status_code == 403


def test_a_correction_is_added_with_its_reason_and_what_stood_before_is_shown(
    client: TestClient, shelf: Shelf
) -> None:
    reference = recorded(client)
    address = f"/search-records/{reference}/correct"
    html = client.get(address, headers=cookie("sam")).text
    assert TYPED["grounds"] in html  # it starts from what stands
    told = send(client, "sam", address, outcome="arrest", reason=" ")
    assert told.status_code == 422
    assert "Say why it is corrected" in said(told)
    told = send(client, "sam", address, outcome="arrest", reason="Arrested at 12:40.")
    assert told.headers["location"] == f"/search-records/{reference}"
    shown = said(client.get(f"/search-records/{reference}", headers=cookie("sam")))
    assert "Correction 1: what stands" in shown
    assert "Reason: Arrested at 12:40." in shown
    assert "As first recorded" in shown
    with reading(shelf.database) as quiet:
        kept = search_by_reference(quiet, reference)
    assert kept is not None
    assert (kept.number, kept.facts.outcome.value) == (2, "arrest")
    assert client.get(address, headers=cookie("olly")).status_code == 403


def test_hostile_words_are_shown_as_words(client: TestClient) -> None:
    reference = recorded(client, grounds=EVIL.replace("\u202e", ""), place="=1+1")
    html = client.get(f"/search-records/{reference}", headers=cookie("sam")).text
    assert "<script>alert" not in html
