"""Finding what is held about a person: rows that name them in a field declared personal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, or_, select

import rightplace.records.database.tables  # noqa: F401 - makes every model known
from rightplace.errors import UsageError
from rightplace.records.database.base import Record, models
from rightplace.records.database.handling import Handling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement

    from rightplace.records.audit.transaction import Reading

OWN = ("account_id", "subject_id")
"""Columns by which a row is of a person though it is only a code."""


def searched() -> tuple[type[Record], ...]:
    """Return the models in which people are looked for: the audit chain is asked apart."""
    return tuple(model for model in models() if model.is_audited)


def records_about(quiet: Reading, person_id: str) -> list[Record]:
    """Return every row that names a person, by type and id, for a check.

    Parameters
    ----------
    quiet
        A transaction or a look; what is shown of it later is to be written down then.
    person_id
        The code by which records name the person: an account's id.

    Raises
    ------
    UsageError
        If nobody is named.
    """
    if not person_id.strip():
        msg = "Nobody is named whose records are looked for."
        raise UsageError(msg, remedy="Give the id by which records name the person.")
    return [row for model in searched() for row in _rows(quiet, model, person_id)]


def _rows(quiet: Reading, model: type[Record], person_id: str) -> Sequence[Record]:
    conditions = list(_conditions(model, person_id))
    if not conditions:
        return ()
    keys = model.__mapper__.primary_key
    return quiet.unshown(select(model).where(or_(*conditions)).order_by(*keys))


def _conditions(model: type[Record], person_id: str) -> Iterator[ColumnElement[bool]]:
    keys = {key.name for key in model.__mapper__.primary_key}
    for attribute in model.__mapper__.column_attrs:
        column = attribute.columns[0]
        is_named = column.info.get("handling") is Handling.PERSONAL or column.name in OWN
        is_own_key = model.__tablename__ == "account" and column.name in keys
        if isinstance(column.type, Text) and (is_named or is_own_key):
            yield column == person_id
