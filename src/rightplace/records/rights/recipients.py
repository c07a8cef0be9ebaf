"""Who was given a person's records, and so is told what was made of them since (DPA 2018 s48)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from rightplace.records.audit.actor import Operation
from rightplace.records.audit.look_up import by_person
from rightplace.records.database.words import written
from rightplace.records.rights.finding import records_about
from rightplace.records.rights.requests import open_request, parts_of_request
from rightplace.records.rights.tables import RecipientTold

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.rights.tables import SubjectRequest


def recipients_of(tx: Transaction, subject_id: str) -> tuple[str, ...]:
    """Return to whom records of a person were disclosed, by the audit chain, in order of names.

    The look at the chain is written to it. Who was given a record that was erased since is not
    known any more: the key of those lines is gone.
    """
    records = {(each.__tablename__, each.identity) for each in records_about(tx, subject_id)}
    found: set[str] = set()
    for act in by_person(tx, subject_id, records=records):
        if act.operation is Operation.DISCLOSURE and act.content is not None:
            found.update(act.content.get("recipients", ()))
    return tuple(sorted(found))


def recipients_to_tell(tx: Transaction, request: SubjectRequest) -> tuple[str, ...]:
    """Return the recipients of a request's subject who were not told yet."""
    if request.subject_id is None:
        return ()
    told = {each.recipient for each in parts_of_request(tx, RecipientTold, request.id)}
    own = {request.subject_name, request.contact}
    return tuple(each for each in recipients_of(tx, request.subject_id) if each not in told | own)


def note_told(tx: Transaction, request_id: str, *, recipient: str, told_what: str) -> None:
    """Note that a recipient was told what was made of a record."""
    request = open_request(tx, request_id)
    tx.add(
        RecipientTold(
            request_id=request.id,
            id=str(uuid.uuid4()),
            recipient=written(recipient, what="Who was told"),
            told_what=written(told_what, what="What they were told"),
            told_by=tx.actor.id,
            told_at=tx.at,
        )
    )
