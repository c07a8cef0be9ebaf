"""Postings as a linear or whole-number programme over some of their columns, by HiGHS.

Rows are the rules; for each post its constables, its supervisors and its one pattern; and one
for each class that has a column. Columns are patterns of posts and how many of a class go to a
post. Patterns need not be whole numbers: where movers are, one pattern of each post fits, and
none together prevent more, for harm is concave. HiGHS minimises, hence the signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from rightplace.deploy.surge.pricing import Elsewhere, Prices, Pricing
from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 0}
_RELATIVE_GAP = 1e-9
_PENALTY = 1e3  # for a unit by which a row is broken, in the largest value of the objective
_KEPT = 1e-7  # a row broken by less is kept


class SurgeSolverError(RightplaceError):
    """The solver ended without an answer that it should have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """The best that parts of movers could do over the columns at hand.

    Parameters
    ----------
    value
        Harm prevented and match, in harm.
    prices
        Prices of rules and posts.
    taken
        Shape (n_classes,). Price of a mover of each class; 0 for one without columns.
    chosen
        Shape (n_posts,). What the pattern of each post gains at these prices.
    made
        Shape (n_classes, n_posts). Movers, or parts of movers, of each class and post.
    is_kept
        Whether no row is broken, at a price; always where that is not allowed.
    """

    value: float
    prices: Prices
    taken: NDArray[np.float64]
    chosen: NDArray[np.float64]
    made: NDArray[np.float64]
    is_kept: bool


