"""Writing lines of the audit chain, inside the transaction whose changes they tell of."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rightplace.errors import StorageError
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.keys import new_key, seal
from rightplace.records.audit.lines import ONLY, AuditHead, AuditLine, RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.keys import Keyring

ERASED = "erasure"
"""Record type of keys that seal only who erased a record and why."""


AT_ONCE = 500
"""Keys asked for in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Which record a line is about."""

    record_type: str
    record_id: str
    product: str | None = None


@dataclass(slots=True, kw_only=True)
class Pen:
    """Writes lines for one transaction: who acts, why, when."""

    session: Session
    keyring: Keyring
    actor: Actor
    purpose: str
    at: datetime
    keys: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    """Keys of the records that this transaction has met, unwrapped."""
    made: dict[tuple[str, str], RecordKey] = field(default_factory=dict)
    """Keys made in this transaction, perhaps not yet in the table."""

    def forget(self) -> None:
        """Forget all keys: what made some of them was rolled back, or they were removed."""
        self.keys.clear()
        self.made.clear()

    def write(self, operation: Operation, subject: Subject, **content: Any) -> None:  # noqa: ANN401 - JSON of any kind
        """Add one line at the end of the chain.

        Parameters
        ----------
        operation
            What was done.
        subject
            To which record.
        content
            What is sealed beside the actor's name and the purpose.
        """
        if operation is Operation.ERASURE:
            key_id, key = self._make_key(ERASED, uuid.uuid4().hex)
        else:
            key_id, key = self._key(subject.record_type, subject.record_id)
        head = self._head()
        sealed = {"actor": self.actor.name, "purpose": self.purpose, **content}
        line = AuditLine(
            number=head.lines + 1,
            at=self.at,
            operation=operation.value,
            actor_id=self.actor.id,
            record_type=subject.record_type,
            record_id=subject.record_id,
            about=subject.product,
            key_id=key_id,
            sealed=seal(sealed, key, key_id=key_id),
            previous=head.hash,
        )
        line.hash = line.as_hashed().hash
        self.session.add(line)
        head.lines, head.hash = line.number, line.hash

    def destroy_keys(self, record_type: str, record_ids: Sequence[str]) -> None:
        """Remove records' keys: nothing that the chain seals of them can be read again."""
        for key in self._find_keys(record_type, record_ids):
            self.session.delete(key)
        for each in record_ids:
            self.keys.pop((record_type, each), None)
            made = self.made.pop((record_type, each), None)
            if made is not None and made in self.session.new:
                self.session.expunge(made)

    def fetch_keys(self, record_type: str, record_ids: Iterable[str]) -> None:
        """Read the keys of many records at once, before lines about them are written."""
        wanted = [each for each in record_ids if (record_type, each) not in self.keys]
        for key in self._find_keys(record_type, wanted):
            opened = self.keyring.unwrap(key.wrapped, key_id=key.id)
            self.keys[record_type, key.record_id] = (key.id, opened)

    def _key(self, record_type: str, record_id: str) -> tuple[str, bytes]:
        if (record_type, record_id) not in self.keys:
            self.fetch_keys(record_type, [record_id])
        found = self.keys.get((record_type, record_id))
        return found or self._make_key(record_type, record_id)

    def _make_key(self, record_type: str, record_id: str) -> tuple[str, bytes]:
        key_id, key = uuid.uuid4().hex, new_key()
        wrapped = self.keyring.wrap(key, key_id=key_id)
        made = RecordKey(id=key_id, record_type=record_type, record_id=record_id, wrapped=wrapped)
        self.session.add(made)
        self.keys[record_type, record_id] = (key_id, key)
        self.made[record_type, record_id] = made
        return key_id, key

    def _find_keys(self, record_type: str, record_ids: Sequence[str]) -> list[RecordKey]:
        """Return the keys of records that the table holds."""
        found: list[RecordKey] = []
        for first in range(0, len(record_ids), AT_ONCE):
            some = record_ids[first : first + AT_ONCE]
            wanted = select(RecordKey).where(
                RecordKey.record_type == record_type, RecordKey.record_id.in_(some)
            )
            found += self.session.scalars(wanted, execution_options=UNSHOWN)
        return found

    def _head(self) -> AuditHead:
        """Return the head of the chain.

        Raises
        ------
        StorageError
            If the database has none.
        """
        head = self.session.get(AuditHead, ONLY, execution_options=UNSHOWN)
        if head is None:
            msg = "The audit chain has no head."
            raise StorageError(msg, remedy="Restore the last backup, and find out who removed it.")
        return head


UNSHOWN = {"rightplace_unshown": True}
"""Execution option of queries whose rows are shown to nobody."""
