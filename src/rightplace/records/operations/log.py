"""The register of operations as records keep it: added to, folded, looked at; nothing altered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from rightplace.errors import BadInputError, RefusedError
from rightplace.evaluate.operations.entries import MENDED_BY, Registered, UnitTold
from rightplace.evaluate.operations.register import folded_lines
from rightplace.records.audit.actor import Operation as Done
from rightplace.records.audit.lines import AuditLine
from rightplace.records.audit.pen import UNSHOWN
from rightplace.records.operations.tables import OperationEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.evaluate.operations.entries import Content
    from rightplace.evaluate.operations.register import Register
    from rightplace.records.audit.transaction import Reading, Transaction

UNITS: Final = "units"
"""What entries that tell of units are about."""


def about_of(content: Content) -> str:
    """Return the id of the plan that something is told of; ``UNITS`` for units."""
    if isinstance(content, UnitTold):
        return UNITS
    return content.plan.id if isinstance(content, Registered) else content.op_id


def tell(tx: Transaction, contents: Sequence[Content], *, form_id: str | None = None) -> Register:
    """Add entries to the register, all or none, and return what it comes to then.

    What may not be told is refused as ``evaluate.operations.register`` says.

    Parameters
    ----------
    tx
        The transaction in which they are kept, of whoever tells it.
    contents
        What happened, in order.
    form_id
        Of the form that was sent; the same form sent again for the same adds nothing.

    Raises
    ------
    RefusedError
        If the same form was sent before for something else, which would otherwise seem done.
    """
    register = read_register(tx)
    if form_id is not None and (sent := _sent(tx, form_id)) is not None:
        if (sent.about, sent.kind) != (about_of(contents[0]), contents[0].kind):
            msg = "This form was sent already, for something else."
            remedy = "Load the page again and send it once more."
            raise RefusedError(msg, value=sent.about, remedy=remedy)
        return register
    for content in contents:
        register = register.told(content, at=tx.at, by=tx.actor.name)
        entry = register.entries[-1]
        row = OperationEntry(
            number=entry.number,
            kind=content.kind,
            about=about_of(content),
            line=entry.line,
            sha256=entry.sha256,
            entered_at=entry.at,
            entered_by=tx.actor.id,
            form_id=form_id,
        )
        tx.add(row)
        form_id = None  # the first entry of a form stands for all of it
    return register


def read_register(quiet: Reading) -> Register:
    """Return what the entries come to, for a check; none of it is to reach a person unlogged.

    Raises
    ------
    BadInputError
        If an entry was altered, or is missing, also at the end: the audit chain has a line of
        each that was ever added.
    """
    rows = quiet.unshown(select(OperationEntry).order_by(OperationEntry.number))
    register = folded_lines(row.line for row in rows)
    next_number = len(rows) + 1
    told = (
        select(func.count())
        .select_from(AuditLine)
        .where(
            AuditLine.record_type == OperationEntry.__tablename__,
            AuditLine.record_id == str(next_number),
            AuditLine.operation == Done.COLLECTION.value,
        )
    )
    if quiet.session.scalar(told, execution_options=UNSHOWN):
        msg = f"Entry {next_number} of the register of operations is missing."
        raise BadInputError(msg, row=next_number, remedy=MENDED_BY)
    return register


def register_head(quiet: Reading) -> tuple[int, str]:
    """Return how many entries there are, and the digest of the last; empty where there is none."""
    newest = select(OperationEntry).order_by(OperationEntry.number.desc()).limit(1)
    last = next(iter(quiet.unshown(newest)), None)
    return (0, "") if last is None else (last.number, last.sha256)


def look_at(tx: Transaction, op_ids: Iterable[str]) -> set[str]:
    """Write a look at the plans of some operations that will be shown; return those that may be.

    What is restricted is left out.
    """
    wanted = select(OperationEntry).where(
        OperationEntry.about.in_(list(op_ids)), OperationEntry.kind == Registered.kind
    )
    return {each.about for each in tx.view(wanted)}


def _sent(quiet: Reading, form_id: str) -> OperationEntry | None:
    """Return the entry that a form made; None where it made none."""
    wanted = select(OperationEntry).where(OperationEntry.form_id == form_id)
    return next(iter(quiet.unshown(wanted)), None)
