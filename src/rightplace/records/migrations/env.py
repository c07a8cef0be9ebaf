"""Runs migrations on the connection that `database.migrate` hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context

from rightplace.records.database.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy import Connection


def run(connection: Connection) -> None:
    """Run the migrations asked for, inside the connection's own transaction."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
