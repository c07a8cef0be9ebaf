"""Use cases of search records: record one, correct one, review them as a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.service.figures import moment_words
from rightplace.app.service.searches_breaches import FoundBreach, breaches_of
from rightplace.app.service.searches_places import SUPERVISES, places_of, supervises
from rightplace.app.service.searches_typed import (
    POWER_WORDS,
    at_field,
    capital,
    read_search,
    said,
)
from rightplace.app.service.searches_words import fact_rows, gaps, values_of
from rightplace.errors import BadInputError, RefusedError, UsageError
from rightplace.powers.searches.flags import citations
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.searches.log import (
    correct_search,
    keep_search,
    search_by_reference,
    searches_between,
    view_search,
)
from rightplace.records.searches.tables import SearchEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from rightplace.app.service.person import Person
    from rightplace.app.service.searches_places import Places
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.searches.log import SearchKept

FORCE: Final = "metropolitan"
"""Whose searches are recorded here, as the population of searches names it."""
PER_PAGE: Final = 50
TO_LOOK_AT: Final = ("", "cited", "gaps")
"""What a list may be narrowed to: nothing, grounds that cite a plan, or what is left unsaid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSent:
    """The form of a search as it was sent.

    Parameters
    ----------
    fields
        What was typed.
    form_id
        UUID of the form.
    """

    fields: Mapping[str, str]
    form_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What came of a form: a reference, or what is wrong by field."""

    reference: str
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordForm:
    """What the form of a search offers: boroughs, and the hour now on the local clock."""

    is_synthetic: bool
    boroughs: tuple[str, ...]
    day: str
    time: str


def read_record_form(shelf: Shelf, *, person: Person, at: datetime) -> RecordForm:
    """Return what the form of a search offers to somebody who may record one."""
    person.check(Permission.RECORD_SEARCHES)
    with transaction(shelf.database, person.actor, purpose="Record a search.", at=at) as tx:
        places = places_of(shelf, tx)
    local = at.astimezone(places.zone)
    mine = places.within(person, Permission.RECORD_SEARCHES)
    return RecordForm(
        is_synthetic=places.is_synthetic,
        boroughs=tuple(mine),
        day=f"{local:%Y-%m-%d}",
        time=f"{local:%H:%M}",
    )


def record_search(shelf: Shelf, sent: SearchSent, *, person: Person, at: datetime) -> SearchAnswer:
    """Keep a search that was typed, lawful or not, or return what is wrong with the record.

    Parameters
    ----------
    shelf
        Where records are kept.
    sent
        The form.
    person
        Who typed it.
    at
        The time now.
    """
    person.check(Permission.RECORD_SEARCHES)
    with transaction(shelf.database, person.actor, purpose="Record a search.", at=at) as tx:
        places = places_of(shelf, tx)
        mine = places.within(person, Permission.RECORD_SEARCHES)
        read = read_search(sent.fields, places, boroughs=mine, force=FORCE)
        if read.given is None:
            return SearchAnswer(reference="", faults=read.faults)
        try:
            made = keep_search(tx, read.given, officer=read.officer, form_id=sent.form_id)
        except (BadInputError, UsageError) as error:
            return SearchAnswer(reference="", faults=((at_field(error), said(error)),))
    return SearchAnswer(reference=made)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLine:
    """A search in a supervisor's list: nobody's name.

    Parameters
    ----------
    cited
        What its grounds cite of plans and forecasts.
    gaps
        What is left unsaid or was not done, in words.
    """

    reference: str
    when: str
    borough: str
    power: str
    object: str
    outcome: str
    cited: tuple[str, ...]
    gaps: tuple[str, ...]
    is_corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchList:
    """Searches of somebody's own area, newest first.

    Parameters
    ----------
    total, cited, with_gaps
        All of them, those that cite a plan, and those with something unsaid.
    """

    is_synthetic: bool
    lines: tuple[SearchLine, ...]
    only: str
    page: int
    pages: int
    total: int
    cited: int
    with_gaps: int


def list_searches(
    shelf: Shelf, *, person: Person, at: datetime, only: str = "", page: int = 1
) -> SearchList:
    """Return the searches of a supervisor's own area, newest first.

    Parameters
    ----------
    shelf
        Where records are kept.
    person
        Who asks: whoever may both record and see searches.
    at
        The time now.
    only
        One of ``TO_LOOK_AT``.
    page
        From 1.
    """
    for each in SUPERVISES:
        person.check(each)
    with transaction(shelf.database, person.actor, purpose="Review searches.", at=at) as tx:
        places = places_of(shelf, tx)
        kept = [
            each
            for each in reversed(searches_between(tx))
            if supervises(person, bcu=each.facts.bcu, borough=each.facts.borough)
        ]
        lines = [_search_line(each, places.zone) for each in kept]
        wanted = [each for each in lines if _is_wanted(each, only)]
        shown = wanted[PER_PAGE * (page - 1) : PER_PAGE * page]
        _look_at(tx, [each.reference for each in shown])
    return SearchList(
        is_synthetic=places.is_synthetic,
        lines=tuple(shown),
        only=only if only in TO_LOOK_AT else "",
        page=page,
        pages=max(1, -(-len(wanted) // PER_PAGE)),
        total=len(lines),
        cited=sum(bool(each.cited) for each in lines),
        with_gaps=sum(bool(each.gaps) for each in lines),
    )


def _look_at(tx: Transaction, references: list[str]) -> None:
    """Write that rows are shown; of restricted ones the transaction says so."""
    from sqlalchemy import select

    tx.view(select(SearchEntry).where(SearchEntry.reference.in_(references)))


def _is_wanted(line: SearchLine, only: str) -> bool:
    return {"cited": bool(line.cited), "gaps": bool(line.gaps)}.get(only, True)


def _search_line(kept: SearchKept, zone: ZoneInfo) -> SearchLine:
    facts = kept.facts
    return SearchLine(
        reference=kept.reference,
        when=moment_words(facts.started_at, zone),
        borough=facts.borough or "no borough recorded",
        power=capital(POWER_WORDS.get(facts.power, facts.power.value)),
        object=facts.object.value,
        outcome=facts.outcome.value,
        cited=citations(facts.grounds),
        gaps=gaps(facts),
        is_corrected=kept.number > 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """One entry of a search: as recorded, or as corrected.

    Parameters
    ----------
    rows
        Field and value in words.
    officer
        Who searched: shown to a supervisor's review alone.
    """

    number: int
    entered: str
    correction: str
    rows: tuple[tuple[str, str], ...]
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A search as a supervisor reviews it, newest entry first."""

    is_synthetic: bool
    reference: str
    entries: tuple[EntryShown, ...]
    cited: tuple[str, ...]
    gaps: tuple[str, ...]
    breaches: tuple[FoundBreach, ...]
    sees_register: bool


