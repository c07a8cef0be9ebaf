"""Bringing a database's tables up to this version of the product, or back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from rightplace.errors import StaleDataError
from rightplace.records.database.front import database_faults

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from rightplace.records.database.front import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """Return the revision that this version of the product works with."""
    return ScriptDirectory.from_config(_config()).get_heads()[0]


def revision(database: Database) -> str | None:
    """Return the revision a database stands at; None where it is empty."""
    with database_faults(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, *, to: str = "head") -> None:
    """Bring a database's tables up, all of the way or, after a failure or a kill, none of it."""
    with database_faults(), database.writing.begin() as connection:
        database.take_turn(connection)
        command.upgrade(_config(connection), to)


def downgrade(database: Database, *, to: str) -> None:
    """Take a database's tables back to an earlier revision; what later tables held is lost."""
    with database_faults(), database.writing.begin() as connection:
        database.take_turn(connection)
        command.downgrade(_config(connection), to)


def check_models(database: Database) -> None:
    """Check that models and tables agree; alembic's own error says where they do not."""
    with database_faults(), database.engine.connect() as connection:
        command.check(_config(connection))


def check_revision(database: Database) -> None:
    """Check that a database's tables are those that this version works with.

    Raises
    ------
    StaleDataError
        If they are older or newer.
    """
    held, wanted = revision(database), newest_revision()
    if held != wanted:
        msg = f"The records stand at revision {held}, and this version works with {wanted}."
        raise StaleDataError(
            msg,
            value=held,
            remedy="Bring it up: `rightplace migrate --backup FILE`; or install that version.",
        )
