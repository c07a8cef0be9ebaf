"""The violence picture as somebody reads it: what changed, where, for whom, and what is unknown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.picture import KIND, read_published_picture
from rightplace.app.service.picture_change import Asked, known_boroughs, periods_of
from rightplace.evaluate.rate_ratio import rate_ratio
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.web.application import create_app
from tests.web.picture_world import PICTURE, publish_picture
from tests.web.published import EVIL, FORECAST, NOW
from tests.web.signed_in import ANALYST, KnownCookies, cookie, person

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

PAGE = f"/pictures/{PICTURE}"


@pytest.fixture(autouse=True)
def _published(shelf: Shelf) -> None:
    publish_picture(shelf)


def said(client: TestClient, address: str, who: str = "ann") -> str:
    told = client.get(address, headers=cookie(who))
    assert told.status_code == 200, told.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())


def test_the_menu_leads_to_the_newest_picture(client: TestClient) -> None:
    assert 'href="/pictures"' in client.get("/", headers=cookie("ann")).text
    told = client.get("/pictures", headers=cookie("ann"))
    assert told.headers["location"] == PAGE


def test_each_bcu_has_a_sentence_with_count_harm_change_places_and_patrol(
    client: TestClient,
) -> None:
    text = said(client, PAGE)
    # A year each: 12 x (10 + 2 + 3) before, 12 x (8 + 2 + 3) after; both have 365 days.
    ratio = rate_ratio(180, 156, exposure_before=365, exposure_after=365)
    lo, hi = round(100 * (1 - ratio.lo)), round(100 * (ratio.hi - 1))
    assert (
        f"Northbank: 156 recorded in the 12 months to April 2026 against 180 in the 12 months to "
        f"April 2025: 13 % fewer ({lo} % fewer to {hi} % more); chance could do this."
    ) in text
    assert "Harm about 20,000, 13 % less." in text
    assert "Most in the street: Street 0" in text
    # Logged twice over: once, with the longer time; what was cut short is no patrol.
    assert "Patrol logged: none logged; since then 1 visit, 0.2 h." in text
    assert "no more than if each incident came by itself (Poisson)" in text
    assert "caused it" in text


def test_where_nothing_is_chosen_months_of_which_nothing_is_known_are_in_neither_period(
    shelf: Shelf,
) -> None:
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        picture = shelf.opened(tx, PICTURE, kind=KIND, read=read_published_picture)
    known = picture.known.copy()
    known[:, 0] = False  # May 2024; 23 months are left, which is twice eleven
    periods = periods_of(replace(picture, known=known), Asked())
    assert (periods.after_words, periods.before_words) == (
        "the 11 months to April 2026", "the 11 months to April 2025",
    )  # fmt: skip
    assert known_boroughs(replace(picture, known=known), periods, range(len(known)))


def test_what_is_not_known_is_no_data_and_never_quiet(client: TestClient) -> None:
    text = said(client, PAGE)
    assert "no data in these months, which is not the same as quiet" in text
    assert "25% of the records do not say" in text
    assert "no data" in said(client, f"{PAGE}?unit={quote(EVIL)}")


def test_domestic_abuse_stands_apart_and_is_at_no_place(client: TestClient) -> None:
    text = said(client, f"{PAGE}?unit=Northbank")
    assert "Violence with injury 24 24 no change" in text
    assert "Robbery 96 120" in text
    assert "Domestic abuse, in all its forms 36 36 no change" in text
    assert "Street 0 <script>alert(1)</script>\"', Northbank 96 120" in text
    text = said(client, f"{PAGE}?unit=Southbank")
    assert "Southbank 24 12 100 % more" in text
    assert "Where a source does not say, that is not the same as none." in text


def test_two_periods_are_chosen_in_the_address(client: TestClient) -> None:
    text = said(client, f"{PAGE}?until=2026-03&months=3&against=2025-03&unit=Northbank")
    assert "the 3 months to March 2026" in text
    assert "the 3 months to March 2025" in text
    assert "Northbank 39 45 13 % fewer" in text
    assert "in April 2026" in said(client, f"{PAGE}?months=1")


@pytest.mark.parametrize(
    "address",
    [
        f"{PAGE}?until=2026-05",
        f"{PAGE}?until=2026-04&months=13",
        f"{PAGE}?months=0",
        f"{PAGE}?months=6&until=2026-04&against=2025-11",
        f"{PAGE}?months=x",
        f"{PAGE}?until=2026-13",
        f"{PAGE}?unit=Nowhere",
        f"{PAGE}/months.svg",
    ],
)
def test_periods_that_cannot_be_compared_are_refused_in_words(
    client: TestClient, address: str
) -> None:
    told = client.get(address, headers=cookie("ann"))
    assert told.status_code == 422
    assert "<h1" in told.text


def test_nobody_sees_another_area_or_without_the_role(client: TestClient) -> None:
    assert client.get(PAGE, headers=cookie("nick")).status_code == 403
    assert client.get(PAGE).status_code == 401
    mine = said(client, PAGE, "nora")
    assert "Northbank" in mine
    assert "Southbank" not in mine
    for file in ("", "/months.svg"):
        told = client.get(f"{PAGE}{file}?unit=Southbank", headers=cookie("nora"))
        assert told.status_code == 422
    assert "Southbank" not in client.get(f"{PAGE}/picture.csv", headers=cookie("nora")).text


def test_who_sees_the_picture_and_no_forecast_may_ask_how_it_came_about(desk: Desk) -> None:
    manager = person("u-6", "Dan", Role.DETECTIVE_MANAGER)
    app = create_app(replace(desk, sessions=KnownCookies({"dan": manager})))
    client = TestClient(app, base_url="https://localhost", follow_redirects=False)
    assert client.get(PAGE, headers=cookie("dan")).status_code == 200
    assert client.get(f"/explain/{PICTURE}", headers=cookie("dan")).status_code == 200
    assert client.get(f"/explain/{FORECAST}", headers=cookie("dan")).status_code == 403


def test_the_chart_is_a_drawing_without_script_that_breaks_where_nothing_is_known(
    client: TestClient,
) -> None:
    told = client.get(f"{PAGE}/months.svg?unit=Northbank", headers=cookie("ann"))
    assert told.headers["content-type"] == "image/svg+xml"
    assert told.text.startswith("<svg")
    assert "<script" not in told.text
    assert "the 12 months to April 2026" in told.text
    hostile = client.get(f"{PAGE}/months.svg?unit={quote(EVIL)}", headers=cookie("ann"))
    assert hostile.status_code == 200
    assert "<script" not in hostile.text


def test_the_table_to_take_away_names_its_origin_and_runs_no_formula(client: TestClient) -> None:
    told = client.get(f"{PAGE}/picture.csv", headers=cookie("ann"))
    assert told.headers["content-disposition"] == (
        'attachment; filename="picture-c-000000000001.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    north = next(row for row in rows if row["name"] == "Northbank")
    assert (north["later"], north["earlier"], north["known_domestic"]) == ("156", "180", "36")
    assert all("not reasonable grounds to stop or search" in row["notice"] for row in rows)
    assert {row["marking"] for row in rows} == {"OFFICIAL-SENSITIVE"}
    assert {row["exported_by"] for row in rows} == {"Ann <b>Analyst</b>"}
    assert "\u202e" not in told.text
