"""A challenger: boosted trees on the same memories, and on what stands at a place if that is given.

The trees correct a simple forecast (fading counts that lean on the area) cell by cell. They are
held to one rule that can be checked: more past never lowers a forecast. scikit-learn, which grows
them, is the extra ``boosted``.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rightplace.errors import NotFittedError, NotHeldError, UnsupportedByDataError, UsageError
from rightplace.forecast.history import WINDOWS
from rightplace.forecast.methods.memories import Surroundings, faded
from rightplace.forecast.methods.standpoint import Standpoint
from rightplace.forecast.model import SharesUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.calendar import Dates
    from rightplace.forecast.model import Days

METHOD = "boosted"
# Trees chosen on Toronto's weeks of 2019 and 2020, before the benchmark's test year.
_LEARNING_RATE = 0.08
_LEAVES = 12
_LEAST_ROWS_IN_LEAF = 300
_MOST_ROWS = 200_000
_BINS = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """What one past period teaches: how events came beside what the simple forecast expected.

    Parameters
    ----------
    terms
        Shape (n_rows, n_features).
    ratio
        Shape (n_rows,). Events over what was expected of them.
    weight
        Shape (n_rows,). What was expected, times how many rows this one stands for.
    """

    terms: NDArray[np.float32]
    ratio: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grown:
    """What was learned: the trees, and the cells as they stand at the end of the history.

    Parameters
    ----------
    trees
        The regressor of scikit-learn.
    stand
        What is known of the cells.
    """

    trees: Any
    stand: Standpoint

    def rate(self, stand: Standpoint | None = None) -> NDArray[np.float64]:
        """Return incidents per day, shape (n_cells,); NaN without data.

        Parameters
        ----------
        stand
            Cells that stand otherwise; None for those at the end of the history.
        """
        stand = stand or self.stand
        rate = np.where(stand.known, stand.base, np.nan)
        if stand.usable.any():
            with _one_thread():
                rate[stand.usable] *= self.trees.predict(stand.terms[stand.usable])
        return rate


@dataclass(kw_only=True)
class Boosted:
    """Expects fading counts, corrected by boosted trees on memories and allowed place features.

    Each tree splits cells by a memory of their own or their neighbours (as in
    ``AdditiveMemory``) or by what stands there (`PlaceFeatures` of the history, if any), and
    learns by what factor events of past periods exceeded the simple forecast, under the Poisson
    likelihood. Memories may only raise a forecast: more past events of a cell or its neighbours
    never lower it, whatever the rest. Place features are free to do either. Lessons are those of
    the last two years, in the newer half of the past; all that follows an origin is unknown to
    it. Where there are more cells and periods than `_MOST_ROWS`, every so-manieth of those
    without events stands for the others.

    Trees do not add up by parts of the past: `part` and `area_part` refuse. What a cell would be
    expected to have `without` a part of its past can be told.

    Parameters
    ----------
    refit_every
        Periods between two growings, 1 or more; the memories are those of each period. Trees are
        grown at every period of the history whose number is a multiple of this.
    trees
        How many trees, 1 or more.
    seed
        Which cells without events stand for the others, 0 or more.

    Attributes
    ----------
    grown_
        Trees and cells at the end of the history.

    References
    ----------
    Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of
    Statistics 29, 1189-1232.
    """

    refit_every: float = 4.0
    trees: float = 20.0
    seed: float = 0.0
    grown_: Grown = field(init=False, repr=False, compare=False)
    _on: Dates | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Check the settings.

        Raises
        ------
        UsageError
            If one is no whole number in its range.
        """
        for name, least in (("refit_every", 1), ("trees", 1), ("seed", 0)):
            value = getattr(self, name)
            if not (np.isfinite(value) and value == int(value) and value >= least):
                msg = f"{name} must be a whole number, {least} or more; got {value:g}."
                raise UsageError(msg, value=value)

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        Raises
        ------
        UnsupportedByDataError
            If the history is shorter than a year, holds no data, or no incident to learn from.

        Notes
        -----
        Refused (`NotHeldError`) where scikit-learn is not installed.
        """
        needed = WINDOWS[history.kind]["year"]
        if history.n_periods < needed:
            have = f"there are {history.n_periods}"
            msg = f"boosted needs {needed} {history.kind}s of history; {have}."
            raise UnsupportedByDataError(
                msg,
                value=history.n_periods,
                remedy="Ingest earlier files, or name fading.",
            )
        grown = dict(self._walk(history, [history.n_periods]))
        if not grown:
            msg = "No cell has data, or no incident follows another, that boosted could learn from."
            raise UnsupportedByDataError(
                msg, remedy="Widen the classes or the study area, or name another method."
            )
        self.grown_, self._on = grown[history.n_periods], None
        return self

    def on_days(self, days: Dates) -> Self:
        """Return a copy that forecasts these days, and not those that follow the history.

        Until it is fitted again. Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        days
            Shape (n_days,). Dates after the history.
        """
        self._grown()
        other = copy(self)
        other._on = days  # noqa: SLF001 - of the same class
        return other

    def one_step_ahead(
        self, history: History, *, periods: Iterable[int]
    ) -> dict[int, NDArray[np.float64]]:
        """Return the forecast of each period from what came before it, in one walk.

        The same numbers as fitting anew before each period; periods with too little history are
        left out. Refused (`NotHeldError`) where scikit-learn is not installed.

        Parameters
        ----------
        history
            All periods.
        periods
            Positions of the periods to forecast.

        Returns
        -------
        dict
            Expected counts over the exposure of each period, shape (n_cells,); NaN without data.
        """
        least = WINDOWS[history.kind]["year"]
        origins = [period for period in sorted(set(periods)) if period >= least]
        return {
            origin: grown.rate() * history.exposure[..., origin]
            for origin, grown in self._walk(history, origins)
        }

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts over the coming days, shape (n_cells,); NaN without data.

        Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        exposure_days
            Days ahead: one number, or shape (n_cells,).
        """
        return self._grown().rate() * self._usual_days(exposure_days)

    def part(
        self,
        history: History,  # noqa: ARG002 - a forecaster's signature
        *,
        periods: NDArray[np.bool_],  # noqa: ARG002 - a forecaster's signature
        exposure_days: Days,  # noqa: ARG002 - a forecaster's signature
    ) -> NDArray[np.float64]:
        """Refuse: the forecast of trees is no sum of parts of the past.

        Raises
        ------
        SharesUnavailableError
            Always.
        """
        raise SharesUnavailableError(METHOD)

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:  # noqa: ARG002 - a forecaster's signature
        """Refuse, as ``part`` does.

        Raises
        ------
        SharesUnavailableError
            Always.
        """
        raise SharesUnavailableError(METHOD)

    def without(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return what each cell would be expected to have if it alone had seen no event then.

        Never more than ``predict``; shape (n_cells,). What neighbours remember stays. Refused
        (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        periods
            Shape (n_periods,). The periods in question.
        exposure_days
            As for ``predict``.
        """
        grown = self._grown()
        return grown.rate(grown.stand.without(history, periods)) * self._usual_days(exposure_days)

    def without_area(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return what each cell would be expected to have if it did not lean on the area.

        Shape (n_cells,). Refused (`NotFittedError`) before ``fit``.
        """
        grown = self._grown()
        return grown.rate(grown.stand.without_area()) * self._usual_days(exposure_days)

    def _usual_days(self, exposure_days: Days) -> Days:
        """Return days as busy as the next period that are as busy as the days ahead should be."""
        outlook = self._grown().stand.past.outlook
        busier = outlook.factor_of(exposure_days, on=self._on) / outlook.factor()
        return exposure_days * busier

    def _grown(self) -> Grown:
        if not hasattr(self, "grown_"):
            msg = "Boosted has not been fitted; call fit() before predict()."
            raise NotFittedError(msg)
        return self.grown_

    def _grown_at(self, origin: int, *, least: int) -> int:
        """Return the period before which the trees in force at an origin were grown."""
        every = int(self.refit_every)
        return max(origin - origin % every, least)

    def _walk(self, history: History, origins: list[int]) -> Iterator[tuple[int, Grown]]:
        """Yield what was learned at each origin, ascending, in one walk through the history."""
        least = WINDOWS[history.kind]["year"]
        firsts = {
            at: _first_lesson(history, at)
            for at in {self._grown_at(origin, least=least) for origin in origins}
        }
        oldest = min(firsts.values(), default=history.n_periods + 1)
        surroundings, lessons = Surroundings.of(history), dict[int, _Rows]()
        trees = None
        for period, past in enumerate(faded(history), start=1):
            if period < oldest or not past.has_data.any():
                continue
            stand = Standpoint.of(history, surroundings, past)
            if period in firsts:
                lessons = {at: rows for at, rows in lessons.items() if at >= firsts[period]}
                trees = self._grow(list(lessons.values()), history)
            if period in origins and trees is not None:
                yield period, Grown(trees=trees, stand=stand)
            if period < history.n_periods:
                lessons[period] = self._lesson(history, stand, period=period)

    def _lesson(self, history: History, stand: Standpoint, *, period: int) -> _Rows:
        """Return what a period teaches: cells with events, and some of those without."""
        thin = -(-history.n_cells * WINDOWS[history.kind]["two_years"] // _MOST_ROWS)
        events = history.events[:, period]
        # Every so-manieth cell, moved on by a step each period so that all take their turn.
        turn = (np.arange(history.n_cells) + 7 * period + int(self.seed)) % thin == 0
        rows = stand.usable & history.observed[:, period] & ((events > 0) | turn)
        lasted = np.broadcast_to(history.exposure[..., period], (history.n_cells,))[rows]
        expected = stand.base[rows] * lasted
        stands_for = np.where(events[rows] > 0, 1.0, float(thin))
        return _Rows(
            terms=stand.terms[rows], ratio=events[rows] / expected, weight=expected * stands_for
        )

    def _grow(self, lessons: list[_Rows], history: History) -> Any:  # noqa: ANN401 - scikit-learn carries no types
        """Return the trees that some lessons grow, or None where they hold no event."""
        if not any(rows.ratio.any() for rows in lessons):
            return None
        terms = np.concatenate([rows.terms for rows in lessons])
        # scikit-learn cannot bin a column of which nothing is known; so that it splits nothing:
        terms[:, np.isnan(terms).all(axis=0)] = 0.0
        weight = np.concatenate([rows.weight for rows in lessons])
        regressor = _regressor()(
            loss="poisson",
            learning_rate=_LEARNING_RATE,
            max_iter=int(self.trees),
            max_leaf_nodes=_LEAVES,
            min_samples_leaf=_LEAST_ROWS_IN_LEAF,
            l2_regularization=1.0,
            max_bins=_BINS,
            early_stopping=False,
            monotonic_cst=_may_only_raise(history, terms.shape[1]),
            random_state=int(self.seed),
        )
        ratio = np.concatenate([rows.ratio for rows in lessons])
        with _one_thread():
            return regressor.fit(terms, ratio, sample_weight=weight / weight.mean())


def _regressor() -> Any:  # noqa: ANN401 - scikit-learn carries no types
    """Return scikit-learn's class of boosted trees.

    Raises
    ------
    NotHeldError
        If scikit-learn is not installed.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "The method boosted needs scikit-learn, which is not installed."
        remedy = "Install it with `pip install rightplace[boosted]`, or name additive_memory."
        raise NotHeldError(msg, value="boosted", remedy=remedy) from error
    return HistGradientBoostingRegressor


def _one_thread() -> Any:  # noqa: ANN401 - threadpoolctl carries no types
    """Return a limit to one thread: sums over several depend on how a machine shares them out."""
    import threadpoolctl  # type: ignore[import-untyped]  # no types; # noqa: PLC0415 - an extra's

    return threadpoolctl.threadpool_limits(limits=1, user_api="openmp")


def _first_lesson(history: History, origin: int) -> int:
    """Return the oldest period to learn from: of two years, and in the newer half of the past."""
    return max(origin - WINDOWS[history.kind]["two_years"], origin // 2, 1)


def _may_only_raise(history: History, n_features: int) -> list[int]:
    """Return 1 for each memory, which may only raise a forecast, and 0 for each place feature."""
    n_places = 0 if history.places is None else len(history.places.names)
    return [1] * (n_features - n_places) + [0] * n_places
