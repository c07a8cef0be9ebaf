"""Numbers of a pack's tables in words: no more digits than they need, a true minus sign."""

from __future__ import annotations

TEN = 10
"""From such a ratio on one digit after the point is enough."""


def number(value: float | None, digits: int) -> str:
    """Return a number with so many decimals; empty where there is none."""
    return "" if value is None else f"{value:.{digits}f}"


def ratio_words(ratio: float | None, high: float | None) -> str:
    """Return a ratio with the digits that the upper end of its interval bears; empty for none."""
    return number(ratio, _digits(high))


def ratio_span(low: float | None, high: float | None) -> str:
    """Return the ends of a ratio's interval, both with the digits of the larger."""
    return span(low, high, digits=_digits(high))


def _digits(ratio: float | None) -> int:
    return 1 if ratio is not None and ratio >= TEN else 2


def rate_words(per_1000: float | None) -> str:
    """Return a rate with no more digits than it needs."""
    return number(per_1000, 2 if per_1000 is not None and per_1000 < 1 else 1)


def span(low: float | None, high: float | None, *, digits: int = 2) -> str:
    """Return the ends of an interval; empty where there is none."""
    return "" if low is None or high is None else f"{low:.{digits}f} to {high:.{digits}f}"


def percents(low: float | None, high: float | None) -> str:
    """Return the ends of an interval of shares, 0 to 1, in percent."""
    return "" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f} %"


def signed(share: float) -> str:
    """Return a difference of shares, -1 to 1, in hundredths with its sign; none of 0."""
    told = f"{100 * share:+.1f}"
    return "0.0" if float(told) == 0 else told.replace("-", "\u2212")
