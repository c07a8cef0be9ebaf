"""Whether a sampling is to be believed: convergence, and whether its model gives such counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.powers.searches.threshold_cells import Cells
    from rightplace.powers.searches.threshold_model import Draws
    from rightplace.powers.searches.threshold_settings import ThresholdSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """How well the sampler did, and how well its model fits.

    Parameters
    ----------
    largest_r_hat
        Worst disagreement of chains of any quantity; 1 is none.
    least_effective
        Fewest effective draws of any quantity.
    divergences
        Steps at which the sampler lost its way.
    searches_covered, hits_covered
        Share of places and groups whose searches, and whose successes among searches, lie in the
        model's 95 % interval for them, 0 to 1. Every place and group has a threshold of its own,
        so searches fit nearly always; the successes are the harder test.
    """

    largest_r_hat: float
    least_effective: float
    divergences: int
    searches_covered: float
    hits_covered: float

    def faults(self, settings: ThresholdSettings) -> tuple[str, ...]:
        """Return what speaks against a result, in words; empty where nothing does."""
        found = []
        if not self.largest_r_hat <= settings.largest_r_hat:
            found.append(f"R-hat is {self.largest_r_hat:.3f}, above {settings.largest_r_hat:g}")
        if not self.least_effective >= settings.least_effective:
            least = f"below {settings.least_effective:.0f}"
            found.append(f"{self.least_effective:.0f} effective draws are {least}")
        if self.divergences:
            found.append(f"the sampler lost its way {self.divergences} times")
        for of, share in (("searches", self.searches_covered), ("hit rates", self.hits_covered)):
            if share < settings.least_covered:
                least = f"below {settings.least_covered:.0%}"
                found.append(f"the model gives the {of} of {share:.0%} of cells, {least}")
        return tuple(found)


def diagnostics(draws: Draws, cells: Cells, rng: np.random.Generator) -> Diagnostics:
    """Return the sampler's own diagnostics and the posterior predictive check.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., 6.3.
    """
    searches = rng.binomial(cells.residents, draws.search_rate)
    hits = rng.binomial(cells.known, np.clip(draws.hit_rate, 0, 1))
    return Diagnostics(
        largest_r_hat=draws.largest_r_hat,
        least_effective=draws.least_effective,
        divergences=draws.divergences,
        searches_covered=_covered(searches, cells.searches),
        hits_covered=_covered(hits, cells.hits),
    )


def _covered(made: NDArray[np.int64], seen: NDArray[np.int64]) -> float:
    low, high = np.quantile(made, (0.025, 0.975), axis=0)
    return float(((seen >= low) & (seen <= high)).mean())
