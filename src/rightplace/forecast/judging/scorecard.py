"""What a backtest says of a method beside its plain scores: values to print, store and draw."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Estimate of what a method would score if its own forecasts were the truth.

    Expected scores of counts that come from the method's own rates and noise, on the cells and
    periods that were scored. An estimate, not a bound: a method with better rates has another
    ceiling, and one that is too sure of itself states a ceiling that nothing can reach.

    Parameters
    ----------
    log_score, log_score_same_noise
        Expected log scores, each with the floor of the score it stands beside.
    hit_rate, pai
        Expected hits over expected events, by share of cells ("0.02"), ties shared.
    """

    log_score: float
    log_score_same_noise: float
    hit_rate: dict[str, float]
    pai: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainInterval:
    """How often plain intervals held the count that came, where 5 or more were expected.

    Parameters
    ----------
    units
        What was counted: ``cells``, ``cells_4_periods`` (cells of the top tenth, four origins
        together), ``groups`` (boroughs or districts) or ``top_tenth_4_periods`` (the whole top
        tenth of cells, four origins together).
    level
        Size of the interval, such as 0.8.
    n
        How many intervals were judged.
    covered
        Share of them that held the count; null if there was none.
    lo95, hi95
        Ends of the 95 % interval of ``covered`` (bootstrap over origins, all units of an origin
        together); null where there are too few origins.
    holds
        For level 0.8: whether ``covered`` is 0.76 to 0.86, or the level is within its 95 %
        interval. Null for other levels, which are told and not judged, and where it cannot be.
    """

    units: str
    level: float
    n: int
    covered: float | None
    lo95: float | None
    hi95: float | None
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Whether randomised PIT values are as uniform as they should be.

    Parameters
    ----------
    overall_holds
        Whether the central 80 % of distributions held 78 to 82 % of counts.
    deciles_judged
        Tenths of forecasts with 200 expected events or more; others are not judged.
    deciles_hold
        Whether coverage is 76 to 84 % in each of those; null if there is none.
    """

    overall_holds: bool
    deciles_judged: int
    deciles_hold: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The baseline that all methods are measured against.

    Parameters
    ----------
    method
        Its specification.
    how
        ``chosen`` (best log score on origins before the first one scored) or ``named`` (asked
        for by the user, who may have seen the scored periods).
    chosen_from, chosen_to
        First days of the first and last period that it was chosen on; null if it was named.
    origins
        How many periods it was chosen on.
    log_scores
        Log score of each candidate on them.
    left_out
        Candidates that the history could not support, with the reason.
    """

    method: str
    how: str
    chosen_from: str | None
    chosen_to: str | None
    origins: int
    log_scores: dict[str, float]
    left_out: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How a method stands against the reference, by margins that were fixed beforehand.

    Every yes or no is null where there are too few origins to tell.

    Parameters
    ----------
    method
        Specification of the method.
    better
        Whether the 95 % interval of its gain in log score lies above 0. Superiority is claimed
        on the log score alone.
    worse
        Whether that interval lies below 0.
    log_score_no_worse
        Whether its lower end lies above ``-log_score_margin``.
    log_score_margin
        0.1 % of the size of the reference's log score.
    pai_no_worse
        By share of cells: whether the lower end of the 95 % interval of the difference in PAI
        lies above minus the margin.
    pai_margin
        By share of cells: 2 % of the reference's PAI.
    words
        The judgement in words.
    """

    method: str
    better: bool | None
    worse: bool | None
    log_score_no_worse: bool | None
    log_score_margin: float
    pai_no_worse: dict[str, bool | None]
    pai_margin: dict[str, float]
    words: str
