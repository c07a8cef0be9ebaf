"""Records that the feedback monitor reads: demand, and beside it what police activity generates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.evidence import gather
from rightplace.app.periods import TimeAxis, by_cell
from rightplace.crime.counting import STREET_SETTINGS, count, degrees_of, places_of
from rightplace.crime.harm import ons_severity
from rightplace.crime.holdings import entries_of, holdings
from rightplace.crime.offences import offence_classes
from rightplace.crime.standing import standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.evidence import Evidence, Question
    from rightplace.app.workspace import Workspace
    from rightplace.crime.counting import Counts
    from rightplace.places.study_area import StudyArea

POLICE, VICTIM = "police_generated", "victim_reported"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """What is watched.

    Parameters
    ----------
    evidence
        Demand, gathered as for a forecast.
    counts
        Records by kind, ``police_generated`` and ``victim_reported``: in the street, current, in
        a cell, of the populations of demand. The first are never part of the evidence.
    """

    evidence: Evidence
    counts: dict[str, Counts]

    @property
    def axis(self) -> TimeAxis:
        """The periods of the evidence."""
        ends, starts_on = self.evidence.history.period_ends, self.evidence.history.starts_on
        return TimeAxis(
            kind="month" if self.evidence.history.kind == "month" else "week",
            starts=np.concatenate([[starts_on], ends[:-1]]),
            ends=ends,
        )

    def by_period(self, kind: str) -> NDArray[np.float64]:
        """Return records by cell and period; NaN where nothing was published."""
        counts, history = self.counts[kind], self.evidence.history
        found = by_cell(self.evidence.area, counts, self.axis, counts.n.astype(np.float64))
        return np.where(history.observed, found, np.nan)

    def between(self, kind: str, first: np.datetime64, after: np.datetime64) -> NDArray[np.int64]:
        """Return records by cell from a day to before another, shape (n_cells,)."""
        counts = self.counts[kind]
        within = (counts.day >= first) & (counts.day < after)
        found = np.zeros(self.evidence.area.n_cells, dtype=np.int64)
        np.add.at(found, counts.cell[within], counts.n[within])
        return found

    def published(self, first: np.datetime64, after: np.datetime64) -> NDArray[np.bool_]:
        """Return the cells with data in every period that some days touch, shape (n_cells,)."""
        touched = (self.axis.starts < after) & (self.axis.ends > first)
        if not touched.any():
            return np.zeros(self.evidence.area.n_cells, dtype=np.bool_)
        return np.asarray(self.evidence.history.observed[:, touched].all(axis=1))


def police_classes() -> tuple[str, ...]:
    """Return the classes whose records police activity generates (DOMAIN 4.1.4)."""
    return tuple(slug for slug, each in offence_classes().items() if each.is_police_generated)


def watched(workspace: Workspace, area: StudyArea, question: Question) -> Watched:
    """Return demand and police-generated records up to the as-of day.

    Where nothing may be used, demand is refused as for a forecast (`StaleDataError`).
    """
    evidence = gather(workspace, area, question, harm_index=ons_severity())
    held = holdings(
        entries_of(workspace.store.manifest()), kind="crimes", known_at=question.known_at
    )
    rows = standing(workspace.engine, workspace.store, held)
    if rows is None:  # gather has refused
        return Watched(evidence=evidence, counts={})
    populations = sorted(set(evidence.shift_counts.population.tolist()))
    after = evidence.history.period_ends[-1].astype(object)
    rows = rows.filter(
        rows.offence.isin(police_classes())
        & rows.population.isin(populations)
        & (rows.occurred_to <= area.clock.day_start(after))
    )
    places = places_of(workspace.engine, rows)
    lon, lat = degrees_of(places)
    from rightplace.places import locate

    cells = locate(area, lon, lat, codes=places["lsoa_key"])
    found = count(workspace.engine, rows, places=places, cells=cells, clock=area.clock)
    street = np.isin(found.setting, STREET_SETTINGS)
    police = found.where((found.cell >= 0) & street & found.current & ~found.vague)
    return Watched(evidence=evidence, counts={POLICE: police, VICTIM: evidence.shift_counts})
