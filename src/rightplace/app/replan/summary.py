"""The figures of a plan made anew, in the form in which every plan is answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.holdout.result import HoldOutResult
from rightplace.app.plan.making import Planned, rate_draws
from rightplace.app.plan.result import CrewTime, EffectUsed, Interval80, PlanResult
from rightplace.app.replan.rows import visits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.app.replan.making import Asked, Remade
    from rightplace.app.replan.rows import Visited
    from rightplace.app.replan.running import Running
    from rightplace.deploy import Crew, Estimate, Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A plan's answer, and what the plan before prevents, visits beside it included."""

    plan: PlanResult
    before: float


def plan_figures(
    running: Running, made: Remade, found: Sequence[Visited], *, asked: Asked, draws: int
) -> Figures:
    """Return the figures of a plan made anew, and the objective of the plan before.

    Parameters
    ----------
    running
        The plan before.
    made
        What crews keep, lose and gain.
    found
        Visits of the new plan.
    asked
        Who is away.
    draws
        Draws of rates and effect for the intervals.
    """
    from rightplace.deploy.weekly.breaches import prevented

    problem, shape = made.problem, made.problem.demand.shape
    visits = visits_of(found, shape)
    stood = np.zeros(shape, dtype=np.int64)
    for each in asked.standing:
        stood[each.cell, each.slot] += 1
    left = visits.copy()
    for duty, cell in made.gained:
        left[cell, running.duty_slots[duty]] -= 1
    planned = _planned(running, made, visits=visits)
    crews = _crews_after(running, asked, found)
    answer = _answer(running, planned, crews=crews, draws=draws)
    bound = answer.bound
    gap = (bound - prevented(problem, left)) / bound if bound else 0.0
    return Figures(
        before=prevented(problem, stood),
        plan=replace(answer, visits=len(found), greedy_gap=max(0.0, gap)),
    )


def _answer(
    running: Running, planned: Planned, *, crews: tuple[Crew, ...], draws: int
) -> PlanResult:
    """Return the answer of a plan; its id, path and visits are filled in by others."""
    from rightplace.deploy import account_for_minutes, used_share

    account = account_for_minutes(
        planned.problem,
        planned.solution,
        crews=crews,
        slots=running.outlook.slots,
        places=planned.places,
    )
    prospects = _prospect(planned, draws=draws, seed=int(running.record["seed"]))
    before: dict[str, Any] = running.record["result"]
    solution = planned.solution
    return PlanResult(
        plan_id="",
        forecast_id=running.outlook.id,
        status=solution.status,
        objective=solution.objective,
        objective_unit=before["objective_unit"],
        bound=solution.bound,
        gap=solution.gap,
        greedy_gap=0.0,
        visits=0,
        places=int(solution.visits.any(axis=1).sum()),
        visits_path="",
        crew_minutes_used_share=used_share(account),
        prevented=_interval(prospects.prevented_count),
        prevented_harm=_interval(prospects.prevented_harm),
        expected_in_places=_interval(prospects.visited_count),
        expected_harm_in_places=_interval(prospects.visited_harm),
        label=prospects.label,
        shift_evidence=before["shift_evidence"],
        constraint_costs=(),
        conflicts=(),
        crew_minutes=tuple(
            CrewTime(borough=r.borough, minutes=r.minutes, reason=r.reason) for r in account
        ),
        effect=EffectUsed(
            **{n: getattr(running.effect, n) for n in EffectUsed.__dataclass_fields__}
        ),
        first_day=before["first_day"],
        days=before["days"],
        holdout=_hold_out(before),
    )


def _prospect(planned: Planned, *, draws: int, seed: int) -> Prospect:
    """Return what the plan may prevent, drawn for the visited places alone."""
    from rightplace.deploy import PlannedVisits, prospect
    from rightplace.deploy.weekly.carried import standing_visits

    outlook, visits = planned.outlook, planned.solution.visits
    cells = np.flatnonzero(visits.any(axis=1))
    standing = standing_visits(planned.problem, visits)
    rng = np.random.default_rng(seed)
    return prospect(
        rate_draws(outlook, rng=rng, draws=draws, cells=cells),
        planned=PlannedVisits(
            visits=visits[cells],
            expected_count=planned.counts[cells],
            expected_harm=planned.harm[cells],
            slot_hours=np.array([slot.hours for slot in outlook.slots]),
            standing=None if standing is None else standing[cells],
        ),
        effect=planned.effect,
        rng=rng,
    )


def _planned(running: Running, made: Remade, *, visits: NDArray[np.int64]) -> Planned:
    """Return the new plan in the form in which plans are reckoned with."""
    from rightplace.app.plan.inputs import places_of
    from rightplace.deploy import PlanSolution
    from rightplace.deploy.weekly.breaches import prevented
    from rightplace.deploy.weekly.solution import binding_limits

    objective = prevented(made.problem, visits)
    solution = PlanSolution(
        visits=visits,
        objective=objective,
        bound=objective + made.above,
        visit_price=np.zeros(made.problem.capacity.shape),
        binding=binding_limits(made.problem, visits),
        method="network of crews and places",
    )
    return Planned(
        outlook=running.outlook,
        crews=running.crews,
        places=places_of(running.outlook),
        problem=made.problem,
        solution=solution,
        greedy=solution,
        counts=running.counts,
        effect=running.effect,
        profile=None,
        settings=running.settings,
    )


def _crews_after(running: Running, asked: Asked, found: Sequence[Visited]) -> tuple[Crew, ...]:
    """Return duties with the minutes that abstractions leave; what was used stays used."""
    from rightplace.deploy.replan.minutes import minutes_free

    per_visit = running.problem.rules.minutes_per_visit
    used = Counter(each.duty for each in found)
    crews = []
    for duty, crew in enumerate(running.crews):
        free = minutes_free(crew, asked.spans.of_crew.get(crew.crew_id, ()))
        minutes = min(max(free, used[duty] * per_visit), crew.duty_minutes)
        if minutes > 0:
            crews.append(replace(crew, minutes=minutes))
    return tuple(crews)


def _hold_out(before: dict[str, Any]) -> HoldOutResult | None:
    """Return what the plan before said of its lot, which holds on.

    A plan whose hold-out nobody signed cannot be made anew, so a draft was signed since.
    """
    if before.get("holdout") is None:
        return None
    from pydantic import TypeAdapter

    held = TypeAdapter(HoldOutResult).validate_python(before["holdout"])
    return replace(held, status="signed", signed=True, missing=())


def _interval(estimate: Estimate) -> Interval80:
    return Interval80(
        mean=estimate.mean, lo80=estimate.lo80, hi80=estimate.hi80, sources=dict(estimate.sources)
    )
