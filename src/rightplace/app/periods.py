"""The periods of a history, and which cells were published in them: no data is not zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.core.time import Month, months_between
from rightplace.crime.publication import (
    covered_boroughs,
    feed_ended,
    published_by_borough,
    published_over_time,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.crime.counting import Counts
    from rightplace.crime.holdings import Holdings
    from rightplace.places.study_area import StudyArea

UNION_OF_FORCES = "data.police.uk"
# The newest record may be so old, in days, before a forecast is refused as stale.
STALE_AFTER_DAYS: dict[str, int] = {"month": 124, "week": 35}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeAxis:
    """Periods of a history: calendar months, or weeks that end with the as-of day.

    Parameters
    ----------
    starts, ends
        Shape (n_periods,). First day of each period, and first day after it.
    """

    kind: Literal["month", "week"]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]

    def period_of(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return the period of each day, -1 before the first and after the last."""
        period = np.searchsorted(self.starts, days, side="right") - 1
        late = days >= self.ends[np.maximum(period, 0)]
        return np.where((period < 0) | late, -1, period)


def time_axis(used: Counts, *, as_of: date, starts_on: date | None = None) -> TimeAxis:
    """Return the periods from where the records begin to the as-of day; none if no week is whole.

    Weeks begin with the month in which a feed began (see ``published_over_time``): decades with
    a stray record or a mistyped year are neither history nor thousands of empty weeks.

    Parameters
    ----------
    used
        Records, some at least; where one of them gives its month alone, periods are months.
    as_of
        The last day whose events may be used.
    starts_on
        A day on which a week is to start; None lets the last week end with the as-of day.
    """
    first, last = used.day.min().astype(date), used.day.max().astype(date)
    if not used.monthly.any():
        return _weeks(_feed_began(used), as_of=as_of, starts_on=starts_on)
    whole = Month.of(as_of + timedelta(days=1)).plus(-1)  # the newest that is over
    months = months_between(Month.of(first), min(Month.of(last), whole))
    return TimeAxis(
        kind="month",
        starts=np.array([m.first for m in months], dtype="datetime64[D]"),
        ends=np.array([m.plus(1).first for m in months], dtype="datetime64[D]"),
    )


def _feed_began(used: Counts) -> date:
    """Return the first day of the first month published, or the first record's in that month."""
    first: date = used.day.min().astype(date)
    months = months_between(Month.of(first), Month.of(used.day.max().astype(date)))
    began = int(np.argmax(published_over_time(_by_month(used, months), months)))
    return max(first, months[began].first)


def _by_month(used: Counts, months: list[Month]) -> NDArray[np.int64]:
    """Return the records of consecutive months, shape (n_months,)."""
    base = np.datetime64(months[0].first, "M")
    index = (used.day.astype("datetime64[M]") - base).astype(np.int64)
    within = (index >= 0) & (index < len(months))
    records = np.zeros(len(months), dtype=np.int64)
    np.add.at(records, index[within], used.n[within])
    return records


def _weeks(first: date, *, as_of: date, starts_on: date | None) -> TimeAxis:
    after = as_of + timedelta(days=1)
    if starts_on is not None:
        after -= timedelta(days=(after - starts_on).days % 7)
    weeks = max((after - first).days // 7, 0)
    ends = [after - timedelta(days=7 * back) for back in range(weeks)][::-1]
    return TimeAxis(
        kind="week",
        starts=np.array([end - timedelta(days=7) for end in ends], dtype="datetime64[D]"),
        ends=np.array(ends, dtype="datetime64[D]"),
    )


def by_cell(
    area: StudyArea, counts: Counts, axis: TimeAxis, values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return values summed by cell and period, shape (n_cells, n_periods)."""
    total = np.zeros((area.n_cells, len(axis.ends)))
    period = axis.period_of(counts.day)
    held = period >= 0
    np.add.at(total, (counts.cell[held], period[held]), values[held])
    return total


def observed(
    area: StudyArea, used: Counts, axis: TimeAxis, *, held: Holdings, cells_share: float
) -> NDArray[np.bool_]:
    """Return which cells have data in which period, shape (n_cells, n_periods).

    Parameters
    ----------
    area
        The study area.
    used
        Records of every class that lie in its cells.
    axis
        The periods.
    held
        Where the records come from.
    cells_share
        Smallest share of a borough's cells with any record for its month to count, where all
        crime is published.
    """
    dense = {p.population for e in held.entries if e.dense for p in e.partitions}
    boroughs = area.cells["borough"].to_pylist()
    if np.isin(used.population, sorted(dense)).any():
        own = used.where(_of_own_force(area, used))
        records = by_cell(area, own, axis, own.n.astype(np.float64)).astype(np.int64)
        return published_by_borough(records, boroughs, cells_share=cells_share)
    records = by_cell(area, used, axis, used.n.astype(np.float64)).astype(np.int64)
    over_time = _months_published(used, axis) & ~feed_ended(records.sum(axis=0))
    return np.outer(covered_boroughs(records.sum(axis=1), boroughs), over_time)


def _of_own_force(area: StudyArea, used: Counts) -> NDArray[np.bool_]:
    """Return which counts are of the force whose ground the cell is.

    A neighbour's records spill over the border; they do not show that a borough was published.
    Known for London: the City has its own force, the other boroughs the Metropolitan Police.
    """
    from rightplace.places import london_borough

    cells = area.cells["borough"].to_pylist()
    known = {b: london_borough(b) for b in set(cells) if b is not None}
    own_force = {
        name: "metropolitan" if borough.bcu is not None else "city-of-london"
        for name, borough in known.items()
        if borough is not None
    }
    expected = np.array([own_force.get(b or "", "") for b in cells])[used.cell]
    force = np.array([p.split("/")[1] for p in used.population.tolist()])
    union = np.char.startswith(used.population, UNION_OF_FORCES)
    return np.asarray(~union | (expected == "") | (force == expected))


def _months_published(used: Counts, axis: TimeAxis) -> NDArray[np.bool_]:
    """Return which periods of a feed of one kind lie in published months only."""
    first, last = axis.starts[0].astype(date), axis.ends[-1].astype(date) - timedelta(days=1)
    months = months_between(Month.of(first), Month.of(last))
    published = published_over_time(_by_month(used, months), months)
    edges = {0, len(months) - 1}  # months cut off by the first record or the as-of day
    published = np.array([p or i in edges for i, p in enumerate(published)])
    base = np.datetime64(months[0].first, "M")
    starts, ends = (
        (d.astype("datetime64[M]") - base).astype(np.int64)
        for d in (axis.starts, axis.ends - np.timedelta64(1, "D"))
    )
    return np.array([published[a : b + 1].all() for a, b in zip(starts, ends, strict=True)])
