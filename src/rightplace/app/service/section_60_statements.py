"""Use case: statements and copies of search records, asked for by search reference alone.

Whoever was searched may ask for a statement that it was under section 60, and for a copy of the
record (two clocks, DOMAIN 1.5.33). No identity is asked for or stored: the name is written on the
letter by hand (NEEDS B7). That one was given is written in the audit chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rightplace.app.service.figures import moment_words
from rightplace.briefing.stamp import day_in_words
from rightplace.core.time import Clock
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.powers.law.limits import limits_on
from rightplace.powers.searches.columns import Power
from rightplace.powers.section_60.applications import Answered, Paper, answer_application
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.searches.log import SearchKept

ZONE = Clock().tzinfo
PURPOSE = "Give a statement of a search to whoever was searched."
RECIPIENT = "the person searched, by search reference; their name is not kept"


class NotGivenError(RefusedError):
    """A statement or copy is not given to whoever asks for it."""

    code: ClassVar[str] = "statement-not-given"
    http_status: ClassVar[int] = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody asked for.

    Parameters
    ----------
    reference
        Of the search.
    paper
        What.
    asked_on
        Day of the application, in London.
    """

    reference: str
    paper: Paper
    asked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A statement or a copy, as it is printed; the name is written on it by hand.

    Parameters
    ----------
    rows
        What is stated, with a heading each.
    provision
        Under which it is given.
    given
        When, in words.
    """

    reference: str
    paper: Paper
    rows: tuple[tuple[str, str], ...]
    provision: str
    asked: str
    last_day: str
    given: str


def give_paper(shelf: Shelf, wanted: Application, *, person: Person, at: datetime) -> Letter:
    """Return a letter that is given out; the giving is written in the audit chain.

    What was asked for too late, or is no section 60 search, raises ``NotGivenError``.

    Parameters
    ----------
    shelf
        Where searches are kept.
    wanted
        The application.
    person
        Who gives it: their role must let them, where the search was made.
    at
        The time now.

    Raises
    ------
    BadInputError
        If it would be asked for on a day to come.
    NotHeldError
        If no such search is recorded.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.searches.log import search_by_reference, view_search
    from rightplace.records.searches.tables import Search

    person.check(Permission.GIVE_STATEMENTS)
    if wanted.asked_on > at.astimezone(ZONE).date():
        msg = f"It would be asked for on {wanted.asked_on}, which is to come."
        raise BadInputError(msg, value=wanted.asked_on, remedy="Give the day of the application.")
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        search = search_by_reference(tx, wanted.reference)
        if search is None:
            msg = f"No search has the reference {wanted.reference!r}."
            raise NotHeldError(msg, value=wanted.reference, remedy="Check the reference.")
        facts = search.facts
        person.check(Permission.GIVE_STATEMENTS, bcu=facts.bcu, borough=facts.borough or None)
        answer = _answer(search, wanted)
        _, officers = view_search(tx, wanted.reference)
        tx.disclose([tx.view_one(Search, wanted.reference)], recipients=[RECIPIENT])
    return Letter(
        reference=wanted.reference,
        paper=wanted.paper,
        rows=_statement(search)
        if wanted.paper is Paper.STATEMENT
        else _copy(search, officer=officers[-1]),
        provision=answer.provision,
        asked=day_in_words(wanted.asked_on),
        last_day=day_in_words(answer.last_day),
        given=moment_words(at, ZONE),
    )


def _answer(search: SearchKept, wanted: Application) -> Answered:
    """Return that a paper is given.

    Raises
    ------
    NotGivenError
        If it was asked for too late, or the search was not under section 60.
    """
    facts = search.facts
    if wanted.paper is Paper.STATEMENT and facts.power is not Power.SECTION_60:
        msg = f"Search {search.reference} was not made under section 60, so no statement says so."
        remedy = "Give a copy of the search record, which is for searches under any power."
        raise NotGivenError(msg, value=facts.power, remedy=remedy)
    answer = answer_application(
        wanted.paper,
        searched_at=facts.started_at,
        asked_on=wanted.asked_on,
        limits=limits_on(facts.started_at, force=facts.force),
    )
    if not answer.given:
        msg = (
            f"The {wanted.paper} could be asked for until {day_in_words(answer.last_day)} "
            f"({answer.provision}); it was asked for on {day_in_words(wanted.asked_on)}."
        )
        other = "" if wanted.paper is Paper.STATEMENT else " A section 60 statement may still be."
        raise NotGivenError(
            msg, value=wanted.asked_on, remedy=f"Tell the person why, and how to complain.{other}"
        )
    return answer


def _statement(search: SearchKept) -> tuple[tuple[str, str], ...]:
    facts = search.facts
    return (
        ("Search reference", search.reference),
        ("When", moment_words(facts.started_at, ZONE)),
        ("Where", facts.place),
        ("What was searched", facts.type.value),
        ("Power", "section 60 of the Criminal Justice and Public Order Act 1994"),
        ("Authorisation", facts.authorisation or "none is cited in the record"),
    )


def _copy(search: SearchKept, *, officer: str) -> tuple[tuple[str, str], ...]:
    facts = search.facts
    return (
        ("Search reference", search.reference),
        ("When", moment_words(facts.started_at, ZONE)),
        ("Where", facts.place),
        ("What was searched", facts.type.value),
        ("Power", facts.power.value),
        ("Authorisation", facts.authorisation or "none is cited in the record"),
        ("Object of the search", facts.object.value),
        ("Grounds", facts.grounds),
        ("Outcome", facts.outcome.value),
        ("Ethnicity as the person described it", facts.self_defined.value),
        ("Ethnicity as the officer perceived it", facts.officer_defined.value),
        ("Officer who searched", officer),
        ("Corrected since", search.correction or "no"),
    )
