"""Decisions on effect sizes are records: who, as what, when, why; kept once, never altered."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import Transaction, transaction
from rightplace.records.decided.effects import (
    EffectDecided,
    EffectVerdict,
    decisions_on,
    held_decision,
    keep_decision,
    view_decisions_on,
)
from rightplace.records.published.publishing import RunCopy, publish
from rightplace.records.stop.switch import Target, TargetKind, suspend
from tests.document_world import CODE
from tests.records.acting import COMMANDER, NOON
from tests.records.published_world import FORECAST, publish_all

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rightplace.records.database.front import Database

PROPOSAL = "u-000000000001"
START = date(2026, 6, 1)


def acting(database: Database) -> AbstractContextManager[Transaction]:
    return transaction(database, COMMANDER, purpose="Effect sizes.", at=NOON)


def given(**how: Any) -> EffectDecided:  # noqa: ANN401 - fields of any type
    said: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "proposal_id": PROPOSAL,
        "verdict": EffectVerdict.APPROVED,
        "in_force_from": START,
        "reason": "A sound trial.",
        "role": "tasking chair",
    }
    return EffectDecided(**said | how)


@pytest.fixture
def published(database: Database) -> Database:
    publish_all(database)
    with acting(database) as tx:
        record = {"id": PROPOSAL, "kind": "effect_proposal", "tables": {}, "code_version": CODE}
        publish(tx, RunCopy(record=record, tables={}, rests_on=(FORECAST,)))
    return database


def test_a_decision_names_who_as_what_when_and_why(published: Database) -> None:
    decided = given()
    with acting(published) as tx:
        assert keep_decision(tx, decided)
        assert not keep_decision(tx, decided)  # the same form, sent twice
        keep_decision(
            tx, given(verdict=EffectVerdict.DECLINED, in_force_from=None, reason="Too few.")
        )
    with acting(published) as tx:
        kept = {each.verdict: each for each in view_decisions_on(tx, PROPOSAL)}
        first = kept["approved"]
        assert (first.name, first.decided_by) == (COMMANDER.name, COMMANDER.id)
        assert (first.in_force_from, first.reason, first.decided_at) == (
            START,
            "A sound trial.",
            NOON,
        )
        assert kept["declined"].in_force_from is None
        assert held_decision(tx, first.id).role == "tasking chair"
        assert decisions_on(tx, "u-000000000002") == []
        lines = {line.record_type for line in by_product(tx, PROPOSAL)}
        assert "effect_decision" in lines


def test_another_decision_under_the_same_id_is_refused(published: Database) -> None:
    decided = given()
    with acting(published) as tx:
        keep_decision(tx, decided)
    with pytest.raises(BadInputError), acting(published) as tx:
        keep_decision(tx, given(id=decided.id, reason="Another."))


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"reason": " "}, UsageError),
        ({"in_force_from": None}, BadInputError),
        ({"verdict": EffectVerdict.DECLINED}, BadInputError),
        ({"id": "x"}, BadInputError),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(
    how: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        given(**how)


def test_only_a_published_proposal_that_runs_is_decided_on(published: Database) -> None:
    for other in ("u-999999999999", FORECAST):
        with pytest.raises(NotHeldError), acting(published) as tx:
            keep_decision(tx, given(proposal_id=other))
    with acting(published) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=FORECAST), reason="A feed doubled.")
    with pytest.raises(RefusedError, match="A feed doubled"), acting(published) as tx:
        keep_decision(tx, given())


@pytest.mark.parametrize(
    "statement", ["UPDATE effect_decision SET reason = 'x'", "DELETE FROM effect_decision"]
)
def test_the_database_itself_refuses_to_alter_decisions(
    published: Database, statement: str
) -> None:
    with acting(published) as tx:
        keep_decision(tx, given())
    with pytest.raises(IntegrityError), published.writing.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_decision_that_is_not_there_is_not_held(published: Database) -> None:
    with pytest.raises(NotHeldError), acting(published) as tx:
        held_decision(tx, str(uuid.uuid4()))
