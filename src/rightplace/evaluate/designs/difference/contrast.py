"""Each unit boiled down to what it adds to the comparison, by ratio or by difference.

With units and periods each given an effect of their own, the Poisson pseudo-likelihood estimate
for a common start is the ratio of ratios of totals, and the linear one the difference of mean
changes; both need only what each unit counted before and after. Staggered starts are compared
cohort by cohort with the units never treated, each over its own time, and then added up: what was
counted, and what was expected, over all treated units and periods (group-time effects; Callaway
and Sant'Anna 2021, J. Econometrics 225, 200-230; Lee and Wooldridge 2023, averaging all periods
before). A unit treated already is never a control for one treated later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.panel import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.difference.cohorts import Cohorts, Window


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrast:
    """What each unit adds: value ``u`` over weight ``w``.

    The estimate compares the treated sum of ``u`` over ``w`` with that of the controls: as a
    ratio where ``is_ratio``, else as a difference times the number of treated units.

    Parameters
    ----------
    u, w
        Shape (n_units,). By ratio: counted after, and expected from before with the change of
        the controls, so that controls' sums agree. By difference: change of the unit, and 1.
    treated
        Shape (n_units,).
    observed
        Counted in treated units and periods.
    expected
        What the comparison expects there.
    is_ratio
        Whether the effect is a ratio.
    """

    u: NDArray[np.float64]
    w: NDArray[np.float64]
    treated: NDArray[np.bool_]
    observed: float
    expected: float
    is_ratio: bool

    @property
    def has_counts(self) -> bool:
        """Whether a ratio, and its logarithm, exist."""
        return self.observed > 0 and self.expected > 0 and math.isfinite(self.expected)

    @property
    def change(self) -> float:
        """Incidents more than expected; negative is a reduction."""
        return self.observed - self.expected

    def at(self, null: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``u`` and ``w`` in which an effect of ``null`` is no difference.

        Parameters
        ----------
        null
            Logarithm of a ratio, or incidents more over all treated units.
        """
        if self.is_ratio:
            return self.u, np.where(self.treated, self.w * math.exp(null), self.w)
        return self.u - np.where(self.treated, null / self.treated.sum(), 0.0), self.w

    @property
    def effect(self) -> float:
        """Logarithm of the ratio, or incidents more over all treated units."""
        return math.log(self.observed / self.expected) if self.is_ratio else self.change

    def standard_error(self) -> float:
        """Return the error of ``effect`` clustered by unit, with G / (G - 1) for G units.

        By ratio this is the sandwich of the Poisson pseudo-likelihood with effects for units and
        periods, by difference that of the linear regression with the same.
        """
        spread = 0.0
        for side in (self.treated, ~self.treated):
            weight, total = float(self.w[side].sum()), float(self.u[side].sum())
            left = self.u[side] - total / weight * self.w[side]
            spread += float((left**2).sum()) / (total if self.is_ratio else weight) ** 2
        size = self.u.size / (self.u.size - 1)
        scale = 1.0 if self.is_ratio else float(self.treated.sum())
        return math.sqrt(spread * size) * scale


def _sums(counts: NDArray[np.float64], ends: tuple[int, int]) -> NDArray[np.float64]:
    total: NDArray[np.float64] = counts[:, ends[0] : ends[1]].sum(axis=1)
    return total


def ratio_contrast(of: Cohorts, windows: tuple[Window, ...]) -> Contrast:
    """Return the contrast by ratio; its expected number is infinite where controls had none.

    Parameters
    ----------
    windows
        For each cohort.
    """
    treated = of.treated
    u, w = np.zeros(len(of.units)), np.zeros(len(of.units))
    parts = []
    for cohort, window in enumerate(windows):
        before, after = _sums(of.counts, window.before), _sums(of.counts, window.after)
        own = of.cohort == cohort
        base = float(before[~treated].sum())
        growth = float(after[~treated].sum()) / base if base else math.inf
        u[own] = after[own]
        w[own] = growth * before[own] if math.isfinite(growth) else math.inf
        parts.append((before[~treated], after[~treated], growth, float(w[own].sum())))
    expected = sum(each[3] for each in parts)
    contrast = Contrast(
        u=u, w=w, treated=treated, observed=float(u.sum()), expected=expected, is_ratio=True
    )
    if contrast.has_counts:
        _fill_controls(u, w, of.cohort == NEVER, parts, expected)
    return contrast


def _fill_controls(
    u: NDArray[np.float64],
    w: NDArray[np.float64],
    controls: NDArray[np.bool_],
    parts: list[tuple[NDArray[np.float64], NDArray[np.float64], float, float]],
    expected: float,
) -> None:
    """Give each control its part in the expected numbers of all cohorts together.

    A cohort with share s of the expected number hangs on the controls' change over its own
    windows; the logarithm of the whole moves by s (after / total after - before / total before).
    """
    mass = sum(part[3] / expected * float(part[1].sum()) for part in parts)
    for before, after, growth, own in parts:
        if own == 0:
            continue
        scale = own / expected / float(after.sum()) * mass
        u[controls] += scale * after
        w[controls] += scale * growth * before


def linear_contrast(of: Cohorts, windows: tuple[Window, ...]) -> Contrast:
    """Return the contrast by difference of mean changes, in incidents over all periods after.

    Parameters
    ----------
    windows
        For each cohort.
    """
    treated = of.treated
    u, many = np.zeros(len(of.units)), int(treated.sum())
    common, observed = 0.0, 0.0
    for cohort, window in enumerate(windows):
        lengths = [ends[1] - ends[0] for ends in (window.before, window.after)]
        after = _sums(of.counts, window.after)
        change = after - _sums(of.counts, window.before) * lengths[1] / lengths[0]
        own = of.cohort == cohort
        mean, share = float(change[~treated].mean()), int(own.sum()) / many
        u[own] = change[own] - mean
        u[~treated] += share * change[~treated]
        common += share * mean
        observed += float(after[own].sum())
    u[treated] += common
    total = (float(u[treated].mean()) - float(u[~treated].mean())) * many
    return Contrast(
        u=u,
        w=np.ones_like(u),
        treated=treated,
        observed=observed,
        expected=observed - total,
        is_ratio=False,
    )
