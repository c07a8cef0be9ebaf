"""The panel's pages by role: draws by lot, ratings, questions, complaints, and the ledger."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.powers.searches.columns import Age
from rightplace.powers.searches.ledger import WeaponKind
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.panel.complaints import ComplaintGiven, keep_complaint
from rightplace.records.panel.videos import all_draws, drawn_of, ratings_of
from rightplace.records.searches.log import keep_search
from rightplace.records.searches.weapons import WeaponGiven, keep_weapon
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.records.search_world import GIVEN
from tests.web.attack_world import Page
from tests.web.published import NOW, published_shelf
from tests.web.signed_in import ANALYST, KnownCookies, cookie, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

    from rightplace.app.service.shelf import Shelf

SERGEANT = person("u-041", "Sam Sergeant", Role.SERGEANT, bcu="Northbank")
PEOPLE = {
    "pat": person("u-040", "Pat Panel", Role.SCRUTINY_PANEL),
    "nora": person("u-042", "Nora North Panel", Role.SCRUTINY_PANEL, bcu="Northbank"),
    "sam": SERGEANT,
    "sue": person("u-043", "Sue Superintendent", Role.SUPERINTENDENT),
    "olly": person("u-044", "Olly Officer", Role.OFFICER),
    "ann": ANALYST,
}
OFFICER, PLACE = "PC 4471 Reed", "Flat 2, 9 Hidden Street"
WORDS = "In a hot spot, named Jon Doe."
PERIOD = {"first": "2026-05-01", "last": "2026-05-05"}


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Three searches in Northbank, one of them of a child and citing a plan; one in Southbank."""
    made = published_shelf(tmp_path_factory.mktemp("records"))
    about = replace(GIVEN, place=PLACE, started_at=NOW - timedelta(hours=3))
    with transaction(made.database, SERGEANT.actor, purpose="Record.", at=NOW) as tx:
        for n, place in enumerate(("Northbank", "Northbank", "Northbank", "Southbank")):
            given = replace(about, reference=f"26-{n}", bcu=place, borough=place)
            if n == 0:
                given = replace(given, age=Age.AGE_10_17, grounds=WORDS)
            keep_search(tx, given, officer=OFFICER)
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


