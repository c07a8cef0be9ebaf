"""How the web application answers: a section of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the web application answers.

    Parameters
    ----------
    hosts
        Names by which it may be called, between commas; any other is refused.
    marking
        Security marking at the top of every page.
    most_body_bytes
        Longest form or message that is read; a choice of ours: far above any form here.
    form_minutes
        How long a form that was opened can be sent; a choice of ours: one shift.
    """

    hosts: str = "localhost, 127.0.0.1, [::1]"
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
        if not self.names or "*" in self.hosts or not self.marking.strip():
            msg = "The web application needs the names it is called by, and a marking."
            raise UsageError(msg, value=self.hosts, remedy="Name each host in full.")
        if self.most_body_bytes < 1 or self.form_minutes < 1:
            msg = f"No form fits {self.most_body_bytes} bytes and {self.form_minutes} minutes."
            raise UsageError(msg, remedy="Give at least 1 of each.")

    @property
    def names(self) -> list[str]:
        """Return the names by which it may be called."""
        return [name for name in (each.strip() for each in self.hosts.split(",")) if name]
