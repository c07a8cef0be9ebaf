"""A small published world: a forecast, two plans that rest on it, and the ways to publish them."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rightplace.records.audit.transaction import transaction
from rightplace.records.decided.deciding import DecisionGiven, Verdict
from rightplace.records.decided.in_force import SlotOf
from rightplace.records.delivery.sync import BriefRead, VisitMade
from rightplace.records.published.creating import create
from rightplace.records.published.publishing import RunCopy, publish
from rightplace.records.published.resting import MODEL
from tests.document_world import CODE, file_six
from tests.records.acting import ANALYST, NOON

if TYPE_CHECKING:
    from rightplace.records.database.front import Database

FORECAST, PLAN, OTHER = "f-000000000001", "p-000000000001", "p-000000000002"
CELLS, VISITS = b"cells of the forecast", b"visits of the plan"
BCU = "Central North"
SLOT = SlotOf(bcu=BCU, start=NOON + timedelta(hours=3), end=NOON + timedelta(hours=11))
NEXT = SlotOf(bcu=BCU, start=SLOT.end, end=SLOT.end + timedelta(hours=8))


def run_copy(run_id: str, kind: str, **tables: bytes) -> RunCopy:
    named = {f"{name}.parquet": table for name, table in tables.items()}
    record: dict[str, Any] = {
        "id": run_id,
        "kind": kind,
        "code_version": CODE,
        "made_at": NOON.isoformat(),
        "tables": {name: hashlib.sha256(table).hexdigest() for name, table in named.items()},
    }
    return RunCopy(record=record, tables=named)


FORECAST_COPY = replace(
    run_copy(FORECAST, "forecast", cells=CELLS), rests_on=(f"{MODEL}additive_memory",)
)
PLAN_COPY = replace(run_copy(PLAN, "plan", visits=VISITS), rests_on=(FORECAST,))
OTHER_COPY = replace(run_copy(OTHER, "plan", visits=VISITS), rests_on=(FORECAST,))


def publish_all(database: Database) -> None:
    """A service database in which the forecast and both plans are published."""
    create(database, ANALYST, kind="service", at=NOON)
    with transaction(database, ANALYST, purpose="Weekly tasking.", at=NOON) as tx:
        file_six(tx)
        for copy in (FORECAST_COPY, PLAN_COPY, OTHER_COPY):
            publish(tx, copy)


def new_id() -> str:
    return str(uuid.uuid4())


def accepted(**changes: Any) -> DecisionGiven:  # noqa: ANN401 - of whatever field
    given = DecisionGiven(
        id=new_id(),
        plan_id=PLAN,
        bcu=BCU,
        verdict=Verdict.ACCEPTED,
        reason="The late shift has the crews for it.",
        seconds_reading=240,
    )
    return replace(given, **changes)


def visit(**changes: Any) -> VisitMade:  # noqa: ANN401 - of whatever field
    made = VisitMade(
        id=new_id(),
        plan_id=PLAN,
        visit_id="v-1",
        started_at=SLOT.start,
        ended_at=SLOT.start + timedelta(minutes=15),
        sent_at=SLOT.end,
        activity="Foot patrol, spoke to shopkeepers.",
    )
    return replace(made, **changes)


def brief_read(**changes: Any) -> BriefRead:  # noqa: ANN401 - of whatever field
    read = BriefRead(
        id=new_id(),
        plan_id=PLAN,
        bcu=BCU,
        slot_start=SLOT.start,
        read_at=SLOT.start,
        sent_at=SLOT.start,
    )
    return replace(read, **changes)
