"""How much more follows an incident nearby than ordinarily, as a ratio with its interval.

Ratio = followers observed / ordinarily expected. The expectation is that of the same metres and
the same hours in the weeks around (see ``aftermath_counts``), times what the rest of the study
area did in those hours beside those weeks. Followers come in clusters, so that they scatter more
than a Poisson count; how much more is learned from how the sums of single weeks stray, and the
interval is a gamma's with that many fewer followers. Where there are few, the ratio of a class
leans on that of all other incidents by the weight of four ordinarily expected followers, and that
of all incidents on 1 by the weight of one.

References
----------
Maclure (1991), The case-crossover design, American Journal of Epidemiology 133, 144-153: an
incident's own place at other times as its comparison. Lumley and Levy (2000), Environmetrics 11,
689-704: comparison before and after, so that trends cancel. Gelman et al. (2013), Bayesian Data
Analysis, 3rd ed., section 2.7: the gamma-Poisson mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.forecast.aftermath.counts import DISTANCES_M, ELAPSED_HOURS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.forecast.aftermath.counts import Followers

PRIOR_FOLLOWERS = 4.0
"""Ordinarily expected followers by whose weight the ratio of a class leans on that of the rest."""
PRIOR_OF_ALL = 1.0
"""Ordinarily expected followers by whose weight the ratio of all incidents leans on 1."""
WEEKS_NEEDED = 20
"""Weeks with incidents, below which nobody can say how weeks stray."""
ALL, OTHER = "all", "other"
N_DISTANCES, N_ELAPSED = len(DISTANCES_M), len(ELAPSED_HOURS)
_WEEK = 7
_ENOUGH = 30  # followers, from which their own scatter says more than that of all
_FAR_PRIOR = 100.0  # followers farther away by whose weight the area is held to be as usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Followers observed beside those ordinarily expected, for a class and bands.

    Parameters
    ----------
    incidents
        Initiating incidents looked at.
    observed, expected
        Followers, and how many are ordinarily expected.
    scatter
        Variance of the followers by that of a Poisson count, 1 or more.
    ratio, lo95, hi95
        Mean and central 95 % of what is believed of the ratio, leaning on wider ones.
    """

    incidents: int
    observed: int
    expected: float
    scatter: float
    ratio: float
    lo95: float
    hi95: float

    def __post_init__(self) -> None:
        """Check that the numbers are a ratio with its interval.

        Raises
        ------
        BadInputError
            If they are not.
        """
        sound = 0 <= self.lo95 < self.hi95 < np.inf and self.expected >= 0 and self.scatter >= 1
        if not sound or min(self.incidents, self.observed) < 0:
            msg = f"{self.ratio:g} ({self.lo95:g} to {self.hi95:g}) is no ratio with its interval."
            raise BadInputError(msg)

    @property
    def is_raised(self) -> bool:
        """Whether the whole interval lies above 1."""
        return self.lo95 > 1

    @property
    def includes_one(self) -> bool:
        """Whether the interval holds 1: no evidence that the risk differs from ordinary."""
        return self.lo95 <= 1 <= self.hi95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sums:
    """Sums over incidents by week, last entries of both bands being all bands together.

    ``observed`` and ``expected`` are (n_weeks, n_distances + 1, n_elapsed + 1); ``strays`` has
    what each week adds to the expected number beyond its share, through the area's factor.
    """

    incidents: int
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]
    strays: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Belief:
    """A gamma distribution of a ratio: its mean, and the expected followers it is worth."""

    mean: float
    worth: float

    def with_counts(self, observed: float, expected: float, scatter: float) -> _Belief:
        """Return the belief after so many followers, of so many expected."""
        worth = self.worth + expected / scatter
        return _Belief(mean=(self.mean * self.worth + observed / scatter) / worth, worth=worth)

    def loosened(self) -> _Belief:
        """Return what it says of another class, whose own ratio may differ."""
        return _Belief(mean=self.mean, worth=1 / (1 / PRIOR_FOLLOWERS + 1 / self.worth))

    def interval(self) -> tuple[float, float]:
        """Return the central 95 %."""
        from scipy.special import gammaincinv  # noqa: PLC0415 - heavy

        shape = self.mean * self.worth
        low, high = (float(gammaincinv(shape, p)) / self.worth for p in (0.025, 0.975))
        return low, high


