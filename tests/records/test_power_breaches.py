"""A breach is closed only with a decision and a reason, once a remedy is noted; nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rightplace.errors import RefusedError, UsageError
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.power_breaches.acts import Act, BreachNamed, Decision, acts_on, add_act
from tests.records.acting import COMMANDER, NOON

if TYPE_CHECKING:
    from rightplace.records.database.front import Database

BREACH = BreachNamed(id="S60-2026-AAAAAA/rank", about="S60-2026-AAAAAA", bcu="North")
FORM = "6f2c1b36-64ba-4b5a-bb0e-1f9b8f9d6c11"


def acts(database: Database) -> list[str]:
    with reading(database) as quiet:
        return [each.act for each in acts_on(quiet, [BREACH.id])]


def act(database: Database, which: Act, words: str = "Why.", form_id: str | None = None) -> None:
    decision = Decision.LEARNING if which is Act.CLOSED else None
    at = NOON + timedelta(minutes=list(Act).index(which))
    with transaction(database, COMMANDER, purpose="Breach.", at=at) as tx:
        add_act(tx, BREACH, which, words=words, decision=decision, form_id=form_id)


def test_a_breach_is_closed_after_a_remedy_is_noted_and_then_stays_closed(
    database: Database,
) -> None:
    with pytest.raises(RefusedError, match="remedy"):
        act(database, Act.CLOSED)
    act(database, Act.OWNED)
    act(database, Act.REMEDY)
    with pytest.raises(UsageError, match="missing"):
        act(database, Act.CLOSED, words=" ")
    act(database, Act.CLOSED)
    with pytest.raises(RefusedError, match="closed"):
        act(database, Act.REMEDY)
    assert acts(database) == ["owned", "remedy", "closed"]


def test_a_form_sent_twice_is_one_act(database: Database) -> None:
    act(database, Act.REMEDY, form_id=FORM)
    act(database, Act.REMEDY, form_id=FORM)
    assert acts(database) == ["remedy"]


def test_the_database_takes_no_closing_without_a_decision_and_alters_nothing(
    database: Database,
) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError),
        transaction(database, COMMANDER, purpose="Breach.", at=NOON) as tx,
    ):
        add_act(tx, BREACH, Act.REMEDY, words="x", decision=Decision.IOPC)
    act(database, Act.REMEDY)
    with (
        pytest.raises(sa.exc.DBAPIError, match="rows are not for"),
        database.writing.connect() as connection,
        connection.begin(),
    ):
        connection.execute(sa.text("UPDATE powers_breach_act SET words = 'y'"))
    assert acts(database) == ["remedy"]
