"""Settings of plans."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """How visits are planned.

    Parameters
    ----------
    visit_minutes
        Length of a visit (DOMAIN 3.3: 15, with 10 to 20 accepted).
    travel_minutes
        Time to reach the next place (DOMAIN 6.3.16 reckons 10).
    visits_per_place_slot
        Most visits to one place in one slot; a choice of ours, local policy may differ.
    visits_per_place_day
        Most visits to one place in one policing day (DOMAIN 3.1.8: three of 15 minutes).
    visits_per_place_plan
        Most visits to one place in the whole plan; 0 sets no such limit.
    objective
        ``count`` or ``harm``: what prevention is measured in.
    """

    visit_minutes: int = 15
    travel_minutes: int = 10
    visits_per_place_slot: int = 2
    visits_per_place_day: int = 3
    visits_per_place_plan: int = 0
    objective: str = "count"
