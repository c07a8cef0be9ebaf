"""Drawing the hold-out that a plan's options ask for, with what the workspace knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.holdout.earlier import earlier_of
from rightplace.app.holdout.making import hold_out
from rightplace.app.holdout.settings import HoldOutSettings

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.holdout.making import HeldOut
    from rightplace.app.plan.making import Planned, PlanOptions
    from rightplace.app.workspace import Workspace


def chance_of(seed: int, first_day: date) -> np.random.Generator:
    """Return the source of chance of a plan's lot.

    With the day, lest one seed hold out the same places week after week.
    """
    return np.random.default_rng([seed, 2, first_day.toordinal()])


def held_out_plan(workspace: Workspace, best: Planned, options: PlanOptions) -> HeldOut | None:
    """Return the plan with places held out, or None if none is to be.

    Parameters
    ----------
    workspace
        Where earlier plans and releases are kept.
    best
        The plan in which nothing is held out.
    options
        What is asked for.
    """
    if options.holdout is None:
        return None
    settings = workspace.settings("holdout", HoldOutSettings)
    return hold_out(
        best,
        options.holdout,
        settings=settings,
        earlier=earlier_of(workspace, best.outlook, settings),
        seed=options.seed,
        rng=chance_of(options.seed, best.outlook.first_day),
    )
