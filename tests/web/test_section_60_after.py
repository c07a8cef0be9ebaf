"""After section 60: prompts, hand-over, review, publication, statements, breaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from rightplace.app.service.data_page import HeldData
from rightplace.app.status import SourceCoverage
from rightplace.app.workspace import Workspace
from rightplace.powers.ranks import Rank, RankFact, RankKind
from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.records.accounts.ranks import record_rank
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.lines import AuditLine
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.searches.given import SearchGiven
from rightplace.records.searches.log import keep_search
from tests.web.published import NOW
from tests.web.section_60_world import BCU, clock, enter, given, officer, people, token_of
from tests.web.signed_in import ANALYST, cookie
from tests.web.test_section_60 import HOUR, World

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.service.shelf import Shelf

REVIEW = {
    "violence": "No violence came.",
    "weapons": "One knife.",
    "complaints": "None.",
    "feedback": "The ward panel was told.",
    "learning": "Shorter next time.",
    "explanation": "Those searched were of the two groups that met.",
}


@pytest.fixture
def world(shelf: Shelf) -> World:
    return World(shelf, people(shelf.database))


def give(world: World, hours: int = 12) -> str:
    return enter(world.shelf.database, given(officer(world.known, "ida"), hours=hours))


def search(world: World, authorisation: str | None, **more: object) -> str:
    """A search of now, kept; two hours into the authorisations of this world."""
    told = SearchGiven(
        force="metropolitan",
        bcu=BCU,
        borough=BCU,
        started_at=NOW + 2 * HOUR,
        place="Mill Road",
        lon=-0.115,
        lat=51.455,
        type=SearchType.PERSON,
        power=Power.SECTION_60,
        object=Object.WEAPONS,
        grounds="Authorisation in force; stopped at the cordon.",
        authorisation=authorisation,
        outcome=Outcome.NO_FURTHER_ACTION,
        self_defined=Ethnicity.NOT_STATED,
        officer_defined=Ethnicity.WHITE,
        age=Age.AGE_18_24,
        sex=Sex.MALE,
        weapon_found=False,
        weapons=0,
        in_uniform=True,
    )
    made = replace(told, **more)  # type: ignore[arg-type]  # fields of a search
    at = made.started_at + timedelta(minutes=10)
    with transaction(world.shelf.database, ANALYST.actor, purpose="x", at=at) as tx:
        return keep_search(tx, made, officer="PC 1, Mill Road")


def close_after(world: World) -> str:
    reference = give(world)
    world.at = NOW + 13 * HOUR
    return reference


def test_it_is_asked_every_four_hours_whether_it_is_needed_and_then_a_superintendent(
    world: World,
) -> None:
    reference = give(world)
    world.at = NOW + 3 * HOUR
    assert "Is it still needed? Answer at 05 May 2026 17:00" in world.page("ida", "/")
    world.at = NOW + 4 * HOUR + timedelta(minutes=29)
    assert "Nobody has said" not in world.page("supt", "/")
    world.at = NOW + 4 * HOUR + timedelta(minutes=30)
    assert "Nobody has said since 05 May 2026 17:00" in world.page("supt", "/")
    words = {"needed": "no", "words": "Both groups went home."}
    assert world.act("ida", reference, "necessity", **words)[0] == 303
    text = world.page("supt", "/")
    assert "Nobody has said" not in text
    assert "it is no longer needed: revoke it" in text
    assert "In force 7 hours" in world.page("ida", f"/section-60/{reference}")  # not by itself
    assert world.act("ida", reference, "revoke", reason="The belief no longer holds.")[0] == 303
    text = world.page("ida", f"/section-60/{reference}")
    assert "It awaits its review." in text
    assert "it gives no powers" in text


def test_it_is_handed_over_to_an_officer_of_the_bcu_who_is_asked_from_then_on(
    world: World,
) -> None:
    reference = give(world)
    world.at = NOW + 3 * HOUR
    otto = world.known.people["otto"].actor.id
    for unknown in ("", "u-nobody", world.known.people["olga"].actor.id):
        assert world.act("ida", reference, "hand-over", to=unknown, words="x")[0] == 422
    assert "Tell a superintendent" not in world.page("otto", "/")
    assert world.act("ida", reference, "hand-over", to=otto, words="Two groups.")[0] == 303
    assert "Tell a superintendent" in world.page("otto", "/")  # whoever gave it may be off duty
    assert "Tell a superintendent" in world.page("ida", "/")  # and has the duty still
    text = world.page("ida", f"/section-60/{reference}")
    assert "Looked after by Otto Test, inspector" in text
    assert "Is it still needed?" in world.page("otto", "/")
    assert "Is it still needed?" not in world.page("supt", "/")


def test_who_extends_in_a_rank_whose_kind_may_not_count_gives_a_reason(world: World) -> None:
    reference = give(world)
    acting = RankFact(
        rank=Rank.CHIEF_SUPERINTENDENT,
        kind=RankKind.ACTING,
        from_at=NOW,
        source="Order 2",
    )
    with transaction(world.shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        record_rank(tx, world.known.people["supt"].actor.id, acting)
    world.at = NOW + HOUR
    asked = "acted as an acting chief superintendent, and the force has not said"
    assert asked in world.page("supt", f"/section-60/{reference}/acts/extend")
    words = {"number": "7", "words": "A fight.", "offences": "CRIS 1"}
    words |= clock(NOW + 14 * HOUR, "until")
    status, text = world.act("supt", reference, "extend", **words)
    assert (status, asked in text) == (422, True)
    words["reason-rank-kind"] = "In charge by order 2 since noon."
    assert world.act("supt", reference, "extend", **words)[0] == 303
    assert "In charge by order 2" in world.page("supt", f"/section-60/{reference}")


def test_a_review_is_kept_with_its_explanation_alone_and_published_by_a_superintendent(
    world: World,
) -> None:
    reference = give(world)
    for _ in range(2):
        search(world, reference)
    search(world, reference, age=Age.AGE_10_17, weapon_found=True, weapons=1)
    world.at = NOW + 13 * HOUR
    text = world.page("ida", f"/section-60/{reference}/after-use")
    assert "Searches recorded under it 3" in text
    assert "1 of 3 searches, 33.3% (0.8% to 90.6%)" in text  # Clopper and Pearson, 1 of 3
    assert "Counts only: under 50 searches no rates are compared." in text
    assert "Not stated 3 0" in text
    assert "not computable" in text.lower()  # no recorded crime is held beside it
    status, text = world.act("ida", reference, "review", **(REVIEW | {"explanation": " "}))
    assert status == 422
    assert "The explanation of the searches by group is missing." in text
    assert "No violence came." in text
    assert world.act("ida", reference, "review", **REVIEW)[0] == 303
    assert world.act("ida", reference, "publish")[0] == 403
    assert "published word for word, as they were typed" in world.page(
        "supt", f"/section-60/{reference}/publication"
    )
    assert world.status("panel", f"/section-60/{reference}/publication") == 404
    assert not world.is_closed(reference)
    assert world.act("supt", reference, "publish")[0] == 303
    assert world.is_closed(reference)
    text = world.page("panel", f"/section-60/{reference}/publication")
    assert "Searches 1 to 4, hidden" in text
    assert "Mill Road, Quay Street and the river" in text
    assert "Two groups agreed to meet" not in text
    assert world.status("panel", f"/section-60/{reference}/draft/form.pdf") == 403  # its grounds
    assert "To be done" not in world.page("ida", f"/section-60/{reference}")
    assert "One knife." not in text
    assert reference in world.page("panel", "/section-60")
    assert world.status("panel", f"/section-60/{reference}") == 403
    assert world.status("panel", f"/section-60/{reference}/after-use") == 403


def test_a_part_that_would_tell_a_small_count_is_hidden_too(world: World) -> None:
    reference = give(world)
    for n in range(12):
        search(world, reference, weapon_found=n < 9, weapons=int(n < 9))
    world.at = NOW + 13 * HOUR
    world.act("ida", reference, "review", **REVIEW)
    text = world.page("supt", f"/section-60/{reference}/publication")
    assert "Searches 12 Searches that found a weapon hidden, because" in text
    assert "Not stated 12" in text


def give_paper(
    world: World, who: str, reference: str, paper: str, asked_on: str
) -> tuple[int, str]:
    from tests.web.section_60_world import said  # noqa: PLC0415 - beside its one use

    data = {
        "form_token": token_of(world.client, who, "/section-60/statements"),
        "reference": reference,
        "paper": paper,
        "asked_on": asked_on,
    }
    told = world.client.post("/section-60/statements", data=data, headers=cookie(who))
    return told.status_code, said(told.text)


def test_a_statement_at_11_months_is_given_and_a_copy_at_4_months_refused(world: World) -> None:
    reference = search(world, give(world))
    world.at = NOW + timedelta(days=340)
    status, text = give_paper(world, "ida", reference, "section 60 statement", "2027-04-05")
    assert status == 200
    assert "To: ______________________________________ (written by hand)" in text
    assert f"Search reference {reference}" in text
    status, text = give_paper(world, "ida", reference, "copy of the search record", "2026-09-05")
    assert status == 409
    assert "could be asked for until 4 August 2026" in text
    assert "Police and Criminal Evidence Act 1984, section 3(7) to (9)" in text
    world.at = NOW + timedelta(days=60)
    status, text = give_paper(world, "ida", reference, "copy of the search record", "2026-07-01")
    assert status == 200
    assert "PC 1, Mill Road" in text
    assert give_paper(world, "olga", reference, "section 60 statement", "2026-07-01")[0] == 403


def test_no_statement_is_given_of_what_is_not_recorded_or_of_another_power(world: World) -> None:
    reference = search(world, None, power=Power.PACE_1)
    world.at = NOW + timedelta(days=3)
    status, text = give_paper(world, "ida", reference, "section 60 statement", "2026-05-07")
    assert status == 409
    assert "was not made under section 60" in text
    assert give_paper(world, "ida", "SS-NONE", "section 60 statement", "2026-05-07")[0] == 404
    assert give_paper(world, "ida", reference, "", "2026-05-07")[0] == 422
    assert give_paper(world, "ida", reference, "copy of the search record", "2026-06-07")[0] == 422


def test_a_statement_given_is_written_as_disclosed_and_none_of_another_bcu_is_given(
    world: World,
) -> None:
    reference = search(world, give(world))
    elsewhere = search(world, None, bcu="Southbank", borough="Southbank", place="Quay")
    world.at = NOW + timedelta(days=3)
    paper, day = "section 60 statement", "2026-05-07"
    assert give_paper(world, "ida", elsewhere, paper, day)[0] == 403
    assert give_paper(world, "ida", reference, paper, day)[0] == 200
    with reading(world.shelf.database) as quiet:
        lines = quiet.unshown(select(AuditLine).where(AuditLine.operation == Operation.DISCLOSURE))
    assert [(each.record_type, each.record_id) for each in lines] == [("search", reference)]


def breach_of(world: World, words: str) -> str:
    text: str = world.client.get("/section-60/breaches", headers=cookie("supt")).text
    before = text.partition(words)[0]
    return before.rpartition("/section-60/breaches/")[2].partition('"')[0]


def act_on(world: World, breach: str, act: str, **fields: str) -> int:
    address = f"/section-60/breaches/{breach}"
    data = {"form_token": token_of(world.client, "supt", address), **fields}
    told = world.client.post(f"{address}/{act}", data=data, headers=cookie("supt"))
    return int(told.status_code)


def test_a_search_outside_any_authorisation_is_a_breach_until_it_is_decided_on(
    world: World,
) -> None:
    reference = search(world, None)
    world.at = NOW + 5 * HOUR
    assert "Register of breaches (1 open)" in world.page("supt", "/section-60")
    text = world.page("supt", "/section-60/breaches")
    assert "where no authorisation of metropolitan was in force" in text
    assert reference in text
    assert "Superintendent and professional standards Open" in text
    assert world.status("ida", "/section-60/breaches") == 403
    breach = breach_of(world, "where no authorisation of metropolitan was in force")
    closing = {"reason": "Training.", "decision": "learning for the force"}
    assert act_on(world, breach, "closed", **closing) == 422  # no remedy is noted
    assert act_on(world, breach, "remedy", reason="Told of the statement.") == 303
    assert act_on(world, breach, "closed", reason="Training.", decision="") == 422
    assert act_on(world, breach, "closed", **closing) == 303
    assert "Register of breaches Which" in world.page("supt", "/section-60")
    assert "Closed Learning for the force" in world.page("supt", f"/section-60/breaches/{breach}")


def test_an_authority_of_too_low_a_rank_is_kept_with_its_breach_and_its_decision_in_the_log(
    world: World,
) -> None:
    from tests.web.section_60_world import drafted  # noqa: PLC0415 - beside its one use

    by = officer(world.known, "serge")
    reference = enter(world.shelf.database, drafted(by, at=NOW - 5 * HOUR))
    world.act(
        "serge", reference, "late-entry", form="paper", giver_name="A. Paper",
        giver_number="77", giver_rank="sergeant", giver_kind="substantive",
        **clock(NOW - 5 * HOUR, "given"), **clock(NOW - 5 * HOUR, "signed"),
    )  # fmt: skip
    text = world.page("supt", f"/section-60/{reference}")
    finding = "given by a sergeant; needs an inspector or above"
    assert f"Open {finding}" in text
    for who, linked in (("supt", True), ("ida", False)):
        world.client.cookies.clear()
        html = world.client.get(f"/section-60/{reference}", headers=cookie(who)).text
        assert ('href="/section-60/breaches/' in html) == linked
    breach = breach_of(world, "Given by a sergeant; needs an inspector or above")
    assert act_on(world, breach, "remedy", reason="Nobody was searched.") == 303
    closing = {"reason": "Told again.", "decision": "learning for the force"}
    assert act_on(world, breach, "closed", **closing) == 303
    text = world.page("supt", f"/section-60/{reference}")
    assert f"Closed {finding}" in text
    assert "Breach decided on" in text


def test_nobody_decides_on_a_breach_of_what_they_gave_themselves(world: World) -> None:
    by = officer(world.known, "supt")
    enter(world.shelf.database, given(by))
    world.at = NOW + 13 * HOUR
    breach = breach_of(world, "No word on whether the public was told")
    assert act_on(world, breach, "remedy", reason="The panel was told later.") == 303
    closing = {"reason": "Told again.", "decision": "learning for the force"}
    assert act_on(world, breach, "closed", **closing) == 422


def test_the_board_of_an_invented_world_says_so_where_no_plan_is_in_force_too(
    shelf: Shelf, tmp_path: Path
) -> None:
    world = World(shelf, people(shelf.database))
    give(world)
    held = HeldData(Workspace(tmp_path))
    invented = SourceCoverage(
        source="demo/synthetic/crimes",
        from_="2026-04",
        to="2026-04",
        gaps=(),
        stubs=(),
        months=(),
        rows=0,
        without_place_share=0.0,
        unknown_setting_share=None,
        missing_categories=(),
    )
    app = world.client.app
    for sources in ((), (invented,)):
        found = held.status()
        assert held.known is not None
        held.known = held.known[0], replace(found, sources=sources)
        app.state.desk = replace(app.state.desk, data=held)  # type: ignore[attr-defined]  # the application
        text = world.page("ida", "/board?bcu=Northbank")
        assert "No plan is in force" in text
        assert "In uniform, for weapons only" in text
        html = world.client.get("/board?bcu=Northbank", headers=cookie("ida")).text
        assert ("rp-synthetic" in html) == bool(sources)
