"""Cells in the order of their forecasts: one sort, from which every choice of cells follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """Cells by forecast, highest first; cells that tie stand together.

    When several cells tie for the last places, each is in with the same chance: what is caught
    is then an expectation, may be a fraction, and does not depend on the order of cells.

    Parameters
    ----------
    order
        Shape (n_cells,). Positions of the cells, highest forecast first.
    ends
        Shape (n_ties,). How many cells stand in each group of tied cells and those above it.
    """

    order: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, forecast: NDArray[np.float64]) -> Self:
        """Return the ranking by a forecast.

        Parameters
        ----------
        forecast
            Shape (n_cells,), at least one cell. Any numbers that rank the cells, highest first.

        Raises
        ------
        BadInputError
            If there is no cell, or one has no number.
        """
        if forecast.ndim != 1 or forecast.size == 0 or not np.isfinite(forecast).all():
            msg = f"Cells are ranked by finite forecasts, one each; got shape {forecast.shape}."
            raise BadInputError(msg, remedy="Leave cells without data out.")
        order = np.argsort(-forecast, kind="stable")
        last_of_tie = np.flatnonzero(np.diff(forecast[order]) < 0) + 1
        return cls(order=order, ends=np.append(last_of_tie, forecast.size))

    def caught(
        self,
        values: NDArray[np.generic],
        taken: NDArray[np.generic],
        *,
        size: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Return the sum of values over the first cells, ties shared, shape of ``taken``.

        Parameters
        ----------
        values
            Shape (n_cells,). Events or harm.
        taken
            How much is chosen: cells, or in the unit of ``size``; from 0 to all there is.
        size
            Shape (n_cells,). Size of each cell, more than 0, such as its area; tied cells are
            then shared by size, and of the last cell only the part that fits is taken.
        """
        last = self.ends - 1
        reach = self.ends if size is None else np.cumsum(size[self.order])[last]
        sums = np.cumsum(values[self.order], dtype=np.float64)[last]
        reach = np.append(0.0, reach).astype(np.float64)
        return np.asarray(np.interp(taken.astype(np.float64), reach, np.append(0.0, sums)))

    def chance(self, taken: int) -> NDArray[np.float64]:
        """Return the chance of each cell to be among the first, shape (n_cells,)."""
        starts = np.append(0, self.ends[:-1])
        sizes = self.ends - starts
        of_group = np.clip((taken - starts) / sizes, 0.0, 1.0)
        chances = np.empty(self.order.size)
        chances[self.order] = np.repeat(of_group, sizes)
        return chances
