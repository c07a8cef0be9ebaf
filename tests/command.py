"""The command line as its user runs it: a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RIGHTPLACE = str(Path(sys.executable).with_name("rightplace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a command said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        content: dict[str, Any] = json.loads(self.stdout)
        return content


def rightplace(*words: object, workspace: Path | None = None, limit: int | None = None) -> Told:
    """Run the command line.

    Parameters
    ----------
    words
        The verb and what follows.
    workspace
        The workspace to name before the verb.
    limit
        Largest file, in bytes, that it may write: a disk that is full for it alone.
    """
    before = [] if workspace is None else ["--workspace", str(workspace)]
    command = [RIGHTPLACE] if limit is None else [sys.executable, "-c", _LIMITED, str(limit)]
    done = subprocess.run(
        [*command, *before, *map(str, words)], check=False, capture_output=True, text=True
    )
    return Told(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)


_LIMITED = """
import resource, sys
most = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
from rightplace.cli import main
main()
"""
