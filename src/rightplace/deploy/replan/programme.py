"""A linear or integer programme in HiGHS, put together row by row, with a bound of our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from rightplace.deploy.limits import UNLIMITED
from rightplace.deploy.visit_model import OPTIONS, SolverStoppedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64] | NDArray[np.int64]
_WHOLE_TOLERANCE = 1e-6
_STOPPED_WELL = frozenset({highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """Whole values of the columns, and what no allowed values exceed.

    Parameters
    ----------
    values
        Shape (n_columns,).
    bound
        Upper bound on the worth of any allowed values.
    """

    values: NDArray[np.int64]
    bound: float


class Programme:
    """Columns between 0 and an upper bound, rows between two; worth is made as large as can be.

    Parameters
    ----------
    seconds
        Time after which a programme in whole numbers stops with the best it has; None: none.
    """

    def __init__(self, *, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._upper: list[NDArray[np.float64]] = []
        self._rows: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        self._entries: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        self.n_columns = self.n_rows = 0

    def columns(self, upper: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add columns and return their indices.

        Parameters
        ----------
        upper
            Largest value of each, 0 or more.
        """
        first, self.n_columns = self.n_columns, self.n_columns + upper.size
        self._upper.append(upper.astype(np.float64))
        return np.arange(first, self.n_columns)

    def rows(self, lower: Numbers, upper: Numbers) -> NDArray[np.int64]:
        """Add rows and return their indices.

        Parameters
        ----------
        lower, upper
            Least and most of each row's sum; none where infinite, or ``UNLIMITED`` and more.
        """
        first, self.n_rows = self.n_rows, self.n_rows + upper.size
        most = np.where(upper >= UNLIMITED, np.inf, upper)
        self._rows.append((lower.astype(np.float64), most.astype(np.float64)))
        return np.arange(first, self.n_rows)

    def put(self, row: NDArray[np.int64], column: NDArray[np.int64], factor: object = 1.0) -> None:
        """Let columns count in rows, each by its factor.

        Parameters
        ----------
        row, column
            Shape (n,).
        factor
            One number, or one for each.
        """
        factors = np.broadcast_to(np.asarray(factor, dtype=np.float64), row.shape)
        self._entries.append((row, column, factors))

    def solve(self, worth: NDArray[np.float64], *, whole: bool) -> Found:
        """Return the values worth most.

        Parameters
        ----------
        worth
            Shape (n_columns,). What one unit of each column is worth.
        whole
            Whether values must be forced to be whole numbers; otherwise the rows make them so.

        Raises
        ------
        SolverStoppedError
            If HiGHS ends without an answer, or with parts of visits.
        """
        scale = float(np.abs(worth).max(initial=0.0)) or 1.0
        highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its stub has no types
        for name, value in OPTIONS.items():
            highs.setOptionValue(name, value)
        if self._seconds is not None:
            highs.setOptionValue("time_limit", self._seconds)
        programme, matrix = self._assembled(worth / scale)
        if whole:
            highs.setOptionValue("mip_rel_gap", 1e-9)
            programme.integrality_ = [highspy.HighsVarType.kInteger] * self.n_columns
        highs.passModel(programme)
        highs.run()
        status = highs.getModelStatus()
        solution = highs.getSolution()
        values = np.asarray(solution.col_value, dtype=np.float64)
        parts = np.abs(values - values.round()).max(initial=0.0) > _WHOLE_TOLERANCE
        if self.n_columns and (status not in _STOPPED_WELL or not solution.value_valid or parts):
            msg = f"HiGHS ended with {highs.modelStatusToString(status)!r} and no whole visits."
            raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
        if whole:
            bound = -float(highs.getInfo().mip_dual_bound) * scale
        else:
            bound = self._bound(worth, -np.asarray(solution.row_dual) * scale, matrix)
        return Found(values=values.round().astype(np.int64), bound=bound)

    def _assembled(
        self, worth: NDArray[np.float64]
    ) -> tuple[highspy.HighsLp, tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
        """Return the programme for HiGHS, and its entries as row, column and factor."""
        row, column, factor = (np.concatenate(each) for each in zip(*self._entries, strict=True))
        order = np.lexsort((row, column))
        row, column, factor = row[order], column[order], factor[order]
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = self.n_columns, self.n_rows
        programme.col_cost_ = -worth
        programme.col_lower_ = np.zeros(self.n_columns)
        programme.col_upper_ = np.concatenate(self._upper)
        programme.row_lower_ = np.concatenate([lower for lower, _ in self._rows])
        programme.row_upper_ = np.concatenate([upper for _, upper in self._rows])
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        starts = np.searchsorted(column, np.arange(self.n_columns + 1))
        programme.a_matrix_.start_ = starts.astype(np.int32)
        programme.a_matrix_.index_ = row.astype(np.int32)
        programme.a_matrix_.value_ = factor
        return programme, (row, column, factor)

    def _bound(
        self,
        worth: NDArray[np.float64],
        prices: NDArray[np.float64],
        entries: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    ) -> float:
        """Return a bound from prices of the rows, whoever set them (weak duality).

        Worth is at most sum_i p_i b_i + sum_j u_j (w_j - sum_i a_ij p_i)+, with b_i the upper
        end of a row where its price is above 0 and the lower end where it is below; a price that
        would lean on an end that is not there counts as 0.
        """
        row, column, factor = entries
        lower = np.concatenate([each for each, _ in self._rows])
        upper = np.concatenate([each for _, each in self._rows])
        end = np.where(prices > 0, upper, lower)
        used = np.where(np.isfinite(end), prices, 0.0)
        charged = np.bincount(column, weights=factor * used[row], minlength=self.n_columns)
        paid = float((used * np.where(np.isfinite(end), end, 0.0)).sum())
        most = np.concatenate(self._upper)
        return paid + float((most * np.maximum(worth - charged, 0)).sum())
