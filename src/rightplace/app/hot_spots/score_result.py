"""What ``hot-spots score`` answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOfPlaces:
    """What came in the places of one origin.

    Parameters
    ----------
    origin
        ``nominated`` (by people), ``term`` (fixed for a term) or ``model``.
    places, area_km2, visits
        Places that someone of that origin chose, their ground, and all visits planned there.
    incidents
        Recorded there in the plan's days; null, like all below, while that cannot be known.
    incidents_per_place, incidents_per_km2
        Likewise.
    hit_rate, hit_rate_lo95, hit_rate_hi95
        Share of all incidents, 0 to 1, with its exact binomial interval.
    predictive_accuracy_index, predictive_accuracy_index_lo95, predictive_accuracy_index_hi95
        That share by the share of the ground: 1 is no better than chance; favours small sets.
    """

    origin: str
    places: int
    area_km2: float
    visits: int
    incidents: int | None
    incidents_per_place: float | None
    incidents_per_km2: float | None
    hit_rate: float | None
    hit_rate_lo95: float | None
    hit_rate_hi95: float | None
    predictive_accuracy_index: float | None
    predictive_accuracy_index_lo95: float | None
    predictive_accuracy_index_hi95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRatio:
    """Incidents per square kilometre where people sent crews, by those where the model did.

    Parameters
    ----------
    ratio
        Null where nothing came in the model's places.
    lo95, hi95
        Exact interval, given what came in both; the upper end is null where there is none.
    """

    origin: str
    ratio: float | None
    lo95: float
    hi95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """What came in the places that a plan visited, by who chose them.

    Parameters
    ----------
    score_id
        Id of the run.
    known
        Whether it can be known yet what came.
    compared
        Which days are compared, or why none can be.
    incidents
        In all places with data; null while that cannot be known.
    sets
        One for each origin.
    ratios
        Each other origin beside the model's places.
    caution
        What the figures do not mean.
    """

    score_id: str
    plan_id: str
    known: bool
    compared: str
    incidents: int | None
    sets: tuple[SetOfPlaces, ...]
    ratios: tuple[SetRatio, ...]
    caution: str
