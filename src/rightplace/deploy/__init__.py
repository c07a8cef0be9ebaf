"""Visits of crews to places: the weekly patrol plan, its proof, its reasons and its prospect.

Names are loaded when first used, so that importing the room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.deploy.conflicts import PlanInfeasibleError
    from rightplace.deploy.crew_file import Bounds, read_crews
    from rightplace.deploy.crews import Crew, CrewFileError, slots_of_crews
    from rightplace.deploy.districts import Districts, even_districts
    from rightplace.deploy.effect import EffectSize, effect_size_on
    from rightplace.deploy.effect_file import read_effect_sizes
    from rightplace.deploy.limit_costs import ConstraintCost
    from rightplace.deploy.prevented import Estimate, PlannedVisits, Prospect, prospect
    from rightplace.deploy.preview import greedy
    from rightplace.deploy.problem import Places, PlanProblem, VisitRules, plan_problem
    from rightplace.deploy.reasons import PlaceRecord, place_reasons, reason
    from rightplace.deploy.shift_profile import (
        ShiftProfile,
        profile_label,
        read_profile,
        shift_column,
        split,
    )
    from rightplace.deploy.solution import BindingLimit, PlanSolution
    from rightplace.deploy.solver import constraint_costs, solve
    from rightplace.deploy.unserved import CrewMinutes, account_for_minutes, used_share
    from rightplace.deploy.visits import VISITS_SCHEMA, PlaceFacts, visits_table

_MODULE_OF = {
    "BindingLimit": "solution",
    "Bounds": "crew_file",
    "ConstraintCost": "limit_costs",
    "Crew": "crews",
    "CrewFileError": "crews",
    "CrewMinutes": "unserved",
    "Districts": "districts",
    "EffectSize": "effect",
    "Estimate": "prevented",
    "PlaceFacts": "visits",
    "PlaceRecord": "reasons",
    "Places": "problem",
    "PlanInfeasibleError": "conflicts",
    "PlanProblem": "problem",
    "PlanSolution": "solution",
    "PlannedVisits": "prevented",
    "Prospect": "prevented",
    "ShiftProfile": "shift_profile",
    "VISITS_SCHEMA": "visits",
    "VisitRules": "problem",
    "account_for_minutes": "unserved",
    "constraint_costs": "solver",
    "effect_size_on": "effect",
    "even_districts": "districts",
    "greedy": "preview",
    "place_reasons": "reasons",
    "plan_problem": "problem",
    "profile_label": "shift_profile",
    "prospect": "prevented",
    "read_crews": "crew_file",
    "read_effect_sizes": "effect_file",
    "read_profile": "shift_profile",
    "reason": "reasons",
    "shift_column": "shift_profile",
    "slots_of_crews": "crews",
    "solve": "solver",
    "split": "shift_profile",
    "used_share": "unserved",
    "visits_table": "visits",
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
