"""Whether the process that runs a job still lives: told by locks that end with their holders.

A worker holds a lock of its own. Each job has another, which the process that does the work holds
too: so it is known of both whether they live, even after ``kill -9``, and no number of a process is
ever mistaken for another's. Linux frees such locks when the last holder ends (flock(2)).
"""

from __future__ import annotations

import fcntl
import os
import platform
import signal
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.core.files import make_folder
from rightplace.errors import BusyWorkspaceError

if TYPE_CHECKING:
    from pathlib import Path
    from threading import Event

    from rightplace.app.workspace import Workspace
    from rightplace.records.jobs.tables import Job

FOLDER = "jobs"
WAITS, WAIT_SECONDS = 200, 0.05


def lock_folder(workspace: Workspace) -> Path:
    """Return the folder of the locks."""
    return workspace.root / FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lock that is held until it is let go, or until every process that has it ends.

    Parameters
    ----------
    path
        Its file.
    number
        Its open file, which a child is given too.
    """

    path: Path
    number: int

    def note(self, process: int) -> None:
        """Write down which process does the work."""
        os.truncate(self.number, 0)
        os.pwrite(self.number, str(process).encode(), 0)

    def let_go(self) -> None:
        """Let go of it; its file goes too."""
        self.path.unlink(missing_ok=True)
        os.close(self.number)


def hold(path: Path) -> Held:
    """Return a lock that nobody else holds.

    Raises
    ------
    BusyWorkspaceError
        If somebody does.
    """
    make_folder(path.parent)
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(number)
        msg = "Another process works on this job."
        raise BusyWorkspaceError(msg, file=path, remedy="Wait until it ends.") from error
    return Held(path=path, number=number)


def is_held(path: Path) -> bool:
    """Whether a living process holds a lock."""
    if not path.is_file():
        return False
    try:
        hold_again = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(hold_again, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(hold_again)
    return False


def new_worker() -> str:
    """Return a name for a worker: this machine, and a number of its own."""
    return f"{platform.node()}/{uuid.uuid4().hex}"


def worker_lock(workspace: Workspace, worker: str) -> Path:
    """Return the lock of a worker of this machine."""
    return lock_folder(workspace) / f"worker-{worker.rpartition('/')[2]}.lock"


def job_lock(workspace: Workspace, job_id: str) -> Path:
    """Return the lock of a job."""
    return lock_folder(workspace) / f"{job_id}.lock"


def is_worker_gone(workspace: Workspace, job: Job) -> bool | None:
    """Whether the worker of a running job is gone; None of one on another machine."""
    machine, _, _ = str(job.worker).rpartition("/")
    if machine != platform.node():
        return None
    return not is_held(worker_lock(workspace, str(job.worker)))


def noted_process(path: Path) -> int | None:
    """Return which process a job's lock names, or None."""
    written = path.read_text("ascii") if path.is_file() else ""
    return int(written) if written.isdigit() else None


def end_orphan(path: Path, *, stop: Event) -> None:
    """End the process that works on where its worker is gone, and wait until it has ended.

    Parameters
    ----------
    path
        The job's lock: while it is held, the process noted in it lives.
    stop
        Whether to stop waiting.
    """
    process = noted_process(path)
    if process is None or not is_held(path):
        return
    os.killpg(process, signal.SIGKILL)
    for _ in range(WAITS):
        if not is_held(path) or stop.wait(WAIT_SECONDS):
            return
