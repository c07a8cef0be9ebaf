"""What ``plan`` answers: visits, what they may prevent, and how close that is to the best."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.equality.result import EqualityEffect  # noqa: TC001 - for schemas
from rightplace.app.holdout.result import HoldOutResult  # noqa: TC001 - as above
from rightplace.app.hot_spots.problem_result import LastingHotSpot  # noqa: TC001 - as above
from rightplace.app.hot_spots.term_result import TermInPlan  # noqa: TC001 - as above
from rightplace.app.nominated.result import NominatedPlaces  # noqa: TC001 - as above
from rightplace.app.plan.what_if import WhatIf  # noqa: TC001 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval80:
    """A mean and its central 80 % interval, and the share of its variance by source (0 to 1)."""

    mean: float
    lo80: float
    hi80: float
    sources: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCost:
    """What a wider limit would prevent more, as an interval: no limit is free."""

    name: str
    lo: float
    hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewTime:
    """Crew minutes of a borough and why no visit is made in them; used where there is no reason."""

    borough: str
    minutes: float
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectUsed:
    """The effect-size record a plan was made with."""

    name: str
    version: str
    change_mean: float
    change_lo: float
    change_hi: float
    source: str
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverDraws:
    """How the plan stands when rates and effect are drawn; each draw is planned by greed.

    Parameters
    ----------
    stays_share_mean
        Share of draws in whose plan a visit stays, 0 to 1, on average over the visits.
    plan_objective
        What the plan prevents by the draws, in the unit of the objective: none was used to
        choose it.
    chosen_by_own_draw, chosen_by_other_draw
        What plans chosen by one draw prevent by that draw, and by another: choosing flatters by
        the difference.
    """

    draws: int
    stays_share_mean: float
    plan_objective: float
    chosen_by_own_draw: float
    chosen_by_other_draw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """A plan: visits, what they may prevent, and how close it is to the best there is.

    Parameters
    ----------
    status
        ``optimal`` (proven within 1e-6) or ``gap``.
    objective, bound
        Expected incidents (or harm) prevented at the mean effect; no plan exceeds the bound.
    gap
        (bound - objective) / bound, 0 to 1.
    prevented
        Incidents that may be prevented: planned, not achieved. ``prevented_harm`` likewise.
    expected_in_places
        Incidents expected without visits in the visited places, in the slots they are visited.
    shift_evidence
        What the figures by shift rest on.
    crew_minutes
        What becomes of every crew minute.
    holdout
        How places are held out by lot; None where none is. The figures above are then of the
        plan with the hold-out.
    nominated
        Places that people nominated, and their price; None where no file names any.
    term
        Hot spots fixed for a term, and their price; None where the plan takes none.
    problem_records
        Places visited that have been hot for months and lack a problem record.
    equality
        Patrol minutes by group of residents, an audit; None where no file says who lives where.
    """

    plan_id: str
    forecast_id: str
    status: str
    objective: float
    objective_unit: str
    bound: float
    gap: float
    greedy_gap: float
    visits: int
    places: int
    visits_path: str
    crew_minutes_used_share: float
    prevented: Interval80
    prevented_harm: Interval80
    expected_in_places: Interval80
    expected_harm_in_places: Interval80
    label: str
    shift_evidence: str
    constraint_costs: tuple[LimitCost, ...]
    conflicts: tuple[str, ...]
    crew_minutes: tuple[CrewTime, ...]
    effect: EffectUsed
    first_day: str
    days: int
    over_draws: OverDraws | None = None
    what_if: tuple[WhatIf, ...] = ()
    holdout: HoldOutResult | None = None
    nominated: NominatedPlaces | None = None
    term: TermInPlan | None = None
    problem_records: tuple[LastingHotSpot, ...] = ()
    equality: EqualityEffect | None = None
