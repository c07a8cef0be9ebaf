"""Which way of telling chance from effect these units allow, and what it says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from scipy.stats import t as student

from rightplace.evaluate.designs.difference import permuted, wild
from rightplace.evaluate.designs.difference.contrast import linear_contrast, ratio_contrast
from rightplace.evaluate.designs.finding import Estimate, Scale

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.difference.cohorts import Cohorts, Window
    from rightplace.evaluate.designs.difference.contrast import Contrast
    from rightplace.evaluate.designs.difference.settings import DifferenceSettings


_FURTHEST: Final = 30.0
"""In logarithms: a ratio of ten million millions is no bound."""


class Way(StrEnum):
    """How chance and interval are had."""

    CLUSTERED = "errors clustered by unit"
    WILD = "wild cluster bootstrap"
    PERMUTED = "permutation of units"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """A contrast with what chance leaves open.

    Parameters
    ----------
    contrast
        What was compared.
    lo, hi
        Ends of the interval of its ``effect``; infinite where nothing bounds it, None where
        there is none.
    p
        Two-sided; None where there is no interval.
    method
        In words.
    """

    contrast: Contrast
    lo: float | None
    hi: float | None
    p: float | None
    method: str

    def share(self, level: float) -> Estimate:
        """Return the effect of a ratio as a relative change."""
        return self._estimate(math.expm1(self.contrast.effect), _growth, Scale.SHARE, level)

    def incidents(self, level: float) -> Estimate:
        """Return the effect in incidents more than expected in treated units and periods.

        By ratio: what was counted less what it would have been, at the estimate and at the ends
        of the ratio's interval; both leave out no effect together.
        """
        as_is = self._from_ratio if self.contrast.is_ratio else float
        return self._estimate(self.contrast.change, as_is, Scale.INCIDENTS, level)

    def _estimate(
        self, value: float, shown: Callable[[float], float], scale: Scale, level: float
    ) -> Estimate:
        return Estimate(
            value=value,
            lo=None if self.lo is None else min(shown(self.lo), value),
            hi=None if self.hi is None else max(shown(self.hi), value),
            scale=scale,
            method=self.method,
            level=level,
            p=self.p,
        )

    def _from_ratio(self, end: float) -> float:
        return -self.contrast.observed * _growth(-end)


def _growth(end: float) -> float:
    """Return the relative change of a logarithm; infinite where a double ends."""
    most = 700.0
    return math.inf if end > most else math.expm1(end)


def way_of(of: Cohorts, settings: DifferenceSettings) -> Way:
    """Return how chance should be told: fewer units, more caution."""
    fewest = min(of.n_treated, of.n_controls)
    if fewest < settings.few_treated:
        return Way.PERMUTED
    few = settings.few_clusters
    return Way.WILD if len(of.units) <= few or fewest <= few // 2 else Way.CLUSTERED


def by_ratio(
    of: Cohorts,
    windows: tuple[Window, ...],
    *,
    settings: DifferenceSettings,
    rng: np.random.Generator,
) -> Inferred | None:
    """Return the effect by ratio with its interval; None where too much is 0 for a ratio.

    Parameters
    ----------
    windows
        For each cohort.
    """
    contrast = ratio_contrast(of, windows)
    if not contrast.has_counts:
        return None
    if way_of(of, settings) is Way.PERMUTED:
        return _permuted(of, windows, contrast, settings=settings, rng=rng)
    return _by_clusters(of, contrast, settings=settings, rng=rng)


def by_difference(
    of: Cohorts,
    windows: tuple[Window, ...],
    *,
    settings: DifferenceSettings,
    rng: np.random.Generator,
) -> Inferred:
    """Return the effect by difference of mean changes, with its interval if units allow one.

    Parameters
    ----------
    windows
        For each cohort.
    """
    contrast = linear_contrast(of, windows)
    if way_of(of, settings) is Way.PERMUTED:
        return Inferred(contrast=contrast, lo=None, hi=None, p=None, method="too few units")
    return _by_clusters(of, contrast, settings=settings, rng=rng)


def _by_clusters(
    of: Cohorts, contrast: Contrast, *, settings: DifferenceSettings, rng: np.random.Generator
) -> Inferred:
    if way_of(of, settings) is Way.CLUSTERED:
        return clustered(contrast, level=settings.level)
    return bootstrapped(contrast, settings=settings, rng=rng)


def clustered(contrast: Contrast, *, level: float) -> Inferred:
    """Return the interval by errors clustered by unit, Student's t with a unit less."""
    error, freedom = contrast.standard_error(), contrast.u.size - 1
    reach = float(student.ppf((1 + level) / 2, freedom)) * error
    effect = contrast.effect
    p = 2 * float(student.sf(abs(effect) / error, freedom)) if error > 0 else float(effect == 0)
    return Inferred(
        contrast=contrast, lo=effect - reach, hi=effect + reach, p=p, method=Way.CLUSTERED.value
    )


def bootstrapped(
    contrast: Contrast, *, settings: DifferenceSettings, rng: np.random.Generator
) -> Inferred:
    """Return the interval by the wild cluster bootstrap."""
    n_units = contrast.u.size
    drawn = wild.weights(n_units, draws=settings.draws, webb_below=settings.webb_below, rng=rng)
    p_at = partial(_wild_chance, contrast, drawn=drawn)
    step = contrast.standard_error() or abs(contrast.effect) or 1.0
    lo, hi = _ends(p_at, contrast, step=step, level=settings.level)
    names = "Webb" if n_units < settings.webb_below else "Rademacher"
    method = f"{Way.WILD.value}, {names}, {settings.draws}"
    return Inferred(contrast=contrast, lo=lo, hi=hi, p=p_at(0.0), method=method)


def _ends(
    p_at: Callable[[float], float], contrast: Contrast, *, step: float, level: float
) -> tuple[float, float]:
    furthest = _FURTHEST if contrast.is_ratio else math.inf
    return wild.interval(p_at, effect=contrast.effect, step=step, level=level, furthest=furthest)


def _wild_chance(contrast: Contrast, null: float, *, drawn: NDArray[np.float64]) -> float:
    return wild.chance(contrast, null, drawn)


def _permuted(
    of: Cohorts,
    windows: tuple[Window, ...],
    contrast: Contrast,
    *,
    settings: DifferenceSettings,
    rng: np.random.Generator,
) -> Inferred:
    among = permuted.arrangements(of, draws=settings.draws, rng=rng)
    p_at = partial(permuted.chance, of, windows, among=among)
    step = contrast.standard_error() or 0.1
    lo, hi = _ends(p_at, contrast, step=step, level=settings.level)
    method = f"{Way.PERMUTED.value}, {among.words}"
    return Inferred(contrast=contrast, lo=lo, hi=hi, p=p_at(0.0), method=method)
