"""Solving a surge with and without the match and the overrides, and what else could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.surge.result import WeightPoint
from rightplace.app.surge.settings import MOST_WEIGHT
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.surge.inputs import SurgeInputs, SurgeOptions
    from rightplace.deploy.surge.alternatives import NextBest
    from rightplace.deploy.surge.optimum import Optimum


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """A surge, solved.

    Parameters
    ----------
    inputs
        What it was made of.
    movers
        Officers of each mover.
    optimum
        Postings, overrides kept.
    free
        The same without overrides; None where there are none.
    next_best
        By mover.
    stays
        Shape (n_movers,). Share of draws in which a posting stays; None without draws.
    weights
        Other weights of the match.
    fewer_because
        What stands in the way of more officers; empty where all asked for are posted.
    """

    inputs: SurgeInputs
    movers: tuple[tuple[int, ...], ...]
    optimum: Optimum
    free: Optimum | None
    next_best: dict[int, NextBest]
    stays: NDArray[np.float64] | None
    weights: tuple[WeightPoint, ...]
    fewer_because: tuple[str, ...]

    @property
    def post_of(self) -> dict[int, int]:
        """The post of each officer who is posted."""
        posted = self.optimum.best.posted
        return {
            officer: int(posted[mover])
            for mover in np.flatnonzero(posted >= 0).tolist()
            for officer in self.movers[mover]
        }

    @property
    def mover_of(self) -> dict[int, int]:
        """The mover of each officer."""
        return {officer: index for index, all_ in enumerate(self.movers) for officer in all_}

    def price_of_overrides(self) -> tuple[float, float] | None:
        """Return what overrides cost, as an interval; None without any."""
        if self.free is None:
            return None
        without, with_them = self.free.best, self.optimum.best
        return (
            max(0.0, without.objective - with_them.bound),
            max(0.0, without.bound - with_them.objective),
        )


def solve_case(inputs: SurgeInputs, options: SurgeOptions, *, rng: np.random.Generator) -> Solved:
    """Return a surge, solved, with its alternatives.

    Parameters
    ----------
    inputs
        What it is made of.
    options
        What was asked.
    rng
        Of the draws.
    """
    from rightplace.deploy.surge.alternatives import next_best, stays
    from rightplace.deploy.surge.case import surge_problem
    from rightplace.deploy.surge.optimum import optimum, why_no_more

    settings, case, limits = inputs.settings, inputs.case, inputs.limits
    weight = settings.match_weight if options.match_weight is None else options.match_weight
    free_problem = surge_problem(case, limits)
    free = optimum(free_problem, match_weight=weight, seconds=settings.seconds)
    found = free
    if inputs.overrides:
        # The same worth of a full match, so that the two objectives can be compared.
        fixed = surge_problem(case, limits, overrides=inputs.overrides)
        worth = free.surge.worth
        found = optimum(fixed, match_weight=weight, seconds=settings.seconds, worth=worth)
    drawn = None
    if settings.draws:
        spread = settings.demand_spread
        drawn = stays(found.surge, found.best, draws=settings.draws, spread=spread, rng=rng)
    return Solved(
        inputs=inputs,
        movers=case.movers(),
        optimum=found,
        free=free if inputs.overrides else None,
        next_best=next_best(found.surge, found.best),
        stays=drawn,
        weights=_at_weights(found, inputs),
        fewer_because=why_no_more(found, limits.count),
    )


def weights_of(text: str) -> tuple[float, ...]:
    """Return the weights of a setting, with commas between.

    Raises
    ------
    BadInputError
        If one is no number, below 0, or above ``MOST_WEIGHT``.
    """
    try:
        weights = tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        weights = (-1.0,)
    if any(not 0 <= weight <= MOST_WEIGHT for weight in weights):
        msg = f"surge.match_weights {text!r} are no numbers from 0 to {MOST_WEIGHT:g}."
        raise BadInputError(msg, value=text, remedy="Write them with commas between: 0, 0.1, 0.2.")
    return weights


def _at_weights(found: Optimum, inputs: SurgeInputs) -> tuple[WeightPoint, ...]:
    from rightplace.deploy.surge.optimum import at_weight

    points = []
    for weight in weights_of(inputs.settings.match_weights):
        solution = at_weight(found, weight)
        points.append(
            WeightPoint(
                match_weight=weight,
                harm_prevented=solution.harm,
                match=solution.match,
                harm_given_up_lo=max(0.0, found.unmatched.harm - solution.harm),
                harm_given_up_hi=max(0.0, found.unmatched.bound - solution.harm),
                gap=solution.gap,
            )
        )
    return tuple(points)
