"""The log of searches: recorded once by reference, corrected by new entries, never altered."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, UsageError
from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.records.database.words import written
from rightplace.records.searches.given import REQUIRED, SearchGiven
from rightplace.records.searches.tables import Search, SearchEntry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Select

    from rightplace.records.audit.transaction import Reading, Transaction

MADE_HERE: Final = "made here"
OF_THE_FORCE: Final = "the force"
MOST_REFERENCE = 60
"""Longest reference; a choice of ours."""
_WORDS: Final = {
    "type": SearchType,
    "power": Power,
    "object": Object,
    "outcome": Outcome,
    "self_defined": Ethnicity,
    "officer_defined": Ethnicity,
    "age": Age,
    "sex": Sex,
}
"""Fields of closed words, and which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKept:
    """A search as it stands: its newest entry, without who searched.

    Parameters
    ----------
    number
        Of the entry; above 1 it was corrected.
    correction
        Why it was corrected last; None where it was not.
    """

    reference: str
    number: int
    entered_at: datetime
    correction: str | None
    facts: SearchGiven


def keep_search(
    tx: Transaction, given: SearchGiven, *, officer: str, form_id: str | None = None
) -> str:
    """Keep a search; return its reference, which is made here where the force gave none.

    Parameters
    ----------
    tx
        The transaction of whoever records it.
    given
        What is told of it; whether it was lawful is not asked.
    officer
        Who searched: name, or warrant number and station.
    form_id
        Of the form that was sent; the same form sent again keeps nothing new.

    Raises
    ------
    BadInputError
        If a search of this reference is kept already.
    """
    if form_id is not None and (sent := _of_form(tx, form_id)) is not None:
        return sent.reference
    reference = reference_of(given.reference) or f"SS-{tx.at:%Y}-{secrets.token_hex(4).upper()}"
    if tx.unshown_one(Search, reference) is not None:
        msg = f"A search of the reference {reference!r} is recorded already."
        remedy = "Correct it, or check the reference."
        raise BadInputError(msg, value=reference, remedy=remedy)
    origin = OF_THE_FORCE if given.reference.strip() else MADE_HERE
    tx.add(Search(reference=reference, origin=origin, newest_at=tx.at))
    _add(tx, _entry(tx, given, officer=officer), reference=reference, form_id=form_id)
    return reference


def correct_search(
    tx: Transaction,
    given: SearchGiven,
    *,
    officer: str,
    reason: str,
    form_id: str | None = None,
) -> int:
    """Add a correction to a search; return its number. What stood before stays.

    Parameters
    ----------
    tx
        The transaction of whoever corrects it.
    given
        All that is told of it now, with its reference.
    officer
        Who searched.
    reason
        Why it is corrected.
    form_id
        As for ``keep_search``.

    Raises
    ------
    NotHeldError
        If no such search is recorded.
    """
    if form_id is not None and (sent := _of_form(tx, form_id)) is not None:
        return sent.number
    held = tx.unshown_one(Search, given.reference)
    newest = _newest(_rows(tx, [given.reference]))
    if held is None or not newest:
        msg = f"No search has the reference {given.reference!r}."
        raise NotHeldError(msg, value=given.reference, remedy="Check the reference.")
    entry = _entry(tx, given, officer=officer)
    entry.number = newest[0].number + 1
    entry.correction = written(reason, what="The reason of the correction")
    held.newest_at = tx.at
    _add(tx, entry, reference=given.reference, form_id=form_id)
    return entry.number


def search_by_reference(quiet: Reading, reference: str) -> SearchKept | None:
    """Return a search as it stands, for a check; None where there is none."""
    found = _newest(_rows(quiet, [reference]))
    return _kept(found[0]) if found else None


def searches_of_authorisation(quiet: Reading, reference: str) -> list[SearchKept]:
    """Return the searches that name an authorisation, oldest first, for a check."""
    named = select(SearchEntry.reference).where(SearchEntry.authorisation == reference)
    wanted = select(SearchEntry).where(SearchEntry.reference.in_(named))
    kept = [_kept(each) for each in _newest(quiet.unshown(wanted))]
    return [each for each in kept if each.facts.authorisation == reference]


