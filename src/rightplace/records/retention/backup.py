"""Backups of the whole database, and restoring them without what was deleted since.

A backup appears under its name when it is whole. A restored database takes the place of the old
one in a last step, once deletions are made again and the chain is verified; until then the old one
stands. What is kept apart (master key, head, ledger) is not in a backup.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rightplace.core.canonical import canonical_json, file_digest, plain
from rightplace.core.files import make_folder, storage_faults, sync, write_whole
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.all_access import end_all_access
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.keys import read_keyring
from rightplace.records.audit.lines import ONLY, AuditHead
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.sealed_head import SealedHead
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.front import before_restore, open_database
from rightplace.records.database.migrate import newest_revision, revision, upgrade
from rightplace.records.retention.deleting import replay
from rightplace.records.retention.dumping import check_empty, dump, load

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.chain import Head
    from rightplace.records.database.front import Database

AGAIN = "Make a new backup, or take another."


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupNote:
    """What lies beside a backup: enough to know it, and that it is whole.

    Parameters
    ----------
    kind
        ``sqlite`` or ``postgresql``.
    at
        When it was made, ISO 8601.
    revision
        Revision of its tables.
    lines
        Lines that its audit chain has at least.
    sha256
        Digest of its bytes.
    """

    kind: str
    at: str
    revision: str
    lines: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did.

    Parameters
    ----------
    deleted_again
        Records that the backup held and that were deleted since.
    lines_lost
        Lines of the audit chain that were written after the backup, or None where that is
        unknown; their changes are lost with them.
    """

    deleted_again: int
    lines_lost: int | None


def backup(database: Database, actor: Actor, *, to: Path, at: datetime) -> BackupNote:
    """Write a backup while others go on reading and writing; return the note beside it.

    Raises
    ------
    NotHeldError
        If the database has no tables, or PostgreSQL's own programs are not installed.
    RefusedError
        If a file of that name is there.
    """
    stands = revision(database)
    if to.exists():
        msg = "There is a backup of that name; none is written over."
        raise RefusedError(msg, file=to, remedy="Name another file.")
    if stands is None:
        msg = "There is no operational database to back up."
        raise NotHeldError(msg, remedy="Create it first.")
    about = Subject(record_type="backup", record_id=to.name)
    with transaction(database, actor, purpose="Backup.", at=at) as tx:
        tx.log(Operation.MAINTENANCE, about, backup=to.name)
    lines = _head(database).lines
    make_folder(to.parent)
    part = to.with_name(f".{to.name}.part-{os.getpid()}")
    with storage_faults(to, part, also=(sqlite3.Error,)):
        _copy(database, part)
        part.chmod(0o600)
        sync(part)
        note = BackupNote(
            kind=database.engine.dialect.name,
            at=at.isoformat(),
            revision=stands,
            lines=lines,
            sha256=file_digest(part),
        )
        write_whole(_note_of(to), canonical_json(plain(note)).encode() + b"\n")
        part.replace(to)
        sync(to.parent)
    return note


def _copy(database: Database, part: Path) -> None:
    if not database.is_sqlite:
        dump(database, part)
        return
    part.unlink(missing_ok=True)
    source, target = sqlite3.connect(_file(database)), sqlite3.connect(part)
    with closing(source), closing(target):
        source.backup(target)


