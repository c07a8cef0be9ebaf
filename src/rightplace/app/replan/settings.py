"""Settings of plans made anew."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanSettings:
    """What a change of a visit must gain when a running plan is made anew.

    Parameters
    ----------
    change_worth
        A visit of a crew that was not taken away is changed only where that prevents more than
        this share of an average visit of the plan; above 0. A choice of ours: a change costs
        time on the radio and trust in the plan, and no source says how much.
    taken_change_worth
        The same for a crew that was taken away for a time, whose sheet changes anyway; above 0.
        A choice of ours.
    draws
        Draws of rates and effect behind the intervals of the new plan; 2 or more. Fewer than a
        plan's 2,000, for somebody waits for the answer; a choice of ours.
    """

    change_worth: float = 0.05
    taken_change_worth: float = 0.005
    draws: int = 500
