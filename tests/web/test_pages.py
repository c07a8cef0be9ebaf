"""Pages as somebody reads them without scripts, and what nobody may make them do."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from rightplace.records.accounts.roles import Role
from rightplace.web.application import create_app
from tests.web.published import CELLS, EVIL, FORECAST, PLAN
from tests.web.signed_in import KnownCookies, cookie, person

if TYPE_CHECKING:
    from rightplace.web.desk import Desk

PAGES = [
    "/",
    f"/forecasts/{FORECAST}",
    f"/forecasts/{FORECAST}?slot=1&measure=harm&bcu=Northbank&search=street",
    f"/plans/{PLAN}",
    f"/plans/{PLAN}?bcu=Northbank",
    f"/plans/{PLAN}?bcu={quote(EVIL)}",
    f"/explain/{FORECAST}",
    f"/explain/{FORECAST}:E01000000",
    f"/explain/{PLAN}",
]


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_in_words_and_lets_nothing_in(client: TestClient, address: str) -> None:
    told = client.get(address, headers=cookie("ann"))
    assert told.status_code == 200, told.text
    page = Elements(told.text)
    elements = page.found
    assert "<script>alert" not in told.text
    assert "\u202e" not in page.said
    assert [a for tag, a in elements if tag == "script" and "src" not in a] == []
    assert [a for tag, a in elements if tag in {"style", "b", "iframe"} or "style" in a] == []
    assert [name for _, a in elements for name in a if name.startswith("on")] == []
    sources = [
        a[name] or "" for _, a in elements for name in ("src", "href", "action") if name in a
    ]
    assert [each for each in sources if not re.match(r"[/?#]|data:,$", each)] == []
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_for_those_signed_in_whose_role_reads(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 401
    assert client.get(address, headers=cookie("guessed")).status_code == 401
    refused = client.get(address, headers=cookie("nick"))
    if address == "/":  # of what a role does not show there is nothing on Today
        assert refused.status_code == 200
        assert PLAN not in refused.text
        assert FORECAST not in refused.text
    else:
        assert refused.status_code == 403


def test_the_forecast_shows_figures_with_intervals_drivers_and_verdict(client: TestClient) -> None:
    text = client.get(f"/forecasts/{FORECAST}?slot=0", headers=cookie("ann")).text
    assert "Mon 4 May, early, 07:00 to 15:00" in text
    assert "1 in 6 in this slot" in text  # 0.2: a chance of 0.18
    assert "80%" in text
    assert "70% to 90%" in text
    assert "Beats counts" in text
    assert "no data" in text


def test_the_table_and_the_map_hold_the_same_places(client: TestClient) -> None:
    address = f"/forecasts/{FORECAST}"
    layer = client.get(f"{address}/cells.geojson?slot=0", headers=cookie("ann")).json()
    shades = [each["properties"]["shade"] for each in layer["features"]]
    assert len(shades) == 4
    assert shades[3] == -1
    assert shades[0] == max(shades)
    nora = client.get(f"{address}/cells.geojson?slot=0", headers=cookie("nora")).json()
    assert len(nora["features"]) == 2
    names = client.get(f"{address}/names.geojson", headers=cookie("nora")).json()
    assert [each["properties"]["name"] for each in names["features"]] == ["Northbank"]


def test_nobody_sees_places_of_another_area(client: TestClient) -> None:
    mine = client.get(f"/forecasts/{FORECAST}", headers=cookie("nora"))
    assert "E01000000" in mine.text
    assert "E01000002" not in mine.text
    for address in (
        f"/forecasts/{FORECAST}?bcu=Southbank",
        f"/plans/{PLAN}?bcu=Southbank",
        f"/explain/{FORECAST}:E01000002",
    ):
        assert client.get(address, headers=cookie("nora")).status_code == 403


def test_what_is_held_out_is_on_no_page(client: TestClient) -> None:
    text = client.get(f"/plans/{PLAN}?bcu=Northbank", headers=cookie("cora")).text
    assert "Street 0" in text
    assert "Street 1" not in text
    assert "holdout" not in text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/forecasts/f-999999999999", 404),
        (f"/forecasts/{PLAN}", 404),
        (f"/forecasts/{FORECAST}?slot=99", 422),
        (f"/forecasts/{FORECAST}?slot=x", 422),
        (f"/forecasts/{FORECAST}?measure=fear", 422),
        (f"/forecasts/{FORECAST}?bcu=Nowhere", 422),
        (f"/forecasts/{FORECAST}?page=0", 422),
        (f"/explain/{FORECAST}:E99", 404),
        ("/static/../application.py", 404),
        ("/openapi.json", 404),
        ("/docs", 404),
    ],
)
def test_a_wrong_address_is_answered_in_plain_words(
    client: TestClient, address: str, status: int
) -> None:
    told = client.get(address, headers=cookie("cora"))
    assert told.status_code == status
    assert "<h1" in told.text
    assert "Traceback" not in told.text


def test_a_role_for_one_borough_shows_its_places_alone(desk: Desk) -> None:
    sergeant = person("u-9", "Sam", Role.SERGEANT, borough="Northbank")
    analyst = person("u-8", "Ada", Role.ANALYST, borough="Northbank")
    app = create_app(replace(desk, sessions=KnownCookies({"sam": sergeant, "ada": analyst})))
    client = TestClient(app, base_url="https://localhost", follow_redirects=False)
    plan = client.get(f"/plans/{PLAN}?bcu=Northbank", headers=cookie("sam"))
    assert plan.status_code == 200
    assert "Street 0" in plan.text
    assert "Southbank" not in plan.text
    assert client.get(f"/plans/{PLAN}?bcu=Southbank", headers=cookie("sam")).status_code == 403
    assert "Street 2" not in client.get(f"/forecasts/{FORECAST}", headers=cookie("ada")).text
    assert client.get(f"/explain/{FORECAST}:{CELLS[2]}", headers=cookie("ada")).status_code == 403


def test_the_menu_holds_what_a_role_may_see(desk: Desk) -> None:
    officer = person("u-7", "Otto", Role.OFFICER)
    app = create_app(replace(desk, sessions=KnownCookies({"otto": officer})))
    client = TestClient(app, base_url="https://localhost", follow_redirects=False)
    text = client.get("/", headers=cookie("otto")).text
    assert 'href="/forecasts"' not in text
    assert 'href="/plans"' not in text


def test_today_tells_who_sees_no_plans_what_to_open_and_not_that_none_is_published(
    desk: Desk,
) -> None:
    otto = person("u-9", "Otto", Role.OFFICER, borough="Camden")
    people = KnownCookies(people={"otto": otto})
    client = TestClient(create_app(replace(desk, sessions=people)), base_url="https://localhost")
    text = client.get("/", headers=cookie("otto")).text
    main = text[text.index("<main") :]
    assert 'href="/shift"' in main
    assert "Nothing is published" not in text
