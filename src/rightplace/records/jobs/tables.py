"""Tables of jobs and of how far they are."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

OPEN = open_field(Period.JOBS)
PERSONAL = personal(Period.JOBS)
SENSITIVE = sensitive(Period.JOBS)


class Job(Record):
    """Work that somebody asked for: what, who, when, how it stands and how it ended."""

    __tablename__ = "job"
    kept_from: ClassVar[str | None] = "ended_at"
    __table_args__ = (
        CheckConstraint(
            "verb IN ('ingest', 'forecast', 'plan', 'backtest', 'publish', 'evaluate', "
            "'approve-effect', 'detectives')",
            name="verb",
        ),
        CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(state = 'running') = (worker IS NOT NULL)", name="worker"),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_at"
        ),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="outcome"),
        CheckConstraint("state = 'done' OR run_id IS NULL", name="run_id"),
        CheckConstraint(
            "(cancel_asked_at IS NULL) = (cancel_asked_by IS NULL)", name="cancel_asked"
        ),
        Index("ix_job_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    verb: Mapped[str] = mapped_column(info=OPEN)
    arguments: Mapped[str] = mapped_column(info=SENSITIVE)
    """JSON of what the verb is given; names of files are words that somebody chose."""
    asked_by: Mapped[str] = mapped_column(info=PERSONAL)
    asked_at: Mapped[datetime] = mapped_column(info=OPEN)
    state: Mapped[str] = mapped_column(info=OPEN)
    attempts: Mapped[int] = mapped_column(info=OPEN)
    """How often a worker has taken it."""
    worker: Mapped[str | None] = mapped_column(info=OPEN)
    started_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    """When a worker last took it."""
    ended_at: Mapped[datetime | None] = mapped_column(info=OPEN)
    outcome: Mapped[str | None] = mapped_column(info=SENSITIVE)
    """What came of it, or why nothing did, in words."""
    run_id: Mapped[str | None] = mapped_column(info=OPEN)
    cancel_asked_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(info=OPEN)

    @property
    def product(self) -> str | None:
        """The run that it made, or None."""
        return self.run_id


class JobProgress(Record):
    """How far a running job is, and that its worker lives; the row goes when the job ends.

    It is not audited: that work goes on is no act, and what came of it has its line.
    """

    __tablename__ = "job_progress"
    kept_from: ClassVar[str | None] = "beat_at"
    is_audited: ClassVar[bool] = False

    job_id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    worker: Mapped[str] = mapped_column(info=OPEN)
    beat_at: Mapped[datetime] = mapped_column(info=OPEN)
    said: Mapped[str] = mapped_column(info=OPEN)
    """The last lines that the verb told of its progress; they hold no value of a row."""
