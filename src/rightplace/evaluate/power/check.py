"""Whether an estimate could have shown the smallest change that matters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from scipy import stats

from rightplace.evaluate.designs.finding import Check, Diagnostic, Scale
from rightplace.evaluate.power.noise import Asked, Noise, check_change, power_of, smallest_change

if TYPE_CHECKING:
    from rightplace.evaluate.designs.finding import Finding

ASKED: Final = Asked()


def power_check(finding: Finding, smallest: float, asked: Asked = ASKED) -> Diagnostic:
    """Return whether a fall of the smallest size that matters would have been told from chance.

    It uses the width of the interval, which is what chance did here, and never the estimate
    itself: power at the estimate found says nothing that its p does not say already.

    Parameters
    ----------
    finding
        Of any design.
    smallest
        The smallest fall that matters, as a share of what was expected, above 0, at most 1; the
        plan's own, written down before.
    asked
        Level and power; two-sided 5 % and 80 % where not given.

    References
    ----------
    Hoenig and Heisey (2001), The American Statistician 55, 19-24.
    """
    check_change(smallest)
    error = standard_error(finding)
    if error is None:
        words = (
            "The design gave no interval with two ends, or nothing was expected, so nobody can "
            f"say whether a fall of {smallest:.0%} could have been seen."
        )
        return Diagnostic(check=Check.POWER, passed=None, words=words)
    noise = Noise(
        design=finding.design, expected=1.0, variance=lambda _: error**2, how="the interval"
    )
    chance = power_of(noise, smallest, asked)
    least = smallest_change(noise, asked)
    could = (
        "not even an end to all incidents"
        if least is None
        else f"a fall of {least:.1%} is the smallest"
    )
    seen = chance >= asked.power
    told = "would" if seen else "would hardly"
    return Diagnostic(
        check=Check.POWER,
        passed=seen,
        value=chance,
        words=f"A fall of {smallest:.0%} {told} have been told from chance: it is in {chance:.0%} "
        f"of operations like this; {could} seen in {asked.power:.0%} of them.",
    )


def standard_error(finding: Finding) -> float | None:
    """Return the standard error of the relative change; None where it cannot be had.

    Half the width of the interval by the normal quantile of its level. The interval of the
    headline is set by what was expected; where the headline is a share, it is its own.
    """
    each = finding.estimate
    if each.lo is None or each.hi is None or not math.isfinite(each.hi - each.lo):
        return None
    error = (each.hi - each.lo) / (2 * float(stats.norm.ppf((1 + each.level) / 2)))
    if each.scale is not Scale.SHARE:
        if finding.expected is None or finding.expected <= 0:
            return None
        error /= finding.expected
    return error if error > 0 else None
