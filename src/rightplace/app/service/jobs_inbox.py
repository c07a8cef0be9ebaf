"""The inbox: files that an operator has put where the web may take them in; nothing else."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

INBOX = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFile:
    """A file that may be taken in.

    Parameters
    ----------
    name
        As the listing shows it; never a path.
    size_bytes
        How large it is.
    changed_at
        When it was last changed.
    """

    name: str
    size_bytes: int
    changed_at: datetime


def inbox_folder(workspace: Workspace) -> Path:
    """Return the folder of files that may be taken in from the web."""
    from rightplace.records.jobs.settings import JobSettings

    named = workspace.settings("jobs", JobSettings).inbox
    return Path(named) if named else workspace.root / INBOX


def inbox_files(workspace: Workspace) -> tuple[InboxFile, ...]:
    """Return the plain files in the inbox by name; links, folders and hidden files are left out."""
    folder = inbox_folder(workspace)
    if not folder.is_dir():
        return ()
    found = []
    for path in sorted(folder.iterdir()):
        about = path.lstat()
        if stat.S_ISREG(about.st_mode) and not path.name.startswith(".") and _is_text(path.name):
            changed = datetime.fromtimestamp(about.st_mtime, tz=UTC)
            found.append(InboxFile(name=path.name, size_bytes=about.st_size, changed_at=changed))
    return tuple(found)


def _is_text(name: str) -> bool:
    """Return whether a name can be shown and kept; some file systems allow any bytes."""
    return name.isprintable()


def without_folders(text: str, workspace: Workspace) -> str:
    """Return what a verb said without the machine's folders: a file is known by its name."""
    for each in (inbox_folder(workspace).resolve(), workspace.root.resolve()):
        text = text.replace(f"{each}/", "")
    return text


def inbox_path(workspace: Workspace, name: str) -> Path:
    """Return where a file of the listing lies.

    Raises
    ------
    NotHeldError
        If the listing has none of that name: a path is never a name of it.
    """
    if name not in {each.name for each in inbox_files(workspace)}:
        msg = "The inbox has no such file."
        remedy = "Choose one of the list; an operator puts files into the inbox."
        raise NotHeldError(msg, value=name, remedy=remedy)
    return inbox_folder(workspace).resolve() / name
