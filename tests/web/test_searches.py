"""Stop and search as a panel and as the force reads it: who sees which counts, and what is said."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web import searches
from rightplace.web.application import create_app
from tests.brief_pdf import page_text
from tests.web.published import EVIL, NOW
from tests.web.searches_world import CAMDEN, ISLINGTON, LAMBETH, PACK, publish_pack
from tests.web.signed_in import COMMANDER, KnownCookies, cookie, person

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

PAGE = f"/searches/packs/{PACK}"


@pytest.fixture(autouse=True)
def _published(shelf: Shelf) -> None:
    publish_pack(shelf)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    known = KnownCookies(
        {
            "cora": COMMANDER,
            "pam": person("u-010", "Pam Panel", Role.SCRUTINY_PANEL),
            "cam": person("u-011", "Cam Panel", Role.SCRUTINY_PANEL, borough="Camden"),
            "nor": person("u-012", "Nor North", Role.AREA_COMMANDER, bcu="Central North"),
            "olly": person("u-013", "Olly Officer", Role.OFFICER),
        }
    )
    seen = replace(desk, sessions=known)
    return TestClient(create_app(seen), base_url="https://localhost", follow_redirects=False)


def said(client: TestClient, who: str, query: str = "") -> str:
    told = client.get(f"{PAGE}{query}", headers=cookie(who))
    assert told.status_code == 200, told.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())


def figures(client: TestClient, who: str, query: str = "") -> dict[tuple[str, ...], str]:
    told = client.get(f"{PAGE}/figures.csv{query}", headers=cookie(who))
    assert told.status_code == 200, told.text
    read = csv.DictReader(io.StringIO(told.content.decode("utf-8-sig")))
    names = ("span", "place", "power", "characteristic", "value", "measure")
    return {tuple(row[n] for n in names): row["n"] or row["withheld"] for row in read}


UNDER_60 = ("now", "", "section 60", "all", "", "searches")
CHILDREN_60 = ("now", "", "section 60", "age", "10-17", "searches")


def test_the_menu_leads_to_the_newest_pack(client: TestClient) -> None:
    assert 'href="/searches"' in client.get("/", headers=cookie("pam")).text
    told = client.get("/searches?power=section+60", headers=cookie("pam"))
    assert told.headers["location"] == f"{PAGE}?power=section+60"


def test_what_is_missing_stands_before_every_number(client: TestClient) -> None:
    text = said(client, "pam")
    assert text.index("What is missing") < text.index("a category vanished") < text.index("603")


def test_a_panel_sees_no_small_count_and_the_force_sees_it_true(client: TestClient) -> None:
    assert figures(client, "pam")[UNDER_60] == "withheld"
    assert figures(client, "cora")[UNDER_60] == "3"
    assert figures(client, "cora")[CHILDREN_60] == "3"


def test_what_would_tell_a_small_count_is_withheld_too(client: TestClient) -> None:
    seen = figures(client, "pam")
    # 603 in all: the other powers' 600 would tell the three.
    assert seen["now", "", "all", "all", "", "searches"] == "603"
    assert seen["now", "", "other powers", "all", "", "searches"] == "withheld"


def test_no_file_nor_chart_of_a_panel_tells_the_small_count(client: TestClient) -> None:
    page = client.get(f"{PAGE}/pack.html", headers=cookie("pam")).text
    chart = client.get(f"{PAGE}/charts/by-power.svg", headers=cookie("pam")).text
    paper = page_text(client.get(f"{PAGE}/pack.pdf", headers=cookie("pam")).content)
    for text in (page, chart, paper):
        assert "withheld" in text
    assert "Section 60: withheld" in chart
    assert "withheld" not in client.get(f"{PAGE}/charts/by-power.svg", headers=cookie("cora")).text


def test_inside_roles_see_true_counts_of_their_own_area_alone(client: TestClient) -> None:
    whole = figures(client, "nor")
    assert whole[UNDER_60] == "withheld"  # the whole force is not Nor's
    own = figures(client, "nor", f"?borough={CAMDEN}")
    assert own["now", CAMDEN, "section 60", "all", "", "searches"] == "3"
    assert own["now", CAMDEN, "section 60", "age", "10-17", "searches"] == "3"
    assert {place for _, place, *_ in own} == {CAMDEN}
    refused = client.get(f"{PAGE}?borough={LAMBETH}", headers=cookie("nor"))
    assert refused.status_code == 403


def test_a_panel_of_a_borough_chooses_that_borough_alone(client: TestClient) -> None:
    assert "Camden" in said(client, "cam", f"?borough={CAMDEN}")
    assert client.get(f"{PAGE}?borough={ISLINGTON}", headers=cookie("cam")).status_code == 403


def test_a_panel_sees_no_borough_crossed_with_powers(client: TestClient) -> None:
    text = said(client, "pam", f"?borough={CAMDEN}&power=section+60")
    assert "A panel sees a borough under all powers together" in text
    assert "Camden, section 60" not in text


def test_the_year_before_is_compared_with_what_chance_could_do(client: TestClient) -> None:
    # 603 against 600 in the same 92 days.
    text = said(client, "cora")
    assert "603 searches under all powers, 600 in the same months a year before" in text
    assert "chance could do this" in text


def test_the_find_rate_is_counted_by_hand(client: TestClient) -> None:
    # Arrests: 3 x (20 + 9 + 10) = 117 of 603.
    assert f"{100 * 117 / 603:.1f} % of searches led to an arrest" in said(client, "cora")


def test_what_the_file_does_not_record_is_not_computable(client: TestClient) -> None:
    text = said(client, "pam")
    assert (
        "Weapon found: not computable from this file: it has no column for weapons found." in text
    )


def test_the_place_sentence_marking_and_run_stand_on_everything(client: TestClient) -> None:
    for name in ("", "/pack.html", "/figures.csv"):
        text = client.get(f"{PAGE}{name}", headers=cookie("pam")).text
        assert PLACE_NOT_PERSON in unescape(text)
        assert "OFFICIAL-SENSITIVE" in text
        assert PACK in text


def test_hostile_words_are_shown_as_words(client: TestClient) -> None:
    for name in ("", "/pack.html"):
        text = client.get(f"{PAGE}{name}", headers=cookie("pam")).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
        assert "\u202e" not in text
    assert EVIL[:5] not in client.get(f"{PAGE}/figures.csv", headers=cookie("pam")).text


def test_an_unknown_power_chart_or_pack_is_refused(client: TestClient) -> None:
    def status(address: str) -> int:
        return int(client.get(address, headers=cookie("cora")).status_code)

    assert status(f"{PAGE}?power=none") == 422
    assert status(f"{PAGE}/charts/none.svg") == 404
    assert status("/searches/packs/q-ffffffffffff") == 404


def test_who_may_not_see_searches_sees_none(client: TestClient) -> None:
    for address in ("/searches", PAGE, f"{PAGE}/pack.pdf", f"{PAGE}/charts/by-power.svg"):
        assert client.get(address, headers=cookie("olly")).status_code == 403
    assert 'href="/searches"' not in client.get("/", headers=cookie("olly")).text


def test_a_pack_that_is_stopped_is_not_shown_in_any_form(client: TestClient, shelf: Shelf) -> None:
    found = [route.path for route in searches.router.routes if isinstance(route, APIRoute)]
    routes = [each.replace("{ident}", "months") for each in found if "{pack_id}" in each]
    assert len(routes) >= 5
    target = Target(kind=TargetKind.PRODUCT, name=PACK)
    with transaction(shelf.database, COMMANDER.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, target, reason="Counted twice.")
    for route in routes:
        told = client.get(route.replace("{pack_id}", PACK), headers=cookie("cora"))
        assert told.status_code == 403, route
        assert "Counted twice." in told.text, route
    assert "Counted twice." in client.get("/searches", headers=cookie("cora")).text


def test_the_share_of_children_is_told_by_the_table_of_ages_alone(client: TestClient) -> None:
    conduct = said(client, "pam").partition("How searches were done")[2]
    assert "Under 18:" not in conduct.partition("Searches by month")[0]
