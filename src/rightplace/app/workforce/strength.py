"""Use case: the strength of a force as it stands in the store."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rightplace.app.answer import Notice
from rightplace.core.runs import RunInput
from rightplace.errors import NotHeldError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rightplace.app.workspace import Workspace
    from rightplace.crime.holdings import Entry, Holdings
    from rightplace.deploy.workforce.history import StrengthHistory
    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthAsked:
    """Which strength is asked for.

    Parameters
    ----------
    force
        As in the population (``metropolitan``); None where only one is held.
    as_of
        Only months that had ended by this day; None for all.
    known_at
        Only files released up to this day; None for all.
    """

    force: str | None = None
    as_of: date | None = None
    known_at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthHeld:
    """A force's months, and the files they came from.

    Parameters
    ----------
    set_aside
        Rows of those files that could not be used; ``quarantine export`` shows them.
    """

    history: StrengthHistory
    inputs: tuple[RunInput, ...]
    releases: tuple[str, ...]
    set_aside: int


def read_strength(workspace: Workspace, asked: StrengthAsked) -> StrengthHeld:
    """Return the standing strength of a force, month by month.

    Parameters
    ----------
    workspace
        Where files are held.
    asked
        Which.

    Raises
    ------
    NotHeldError
        If no month of it is held.
    """
    from rightplace.core.time import Month
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import standing
    from rightplace.deploy.workforce.history import StrengthHistory, StrengthMonth

    entries = entries_of(workspace.store.manifest())
    held = holdings(entries, kind="strength", known_at=asked.known_at)
    table = standing(workspace.engine, workspace.store, held)
    if table is None:
        known = "" if asked.known_at is None else f" that was known on {asked.known_at}"
        msg = f"No file of strength is held{known}."
        remedy = "Take one in with `rightplace ingest strength`."
        if held.left_out:
            remedy = f"{len(held.left_out)} held came without a release day: ingest with --release."
        raise NotHeldError(msg, remedy=remedy)
    rows = workspace.engine.run(table.order_by("month", "row_number")).to_pylist()
    force = _force(sorted({row["population"].split("/")[1] for row in rows}), asked.force)
    paths = {entry.entry_id: entry.path for entry in held.entries}
    months = [
        StrengthMonth(
            month=Month.of(row["month"]),
            officers=row["officers"],
            staff=row["staff"],
            pcsos=row["pcsos"],
            file=paths[row["entry"]],
            row=row["row_number"],
        )
        for row in rows
        if row["population"].split("/")[1] == force
        and (asked.as_of is None or Month.of(row["month"]).last <= asked.as_of)
    ]
    if not months:
        msg = f"No month of {force!r} had ended by {asked.as_of}."
        raise NotHeldError(msg, value=asked.as_of, remedy="Choose a later --as-of.")
    named = {each.file for each in months}
    used = [entry for entry in held.entries if entry.path in named]
    return StrengthHeld(
        history=StrengthHistory(force=force, months=tuple(months)),
        inputs=_inputs(used),
        releases=_releases(held, used),
        set_aside=sum(sum(entry.quarantined.values()) for entry in used),
    )


def months_missing(engine: Engine, store: Store, entry: Entry) -> tuple[Notice, ...]:
    """Return what must be said of months that a file of strength lacks between two it has.

    Parameters
    ----------
    engine, store
        Where its rows are.
    entry
        A file as held.
    """
    from rightplace.core.time import Month

    path = store.table_path(entry.entry_id)
    stored = (
        engine.run(engine.parquet([path]).select("month", "row_number")) if path.is_file() else None
    )
    rows = (
        {}
        if stored is None
        else {Month.of(row["month"]): row["row_number"] for row in stored.to_pylist()}
    )
    months = sorted(Month.parse(each.month) for each in entry.partitions)
    found = []
    for before, after in pairwise(months):
        if after == before.plus(1):
            continue
        span = (
            str(before.plus(1))
            if after == before.plus(2)
            else f"{before.plus(1)} to {after.plus(-1)}"
        )
        where = f"row {rows[before]}" if before in rows else str(before)
        message = f"{entry.path}: no strength for {span}, after {where}."
        found.append(Notice(code="months-missing", message=message))
    return tuple(found)


def _force(known: Sequence[str], asked: str | None) -> str:
    """Return the force asked for, or the only one.

    Raises
    ------
    NotHeldError
        If it is not held.
    UsageError
        If none is named and there are several.
    """
    if asked is None and len(known) == 1:
        return known[0]
    if asked is None:
        msg = f"Strength of {len(known)} forces is held: {', '.join(known)}."
        raise UsageError(msg, remedy="Name one with --force.")
    if asked not in known:
        msg = f"No strength of {asked!r} is held."
        raise NotHeldError(msg, value=asked, remedy=f"Held: {', '.join(known)}.")
    return asked


def _inputs(used: Sequence[Entry]) -> tuple[RunInput, ...]:
    files = [RunInput(source=e.path, release=e.release, sha256=e.sha256) for e in used]
    return tuple(sorted(files, key=lambda each: (each.sha256, each.source)))


def _releases(held: Holdings, used: Sequence[Entry]) -> tuple[str, ...]:
    named = {entry.release.isoformat() for entry in used if entry.release is not None}
    return tuple(release for release in held.releases if release in named)
