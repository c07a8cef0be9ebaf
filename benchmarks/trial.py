"""Weekly plans as experiments in stated worlds: what they recover, and what looking early costs.

Run with ``python -m benchmarks.trial [RUNS]``; prints Markdown.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from rightplace.evaluate.designs.lot.worlds import tally
from rightplace.evaluate.trial.looks import Spending, planned_looks
from rightplace.evaluate.trial.worlds import QUICK, WEEKLY_PLANS, looked_at

RUNS = 2000
WORLDS = {
    "12 plans, 24 places, 2 a week": WEEKLY_PLANS,
    "12 plans, 24 places, 0.3 a week": replace(WEEKLY_PLANS, mean=0.3),
    "4 plans, 24 places, 2 a week": replace(WEEKLY_PLANS, periods=4),
}
FACTORS = (1.0, 0.9, 0.7)
LOOKED = replace(WEEKLY_PLANS, places=18, periods=5)
LOOKS = (1, 2, 3, 4, 5)


def recovered(runs: int) -> None:
    """Print how often an effect is told and its interval holds."""
    print("| world | effect | told from chance | interval holds | bias |")
    print("|---|--:|--:|--:|--:|")
    rows = [(name, replace(world, factor=f)) for name, world in WORLDS.items() for f in FACTORS]
    for number, (name, world) in enumerate(rows):
        found = tally(world, QUICK, runs=runs, rng=np.random.default_rng([6, number]))
        print(
            f"| {name} | {world.factor - 1:+.0%} | {found.told:.1%} | {found.relative_held:.1%} | "
            f"{found.bias:+.3f} |"
        )


def looks(runs: int) -> None:
    """Print how often trials stop that are looked at after each of five plans."""
    print("| effect | naive 5 % each time | obrien-fleming | plans | pocock | plans |")
    print("|--:|--:|--:|--:|--:|--:|")
    for number, factor in enumerate((1.0, 0.7, 0.5)):
        found = looked_at(
            replace(LOOKED, factor=factor),
            LOOKS,
            spendings=tuple(Spending),
            settings=QUICK,
            runs=runs,
            rng=np.random.default_rng([7, number]),
        )
        told = " | ".join(f"{found.stopped[s]:.1%} | {found.weeks[s]:.2f}" for s in Spending)
        print(f"| {factor - 1:+.0%} | {found.naive:.1%} | {told} |")


def edges() -> None:
    """Print the boundaries of five equal looks beside those published."""
    published = {
        Spending.OBRIEN_FLEMING: (4.8769, 3.3569, 2.6803, 2.2898, 2.0310),
        Spending.POCOCK: (2.4380, 2.4268, 2.4101, 2.3966, 2.3859),
    }
    print("| spending | look | boundary | published |\n|---|--:|--:|--:|")
    for spending, known in published.items():
        made = planned_looks([look / 5 for look in LOOKS], alpha=0.05, spending=spending)
        for number, (look, value) in enumerate(zip(made, known, strict=True), 1):
            print(f"| {spending.value} | {number} | {look.boundary:.4f} | {value:.4f} |")


def main(runs: int = RUNS) -> None:
    """Print all tables."""
    print(f"{runs:,} trials a row, {QUICK.redraws} redraws each; a share of 5 % has a standard")
    print(f"error of {np.sqrt(0.05 * 0.95 / runs):.1%}. Each plan draws a lot of its own among")
    print("near-equal places. Without an effect 5 % should be told from chance; intervals of the")
    print("relative change should hold the true one in 95 %.\n")
    recovered(runs)
    print(
        "\nPlaces of one incident in three weeks say little in 12 plans of 24 places: a tenth fewer"
    )
    print("is told hardly more often than nothing is.\n\n## Looking after each of five plans\n")
    print("Share of trials that stop, and the plans they had by then. The chance that the lot's")
    print("redraws show comes in steps, which makes boundaries of very small chances harder to")
    print("cross than they say.\n")
    looks(runs)
    print("\n## Boundaries of five equal looks, two-sided 5 %\n")
    edges()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
