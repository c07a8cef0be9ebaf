"""Settings of routes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesSettings:
    """How crews get about, when they rest, and how much their rounds vary.

    Parameters
    ----------
    mode
        ``car`` or ``foot``: how crews get from place to place. The visit itself is on foot. Car
        by default, since the places of a borough lie further apart than a round on foot reaches;
        a choice of ours.
    prize
        ``harm`` or ``count``: what is lost least of when time is short.
    spacing_minutes
        Least time from the end of a visit to a place to the start of the next in the same slot;
        a choice of ours: twice the half hour for which a stop was seen to lower the chance of
        disorder (Koper 1995, ANCHORS 3).
    break_table
        Refreshment by length of duty, as hours:minutes (DOMAIN 6.3.13).
    break_on_round_minutes
        Crews with so many minutes of patrol or more take their break on the round, at their
        base; others before or after it; a choice of ours.
    break_earliest_share, break_latest_share
        On the round the break begins between these shares of the duty; a choice of ours, the
        middle third.
    near_equal_share
        Share of the best routes' prize that may be given up so that patrols vary; a choice of
        ours. 0 varies only what costs no prize.
    near_equal_travel_share
        Share of the best routes' travel that may be added for the same end; a choice of ours.
    variation_tries
        Other routes looked for in each slot of a borough; 0 varies only order and minute.
    alike_minutes
        Two visits on different days that begin within so many minutes of each other in their
        slots are alike in the repeat-time index; a choice of ours, the length of a visit.
    iterations_least, iterations_each, iterations_most
        Iterations of the search for each slot of a borough: so many, and so many for each
        visit, at most so many. Measured on published instances of 100 visits.
    """

    mode: str = "car"
    prize: str = "harm"
    spacing_minutes: int = 60
    break_table: str = "0:30, 6:35, 7:40, 8:45, 9:50, 10:60"
    break_on_round_minutes: int = 240
    break_earliest_share: float = 0.33
    break_latest_share: float = 0.67
    near_equal_share: float = 0.02
    near_equal_travel_share: float = 0.1
    variation_tries: int = 1
    alike_minutes: int = 15
    iterations_least: int = 50
    iterations_each: int = 20
    iterations_most: int = 5000
