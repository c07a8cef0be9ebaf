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
    carry_over
        Share of a visit's dose that is left in the next slot of the same policing day; 0 as the
        shipped effect size assumes. No study held by this project measures it.
    carry_over_origin
        Where that share comes from; needed where it is above 0.
    separation_m
        Places nearer to each other than so many metres are not visited in the same slot; 0 sets
        no such limit (West Midlands: 500 m between centres, DOMAIN 3.3).
    place_share_most
        Largest share, 0 to 1, of a borough's crew visits over the plan that one place may have;
        0 sets no such limit.
    nominated_share_most
        Largest share, 0 to 1, of each borough's crew visits over the plan that nominated places
        may ask for. A choice of ours: nominated places have a share of their own (NEEDS A5), and
        no source says how large.
    specialist_visits
        Most visits by specialists in the whole plan; 0 sets no such limit.
    draws
        Draws of rates and effect that are planned anew, to see how often each visit stays; 0
        makes none.
    cover_required
        Refuse every plan without a file of response cover, not only where nobody is left.
    """

    visit_minutes: int = 15
    travel_minutes: int = 10
    visits_per_place_slot: int = 2
    visits_per_place_day: int = 3
    visits_per_place_plan: int = 0
    objective: str = "count"
    carry_over: float = 0.0
    carry_over_origin: str = ""
    separation_m: float = 0.0
    place_share_most: float = 0.0
    nominated_share_most: float = 0.2
    specialist_visits: int = 0
    draws: int = 10
    cover_required: bool = False
