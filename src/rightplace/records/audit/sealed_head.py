"""The chain's head as noted outside the database, signed: it tells when last lines are gone."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock

from rightplace.core.canonical import canonical_json
from rightplace.core.files import storage_faults
from rightplace.errors import BadInputError, StorageError
from rightplace.records.audit.chain import Head

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.records.audit.keys import Keyring

FILE_NAME = "audit-head.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedHead:
    """The note of a chain's head in a folder apart from the database."""

    apart: Path
    keyring: Keyring

    @property
    def path(self) -> Path:
        """Where the note lies."""
        return self.apart / FILE_NAME

    def read(self) -> Head | None:
        """Return the head as noted; None where none was noted yet.

        Raises
        ------
        BadInputError
            If the note is damaged or its signature is not ours.
        """
        if not self.path.is_file():
            return None
        try:
            note = json.loads(self.path.read_text(encoding="utf-8"))
            facts = {"lines": note["lines"], "hash": note["hash"]}
            is_ours = self.keyring.has_signed(facts, note["signature"])
        except (ValueError, KeyError, TypeError):
            is_ours = False
        if not is_ours:
            msg = "The note of the audit chain's head is damaged or not this service's."
            remedy = "Verify the chain, and find out who wrote it."
            raise BadInputError(msg, file=self.path, remedy=remedy)
        return Head(lines=facts["lines"], hash=facts["hash"])

    def write(self, head: Head, *, anew: bool = False) -> None:
        """Note a head, unless a later one is noted already.

        A damaged note is left as it is: it is evidence, and verifying names it. So is a disk
        that refuses the write: what was committed stands, and the next head is noted again.

        Parameters
        ----------
        head
            The chain's head, after it was committed.
        anew
            Note it even where a later one was: after a backup was restored.
        """
        left = suppress(BadInputError, StorageError)
        with left, FileLock(self.path.with_suffix(".lock")):
            noted = None if anew else self.read()
            if noted is None or noted.lines < head.lines:
                facts = {"lines": head.lines, "hash": head.hash}
                note = canonical_json(facts | {"signature": self.keyring.sign(facts)})
                # Not forced to the disk: after a power cut an older note is as good, and the
                # database, which was, is never behind it.
                part = self.path.with_suffix(".part")
                with storage_faults(self.path, part):
                    part.write_text(f"{note}\n", encoding="utf-8")
                    part.replace(self.path)
