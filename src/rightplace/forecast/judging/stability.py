"""How much the list of top places changes from one origin to the next."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rightplace.forecast.judging.accuracy import flagged_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.judging.ranking import Ranking

TOP_SHARES = (0.02, 0.05)


def stability(
    rankings: Sequence[tuple[NDArray[np.bool_], Ranking]], *, share: float
) -> float | None:
    """Return which part of the top cells was among the top at the origin before, on average.

    Cells that tie for the last places are in with the same chance at each origin, drawn anew: a
    method that ranks all cells alike keeps only ``share`` of them.

    Parameters
    ----------
    rankings
        For each origin in time order: which cells were scored, shape (n_cells,), and the ranking
        of those cells by their forecasts.
    share
        Share of cells at the top.

    Returns
    -------
    float or None
        From 0 to 1; cells that were not scored at both origins are left out. None if no cell
        that was at the top can be looked up at an earlier origin.
    """
    kept = []
    tops = [(scored, _chances(scored, ranking, share=share)) for scored, ranking in rankings]
    for (known, before), (scored, now) in pairwise(tops):
        both = known & scored
        if (total := now[both].sum()) > 0:
            kept.append(float((before[both] * now[both]).sum() / total))
    return float(np.mean(kept)) if kept else None


def _chances(scored: NDArray[np.bool_], ranking: Ranking, *, share: float) -> NDArray[np.float64]:
    """Return the chance of each cell to be at the top, shape (n_cells,); 0 if not scored."""
    chances = np.zeros(scored.shape)
    chances[scored] = ranking.chance(flagged_count(share, int(scored.sum())))
    return chances
