"""Randomised designs and power in stated worlds: false alarms, intervals, and where they fail.

Run with ``python -m benchmarks.lot [RUNS]``; prints Markdown.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.lot.settings import LotSettings
from rightplace.evaluate.designs.lot.worlds import World, drawn_trial, tally
from rightplace.evaluate.power.designs import displacement_difference, randomised
from rightplace.evaluate.power.noise import Asked, power_of, smallest_change

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.lot.rows import TrialRows

RUNS = 2000
SETTINGS = LotSettings(redraws=199, listed=199, carry_periods=1, left_out=0)
UNITS = World(design=Design.RANDOMISED_UNITS, places=60, mean=8, scatter=0.3)
SLOW = World(
    design=Design.PLACE_DAY,
    places=20,
    periods=60,
    mean=0.5,
    between=0.5,
    scatter=0.5,
    memory=0.9,
    swing=0.5,
)
WORLDS = {
    "60 places, scatter 3.4 times Poisson": UNITS,
    "100 places in 5 strata, a fifth held out": replace(
        UNITS, places=100, between=0.5, strata=5, share=0.8
    ),
    "100 places in 5 strata, a fifth treated": replace(
        UNITS, places=100, between=0.5, strata=5, share=0.2
    ),
    "20 places of very different rates": replace(UNITS, places=20, between=1.0),
    "20 places, 60 days, memory .9": SLOW,
    "16 places, 6 blocks of 14 days, memory .9": replace(
        SLOW, design=Design.WEEK_BLOCK, places=16, periods=84, block=14
    ),
    "24 places crossed over, 2 spans of 4, memory .7": World(
        design=Design.CROSSOVER,
        places=24,
        periods=8,
        block=4,
        mean=3,
        between=0.5,
        scatter=0.3,
        memory=0.7,
        swing=0.3,
    ),
}
FALL = 0.7


def plain_poisson(rows: TrialRows) -> bool:
    """Return whether a test that knows no scatter tells the arms apart at 5 %."""
    arms = [rows.count[rows.treated == arm] for arm in (True, False)]
    together = arms[0].sum() + arms[1].sum()
    share = rows.treated.mean()
    return bool(stats.binomtest(int(arms[0].sum()), int(together), share).pvalue < 0.05)  # noqa: PLR2004 - 5 %


def worlds(runs: int) -> None:
    """Print false alarms and intervals of every design in its worlds."""
    print("| world | effect | told from chance | plain Poisson tells | interval holds |", end="")
    print(" of relative change | bias |\n|---|--:|--:|--:|--:|--:|--:|")
    rows = [(name, replace(world, factor=f)) for name, world in WORLDS.items() for f in (1.0, FALL)]
    rows.append(
        ("20 places, 60 days, **effect lasts a day**", replace(SLOW, factor=FALL, lasts=1.0))
    )
    for number, (name, world) in enumerate(rows):
        found = tally(world, SETTINGS, runs=runs, rng=np.random.default_rng(number))
        rng = np.random.default_rng([number, 1])
        plain = np.mean([plain_poisson(drawn_trial(world, rng)[0]) for _ in range(runs)])
        print(
            f"| {name} | {world.factor - 1:+.0%} | {found.told:.1%} | {plain:.1%} | "
            f"{found.held:.1%} | {found.relative_held:.1%} | {found.bias:+.3f} |"
        )


def _negative_binomial(
    rng: np.random.Generator, mean: float, spread: float, runs: int
) -> NDArray[np.int64]:
    if spread == 1:
        return rng.poisson(mean, runs)
    return rng.negative_binomial(mean / (spread - 1), 1 / spread, runs)


def displacement(runs: int) -> None:
    """Print the power of the displacement difference by formula and in drawn operations."""
    asked = Asked(one_sided=True)
    print("| counts in each cell | dispersion | smallest fall by formula | it is seen in |")
    print("|--:|--:|--:|--:|")
    for spread in (1.0, 3.0):
        for count in (100, 200, 400, 800, 1600):
            noise = displacement_difference((count,) * 4, dispersion=spread)
            fall = smallest_change(noise, asked)
            if fall is None:
                continue
            rng = np.random.default_rng([count, int(spread)])
            means = (count, count * (1 - fall), count, count)
            t0, t1, c0, c1 = (_negative_binomial(rng, m, spread, runs) for m in means)
            z = (t1 - t0 - c1 + c0) / np.sqrt(spread * (t0 + t1 + c0 + c1))
            seen = np.mean(z < stats.norm.ppf(0.05))
            print(f"| {count:,} | {spread:g} | {fall:.1%} | {seen:.1%} |")


def lots(runs: int) -> None:
    """Print the power of trials by formula, and as their own randomisation test has it."""
    print("| places | mean | dispersion | fall | power by formula | the test tells |")
    print("|--:|--:|--:|--:|--:|--:|")
    for places, mean, scatter in ((40, 5.0, 0.0), (40, 5.0, 0.4), (100, 8.0, 0.3), (200, 3.0, 1.0)):
        spread = 1 + scatter * mean
        noise = randomised(mean, draws=(places // 2, places // 2), dispersion=spread)
        world = replace(UNITS, places=places, mean=mean, scatter=scatter, factor=FALL)
        found = tally(world, SETTINGS, runs=runs, rng=np.random.default_rng(places))
        by_formula = power_of(noise, 1 - FALL, Asked())
        print(
            f"| {places} | {mean:g} | {spread:g} | {1 - FALL:.0%} | {by_formula:.1%} | "
            f"{found.told:.1%} |"
        )


def main(runs: int = RUNS) -> None:
    """Print all tables."""
    error = np.sqrt(0.05 * 0.95 / runs)
    print(f"{runs:,} trials a row, {SETTINGS.redraws} redraws each; a share of 5 % has a standard")
    print(f"error of {error:.1%}. Without an effect 5 % should be told from chance; the intervals")
    print("should hold the true effect, in incidents and as a relative change, in 95 %. Bias is of")
    print("the relative change, mean found less true: a ratio of few counts is skewed upwards.\n")
    worlds(runs)
    print("\nWhere an effect lasts into the next day, days left alone are not without it: the")
    print(
        "place-day comparison is too small, and its interval misses. Blocks with wash-out are for"
    )
    print("that. The plain Poisson test takes scatter and memory for effects wherever the lot is")
    print("drawn once among places that differ.\n\n## Power by formula and in drawn operations\n")
    displacement(runs)
    print()
    lots(runs)
    print("\nCounts that tie cost the lot's test a little power beside the formula, most where the")
    print("places differ by chance alone (the first row).")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
