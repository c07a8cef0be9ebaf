"""What is known of data.police.uk, as configuration with its origin, and what may be asked of it.

Sources: pages of data.police.uk, read from stored copies (undated) of ``/about`` (address of the
archives), ``/docs/api-call-limits`` as quoted by the R package ukpolice 0.2.2 (rate and burst),
``/docs/method/crime-street`` (10,000 crimes, 4,094 characters). That an archive reaches back 36
months and that the first one is of December 2013 is what users of it report; not verified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rightplace.core.time import Month, months_between
from rightplace.errors import UsageError

Kind = Literal["street", "outcomes", "stop-and-search"]
KINDS: tuple[Kind, ...] = ("street", "outcomes", "stop-and-search")
FIRST_ARCHIVE = Month(2013, 12)
FORCE_PATTERN = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceUkService:
    """Where data.police.uk is and how it wants to be asked.

    Parameters
    ----------
    archive_url
        Address of the archive of a month, with ``{month}`` for ``YYYY-MM``.
    api_url
        Address that every method of the API starts with.
    page_url
        Page on which a person downloads the same files in a browser.
    archive_months
        How many months an archive holds, the one it is named after included.
    first_archive
        The oldest archive there is.
    requests_per_second, burst
        Sustained rate, and calls that may be made at once after a rest.
    longest_get
        Characters of an address above which a request goes by POST.
    halvings
        How often a polygon is halved while it holds too many crimes.
    tries
        Requests made for one thing before giving up.
    connect_tries
        Requests made while nobody answers at all: a closed network does not open by waiting.
    first_wait_seconds, longest_wait_seconds
        Pause after the first failure; it doubles up to the longest.
    longest_asked_wait_seconds
        Longest pause that is granted when the server names one; above it we give up.
    connect_seconds, read_seconds
        How long a connection, and each piece of an answer, may take.
    """

    archive_url: str = "https://data.police.uk/data/archive/{month}.zip"
    api_url: str = "https://data.police.uk/api"
    page_url: str = "https://data.police.uk/data/"
    archive_months: int = 36
    first_archive: Month = FIRST_ARCHIVE
    requests_per_second: float = 15.0
    burst: int = 30
    longest_get: int = 4094
    halvings: int = 10
    tries: int = 6
    connect_tries: int = 3
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    longest_asked_wait_seconds: float = 300.0
    connect_seconds: float = 10.0
    read_seconds: float = 120.0

    def __post_init__(self) -> None:
        """Check that the limits are limits.

        Raises
        ------
        ValueError
            If a limit is not positive.
        """
        limits = (self.archive_months, self.requests_per_second, self.burst, self.tries)
        tries = (self.connect_tries, self.longest_get)
        waits = (self.first_wait_seconds, self.longest_wait_seconds, self.connect_seconds)
        if min(*limits, *waits, *tries, self.read_seconds) <= 0 or self.halvings < 0:
            msg = f"Every limit of the service must be positive: {self}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to fetch.

    Parameters
    ----------
    force
        Name of the force as data.police.uk writes it, e.g. ``metropolitan``.
    months
        Months, oldest first, each once.
    kinds
        Kinds of file.
    """

    force: str
    months: tuple[Month, ...]
    kinds: tuple[Kind, ...] = KINDS

    def __post_init__(self) -> None:
        """Check that there is something to fetch, under names that are names.

        Raises
        ------
        UsageError
            If the force is not written as data.police.uk writes it, or no month or no kind is
            wanted.
        """
        if not FORCE_PATTERN.fullmatch(self.force):
            msg = f"{self.force!r} is not the name of a force."
            remedy = "Write it as data.police.uk does: small letters and hyphens, 'city-of-london'."
            raise UsageError(msg, value=self.force, remedy=remedy)
        if not self.months or not self.kinds or set(self.kinds) - set(KINDS):
            kinds = ", ".join(self.kinds) or "none"
            why = f"the kinds are {kinds}" if self.months else "the last month is before the first"
            msg = f"There is nothing to fetch: {why}."
            remedy = f"Name a first and a last month, and kinds out of {', '.join(KINDS)}."
            raise UsageError(msg, remedy=remedy)
        if list(self.months) != sorted(set(self.months)):
            msg = "The months are not in order, each once."
            raise UsageError(msg, remedy="Give them oldest first.")

    @classmethod
    def span(cls, force: str, first: Month, *, last: Month) -> Wanted:
        """Return every kind of file of every month from first to last, both included."""
        return cls(force=force, months=tuple(months_between(first, last)))

    def name(self, month: Month, kind: str) -> str:
        """Return the publisher's name of a file, without its ending."""
        return f"{month}-{self.force}-{kind}"