class Programme:
    """A programme that columns are added to as prices ask for them.

    Parameters
    ----------
    pricing
        The problem with its classes, its patterns and the worth of a match.

    Attributes
    ----------
    klass, post
        Shape (n_columns,). Class and post of each column; -1 and the post of a pattern.
    pattern
        Shape (n_columns,). Pattern of each column, or -1. A column with neither class nor pattern
        breaks a row, at a price.
    """

    def __init__(self, pricing: Pricing) -> None:
        self.pricing = pricing
        groups, patterns = pricing.groups, pricing.patterns
        self.klass = np.zeros(0, dtype=np.int64)
        self.post = np.zeros(0, dtype=np.int64)
        self.pattern = np.zeros(0, dtype=np.int64)
        self._has = np.zeros(groups.match.shape, dtype=bool)
        self._has_pattern = np.zeros(patterns.post.size, dtype=bool)
        self._row_of = np.full(groups.n_classes, -1, dtype=np.int64)
        most_match = pricing.worth * float(groups.match.max(initial=0.0))
        self.scale = max(float(pricing.problem.harm.max(initial=0.0)), most_match) or 1.0
        self._highs = highspy.Highs()
        for name, value in _OPTIONS.items():
            self._highs.setOptionValue(name, value)
        self._n_rules, n_posts = pricing.least.size, pricing.problem.n_posts
        zero, one = np.zeros(2 * n_posts), np.ones(n_posts)
        self._n_rows, self._elsewhere_row, self._may_break = 0, -1, False
        self._add_rows(
            np.concatenate([pricing.least, zero, one]), np.concatenate([pricing.most, zero, one])
        )
        self._n_shared = self._n_rows

    def allow_breaking(self) -> None:
        """Let rows be broken at a price, so that prices lead to columns that keep them.

        A second call changes nothing.
        """
        if self._may_break:
            return
        self._may_break = True
        n = self._n_shared - self.pricing.problem.n_posts
        rows = np.tile(np.arange(n), 2)[:, None]
        values = np.repeat([1.0, -1.0], n)[:, None]
        none = np.full(2 * n, -1, dtype=np.int64)
        cost = np.full(2 * n, _PENALTY * self.scale)
        self._add_columns(cost, np.full(2 * n, np.inf), rows, values)
        self._name(none, none, none)

    def _add_rows(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        starts = np.zeros(lower.size, dtype=np.int32)
        none, nothing = np.zeros(0, dtype=np.int32), np.zeros(0)
        self._highs.addRows(lower.size, lower, upper, 0, starts, none, nothing)
        self._n_rows += lower.size

    def add_patterns(self, patterns: NDArray[np.int64]) -> int:
        """Add columns of patterns that are not there yet, and return how many were new."""
        new = patterns[~self._has_pattern[patterns]]
        self._has_pattern[new] = True
        table, n_posts = self.pricing.patterns, self.pricing.problem.n_posts
        post = table.post[new]
        rows = self._n_rules + post[:, None] + n_posts * np.arange(3)
        values = np.column_stack(
            [table.constables[new], table.supervisors[new], np.ones(new.size)]
        ).astype(np.float64)
        self._add_columns(-table.harm[new], np.full(new.size, np.inf), rows, values)
        self._name(np.full(new.size, -1, dtype=np.int64), post, new)
        return int(new.size)

    def add(self, klass: NDArray[np.int64], post: NDArray[np.int64]) -> int:
        """Add columns of postings that are not there yet, and return how many were new."""
        pricing, groups = self.pricing, self.pricing.groups
        new = ~self._has[klass, post] & groups.allowed[groups.type_of[klass], post]
        klass, post = klass[new], post[new]
        self._has[klass, post] = True
        fresh = np.unique(klass[self._row_of[klass] < 0])
        self._row_of[fresh] = self._n_rows + np.arange(fresh.size)
        self._add_rows(np.full(fresh.size, -np.inf), groups.size[fresh].astype(np.float64))
        of_type, n_posts = groups.type_of[klass], pricing.problem.n_posts
        apart = pricing.patterns.apart[post]
        supervisors = groups.supervisors[of_type]
        there = groups.constables[of_type] + np.where(apart, 0, supervisors)
        rules = np.broadcast_to(np.arange(self._n_rules), (klass.size, self._n_rules))
        own = self._n_rules + post[:, None] + n_posts * np.arange(2)
        rows = np.column_stack([rules, own, self._row_of[klass]])
        weights = groups.weight[of_type] * pricing.posts.T[post]
        counts = [-there, -np.where(apart, supervisors, 0), np.ones(klass.size)]
        values = np.column_stack([weights, *counts]).astype(np.float64)
        cost = -pricing.worth * groups.match[klass, post]
        self._add_columns(cost, groups.size[klass].astype(np.float64), rows, values)
        self._name(klass, post, np.full(klass.size, -1, dtype=np.int64))
        return int(klass.size)

    def _name(
        self, klass: NDArray[np.int64], post: NDArray[np.int64], pattern: NDArray[np.int64]
    ) -> None:
        self.klass = np.concatenate([self.klass, klass])
        self.post = np.concatenate([self.post, post])
        self.pattern = np.concatenate([self.pattern, pattern])

    def _add_columns(
        self,
        cost: NDArray[np.float64],
        upper: NDArray[np.float64],
        rows: NDArray[np.int64],
        values: NDArray[np.float64],
    ) -> None:
        """Add columns; rows and values are of shape (n_columns, most entries of a column)."""
        n = cost.size
        if not n:
            return
        column, place = np.nonzero(values)
        starts = np.searchsorted(column, np.arange(n)).astype(np.int32)
        index = rows[column, place].astype(np.int32)
        entries = values[column, place]
        self._highs.addCols(
            n, cost / self.scale, np.zeros(n), upper, index.size, starts, index, entries
        )

    def demand_elsewhere(self, elsewhere: Elsewhere) -> None:
        """Add the demand as a row; ``forget_elsewhere`` frees it again."""
        posts = np.flatnonzero(elsewhere.posts)
        self.add(np.full(posts.size, elsewhere.klass, dtype=np.int64), posts)
        mine = (self.klass == elsewhere.klass) & elsewhere.posts[self.post]
        index = np.flatnonzero(mine).astype(np.int32)
        self._highs.addRow(1.0, np.inf, index.size, index, np.ones(index.size))
        self._elsewhere_row = self._n_rows
        self._n_rows += 1

    def forget_elsewhere(self) -> None:
        """Free the row that ``demand_elsewhere`` added last."""
        self._highs.changeRowBounds(self._elsewhere_row, -np.inf, np.inf)
        self._elsewhere_row = -1

    def relax(self) -> Relaxed | None:
        """Return the best that parts of movers could do, or None if the rules cannot be kept."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        _check(status)
        found = self._highs.getSolution()
        duals = -np.asarray(found.row_dual) * self.scale
        rules, posts = duals[: self._n_rules], duals[self._n_rules : self._n_shared]
        constable, supervisor, chosen = posts.reshape(3, -1)
        values = np.asarray(found.col_value)
        taken = np.zeros(self._row_of.size)
        held = self._row_of >= 0
        taken[held] = np.maximum(duals[self._row_of[held]], 0)
        prices = Prices(
            rule=rules,
            constable=constable,
            supervisor=supervisor,
            elsewhere=-float(duals[self._elsewhere_row]) if self._elsewhere_row >= 0 else 0.0,
        )
        return Relaxed(
            value=-self._highs.getInfo().objective_function_value * self.scale,
            prices=self.pricing.signed(prices),
            taken=taken,
            chosen=chosen,
            made=self._made(values),
            is_kept=float(values[(self.klass < 0) & (self.pattern < 0)].sum()) < _KEPT,
        )

    def _made(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        made = np.zeros(self._has.shape)
        moving = self.klass >= 0
        made[self.klass[moving], self.post[moving]] = values[moving]
        return made

    def whole(
        self, kept: NDArray[np.bool_], *, start: NDArray[np.int64] | None, seconds: float
    ) -> tuple[NDArray[np.int64] | None, float]:
        """Return whole movers by class and post over some columns, and HiGHS's own bound.

        None, with a bound of minus infinity, where the rules cannot be kept with these columns.

        Parameters
        ----------
        kept
            Shape (n_columns,). Columns that may be used; none that breaks a row is.
        start
            Shape (n_classes, n_posts). Postings to begin with.
        seconds
            Time after which the best found is taken; the bound tells how good it is.
        """
        programme, names = self._part(kept & ((self.klass >= 0) | (self.pattern >= 0)))
        moving = np.flatnonzero(self.klass[names] >= 0)
        klass, post = self.klass[names][moving], self.post[names][moving]
        begin = None if start is None else start[klass, post].astype(np.float64)
        highs = _searched(programme, moving, begin, seconds=seconds)
        status, info = highs.getModelStatus(), highs.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, -np.inf
        _check(status, also=(highspy.HighsModelStatus.kTimeLimit,))
        bound = -info.mip_dual_bound * self.scale
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, bound
        made = np.zeros(self._has.shape, dtype=np.int64)
        made[klass, post] = np.asarray(highs.getSolution().col_value)[moving].round()
        return made, bound

    def _part(self, kept: NDArray[np.bool_]) -> tuple[highspy.HighsLp, NDArray[np.int64]]:
        """Return a programme of some columns, whole numbers for movers, and which they are."""
        names = np.flatnonzero(kept)
        whole = self._highs.getLp()
        starts = np.asarray(whole.a_matrix_.start_)
        index, entries = np.asarray(whole.a_matrix_.index_), np.asarray(whole.a_matrix_.value_)
        lengths = np.diff(starts)[names]
        places = np.repeat(starts[names] - np.cumsum(lengths) + lengths, lengths) + np.arange(
            lengths.sum()
        )
        part = highspy.HighsLp()
        part.num_col_, part.num_row_ = names.size, whole.num_row_
        part.col_cost_ = np.asarray(whole.col_cost_)[names]
        part.col_lower_ = np.asarray(whole.col_lower_)[names]
        part.col_upper_ = np.asarray(whole.col_upper_)[names]
        part.row_lower_, part.row_upper_ = whole.row_lower_, whole.row_upper_
        part.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        part.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        part.a_matrix_.index_, part.a_matrix_.value_ = index[places], entries[places]
        kind = highspy.HighsVarType
        moves = self.klass[names] >= 0
        part.integrality_ = [kind.kInteger if move else kind.kContinuous for move in moves]
        return part, names


def _searched(
    programme: highspy.HighsLp,
    moving: NDArray[np.int64],
    begin: NDArray[np.float64] | None,
    *,
    seconds: float,
) -> highspy.Highs:
    """Return HiGHS after its search over whole movers.

    The presolve of HiGHS 1.15.1 finds some programmes infeasible that are not, and then takes
    postings to begin with for the best, with a bound that is no number. So what it finds
    infeasible, or leaves without a bound, is searched again without presolve.

    Parameters
    ----------
    programme
        The programme.
    moving, begin
        Columns of movers, and their values to begin with; None for none.
    seconds
        Time for each search.
    """
    for presolve in ("on", "off"):
        highs = highspy.Highs()
        options = {"mip_rel_gap": _RELATIVE_GAP, "time_limit": seconds, "presolve": presolve}
        for name, value in (_OPTIONS | options).items():
            highs.setOptionValue(name, value)
        highs.passModel(programme)
        if begin is not None:
            highs.setSolution(moving.size, moving.astype(np.int32), begin)
        highs.run()
        infeasible = highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        if not infeasible and not np.isnan(highs.getInfo().mip_dual_bound):
            break
    return highs


def _check(
    status: highspy.HighsModelStatus, also: tuple[highspy.HighsModelStatus, ...] = ()
) -> None:
    """Check how HiGHS ended.

    Raises
    ------
    SurgeSolverError
        If it is none of the ways that were meant.
    """
    if status not in {highspy.HighsModelStatus.kOptimal, *also}:
        msg = f"HiGHS ended with {status}."
        raise SurgeSolverError(msg, remedy="Report it with the inputs of the surge.")
