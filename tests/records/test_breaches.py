"""The log of breaches: 72 hours that pass, who was told or why not, and nothing closed too soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.transaction import transaction
from rightplace.records.breaches.log import (
    BreachFound,
    Likelihood,
    assess,
    breaches,
    close_breach,
    due_at,
    leave_commissioner_untold,
    leave_subjects_untold,
    left_to_do,
    record_breach,
    tell_commissioner,
    tell_subjects,
)
from rightplace.records.breaches.tables import Breach
from tests.records.acting import NOON, OFFICER_OF_DATA

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

FOUND = BreachFound(
    what="A brief of the late shift was left on a bus.",
    happened="Sunday evening",
    aware_at=NOON,
    effects="Patrol times were readable for a night.",
    action="The brief was found; the visits were moved.",
    people_affected=3,
)


def now(database: Database, *, hours: float = 0) -> AbstractContextManager[Transaction]:
    at = NOON + timedelta(hours=hours)
    return transaction(database, OFFICER_OF_DATA, purpose="Breach.", at=at)


@pytest.fixture
def breach(database: Database) -> str:
    with now(database) as tx:
        return record_breach(tx, FOUND)


def likely(database: Database, breach: str, likelihood: Likelihood) -> None:
    with now(database, hours=1) as tx:
        assess(tx, breach, likelihood=likelihood, assessment="Three names, no address.")


def test_seventy_two_hours_pass_also_when_the_clocks_change() -> None:
    aware = datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/London"))  # the clocks go back
    due = due_at(Breach(aware_at=aware.astimezone(NOON.tzinfo)))
    assert due.astimezone(aware.tzinfo) == datetime(2026, 10, 27, 11, tzinfo=aware.tzinfo)


def test_a_breach_says_what_happened_and_is_not_of_tomorrow(database: Database) -> None:
    with pytest.raises(UsageError):
        replace(FOUND, effects=" ")
    with pytest.raises(BadInputError):
        replace(FOUND, people_affected=-1)
    with now(database) as tx, pytest.raises(BadInputError):
        record_breach(tx, replace(FOUND, aware_at=NOON + timedelta(minutes=1)))


def test_a_breach_with_a_high_risk_is_closed_once_all_were_told(
    database: Database, breach: str
) -> None:
    likely(database, breach, Likelihood.HIGH)
    with now(database, hours=2) as tx:
        with pytest.raises(RefusedError, match="tell the Commissioner"):
            close_breach(tx, breach)
        tell_commissioner(tx, breach, told_at=NOON + timedelta(hours=2), reference="IC-1")
        with pytest.raises(RefusedError, match="tell the people"):
            close_breach(tx, breach)
        tell_subjects(tx, breach, told_at=NOON + timedelta(hours=2), how="By letter.")
        close_breach(tx, breach)
        with pytest.raises(NotHeldError):
            close_breach(tx, breach)
        (kept,) = breaches(tx)
    assert left_to_do(kept) == ()
    assert kept.closed_by == OFFICER_OF_DATA.id


def test_after_seventy_two_hours_the_commissioner_is_told_only_with_the_reasons(
    database: Database, breach: str
) -> None:
    late = NOON + timedelta(hours=72, seconds=1)
    with now(database, hours=80) as tx:
        with pytest.raises(UsageError, match="late"):
            tell_commissioner(tx, breach, told_at=late, reference="IC-1")
        for wrong in (NOON - timedelta(hours=1), NOON + timedelta(hours=81)):
            with pytest.raises(BadInputError):
                tell_commissioner(tx, breach, told_at=wrong, reference="IC-1")
        tell_commissioner(tx, breach, told_at=NOON + timedelta(hours=72), reference="IC-1")
        with pytest.raises(RefusedError):
            tell_commissioner(tx, breach, told_at=late, reference="IC-1", late_reason="x")


def test_the_commissioner_is_left_untold_only_where_a_risk_is_unlikely(
    database: Database, breach: str
) -> None:
    with now(database) as tx, pytest.raises(RefusedError):
        leave_commissioner_untold(tx, breach, reason="No risk.")
    likely(database, breach, Likelihood.UNLIKELY)
    with now(database, hours=2) as tx:
        leave_commissioner_untold(tx, breach, reason="Found unopened.")
        assert left_to_do(tx.view_one(Breach, breach)) == ()
    likely(database, breach, Likelihood.RISK)
    with now(database, hours=3) as tx, pytest.raises(RefusedError, match="tell the Commissioner"):
        close_breach(tx, breach)


def test_people_at_high_risk_are_told_or_the_reason_is_kept(
    database: Database, breach: str
) -> None:
    likely(database, breach, Likelihood.HIGH)
    with now(database, hours=2) as tx:
        tell_commissioner(tx, breach, told_at=NOON + timedelta(hours=2), reference="IC-1")
        leave_subjects_untold(tx, breach, reason="It was encrypted (s68(3)(a)).")
        close_breach(tx, breach)
