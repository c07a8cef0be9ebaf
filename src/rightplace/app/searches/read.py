"""Use case: the searches that are held, as one table in closed words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rightplace.core.runs import RunInput
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Month
    from rightplace.crime.holdings import Entry, Holdings
    from rightplace.places.study_area import StudyArea
    from rightplace.powers.searches.read import Searches, UnknownWord


def read_searches(
    workspace: Workspace,
    *,
    force: str | None = None,
    from_month: Month | None = None,
    to_month: Month | None = None,
    known_at: date | None = None,
) -> Searches:
    """Return the standing searches in closed words, duplicates kept, months of the local clock.

    Parameters
    ----------
    workspace
        Where files and study areas are held.
    force
        One force as in the population (``metropolitan``); None for all.
    from_month, to_month
        First and last month of the local clock; None for no end.
    known_at
        Only files released up to this day.

    Raises
    ------
    NotHeldError
        If no such search is held.
    """
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import standing
    from rightplace.powers.searches.read import Searches
    from rightplace.powers.searches.reading import Span, read_rows
    from rightplace.powers.searches.settings import SearchSettings
    from rightplace.powers.searches.vocabulary import USERS_FILE, with_users

    held = holdings(entries_of(workspace.store.manifest()), kind="searches", known_at=known_at)
    rows = standing(workspace.engine, workspace.store, held)
    if rows is not None:
        rows = rows if force is None else rows.filter(rows.population.split("/")[1] == force)
    users = workspace.root / USERS_FILE
    span = Span(
        first=None if from_month is None else from_month.first,
        last=None if to_month is None else to_month.first,
    )
    read = (
        None
        if rows is None
        else read_rows(
            workspace.engine,
            rows,
            vocabulary=with_users(users),
            settings=workspace.settings("searches", SearchSettings),
            span=span,
        )
    )
    if read is None or not read.table.num_rows:
        msg, remedy = _nothing(held, force=force, known_at=known_at)
        raise NotHeldError(msg, value=force, remedy=remedy)
    area = borough_area(workspace)
    used = _used(held, read.table)
    return Searches(
        table=with_boroughs(read.table, area),
        unknown=tuple(_named(word, used) for word in read.unknown),
        drift=read.uses,
        unrecorded=read.unrecorded,
        left_out=read.left_out,
        findings=read.findings,
        inputs=_inputs(used, users),
        releases=tuple(sorted({str(e.release) for e in used if e.release is not None})),
        boroughs_from=None if area is None else area.area_id,
        cancelled=read.cancelled,
    )


def _nothing(held: Holdings, *, force: str | None, known_at: date | None) -> tuple[str, str]:
    """Return why there is no search, and what would help."""
    forces = sorted({p.population.split("/")[1] for e in held.entries for p in e.partitions})
    if not forces:
        known = "" if known_at is None else f" that is known to have been released by {known_at}"
        msg = f"No file of searches is held{known}."
        return msg, "Take files in with `rightplace ingest searches`."
    whose = "" if force is None else f" of {force!r}"
    msg = f"No search{whose} is held in these months."
    return msg, f"Held: {', '.join(forces)}; `rightplace status` shows the months."


def _used(held: Holdings, table: pa.Table) -> list[Entry]:
    """Return the files that the rows came from."""
    names = set(table["entry"].unique().to_pylist())
    return [entry for entry in held.entries if entry.entry_id in names]


def _inputs(used: Sequence[Entry], users: Path) -> tuple[RunInput, ...]:
    """Return the files that the rows came from, and the user's words, for ``explain``."""
    from rightplace.core.canonical import file_digest

    inputs = [RunInput(source=e.path, release=e.release, sha256=e.sha256) for e in used]
    if users.is_file():
        inputs.append(RunInput(source=users.name, release=None, sha256=file_digest(users)))
    return tuple(inputs)


def _named(word: UnknownWord, used: Sequence[Entry]) -> UnknownWord:
    """Return an unknown word with the file as its user named it."""
    paths = {entry.entry_id: entry.path for entry in used}
    return replace(word, file=paths.get(word.file, word.file))


def borough_area(workspace: Workspace) -> StudyArea | None:
    """Return the study area whose outlines tell most boroughs, None where none can.

    Of equals, boroughs drawn whole come first, then wards, then LSOAs, then the first by name;
    cells of a grid straddle borders and tell none.
    """
    from rightplace.places.headings import Unit
    from rightplace.places.study_area import StudyArea

    order = [Unit.BOROUGH, Unit.WARD, Unit.LSOA]
    found = [
        StudyArea.read(path) for path in sorted(workspace.areas.glob("area-*")) if path.is_dir()
    ]
    fitting = [
        area
        for area in found
        if area.unit in order and any(area.cells["borough"].is_valid().to_pylist())
    ]

    def rank(area: StudyArea) -> tuple[int, int, str]:
        boroughs = len(set(area.cells["borough"].to_pylist()))
        return (-boroughs, order.index(area.unit), area.area_id)

    return min(fitting, key=rank, default=None)


def with_boroughs(table: pa.Table, area: StudyArea | None) -> pa.Table:
    """Return the table with the official code of the borough that each point lies in.

    A point up to 100 m outside every outline goes to the nearest (simplified outlines leave
    gaps); a search without a point, or with one outside London, has none.

    Parameters
    ----------
    table
        Columns of ``SCHEMA``.
    area
        A study area of drawn units; None leaves the column null.
    """
    if area is None:
        return table
    import numpy as np
    import pyarrow as pa

    from rightplace.places.assignment import locate
    from rightplace.places.hierarchy import london_borough

    lon, lat = (
        np.array(table[name].fill_null(float("nan")).to_numpy(zero_copy_only=False))
        for name in ("lon", "lat")
    )
    cells = locate(area, lon, lat)
    names = [None if b is None else london_borough(b) for b in area.cells["borough"].to_pylist()]
    codes = pa.array([None if b is None else b.code for b in names], pa.string())
    found = codes.take(pa.array(cells, mask=cells < 0))
    return table.set_column(table.column_names.index("borough"), "borough", found)
