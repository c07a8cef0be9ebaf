"""What chance does to each design's estimate, from counts given by hand.

Every function answers with the variance of the estimated number of incidents prevented. Counts
that scatter more than chance under Poisson are said by a dispersion: variance by mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import RANDOMISED, Design
from rightplace.evaluate.power.noise import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHANCE = "chance under Poisson alone"


def _spread(dispersion: float) -> str:
    return CHANCE if dispersion == 1 else f"{dispersion:g} times the variance of Poisson counts"


def _held(holds: bool, words: str, value: object) -> None:  # noqa: FBT001 - a fact, no option
    if not holds:
        msg = f"{words}, got {value}."
        raise BadInputError(msg, value=value, remedy="Correct the number.")


def _check(dispersion: float, intra_area: float) -> None:
    _held(dispersion >= 1, "The dispersion is 1 (Poisson) or more", dispersion)
    _held(0 <= intra_area <= 1, "A correlation inside areas lies from 0 to 1", intra_area)


def displacement_difference(
    counts: tuple[float, float, float, float], *, dispersion: float = 1.0
) -> Noise:
    """Return the noise of the local displacement difference.

    Its variance is the sum of the counts, and the count of the treated place falls with what is
    prevented: with four counts of n and a fall d, ``n (4 - d)``.

    Parameters
    ----------
    counts
        Expected without an operation, each above 0: treated before and during, control before
        and during.
    dispersion
        Variance by mean of the counts, 1 or more.

    References
    ----------
    Wheeler and Ratcliffe (2018), Crime Science 7, 11; DOMAIN 10.3.10 and 10.3.13.
    """
    _check(dispersion, 0)
    _held(min(counts) > 0, "The four counts must be above 0", counts)
    total = sum(counts)
    return Noise(
        design=Design.DISPLACEMENT_DIFFERENCE,
        expected=counts[1],
        variance=lambda prevented: dispersion * (total - prevented),
        how=_spread(dispersion),
    )


def before_after(before: float, during: float, *, dispersion: float = 1.0) -> Noise:
    """Return the noise of a plain comparison of before and after.

    It knows chance alone: trend, season and regression to the mean come on top, and no length
    of operation helps against them.

    Parameters
    ----------
    before
        Counted before, above 0, over any length of time.
    during
        Expected during the operation without it, above 0.
    dispersion
        Variance by mean, 1 or more.
    """
    _check(dispersion, 0)
    _held(min(before, during) > 0, "Counts must be above 0", (before, during))
    scale = during / before
    return Noise(
        design=Design.BEFORE_AFTER,
        expected=during,
        variance=lambda prevented: dispersion * (scale**2 * before + during - prevented),
        how=_spread(dispersion),
    )


def difference(
    mean: float,
    *,
    units: tuple[int, int],
    periods: tuple[float, float],
    dispersion: float = 1.0,
    intra_area: float = 0.0,
) -> Noise:
    """Return the noise of a difference-in-differences with errors clustered by area.

    A mean over k periods of an area has the variance ``v (1 + (k - 1) r) / k``; the areas are
    the units of chance, so the degrees of freedom are those of the areas.

    Parameters
    ----------
    mean
        Incidents expected in one area and period, above 0.
    units
        Areas treated and areas to compare, 1 or more each and 3 or more together.
    periods
        Before and during, above 0.
    dispersion
        Variance by mean of one area's period, 1 or more.
    intra_area
        Correlation r, 0 to 1, of an area's periods before, and of its periods during, beyond its
        own level and what all areas share.

    References
    ----------
    Kish (1965), Survey Sampling, section 5.4, for the mean of correlated counts.
    """
    _check(dispersion, intra_area)
    _held(mean > 0, "The mean must be above 0", mean)
    _held(min(units) >= 1 and sum(units) > 2, "It takes 3 areas, both kinds", units)  # noqa: PLR2004 - 2 of a kind
    _held(min(periods) > 0, "It takes time before and during", periods)
    treated, control = units
    before, during = periods
    expected = treated * during * mean

    def mean_of(periods: float) -> float:
        return (1 + (periods - 1) * intra_area) / periods

    def variance(prevented: float) -> float:
        left = mean - prevented / (treated * during)
        area = mean_of(before) * mean
        per_area = (mean_of(during) * left + area) / treated + (
            mean_of(during) * mean + area
        ) / control
        return dispersion * per_area * (treated * during) ** 2

    return Noise(
        design=Design.DIFFERENCE,
        expected=expected,
        variance=variance,
        freedom=treated + control - 2,
        how=f"{_spread(dispersion)}, correlation inside areas {intra_area:g}",
    )


def by_placebos(
    placebos: NDArray[np.float64],
    *,
    expected: float,
    design: Design,
    independent: int | None = None,
) -> Noise:
    """Return the noise of a design from what it found where there was no operation.

    Parameters
    ----------
    placebos
        Shape (n,), n 3 or more. Estimates, in incidents, for untreated places or times; true is 0.
    expected
        Incidents expected in the treated places during the operation, above 0.
    design
        That made them: a synthetic control, say.
    independent
        How many of the placebos share no data with each other; all of them where not given.
    """
    enough = 3
    _held(placebos.size >= enough, "It takes 3 placebos", placebos.size)
    _held(bool(np.isfinite(placebos).all()), "Each placebo must be a number", placebos.tolist())
    spread = float(np.mean(placebos**2))
    return Noise(
        design=design,
        expected=expected,
        variance=lambda _: spread,
        freedom=max(1, (placebos.size if independent is None else independent) - 1),
        how=f"the spread of {placebos.size:,} placebos",
    )


def randomised(
    mean: float,
    *,
    draws: tuple[float, float],
    design: Design = Design.RANDOMISED_UNITS,
    dispersion: float = 1.0,
    places: int = 1,
    intra_area: float = 0.0,
) -> Noise:
    """Return the noise of a comparison of what a lot treated with what it did not.

    Counts of one draw are negative binomial: variance ``m + k m**2``, with k from the dispersion
    at the expected mean, so that the scatter falls with the mean. Draws of several places
    together count for fewer: ``1 + (places - 1) r``.

    Parameters
    ----------
    mean
        Incidents expected in one draw over its time, above 0: a place, a place-day, a unit's
        block of weeks.
    draws
        How many the lot treats and how many it leaves, 2 or more each.
    design
        One of the randomised ones; of a crossover, a draw is a unit and has as much time in
        either arm.
    dispersion
        Variance by mean of one draw's count between draws of a stratum, 1 or more.
    places
        Places that are drawn together, 1 or more; the mean is of all of them.
    intra_area
        Correlation, 0 to 1, between such places; of a crossover, between a unit's two counts.
    """
    _check(dispersion, intra_area)
    _held(design in RANDOMISED, "The design must be drawn by lot", design.value)
    _held(mean > 0, "The mean must be above 0", mean)
    _held(min(draws) > 1, "It takes 2 draws of either kind", draws)
    _held(places >= 1, "A draw has 1 place or more", places)
    extra = (dispersion - 1) / mean
    together = 1 + (places - 1) * intra_area if design is not Design.CROSSOVER else 1.0
    treated, control = draws

    def of_one(m: float) -> float:
        return together * (m + extra * m**2)

    def variance(prevented: float) -> float:
        if design is Design.CROSSOVER:
            every = treated + control
            left = mean - prevented / every
            shared = 2 * intra_area * float(np.sqrt(of_one(left) * of_one(mean)))
            # Effect per unit: half the difference between the two orders' mean differences.
            own = of_one(left) + of_one(mean) - shared
            return every**2 * own / 4 * (1 / treated + 1 / control)
        left = mean - prevented / treated
        return treated**2 * (of_one(left) / treated + of_one(mean) / control)

    together_all = treated + control if design is Design.CROSSOVER else treated
    return Noise(
        design=design,
        expected=together_all * mean,
        variance=variance,
        freedom=treated + control - 2,
        how=f"{_spread(dispersion)} between draws"
        + (f", correlation {intra_area:g}" if intra_area else ""),
    )
