"""What ``replan`` answers: the new plan, what was lost, and what changed for each crew."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.plan.result import PlanResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LostValue:
    """What the plan prevents less than before, in the unit of its objective.

    Parameters
    ----------
    lo, hi
        No plan with the same crews, however many visits it changes, loses less than ``lo``; this
        one loses ``hi``. Below 0 where more is prevented than before.
    """

    lo: float
    hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChange:
    """A visit that a crew loses or gains.

    Parameters
    ----------
    change
        ``loses`` or ``gains``.
    words
        The place in street words.
    prevented_mean
        Incidents that the visit would prevent; planned, not achieved.
    other_crew_id
        The crew that makes it instead, or that it came from; None where the visit is dropped or
        is new.
    """

    change: str
    visit_id: str
    cell_id: str
    words: str
    slot_start: str
    shift: str
    prevented_mean: float
    other_crew_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewChange:
    """What changes for one crew.

    Parameters
    ----------
    taken
        Whether the crew was taken away for some of the time.
    words
        The changes in one sentence.
    """

    crew_id: str
    borough: str
    taken: bool
    words: str
    visits: tuple[VisitChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAway:
    """An abstraction and the crews that it takes.

    Parameters
    ----------
    borough
        Where officers were asked for; None where a crew was named.
    officers
        How many were asked for, or are in the crew.
    until
        End; where nobody knew it, the end of the duty.
    is_open
        Whether nobody knew the end.
    crew_ids
        The crew named, or those chosen so that the visits lost are worth least.
    """

    kind: str
    reason: str
    borough: str | None
    crew_ids: tuple[str, ...]
    officers: int
    start: str
    until: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanResult(PlanResult):
    """A plan made anew while it runs; figures of the plan are of all its visits, done or not.

    Parameters
    ----------
    bound
        What no plan prevents that lets done visits and the boroughs not named stand.
    greedy_gap
        Gap of the plan in which the visits of crews taken away are dropped and nothing else
        changes.
    parent_id
        The plan that ran until then.
    from_time
        When the new plan starts.
    reason, by
        Why, and who said so.
    boroughs
        Those made anew; all others stand as they were, row by row.
    done, past
        Visits made or begun; visits of slots that are over and that nobody logged, which count
        as made.
    changes_of_others
        Visits that crews lose or gain that were not taken away.
    floors_missed
        Visits that floors ask for and that can no longer be made.
    """

    parent_id: str
    from_time: str
    reason: str
    by: str
    boroughs: tuple[str, ...]
    done: int
    past: int
    lost: LostValue
    changes: tuple[CrewChange, ...]
    changes_of_others: int
    floors_missed: int
    taken: tuple[TakenAway, ...]