def aftermath_ratios(
    found: Followers, classes: Mapping[str, NDArray[np.bool_]]
) -> dict[tuple[str, int, int], Ratio]:
    """Return the ratio for each class, band of distance and band of elapsed time.

    Parameters
    ----------
    found
        What followed each incident.
    classes
        By name of a class, shape (n,): which incidents it initiates; an incident may be of
        several.

    Returns
    -------
    dict
        By class, distance and elapsed band; the number of bands stands for all of them together.
        ``all`` is every incident; ``other`` what is believed of a class that was not learned.

    Raises
    ------
    UnsupportedByDataError
        If there are incidents in fewer than 20 weeks, published ones around them.
    """
    weeks = np.unique(np.floor(found.days[found.used] / _WEEK))
    if weeks.size < WEEKS_NEEDED:
        msg = (
            f"There are incidents with published weeks around them in {weeks.size} weeks; "
            f"{WEEKS_NEEDED} are needed to learn what follows them."
        )
        remedy = "Take in at least a year of records that give hour and exact point."
        raise UnsupportedByDataError(msg, value=int(weeks.size), remedy=remedy)
    of_all = _sums(found, found.used)
    nothing = _Belief(mean=1.0, worth=PRIOR_OF_ALL)
    table: dict[tuple[str, int, int], Ratio] = {}
    bands = [(d, e) for d in range(N_DISTANCES + 1) for e in range(N_ELAPSED + 1)]
    scatter = {band: _scatter(of_all, band, fallback=None) for band in bands}
    for band in bands:
        ratio, belief = _ratio(of_all, band, scatter=scatter[band], prior=nothing)
        table[ALL, *band] = ratio
        table[OTHER, *band] = _as_ratio(belief.loosened(), scatter=scatter[band])
    for name, chosen in classes.items():
        own = _sums(found, found.used & chosen)
        rest = _sums(found, found.used & ~chosen)
        for band in bands:
            _, others = _ratio(rest, band, scatter=scatter[band], prior=nothing)
            strays = _scatter(own, band, fallback=scatter[band])
            ratio, _ = _ratio(own, band, scatter=strays, prior=others.loosened())
            table[name, *band] = ratio
    return table


def _sums(found: Followers, chosen: NDArray[np.bool_]) -> _Sums:
    """Return the sums of some incidents by week."""
    week = np.floor(found.days / _WEEK).astype(np.int64)
    _, row = np.unique(week, return_inverse=True)
    n_weeks = int(row.max()) + 1 if row.size else 0

    def by_week(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.zeros((n_weeks, *values.shape[1:]))
        np.add.at(total, row[chosen], values[chosen])
        return total

    observed, control = by_week(found.observed), by_week(found.control)
    far_observed, far_control = by_week(found.far_observed), by_week(found.far_control)
    seen, usual = far_observed.sum(axis=0), far_control.sum(axis=0)
    factor = (seen + _FAR_PRIOR) / (usual + _FAR_PRIOR)
    # The first-order change of the factor with what each week adds to it.
    change = (far_observed - factor * far_control) / (usual + _FAR_PRIOR)
    return _Sums(
        incidents=int(chosen.sum()),
        observed=_with_totals(observed),
        expected=_with_totals(control * factor),
        strays=_with_totals(control.sum(axis=0) * change[:, None, :]),
    )


def _with_totals(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values with the sum over bands appended on both of the last axes."""
    wider = np.concatenate([values, values.sum(axis=-2, keepdims=True)], axis=-2)
    return np.concatenate([wider, wider.sum(axis=-1, keepdims=True)], axis=-1)


def _scatter(sums: _Sums, band: tuple[int, int], *, fallback: float | None) -> float:
    """Return how many times as much the ratio scatters as with a Poisson count, 1 or more.

    By the influence of each week on the logarithm of the ratio: its share of the followers less
    its share of those expected. With few followers that of all incidents stands, and with few
    even there that of all bands.
    """
    observed, expected = (values[:, *band] for values in (sums.observed, sums.expected))
    total = observed.sum()
    if total < _ENOUGH or not expected.sum() > 0:
        everything = (N_DISTANCES, N_ELAPSED)
        if fallback is not None:
            return fallback
        return 1.0 if band == everything else _scatter(sums, everything, fallback=None)
    influence = observed / total - (expected + sums.strays[:, *band]) / expected.sum()
    n_weeks = influence.size
    return max(1.0, float(total * (influence**2).sum() * n_weeks / max(n_weeks - 1, 1)))


def _ratio(
    sums: _Sums, band: tuple[int, int], *, scatter: float, prior: _Belief
) -> tuple[Ratio, _Belief]:
    """Return the ratio of a band, and the belief it was read from."""
    observed = float(sums.observed[:, *band].sum())
    expected = float(sums.expected[:, *band].sum())
    belief = prior.with_counts(observed, expected, scatter)
    return _as_ratio(belief, scatter=scatter, sums=sums, band=band), belief


def _as_ratio(
    belief: _Belief,
    *,
    scatter: float,
    sums: _Sums | None = None,
    band: tuple[int, int] = (0, 0),
) -> Ratio:
    low, high = belief.interval()
    return Ratio(
        incidents=0 if sums is None else sums.incidents,
        observed=0 if sums is None else round(float(sums.observed[:, *band].sum())),
        expected=0.0 if sums is None else float(sums.expected[:, *band].sum()),
        scatter=scatter,
        ratio=belief.mean,
        lo95=low,
        hi95=high,
    )
