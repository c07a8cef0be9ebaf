"""Strength month by month: start plus joiners less leavers, in every draw and every month.

Stock and flow by cohort (DOMAIN 6.5.30). Leavers are binomial, joiners binomial around a share of
places filled that is drawn once for a draw, and so are the factors of annual rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.deploy.workforce import stock_kernel
from rightplace.deploy.workforce.checks import check_whole
from rightplace.deploy.workforce.cohorts import COHORTS, Cohort
from rightplace.deploy.workforce.flows import CAUSES, admitted, monthly_chances
from rightplace.deploy.workforce.growth import MOST_ROUTES
from rightplace.deploy.workforce.tutors import TutorGap
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.workforce.flows import Admitted
    from rightplace.deploy.workforce.growth import Growth

MEASURES: Final = ("headcount", "fte", "deployable")
"""What a target may be set in: heads, full-time equivalent, officers who can be deployed."""
MOST_DRAWS: Final = 100_000
MOST_DRAWN_MONTHS: Final = 2_500_000
"""Draws times months; so many take half a minute and half a gigabyte."""
_RATES: Final = (Cohort.TRAINING, Cohort.TUTORED, Cohort.PROBATION, Cohort.ESTABLISHED)
_RATE_OF: Final = {cohort: i for i, cohort in enumerate(_RATES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """All chance of a projection, drawn before anything is known of it.

    The same luck given to two workforces makes them differ by what differs in them alone.

    Parameters
    ----------
    keys
        (draws,): of each draw's own numbers.
    normals
        (draws, causes): how far annual rates lie from those given.
    uniforms
        (draws, routes): where the share of places filled lies in its distribution.
    """

    keys: NDArray[np.uint64]
    normals: NDArray[np.float64]
    uniforms: NDArray[np.float64]

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return self.keys.size

    def first(self, draws: int) -> Luck:
        """Return the first few draws."""
        return Luck(
            keys=self.keys[:draws], normals=self.normals[:draws], uniforms=self.uniforms[:draws]
        )


def luck(draws: int, *, rng: np.random.Generator) -> Luck:
    """Return the chance of so many draws; a number of draws that cannot be is ``BadInputError``.

    Parameters
    ----------
    draws
        1 to ``MOST_DRAWS``.
    rng
        Where chance comes from.
    """
    check_whole("draws", draws, least=1, most=MOST_DRAWS)
    return Luck(
        keys=rng.integers(0, 2**64, size=draws, dtype=np.uint64),
        normals=rng.standard_normal((draws, len(CAUSES))),
        uniforms=rng.random((draws, MOST_ROUTES)),
    )


def check_work(draws: int, months: int) -> None:
    """Check that a projection is no longer than anybody waits for.

    Parameters
    ----------
    draws, months
        How many of each.

    Raises
    ------
    BadInputError
        If they multiply to more than ``MOST_DRAWN_MONTHS``.
    """
    if draws * months > MOST_DRAWN_MONTHS:
        msg = f"{draws:,} draws of {months} months are more than {MOST_DRAWN_MONTHS:,} in all."
        remedy = f"Ask for {MOST_DRAWN_MONTHS // months:,} draws or fewer, or for fewer months."
        raise BadInputError(msg, value=str(draws), remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A workforce followed from month to month.

    Parameters
    ----------
    growth
        Which one.
    stock
        (draws, months + 1, cohorts): officers at the end of each month; the first is the start.
        Whole numbers, unless expected values were asked for.
    joined
        (draws, months, routes): who joined in each month.
    left
        (draws, months, causes): who left in it.
    places
        What training places left of the planned intake, the same in every draw.
    whole
        Whether officers are whole numbers, as in draws; expected values are not.
    """

    growth: Growth
    stock: NDArray[np.float64]
    joined: NDArray[np.float64]
    left: NDArray[np.float64]
    places: Admitted
    whole: bool = True

    def first(self, draws: int) -> Projection:
        """Return the first few draws."""
        return Projection(
            growth=self.growth,
            stock=self.stock[:draws],
            joined=self.joined[:draws],
            left=self.left[:draws],
            places=self.places,
            whole=self.whole,
        )

    def of(self, cohort: Cohort) -> NDArray[np.float64]:
        """Return (draws, months + 1): officers in a cohort."""
        return np.asarray(self.stock[:, :, COHORTS.index(cohort)])

    def measured(self, measure: str) -> NDArray[np.float64]:
        """Return (draws, months + 1): strength in one of ``MEASURES``."""
        weights = {
            "headcount": (1.0,) * len(COHORTS),
            "fte": self.growth.part_time.weights,
            "deployable": self.growth.deployable.weights,
        }
        return np.asarray(self.stock @ np.array(weights[measure]))

    def tutors(self) -> TutorGap:
        """Return tutors needed and there, each (draws, months + 1)."""
        rule = self.growth.tutors
        needed = (self.of(Cohort.TUTORED) + self.of(Cohort.WAITING)) / rule.students_each
        established = self.of(Cohort.ESTABLISHED)
        if rule.number is not None:
            available = np.full_like(established, float(rule.number))
        else:
            available = (rule.share_of_established or 0.0) * established
            available = np.floor(available + 1e-9) if self.whole else available
        return TutorGap(needed=needed, available=available, gap=np.maximum(needed - available, 0.0))


