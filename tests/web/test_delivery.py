"""Delivery: worked out by hand on a small world; withheld under five crews; never by person."""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from starlette.testclient import TestClient

from rightplace.app.service.delivery import DeliveryWanted, read_delivery
from rightplace.app.service.delivery_counting import CountRules
from rightplace.app.service.delivery_csv import delivery_csv
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import transaction
from rightplace.records.delivery.sync import CalledAway, VisitMade, log_visit
from rightplace.web.application import create_app
from tests.web.published import CELLS, SLOTS
from tests.web.shift_world import (
    EARLY,
    NOON,
    SHIFT_PLAN,
    World,
    publish_plan,
    put,
    shift_world,
    visit_id,
    visits_table,
)
from tests.web.signed_in import cookie, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.core.time import Slot

ADDRESS = "/delivery?bcu=Northbank"
OTHER = "p-000000000008"
NO_DELAY = timedelta(seconds=1)


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from shift_world(tmp_path_factory.mktemp("records"))


@pytest.fixture
def client(world: World) -> TestClient:
    return TestClient(create_app(world.desk), base_url="https://localhost", follow_redirects=False)


def log(  # noqa: PLR0913 - of one visit, what a test varies
    world: World,
    visit: str,
    *,
    by: str = "",
    start: datetime = SLOTS[0].start,
    minutes: float = 15,
    away: CalledAway = CalledAway.NO,
    behind: timedelta = timedelta(),
    later: timedelta = NO_DELAY,
    plan_id: str = SHIFT_PLAN,
) -> None:
    """One visit logged: by a clock that is ``behind`` ours, in at ``later`` after its end."""
    ended = start + timedelta(minutes=minutes)
    received = ended + later
    made = VisitMade(
        id=str(uuid.uuid4()),
        plan_id=plan_id,
        visit_id=visit,
        started_at=start,
        ended_at=ended,
        sent_at=received - behind,
        activity="engage" if away is CalledAway.NO else f"not done: {away}",
        called_away=away,
    )
    actor = Actor(id=by or f"u-{visit}", name="Somebody")
    with transaction(world.shelf.database, actor, purpose="Log.", at=received) as tx:
        log_visit(tx, made)


def first_shift(world: World, *, crews: int = 6) -> None:
    """Each of some crews makes both its visits in the first slot; each has its own officer."""
    for crew in range(crews):
        for turn in range(2):
            log(world, visit_id(0, crew, turn), by=f"u-{crew}")


def table(client: TestClient, name: str = "sam", query: str = "") -> dict[str, dict[str, str]]:
    told = client.get(f"/delivery.csv?bcu=Northbank{query}", headers=cookie(name))
    assert told.status_code == 200, told.text
    rows = csv.DictReader(io.StringIO(told.text))
    return {row["name"].removesuffix(", Northbank"): row for row in rows}


def after(world: World, slot: Slot) -> None:
    world.clock.at = slot.end + timedelta(minutes=1)


def test_visits_made_are_counted_of_those_due_in_shifts_that_are_over(
    world: World, client: TestClient
) -> None:
    first_shift(world)
    log(world, visit_id(1, 0, 0), by="u-0", start=SLOTS[1].start)  # its shift is not over yet
    after(world, SLOTS[0])
    rows = table(client)
    # Six crews, one visit each to each of two places; Mill is cell 0, Quay cell 1.
    assert {
        name: (row["planned"], row["made"], row["compliance"]) for name, row in rows.items()
    } == {
        "Mill": ("6", "6", "100%"),
        "Quay": ("6", "6", "100%"),
    }
    assert rows["Mill"]["minutes_logged"] == "90"
    shown = client.get(ADDRESS, headers=cookie("sam")).text
    assert "12 of 12 visits due were made: 100%." in shown
    assert "1 shift over" in shown


