"""The invented towns in which the loop of forecast, patrol and record is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.app.feedback.planner import WeeklyPlan, weekly_plan
from rightplace.app.plan.settings import PlanSettings

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace
    from rightplace.forecast.feedback.loop import Town

_REPORTED: Final = 0.5
# Half an hour's presence in a week finds little of what nobody reports; the loop needs no more.
_FOUND_PER_VISIT: Final = 0.02
_PLACES: Final = 24
_BUSIEST, _FALLS_TO = 8.0, 0.92


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Invented:
    """A town, who plans its visits, and what it is like."""

    town: Town
    planner: WeeklyPlan
    words: str


def invented(workspace: Workspace, name: str) -> Invented:
    """Return an invented town by name: ``pair`` or ``town``.

    Parameters
    ----------
    workspace
        Whose settings say how long visits take and how many a place may have.
    name
        Which town.
    """
    from rightplace.deploy import VisitRules
    from rightplace.forecast.feedback.loop import Town

    settings = workspace.settings("plan", PlanSettings)
    rules = VisitRules(
        visit_minutes=settings.visit_minutes,
        travel_minutes=settings.travel_minutes,
        cap_per_slot=settings.visits_per_place_slot,
        cap_per_day=None if name == "pair" else settings.visits_per_place_day,
    )
    falling = np.power(_FALLS_TO, np.arange(_PLACES), dtype=np.float64)
    rate = np.array([10.0, 10.0]) if name == "pair" else _BUSIEST * falling
    town = Town(
        name=name,
        rate=rate,
        reported_share=_REPORTED,
        found_per_visit=_FOUND_PER_VISIT,
        leaders=1 if name == "pair" else 6,
    )
    crew_visits = (1, 2, 1) if name == "pair" else (4, 6, 4)
    words = (
        "Two places exactly alike, with 10 incidents a week each. Crews make 1, 2 and 1 visits in "
        "the shifts of a day; no cap a day."
        if name == "pair"
        else f"{_PLACES} places: the busiest has {_BUSIEST:g} incidents a week, each next one "
        f"{1 - _FALLS_TO:.0%} fewer. Crews make 4, 6 and 4 visits in the shifts of a day."
    )
    planner = weekly_plan(town.n_cells, crew_visits=crew_visits, rules=rules)
    return Invented(town=town, planner=planner, words=words.replace("%", " %"))
