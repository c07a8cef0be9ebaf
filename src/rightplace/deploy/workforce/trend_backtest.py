"""How good looking ahead from strength alone would have been, from each past year's origin.

Each origin sees only its own past. Intervals are scored by width and misses together (Gneiting and
Raftery 2007, Journal of the American Statistical Association 102, 359-378, section 6.2), lower is
better; two ways are compared origin by origin.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import betaincinv, stdtrit

from rightplace.deploy.workforce.history import crossed
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from rightplace.core.time import Month
    from rightplace.deploy.workforce.history import Break, StrengthHistory
    from rightplace.deploy.workforce.trend import Outlook

    Method = Callable[[NDArray[np.float64], int], Outlook]

LEVEL: Final = 0.8
CONFIDENCE: Final = 0.95
PICKED: Final = "picked"
"""The way that scored best at earlier origins, whose outcome was known by then."""
MONTHS_A_YEAR: Final = 12
_LEAST_TO_PICK: Final = 3
_LEAST_TO_COMPARE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One forecast from one origin, with what came.

    Parameters
    ----------
    method, origin, target
        Which way; last month seen; month foretold.
    history_months
        Months it had to learn from.
    median, lo80, hi80
        Officers foretold.
    came
        Officers there were.
    breaks
        Names of programmes between origin and target.
    """

    method: str
    origin: Month
    target: Month
    history_months: int
    median: float
    lo80: float
    hi80: float
    came: int
    breaks: tuple[str, ...]

    @property
    def inside(self) -> bool:
        """Whether what came lies in the interval."""
        return self.lo80 <= self.came <= self.hi80

    @property
    def score(self) -> float:
        """Interval score, in officers; lower is better."""
        return interval_score(self.lo80, self.hi80, self.came)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """How often the interval held what came.

    Parameters
    ----------
    inside, origins
        k of n.
    lo95, hi95
        Clopper-Pearson interval of the share.
    """

    inside: int
    origins: int
    lo95: float
    hi95: float

    @property
    def fails(self) -> bool:
        """Whether 80 % lies outside the interval: only then can the intervals be called wrong."""
        return not self.lo95 <= LEVEL <= self.hi95


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDifference:
    """Mean of one way's interval score less the other's, at the same origins.

    Parameters
    ----------
    difference
        Officers; below 0 the first is better.
    lo95, hi95
        Interval; None where there are too few origins.
    origins
        Of both.
    """

    difference: float
    lo95: float | None
    hi95: float | None
    origins: int


def interval_score(low: float, high: float, came: float, *, level: float = LEVEL) -> float:
    """Return width and ``2 / (1 - level)`` for each officer by which what came lies outside.

    Parameters
    ----------
    low, high
        The interval.
    came
        What came.
    level
        Chance with which it was to hold what comes, above 0 and below 1.
    """
    outside = max(low - came, 0.0) + max(came - high, 0.0)
    return high - low + 2 / (1 - level) * outside


def yearly_origins(history: StrengthHistory, *, ahead: int, least_changes: int) -> list[int]:
    """Return places of origins a year apart, the newest so that its target is the last month.

    Parameters
    ----------
    history
        Months without a gap.
    ahead
        Months from origin to target.
    least_changes
        Monthly changes that an origin must have behind it.
    """
    newest = len(history.months) - 1 - ahead
    return list(range(newest, least_changes - 1, -MONTHS_A_YEAR))[::-1]


