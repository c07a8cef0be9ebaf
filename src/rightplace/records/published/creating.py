"""Creating an operational database: its keys, its tables, and whether it is a demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rightplace.errors import RefusedError
from rightplace.records.audit.keys import make_master_key
from rightplace.records.audit.transaction import transaction
from rightplace.records.database.migrate import upgrade
from rightplace.records.published.tables import Origin

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.database.front import Database

ONLY = 1


def create(
    database: Database, actor: Actor, *, kind: Literal["demo", "service"], at: datetime
) -> None:
    """Make keys and tables, and note as what the database was created; again it changes nothing.

    Raises
    ------
    RefusedError
        If it was created as the other kind.
    """
    make_master_key(database.apart)
    upgrade(database)
    with transaction(database, actor, purpose=f"Create a {kind} database.", at=at) as tx:
        held = tx.unshown_one(Origin, ONLY)
        if held is None:
            tx.add(Origin(id=ONLY, kind=kind, created_at=at))
        elif held.kind != kind:
            msg = f"This database was created as {held.kind}, and stays it."
            raise RefusedError(msg, value=kind, remedy="Create another database.")


def is_demo(reading: Reading) -> bool:
    """Whether the database was created as a demo: only there may anything be SYNTHETIC."""
    origin = reading.unshown_one(Origin, ONLY)
    return origin is not None and origin.kind == "demo"
