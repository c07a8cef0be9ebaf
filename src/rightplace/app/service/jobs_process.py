"""The process that does a job: the command line as a user would call it, watched and ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Self

from rightplace.briefing.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.workspace import Workspace

LINES, LINE_LENGTH = 12, 200
"""Last lines of progress that are kept; choices of ours."""
LESS_PRESSING = 10
"""How far a job stands back behind pages for the processor (setpriority(2))."""


def command_line(workspace: Workspace, words: Sequence[str]) -> list[str]:
    """Return the command line that does a job, one word each.

    Parameters
    ----------
    workspace
        Where it works.
    words
        Verb and options, as ``jobs_asked`` makes them; ``--json`` is put before them all. A verb
        of two words is one of them.
    """
    verb, *rest = words
    config = [] if workspace.config is None else ["--config", str(workspace.config.resolve())]
    place = ["--workspace", str(workspace.root.resolve()), *config]
    return [sys.executable, "-m", "rightplace", *place, *verb.split(), "--json", *rest]


@dataclass(slots=True, kw_only=True)
class Work:
    """A process that runs, and what it has said so far."""

    process: subprocess.Popen[bytes]
    answer_file: IO[bytes]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES))
    listener: threading.Thread | None = None

    @property
    def said(self) -> str:
        """The last lines of its progress."""
        return "\n".join(list(self.lines))

    @property
    def signal_number(self) -> int | None:
        """The signal that ended it, or None."""
        code = self.process.returncode
        return -code if code is not None and code < 0 else None

    def has_ended(self, *, within_seconds: float) -> bool:
        """Whether it ends within a time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=within_seconds)
        return self.process.returncode is not None

    def end(self, *, grace_seconds: float) -> None:
        """Tell it to end, with all it has begun; make it end where it does not."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, how)
                if self.has_ended(within_seconds=grace_seconds):
                    return

    def answer(self) -> dict[str, Any]:
        """Return the one object that it printed; empty where it printed none."""
        self.answer_file.seek(0)
        try:
            read = json.loads(self.answer_file.read())
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind that runs."""
        self.end(grace_seconds=1.0)
        if self.listener is not None:
            self.listener.join(timeout=5)
        if self.process.stderr is not None:
            self.process.stderr.close()
        self.answer_file.close()


def begin(command: Sequence[str], *, lock: int) -> Work:
    """Start a process of its own, which holds a job's lock as long as it lives.

    Parameters
    ----------
    command
        As ``command_line`` makes it; no shell reads it.
    lock
        The lock's open file.
    """
    answer_file = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open as long as the work
    process = subprocess.Popen(  # noqa: S603 - words of checked values, no shell
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=answer_file,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=(lock,),
    )
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, LESS_PRESSING)
    work = Work(process=process, answer_file=answer_file)
    work.listener = threading.Thread(target=_listen, args=(work,), daemon=True)
    work.listener.start()
    return work


def _listen(work: Work) -> None:
    """Note each line as it is said."""
    assert work.process.stderr is not None  # noqa: S101 - as it was started
    for line in work.process.stderr:
        shown = clean(line.decode("utf-8", "replace")).strip()[:LINE_LENGTH]
        if shown:
            work.lines.append(shown)
