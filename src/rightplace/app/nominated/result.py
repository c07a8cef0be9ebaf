"""What a plan says of the places that people nominated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NominatedShare:
    """What nominated places take of a borough's crews.

    Parameters
    ----------
    visits, most
        Visits that nominations have, and may have.
    crew_visits
        Visits that the borough's crews can make.
    share
        The first by the last, 0 to 1.
    """

    borough: str
    visits: int
    most: int
    crew_visits: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NominatedPlaces:
    """Nominated places of a plan, and their price.

    Parameters
    ----------
    places, visits, minutes
        Places that hold, with the visits and minutes guaranteed to them.
    expired
        Rows of the file that ran out before the plan and were dropped.
    share_most
        Largest share of a borough's crew visits that nominations may have, 0 to 1.
    objective_without, bound_without
        Of the best plan without them: it lies between the two.
    cost_lo, cost_hi
        What the plan would prevent more without them, in the unit of the objective; an interval,
        since both plans are known within a gap.
    """

    places: int
    visits: int
    minutes: int
    expired: tuple[int, ...]
    share_most: float
    boroughs: tuple[NominatedShare, ...]
    objective_without: float
    bound_without: float
    cost_lo: float
    cost_hi: float
