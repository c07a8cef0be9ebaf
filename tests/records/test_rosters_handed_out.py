"""A roster is handed out once, by a named person with a reason and its flags; never altered."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import Transaction, reading, transaction
from rightplace.records.database.migrate import check_models, downgrade, upgrade
from rightplace.records.decided.handing_out import HandingOut, hand_out, handed_out
from rightplace.records.published.publishing import publish
from rightplace.records.stop.switch import Target, TargetKind, suspend
from tests.records.acting import COMMANDER, NOON
from tests.records.published_world import FORECAST, PLAN, publish_all, run_copy

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rightplace.records.database.front import Database

ROSTER, SURGE = "o-000000000001", "s-000000000001"


def acting(database: Database) -> AbstractContextManager[Transaction]:
    return transaction(database, COMMANDER, purpose="Rosters.", at=NOON)


def given(**how: Any) -> HandingOut:  # noqa: ANN401 - fields of any type
    plain: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "roster_id": ROSTER,
        "short_notice": 2,
        "lacking": 1,
        "reason": "The derby was moved.",
        "seconds_reading": 60,
    }
    return HandingOut(**(plain | how))


@pytest.fixture
def published(database: Database) -> Database:
    publish_all(database)
    with acting(database) as tx:
        publish(tx, run_copy(ROSTER, "roster", crewing=b"who is there"))
    return database


def test_it_names_who_when_why_and_with_which_flags(published: Database) -> None:
    act = given()
    with acting(published) as tx:
        assert handed_out(tx, ROSTER) is None
        assert hand_out(tx, act)
        assert not hand_out(tx, act)  # the same form, sent twice
    with reading(published) as quiet:
        kept = handed_out(quiet, ROSTER)
        assert kept is not None
        assert (kept.reason, kept.handed_out_by) == ("The derby was moved.", COMMANDER.id)
        assert (kept.handed_out_at, kept.short_notice, kept.lacking) == (NOON, 2, 1)
    with acting(published) as tx:
        assert "roster_handed_out" in {line.record_type for line in by_product(tx, ROSTER)}


def test_it_is_done_once(published: Database) -> None:
    act = given()
    with acting(published) as tx:
        hand_out(tx, act)
    with pytest.raises(RefusedError, match="already"), acting(published) as tx:
        hand_out(tx, given())
    with pytest.raises(BadInputError), acting(published) as tx:
        hand_out(tx, replace(act, reason="Another."))


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"reason": " "}, UsageError),
        ({"id": "x"}, BadInputError),
        ({"short_notice": -1}, BadInputError),
        ({"lacking": -1}, BadInputError),
        ({"seconds_reading": -1}, BadInputError),
    ],
)
def test_what_cannot_be_meant_is_refused(how: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        given(**how)


def test_only_a_published_roster_that_is_not_suspended_is_handed_out(published: Database) -> None:
    for other in ("o-999999999999", PLAN):
        with pytest.raises(NotHeldError), acting(published) as tx:
            hand_out(tx, given(roster_id=other))
    with acting(published) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=ROSTER), reason="Wrong demand.")
    with pytest.raises(RefusedError), acting(published) as tx:
        hand_out(tx, given())


@pytest.mark.parametrize(
    "statement", ["UPDATE roster_handed_out SET reason = 'x'", "DELETE FROM roster_handed_out"]
)
def test_the_database_itself_refuses_to_alter_it(published: Database, statement: str) -> None:
    with acting(published) as tx:
        hand_out(tx, given())
    with pytest.raises(IntegrityError), published.writing.begin() as connection:
        connection.exec_driver_sql(statement)


def test_its_table_goes_down_and_up(published: Database) -> None:
    with acting(published) as tx:
        hand_out(tx, given())
    downgrade(published, to="0011")
    upgrade(published)
    check_models(published)
    with reading(published) as quiet:
        assert handed_out(quiet, ROSTER) is None


def test_rosters_and_surges_by_stated_demand_need_no_documents_of_a_model(
    database: Database,
) -> None:
    publish_all(database)
    with acting(database) as tx:
        assert publish(tx, run_copy(SURGE, "surge", postings=b"who goes")).id == SURGE


def test_a_surge_by_a_forecast_needs_those_of_its_model_and_stops_with_it(
    database: Database,
) -> None:
    publish_all(database)
    stale = run_copy(SURGE, "surge", postings=b"who goes")
    stale = replace(stale, record={**stale.record, "code_version": "other"}, rests_on=(FORECAST,))
    with pytest.raises(RefusedError, match="documents"), acting(database) as tx:
        publish(tx, stale)
    with acting(database) as tx:
        suspend(tx, Target(kind=TargetKind.MODEL, name="additive_memory"), reason="Wrong.")
    fresh = replace(run_copy(SURGE, "surge", postings=b"who goes"), rests_on=(FORECAST,))
    with pytest.raises(RefusedError, match="suspended"), acting(database) as tx:
        publish(tx, fresh)
