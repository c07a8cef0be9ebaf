"""The demo's operation: registered and locked before its records exist, then judged, and a claim.

The operation is SYNTHETIC and does nothing to the invented incidents: whatever its report finds,
chance made it. The claim is a real one, whose own figures contradict it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.claim import claim
from rightplace.app.evaluation.register import read_register
from rightplace.app.evaluation.register.use_case import (
    Telling,
    lock_operation,
    register_operation,
    show_units,
)
from rightplace.app.evaluation.report import ReportOptions, registered_report
from rightplace.core.time import day_of
from rightplace.evaluate.designs.claim import Claim, Figure
from rightplace.evaluate.designs.said import Said

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rightplace.app.evaluation.report_result import ReportResult
    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database

ANALYST: Final = "SYNTHETIC analyst"
UNIT: Final = "violence-taskforce"
TITLE: Final = "SYNTHETIC: Operation Larch"
WEEKS: Final = 8
"""Weeks that the operation runs, up to the last day of the records."""
WEEKS_BEFORE: Final = 26
PUBLISHED: Final = (19_455, 12_419, -44)
"""A count, the later one, and the change in per cent that was published of them (DOMAIN 10.1.5)."""
_UNITS: Final = """\
# SYNTHETIC: an invented unit.
[[event]]
kind = "formed"
on = {formed}
unit_id = "{unit}"
name = "SYNTHETIC Violence Taskforce"
"""
_PLAN: Final = """\
# SYNTHETIC: an invented operation. One of your own begins with `rightplace operations example`.
title = "{title}"
unit = "{unit}"
question = "SYNTHETIC: did visits in the evening lower recorded violence in two wards of Camden?"
chosen_by = "other"
chosen_because = "SYNTHETIC: residents of both wards asked for it."
elsewhere = "none known"
[where]
wards = ["Camden/Camden Town", "Camden/Primrose Hill"]
ring_metres = 300
control = {{ rest_of_boroughs = ["Camden"] }}
[when]
before_from = {before_from}
starts = {starts}
ends = {ends}
step = "week"
[outcome]
classes = ["violence_with_injury", "robbery"]
words = "Recorded violence with injury and robbery"
harm = true
[judged]
design = "difference-in-differences"
smallest_change = -0.2
level = 0.95
looks = 1
stop_rule = "none"
seed = {seed}
[delivery]
tactics = ["SYNTHETIC: visits of 15 minutes by two officers in uniform"]
patrol_minutes = 5040
cost_pounds = 6000
plan_ids = []
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOperation:
    """The operation and what came of it.

    Parameters
    ----------
    report_id
        Run of its report, ``e-`` and 12 hex digits.
    verdict
        Its sentence, null results included.
    outputs
        Files of the report, the page first.
    """

    operation_id: str
    report_id: str
    title: str
    evidence_level: int
    verdict: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClaim:
    """A published claim, checked; nothing of it is kept.

    Parameters
    ----------
    said_percent, recomputed_percent
        As published, and as its own figures give it; negative is a fall.
    words
        Whether it follows, in a sentence.
    """

    before: int
    after: int
    said_percent: float
    recomputed_percent: float
    words: str


def lock_demo_operation(
    workspace: Workspace, folder: Path, *, as_of: date, seed: int, at: datetime
) -> str:
    """Register and lock the operation on the day before it begins; return its id.

    Call it before the records are taken in, so that none could be seen. A demo that is made
    again in its workspace finds it locked and leaves it so.

    Parameters
    ----------
    workspace
        With its study area.
    folder
        Where the files that a person would write go.
    as_of
        Last day of the records, and of the operation.
    seed
        Of the plan.
    at
        The time now; the lock is dated no later.
    """
    starts = as_of - timedelta(days=7 * WEEKS - 1)
    units, plan = folder / "units.toml", folder / "operation.toml"
    units.write_text(_UNITS.format(unit=UNIT, formed="2020-01-06"), encoding="utf-8")
    text = _PLAN.format(
        title=TITLE,
        unit=UNIT,
        before_from=starts - timedelta(weeks=WEEKS_BEFORE),
        starts=starts,
        ends=as_of,
        seed=seed,
    )
    plan.write_text(text, encoding="utf-8")
    register = read_register(workspace)
    day_before = datetime.combine(starts - timedelta(days=1), time(12), tzinfo=UTC)
    last = register.entries[-1].at if register.entries else day_before
    telling = Telling(at=min(at, max(day_before, last)), by=ANALYST)
    if UNIT not in register.units.names:
        show_units(workspace, telling, on=day_of(telling.at), add=units)
    same = (each for each in register.operations.values() if each.plan.title == TITLE)
    held = next((each for each in same if each.plan.when.ends == as_of), None)
    op_id = str(register_operation(workspace, plan, telling).id) if held is None else held.plan.id
    if held is None or held.lock is None:
        lock_operation(workspace, op_id, telling)
    return op_id


def judge_demo_operation(
    workspace: Workspace, op_id: str, *, out: Path, as_of: date, at: datetime
) -> tuple[DemoOperation, ReportResult]:
    """Judge the operation by its locked plan and write the report; return what came out, whatever.

    Parameters
    ----------
    workspace
        With the records.
    op_id
        From ``lock_demo_operation``.
    out
        Folder of the report.
    as_of
        Last day of the records.
    at
        The time now.
    """
    options = ReportOptions(as_of=as_of, out=out, own_only=True)
    found = registered_report(workspace, op_id, options=options, at=at, by=ANALYST).result
    told = DemoOperation(
        operation_id=op_id,
        report_id=found.report_id,
        title=TITLE,
        evidence_level=found.evidence_level,
        verdict=found.verdict,
        outputs=tuple(each.path for each in found.outputs),
    )
    return told, found


def put_operation_into_service(
    workspace: Workspace, database: Database, found: ReportResult, *, actor: Actor, at: datetime
) -> None:
    """Bring the operation with its lock, result and report into the service; again, nothing.

    Parameters
    ----------
    workspace
        Whose register holds it.
    database
        A demo's.
    found
        From ``judge_demo_operation``.
    actor, at
        Who makes the demo, and the time now.
    """
    from rightplace.app.service.operation_judged import note_in_service
    from rightplace.app.service.publish import publish_run
    from rightplace.evaluate.operations.travel import Travelling, taking_in
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.operations.log import read_register as served_register
    from rightplace.records.operations.log import tell

    kept = read_register(workspace)
    carried = Travelling(lock=kept.locked_plan(found.operation_id), units=kept.units.events)
    purpose = "SYNTHETIC example of an operation."
    with transaction(database, actor, purpose=purpose, at=at) as tx:
        served = served_register(tx)
        if found.operation_id not in served.operations:
            tell(tx, taking_in(served, carried, source="the register of the demo's workspace"))
    note_in_service(database, found, actor=actor, at=at)
    publish_run(workspace, database, found.report_id, actor=actor, at=at)


def check_demo_claim() -> DemoClaim:
    """Return a published claim whose own figures contradict it."""
    before, after, said = PUBLISHED
    found = claim(
        Claim(before=Figure(count=before), after=Figure(count=after), said=Said.read(str(said)))
    ).result
    return DemoClaim(
        before=before,
        after=after,
        said_percent=said,
        recomputed_percent=found.estimate * 100,
        words="" if found.said is None else found.said.words,
    )
