"""The log of an authorisation is added to and never altered; it leaves whole, years later."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, NotHeldError
from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.codec import from_json, to_json
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import Authorised, Drafted, PeriodChosen, Submitted
from rightplace.records.audit.transaction import Transaction, reading, transaction
from rightplace.records.retention.deleting import delete_expired
from rightplace.records.retention.periods import RetentionSettings
from rightplace.records.section_60.log import (
    append,
    begin,
    close,
    close_left,
    history_of,
    view_history,
)
from rightplace.records.section_60.tables import Section60, Section60Event
from tests.records.acting import COMMANDER, NOON

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from rightplace.records.database.front import Database

GIVER = Officer(
    id="u-1", name="A. Grey", number="101", rank=Rank.INSPECTOR, kind=RankKind.SUBSTANTIVE
)


def acting(database: Database, at: datetime = NOON) -> AbstractContextManager[Transaction]:
    return transaction(database, COMMANDER, purpose="Section 60.", at=at)


def drafted(at: datetime = NOON) -> Drafted:
    return Drafted(at=at, entered_at=at, by=GIVER, force="metropolitan", bcu="North")


def submitted(at: datetime) -> Submitted:
    return Submitted(at=at, entered_at=at, by=GIVER)


def test_a_draft_that_was_left_is_closed_and_opened_again_by_who_goes_on(
    database: Database,
) -> None:
    month = timedelta(days=30)
    with acting(database) as tx:
        left, given = begin(tx, drafted()), begin(tx, drafted())
        authorised = Authorised(
            at=NOON, entered_at=NOON, by=GIVER, form=Form.WRITTEN, signed_at=NOON
        )
        append(tx, given, authorised)
    with acting(database, NOON + month) as tx:
        assert close_left(tx, before=NOON) == 0
        assert close_left(tx, before=NOON + timedelta(minutes=1)) == 1
        assert closed_at(tx, left) == NOON + month
        assert closed_at(tx, given) is None
        assert close_left(tx, before=NOON + month) == 0
        append(tx, left, submitted(NOON + month))
        assert closed_at(tx, left) is None


def closed_at(tx: Transaction, reference: str) -> datetime | None:
    held = tx.unshown_one(Section60, reference)
    assert held is not None
    return held.closed_at


def test_what_is_read_is_what_was_written_in_the_order_it_was_entered(database: Database) -> None:
    later = NOON + timedelta(minutes=5)
    chosen = PeriodChosen(
        at=NOON, entered_at=later, by=GIVER, starts=later, ends=later + timedelta(hours=12)
    )
    with acting(database) as tx:
        reference = begin(tx, drafted())
        assert append(tx, reference, chosen) == 2
        assert append(tx, reference, submitted(later)) == 3
    with reading(database) as quiet:
        assert history_of(quiet, reference) == (drafted(), chosen, submitted(later))
        assert history_of(quiet, "S60-2026-NONE") == ()


def test_a_form_sent_twice_is_kept_once(database: Database) -> None:
    form = "6f2c1b36-64ba-4b5a-bb0e-1f9b8f9d6c11"
    with acting(database) as tx:
        reference = begin(tx, drafted(), form_id=form)
        assert begin(tx, drafted(), form_id=form) == reference
        assert append(tx, reference, submitted(NOON), form_id=form) == 1
    with reading(database) as quiet:
        assert history_of(quiet, reference) == (drafted(),)


def test_a_log_is_never_altered(database: Database) -> None:
    with acting(database) as tx:
        reference = begin(tx, drafted())
    for change in ("UPDATE section_60_event SET kind = 'revoked'", "DELETE FROM section_60_event"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="rows are not for"),
            database.writing.connect() as connection,
            connection.begin(),
        ):
            connection.execute(sa.text(change))
    with reading(database) as quiet:
        assert history_of(quiet, reference) == (drafted(),)


def test_nothing_is_entered_before_the_newest_entry_nor_of_what_is_not_there(
    database: Database,
) -> None:
    with acting(database) as tx:
        reference = begin(tx, drafted())
        with pytest.raises(BadInputError, match="before the newest entry"):
            append(tx, reference, submitted(NOON - timedelta(minutes=1)))
        with pytest.raises(NotHeldError, match="S60-1"):
            append(tx, "S60-1", submitted(NOON))
        with pytest.raises(NotHeldError, match="S60-1"):
            view_history(tx, "S60-1")
        with pytest.raises(NotHeldError, match="S60-1"):
            close(tx, "S60-1", at=NOON)


def test_an_event_stays_as_long_as_its_authorisation(database: Database) -> None:
    settings, week = RetentionSettings(powers_days=10), timedelta(days=7)
    with acting(database) as tx:
        reference = begin(tx, drafted())
    with acting(database, NOON + week) as tx:
        close(tx, reference, at=NOON + week)
    delete_expired(database, COMMANDER, at=NOON + 2 * week, settings=settings)
    with reading(database) as quiet:
        assert history_of(quiet, reference) == (drafted(),)
        assert quiet.unshown_one(Section60Event, reference, 1) is not None
    report = delete_expired(database, COMMANDER, at=NOON + 3 * week, settings=settings)
    gone = {each.record_type: each.records for each in report.certificates}
    assert gone["section_60_event"] == gone["section_60"] == 1
    with reading(database) as quiet:
        assert history_of(quiet, reference) == ()


def test_what_happened_is_read_again_as_the_same_and_nothing_else_is() -> None:
    event = drafted().by
    assert from_json("drafted", to_json(drafted())) == drafted()
    assert event.rank is Rank.INSPECTOR
    with pytest.raises(BadInputError, match="called 'vanished'"):
        from_json("vanished", "{}")
    with pytest.raises(BadInputError, match="has no 'colour'"):
        from_json("submitted", '{"colour": 1}')
    with pytest.raises(BadInputError, match="not JSON"):
        from_json("submitted", "{")
    with pytest.raises(BadInputError, match="at cannot be read"):
        from_json("submitted", '{"at": "soon"}')
    with pytest.raises(BadInputError, match="after it was entered"):
        Submitted(at=NOON.astimezone(UTC) + timedelta(1), entered_at=NOON, by=GIVER)
