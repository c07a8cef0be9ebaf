"""What ``workforce trend`` and ``workforce backtest`` answer."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.workforce.history_result import BreakNamed  # noqa: TC001 - schemas read it


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendMonth:
    """Officers foretold for the end of a month, with intervals."""

    month: str
    median: float
    lo80: float
    hi80: float
    lo95: float
    hi95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendResult:
    """Strength to come, from its own past alone.

    Parameters
    ----------
    method
        ``damped_local_trend``, ``autoregressive`` or ``random_walk_with_drift``.
    history_from, history_to
        Months it learned from: the newest without a gap.
    officers_now
        At the end of ``history_to``.
    change_now
        Officers a month that the lasting part comes to next month; None where the method has none.
    breaks
        Programmes that the months seen, or the months foretold, cross.
    cannot_know
        What such data do not tell.
    basis
        What the numbers rest on, in a sentence.
    """

    trend_id: str
    force: str
    method: str
    history_from: str
    history_to: str
    officers_now: int
    change_now: float | None
    months: tuple[TrendMonth, ...]
    breaks: tuple[BreakNamed, ...]
    cannot_know: str
    basis: str
    officers_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodScore:
    """How one way did at a set of origins.

    Parameters
    ----------
    origins, inside, share, lo95, hi95
        k of n in the 80 % interval, the share, and its Clopper-Pearson interval.
    fails
        Whether 80 % lies outside that interval.
    interval_score, width
        Means, in officers; a lower score is better.
    error, absolute_error
        Mean of the median less what came, and of its size, in officers.
    """

    method: str
    origins: int
    inside: int
    share: float
    lo95: float
    hi95: float
    fails: bool
    interval_score: float
    width: float
    error: float
    absolute_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One way's mean interval score less another's at the same origins; below 0 it is better.

    Parameters
    ----------
    lo95, hi95
        Interval of the difference; None with too few origins.
    verdict
        ``better``, ``worse`` or ``cannot tell``.
    """

    method: str
    against: str
    origins: int
    difference: float
    lo95: float | None
    hi95: float | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredWindow:
    """All ways so many months ahead.

    Parameters
    ----------
    ahead
        Months.
    breaks
        ``all`` origins, or those ``without`` a break between origin and target, or ``with`` one.
    """

    ahead: int
    breaks: str
    methods: tuple[MethodScore, ...]
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRow:
    """One forecast from one origin, with what came.

    Parameters
    ----------
    breaks
        Names of programmes between origin and target.
    """

    ahead: int
    method: str
    origin: str
    target: str
    history_months: int
    median: float
    lo80: float
    hi80: float
    came: int
    inside: bool
    score: float
    breaks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthBacktestResult:
    """How good looking ahead would have been, from each past year; the bad rows stay.

    Parameters
    ----------
    verdicts
        A sentence for each number of months ahead.
    limits
        What these numbers do not show.
    origins_path
        The rows as a table.
    """

    backtest_id: str
    force: str
    history_from: str
    history_to: str
    windows: tuple[ScoredWindow, ...]
    rows: tuple[OriginRow, ...]
    breaks: tuple[BreakNamed, ...]
    verdicts: tuple[str, ...]
    limits: tuple[str, ...]
    origins_path: str
