"""What every number of a workforce is held to, said in one way."""

from __future__ import annotations

import math
from typing import Final

from rightplace.errors import BadInputError

MOST_OFFICERS: Final = 1_000_000
"""More than any force has."""
MOST_MONTHS: Final = 120
"""Ten years: no month further off is worth a number."""
_THOUSAND: Final = 1000


def check_share(name: str, value: float) -> None:
    """Check that a number is a share.

    Raises
    ------
    BadInputError
        If it lies outside 0 to 1.
    """
    if not (math.isfinite(value) and 0 <= value <= 1):
        msg = f"{name}: {value:g} is no share."
        raise BadInputError(msg, value=f"{value:g}", remedy="Give a number from 0 to 1.")


def check_number(name: str, value: float, *, least: float = 0, most: float = math.inf) -> None:
    """Check that a number lies between two others.

    Raises
    ------
    BadInputError
        If it does not.
    """
    if not (math.isfinite(value) and least <= value <= most):
        ends = f"{_said(least)} or more" if most == math.inf else f"{_said(least)} to {_said(most)}"
        msg = f"{name}: {_said(value)} cannot be."
        raise BadInputError(msg, value=_said(value), remedy=f"Give {ends}.")


def _said(value: float) -> str:
    """Return a number as people write it: a thousand and more with commas, not as a power."""
    return f"{value:,.0f}" if math.isfinite(value) and abs(value) >= _THOUSAND else f"{value:g}"


def check_whole(name: str, value: float, *, least: int = 0, most: int = MOST_OFFICERS) -> None:
    """Check that a number is a whole one between two others.

    Raises
    ------
    BadInputError
        If it is not.
    """
    if type(value) is not int:
        msg = f"{name}: {value!r} is no whole number."
        raise BadInputError(msg, value=str(value), remedy=f"Give {least} to {most:,}.")
    check_number(name, value, least=least, most=most)
