"""The records that a question may rest on, counted by cell, time, class and setting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.periods import UNION_OF_FORCES
from rightplace.crime.counting import Counts, count, degrees_of, name_counts, places_of
from rightplace.crime.holdings import Holdings, entries_of, holdings
from rightplace.crime.standing import standing
from rightplace.errors import StaleDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.evidence import Question
    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea

APART = "british-transport"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundRecords:
    """Records of every class and setting that may be used.

    Parameters
    ----------
    used
        Those of the sources asked for, counted.
    names
        Place names and how often they stand in each cell, of all sources.
    held
        Where they come from.
    rows
        The standing rows, cut at what may be known.
    located
        Their places, and the cell of each.
    """

    used: Counts
    names: pa.Table
    held: Holdings
    rows: ibis.Table
    located: tuple[pa.Table, NDArray[np.int32]]


def found_records(workspace: Workspace, area: StudyArea, question: Question) -> FoundRecords:
    """Return the records that a question may rest on; its classes and grain play no part.

    Several publishers without one being named raise ``UsageError``.

    Raises
    ------
    StaleDataError
        If nothing is held that may be used.
    """
    held = holdings(
        entries_of(workspace.store.manifest()), kind="crimes", known_at=question.known_at
    )
    rows = standing(workspace.engine, workspace.store, held)
    if rows is None:
        msg, remedy = _nothing_held(question, held)
        raise StaleDataError(msg, remedy=remedy)
    cut = area.clock.day_start(question.as_of + timedelta(days=1))  # its night ends then
    first = workspace.engine.run(rows.agg(month=rows.month.min()))["month"][0].as_py()
    rows = rows.filter(rows.occurred_to <= cut)
    counts, names, located = _located(workspace, area, rows)
    used = counts.where(_of_sources(counts, question.sources))
    if used.n.size == 0:
        msg = (
            f"No record up to {question.as_of} is held here; the first of all are of {first:%B %Y}."
        )
        raise StaleDataError(msg, remedy="Check --as-of, --area and what `status` shows.")
    return FoundRecords(used=used, names=names, held=held, rows=rows, located=located)


def _nothing_held(question: Question, held: Holdings) -> tuple[str, str]:
    """Return why nothing may be used, and what would help."""
    if question.known_at is None:
        return "No crime file is held.", "Take files in with `rightplace ingest crimes`."
    msg = f"No crime file is held that is known to have been released by {question.known_at}."
    if held.left_out:
        msg += f" Files without a declared release: {len(held.left_out)}."
    return msg, "Take files in with their --release, or leave out --known-at."


def _located(
    workspace: Workspace, area: StudyArea, rows: ibis.Table
) -> tuple[Counts, pa.Table, tuple[pa.Table, NDArray[np.int32]]]:
    """Return rows counted by cell, names of places in each cell, and places with their cells."""
    from rightplace.places import locate

    places = places_of(workspace.engine, rows)
    lon, lat = degrees_of(places)
    cells = locate(area, lon, lat, codes=places["lsoa_key"])
    counts = count(workspace.engine, rows, places=places, cells=cells, clock=area.clock)
    names = name_counts(workspace.engine, rows, places=places, cells=cells)
    return counts, names, (places, cells)


def family(population: str) -> str:
    """Return what a population may be added up with: all forces of one publisher of them all."""
    publisher, force = population.split("/")[:2]
    return publisher if publisher == UNION_OF_FORCES else f"{publisher}/{force}"


def _of_sources(counts: Counts, sources: Sequence[str] | None) -> NDArray[np.bool_]:
    """Return which counts are of the populations asked for.

    Raises
    ------
    UsageError
        If none is named and several publishers would be added up, or one is not held.
    """
    populations = sorted(set(counts.population.tolist()))
    if sources is None:
        families = sorted({family(p) for p in populations})
        if len(families) > 1:
            msg = f"Records of several publishers are held: {', '.join(families)}."
            remedy = "They may be the same crimes: name one with --source."
            raise UsageError(msg, value=", ".join(families), remedy=remedy)
        chosen = [p for p in populations if f"/{APART}/" not in p]
    else:
        missing = [s for s in sources if not s or not any(p.startswith(s) for p in populations)]
        if missing:
            msg = f"No records of {missing[0]!r} are held."
            raise UsageError(msg, value=missing[0], remedy=f"Held: {', '.join(populations)}.")
        chosen = [p for p in populations if p.startswith(tuple(sources))]
    return np.isin(counts.population, chosen)
