"""How often one group is searched relative to another, with what chance could do to the ratio.

A ratio says how unequal searching was between groups of residents. It does not say why, and it
does not say that anyone was treated unfairly or fairly.

References
----------
DOMAIN 2.6.24; Rothman, Greenland and Lash (2008), Modern Epidemiology, 3rd ed., 14 (log-normal
interval of a rate ratio); McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., 4.5
and 9.2 (quasi-likelihood).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import ndtri, stdtrit

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.evaluate.rate_ratio import paired_dispersion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted, and what it is counted on.

    Parameters
    ----------
    events
        Searches, or finds; 0 or more.
    base
        Residents, suspects, victims or searches that they are set against; above 0.

    Raises
    ------
    BadInputError
        If a count is below 0.
    UndefinedMetricError
        If there is nothing to count on: the rate is n/0.
    """

    events: int
    base: int

    def __post_init__(self) -> None:
        """Check that there is a rate.

        Raises
        ------
        BadInputError
            If a count is below 0.
        UndefinedMetricError
            If there is nothing to count on: the rate is n/0.
        """
        if self.events < 0 or self.base < 0:
            msg = f"{self.events} on {self.base} are no counts."
            raise BadInputError(msg, value=self.events, remedy="Give counts of 0 or more.")
        if self.base == 0:
            msg = f"{self.events} counted on nobody; the rate is {self.events}/0."
            raise UndefinedMetricError(msg)

    @property
    def rate(self) -> float:
        """Events for each of the base."""
        return self.events / self.base

    @property
    def rate_per_1000(self) -> float:
        """Events for each 1,000 of the base."""
        return 1000 * self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One rate relative to another, with its interval.

    Parameters
    ----------
    value
        The first rate by the second, 0 or more.
    lo, hi
        Ends of its interval.
    level
        Chance, 0 to 1, with which such intervals hold the true ratio.
    dispersion
        What variances were multiplied by, 1 or more; 1 is chance under Poisson alone.
    """

    value: float
    lo: float
    hi: float
    level: float
    dispersion: float = 1.0

    @property
    def holds_one(self) -> bool:
        """Whether the interval holds 1, so that chance alone could do this."""
        return self.lo <= 1 <= self.hi

    @property
    def width(self) -> float:
        """Ratio of the interval's ends."""
        return self.hi / self.lo


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """How far months or weeks scatter round one common ratio.

    Parameters
    ----------
    dispersion
        Mean square relative to chance, 1 or more: about 1 where they differ by chance alone.
    freedom
        Degrees of freedom that it was found from.
    """

    dispersion: float
    freedom: int


def rate_ratio(
    group: Tally, reference: Tally, *, scatter: Scatter | None = None, level: float = 0.95
) -> Ratio:
    """Return the rate of a group relative to the reference, with a log-normal interval.

    exp(ln RR +- z sqrt(D (1/a + 1/b))), where a and b are the counts and D the dispersion. With
    D estimated from months or weeks, z gives way to Student's quantile for as many.

    Parameters
    ----------
    group, reference
        What was counted; both above 0.
    scatter
        From ``scatter_over_time``; None for chance under Poisson alone.
    level
        Above 0 and below 1.

    Raises
    ------
    BadInputError
        If the level is none.
    UndefinedMetricError
        If either count is 0: the logarithm of the ratio is not a number.
    """
    if not 0 < level < 1:
        msg = f"An interval of level {level:g} is none."
        raise BadInputError(msg, value=level, remedy="Give a level between 0 and 1.")
    if not group.events or not reference.events:
        msg = f"Counts of {group.events} and {reference.events} give no log-normal interval."
        raise UndefinedMetricError(msg, remedy="Wait for more searches; 0 is no ratio.")
    value = group.rate / reference.rate
    error = math.sqrt(1 / group.events + 1 / reference.events)
    quantile = float(ndtri((1 + level) / 2))
    if scatter is not None and scatter.dispersion > 1:
        quantile = float(stdtrit(scatter.freedom, (1 + level) / 2))
        error *= math.sqrt(scatter.dispersion)
    reach = math.exp(quantile * error)
    return Ratio(
        value=value,
        lo=value / reach,
        hi=value * reach,
        level=level,
        dispersion=1.0 if scatter is None else scatter.dispersion,
    )


def scatter_over_time(
    group: NDArray[np.int64], reference: NDArray[np.int64], *, fewest: int
) -> Scatter | None:
    """Return how far months or weeks scatter round one common ratio; None from too few.

    Each one's searches of the group are set beside its searches of the reference, so that a month
    busy for both is no scatter. What all share, such as a standing habit of where searches are
    made, is not seen by it.

    Parameters
    ----------
    group, reference
        Shape (n_spells,). Searches in each month or week.
    fewest
        From fewer of them with searches the scatter is not judged; 2 or more.
    """
    squares, freedom = paired_dispersion(reference, group)
    if freedom + 1 < max(fewest, 2):
        return None
    return Scatter(dispersion=max(1.0, squares / freedom), freedom=freedom)
