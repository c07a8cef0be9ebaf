"""The verdict of the last backtest that is published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Reading


def last_verdict(tx: Reading) -> str:
    """Return it in one line; empty where no backtest is published or it is suspended."""
    from sqlalchemy import select

    from rightplace.errors import RefusedError
    from rightplace.records.published.tables import PublishedRun
    from rightplace.records.stop.switch import check_running

    wanted = select(PublishedRun).where(PublishedRun.kind == "backtest")
    found = tx.unshown(wanted.order_by(PublishedRun.published_at.desc()).limit(1))
    if not found:
        return ""
    try:
        check_running(tx, found[0].id)
    except RefusedError as stopped:
        return stopped.fault.message
    return f"{json.loads(found[0].content)['result']['verdict']} ({found[0].id})"
