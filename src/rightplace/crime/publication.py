"""Which cells were published in which month: no data is not zero.

A publisher of all crime leaves hardly a cell without a record in a month; where most cells of
a borough have none, the borough was not published. Records that spilled over its border from a
neighbour do not make it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.crime.coverage import stub_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.core.time import Month


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

    From its first month to its last; a month with less than half the records of those around
    it is a stub, where they are many enough to tell (see ``coverage.stub_months``).

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
    first, last = int(held[0]), int(held[-1])
    by_month = {months[i]: int(records[i]) for i in range(first, last + 1)}
    stubs = set(stub_months(by_month))
    return np.array([month in by_month and month not in stubs for month in months])
