"""How the web application answers: a section of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import RefusedError, UsageError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Addresses that this machine alone reaches."""


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
    certificate, certificate_key
        Files (PEM) by which it answers over TLS; empty: something in front of it does, or only
        this machine reaches it.
    proxies
        Addresses, between commas, of what stands in front of it and tells whom it asks for.
    form_minutes
        How long a form that was opened can be sent; a choice of ours: one shift.
    """

    hosts: str = "localhost, 127.0.0.1, [::1]"
    marking: str = "OFFICIAL-SENSITIVE"
    most_body_bytes: int = 65_536
    certificate: str = ""
    certificate_key: str = ""
    proxies: str = ""
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
        if bool(self.certificate) != bool(self.certificate_key):
            msg = "A certificate and its key go together."
            raise UsageError(msg, remedy="Give both, or neither.")
        if self.most_body_bytes < 1 or self.form_minutes < 1:
            msg = f"No form fits {self.most_body_bytes} bytes and {self.form_minutes} minutes."
            raise UsageError(msg, remedy="Give at least 1 of each.")

    @property
    def names(self) -> list[str]:
        """Return the names by which it may be called."""
        return [name for name in (each.strip() for each in self.hosts.split(",")) if name]

    @property
    def is_https(self) -> bool:
        """Whether it answers over TLS itself."""
        return bool(self.certificate)

    def check_reach(self, host: str) -> None:
        """Check that passwords travel to it in a sealed way, or not at all.

        Parameters
        ----------
        host
            Address to listen at.

        Raises
        ------
        RefusedError
            If others reach the address, it has no certificate, and nothing stands in front of it.
        """
        if host in LOOPBACK or self.is_https or self.proxies.strip():
            return
        msg = f"At {host} others reach the service, and passwords would travel openly."
        remedy = (
            "Give `certificate` and `certificate_key` in [web], or name in `proxies` what stands "
            "in front of it and answers over TLS."
        )
        raise RefusedError(msg, value=host, remedy=remedy)
