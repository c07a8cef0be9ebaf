"""Opening the operational database: SQLite in the workspace by default, PostgreSQL in service.

There is one writer at a time. SQLite takes its write lock when a transaction begins (BEGIN
IMMEDIATE), PostgreSQL an advisory lock; so the audit chain has one end, and no transaction that
reads before it writes can meet another half-way.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError, OperationalError

from rightplace.core.files import make_folder
from rightplace.errors import BusyWorkspaceError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

FILE_NAME = "records.sqlite3"
WRITING, OPENED = "rightplace_writing", "rightplace_opened"
ADVISORY_LOCK = 0x7269_6768_7470_6C63
"""One number for all processes of one PostgreSQL database: the letters "rightplc"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsSettings:
    """Where the operational database stands.

    Parameters
    ----------
    url
        ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``; empty: SQLite in the workspace.
    apart
        Folder of what must not lie in the database's own backup: master key, sealed head of the
        audit chain, ledger of deletions; empty: beside the workspace's database. In service,
        name a folder on another disk.
    wait_seconds
        How long to wait for another writer before giving up (exit 12); a choice of ours.
    """

    url: str = ""
    apart: str = ""
    wait_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An open operational database, and the folder of what is kept apart from it.

    Parameters
    ----------
    engine
        Its connections.
    apart
        The folder of what is kept apart.
    wait_seconds
        How long to wait for another writer.
    is_noted
        Whether the head of its audit chain is noted apart: not while a backup is being restored.
    """

    engine: Engine
    apart: Path
    wait_seconds: float
    is_noted: bool = True

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file of SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def writing(self) -> Engine:
        """The same engine, for transactions that will write."""
        return self.engine.execution_options(**{WRITING: True})

    def take_turn(self, connection: Connection) -> None:
        """Wait until no other transaction writes, inside one that has just begun."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})

    @property
    def address(self) -> str:
        """Its address, with the password if it has one: never to be shown."""
        return self.engine.url.render_as_string(hide_password=False)

    @property
    def restoring(self) -> Path:
        """The mark that a backup is being restored: until it is gone, nobody else writes."""
        return self.apart / "restoring"

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def sqlite_url(folder: Path) -> str:
    """Return the address of the database of SQLite in a folder."""
    return URL.create("sqlite", database=str(folder / FILE_NAME)).render_as_string()


def open_database(url: str, *, apart: Path, wait_seconds: float = 10.0) -> Database:
    """Return an open database; its tables are as its last migration left them.

    Parameters
    ----------
    url
        As in ``RecordsSettings``.
    apart
        Folder of what is kept apart; made, closed to others, if need be.
    wait_seconds
        How long to wait for another writer.

    Notes
    -----
    An address of another database, or of SQLite in memory, raises ``UsageError``.
    """
    address = _address(url)
    make_folder(apart)
    apart.chmod(0o700)
    if address.get_backend_name() == "postgresql":
        waits = f"-c lock_timeout={int(wait_seconds * 1000)}"
        engine = create_engine(address, pool_pre_ping=True, connect_args={"options": waits})
    else:
        engine = create_engine(address, connect_args={"timeout": wait_seconds})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "checkout", _check_file)
        event.listen(engine, "begin", _begin)
    return Database(engine=engine, apart=apart, wait_seconds=wait_seconds)


def _address(url: str) -> URL:
    """Return a checked address, with the driver this package uses.

    Raises
    ------
    UsageError
        If it is of neither SQLite nor PostgreSQL, or of SQLite in memory.
    """
    remedy = "Give sqlite:///FILE or postgresql://USER@HOST/NAME."
    try:
        address = make_url(url)
        kind = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        msg = "The address of the database cannot be read."  # it may hold a password
        raise UsageError(msg, remedy=remedy) from error
    if kind == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if kind != "sqlite" or address.database in {None, "", ":memory:"}:
        msg = f"Records are kept in a file of SQLite or in PostgreSQL, not in {kind} like this."
        raise UsageError(msg, remedy=remedy)
    return address


def _prepare(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - of whatever driver
    """Set a new connection of SQLite: what is deleted is overwritten, what is committed stays."""
    connection.isolation_level = None  # transactions begin where `_begin` says
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    record.info[OPENED] = _inode(cursor)
    cursor.close()


def _inode(asked: Any) -> int | None:  # noqa: ANN401 - of whatever driver
    """Return which file stands where the database is; None where none does."""
    path = Path(asked.execute("PRAGMA database_list").fetchone()[2])
    return path.stat().st_ino if path.is_file() else None


def _check_file(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 - of whatever driver
    """Check that a connection still reads the file that stands there: a restore puts another.

    Raises
    ------
    DisconnectionError
        If it does not; the pool then connects anew.
    """
    if record.info[OPENED] != _inode(connection):
        raise DisconnectionError


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


BUSY = ("database is locked", "lock timeout", "LockNotAvailable")


@contextmanager
def database_faults() -> Iterator[None]:
    """Turn what a database refuses into the error a user can act on.

    Raises
    ------
    BusyWorkspaceError
        If another writer holds it for longer than the wait.
    StorageError
        If it cannot be reached, or its disk refuses the write.
    """
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        if any(word in reason for word in BUSY):
            msg = "Another process is writing to the records."
            raise BusyWorkspaceError(msg, remedy="Try again in a moment.") from error
        msg = f"The records cannot be read or written: {reason}."
        remedy = "Check that the database is up and has space; what was committed is untouched."
        raise StorageError(msg, remedy=remedy) from error


def before_restore(file: Path) -> Path:
    """Return where a restore keeps the file that stood there, until the next deletion."""
    return file.with_name(f"{file.name}.before-restore")


def scrub(database: Database) -> None:
    """Let no copy of a deleted row linger in the files of the database.

    SQLite overwrites rows as it deletes them; its write-ahead log is emptied here, and what a
    restore kept of the file before it is removed. PostgreSQL frees dead rows by VACUUM; its own
    write-ahead log is the administrator's to keep short.
    """
    if database.is_sqlite:
        before_restore(Path(str(database.engine.url.database))).unlink(missing_ok=True)
    with database_faults(), database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM")
