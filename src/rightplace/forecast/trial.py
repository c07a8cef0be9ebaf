"""One method at one origin: what it foretold, what came, and every score of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UnsupportedByDataError
from rightplace.forecast.accuracy import Tally
from rightplace.forecast.counts import cumulative
from rightplace.forecast.distribution import Noise
from rightplace.forecast.model import Rolling
from rightplace.forecast.registry import forecaster
from rightplace.forecast.scores import crps, floored, pit_between, poisson_log_score

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


def foretold_for(history: History, spec: str, *, origins: Iterable[int]) -> Predictions:
    """Return the forecasts that a backtest needs: of its origins and of the periods before them.

    Periods before an origin that a method cannot yet learn for are left out; an origin for which
    it cannot is refused (`UnsupportedByDataError`).

    Parameters
    ----------
    history
        All periods.
    spec
        Specification of the method.
    origins
        Positions of the periods to forecast and score.
    """
    chosen = list(origins)
    foretold = one_step_ahead(history, spec, periods=periods_needed(history, chosen))
    for origin in chosen:
        if origin not in foretold:
            # Fitting anew says why it cannot be.
            model = forecaster(spec).fit(history.before(origin))
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
    foretold = one_step_ahead(history, spec, periods=newest)
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
        msg = f"No cell has data both in period {origin} and before it."
        raise UnsupportedByDataError(msg, remedy="Leave this origin out.")
    return cells


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """Scores of one method at one origin.

    Parameters
    ----------
    origin
        Position of the period that was forecast.
    events, mean, pit
        Shape (n_scored,). What came, what was expected, where it fell in the distribution.
    log_score, crps
        Means over the cells scored.
    noise
        Noise learned from the method's earlier forecasts.
    hits, harm_hits
        Tallies by share of cells; the second is empty if no harm is known.
    """

    origin: int
    events: NDArray[np.integer]
    mean: NDArray[np.float64]
    pit: NDArray[np.float64]
    log_score: float
    crps: float
    noise: Noise
    hits: dict[float, Tally]
    harm_hits: dict[float, Tally]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What came in one period, in the cells that are scored.

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
    uniform
        Shape (n_scored,). Chance for randomised PIT values, the same for all methods.
    """

    origin: int
    cells: NDArray[np.bool_]
    events: NDArray[np.integer]
    harm: NDArray[np.float64] | None
    uniform: NDArray[np.float64]


def tried(
    history: History, foretold: Predictions, outcome: Outcome, *, shares: Iterable[float]
) -> Trial:
    """Return the scores of one method for one period.

    Parameters
    ----------
    history
        All periods.
    foretold
        Forecasts of single periods by the method, this and earlier ones.
    outcome
        What came.
    shares
        Shares of cells to flag.
    """
    mean, events = foretold[outcome.origin][outcome.cells], outcome.events
    noise = learned_noise(history, foretold, origin=outcome.origin)
    expected = floored(mean)
    spread = noise.dispersion(expected)
    below = cumulative(events - 1, expected, dispersion=spread)
    upto = cumulative(events, expected, dispersion=spread)
    harm = outcome.harm
    return Trial(
        origin=outcome.origin,
        events=events,
        mean=mean,
        pit=pit_between(below, upto, uniform=outcome.uniform),
        log_score=poisson_log_score(events, mean),
        crps=float(crps(events, expected, dispersion=spread).mean()),
        noise=noise,
        hits={share: Tally.of(events, mean, share=share) for share in shares},
        harm_hits={}
        if harm is None
        else {share: Tally.of(harm, mean, share=share) for share in shares},
    )
