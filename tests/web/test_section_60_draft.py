"""Drafting section 60, page by page, without scripts: by role, with what was typed kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.powers.section_60.history import GroundDropped, LimbStated, PeriodChosen
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading
from rightplace.records.section_60.log import all_references, history_of
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import EVIL, NOW
from tests.web.signed_in import KnownCookies, cookie, person

if TYPE_CHECKING:
    from httpx import Response

    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.history import History

NORTH = "Northbank"
PEOPLE = {
    "sergeant": person("u-101", "Sal Sergeant", Role.SERGEANT, bcu=NORTH),
    "second": person("u-102", "Sam Second", Role.DUTY_INSPECTOR, bcu=NORTH),
    "officer": person("u-103", "Ola Officer", Role.OFFICER, bcu=NORTH),
    "south": person("u-104", "Sue South", Role.DUTY_INSPECTOR, bcu="Southbank"),
    "panel": person("u-105", "Pat Panel", Role.SCRUTINY_PANEL),
}
LIMB = {
    "fact": "Two groups fought with knives at the Mill on Saturday night.",
    "source": "CRIS 4412/26",
    "grade": "2b p",
    "learnt_day": "2026-05-05",
    "learnt_time": "09:30",
    "why_here": "Both live by Mill Street, and said that they would come back there.",
    "why_this_long": "Until the last bus has gone.",
}


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    sessions = KnownCookies(dict(PEOPLE))
    return Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def get(client: TestClient, path: str, who: str = "sergeant") -> Response:
    told: Response = client.get(path, headers=cookie(who))
    return told


def post(
    client: TestClient, path: str, fields: dict[str, str], who: str = "sergeant", page: str = ""
) -> Response:
    """Send the form of a page as somebody who filled it in."""
    text = get(client, page or path, who).text
    tokens = re.findall(r'name="form_token" value="([^"]+)"', text)
    assert tokens, text
    sent = {"form_token": tokens[-1], **fields}
    told: Response = client.post(path, data=sent, headers=cookie(who))
    return told


def begun(client: TestClient, who: str = "sergeant") -> str:
    told = post(client, "/section-60/new", {"force": "metropolitan", "bcu": NORTH}, who)
    assert told.status_code == 303, told.text
    return str(told.headers["location"])


def log(shelf: Shelf) -> History:
    with reading(shelf.database) as quiet:
        (reference,) = all_references(quiet)
        return history_of(quiet, reference)


@pytest.mark.parametrize("who", ["officer", "panel"])
def test_whoever_may_not_draft_is_refused_each_page(client: TestClient, who: str) -> None:
    draft = begun(client)
    for path in ("", "/grounds", "/grounds/a/violence-may-come", "/questions/period"):
        assert get(client, draft + path, who).status_code in {403, 404}, path
    assert get(client, "/section-60/new", who).status_code == 403


def test_a_draft_of_another_bcu_is_neither_shown_nor_begun(client: TestClient) -> None:
    draft = begun(client)
    assert get(client, draft, "south").status_code == 403
    told = post(client, "/section-60/new", {"force": "metropolitan", "bcu": NORTH}, "south")
    assert told.status_code == 403
    assert f"{NORTH} is not in your area" in told.text


def test_a_limb_is_kept_with_its_source_and_grade(client: TestClient, shelf: Shelf) -> None:
    draft = begun(client)
    told = post(client, f"{draft}/grounds", {"ground": "a"})
    assert told.headers["location"] == f"{draft}/grounds/a/violence-may-come"
    told = post(client, told.headers["location"], LIMB)
    assert told.headers["location"] == f"{draft}/grounds/a/expedient-to-prevent"
    stated = log(shelf)[-1]
    assert isinstance(stated, LimbStated)
    assert stated.fact == LIMB["fact"]
    assert stated.grade == "2B P"
    assert stated.learnt_at == datetime(2026, 5, 5, 8, 30, tzinfo=UTC)  # summer time
    assert stated.by.name == "Sal Sergeant"


def test_everything_typed_is_kept_when_a_page_fails(client: TestClient, shelf: Shelf) -> None:
    draft = begun(client)
    wrong = LIMB | {"grade": "very good", "fact": f"{LIMB['fact']} {EVIL}", "learnt_time": "noon"}
    told = post(client, f"{draft}/grounds/a/violence-may-come", wrong)
    assert told.status_code == 422
    assert "There is a problem" in told.text
    assert "very good" in told.text
    assert "Two groups fought with knives" in told.text
    assert "<script>alert" not in told.text
    assert LIMB["why_here"] in told.text
    assert len(log(shelf)) == 1


def test_information_suspected_to_be_false_supports_no_ground(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    told = post(client, f"{draft}/grounds/a/violence-may-come", LIMB | {"grade": "1EP"})
    assert told.status_code == 422
    assert "suspected to be false" in told.text
    assert len(log(shelf)) == 1


def test_a_forecast_a_plan_or_an_aftermath_is_no_evidence(client: TestClient, shelf: Shelf) -> None:
    draft = begun(client)
    path = f"{draft}/grounds/a/violence-may-come"
    for field in ("fact", "source", "why_here", "why_this_long"):
        for run in ("m-0123456789ab", "f-0123456789ab", "P-0123456789AB"):
            told = post(client, path, LIMB | {field: f"see {run}, p 2"})
            assert told.status_code == 422
            assert "names a forecast, a plan or the like" in told.text
    assert len(log(shelf)) == 1


def test_several_people_go_on_with_one_draft_and_a_form_sent_twice_is_kept_once(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    path = f"{draft}/grounds/b/carried-without-reason"
    text = get(client, path, "second").text
    token = re.findall(r'name="form_token" value="([^"]+)"', text)[-1]
    for _ in range(2):
        client.post(path, data=LIMB | {"form_token": token}, headers=cookie("second"))
    assert len(log(shelf)) == 2
    page = get(client, draft).text
    assert "Sal Sergeant, Sam Second" in page


def test_a_ground_that_is_taken_out_leaves_the_draft_and_stays_in_the_log(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    post(client, f"{draft}/grounds/b/carried-without-reason", LIMB)
    assert LIMB["fact"] in get(client, draft).text
    post(client, f"{draft}/grounds", {"ground": "b", "act": "drop"})
    assert LIMB["fact"] not in get(client, draft).text
    kept = log(shelf)
    assert isinstance(kept[-1], GroundDropped)
    assert isinstance(kept[-2], LimbStated)


def period(starts: str, ends: str) -> dict[str, str]:
    return {
        name: part
        for key, text in (("starts", starts), ("ends", ends))
        for name, part in zip((f"{key}_day", f"{key}_time"), text.split(), strict=True)
    }


def test_24_hours_over_the_clock_change_are_told_as_elapsed_hours(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    path = f"{draft}/questions/period"
    told = post(client, path, period("2026-10-24 12:00", "2026-10-25 11:00"))
    assert told.status_code == 303
    chosen = log(shelf)[-1]
    assert isinstance(chosen, PeriodChosen)
    assert chosen.ends - chosen.starts == datetime(2026, 1, 2) - datetime(2026, 1, 1)  # noqa: DTZ001 - a length alone
    page = get(client, path).text
    assert "24 hours pass. The clocks go back meanwhile: the clock face shows 23 hours" in page


def test_a_time_that_comes_twice_is_asked_for_and_one_that_is_skipped_refused(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    path = f"{draft}/questions/period"
    twice = period("2026-10-24 20:00", "2026-10-25 01:30")
    told = post(client, path, twice)
    assert told.status_code == 422
    assert "comes twice on that day" in told.text
    assert "the second time (winter time)" in told.text
    assert post(client, path, twice | {"ends_which": "later"}).status_code == 303
    chosen = log(shelf)[-1]
    assert isinstance(chosen, PeriodChosen)
    assert chosen.ends == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    told = post(client, path, period("2027-03-27 20:00", "2027-03-28 01:30"))
    assert "is skipped on that day" in told.text


def test_a_period_in_the_past_is_for_late_entry(client: TestClient, shelf: Shelf) -> None:
    draft = begun(client)
    path = f"{draft}/questions/period"
    told = post(client, path, period("2026-05-05 12:00", "2026-05-05 18:00"))
    assert told.status_code == 422
    assert "is entered late" in told.text
    told = post(client, path, period("2026-05-05 18:00", "2026-05-05 18:00"))
    assert "would end before it starts" in told.text
    assert len(log(shelf)) == 1
