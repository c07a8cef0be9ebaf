"""Keeping once what a device may send more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Collection

    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.base import Record


def keep_once(tx: Transaction, record: Record, *, differing: Collection[str] = ()) -> bool:
    """Keep a row unless it is kept already; return whether it is new.

    Parameters
    ----------
    tx
        The transaction.
    record
        The row, with the id that its sender made.
    differing
        Columns that differ each time it is sent, such as when it came in; the first stand.

    Raises
    ------
    BadInputError
        If another row is kept under the same id.
    """
    model = type(record)
    held = tx.unshown_one(model, *model.__mapper__.primary_key_from_instance(record))
    if held is None:
        tx.add(record)
        return True
    names = [each.key for each in model.__mapper__.column_attrs if each.key not in differing]
    if any(getattr(held, name) != getattr(record, name) for name in names):
        what = model.__tablename__.replace("_", " ")
        msg = f"Another {what} is kept under the id {record.identity}."
        remedy = "Send what was sent before, or make a new id."
        raise BadInputError(msg, value=record.identity, remedy=remedy)
    return False
