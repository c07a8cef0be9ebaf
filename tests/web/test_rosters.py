"""A roster as a resource planner reads and publishes it, and as others may see it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.decided.handing_out import handed_out
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.attack_world import Page
from tests.web.officers_world import OTHER, ROSTER, TEAM, publish_officers
from tests.web.published import NOW, published_shelf
from tests.web.signed_in import ANALYST, KnownCookies, cookie, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.service.shelf import Shelf

PAGE = f"/rosters/{ROSTER}"
OFFICER_IDS = ("PC-4711", OTHER)
PLANNER = person("u-010", "Rosa Planner", Role.RESOURCE_PLANNER)
PEOPLE = {
    "rosa": PLANNER,
    "ron": person("u-011", "Ron Planner", Role.RESOURCE_PLANNER, bcu="Northbank"),
    "sam": person("u-012", "Sam Sergeant", Role.SERGEANT, bcu="Northbank", borough="Northbank"),
    "oli": person("u-013", "Oli Officer", Role.OFFICER),
    "ann": ANALYST,
}


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = published_shelf(tmp_path_factory.mktemp("records"))
    publish_officers(shelf)
    yield shelf
    shelf.database.close()


@pytest.fixture(scope="module")
def world(read_only: Shelf) -> TestClient:
    return client_at(read_only, NOW)


@pytest.fixture
def own(shelf: Shelf) -> Shelf:
    """One that may be changed."""
    publish_officers(shelf)
    return shelf


def client_at(shelf: Shelf, moment: datetime) -> TestClient:
    people = KnownCookies(dict(PEOPLE))
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=people, now=lambda: moment)
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def said(client: TestClient, address: str, who: str) -> str:
    told = client.get(address, headers=cookie(who))
    assert told.status_code == 200, told.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())


def token(client: TestClient, who: str = "rosa") -> str:
    found = re.search(
        r'handing-out".*?name="form_token" value="([^"]+)"',
        client.get(PAGE, headers=cookie(who)).text,
        re.DOTALL,
    )
    assert found is not None
    return found[1]


def hand_out(client: TestClient, reason: str, who: str = "rosa", form: str = "") -> int:
    fields = {"form_token": form or token(client), "reason": reason}
    told = client.post(f"{PAGE}/handing-out", data=fields, headers=cookie(who))
    return int(told.status_code)


def test_the_menu_leads_to_the_newest_roster(world: TestClient) -> None:
    assert 'href="/rosters"' in world.get("/", headers=cookie("rosa")).text
    assert world.get("/rosters", headers=cookie("rosa")).headers["location"] == PAGE


def test_demand_that_is_not_met_stands_first_then_wishes_refused(world: TestClient) -> None:
    text = said(world, PAGE, "sam")
    assert "2 of 4 demands are not met." in text
    assert re.search(r"1 June 2026 late A .* officers 2 1 1 lacking", text)
    assert "2 of 3 wishes are granted, 1 refused." in text
    order = ("demands are not met", "wishes are granted", "days' notice", "Is it legal?")
    assert [text.index(each) for each in order] == sorted(text.index(each) for each in order)
    # Refused for a rule of rest and, counted apart, because a shift would lack.
    assert "Demand would not be met 1 Rest between shifts 1" in text
    assert "1 shift changed with less than 90 days' notice." in text
    assert "The weekly average of 1 officer was not checked" in text


def test_limits_say_whether_they_were_read_and_teams_how_near_to_the_best(
    world: TestClient,
) -> None:
    text = said(world, PAGE, "sam")
    assert "Least hours between shifts 11 11" in text
    assert "yes Most hours a week on average" in text
    assert "no: have it confirmed" in text
    assert "none can cost less than 30: at most 25.0% of it could be saved" in text


def test_extremes_of_a_small_team_are_the_planners_alone(world: TestClient) -> None:
    assert "0 to 37" not in said(world, PAGE, "sam")
    assert "withheld: fewer than five officers" in said(world, PAGE, "sam")
    assert "0 to 37, fair share at most 1" in said(world, PAGE, "rosa")


def test_no_officer_is_named_but_to_the_planner_of_the_whole_area(world: TestClient) -> None:
    for who in ("sam", "ron", "ann", "rosa"):
        for file in ("", "/cover.csv", "?lacking=yes"):
            told = world.get(f"{PAGE}{file}", headers=cookie(who))
            assert told.status_code == 200
            assert not any(each in told.text for each in OFFICER_IDS), (who, file)
        explained = world.get(f"/explain/{ROSTER}", headers=cookie(who))
        assert explained.status_code == 200
        assert not any(each in explained.text for each in OFFICER_IDS)
    for who in ("sam", "ron", "ann"):
        told = world.get(f"{PAGE}/officers", headers=cookie(who))
        assert told.status_code == 403
        assert not any(each in told.text for each in OFFICER_IDS)
        assert "/officers" not in world.get(PAGE, headers=cookie(who)).text
    assert world.get(PAGE, headers=cookie("oli")).status_code == 403
    assert world.get(f"/explain/{ROSTER}", headers=cookie("oli")).status_code == 403
    assert world.get(f"{PAGE}/cover.csv", headers=cookie("oli")).status_code == 403


def test_the_planner_sees_who_works_when_and_each_look_is_a_line(
    world: TestClient, read_only: Shelf
) -> None:
    text = said(world, f"{PAGE}/officers", "rosa")
    assert "3 rest between shifts: 8 hours before early; 11 asked" in text
    assert f"{OTHER} 2 June 2026 late early 28" in text
    # 06:00 to 14:00 UTC in British summer time; the early shift first.
    assert text.index(f"{OTHER} 07:00 to 15:00 45") < text.index("16:00 to 00:00 45")
    assert "16 of 11.43 41.2 1 (fair: 1) 0 (fair: 1)" in text
    assert "16 of 11.43 not known 0 (fair: 1)" in text
    with transaction(read_only.database, ANALYST.actor, purpose="Audit.", at=NOW) as tx:
        looks = [
            line
            for line in by_product(tx, ROSTER)
            if line.actor_id == PLANNER.actor.id and line.record_type == "published_table"
        ]
    assert len(looks) == 2  # the tables of shifts and of officers
    assert said(world, f"{PAGE}/officers?day=2026-06-02", "rosa").count("07:00 to 15:00") == 1
    for wrong in ("team=Nobody", "day=2026-07-01", "day=2026-99-99", "page=0"):
        told = world.get(f"{PAGE}/officers?{wrong}", headers=cookie("rosa"))
        assert told.status_code == 422


def test_the_cover_goes_out_whole_and_runs_no_formula(world: TestClient) -> None:
    told = world.get(f"{PAGE}/cover.csv", headers=cookie("sam"))
    assert told.headers["content-disposition"] == 'attachment; filename="cover-o-000000000001.csv"'
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert [row["lacks"] for row in rows] == ["0", "1", "1", "0"]  # early before late
    assert {row["exported_by"] for row in rows} == {"Sam Sergeant"}
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    lacking = world.get(f"{PAGE}/cover.csv?lacking=yes", headers=cookie("sam")).text
    assert lacking.count(ROSTER) == 2
    assert world.get(f"{PAGE}?teams=Nobody", headers=cookie("sam")).status_code == 422
    named = world.get(PAGE, params={"teams": TEAM}, headers=cookie("sam"))
    assert "4 demands by day and shift" in named.text


def test_hostile_words_stay_words(world: TestClient) -> None:
    for address in (PAGE, f"{PAGE}/officers"):
        text = world.get(address, headers=cookie("rosa")).text
        assert Page(address, text).active == []
        assert "\u202e" not in said(world, address, "rosa")


def test_the_planner_publishes_it_with_its_flags_and_a_reason_once(own: Shelf) -> None:
    world = client_at(own, NOW)
    first, second = token(world), token(world)
    assert hand_out(world, " ") == 422
    with reading(own.database) as quiet:
        assert handed_out(quiet, ROSTER) is None
    reason = "The derby <b>moved</b>."
    assert hand_out(world, reason, form=first) == 303
    with reading(own.database) as quiet:
        act = handed_out(quiet, ROSTER)
        assert act is not None
        assert (act.short_notice, act.lacking, act.reason) == (1, 2, reason)
        assert (act.handed_out_by, act.handed_out_at) == (PLANNER.actor.id, NOW)
    page = world.get(PAGE, headers=cookie("sam")).text
    assert "with 1 short-notice flag and 2 demands not met" in page
    assert Page(PAGE, page).active == []
    assert "handing-out" not in world.get(PAGE, headers=cookie("rosa")).text
    assert hand_out(world, reason, form=first) == 303  # the same form, sent twice
    assert hand_out(world, "Another.", form=second) == 403


def test_nobody_else_publishes_it(world: TestClient) -> None:
    for who in ("sam", "ron", "ann"):
        assert "handing-out" not in world.get(PAGE, headers=cookie(who)).text
        any_form = re.search(
            r'name="form_token" value="([^"]+)"', world.get(PAGE, headers=cookie(who)).text
        )
        assert any_form is not None
        assert hand_out(world, "Because.", who, any_form[1]) == 403


def test_a_day_later_its_notice_flags_would_be_too_few(own: Shelf) -> None:
    late = client_at(own, datetime(2026, 5, 5, 23, 30, tzinfo=UTC))  # 00:30 of 6 May in London
    assert hand_out(late, "Because.", form=token(late)) == 403
    early = client_at(own, datetime(2026, 5, 5, 22, 30, tzinfo=UTC))
    assert hand_out(early, "Because.", form=token(early)) == 303


def test_one_that_is_stopped_is_not_shown_or_published(own: Shelf) -> None:
    world = client_at(own, NOW)
    form = token(world)
    target = Target(kind=TargetKind.PRODUCT, name=ROSTER)
    with transaction(own.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, target, reason="Wrong demand.")
    for file in ("", "/officers", "/cover.csv"):
        told = world.get(f"{PAGE}{file}", headers=cookie("rosa"))
        assert told.status_code == 403
        assert "Wrong demand." in told.text
    assert hand_out(world, "Because.", form=form) == 403
    assert "Wrong demand." in world.get("/rosters", headers=cookie("rosa")).text


def test_without_a_roster_the_page_says_so(shelf: Shelf) -> None:
    told = client_at(shelf, NOW).get("/rosters", headers=cookie("rosa"))
    assert "None is published." in told.text
    assert client_at(shelf, NOW).get(PAGE, headers=cookie("rosa")).status_code == 404
