"""What every route works with: settings, published runs, sessions, the caller's clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the web application answers.

    Parameters
    ----------
    hosts
        Names by which it may be called; any other is refused.
    marking
        Security marking at the top of every page.
    most_body_bytes
        Longest form or message that is read; a choice of ours: far above any form here.
    form_minutes
        How long a form that was opened can be sent; a choice of ours: one shift.
    """

    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    marking: str = "OFFICIAL-SENSITIVE"
    most_body_bytes: int = 65_536
    form_minutes: int = 480

    def __post_init__(self) -> None:
        """Check that it can answer.

        Raises
        ------
        UsageError
            If it has no name, no marking, or reads or waits for nothing.
        """
        if not self.hosts or "*" in self.hosts or not self.marking.strip():
            msg = "The web application needs the names it is called by, and a marking."
            raise UsageError(msg, value=", ".join(self.hosts), remedy="Name each host in full.")
        if self.most_body_bytes < 1 or self.form_minutes < 1:
            msg = f"No form fits {self.most_body_bytes} bytes and {self.form_minutes} minutes."
            raise UsageError(msg, remedy="Give at least 1 of each.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every route works with.

    Parameters
    ----------
    settings
        How the application answers.
    shelf
        Published runs.
    sessions
        Who is signed in.
    now
        The time: only the command line reads the clock.
    form_key
        Signs forms; a new one with each start.
    """

    settings: WebSettings
    shelf: Shelf
    sessions: Sessions
    now: Callable[[], datetime]
    form_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
