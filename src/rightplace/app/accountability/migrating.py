"""Use case: bringing the operational database up to this version, after a backup."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.service.database import reach_records
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateResult:
    """What was brought up, or would be.

    Parameters
    ----------
    from_revision, to_revision
        Revision of the tables before, and the one that this version works with.
    backup
        The backup that was written first; null where nothing was to be done, or with --dry-run.
    migrated
        Whether anything was changed.
    """

    from_revision: str
    to_revision: str
    backup: str | None
    migrated: bool


def migrate_records(
    workspace: Workspace, backup_to: Path, *, actor: Actor, at: datetime, dry_run: bool = False
) -> Answer[MigrateResult]:
    """Back up, then bring the tables up: all of the way or, after a failure or a kill, not at all.

    Parameters
    ----------
    workspace
        Whose operational database it is.
    backup_to
        The file to back up to first; one of that name is never written over.
    actor
        Who does it.
    at
        The time now.
    dry_run
        Only say what would be done.

    Raises
    ------
    NotHeldError
        If there is no database.
    """
    from rightplace.records.audit.actor import Operation
    from rightplace.records.audit.pen import Subject
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.database.migrate import newest_revision, revision, upgrade
    from rightplace.records.retention.backup import backup

    with closing(reach_records(workspace)) as database:
        before, wanted = revision(database), newest_revision()
        if before is None:
            msg = "This workspace has no operational database yet."
            raise NotHeldError(msg, remedy="There is nothing to migrate.")
        is_due = before != wanted and not dry_run
        if is_due:
            backup(database, actor, to=backup_to, at=at)
            upgrade(database)
            about = Subject(record_type="database", record_id=wanted)
            with transaction(database, actor, purpose="Migrate the records.", at=at) as tx:
                tx.log(Operation.MAINTENANCE, about, before=before)
    result = MigrateResult(
        from_revision=before,
        to_revision=wanted,
        backup=str(backup_to) if is_due else None,
        migrated=is_due,
    )
    return Answer(verb="migrate", result=result)
