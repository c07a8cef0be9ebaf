"""Use case: whom a program's token stands for at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.person import Person
from rightplace.records.accounts.tokens import find_token, is_use_due, note_use
from rightplace.records.audit.transaction import reading, transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.settings import TokenSettings
    from rightplace.records.database.front import Database


def person_of_token(
    database: Database, secret: str, *, at: datetime, settings: TokenSettings
) -> Person | None:
    """Return whom a token stands for; None where for nobody. Its use is noted now and then.

    Parameters
    ----------
    database
        The records.
    secret
        The token as it was sent.
    at
        The time now.
    settings
        How often its use is noted.
    """
    with reading(database) as quiet:
        found = find_token(quiet, secret, at=at)
    if found is None:
        return None
    if is_use_due(found, at=at, settings=settings):
        with transaction(database, found.actor, purpose="Token in use.", at=at) as tx:
            note_use(tx, found)
    return Person(actor=found.actor, standing=found.standing, at=at)
