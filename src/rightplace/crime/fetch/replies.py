"""Replies of the API, each stored byte for byte with a note of where it comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from rightplace.core.files import write_whole
from rightplace.crime.fetch.polygons import as_parameter, halves
from rightplace.crime.transfer import (
    NOT_FOUND,
    UNAVAILABLE,
    provenance_path,
    read_note,
    stamp,
    write_note,
)
from rightplace.errors import OfflineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import httpx

    from rightplace.core.time import Month
    from rightplace.crime.fetch.polygons import Ring
    from rightplace.crime.fetch.service import Kind, Wanted
    from rightplace.crime.transfer import Transfer

SEARCHES: Kind = "stop-and-search"
STREET: Kind = "street"


def content_of(transfer: Transfer, answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    """Return what a JSON answer says.

    Raises
    ------
    OfflineError
        If the answer is not JSON: something on the way answered in the server's place.
    """
    try:
        return answer.json()
    except ValueError as error:
        url = str(answer.url)
        reason = "the answer is not JSON; a page of this network may stand in between"
        msg = transfer.failure(url, reason)
        raise OfflineError(msg, value=url, remedy=transfer.remedy()) from error


@dataclass(kw_only=True)
class Replies:
    """The replies of one fetch.

    Parameters
    ----------
    transfer
        The errand.
    wanted
        Force, months and kinds.
    into
        Folder for the replies, ``into/YYYY-MM/``.
    release
        Newest month the publisher holds: what is held of the same release is not asked again.
    fetched_at
        When, for the notes.

    Attributes
    ----------
    transferred
        Bytes of the replies that were fetched.
    """

    transfer: Transfer
    wanted: Wanted
    into: Path
    release: Month
    fetched_at: datetime
    transferred: int = 0

    def searches(self, month: Month) -> list[Path]:
        """Return the file of the force's searches in a month; none if there is none."""
        params = {"force": self.wanted.force, "date": str(month)}
        found = self._reply("stops-force", params, month, self.wanted.name(month, SEARCHES))
        return [found] if isinstance(found, Path) else []

    def crimes(self, month: Month, name: str, ring: Ring) -> list[Path]:
        """Return the files of the crimes inside a polygon in a month; none if not published.

        Files of the same polygon and month that an earlier release left in other pieces are
        removed: together with these they would count crimes twice.
        """
        found = self._pieces(month, name, ring, halvings=self.transfer.service.halvings)
        pieces = [p for p in (self.into / str(month)).glob(f"{name}*.json") if _is_of(p, name)]
        for path in set(pieces) - set(found) if found else ():
            path.unlink()
            provenance_path(path).unlink(missing_ok=True)
        return found

    def _pieces(self, month: Month, name: str, ring: Ring, *, halvings: int) -> list[Path]:
        """Return a polygon's file, or those of its halves where it holds too many crimes.

        Raises
        ------
        OfflineError
            If even a very small piece is refused.
        """
        params = {"poly": as_parameter(ring), "date": str(month)}
        found = self._reply("crimes-street/all-crime", params, month, name)
        if isinstance(found, Path):
            return [found]
        if found == NOT_FOUND:
            return []
        if not halvings:
            url = self.transfer.service.api_url
            reason = f"status {UNAVAILABLE} even for a small piece of {name}"
            msg = self.transfer.failure(url, reason)
            raise OfflineError(msg, value=name, remedy=self.transfer.remedy())
        return [
            path
            for letter, half in zip(ascii_lowercase, halves(ring, name=name), strict=False)
            for path in self._pieces(month, f"{name}-{letter}", half, halvings=halvings - 1)
        ]

    def _reply(self, method: str, params: Mapping[str, str], month: Month, name: str) -> Path | int:
        """Return the file of a reply, or the status that says why there is none."""
        url = f"{self.transfer.service.api_url}/{method}"
        path = self.into / str(month) / f"{name}.json"
        asked = {"url": url, "parameters": dict(params), "release": str(self.release)}
        held = read_note(path)
        if path.exists() and {key: held.get(key) for key in asked} == asked:
            return path
        accept = {NOT_FOUND, UNAVAILABLE} if method != "stops-force" else {NOT_FOUND}
        answer = self.transfer.ask(url, params=params, accept=accept)
        if not answer.is_success:
            return answer.status_code
        content_of(self.transfer, answer)
        write_whole(path, answer.content)
        facts = {
            "fetched_at": stamp(self.fetched_at),
            "etag": answer.headers.get("etag"),
            "sha256": hashlib.sha256(answer.content).hexdigest(),
        }
        write_note(path, asked | facts)
        self.transfer.kept.append(path)
        self.transferred += len(answer.content)
        return path


def _is_of(path: Path, name: str) -> bool:
    stem = path.name.removesuffix(".json")
    return not stem.endswith(".provenance") and (stem == name or stem.startswith(f"{name}-"))
