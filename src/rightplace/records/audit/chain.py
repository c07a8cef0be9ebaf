"""The audit chain as values: how a line is hashed, and where a chain was broken. Nothing is read.

Each line's hash covers the hash before it and everything of the line, what is sealed in its sealed
form, which is random to whoever lacks the key. So a key can be destroyed and the chain still
verifies (FLOOR_PLAN decision 9, NEEDS B13).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rightplace.core.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the chain, as it is hashed.

    Parameters
    ----------
    number
        1 for the first; no number is left out.
    at
        When, with its zone.
    operation, actor_id, record_type, record_id, product
        What was done, by whom, to which record; product is what the record is about.
    key_id
        Which key seals the rest.
    sealed
        Names, purpose, old and new values, encrypted; base 64.
    previous
        Hash of the line before; ``GENESIS`` for the first.
    """

    number: int
    at: datetime
    operation: str
    actor_id: str
    record_type: str
    record_id: str
    product: str | None
    key_id: str
    sealed: str
    previous: str

    @property
    def hash(self) -> str:
        """SHA-256 of the line's canonical JSON, 64 hex digits."""
        facts = [
            self.number,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.operation,
            self.actor_id,
            self.record_type,
            self.record_id,
            self.product,
            self.key_id,
            self.sealed,
            self.previous,
        ]
        return hashlib.sha256(canonical_json(facts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain ends, or what is left of it begins: so many lines, and the last one's hash."""

    lines: int
    hash: str


START = Head(lines=0, hash=GENESIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first line at which a chain is not what it was."""

    line: int
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look along the whole chain found."""

    lines: int
    broken: Break | None

    @property
    def is_intact(self) -> bool:
        """Whether nothing was altered, removed or put elsewhere."""
        return self.broken is None


def check_chain(
    lines: Iterable[tuple[Line, str]], *, start: Head = START, ends: Iterable[Head] = ()
) -> Verdict:
    """Return whether a chain is whole, and the first line that is not.

    Parameters
    ----------
    lines
        Each line with the hash that is stored beside it, in the order of their numbers.
    start
        Where it begins; lines up to there were pruned at the end of their period.
    ends
        Heads that were noted apart from the lines, each at some time: the chain must pass
        through every one of them.

    Notes
    -----
    Somebody who alters a line and all hashes after it is found by a head noted apart, at the
    line of that head at the latest.
    """
    noted: dict[int, set[str]] = {}
    for end in ends:
        noted.setdefault(end.lines, set()).add(end.hash)
    last, count = start, 0
    for line, stored in lines:
        broken = _break(line, stored, last=last)
        if broken is None and noted.get(line.number, {stored}) != {stored}:
            broken = Break(line=line.number, finding="is not the line that was noted apart")
        if broken is not None:
            return Verdict(lines=count, broken=broken)
        last, count = Head(lines=line.number, hash=stored), count + 1
    return Verdict(lines=count, broken=_missing_end(noted, last=last, start=start))


def _break(line: Line, stored: str, *, last: Head) -> Break | None:
    """Return what is wrong with a line after those before it, or None."""
    expected = last.lines + 1
    if line.number > expected:
        return Break(line=expected, finding="was removed")
    if line.number < expected:
        return Break(line=line.number, finding="was added before the chain begins, or twice")
    if line.hash != stored:
        return Break(line=line.number, finding="was altered")
    if line.previous != last.hash:
        # Its own hash fits, so the one before was altered and hashed anew (or the first replaced).
        return Break(line=max(last.lines, 1), finding="was altered and hashed anew")
    return None


def _missing_end(noted: dict[int, set[str]], *, last: Head, start: Head) -> Break | None:
    """Return what is missing after the last line, by the heads noted apart, or None."""
    if max(noted, default=0) > last.lines:
        return Break(line=last.lines + 1, finding="was removed, with any after it")
    if noted.get(start.lines, {start.hash}) != {start.hash}:
        return Break(line=start.lines, finding="is not where the chain was pruned")
    return None
