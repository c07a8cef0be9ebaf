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
        Most visits to one place in one slot; an assumption of ours, local policy may differ.
    visits_per_place_day
        Most visits to one place in one policing day; as above.
    visits_per_place_plan
        Most visits to one place in the whole plan; as above.
    objective
        ``harm`` or ``count``: what prevention is measured in.
    """

    visit_minutes: float = 15.0
    travel_minutes: float = 10.0
    visits_per_place_slot: int = 2
    visits_per_place_day: int = 4
    visits_per_place_plan: int = 28
    objective: str = "count"
