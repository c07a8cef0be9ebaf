"""What a backtest answers: scores, differences and judgements, and where its tables lie."""

from __future__ import annotations

from dataclasses import dataclass

# The classes are imported at run time: schemas are made from the annotations.
from rightplace.forecast.judging.scorecard import (  # noqa: TC001 - see above
    Calibration,
    Ceiling,
    Judgement,
    PlainInterval,
    Reference,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodScores:
    """Scores of one method over all origins; shares of cells are keys ("0.02").

    Parameters
    ----------
    hit_rate, pai, pei
        By share of cells; ``pai`` is relative to the share of *cells*.
    log_score
        Mean Poisson log-likelihood per cell and period, floored alike for all methods.
    log_score_same_noise
        The same with negative binomial noise, learned for each method by the same rule.
    crps
        Incidents, lower is better, with that noise.
    pit_coverage80
        Share of randomised PIT values in the central 80 %.
    harm_hit_rate
        By share of cells; empty if no harm is known.
    pit_histogram
        Share of randomised PIT values in each tenth from 0 to 1; 0.1 each if calibrated.
    stability
        By share of cells: of the top cells, the share that was among the top at the origin
        before, ties shared; null with one origin.
    plain_intervals
        One for each kind of unit and level.
    """

    hit_rate: dict[str, float]
    pai: dict[str, float]
    pei: dict[str, float]
    log_score: float
    log_score_same_noise: float
    crps: float
    pit_coverage80: float
    harm_hit_rate: dict[str, float]
    pit_histogram: tuple[float, ...]
    calibration: Calibration
    stability: dict[str, float | None]
    ceiling: Ceiling
    plain_intervals: tuple[PlainInterval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDifference:
    """Difference of two methods with its 95 % interval (paired block bootstrap over origins).

    Parameters
    ----------
    diff
        Metric of ``a`` less that of ``b``.
    lo95, hi95
        Ends of the interval; null where there are too few origins to tell.
    """

    a: str
    b: str
    metric: str
    diff: float
    lo95: float | None
    hi95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """Scores by method, differences by pair, and the result in a sentence.

    Parameters
    ----------
    methods
        Those asked for, in their order, and the reference if it is not among them.
    reference
        The baseline that all are measured against; null if none was asked for, or there is too
        little history before the first origin to choose one.
    pairs
        Those with the reference first (``b`` is the reference), then the others if there are few.
    judgements
        One for each method other than the reference.
    origins
        First days of the periods that were forecast.
    origins_path
        Table of scores per method and origin.
    deciles_path
        Table of expected and observed events and coverage by tenth of forecasts.
    curves_path
        Table of hit rate and PAI by share of cells, and by share of area where cells differ in
        size, with the estimated ceiling and the best that hindsight allows.
    pit_path
        Table of the histogram of randomised PIT values, overall and by tenth of forecasts.
    intervals_path
        Table of how often plain intervals held.
    """

    methods: dict[str, MethodScores]
    reference: Reference | None
    pairs: tuple[PairDifference, ...]
    judgements: tuple[Judgement, ...]
    verdict: str
    origins: tuple[str, ...]
    n_cells: int
    origins_path: str
    deciles_path: str
    curves_path: str
    pit_path: str
    intervals_path: str