def _file(database: Database) -> Path:
    return Path(str(database.engine.url.database))


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def read_note(path: Path) -> BackupNote:
    """Return the note of a backup whose bytes are as they were when it was made.

    Raises
    ------
    NotHeldError
        If there is no such backup, or no note beside it.
    BadInputError
        If it was changed or is damaged.
    """
    beside = _note_of(path)
    if not path.is_file() or not beside.is_file():
        msg = "There is no such backup with its note beside it."
        raise NotHeldError(msg, file=path, remedy="Name the file that `backup` wrote.")
    try:
        note = BackupNote(**json.loads(beside.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        msg = "The note of the backup is damaged."
        raise BadInputError(msg, file=beside, remedy=AGAIN) from error
    if file_digest(path) != note.sha256:
        msg = "The backup was changed since it was made."
        raise BadInputError(msg, file=path, remedy=AGAIN)
    return note


def restore(path: Path, database: Database, actor: Actor, *, at: datetime) -> Restored:
    """Put a backup in the place of a database, without what was deleted since it was made.

    Nobody else may use the database meanwhile. SQLite: the file that stood there is kept beside
    the new one as ``....before-restore`` until the next deletion. PostgreSQL: the database must
    be empty.

    Parameters
    ----------
    path
        The backup.
    database
        Where it goes; its folder apart holds the master key and the ledger of deletions.
    actor, at
        Who restores, and when.

    Raises
    ------
    BadInputError
        If the backup is of the other kind of database, or its audit chain is broken.
    """
    note = read_note(path)
    if note.kind != database.engine.dialect.name:
        msg = f"The backup is of {note.kind}, the database of {database.engine.dialect.name}."
        raise BadInputError(msg, file=path, remedy="Name a database of the same kind.")
    sealed = SealedHead(apart=database.apart, keyring=read_keyring(database.apart))
    noted = sealed.read()
    if database.is_sqlite:
        restored = _restore_file(path, database, actor, at=at, noted=noted)
    else:
        check_empty(database)
        write_whole(database.restoring, b"")
        load(database, path)
        restored = _make_ready(replace(database, is_noted=False), actor, at=at, noted=noted)
    sealed.write(_head(database), anew=True)
    database.restoring.unlink(missing_ok=True)
    return restored


def _restore_file(
    path: Path, database: Database, actor: Actor, *, at: datetime, noted: Head | None
) -> Restored:
    """Make a copy ready beside the database's file, and let it take its place."""
    final = _file(database)
    make_folder(final.parent)
    part = final.with_name(f".{final.name}.restored")
    with storage_faults(final, part):
        for each in (part, *_logs(part)):
            each.unlink(missing_ok=True)
        shutil.copyfile(path, part)
    url = f"sqlite:///{part}"
    copy = open_database(url, apart=database.apart, wait_seconds=database.wait_seconds)
    try:
        ready = _make_ready(replace(copy, is_noted=False), actor, at=at, noted=noted)
    finally:
        copy.close()  # the last connection of SQLite empties the write-ahead log into the file
    write_whole(database.restoring, b"")
    database.close()
    with storage_faults(final):
        sync(part)
        if final.is_file():
            _keep_old(final)
        part.replace(final)
        sync(final.parent)
    return ready


def _keep_old(final: Path) -> None:
    """Keep what stood in the database's place, whole in one file."""
    with closing(sqlite3.connect(final)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = before_restore(final)
    kept.unlink(missing_ok=True)
    os.link(final, kept)
    for each in _logs(final):
        each.unlink(missing_ok=True)


def _logs(file: Path) -> tuple[Path, Path]:
    """Return the two files that SQLite keeps beside a database."""
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def _make_ready(copy: Database, actor: Actor, *, at: datetime, noted: Head | None) -> Restored:
    """Bring a restored copy up to this version, delete again, write it down and verify it.

    Raises
    ------
    BadInputError
        If its audit chain is broken.
    """
    if revision(copy) != newest_revision():
        upgrade(copy)
    verdict = verify(copy, by_note=False)
    if verdict.broken is not None:
        msg = f"Line {verdict.broken.line} of the backup's audit chain {verdict.broken.finding}."
        raise BadInputError(msg, value=verdict.broken.line, remedy="Take another backup.")
    held = _head(copy).lines
    deleted = replay(copy, actor, at=at)
    lost = None if noted is None else max(noted.lines - held, 0)
    about = Subject(record_type="backup", record_id="restore")
    with transaction(copy, actor, purpose="Restore a backup.", at=at) as tx:
        end_all_access(tx, because="a backup was restored")
        tx.log(Operation.MAINTENANCE, about, deleted_again=deleted, lines_lost=lost)
    return Restored(deleted_again=deleted, lines_lost=lost)


def _head(database: Database) -> Head:
    """Return the head of a database's chain.

    Raises
    ------
    BadInputError
        If it has none.
    """
    with reading(database) as quiet:
        head = quiet.unshown_one(AuditHead, ONLY)
        if head is None:
            msg = "The audit chain has no head."
            raise BadInputError(msg, remedy="Take another backup.")
        return head.end
