"""Writing files so that a reader sees the old content or the new one, never a part."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rightplace.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def sync(path: Path) -> None:
    """Force a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def storage_faults(
    path: Path, part: Path | None = None, *, also: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Turn a refused write into the error a user can act on, and leave no part behind.

    Parameters
    ----------
    path
        What was to be written.
    part
        The file that may be half-written, to be removed.
    also
        Errors of an engine that mean the same as the system's.

    Raises
    ------
    StorageError
        If the disk is full or refuses the write.
    """
    refusals: tuple[type[Exception], ...] = (OSError, *also)
    try:
        yield
    except refusals as error:
        if part is not None:
            part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        msg = f"The disk refused to take {path.name}: {reason}."
        remedy = (
            "Free some space or allow writing there, and run the command again; what was held "
            "before is untouched."
        )
        raise StorageError(msg, file=path, remedy=remedy) from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; a refusal raises ``StorageError``."""
    with storage_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under its name in one step: readers see the old content or the new, no part.

    A refused write raises ``StorageError``; what stood there before stands.

    Parameters
    ----------
    path
        The file; its folder is made if need be.
    content
        All of it.
    """
    make_folder(path.parent)
    aside = path.with_name(f".{path.name}.part-{os.getpid()}")
    with storage_faults(path, aside):
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        sync(path.parent)
