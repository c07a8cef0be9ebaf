"""Tables of the six documents, and of which of them stood behind what was published."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field
from rightplace.records.documents.kinds import DocumentKind
from rightplace.records.published.resting import MODEL
from rightplace.records.published.tables import PublishedRun

KINDS = ", ".join(f"'{kind.value}'" for kind in DocumentKind)


class ModelDocument(Record):
    """One version of a document: written to be read by anyone, never altered, never deleted.

    Who filed it stands in the audit chain; who reviewed it is told by the document itself.
    """

    __tablename__ = "model_document"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("trim(subject) <> ''", name="subject"),
        CheckConstraint("trim(reviewed_by) <> ''", name="reviewed_by"),
    )

    subject: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.LASTING))
    kind: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.LASTING))
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=open_field(Period.LASTING)
    )
    code_version: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    dated: Mapped[date] = mapped_column(info=open_field(Period.LASTING))
    review_due: Mapped[date] = mapped_column(info=open_field(Period.LASTING))
    reviewed_by: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    is_synthetic: Mapped[bool] = mapped_column(info=open_field(Period.LASTING))
    digest: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    text: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    filed_at: Mapped[datetime] = mapped_column(info=open_field(Period.LASTING))

    @property
    def product(self) -> str:
        """The model that it is about, as runs name what they rest on."""
        return f"{MODEL}{self.subject}"


class PublishedUnder(Record):
    """Which version of a document stood behind a run when it was published."""

    __tablename__ = "published_under"
    kept_from: ClassVar[str | None] = "published_at"
    part_of: ClassVar[str | None] = PublishedRun.__tablename__

    run_id: Mapped[str] = mapped_column(
        ForeignKey(PublishedRun.id), primary_key=True, info=open_field(Period.PUBLISHED)
    )
    subject: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.PUBLISHED))
    kind: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.PUBLISHED))
    version: Mapped[int] = mapped_column(info=open_field(Period.PUBLISHED))
    published_at: Mapped[datetime] = mapped_column(info=open_field(Period.PUBLISHED))

    @property
    def product(self) -> str:
        """The run."""
        return self.run_id
