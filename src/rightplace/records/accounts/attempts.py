"""Counting tries to log in: before they are checked, so that many at once are counted too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.records.accounts.tables import LogInTries
from rightplace.records.accounts.throttle import (
    Count,
    Tries,
    after_failure,
    is_forgotten,
    waits_until,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.accounts.settings import LogInSettings
    from rightplace.records.audit.transaction import Transaction


def count_try(tx: Transaction, counts: Sequence[Count]) -> datetime | None:
    """Count a try as failed until it is taken back; return until when it must wait, or None.

    A try that must wait is not counted and not checked: waiting never grows by trying.
    """
    held = [(_held(tx, each), each.limit) for each in counts]
    waits = waits_until([(_tries(row), limit) for row, limit in held], at=tx.at)
    if waits is not None:
        return waits
    for each, (row, limit) in zip(counts, held, strict=True):
        after = after_failure(_tries(row), limit, at=tx.at)
        if row is None:
            key = _key(tx, each)
            tx.add(LogInTries(key=key, failures=after.failures, last_at=after.last_at))
        else:
            row.failures, row.last_at = after.failures, after.last_at
    tx.session.flush()
    return None


def take_back(tx: Transaction, counts: Sequence[Count]) -> None:
    """Take back a try that was right; the failures before it still count, but for a device's."""
    for each in counts:
        row = _held(tx, each)
        if row is None:
            continue
        row.failures -= 1
        if each.what == "device" or row.failures <= 0:
            tx.session.delete(row)
    tx.session.flush()


def waiting(tx: Transaction, counts: Sequence[Count]) -> datetime | None:
    """Return until when the next try must wait, or None."""
    held = [(_tries(_held(tx, each)), each.limit) for each in counts]
    return waits_until(held, at=tx.at)


def forget_old(tx: Transaction, settings: LogInSettings) -> int:
    """Remove counts that no longer count; return how many."""
    limits = (settings.per_account, settings.per_device, settings.per_source)
    longest = max(limits, key=lambda limit: limit.forget_seconds)
    rows = tx.unshown(select(LogInTries))
    old = [
        row
        for row in rows
        if is_forgotten(Tries(failures=row.failures, last_at=row.last_at), longest, at=tx.at)
    ]
    for row in old:
        tx.session.delete(row)
    tx.session.flush()
    return len(old)


def _held(tx: Transaction, count: Count) -> LogInTries | None:
    return tx.unshown_one(LogInTries, _key(tx, count))


def _key(tx: Transaction, count: Count) -> str:
    return tx.pen.keyring.sign({"tries of": count.what, "which": count.of})


def _tries(row: LogInTries | None) -> Tries | None:
    return None if row is None else Tries(failures=row.failures, last_at=row.last_at)
