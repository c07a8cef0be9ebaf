"""The model of the threshold test.

Everyone who could be searched either carries or does not; officers see a signal, drawn from a
normal distribution that lies higher for those who carry. They search where the chance of carrying,
given the signal, is above a threshold. From how many are searched, and how many searches succeed,
place by place, the model infers the thresholds of each group.

For place p and group g: carriers' share ``logit phi = m + a_g + b_p + e_pg``, distance of the two
distributions ``log delta = n + c_g + d_p``, threshold ``logit t ~ N(t_g, s)``. The sampler moves
the signal from which officers search, about where the counts put it, which they tell closely; the
threshold follows from it, with the density of that change of variables.

References
----------
Simoiu, Corbett-Davies and Goel (2017), Annals of Applied Statistics 11, 1193-1216; Pierson,
Corbett-Davies and Goel (2018), AISTATS, PMLR 84, 96-105 (discriminant distributions); Hoffman and
Gelman (2014), JMLR 15, 1593-1623 (NUTS); Phan, Pradhan and Jankowiak (2019), arXiv 1912.11554
(NumPyro); Vehtari and others (2021), Bayesian Analysis 16, 667-718 (R-hat, effective draws).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import logit, ndtr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Draws:
    """What the sampler drew.

    Parameters
    ----------
    threshold, search_rate, hit_rate
        Shape (n_draws, n_places, n_groups), chains one after another. Chance of carrying from
        which officers search, share searched, and share of searches that succeed.
    largest_r_hat, least_effective
        Worst R-hat, and fewest effective draws, of any quantity of the model.
    divergences
        Steps at which the sampler lost its way.
    """

    threshold: NDArray[np.float64]
    search_rate: NDArray[np.float64]
    hit_rate: NDArray[np.float64]
    largest_r_hat: float
    least_effective: float
    divergences: int


def rates(
    phi: NDArray[np.float64], delta: NDArray[np.float64], threshold: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share searched and the share of searches that succeed.

    Parameters
    ----------
    phi
        Share that carries, 0 to 1, exclusive.
    delta
        Distance of the two distributions of signals, in standard deviations, above 0.
    threshold
        Chance of carrying from which officers search, 0 to 1, exclusive.
    """
    signal = (logit(threshold) - logit(phi)) / delta + delta / 2
    right, wrong = phi * ndtr(delta - signal), (1 - phi) * ndtr(-signal)
    return right + wrong, right / (right + wrong)
