"""Settings of the feedback monitor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSettings:
    """When the feedback monitor alerts; every value is a choice of ours, no source sets one.

    Parameters
    ----------
    alert_p
        Chance of an alert where patrol changes no record, for each kind of records; the interval
        shown is of level 1 less twice that.
    later_days
        Days after a plan whose records still count as following its visits. What a patrol finds is
        dated on the day; more days let the next plan's lot blur this one's.
    least_places
        Fewest places (counted once for each plan) in each arm for the hold-out to be compared.
    """

    alert_p: float = 0.025
    later_days: int = 0
    least_places: int = 20
