"""Correlations and ratios with intervals that draw whole boroughs anew: no file, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DRAWS = 2000
# Fewer blocks than this cannot say how far a number would move.
FEWEST_BLOCKS = 5
_ENDS = (2.5, 97.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number and its 95 % interval; the ends are None where there are too few boroughs."""

    value: float
    lo95: float | None
    hi95: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blocks:
    """Cells in blocks that are drawn together, since neighbours are alike.

    Parameters
    ----------
    of_cell
        Shape (n_cells,). Number of the block of each cell.
    drawn
        Shape (n_draws, n_blocks). How often each block is in each draw.
    """

    of_cell: NDArray[np.int64]
    drawn: NDArray[np.int64]

    @classmethod
    def of(cls, names: Sequence[str | None], *, generator: np.random.Generator) -> Self:
        """Return the blocks of cells by the name of their borough.

        Parameters
        ----------
        names
            Borough of each cell; cells without one are a block of their own.
        generator
            Chance of the draws.
        """
        _, of_cell = np.unique([name or "" for name in names], return_inverse=True)
        n = int(of_cell.max()) + 1
        drawn = generator.multinomial(n, np.full(n, 1 / n), size=DRAWS)
        return cls(of_cell=of_cell, drawn=drawn)

    def sums(self, columns: NDArray[np.float64], cells: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return sums of columns by block, (n_blocks, n_columns), over the chosen cells."""
        blocks = self.of_cell[cells]
        return np.column_stack(
            [np.bincount(blocks, row[cells], minlength=self.drawn.shape[1]) for row in columns]
        )

    def n_in(self, cells: NDArray[np.bool_]) -> int:
        """Return how many blocks have any of the chosen cells."""
        return np.unique(self.of_cell[cells]).size


def correlation(
    x: NDArray[np.float64], y: NDArray[np.float64], *, blocks: Blocks, cells: NDArray[np.bool_]
) -> Estimate | None:
    """Return Pearson's correlation over some cells; None if one of the two does not vary.

    Parameters
    ----------
    x, y
        Shape (n_cells,). Finite in the chosen cells.
    blocks
        What is drawn anew.
    cells
        Shape (n_cells,). The cells that are looked at.
    """
    # Centred first, so that sums of squares do not swallow small differences.
    x, y = (np.where(cells, v - v[cells].mean(), 0.0) for v in (x, y))
    sums = blocks.sums(np.array([np.ones_like(x), x, y, x * x, y * y, x * y]), cells)
    value = _pearson(sums.sum(axis=0)[None, :])
    if not np.isfinite(value[0]):
        return None
    drawn = _pearson(blocks.drawn @ sums)
    return _estimate(float(value[0]), drawn, enough=blocks.n_in(cells) >= FEWEST_BLOCKS)


def rank_correlation(
    x: NDArray[np.float64], y: NDArray[np.float64], *, blocks: Blocks, cells: NDArray[np.bool_]
) -> Estimate | None:
    """Return Spearman's correlation over some cells; parameters as in ``correlation``.

    The ranks are those among all chosen cells, in every draw: the interval is of the correlation
    of those ranks.
    """
    return correlation(_ranks(x, cells), _ranks(y, cells), blocks=blocks, cells=cells)


def ratio(
    above: NDArray[np.float64],
    below: NDArray[np.float64],
    *,
    blocks: Blocks,
    cells: NDArray[np.bool_],
) -> Estimate | None:
    """Return a ratio of sums over some cells; None if what stands below sums to 0."""
    sums = blocks.sums(np.array([above, below]), cells)
    if sums[:, 1].sum() <= 0:
        return None
    value = _ratios(sums.sum(axis=0)[None, :])[0]
    drawn = _ratios(blocks.drawn @ sums)
    return _estimate(float(value), drawn, enough=blocks.n_in(cells) >= FEWEST_BLOCKS)


def ratio_beside(
    above: NDArray[np.float64],
    below: NDArray[np.float64],
    *,
    blocks: Blocks,
    cells: NDArray[np.bool_],
    others: NDArray[np.bool_],
) -> Estimate | None:
    """Return a ratio of sums over some cells, relative to that of others drawn along with them.

    None if either ratio is 0/0, or that of the others is 0.

    Parameters
    ----------
    above, below
        Shape (n_cells,).
    blocks
        What is drawn anew.
    cells, others
        Shape (n_cells,). The cells, and those they stand beside.
    """
    sums, around = (blocks.sums(np.array([above, below]), chosen) for chosen in (cells, others))
    value, level = (_ratios(s.sum(axis=0)[None, :])[0] for s in (sums, around))
    if not (np.isfinite(value) and np.isfinite(level) and level > 0):
        return None
    levels = _ratios(blocks.drawn @ around)
    drawn = _ratios(blocks.drawn @ sums) / np.where(levels > 0, levels, np.nan)
    return _estimate(float(value / level), drawn, enough=blocks.n_in(cells) >= FEWEST_BLOCKS)


def tenths(values: NDArray[np.float64], *, cells: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return ten groups of the chosen cells by a value, lowest first, as equal as can be.

    Cells with equal values stand in the order of the cells.
    """
    chosen = np.flatnonzero(cells)
    order = chosen[np.argsort(values[chosen], kind="stable")]
    groups = []
    for part in np.array_split(order, 10):
        group = np.zeros(values.shape, dtype=bool)
        group[part] = True
        groups.append(group)
    return groups


def _pearson(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    n, x, y, xx, yy, xy = sums.T
    spread_x, spread_y = n * xx - x * x, n * yy - y * y
    found = np.full(n.shape, np.nan)
    able = (spread_x > 0) & (spread_y > 0)
    np.divide(
        n * xy - x * y, np.sqrt(np.where(able, spread_x * spread_y, 1)), out=found, where=able
    )
    return found


def _ratios(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first column over the second; NaN where that is 0."""
    found = np.full(len(sums), np.nan)
    np.divide(sums[:, 0], sums[:, 1], out=found, where=sums[:, 1] > 0)
    return found


def _estimate(value: float, drawn: NDArray[np.float64], *, enough: bool) -> Estimate:
    drawn = drawn[np.isfinite(drawn)]
    if not enough or drawn.size == 0:
        return Estimate(value=value, lo95=None, hi95=None)
    low, high = np.percentile(drawn, _ENDS)
    return Estimate(value=value, lo95=float(low), hi95=float(high))


def _ranks(values: NDArray[np.float64], cells: NDArray[np.bool_]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    ranks = np.full(values.shape, np.nan)
    ranks[cells] = rankdata(values[cells])
    return ranks
