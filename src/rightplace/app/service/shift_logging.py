"""Use case: keep visits that crews log, at once or later from a phone that had no connection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.evaluate.rules import ACTIVITIES
from rightplace.records.accounts.roles import Permission
from rightplace.records.delivery.sync import CalledAway, VisitMade, log_visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.service.shift_settings import ShiftSettings
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.delivery.tables import VisitLog

DONE_WORDS: Final = {
    "engage": "Talked with people",
    "licensing": "Visited licensed premises",
    "weapon_sweep": "Looked for hidden weapons",
    "other": "Something else",
}
"""What a crew can say that it did, in words; the keys are those of dosage."""
EXCUSED: Final = {"unsafe": CalledAway.UNSAFE, "urgent_call": CalledAway.URGENT}
"""Reasons that take a visit out of the reckoning, without penalty (NEEDS D)."""
NOT_DONE_WORDS: Final = {
    "urgent_call": "We were called away to something urgent",
    "unsafe": "It was not safe",
    "no_time": "There was no time left",
    "no_way": "We could not get to the place",
    "other_task": "We were given another task",
}
NOT_DONE: Final = "not done: "
"""What stands before the reason in the activity of a visit that was not made."""
NO_SUCH_TWICE: Final = (
    "A visit of this number was logged before; both are kept, and it counts once."
)


def was_made(log: VisitLog) -> bool:
    """Whether somebody was there, by one log: a reason why nobody was is no visit."""
    return log.called_away == CalledAway.NO and not log.activity.startswith(NOT_DONE)


class Kept(StrEnum):
    """What became of a visit that was sent."""

    NEW = "new"
    BEFORE = "before"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSent:
    """A visit as a form or a phone sends it; it names no place.

    Parameters
    ----------
    id
        UUID made where it was logged.
    logged_by
        Id of the account that logged it.
    plan_id, visit_id
        Which planned visit.
    started_at, ended_at
        By the device's clock.
    outcome
        A key of ``DONE_WORDS`` or of ``NOT_DONE_WORDS``.
    """

    id: str
    logged_by: str
    plan_id: str
    visit_id: str
    started_at: datetime
    ended_at: datetime
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAnswer:
    """What became of a visit that was sent, in words for who logged it."""

    id: str
    kept: Kept
    words: str


def log_visits(
    shelf: Shelf,
    sent: Sequence[VisitSent],
    *,
    sent_at: datetime,
    person: Person,
    at: datetime,
    settings: ShiftSettings,
) -> tuple[VisitAnswer, ...]:
    """Keep what is sent, each visit by itself: one that is refused leaves the others be.

    Parameters
    ----------
    shelf
        Where plans are published.
    sent
        Visits, perhaps sent before.
    sent_at
        When, by the device's clock.
    person
        Who sends them.
    at
        The time now.
    settings
        How far the device's clock may be out.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.LOG_VISITS)
    found = []
    for each in sent:
        with transaction(shelf.database, person.actor, purpose="Log a visit.", at=at) as tx:
            found.append(_answer(tx, shelf, each, sent_at=sent_at, person=person))
    is_off = abs(at - sent_at).total_seconds() > settings.clock_minutes * 60
    return tuple(_with_clock(each) if is_off else each for each in found)


def _answer(
    tx: Transaction, shelf: Shelf, sent: VisitSent, *, sent_at: datetime, person: Person
) -> VisitAnswer:
    try:
        _check(tx, shelf, sent, person)
        others = _logged_before(tx, sent)
        is_new = log_visit(tx, _made(sent, sent_at=sent_at))
    except (BadInputError, NotHeldError, RefusedError, UsageError) as fault:
        words = fault.fault.said
        return VisitAnswer(id=sent.id, kept=Kept.REFUSED, words=words)
    if not is_new:
        return VisitAnswer(id=sent.id, kept=Kept.BEFORE, words="It had come in before.")
    words = NO_SUCH_TWICE if others else "It is kept."
    return VisitAnswer(id=sent.id, kept=Kept.NEW, words=words)


def _check(tx: Transaction, shelf: Shelf, sent: VisitSent, person: Person) -> None:
    """Check that a visit is one of the plan, in the person's area, and logged by them.

    Raises
    ------
    RefusedError
        If somebody else logged it.
    NotHeldError
        If the plan has no such visit.
    """
    if sent.logged_by != person.actor.id:
        msg = "Somebody else logged this visit on this phone."
        remedy = "They sign in on it and send it themselves; it stays here until then."
        raise RefusedError(msg, remedy=remedy)
    plan = shelf.plan_behind(tx, sent.plan_id)
    for bcu, rows in plan.by_bcu.items():
        for row in rows:
            if row["visit_id"] == sent.visit_id:
                person.check(Permission.LOG_VISITS, bcu=bcu or None, borough=row["borough"])
                return
    msg = f"{sent.plan_id} has no visit {sent.visit_id!r}."
    raise NotHeldError(msg, value=sent.visit_id, remedy="Open My shift anew.")


def _logged_before(tx: Transaction, sent: VisitSent) -> bool:
    """Whether a visit was logged under another id."""
    from sqlalchemy import select

    from rightplace.records.delivery.tables import VisitLog

    wanted = select(VisitLog).where(
        VisitLog.plan_id == sent.plan_id,
        VisitLog.visit_id == sent.visit_id,
        VisitLog.id != sent.id,
    )
    return bool(tx.unshown(wanted.limit(1)))


def _made(sent: VisitSent, *, sent_at: datetime) -> VisitMade:
    """Return the visit as it is kept.

    Raises
    ------
    BadInputError
        If its outcome is none of the lists.
    """
    if sent.outcome not in {*ACTIVITIES, *NOT_DONE_WORDS}:
        msg = f"{sent.outcome!r} is not on the list of what can be logged."
        raise BadInputError(msg, value=sent.outcome, remedy="Choose one of the list.")
    is_done = sent.outcome in ACTIVITIES
    return VisitMade(
        id=sent.id,
        plan_id=sent.plan_id,
        visit_id=sent.visit_id,
        started_at=sent.started_at,
        ended_at=sent.ended_at,
        sent_at=sent_at,
        activity=sent.outcome if is_done else f"{NOT_DONE}{sent.outcome}",
        called_away=EXCUSED.get(sent.outcome, CalledAway.NO),
    )


def _with_clock(answer: VisitAnswer) -> VisitAnswer:
    """Return an answer that says that the device's clock is out."""
    words = (
        f"{answer.words} The clock of this device differs from ours, so the visit is kept but not "
        "counted: set the clock, and tell your sergeant."
    )
    return VisitAnswer(id=answer.id, kept=answer.kept, words=words)
