"""Legal holds: what a case needs is not deleted until its owner lets it go (NEEDS A3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

import rightplace.records.database.tables  # noqa: F401 - makes every model known
from rightplace.errors import BadInputError, NotHeldError, UsageError
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.pen import Subject
from rightplace.records.database.base import models
from rightplace.records.database.words import written
from rightplace.records.retention.tables import LegalHold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.database.base import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWanted:
    """What is to be held, why, by whom, until when it is reviewed.

    Parameters
    ----------
    reason
        The case, in words.
    owner
        Who answers for the hold and lets it go.
    review_on
        When the owner looks at it again; a hold does not end by itself.
    record_type
        Only records of this type; None for any.
    record_id
        Only this record.
    about
        Only what is about this product: a run's id.

    Raises
    ------
    UsageError
        If nothing is named to be held, or reason or owner is missing.
    """

    reason: str
    owner: str
    review_on: date
    record_type: str | None = None
    record_id: str | None = None
    about: str | None = None

    def __post_init__(self) -> None:
        """Check that something is held.

        Raises
        ------
        UsageError
            If nothing is named to be held, or reason or owner is missing.
        """
        written(self.reason, what="The reason of the hold")
        written(self.owner, what="The owner of the hold")
        if self.record_type is None and (self.record_id is not None or self.about is None):
            msg = "A hold names no records."
            raise UsageError(msg, remedy="Name a type of records, one of them, or a product.")


def place_hold(tx: Transaction, wanted: HoldWanted) -> str:
    """Hold records back from deletion from now on; return the hold's id.

    Raises
    ------
    BadInputError
        If records of that type are not held by themselves, or the review is not to come.
    """
    _check_to_come(wanted.review_on, on=tx.at.date())
    types = [model.__tablename__ for model in models() if model.kept_from and not model.part_of]
    if wanted.record_type is not None and wanted.record_type not in types:
        msg = f"Records of the type {wanted.record_type!r} are not held by themselves."
        remedy = f"Hold one of {', '.join(types)}."
        raise BadInputError(msg, value=wanted.record_type, remedy=remedy)
    hold = LegalHold(
        id=str(uuid.uuid4()),
        record_type=wanted.record_type,
        record_id=wanted.record_id,
        about=wanted.about,
        reason=written(wanted.reason, what="The reason of the hold"),
        owner=written(wanted.owner, what="The owner of the hold"),
        review_on=wanted.review_on,
        placed_by=tx.actor.id,
        placed_at=tx.at,
    )
    return tx.add(hold).id


def release_hold(tx: Transaction, hold_id: str, *, reason: str) -> None:
    """Let held records go when their period ends; what is overdue goes at the next deletion.

    Raises
    ------
    NotHeldError
        If no such hold is in force.
    """
    hold = tx.unshown_one(LegalHold, hold_id)
    if hold is None or hold.released_at is not None:
        msg = f"No hold {hold_id!r} is in force."
        raise NotHeldError(msg, value=hold_id, remedy="Check the id.")
    hold.release_reason = written(reason, what="The reason of the release")
    hold.released_by, hold.released_at = tx.actor.id, tx.at
    tx.session.flush()


def review_hold(tx: Transaction, hold_id: str, *, reason: str, next_review: date) -> None:
    """Keep a hold on until its next review; the reason is sealed in the audit chain.

    A next review that is not to come raises ``BadInputError``.

    Raises
    ------
    NotHeldError
        If no such hold is in force.
    """
    hold = tx.unshown_one(LegalHold, hold_id)
    if hold is None or hold.released_at is not None:
        msg = f"No hold {hold_id!r} is in force."
        raise NotHeldError(msg, value=hold_id, remedy="Check the id.")
    said = written(reason, what="The reason to keep the hold on")
    _check_to_come(next_review, on=tx.at.date())
    about = Subject(record_type=LegalHold.__tablename__, record_id=hold.id, product=hold.product)
    tx.log(Operation.CONSULTATION, about, review=said)
    hold.review_on = next_review
    tx.session.flush()


def _check_to_come(review_on: date, *, on: date) -> None:
    """Check that a review is to come.

    Raises
    ------
    BadInputError
        If it is not.
    """
    if review_on <= on:
        msg = f"The hold would be reviewed on {review_on}, which is past."
        raise BadInputError(msg, value=review_on, remedy="Name a day to come.")


def holds_in_force(tx: Reading) -> Sequence[LegalHold]:
    """Return the holds in force, oldest first, for a check."""
    wanted = select(LegalHold).where(LegalHold.released_at.is_(None))
    return tx.unshown(wanted.order_by(LegalHold.placed_at, LegalHold.id))


def holds_to_review(tx: Transaction, *, on: date) -> Sequence[LegalHold]:
    """Return the holds that are due for review on a day, to be shown."""
    in_force = LegalHold.released_at.is_(None), LegalHold.review_on <= on
    return tx.view(select(LegalHold).where(*in_force).order_by(LegalHold.review_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One record as holds see it."""

    record_type: str
    record_id: str
    product: str | None


def as_held(record: Record) -> Held:
    """Return a record as holds see it: a part as the whole that it is of."""
    whole = record.whole_id
    return Held(
        record_type=record.part_of if whole and record.part_of else record.__tablename__,
        record_id=whole or record.identity,
        product=record.product,
    )


def is_held(record: Held, holds: Sequence[LegalHold]) -> bool:
    """Whether a hold covers a record."""
    return any(
        hold.record_type in {None, record.record_type}
        and hold.record_id in {None, record.record_id}
        and hold.about in {None, record.product}
        for hold in holds
    )
