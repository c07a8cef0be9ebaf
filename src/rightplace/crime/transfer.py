"""Asking a server politely: not too fast, again when it fails, and never for ever.

Nothing here knows what is fetched. Elapsed time, sleep and chance are handed in, so that a test
waits for nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from rightplace import __version__
from rightplace.core.canonical import canonical_json
from rightplace.core.files import write_whole
from rightplace.errors import OfflineError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from pathlib import Path

    from numpy.random import Generator

    from rightplace.crime.fetch.service import PoliceUkService

OK, PARTIAL, NOT_FOUND, RANGE_REFUSED, TOO_MANY, UNAVAILABLE = 200, 206, 404, 416, 429, 503
FREE_SPACE = "Free some space and run the command again: it goes on where it stopped."
TRY_AGAIN = frozenset({408, 425, TOO_MANY, 500, 502, UNAVAILABLE, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a step is.

    Parameters
    ----------
    step
        What is being done, in words.
    done, total
        Units done and units in all; total is None where the server does not say.
    unit
        ``bytes`` or ``files``.
    """

    step: str
    done: int
    total: int | None
    unit: str


def _unheard(_: Progress) -> None:
    """Tell nobody."""


@dataclass(kw_only=True)
class TokenBucket:
    """Holds requests back: ``burst`` at once after a rest, ``per_second`` in the long run."""

    per_second: float
    burst: int
    elapsed: Callable[[], float]
    sleep: Callable[[float], None]
    _tokens: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        """Start with a full bucket."""
        self._tokens, self._at = float(self.burst), self.elapsed()

    def take(self) -> None:
        """Return when one more request may be made."""
        now = self.elapsed()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.per_second)
        self._at = now
        if self._tokens < 1:
            wait = (1 - self._tokens) / self.per_second
            self.sleep(wait)
            self._tokens, self._at = 1.0, now + wait
        self._tokens -= 1


@dataclass(kw_only=True)
class Transfer:
    """One errand to a server: how to ask it, and what has been brought home so far.

    Parameters
    ----------
    client
        Open client; see ``open_client``.
    service
        Where the server is and how it wants to be asked.
    rng
        Spreads the pauses between tries.
    elapsed
        Seconds since some moment, e.g. ``time.monotonic``.
    sleep
        Waits so many seconds, e.g. ``time.sleep``.
    progress
        Told how far each step is.

    Attributes
    ----------
    kept
        Files that are complete under their final name, in order of arrival.
    """

    client: httpx.Client
    service: PoliceUkService
    rng: Generator
    elapsed: Callable[[], float]
    sleep: Callable[[float], None]
    progress: Callable[[Progress], None] = _unheard
    kept: list[Path] = field(default_factory=list)
    bucket: TokenBucket = field(init=False)

    def __post_init__(self) -> None:
        """Set the pace."""
        self.bucket = TokenBucket(
            per_second=self.service.requests_per_second,
            burst=self.service.burst,
            elapsed=self.elapsed,
            sleep=self.sleep,
        )

    def ask(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> httpx.Response:
        """Return the answer of the server, by GET, or by POST where the address is too long.

        Parameters
        ----------
        url
            Address without parameters.
        params
            Parameters.
        accept
            Status codes besides success that the caller understands; 503 counts only where the
            server names no time to come back.

        Raises
        ------
        OfflineError
            If the server cannot be reached, or still does not serve after the allowed tries.
        """
        reason = ""
        for number in range(1, self.service.tries + 1):
            self.bucket.take()
            try:
                answer = self.client.send(self._request(url, params))
            except httpx.RequestError as error:
                reason, wait = in_words(error), self.pause(number)
                if self.is_hopeless(error, number):
                    break
            else:
                status = answer.status_code
                understood = status in accept and "retry-after" not in answer.headers
                if answer.is_success or understood:
                    return answer
                reason, wait = f"status {status}", self.wait_asked(answer) or self.pause(number)
                if status not in TRY_AGAIN or wait > self.service.longest_asked_wait_seconds:
                    break
            if number < self.service.tries:
                self.sleep(wait)
        raise OfflineError(self.failure(url, reason), value=url, remedy=self.remedy())

    def _request(self, url: str, params: Mapping[str, str] | None) -> httpx.Request:
        request = self.client.build_request("GET", url, params=params)
        if len(str(request.url)) > self.service.longest_get:
            return self.client.build_request("POST", url, data=params)
        return request

    def is_hopeless(self, error: httpx.RequestError, failures: int) -> bool:
        """Return whether nobody answers at all and that was tried often enough."""
        return isinstance(error, httpx.ConnectError) and failures >= self.service.connect_tries

    def pause(self, failures: int) -> float:
        """Return seconds to wait after so many failures: doubling, between half and all of it."""
        whole = self.service.first_wait_seconds * 2 ** (failures - 1)
        longest = min(whole, self.service.longest_wait_seconds)
        return float(self.rng.uniform(0.5 * longest, longest))

    def wait_asked(self, answer: httpx.Response) -> float | None:
        """Return the seconds a server asks for in Retry-After, or None if it asks for none.

        It may name seconds or a date; a date is taken relative to the server's own clock.
        """
        text = answer.headers.get("retry-after", "").strip()
        if text.isdigit():
            return float(text)
        try:
            until = parsedate_to_datetime(text)
            now = parsedate_to_datetime(answer.headers.get("date", ""))
            return max((until - now).total_seconds(), 0.0)
        except (TypeError, ValueError):
            return None

    def failure(self, url: str, reason: str) -> str:
        """Return what went wrong, naming the host and what was already brought home."""
        files = f"{len(self.kept)} complete file{'' if len(self.kept) == 1 else 's'}"
        held = f"{files}, the last {self.kept[-1]}" if self.kept else "no complete file yet"
        return f"{urlsplit(url).netloc} cannot be fetched from ({reason}). Kept: {held}."

    def remedy(self) -> str:
        """Return what a person without this connection can do."""
        return (
            f"Run the command again: it goes on where it stopped. Or download the files in a "
            f"browser from {self.service.page_url} and run `rightplace ingest crimes FILE`."
        )


def open_client(service: PoliceUkService) -> httpx.Client:
    """Return a client that names itself and does not wait for ever; close it after use."""
    return httpx.Client(
        timeout=httpx.Timeout(service.read_seconds, connect=service.connect_seconds),
        headers={"User-Agent": f"rightplace/{__version__}"},
        follow_redirects=True,
    )


def in_words(error: httpx.RequestError) -> str:
    """Return what kind of trouble a connection had."""
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {error}"
    return f"the connection broke off: {error}"


def provenance_path(path: Path) -> Path:
    """Return where the note on a file's origin stands."""
    return path.with_name(f"{path.name}.provenance.json")


def read_note(path: Path) -> dict[str, Any]:
    """Return what is known of a file's origin; empty for a file that was brought by hand."""
    try:
        facts = json.loads(provenance_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def stamp(fetched_at: datetime) -> str:
    """Return a moment as text.

    Raises
    ------
    ValueError
        If it carries no zone.
    """
    if fetched_at.tzinfo is None:
        msg = f"The moment {fetched_at.isoformat()} carries no zone."
        raise ValueError(msg)
    return fetched_at.isoformat()


def write_note(path: Path, facts: Mapping[str, Any]) -> None:
    """Write down where a file comes from, beside it."""
    write_whole(provenance_path(path), f"{canonical_json(dict(facts))}\n".encode())
