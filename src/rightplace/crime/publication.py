"""Which cells were published in which month: no data is not zero.

A publisher of all crime leaves hardly a cell without a record in a month; where most cells of
a borough have none, the borough was not published. Records that spilled over its border from a
neighbour do not make it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.crime.coverage import MISSED_FROM, stub_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.core.time import Month

# What stands in the months before a feed began is reported late: less than so much of the usual.
LEAD_IN_SHARE = 0.1
# A borough with less than so much of what its cells would hold on average was never covered.
SPILL_SHARE = 0.02
# A feed ended where nothing comes any more and so many records a period are usual.
USUAL_FROM = 5
AROUND = 26


def published_by_borough(
    records: NDArray[np.int64], boroughs: Sequence[str | None], *, cells_share: float
) -> NDArray[np.bool_]:
    """Return which cells a publisher of all crime published in which period.

    Parameters
    ----------
    records
        Shape (n_cells, n_periods). Records of any class.
    boroughs
        Shape (n_cells,). Borough of each cell, or None; all without one are taken together.
    cells_share
        Smallest share of a borough's cells with any record for its period to count, 0 to 1.

    Returns
    -------
    ndarray
        Shape (n_cells, n_periods). The same for all cells of a borough.
    """
    names = np.array([borough or "" for borough in boroughs])
    observed = np.zeros(records.shape, dtype=bool)
    for name in np.unique(names):
        cells = names == name
        share = (records[cells] > 0).mean(axis=0)
        observed[cells] = share >= cells_share
    return observed


def published_over_time(records: NDArray[np.int64], months: Sequence[Month]) -> NDArray[np.bool_]:
    """Return in which months a feed of events of one kind was published, for the area as a whole.

    From its first month to its last. Where months hold enough to tell, one with less than a
    quarter of the records of those around it is a stub (see ``coverage.stub_months``), and months
    before the first with a tenth of the usual are records reported late of a time before the
    feed. The usual is the size of month that the middle record lies in, so that decades of stray
    records do not make sparse months look usual.

    Parameters
    ----------
    records
        Shape (n_months,). Records in the whole area.
    months
        The months.
    """
    held = np.flatnonzero(records)
    if held.size == 0:
        return np.zeros(len(months), dtype=bool)
    usual = _usual(records[held])
    began = held[records[held] >= (LEAD_IN_SHARE * usual if usual >= MISSED_FROM else 0)]
    first, last = int(began[0]), int(held[-1])
    by_month = {months[i]: int(records[i]) for i in range(first, last + 1)}
    stubs = set(stub_months(by_month))
    return np.array([month in by_month and month not in stubs for month in months])


def _usual(records: NDArray[np.int64]) -> int:
    """Return the size of month that the middle record lies in; months of 1 record or more."""
    sizes = np.sort(records)
    middle = np.searchsorted(2 * np.cumsum(sizes), sizes.sum())
    return int(sizes[middle])


def feed_ended(records: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which periods come after the last record of a feed that had some in every period.

    They were not published, or not yet: nothing came is not the same as nothing happened. Where
    records are too rare to tell (a median of under 5 in the 26 periods before), none is.

    Parameters
    ----------
    records
        Shape (n_periods,). Records in the whole area.
    """
    ended = np.zeros(records.shape, dtype=bool)
    held = np.flatnonzero(records)
    if held.size:
        last = int(held[-1])
        before = records[max(0, last + 1 - AROUND) : last + 1]
        ended[last + 1 :] = np.median(before) >= USUAL_FROM
    return ended


def covered_boroughs(
    records: NDArray[np.int64], boroughs: Sequence[str | None]
) -> NDArray[np.bool_]:
    """Return which cells lie on the ground that a feed of events covers.

    A borough that has next to nothing of what as many cells hold on average (30 records or
    more) is another force's ground: no data, not zero. Where events are too rare to tell, all
    is taken as covered.

    Parameters
    ----------
    records
        Shape (n_cells,). Records of any class over the whole history.
    boroughs
        Shape (n_cells,). Borough of each cell, or None; all without one are taken together.
    """
    names = np.array([borough or "" for borough in boroughs])
    covered = np.ones(records.shape, dtype=bool)
    for name in np.unique(names):
        cells = names == name
        average = records.mean() * cells.sum()
        covered[cells] = average < MISSED_FROM or records[cells].sum() >= SPILL_SHARE * average
    return covered
