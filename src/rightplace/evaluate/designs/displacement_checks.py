"""Whether a displacement difference can be believed: enough incidents, areas that are alike."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rightplace.evaluate.designs.finding import Check, Diagnostic, Flag
from rightplace.evaluate.designs.verdict import CANNOT_TELL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.evaluate.designs.displacement_settings import DisplacementSettings


def enough(
    parts: Mapping[str, tuple[float, float, float]], settings: DisplacementSettings
) -> Diagnostic:
    """Return whether counts are large enough for a normal interval.

    The treated places' later count may be small: that is what the operation is for.

    Parameters
    ----------
    parts
        Counts before and after, and before as weighted, by part.
    settings
        Fewest incidents.
    """
    judged = {
        f"{name} {when}": count
        for name, (before, after, _) in parts.items()
        for when, count in (("before", before), ("after", after))
        if (name, when) != ("treated", "after")
    }
    smallest = min(judged, key=lambda name: judged[name])
    count, least = judged[smallest], settings.fewest_count
    words = f"The smallest count ({smallest}) is {count:,.0f}"
    if count < least:
        words += f", below {least:g}: the normal interval is a poor guide to chance."
    else:
        words += f", not below {least:g}."
    return Diagnostic(check=Check.ENOUGH_COUNTS, passed=count >= least, value=count, words=words)


def alike(
    parts: Mapping[str, tuple[float, float, float]], settings: DisplacementSettings
) -> Diagnostic:
    """Return whether each area had about as many incidents before as its comparison.

    A season or trend that moves both by one share moves them by one number only where they are
    of one size (Wheeler, 2021: control areas should have similar counts).
    """
    told, worst = [], 1.0
    for one, other in pairwise(parts):
        if other not in ("control", "ring's control"):
            continue
        here, there = parts[one][2], parts[other][2]
        low, high = sorted((here, there))
        ratio = high / low if low > 0 else float("inf") if high > 0 else 1.0
        worst = max(worst, ratio)
        told.append(f"{one} {here:,.0f} and {other} {there:,.0f}")
    passed = worst <= settings.most_ratio
    end = "near enough to each other" if passed else "too far apart for one change to fit both"
    words = f"Counts before: {'; '.join(told)}: {end}."
    return Diagnostic(
        check=Check.COMPARABLE,
        passed=passed,
        value=None if worst == float("inf") else worst,
        words=words,
    )


def nothing_counted(parts: Mapping[str, tuple[float, float, float]]) -> tuple[Flag, ...]:
    """Return the flag that a count is 0 against which a change would be measured, if one is.

    What an operation wants is a small count of the treated places after; that one may be 0.
    """
    empty = [
        f"{name} {when}"
        for name in ("treated", "control")
        for when, count in zip(("before", "after"), parts[name], strict=False)
        if count == 0 and (name, when) != ("treated", "after")
    ]
    if not empty:
        return ()
    words = f"Nothing was counted in {' and '.join(empty)}, so a change has no measure."
    return (Flag(code=CANNOT_TELL, words=words),)
