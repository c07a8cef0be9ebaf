"""From what is held to incidents one by one, with hour, exact point and offence classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.aftermath.words import DAILY, MONTHLY, NOTHING, POINTLESS, TIMED_NEEDED
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.evidence import Evidence
    from rightplace.app.workspace import Workspace
    from rightplace.crime.timed_points import TimedPoints
    from rightplace.forecast.history import History

_HOUR = 1 / 24
_ROUNDING = 1e-6  # days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incidents:
    """Incidents with their classes; rows of one incident are joined.

    Parameters
    ----------
    days
        Shape (n,). Local days since 1970 with the share of the day that had passed.
    xy
        Shape (n, 2). Metres.
    cell
        Shape (n,). Row of the study area's cells.
    classes
        By class, shape (n,): whether one of the incident's rows is of it.
    records
        Rows, before they were joined.
    join_hours
        How far apart rows of one incident were taken to stand, at one point.
    slipped_hours
        By how many hours rows of one incident are dated apart, where that stands out.
    without_hour
        Rows left out because they give a day and no hour.
    points
        Different points on which the incidents stand.
    """

    days: NDArray[np.float64]
    xy: NDArray[np.float64]
    cell: NDArray[np.int64]
    classes: dict[str, NDArray[np.bool_]]
    records: int
    join_hours: float
    slipped_hours: tuple[int, ...]
    without_hour: int
    points: int

    @property
    def n(self) -> int:
        """Incidents."""
        return int(self.days.size)


def check_supported(evidence: Evidence) -> None:
    """Check that records give hour and exact point.

    Raises
    ------
    UnsupportedByDataError
        If they do not; months and snapped points can tell nothing of the hours after an event.
    """
    if evidence.shift_counts.monthly.any():
        raise UnsupportedByDataError(MONTHLY, value="month", remedy=TIMED_NEEDED)
    if evidence.grain != "shift":
        raise UnsupportedByDataError(DAILY, value=evidence.grain, remedy=TIMED_NEEDED)
    if evidence.history.points is None:
        raise UnsupportedByDataError(POINTLESS, value="no point", remedy=TIMED_NEEDED)


def incidents_of(workspace: Workspace, evidence: Evidence) -> Incidents:
    """Return the incidents behind some evidence, which gives hours and exact points.

    Raises
    ------
    UnsupportedByDataError
        If no record with hour and point lies in published time.
    """
    from rightplace.forecast.aftermath.counts import JOIN_HOURS, first_of_incident, slipped_hours
    from rightplace.forecast.points import moments
    from rightplace.places import to_metres

    found = _by_class(workspace, evidence)
    begins, ends, cell, lon, lat = (
        np.concatenate([getattr(each, name) for each in found.values()])
        for name in ("begins", "ends", "cell", "lon", "lat")
    )
    offence = np.repeat(np.arange(len(found)), [each.cell.size for each in found.values()])
    timed = ends - begins <= _HOUR + _ROUNDING
    chosen = np.isfinite(lon) & np.isfinite(lat) & timed
    chosen &= _published(evidence.history, begins, cell)
    if not chosen.any():
        raise UnsupportedByDataError(NOTHING, remedy="Check what `rightplace status` shows.")
    # In one order, whatever that of the files, so that sums are alike to the last digit.
    rows = np.lexsort((offence, lat, lon, begins))
    rows = rows[chosen[rows]]
    begins, ends, cell, offence = (a[rows] for a in (begins, ends, cell, offence))
    xy = np.column_stack(to_metres(evidence.area.crs, lon[rows], lat[rows]))
    days = moments(begins, ends, xy)
    slipped = slipped_hours(begins, xy)
    join_hours = max([JOIN_HOURS, *(hour + 1.0 for hour in slipped)])
    first = first_of_incident(days, xy, within_hours=join_hours)
    kept = first == np.arange(first.size)
    return Incidents(
        days=days[kept],
        xy=xy[kept],
        cell=cell[kept],
        classes={
            name: np.bincount(first[offence == code], minlength=first.size)[kept] > 0
            for code, name in enumerate(found)
        },
        records=int(days.size),
        join_hours=join_hours,
        slipped_hours=slipped,
        without_hour=int((~timed).sum()),
        points=len(np.unique(np.rint(xy[kept]), axis=0)),
    )


def _by_class(workspace: Workspace, evidence: Evidence) -> dict[str, TimedPoints]:
    """Return the records behind the demand of each class."""
    from rightplace.crime.counting import degrees_of, places_of
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import standing
    from rightplace.crime.timed_points import timed_points
    from rightplace.places import locate

    question, area, demand = evidence.question, evidence.area, evidence.shift_counts
    held = holdings(
        entries_of(workspace.store.manifest()), kind="crimes", known_at=question.known_at
    )
    rows = standing(workspace.engine, workspace.store, held)
    if rows is None:  # the evidence rests on some
        return {}
    rows = rows.filter(rows.occurred_to <= area.clock.day_start(question.as_of + timedelta(days=1)))
    places = places_of(workspace.engine, rows)
    cells = locate(area, *degrees_of(places), codes=places["lsoa_key"])
    return {
        name: timed_points(
            workspace.engine,
            rows,
            places=places,
            cells=cells,
            clock=area.clock,
            demand=demand.where(demand.offence == name),
        )
        for name in evidence.classes
    }


def _published(
    history: History, days: NDArray[np.float64], cell: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which moments lie in a period for which their cell has data, shape (n,)."""
    ends = history.period_ends.astype(np.int64)
    period = np.searchsorted(ends, days, side="right")
    within = (days >= history.starts_on.astype(np.int64)) & (period < ends.size)
    seen = np.zeros(days.size, dtype=np.bool_)
    seen[within] = history.observed[cell[within], period[within]]
    return seen


def published_spells(history: History) -> list[tuple[float, float]]:
    """Return from when to when every cell that has data at all has data, in local days."""
    ends = history.period_ends.astype(np.float64)
    starts = np.concatenate([[float(history.starts_on.astype(np.int64))], ends[:-1]])
    known = history.observed[history.observed.any(axis=1)]
    whole = np.concatenate([[False], known.all(axis=0), [False]])
    change = np.flatnonzero(whole[1:] != whole[:-1])
    opens, closes = change[0::2], change[1::2]
    return [(float(starts[a]), float(ends[b - 1])) for a, b in zip(opens, closes, strict=True)]
