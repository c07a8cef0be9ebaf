"""Bringing home one large file, however often the connection breaks.

Bytes go to ``NAME.part``; beside it ``NAME.part.json`` keeps the mark the server gave the file
(ETag, or the date it was last changed). After a break only the missing bytes are asked for, and
only if the mark still holds (RFC 9110, sections 13.1.5 and 14.2); a changed file starts again.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from rightplace.core.canonical import canonical_json
from rightplace.core.files import write_whole
from rightplace.crime.transfer import (
    FREE_SPACE,
    NOT_FOUND,
    PARTIAL,
    RANGE_REFUSED,
    TRY_AGAIN,
    Progress,
    Transfer,
    in_words,
)
from rightplace.errors import OfflineError, StaleDataError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file that is complete, still under the name of its parts.

    Parameters
    ----------
    part
        Where the bytes are; the caller checks them and gives them their name.
    etag, last_modified
        Mark of the server for exactly these bytes, or None.
    transferred
        Bytes that this call brought over the line.
    """

    part: Path
    etag: str | None
    last_modified: str | None
    transferred: int

    def name(self, target: Path) -> None:
        """Give the bytes their final name.

        Raises
        ------
        StorageError
            If the disk refuses.
        """
        try:
            self.part.replace(target)
        except OSError as error:
            msg = f"The disk refused to rename it: {error.strerror}."
            raise StorageError(msg, file=target, remedy="Check the folder.") from error
        mark_path(self.part).unlink(missing_ok=True)

    def forget(self) -> None:
        """Throw the bytes away."""
        self.part.unlink(missing_ok=True)
        mark_path(self.part).unlink(missing_ok=True)


def mark_path(part: Path) -> Path:
    """Return where the server's mark on the bytes of a part is kept."""
    return part.with_name(f"{part.name}.json")


class _Part:
    """The bytes held so far of one address, and the mark they came under."""

    def __init__(self, target: Path, url: str) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self.note = mark_path(self.path)
        self.url = url
        self.mark: dict[str, Any] = self._read_mark()
        if not self.mark:
            self.forget()

    def _read_mark(self) -> dict[str, Any]:
        try:
            mark = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return mark if isinstance(mark, dict) and mark.get("url") == self.url else {}

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def total(self) -> int | None:
        return self.mark.get("total")

    @property
    def is_complete(self) -> bool:
        return self.total is not None and self.size == self.total

    def headers(self) -> dict[str, str]:
        """Ask for the rest only if these bytes can be told to be of the same file."""
        etag = self.mark.get("etag") or ""
        validator = self.mark.get("last_modified") if etag.startswith("W/") or not etag else etag
        plain = {"Accept-Encoding": "identity"}  # lengths are of the bytes that are stored
        if not (self.size and validator):
            return plain
        return plain | {"Range": f"bytes={self.size}-", "If-Range": validator}

    def start(self, answer: httpx.Response) -> None:
        """Begin the file anew under the mark of an answer."""
        self.forget()
        length = answer.headers.get("content-length")
        self.mark = {
            "url": self.url,
            "etag": answer.headers.get("etag"),
            "last_modified": answer.headers.get("last-modified"),
            "total": int(length) if length is not None and length.isdigit() else None,
        }
        write_whole(self.note, canonical_json(self.mark).encode())

    def continues(self, answer: httpx.Response) -> bool:
        """Return whether an answer carries exactly the bytes that follow those held."""
        found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if found is None:
            return False
        start, end, total = map(int, found.groups())
        return start == self.size and end == total - 1 and self.total in {None, total}

    def forget(self) -> None:
        """Drop what is held."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
        self.mark = {}


def download(transfer: Transfer, url: str, *, to: Path) -> Received:
    """Return the complete bytes of an address, going on from what an earlier call left.

    Parameters
    ----------
    transfer
        The errand.
    url
        Address of the file.
    to
        Final name of the file; only ``to.part`` and its note are written here.

    Raises
    ------
    OfflineError
        If the server cannot be reached, or too many tries in a row bring nothing further; what
        arrived stays for the next call.
    """
    part, failures, transferred = _Part(to, url), 0, 0
    furthest = part.size
    while not part.is_complete:
        transfer.bucket.take()
        outcome = _receive(transfer, part)
        transferred += outcome.brought
        if outcome.complete:
            break
        # Starting again and again from nothing is no progress: only new ground is.
        failures = 1 if part.size > furthest else failures + 1
        furthest = max(furthest, part.size)
        wait = transfer.pause(failures) if outcome.wait is None else outcome.wait
        too_long = wait > transfer.service.longest_asked_wait_seconds
        service = transfer.service
        tries = service.connect_tries if outcome.unanswered else service.tries
        if outcome.final or too_long or failures >= tries:
            held = f" {part.size:,} bytes of {to.name} are held." if part.size else ""
            msg = f"{transfer.failure(url, outcome.reason)}{held}"
            raise OfflineError(msg, value=url, remedy=transfer.remedy())
        transfer.sleep(wait)
    mark = part.mark
    return Received(
        part=part.path,
        etag=mark.get("etag"),
        last_modified=mark.get("last_modified"),
        transferred=transferred,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    complete: bool = False
    brought: int = 0
    reason: str = ""
    wait: float | None = None
    final: bool = False
    unanswered: bool = False


def _receive(transfer: Transfer, part: _Part) -> _Outcome:
    """Make one request and store what it brings.

    Raises
    ------
    StaleDataError
        If nothing is published under the address.
    """
    held = part.size
    try:
        with transfer.client.stream("GET", part.url, headers=part.headers()) as answer:
            status = answer.status_code
            if status == NOT_FOUND:
                msg = "Nothing is published under this address (status 404)."
                remedy = f"See {transfer.service.page_url} for the months there are."
                raise StaleDataError(msg, value=part.url, remedy=remedy)
            if status == RANGE_REFUSED or (status == PARTIAL and not part.continues(answer)):
                part.forget()
                return _Outcome(reason="it sent other bytes than the missing ones", wait=0.0)
            if not answer.is_success:
                wait, final = transfer.wait_asked(answer), status not in TRY_AGAIN
                return _Outcome(reason=f"status {status}", wait=wait, final=final)
            if status != PARTIAL:
                part.start(answer)
                held = 0
            _store(transfer, part, answer)
    except httpx.RequestError as error:
        nobody = isinstance(error, httpx.ConnectError)
        brought = max(part.size - held, 0)
        return _Outcome(brought=brought, reason=in_words(error), unanswered=nobody)
    short = part.total is not None and part.size != part.total
    reason = f"{part.size:,} of {part.total:,} bytes came" if short else ""
    if short and part.size > (part.total or 0):
        part.forget()
    return _Outcome(complete=not short, brought=max(part.size - held, 0), reason=reason)


def _store(transfer: Transfer, part: _Part, answer: httpx.Response) -> None:
    """Append what an answer carries to the bytes held.

    Raises
    ------
    StorageError
        If the disk refuses it; what it took stays.
    """
    done, step = part.size, f"Downloading {part.path.name.removesuffix('.part')}"
    pieces = answer.iter_bytes()
    try:
        with part.path.open("ab") as file:
            for piece in pieces:
                file.write(piece)
                done += len(piece)
                transfer.progress(Progress(step=step, done=done, total=part.total, unit="bytes"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        msg = f"The disk refused to take it: {error.strerror}."
        raise StorageError(msg, file=part.path, remedy=FREE_SPACE) from error
