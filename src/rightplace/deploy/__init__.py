"""Visits of crews to places: the weekly patrol plan, its proof, its reasons and its prospect.

Names are loaded when first used, so that importing the room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.deploy.crew_file import Bounds, read_crews
    from rightplace.deploy.crews import Crew, CrewFileError, slots_of_crews
    from rightplace.deploy.districts import Districts, even_districts
    from rightplace.deploy.effect import EffectSize, effect_size_on
    from rightplace.deploy.effect_file import read_effect_sizes
    from rightplace.deploy.shift_profile import (
        ShiftProfile,
        profile_label,
        read_profile,
        shift_column,
        split,
    )
    from rightplace.deploy.weekly.conflicts import PlanInfeasibleError
    from rightplace.deploy.weekly.limit_costs import ConstraintCost
    from rightplace.deploy.weekly.prevented import Estimate, PlannedVisits, Prospect, prospect
    from rightplace.deploy.weekly.preview import greedy
    from rightplace.deploy.weekly.problem import Places, PlanProblem, VisitRules, plan_problem
    from rightplace.deploy.weekly.reasons import PlaceRecord, place_reasons, reason
    from rightplace.deploy.weekly.solution import BindingLimit, PlanSolution
    from rightplace.deploy.weekly.solver import constraint_costs, solve
    from rightplace.deploy.weekly.unserved import CrewMinutes, account_for_minutes, used_share
    from rightplace.deploy.weekly.visits import VISITS_SCHEMA, PlaceFacts, visits_table

_MODULE_OF = {
    "BindingLimit": "weekly.solution",
    "Bounds": "crew_file",
    "ConstraintCost": "weekly.limit_costs",
    "Crew": "crews",
    "CrewFileError": "crews",
    "CrewMinutes": "weekly.unserved",
    "Districts": "districts",
    "EffectSize": "effect",
    "Estimate": "weekly.prevented",
    "PlaceFacts": "weekly.visits",
    "PlaceRecord": "weekly.reasons",
    "Places": "weekly.problem",
    "PlanInfeasibleError": "weekly.conflicts",
    "PlanProblem": "weekly.problem",
    "PlanSolution": "weekly.solution",
    "PlannedVisits": "weekly.prevented",
    "Prospect": "weekly.prevented",
    "ShiftProfile": "shift_profile",
    "VISITS_SCHEMA": "weekly.visits",
    "VisitRules": "weekly.problem",
    "account_for_minutes": "weekly.unserved",
    "constraint_costs": "weekly.solver",
    "effect_size_on": "effect",
    "even_districts": "districts",
    "greedy": "weekly.preview",
    "place_reasons": "weekly.reasons",
    "plan_problem": "weekly.problem",
    "profile_label": "shift_profile",
    "prospect": "weekly.prevented",
    "read_crews": "crew_file",
    "read_effect_sizes": "effect_file",
    "read_profile": "shift_profile",
    "reason": "weekly.reasons",
    "shift_column": "shift_profile",
    "slots_of_crews": "crews",
    "solve": "weekly.solver",
    "split": "shift_profile",
    "used_share": "weekly.unserved",
    "visits_table": "weekly.visits",
}

__all__ = [
    "VISITS_SCHEMA",
    "BindingLimit",
    "Bounds",
    "ConstraintCost",
    "Crew",
    "CrewFileError",
    "CrewMinutes",
    "Districts",
    "EffectSize",
    "Estimate",
    "PlaceFacts",
    "PlaceRecord",
    "Places",
    "PlanInfeasibleError",
    "PlanProblem",
    "PlanSolution",
    "PlannedVisits",
    "Prospect",
    "ShiftProfile",
    "VisitRules",
    "account_for_minutes",
    "constraint_costs",
    "effect_size_on",
    "even_districts",
    "greedy",
    "place_reasons",
    "plan_problem",
    "profile_label",
    "prospect",
    "read_crews",
    "read_effect_sizes",
    "read_profile",
    "reason",
    "shift_column",
    "slots_of_crews",
    "solve",
    "split",
    "used_share",
    "visits_table",
]


def __getattr__(name: str) -> object:
    """Return a public name, loading its module.

    Raises
    ------
    AttributeError
        If there is no such name.
    """
    if name not in _MODULE_OF:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
