"""Use case: what needs the data protection officer now, and what is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.accountability.breaches import BreachLine, breach_line
from rightplace.app.accountability.holds import HoldShown, hold_shown
from rightplace.app.accountability.office import named, names_of
from rightplace.app.accountability.requests import RequestLine, request_line
from rightplace.app.accountability.standing_out import AnomalyLine, note_anomalies, read_anomalies
from rightplace.app.accountability.stopping import (
    Stoppable,
    StoppedLine,
    read_stoppable,
    read_stopped,
)
from rightplace.errors import RefusedError
from rightplace.records.accounts.break_glass import review_break_glass, to_review
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.breaches.log import breaches
from rightplace.records.retention.holds import holds_to_review
from rightplace.records.rights.requests import requests

if TYPE_CHECKING:
    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Transaction

P = Permission
ANY = (P.READ_AUDIT, P.STOP, P.RESTART, P.HOLD, P.ANSWER_SUBJECTS, P.REVIEW_BREAK_GLASS)
"""One of them opens the page; it shows what each allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlassLine:
    """A log-in by break-glass that waits for its review."""

    id: str
    who: str
    approved_by: str
    reason: str
    opened_at: str
    expires_at: str
    may_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What needs somebody now.

    Parameters
    ----------
    anomalies
        What stands out; None where the person may not read the audit chain.
    anomaly_days
        How many days back that looks.
    break_glass
        Log-ins by break-glass to review; None where they may not.
    holds
        Holds whose review is due; None where they may not.
    requests, breaches
        Open ones, what is due first first; None where they may not.
    stopped, stoppable
        What is stopped, and what they may stop.
    may
        What else they may do, by name of the permission.
    """

    anomalies: tuple[AnomalyLine, ...] | None
    anomaly_days: int
    break_glass: tuple[BreakGlassLine, ...] | None
    holds: tuple[HoldShown, ...] | None
    requests: tuple[RequestLine, ...] | None
    breaches: tuple[BreachLine, ...] | None
    stopped: tuple[StoppedLine, ...]
    stoppable: tuple[Stoppable, ...]
    may: frozenset[str]


def read_overview(office: Office) -> Overview:
    """Return what needs a person now, of what they may see.

    Raises
    ------
    RefusedError
        If they may see none of it.
    """
    may = frozenset(each.value for each in P if office.may(each))
    if not may & {each.value for each in ANY}:
        msg = f"Your roles ({office.person.role}) include nothing of accountability."
        raise RefusedError(msg, remedy="Ask the data protection officer.")
    answers = P.ANSWER_SUBJECTS in may
    found = None
    if P.READ_AUDIT in may:
        with reading(office.database) as quiet:
            found = read_anomalies(quiet, office)
    with transaction(
        office.database,
        office.person.actor,
        purpose="See what needs me: accountability.",
        at=office.at,
        answers=answers,
    ) as tx:
        if found is not None:
            note_anomalies(tx, office)
        due = holds_to_review(tx, on=office.today) if P.HOLD in may else ()
        return Overview(
            anomalies=found,
            anomaly_days=office.anomalies.days,
            break_glass=_break_glass(tx, office) if P.REVIEW_BREAK_GLASS in may else None,
            holds=tuple(hold_shown(h, on=office.today) for h in due) if P.HOLD in may else None,
            requests=_requests(tx, office) if answers else None,
            breaches=_breaches(tx, office) if answers else None,
            stopped=read_stopped(tx, office),
            stoppable=read_stoppable(tx) if P.STOP in may else (),
            may=may,
        )


def _requests(tx: Transaction, office: Office) -> tuple[RequestLine, ...]:
    lines = [request_line(each, office) for each in requests(tx) if each.answered_at is None]
    return tuple(sorted(lines, key=lambda line: line.due_on or "9999"))


def _breaches(tx: Transaction, office: Office) -> tuple[BreachLine, ...]:
    return tuple(breach_line(each, office) for each in breaches(tx) if each.closed_at is None)


def _break_glass(tx: Transaction, office: Office) -> tuple[BreakGlassLine, ...]:
    waiting = to_review(tx)
    names = names_of(tx, {who for each in waiting for who in (each.account_id, each.approved_by)})
    me = office.person.actor.id
    return tuple(
        BreakGlassLine(
            id=each.id,
            who=named(each.account_id, names),
            approved_by=named(each.approved_by, names),
            reason=each.reason,
            opened_at=office.moment(each.opened_at),
            expires_at=office.moment(each.expires_at),
            may_review=me not in {each.account_id, each.approved_by},
        )
        for each in waiting
    )


def close_break_glass(office: Office, opening_id: str, *, was_proper: bool, review: str) -> None:
    """Close a log-in by break-glass with its review, as somebody who had no part in it."""
    office.person.check(Permission.REVIEW_BREAK_GLASS)
    purpose = "Review a log-in by break-glass."
    with transaction(office.database, office.person.actor, purpose=purpose, at=office.at) as tx:
        review_break_glass(tx, opening_id, was_proper=was_proper, review=review)
