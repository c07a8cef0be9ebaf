"""What fixing hot spots answers, and what a plan says of a term."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpot:
    """A place fixed for a term.

    Parameters
    ----------
    hot_spot
        Its number within the term, from 1.
    rank, expected_count
        In the forecast that chose it.
    reason
        Why, in computed numbers.
    """

    hot_spot: int
    cell_id: str
    name: str
    borough: str
    rank: int
    expected_count: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermResult:
    """Hot spots fixed for a term of whole months.

    Parameters
    ----------
    visits_week
        Visits that each has at least in a week of plans that take the term.
    places_path
        The places with their outlines (Parquet).
    synthetic
        Whether the forecast rests on invented records.
    """

    term_id: str
    forecast_id: str
    first_month: str
    last_month: str
    months: int
    visits_week: int
    places_path: str
    synthetic: bool
    hot_spots: tuple[HotSpot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermInPlan:
    """A term's hot spots in a plan.

    Parameters
    ----------
    visits_each
        Visits that each place has at least.
    cost_lo, cost_hi
        What the plan would prevent more without them, in the unit of the objective.
    """

    term_id: str
    places: int
    visits_each: int
    cost_lo: float
    cost_hi: float
