"""One method at one origin: what it foretold, what came, and every score of that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import UnsupportedByDataError
from rightplace.forecast.counts import cumulative
from rightplace.forecast.distribution import Noise
from rightplace.forecast.judging.accuracy import flagged_count
from rightplace.forecast.judging.ceiling import expected_log_scores
from rightplace.forecast.judging.ranking import Ranking
from rightplace.forecast.judging.scores import (
    crps,
    floored,
    log_likelihood,
    pit_between,
    poisson_log_score,
)
from rightplace.forecast.model import Rolling
from rightplace.forecast.registry import forecaster

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rightplace.forecast.history import History, Kind

    Predictions = dict[int, NDArray[np.float64]]

# Periods before each origin from which the noise of a method is learned.
NOISE_PERIODS: dict[Kind, int] = {"month": 6, "week": 26, "day": 56}


def one_step_ahead(history: History, spec: str, *, periods: Iterable[int]) -> Predictions:
    """Return the forecast of each period from what came before it, by period.

    Parameters
    ----------
    history
        All periods.
    spec
        Specification of the method.
    periods
        Positions of the periods to forecast, 1 or more.

    Returns
    -------
    dict
        Expected counts over the exposure of each period, shape (n_cells,), NaN without data. A
        method that learns in one walk leaves out periods with too little before them.
    """
    model = forecaster(spec)
    if isinstance(model, Rolling):
        return model.one_step_ahead(history, periods=periods)
    return {
        period: model.fit(history.before(period)).predict(history.exposure[..., period])
        for period in periods
    }


def those_possible(history: History, spec: str, *, periods: Iterable[int]) -> Predictions:
    """Return the forecasts of those periods that a method can forecast, as `one_step_ahead`.

    Left out are periods with too little before them, and those just after a gap for a method
    that looks back no further.
    """
    wanted = list(periods)
    with suppress(UnsupportedByDataError):
        return one_step_ahead(history, spec, periods=wanted)
    found: Predictions = {}
    for period in wanted:
        with suppress(UnsupportedByDataError):
            found |= one_step_ahead(history, spec, periods=[period])
    return found


def first_day(history: History, period: int) -> str:
    """Return the day on which a period (1 or later) starts, as text."""
    return str(history.period_ends[period - 1])


def foretold_for(history: History, spec: str, *, origins: Iterable[int]) -> Predictions:
    """Return the forecasts that a backtest needs: of its origins and of the periods before them.

    Periods before an origin that a method cannot forecast are left out.

    Parameters
    ----------
    history
        All periods.
    spec
        Specification of the method.
    origins
        Positions of the periods to forecast and score.

    Raises
    ------
    UnsupportedByDataError
        If the method cannot forecast one of the origins.
    """
    chosen = list(origins)
    foretold = those_possible(history, spec, periods=periods_needed(history, chosen))
    for origin in chosen:
        if origin not in foretold:
            try:  # fitting anew says why it cannot be
                model = forecaster(spec).fit(history.before(origin))
            except UnsupportedByDataError as error:
                start = first_day(history, origin)
                msg = (
                    f"{spec} cannot forecast the {history.kind} from {start}: {error.fault.message}"
                )
                remedy = "Leave this origin or this method out, or ingest what is missing."
                raise UnsupportedByDataError(msg, value=spec, remedy=remedy) from error
            foretold[origin] = model.predict(history.exposure[..., origin])
    return foretold


def periods_needed(history: History, origins: Iterable[int]) -> list[int]:
    """Return the periods to forecast for a backtest: the origins and those that noise needs."""
    back = NOISE_PERIODS[history.kind]
    return sorted({p for origin in origins for p in range(origin - back, origin + 1) if p >= 1})


def learned_noise(history: History, foretold: Predictions, *, origin: int) -> Noise:
    """Return the noise that a method's forecasts of the periods just before an origin show.

    Parameters
    ----------
    history
        All periods; none from the origin on is looked at.
    foretold
        Forecasts of single periods by one method.
    origin
        Position of the first period that is not yet known.
    """
    earlier = range(max(1, origin - NOISE_PERIODS[history.kind]), origin)
    past = []
    for period in earlier:
        if period in foretold:
            mean = foretold[period]
            cells = history.observed[:, period] & np.isfinite(mean)
            if cells.any():
                past.append((history.events[cells, period], floored(mean[cells])))
    return Noise.learned(past)


def forecast_noise(history: History, spec: str) -> Noise:
    """Return the noise to put around a forecast of the period that follows a history.

    Learned from the method's own forecasts of the newest periods, each from what came before it;
    Poisson if the history is too short for any.

    Parameters
    ----------
    history
        All that is known.
    spec
        Specification of the method.
    """
    newest = range(max(1, history.n_periods - NOISE_PERIODS[history.kind]), history.n_periods)
    foretold = those_possible(history, spec, periods=newest)
    return learned_noise(history, foretold, origin=history.n_periods)


def cells_to_score(
    history: History, predictions: Iterable[Predictions], *, origin: int
) -> NDArray[np.bool_]:
    """Return the cells observed in a period for which every method has data, shape (n_cells,).

    Raises
    ------
    UnsupportedByDataError
        If there is none.
    """
    cells = history.observed[:, origin].copy()
    for foretold in predictions:
        cells &= np.isfinite(foretold[origin])
    if not cells.any():
        msg = (
            f"No cell has data both in the {history.kind} from {first_day(history, origin)} "
            f"(period {origin}) and before it."
        )
        raise UnsupportedByDataError(msg, value=origin, remedy="Leave this origin out.")
    return cells


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What came in one period, in the cells that are scored, and the chance that hits go by.

    Parameters
    ----------
    origin
        Position of the period.
    cells
        Shape (n_cells,). Cells that are scored.
    events
        Shape (n_scored,). Incidents.
    harm
        Shape (n_scored,). Harm of them, or None if not known.
    area_km2
        Shape (n_scored,). Ground area, or None where all cells are of one size.
    uniform
        Shape (n_scored,). Chance for randomised PIT values, the same for all methods.
    shares
        Shape (n_shares,). Shares of cells, and of area, at which hits are counted.
    """

    origin: int
    cells: NDArray[np.bool_]
    events: NDArray[np.integer]
    harm: NDArray[np.float64] | None
    area_km2: NDArray[np.float64] | None
    uniform: NDArray[np.float64]
    shares: NDArray[np.float64]

    @property
    def flagged(self) -> NDArray[np.int64]:
        """Shape (n_shares,). Cells chosen at each share, rounded up."""
        return np.array([flagged_count(share, self.events.size) for share in self.shares])

    @property
    def chance(self) -> NDArray[np.float64]:
        """Shape (n_shares,). Events that equally many cells would have had, drawn at random."""
        return np.asarray(self.events.sum() * self.flagged / self.events.size)

    @property
    def best(self) -> NDArray[np.float64]:
        """Shape (n_shares,). Most events that equally many cells could have had."""
        return Ranking.of(self.events.astype(np.float64)).caught(self.events, self.flagged)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catch:
    """Hits of one method at one origin, at each share; ties at the cut shared in expectation.

    Parameters
    ----------
    hits, harm
        Shape (n_shares,). Events and harm in the cells of highest forecast; harm may be unknown.
    expected
        Shape (n_shares,). Events in them if the forecast were true.
    by_area, expected_by_area
        Shape (n_shares,). The same for shares of area, cells of the densest forecast first and
        the last cell in part; None where all cells are of one size.
    """

    hits: NDArray[np.float64]
    harm: NDArray[np.float64] | None
    expected: NDArray[np.float64]
    by_area: NDArray[np.float64] | None
    expected_by_area: NDArray[np.float64] | None

    @classmethod
    def of(cls, mean: NDArray[np.float64], outcome: Outcome, *, ranking: Ranking) -> Self:
        """Return what the cells of highest forecast caught."""
        flagged, area = outcome.flagged, outcome.area_km2
        by_area = expected_by_area = None
        if area is not None:
            densest, ground = Ranking.of(mean / area), outcome.shares * area.sum()
            by_area = densest.caught(outcome.events, ground, size=area)
            expected_by_area = densest.caught(mean, ground, size=area)
        return cls(
            hits=ranking.caught(outcome.events, flagged),
            harm=None if outcome.harm is None else ranking.caught(outcome.harm, flagged),
            expected=ranking.caught(mean, flagged),
            by_area=by_area,
            expected_by_area=expected_by_area,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """Scores of one method at one origin.

    Parameters
    ----------
    outcome
        What came.
    mean, pit
        Shape (n_scored,). What was expected, and where what came fell in the distribution.
    ranking
        Scored cells by forecast.
    noise
        Noise learned from the method's earlier forecasts.
    log_score, log_score_same_noise, crps
        Means over the cells scored: Poisson, negative binomial, and with that noise too.
    expected_log_score, expected_log_score_same_noise
        What the two would be if the forecast were true.
    catch
        Hits at each share.
    """

    outcome: Outcome
    mean: NDArray[np.float64]
    pit: NDArray[np.float64]
    ranking: Ranking
    noise: Noise
    log_score: float
    log_score_same_noise: float
    crps: float
    expected_log_score: float
    expected_log_score_same_noise: float
    catch: Catch

    @property
    def origin(self) -> int:
        """Position of the period that was forecast."""
        return self.outcome.origin

    @property
    def cells(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells that were scored."""
        return self.outcome.cells

    @property
    def events(self) -> NDArray[np.integer]:
        """Shape (n_scored,). What came."""
        return self.outcome.events


def tried(history: History, foretold: Predictions, outcome: Outcome) -> Trial:
    """Return the scores of one method for one period.

    Parameters
    ----------
    history
        All periods.
    foretold
        Forecasts of single periods by the method, this and earlier ones.
    outcome
        What came.
    """
    mean, events = foretold[outcome.origin][outcome.cells], outcome.events
    log_score = poisson_log_score(events, mean)
    noise = learned_noise(history, foretold, origin=outcome.origin)
    expected, ranking = floored(mean), Ranking.of(mean)
    spread = noise.dispersion(expected)
    below = cumulative(events - 1, expected, dispersion=spread)
    upto = cumulative(events, expected, dispersion=spread)
    ceiling = expected_log_scores(expected, spread)
    return Trial(
        outcome=outcome,
        mean=mean,
        pit=pit_between(below, upto, uniform=outcome.uniform),
        ranking=ranking,
        noise=noise,
        log_score=log_score,
        log_score_same_noise=float(log_likelihood(events, expected, dispersion=spread).mean()),
        crps=float(crps(events, expected, dispersion=spread).mean()),
        expected_log_score=ceiling[0],
        expected_log_score_same_noise=ceiling[1],
        catch=Catch.of(mean, outcome, ranking=ranking),
    )
