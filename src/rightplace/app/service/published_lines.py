"""Which runs of a kind are published, newest first, and whether each may be used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.published.tables import PublishedRun

RUNS_LOOKED_AT = 5
"""Newest runs of a kind that pages offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    """A run that is published; ``stopped`` says why it cannot be used, and is empty otherwise."""

    id: str
    kind: str
    as_of: str
    is_synthetic: bool
    stopped: str


def newest_runs(tx: Reading, kind: str, *, most: int = RUNS_LOOKED_AT) -> Sequence[PublishedRun]:
    """Return the runs of a kind that were published last, newest first, at most so many."""
    from sqlalchemy import select

    from rightplace.records.published.tables import PublishedRun

    wanted = select(PublishedRun).where(PublishedRun.kind == kind)
    order = PublishedRun.published_at.desc(), PublishedRun.id
    return tx.unshown(wanted.order_by(*order).limit(most))


def why_stopped(tx: Transaction, run_id: str) -> str:
    """Return why a run cannot be used; empty where it can."""
    from rightplace.records.stop.switch import check_running

    try:
        check_running(tx, run_id)
    except RefusedError as stopped:
        return stopped.fault.message
    return ""


def line_of(tx: Transaction, run: PublishedRun) -> PublishedLine:
    """Return a published run in a line."""
    return PublishedLine(
        id=run.id,
        kind=run.kind,
        as_of=json.loads(run.content)["as_of"],
        is_synthetic=run.is_synthetic,
        stopped=why_stopped(tx, run.id),
    )


def published_lines(
    shelf: Shelf, kind: str, *, person: Person, at: datetime
) -> tuple[PublishedLine, ...]:
    """Return the newest runs of a kind; which there are is no secret, what is in them is.

    Parameters
    ----------
    shelf
        Where they are published.
    kind
        As in ``run.json``.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    purpose = f"Find the newest {kind}."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        return tuple(line_of(tx, run) for run in newest_runs(tx, kind))
