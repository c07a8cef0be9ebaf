"""Archives as they arrive: read through before they are trusted, and taken apart by exact name.

A member is read only if its name is one that was asked for, and is written to a name made from
force and month: whatever an archive calls its members, nothing reaches outside the folder.
"""

from __future__ import annotations

import os
import re
import shutil
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from rightplace.crime.transfer import FREE_SPACE, Progress
from rightplace.errors import BadInputError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.crime.fetch.service import Wanted
    from rightplace.crime.transfer import Transfer

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_STREET = re.compile(r"\d{4}-\d\d/\d{4}-\d\d-([a-z-]+)-street\.csv")
_PIECE = 1 << 20


def member_names(wanted: Wanted) -> dict[str, str]:
    """Return the publisher's file names of what is wanted, with the member that holds each."""
    return {
        name: f"{month}/{name}.csv"
        for month in wanted.months
        for name in (wanted.name(month, kind) for kind in wanted.kinds)
    }


def forces_in(members: frozenset[str]) -> list[str]:
    """Return the names of the forces that an archive holds street files of."""
    return sorted({found[1] for found in map(_STREET.fullmatch, members) if found})


def held_members(archive: Path) -> frozenset[str]:
    """Return the names of the members of an archive.

    Raises
    ------
    BadInputError
        If it is no archive, or damaged.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            return frozenset(opened.namelist())
    except _DAMAGED as error:
        msg = f"The archive is damaged: {error}."
        raise BadInputError(msg, file=archive, remedy="Delete it and fetch again.") from error


def check_archive(transfer: Transfer, part: Path, *, name: str) -> None:
    """Read every member of a downloaded archive against its checksum.

    Raises
    ------
    BadInputError
        If it is damaged, or no archive at all.
    """
    try:
        with zipfile.ZipFile(part) as opened:
            members = opened.infolist()
            for number, member in enumerate(members, start=1):
                with opened.open(member) as stream:
                    while stream.read(_PIECE):
                        pass
                step = Progress(
                    step=f"Checking {name}", done=number, total=len(members), unit="files"
                )
                transfer.progress(step)
    except _DAMAGED as error:
        msg = f"What the server sent is not a whole zip archive: {error}. It was thrown away."
        remedy = f"Run the command again, or look at {transfer.service.page_url} in a browser."
        raise BadInputError(msg, file=name, remedy=remedy) from error


def extract_member(archive: Path, member: str, *, to: Path) -> Path:
    """Write one member under a name, whole or not at all, and return where.

    Raises
    ------
    BadInputError
        If the member does not agree with its checksum.
    StorageError
        If the disk refuses it.
    """
    aside = to.with_name(f"{to.name}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive) as opened, opened.open(member) as stream:
            _copy(stream, aside)
        aside.replace(to)
    except _DAMAGED as error:
        aside.unlink(missing_ok=True)
        msg = f"The archive is damaged at this member: {error}."
        name = f"{archive}!{member}"
        raise BadInputError(msg, file=name, remedy="Delete it and fetch again.") from error
    except OSError as error:
        aside.unlink(missing_ok=True)
        msg = f"The disk refused to take it: {error.strerror}."
        raise StorageError(msg, file=to, remedy=FREE_SPACE) from error
    return to


def _copy(stream: IO[bytes], aside: Path) -> None:
    with aside.open("wb") as file:
        shutil.copyfileobj(stream, file, _PIECE)
        file.flush()
        os.fsync(file.fileno())
