"""Who gives account, of what, at one moment: each act is a permission, a purpose, a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rightplace.app.service.figures import moment_words
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.restricted import is_restricted, restricted_now
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from rightplace.app.service.person import Person
    from rightplace.records.accounts.anomalies import AnomalySettings
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.database.front import Database
    from rightplace.records.retention.periods import RetentionSettings


ANYWHERE = frozenset({Permission.STOP, Permission.REVIEW_BREAK_GLASS})
"""What is done once for everybody by whoever may do it somewhere: no place comes with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What pages of accountability work with.

    Parameters
    ----------
    database
        The records.
    person
        Who acts.
    at
        The time now.
    retention
        How long records are kept.
    anomalies
        From when something stands out, and in which zone days are counted.
    """

    database: Database
    person: Person
    at: datetime
    retention: RetentionSettings
    anomalies: AnomalySettings

    def acting(
        self, permission: Permission, purpose: str, *, answers: bool = False
    ) -> AbstractContextManager[Transaction]:
        """Give a transaction to whoever may do it for the whole study area.

        Parameters
        ----------
        permission
            What they must be allowed; else ``RefusedError``.
        purpose
            Why; sealed in each line of the audit chain.
        answers
            Whether restricted records are shown: to who answers data subjects.
        """
        self.person.check_everywhere(permission)
        return transaction(
            self.database, self.person.actor, purpose=purpose, at=self.at, answers=answers
        )

    def may(self, permission: Permission) -> bool:
        """Whether the person may do something as ``acting`` asks: for the whole study area.

        Stopping, and the review of a log-in by break-glass, are for whoever may anywhere.
        """
        if permission in ANYWHERE:
            return self.person.may(permission)
        return self.person.within(permission, [None], [None])[0]

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which moments are shown."""
        return ZoneInfo(self.anomalies.zone)

    @property
    def today(self) -> date:
        """Return the day it is there."""
        return self.at.astimezone(self.zone).date()

    def moment(self, moment: datetime | None) -> str:
        """Return a moment on the local clock in words; empty where there is none."""
        return "" if moment is None else moment_words(moment, self.zone)


def names_of(quiet: Reading, account_ids: set[str]) -> dict[str, str]:
    """Return the names of accounts as colleagues know them, by id; no other id has one.

    They say who acted, in a line that has its own look; one that is restricted is not told.
    """
    from sqlalchemy import select

    from rightplace.records.accounts.tables import Account

    if not account_ids:
        return {}
    found = quiet.unshown(select(Account).where(Account.id.in_(account_ids)))
    restricted = restricted_now(quiet.session)
    return {each.id: each.display_name for each in found if not is_restricted(each, restricted)}


def named(account_id: str, names: dict[str, str]) -> str:
    """Return somebody's name with their id, or the id alone."""
    return f"{names[account_id]} ({account_id})" if account_id in names else account_id
