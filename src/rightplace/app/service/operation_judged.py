"""Use case: judge a locked operation and publish what came out, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.core.time import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from rightplace.app.answer import Answer
    from rightplace.app.evaluation.report import ReportOptions
    from rightplace.app.evaluation.report_result import ReportResult
    from rightplace.app.service.person import Person
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.entries import Content
    from rightplace.evaluate.operations.operation import Operation
    from rightplace.evaluate.operations.register import Register
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database

SERVICE = "the register of the service"


def judge_and_publish(
    workspace: Workspace,
    database: Database,
    op_id: str,
    *,
    options: ReportOptions,
    actor: Actor,
    at: datetime,
) -> Answer[ReportResult]:
    """Judge a locked operation, publish the report, and note the result where it is registered.

    A plan that is locked in the service alone is taken into the workspace's register first, with
    its own time, name and digest. One that is locked nowhere is refused as ``locked_plan`` does,
    and a report that may not be published as ``publish_run`` does; it is kept and noted then too.

    Parameters
    ----------
    workspace
        Where records, register and runs are.
    database
        The operational database.
    op_id
        The operation, ``op-`` and 12 hex digits.
    options
        How it is judged.
    actor
        Who judges and publishes.
    at
        The time now.
    """
    from rightplace.app.evaluation.report import registered_report
    from rightplace.app.service.publish import publish_run

    take_in(workspace, database, op_id, by=actor.name, at=at)
    answer = registered_report(workspace, op_id, options=options, at=at, by=actor.name)
    note_in_service(database, answer.result, actor=actor, at=at)
    publish_run(workspace, database, answer.result.report_id, actor=actor, at=at)
    return answer


def take_in(workspace: Workspace, database: Database, op_id: str, *, by: str, at: datetime) -> bool:
    """Take a plan that is locked in the service into the workspace's register; return whether.

    Nothing is done where the workspace holds its lock already, or the service has none. One that
    was withdrawn in the service is refused as ``locked_plan`` does, whatever the workspace holds.

    Parameters
    ----------
    workspace, database, op_id
        As in ``judge_and_publish``.
    by, at
        Who takes it in, and when.
    """
    from rightplace.app.evaluation.register.kept import read_register, tell
    from rightplace.evaluate.operations.travel import Travelling, taking_in

    here = read_register(workspace).operations.get(op_id)
    served = _served(database)
    there = served.operations.get(op_id)
    if there is None or there.lock is None:
        return False
    lock = served.locked_plan(op_id)
    if here is not None and here.lock is not None:
        return False
    travelling = Travelling(lock=lock, units=served.units.events)

    def contents(register: Register) -> Sequence[Content]:
        return taking_in(register, travelling, source=SERVICE)

    tell(workspace, contents, at=at, by=by)
    return True


def note_in_service(
    database: Database, result: ReportResult, *, actor: Actor, at: datetime
) -> None:
    """Note a result in the service's register, where the same lock stands there; once.

    Parameters
    ----------
    database
        The operational database.
    result
        What was found.
    actor, at
        Who judged, and when.
    """
    from rightplace.evaluate.operations.entries import ResultNoted
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.operations.log import read_register, tell

    op_id, sha256 = result.operation_id, result.registered.sha256
    purpose = f"Note the result of {op_id}."
    with transaction(database, actor, purpose=purpose, at=at) as tx:
        held = read_register(tx).operations.get(op_id)
        if held is None or held.lock is None or held.lock.sha256 != sha256:
            return
        if any(each.run_id == result.report_id for each in held.results):
            return
        noted = ResultNoted(
            op_id=op_id, run_id=result.report_id, verdict=result.verdict, plan_sha256=sha256
        )
        tell(tx, [noted])


def judgeable(
    workspace: Workspace, database: Database, *, person: Person, at: datetime
) -> list[tuple[str, str]]:
    """Return id and words of each operation that may be judged, the one begun last first.

    Parameters
    ----------
    workspace, database
        Whose registers.
    person
        Who is to choose one: that they saw those of the service is written down.
    at
        The time now: one that has not begun is not offered.
    """
    from rightplace.app.evaluation.register.kept import read_register as kept_register
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.operations.log import look_at, read_register

    kept = kept_register(workspace).operations
    purpose = "Choose an operation to judge."
    with transaction(database, person.actor, purpose=purpose, at=at) as tx:
        served = read_register(tx).operations
        seen = look_at(tx, [each for each, it in served.items() if _is_offered(it, day_of(at))])
    found = {each: served[each] for each in seen}
    dropped = {each for each, it in served.items() if it.withdrawn or it.superseded_by}
    found |= {
        each: it for each, it in kept.items() if each not in dropped and _is_offered(it, day_of(at))
    }
    order = sorted(found, key=lambda each: (found[each].plan.when.starts, each), reverse=True)
    return [(each, f"{found[each].plan.title} ({each})") for each in order]


def _is_offered(operation: Operation, on: date) -> bool:
    is_locked = operation.lock is not None and operation.withdrawn is None
    return is_locked and operation.superseded_by is None and operation.plan.when.starts <= on


def _served(database: Database) -> Register:
    from rightplace.records.audit.transaction import reading
    from rightplace.records.operations.log import read_register

    with reading(database) as quiet:
        return read_register(quiet)
