"""Answering a request: what must be done first, and what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import RefusedError
from rightplace.records.database.words import written
from rightplace.records.rights.recipients import recipients_to_tell
from rightplace.records.rights.requests import Outcome, Right, open_request, parts_of_request
from rightplace.records.rights.tables import ErasureProposed

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Transaction


def answer_request(tx: Transaction, request_id: str, *, outcome: Outcome, answer: str) -> None:
    """Close a request with its answer.

    Raises
    ------
    RefusedError
        If it is not known who asks though something is granted, a recipient of what was changed
        was not told, or an erasure waits for its second person.
    """
    request = open_request(tx, request_id)
    if outcome is not Outcome.REFUSED:
        if request.subject_id is None or (
            request.identity_asked_at and not request.identity_shown_at
        ):
            msg = "It is not known yet who asks: nothing is granted to a name alone."
            raise RefusedError(msg, value=request_id, remedy="Confirm who they are first.")
        untold = recipients_to_tell(tx, request) if request.asked_right != Right.ACCESS else ()
        if untold:
            msg = f"Not told yet of the change: {', '.join(untold)} (s48)."
            raise RefusedError(msg, value=request_id, remedy="Tell each, and note it here.")
        if any(
            each.certificate_id is None
            for each in parts_of_request(tx, ErasureProposed, request_id)
        ):
            msg = "An erasure waits for a second person."
            raise RefusedError(msg, value=request_id, remedy="Let it be approved first.")
    request.answer = written(answer, what="The answer")
    request.outcome = outcome.value
    request.answered_by, request.answered_at = tx.actor.id, tx.at
    tx.session.flush()
