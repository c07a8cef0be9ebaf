"""Forecasts in words, with no more digits than their interval earns."""

from __future__ import annotations

import math
from bisect import bisect
from itertools import pairwise

from rightplace.errors import BadInputError

# Odds that people say; between them lies less than any forecast of a rare event can tell.
_ODDS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)

# Between two odds the nearer is told on the scale of ratios: the bound is their geometric mean.
_MIDDLES = tuple(math.sqrt(one * next_one) for one, next_one in pairwise(_ODDS))

_LONGEST_ODDS = 10_000


def in_words(
    mean: float, lo: float, hi: float, *, period: str = "this week", chance: float | None = None
) -> str:
    """Return a forecast as "about 3 (2 to 5)" or, when rare, as "1 in 25 this week".

    Parameters
    ----------
    mean
        Expected count, 0 or more.
    lo, hi
        Ends of its interval, ``lo`` at most ``hi``; widened to the digits shown, never narrowed.
    period
        What the chance of a rare event refers to.
    chance
        Chance of one incident or more; taken as 1 - exp(-mean) if not given.

    Raises
    ------
    BadInputError
        If the numbers are not a count within reach of an interval.
    """
    if not (math.isfinite(mean) and mean >= 0 and math.isfinite(hi) and 0 <= lo <= hi):
        msg = f"{mean:g} ({lo:g} to {hi:g}) is not an expected count with its interval."
        raise BadInputError(msg)
    if mean == 0:
        return f"none expected {period}"
    of_any = -math.expm1(-mean) if chance is None else chance
    if of_any < 1 / _LONGEST_ODDS:
        return f"less than 1 in {_LONGEST_ODDS:,} {period}"
    if of_any <= 0.5:  # noqa: PLR2004 - an even chance
        return f"1 in {_said(1 / of_any):,} {period}"
    unit = 10 ** max(0, math.floor(math.log10(max(hi - lo, 1) / 2)))
    shown = [round(mean / unit), math.floor(lo / unit), math.ceil(hi / unit)]
    about, low, high = (f"{number * unit:,}" for number in shown)
    return f"about {about} ({low} to {high})"


def _said(odds: float) -> int:
    """Return the nearest odds that people say, on the scale of ratios."""
    scale: int = 10 ** max(0, math.floor(math.log10(odds)) - 1)
    return scale * _ODDS[bisect(_MIDDLES, odds / scale)]
