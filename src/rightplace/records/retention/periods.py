"""How long records are kept: settings, and what follows from them for each field."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import rightplace.records.database.tables  # noqa: F401 - makes every model known
from rightplace.errors import BadInputError
from rightplace.records.database.base import models
from rightplace.records.database.handling import Handling, Period

if TYPE_CHECKING:
    from rightplace.records.database.base import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How long records are kept. Review each against the force's own schedule.

    Parameters
    ----------
    published_days
        Published forecasts and plans, from publication (DOMAIN 9.2.14: 24 months).
    decisions_days
        Decisions and which plan was in force, from decision and end of slot; a choice of ours,
        as long as section 60 logs (DOMAIN 9.2.14: 7 years).
    delivery_days
        Acknowledgements and visits, from when they came in; a choice of ours, as published plans.
    control_days
        Holds, suspensions and certificates, from when they ended; a choice of ours, as decisions.
    audit_days
        Lines of the audit chain; a choice of ours, as decisions (NEEDS B13: a period of its own).
    accounts_days
        Accounts, roles, ranks and sessions, from when they ended; a choice of ours, as decisions:
        who decided must be known as long as what was decided.
    rights_days
        Requests of data subjects, restrictions and breaches, from when they were answered, lifted
        and closed; a choice of ours, as decisions: a claim can follow for six years.
    jobs_days
        Jobs of the service, from when they ended; a choice of ours, as published plans.
    powers_days
        Section 60 logs, searches and what panels asked, from when they were closed (DOMAIN 9.2.14:
        7 years).
    left_days
        A draft of section 60 with which nobody went on counts as closed after so many days, and its
        period begins; a choice of ours.
    ledger_days
        The ledger of deletions; must be longer than any backup is kept; a choice of ours.
    """

    published_days: int = 731
    decisions_days: int = 2557
    delivery_days: int = 731
    control_days: int = 2557
    audit_days: int = 2557
    accounts_days: int = 2557
    rights_days: int = 2557
    jobs_days: int = 731
    powers_days: int = 2557
    left_days: int = 30
    ledger_days: int = 400

    def __post_init__(self) -> None:
        """Check that each period lasts.

        Raises
        ------
        BadInputError
            If one is shorter than a day.
        """
        for each in fields(self):
            days = getattr(self, each.name)
            if days < 1:
                msg = f"{each.name} is {days}; records are kept for at least a day."
                raise BadInputError(msg, value=days, remedy="Give whole days.")

    def days(self, period: Period) -> int | None:
        """Return how many days a period lasts; None where rows last as long as the database."""
        return {
            Period.LASTING: None,
            Period.PUBLISHED: self.published_days,
            Period.DECISIONS: self.decisions_days,
            Period.DELIVERY: self.delivery_days,
            Period.CONTROL: self.control_days,
            Period.AUDIT: self.audit_days,
            Period.ACCOUNTS: self.accounts_days,
            Period.RIGHTS: self.rights_days,
            Period.JOBS: self.jobs_days,
            Period.POWERS: self.powers_days,
        }[period]

    def before(self, period: Period, *, at: datetime) -> datetime | None:
        """Return the moment before which rows of a period are due to go; None for never."""
        days = self.days(period)
        return None if days is None else at - timedelta(days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One stored field, as the register of processing shows it."""

    table: str
    column: str
    handling: Handling
    period: Period


def register() -> tuple[Field, ...]:
    """Return every stored field with how it is handled and which period it falls under.

    Raises
    ------
    BadInputError
        If a column does not declare it.
    """
    found = []
    for model in models():
        for column in model.__table__.columns:
            handling, period = column.info.get("handling"), column.info.get("period")
            if not isinstance(handling, Handling) or not isinstance(period, Period):
                msg = f"{column} declares no handling and period."
                raise BadInputError(msg, value=str(column), remedy="Declare them on the column.")
            named = Field(
                table=model.__tablename__, column=column.name, handling=handling, period=period
            )
            found.append(named)
    return tuple(found)


def period_of(model: type[Record]) -> Period:
    """Return the period of a model's rows, which leave whole: all columns share it."""
    first = next(iter(model.__table__.columns))
    return Period(first.info["period"])
