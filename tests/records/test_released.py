"""Sharing with partners, and the memory of everything ever released, on both databases."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, RefusedError, UsageError
from rightplace.evaluate.small_counts.figures import ALL, Figure
from rightplace.evaluate.small_counts.rule import SmallCountRule
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.released.memory import (
    CountedMonth,
    keep_months,
    months_held,
    release,
    released_before,
    released_under,
    true_counts,
)
from rightplace.records.released.sharing import (
    Basis,
    Ruling,
    SharingAsked,
    State,
    ask,
    check_in_force,
    end,
    rule,
    state_of,
)
from rightplace.records.released.tables import Sharing
from tests.records.acting import ANALYST, NOON, OFFICER_OF_DATA

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.database.front import Database

JAN = 2026 * 12
RULE = SmallCountRule()
KINDS = ("robbery", "violence")
PARTS = {"North": ("N1", "N2", "N3")}
MONTH = CountedMonth(
    month=JAN,
    counts={
        "N1": {"robbery": 3, "violence": 20},
        "N2": {"robbery": 9, "violence": 30},
        "N3": {"robbery": 0, "violence": None},
    },
    parts=PARTS,
    picture_id="v-000000000001",
    releases=("2026-03-01",),
    is_synthetic=False,
)
ROBBERY = [Figure(area, JAN, 1, "robbery") for area in ("North", "N1", "N2", "N3")]
ASKED = SharingAsked(
    id=str(uuid.UUID(int=1)),
    item="wards",
    organisation="Violence Reduction Unit",
    basis=Basis.SERIOUS_VIOLENCE_DUTY,
    purpose="Needs assessment of the strategy.",
    borough="North",
    from_month=JAN,
    to_month=JAN,
)
WEEK = timedelta(days=7)


def asked(database: Database, given: SharingAsked = ASKED) -> bool:
    with transaction(database, ANALYST, purpose="Ask.", at=NOON) as tx:
        return ask(tx, given)


def ruled(
    database: Database, until: datetime | None = NOON + WEEK, *, days: int = 366, by: bool = True
) -> None:
    actor = OFFICER_OF_DATA if by else ANALYST
    with transaction(database, actor, purpose="Rule.", at=NOON) as tx:
        sharing = tx.view_one(Sharing, ASKED.id)
        given = Ruling(approved=until is not None, reason="Within the duty.", until_at=until)
        rule(tx, sharing, given, longest_days=days)


def state(database: Database, at: datetime = NOON) -> State:
    with reading(database) as quiet:
        return state_of(quiet, ASKED.id, at=at)


def test_a_sharing_is_asked_once_and_stands_to_the_minute(database: Database) -> None:
    assert asked(database)
    assert not asked(database)
    assert state(database) is State.WAITING
    ruled(database)
    assert state(database) is State.APPROVED
    last = NOON + WEEK - timedelta(microseconds=1)
    assert state(database, last) is State.APPROVED
    assert state(database, NOON + WEEK) is State.EXPIRED
    with reading(database) as quiet:
        check_in_force(quiet, ASKED.id, at=last)
        with pytest.raises(RefusedError, match="over"):
            check_in_force(quiet, ASKED.id, at=NOON + WEEK)


def test_nobody_approves_what_they_ask_for_nor_twice_nor_for_ever(database: Database) -> None:
    asked(database)
    with pytest.raises(RefusedError, match="does not approve"):
        ruled(database, by=False)
    with pytest.raises(BadInputError, match="366 days"):
        ruled(database, NOON + timedelta(days=367))
    with pytest.raises(BadInputError):
        ruled(database, NOON)
    ruled(database, None)
    assert state(database) is State.REFUSED
    with pytest.raises(RefusedError, match="decided before"):
        ruled(database)


def test_a_sharing_is_ended_at_once_and_only_while_it_stands(database: Database) -> None:
    asked(database)
    for ends in (False, True, False):
        if ends:
            ruled(database)
        with transaction(database, OFFICER_OF_DATA, purpose="End.", at=NOON) as tx:
            if ends:
                end(tx, ASKED.id, reason="The project is over.")
                assert state_of(tx, ASKED.id, at=NOON) is State.ENDED
            else:
                with pytest.raises(RefusedError, match="not in force"):
                    end(tx, ASKED.id, reason="Late.")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"purpose": " "}, UsageError),
        ({"organisation": ""}, UsageError),
        ({"organisation": "x" * 201}, BadInputError),
        ({"to_month": JAN - 1}, BadInputError),
        ({"id": "1"}, BadInputError),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused(
    change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        replace(ASKED, **change)  # type: ignore[arg-type]  # wrong on purpose


def test_an_approval_says_until_when() -> None:
    with pytest.raises(UsageError):
        Ruling(approved=True, reason="Yes.", until_at=None)
    with pytest.raises(UsageError):
        Ruling(approved=False, reason=" ", until_at=None)


def keep(database: Database, *months: CountedMonth) -> None:
    with transaction(database, OFFICER_OF_DATA, purpose="Release.", at=NOON) as tx:
        keep_months(tx, "street", months)


def let_go(database: Database, wanted: list[Figure], sharing_id: str) -> None:
    with transaction(database, OFFICER_OF_DATA, purpose="Release.", at=NOON) as tx:
        release(tx, "street", wanted, sharing_id=sharing_id, kinds=KINDS, rule=RULE)


def test_counts_stay_as_they_were_when_first_released(database: Database) -> None:
    keep(database, MONTH)
    revised = replace(MONTH, counts={**MONTH.counts, "N1": {"robbery": 4, "violence": 20}})
    keep(database, revised, replace(MONTH, month=JAN + 1))
    with reading(database) as quiet:
        table = true_counts(months_held(quiet, "street"), kinds=KINDS)
        assert months_held(quiet, "domestic") == {}
    assert [table.value(each) for each in ROBBERY] == [12, 3, 9, 0]
    assert table.value(Figure("North", JAN, 2, "robbery")) == 24
    assert table.value(Figure("North", JAN, 1, ALL)) is None
    with pytest.raises(BadInputError, match="others than"):
        keep(database, replace(MONTH, month=JAN + 2, parts={"North": ("N1", "N2")}))


def test_a_later_release_to_somebody_else_tells_no_small_count(database: Database) -> None:
    """12 in North shown to one partner; 9 in N2 to another would tell the 3 of N1."""
    keep(database, MONTH)
    let_go(database, ROBBERY[:2], "first")
    let_go(database, ROBBERY[2:], "second")
    with reading(database) as quiet:
        known = released_before(quiet, "street")
        assert known.shown == {ROBBERY[0]: 12, ROBBERY[3]: 0}
        assert known.withheld == {ROBBERY[1], ROBBERY[2]}
        assert released_under(quiet, "first", "street").shown == {ROBBERY[0]: 12}
        assert released_under(quiet, "first", "domestic").shown == {}


def test_the_memory_is_neither_altered_nor_removed(database: Database) -> None:
    keep(database, MONTH)
    let_go(database, ROBBERY, "first")
    for table in ("figures_released", "month_counted"):
        for statement in (f"UPDATE {table} SET content = '{{}}'", f"DELETE FROM {table}"):  # noqa: S608 - our own words
            with pytest.raises(IntegrityError), database.writing.begin() as connection:
                connection.execute(sa.text(statement))


def test_what_is_asked_decided_and_released_stands_in_the_audit_chain(database: Database) -> None:
    asked(database)
    ruled(database)
    keep(database, MONTH)
    let_go(database, ROBBERY, ASKED.id)
    assert verify(database).is_intact
    with transaction(database, OFFICER_OF_DATA, purpose="Look.", at=NOON) as tx:
        decided = by_record(tx, record_type="sharing_decision", record_id=ASKED.id)
    assert [each.actor_id for each in decided] == [OFFICER_OF_DATA.id]
