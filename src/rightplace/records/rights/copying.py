"""The copy that a person is given of what is held about them (DPA 2018 s45)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import RefusedError
from rightplace.records.retention.periods import period_of
from rightplace.records.rights.finding import records_about
from rightplace.records.rights.recipients import recipients_of
from rightplace.records.rights.redaction import FieldShown, fields_shown
from rightplace.records.rights.tables import FieldRuling, OfRequest, SubjectRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.base import Record
    from rightplace.records.retention.periods import RetentionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCopied:
    """One record, as its subject is shown it."""

    id: str
    fields: tuple[FieldShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCopied:
    """Every record of one type that names the subject.

    Parameters
    ----------
    record_type
        The type.
    means
        What such a record is, in a sentence.
    kept_days
        How many days such records are kept; None as long as the service.
    records
        The records.
    """

    record_type: str
    means: str
    kept_days: int | None
    records: tuple[RecordCopied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectCopy:
    """What somebody is given of what is held about them.

    Parameters
    ----------
    request_id, subject_id, subject_name
        Whose.
    types
        Records by type.
    recipients
        To whom records of theirs were given (s45(2)(c)).
    withheld
        How many fields that say something are withheld.
    """

    request_id: str
    subject_id: str
    subject_name: str
    types: tuple[TypeCopied, ...]
    recipients: tuple[str, ...]
    withheld: int


def copy_for_subject(
    tx: Transaction, request_id: str, *, settings: RetentionSettings, hand_over: bool
) -> SubjectCopy:
    """Return what is held about the subject of a request, redacted, to be shown or handed over.

    Parameters
    ----------
    tx
        A transaction of who answers data subjects; each record is written to the audit chain, as
        looked at or, where it is handed over, as given to the subject.
    request_id
        The request.
    settings
        How long records are kept.
    hand_over
        Whether the copy is for the subject, and no longer for who prepares it.

    Raises
    ------
    RefusedError
        If it is not known yet who asks.
    """
    request = tx.view_one(SubjectRequest, request_id)
    if request.subject_id is None or (request.identity_asked_at and not request.identity_shown_at):
        msg = "It is not known yet who asks: nothing is given to a name alone."
        raise RefusedError(msg, value=request_id, remedy="Confirm who they are first.")
    found = [each for each in records_about(tx, request.subject_id) if not _is_of_request(each)]
    if hand_over:
        tx.disclose(found, recipients=[request.subject_name])
    else:
        tx.consult(found)
    wanted = select(FieldRuling).where(FieldRuling.request_id == request.id)
    rulings = tx.unshown(wanted.order_by(FieldRuling.ruled_at, FieldRuling.id))
    types = _by_type(found, request.subject_id, rulings, settings)
    return SubjectCopy(
        request_id=request.id,
        subject_id=request.subject_id,
        subject_name=request.subject_name,
        types=types,
        recipients=_others(tx, request),
        withheld=sum(
            bool(field.withheld) for t in types for record in t.records for field in record.fields
        ),
    )


def _others(tx: Transaction, request: SubjectRequest) -> tuple[str, ...]:
    found = recipients_of(tx, request.subject_id or "")
    return tuple(each for each in found if each != request.subject_name)


def _is_of_request(record: Record) -> bool:
    return isinstance(record, SubjectRequest | OfRequest)


def _by_type(
    found: Sequence[Record],
    subject_id: str,
    rulings: Sequence[FieldRuling],
    settings: RetentionSettings,
) -> tuple[TypeCopied, ...]:
    by_type: dict[type[Record], list[RecordCopied]] = {}
    for each in found:
        copied = RecordCopied(id=each.identity, fields=fields_shown(each, subject_id, rulings))
        by_type.setdefault(type(each), []).append(copied)
    return tuple(
        TypeCopied(
            record_type=model.__tablename__,
            means=(model.__doc__ or "").strip().partition("\n")[0],
            kept_days=settings.days(period_of(model)),
            records=tuple(records),
        )
        for model, records in sorted(by_type.items(), key=lambda item: item[0].__tablename__)
    )
