"""Tables of requests of data subjects: what they asked, what they may see, who was told."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.audit.restricted import OPEN, PERSONAL, SENSITIVE
from rightplace.records.database.base import Record


class SubjectRequest(Record):
    """What somebody asked of what is held about them, and how it was answered."""

    __tablename__ = "subject_request"
    kept_from: ClassVar[str | None] = "answered_at"
    __table_args__ = (
        CheckConstraint(
            "asked_right IN ('access', 'rectification', 'erasure', 'restriction')",
            name="asked_right",
        ),
        CheckConstraint("outcome IN ('granted', 'granted in part', 'refused')", name="outcome"),
        CheckConstraint("trim(subject_name) <> ''", name="subject_name"),
        CheckConstraint("trim(asked) <> ''", name="asked"),
        CheckConstraint("(extended_at IS NULL) = (extension_reason IS NULL)", name="extended"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
        CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name="answered_outcome"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_words"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    asked_right: Mapped[str] = mapped_column(info=OPEN)
    subject_name: Mapped[str] = mapped_column(info=PERSONAL)
    subject_id: Mapped[str | None] = mapped_column(info=PERSONAL)
    """The code by which records name them; None until it is known."""
    contact: Mapped[str] = mapped_column(info=PERSONAL)
    asked: Mapped[str] = mapped_column(info=SENSITIVE)
    received_at: Mapped[datetime] = mapped_column(info=OPEN)
    received_by: Mapped[str] = mapped_column(info=PERSONAL)
    identity_asked_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    identity_shown_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    more_asked_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    more_told_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    extended_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    extension_reason: Mapped[str | None] = mapped_column(info=SENSITIVE)
    outcome: Mapped[str | None] = mapped_column(info=OPEN)
    answer: Mapped[str | None] = mapped_column(info=SENSITIVE)
    answered_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    answered_at: Mapped[datetime | None] = mapped_column(info=OPEN)


class OfRequest(Record):
    """A row that is a part of a request: it is held and deleted with it."""

    __abstract__ = True
    part_of: ClassVar[str | None] = SubjectRequest.__tablename__

    request_id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)

    @property
    def whole_id(self) -> str:
        """The request."""
        return self.request_id


class FieldRuling(OfRequest):
    """That a field is shown to the subject, or withheld from them, against the rule; and why."""

    __tablename__ = "field_ruling"
    kept_from: ClassVar[str | None] = "ruled_at"
    __table_args__ = (CheckConstraint("trim(reason) <> ''", name="reason"),)

    record_type: Mapped[str] = mapped_column(info=OPEN)
    record_id: Mapped[str | None] = mapped_column(info=PERSONAL)
    """Of one record; None of every record of the type."""
    field: Mapped[str] = mapped_column(info=OPEN)
    is_shown: Mapped[bool] = mapped_column(info=OPEN)
    reason: Mapped[str] = mapped_column(info=SENSITIVE)
    ruled_by: Mapped[str] = mapped_column(info=PERSONAL)
    ruled_at: Mapped[datetime] = mapped_column(info=OPEN)


class RecipientTold(OfRequest):
    """That somebody who was given a record was told of what was made of it since."""

    __tablename__ = "recipient_told"
    kept_from: ClassVar[str | None] = "told_at"
    __table_args__ = (CheckConstraint("trim(recipient) <> ''", name="recipient"),)

    recipient: Mapped[str] = mapped_column(info=PERSONAL)
    told_what: Mapped[str] = mapped_column(info=SENSITIVE)
    told_by: Mapped[str] = mapped_column(info=PERSONAL)
    told_at: Mapped[datetime] = mapped_column(info=OPEN)


class ErasureProposed(OfRequest):
    """That a record is to be erased for its subject: one person proposes, another approves."""

    __tablename__ = "erasure_proposed"
    kept_from: ClassVar[str | None] = "proposed_at"
    __table_args__ = (
        CheckConstraint("trim(grounds) <> ''", name="grounds"),
        CheckConstraint("approved_by <> proposed_by", name="second_person"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved"),
    )

    record_type: Mapped[str] = mapped_column(info=OPEN)
    record_id: Mapped[str] = mapped_column(info=PERSONAL)
    grounds: Mapped[str] = mapped_column(info=SENSITIVE)
    proposed_by: Mapped[str] = mapped_column(info=PERSONAL)
    proposed_at: Mapped[datetime] = mapped_column(info=OPEN)
    approved_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    approved_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    certificate_id: Mapped[str | None] = mapped_column(info=OPEN)
    """Certificate of the deletion; None until it was done."""
