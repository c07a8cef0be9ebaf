"""The register of operations as pages read it: folded once, each operation with where it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.service.operations_sight import UNKNOWN, may_see, places_of
from rightplace.app.service.published_lines import why_stopped
from rightplace.errors import NotHeldError, UsageError
from rightplace.evaluate.operations.operation import Standing
from rightplace.records.accounts.roles import Permission
from rightplace.records.operations.log import read_register, register_head

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rightplace.app.service.operations_sight import Places
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.operation import Operation
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.evaluate.operations.register import Register
    from rightplace.places.study_area import StudyArea
    from rightplace.records.audit.transaction import Reading, Transaction

EVALUATION: Final = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A published evaluation of a locked operation.

    Parameters
    ----------
    run_id
        Which.
    plan_sha256
        Digest of the plan by which it was judged.
    verdict, level
        Its sentences, and its evidence level, 1 to 5.
    so_far
        Whether the records ended before the operation did.
    stopped
        Why it may not be used; empty where it may. Its verdict is then not told.
    """

    run_id: str
    plan_sha256: str
    verdict: str
    level: int | None
    so_far: bool
    stopped: str = ""


def held_register(shelf: Shelf, quiet: Reading) -> Register:
    """Return the register; what was altered or is missing raises as ``read_register``."""
    number, head = register_head(quiet)
    made: Register = shelf.kept.get(f"operations to {number} {head}", lambda: read_register(quiet))
    return made


def held_area(shelf: Shelf, workspace: Workspace | None, area_id: str | None) -> StudyArea | None:
    """Return a study area of the workspace, the only one where none is named; None without it.

    Parameters
    ----------
    shelf
        Where it stays parsed.
    workspace
        Where areas are; None: pages have published runs alone.
    area_id
        Which, or None.
    """
    from rightplace.app.areas import find_area

    if workspace is None:
        return None
    try:
        made: StudyArea = shelf.kept.get(
            f"study area {workspace.areas} {area_id}", lambda: find_area(workspace, area_id)
        )
    except (NotHeldError, UsageError):
        return None
    return made


def places_of_plan(area: StudyArea | None, plan: OperationPlan) -> Places:
    """Return BCU and borough of a plan's treated cells, each pair once; of no area, neither."""
    if area is None or area.area_id != plan.where.area_id:
        return UNKNOWN
    return places_of(area.cells, plan.where.treated)


def published_reports(tx: Transaction) -> dict[str, tuple[Report, ...]]:
    """Return the published evaluations of operations by the operation's id, newest first."""
    from sqlalchemy import select

    from rightplace.records.published.tables import PublishedRun

    wanted = select(PublishedRun).where(PublishedRun.kind == EVALUATION)
    order = PublishedRun.published_at.desc(), PublishedRun.id
    found: dict[str, list[Report]] = {}
    for run in tx.unshown(wanted.order_by(*order)):
        result = json.loads(run.content).get("result", {})
        if "operation_id" not in result or "registered" not in result:
            continue  # an evaluation that is no report of an operation
        stopped = why_stopped(tx, run.id)
        report = Report(
            run_id=run.id,
            plan_sha256=result["registered"]["sha256"],
            verdict=f"Its report {run.id} is stopped. {stopped}" if stopped else result["verdict"],
            level=None if stopped else result["evidence_level"],
            so_far=result["windows"]["so_far"],
            stopped=stopped,
        )
        found.setdefault(result["operation_id"], []).append(report)
    return {op_id: tuple(reports) for op_id, reports in found.items()}


def own_reports(operation: Operation, reports: dict[str, tuple[Report, ...]]) -> tuple[Report, ...]:
    """Return the reports by the very plan that is locked."""
    if operation.lock is None:
        return ()
    found = reports.get(operation.plan.id, ())
    return tuple(each for each in found if each.plan_sha256 == operation.lock.sha256)


def standing_of(operation: Operation, reports: Sequence[Report], *, on: date) -> Standing:
    """Return where an operation stands: a published result of the whole is its result.

    One that is stopped is none.

    Nobody notes that by hand, so none can be left out.
    """
    standing = operation.standing(on)
    if standing is Standing.OVERDUE and any(
        not each.so_far and not each.stopped for each in reports
    ):
        return Standing.JUDGED
    return standing


def looked_at_operation(
    shelf: Shelf, tx: Transaction, op_id: str, *, person: Person, workspace: Workspace | None
) -> tuple[Register, Operation, StudyArea | None]:
    """Return the register, one operation that will be shown, and its study area where held.

    One that is not registered, or lies nowhere that the person may see, is not held: its look is
    written in the audit chain, else.

    Raises
    ------
    NotHeldError
        If there is none that they may see.
    """
    from rightplace.records.operations.log import look_at

    person.check(Permission.SEE_OPERATIONS)
    register = held_register(shelf, tx)
    operation = register.operations.get(op_id)
    area = None if operation is None else held_area(shelf, workspace, operation.plan.where.area_id)
    if operation is None or not may_see(person, places_of_plan(area, operation.plan)):
        msg = f"No operation {op_id[:40]!a} is registered where you may see it."
        raise NotHeldError(msg, value=ascii(op_id[:40]), remedy="Choose one of the list.")
    if op_id not in look_at(tx, [op_id]):
        msg = f"{op_id} is restricted: it is kept, unseen."
        raise NotHeldError(msg, value=op_id, remedy="Ask the data protection officer.")
    return register, operation, area


def is_registered(
    shelf: Shelf, quiet: Reading, op_id: str, *, person: Person, workspace: Workspace | None
) -> bool:
    """Whether an operation is registered here where somebody may see it, to lead them there.

    Parameters as in ``looked_at_operation``, which writes the look once they go.
    """
    held = held_register(shelf, quiet).operations.get(op_id)
    if held is None:
        return False
    area = held_area(shelf, workspace, held.plan.where.area_id)
    return may_see(person, places_of_plan(area, held.plan))
