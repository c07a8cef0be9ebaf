"""Use case: the loop of forecast, patrol and record, simulated with the product's own parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.app.answer import Answer
from rightplace.app.feedback.result import (
    ArmResult,
    Ends,
    FeedbackResult,
    LoopWeek,
    SimulationResult,
    TownResult,
)
from rightplace.app.feedback.words import loop_verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.forecast.feedback.loop import Loop
    from rightplace.forecast.feedback.runaway import LoopRuns

# Fits in a fifth of a millisecond. The loop does not depend on which memory closes it, and a method
# that learns its weights anew each week (additive_memory) takes some forty times as long.
DEFAULT_METHOD: Final = "fading@half_life_weeks=104,shrunk=1"
DEFAULT_WEEKS: Final = 260
DEFAULT_RUNS: Final = 6
# Of every so many weeks one is told; the last always is.
_TOLD_EVERY: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopOptions:
    """How long and how often the loop runs.

    Parameters
    ----------
    method
        Name and settings of the forecaster, as in ``backtest --methods``.
    """

    method: str = DEFAULT_METHOD
    weeks: int = DEFAULT_WEEKS
    runs: int = DEFAULT_RUNS
    seed: int = 0
    towns: tuple[str, ...] = ("pair", "town")


def simulate_feedback(workspace: Workspace, options: LoopOptions) -> Answer[FeedbackResult]:
    """Run the loop in invented towns with the product's forecast and plan; nothing is kept.

    Parameters
    ----------
    workspace
        Whose settings say how visits are planned; none of its data are read.
    options
        Method, weeks, runs and seed.

    Raises
    ------
    UsageError
        If there are less weeks than a year or no run.
    """
    from rightplace.core.runs import code_version
    from rightplace.errors import UsageError
    from rightplace.forecast.feedback.runaway import YEAR

    if options.weeks < YEAR or options.runs < 1:
        msg = f"{options.runs} runs of {options.weeks} weeks tell nothing."
        raise UsageError(msg, remedy=f"Ask for 1 run or more of {YEAR} weeks or more.")
    towns = tuple(_town(workspace, name, options) for name in options.towns)
    result = SimulationResult(
        verdict=loop_verdict(towns),
        method=options.method,
        weeks=options.weeks,
        warm_up_weeks=YEAR,
        runs=options.runs,
        seed=options.seed,
        code_version=code_version(),
        towns=towns,
    )
    return Answer(verb="feedback", result=FeedbackResult(simulation=result))


def _town(workspace: Workspace, name: str, options: LoopOptions) -> TownResult:
    from rightplace.app.feedback.towns import invented
    from rightplace.forecast.feedback.loop import ARMS, SHIPPED, Loop
    from rightplace.forecast.feedback.runaway import YEAR, outcome_of, run_arms

    found = invented(workspace, name)
    loop = Loop(
        town=found.town,
        method=options.method,
        planner=found.planner,
        warm_up_weeks=YEAR,
        weeks=options.weeks,
    )
    rng = np.random.default_rng([options.seed, *name.encode()])
    runs = run_arms(loop, ARMS, runs=options.runs, rng=rng)
    unlooped = next(each for each in runs if each.arm is SHIPPED)
    return TownResult(
        name=name,
        words=found.words,
        rates=tuple(found.town.rate.tolist()),
        reported_share=found.town.reported_share,
        found_per_visit=found.town.found_per_visit,
        visits_a_week=found.planner.visits_a_week,
        top=found.town.leaders,
        arms=tuple(_arm(each, loop, outcome=outcome_of(each, unlooped=unlooped)) for each in runs),
    )


def _arm(runs: LoopRuns, loop: Loop, *, outcome: str) -> ArmResult:
    told = [*range(_TOLD_EVERY - 1, loop.weeks - 1, _TOLD_EVERY), loop.weeks - 1]
    return ArmResult(
        name=runs.arm.name,
        words=runs.arm.words,
        outcome=outcome,
        exaggeration=_ends(runs.exaggeration[:, -1]),
        expected_share=float(np.median(runs.expected_share[:, -1])),
        true_share=float(np.median(runs.true_share)),
        visit_share=_ends(runs.visit_share[:, -1]),
        newcomers_per_year=_ends(runs.newcomers_per_year),
        first_place_shares=tuple(runs.first_place_share[:, -1].tolist()),
        weeks=tuple(
            LoopWeek(
                week=week + 1,
                exaggeration=_ends(runs.exaggeration[:, week]),
                visit_share=_ends(runs.visit_share[:, week]),
            )
            for week in told
        ),
        first_place_by_run=tuple(map(tuple, runs.first_place_share[:, told].tolist())),
    )


def _ends(values: NDArray[np.float64]) -> Ends:
    from rightplace.forecast.feedback.runaway import spread_of

    found = spread_of(values)
    return Ends(lo10=found.lo10, median=found.median, hi90=found.hi90)
