"""Tables of what was published, and of what kind of database this is."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive


class Origin(Record):
    """As what the database was created: one row, never altered."""

    __tablename__ = "origin"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("kind IN ('demo', 'service')", name="kind"),
    )

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=open_field(Period.LASTING)
    )
    kind: Mapped[str] = mapped_column(info=open_field(Period.LASTING))
    created_at: Mapped[datetime] = mapped_column(info=open_field(Period.LASTING))


class PublishedRun(Record):
    """A run as it was made, with who published it; triggers refuse to alter it."""

    __tablename__ = "published_run"
    kept_from: ClassVar[str | None] = "published_at"

    id: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.PUBLISHED))
    kind: Mapped[str] = mapped_column(info=open_field(Period.PUBLISHED))
    digest: Mapped[str] = mapped_column(info=open_field(Period.PUBLISHED))
    content: Mapped[str] = mapped_column(info=sensitive(Period.PUBLISHED))
    rests_on: Mapped[str] = mapped_column(info=open_field(Period.PUBLISHED))
    is_synthetic: Mapped[bool] = mapped_column(info=open_field(Period.PUBLISHED))
    published_by: Mapped[str] = mapped_column(info=personal(Period.PUBLISHED))
    published_at: Mapped[datetime] = mapped_column(info=open_field(Period.PUBLISHED))

    @property
    def product(self) -> str:
        """The run itself."""
        return self.id


class PublishedTable(Record):
    """One table of a published run: a Parquet file, byte for byte."""

    __tablename__ = "published_table"
    kept_from: ClassVar[str | None] = "published_at"
    part_of: ClassVar[str | None] = PublishedRun.__tablename__

    run_id: Mapped[str] = mapped_column(
        ForeignKey(PublishedRun.id), primary_key=True, info=open_field(Period.PUBLISHED)
    )
    name: Mapped[str] = mapped_column(primary_key=True, info=open_field(Period.PUBLISHED))
    digest: Mapped[str] = mapped_column(info=open_field(Period.PUBLISHED))
    content: Mapped[bytes] = mapped_column(deferred=True, info=sensitive(Period.PUBLISHED))
    published_at: Mapped[datetime] = mapped_column(info=open_field(Period.PUBLISHED))

    @property
    def product(self) -> str:
        """The run that the table is of."""
        return self.run_id
