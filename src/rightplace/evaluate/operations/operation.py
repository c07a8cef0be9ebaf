"""One operation of the register: its plan, all that was told of it, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - schemas are made from the annotations
from enum import StrEnum

from rightplace.evaluate.operations.entries import ResultNoted  # noqa: TC001 - as above
from rightplace.evaluate.operations.plan import (  # noqa: TC001 - as above
    LockedPlan,
    OperationPlan,
)


class Standing(StrEnum):
    """Where an operation stands on a day."""

    DRAFT = "draft"
    LOCKED = "locked"
    RUNNING = "running"
    OVERDUE = "overdue"
    """It has ended, and no result of the whole is noted."""
    JUDGED = "judged"
    SUPERSEDED = "superseded"
    """Another plan took its place before it began."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One plan and all that was told of it.

    Parameters
    ----------
    plan
        As it was laid down.
    registered_at, registered_by
        When and by whom.
    lock
        The lock, or None for a draft.
    taken_in_at, taken_in_from
        When and from where a lock made elsewhere came here; None for one made here.
    superseded_by, superseded_on
        The locked plan that took its place, and the day on which that was locked.
    withdrawn
        Why it was withdrawn, and ``withdrawn_at``.
    started_on, ended_on
        Days that were told; None for as planned.
    results
        Evaluations by this plan, in order; none can be taken back.
    last_result_on
        The day on which the newest was noted. One noted before the operation ended is a look on
        the way: what is owed is a result of the whole.
    """

    plan: OperationPlan
    registered_at: datetime
    registered_by: str
    lock: LockedPlan | None = None
    taken_in_at: datetime | None = None
    taken_in_from: str | None = None
    superseded_by: str | None = None
    superseded_on: date | None = None
    withdrawn: str | None = None
    withdrawn_at: datetime | None = None
    started_on: date | None = None
    ended_on: date | None = None
    ended_because: str | None = None
    results: tuple[ResultNoted, ...] = ()
    last_result_on: date | None = None

    @property
    def begins(self) -> date:
        """The first day on which it may have had an effect: as planned, or as told if earlier."""
        planned = self.plan.when.starts
        return planned if self.started_on is None else min(planned, self.started_on)

    @property
    def finishes(self) -> date:
        """Its last day: as told, or as planned."""
        return self.ended_on or self.plan.when.ends

    @property
    def owes_result(self) -> bool:
        """Whether a result must be noted once it has ended.

        Each locked plan owes one, but for one withdrawn, or replaced, before its operation began:
        a plan cannot be dropped once its outcome may be known.
        """
        dropped = self.superseded_on is not None and self.superseded_on < self.begins
        return self.lock is not None and self.withdrawn is None and not dropped

    @property
    def is_judged(self) -> bool:
        """Whether a result was noted after its last day."""
        return self.last_result_on is not None and self.last_result_on > self.finishes

    def standing(self, on: date) -> Standing:
        """Return where it stands on a day, by all that was told until now."""
        facts = {
            Standing.WITHDRAWN: self.withdrawn is not None,
            Standing.DRAFT: self.lock is None,
            Standing.SUPERSEDED: not self.owes_result,
            Standing.JUDGED: self.is_judged and on > self.finishes,
            Standing.OVERDUE: on > self.finishes,
            Standing.RUNNING: on >= self.begins,
        }
        return next((standing for standing, holds in facts.items() if holds), Standing.LOCKED)
