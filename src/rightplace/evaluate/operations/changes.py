"""What may be told of an operation, and what that makes of it; the rest is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rightplace.core.time import day_of
from rightplace.errors import RefusedError
from rightplace.evaluate.operations.entries import lock_of

if TYPE_CHECKING:
    from rightplace.evaluate.operations.entries import (
        Ended,
        Entry,
        Locked,
        ResultNoted,
        Started,
        Withdrawn,
    )
    from rightplace.evaluate.operations.operation import Operation

CLOCK_SLACK: Final = timedelta(minutes=5)
"""How far the clocks of two machines may differ before an entry counts as dated back."""


def check_standing(operation: Operation) -> None:
    """Check that something may be told of an operation.

    Raises
    ------
    RefusedError
        If it was withdrawn.
    """
    if operation.withdrawn is not None:
        op_id = operation.plan.id
        msg = f"{op_id} was withdrawn: {operation.withdrawn}"
        raise RefusedError(msg, value=op_id, remedy="Register it as a new plan.")


def check_locked(operation: Operation) -> None:
    """Check that an operation may be judged; a withdrawn one raises as ``check_standing``.

    Raises
    ------
    RefusedError
        If it is a draft.
    """
    check_standing(operation)
    if operation.lock is None:
        op_id = operation.plan.id
        msg = f"{op_id} is a draft; an operation is judged only by a plan that is locked."
        raise RefusedError(msg, value=op_id, remedy="Lock it first: operations lock.")


def check_replaceable(old: Operation) -> None:
    """Check that another plan may take the place of one.

    Raises
    ------
    RefusedError
        If it is a draft, was withdrawn, or was replaced before.
    """
    op_id, msg = old.plan.id, None
    if old.withdrawn is not None:
        msg = f"{op_id} was withdrawn; nothing takes its place."
    elif old.lock is None:
        msg = f"{op_id} is a draft, which needs no successor: register the plan as its own."
    elif old.superseded_by is not None:
        msg = f"{old.superseded_by} took the place of {op_id} already."
    if msg is not None:
        raise RefusedError(msg, value=op_id, remedy="See the register: operations list.")


def locked(operation: Operation, entry: Entry, content: Locked) -> Operation:
    """Return a draft as locked; an altered plan raises ``BadInputError``.

    A withdrawn one raises as ``check_standing``.

    Raises
    ------
    RefusedError
        If it is locked, a lock made here is dated or signed otherwise than its entry, or one is
        dated in time to come.
    """
    check_standing(operation)
    op_id, is_own = content.op_id, content.taken_in_from is None
    if operation.lock is not None:
        msg = f"{op_id} is locked since {operation.lock.locked_at.isoformat()}."
        raise RefusedError(msg, value=op_id, remedy="A changed plan is a new plan.")
    if is_own and (content.locked_at, content.locked_by) != (entry.at, entry.by):
        msg = f"The lock of {op_id} is dated or signed otherwise than its entry."
        raise RefusedError(msg, value=op_id, remedy="Lock it now, under your own name.")
    if content.locked_at > entry.at + CLOCK_SLACK:
        msg = f"{op_id} would be locked in time to come, {content.locked_at.isoformat()}."
        raise RefusedError(msg, value=op_id, remedy="Check the clock.")
    return replace(
        operation,
        lock=lock_of(content, operation.plan),
        taken_in_at=None if is_own else entry.at,
        taken_in_from=content.taken_in_from,
    )


def withdrawn(operation: Operation, entry: Entry, content: Withdrawn) -> Operation:
    """Return a plan as withdrawn; one withdrawn before raises as ``check_standing``.

    Raises
    ------
    RefusedError
        If it is locked and its operation has begun.
    """
    check_standing(operation)
    if operation.lock is not None and day_of(entry.at) >= operation.begins:
        msg = f"{content.op_id} began on {operation.begins}; it can be withdrawn no more."
        remedy = "Judge it, whatever it found; if it ended early, tell when and why."
        raise RefusedError(msg, value=content.op_id, remedy=remedy)
    return replace(operation, withdrawn=content.because, withdrawn_at=entry.at)


def started(operation: Operation, entry: Entry, content: Started) -> Operation:
    """Return an operation that began; one not locked raises as ``check_locked``.

    Raises
    ------
    RefusedError
        If it was told before, or lies in time to come.
    """
    check_locked(operation)
    told = operation.started_on
    if told is not None or content.on > day_of(entry.at):
        msg = f"{content.op_id} started on {told}." if told else f"{content.on} is yet to come."
        raise RefusedError(msg, value=content.on, remedy="Tell it once, when it is so.")
    return replace(operation, started_on=content.on)


def ended(operation: Operation, entry: Entry, content: Ended) -> Operation:
    """Return an operation that ended; one not locked raises as ``check_locked``.

    Raises
    ------
    RefusedError
        If it was told before, lies in time to come or before the first day, or differs from the
        plan without a reason.
    """
    check_locked(operation)
    first, last = operation.started_on or operation.plan.when.starts, operation.plan.when.ends
    facts = {
        f"it ended on {operation.ended_on} already": operation.ended_on is not None,
        f"{content.on} is yet to come": content.on > day_of(entry.at),
        f"it began on {first}": content.on < first,
        f"the plan says {last}, and no reason is given": (
            content.on != last and content.because is None
        ),
    }
    wrong = [fact for fact, is_so in facts.items() if is_so]
    if wrong:
        msg = f"{content.op_id} cannot have ended on {content.on}: {'; '.join(wrong)}."
        raise RefusedError(msg, value=content.on, remedy="Correct the day, or say why.")
    return replace(operation, ended_on=content.on, ended_because=content.because)


def with_result(operation: Operation, entry: Entry, content: ResultNoted) -> Operation:
    """Return an operation with a result; one not locked raises as ``check_locked``.

    Raises
    ------
    RefusedError
        If it is noted already, or was judged by another plan than the one locked.
    """
    check_locked(operation)
    if content.plan_sha256 != operation.plan.sha256:
        msg = f"{content.run_id} was judged by another plan than {content.op_id}."
        raise RefusedError(msg, value=content.plan_sha256, remedy="Judge it by the locked plan.")
    if any(each.run_id == content.run_id for each in operation.results):
        msg = f"{content.run_id} is noted for {content.op_id} already."
        raise RefusedError(msg, value=content.run_id, remedy="Nothing need be done.")
    results = (*operation.results, content)
    return replace(operation, results=results, last_result_on=day_of(entry.at))