def searches_between(
    quiet: Reading, *, start: datetime | None = None, end: datetime | None = None
) -> list[SearchKept]:
    """Return the searches that began in a period, half-open, oldest first, for a check."""
    wanted = select(SearchEntry)
    # An entry outside the period may be the one that was corrected, or that corrects.
    inside: Select[tuple[str]] = select(SearchEntry.reference)
    if start is not None:
        inside = inside.where(SearchEntry.started_at >= start)
    if end is not None:
        inside = inside.where(SearchEntry.started_at < end)
    if start is not None or end is not None:
        wanted = wanted.where(SearchEntry.reference.in_(inside))
    kept = [_kept(each) for each in _newest(quiet.unshown(wanted))]
    return [
        each
        for each in kept
        if (start is None or each.facts.started_at >= start)
        and (end is None or each.facts.started_at < end)
    ]


def view_search(tx: Transaction, reference: str) -> tuple[list[SearchKept], list[str]]:
    """Return every entry of a search, oldest first, to be shown, and who searched by each.

    The look is written to the audit chain. Where there is none, that raises ``NotHeldError``;
    that only a supervisor's review sees the officer is for the caller to ask.
    """
    tx.view_one(Search, reference)
    wanted = select(SearchEntry).where(SearchEntry.reference == reference)
    rows = tx.view(wanted.order_by(SearchEntry.number))
    return [_kept(each) for each in rows], [each.officer for each in rows]


def _add(tx: Transaction, entry: SearchEntry, *, reference: str, form_id: str | None) -> None:
    entry.reference, entry.form_id = reference, form_id
    tx.add(entry)


def _entry(tx: Transaction, given: SearchGiven, *, officer: str) -> SearchEntry:
    """Return a first entry of what is told.

    Raises
    ------
    UsageError
        If nobody is named who searched.
    BadInputError
        If it is still to come.
    """
    if not officer.strip():
        words, source = REQUIRED["officer"]
        msg = f"Missing from the record of the search: {words} ({source})."
        raise UsageError(msg, value="officer", remedy="Give a name, or a number and station.")
    if given.started_at > tx.at:
        msg = f"The search would begin at {given.started_at}, which is still to come."
        raise BadInputError(msg, value=given.started_at, remedy="Record what happened.")
    facts = asdict(given.cleaned())
    facts.pop("reference")
    authorisation = facts.pop("authorisation")
    plain = {name: str(value) if name in _WORDS else value for name, value in facts.items()}
    return SearchEntry(
        **plain,
        number=1,
        correction=None,
        authorisation=reference_of(authorisation or "") or None,
        officer=written(officer, what="The officer who searched"),
        entered_at=tx.at,
        entered_by=tx.actor.id,
    )


def reference_of(text: str) -> str:
    """Return a reference without white space round it; empty for none.

    Raises
    ------
    BadInputError
        If it is too long, or holds what no reference does.
    """
    text = text.strip()
    if len(text) > MOST_REFERENCE or not (text.isascii() and text.isprintable()) or "/" in text:
        msg = f"{text[:MOST_REFERENCE]!r} is no reference."
        remedy = f"Give at most {MOST_REFERENCE} plain characters, without a slash."
        raise BadInputError(msg, value=text[:MOST_REFERENCE], remedy=remedy)
    return text


def _rows(quiet: Reading, references: Iterable[str]) -> list[SearchEntry]:
    wanted = select(SearchEntry).where(SearchEntry.reference.in_(list(references)))
    return list(quiet.unshown(wanted))


def _newest(rows: Iterable[SearchEntry]) -> list[SearchEntry]:
    """Return the newest entry of each search, by when it began and by reference."""
    by_reference: dict[str, SearchEntry] = {}
    for row in sorted(rows, key=lambda each: each.number):
        by_reference[row.reference] = row
    return sorted(by_reference.values(), key=lambda each: (each.started_at, each.reference))


def _kept(row: SearchEntry) -> SearchKept:
    plain = {each.name: getattr(row, each.name) for each in fields(SearchGiven)}
    words = {name: closed(plain[name]) for name, closed in _WORDS.items()}
    return SearchKept(
        reference=row.reference,
        number=row.number,
        entered_at=row.entered_at,
        correction=row.correction,
        facts=SearchGiven(**(plain | words)),
    )


def _of_form(quiet: Reading, form_id: str) -> SearchEntry | None:
    wanted = select(SearchEntry).where(SearchEntry.form_id == form_id)
    return next(iter(quiet.unshown(wanted)), None)
