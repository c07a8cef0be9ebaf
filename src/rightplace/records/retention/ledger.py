"""The ledger of deletions, kept apart from the database: what no restored backup may bring back.

It names record types and ids, never what a record said. Entries are begun before the database
commits and finished after it, so that a kill between the two is seen and settled.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from rightplace.core.canonical import canonical_json, plain
from rightplace.core.files import storage_faults, write_whole
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rightplace.records.audit.keys import Keyring

FILE_NAME = "deletions.jsonl"


class Stage(StrEnum):
    """How far a deletion came."""

    BEGUN = "begun"
    DONE = "done"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Records of one type that went, or are about to go, under one certificate."""

    certificate_id: str
    record_type: str
    record_ids: tuple[str, ...]
    at: datetime
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The ledger in a folder apart from the database."""

    apart: Path
    keyring: Keyring

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.apart / FILE_NAME

    def entries(self) -> dict[str, Entry]:
        """Return each certificate's newest entry.

        Raises
        ------
        BadInputError
            If a line is damaged or not signed by this service; a last one cut off by a kill
            was never begun.
        """
        found: dict[str, Entry] = {}
        text = self.path.read_text(encoding="utf-8") if self.path.is_file() else ""
        for row, line in enumerate(text.split("\n")[:-1], start=1):
            entry = self._entry(line)
            if entry is None:
                msg = "A line of the ledger of deletions is damaged or not this service's."
                remedy = "Put the ledger back from where it is kept safe."
                raise BadInputError(msg, file=self.path, row=row, remedy=remedy)
            found[entry.certificate_id] = entry
        return found

    def write(self, entries: Iterable[Entry]) -> None:
        """Add entries at the end, on the disk when this returns; a refusal raises StorageError."""
        lines = "".join(self._line(each) for each in entries)
        with FileLock(self.path.with_suffix(".lock")), storage_faults(self.path):
            self._cut_torn_line()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())

    def forget(self, *, before: datetime) -> None:
        """Leave out entries older than any backup that could bring their records back."""
        with FileLock(self.path.with_suffix(".lock")):
            held = self.entries()
            kept = [each for each in held.values() if each.at >= before]
            if len(kept) < len(held):
                write_whole(self.path, "".join(map(self._line, kept)).encode())

    def _line(self, entry: Entry) -> str:
        facts: dict[str, Any] = plain(entry)
        return canonical_json(facts | {"signature": self.keyring.sign(facts)}) + "\n"

    def _entry(self, line: str) -> Entry | None:
        """Return what a line says; None where it is not one of ours."""
        try:
            facts = json.loads(line)
            signature = facts.pop("signature")
            entry = Entry(
                certificate_id=facts["certificate_id"],
                record_type=facts["record_type"],
                record_ids=tuple(facts["record_ids"]),
                at=datetime.fromisoformat(facts["at"]),
                stage=Stage(facts["stage"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return entry if self.keyring.has_signed(facts, signature) else None

    def _cut_torn_line(self) -> None:
        """Cut off what a kill left of a line, so that the next begins on its own."""
        if self.path.is_file():
            content = self.path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                os.truncate(self.path, whole)
