"""What routes answer with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOutput:
    """One file written.

    Parameters
    ----------
    kind
        ``html``, ``pdf``, ``gpx`` or ``geojson``.
    borough
        The borough it is for; None for the whole.
    crew_id
        The crew it is for; None for all crews of a borough.
    """

    path: str
    kind: str
    borough: str | None
    crew_id: str | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How alike patrols are from day to day, and what it costs to keep them apart.

    Parameters
    ----------
    repeat_time_index
        Share, 0 to 1, of pairs of visits to one place in the same shift of two days that begin
        within ``within_minutes`` of each other; None where there is no such pair.
    without_variation
        The same of the best routes, each crew leaving as early as it can.
    prize_given_up_share
        Share of the best routes' prize that varying costs; may be below 0 by chance of search.
    travel_added_share
        Share of the best routes' travel that it adds; may be below 0.
    """

    repeat_time_index: float | None
    without_variation: float | None
    within_minutes: int
    prize_given_up_share: float
    travel_added_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesResult:
    """Rounds of a plan's crews.

    Parameters
    ----------
    travel
        What travel times are reckoned from, in a sentence.
    prize
        ``harm`` or ``count``: what is lost least of.
    slots
        Slots of boroughs, each routed by itself.
    slots_whole
        Those of them in which every visit is made, so no routes could prevent more.
    crews
        Crews on duty there, each counted in each slot; ``crews_out`` those that make a visit.
    visits_planned, visits_made
        Visits of the plan, and those that a crew makes on its round.
    dropped_time
        Visits that find no room on any round; ``dropped_spacing`` those for which the slot has
        no room at the spacing asked for.
    prevented_planned, prevented_made
        What the visits may prevent, in ``prize``; planned, not achieved.
    prevented_bound
        What no routes could exceed, proven apart from the solver.
    travel_minutes, visit_minutes, break_minutes, waiting_minutes
        What rounds are made of, all crews together.
    stops_path, dropped_path
        Tables of what crews do in order of time, and of visits not made.
    outputs
        Files written; none are named in the kept run, since copies bear the time of printing.
    """

    routes_id: str
    plan_id: str
    mode: str
    travel: str
    prize: str
    slots: int
    slots_whole: int
    crews: int
    crews_out: int
    visits_planned: int
    visits_made: int
    dropped_time: int
    dropped_spacing: int
    prevented_planned: float
    prevented_made: float
    prevented_bound: float
    travel_minutes: float
    visit_minutes: float
    break_minutes: float
    waiting_minutes: float
    variation: Variation
    stops_path: str
    dropped_path: str
    outputs: tuple[RouteOutput, ...]
