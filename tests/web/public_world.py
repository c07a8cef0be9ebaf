"""A public edition of the small figures: approved, with plans in force and visits logged."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rightplace.app.partners.public import approve_public_edition
from rightplace.app.partners.settings import SharingSettings
from rightplace.app.public.export import export_public
from rightplace.core.time import Clock
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import transaction
from rightplace.records.decided.deciding import DecisionGiven, Verdict, decide
from rightplace.records.decided.in_force import SlotOf, put_in_force
from rightplace.records.delivery.sync import CalledAway, VisitMade, log_visit
from rightplace.records.published.publishing import publish
from rightplace.records.released.sharing import Ruling
from tests.web.published import run_copy, run_record
from tests.web.sharing_world import AREA, CELLS, OFFICER_OF_DATA, PLACES, publish_figures
from tests.web.signed_in import ANALYST, COMMANDER

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.public.result import PublicExported
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.published.publishing import RunCopy

FORECAST, PLAN = "f-0000000000aa", "p-0000000000aa"
TO_NORTH = "North BCU"
SLOTS = tuple(Clock().slots(date(2026, 2, 2), 2))
PLANNED = {"Abbey": 9, "Bridge": 6, "Castle": 3}
"""Of Abbey's one is cut short by an urgent call and one not made; all others are made."""
LATER = datetime(2026, 5, 5, 12, 1, tzinfo=UTC)
DECIDED = SLOTS[0].start - timedelta(hours=12)
"""When the plan was put in force: before its first slot."""
JOB = Actor(id="command-line", name="Somebody at the command line")


@dataclass(frozen=True)
class Visit:
    """A visit of the plan."""

    id: str
    ward: str
    cell: str
    slot: int


def visits() -> list[Visit]:
    cells = {ward: cell for (_, ward), cell in zip(PLACES, CELLS, strict=True)}
    wards = [ward for ward, n in PLANNED.items() for _ in range(n)]
    return [
        Visit(id=f"v-{n:06d}", ward=ward, cell=cells[ward], slot=n % len(SLOTS))
        for n, ward in enumerate(wards)
    ]


def publish_plan(shelf: Shelf) -> None:
    """Publish a plan of 2 and 3 February, put it in force for one BCU, and log its visits."""
    with transaction(shelf.database, ANALYST.actor, purpose="Tasking.", at=LATER) as tx:
        publish(tx, _forecast())
        publish(tx, _plan())
    with transaction(shelf.database, COMMANDER.actor, purpose="Tasking.", at=DECIDED) as tx:
        given = DecisionGiven(
            id=str(uuid.uuid4()),
            plan_id=PLAN,
            bcu=TO_NORTH,
            verdict=Verdict.ACCEPTED,
            reason="Crews are there.",
            seconds_reading=60,
        )
        decide(tx, given)
        slots = [SlotOf(bcu=TO_NORTH, start=s.start, end=s.end) for s in SLOTS]
        put_in_force(tx, slots, decision_id=given.id)
        mine = visits()
        log(tx, mine[0], CalledAway.URGENT)
        for each in mine[2:]:
            log(tx, each)
        log(tx, mine[2])  # the second officer of the crew


def log(tx: Transaction, visit: Visit, called: CalledAway = CalledAway.NO) -> None:
    start = SLOTS[visit.slot].start + timedelta(hours=1)
    made = VisitMade(
        id=str(uuid.uuid4()),
        plan_id=PLAN,
        visit_id=visit.id,
        started_at=start,
        ended_at=start + timedelta(minutes=15),
        sent_at=start + timedelta(hours=1),
        activity="Foot patrol.",
        called_away=called,
    )
    log_visit(tx, made)


def _forecast() -> RunCopy:
    rows = [(cell, slot) for cell in CELLS for slot in SLOTS]
    n = len(rows)
    cells = pa.table(
        {
            "cell_id": [cell for cell, _ in rows],
            "slot_start": [slot.start for _, slot in rows],
            "slot_end": [slot.end for _, slot in rows],
            **{name: np.full(n, 0.5) for name in ("expected_count", "expected_harm", "lo80")},
            "hi80": np.full(n, 2.0),
            **{f"driver_{k}": pa.nulls(n, pa.string()) for k in (1, 2, 3)},
        }
    )
    wards = [ward for _, ward in PLACES]
    words = pa.table({"words": wards, "short": wards, "kind": pa.nulls(len(wards), pa.string())})
    settings = {"area": AREA, "days": 2, "method": "additive_memory", "by": "shift"}
    record = run_record(FORECAST, "forecast", result={"synthetic": False}, settings=settings)
    return run_copy(record, {"cells": cells, "street_words": words}, AREA, "model/additive_memory")


def _plan() -> RunCopy:
    mine = visits()
    borough = {cell: place[0] for cell, place in zip(CELLS, PLACES, strict=True)}
    table = pa.table(
        {
            "visit_id": [each.id for each in mine],
            "cell_id": [each.cell for each in mine],
            "borough": [borough[each.cell] for each in mine],
            "slot_start": [SLOTS[each.slot].start for each in mine],
            "slot_end": [SLOTS[each.slot].end for each in mine],
            "crew_id": ["crew 1"] * len(mine),
            "minutes": [15] * len(mine),
            "prevented_mean": [0.1] * len(mine),
            "reason": ["Nine in a year."] * len(mine),
            "arm": ["treat"] * len(mine),
            "probability": [0.5] * len(mine),
        }
    )
    record = run_record(PLAN, "plan", result={}, settings={"forecast": FORECAST, "days": 2})
    return run_copy(record, {"visits": table}, FORECAST)


def approve(shelf: Shelf, *, until: datetime = LATER + timedelta(days=300)) -> None:
    ruling = Ruling(approved=True, reason="Reviewed.", until_at=until)
    approve_public_edition(
        shelf,
        str(uuid.uuid4()),
        ruling,
        person=OFFICER_OF_DATA,
        at=LATER,
        settings=SharingSettings(),
    )


def exported(
    shelf: Shelf, folder: Path, *, at: datetime = LATER, dry_run: bool = False
) -> Answer[PublicExported]:
    settings = SharingSettings()
    return export_public(shelf, folder, actor=JOB, at=at, settings=settings, dry_run=dry_run)


def ready(shelf: Shelf, *, is_marked: bool = True) -> None:
    """All that an export needs."""
    publish_figures(shelf, is_marked=is_marked)
    publish_plan(shelf)
    approve(shelf)
