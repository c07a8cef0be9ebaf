"""Use cases: a page of what the audit chain says, and the same as a table to take away."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from rightplace.app.accountability.search import ActShown, AskedBy, AuditQuery, search_chain
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.briefing.text import clean, defused
from rightplace.errors import BadInputError
from rightplace.records.accounts.people import find_account
from rightplace.records.accounts.roles import Permission
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Transaction

PER_PAGE = 50
MOST_ROWS = 10_000
"""Most acts of one table to take away; a choice of ours: others write while it is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAsked:
    """What the form of the search asks.

    Parameters
    ----------
    by
        By what, as typed.
    name
        Whom or what: an id, or a user name where a person or officer is meant.
    since, until
        First and last day, both counted; None for no bound.
    why
        Why one looks, in words.
    page
        Which page of the answer, from 1.
    """

    by: str
    name: str
    since: date | None = None
    until: date | None = None
    why: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """One act as the page shows it; ``at`` is on the local clock."""

    number: int
    at: str
    operation: str
    who: str
    record: str
    product: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What was found.

    Parameters
    ----------
    asked
        In words.
    found
        Acts in all.
    lines
        Those of the page, newest first.
    page, pages
        Which page of how many.
    """

    asked: str
    found: int
    lines: tuple[ActLine, ...]
    page: int
    pages: int


def read_search(office: Office, asked: SearchAsked) -> SearchPage:
    """Return a page of what the audit chain says, newest first; the look is written to it."""
    query, found, acts = _search(office, asked, most=PER_PAGE)
    pages = max(-(-found // PER_PAGE), 1)
    lines = tuple(_line(each, office) for each in acts)
    return SearchPage(
        asked=str(query), found=found, lines=lines, page=min(asked.page, pages), pages=pages
    )


def search_csv(office: Office, asked: SearchAsked, *, marking: str) -> str:
    """Return it as CSV, which no spreadsheet runs as formulas; the look is written too.

    Of more than ``MOST_ROWS`` acts the newest are in it, and its first line says so.

    Parameters
    ----------
    office
        Who asks.
    asked
        What.
    marking
        Security marking of its first line.
    """
    first = replace(asked, page=1)
    query, found, acts = _search(office, first, most=MOST_ROWS, purpose="Taken away as a table")
    text = io.StringIO()
    table = csv.writer(text)
    of = f"; the newest {len(acts):,} of {found:,}" if found > len(acts) else ""
    table.writerow([clean(f"{marking}: acts of the audit chain, by {query}{of}")])
    table.writerow([PLACE_NOT_PERSON])
    table.writerow(["line", "at", "operation", "who", "record", "product", "why"])
    for act in acts:
        line = _line(act, office)
        words = (line.operation, line.who, line.record, line.product, line.why)
        row = [act.number, act.at.isoformat(), *(defused(clean(each)) for each in words)]
        table.writerow(row)
    return text.getvalue()


def _search(
    office: Office, asked: SearchAsked, *, most: int, purpose: str = "Search of the audit chain"
) -> tuple[AuditQuery, int, tuple[ActShown, ...]]:
    """Return what is asked, how much was found, and a page of it, newest first."""
    office.person.check_everywhere(Permission.READ_AUDIT)
    why = written(asked.why, what="Why you look")
    with office.acting(Permission.READ_AUDIT, f"{purpose}: {why}") as tx:
        query = replace(_query(tx, office, asked), most=most)
        return query, *search_chain(tx, query, skip=(asked.page - 1) * most)


def _query(tx: Transaction, office: Office, asked: SearchAsked) -> AuditQuery:
    """Return what is asked, a user name turned into the id behind it.

    Raises
    ------
    BadInputError
        If it is asked by nothing that the chain knows.
    """
    if asked.by not in set(AskedBy):
        msg = "By what to search was not chosen."
        raise BadInputError(
            msg, value=asked.by, remedy="Choose person, officer, product or record."
        )
    by, name = AskedBy(asked.by), asked.name.strip()
    if by in {AskedBy.PERSON, AskedBy.OFFICER}:
        account = find_account(tx, name)
        name = name if account is None else account.id
    until = None if asked.until is None else asked.until + timedelta(days=1)
    return AuditQuery(
        by=by, name=name, since=_start(asked.since, office), until=_start(until, office)
    )


def _start(day: date | None, office: Office) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), office.zone)


def _line(act: ActShown, office: Office) -> ActLine:
    return ActLine(
        number=act.number,
        at=office.moment(act.at),
        operation=act.operation,
        who=act.actor_id if act.actor_name is None else f"{act.actor_name} ({act.actor_id})",
        record=f"{act.record_type} {act.record_id}",
        product=act.product or "",
        why="; ".join(each for each in (act.purpose, act.detail) if each),
    )
