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
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.keys import Keyring

ERASED = "erasure"
"""Record type of keys that seal only who erased a record and why."""


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

    def destroy_key(self, subject: Subject) -> None:
        """Remove a record's key: nothing that the chain seals of it can be read again."""
        self.keys.pop((subject.record_type, subject.record_id), None)
        for key in self._find_keys(subject.record_type, [subject.record_id]):
            self.session.delete(key)

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
        self.session.add(
            RecordKey(id=key_id, record_type=record_type, record_id=record_id, wrapped=wrapped)
        )
        self.keys[record_type, record_id] = (key_id, key)
        return key_id, key

    def _find_keys(self, record_type: str, record_ids: list[str]) -> list[RecordKey]:
        if not record_ids:
            return []
        wanted = select(RecordKey).where(
            RecordKey.record_type == record_type, RecordKey.record_id.in_(record_ids)
        )
        held = list(self.session.scalars(wanted, execution_options=UNSHOWN))
        # Made in this transaction and not yet in the table.
        held += [
            each
            for each in self.session.new
            if isinstance(each, RecordKey)
            and each.record_type == record_type
            and each.record_id in record_ids
        ]
        return held

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
