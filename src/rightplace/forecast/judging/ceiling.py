"""What a method would score if its own forecasts were the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, xlogy

from rightplace.forecast.counts import quantile
from rightplace.forecast.judging.scores import log_likelihood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Counts beyond this chance add nothing that could be printed.
_ALL_BUT = 1 - 1e-9
# Counts looked at together: memory, not meaning.
_AT_ONCE = 1_000_000


def expected_log_scores(
    mean: NDArray[np.float64], dispersion: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the log scores to expect of counts that come from the forecast itself.

    Exact sums over all counts that matter, no draws: of log f(Y) with Y from the negative
    binomial of each cell and f its Poisson (`poisson_log_score`) or its negative binomial chance.

    Parameters
    ----------
    mean
        Shape (n_cells,). Expected counts, floored as for scoring.
    dispersion
        Shape (n_cells,). Extra variance as a share of the squared mean.

    Returns
    -------
    tuple
        Means over cells: with Poisson noise in the score, and with the forecast's own.
    """
    log_factorial, own = np.zeros(mean.shape), np.zeros(mean.shape)
    for cells, counts in _counts_that_matter(mean, dispersion):
        log_chance = log_likelihood(counts, mean[cells, None], dispersion=dispersion[cells, None])
        chance = np.exp(log_chance)
        log_factorial[cells] = chance @ gammaln(counts + 1.0)
        own[cells] = (chance * np.where(chance > 0, log_chance, 0.0)).sum(axis=1)
    poisson = xlogy(mean, mean) - mean - log_factorial
    return float(poisson.mean()), float(own.mean())


def _counts_that_matter(
    mean: NDArray[np.float64], dispersion: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yield cells of like reach and the counts, from 0 up, that hold all but 1e-9 of each."""
    reach = quantile(_ALL_BUT, mean, dispersion=dispersion) + 1
    order = np.argsort(reach, kind="stable")
    start = 0
    while start < order.size:
        # As many cells as reach no further than twice the first, and fit in memory.
        furthest = 2 * reach[order[start]] + 8
        most = max(1, _AT_ONCE // int(furthest))
        end = min(int(np.searchsorted(reach[order], furthest, side="right")), start + most)
        cells = order[start:end]
        yield cells, np.arange(reach[cells[-1]] + 1, dtype=np.float64)
        start = end
