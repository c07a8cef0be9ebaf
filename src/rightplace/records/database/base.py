"""What every model stands on: names of constraints, times in UTC, and what it says of itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import DateTime, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from rightplace.records.database.handling import Handling

if TYPE_CHECKING:
    from sqlalchemy import Dialect

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment with its zone in Python, UTC in the database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC.

        Raises
        ------
        ValueError
            If it carries no zone.
        """
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value} carries no time zone."
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone; SQLite gives it back naive."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Record(DeclarativeBase):
    """A row of the operational database."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime(),
        str: Text(),
        bytes: LargeBinary(),
    }
    is_audited: ClassVar[bool] = True
    """Whether each change is written to the audit chain; only the chain's own rows are not, nor
    what is counted and noted until it is forgotten, of tries to log in and of open sessions."""

    kept_from: ClassVar[str | None] = None
    """Column from which the retention period counts; None for rows that last."""
    part_of: ClassVar[str | None] = None
    """Record type of the whole that a row is a part of, which is held and deleted as one."""
    leaves_with_whole: ClassVar[bool] = False
    """Whether a part stays until its whole's period is over too, however old it is itself."""

    @property
    def identity(self) -> str:
        """The row's identity as the audit chain names it."""
        keys = self.__mapper__.primary_key_from_instance(self)
        return "/".join(str(key) for key in keys)

    @property
    def product(self) -> str | None:
        """The forecast, plan or other product that the row is about, or None."""
        return None

    @property
    def whole_id(self) -> str | None:
        """Identity of the whole that the row is a part of, or None."""
        return None if self.part_of is None else self.product

    @classmethod
    def is_guarded(cls) -> bool:
        """Whether each look at a row is written to the audit chain: personal or sensitive."""
        return any(
            column.info.get("handling") is not Handling.OPEN for column in cls.__table__.columns
        )


def models() -> tuple[type[Record], ...]:
    """Return every model, in the order of table names."""
    tables = set(Record.metadata.tables.values())
    found = [each.class_ for each in Record.registry.mappers if each.local_table in tables]
    return tuple(sorted(found, key=lambda model: model.__table__.fullname))
