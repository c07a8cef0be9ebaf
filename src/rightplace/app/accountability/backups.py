"""Use cases: a backup of the operational database, and restoring one without what was deleted."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.service.database import open_records, reach_records

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor

NOT_IN_IT = "Not in it, and needed with it: master key, sealed head, ledger of deletions."


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupResult:
    """A backup as it was written; with --dry-run, as it would be.

    Parameters
    ----------
    path
        Its file; the note beside it has the same name with ``.json``.
    kind
        ``sqlite`` or ``postgresql``.
    revision
        Revision of its tables.
    lines
        Lines that its audit chain has at least; null with --dry-run.
    sha256
        Digest of its bytes; null with --dry-run.
    bytes
        Its size; null with --dry-run.
    apart
        The folder of what is not in it, and without which it cannot be read.
    notice
        What that is, in a sentence.
    """

    path: str
    kind: str
    revision: str
    lines: int | None
    sha256: str | None
    bytes: int | None
    apart: str
    notice: str = NOT_IN_IT


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreResult:
    """A backup that took the place of the database; with --dry-run, one that would.

    Parameters
    ----------
    path
        The backup.
    made_at
        When it was made.
    kind
        ``sqlite`` or ``postgresql``.
    revision
        Revision of the tables as they stand now; of the backup with --dry-run.
    deleted_again
        Records that were deleted since it was made, and deleted from it again; null with
        --dry-run.
    lines_lost
        Lines of the audit chain written after it, whose changes are lost; null where unknown.
    intact
        Whether the audit chain is whole; null with --dry-run.
    restored
        Whether it was done.
    """

    path: str
    made_at: str
    kind: str
    revision: str
    deleted_again: int | None
    lines_lost: int | None
    intact: bool | None
    restored: bool


def back_up(
    workspace: Workspace, to: Path, *, actor: Actor, at: datetime, dry_run: bool = False
) -> Answer[BackupResult]:
    """Write a backup while others go on working; one of that name is never written over.

    Parameters
    ----------
    workspace
        Whose operational database is backed up.
    to
        The file to write.
    actor
        Who does it.
    at
        The time now.
    dry_run
        Only say what would be written.

    Raises
    ------
    RefusedError
        If there is a file of that name.
    """
    from rightplace.errors import RefusedError
    from rightplace.records.database.migrate import newest_revision
    from rightplace.records.retention.backup import backup

    with closing(open_records(workspace)) as database:
        kind, apart = database.engine.dialect.name, str(database.apart)
        if dry_run:
            if to.exists():
                msg = "There is a backup of that name; none is written over."
                raise RefusedError(msg, file=to, remedy="Name another file.")
            result = BackupResult(
                path=str(to),
                kind=kind,
                revision=newest_revision(),
                lines=None,
                sha256=None,
                bytes=None,
                apart=apart,
            )
        else:
            note = backup(database, actor, to=to, at=at)
            result = BackupResult(
                path=str(to),
                kind=note.kind,
                revision=note.revision,
                lines=note.lines,
                sha256=note.sha256,
                bytes=to.stat().st_size,
                apart=apart,
            )
    return Answer(verb="backup", result=result)


def restore_backup(
    workspace: Workspace, path: Path, *, actor: Actor, at: datetime, dry_run: bool = False
) -> Answer[RestoreResult]:
    """Put a backup in the place of the database, without what was deleted since it was made.

    Parameters
    ----------
    workspace
        Whose operational database is replaced; the folder kept apart must be there.
    path
        The backup.
    actor
        Who does it.
    at
        The time now.
    dry_run
        Only check the backup and say what it is.

    Raises
    ------
    BadInputError
        If the backup is of the other kind of database.
    """
    from rightplace.errors import BadInputError
    from rightplace.records.audit.keys import read_keyring
    from rightplace.records.audit.verifying import verify
    from rightplace.records.database.migrate import newest_revision
    from rightplace.records.retention.backup import read_note, restore

    with closing(reach_records(workspace)) as database:
        note = read_note(path)
        read_keyring(database.apart)
        if dry_run:
            kind = database.engine.dialect.name
            if note.kind != kind:
                msg = f"The backup is of {note.kind}, the database of {kind}."
                raise BadInputError(msg, file=path, remedy="Name a database of the same kind.")
            done, intact, revision = None, None, note.revision
        else:
            done = restore(path, database, actor, at=at)
            intact, revision = verify(database).is_intact, newest_revision()
    result = RestoreResult(
        path=str(path),
        made_at=note.at,
        kind=note.kind,
        revision=revision,
        deleted_again=None if done is None else done.deleted_again,
        lines_lost=None if done is None else done.lines_lost,
        intact=intact,
        restored=done is not None,
    )
    return Answer(verb="restore", result=result)
