"""Two plans side by side, the visits of one on a map and as a table, and its crews' rounds."""

from __future__ import annotations

import csv
import io
import re
import uuid
from html import unescape
from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.decisions import decide_on_plan
from rightplace.records.decided.deciding import DecisionGiven, Verdict
from tests.web.published import FORECAST, NOW, PLAN
from tests.web.second_plan import ROUTES, SECOND, publish_second
from tests.web.signed_in import COMMANDER, cookie

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rightplace.app.service.shelf import Shelf

BOTH = f"/plans/{PLAN}/compare/{SECOND}"


@pytest.fixture(autouse=True)
def _published(shelf: Shelf) -> None:
    publish_second(shelf)


def said(client: TestClient, address: str, who: str = "cora") -> str:
    told = client.get(address, headers=cookie(who))
    assert told.status_code == 200, told.text
    assert "<script>alert" not in told.text
    assert "\u202e" not in re.sub(r'(value|href|alt|data-\w+|aria-label)="[^"]*"', "", told.text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())


def test_only_what_differs_stands_side_by_side(client: TestClient) -> None:
    text = said(client, BOTH)
    assert f"{SECOND} was made from {PLAN} by changing it." in text
    assert "May prevent (planned, not achieved) about 30 (10 to 40) about 30 (10 to 40)" not in text
    assert "Crew time used 100.0% 90.0%" in text
    assert "Harm that may be prevented" not in text  # the same in both
    # Southbank's only place is dropped, Northbank's second is added (the held-out one is none).
    assert re.search(r"Street 1 [^,]*, Northbank 0 2", text)
    assert re.search(r"Street 2 [^,]*, Southbank 1 0", text)
    assert "Street 0" not in text
    assert re.search(r"Group .* not known|Group .* 1.25 min per 1,000 residents", text)
    assert "one more crew-hour in Northbank none 0.03" in text
    assert "Nothing differs in" in text
    assert "decide on" in text


def test_whoever_only_reads_is_not_asked_to_choose(client: TestClient) -> None:
    assert "decide on" not in said(client, BOTH, "ann")
    assert "Southbank" not in said(client, BOTH, "nora")
    assert client.get(BOTH, headers=cookie("nick")).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/plans/{PLAN}/compare/{PLAN}", 422),
        (f"/plans/{PLAN}/compare/{FORECAST}", 404),
        (f"/plans/{PLAN}/compare/p-999999999999", 404),
        (f"/plans/{PLAN}/compare", 422),
        (f"/plans/{PLAN}/compare?other=//evil.example", 422),
    ],
)
def test_what_cannot_be_compared_is_refused(client: TestClient, address: str, status: int) -> None:
    assert client.get(address, headers=cookie("cora")).status_code == status


def test_the_form_of_a_plan_leads_to_the_comparison(client: TestClient) -> None:
    assert SECOND in said(client, f"/plans/{PLAN}")
    told = client.get(f"/plans/{PLAN}/compare?other={SECOND}", headers=cookie("cora"))
    assert told.headers["location"] == BOTH
    text = said(client, f"/plans/{SECOND}")
    assert f"Changed from plan {PLAN}" in text


def test_a_plan_says_what_changes_against_the_one_in_force(
    client: TestClient, shelf: Shelf
) -> None:
    given = DecisionGiven(
        id=str(uuid.uuid4()),
        plan_id=PLAN,
        bcu="Northbank",
        verdict=Verdict.ACCEPTED,
        reason="As planned.",
        seconds_reading=60,
    )
    decide_on_plan(shelf, given, person=COMMANDER, at=NOW)
    text = said(client, f"/plans/{SECOND}")
    assert f"What changes against {PLAN} for Northbank" in text
    assert "for Southbank" not in text
    assert "What changes against" not in said(client, f"/plans/{PLAN}")


def test_patrol_by_group_of_residents_stands_beside_violence_there(client: TestClient) -> None:
    text = said(client, f"/plans/{SECOND}")
    assert re.search(r"Group [^.]* 1\.25 1\.50 30\.0 not known", text)
    assert "The effect on groups of residents is not known" in said(client, f"/plans/{PLAN}")


def test_visits_are_found_by_slot_place_and_crew(client: TestClient) -> None:
    page = f"/plans/{SECOND}?bcu=Northbank"
    assert "Visits: 3 found" in said(client, page)
    assert "Visits: 2 found" in said(client, f"{page}&slot=0")
    assert "Visits: 1 found" in said(client, f"{page}&search=crew+2")
    assert "No visit is planned here" in said(client, f"{page}&search=nothing")
    assert client.get(f"{page}&slot=99", headers=cookie("cora")).status_code == 422


def test_the_map_numbers_visits_as_the_table_does(client: TestClient) -> None:
    address = f"/plans/{SECOND}/visits.geojson?bcu=Northbank"
    layer = client.get(address, headers=cookie("cora")).json()
    found = [each["properties"] for each in layer["features"]]
    assert [f["name"] for f in found if f["kind"] == "number"] == ["1", "2, 3"]
    assert [f["words"] for f in found if f["kind"] == "place"] == [
        "1 visit: number 1",
        "2 visits: number 2, 3",
    ]
    assert [f["name"] for f in found if f["kind"] == "borough"] == ["Northbank"]
    for who, bcu in (("nora", "Southbank"), ("cora", "")):
        refused = client.get(f"/plans/{SECOND}/visits.geojson?bcu={bcu}", headers=cookie(who))
        assert refused.status_code == 403


def test_visits_to_take_away_run_no_formula_and_say_what_they_are_not(
    client: TestClient,
) -> None:
    told = client.get(f"/plans/{SECOND}/visits.csv?bcu=Northbank", headers=cookie("ann"))
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert [row["visit_id"] for row in rows] == ["v-000001", "v-000002", "v-000003"]
    assert all("not reasonable grounds to stop or search" in row["notice"] for row in rows)
    assert "prevented_mean (planned, not achieved)" in rows[0]
    assert told.headers["content-disposition"].endswith(f'filename="visits-{SECOND}-Northbank.csv"')
    assert "holdout" not in told.text


def test_rounds_are_shown_where_routes_are_published(client: TestClient) -> None:
    text = said(client, f"/plans/{SECOND}?bcu=Northbank&slot=0")
    assert "2 of 3 visits are on rounds by foot; 1 find no room." in text
    assert "crew 1, Northbank" in text
    assert re.search(r"07:00 07:00 Leave the base 5 07:00 07:00 Street 0", text)
    assert "Refreshment break" in text
    page = client.get(f"/plans/{SECOND}?bcu=Northbank", headers=cookie("cora"))
    assert f"/explain/{ROUTES}" in page.text
    assert "Choose a shift above" in said(client, f"/plans/{SECOND}?bcu=Northbank")
    assert "Rounds of its crews" not in said(client, f"/plans/{PLAN}?bcu=Northbank")