def test_what_was_excused_leaves_both_figures_and_what_was_missed_stays(
    world: World, client: TestClient
) -> None:
    first_shift(world)
    for crew in range(6):
        start = SLOTS[1].start
        if crew == 0:
            log(world, visit_id(1, 0, 0), by="u-0", start=start, minutes=0, away=CalledAway.UNSAFE)
        elif crew == 1:
            log(world, visit_id(1, 1, 0), by="u-1", start=start, minutes=9.5)  # too short
        elif crew == 2:
            log(world, visit_id(1, 2, 0), by="u-2", start=start, minutes=10)
    after(world, SLOTS[1])
    mill = table(client)["Mill"]
    # 12 planned, 1 excused, 11 due; 6 made in the first slot and 1 in the second: 7 of 11.
    names = ("planned", "excused", "due", "made", "compliance")
    assert [mill[name] for name in names] == ["12", "1", "11", "7", "64%"]


def test_two_logs_of_a_visit_are_one_and_one_made_is_not_excused(
    world: World, client: TestClient
) -> None:
    first_shift(world)
    log(world, visit_id(0, 0, 0), by="u-99")
    log(world, visit_id(0, 1, 0), by="u-99", minutes=0, away=CalledAway.URGENT)
    after(world, SLOTS[0])
    mill = table(client)["Mill"]
    assert (mill["planned"], mill["excused"], mill["made"]) == ("6", "0", "6")
    assert mill["minutes_logged"] == "90"


def test_late_ones_count_by_the_device_and_those_out_of_bounds_do_not(
    world: World, client: TestClient
) -> None:
    for crew in range(6):
        log(world, visit_id(0, crew, 1), by=f"u-{crew}")
    start, hour = SLOTS[0].start, timedelta(hours=1)
    log(world, visit_id(0, 0, 0), by="u-0", later=20 * hour)  # late, and counted
    log(world, visit_id(0, 1, 0), by="u-1", behind=timedelta(minutes=5))  # at the bound
    log(world, visit_id(0, 2, 0), by="u-2", behind=timedelta(minutes=5, seconds=1))
    log(world, visit_id(0, 3, 0), by="u-3", behind=-timedelta(minutes=5, seconds=1))
    log(world, visit_id(0, 4, 0), by="u-4", start=start - timedelta(minutes=30))  # at the bound
    log(world, visit_id(0, 5, 0), by="u-5", start=start - timedelta(minutes=31))
    after(world, SLOTS[0])
    mill = table(client)["Mill"]
    names = ("made", "came_in_late", "not_counted", "due")
    assert [mill[name] for name in names] == ["3", "1", "3", "6"]


def test_nothing_is_told_of_fewer_than_five_crews_or_officers(
    world: World, client: TestClient
) -> None:
    first_shift(world, crews=4)
    after(world, SLOTS[0])
    assert {row["made"] for row in table(client).values()} == {"withheld"}
    assert "they are withheld" in client.get(ADDRESS, headers=cookie("sam")).text
    for turn in range(2):
        log(world, visit_id(0, 4, turn), by="u-0")  # a fifth crew, and no fifth officer
    assert {row["made"] for row in table(client).values()} == {"withheld"}
    log(world, visit_id(0, 5, 0), by="u-5")
    assert {row["made"] for row in table(client).values()} == {"5", "6"}


def test_no_sum_gives_away_what_is_withheld_beside_it(world: World, client: TestClient) -> None:
    visits = visits_table()
    few = pc.is_in(visits["crew_id"], value_set=pa.array(["North 5", "North 6"]))
    in_quay = pc.equal(visits["cell_id"], CELLS[1])
    publish_plan(world.shelf, OTHER, visits.filter(pc.invert(pc.and_(few, in_quay))))
    put(world.shelf, "Northbank", plan_id=OTHER)
    for crew in range(6):
        for turn in range(2 if crew < 4 else 1):
            log(world, visit_id(0, crew, turn), by=f"u-{crew}", plan_id=OTHER)
    after(world, SLOTS[0])
    # Quay is of four crews. Mill is of six, but Northbank without Mill would tell of Quay.
    assert {row["made"] for row in table(client).values()} == {"withheld"}
    assert table(client, query="&by=borough")["Northbank"]["made"] == "10"
    assert {row["made"] for row in table(client, query="&by=place").values()} == {"withheld"}


