"""Use cases: legal holds, which keep records from the nightly deletion until a case is over."""

from __future__ import annotations

from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.service.database import open_records
from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.retention.holds import HoldWanted
    from rightplace.records.retention.tables import LegalHold

NOT_KEPT = Notice(code="dry-run", message="A rehearsal: nothing was kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldShown:
    """One legal hold.

    Parameters
    ----------
    id
        Its id.
    record_type, record_id, about
        What it holds: records of a type, one of them, what is about a product; null is any.
    reason
        The case, in words.
    owner
        Who answers for it.
    review_on
        When its owner looks at it again.
    is_due
        Whether that day has come.
    placed_by, placed_at
        Who placed it, and when.
    released_at
        When it was let go; null while it is in force.
    """

    id: str
    record_type: str | None
    record_id: str | None
    about: str | None
    reason: str
    owner: str
    review_on: str
    is_due: bool
    placed_by: str
    placed_at: str
    released_at: str | None

    @property
    def covers(self) -> str:
        """What it holds, in words."""
        what = "every record" if self.record_type is None else f"every {self.record_type}"
        if self.record_id is not None:
            what = f"{self.record_type} {self.record_id}"
        return what if self.about is None else f"{what} about {self.about}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsResult:
    """Legal holds.

    Parameters
    ----------
    holds
        The one that was placed, reviewed or released; or all in force, the next review first.
    """

    holds: tuple[HoldShown, ...]


class _RehearsedError(RightplaceError):
    """That a transaction was a rehearsal, and is rolled back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsDesk:
    """Where and by whom holds are placed, reviewed and released.

    Parameters
    ----------
    workspace
        Whose operational database it is.
    actor
        Who acts.
    at
        The time now.
    is_rehearsal
        Whether nothing is kept.
    """

    workspace: Workspace
    actor: Actor
    at: datetime
    is_rehearsal: bool = False

    @contextmanager
    def working(self, purpose: str) -> Iterator[Transaction]:
        """Give a transaction; what is done in it is kept unless this is a rehearsal.

        Raises
        ------
        _RehearsedError
            Never to the caller: it rolls a rehearsal back, and is suppressed here.
        """
        from rightplace.records.audit.transaction import transaction

        with (
            closing(open_records(self.workspace)) as database,
            suppress(_RehearsedError),
            transaction(database, self.actor, purpose=purpose, at=self.at) as tx,
        ):
            yield tx
            if self.is_rehearsal:
                raise _RehearsedError(NOT_KEPT.message)

    def answer(self, holds: Sequence[LegalHold]) -> Answer[HoldsResult]:
        """Return holds as they are shown."""
        shown = tuple(hold_shown(each, on=self.at.date()) for each in holds)
        notices = (NOT_KEPT,) if self.is_rehearsal else ()
        return Answer(verb="hold", result=HoldsResult(holds=shown), warnings=notices)


def place(desk: HoldsDesk, wanted: HoldWanted) -> Answer[HoldsResult]:
    """Hold records back from deletion from now on.

    Parameters
    ----------
    desk
        Where, and by whom.
    wanted
        What is held, why, and when that is looked at again.
    """
    from rightplace.records.retention.holds import place_hold
    from rightplace.records.retention.tables import LegalHold

    with desk.working("Place a legal hold.") as tx:
        hold_id = place_hold(tx, wanted)
        return desk.answer([tx.view_one(LegalHold, hold_id)])


def review(
    desk: HoldsDesk, hold_id: str | None, *, reason: str, next_review: date | None
) -> Answer[HoldsResult]:
    """Show the holds in force, or keep one on until its next review.

    Parameters
    ----------
    desk
        Where, and by whom.
    hold_id
        The one to keep on; None to show all in force.
    reason
        Why it is still needed.
    next_review
        When its owner looks at it again.

    Raises
    ------
    UsageError
        If one is to be kept on without a day for its next review.
    """
    from sqlalchemy import select

    from rightplace.errors import UsageError
    from rightplace.records.retention.holds import review_hold
    from rightplace.records.retention.tables import LegalHold

    if hold_id is not None and next_review is None:
        msg = "A hold that is kept on needs a day for its next review."
        raise UsageError(msg, remedy="Name it with --next, or release the hold.")
    with desk.working("Review legal holds.") as tx:
        if hold_id is not None and next_review is not None:
            review_hold(tx, hold_id, reason=reason, next_review=next_review)
            found: Sequence[LegalHold] = [tx.view_one(LegalHold, hold_id)]
        else:
            wanted = select(LegalHold).where(LegalHold.released_at.is_(None))
            found = tx.view(wanted.order_by(LegalHold.review_on))
        return desk.answer(found)


def release(desk: HoldsDesk, hold_id: str, *, reason: str) -> Answer[HoldsResult]:
    """Let held records go; what is overdue goes with the next night.

    Parameters
    ----------
    desk
        Where, and by whom.
    hold_id
        The hold.
    reason
        Why it is no longer needed.
    """
    from rightplace.records.retention.holds import release_hold
    from rightplace.records.retention.tables import LegalHold

    with desk.working("Release a legal hold.") as tx:
        release_hold(tx, hold_id, reason=reason)
        return desk.answer([tx.view_one(LegalHold, hold_id)])


def hold_shown(hold: LegalHold, *, on: date) -> HoldShown:
    """Return a hold as it is shown on a day."""
    return HoldShown(
        id=hold.id,
        record_type=hold.record_type,
        record_id=hold.record_id,
        about=hold.about,
        reason=hold.reason,
        owner=hold.owner,
        review_on=hold.review_on.isoformat(),
        is_due=hold.released_at is None and hold.review_on <= on,
        placed_by=hold.placed_by,
        placed_at=hold.placed_at.isoformat(),
        released_at=None if hold.released_at is None else hold.released_at.isoformat(),
    )
