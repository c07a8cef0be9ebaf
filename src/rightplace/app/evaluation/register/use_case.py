"""Use cases: register an operation, lock it, and tell what became of it; nothing is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Problem
from rightplace.app.areas import find_area
from rightplace.app.evaluation.outcome import outcome_classes
from rightplace.app.evaluation.register.held_to import results_held_to
from rightplace.app.evaluation.register.kept import read_register, register_path, tell
from rightplace.app.evaluation.register.places import drawn_up
from rightplace.app.evaluation.register.result import (
    ExampleFile,
    OperationResult,
    OperationsResult,
    RegisterVerdict,
    UnitsResult,
)
from rightplace.app.evaluation.register.showing import (
    notices_of,
    operation_result,
    operations_result,
    unit_row,
)
from rightplace.core.time import day_of
from rightplace.errors import BadInputError
from rightplace.evaluate.operations.entries import (
    Ended,
    Locked,
    Registered,
    Started,
    UnitTold,
    Withdrawn,
)
from rightplace.evaluate.operations.plan_file import example, read_plan_file
from rightplace.evaluate.operations.unit_file import example_units, read_unit_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.entries import Content
    from rightplace.evaluate.operations.register import Register

_VERB = "operations-show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who tells the register something, and when.

    Parameters
    ----------
    at
        The time now, with its offset.
    by
        A name.
    dry_run
        Whether to say what would be and add nothing.
    """

    at: datetime
    by: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesPlace:
    """The locked plan whose place another takes, and why."""

    op_id: str
    because: str


def register_operation(
    workspace: Workspace, path: Path, telling: Telling, *, replaces: TakesPlace | None = None
) -> Answer[OperationResult]:
    """Register the plan of a TOML file as a draft.

    Places, unit or outcome that are not known are refused by name, and a plan that cannot be, as
    ``evaluate.operations.plan`` says.

    Parameters
    ----------
    workspace
        Whose study area, units and register.
    path
        The plan; see ``operations example``.
    telling
        Who and when.
    replaces
        The locked plan whose place it takes, or None.
    """
    file = read_plan_file(path)
    area = find_area(workspace, file.places.area)
    outcome_classes(file.outcome.classes)
    where = drawn_up(file.places, area, folder=path.parent)
    unit = _unit(read_register(workspace), file.texts.unit, on=file.when.starts)
    plan = file.plan(
        where,
        unit,
        supersedes=None if replaces is None else replaces.op_id,
        because=None if replaces is None else replaces.because,
    )
    return told(workspace, plan.id, telling, lambda _: [Registered(plan=plan)])


def _unit(register: Register, named: str, *, on: date) -> str:
    """Return the id of a unit that a plan names by id or name; an unknown one raises."""
    if named in register.units.names:
        return named
    return register.units.unit_named(named, on)


def told(
    workspace: Workspace,
    op_id: str,
    telling: Telling,
    contents: Callable[[Register], Sequence[Content]],
) -> Answer[OperationResult]:
    """Add entries about an operation and show it."""
    register = tell(workspace, contents, at=telling.at, by=telling.by, dry_run=telling.dry_run)
    own = [e.number for e in register.entries if (e.at, e.by) == (telling.at, telling.by)]
    entry = own[-1] if own else None
    return shown(register, op_id, at=telling.at, entry=entry)


def shown(
    register: Register, op_id: str, *, at: datetime, entry: int | None = None
) -> Answer[OperationResult]:
    """Return an operation, with what must be known beside it; one not registered raises."""
    result = operation_result(register, op_id, on=day_of(at), entry=entry)
    notices = notices_of(register.operation(op_id), at=at)
    return Answer(verb=_VERB, result=result, id=op_id, warnings=notices)


