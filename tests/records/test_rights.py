"""Requests of data subjects: clocks, copies, redaction, recipients, restriction, erasure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.accounts.access_tables import BreakGlass
from rightplace.records.accounts.tables import Account
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.migrate import check_models, downgrade, upgrade
from rightplace.records.decided.deciding import decide
from rightplace.records.decided.tables import Decision
from rightplace.records.delivery.sync import log_visit
from rightplace.records.delivery.tables import VisitLog
from rightplace.records.retention.deleting import delete_on_request
from rightplace.records.retention.holds import HoldWanted, place_hold
from rightplace.records.retention.periods import RetentionSettings
from rightplace.records.rights.answering import answer_request
from rightplace.records.rights.changing import (
    approve_erasure,
    lift_restriction,
    propose_erasure,
    rectify,
    restrict,
    restrictions,
)
from rightplace.records.rights.copying import SubjectCopy, copy_for_subject
from rightplace.records.rights.finding import records_about
from rightplace.records.rights.recipients import note_told, recipients_of
from rightplace.records.rights.redaction import (
    OTHERS,
    SECRET,
    SHARED,
    UNREAD,
    Ruling,
    fields_shown,
    rule,
)
from rightplace.records.rights.requests import (
    Outcome,
    RequestReceived,
    Right,
    ask_identity,
    ask_more,
    confirm_identity,
    extend,
    note_more,
    receive_request,
    request_clock,
)
from rightplace.records.rights.tables import FieldRuling, SubjectRequest
from tests.records.account_world import join
from tests.records.acting import ANALYST, NOON, OFFICER_OF_DATA, SERGEANT
from tests.records.published_world import accepted, publish_all, visit

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

SECOND = replace(OFFICER_OF_DATA, id="u-005", name="Dirk Data")
MAY = NOON
"""4 May 2026: after the limits of February 2026 came into force."""


@pytest.fixture
def service(database: Database) -> Database:
    """One visit by the sergeant and one by somebody else."""
    publish_all(database)
    for actor in (SERGEANT, ANALYST):
        with transaction(database, actor, purpose="Sync.", at=NOON) as tx:
            log_visit(tx, visit(activity=f"Spoke to {actor.name}'s neighbour."))
    return database


def answering(database: Database, *, days: float = 0) -> AbstractContextManager[Transaction]:
    at = NOON + timedelta(days=days)
    return transaction(database, OFFICER_OF_DATA, purpose="Answer.", at=at, answers=True)


def received(database: Database, right: Right = Right.ACCESS, **changes: Any) -> str:  # noqa: ANN401 - of whatever field
    asked = RequestReceived(
        right=right,
        subject_name="Sam Sergeant",
        contact="sam@example.org",
        asked="What do you hold about me?",
        received_at=NOON,
        subject_id=SERGEANT.id,
    )
    with answering(database) as tx:
        return receive_request(tx, replace(asked, **changes))


def held(database: Database, request_id: str) -> SubjectRequest:
    with reading(database) as quiet:
        found = quiet.unshown_one(SubjectRequest, request_id)
    assert found is not None
    return found


def visit_of(database: Database, logged_by: str) -> VisitLog:
    with reading(database) as quiet:
        (found,) = quiet.unshown(sa.select(VisitLog).where(VisitLog.logged_by == logged_by))
    return found


def copied(database: Database, request_id: str, *, hand_over: bool = False) -> SubjectCopy:
    with answering(database) as tx:
        return copy_for_subject(tx, request_id, settings=RetentionSettings(), hand_over=hand_over)


def fields(copy: SubjectCopy, record_type: str) -> dict[str, tuple[Any, str]]:
    (found,) = [each for each in copy.types if each.record_type == record_type]
    (record,) = found.records
    return {each.name: (each.value, each.withheld) for each in record.fields}


def test_a_request_waits_for_identity_and_is_due_a_month_after_it(service: Database) -> None:
    number = received(service, subject_id=None)
    assert request_clock(held(service, number)).due_on == date(2026, 6, 3)
    with answering(service, days=1) as tx:
        ask_identity(tx, number)
        with pytest.raises(RefusedError):
            ask_identity(tx, number)
    assert request_clock(held(service, number)).due_on is None
    with answering(service, days=2) as tx, pytest.raises(RefusedError, match="who asks"):
        answer_request(tx, number, outcome=Outcome.GRANTED, answer="Here it is.")
    with answering(service, days=8) as tx:
        confirm_identity(tx, number, subject_id=SERGEANT.id)
    assert request_clock(held(service, number)).due_on == date(2026, 6, 11)


def test_a_question_lets_the_clock_of_access_stand_still_and_an_extension_moves_it(
    service: Database,
) -> None:
    number = received(service)
    with answering(service, days=1) as tx:
        ask_more(tx, number)
    assert request_clock(held(service, number)).due_on is None
    with answering(service, days=3) as tx:
        note_more(tx, number)
        with pytest.raises(RefusedError):
            note_more(tx, number)
        with pytest.raises(RefusedError):
            ask_more(tx, number)
        extend(tx, number, reason="Four years of visits.")
    assert request_clock(held(service, number)).due_on == date(2026, 8, 6)
    other = received(service, Right.ERASURE)
    with answering(service, days=1) as tx, pytest.raises(RefusedError):
        ask_more(tx, other)
    with answering(service, days=31) as tx, pytest.raises(RefusedError, match="first month"):
        extend(tx, other, reason="Late.")


def test_a_request_says_who_asks_what_and_is_not_of_tomorrow(service: Database) -> None:
    with pytest.raises(UsageError):
        received(service, asked=" ")
    with pytest.raises(BadInputError):
        received(service, received_at=NOON + timedelta(hours=1))
    with pytest.raises(BadInputError, match="not in force"):
        received(service, received_at=NOON - timedelta(days=4000))


def test_what_is_found_names_the_person_in_a_personal_field_and_nothing_else(
    service: Database,
) -> None:
    with reading(service) as quiet:
        found = records_about(quiet, SERGEANT.id)
        assert records_about(quiet, "u-unknown") == []
        with pytest.raises(UsageError):
            records_about(quiet, " ")
    assert [each.identity for each in found] == [visit_of(service, SERGEANT.id).id]


def test_the_copy_shows_what_is_theirs_and_withholds_unread_text_with_the_reason(
    service: Database,
) -> None:
    shown = fields(copied(service, received(service)), "visit_log")
    assert shown["logged_by"] == (SERGEANT.id, "")
    assert shown["called_away"] == ("no", "")
    assert shown["activity"] == (None, UNREAD)
    assert shown["received_at"] == ("2026-05-04T12:00:00+00:00", "")


def test_a_field_that_names_another_person_is_withheld_and_a_secret_never_shown(
    service: Database,
) -> None:
    account = join(service)
    number = received(service, subject_id=account.id, subject_name="Pat Smith")
    shown = fields(copied(service, number), "account")
    assert shown["display_name"] == ("Pat Smith", "")
    assert shown["created_by"] == (None, OTHERS)
    assert shown["password_hash"] == (None, SECRET)
    with answering(service) as tx:
        for record_id in (None, account.id):
            asked = Ruling(
                record_type="account",
                field="password_hash",
                record_id=record_id,
                is_shown=True,
                reason="x",
            )
            with pytest.raises(RefusedError, match="secret"):
                rule(tx, number, asked)


def test_a_person_rules_otherwise_in_writing_and_one_record_goes_before_its_type(
    service: Database,
) -> None:
    number, record = received(service), visit_of(service, SERGEANT.id)
    read = Ruling(record_type="visit_log", field="activity", is_shown=True, reason="Own words.")
    with answering(service) as tx:
        rule(tx, number, read)
    assert fields(copied(service, number), "visit_log")["activity"][0] == record.activity
    neighbour = replace(read, record_id=record.id, is_shown=False, reason="A neighbour is in it.")
    with answering(service) as tx:
        rule(tx, number, neighbour)
        rule(tx, number, read)
        with pytest.raises(BadInputError):
            rule(tx, number, replace(read, field="nothing"))
        with pytest.raises(RefusedError, match="every record"):
            rule(tx, number, replace(read, field="logged_by"))
    copy = copied(service, number)
    assert fields(copy, "visit_log")["activity"] == (None, "A neighbour is in it.")


def test_preparing_a_copy_is_a_look_and_handing_it_over_a_disclosure_to_the_subject(
    service: Database,
) -> None:
    number, record = received(service), visit_of(service, SERGEANT.id)
    copied(service, number)
    copied(service, number, hand_over=True)
    with answering(service) as tx:
        acts = by_record(tx, record_type="visit_log", record_id=record.id)
    assert [act.operation for act in acts] == ["collection", "consultation", "disclosure"]
    assert acts[-1].content is not None
    assert acts[-1].content["recipients"] == ["Sam Sergeant"]


def test_recipients_of_what_was_put_right_are_told_before_the_request_is_closed(
    service: Database,
) -> None:
    account = join(service)
    with answering(service) as tx:
        found = tx.view_one(Account, account.id)
        tx.disclose([found], recipients=["Inspectorate"])
    number = received(service, Right.RECTIFICATION, subject_id=account.id)
    with answering(service) as tx:
        assert recipients_of(tx, account.id) == ("Inspectorate",)
        assert rectify(tx, number, field="family_name", value="Smythe") == "Smith"
        with pytest.raises(RefusedError, match="already"):
            rectify(tx, number, field="family_name", value="Smythe")
        with pytest.raises(BadInputError):
            rectify(tx, number, field="is_synthetic", value="x")
    with answering(service) as tx, pytest.raises(RefusedError, match="Inspectorate"):
        answer_request(tx, number, outcome=Outcome.GRANTED, answer="Put right.")
    with answering(service) as tx:
        note_told(tx, number, recipient="Inspectorate", told_what="The name is Smythe.")
        answer_request(tx, number, outcome=Outcome.GRANTED, answer="Put right.")
        with pytest.raises(NotHeldError):
            answer_request(tx, number, outcome=Outcome.GRANTED, answer="Again.")
    with reading(service) as quiet:
        now = quiet.unshown_one(Account, account.id)
    assert now is not None
    assert now.family_name == "Smythe"


def test_a_restricted_record_is_shown_to_nobody_but_who_answers(service: Database) -> None:
    number, record = received(service, Right.RESTRICTION), visit_of(service, SERGEANT.id)
    asked = {"record_type": "visit_log", "record_id": record.id}
    with answering(service) as tx:
        restriction = restrict(tx, number, **asked, reason="He says it was not him.")
        with pytest.raises(RefusedError, match="already"):
            restrict(tx, number, **asked, reason="x")
    with transaction(service, ANALYST, purpose="Look.", at=NOON) as tx:
        assert [each.logged_by for each in tx.view(sa.select(VisitLog))] == [ANALYST.id]
        with pytest.raises(RefusedError, match="restricted"):
            tx.view_one(VisitLog, record.id)
        with pytest.raises(RefusedError, match="restricted"):
            tx.consult([record])
    with answering(service) as tx:
        assert tx.view_one(VisitLog, record.id).id == record.id
        assert [each.id for each in restrictions(tx)] == [restriction]
        lift_restriction(tx, restriction, reason="It was him.")
        with pytest.raises(NotHeldError):
            lift_restriction(tx, restriction, reason="x")
    with transaction(service, ANALYST, purpose="Look.", at=NOON) as tx:
        assert len(tx.view(sa.select(VisitLog))) == 2


def test_nothing_is_restricted_that_does_not_name_who_asks(service: Database) -> None:
    number, other = received(service, Right.RESTRICTION), visit_of(service, ANALYST.id)
    with answering(service) as tx:
        for record_type, record_id in (("visit_log", other.id), ("nothing", "x")):
            with pytest.raises(NotHeldError):
                restrict(tx, number, record_type=record_type, record_id=record_id, reason="x")


def test_a_record_is_erased_by_two_people_and_leaves_a_certificate(service: Database) -> None:
    number, record = received(service, Right.ERASURE), visit_of(service, SERGEANT.id)
    with answering(service) as tx:
        erasure = propose_erasure(
            tx, number, record_type="visit_log", record_id=record.id, grounds="Not needed."
        )
        with pytest.raises(RefusedError, match="second person"):
            answer_request(tx, number, outcome=Outcome.GRANTED, answer="Gone.")
    with pytest.raises(RefusedError, match="another person"):
        approve_erasure(service, OFFICER_OF_DATA, number, erasure, at=NOON)
    certificate = approve_erasure(service, SECOND, number, erasure, at=NOON)
    with service.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT id, grounds FROM deletion_certificate")).all()
    assert [tuple(each) for each in kept] == [(certificate, f"request {number}, erasure {erasure}")]
    with pytest.raises(NotHeldError):
        approve_erasure(service, SECOND, number, erasure, at=NOON)
    with answering(service) as tx:
        answer_request(tx, number, outcome=Outcome.GRANTED, answer="Gone.")
    assert verify(service).is_intact


def test_an_erasure_killed_after_the_deletion_is_completed_by_approving_again(
    service: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, record = received(service, Right.ERASURE), visit_of(service, SERGEANT.id)
    with answering(service) as tx:
        erasure = propose_erasure(
            tx, number, record_type="visit_log", record_id=record.id, grounds="Not needed."
        )
    made = []

    def deleted(*args: Any, **words: Any) -> None:  # noqa: ANN401 - as the call
        made.append(original(*args, **words).id)
        raise KeyboardInterrupt

    original = delete_on_request
    monkeypatch.setattr("rightplace.records.rights.changing.delete_on_request", deleted)
    with pytest.raises(KeyboardInterrupt):
        approve_erasure(service, SECOND, number, erasure, at=NOON)
    monkeypatch.undo()
    assert approve_erasure(service, SECOND, number, erasure, at=NOON) == made[0]


def test_a_hold_keeps_what_an_erasure_would_take(service: Database) -> None:
    number, record = received(service, Right.ERASURE), visit_of(service, SERGEANT.id)
    wanted = HoldWanted(
        reason="Claim 7.", owner="Legal", review_on=date(2026, 8, 1), record_type="visit_log"
    )
    with answering(service) as tx:
        place_hold(tx, wanted)
        erasure = propose_erasure(
            tx, number, record_type="visit_log", record_id=record.id, grounds="Not needed."
        )
    with pytest.raises(RefusedError, match="held"):
        approve_erasure(service, SECOND, number, erasure, at=NOON)
    assert visit_of(service, SERGEANT.id).id == record.id


def test_a_decision_of_theirs_is_found_with_how_long_they_read(service: Database) -> None:
    with transaction(service, SERGEANT, purpose="Decide.", at=NOON) as tx:
        decide(tx, accepted())
    shown = fields(copied(service, received(service)), Decision.__tablename__)
    assert shown["seconds_reading"] == (240, "")


def test_the_migration_goes_down_and_up_with_data_in_place(bare: Database) -> None:
    upgrade(bare)
    number = received(bare)
    assert held(bare, number).id == number
    downgrade(bare, to="0008")
    upgrade(bare)
    check_models(bare)
    with bare.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM subject_request")) == 0


def test_the_database_itself_refuses_to_remove_a_request(service: Database) -> None:
    received(service)
    with (
        pytest.raises(sa.exc.IntegrityError),
        service.engine.begin() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM subject_request")


def test_in_a_record_that_names_others_too_nothing_personal_is_shown_by_the_rule(
    service: Database,
) -> None:
    with transaction(service, SECOND, purpose="x", at=NOON) as tx:
        tx.add(
            BreakGlass(
                id="bg-1",
                account_id=SERGEANT.id,
                session_id="s",
                code_id="c",
                approved_by=ANALYST.id,
                reason="Locked out.",
                opened_at=NOON,
                expires_at=NOON + timedelta(hours=2),
            )
        )
    shown = fields(copied(service, received(service)), "break_glass")
    assert shown["account_id"] == (SERGEANT.id, "")
    assert shown["approved_by"] == (None, OTHERS)
    assert shown["opened_at"] == (None, SHARED)


def test_a_secret_is_withheld_whatever_a_ruling_says(service: Database) -> None:
    """The second line of defence: no such ruling is taken in either."""
    account = join(service)
    ruling = FieldRuling(
        record_type="account", record_id=account.id, field="password_hash", is_shown=True
    )
    with reading(service) as quiet:
        found = quiet.unshown_one(Account, account.id)
    assert found is not None
    shown = {each.name: each for each in fields_shown(found, account.id, [ruling])}
    assert (shown["password_hash"].value, shown["password_hash"].withheld) == (None, SECRET)
