"""Use case: keep a visit that was typed into the form of My shift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.shift_logging import (
    DONE_WORDS,
    NOT_DONE_WORDS,
    VisitSent,
    log_visits,
)
from rightplace.app.service.shift_moments import moment_of_shift
from rightplace.core.time import Slot
from rightplace.errors import NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.app.service.shift_logging import VisitAnswer
    from rightplace.app.service.shift_settings import ShiftSettings

NO_TIME = "Type it as on a 24-hour clock, such as 16:05."


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTyped:
    """A visit as somebody typed it.

    Parameters
    ----------
    id
        UUID of the form.
    plan_id, visit_id
        Which planned visit.
    arrived, left
        Hours on the local clock; ``left`` may be empty for now, ``arrived`` where nothing was done.
    outcome
        A key of ``DONE_WORDS`` or ``NOT_DONE_WORDS``.
    is_done
        Whether the form was that of a visit made.
    """

    id: str
    plan_id: str
    visit_id: str
    arrived: str
    left: str
    outcome: str
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAnswer:
    """What came of a visit that was typed: an answer, or what is wrong by field."""

    answer: VisitAnswer | None
    faults: tuple[tuple[str, str], ...] = ()


def log_typed(
    shelf: Shelf, typed: VisitTyped, *, person: Person, at: datetime, settings: ShiftSettings
) -> TypedAnswer:
    """Keep a visit that was typed, or return what is wrong with it.

    The form has no clock of its own, so both clocks are ours.

    Parameters
    ----------
    shelf
        Where plans are published.
    typed
        The form.
    person
        Who typed it.
    at
        The time now.
    settings
        How far from its shift a visit may lie.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.LOG_VISITS)
    with transaction(shelf.database, person.actor, purpose="Log a visit.", at=at) as tx:
        plan = shelf.plan_behind(tx, typed.plan_id)
    slot = _slot_of(plan, typed.visit_id)
    zone = plan.forecast.area.clock.tzinfo
    times, faults = _times(typed, slot, zone=zone, at=at, settings=settings)
    known = DONE_WORDS if typed.is_done else NOT_DONE_WORDS
    if typed.outcome not in known:
        field, words = ("outcome", "what you did there") if typed.is_done else ("reason", "why not")
        faults.append((field, f"Choose {words}."))
    if faults:
        return TypedAnswer(answer=None, faults=tuple(faults))
    sent = VisitSent(
        id=typed.id,
        logged_by=person.actor.id,
        plan_id=typed.plan_id,
        visit_id=typed.visit_id,
        started_at=times[0],
        ended_at=times[1],
        outcome=typed.outcome,
    )
    (answer,) = log_visits(shelf, [sent], sent_at=at, person=person, at=at, settings=settings)
    return TypedAnswer(answer=answer)


def _slot_of(plan: PublishedPlan, visit_id: str) -> Slot:
    """Return the time of a visit's slot.

    Raises
    ------
    NotHeldError
        If the plan has no such visit.
    """
    for row in plan.rows:
        if row["visit_id"] == visit_id:
            start: datetime = row["slot_start"]
            return Slot(policing_day=start.date(), shift="", start=start, end=row["slot_end"])
    msg = f"The plan has no visit {visit_id!r}."
    raise NotHeldError(msg, value=visit_id, remedy="Open My shift anew.")


def _times(
    typed: VisitTyped, slot: Slot, *, zone: ZoneInfo, at: datetime, settings: ShiftSettings
) -> tuple[tuple[datetime, datetime], list[tuple[str, str]]]:
    """Return when a visit started and ended, and what is wrong with what was typed."""
    faults: list[tuple[str, str]] = []
    ended = moment_of_shift(typed.left, slot, zone=zone, not_after=at) if typed.left else at
    if ended is None:
        faults.append(("left", NO_TIME))
        ended = at
    started = moment_of_shift(typed.arrived, slot, zone=zone, not_after=at)
    if started is None and (typed.is_done or typed.arrived):
        hint = NO_TIME if typed.arrived else "Say when you arrived, or press Start on arrival."
        faults.append(("arrived", hint))
    started = started or ended
    slack = timedelta(minutes=settings.slack_minutes)
    if not faults and not slot.start - slack <= started <= slot.end + slack:
        faults.append(("arrived", f"{typed.arrived or 'Now'} does not lie in this shift."))
    if not faults and ended < started:
        faults.append(("left", "This is before you arrived, or still to come."))
    return (started, ended), faults
