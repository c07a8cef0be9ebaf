"""Use case: the register of breaches of section 60: found anew each time, closed by a decision."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.section_60_held import as_officer
from rightplace.core.time import Clock
from rightplace.errors import NotHeldError
from rightplace.powers.searches.columns import Power
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.breaches import breaches
from rightplace.powers.section_60.history import (
    Authorised,
    BreachDecided,
    Drafted,
    Extended,
    LocalityChosen,
    PeriodChosen,
    Revoked,
    WrittenDown,
)
from rightplace.powers.section_60.search_breaches import SearchFact, search_breaches
from rightplace.records.accounts.roles import Permission
from rightplace.records.power_breaches.acts import Act, BreachNamed, acts_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.happened import Happened
    from rightplace.powers.section_60.history import History
    from rightplace.powers.section_60.search_breaches import SearchBreach
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.power_breaches.tables import PowersBreachAct
    from rightplace.records.searches.log import SearchKept

ZONE = Clock().tzinfo
PURPOSE = "Look at the register of breaches of section 60."
IN_FORCE: tuple[type[Happened], ...] = (
    Drafted,
    LocalityChosen,
    PeriodChosen,
    Authorised,
    WrittenDown,
    Extended,
    Revoked,
)
"""What of a history says where and when it gave powers."""
MOST_KEPT = 20_000
"""Of how many authorisations that are over what was found is kept in memory; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Over:
    """A log with which nothing more is to be done, as it stood when its breaches were found."""

    reference: str
    entries: int
    closed_at: datetime
    rules: Section60Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachLine:
    """A breach as the register shows it.

    Parameters
    ----------
    id
        What it is about and what was breached, as a short digest.
    authorisation, search
        References; empty where it is about no such thing.
    remedy
        What the person may do, for a breach of a search.
    acts
        What was done about it, with a heading each.
    decision
        How it was closed; empty while it is open.
    """

    id: str
    authorisation: str
    search: str
    bcu: str
    provision: str
    finding: str
    owner: str
    remedy: str
    acts: tuple[tuple[str, str], ...] = ()
    decision: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it."""
        return not self.decision

    @property
    def named(self) -> BreachNamed:
        """The breach as acts on it name it."""
        return BreachNamed(id=self.id, about=self.search or self.authorisation, bcu=self.bcu)


def list_breaches(
    shelf: Shelf, *, person: Person, at: datetime, rules: Section60Rules
) -> tuple[BreachLine, ...]:
    """Return every breach where somebody may extend, the open ones first; a look at each.

    Parameters
    ----------
    shelf
        Where authorisations and searches are kept.
    person
        Who looks: a superintendent of the BCU, who owns breaches with professional standards.
    at
        The time now.
    rules
        By which the service works.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.EXTEND_SECTION_60)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        found = breach_lines(tx, person=person, at=at, rules=rules)
        _look(tx, found)
    return tuple(sorted(found, key=lambda each: not each.is_open))


def breach_lines(
    quiet: Reading, *, person: Person, at: datetime, rules: Section60Rules
) -> tuple[BreachLine, ...]:
    """Return the breaches in the BCUs in which somebody may extend, for a check.

    Parameters
    ----------
    quiet
        A look, or the transaction in which they are shown.
    person, at, rules
        As in ``list_breaches``.
    """
    from rightplace.records.section_60.log import histories_of

    if not as_officer(person).may(Permission.EXTEND_SECTION_60):
        return ()
    found = _of_authorisations(quiet, person=person, at=at, rules=rules)
    found += [
        each
        for each in _of_searches(quiet)
        if person.allowed(Permission.EXTEND_SECTION_60, bcu=each.bcu)
    ]
    named = {each.authorisation for each in found if each.authorisation}
    return with_acts(quiet, found, histories_of(quiet, named, kinds=(BreachDecided,)))


def _of_authorisations(
    quiet: Reading, *, person: Person, at: datetime, rules: Section60Rules
) -> list[BreachLine]:
    """Return the breaches of authorisations.

    With what is published or refused nothing more happens, so that what was found of a log of its
    length is found again: it is kept in memory.
    """
    from sqlalchemy import select

    from rightplace.records.section_60.log import histories_of, lengths_of
    from rightplace.records.section_60.tables import Section60

    rows = quiet.unshown(select(Section60).order_by(Section60.opened_at.desc()))
    mine = [each for each in rows if person.allowed(Permission.EXTEND_SECTION_60, bcu=each.bcu)]
    lengths = lengths_of(quiet, [each.reference for each in mine])
    over = {
        each.reference: _Over(
            reference=each.reference,
            entries=lengths.get(each.reference, 0),
            closed_at=each.closed_at,
            rules=rules,
        )
        for each in mine
        if each.closed_at is not None
    }
    known = {reference: _FOUND[key] for reference, key in over.items() if key in _FOUND}
    unread = [each.reference for each in mine if each.reference not in known]
    for reference, history in histories_of(quiet, unread).items():
        lines = tuple(of_authorisation(reference, history, at=at, rules=rules))
        known[reference] = lines
        if reference in over:
            _remember(over[reference], lines)
    return [line for each in mine for line in known.get(each.reference, ())]


_FOUND: dict[_Over, tuple[BreachLine, ...]] = {}


def _remember(key: _Over, lines: tuple[BreachLine, ...]) -> None:
    """Keep in memory what was found, the oldest out first."""
    while len(_FOUND) >= MOST_KEPT:
        _FOUND.pop(next(iter(_FOUND)), None)
    _FOUND[key] = lines


