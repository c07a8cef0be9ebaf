"""The smallest change that a design can see, from how much its estimate scatters by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scipy import optimize, stats

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.evaluate.designs.finding import Design

LONGEST_WEEKS: Final = 520
"""Ten years: what needs longer is told as never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How sure an answer must be.

    Parameters
    ----------
    level
        Of the interval, above 0 and below 1: 0.95 lets 5 in 100 operations without effect look
        as if they had one.
    power
        Chance, above 0 and below 1, with which a change of the size in question must be seen.
    one_sided
        Whether only a fall is looked for. An interval with two ends needs False.
    """

    level: float = 0.95
    power: float = 0.8
    one_sided: bool = False

    def __post_init__(self) -> None:
        """Check that the chances are chances.

        Raises
        ------
        BadInputError
            If one of them is not between 0 and 1, or the power no more than a false alarm's.
        """
        if not (0 < self.level < 1 and 0 < self.power < 1):
            msg = f"Level {self.level:g} and power {self.power:g} must lie between 0 and 1."
            raise BadInputError(msg, remedy="Give shares such as 0.95 and 0.8.")
        if self.power <= 1 - self.level:
            msg = f"A power of {self.power:g} is no more than false alarms of {1 - self.level:g}."
            raise BadInputError(msg, value=self.power, remedy="Ask for more power, such as 0.8.")

    @property
    def tail(self) -> float:
        """Chance of a false alarm on the side of a fall."""
        return (1 - self.level) / (1 if self.one_sided else 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What chance does to the estimate of a design.

    Parameters
    ----------
    design
        Which.
    expected
        Incidents expected in the treated places while the operation runs, without it; above 0.
    variance
        Variance of the estimated number of incidents prevented, given how many truly are.
    freedom
        Degrees of freedom of its estimate; None where the normal curve is used.
    how
        Where the variance comes from, in words.
    """

    design: Design
    expected: float
    variance: Callable[[float], float]
    how: str
    freedom: float | None = None

    def __post_init__(self) -> None:
        """Check that there is something to prevent.

        Raises
        ------
        BadInputError
            If nothing is expected, or no degree of freedom is left.
        """
        if not (math.isfinite(self.expected) and self.expected > 0):
            msg = f"With {self.expected:g} incidents expected there is nothing to prevent."
            raise BadInputError(msg, value=self.expected, remedy="Give counts above 0.")
        if self.freedom is not None and self.freedom <= 0:
            msg = f"{self.freedom:g} degrees of freedom leave no room for chance."
            raise BadInputError(msg, value=self.freedom, remedy="Give more units.")

    def standard_error(self, prevented: float = 0.0) -> float:
        """Return the standard error of the estimate, in incidents."""
        return math.sqrt(self.variance(prevented))


def _quantile(chance: float, freedom: float | None) -> float:
    if freedom is None:
        return float(stats.norm.ppf(chance))
    return float(stats.t.ppf(chance, freedom))


def power_of(noise: Noise, change: float, asked: Asked) -> float:
    """Return the chance with which a fall of a share would be told from none, 0 to 1.

    Parameters
    ----------
    noise
        Of the design.
    change
        Fall as a share of what is expected, above 0, at most 1.
    asked
        How sure the answer must be; its ``power`` is not used.
    """
    check_change(change)
    prevented = change * noise.expected
    error = noise.standard_error(prevented)
    if error == 0:
        return 1.0
    beyond = prevented / error - _quantile(1 - asked.tail, noise.freedom)
    if noise.freedom is None:
        return float(stats.norm.cdf(beyond))
    return float(stats.t.cdf(beyond, noise.freedom))


def smallest_change(noise: Noise, asked: Asked) -> float | None:
    """Return the smallest fall, as a share, that is seen with the power asked for.

    It is the fall d for which ``d * expected`` equals the sum of the two quantiles times the
    standard error at that fall. With four counts of 100, one-sided 5 % and 80 % power: 46.7 %.

    Returns
    -------
    float or None
        Above 0, at most 1; None where even an end to all incidents would be missed too often.

    References
    ----------
    Bloom (1995), Evaluation Review 19, 547-556; DOMAIN 10.3.13.
    """
    if power_of(noise, 1.0, asked) < asked.power:
        return None
    found = optimize.brentq(
        lambda change: power_of(noise, change, asked) - asked.power, 1e-9, 1.0, xtol=1e-10
    )
    return float(found)


def weeks_needed(of_weeks: Callable[[int], Noise], change: float, asked: Asked) -> int | None:
    """Return the fewest whole weeks of operation after which a fall is seen.

    Parameters
    ----------
    of_weeks
        Noise of the design after so many weeks; power never falls with them.
    change
        Fall as a share, above 0, at most 1.
    asked
        How sure the answer must be.

    Returns
    -------
    int or None
        1 or more; None where ``LONGEST_WEEKS`` are too few.
    """
    check_change(change)
    if power_of(of_weeks(LONGEST_WEEKS), change, asked) < asked.power:
        return None
    too_few, enough = 0, LONGEST_WEEKS
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if power_of(of_weeks(middle), change, asked) >= asked.power:
            enough = middle
        else:
            too_few = middle
    return enough


def check_change(change: float) -> None:
    """Check that a change is a fall that can be.

    Raises
    ------
    BadInputError
        If it is not above 0 and at most 1.
    """
    if not 0 < change <= 1:
        msg = f"A fall of {change:g} is none: it is a share above 0, at most 1."
        raise BadInputError(msg, value=change, remedy="Write 12 % fewer as 0.12.")