def said(response: Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def look(client: TestClient, who: str, address: str) -> str:
    told = client.get(address, headers=cookie(who))
    assert told.status_code == 200, said(told)
    return said(told)


def send(
    client: TestClient, who: str, page: str, fields: dict[str, str], *, action: str = ""
) -> Response:
    html = client.get(page, headers=cookie(who)).text
    forms = [each for each in Page(page, html).forms if each.action == (action or page)]
    hidden = forms[0].hidden if forms else {}
    told: Response = client.post(
        action or page,
        data=fields | hidden,
        headers=cookie(who) | {"origin": "https://localhost"},
    )
    return told


def drawn(client: TestClient, who: str = "pat") -> str:
    told = send(client, who, "/panel", PERIOD, action="/panel/draws")
    assert told.status_code == 303, said(told)
    return told.headers["location"]


@pytest.mark.parametrize("who", ["sam", "olly", "ann"])
def test_the_pages_are_for_the_panel_and_who_answers_it(client: TestClient, who: str) -> None:
    for address in ("/panel", "/panel/questions", "/panel/complaints"):
        assert client.get(address, headers=cookie(who)).status_code == 403


def test_the_panel_draws_by_lot_and_sees_neither_words_nor_names(
    client: TestClient, shelf: Shelf
) -> None:
    address = drawn(client)
    with reading(shelf.database) as quiet:
        (draw,) = all_draws(quiet)
        references = [each.reference for each in drawn_of(quiet, draw.id)]
    assert draw.searches == 4
    assert "26-0" in references  # a stratum of one is drawn whole
    text = look(client, "pat", address)
    assert f"the seed {draw.seed} over the same searches draws the same again" in text
    assert "4 times as many where somebody under 18 was searched" in text
    shown = look(client, "pat", f"{address}/26-0")
    assert "Age 10-17" in shown
    assert "Grounds cite a plan or forecast a hot spot" in shown
    assert "Safeguarding action not recorded" in shown
    everything = text + shown + look(client, "pat", "/panel")
    for hidden in (OFFICER, "Reed", PLACE, "Hidden Street", "Jon Doe", WORDS):
        assert hidden not in everything


def test_searches_that_cite_a_plan_stand_in_the_panels_queue_without_their_words(
    client: TestClient,
) -> None:
    text = look(client, "pat", "/panel")
    assert re.search(r"26-0 5 May 2026 Northbank PACE 1984.* a hot spot", text)
    assert "26-1" not in text


def test_a_panel_of_one_bcu_draws_and_reads_that_alone(client: TestClient, shelf: Shelf) -> None:
    address = drawn(client, "nora")
    with reading(shelf.database) as quiet:
        (draw,) = all_draws(quiet)
        assert {each.reference for each in drawn_of(quiet, draw.id)} <= {"26-0", "26-1", "26-2"}
    assert draw.searches == 3
    whole = drawn(client)
    assert client.get(f"{whole}/26-3", headers=cookie("pat")).status_code == 200
    assert client.get(f"{whole}/26-3", headers=cookie("nora")).status_code == 403
    assert client.get(f"{address}/26-0", headers=cookie("nora")).status_code == 200


def test_a_draw_needs_days_with_searches(client: TestClient) -> None:
    none = {"first": "2026-04-01", "last": "2026-04-02"}
    for fields, words in (({"first": ""}, "no day"), (none, "No search of the service's records")):
        told = send(client, "pat", "/panel", PERIOD | fields, action="/panel/draws")
        assert told.status_code == 422
        assert words in said(told)
    assert send(client, "sue", "/panel", PERIOD, action="/panel/draws").status_code == 403


def test_a_rating_needs_its_reason_and_only_the_panel_gives_it(
    client: TestClient, shelf: Shelf
) -> None:
    address = f"{drawn(client)}/26-0"
    told = send(client, "pat", address, {"rating": "of concern", "reasons": " "})
    assert told.status_code == 422
    assert "Say why, in your own words." in said(told)
    assert 'value="of concern" checked' in told.text
    told = send(client, "pat", address, {"rating": "excellent", "reasons": "x"})
    assert "Choose a rating." in said(told)
    told = send(client, "pat", address, {"rating": "of concern", "reasons": "No reason was told."})
    assert told.status_code == 303
    assert "Of concern , 5 May 2026: No reason was told." in look(client, "sue", address)
    with reading(shelf.database) as quiet:
        assert len(ratings_of(quiet, all_draws(quiet)[0].id)) == 1
    assert "Rate it" not in look(client, "sue", address)
    assert send(client, "sue", address, {"rating": "good practice"}).status_code == 403


def test_the_share_of_concern_is_told_once_all_are_rated_and_weighed(client: TestClient) -> None:
    address = drawn(client)
    text = look(client, "pat", address)
    assert "no share of all searches is told" in text
    with_rating = {"rating": "acceptable", "reasons": "Calm and clear."}
    html = client.get(address, headers=cookie("pat")).text
    for reference in sorted(set(re.findall(rf'href="{address}/([^"]+)"', html))):
        rating = {"rating": "of concern"} if reference == "26-0" else {}
        send(client, "pat", f"{address}/{reference}", with_rating | rating)
    # 26-0 was sure to be drawn and stands for itself; of the other two in Northbank one was
    # drawn and stands for two; the one in Southbank stands for itself: 1 of 4.
    assert "1 of 3 are of concern. Weighed by the chance of each, that is about 25% of all" in look(
        client, "pat", address
    )


def test_what_is_to_follow_has_an_owner_a_day_and_an_answer(client: TestClient) -> None:
    address = f"{drawn(client)}/26-0"
    asked = {"words": "Was the parent told?", "owner": "Sergeant, Northbank", "due_on": ""}
    told = send(client, "pat", address, asked, action="/panel/questions")
    assert told.status_code == 422
    assert "It follows from search 26-0." in said(told)
    told = send(client, "pat", address, asked | {"due_on": "2026-05-19"}, action="/panel/questions")
    assert told.status_code == 303
    assert "Was the parent told?" in look(client, "pat", address)
    listed = client.get("/panel/questions", headers=cookie("sue"))
    (question,) = set(re.findall(r'href="(/panel/questions/Q-[^"]+)"', listed.text))
    assert send(client, "pat", question, {"words": "Yes."}).status_code == 403
    assert "Write the answer." in said(send(client, "sue", question, {"words": " "}))
    assert send(client, "sue", question, {"words": "Yes, at 14:10."}).status_code == 303
    assert "Answered on 5 May 2026 Yes, at 14:10." in look(client, "pat", question)
    assert "Every question is answered." in look(client, "pat", "/panel")


def complain(shelf: Shelf, quarter_counts: dict[date, int]) -> None:
    with transaction(shelf.database, SERGEANT.actor, purpose="Enter.", at=NOW) as tx:
        for day, count in quarter_counts.items():
            for n in range(count):
                reference = f"C-{day}-{n}"
                keep_complaint(
                    tx, ComplaintGiven(reference=reference, received_on=day, bcu="Northbank")
                )


def test_a_rise_of_complaints_is_to_be_explained_and_the_panel_sees_no_small_count(
    client: TestClient, shelf: Shelf
) -> None:
    complain(shelf, {date(2025, 11, 1): 3, date(2026, 2, 1): 10, date(2026, 5, 1): 12})
    of_panel, of_force = (look(client, who, "/panel/complaints") for who in ("pat", "sue"))
    assert "2026-Q2 12 +20 % to be explained" in of_panel
    assert "2026-Q1 10 withheld: a count from 1 to 4" in of_panel
    assert "2025-Q4 1 to 4" in of_panel
    assert "2026-Q1 10 +233 % to be explained" in of_force
    address = "/panel/complaints/2026-Q2/explanation"
    blank = send(client, "sue", "/panel/complaints", {"words": ""}, action=address)
    assert "Write the explanation." in said(blank)
    told = send(client, "sue", "/panel/complaints", {"words": "A march."}, action=address)
    assert told.status_code == 303
    assert "2026-Q2 12 +20 % A march." in look(client, "pat", "/panel/complaints")
    assert "Explain 2026-Q2" not in of_panel


def test_a_complaint_is_entered_by_reference_alone(client: TestClient) -> None:
    given = {"reference": "IX/1", "received_on": "2026-05-04", "bcu": "Northbank"}
    told = send(client, "sue", "/panel/complaints", given)
    assert "is no reference" in said(told)
    told = send(client, "sue", "/panel/complaints", given | {"reference": "IX-1"})
    assert told.status_code == 303
    assert "2026-Q2 1 the first quarter recorded" in look(client, "sue", "/panel/complaints")
    assert send(client, "pat", "/panel/complaints", given).status_code == 403


def enter_weapons(shelf: Shelf, n: int) -> None:
    with transaction(shelf.database, SERGEANT.actor, purpose="Enter.", at=NOW) as tx:
        for i in range(n):
            weapon = WeaponGiven(
                property_reference=f"P-{i}",
                search_reference="26-1" if i < n - 1 else "",
                kind=WeaponKind.BLADE,
                object="Kitchen knife",
                place=PLACE,
                bcu="Northbank",
                borough="Northbank",
                seized_at=NOW - timedelta(hours=2),
            )
            keep_weapon(tx, weapon)


def test_the_ledger_counts_weapons_by_their_searches_and_hides_small_figures_from_the_panel(
    client: TestClient, shelf: Shelf
) -> None:
    enter_weapons(shelf, 3)
    text = look(client, "sam", "/weapons")  # of Northbank alone: 2 of its 3 searches' weapons
    assert "2 weapons found by 1 of 3 searches of every kind: 66.7 weapons for each 100" in text
    assert "do not say that harm was prevented" in text
    assert "1 weapon for which no search is named" in text
    assert "P-2 none: not found by a search" in text
    of_panel = look(client, "pat", "/weapons")
    assert "Fewer than 5 weapons" in of_panel
    assert "P-2" not in of_panel
    assert "knife or other blade withheld withheld withheld withheld" in of_panel
    assert "knife or other blade 2" not in of_panel
    assert client.get("/weapons", headers=cookie("olly")).status_code == 403
    table = client.get("/weapons.csv", headers=cookie("sam")).text
    assert "By type,knife or other blade,2,1,3,66.7" in table
    assert "do not say that harm was prevented" in table


def test_a_weapon_is_entered_with_its_property_reference(client: TestClient) -> None:
    given = {
        "property_reference": "P-77",
        "search_reference": "26-1",
        "kind": "knife or other blade",
        "object": "=1+1",
        "day": "2026-05-05",
        "time": "11:00",
        "borough": "Northbank",
        "place": "High Street",
    }
    told = send(client, "sam", "/weapons/new", given | {"property_reference": "", "kind": ""})
    assert told.status_code == 422
    assert "Give the reference of the property system." in said(told)
    assert "Choose the type of weapon." in said(told)
    assert send(client, "sam", "/weapons/new", given).status_code == 303
    assert "P-77 26-1 knife or other blade" in look(client, "sam", "/weapons")
    assert client.get("/weapons/new", headers=cookie("pat")).status_code == 403


def test_a_day_that_cannot_be_is_told_at_its_own_field(client: TestClient) -> None:
    asked = {"words": "Why is an answer due on Monday?", "owner": "Sergeant"}
    for due_on, field in (("2020-01-01", "due_on"), ("2030-01-01", "words")):
        sent = asked | {"due_on": due_on}
        if field == "words":
            sent |= {"search_reference": "due on 5"}
        told = send(client, "pat", "/panel/questions", sent)
        assert told.status_code == 422
        assert f'href="#{field}"' in told.text
