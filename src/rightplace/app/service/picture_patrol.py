"""Patrol that crews logged, by borough: what was given, beside what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from rightplace.app.service.shelf import Shelf
    from rightplace.core.time import Clock
    from rightplace.records.audit.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolGiven:
    """Visits of a borough as crews logged them.

    Parameters
    ----------
    borough
        Where.
    day
        The policing day on which the visit began.
    minutes
        How long somebody was there; crew members who were there together count once.
    """

    borough: str
    day: date
    minutes: float


def patrol_given(tx: Transaction, shelf: Shelf, *, clock: Clock) -> tuple[PatrolGiven, ...]:
    """Return every visit logged, each once, as a fact of places and never of persons.

    Visits that an unsafe place or an urgent call cut short, and those that were not made for
    another reason, are no patrol given.

    Parameters
    ----------
    tx
        What it is read with.
    shelf
        Where the plans are published.
    clock
        How the study area keeps time.
    """
    from sqlalchemy import select

    from rightplace.app.service.shift_logging import was_made
    from rightplace.records.delivery.tables import VisitLog

    logs = [each for each in tx.unshown(select(VisitLog)) if was_made(each)]
    longest: dict[tuple[str, str], tuple[float, date]] = {}
    for log in logs:
        minutes = (log.ended_at - log.started_at).total_seconds() / 60
        key, day = (log.plan_id, log.visit_id), policing_day(log.started_at, clock)
        longest[key] = max(longest.get(key, (0.0, day)), (minutes, day))
    places = {plan_id: _boroughs(tx, shelf, plan_id) for plan_id in {plan for plan, _ in longest}}
    return tuple(
        PatrolGiven(borough=places[plan_id][visit_id], day=day, minutes=minutes)
        for (plan_id, visit_id), (minutes, day) in sorted(longest.items())
        if visit_id in places[plan_id]
    )


def policing_day(moment: datetime, clock: Clock) -> date:
    """Return the policing day that a moment lies in."""
    local = moment.astimezone(clock.tzinfo)
    return local.date() - timedelta(days=local.time() < clock.day_starts)


def _boroughs(tx: Transaction, shelf: Shelf, plan_id: str) -> dict[str, str]:
    """Return the borough of each visit of a plan."""
    plan = shelf.plan_behind(tx, plan_id)
    return {row["visit_id"]: row["borough"] or "" for row in plan.rows}


def patrol_words(given: Collection[PatrolGiven]) -> str:
    """Return visits and hours in words."""
    if not given:
        return "none logged"
    hours = sum(each.minutes for each in given) / 60
    visits = f"{len(given):,} visit{'' if len(given) == 1 else 's'}"
    return f"{visits}, {hours:,.1f} h" if hours < 10 else f"{visits}, {hours:,.0f} h"  # noqa: PLR2004 - digits
