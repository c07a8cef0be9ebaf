"""What devices send: acknowledged briefs and visits made, perhaps late, perhaps twice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import client_id, written
from rightplace.records.delivery.tables import Acknowledgement, VisitLog
from rightplace.records.published.publishing import check_published

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from rightplace.records.audit.transaction import Transaction

SENT_AGAIN = ("sent_at", "received_at")
"""What differs when a device sends the same thing again; the first stands."""


class CalledAway(StrEnum):
    """Whether a visit was cut short or left out without penalty."""

    NO = "no"
    UNSAFE = "unsafe"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefRead:
    """That somebody read a brief, as the device tells it.

    Parameters
    ----------
    id
        UUID made by the device.
    plan_id, bcu, slot_start
        Which brief.
    read_at, sent_at
        When it was acknowledged and when it was sent, by the device's clock.

    Raises
    ------
    BadInputError
        If the id is no UUID or a time carries no zone.
    """

    id: str
    plan_id: str
    bcu: str
    slot_start: datetime
    read_at: datetime
    sent_at: datetime

    def __post_init__(self) -> None:
        """Check that it can be true; what cannot raises ``BadInputError``."""
        client_id(self.id)
        _check_zones(self.slot_start, self.read_at, self.sent_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMade:
    """A visit as the crew's device tells it.

    Parameters
    ----------
    id
        UUID made by the device.
    plan_id, visit_id
        Which planned visit.
    started_at, ended_at, sent_at
        By the device's clock.
    activity
        What was done, from a closed list of the caller's or in words.
    called_away
        Whether an unsafe place or an urgent call cut it short: excused, and never shown by officer.

    Raises
    ------
    BadInputError
        If the id is no UUID, a time carries no zone, or it ends before it starts.
    """

    id: str
    plan_id: str
    visit_id: str
    started_at: datetime
    ended_at: datetime
    sent_at: datetime
    activity: str
    called_away: CalledAway = CalledAway.NO

    def __post_init__(self) -> None:
        """Check that it can be true.

        Raises
        ------
        BadInputError
            If it ends before it starts.
        """
        client_id(self.id)
        _check_zones(self.started_at, self.ended_at, self.sent_at)
        if self.ended_at < self.started_at:
            msg = f"The visit ends at {self.ended_at}, before its start."
            raise BadInputError(msg, value=self.ended_at, remedy="Mend start or end.")


def _check_zones(*times: datetime) -> None:
    """Check that times carry their zone.

    Raises
    ------
    BadInputError
        If one does not.
    """
    for each in times:
        if each.tzinfo is None:
            msg = f"The time {each} carries no offset."
            raise BadInputError(msg, value=each, remedy="Send times with their offset.")


def acknowledge(tx: Transaction, read: BriefRead) -> bool:
    """Keep that the transaction's actor read a brief; return whether it is new.

    A plan that is not published is not held; another acknowledgement under the id is refused.
    """
    check_published(tx, read.plan_id, kind="plan")
    kept = Acknowledgement(
        id=client_id(read.id),
        plan_id=read.plan_id,
        bcu=read.bcu,
        slot_start=read.slot_start,
        acknowledged_by=tx.actor.id,
        acknowledged_at=read.read_at,
        sent_at=read.sent_at,
        received_at=tx.at,
    )
    return keep_once(tx, kept, differing=SENT_AGAIN)


def log_visit(tx: Transaction, made: VisitMade) -> bool:
    """Keep a visit that the transaction's actor logged; return whether it is new.

    A plan that is not published is not held; another visit under the id is refused.
    """
    check_published(tx, made.plan_id, kind="plan")
    kept = VisitLog(
        id=client_id(made.id),
        plan_id=made.plan_id,
        visit_id=made.visit_id,
        started_at=made.started_at,
        ended_at=made.ended_at,
        activity=written(made.activity, what="The activity"),
        called_away=made.called_away.value,
        logged_by=tx.actor.id,
        sent_at=made.sent_at,
        received_at=tx.at,
    )
    return keep_once(tx, kept, differing=SENT_AGAIN)


def clock_offset(log: VisitLog | Acknowledgement) -> timedelta:
    """Return how far the device's clock was behind ours when it sent, its way here included."""
    return log.received_at - log.sent_at
