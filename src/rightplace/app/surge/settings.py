"""Settings of a surge."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from rightplace.errors import UsageError

MOST_WEIGHT = 1e6
"""Largest weight of a match: far above any at which harm still counts beside it."""
_ENDS = {
    "match_weight": (0.0, MOST_WEIGHT),
    "patrol_effect_most": (0.0, 1.0),
    "patrol_half_officers": (1e-3, 1e6),
    "visits_per_place_slot": (1, 100),
    "demand_spread": (0.0, 10.0),
    "draws": (0, 10_000),
    "backfill_share": (-1e6, 1.0),
    "notice_days": (0, 10_000),
    "seconds": (1e-3, 1e6),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeSettings:
    """How officers of a surge are matched, weighed, worked and paid.

    Parameters
    ----------
    match_weight
        What a full match counts, as a share of the harm that an officer prevents on average; 0
        leaves the match out. A choice of ours (DOMAIN 6.2.6 names no weight).
    match_weights
        Weights that are solved too, so that the price of matching is seen; commas between.
    half_life_months
        Months since a posting's end after which it counts half (DOMAIN 6.2.7, a recommendation).
    full_months
        Months in a borough or role, so counted, that are full knowledge; a choice of ours.
    weight_knowledge
        Weight of months in the borough; with the next two it sums to 1. Choices of ours.
    weight_role
        Weight of months in the role.
    weight_skills
        Weight of skills that the post asks for, with its reason.
    skills
        The closed list of skills, commas between; languages (language_xx) are known besides.
    span_least
        Fewest constables for whom a further supervisor is posted (DOMAIN 6.3.19, unverified).
    span_most
        Most constables to one supervisor (DOMAIN 6.3.19, unverified).
    patrol_effect_most
        Largest share of a borough's expected harm that patrols of the surge can prevent, where the
        demand states none: the mean of Braga's 8 to 16 % in hot spots; for a whole borough it is
        an assumption.
    patrol_half_officers
        Officers that prevent half of that; a choice of ours, no study that we hold measures it.
    visits_per_place_slot
        Most visits to one place in one slot, where harm comes from a forecast.
    demand_spread
        Spread of the factor by which demand is drawn, on the log scale, to see how often each
        posting stays; a choice of ours.
    draws
        Draws of the demand; 0 makes none.
    days_on
        Days on duty of the shift pattern (DOMAIN 6.3.16: six).
    days_off
        Days off of it (four).
    abstraction
        Share of duty lost to leave, training, court, sickness (DOMAIN 6.3.16: 20 %).
    shift_hours
        Length of a shift (DOMAIN 6.3.16: 10).
    briefing_minutes
        Briefing in a shift (30).
    break_minutes
        Break in a shift (60).
    visit_minutes
        Length of a visit (15).
    travel_minutes
        Time to the next place (10).
    officers_together
        Officers of a patrol (a pair).
    full_time_hours
        Contracted hours of full time; who has fewer counts by the share.
    overtime_rate
        Pounds for an hour of overtime; below 0 means not given, and then there is no price.
    overtime_hours
        Hours of overtime of each officer posted in a week; below 0 means not given.
    rest_day_rate
        Pounds for an hour worked on a rest day; below 0 means not given.
    rest_day_hours
        Hours on rest days of each officer posted in a week; below 0 means not given.
    backfill_rate
        Pounds for an hour by which a donor unit fills the place; below 0 means not given.
    backfill_share
        Share of the hours lost that donors fill, 0 to 1; below 0 means not given.
    notice_days
        Notice that a change of roster normally needs (DOMAIN 6.3.12: 90 days).
    seconds
        Time for each search over whole officers; the gap tells what is left.
    """

    match_weight: float = 0.2
    match_weights: str = "0, 0.1, 0.2, 0.5, 1"
    half_life_months: float = 24.0
    full_months: float = 36.0
    weight_knowledge: float = 0.6
    weight_role: float = 0.2
    weight_skills: float = 0.2
    skills: str = "public_order, taser, method_of_entry, driving, licensing, community, interview"
    span_least: int = 6
    span_most: int = 10
    patrol_effect_most: float = 0.12
    patrol_half_officers: float = 10.0
    visits_per_place_slot: int = 2
    demand_spread: float = 0.2
    draws: int = 20
    days_on: int = 6
    days_off: int = 4
    abstraction: float = 0.2
    shift_hours: float = 10.0
    briefing_minutes: float = 30.0
    break_minutes: float = 60.0
    visit_minutes: float = 15.0
    travel_minutes: float = 10.0
    officers_together: int = 2
    full_time_hours: float = 40.0
    overtime_rate: float = -1.0
    overtime_hours: float = -1.0
    rest_day_rate: float = -1.0
    rest_day_hours: float = -1.0
    backfill_rate: float = -1.0
    backfill_share: float = -1.0
    notice_days: int = 90
    seconds: float = 60.0

    def __post_init__(self) -> None:
        """Check that each number can be; ``DutyPattern`` and ``MatchRule`` check theirs together.

        Raises
        ------
        UsageError
            If one cannot.
        """
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                continue
            least, most = _ENDS.get(field.name, (-math.inf, math.inf))
            if not (math.isfinite(value) and least <= value <= most):
                ends = f" from {least:g} to {most:g}" if field.name in _ENDS else ""
                msg = f"surge.{field.name} cannot be {value}."
                raise UsageError(msg, value=value, remedy=f"Give a finite number{ends}.")
