"""Use case: what somebody asked for and was refused is a line of the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.records.audit.actor import Operation
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database

LONGEST = 200


def note_refusal(database: Database, actor: Actor, *, asked: str, said: str, at: datetime) -> None:
    """Write that somebody was refused what their roles, the law or a policy do not let them do.

    Parameters
    ----------
    database
        The records.
    actor
        Who asked.
    asked
        Method and path of the request, without its query.
    said
        What they were told.
    at
        The time now.
    """
    with transaction(database, actor, purpose="A request was refused.", at=at) as tx:
        tx.log(
            Operation.REFUSAL,
            Subject(record_type="request", record_id=asked[:LONGEST]),
            said=said[:LONGEST],
        )
