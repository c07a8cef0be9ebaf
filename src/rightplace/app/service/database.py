"""The operational database of a workspace: where it stands, opened and created."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rightplace.core.files import make_folder
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database

APART = "records-apart"
"""Folder in the workspace of what is kept apart, unless the settings name another."""


def open_records(workspace: Workspace) -> Database:
    """Return the operational database, at this version's revision.

    A database of another revision raises ``StaleDataError``.

    Raises
    ------
    NotHeldError
        If none was created.
    """
    from rightplace.records.database.migrate import check_revision, revision

    database = reach_records(workspace)
    if not (database.apart / "master.key").is_file() or revision(database) is None:
        database.close()
        msg = "This workspace has no operational database yet."
        remedy = (
            "Create one: `rightplace documents file FOLDER --create demo` or `--create service`."
        )
        raise NotHeldError(msg, remedy=remedy)
    check_revision(database)
    return database


def create_records(
    workspace: Workspace, actor: Actor, *, kind: Literal["demo", "service"], at: datetime
) -> Database:
    """Return the operational database, created if need be; one of the other kind is refused.

    Parameters
    ----------
    workspace
        Whose it is.
    actor
        Who creates it.
    kind
        Only a ``demo`` takes in invented data.
    at
        The time now.
    """
    from rightplace.records.published.creating import create

    database = reach_records(workspace)
    create(database, actor, kind=kind, at=at)
    return database


def reach_records(workspace: Workspace) -> Database:
    """Return the operational database, whatever stands there, also nothing: to restore into."""
    from rightplace.records.database.front import RecordsSettings, open_database, sqlite_url

    settings = workspace.settings("records", RecordsSettings)
    make_folder(workspace.root)
    apart = Path(settings.apart) if settings.apart else workspace.root / APART
    url = settings.url or sqlite_url(workspace.root)
    return open_database(url, apart=apart, wait_seconds=settings.wait_seconds)
