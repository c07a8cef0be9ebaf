"""What of operations stands on Today: results that are owed, and drafts that begin soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from rightplace.app.service.operations_list import ZONE, operation_lines
from rightplace.evaluate.operations.operation import Standing
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.transaction import Transaction

SOON: Final = timedelta(days=14)
"""How long before its first day a draft that nobody locked is told of; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPrompt:
    """An operation that asks for something: a result that is owed, or a lock."""

    op_id: str
    title: str
    words: str
    is_overdue: bool


def operations_today(
    tx: Transaction, shelf: Shelf, *, person: Person, at: datetime, workspace: Workspace | None
) -> tuple[OperationPrompt, ...]:
    """Return what of operations waits for who registers them; a look at each.

    Parameters
    ----------
    tx
        The transaction in which it is shown.
    shelf
        Where the register stays folded.
    person
        Who; nothing waits for who may not register operations.
    at
        The time now.
    workspace
        Whose study areas tell where cells lie.
    """
    from rightplace.records.operations.log import look_at

    if not person.may(Permission.REGISTER_OPERATIONS):
        return ()
    on, found = at.astimezone(ZONE).date(), []
    for line, _ in operation_lines(tx, shelf, person=person, at=at, workspace=workspace):
        soon = date.fromisoformat(line.starts) <= on + SOON
        words = {
            Standing.OVERDUE: f"ended: {line.when}. Its result is owed, whatever it is.",
            Standing.DRAFT: f"{line.when}. Nobody has locked it." if soon else "",
        }.get(line.standing, "")
        if words:
            found.append(
                OperationPrompt(
                    op_id=line.op_id,
                    title=line.title,
                    words=words,
                    is_overdue=line.standing is Standing.OVERDUE,
                )
            )
    seen = look_at(tx, [each.op_id for each in found]) if found else set()
    return tuple(
        sorted((each for each in found if each.op_id in seen), key=lambda each: not each.is_overdue)
    )
