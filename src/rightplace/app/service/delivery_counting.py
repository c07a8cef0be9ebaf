"""Planned visits held against those logged, place by place; excused apart, never by person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rightplace.app.plan.visits import OVER
from rightplace.app.service.shift_plan import cell_numbers
from rightplace.evaluate.disclosure import Roll
from rightplace.evaluate.dosage import Sums
from rightplace.evaluate.rules import ACTIVITIES
from rightplace.records.delivery.sync import CalledAway, clock_offset

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rightplace.app.service.shelf import PublishedPlan
    from rightplace.app.service.shift_settings import ShiftSettings
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.decided.tables import InForce
    from rightplace.records.delivery.tables import VisitLog


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRules:
    """What counts as a visit made.

    Parameters
    ----------
    shift
        How far from its shift, and by which clock.
    qualifying_minutes
        A visit so long, or longer, is one (DOMAIN 3.4.20).
    """

    shift: ShiftSettings
    qualifying_minutes: float


@dataclass(slots=True, kw_only=True)
class PlaceCount:
    """What was planned and logged at one place.

    Parameters
    ----------
    sums
        As dosage adds them up; times by the devices' clocks.
    late
        Visits counted that came in late.
    off_clock
        Visits kept and not counted: by a clock that was out, or outside their shift.
    """

    sums: Sums = field(default_factory=Sums)
    late: int = 0
    off_clock: int = 0

    def add(self, other: PlaceCount) -> None:
        """Add what is of another place."""
        self.sums.add(other.sums)
        self.late += other.late
        self.off_clock += other.off_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was planned and logged in shifts that are over.

    Parameters
    ----------
    places
        By the cell's position.
    roll
        Which officers logged visits of each crew, both by number.
    shifts
        How many shifts are over, by BCU.
    """

    places: dict[int, PlaceCount]
    roll: Roll
    shifts: dict[str, int]


def count_delivery(tx: Reading, plan: PublishedPlan, *, at: datetime, rules: CountRules) -> Counted:
    """Return what was planned in shifts that are over, and what of it was logged.

    A visit is due in the shifts in which the plan was in force to their end. Two logs of one visit
    are one visit, and more visits to a place than planned make up for none elsewhere.

    Parameters
    ----------
    tx
        The transaction in which sums are shown.
    plan
        The plan.
    at
        The time now.
    rules
        What counts.
    """
    plan_id = str(plan.record["id"])
    due = _due(plan, _in_force(tx, plan_id), at=at)
    logs = _logs(tx, plan_id)
    crews = {name: n for n, name in enumerate(sorted({row["crew_id"] or "" for _, row in due}))}
    number = cell_numbers(plan.forecast.area)
    slots: dict[tuple[int, datetime], PlaceCount] = defaultdict(PlaceCount)
    for _, row in due:
        here = slots[number[row["cell_id"]], row["slot_start"]]
        _count(here, row, logs.get(row["visit_id"], []), rules=rules)
        here.sums.crews.add(crews[row["crew_id"] or ""])
    places: dict[int, PlaceCount] = defaultdict(PlaceCount)
    for (cell, _), here in slots.items():
        here.sums.made = min(here.sums.planned - here.sums.excused, here.sums.qualifying)
        places[cell].add(here)
    ended: dict[str, set[datetime]] = defaultdict(set)
    for bcu, row in due:
        ended[bcu].add(row["slot_start"])
    return Counted(
        places=dict(places),
        roll=_roll((row for _, row in due), logs, crews),
        shifts={bcu: len(starts) for bcu, starts in ended.items()},
    )


def _count(
    here: PlaceCount, row: dict[str, Any], logs: Sequence[VisitLog], *, rules: CountRules
) -> None:
    """Add one planned visit, with what was logged of it, to its place and slot."""
    sums = here.sums
    visits = [log for log in logs if _is_visit(log)]
    counting = [log for log in visits if _is_in_bounds(log, row, rules.shift)]
    least = timedelta(minutes=rules.qualifying_minutes)
    made = [log for log in counting if log.ended_at - log.started_at >= least]
    sums.planned += 1
    here.off_clock += bool(visits) and not counting
    if counting:
        longest = max(counting, key=lambda log: log.ended_at - log.started_at)
        sums.visits += 1
        sums.patrol_seconds += round((longest.ended_at - longest.started_at).total_seconds())
        late = timedelta(minutes=rules.shift.late_minutes)
        here.late += all(log.received_at - log.ended_at > late for log in counting)
    if made:
        sums.qualifying += 1
    elif any(log.called_away != CalledAway.NO for log in logs):
        sums.excused += 1


def _is_visit(log: VisitLog) -> bool:
    return log.called_away == CalledAway.NO and log.activity in ACTIVITIES


def _is_in_bounds(log: VisitLog, row: dict[str, Any], settings: ShiftSettings) -> bool:
    """Whether a device's clock is to be relied on, and the visit lies in its shift by it."""
    slack = timedelta(minutes=settings.slack_minutes)
    is_near = abs(clock_offset(log)) <= timedelta(minutes=settings.clock_minutes)
    starts: datetime = row["slot_start"]
    ends: datetime = row["slot_end"]
    return is_near and log.started_at >= starts - slack and log.ended_at <= ends + slack


def _due(
    plan: PublishedPlan, in_force: Iterable[InForce], *, at: datetime
) -> list[tuple[str, dict[str, Any]]]:
    """Return the visits, each with its BCU, of shifts that ended with the plan in force."""
    spans = [
        (each.bcu, each.slot_start, each.slot_end)
        for each in in_force
        if each.slot_end <= at
        and each.set_at < each.slot_end
        and (each.ended_at is None or each.ended_at >= each.slot_end)
    ]
    by_bcu: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for bcu, start, end in spans:
        by_bcu[bcu].append((start, end))
    return [
        (bcu, row)
        for bcu, times in by_bcu.items()
        for row in plan.by_bcu.get(bcu, [])
        if row.get("state") not in OVER
        and any(start <= row["slot_start"] and row["slot_end"] <= end for start, end in times)
    ]


def _roll(
    rows: Iterable[dict[str, Any]], logs: dict[str, list[VisitLog]], crews: dict[str, int]
) -> Roll:
    """Return which officers logged visits of each crew."""
    officers: dict[str, int] = {}
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        for log in logs.get(row["visit_id"], []):
            number = officers.setdefault(log.logged_by, len(officers))
            found[crews[row["crew_id"] or ""]].add(number)
    return Roll({crew: frozenset(seen) for crew, seen in found.items()})


def _in_force(tx: Reading, plan_id: str) -> Sequence[InForce]:
    from sqlalchemy import select

    from rightplace.records.decided.tables import InForce

    return tx.unshown(select(InForce).where(InForce.plan_id == plan_id))


def _logs(tx: Reading, plan_id: str) -> dict[str, list[VisitLog]]:
    from sqlalchemy import select

    from rightplace.records.delivery.tables import VisitLog

    found: dict[str, list[VisitLog]] = defaultdict(list)
    for log in tx.unshown(select(VisitLog).where(VisitLog.plan_id == plan_id)):
        found[log.visit_id].append(log)
    return found
