"""Checking a draft of section 60: formal defects stop it, questions ask for a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import shapely

from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import (
    Authorised,
    Drafted,
    LocalityChosen,
    PeriodChosen,
)
from rightplace.powers.section_60.locality import geojson_of
from rightplace.records.audit.transaction import transaction
from rightplace.records.section_60.log import append, begin
from tests.web.published import NOW
from tests.web.section_60_drafting import (
    NORTH,
    PEOPLE,
    begun,
    client_of,
    get,
    log,
    period,
    post,
    whole,
)

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rightplace.app.service.shelf import Shelf


@pytest.fixture
def client(shelf: Shelf) -> TestClient:
    return client_of(shelf)


def test_formal_defects_are_named_each_with_its_page_and_stop_it(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    page = get(client, f"{draft}/check").text
    assert "No ground is stated" in page
    assert "No locality is specified" in page
    assert "lawful" not in page
    told = post(client, f"{draft}/check", {"act": "submit"})
    assert told.status_code == 422
    assert "formal defects stop it" in told.text
    assert len(log(shelf, draft)) == 1


def test_questions_ask_for_a_reason_and_then_it_is_submitted(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    whole(client, draft)
    page = get(client, f"{draft}/check").text
    assert "None of the formal defects that are checked was found" in page
    assert "The period is 16 hours, more than 15" in page
    assert "lawful" not in page
    why = {"reason-over-long-hours": "The fair ends at ten in the morning.", "act": "submit"}
    told = post(client, f"{draft}/check", why)
    assert told.status_code == 422
    assert "Nobody in the community was contacted" in told.text
    assert why["reason-over-long-hours"] in told.text
    assert log(shelf, draft)[-1].kind != "submitted"
    why["reason-no-community-contact"] = "Nobody could be reached at night; at nine again."
    told = post(client, f"{draft}/check", why)
    assert told.status_code == 303, told.text
    assert [each.kind for each in log(shelf, draft)[-3:]] == [
        "reason-given",
        "reason-given",
        "submitted",
    ]
    told = post(client, f"{draft}/questions/other-powers", {"words": "More"})
    assert told.status_code == 403
    assert "is a draft no more" in told.text


def given_before(shelf: Shelf, bcu: str) -> str:
    """An authorisation for the place of the draft that ended two hours ago, ten hours long."""
    by = Officer(id="u-300", name="Una Before", rank=Rank.INSPECTOR, kind=RankKind.SUBSTANTIVE)
    starts, ends = NOW - timedelta(hours=12), NOW - timedelta(hours=2)
    square = shapely.box(531_000, 180_000, 532_000, 181_000)  # the cell E01000001
    locality = LocalityChosen(
        at=starts,
        entered_at=starts,
        by=by,
        outline=geojson_of(square, 27700),
        words="Mill Street",
        boroughs=(NORTH,),
        area_km2=1.0,
    )
    events = (
        locality,
        PeriodChosen(at=starts, entered_at=starts, by=by, starts=starts, ends=ends),
        Authorised(at=starts, entered_at=starts, by=by, form=Form.WRITTEN, signed_at=starts),
    )
    actor = PEOPLE["second"].actor
    with transaction(shelf.database, actor, purpose="Test.", at=NOW) as tx:
        drafted = Drafted(at=starts, entered_at=starts, by=by, force="metropolitan", bcu=bcu)
        reference = begin(tx, drafted)
        for event in events:
            append(tx, reference, event)
    return reference


@pytest.mark.parametrize(("bcu", "is_named"), [(NORTH, True), ("Elsewhere", False)])
def test_a_new_one_so_soon_asks_a_superintendent_and_other_areas_are_not_named(
    client: TestClient, shelf: Shelf, *, bcu: str, is_named: bool
) -> None:
    earlier = given_before(shelf, bcu)
    draft = begun(client)
    page = get(client, f"{draft}/locality?cells=E01000001").text
    assert "10 hours of the last 28 days at this place already" in page
    assert "Larger than 0% of the 1 past localities" in page
    assert "superintendent" in page
    whole(client, draft)
    check = get(client, f"{draft}/check").text
    assert "held at the same place until" in check
    assert "A superintendent gives this reason" in check
    assert (earlier in page) is (earlier in check) is is_named
    why = {
        "reason-over-long-hours": "The fair ends at ten in the morning.",
        "reason-no-community-contact": "Nobody could be reached at night.",
        "act": "submit",
    }
    assert post(client, f"{draft}/check", why).status_code == 303  # hers is asked for at signature


def test_copied_grounds_are_set_beside_the_earlier_ones_and_ask_for_a_reason(
    client: TestClient,
) -> None:
    first, second = begun(client), begun(client)
    whole(client, first)
    whole(client, second)
    check = get(client, f"{second}/check").text
    assert f"100% of the grounds&#39; word triples are those of {first.split('/')[2]}" in check
    why = {
        "reason-over-long-hours": "The fair ends at ten in the morning.",
        "reason-no-community-contact": "Nobody could be reached at night.",
        "act": "submit",
    }
    assert post(client, f"{second}/check", why).status_code == 422
    why["reason-copied-grounds"] = "The same groups; a second report says the same."
    assert post(client, f"{second}/check", why).status_code == 303


def test_more_hours_than_the_act_allows_are_a_formal_defect(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    whole(client, draft)
    too_long = period("2026-05-05 18:00", "2026-05-06 19:00")
    post(client, f"{draft}/questions/period", too_long)
    told = post(client, f"{draft}/check", {"act": "submit"})
    assert told.status_code == 422
    assert "24" in told.text
    assert "Mend it" in told.text
    assert log(shelf, draft)[-1].kind == "period-chosen"
