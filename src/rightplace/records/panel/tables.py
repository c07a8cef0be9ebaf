"""Tables of a panel's draws and ratings, its questions and answers, and complaints by reference.

Nobody who was searched, complained or searched is named in any of them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

OPEN = open_field(Period.POWERS)
PERSONAL = personal(Period.POWERS)
SENSITIVE = sensitive(Period.POWERS)


class VideoDraw(Record):
    """A draw of searches for review of their video: its seed, its settings, and from what."""

    __tablename__ = "video_draw"
    kept_from: ClassVar[str | None] = "newest_at"

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    seed: Mapped[str] = mapped_column(info=OPEN)
    settings: Mapped[str] = mapped_column(info=OPEN)
    """JSON of ``powers.searches.draw.DrawSettings``."""
    strata: Mapped[str] = mapped_column(info=OPEN)
    """JSON: each stratum in words, its searches and those drawn."""
    period_start: Mapped[datetime] = mapped_column(info=OPEN)
    period_end: Mapped[datetime] = mapped_column(info=OPEN)
    searches: Mapped[int] = mapped_column(info=OPEN)
    drawn_at: Mapped[datetime] = mapped_column(info=OPEN)
    drawn_by: Mapped[str] = mapped_column(info=PERSONAL)
    newest_at: Mapped[datetime] = mapped_column(info=OPEN)
    """Of the draw or its newest rating: its retention period counts from there."""
    form_id: Mapped[str] = mapped_column(info=OPEN)

    __table_args__ = (
        CheckConstraint("period_end > period_start", name="period"),
        UniqueConstraint("form_id", name="uq_video_draw_form_id"),
    )


class VideoDrawn(Record):
    """A search that was drawn, with the chance of it; never altered."""

    __tablename__ = "video_drawn"
    kept_from: ClassVar[str | None] = "drawn_at"
    part_of: ClassVar[str | None] = VideoDraw.__tablename__
    leaves_with_whole: ClassVar[bool] = True
    __table_args__ = (CheckConstraint("chance > 0 AND chance <= 1", name="chance"),)

    draw_id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    reference: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    stratum: Mapped[str] = mapped_column(info=PERSONAL)
    chance: Mapped[float] = mapped_column(info=OPEN)
    drawn_at: Mapped[datetime] = mapped_column(info=OPEN)

    @property
    def whole_id(self) -> str:
        """The draw."""
        return self.draw_id


class VideoRating(Record):
    """What somebody of the panel found on the video; never altered, a later one stands."""

    __tablename__ = "video_rating"
    kept_from: ClassVar[str | None] = "rated_at"
    part_of: ClassVar[str | None] = VideoDraw.__tablename__
    leaves_with_whole: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("form_id", name="uq_video_rating_form_id"),
    )

    draw_id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    reference: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=OPEN)
    rating: Mapped[str] = mapped_column(info=OPEN)
    reasons: Mapped[str] = mapped_column(info=SENSITIVE)
    rated_at: Mapped[datetime] = mapped_column(info=OPEN)
    rated_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str] = mapped_column(info=OPEN)

    @property
    def whole_id(self) -> str:
        """The draw."""
        return self.draw_id


class PanelQuestion(Record):
    """A question of the panel, or what is to follow from a search it looked at."""

    __tablename__ = "panel_question"
    kept_from: ClassVar[str | None] = "newest_at"
    __table_args__ = (
        CheckConstraint("trim(owner) <> ''", name="owner"),
        UniqueConstraint("form_id", name="uq_panel_question_form_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    search_reference: Mapped[str | None] = mapped_column(info=OPEN)
    """The search that it follows from; None for a question about all of it."""
    words: Mapped[str] = mapped_column(info=SENSITIVE)
    owner: Mapped[str] = mapped_column(info=SENSITIVE)
    """Who answers, by office."""
    due_on: Mapped[date] = mapped_column(info=OPEN)
    asked_at: Mapped[datetime] = mapped_column(info=OPEN)
    asked_by: Mapped[str] = mapped_column(info=PERSONAL)
    newest_at: Mapped[datetime] = mapped_column(info=OPEN)
    form_id: Mapped[str] = mapped_column(info=OPEN)


class PanelAnswer(Record):
    """An answer to a question of the panel; never altered, a later one adds to it."""

    __tablename__ = "panel_answer"
    kept_from: ClassVar[str | None] = "answered_at"
    part_of: ClassVar[str | None] = PanelQuestion.__tablename__
    leaves_with_whole: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("form_id", name="uq_panel_answer_form_id"),
    )

    question_id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=OPEN)
    words: Mapped[str] = mapped_column(info=SENSITIVE)
    answered_at: Mapped[datetime] = mapped_column(info=OPEN)
    answered_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str] = mapped_column(info=OPEN)

    @property
    def whole_id(self) -> str:
        """The question."""
        return self.question_id


class Complaint(Record):
    """A complaint about a search, by the complaint system's reference and by nothing else."""

    __tablename__ = "complaint"
    kept_from: ClassVar[str | None] = "entered_at"
    __table_args__ = (CheckConstraint("trim(bcu) <> ''", name="bcu"),)

    reference: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    received_on: Mapped[date] = mapped_column(info=OPEN)
    bcu: Mapped[str] = mapped_column(info=OPEN)
    authorisation: Mapped[str | None] = mapped_column(info=OPEN)
    """Of the section 60 under which the search was made, where it was."""
    entered_at: Mapped[datetime] = mapped_column(info=OPEN)
    entered_by: Mapped[str] = mapped_column(info=PERSONAL)


class ComplaintExplanation(Record):
    """How the force explains a rise of complaints in a quarter; never altered."""

    __tablename__ = "complaint_explanation"
    kept_from: ClassVar[str | None] = "explained_at"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("form_id", name="uq_complaint_explanation_form_id"),
    )

    quarter: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    """``2026-Q2``."""
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=OPEN)
    words: Mapped[str] = mapped_column(info=SENSITIVE)
    explained_at: Mapped[datetime] = mapped_column(info=OPEN)
    explained_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str] = mapped_column(info=OPEN)
