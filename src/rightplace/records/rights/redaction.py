"""What the subject of a request is shown of a record, and what is withheld, with its reason.

A rule decides first, from how each field is declared; a person may then rule otherwise, in
writing. The rule is careful: what may tell of somebody else waits until somebody has read it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, Text

from rightplace.core.canonical import plain
from rightplace.errors import BadInputError, RefusedError
from rightplace.records.database.base import Record, models
from rightplace.records.database.handling import Handling
from rightplace.records.database.words import written
from rightplace.records.rights.requests import open_request
from rightplace.records.rights.tables import FieldRuling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.sql.elements import KeyedColumnElement

    from rightplace.records.audit.transaction import Transaction

SECRET = "a secret of the service, or a file"  # noqa: S105 - words, no password
OTHERS = "names another person"
SHARED = "in a record that names another person too"
UNREAD = "free text or tactics: not read for the request yet"
NAMES = frozenset(
    {"owner", "recipient", "for_account", "account_id", "subject_id", "subject_name", "contact"}
)
"""Fields that name people, beside those that end in ``_by``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """One field of a record, as its subject is shown it.

    Parameters
    ----------
    name
        The field.
    value
        What it says, as JSON; None where it is empty or withheld.
    withheld
        Why it is withheld; empty where it is shown.
    """

    name: str
    value: Any
    withheld: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """That a field is shown or withheld against the rule.

    Parameters
    ----------
    record_type, field
        Which field.
    record_id
        Of one record; None of every record of the type.
    is_shown
        Whether it is shown.
    reason
        Why.
    """

    record_type: str
    field: str
    record_id: str | None = None
    is_shown: bool
    reason: str


def fields_shown(
    record: Record, subject_id: str, rulings: Sequence[FieldRuling]
) -> tuple[FieldShown, ...]:
    """Return the fields of a record as its subject is shown them.

    Parameters
    ----------
    record
        A record that names them.
    subject_id
        The code by which it does.
    rulings
        What a person ruled, in the order in which they did; of one record goes before of a type,
        and the later before the earlier.
    """
    found = []
    for attribute in record.__mapper__.column_attrs:
        column: KeyedColumnElement[Any] = attribute.columns[0]
        why = _rule(record, attribute.key, column, subject_id)
        ruling = _ruling(record, column.name, rulings)
        if ruling is not None and why != SECRET:
            why = "" if ruling.is_shown else ruling.reason
        value = None if why else plain(getattr(record, attribute.key))
        found.append(FieldShown(name=column.name, value=value, withheld=why))
    return tuple(found)


def rule(tx: Transaction, request_id: str, ruling: Ruling) -> str:
    """Keep that a field is shown or withheld against the rule; return the ruling's id.

    Raises
    ------
    BadInputError
        If there is no such field.
    RefusedError
        If a secret would be shown, or a field that names others in every record at once.
    """
    request = open_request(tx, request_id)
    fields = {
        column.name: column
        for model in models()
        if model.__tablename__ == ruling.record_type
        for column in model.__table__.columns
    }
    if ruling.field not in fields:
        msg = f"Records of the type {ruling.record_type!r} have no field {ruling.field!r}."
        raise BadInputError(msg, value=ruling.field, remedy="See what was found for the request.")
    column = fields[ruling.field]
    is_secret = isinstance(column.type, LargeBinary)
    if ruling.is_shown and (is_secret or (_names_people(column) and ruling.record_id is None)):
        what = "A secret or file is" if is_secret else "Names of others in every record are"
        msg = f"{what} not shown."
        raise RefusedError(msg, value=ruling.field, remedy="Rule on one record, after reading it.")
    kept = FieldRuling(
        request_id=request.id,
        id=str(uuid.uuid4()),
        record_type=ruling.record_type,
        record_id=ruling.record_id,
        field=ruling.field,
        is_shown=ruling.is_shown,
        reason=written(ruling.reason, what="The reason of the ruling"),
        ruled_by=tx.actor.id,
        ruled_at=tx.at,
    )
    return tx.add(kept).id


def _rule(record: Record, key: str, column: KeyedColumnElement[Any], subject_id: str) -> str:
    """Return why a field is withheld by the rule; empty where it is shown."""
    handling = column.info["handling"]
    value = getattr(record, key)
    if value is None:
        return ""
    if isinstance(column.type, LargeBinary):
        return SECRET
    if handling is Handling.OPEN:
        return ""
    if handling is Handling.SENSITIVE:
        return UNREAD
    if not _names_people(column):
        return SHARED if _names_others(record, subject_id) else ""
    is_own_name = _is_own(record, subject_id) and not _by(column)
    return "" if value == subject_id or is_own_name else OTHERS


def _names_others(record: Record, subject_id: str) -> bool:
    """Whether a record that is not the subject's own names somebody else."""
    if _is_own(record, subject_id):
        return False
    return any(
        getattr(record, each.key) not in {None, subject_id}
        for each in record.__mapper__.column_attrs
        if _names_people(each.columns[0])
    )


def _is_own(record: Record, subject_id: str) -> bool:
    """Whether a record is the subject's account, or a part of it."""
    whole = record.whole_id if record.part_of == "account" else record.identity
    return whole == subject_id and "account" in {record.__tablename__, record.part_of}


def _by(column: KeyedColumnElement[Any]) -> bool:
    return column.key.endswith("_by")


def _names_people(column: KeyedColumnElement[Any]) -> bool:
    """Whether a field names somebody, by code or name."""
    is_name = _by(column) or column.key in NAMES
    return is_name and isinstance(column.type, Text)


def _ruling(record: Record, field: str, rulings: Sequence[FieldRuling]) -> FieldRuling | None:
    """Return the ruling that counts for a field, or None."""
    here = [
        each
        for each in rulings
        if each.record_type == record.__tablename__
        and each.field == field
        and each.record_id in {None, record.identity}
    ]
    return max(
        enumerate(here),
        key=lambda item: (item[1].record_id is not None, item[0]),
        default=(0, None),
    )[1]
