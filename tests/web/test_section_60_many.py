"""Many authorisations: what is over is read where it is asked for, and no breach is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.section_60_breaches import breach_lines
from rightplace.app.service.section_60_list import ListWanted, list_section_60
from rightplace.app.service.section_60_rules import Section60Rules
from rightplace.powers.section_60.history import BreachDecided, Published, Reviewed
from rightplace.powers.section_60.settings import Section60Settings
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.section_60.log import (
    all_references,
    append,
    close,
    history_of,
    lengths_of,
)
from tests.web.published import NOW
from tests.web.section_60_world import drafted, enter, given, officer, people
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.happened import Officer
    from tests.web.signed_in import KnownCookies

DAY = timedelta(days=1)
RULES = Section60Rules()


@pytest.fixture
def known(shelf: Shelf) -> KnownCookies:
    return people(shelf.database)


def published(shelf: Shelf, by: Officer, *, at: datetime) -> str:
    """One that was given, reviewed and published a day later, of whose review points none was."""
    reference, after = enter(shelf.database, given(by, at=at)), at + DAY
    words = ("violence", "weapons", "complaints", "feedback", "learning", "explanation")
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=after) as tx:
        told = dict.fromkeys(words, "None.")
        append(tx, reference, Reviewed(at=after, entered_at=after, by=by, **told))
        append(tx, reference, Published(at=after, entered_at=after, by=by))
        close(tx, reference, at=after)
    return reference


def test_what_was_published_long_ago_is_listed_where_it_is_asked_for(
    shelf: Shelf, known: KnownCookies
) -> None:
    ida = officer(known, "ida")
    old = published(shelf, ida, at=NOW - 200 * DAY)
    new = published(shelf, ida, at=NOW - 20 * DAY)
    forgotten = enter(shelf.database, drafted(ida, at=NOW - 300 * DAY))  # still a draft

    def listed(**wanted: object) -> set[str]:
        asked = ListWanted(**wanted)  # type: ignore[arg-type]  # fields of the filters
        who = known.people["ida"]
        found = list_section_60(shelf, asked, person=who, at=NOW, rules=RULES)
        return {line.reference for _, _, lines in found.groups for line in lines}

    assert listed() == {new, forgotten}
    assert listed(group="published") == {old, new}
    assert listed(search=old) == {old}
    assert listed(last=(NOW - 100 * DAY).date()) == {old, forgotten}
    assert listed(first=(NOW - 201 * DAY).date()) == {old, new}


def test_a_breach_of_what_is_over_waits_for_its_decision_however_often_it_is_looked_for(
    shelf: Shelf, known: KnownCookies
) -> None:
    who, by = known.people["supt"], officer(known, "ida")
    reference = published(shelf, by, at=NOW - 200 * DAY)

    def found(rules: Section60Rules = RULES) -> dict[str, bool]:
        with reading(shelf.database) as quiet:
            lines = breach_lines(quiet, person=who, at=NOW, rules=rules)
        assert {each.authorisation for each in lines} == {reference}
        return {each.finding: each.is_open for each in lines}

    first = found()
    assert "no superintendent is recorded as informed" in first
    assert all(first.values())
    assert found() == first
    with reading(shelf.database) as quiet:
        (line, *_) = breach_lines(quiet, person=who, at=NOW, rules=RULES)
        assert lengths_of(quiet, [reference]) == {reference: len(history_of(quiet, reference))}
    decided = BreachDecided(
        at=NOW,
        entered_at=NOW,
        by=officer(known, "supt"),
        provision=line.provision,
        finding=line.finding,
        decision="learning for the force: all are told.",
    )
    with transaction(shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
        append(tx, reference, decided)
    assert found() == first | {line.finding: False}
    hourly = Section60Rules(settings=Section60Settings(necessity_hours=1))
    assert len(found(hourly)) > len(first)  # by other rules it is judged anew


def test_references_may_be_those_that_are_open_or_were_lately(
    shelf: Shelf, known: KnownCookies
) -> None:
    ida = officer(known, "ida")
    old = published(shelf, ida, at=NOW - 200 * DAY)
    still_open = enter(shelf.database, given(ida, at=NOW - 250 * DAY))
    with reading(shelf.database) as quiet:
        assert set(all_references(quiet, closed_from=NOW - 90 * DAY)) == {still_open}
        assert set(all_references(quiet, closed_from=NOW - 199 * DAY)) == {still_open, old}