def test_a_bcu_of_one_crew_is_withheld_and_the_others_are_not(
    world: World, client: TestClient
) -> None:
    first_shift(world)
    log(world, "v-south", start=EARLY.start)
    after(world, EARLY)
    south = client.get("/delivery?bcu=Southbank", headers=cookie("ann")).text
    assert "they are withheld" in south
    assert "12 of 48 visits due were made: 25%." in client.get(ADDRESS, headers=cookie("ann")).text


def test_who_has_a_borough_sees_it_and_no_sum_of_the_bcu(world: World) -> None:
    first_shift(world)
    page = read_delivery(
        world.shelf,
        DeliveryWanted(bcu="Northbank"),
        person=person("u-bo", "Bo", Role.SERGEANT, borough="Northbank"),
        at=SLOTS[0].end,
        rules=CountRules(shift=world.desk.shift, qualifying_minutes=10),
    )
    assert page.whole is None
    assert [row.made for row in page.rows] == ["6", "6"]
    named = tuple(replace(row, name="=HYPERLINK(1)") for row in page.rows)
    text = delivery_csv(replace(page, rows=named), taken_by="+Bo", marking="@OFFICIAL")
    assert "'=HYPERLINK(1)" in text
    assert ",=" not in text
    assert "'@OFFICIAL" in text
    assert "'+Bo" in text


def test_gaps_are_opened_by_the_address_and_one_withheld_is_not_told_to_be_one(
    world: World, client: TestClient
) -> None:
    first_shift(world)
    for crew in range(6):
        log(world, visit_id(1, crew, 0), by=f"u-{crew}", start=SLOTS[1].start)
    after(world, SLOTS[1])
    assert list(table(client, query="&gaps=yes")) == ["Quay"]
    ward = quote("Quay, Northbank")
    (place,) = table(client, query=f"&by=place&ward={ward}")
    assert place.startswith("Street 1")
    assert table(client, query="&gaps=yes&search=mill") == {}
    shown = client.get(f"{ADDRESS}&gaps=yes", headers=cookie("sam")).text
    assert f"ward={ward}" in shown


def test_a_plan_replaced_in_a_shift_is_not_held_to_it(world: World, client: TestClient) -> None:
    first_shift(world)
    put(world.shelf, "Northbank", slots=SLOTS[1:2], plan_id="p-000000000001")
    after(world, SLOTS[1])
    rows = table(client, query=f"&plan={SHIFT_PLAN}")
    assert rows["Mill"]["planned"] == "6"


def test_only_roles_that_see_delivery_do_and_only_their_area(
    world: World, client: TestClient
) -> None:
    after(world, SLOTS[0])
    assert client.get("/delivery", headers=cookie("olga")).status_code == 403
    assert client.get("/delivery.csv", headers=cookie("olga")).status_code == 403
    assert client.get("/delivery?bcu=Southbank", headers=cookie("sam")).status_code == 403
    assert client.get("/delivery?plan=p-none", headers=cookie("sam")).status_code == 404
    assert client.get("/delivery?bcu=Southbank", headers=cookie("ann")).status_code == 200


def test_neither_page_nor_file_names_a_person_a_crew_or_a_place_held_out(
    world: World, client: TestClient
) -> None:
    first_shift(world)
    world.clock.at = NOON + timedelta(days=2)
    for address in (f"{ADDRESS}&by=place", "/delivery.csv?bcu=Northbank&by=place"):
        told = client.get(address, headers=cookie("sam")).text
        assert PLACE_NOT_PERSON in told
        assert "u-0" not in told
        assert "North 1" not in told
        assert "v-held" not in told


def test_no_cell_of_the_file_is_a_formula(world: World, client: TestClient) -> None:
    first_shift(world)
    after(world, SLOTS[0])
    told = client.get("/delivery.csv?bcu=Northbank&by=place", headers=cookie("sam"))
    assert told.headers["content-type"].startswith("text/csv")
    for row in csv.reader(io.StringIO(told.text)):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert "\u202e" not in "".join(row)