def of_authorisation(
    reference: str, history: History, *, at: datetime, rules: Section60Rules
) -> list[BreachLine]:
    """Return the breaches of one authorisation, without what was done about them.

    What may still be done in time is no breach yet while it runs: prompts ask for it.

    Parameters
    ----------
    reference, history
        Which, with what happened.
    at, rules
        As in ``list_breaches``.
    """
    view = authorisation_of(history)
    if view.given is None or view.drafted is None:
        return []
    found = breaches(history, limits=rules.limits(view, at=at), at=at, settings=rules.settings)
    return [
        BreachLine(
            id=_digest(reference, "", each.provision, each.finding),
            authorisation=reference,
            search="",
            bcu=view.drafted.bcu,
            provision=each.provision,
            finding=each.finding,
            owner=each.owner.value,
            remedy="",
        )
        for each in found
    ]


def _of_searches(quiet: Reading) -> Iterator[BreachLine]:
    """Yield the breaches of searches, beside the authorisations that they cite, or beside all."""
    from rightplace.records.searches.log import searches_between
    from rightplace.records.section_60.log import all_references, histories_of

    made = {
        each.reference: each
        for each in searches_between(quiet)
        if each.facts.power is Power.SECTION_60
    }
    facts = [_fact(each) for each in made.values()]
    cited = {each.authorisation for each in facts}
    references = all_references(quiet) if "" in cited else cited
    histories = histories_of(quiet, references, kinds=IN_FORCE)
    for each in search_breaches(facts, histories):
        yield _search_line(each, made[each.search])


def _fact(search: SearchKept) -> SearchFact:
    facts = search.facts
    return SearchFact(
        reference=search.reference,
        at=facts.started_at,
        force=facts.force,
        lon=facts.lon,
        lat=facts.lat,
        in_uniform=facts.in_uniform,
        object=facts.object,
        authorisation=facts.authorisation or "",
    )


def _search_line(found: SearchBreach, search: SearchKept) -> BreachLine:
    authorisation = search.facts.authorisation or ""
    return BreachLine(
        id=_digest(authorisation, found.search, found.provision, found.finding),
        authorisation=authorisation,
        search=found.search,
        bcu=search.facts.bcu,
        provision=found.provision,
        finding=found.finding,
        owner=found.owner.value,
        remedy=found.remedy,
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def with_acts(
    quiet: Reading, lines: Sequence[BreachLine], histories: dict[str, History]
) -> tuple[BreachLine, ...]:
    """Return breaches with what was done about each.

    Parameters
    ----------
    quiet
        A look, or the transaction in which they are shown.
    lines
        The breaches.
    histories
        Logs of their authorisations, in which decisions may stand too.
    """
    from rightplace.records.accounts.tables import known_as

    done: dict[str, list[PowersBreachAct]] = {}
    for each in acts_on(quiet, [line.id for line in lines]):
        done.setdefault(each.breach, []).append(each)
    decided = {
        (reference, each.search, each.provision, each.finding): each.decision
        for reference, history in histories.items()
        for each in history
        if isinstance(each, BreachDecided)
    }
    found = []
    for line in lines:
        acts = done.get(line.id, [])
        told = tuple(
            (_done_words(each, known_as(quiet, each.done_by)), each.words) for each in acts
        )
        closed = next((each.decision or "" for each in acts if each.act == Act.CLOSED), "")
        key = (line.authorisation, line.search, line.provision, line.finding)
        found.append(replace(line, acts=told, decision=closed or decided.get(key, "")))
    return tuple(found)


def _done_words(act: PowersBreachAct, by: str) -> str:
    return f"{act.act.capitalize()}, {moment_words(act.done_at, ZONE)}, {by}"


def _look(tx: Transaction, lines: Sequence[BreachLine]) -> None:
    """Write the look at what the lines tell of."""
    from sqlalchemy import select

    from rightplace.records.power_breaches.tables import PowersBreachAct
    from rightplace.records.searches.tables import Search
    from rightplace.records.section_60.tables import Section60

    tx.view(select(Section60).where(Section60.reference.in_({e.authorisation for e in lines})))
    tx.view(select(Search).where(Search.reference.in_({e.search for e in lines})))
    tx.view(select(PowersBreachAct).where(PowersBreachAct.breach.in_({e.id for e in lines})))


def read_breach(
    shelf: Shelf, breach_id: str, *, person: Person, at: datetime, rules: Section60Rules
) -> BreachLine:
    """Return one breach; the look is written.

    Parameters
    ----------
    shelf, person, at, rules
        As in ``list_breaches``.
    breach_id
        Which.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.EXTEND_SECTION_60)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        line = breach_by_id(tx, breach_id, person=person, at=at, rules=rules)
        _look(tx, [line])
    return line


def breach_by_id(
    quiet: Reading, breach_id: str, *, person: Person, at: datetime, rules: Section60Rules
) -> BreachLine:
    """Return one breach of those that somebody may see, for a check.

    Parameters
    ----------
    quiet
        A look, or the transaction in which something is done about it.
    breach_id
        Which.
    person, at, rules
        As in ``list_breaches``.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    for each in breach_lines(quiet, person=person, at=at, rules=rules):
        if each.id == breach_id:
            return each
    msg = f"No breach {breach_id!r} is in your register."
    raise NotHeldError(msg, value=breach_id, remedy="Start from the register.")
