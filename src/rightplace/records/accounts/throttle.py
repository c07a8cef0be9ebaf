"""When a try to log in must wait: pure rules over failures counted.

A device that the account was used on before is counted by itself alone. So whatever is tried
elsewhere, nobody is locked out of their own device; and no wait is longer than its limit says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rightplace.records.accounts.settings import Limit, LogInSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """Failures counted under one key, and when the last was."""

    failures: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What is counted, and by which limit.

    Parameters
    ----------
    what
        ``account``, ``device`` or ``source``.
    of
        Which one.
    limit
        When it waits.
    """

    what: str
    of: str
    limit: Limit


def counts_of(
    user_name: str, source: str, device: str | None, log_in: LogInSettings
) -> list[Count]:
    """Return under which counts a try falls.

    Parameters
    ----------
    user_name
        As typed, in one form; whether anybody has it makes no difference.
    source
        The address it comes from.
    device
        Id of the device, if the account was used on it before; else None.
    log_in
        The limits.
    """
    if device is not None:
        return [Count(what="device", of=device, limit=log_in.per_device)]
    return [
        Count(what="account", of=user_name, limit=log_in.per_account),
        Count(what="source", of=source, limit=log_in.per_source),
    ]


def is_forgotten(tries: Tries, limit: Limit, *, at: datetime) -> bool:
    """Whether failures are so old that they no longer count."""
    return at - tries.last_at >= timedelta(seconds=limit.forget_seconds)


def free_at(tries: Tries | None, limit: Limit) -> datetime | None:
    """Return from when one may try again; None where nothing waits."""
    over = 0 if tries is None else tries.failures - limit.free
    if tries is None or over <= 0:
        return None
    doubled = limit.first_seconds * 2.0 ** min(over - 1, 32)
    return tries.last_at + timedelta(seconds=min(doubled, limit.most_seconds))


def after_failure(tries: Tries | None, limit: Limit, *, at: datetime) -> Tries:
    """Return what is counted after one more failure."""
    before = 0 if tries is None or is_forgotten(tries, limit, at=at) else tries.failures
    return Tries(failures=before + 1, last_at=at)


def waits_until(held: Iterable[tuple[Tries | None, Limit]], *, at: datetime) -> datetime | None:
    """Return until when a try must wait by the strictest of its counts, or None."""
    waits = [free for tries, limit in held if (free := free_at(tries, limit)) and free > at]
    return max(waits, default=None)