def lock_operation(workspace: Workspace, op_id: str, telling: Telling) -> Answer[OperationResult]:
    """Lock a draft: from now on nothing in it can be changed, and its result is owed.

    What could be seen of its results is looked up at this moment and kept with the lock. A plan
    that is locked, withdrawn or not registered is refused.

    Parameters
    ----------
    workspace
        Whose register and records.
    op_id
        The plan.
    telling
        Who locks it, and when.
    """
    plan = read_register(workspace).operation(op_id).plan
    held_to = results_held_to(workspace, find_area(workspace, plan.where.area_id), plan)
    lock = Locked(
        op_id=op_id,
        sha256=plan.sha256,
        locked_at=telling.at,
        locked_by=telling.by,
        results_held_to=held_to,
    )
    return told(workspace, op_id, telling, lambda _: [lock])


def withdraw_operation(
    workspace: Workspace, op_id: str, telling: Telling, *, because: str
) -> Answer[OperationResult]:
    """Withdraw a plan before its operation begins; it stays in the register with the reason."""
    content = Withdrawn(op_id=op_id, because=because)
    return told(workspace, op_id, telling, lambda _: [content])


def start_operation(
    workspace: Workspace, op_id: str, telling: Telling, *, on: date
) -> Answer[OperationResult]:
    """Tell the first day of a locked operation."""
    return told(workspace, op_id, telling, lambda _: [Started(op_id=op_id, on=on)])


def end_operation(
    workspace: Workspace, op_id: str, telling: Telling, *, on: date, because: str | None
) -> Answer[OperationResult]:
    """Tell the last day of a locked operation; another than planned needs its reason."""
    content = Ended(op_id=op_id, on=on, because=because)
    return told(workspace, op_id, telling, lambda _: [content])


def list_operations(workspace: Workspace, *, on: date) -> Answer[OperationsResult]:
    """Return every operation of the register as it stands on a day."""
    result = operations_result(read_register(workspace), on=on)
    return Answer(verb="operations", result=result)


def show_operation(workspace: Workspace, op_id: str, *, at: datetime) -> Answer[OperationResult]:
    """Return one operation with its plan; one that is not registered raises."""
    return shown(read_register(workspace), op_id, at=at)


def show_units(
    workspace: Workspace, telling: Telling, *, on: date, add: Path | None
) -> Answer[UnitsResult]:
    """Return the units of the register on a day, events of a TOML file added first.

    A history that cannot have been is refused, and nothing of the file added.
    """
    events = () if add is None else read_unit_file(add)
    contents = [UnitTold(event=event) for event in events]
    register = (
        tell(workspace, lambda _: contents, at=telling.at, by=telling.by, dry_run=telling.dry_run)
        if contents
        else read_register(workspace)
    )
    rows = tuple(unit_row(register, unit, on=on) for unit in register.units.names)
    result = UnitsResult(on=on.isoformat(), units=rows, added=len(contents))
    return Answer(verb="operations-units", result=result)


def verify_register(workspace: Workspace) -> Answer[RegisterVerdict]:
    """Return whether the register is whole; one that is not leaves with exit 10."""
    try:
        register = read_register(workspace)
    except BadInputError as error:
        fault = error.fault
        first = 1 if fault.row is None else fault.row
        verdict = RegisterVerdict(
            entries=first - 1, intact=False, first_bad=first, finding=fault.message, head=""
        )
        problem = Problem(
            code=error.code,
            message=fault.message,
            file=str(register_path(workspace)),
            row=fault.row,
            remedy=fault.remedy,
        )
        verb, code = "operations-verify", error.exit_code
        return Answer(verb=verb, result=verdict, error=problem, exit_code=code)
    verdict = RegisterVerdict(
        entries=len(register.entries), intact=True, first_bad=None, finding=None, head=register.head
    )
    return Answer(verb="operations-verify", result=verdict)


def example_file(*, units: bool) -> Answer[ExampleFile]:
    """Return an example of a plan's file, or of one of units."""
    result = ExampleFile(toml=example_units() if units else example())
    return Answer(verb="operations-example", result=result)
