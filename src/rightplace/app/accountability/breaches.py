"""Use cases of the log of breaches: what happened, the 72 hours, who was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.records.accounts.roles import Permission
from rightplace.records.breaches import log
from rightplace.records.breaches.tables import Breach

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachLine:
    """A breach in a list.

    Parameters
    ----------
    clock
        How it stands with the 72 hours, in few words.
    until
        When they end, in words; empty where they no longer count.
    is_urgent
        Whether they run, or ran out, and nobody was told.
    state
        What is left to do, in words; or that it is closed.
    """

    id: str
    what: str
    aware_at: str
    clock: str
    until: str
    is_urgent: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachPage:
    """One breach: its line, its facts as key and value, what is left, and what may be done.

    Parameters
    ----------
    is_late
        Whether the 72 hours are over: reasons are asked for when the Commissioner is told.
    """

    line: BreachLine
    facts: tuple[tuple[str, str], ...]
    left: tuple[str, ...]
    is_open: bool
    is_late: bool
    commissioner_waits: bool
    may_leave_untold: bool


def breach_line(breach: Breach, office: Office) -> BreachLine:
    """Return a breach as a list shows it."""
    left = log.left_to_do(breach)
    waits = any("Commissioner" in each for each in left)
    due = log.due_at(breach)
    hours = (due - office.at).total_seconds() / 3600
    if not waits:
        clock = "told" if breach.ico_told_at else "not told, with the reason"
    else:
        clock = f"{counted(abs(hours), 'hour')} {'left' if hours >= 0 else 'late'}"
    is_open = breach.closed_at is None
    state = "closed" if not is_open else f"left to do: {'; '.join(left)}" if left else "to close"
    return BreachLine(
        id=breach.id,
        what=breach.what,
        aware_at=office.moment(breach.aware_at),
        clock=clock,
        until=f"until {office.moment(due)}" if waits else "",
        is_urgent=is_open and waits,
        state=state,
    )


def counted(number: float, unit: str) -> str:
    """Return a whole number of something in words: "1 hour", "2 hours"."""
    whole = int(number)
    return f"{whole:,} {unit}" if whole == 1 else f"{whole:,} {unit}s"


def list_breaches(office: Office) -> tuple[BreachLine, ...]:
    """Return every breach, the newest first."""
    with office.acting(Permission.ANSWER_SUBJECTS, "See the log of breaches.", answers=True) as tx:
        return tuple(breach_line(each, office) for each in log.breaches(tx))


def read_breach(office: Office, breach_id: str) -> BreachPage:
    """Return one breach."""
    with office.acting(Permission.ANSWER_SUBJECTS, "See a breach.", answers=True) as tx:
        breach = tx.view_one(Breach, breach_id)
    left = log.left_to_do(breach)
    told = breach.ico_told_at is not None
    return BreachPage(
        line=breach_line(breach, office),
        facts=_facts(breach, office),
        left=left,
        is_open=breach.closed_at is None,
        is_late=office.at > log.due_at(breach),
        commissioner_waits=not told,
        may_leave_untold=not told and breach.likelihood == log.Likelihood.UNLIKELY,
    )


def _facts(breach: Breach, office: Office) -> tuple[tuple[str, str], ...]:
    affected = (
        "not known" if breach.people_affected is None else f"about {breach.people_affected:,}"
    )
    told = office.moment(breach.ico_told_at)
    commissioner = f"told {told}, {breach.ico_reference}" if told else "not told"
    if breach.late_reason:
        commissioner += f"; late: {breach.late_reason}"
    if breach.ico_not_told_reason:
        commissioner = f"not told: {breach.ico_not_told_reason}"
    people = "not told"
    if breach.subjects_told_at is not None:
        people = f"told {office.moment(breach.subjects_told_at)}: {breach.subjects_told_how}"
    elif breach.subjects_not_told_reason:
        people = f"not told: {breach.subjects_not_told_reason}"
    risk = f"{breach.likelihood}: {breach.assessment}" if breach.likelihood else "not assessed"
    return (
        ("What happened", breach.what),
        ("When", breach.happened),
        ("Known to us", office.moment(breach.aware_at)),
        ("People affected", affected),
        ("Effects", breach.effects),
        ("What was done", breach.action),
        ("Risk to people", risk),
        ("The Commissioner", commissioner),
        ("The people themselves", people),
    )


def keep_breach(office: Office, found: log.BreachFound) -> str:
    """Keep a breach; return its id."""
    with office.acting(Permission.ANSWER_SUBJECTS, "Record a breach.") as tx:
        return log.record_breach(tx, found)


def change_breach(office: Office, change: Callable[[Transaction], None]) -> None:
    """Do one act to a breach: one of the functions of the log."""
    with office.acting(Permission.ANSWER_SUBJECTS, "Work on a breach.") as tx:
        change(tx)


def assessed(breach_id: str, *, likelihood: str, assessment: str) -> Callable[[Transaction], None]:
    """Return the act that keeps how likely a risk to people is; an unknown one raises.

    Raises
    ------
    BadInputError
        If it is none of the three.
    """
    from rightplace.errors import BadInputError

    if likelihood not in set(log.Likelihood):
        msg = "How likely a risk is was not chosen."
        raise BadInputError(msg, value=likelihood, remedy="Choose one of the three.")
    level = log.Likelihood(likelihood)
    return lambda tx: log.assess(tx, breach_id, likelihood=level, assessment=assessment)


def commissioner_told(
    breach_id: str, *, told_at: datetime, reference: str, late_reason: str
) -> Callable[[Transaction], None]:
    """Return the act that keeps that the Commissioner was told."""
    return lambda tx: log.tell_commissioner(
        tx, breach_id, told_at=told_at, reference=reference, late_reason=late_reason
    )