def read_search_page(shelf: Shelf, reference: str, *, person: Person, at: datetime) -> SearchPage:
    """Return a search for a supervisor's review, with who searched.

    Parameters
    ----------
    shelf
        Where records are kept.
    reference
        Of the search; where there is none, that raises ``NotHeldError``.
    person
        Who asks.
    at
        The time now.
    """
    for each in SUPERVISES:
        person.check(each)
    with transaction(shelf.database, person.actor, purpose="Review a search.", at=at) as tx:
        _check_supervises(tx, person, reference)
        entries, officers = view_search(tx, reference)
        places = places_of(shelf, tx)
        broken = breaches_of(tx, entries[-1])
    newest, zone = entries[-1].facts, places.zone
    shown = [
        _entry_shown(each, officer, zone) for each, officer in zip(entries, officers, strict=True)
    ]
    return SearchPage(
        is_synthetic=places.is_synthetic,
        reference=reference,
        entries=tuple(reversed(shown)),
        cited=citations(newest.grounds),
        gaps=gaps(newest),
        breaches=broken,
        sees_register=person.may(Permission.REVIEW_SECTION_60),
    )


def _check_supervises(tx: Transaction, person: Person, reference: str) -> None:
    """Check that a search lies in somebody's area as a supervisor; one that is not there passes.

    Raises
    ------
    RefusedError
        If it does not.
    """
    found = search_by_reference(tx, reference)
    if found is not None and not supervises(
        person, bcu=found.facts.bcu, borough=found.facts.borough
    ):
        msg = f"The search {reference} is not in your area ({person.area_words})."
        raise RefusedError(msg, value=reference, remedy="Ask a supervisor of its area.")


def _entry_shown(kept: SearchKept, officer: str, zone: ZoneInfo) -> EntryShown:
    return EntryShown(
        number=kept.number,
        entered=moment_words(kept.entered_at, zone),
        correction=kept.correction or "",
        rows=fact_rows(kept.facts, zone),
        officer=officer,
    )


def read_correction(
    shelf: Shelf, reference: str, *, person: Person, at: datetime
) -> dict[str, str]:
    """Return what the form to correct a search starts from; as ``read_search_page``."""
    for each in SUPERVISES:
        person.check(each)
    with transaction(shelf.database, person.actor, purpose="Correct a search.", at=at) as tx:
        _check_supervises(tx, person, reference)
        entries, officers = view_search(tx, reference)
        zone = places_of(shelf, tx).zone
    return values_of(entries[-1].facts, officers[-1], zone)


def correct(
    shelf: Shelf, reference: str, sent: SearchSent, *, person: Person, at: datetime
) -> SearchAnswer:
    """Keep a correction that was typed, or return what is wrong with it.

    Parameters
    ----------
    shelf
        Where records are kept.
    reference
        Of the search; it stays as it is.
    sent
        The form, with ``reason``.
    person
        A supervisor of where the search was, and of where it will be said to have been.
    at
        The time now.
    """
    for each in SUPERVISES:
        person.check(each)
    with transaction(shelf.database, person.actor, purpose="Correct a search.", at=at) as tx:
        _check_supervises(tx, person, reference)
        places: Places = places_of(shelf, tx)
        mine = places.within(person, *SUPERVISES)
        read = read_search(sent.fields, places, boroughs=mine, force=FORCE, reference=reference)
        reason = sent.fields.get("reason", "")
        faults = read.faults
        if not reason.strip():
            faults = (*faults, ("reason", "Say why it is corrected, in your own words."))
        if read.given is None or faults:
            return SearchAnswer(reference=reference, faults=faults)
        try:
            correct_search(
                tx, read.given, officer=read.officer, reason=reason, form_id=sent.form_id
            )
        except (BadInputError, UsageError) as error:
            return SearchAnswer(reference=reference, faults=((at_field(error), said(error)),))
    return SearchAnswer(reference=reference)
