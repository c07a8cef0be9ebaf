"""The level of an interval in words."""

from __future__ import annotations

_DIGITS = range(3, 16)


def level_in_words(level: float) -> str:
    """Return the level of an interval in per cent, which is never rounded up to 100.

    Early looks at a trial have levels such as 0.99695: "100%" would say that nothing can lie
    outside.

    Parameters
    ----------
    level
        Above 0 and below 1.
    """
    told = (f"{level * 100:.{digits}g}" for digits in _DIGITS)
    return next((f"{each}%" for each in told if each != "100"), "below 100%")
