"""Drafting section 60, page by page, without scripts: by role, with what was typed kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.powers.section_60.history import (
    GroundDropped,
    LimbStated,
    LocalityChosen,
    PeriodChosen,
)
from tests.web.published import EVIL, published_shelf
from tests.web.section_60_drafting import (
    LIMB,
    NORTH,
    begun,
    client_of,
    corners_of,
    get,
    log,
    period,
    post,
)
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from rightplace.app.service.shelf import Shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """One world for every test here: each begins a draft of its own."""
    shelf = published_shelf(tmp_path_factory.mktemp("records"))
    yield shelf
    shelf.database.close()


@pytest.fixture
def client(shelf: Shelf) -> TestClient:
    return client_of(shelf)


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
    stated = log(shelf, draft)[-1]
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
    assert len(log(shelf, draft)) == 1


def test_information_suspected_to_be_false_supports_no_ground(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    told = post(client, f"{draft}/grounds/a/violence-may-come", LIMB | {"grade": "1EP"})
    assert told.status_code == 422
    assert "suspected to be false" in told.text
    assert len(log(shelf, draft)) == 1


def test_a_forecast_a_plan_or_an_aftermath_is_no_evidence(client: TestClient, shelf: Shelf) -> None:
    draft = begun(client)
    path = f"{draft}/grounds/a/violence-may-come"
    for field in ("fact", "source", "why_here", "why_this_long"):
        for run in ("m-0123456789ab", "f-0123456789ab", "P-0123456789AB"):
            told = post(client, path, LIMB | {field: f"see {run}, p 2"})
            assert told.status_code == 422
            assert "names a forecast, a plan or the like" in told.text
    assert len(log(shelf, draft)) == 1


def test_several_people_go_on_with_one_draft_and_a_form_sent_twice_is_kept_once(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    path = f"{draft}/grounds/b/carried-without-reason"
    text = get(client, path, "second").text
    token = re.findall(r'name="form_token" value="([^"]+)"', text)[-1]
    for _ in range(2):
        client.post(path, data=LIMB | {"form_token": token}, headers=cookie("second"))
    assert len(log(shelf, draft)) == 2
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
    kept = log(shelf, draft)
    assert isinstance(kept[-1], GroundDropped)
    assert isinstance(kept[-2], LimbStated)


def test_24_hours_over_the_clock_change_are_told_as_elapsed_hours(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    path = f"{draft}/questions/period"
    told = post(client, path, period("2026-10-24 12:00", "2026-10-25 11:00"))
    assert told.status_code == 303
    chosen = log(shelf, draft)[-1]
    assert isinstance(chosen, PeriodChosen)
    assert chosen.ends - chosen.starts == timedelta(hours=24)
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
    chosen = log(shelf, draft)[-1]
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
    assert len(log(shelf, draft)) == 1


# Where


def test_a_locality_is_picked_smallest_first_and_kept_without_scripts(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    path = f"{draft}/locality"
    assert "Street 0" in get(client, f"{path}?find=street+0").text
    assert "Street 2" not in get(client, f"{path}?find=street").text  # another BCU
    page = get(client, f"{path}?cells=E01000001").text
    assert "1.00 km²" in page
    assert "1,473" in page  # usual residents of E01000001, Census 2021 (City of London 001A)
    assert "not held" in page  # schools, and residents of a code that is none
    told = post(
        client,
        path,
        {"cells": "E01000001", "words": "Mill Street to the quay", "act": "keep"},
        page=f"{path}?cells=E01000001",
    )
    assert told.status_code == 303, told.text
    chosen = log(shelf, draft)[-1]
    assert isinstance(chosen, LocalityChosen)
    assert chosen.words == "Mill Street to the quay"
    assert chosen.area_km2 == pytest.approx(1.0)
    assert chosen.boroughs == (NORTH,)
    assert (chosen.residents, chosen.schools) == (1473, None)


def test_what_is_not_held_of_one_place_is_not_held_of_both(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    both = {"cells": "E01000000,E01000001", "words": "Mill and quay", "act": "keep"}
    post(client, f"{draft}/locality", both)
    chosen = log(shelf, draft)[-1]
    assert isinstance(chosen, LocalityChosen)
    assert chosen.residents is None
    assert chosen.whole_boroughs == (NORTH,)
    assert "takes in the whole of Northbank" in get(client, f"{draft}/check").text


def test_an_outline_is_looked_at_before_it_is_kept(client: TestClient, shelf: Shelf) -> None:
    draft = begun(client)
    path = f"{draft}/locality"
    corners = corners_of(530_250, 180_250, 530_750, 180_750)
    told = post(client, path, {"outline": corners, "act": "look"})
    assert told.status_code == 200
    assert "0.25 km²" in told.text
    assert len(log(shelf, draft)) == 1
    told = post(client, path, {"outline": corners, "words": "Round the mill", "act": "keep"})
    assert told.status_code == 303
    assert log(shelf, draft)[-1].kind == "locality-chosen"


@pytest.mark.parametrize("outline", [EVIL, "{", "1 2\n3 4\n5 6", '{"type": "Polygon"}'])
def test_an_outline_that_is_none_is_kept_as_typed(
    client: TestClient, shelf: Shelf, outline: str
) -> None:
    draft = begun(client)
    fields = {"outline": outline, "words": "Round the mill", "act": "keep"}
    told = post(client, f"{draft}/locality", fields)
    assert told.status_code == 422
    assert "There is a problem" in told.text
    assert "<script>alert" not in told.text
    assert len(log(shelf, draft)) == 1
