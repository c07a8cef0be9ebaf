"""What ``change`` answers: the new plan, its parent, and what the changes cost."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.plan.result import PlanResult


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPlace:
    """A place that somebody wants visited, and the visits it must have at least."""

    cell_id: str
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortenedCrew:
    """A crew, and the minutes it has at most in each of its duties."""

    crew_id: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPlan(PlanResult):
    """A plan made anew because somebody changed another within bounds.

    Parameters
    ----------
    parent_id
        The plan that was changed.
    reason, by
        Why, and who said so.
    left_out, wanted, without, shortened
        What was changed: places, and crews.
    cost_lo, cost_hi
        What the best plan prevents less with the changes, in the unit of the objective; an
        interval, since both plans are known within a gap.
    published
        Ids of the runs that were published with it; empty where none was.
    """

    parent_id: str
    reason: str
    by: str
    left_out: tuple[str, ...]
    wanted: tuple[WantedPlace, ...]
    without: tuple[str, ...]
    shortened: tuple[ShortenedCrew, ...]
    cost_lo: float
    cost_hi: float
    published: tuple[str, ...] = ()
