"""Tables of searches and of weapons seized.

No table of this folder has a column for who was searched: no name, address or date of birth
(DOMAIN 2.2.6, NEEDS B7). ``no_identity`` names the words, and a test reads the columns.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rightplace.records.database.base import Record
from rightplace.records.database.handling import Period, open_field, personal, sensitive

OPEN = open_field(Period.POWERS)
PERSONAL = personal(Period.POWERS)
SENSITIVE = sensitive(Period.POWERS)


class Search(Record):
    """A search, by its reference; what is known of it stands in its entries."""

    __tablename__ = "search"
    kept_from: ClassVar[str | None] = "newest_at"

    reference: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    origin: Mapped[str] = mapped_column(info=OPEN)
    """``made here`` or ``the force``: whose reference it is."""
    newest_at: Mapped[datetime] = mapped_column(info=OPEN)
    """When its newest entry was made: its retention period counts from there."""


class SearchEntry(Record):
    """A search as it was recorded, or as it was corrected later; never altered."""

    __tablename__ = "search_entry"
    kept_from: ClassVar[str | None] = "entered_at"
    part_of: ClassVar[str | None] = Search.__tablename__
    leaves_with_whole: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("entered_at >= started_at", name="entered_at"),
        CheckConstraint("trim(officer) <> ''", name="officer"),
        CheckConstraint("weapons IS NULL OR weapons >= 0", name="weapons"),
        UniqueConstraint("form_id", name="uq_search_entry_form_id"),
        Index("ix_search_entry_authorisation", "authorisation"),
        Index("ix_search_entry_started_at", "started_at"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=OPEN)
    """1 as first recorded; each correction has the next one, and the newest stands."""
    correction: Mapped[str | None] = mapped_column(info=SENSITIVE)
    """Why it was corrected; None for the first."""
    force: Mapped[str] = mapped_column(info=OPEN)
    bcu: Mapped[str] = mapped_column(info=OPEN)
    borough: Mapped[str] = mapped_column(info=OPEN)
    started_at: Mapped[datetime] = mapped_column(info=OPEN)
    place: Mapped[str] = mapped_column(info=SENSITIVE)
    lon: Mapped[float | None] = mapped_column(info=SENSITIVE)
    lat: Mapped[float | None] = mapped_column(info=SENSITIVE)
    type: Mapped[str] = mapped_column(info=OPEN)
    power: Mapped[str] = mapped_column(info=OPEN)
    object: Mapped[str] = mapped_column(info=OPEN)
    grounds: Mapped[str] = mapped_column(info=SENSITIVE)
    authorisation: Mapped[str | None] = mapped_column(info=OPEN)
    intelligence_led: Mapped[bool | None] = mapped_column(info=OPEN)
    outcome: Mapped[str] = mapped_column(info=OPEN)
    linked: Mapped[bool | None] = mapped_column(info=OPEN)
    weapon_found: Mapped[bool | None] = mapped_column(info=OPEN)
    weapons: Mapped[int | None] = mapped_column(info=OPEN)
    self_defined: Mapped[str] = mapped_column(info=PERSONAL)
    officer_defined: Mapped[str] = mapped_column(info=PERSONAL)
    age: Mapped[str] = mapped_column(info=PERSONAL)
    sex: Mapped[str] = mapped_column(info=PERSONAL)
    more_than_outer: Mapped[bool | None] = mapped_column(info=PERSONAL)
    intimate_parts: Mapped[bool | None] = mapped_column(info=PERSONAL)
    appropriate_adult: Mapped[bool | None] = mapped_column(info=PERSONAL)
    parent_told: Mapped[bool | None] = mapped_column(info=PERSONAL)
    safeguarding: Mapped[str] = mapped_column(info=SENSITIVE)
    """What was done to keep a child safe; empty where nothing is recorded."""
    handcuffs: Mapped[bool | None] = mapped_column(info=OPEN)
    body_worn_video: Mapped[bool | None] = mapped_column(info=OPEN)
    in_uniform: Mapped[bool | None] = mapped_column(info=OPEN)
    record_offered: Mapped[bool | None] = mapped_column(info=OPEN)
    officer: Mapped[str] = mapped_column(info=PERSONAL)
    """Who searched (PACE s3(6)(b)): for a supervisor's review alone, counted nowhere."""
    entered_at: Mapped[datetime] = mapped_column(info=OPEN)
    entered_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str | None] = mapped_column(info=OPEN)
    """Of the form that was sent, so that what is sent twice is kept once."""

    @property
    def whole_id(self) -> str:
        """The search that it tells of."""
        return self.reference


class WeaponSeized(Record):
    """A weapon that was seized, by the property system's reference; never altered.

    What is entered again under the same reference corrects it: the newest entry stands.
    """

    __tablename__ = "weapon_seized"
    kept_from: ClassVar[str | None] = "entered_at"
    __table_args__ = (
        CheckConstraint("trim(property_reference) <> ''", name="property_reference"),
        CheckConstraint("entered_at >= seized_at", name="entered_at"),
        UniqueConstraint("form_id", name="uq_weapon_seized_form_id"),
        Index("ix_weapon_seized_property_reference", "property_reference"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, info=OPEN)
    property_reference: Mapped[str] = mapped_column(info=OPEN)
    search_reference: Mapped[str | None] = mapped_column(info=OPEN)
    """The search that found it; None where no search did."""
    kind: Mapped[str] = mapped_column(info=OPEN)
    object: Mapped[str] = mapped_column(info=SENSITIVE)
    place: Mapped[str] = mapped_column(info=SENSITIVE)
    bcu: Mapped[str] = mapped_column(info=OPEN)
    borough: Mapped[str] = mapped_column(info=OPEN)
    seized_at: Mapped[datetime] = mapped_column(info=OPEN)
    entered_at: Mapped[datetime] = mapped_column(info=OPEN)
    entered_by: Mapped[str] = mapped_column(info=PERSONAL)
    form_id: Mapped[str | None] = mapped_column(info=OPEN)
