"""Dumps of PostgreSQL by its own programs, which must be installed where this runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import sqlalchemy as sa

from rightplace.errors import NotHeldError, RefusedError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.records.database.front import Database

PROGRAM_FOLDERS = "RIGHTPLACE_POSTGRESQL_PROGRAMS"
"""Environment variable: the folder of PostgreSQL's programs where they are not on the path."""


def dump(database: Database, part: Path) -> None:
    """Write a dump of a database, as it is at one moment; a failure raises StorageError."""
    _run(database, "pg_dump", "--format=custom", "--no-owner", f"--file={part}")


def load(database: Database, path: Path) -> None:
    """Load a dump into an empty database, all of it or nothing; a failure raises StorageError."""
    how = ("--no-owner", "--single-transaction", "--exit-on-error")
    name = str(database.engine.url.database)
    _run(database, "pg_restore", *how, f"--dbname={name}", str(path))


def check_empty(database: Database) -> None:
    """Check that a database has no tables.

    Raises
    ------
    RefusedError
        If it has.
    """
    if sa.inspect(database.engine).get_table_names():
        msg = "The database to restore into is not empty: nothing is written over."
        raise RefusedError(msg, remedy="Make an empty database, and name it instead.")


def _run(database: Database, program: str, *words: str) -> None:
    """Run a program of PostgreSQL on a database; the password goes by the environment.

    Raises
    ------
    NotHeldError
        If the program is not installed.
    StorageError
        If it fails.
    """
    path = shutil.which(program, path=os.environ.get(PROGRAM_FOLDERS)) or shutil.which(program)
    if path is None:
        msg = f"{program} is not installed here."
        remedy = f"Install PostgreSQL's client programs, or name their folder in {PROGRAM_FOLDERS}."
        raise NotHeldError(msg, value=program, remedy=remedy)
    url = database.engine.url
    named = {
        "PGHOST": url.host,
        "PGPORT": None if url.port is None else str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    environment = os.environ | {key: str(value) for key, value in named.items() if value}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, words of this module
        [path, *words], env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        msg = f"{program} failed: {reason}"
        raise StorageError(msg, remedy="Check the database and the space, and run it again.")