def scored_origins(
    history: StrengthHistory,
    methods: Mapping[str, Method],
    *,
    ahead: int,
    least_changes: int,
    breaks: Sequence[Break] = (),
) -> list[Scored]:
    """Return every way's forecast from every yearly origin, and what came.

    Parameters
    ----------
    history
        Months without a gap.
    methods
        Ways to look ahead, by name.
    ahead
        Months from origin to target.
    least_changes
        Monthly changes that an origin must have behind it.
    breaks
        Programmes to name.

    Raises
    ------
    UnsupportedByDataError
        If no origin has such a past and a target.
    """
    origins = yearly_origins(history, ahead=ahead, least_changes=least_changes)
    if not origins:
        msg = (
            f"{len(history.months)} months without a gap hold no origin with {least_changes} "
            f"changes behind it and {ahead} months after it."
        )
        raise UnsupportedByDataError(msg, remedy="Take in more months, or look less far ahead.")
    found = []
    for place in origins:
        origin, target = history.months[place], history.months[place + ahead]
        seen = history.officers[: place + 1]
        names = crossed(breaks, origin.month.plus(1), target.month)
        for name, method in methods.items():
            outlook = method(seen, ahead)
            low, high = outlook.interval(LEVEL)
            found.append(
                Scored(
                    method=name,
                    origin=origin.month,
                    target=target.month,
                    history_months=place + 1,
                    median=outlook.quantile(0.5),
                    lo80=low,
                    hi80=high,
                    came=target.officers,
                    breaks=tuple(each.name for each in names),
                )
            )
    return found


def with_picked(scored: Sequence[Scored], *, default: str) -> list[Scored]:
    """Return the forecasts and, at each origin, that of the way which was best before it.

    Parameters
    ----------
    scored
        Of all ways at the same origins.
    default
        The way while fewer than three outcomes are known.
    """
    by_origin: dict[Month, dict[str, Scored]] = defaultdict(dict)
    for each in scored:
        by_origin[each.origin][each.method] = each
    picked = []
    for origin, of_method in by_origin.items():
        known: dict[str, list[float]] = defaultdict(list)
        for each in scored:
            if each.target <= origin:
                known[each.method].append(each.score)
        enough = all(len(known[name]) >= _LEAST_TO_PICK for name in of_method)
        best = min(of_method, key=lambda name: sum(known[name])) if enough else default
        picked.append(_renamed(of_method[best]))
    return [*scored, *picked]


def _renamed(each: Scored) -> Scored:
    return Scored(
        method=PICKED,
        origin=each.origin,
        target=each.target,
        history_months=each.history_months,
        median=each.median,
        lo80=each.lo80,
        hi80=each.hi80,
        came=each.came,
        breaks=each.breaks,
    )


def covered(scored: Sequence[Scored]) -> Covered:
    """Return k of n inside the interval, with the exact interval of the share.

    Parameters
    ----------
    scored
        Of one way; at least one.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413.
    """
    k, n, tail = sum(each.inside for each in scored), len(scored), (1 - CONFIDENCE) / 2
    return Covered(
        inside=k,
        origins=n,
        lo95=0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail)),
        hi95=1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - tail)),
    )


def score_difference(
    first: Sequence[Scored], second: Sequence[Scored], *, ahead: int
) -> ScoreDifference:
    """Return how much better one way scored than another at the same origins, with its interval.

    Windows longer than a year overlap, so covariances of neighbouring origins enter the variance
    (Harvey, Leybourne and Newbold 1997, International Journal of Forecasting 13, 281-291,
    equations 8 and 9, whose small-sample factor and Student t are used too); where they make it
    0 or less, it is taken without them.

    Parameters
    ----------
    first, second
        Both in the order of origins.
    ahead
        Months from origin to target.
    """
    gaps = np.array([a.score - b.score for a, b in zip(first, second, strict=True)])
    n, overlap = gaps.size, math.ceil(ahead / MONTHS_A_YEAR)
    mean = float(gaps.mean())
    if n < max(_LEAST_TO_COMPARE, overlap + 1):
        return ScoreDifference(difference=mean, lo95=None, hi95=None, origins=n)
    around = gaps - mean
    own = float(around @ around) / n
    shared = sum(float(around[lag:] @ around[:-lag]) / n for lag in range(1, overlap))
    variance = own + 2 * shared
    variance = (variance if variance > 0 else own) / n
    factor = (n + 1 - 2 * overlap + overlap * (overlap - 1) / n) / n
    if factor <= 0:
        return ScoreDifference(difference=mean, lo95=None, hi95=None, origins=n)
    reach = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * math.sqrt(variance / factor)
    return ScoreDifference(difference=mean, lo95=mean - reach, hi95=mean + reach, origins=n)
