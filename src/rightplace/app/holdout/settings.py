"""Settings of hold-outs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOutSettings:
    """How places are chosen for a hold-out, and for how long; all local policy to set anew.

    Parameters
    ----------
    near_equal_band
        A visited place is near-equal if its first visit is worth at most so much more, as a
        share, than that of the least place its borough still visits; a choice of ours.
    rate_most
        Places that expect more incidents than this in 28 days are never held out; a choice of
        ours: one a week.
    neighbour_m
        Places whose outlines lie within so many metres are held out or visited together
        (DOMAIN: effects reach the next street; the figure is a choice of ours).
    unit_places_most
        Neighbours that are more places than this together are never held out; a choice of ours.
    units_each
        Fewest units among which a lot is drawn, where a borough has so many; a choice of ours.
    days_least
        Shortest plan that may hold places out, since effects are carried over from day to day
        (Bedfordshire: best after 3 days; the week is a choice of ours).
    days_most
        Longest time, in days from the first day of a plan, for which a hold-out may be signed; a
        choice of ours: half a year.
    washout_days
        First days of a plan that are not analysed, in either arm, where an earlier plan ended
        within so many days before it (Bedfordshire: best after 3 days).
    released_days
        A place released from a hold-out is not held out again for so many days; a choice of ours.
    """

    near_equal_band: float = 0.25
    rate_most: float = 4.0
    neighbour_m: float = 100.0
    unit_places_most: int = 10
    units_each: int = 10
    days_least: int = 7
    days_most: int = 182
    washout_days: int = 3
    released_days: int = 28
