"""Section 60 in the service, by role: who signs, who extends, who is refused, what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.powers.section_60.history import PeriodChosen
from rightplace.records.audit.transaction import reading
from rightplace.records.section_60.log import history_of
from rightplace.records.section_60.tables import Section60
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import NOW
from tests.web.section_60_world import (
    act,
    clock,
    drafted,
    enter,
    given,
    officer,
    page,
    people,
    said,
    submitted,
    token_of,
)
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.shelf import Shelf
    from tests.web.signed_in import KnownCookies

HOUR = timedelta(hours=1)


@dataclass
class World:
    """The application with everybody of section 60, and a clock that a test may put forward."""

    shelf: Shelf
    known: KnownCookies
    at: datetime = NOW
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        desk = Desk(
            settings=WebSettings(),
            shelf=self.shelf,
            sessions=self.known,
            now=lambda: self.at,
        )
        self.client = TestClient(
            create_app(desk), base_url="https://localhost", follow_redirects=False
        )

    def act(self, who: str, reference: str, name: str, **fields: str) -> tuple[int, str]:
        return act(self.client, who, reference, name, **fields)

    def page(self, who: str, path: str) -> str:
        return page(self.client, who, path)

    def status(self, who: str, path: str) -> int:
        self.client.cookies.clear()
        told = self.client.get(path, headers=cookie(who))
        return int(told.status_code)

    def is_closed(self, reference: str) -> bool:
        with reading(self.shelf.database) as quiet:
            held = quiet.unshown_one(Section60, reference)
        return held is not None and held.closed_at is not None

    def kinds(self, reference: str) -> list[str]:
        with reading(self.shelf.database) as quiet:
            return [each.kind for each in history_of(quiet, reference)]


@pytest.fixture
def world(shelf: Shelf) -> World:
    return World(shelf, people(shelf.database))


def submit(world: World, hours: int = 12) -> str:
    return enter(world.shelf.database, submitted(officer(world.known, "serge"), hours=hours))


def give(world: World, hours: int = 12) -> str:
    return enter(world.shelf.database, given(officer(world.known, "ida"), hours=hours))


def test_an_inspector_signs_what_a_sergeant_submitted_and_then_it_is_in_force(
    world: World,
) -> None:
    reference = submit(world)
    assert "Wait for a signature: 1" in world.page("ida", "/section-60")
    text = world.page("ida", f"/section-60/{reference}")
    assert "None of the formal defects that are checked was found." in text
    assert "lawful" not in text.lower()
    assert world.act("ida", reference, "sign", number="101")[0] == 303
    text = world.page("serge", f"/section-60/{reference}")
    assert "In force 12 hours left: it ends on Wed 6 May, 01:00." in text
    assert "Looked after by Ida Test, inspector, 101" in text
    text = world.page("ida", "/section-60")
    assert "In force now: 1 " in text
    assert reference in text


@pytest.mark.parametrize(
    ("who", "status", "words"),
    [
        ("olga", 403, "do not include"),
        ("serge", 403, "do not include"),
        ("panel", 403, "do not include"),
        ("carl", 422, "given by a constable; needs an inspector or above"),
    ],
)
def test_who_has_not_the_role_or_not_the_rank_signs_nothing(
    world: World, who: str, status: int, words: str
) -> None:
    reference = submit(world)
    told = world.act(who, reference, "sign", number="1")
    assert told[0] == status
    assert words in told[1]
    assert "authorised" not in world.kinds(reference)


def test_a_formally_defective_one_is_not_signed_and_says_why(world: World) -> None:
    reference = submit(world, hours=25)
    assert "runs 25 hours; the limit is 24" in world.page("ida", f"/section-60/{reference}")
    status, text = world.act("ida", reference, "sign", number="101")
    assert status == 422
    assert "It would be formally defective: runs 25 hours; the limit is 24" in text
    assert "Nothing was signed." in text
    assert "authorised" not in world.kinds(reference)


def test_what_asks_for_a_reason_is_signed_with_the_reason_alone(world: World) -> None:
    reference = submit(world, hours=16)
    status, text = world.act("ida", reference, "sign", number="101")
    assert status == 422
    assert "A reason is missing: The period is 16 hours, more than 15" in text
    reason = {"reason-over-long-hours": "The carnival lasts until then."}
    assert world.act("ida", reference, "sign", number="101", **reason)[0] == 303
    assert world.kinds(reference)[-2:] == ["reason-given", "authorised"]
    assert "The carnival lasts until then." in world.page("ida", f"/section-60/{reference}")


def test_two_inspectors_at_once_sign_once_and_the_same_form_twice_signs_once(
    world: World,
) -> None:
    reference = submit(world)
    address = f"/section-60/{reference}/acts/sign"
    first, second = (token_of(world.client, who, address) for who in ("ida", "otto"))
    assert world.act("ida", reference, "sign", token=first, number="101")[0] == 303
    assert world.act("ida", reference, "sign", token=first, number="101")[0] == 303
    status, text = world.act("otto", reference, "sign", token=second, number="102")
    assert status == 409
    assert "now stands at: in force. “Authorise and sign” is not for that." in text
    assert world.kinds(reference).count("authorised") == 1


def test_what_is_typed_is_kept_when_it_fails(world: World) -> None:
    reference = submit(world)
    status, _ = world.act("ida", reference, "refuse", reason=" ")
    assert status == 422
    assert not world.is_closed(reference)
    assert world.act("ida", reference, "refuse", reason="No threat is left.")[0] == 303
    assert world.is_closed(reference)  # its retention period begins
    assert "It was refused" in world.page("ida", f"/section-60/{reference}")
    assert world.act("ida", reference, "sign", number="101")[0] == 409


def test_an_inspector_does_not_extend_a_superintendent_does_with_offences(world: World) -> None:
    reference = give(world)
    world.at = NOW + 3 * HOUR
    until = clock(NOW + 20 * HOUR, "until")
    words = {"number": "7", "words": "Two stabbings since it began.", **until}
    assert world.act("ida", reference, "extend", offences="CRIS 1", **words)[0] == 403
    status, text = world.act("supt", reference, "extend", offences="", **words)
    assert status == 422
    assert "names no offence" in text
    assert world.act("supt", reference, "extend", offences="CRIS 1\nCRIS 2", **words)[0] == 303
    assert "Extended 17 hours left" in world.page("ida", f"/section-60/{reference}")
    again = clock(NOW + 30 * HOUR, "until")
    status, text = world.act(
        "supt", reference, "extend", number="7", words="x", offences="CRIS 3", **again
    )
    assert status == 422
    assert "extension number 2; there may be 1 extension" in text


def test_what_has_ended_is_not_extended(world: World) -> None:
    reference = give(world)
    world.at = NOW + 13 * HOUR
    told = world.act(
        "supt", reference, "extend", number="7", words="x", offences="CRIS 1",
        **clock(NOW + 20 * HOUR, "until"),
    )  # fmt: skip
    assert told[0] == 409


def test_a_paper_authority_entered_later_is_kept_with_its_three_times(world: World) -> None:
    by = officer(world.known, "serge")
    reference = enter(world.shelf.database, drafted(by, at=NOW - 5 * HOUR))
    told = world.act(
        "serge", reference, "late-entry", form="paper", giver_name="A. Paper",
        giver_number="77", giver_rank="sergeant", giver_kind="acting",
        **clock(NOW - 5 * HOUR, "given"), **clock(NOW - 4 * HOUR, "signed"),
    )  # fmt: skip
    assert told[0] == 303
    text = world.page("ida", f"/section-60/{reference}")
    assert "Authorised in writing, signed on paper A. Paper, acting sergeant, 77" in text
    assert "Given Tue 5 May 2026, 08:00 (UTC+01:00) Signed Tue 5 May 2026, 09:00" in text
    assert "Entered Tue 5 May 2026, 13:00 (UTC+01:00), 5 hours later" in text
    assert "In force 7 hours left" in text


def test_a_late_entry_of_what_is_to_come_is_refused(world: World) -> None:
    reference = enter(world.shelf.database, drafted(officer(world.known, "serge")))
    status, text = world.act(
        "serge", reference, "late-entry", form="paper", giver_name="A", giver_number="1",
        giver_rank="inspector", giver_kind="substantive", **clock(NOW + HOUR, "given"),
    )  # fmt: skip
    assert status == 422
    assert "that is to come" in text
    assert "On paper it was signed: give when." in text


def test_the_panel_sees_nothing_of_what_is_not_published(world: World) -> None:
    reference = give(world)
    assert reference not in world.page("panel", "/section-60")
    for path in ("", "/live", "/acts/revoke"):
        assert world.status("panel", f"/section-60/{reference}{path}") in {403, 404}
    assert "Mill Road" not in world.page("panel", "/section-60")


def test_another_bcu_sees_nothing_of_it(world: World) -> None:
    by = officer(world.known, "ida")
    reference = enter(world.shelf.database, drafted(by, bcu="Southbank"))
    assert reference not in world.page("otto", "/section-60")
    assert world.status("otto", f"/section-60/{reference}") == 403


def test_the_live_part_says_the_time_left_and_asks_to_load_anew_when_something_happened(
    world: World,
) -> None:
    reference = give(world)
    world.at = NOW + HOUR
    kept = len(world.kinds(reference))
    for seen, anew in ((f"active-{kept}", False), (f"active-{kept - 1}", True)):
        told = world.client.get(f"/section-60/{reference}/live?seen={seen}", headers=cookie("ida"))
        assert "11 hours left" in said(f"<main>{told.text}")
        assert ("hx-refresh" in told.headers) == anew


def test_the_list_is_filtered_by_its_address_and_taken_away(world: World) -> None:
    first, second = give(world), submit(world)
    assert second not in world.page("ida", "/section-60?state=in-force")
    assert first in world.page("ida", "/section-60?search=mill%20road")
    assert first not in world.page("ida", "/section-60?from=2026-05-06")
    assert first in world.page("ida", "/section-60?from=2026-05-05&to=2026-05-05&bcu=Northbank")
    told = world.client.get("/section-60/authorisations.csv", headers=cookie("ida")).text
    assert told.startswith("\ufeffreference,bcu,state")
    assert first in told
    assert "It is not reasonable grounds to stop or search anyone" in told


def late(form: str, **rank: str) -> dict[str, str]:
    """Who gave something that was not signed here."""
    told = {"giver_name": "A. Paper", "giver_number": "77", "giver_kind": "substantive"}
    return {"form": form, "giver_rank": "superintendent"} | told | rank


@pytest.mark.parametrize("form", ["oral", "paper"])
def test_an_extension_given_orally_or_on_paper_is_entered_with_its_own_times(
    world: World, form: str
) -> None:
    reference = give(world)
    world.at = NOW + 13 * HOUR
    assert "It awaits its review" in world.page("ida", f"/section-60/{reference}")
    times = clock(NOW + 11 * HOUR, "given") | clock(NOW + 20 * HOUR, "until")
    if form == "paper":
        times |= clock(NOW + 11 * HOUR, "signed")
    fields = late(form) | times | {"offences": "CRIS 1", "words": "Two stabbings."}
    assert world.act("serge", reference, "late-extension", **fields)[0] == 303
    text = world.page("ida", f"/section-60/{reference}")
    assert "Extended 7 hours left" in text
    assert "Looked after by Ida Test" in text
    assert "A. Paper, superintendent, 77" in text
    assert "late entry: extended 06 May 2026 00:00 BST" in text
    assert ("not recorded in writing" in text) == (form == "oral")


def test_an_extension_that_came_too_late_or_by_too_low_a_rank_is_kept_as_breaches(
    world: World,
) -> None:
    reference = give(world)
    world.at = NOW + 15 * HOUR
    times = clock(NOW + 13 * HOUR, "given") | clock(NOW + 20 * HOUR, "until")
    fields = late("oral", giver_rank="inspector") | times | {"words": "Fear of more."}
    assert world.act("serge", reference, "late-extension", **fields)[0] == 303
    text = world.page("supt", f"/section-60/{reference}")
    assert "Extended until Wed 6 May 2026, 09:00 (UTC+01:00) (not given in time" in text
    assert "extended by an inspector; needs a superintendent or above" in text
    assert "after it had ended at 06 May 2026 01:00 BST" in text
    assert "names no offence" in text
    assert "It ended on Wed 6 May, 01:00: it gives no powers." in text


def test_one_of_the_past_is_written_down_question_by_question_and_entered_late(
    world: World,
) -> None:
    by = officer(world.known, "serge")
    whole = drafted(by, at=NOW - 30 * HOUR, hours=25)
    reference = enter(
        world.shelf.database, [each for each in whole if not isinstance(each, PeriodChosen)]
    )
    path = f"/section-60/{reference}/draft/questions/period"
    asked = clock(NOW - 5 * HOUR, "starts") | clock(NOW + 20 * HOUR, "ends")
    for given_already, status in (("", 422), ("yes", 303)):
        token = token_of(world.client, "serge", path)
        sent = asked | {"form_token": token, "given_already": given_already}
        assert world.client.post(path, data=sent, headers=cookie("serge")).status_code == status
    assert "in the past when it is signed" in world.page(
        "serge", f"/section-60/{reference}/draft/check"
    )
    assert "Enter it late" in world.page("serge", f"/section-60/{reference}/draft")
    times = clock(NOW - 5 * HOUR, "given") | clock(NOW - 5 * HOUR, "signed")
    fields = late("paper", giver_rank="sergeant") | times
    assert world.act("serge", reference, "late-entry", **fields)[0] == 303
    text = world.page("supt", f"/section-60/{reference}")
    assert "given by a sergeant; needs an inspector or above" in text
    assert "runs 25 hours; the limit is 24" in text
    assert "late entry: given 05 May 2026 08:00 BST" in text
    assert "Owner: superintendent" in text
    assert "In force 20 hours left" in text


def test_whoever_signs_sees_what_it_says_and_how_like_earlier_grounds_it_is(world: World) -> None:
    by = replace(officer(world.known, "ida"), id="u-southbank")
    elsewhere = enter(world.shelf.database, drafted(by, at=NOW - 30 * HOUR, bcu="Southbank"))
    reference = submit(world)
    text = world.page("ida", f"/section-60/{reference}/acts/sign")
    assert "(a) serious violence may take place" in text
    assert "Mill Road, Quay Street and the river" in text
    assert "1:00 (UTC+01:00), 12 hours" in text
    assert "100% like an authorisation outside your area" in text
    assert elsewhere not in text
    assert world.act("ida", reference, "sign", number="101")[0] == 422  # copied grounds
    reason = {"reason-copied-grounds": "The same two groups.", "reason-made-up": "x"}
    assert world.act("ida", reference, "sign", number="101", **reason)[0] == 303
    assert world.kinds(reference)[-2:] == ["reason-given", "authorised"]
    assert elsewhere not in world.page("ida", f"/section-60/{reference}")
    assert "100% like" in world.page("supt", f"/section-60/{reference}/acts/extend")


def test_two_findings_of_one_gate_are_one_question_with_one_reason(world: World) -> None:
    give(world)
    give(world)
    reference = submit(world)
    asked = f"/section-60/{reference}/acts/sign"
    text = world.client.get(asked, headers=cookie("ida")).text
    assert text.count('name="reason-overlap"') == 1
    assert text.count("holds there from") == 2
    assert "Give a reason that is asked for" in world.page("ida", f"/section-60/{reference}")


def test_a_reason_is_offered_where_one_is_asked_for_alone(world: World) -> None:
    reference = submit(world)
    assert "Give a reason that" not in world.page("ida", f"/section-60/{reference}")


def test_a_statement_is_in_the_menu_of_whoever_gives_it_and_sees_no_section_60(
    world: World,
) -> None:
    for who, linked in (("dpo", True), ("ida", False), ("olga", False)):
        world.client.cookies.clear()
        text = world.client.get("/", headers=cookie(who)).text
        assert ('href="/section-60/statements"' in text) == linked, who
    path = "/section-60/statements"
    for day in ("31/12/2026", "2027-01-01"):
        sent = {"form_token": token_of(world.client, "dpo", path), "asked_on": day}
        sent |= {"paper": "section 60 statement", "reference": "SS-1"}
        told = world.client.post(path, data=sent, headers=cookie("dpo"))
        assert 'id="asked_on-error"' in told.text, day
    text = world.client.get("/section-60/statements", headers=cookie("dpo")).text
    assert 'href="/section-60"' not in text


def test_nobody_is_late_with_the_public_in_the_minute_of_the_signature(world: World) -> None:
    reference = give(world)
    world.at = NOW + timedelta(minutes=59)
    text = world.page("supt", f"/section-60/{reference}")
    assert "Overdue" not in text
    assert "no word on whether the public was told" not in text
    world.at = NOW + timedelta(minutes=61)
    assert "no word on whether the public was told" in world.page(
        "supt", f"/section-60/{reference}"
    )
