"""Visible activity by ward and month: visits planned, made, missed; never by crew or person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.decided.tables import InForce
    from rightplace.records.delivery.tables import VisitLog

Ward = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class WardMonth:
    """Visits to a ward in a month.

    Parameters
    ----------
    planned
        Visits of plans in force; those that an unsafe place or urgent call cut short are left out.
    made
        Of these, how many were made.
    minutes
        Minutes on the spot.
    """

    planned: int = 0
    made: int = 0
    minutes: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityGiven:
    """Visits by ward and month, and the months of which a plan was in force at all.

    Parameters
    ----------
    wards
        By borough, ward and index of the month.
    months
        Months with a plan in force somewhere; of others nothing is known.
    """

    wards: dict[tuple[Ward, int], WardMonth]
    months: frozenset[int]


def activity_given(tx: Transaction, shelf: Shelf) -> ActivityGiven:
    """Return visits planned and made by ward and month; rows about officers are shown to nobody.

    Parameters
    ----------
    tx
        What it is read with.
    shelf
        Where the plans are published.
    """
    from sqlalchemy import select

    from rightplace.records.delivery.tables import VisitLog

    logs: dict[tuple[str, str], list[VisitLog]] = defaultdict(list)
    for log in tx.unshown(select(VisitLog)):
        logs[log.plan_id, log.visit_id].append(log)
    wards: dict[tuple[Ward, int], WardMonth] = defaultdict(WardMonth)
    months = set()
    for plan_id, rows in _in_force_by_plan(tx).items():
        plan = shelf.plan_behind(tx, plan_id)
        for visit_id, ward, month in _visits(plan, rows):
            months.add(month)
            _add(wards[ward, month], logs.get((plan_id, visit_id), []))
    return ActivityGiven(wards=dict(wards), months=frozenset(months))


def _add(held: WardMonth, logs: list[VisitLog]) -> None:
    from rightplace.app.service.shift_logging import was_made
    from rightplace.records.delivery.sync import CalledAway

    made = [each for each in logs if was_made(each)]
    if not made and any(each.called_away != CalledAway.NO for each in logs):
        return  # excused: it leaves what was planned as well as what was made
    held.planned += 1
    if made:
        held.made += 1
        held.minutes += max((e.ended_at - e.started_at).total_seconds() for e in made) / 60


def _in_force_by_plan(tx: Transaction) -> dict[str, list[InForce]]:
    """Return for each plan the slots at whose start it was in force, or that it came into since.

    A plan that is accepted when a slot is over was not in force in it.
    """
    from sqlalchemy import select

    from rightplace.records.decided.tables import InForce

    newest: dict[tuple[str, datetime], InForce] = {}
    for row in tx.unshown(select(InForce).order_by(InForce.set_at, InForce.id)):
        is_in_time = row.set_at < row.slot_end
        if is_in_time and (row.ended_at is None or row.ended_at > row.slot_start):
            newest[row.bcu, row.slot_start] = row
    found: dict[str, list[InForce]] = defaultdict(list)
    for row in newest.values():
        if row.plan_id is not None:
            found[row.plan_id].append(row)
    return found


def _visits(plan: PublishedPlan, rows: list[InForce]) -> Iterator[tuple[str, Ward, int]]:
    """Yield id, ward and month of each visit of the slots in which a plan was in force."""
    area = plan.forecast.area
    cells = area.cells
    wards = cells["ward"].to_pylist() if "ward" in cells.column_names else [None] * cells.num_rows
    places = {
        cell: (borough or "", ward or "")
        for cell, borough, ward in zip(
            cells["cell_id"].to_pylist(), area.borough_names, wards, strict=True
        )
    }
    zone = area.clock.tzinfo
    starts = {(row.bcu, row.slot_start) for row in rows}
    for bcu, visits in plan.by_bcu.items():
        for visit in visits:
            start = visit["slot_start"]
            if (bcu, start) in starts:
                local = start.astimezone(zone)
                month = local.year * 12 + local.month - 1
                yield visit["visit_id"], places[visit["cell_id"]], month
