"""Changes of published plans are records: who, when, what, why; kept once, never altered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import Transaction, transaction
from rightplace.records.decided.changing import ChangeGiven, keep_change, view_changes_of
from rightplace.records.stop.switch import Target, TargetKind, suspend
from tests.records.acting import COMMANDER, NOON
from tests.records.published_world import PLAN, publish_all

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rightplace.records.database.front import Database

BCU = "Central North"


def acting(database: Database) -> AbstractContextManager[Transaction]:
    return transaction(database, COMMANDER, purpose="Tasking.", at=NOON)


def given(**how: Any) -> ChangeGiven:  # noqa: ANN401 - fields of any type
    return ChangeGiven(
        **{
            "id": str(uuid.uuid4()),
            "plan_id": PLAN,
            "bcu": BCU,
            "items": {"left_out": ["E01000843"]},
            "reason": "The market is closed.",
        }
        | how
    )


@pytest.fixture
def published(database: Database) -> Database:
    publish_all(database)
    return database


def test_a_change_names_who_asked_when_and_why(published: Database) -> None:
    asked = given()
    with acting(published) as tx:
        assert keep_change(tx, asked)
        assert not keep_change(tx, asked)  # the same form, sent twice
    with acting(published) as tx:
        (kept,) = view_changes_of(tx, PLAN, BCU)
        assert (kept.reason, kept.asked_at) == ("The market is closed.", NOON)
        assert kept.items == '{"left_out":["E01000843"]}'
        assert view_changes_of(tx, PLAN, "North") == []
    with acting(published) as tx:
        assert "plan_change" in {line.record_type for line in by_product(tx, PLAN)}


def test_another_change_under_the_same_id_is_refused(published: Database) -> None:
    asked = given()
    with acting(published) as tx:
        keep_change(tx, asked)
    with pytest.raises(BadInputError), acting(published) as tx:
        keep_change(tx, given(id=asked.id, reason="Another."))


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"reason": " "}, UsageError),
        ({"bcu": " "}, BadInputError),
        ({"items": {"left_out": []}}, BadInputError),
        ({"id": "x"}, BadInputError),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused(
    how: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        given(**how)


def test_only_a_published_plan_that_runs_is_changed(published: Database) -> None:
    with pytest.raises(NotHeldError), acting(published) as tx:
        keep_change(tx, given(plan_id="p-999999999999"))
    with acting(published) as tx:
        suspend(tx, Target(kind=TargetKind.PLAN, name=PLAN), reason="Wrong crews.")
    with pytest.raises(RefusedError), acting(published) as tx:
        keep_change(tx, given())


@pytest.mark.parametrize(
    "statement", ["UPDATE plan_change SET reason = 'x'", "DELETE FROM plan_change"]
)
def test_the_database_itself_refuses_to_alter_changes(published: Database, statement: str) -> None:
    with acting(published) as tx:
        keep_change(tx, given())
    with pytest.raises(IntegrityError), published.writing.begin() as connection:
        connection.exec_driver_sql(statement)
