"""The register of operations and units: a chain of entries, folded to what holds now.

Every entry names the digest of the one before it, so that one taken out or altered is found and
named. What an entry would make is judged before it is added; nothing is ever taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from rightplace.core.suggest import did_you_mean
from rightplace.core.time import day_of
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.evaluate.operations import changes
from rightplace.evaluate.operations.entries import (
    FIRST,
    MENDED_BY,
    Content,
    Ended,
    Entry,
    Locked,
    Registered,
    ResultNoted,
    Started,
    UnitTold,
    Withdrawn,
    check_readable,
    entry_of_line,
)
from rightplace.evaluate.operations.operation import Operation, Standing
from rightplace.evaluate.operations.unit_history import UnitHistory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from rightplace.evaluate.operations.plan import LockedPlan, OperationPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What the entries come to.

    Parameters
    ----------
    entries
        The chain, in order.
    operations
        By the id of the plan, in order of their coming.
    units
        Units and what became of them.
    """

    entries: tuple[Entry, ...] = ()
    operations: dict[str, Operation] = field(default_factory=dict)
    units: UnitHistory = field(default_factory=UnitHistory)

    @property
    def head(self) -> str:
        """Digest of the last entry, which the next one names."""
        return self.entries[-1].sha256 if self.entries else FIRST

    def operation(self, op_id: str) -> Operation:
        """Return an operation by the id of its plan.

        Raises
        ------
        NotHeldError
            If there is none of that id.
        """
        if op_id not in self.operations:
            msg = f"No operation {op_id!a} is registered."
            held = self.operations
            remedy = did_you_mean(op_id, held) if held else "Register one first."
            raise NotHeldError(msg, value=ascii(op_id), remedy=remedy)
        return self.operations[op_id]

    def locked_plan(self, op_id: str) -> LockedPlan:
        """Return a locked plan, by which alone an operation may be judged.

        An id that is not registered raises as ``operation``.

        Raises
        ------
        RefusedError
            If it is a draft; one withdrawn raises the same.
        """
        operation = self.operation(op_id)
        changes.check_standing(operation)
        if operation.lock is None:
            msg = f"{op_id} is a draft; an operation is judged only by a plan that is locked."
            raise RefusedError(msg, value=op_id, remedy="Lock it first: operations lock.")
        return operation.lock

    def overdue(self, on: date) -> tuple[str, ...]:
        """Return locked operations that have ended by a day and have no result."""
        return tuple(
            op_id
            for op_id, each in self.operations.items()
            if each.standing(on) is Standing.OVERDUE
        )

    def next_entry(self, content: Content, *, at: datetime, by: str) -> Entry:
        """Return the entry that would come next; whether it may is judged by ``plus``."""
        number = len(self.entries) + 1
        return Entry(number=number, before=self.head, content=content, at=at, by=by)

    def told(self, content: Content, *, at: datetime, by: str) -> Register:
        """Return the register with one more entry; what may not be told raises as ``plus``.

        What could not be read again raises as ``check_readable``.
        """
        entry = self.next_entry(content, at=at, by=by)
        check_readable(entry)
        return self.plus(entry)

    def plus(self, entry: Entry) -> Register:
        """Return the register with one more entry.

        What the entry would make unlawful raises as ``_taken``.

        Raises
        ------
        BadInputError
            If it does not follow the last one.
        RefusedError
            If it is dated before the last one.
        """
        if entry.number != len(self.entries) + 1 or entry.before != self.head:
            msg = f"Entry {entry.number} does not follow entry {len(self.entries)}: one between "
            msg += "them is missing, or one of them was put there."
            raise BadInputError(msg, row=entry.number, remedy=MENDED_BY)
        last = self.entries[-1].at if self.entries else entry.at
        if entry.at < last - changes.CLOCK_SLACK:
            msg = f"Entry {entry.number} is dated {entry.at.isoformat()}, before the one before it."
            raise RefusedError(msg, value=entry.at, remedy="Check this machine's clock.")
        return _taken(replace(self, entries=(*self.entries, entry)), entry)

    def with_operation(self, op_id: str, operation: Operation) -> Self:
        """Return the register with an operation in its new state."""
        return replace(self, operations={**self.operations, op_id: operation})


def folded(entries: Iterable[Entry]) -> Register:
    """Return what entries come to; one that cannot stand raises as ``Register.plus``."""
    register = Register()
    for entry in entries:
        register = register.plus(entry)
    return register


def folded_lines(lines: Iterable[str]) -> Register:
    """Return what the lines of a register come to; see ``entry_of_line`` and ``folded`` too.

    Raises
    ------
    BadInputError
        If an entry was altered, is missing, or could not have been made; the first is named.
    """
    register = Register()
    for number, line in enumerate(lines, 1):
        try:
            register = register.plus(entry_of_line(line, number=number))
        except (RefusedError, NotHeldError) as error:
            msg = f"Entry {number} could not have been made: {error.fault.message}"
            raise BadInputError(msg, row=number, remedy=MENDED_BY) from error
    return register


def _taken(register: Register, entry: Entry) -> Register:
    """Return the register once the content of its newest entry holds; else it raises."""
    content = entry.content
    if isinstance(content, UnitTold):
        return replace(register, units=register.units.plus([content.event]))
    if isinstance(content, Registered):
        return _registered(register, entry, content.plan)
    operation = register.operation(content.op_id)
    match content:
        case Locked():
            operation = changes.locked(operation, entry, content)
            register = _superseding(register, entry, operation.plan)
        case Withdrawn():
            operation = changes.withdrawn(operation, entry, content)
        case Started():
            operation = changes.started(operation, entry, content)
        case Ended():
            operation = changes.ended(operation, entry, content)
        case ResultNoted():
            operation = changes.with_result(operation, entry, content)
    return register.with_operation(content.op_id, operation)


def _registered(register: Register, entry: Entry, plan: OperationPlan) -> Register:
    """Take a draft in; an unknown unit or plan raises ``BadInputError`` or ``NotHeldError``.

    What it takes the place of is judged by ``check_replaceable``.

    Raises
    ------
    RefusedError
        If it is registered already, or its unit does not stand on its first day.
    """
    if plan.id in register.operations:
        msg = f"This very plan is registered as {plan.id}."
        raise RefusedError(msg, value=plan.id, remedy="A changed plan is a new plan.")
    if not register.units.stands(plan.unit_id, plan.when.starts):
        msg = f"{plan.unit_id} does not stand on {plan.when.starts}, the first day of the plan."
        raise RefusedError(msg, value=plan.unit_id, remedy="Name the unit that does the work.")
    if plan.supersedes is not None:
        changes.check_replaceable(register.operation(plan.supersedes))
    made = Operation(plan=plan, registered_at=entry.at, registered_by=entry.by)
    return register.with_operation(plan.id, made)


def _superseding(register: Register, entry: Entry, plan: OperationPlan) -> Register:
    """Return the register in which a plan takes the place of the one that it names."""
    if plan.supersedes is None:
        return register
    old = register.operation(plan.supersedes)
    changes.check_replaceable(old)
    replaced = replace(old, superseded_by=plan.id, superseded_on=day_of(entry.at))
    return register.with_operation(plan.supersedes, replaced)
