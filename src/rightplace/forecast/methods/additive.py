"""The product's own method: memories over several half-lives and distances, weighed by EM."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import NotFittedError, UnsupportedByDataError, UsageError
from rightplace.forecast.history import WINDOWS
from rightplace.forecast.methods.memories import Surroundings, faded
from rightplace.forecast.methods.mixture import Lesson, Mixture
from rightplace.forecast.methods.weighed import Weighed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.methods.calendar import DatedDays, Dates
    from rightplace.forecast.methods.memories import Faded
    from rightplace.forecast.methods.weighed import SharesOf
    from rightplace.forecast.model import Days

# Lessons older than this many half-lives weigh under an eighth; they are not looked at.
_LESSON_HALF_LIVES = 3


@dataclass(kw_only=True)
class AdditiveMemory:
    """Expects a weighted sum of memories, times what the calendar and the area's level say.

    A memory is a rate in which old periods weigh half as much per half-life. There are six of
    the cell itself (1 week to 16 years), two of its neighbours at each of two reaches (1 and 3
    times the distance between cells; the cell itself left out), and one of the whole area. Weights
    are never below 0 and those under which the events of past periods, each forecast from what
    came before it, are likeliest: a Poisson mixture fitted by EM, old lessons weighing less.
    They differ between quiet and busy cells (four strata that shade into each other), as far as
    events warrant it: what a quiet cell saw last month says less than what a busy one saw.

    How busy the whole area is (season, weekends of a month, days given by date, and a level that
    drifts) is carried forward on its own, see `AreaLevel`: a day of the past counts by how busy it
    was, and the coming days by how busy they should be. A short history gets little season.

    Single weights mean little, since neighbouring half-lives look alike; read `shares` instead.
    That much rests on neighbours does not say that crime spreads from them.

    At least a year of periods is needed. Weights are learned from the newer half of the periods
    at most, so that memories have something to remember. A cell without data so far (a new
    boundary) has no forecast until it has been observed once; from then on it is a quiet cell
    that leans on neighbours and area. Where no incident ever happened there is nothing to learn
    and the history is refused.

    Parameters
    ----------
    lesson_half_life_weeks
        Age in weeks at which a past period weighs half in the choice of weights, more than 0.
    prior_events
        Events by which all memories are credited alike, more than 0; few, so that they decide
        only between memories that the data cannot tell apart.
    stratum_events
        Events by which the weights of each stratum are held to the common ones, more than 0.

    Attributes
    ----------
    weighed_
        Weights and memories at the end of the history.
    """

    lesson_half_life_weeks: float = 52.0
    prior_events: float = 2.0
    stratum_events: float = 20.0
    weighed_: Weighed = field(init=False, repr=False, compare=False)
    _dated: tuple[DatedDays, ...] = field(init=False, repr=False, compare=False, default=())
    _on: Dates | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Check the settings.

        Raises
        ------
        UsageError
            If one is not a number above 0.
        """
        for name in ("lesson_half_life_weeks", "prior_events", "stratum_events"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                msg = f"{name} must be above 0, got {value:g}."
                raise UsageError(msg, value=value)

    def given(self, *dated: DatedDays) -> Self:
        """Return a forecaster of the same settings that also learns of days given by date."""
        other = replace(self)
        other._dated = dated  # noqa: SLF001 - of the same class
        return other

    def fit(self, history: History) -> Self:
        """Learn from a history and return the forecaster; what was learned before is forgotten.

        Raises
        ------
        UnsupportedByDataError
            If the history is shorter than a year, holds no data, or no incident to learn from.
        """
        needed = periods_needed_to_learn(history)
        if history.n_periods < needed:
            msg = (
                f"additive_memory needs {needed} {history.kind}s of history; there are "
                f"{history.n_periods}."
            )
            raise UnsupportedByDataError(
                msg, value=history.n_periods, remedy="Ingest earlier files, or name fading."
            )
        stand = next(self._walk(history, [history.n_periods]), None)
        if stand is None:
            msg = "No cell has data that additive_memory could remember."
            raise UnsupportedByDataError(msg, remedy="Ingest a newer file.")
        self.weighed_, self._on = self._weigh(stand), None
        return self

    def on_days(self, days: Dates) -> Self:
        """Return a copy that forecasts these days, and not those that follow the history.

        Until it is fitted again. Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        days
            Shape (n_days,). Dates after the history.
        """
        self._weighed()
        other = copy(self)
        other._on = days  # noqa: SLF001 - of the same class
        return other

    def one_step_ahead(
        self, history: History, *, periods: Iterable[int]
    ) -> dict[int, NDArray[np.float64]]:
        """Return the forecast of each period from what came before it, in one walk.

        The same numbers as fitting anew before each period; periods with too little history are
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
            Expected counts over the exposure of each period, shape (n_cells,); NaN without data.
        """
        least = periods_needed_to_learn(history)
        origins = [period for period in sorted(set(periods)) if period >= least]
        found = {}
        for stand in self._walk(history, origins):
            with suppress(UnsupportedByDataError):
                rate = self._weigh(stand).rate()
                days = history.exposure[..., stand.origin] * stand.past.outlook.factor()
                found[stand.origin] = rate * days
        return found

    def predict(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return expected counts over the coming days, shape (n_cells,); NaN without data.

        Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        exposure_days
            Days ahead: one number, or shape (n_cells,).
        """
        return self._weighed().rate() * self._usual_days(exposure_days)

    def part(
        self, history: History, *, periods: NDArray[np.bool_], exposure_days: Days
    ) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the events of some periods, shape (n_cells,).

        The cell's own and its neighbours' events; with the part of the area rate the parts of
        disjoint periods make up ``predict``. Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        periods
            Shape (n_periods,). The periods in question.
        exposure_days
            As for ``predict``.
        """
        own, near = self._weighed().own_and_near(history, periods)
        return (own + near) * self._usual_days(exposure_days)

    def area_part(self, exposure_days: Days) -> NDArray[np.float64]:
        """Return how much of ``predict`` rests on the area rate, shape (n_cells,).

        Refused (`NotFittedError`) before ``fit``.
        """
        return self._weighed().area() * self._usual_days(exposure_days)

    def shares(self, history: History) -> NDArray[np.float64]:
        """Return what each forecast rests on, shape (n_cells, 5), each row summing to 1.

        The columns are `SHARES_OF`: the cell's own events of the last 28 days (the newest month),
        of the rest of the last 12 months and of before; its neighbours'; the area rate. The same
        for any days ahead. NaN without data. Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        """
        return self.shares_with_intervals(history).share

    def shares_with_intervals(
        self, history: History, *, level: float = 0.8, area_wide: bool = False
    ) -> SharesOf:
        """Return what each forecast rests on, and how surely that is known.

        Refused (`NotFittedError`) before ``fit``.

        Parameters
        ----------
        history
            The history that the forecaster was fitted on.
        level
            Chance of the intervals, above 0 and below 1.
        area_wide
            Whether the expected events of all cells are taken together: one row.
        """
        return self._weighed().shares(history, level=level, area_wide=area_wide)

    def _usual_days(self, exposure_days: Days) -> Days:
        """Return days ahead of usual level that are as busy as these days should be."""
        outlook = self._weighed().past.outlook
        return exposure_days * outlook.factor_of(exposure_days, on=self._on)

    def _weighed(self) -> Weighed:
        if not hasattr(self, "weighed_"):
            msg = "AdditiveMemory has not been fitted; call fit() before predict()."
            raise NotFittedError(msg)
        return self.weighed_

    def _first_lesson(self, ages: NDArray[np.float64], origin: int) -> int:
        """Return the oldest period to learn from: recent, and in the newer half of the past."""
        weeks_back = ages[:origin] - ages[origin - 1]
        too_old = int((weeks_back > _LESSON_HALF_LIVES * self.lesson_half_life_weeks).sum())
        return max(too_old, origin // 2)

    def _walk(self, history: History, origins: Iterable[int]) -> Iterator[_Standpoint]:
        """Yield what is known at each origin, ascending, in one walk through the history."""
        surroundings, ages = Surroundings.of(history), history.ages_weeks
        firsts = {origin: self._first_lesson(ages, origin) for origin in origins}
        oldest = min(firsts.values(), default=history.n_periods + 1)
        lessons: dict[int, Lesson] = {}
        for period, past in enumerate(faded(history, dated=self._dated), start=1):
            if period < oldest or not past.has_data.any():
                continue
            terms = surroundings.terms(past)
            if period in firsts:
                chosen = {at: lesson for at, lesson in lessons.items() if at >= firsts[period]}
                weeks_back = np.array([ages[at] - ages[period - 1] for at in chosen])
                yield _Standpoint(
                    origin=period,
                    past=past,
                    surroundings=surroundings,
                    terms=terms,
                    lessons=tuple(chosen.values()),
                    lesson_weights=np.exp2(-weeks_back / self.lesson_half_life_weeks),
                )
            if period < history.n_periods and past.events.any():
                lessons[period] = _lesson(history, past, terms=terms, period=period)

    def _weigh(self, stand: _Standpoint) -> Weighed:
        mixture = Mixture.of(stand.lessons, weights=stand.lesson_weights)
        weights, prior = mixture.weights(
            prior_events=self.prior_events, stratum_events=self.stratum_events
        )
        return Weighed(
            past=stand.past,
            surroundings=stand.surroundings,
            terms=stand.terms,
            strata=stand.surroundings.strata(stand.terms),
            mixture=mixture,
            weights=weights,
            prior=prior,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Standpoint:
    """What is known at one origin, with the lessons of the periods before it."""

    origin: int
    past: Faded
    surroundings: Surroundings
    terms: NDArray[np.float64]
    lessons: tuple[Lesson, ...]
    lesson_weights: NDArray[np.float64]


def periods_needed_to_learn(history: History) -> int:
    """Return how many periods `AdditiveMemory` needs: a year of them."""
    return WINDOWS[history.kind]["year"]


def _lesson(history: History, past: Faded, *, terms: NDArray[np.float64], period: int) -> Lesson:
    """Return what a period says of the weights, given the memories when it began."""
    lasted = np.broadcast_to(history.exposure[..., period], (history.n_cells,))
    there = history.observed[:, period] & past.has_data
    days = np.where(there, lasted * past.outlook.factor(), 0.0)
    busy = np.flatnonzero((days > 0) & (history.events[:, period] > 0))
    strata = Surroundings.strata(terms)
    return Lesson(
        counts=history.events[busy, period],
        terms=terms[:, busy] * days[busy],
        strata=strata[:, busy],
        totals=np.einsum("sc,kc->sk", strata, terms * days),
    )
