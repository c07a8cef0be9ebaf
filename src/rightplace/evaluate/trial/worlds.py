"""Trials of weekly plans drawn in stated worlds and looked at several times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.lot.inversion import told_apart
from rightplace.evaluate.designs.lot.settings import LotSettings
from rightplace.evaluate.designs.lot.trial import trial_of
from rightplace.evaluate.designs.lot.worlds import World, drawn_trial
from rightplace.evaluate.trial.looks import planned_looks
from rightplace.evaluate.trial.reading import part_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.evaluate.trial.looks import Look, Spending

NAIVE = 0.05
QUICK: Final = LotSettings(redraws=199, listed=199, carry_periods=1, left_out=0)
"""Settings of lots that are drawn again in their hundreds."""
WEEKLY_PLANS: Final = World(
    design=Design.WEEK_BLOCK,
    places=24,
    periods=12,
    mean=2,
    between=0.3,
    scatter=0.3,
    memory=0.5,
    swing=0.3,
    share=0.6,
    strata=3,
)
"""Twelve plans, each with a lot of its own among 24 near-equal places in three strata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How trials ended that were looked at several times.

    Parameters
    ----------
    stopped
        Share that crossed the boundary of some look, by how the chance was spent.
    naive
        Share in which some look had p of 5 % or less.
    weeks
        Mean weeks until a trial ended, by how the chance was spent.
    """

    stopped: dict[Spending, float]
    naive: float
    weeks: dict[Spending, float]


def looked_at(
    world: World,
    looks: Sequence[int],
    *,
    spendings: Sequence[Spending],
    settings: LotSettings,
    runs: int,
    rng: np.random.Generator,
) -> Looked:
    """Return how often trials drawn in a world are stopped when they are looked at several times.

    Parameters
    ----------
    world
        How incidents come about; each period is a plan with a lot of its own.
    looks
        After how many periods results are looked at, increasing; the last is after all.
    spendings
        How the chance of a false alarm is spent.
    settings
        How each look is judged.
    runs
        How many trials.
    rng
        Source of chance.
    """
    fractions = [look / world.periods for look in looks]
    edges = {
        each: np.array([look.nominal_p for look in _looks(fractions, each)]) for each in spendings
    }
    found = np.array([_chances(world, looks, settings, rng) for _ in range(runs)])
    crossed = {each: found <= edge for each, edge in edges.items()}
    ends = np.array(looks)
    return Looked(
        stopped={each: float(hits.any(axis=1).mean()) for each, hits in crossed.items()},
        naive=float((found <= NAIVE).any(axis=1).mean()),
        weeks={
            each: float(np.where(hits.any(axis=1), ends[hits.argmax(axis=1)], world.periods).mean())
            for each, hits in crossed.items()
        },
    )


def _looks(fractions: list[float], spending: Spending) -> tuple[Look, ...]:
    return planned_looks(fractions, alpha=NAIVE, spending=spending)


def _chances(
    world: World, looks: Sequence[int], settings: LotSettings, rng: np.random.Generator
) -> list[float]:
    """Return the chance found at each look of one trial."""
    rows, _ = drawn_trial(world, rng)
    found = []
    for look in looks:
        trial = trial_of(part_of(rows, rows.period < look), settings, rng)
        treated = trial.rows.treated.astype(np.float64)
        outcomes = (trial.fold(trial.rows.count), trial.fold(-treated))
        told = told_apart(trial.drawn, trial.redraws, outcomes)
        found.append(1.0 if told is None else told[1])
    return found
