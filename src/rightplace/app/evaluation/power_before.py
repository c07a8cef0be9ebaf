"""Use case: what a plan could show, by its own design in the time that is held before it begins.

The design judges an operation that never was: the last periods held before the plan's first day,
as many as its operation has, compared with those before them. How far chance moves its answer then
is how far it will move the real one; what it found there is not used and not told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.designs.finding import RANDOMISED
from rightplace.evaluate.power.noise import Asked as Sure
from rightplace.evaluate.power.noise import Noise, power_of, smallest_change

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.finding import Finding
    from rightplace.evaluate.operations.plan import OperationPlan, When

WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerBefore:
    """What a plan could show.

    Parameters
    ----------
    first, last
        First and last day of the operation that never was.
    weeks
        How long it is, above 0.
    places
        Treated places.
    expected
        Incidents expected in them then, above 0.
    change
        The plan's own smallest fall that matters, a share above 0, below 1.
    chance
        Chance, 0 to 1, with which that fall would be seen.
    power
        Chance asked of ``smallest_change``.
    smallest_change, smallest_incidents
        Smallest fall that is seen with that chance, as a share and in incidents; None where not
        even an end to all incidents is.
    """

    first: date
    last: date
    weeks: float
    places: int
    expected: float
    change: float
    chance: float
    power: float
    smallest_change: float | None
    smallest_incidents: float | None


def power_before(
    workspace: Workspace, plan: OperationPlan, *, held_to: date | None, at: datetime
) -> PowerBefore:
    """Return what a plan could show, reckoned in the time before it; nothing later is read.

    Records that cannot be counted are refused as ``panel_of`` does.

    Parameters
    ----------
    workspace
        Where records and settings are.
    plan
        The plan, locked or not.
    held_to
        Last day held from which its outcome can be counted; None where none is.
    at
        The time now.

    Raises
    ------
    UnsupportedByDataError
        If a lot judges it, too little is held before it, or its design cannot be made of that.
    """
    from rightplace.evaluate.power.check import standard_error

    if plan.judged.design in RANDOMISED:
        msg = f"It is judged by its lot ({plan.judged.design.value}), which no table of counts is."
        raise UnsupportedByDataError(msg, value=plan.judged.design.value)
    before = replace(plan, when=_before(plan, held_to))
    found = _found(workspace, before, at=at)
    spread, expected = standard_error(found), found.expected
    if spread is None or expected is None or expected <= 0:
        msg = "The design gives no interval in the time that is held before the plan."
        raise UnsupportedByDataError(msg, value=plan.judged.design.value)
    noise = Noise(
        design=plan.judged.design,
        expected=expected,
        variance=lambda _: (spread * expected) ** 2,
        how="the interval of the design in the time before",
    )
    sure, change = Sure(level=plan.judged.level), -plan.judged.smallest_change
    smallest = smallest_change(noise, sure)
    when = before.when
    return PowerBefore(
        first=when.starts,
        last=when.ends,
        weeks=((when.ends - when.starts).days + 1) / WEEK_DAYS,
        places=len(plan.where.treated),
        expected=expected,
        change=change,
        chance=power_of(noise, change, sure),
        power=sure.power,
        smallest_change=smallest,
        smallest_incidents=None if smallest is None else smallest * expected,
    )


def _before(plan: OperationPlan, held_to: date | None) -> When:
    """Return the windows of an operation as long as a plan's, last in the time held before it.

    Raises
    ------
    UnsupportedByDataError
        If what is held before it is no longer than the operation itself.
    """
    from rightplace.app.evaluation.windows import periods_of

    periods = periods_of(plan.when)
    cut = periods.first_treated
    during = periods.starts.size - cut
    ends = [] if held_to is None else periods.ends[:cut].astype(object).tolist()
    held = sum(after <= held_to + timedelta(days=1) for after in ends) if held_to else 0
    step = plan.when.step.value
    if held <= during:
        msg = (
            f"{held} {step}{'s' if held != 1 else ''} of the time before it can be counted here, "
            f"and the operation has {during}: too few to try its design in."
        )
        raise UnsupportedByDataError(msg, value=held)
    return replace(
        plan.when,
        starts=periods.starts[held - during].astype(object),
        ends=periods.ends[held - 1].astype(object) - timedelta(days=1),
    )


def _found(workspace: Workspace, plan: OperationPlan, *, at: datetime) -> Finding:
    from rightplace.app.evaluation.counting import Asked, panel_of
    from rightplace.app.evaluation.design_settings import DesignSettings
    from rightplace.app.evaluation.judging import judged
    from rightplace.app.evaluation.settings import EvaluationSettings
    from rightplace.app.forecast.use_case import harm_index
    from rightplace.evaluate.operations.plan import LockedPlan

    counted = panel_of(
        workspace,
        plan,
        Asked(as_of=plan.when.ends),
        settings=workspace.settings("evaluation", EvaluationSettings),
        harm=harm_index(None),
    )
    locked = LockedPlan(
        plan=plan, sha256=plan.sha256, locked_at=at, locked_by="nobody", results_held_to=None
    )
    settings = DesignSettings.of(workspace)
    return judged(counted, locked, settings=settings, own_only=True).finding
