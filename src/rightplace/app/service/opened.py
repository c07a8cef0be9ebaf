"""A published run of any kind while the page that shows it parses it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from rightplace.app.service.shelf import PublishedArea
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.published.tables import PublishedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRun:
    """A published run, to be parsed.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    is_synthetic
        Whether invented data went into it.
    table
        Reads one of its tables, by name.
    area
        Reads a study area that was published with it, by id.
    """

    record: dict[str, Any]
    is_synthetic: bool
    table: Callable[[str], pa.Table]
    area: Callable[[str], PublishedArea]


def looked_at(tx: Transaction, run_id: str, *, kind: str) -> PublishedRun:
    """Return a run that will be shown; not published is not held, suspended is refused."""
    from rightplace.records.published.publishing import check_published
    from rightplace.records.published.tables import PublishedRun
    from rightplace.records.stop.switch import check_running

    check_published(tx, run_id, kind=kind)
    check_running(tx, run_id)
    return tx.view_one(PublishedRun, run_id)


def behind(tx: Reading, run_id: str) -> PublishedRun:
    """Return what a run that is looked at rests on: it was published with it.

    Raises
    ------
    NotHeldError
        If it is published no more.
    """
    from rightplace.errors import NotHeldError
    from rightplace.records.published.tables import PublishedRun

    run = tx.unshown_one(PublishedRun, run_id)
    if run is None:
        msg = f"{run_id} is published no more."
        raise NotHeldError(msg, value=run_id, remedy="Publish the run again.")
    return run


def table_of(tx: Reading, run_id: str, name: str) -> pa.Table:
    """Return a table as part of a run that is looked at."""
    from pyarrow import parquet

    return parquet.read_table(io.BytesIO(table_bytes(tx, run_id, name)))


def table_bytes(tx: Reading, run_id: str, name: str) -> bytes:
    """Return a table as part of a run that is looked at.

    Raises
    ------
    NotHeldError
        If the run has none of that name.
    """
    from rightplace.errors import NotHeldError
    from rightplace.records.published.tables import PublishedTable

    held = tx.unshown_one(PublishedTable, run_id, f"{name}.parquet")
    if held is None:
        msg = f"{run_id} has no table {name!r}."
        raise NotHeldError(msg, value=name, remedy="Publish a run of this version.")
    return held.content
