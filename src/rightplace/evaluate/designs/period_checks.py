"""What the periods before a start say of a contrast: trend, memory, a start that was none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtr

from rightplace.evaluate.designs.finding import Check, Diagnostic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.finding import Estimate


def trend_before(
    contrast: NDArray[np.float64],
    days: NDArray[np.float64],
    *,
    fewest: int,
    false_alarm: float,
) -> Diagnostic:
    """Return whether a contrast already moved one way before the start.

    A straight line through its level per day, each period weighing its days; t test of the slope.

    Parameters
    ----------
    contrast, days
        Shape (n_periods,). The contrast in each period before, and how many days it has.
    fewest
        Periods without which nothing is said; 3 or more.
    false_alarm
        Chance with which it fails without a trend.
    """
    if contrast.size < fewest:
        words = f"{_too_few(contrast.size, fewest)} a trend."
        return Diagnostic(check=Check.PRE_TREND, passed=None, words=words)
    middle = np.cumsum(days) - days / 2
    rate = contrast / days
    away = middle - np.average(middle, weights=days)
    slope = float((days * away * rate).sum() / (days * away**2).sum())
    left = rate - np.average(rate, weights=days) - slope * away
    df = contrast.size - 2
    error = float(np.sqrt((days * left**2).sum() / df / (days * away**2).sum()))
    p = float(2 * stdtr(df, -abs(slope) / error)) if error > 0 else float(slope == 0)
    passed = p >= false_alarm
    each = slope * float(days.mean()) ** 2
    words = f"Before the start the difference moved by {each:+,.2f} a period (p {p:.3f}): " + (
        "no trend that chance does not make."
        if passed
        else "it was already on its way, so that the same would have come without anything."
    )
    return Diagnostic(check=Check.PRE_TREND, passed=passed, value=p, words=words)


def periods(number: int) -> str:
    """Return how many periods, in words."""
    return "1 period" if number == 1 else f"{number} periods"


def _too_few(held: int, fewest: int) -> str:
    return f"{periods(held)} before the start, where {fewest} are needed to see"


def memory(
    contrast: NDArray[np.float64],
    days: NDArray[np.float64],
    *,
    fewest: int,
    false_alarm: float,
) -> Diagnostic:
    """Return whether periods follow the one before them, which would make intervals too narrow.

    The correlation of neighbours is about -1/n with a spread of 1/sqrt(n) without memory
    (Box, Jenkins and Reinsel 2008, Time Series Analysis, 2.1.6).

    Parameters
    ----------
    contrast, days
        Shape (n_periods,). As for ``trend_before``.
    fewest
        Periods without which nothing is said.
    false_alarm
        Chance with which it fails without memory.
    """
    left = contrast - contrast.sum() / days.sum() * days
    squares = float((left**2).sum())
    if contrast.size < fewest or squares == 0:
        never = "The difference was the same in every period before: nothing shows a memory."
        words = never if contrast.size >= fewest else f"{_too_few(contrast.size, fewest)} a memory."
        return Diagnostic(check=Check.RESIDUALS, passed=None, words=words)
    found = float((left[1:] * left[:-1]).sum()) / squares
    most = -1 / contrast.size + float(ndtri(1 - false_alarm)) / float(np.sqrt(contrast.size))
    passed = found <= most
    words = f"Neighbouring periods before the start go together by {found:+.2f}: " + (
        "no memory that chance does not make."
        if passed
        else "spells last longer than a period, and the interval is too narrow."
    )
    return Diagnostic(check=Check.RESIDUALS, passed=passed, value=found, words=words)


def placebo_start(found: tuple[str, Estimate] | None, *, fewest: int) -> Diagnostic:
    """Return whether a start in the midst of the time before shows nothing, as it should.

    Parameters
    ----------
    found
        Its first day and estimate, or None where there are too few periods.
    fewest
        Periods without which it is not tried.
    """
    if found is None:
        words = f"A false start needs {fewest} periods before the real one."
        return Diagnostic(check=Check.PLACEBO_TIME, passed=None, words=words)
    start, each = found
    passed = not each.excludes_none
    words = f"Had it started on {start}, when nothing began, {each.value:+,.1f} would be told: " + (
        "within chance, as it should be." if passed else "more than chance, where there was none."
    )
    return Diagnostic(check=Check.PLACEBO_TIME, passed=passed, value=each.value, words=words)
