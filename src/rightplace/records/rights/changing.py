"""What a granted request changes: a record restricted, rectified, or erased by two people."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.audit.restricted import Restriction
from rightplace.records.audit.transaction import transaction
from rightplace.records.database.base import Record, models
from rightplace.records.database.words import written
from rightplace.records.retention.deleting import delete_on_request
from rightplace.records.retention.tables import DeletionCertificate
from rightplace.records.rights.finding import records_about
from rightplace.records.rights.requests import open_request
from rightplace.records.rights.tables import ErasureProposed, SubjectRequest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.database.front import Database

RECTIFIABLE = {"account": ("display_name", "family_name")}
"""Fields that a person can have put right, by record type. What somebody else wrote down as what
they did or decided is never altered: a statement beside it is the answer to the request."""


def restrict(
    tx: Transaction, request_id: str, *, record_type: str, record_id: str, reason: str
) -> str:
    """Let a record be shown to nobody but who answers its subject; return the restriction's id.

    Raises
    ------
    RefusedError
        If it is restricted already.
    """
    request = open_request(tx, request_id)
    _found(tx, request, record_type, record_id)
    if _restriction_of(tx, record_type, record_id) is not None:
        msg = f"{record_type} {record_id} is restricted already."
        raise RefusedError(msg, value=record_id, remedy="Nothing is left to do.")
    restriction = Restriction(
        id=str(uuid.uuid4()),
        request_id=request.id,
        record_type=record_type,
        record_id=record_id,
        reason=written(reason, what="The reason of the restriction"),
        placed_by=tx.actor.id,
        placed_at=tx.at,
    )
    return tx.add(restriction).id


def lift_restriction(tx: Transaction, restriction_id: str, *, reason: str) -> None:
    """Let a record be shown again; the subject is to be told before.

    Raises
    ------
    NotHeldError
        If no such restriction is in force.
    """
    held = tx.unshown_one(Restriction, restriction_id)
    if held is None or held.lifted_at is not None:
        msg = f"No restriction {restriction_id!r} is in force."
        raise NotHeldError(msg, value=restriction_id, remedy="See those in force.")
    held.lift_reason = written(reason, what="The reason to lift the restriction")
    held.lifted_by, held.lifted_at = tx.actor.id, tx.at
    tx.session.flush()


def restrictions(tx: Transaction) -> Sequence[Restriction]:
    """Return the restrictions in force, oldest first, to be shown."""
    wanted = select(Restriction).where(Restriction.lifted_at.is_(None))
    return tx.view(wanted.order_by(Restriction.placed_at, Restriction.id))


def rectify(tx: Transaction, request_id: str, *, field: str, value: str) -> str:
    """Put a field of the subject's account right; return what it was.

    Raises
    ------
    BadInputError
        If fields of that name are not put right in this way.
    RefusedError
        If it is right already.
    """
    request = open_request(tx, request_id)
    if field not in RECTIFIABLE["account"] or request.subject_id is None:
        msg = f"The field {field!r} is not put right in this way."
        remedy = f"One of {', '.join(RECTIFIABLE['account'])}; else answer with a statement."
        raise BadInputError(msg, value=field, remedy=remedy)
    account = _found(tx, request, "account", request.subject_id)
    before: str = getattr(account, field)
    new = written(value, what="The value that is right")
    if new == before:
        msg = f"The field {field!r} says so already."
        raise RefusedError(msg, value=field, remedy="Nothing is left to do.")
    setattr(account, field, new)
    tx.session.flush()
    return before


def propose_erasure(
    tx: Transaction, request_id: str, *, record_type: str, record_id: str, grounds: str
) -> str:
    """Propose that a record be erased for its subject; return the proposal's id."""
    request = open_request(tx, request_id)
    _found(tx, request, record_type, record_id)
    proposed = ErasureProposed(
        request_id=request.id,
        id=str(uuid.uuid4()),
        record_type=record_type,
        record_id=record_id,
        grounds=written(grounds, what="The grounds of the erasure"),
        proposed_by=tx.actor.id,
        proposed_at=tx.at,
    )
    return tx.add(proposed).id


def approve_erasure(
    database: Database, actor: Actor, request_id: str, erasure_id: str, *, at: datetime
) -> str:
    """Erase, as a second person, what another proposed; return the certificate's id.

    What a hold covers is refused by ``RefusedError``. Killed in the middle, it is approved again:
    what is gone already is certified as it was then.
    """
    with transaction(database, actor, purpose="Approve an erasure.", at=at) as tx:
        proposed = _proposed(tx, request_id, erasure_id)
        record_type, record_id = proposed.record_type, proposed.record_id
        grounds = f"request {request_id}, erasure {erasure_id}"
        earlier = _certified(tx, grounds)
    if earlier is None:
        earlier = delete_on_request(
            database,
            actor,
            record_type=record_type,
            record_ids=[record_id],
            grounds=grounds,
            at=at,
        ).id
    with transaction(database, actor, purpose="Approve an erasure.", at=at) as tx:
        proposed = _proposed(tx, request_id, erasure_id)
        proposed.approved_by, proposed.approved_at = actor.id, at
        proposed.certificate_id = earlier
        tx.session.flush()
    return earlier


def _certified(tx: Reading, grounds: str) -> str | None:
    """Return the newest certificate of these grounds, or None."""
    wanted = select(DeletionCertificate).where(DeletionCertificate.grounds == grounds)
    found = tx.unshown(wanted.order_by(DeletionCertificate.certified_at.desc()).limit(1))
    return found[0].id if found else None


def _proposed(tx: Transaction, request_id: str, erasure_id: str) -> ErasureProposed:
    """Return a proposal that waits for a second person.

    Raises
    ------
    NotHeldError
        If there is none.
    RefusedError
        If who proposed it would approve it.
    """
    proposed = tx.unshown_one(ErasureProposed, request_id, erasure_id)
    if proposed is None or proposed.certificate_id is not None:
        msg = f"No erasure {erasure_id!r} waits for a second person."
        raise NotHeldError(msg, value=erasure_id, remedy="See the request.")
    if proposed.proposed_by == tx.actor.id:
        msg = "An erasure is approved by another person than who proposed it."
        raise RefusedError(msg, value=erasure_id, remedy="Ask a second person.")
    return proposed


def _restriction_of(tx: Reading, record_type: str, record_id: str) -> Restriction | None:
    here = Restriction.record_type == record_type, Restriction.record_id == record_id
    found = tx.unshown(select(Restriction).where(*here, Restriction.lifted_at.is_(None)))
    return found[0] if found else None


def _found(tx: Reading, request: SubjectRequest, record_type: str, record_id: str) -> Record:
    """Return a record that names the subject of a request.

    Raises
    ------
    NotHeldError
        If there is none of that type and id that names them.
    """
    if record_type in {model.__tablename__ for model in models()} and request.subject_id:
        for each in records_about(tx, request.subject_id):
            if (each.__tablename__, each.identity) == (record_type, record_id):
                return each
    msg = f"No {record_type} {record_id!r} names the person who asks."
    raise NotHeldError(msg, value=record_id, remedy="See what was found for the request.")
