"""A stack: several methods pooled, weighed by how well their past forecasts scored."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.optimize import brentq
from scipy.special import xlogy

from rightplace.errors import NotFittedError, UsageError
from rightplace.forecast.history import WINDOWS
from rightplace.forecast.judging.scores import floored
from rightplace.forecast.methods.additive import AdditiveMemory
from rightplace.forecast.methods.boosted import Boosted
from rightplace.forecast.methods.fading import Fading
from rightplace.forecast.model import Counterfactual, Dated, Rolling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.calendar import Dates
    from rightplace.forecast.model import Days, Forecaster

    Foretold = dict[int, NDArray[np.float64]]

MOST_STEPS = 500
# A step that adds less than this to the log-likelihood, in nats, is the last one.
_LEAST_GAIN = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """What was learned.

    Parameters
    ----------
    members
        The methods, each fitted on the history.
    weights
        Shape (n_members,). Weight of each, 0 or more, summing to 1.
    """

    members: tuple[Forecaster, ...]
    weights: NDArray[np.float64]


@dataclass(kw_only=True)
class Stack:
    """Expects a weighted mean of what other methods expect.

    The weights are 0 or more and sum to 1. They are those under which what came in the last year
    of periods was likeliest, each period forecast by every member from what came before it; the
    log score is the one that methods are compared by, its floor included. Nothing from the
    period to be forecast on, or after it, is looked at. With no past forecast to judge by, all
    members weigh alike.

    Which methods are members is set by switches, as in ``stack@boosted=1,fading_26=0``.

    Parameters
    ----------
    fading_26, fading_104
        Whether fading counts with that half-life in weeks, leaning on the area, are a member.
    additive_memory
        Whether additive memory is a member.
    boosted
        Whether boosted trees are a member; they need the extra ``boosted``.
    prior_events
        Events by which all members are credited alike, 0 or more; few, so that they decide only
        between members that the past cannot tell apart.

    Attributes
    ----------
    pooled_
        Members and weights at the end of the history.

    References
    ----------
    Geweke and Amisano (2011), Optimal prediction pools, Journal of Econometrics 164, 130-141.
    """

    fading_26: bool = True
    fading_104: bool = True
    additive_memory: bool = True
    boosted: bool = False
    prior_events: float = 2.0
    pooled_: Pooled = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the settings.

        Raises
        ------
        UsageError
            If fewer than two methods are members, or ``prior_events`` is below 0.
        """
        if len(self.members()) < 2:  # noqa: PLR2004 - one method is no pool
            msg = "A stack needs two members or more."
            raise UsageError(msg, remedy="Switch some on, such as stack@boosted=1.")
        if not (np.isfinite(self.prior_events) and self.prior_events >= 0):
            msg = f"prior_events must be 0 or more, got {self.prior_events:g}."
            raise UsageError(msg, value=self.prior_events)

    def members(self) -> dict[str, Forecaster]:
        """Return the members by the name of their switch, not yet fitted."""
        every: dict[str, Forecaster] = {
            "fading_26": Fading(half_life_weeks=26.0, shrunk=True),
            "fading_104": Fading(half_life_weeks=104.0, shrunk=True),
            "additive_memory": AdditiveMemory(),
            "boosted": Boosted(),
        }
        return {name: member for name, member in every.items() if getattr(self, name)}

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        A history that a member cannot learn from is refused as by that member.
        """
        members = [member.fit(history) for member in self.members().values()]
        now = history.n_periods
        past = self._foretold(history, periods=_lessons(history, now))
        weights = self._weights(history, past, origin=now)
        self.pooled_ = Pooled(members=tuple(members), weights=weights)
        return self

    def on_days(self, days: Dates) -> Self:
        """Return a copy that forecasts these days, and not those that follow the history.

        Until it is fitted again. Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        days
            Shape (n_days,). Dates after the history.
        """
        pooled, other = self._pooled(), copy(self)
        members = tuple(m.on_days(days) if isinstance(m, Dated) else m for m in pooled.members)
        other.pooled_ = replace(pooled, members=members)
        return other

    def one_step_ahead(
        self, history: History, *, periods: Iterable[int]
    ) -> dict[int, NDArray[np.float64]]:
        """Return the forecast of each period from what came before it.

        The same numbers as fitting anew before each; periods that a member cannot forecast are
        left out.

        Parameters
        ----------
        history
            All periods.
        periods
            Positions of the periods to forecast.

        Returns
        -------
        dict
            Expected counts over the exposure of each period, shape (n_cells,); NaN where a
            member has no data.
        """
        origins = sorted(set(periods))
        needed = sorted({p for origin in origins for p in [*_lessons(history, origin), origin]})
        foretold = self._foretold(history, periods=needed)
        return {
            origin: _pool(
                self._weights(history, foretold, origin=origin), [f[origin] for f in foretold]
            )
            for origin in origins
            if all(origin in each for each in foretold)
        }

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts over the coming days, shape (n_cells,).

        NaN where a member has no data. Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        exposure_days
            Days ahead: one number, or shape (n_cells,).
        """
        pooled = self._pooled()
        return _pool(pooled.weights, [m.predict(exposure_days) for m in pooled.members])

    def part(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the events of some periods, shape (n_cells,).

        The weighted mean of the members' parts. Refused (`NotFittedError`) before ``fit``, and
        (`SharesUnavailableError`) if a member's forecast is no sum of parts.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        periods
            Shape (n_periods,). The periods in question.
        exposure_days
            As for ``predict``.
        """
        pooled = self._pooled()
        parts = [
            m.part(history, periods=periods, exposure_days=exposure_days) for m in pooled.members
        ]
        return _pool(pooled.weights, parts)

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the area rate, shape (n_cells,).

        Refused as by ``part``.
        """
        pooled = self._pooled()
        return _pool(pooled.weights, [m.area_part(exposure_days) for m in pooled.members])

    def without(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return what each cell would be expected to have without its events of some periods.

        The weighted mean of what the members would expect. Refused (`NotFittedError`) before
        ``fit``.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        periods
            Shape (n_periods,). The periods in question.
        exposure_days
            As for ``predict``.
        """
        pooled = self._pooled()
        return _pool(
            pooled.weights,
            [
                m.without(history, periods=periods, exposure_days=exposure_days)
                if isinstance(m, Counterfactual)
                else m.predict(exposure_days)
                - m.part(history, periods=periods, exposure_days=exposure_days)
                for m in pooled.members
            ],
        )

    def without_area(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return what each cell would be expected to have if it did not lean on the area.

        Shape (n_cells,). Refused (`NotFittedError`) before ``fit``.
        """
        pooled = self._pooled()
        return _pool(
            pooled.weights,
            [
                m.without_area(exposure_days)
                if isinstance(m, Counterfactual)
                else m.predict(exposure_days) - m.area_part(exposure_days)
                for m in pooled.members
            ],
        )

    def _pooled(self) -> Pooled:
        if not hasattr(self, "pooled_"):
            msg = "Stack has not been fitted; call fit() before predict()."
            raise NotFittedError(msg)
        return self.pooled_

    def _foretold(self, history: History, *, periods: Iterable[int]) -> list[Foretold]:
        chosen = list(periods)
        return [_one_step_ahead(m, history, periods=chosen) for m in self.members().values()]

    def _weights(
        self, history: History, foretold: Sequence[Foretold], *, origin: int
    ) -> NDArray[np.float64]:
        """Return the weights at an origin, from the forecasts of periods before it alone."""
        counts, expected = [np.empty(0)], [np.empty((len(foretold), 0))]
        totals = np.zeros(len(foretold))
        for period in _lessons(history, origin):
            if not all(period in each for each in foretold):
                continue
            rates = np.array([each[period] for each in foretold])
            cells = history.observed[:, period] & np.isfinite(rates).all(axis=0)
            if not cells.any():
                continue
            rates = np.array([floored(rate[cells]) for rate in rates])
            came = history.events[cells, period]
            totals += rates.sum(axis=1)
            # Where no member expected anything, no weight would make what came likelier.
            told = (came > 0) & rates.any(axis=0)
            counts.append(came[told].astype(np.float64))
            expected.append(rates[:, told])
        return pool_weights(
            np.concatenate(counts),
            np.concatenate(expected, axis=1),
            totals=totals,
            prior_events=self.prior_events,
        )


def _lessons(history: History, origin: int) -> range:
    """Return the periods of the last year before an origin, the first of all left out."""
    return range(max(1, origin - WINDOWS[history.kind]["year"]), origin)


def _one_step_ahead(model: Forecaster, history: History, *, periods: Sequence[int]) -> Foretold:
    """Return a member's forecasts; periods that it cannot learn for are left out."""
    if isinstance(model, Rolling):
        return model.one_step_ahead(history, periods=periods)
    found = {}
    for period in periods:
        past = history.before(period)
        if past.observed.any():
            found[period] = model.fit(past).predict(history.exposure[..., period])
    return found


def _pool(
    weights: NDArray[np.float64], forecasts: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    # Forecast after forecast for all cells at once, so that cells with the same past tie exactly.
    total = np.zeros_like(forecasts[0])
    for weight, forecast in zip(weights, forecasts, strict=True):
        total += weight * forecast
    return total


def pool_weights(
    counts: NDArray[np.float64],
    expected: NDArray[np.float64],
    *,
    totals: NDArray[np.float64],
    prior_events: float,
) -> NDArray[np.float64]:
    """Return the weights under which counts were likeliest, shape (n_members,).

    They maximise  sum_r y_r log(sum_m w_m f_mr) - sum_m w_m T_m + (a/M) sum_m log w_m  over
    weights that are 0 or more and sum to 1, by EM: with r_m the events that fall to member m
    (and its credit a/M), the next weights are w_m = r_m / (l + T_m), l such that they sum to 1.

    Parameters
    ----------
    counts
        Shape (n_rows,). Events of the cells and periods that had any.
    expected
        Shape (n_members, n_rows). What each member expected there, above 0 where events came.
    totals
        Shape (n_members,). What each expected in all cells and periods, those without events
        among them.
    prior_events
        Events by which all members are credited alike, 0 or more.

    Returns
    -------
    ndarray
        0 or more, summing to 1; all alike if there is nothing to judge by.

    References
    ----------
    Dempster, Laird and Rubin (1977), Journal of the Royal Statistical Society B 39, 1-38.
    """
    members = len(totals)
    weights = np.full(members, 1 / members)
    if counts.size == 0:
        return weights
    credit, before = prior_events / members, -np.inf
    for _ in range(MOST_STEPS):
        pooled = np.einsum("m,mr->r", weights, expected)
        now = xlogy(counts, pooled).sum() - weights @ totals + xlogy(credit, weights).sum()
        if now - before < _LEAST_GAIN:
            break
        before = now
        given = credit + weights * np.einsum("mr,r->m", expected, counts / pooled)
        weights = _on_the_simplex(given, totals)
    return weights


def _on_the_simplex(given: NDArray[np.float64], totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return given / (l + totals) with l such that they sum to 1."""
    some = given > 0
    # The sum falls with l: at ``low`` one term alone is 1; at ``high`` no term is above its share.
    low = (given[some] - totals[some]).max()
    high = given.sum() - totals[some].min()
    # Never below what was given, which rounding could make it.
    under = np.maximum(low + totals[some], given[some])
    shift = brentq(_excess, 0.0, high - low, args=(given[some], under)) if high > low else 0.0
    weights = np.zeros_like(given)
    weights[some] = given[some] / (shift + under)
    return np.asarray(weights / weights.sum())


def _excess(shift: float, given: NDArray[np.float64], under: NDArray[np.float64]) -> float:
    return float((given / (shift + under)).sum()) - 1.0
