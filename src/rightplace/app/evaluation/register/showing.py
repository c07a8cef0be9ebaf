"""Operations and units of the register as verbs and pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice
from rightplace.app.evaluation.register.result import (
    NotedResult,
    OperationResult,
    OperationRow,
    OperationsResult,
    UnitName,
    UnitRow,
    UnitWork,
)
from rightplace.core.canonical import plain
from rightplace.core.time import day_of
from rightplace.evaluate.operations.entries import ResultNoted

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.evaluate.operations.operation import Operation
    from rightplace.evaluate.operations.register import Register


def _iso(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()


def operation_row(register: Register, op_id: str, *, on: date) -> OperationRow:
    """Return an operation as it stands on a day; one that is not registered raises."""
    operation = register.operation(op_id)
    plan, lock = operation.plan, operation.lock
    starts = operation.begins
    return OperationRow(
        op_id=op_id,
        sha256=plan.sha256,
        title=plan.title,
        unit_id=plan.unit_id,
        credit=register.units.credit(plan.unit_id, worked_on=starts, as_of=max(on, starts)),
        standing=operation.standing(on).value,
        starts=plan.when.starts.isoformat(),
        ends=plan.when.ends.isoformat(),
        started_on=_iso(operation.started_on),
        ended_on=_iso(operation.ended_on),
        ended_because=operation.ended_because,
        design=plan.judged.design.value,
        outcome=plan.outcome.words,
        registered_at=operation.registered_at.isoformat(),
        registered_by=operation.registered_by,
        locked_at=None if lock is None else lock.locked_at.isoformat(),
        locked_by=None if lock is None else lock.locked_by,
        results_held_to=None if lock is None else _iso(lock.results_held_to),
        results_could_be_seen=None if lock is None else lock.results_could_be_seen,
        taken_in_at=_iso(operation.taken_in_at),
        taken_in_from=operation.taken_in_from,
        supersedes=plan.supersedes,
        because=plan.because,
        superseded_by=operation.superseded_by,
        withdrawn=operation.withdrawn,
        withdrawn_at=_iso(operation.withdrawn_at),
        results=_results(register, op_id),
        looks_planned=plan.judged.looks,
    )


def _results(register: Register, op_id: str) -> tuple[NotedResult, ...]:
    return tuple(
        NotedResult(
            run_id=entry.content.run_id,
            verdict=entry.content.verdict,
            noted_at=entry.at.isoformat(),
            noted_by=entry.by,
        )
        for entry in register.entries
        if isinstance(entry.content, ResultNoted) and entry.content.op_id == op_id
    )


def operations_result(register: Register, *, on: date) -> OperationsResult:
    """Return every operation as it stands on a day."""
    return OperationsResult(
        operations=tuple(operation_row(register, each, on=on) for each in register.operations),
        overdue=register.overdue(on),
        entries=len(register.entries),
        head=register.head,
    )


def operation_result(
    register: Register, op_id: str, *, on: date, entry: int | None = None
) -> OperationResult:
    """Return one operation with its plan; one that is not registered raises."""
    where = register.operation(op_id).plan.where
    parts = ("treated", "ring", "control", "ring_control")
    return OperationResult(
        operation=operation_row(register, op_id, on=on),
        cells={part: len(getattr(where, part)) for part in parts},
        plan=plain(register.operation(op_id).plan),
        entry=entry,
        head=register.head,
    )


def notices_of(operation: Operation, *, at: datetime) -> tuple[Notice, ...]:
    """Return what whoever reads of an operation must know beside it."""
    plan, lock, said = operation.plan, operation.lock, []
    if lock is None:
        text = f"{plan.id} is a draft: it cannot be judged until it is locked (operations lock)."
        return (Notice(code="not-locked", message=text),)
    if lock.results_could_be_seen:
        text = (
            f"Records to {lock.results_held_to} were held when it was locked, and the operation "
            f"begins on {plan.when.starts}: results could be seen, and every verdict says so."
        )
        said.append(Notice(code="results-could-be-seen", message=text))
    if lock.locked_after_start:
        text = f"It was locked on {day_of(lock.locked_at)}, after it began ({plan.when.starts})."
        said.append(Notice(code="locked-after-start", message=text))
    if operation.taken_in_at is not None and day_of(operation.taken_in_at) >= plan.when.starts:
        text = (
            f"It came here on {day_of(operation.taken_in_at)} from {operation.taken_in_from}, "
            f"after it began: that it was locked on {day_of(lock.locked_at)} rests on that file "
            "alone."
        )
        said.append(Notice(code="taken-in-after-start", message=text))
    if len(operation.results) > plan.judged.looks:
        text = (
            f"{len(operation.results)} results are noted, and the plan says {plan.judged.looks}: "
            "the more often one looks, the more often chance shows something."
        )
        said.append(Notice(code="more-looks-than-planned", message=text))
    if operation.standing(day_of(at)).value == "overdue":
        text = f"It ended on {operation.finishes} and has no result: it is owed, whatever it is."
        said.append(Notice(code="overdue", message=text))
    return tuple(said)


def unit_row(register: Register, unit_id: str, *, on: date) -> UnitRow:
    """Return a unit on a day, with the operations that are found under it."""
    units = register.units
    return UnitRow(
        unit_id=unit_id,
        name=units.name_of(unit_id, on),
        stands=units.stands(unit_id, on),
        names=tuple(
            UnitName(name=held.name, since=held.since.isoformat(), until=_iso(held.until))
            for held in units.names[unit_id]
        ),
        made_of=units.made_of(unit_id, on),
        came_of_it=units.came_of(unit_id, worked_on=units.formed_on(unit_id), by=on),
        work=tuple(_work(register, unit_id, on=on)),
    )


def _work(register: Register, unit_id: str, *, on: date) -> list[UnitWork]:
    found = []
    for op_id, operation in register.operations.items():
        plan, day = operation.plan, operation.begins
        own = plan.unit_id == unit_id
        heirs = register.units.came_of(plan.unit_id, worked_on=day, by=on)
        if operation.lock is not None and (own or unit_id in heirs):
            credit = register.units.credit(plan.unit_id, worked_on=day, as_of=max(on, day))
            found.append(UnitWork(op_id=op_id, title=plan.title, credit=credit, own=own))
    return found
