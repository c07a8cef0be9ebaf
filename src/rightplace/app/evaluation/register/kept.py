"""The register as a file: appended to under a lock, whole or not at all, never rewritten.

``operations/register.jsonl`` holds one entry a line; ``register.head`` says how many there are
and the digest of the last, so that lines cut off the end are missed too. The head is written
after the line is on the disk: a process killed between leaves a line more than the head says,
one killed while writing a line leaves a part of it, which the next writer cuts off.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from rightplace.core.canonical import canonical_json
from rightplace.core.files import make_folder, storage_faults, write_whole
from rightplace.errors import BadInputError, BusyWorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.entries import Content
    from rightplace.evaluate.operations.plan import LockedPlan
    from rightplace.evaluate.operations.register import Register

FOLDER, FILE_NAME, HEAD_NAME = "operations", "register.jsonl", "register.head"
NOT_MENDED = "Bring the folder `operations` back from a backup; nothing is added until then."


def register_path(workspace: Workspace) -> Path:
    """Return where the register stands."""
    return workspace.root / FOLDER / FILE_NAME


def read_register(workspace: Workspace) -> Register:
    """Return what the register comes to; an empty one in a new workspace.

    If an entry is missing or was altered, ``BadInputError`` names the first.
    """
    path = register_path(workspace)
    head = _head(path)  # first: a writer may add a line meanwhile, and never takes one away
    return _checked(path, _whole_lines(path)[0], head)


def locked_plan(workspace: Workspace, op_id: str) -> LockedPlan:
    """Return the locked plan of an operation, by which alone it may be judged.

    Raises what ``read_register`` does, ``NotHeldError`` if no such plan is registered, and
    ``RefusedError`` if it is a draft or was withdrawn.
    """
    return read_register(workspace).locked_plan(op_id)


def note_result(
    workspace: Workspace, op_id: str, run_id: str, *, verdict: str, at: datetime, by: str
) -> Register:
    """Note an evaluation of a locked operation, whatever it found; return the register then.

    One that is noted already is left as it is: the same inputs give the same run. Raises as
    ``locked_plan`` and ``tell``.

    Parameters
    ----------
    workspace
        Where the register is.
    op_id
        The operation.
    run_id
        The evaluation, ``e-`` and 12 hex digits.
    verdict
        Its sentence.
    at, by
        When, with offset, and by whom.
    """
    from rightplace.evaluate.operations.entries import ResultNoted

    def content(register: Register) -> Sequence[Content]:
        lock = register.locked_plan(op_id)
        if any(each.run_id == run_id for each in register.operation(op_id).results):
            return []
        noted = ResultNoted(op_id=op_id, run_id=run_id, verdict=verdict, plan_sha256=lock.sha256)
        return [noted]

    return tell(workspace, content, at=at, by=by)


def tell(
    workspace: Workspace,
    contents: Callable[[Register], Sequence[Content]],
    *,
    at: datetime,
    by: str,
    dry_run: bool = False,
) -> Register:
    """Add entries to the register and return what it comes to then.

    What may not be told raises as ``evaluate.operations.register`` says, and a register that was
    altered as ``read_register``; then nothing is added.

    Parameters
    ----------
    workspace
        Where the register is.
    contents
        Called with the register as it stands, under the lock; returns what to add.
    at, by
        When, with offset, and by whom.
    dry_run
        Whether to add nothing and only say what would be.
    """
    if dry_run:
        return _with(read_register(workspace), contents, at=at, by=by)
    path = register_path(workspace)
    make_folder(path.parent)
    lock = FileLock(path.with_suffix(".lock"))
    _acquire(lock, workspace)
    try:
        head = _head(path)
        lines, torn = _whole_lines(path)
        before = _checked(path, lines, head)
        after = _with(before, contents, at=at, by=by)
        new = after.entries[len(before.entries) :]
        if torn:
            os.truncate(path, path.stat().st_size - torn)
        if new:
            _append(path, [entry.line for entry in new])
        if new or head != _head_of(after):
            write_whole(_head_path(path), f"{canonical_json(_head_of(after))}\n".encode())
    finally:
        lock.release()
    return after


def _with(
    register: Register,
    contents: Callable[[Register], Sequence[Content]],
    *,
    at: datetime,
    by: str,
) -> Register:
    for content in contents(register):
        register = register.told(content, at=at, by=by)
    return register


def _acquire(lock: FileLock, workspace: Workspace) -> None:
    """Take the lock.

    Raises
    ------
    BusyWorkspaceError
        If another process holds it for too long.
    """
    waits = workspace.store.wait_seconds
    try:
        lock.acquire(timeout=waits)
    except Timeout as error:
        msg = f"Another command has been writing to the register for more than {waits:g} seconds."
        remedy = "Wait until it is done and run this one again."
        raise BusyWorkspaceError(msg, file=workspace.root, remedy=remedy) from error


def _append(path: Path, lines: Sequence[str]) -> None:
    """Add lines at the end; they are on the disk when this returns."""
    with storage_faults(path), path.open("ab") as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())


def _whole_lines(path: Path) -> tuple[list[str], int]:
    """Return the lines that were written to their end, and the bytes of one that was not.

    Raises
    ------
    BadInputError
        If they are no text in UTF-8.
    """
    content = path.read_bytes() if path.is_file() else b""
    whole = content.rfind(b"\n") + 1
    lines = []
    for number, line in enumerate(content[:whole].split(b"\n")[:-1], 1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError as error:
            msg = f"Entry {number} was altered or damaged: it is no text."
            raise BadInputError(msg, file=path, row=number, remedy=NOT_MENDED) from error
    return lines, len(content) - whole


def _head_path(path: Path) -> Path:
    return path.with_name(HEAD_NAME)


def _head_of(register: Register) -> dict[str, Any]:
    return {"number": len(register.entries), "sha256": register.head}


def _head(path: Path) -> dict[str, Any]:
    """Return how many entries there are at least, and the digest of that one.

    Raises
    ------
    BadInputError
        If the file of it is damaged.
    """
    from rightplace.evaluate.operations.entries import FIRST

    beside = _head_path(path)
    if not beside.is_file():
        return {"number": 0, "sha256": FIRST}
    try:
        content = json.loads(beside.read_bytes())
        return {"number": int(content["number"]), "sha256": str(content["sha256"])}
    except (ValueError, KeyError, TypeError) as error:
        msg = "What says how many entries the register has was altered or damaged."
        raise BadInputError(msg, file=beside, remedy=NOT_MENDED) from error


def _checked(path: Path, lines: Sequence[str], head: dict[str, Any]) -> Register:
    """Return what lines come to.

    Raises
    ------
    BadInputError
        If one is missing or was altered.
    """
    from rightplace.evaluate.operations.entries import FIRST
    from rightplace.evaluate.operations.register import folded_lines

    try:
        register = folded_lines(lines)
    except BadInputError as error:
        fault = error.fault
        raise BadInputError(fault.message, file=path, row=fault.row, remedy=NOT_MENDED) from error
    number = head["number"]
    if len(register.entries) < number:
        first = len(register.entries) + 1
        which = f"Entry {first}" if first == number else f"Entries {first} to {number}"
        msg = f"{which} of the register {'is' if first == number else 'are'} missing."
        raise BadInputError(msg, file=path, row=len(lines) + 1, remedy=NOT_MENDED)
    named = register.entries[number - 1].sha256 if number > 0 else FIRST
    if named != head["sha256"]:
        msg = f"Entry {number} is not the one that was written: it and what follows were replaced."
        raise BadInputError(msg, file=path, row=number, remedy=NOT_MENDED)
    if len({entry.at for entry in register.entries[number:]}) > 1:  # a kill leaves one call's
        msg = f"What says that the register has more than {number} entries is missing or older."
        raise BadInputError(msg, file=_head_path(path), remedy=NOT_MENDED)
    return register
