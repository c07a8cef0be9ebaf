"""The threshold test on searches drawn from its own model: what it finds, and where it fails.

Thirty places and five groups, with as many people and searches as London's boroughs have in a
year. Run with ``python -m benchmarks.threshold [SEEDS]``; prints Markdown. Differences are those
of black people's threshold from white people's, in percentage points.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from rightplace.powers.searches.columns import STATED, Ethnicity
from rightplace.powers.searches.threshold_cells import Cells
from rightplace.powers.searches.threshold_checks import diagnostics
from rightplace.powers.searches.threshold_model import rates
from rightplace.powers.searches.threshold_process import sampled
from rightplace.powers.searches.threshold_settings import ThresholdSettings

PLACES = 30
BLACK, WHITE = STATED.index(Ethnicity.BLACK), STATED.index(Ethnicity.WHITE)
PEOPLE = np.array([60_000, 40_000, 17_000, 18_000, 150_000])
SETTINGS = ThresholdSettings(limit_seconds=3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A way in which searches came about.

    Parameters
    ----------
    name
        In words.
    lower
        By how much the log odds of black people's threshold lie below that of all others.
    present
        How many times their residents black people are out and present.
    """

    name: str
    lower: float = 0.0
    present: float = 1.0


WORLDS = (
    World(name="one threshold, groups carry otherwise"),
    World(name="a lower threshold", lower=0.5),
    World(name="one threshold, twice as many present as live there", present=2.0),
)


def drawn(world: World, seed: int) -> tuple[Cells, float]:
    """Return counts, and the true difference of thresholds."""
    rng = np.random.default_rng(seed)
    phi = expit(-3.5 + np.array([0.0, 0.6, 0.2, -0.2, 0.0]) + rng.normal(0, 0.4, (PLACES, 1)))
    delta = np.exp(0.5 + np.array([0.0, -0.3, 0.0, 0.0, 0.2]) + rng.normal(0, 0.1, (PLACES, 1)))
    middle = np.where(np.arange(5) == BLACK, -1.3 - world.lower, -1.3)
    bar = expit(middle + rng.normal(0, 0.15, (PLACES, 5)))
    share, hit = rates(phi, delta, bar)
    people = np.round(PEOPLE * rng.uniform(0.5, 1.5, (PLACES, 1))).astype(np.int64)
    present = np.where(np.arange(5) == BLACK, world.present, 1.0) * people
    searches = rng.binomial(present.astype(np.int64), share)
    weight = people.sum(axis=1) / people.sum()
    cells = Cells(
        places=tuple(f"place {n}" for n in range(PLACES)),
        groups=STATED,
        residents=people,
        searches=searches,
        known=searches,
        hits=rng.binomial(searches, hit),
    )
    return cells, float(weight @ (bar[:, BLACK] - bar[:, WHITE]))


def main(seeds: int) -> None:
    """Print the table."""
    made = [(world, seed, *drawn(world, seed)) for world in WORLDS for seed in range(seeds)]
    tables = [(c.residents, c.searches, c.known, c.hits) for _, _, c, _ in made]
    began = time.perf_counter()
    settings = replace(SETTINGS, present_factor=1.0)
    found = sampled(tables, settings, seed=0, progress=lambda _: None)
    seconds = (time.perf_counter() - began) / len(tables)
    print(
        "| searches came about by | seed | true | found | 95 % interval | holds the truth | ",
        end="",
    )
    print("hit rates, black less white | given |\n|---|--:|--:|--:|---|---|--:|---|")
    for (world, seed, cells, truth), draws in zip(made, found, strict=True):
        weight = cells.residents.sum(axis=1) / cells.residents.sum()
        told = 100 * (draws.threshold[:, :, BLACK] - draws.threshold[:, :, WHITE]) @ weight
        low, high = np.quantile(told, (0.025, 0.975))
        hit = 100 * cells.hits.sum(axis=0) / cells.searches.sum(axis=0)
        faults = diagnostics(draws, cells, np.random.default_rng(seed)).faults(settings)
        print(
            f"| {world.name} | {seed} | {100 * truth:.1f} | {told.mean():.1f} | {low:.1f} to "
            f"{high:.1f} | {'yes' if low <= 100 * truth <= high else '**no**'} | "
            f"{hit[BLACK] - hit[WHITE]:.1f} | {'no: ' + '; '.join(faults) if faults else 'yes'} |"
        )
    print(f"\n{seconds:.0f} s for each sampling, the first one's compiling shared out.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
