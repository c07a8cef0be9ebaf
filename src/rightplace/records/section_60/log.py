"""The log of an authorisation: begun, added to, read as a history. Nothing in it is altered."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from rightplace.errors import BadInputError, NotHeldError
from rightplace.powers.section_60.codec import from_json, to_json
from rightplace.powers.section_60.history import Authorised, BreachDecided
from rightplace.records.audit.pen import UNSHOWN
from rightplace.records.section_60.tables import Section60, Section60Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rightplace.powers.section_60.happened import Happened
    from rightplace.powers.section_60.history import Drafted, History
    from rightplace.records.audit.transaction import Reading, Transaction


def begin(tx: Transaction, drafted: Drafted, *, form_id: str | None = None) -> str:
    """Begin the log of an authorisation with its first draft; return its reference.

    Parameters
    ----------
    tx
        The transaction in which it is kept.
    drafted
        By whom, for which force and BCU.
    form_id
        Of the form that was sent; the same form sent again begins nothing, and the reference
        that it made is returned.
    """
    if form_id is not None and (first := _of_form(tx, form_id)) is not None:
        return first.reference
    reference = f"S60-{drafted.entered_at:%Y}-{secrets.token_hex(3).upper()}"
    tx.add(
        Section60(
            reference=reference,
            force=drafted.force,
            bcu=drafted.bcu,
            opened_at=drafted.entered_at,
            closed_at=None,
        )
    )
    append(tx, reference, drafted, form_id=form_id)
    return reference


def append(tx: Transaction, reference: str, event: Happened, *, form_id: str | None = None) -> int:
    """Add what happened to a log; return its number in it.

    Whether it may happen was asked before; that it happened is kept whatever the answer.

    Parameters
    ----------
    tx
        The transaction in which it is kept, of whoever enters it.
    reference
        Of the authorisation.
    event
        What happened.
    form_id
        Of the form that was sent; the same form sent again adds nothing.

    Raises
    ------
    NotHeldError
        If there is no such authorisation.
    BadInputError
        If it would be entered before what is the newest entry now.
    """
    if form_id is not None and (sent := _of_form(tx, form_id)) is not None:
        return sent.number
    held = tx.unshown_one(Section60, reference)
    if held is None:
        msg = f"No section 60 authorisation has the reference {reference!r}."
        raise NotHeldError(msg, value=reference, remedy="Check the reference.")
    last = _last(tx, reference)
    if last is not None and event.entered_at < last.entered_at:
        msg = f"It would be entered before the newest entry of {reference}."
        raise BadInputError(msg, value=event.entered_at, remedy="Enter it with the time now.")
    row = Section60Event(
        reference=reference,
        number=1 if last is None else last.number + 1,
        kind=event.kind,
        content=to_json(event),
        at=event.at,
        entered_at=event.entered_at,
        entered_by=tx.actor.id,
        form_id=form_id,
    )
    if held.closed_at is not None and event.kind != BreachDecided.kind:
        held.closed_at = None  # somebody goes on with a draft that was left
    return tx.add(row).number


def close(tx: Transaction, reference: str, *, at: datetime) -> None:
    """Note that nothing more is to be done with it, so that its retention period begins.

    Raises
    ------
    NotHeldError
        If there is no such authorisation.
    """
    held = tx.unshown_one(Section60, reference)
    if held is None:
        msg = f"No section 60 authorisation has the reference {reference!r}."
        raise NotHeldError(msg, value=reference, remedy="Check the reference.")
    held.closed_at = at
    tx.session.flush()


def close_left(tx: Transaction, *, before: datetime) -> int:
    """Close the drafts with which nobody went on, so that their retention begins.

    What was given is never closed so, however long its review is overdue.

    Parameters
    ----------
    tx
        The transaction in which they are closed.
    before
        Drafts whose newest entry is older are left.

    Returns
    -------
    int
        How many were closed.
    """
    given = select(Section60Event.reference).where(Section60Event.kind == Authorised.kind)
    newer = select(Section60Event.reference).where(Section60Event.entered_at >= before)
    left = select(Section60).where(
        Section60.closed_at.is_(None),
        Section60.reference.not_in(given),
        Section60.reference.not_in(newer),
    )
    found = tx.unshown(left)
    for each in found:
        each.closed_at = tx.at
    tx.session.flush()
    return len(found)


def history_of(quiet: Reading, reference: str) -> History:
    """Return what happened to one authorisation, for a check; empty where there is none."""
    return histories_of(quiet, [reference]).get(reference, ())


def histories_of(
    quiet: Reading, references: Iterable[str], *, kinds: Iterable[type[Happened]] = ()
) -> dict[str, History]:
    """Return the histories of several authorisations, for a check, in one query.

    Parameters
    ----------
    quiet
        A look or a transaction.
    references
        Which.
    kinds
        What of each alone; all that happened where none is named.
    """
    wanted = select(Section60Event).where(Section60Event.reference.in_(list(references)))
    names = [each.kind for each in kinds]
    if names:
        wanted = wanted.where(Section60Event.kind.in_(names))
    return _by_reference(quiet.unshown(wanted))


def lengths_of(quiet: Reading, references: Iterable[str]) -> dict[str, int]:
    """Return how many entries the logs of several authorisations have, for a check."""
    wanted = (
        select(Section60Event.reference, func.max(Section60Event.number))
        .where(Section60Event.reference.in_(list(references)))
        .group_by(Section60Event.reference)
    )
    rows = quiet.session.execute(wanted, execution_options=UNSHOWN)
    return {each[0]: each[1] for each in rows}


def view_history(tx: Transaction, reference: str) -> History:
    """Return what happened to one authorisation, which will be shown: the look is logged once.

    Where there is none, that raises ``NotHeldError``.
    """
    tx.view_one(Section60, reference)
    return history_of(tx, reference)


def all_references(
    quiet: Reading,
    *,
    opened_from: datetime | None = None,
    closed_from: datetime | None = None,
) -> list[str]:
    """Return references of every authorisation, newest first, for a check.

    Parameters
    ----------
    quiet
        A look or a transaction.
    opened_from
        Only those begun then or later.
    closed_from
        Only those with which something is still to be done, or was until then or later.
    """
    wanted = select(Section60).order_by(Section60.opened_at.desc(), Section60.reference)
    if opened_from is not None:
        wanted = wanted.where(Section60.opened_at >= opened_from)
    if closed_from is not None:
        is_open = Section60.closed_at.is_(None)
        wanted = wanted.where(is_open | (Section60.closed_at >= closed_from))
    return [each.reference for each in quiet.unshown(wanted)]


def _by_reference(rows: Sequence[Section60Event]) -> dict[str, History]:
    found: dict[str, list[Happened]] = {}
    for row in sorted(rows, key=lambda each: (each.reference, each.number)):
        found.setdefault(row.reference, []).append(from_json(row.kind, row.content))
    return {reference: tuple(events) for reference, events in found.items()}


def _last(quiet: Reading, reference: str) -> Section60Event | None:
    newest = (
        select(Section60Event)
        .where(Section60Event.reference == reference)
        .order_by(Section60Event.number.desc())
        .limit(1)
    )
    return next(iter(quiet.unshown(newest)), None)


def _of_form(quiet: Reading, form_id: str) -> Section60Event | None:
    wanted = select(Section60Event).where(Section60Event.form_id == form_id)
    return next(iter(quiet.unshown(wanted)), None)
