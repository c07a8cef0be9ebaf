"""Numbers as a reader sees them: a true minus sign, the same digits everywhere, units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rightplace.briefing.report.rows import Estimate

NOT_KNOWN: Final = "not known"
_MINUS, _SPACE = "\u2212", "\u00a0"


def fixed(number: float | None, digits: int) -> str:
    """Return a number with so many decimals, or that it is not known."""
    if number is None:
        return NOT_KNOWN
    text = f"{number:,.{digits}f}"
    zero = not text.strip("-0.,")
    return text.lstrip("-") if zero else text.replace("-", _MINUS)


def two_digits(number: float | None) -> str:
    """Return a number with two decimals, or that it is not known."""
    return fixed(number, 2)


def signed(number: float | None, digits: int) -> str:
    """Return a difference with its sign; what rounds to 0 has none."""
    text = fixed(number, digits)
    bare = text == NOT_KNOWN or text.startswith(_MINUS) or not text.strip("0.,")
    return text if bare else f"+{text}"


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share from 0 to 1 in percent."""
    return NOT_KNOWN if share is None else f"{fixed(100 * share, digits)}{_SPACE}%"


def share_words(share: float) -> str:
    """Return a share with no more decimals than it needs, such as ``0.5 %``."""
    return f"{100 * share:.4g}{_SPACE}%"


def interval(estimate: Estimate, digits: int) -> str:
    """Return a difference with its 95 % interval, or that there is too little to tell."""
    return f"{signed(estimate.value, digits)} ({ends(estimate, digits)})"


def ends(estimate: Estimate, digits: int) -> str:
    """Return the ends of a difference's 95 % interval, or that there is too little to tell."""
    if estimate.lo is None:
        return "interval not known"
    return f"{signed(estimate.lo, digits)} to {signed(estimate.hi, digits)}"


def percent_ends(estimate: Estimate, digits: int = 1) -> str:
    """Return the ends of a share's 95 % interval in percent, where they are known."""
    if estimate.lo is None or estimate.hi is None:
        return "interval not known"
    return f"{fixed(100 * estimate.lo, digits)} to {percent(estimate.hi, digits)}"


def ratio(estimate: Estimate | None) -> str:
    """Return a ratio with its 95 % interval, where one is known."""
    if estimate is None:
        return NOT_KNOWN
    if estimate.lo is None:
        return f"{fixed(estimate.value, 2)} (interval not known)"
    return f"{fixed(estimate.value, 2)} ({fixed(estimate.lo, 2)} to {fixed(estimate.hi, 2)})"
