"""A linear or integer programme in HiGHS, put together row by row, with a bound of our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from rightplace.deploy.weekly.limits import UNLIMITED
from rightplace.deploy.weekly.visit_model import OPTIONS, SolverStoppedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64] | NDArray[np.int64]
SMALL = 4000
"""Columns that are looked at in whole numbers at once."""
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
        self._always = np.zeros(0, dtype=np.int64)
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
            Least and most of each row's sum; none where infinite, or near ``UNLIMITED``.
        """
        first, self.n_rows = self.n_rows, self.n_rows + upper.size
        most = np.where(upper >= UNLIMITED // 2, np.inf, upper)
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
        """Return the values worth most, as far as they are found in time.

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
        if not whole:
            values, bound, _ = self._relaxed(worth)
            if np.abs(values - values.round()).max(initial=0.0) > _WHOLE_TOLERANCE:
                msg = "HiGHS returned parts of visits, which this problem does not have."
                raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
            return Found(values=values.round().astype(np.int64), bound=bound)
        if self.n_columns <= SMALL:
            return self._in_whole_numbers(worth, np.arange(self.n_columns))
        # What the relaxation prices far below its worth is not needed, as a rule; the bound is
        # that of the relaxation over every column, so it holds whatever is left out.
        _, bound, reduced = self._relaxed(worth)
        columns = np.sort(np.argsort(-reduced, kind="stable")[:SMALL])
        found = self._in_whole_numbers(worth, np.union1d(columns, self._always))
        return Found(values=found.values, bound=bound)

    def bound(self, worth: NDArray[np.float64]) -> float:
        """Return what no values exceed in worth, from the relaxation, at once.

        Parameters
        ----------
        worth
            Shape (n_columns,).
        """
        return self._relaxed(worth)[1]

    def always(self, columns: NDArray[np.int64]) -> None:
        """Let columns be looked at in whole numbers whatever their price."""
        self._always = np.union1d(self._always, columns)

    def _relaxed(
        self, worth: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
        """Return values that may be parts, their bound, and each column's worth less its price.

        Raises
        ------
        SolverStoppedError
            If HiGHS ends without an answer.
        """
        scale = float(np.abs(worth).max(initial=0.0)) or 1.0
        programme, matrix = self._assembled(worth / scale)
        highs = _solved(programme)
        solution, status = highs.getSolution(), highs.getModelStatus()
        if self.n_columns and status != highspy.HighsModelStatus.kOptimal:
            msg = f"HiGHS ended with {highs.modelStatusToString(status)!r}."
            raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
        prices = -np.asarray(solution.row_dual) * scale
        bound, reduced = self._bound(worth, prices, matrix)
        return np.asarray(solution.col_value, dtype=np.float64), bound, reduced

    def _in_whole_numbers(self, worth: NDArray[np.float64], columns: NDArray[np.int64]) -> Found:
        """Return whole values of some columns, the others 0, and a bound for those columns.

        Raises
        ------
        SolverStoppedError
            If HiGHS finds no values at all.
        """
        scale = float(np.abs(worth).max(initial=0.0)) or 1.0
        programme, _ = self._assembled(worth / scale)
        closed = np.ones(self.n_columns, dtype=np.bool_)
        closed[columns] = False
        programme.col_upper_ = np.where(closed, 0.0, np.concatenate(self._upper))
        programme.integrality_ = [highspy.HighsVarType.kInteger] * self.n_columns
        options: dict[str, str | float] = {"solver": "choose", "mip_rel_gap": 1e-9}
        if self._seconds is not None:
            options["time_limit"] = self._seconds
        highs = _solved(programme, **options)
        solution, status = highs.getSolution(), highs.getModelStatus()
        values = np.asarray(solution.col_value, dtype=np.float64)
        if self.n_columns and (status not in _STOPPED_WELL or not solution.value_valid):
            msg = f"HiGHS ended with {highs.modelStatusToString(status)!r} and no visits."
            raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
        bound = -float(highs.getInfo().mip_dual_bound) * scale
        return Found(values=values.round().astype(np.int64), bound=bound)

    def _assembled(
        self, worth: NDArray[np.float64]
    ) -> tuple[highspy.HighsLp, tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
        """Return the programme for HiGHS, and its entries as row, column and factor."""
        row, column, factor = (np.concatenate(each) for each in zip(*self._entries, strict=True))
        # A column that counts twice in a row, for two slots say, has one entry with both.
        pairs, at = np.unique(column * self.n_rows + row, return_inverse=True)
        factor = np.bincount(at.ravel(), weights=factor, minlength=pairs.size).astype(np.float64)
        column, row = np.divmod(pairs, self.n_rows)
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
    ) -> tuple[float, NDArray[np.float64]]:
        """Return a bound from prices of the rows, whoever set them, and reduced worths.

        By weak duality worth is at most sum_i p_i b_i + sum_j u_j (w_j - sum_i a_ij p_i)+, with
        b_i the upper end of a row where its price is above 0 and the lower end where it is below;
        a price that would lean on an end that is not there counts as 0.
        """
        row, column, factor = entries
        lower = np.concatenate([each for each, _ in self._rows])
        upper = np.concatenate([each for _, each in self._rows])
        end = np.where(prices > 0, upper, lower)
        used = np.where(np.isfinite(end), prices, 0.0)
        charged = np.bincount(column, weights=factor * used[row], minlength=self.n_columns)
        paid = float((used * np.where(np.isfinite(end), end, 0.0)).sum())
        most = np.concatenate(self._upper)
        return paid + float((most * np.maximum(worth - charged, 0)).sum()), worth - charged


def _solved(programme: highspy.HighsLp, **options: str | float) -> highspy.Highs:
    """Return HiGHS when it has stopped.

    Raises
    ------
    SolverStoppedError
        If it does not take the programme.
    """
    highs = highspy.Highs()
    for name, value in (OPTIONS | options).items():
        highs.setOptionValue(name, value)
    if highs.passModel(programme) == highspy.HighsStatus.kError:
        msg = "HiGHS does not take the programme of the plan made anew."
        raise SolverStoppedError(msg, remedy="Report it with the inputs of the plan.")
    highs.run()
    return highs
