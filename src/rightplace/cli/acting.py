"""Who acts at the command line, as the audit chain names them."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.records.audit.actor import Actor


def at_the_command_line() -> Actor:
    """Return whoever runs this process, by their name on this machine."""
    from rightplace.records.audit.actor import Actor

    return Actor(id="command-line", name=f"{getpass.getuser()} at the command line")


def nightly_job() -> Actor:
    """Return the job that runs each night."""
    from rightplace.records.audit.actor import Actor

    return Actor(id="nightly", name="Nightly job")