def project(growth: Growth, chance: Luck) -> Projection:
    """Return a workforce followed through its horizon in every draw; all numbers are whole.

    Parameters
    ----------
    growth
        The workforce.
    chance
        Of ``luck``.
    """
    factors = np.ones((chance.draws, len(CAUSES)))
    for each in growth.leaving:
        column = CAUSES.index(each.cause)
        factors[:, column] = each.factors(chance.normals[:, column])
    filled = np.stack(
        [intake.shares(chance.uniforms[:, i]) for i, intake in enumerate(growth.intakes)], axis=1
    )
    return _followed(growth, chance.keys, factors=factors, filled=filled)


def expected(growth: Growth) -> Projection:
    """Return expected values, as one draw in which every share happens exactly.

    Rates are those given and places filled as on average. This is not the mean of draws where rates
    are uncertain, whose factors are 1 in the middle and not on average, nor where tutors are short:
    a limit that binds now and then has no average.
    """
    filled = np.array([[intake.filled for intake in growth.intakes]])
    keys = np.zeros(1, dtype=np.uint64)
    return _followed(growth, keys, factors=np.ones((1, len(CAUSES))), filled=filled, sure=True)


def _followed(
    growth: Growth,
    keys: NDArray[np.uint64],
    *,
    factors: NDArray[np.float64],
    filled: NDArray[np.float64],
    sure: bool = False,
) -> Projection:
    places = admitted(
        growth.intakes,
        growth.routes,
        places_a_month=growth.places_a_month,
        places_at_once=growth.places_at_once,
        in_training=growth.training_at_start(),
    )
    chances = monthly_chances(_annual(growth) * factors[:, None, :])
    together = chances.sum(axis=-1, keepdims=True)
    shares = np.divide(chances, together, out=np.zeros_like(chances), where=together > 0)
    phases = [(r.training_months, r.tutored_months, r.rest_months) for r in growth.routes]
    cohorts = (Cohort.TRAINING, Cohort.TUTORED, Cohort.PROBATION)
    line_of = [c for row in phases for c, n in zip(cohorts, row, strict=True) for _ in range(n)]
    months, routes = growth.months, len(growth.routes)
    stock = np.zeros((keys.size, months + 1, len(COHORTS)))
    joined = np.zeros((keys.size, months, routes))
    left = np.zeros((keys.size, months, len(CAUSES)))
    rule = growth.tutors
    stock_kernel.project(
        keys,
        sure,
        np.array(growth.line_at_start(), dtype=np.float64),
        np.array(growth.pools_at_start(), dtype=np.float64),
        np.array(phases, dtype=np.int64),
        np.array([COHORTS.index(c) for c in line_of], dtype=np.int64),
        np.array([_RATE_OF[c] for c in line_of], dtype=np.int64),
        np.ascontiguousarray(together[..., 0]),
        shares,
        -np.expm1(np.log1p(-np.array([min(x.annual_share, 0.99) for x in growth.leaves])) / 12),
        1 / np.array([x.months for x in growth.leaves], dtype=np.float64),
        places.joiners,
        filled,
        np.array(
            [
                rule.share_of_established or 0.0,
                -1.0 if rule.number is None else float(rule.number),
                rule.students_each,
            ]
        ),
        stock,
        joined,
        left,
    )
    return Projection(
        growth=growth, stock=stock, joined=joined, left=left, places=places, whole=not sure
    )


def _annual(growth: Growth) -> NDArray[np.float64]:
    """Return annual shares that leave, (1, rates, causes)."""
    annual = np.zeros((1, len(_RATES), len(CAUSES)))
    for each in growth.leaving:
        for i, cohort in enumerate(_RATES):
            annual[0, i, CAUSES.index(each.cause)] = each.annual[COHORTS.index(cohort)]
    return annual
