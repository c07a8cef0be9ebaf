"""What leaves when, what is held back, and what is left of what went."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.keys import read_keyring
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.base import models
from rightplace.records.database.front import scrub
from rightplace.records.database.handling import Handling, Period
from rightplace.records.database.tables import METADATA
from rightplace.records.decided.deciding import decide
from rightplace.records.delivery.sync import log_visit
from rightplace.records.retention.deleting import (
    deletable,
    delete_expired,
    delete_on_request,
    replay,
    settle,
)
from rightplace.records.retention.holds import (
    HoldWanted,
    holds_to_review,
    place_hold,
    release_hold,
)
from rightplace.records.retention.ledger import FILE_NAME as LEDGER
from rightplace.records.retention.ledger import Entry, Ledger, Stage
from rightplace.records.retention.periods import RetentionSettings, period_of, register
from tests.paths import ROOT
from tests.records.acting import ANALYST, NOON, OFFICER_OF_DATA, SERGEANT
from tests.records.published_world import FORECAST, OTHER, PLAN, accepted, publish_all, visit

if TYPE_CHECKING:
    from rightplace.records.database.front import Database
    from rightplace.records.retention.deleting import NightlyReport

SHORT = RetentionSettings(
    published_days=20, decisions_days=30, delivery_days=10, control_days=400, audit_days=300
)


@pytest.fixture
def service(database: Database) -> Database:
    publish_all(database)
    return database


def log(database: Database, *, after: timedelta = timedelta(0)) -> str:
    made = visit()
    with transaction(database, SERGEANT, purpose="Sync.", at=NOON + after) as tx:
        log_visit(tx, made)
    return made.id


def night(database: Database, days: float) -> NightlyReport:
    at = NOON + timedelta(days=days)
    return delete_expired(database, OFFICER_OF_DATA, at=at, settings=SHORT)


def held(database: Database, table: str, column: str = "id") -> list[Any]:
    every: sa.Select[Any] = sa.select(sa.column(column)).select_from(sa.table(table))
    with database.engine.connect() as connection:
        return sorted(connection.scalars(every))


def test_every_column_of_every_model_declares_handling_and_period() -> None:
    declared = {(each.table, each.column) for each in register()}
    every = {(table.name, c.name) for table in METADATA.tables.values() for c in table.columns}
    assert declared == every


def test_an_undeclared_column_is_noticed() -> None:
    table = METADATA.tables["decision"]
    said = dict(table.c.reason.info)
    table.c.reason.info.clear()
    try:
        with pytest.raises(BadInputError, match=r"decision\.reason"):
            register()
    finally:
        table.c.reason.info.update(said)


def test_a_row_leaves_whole_and_its_period_has_a_clock() -> None:
    for model in models():
        periods = {column.info["period"] for column in model.__table__.columns}
        assert periods == {period_of(model)}, model
        assert (model.kept_from is None) == (periods == {Period.LASTING}), model
        if model.kept_from is not None:
            assert isinstance(model.__table__.columns[model.kept_from].type, sa.types.TypeDecorator)


def test_free_text_of_people_is_never_open() -> None:
    found = {each.column: each.handling for each in register()}
    for column in ("reason", "release_reason", "activity", "content", "sealed"):
        assert found[column] is Handling.SENSITIVE
    for column in ("actor_id", "decided_by", "logged_by", "acknowledged_by", "published_by"):
        assert found[column] is Handling.PERSONAL


def test_periods_are_at_least_a_day() -> None:
    with pytest.raises(BadInputError):
        RetentionSettings(audit_days=0)
    assert RetentionSettings().days(Period.LASTING) is None


def test_what_is_past_its_period_goes_with_a_certificate_that_tells_nothing_of_it(
    service: Database,
) -> None:
    old = log(service)
    young = log(service, after=timedelta(days=5))
    assert night(service, 9.9).certificates == ()
    (certificate,) = night(service, 10.1).certificates
    assert held(service, "visit_log") == [young]
    assert (certificate.record_type, certificate.records) == ("visit_log", 1)
    assert certificate.grounds == "delivery: 10 days from received_at"
    assert certificate.before == NOON + timedelta(days=0.1)
    assert held(service, "deletion_certificate") == [certificate.id]
    assert held(service, "deletion_permit", "record_id") == []
    assert "shopkeepers" not in str(certificate)
    assert verify(service).is_intact
    with transaction(service, OFFICER_OF_DATA, purpose="Check.", at=NOON) as tx:
        acts = by_record(tx, record_type="visit_log", record_id=old)
    assert [act.operation for act in acts] == ["collection", "erasure"]
    assert acts[0].content is None, "its key is destroyed"


def test_a_run_goes_with_its_tables(service: Database) -> None:
    found = {each.record_type: each.records for each in night(service, 21).certificates}
    assert found == {"published_table": 3, "published_under": 3 * 6, "published_run": 3}
    assert held(service, "published_run") == held(service, "published_table", "run_id") == []


def test_parts_leave_before_the_whole() -> None:
    names = [model.__tablename__ for model in deletable()]
    assert names.index("published_table") < names.index("published_run")
    assert "audit_line" not in names


def hold(database: Database, **wanted: Any) -> str:  # noqa: ANN401 - of whatever field
    asked = HoldWanted(
        reason="IOPC investigation 7.", owner="Legal", review_on=date(2026, 8, 1), **wanted
    )
    with transaction(database, OFFICER_OF_DATA, purpose="Hold.", at=NOON) as tx:
        return place_hold(tx, asked)


def test_a_hold_on_one_record_keeps_it_alone(service: Database) -> None:
    kept, gone = log(service), log(service)
    hold(service, record_type="visit_log", record_id=kept)
    report = night(service, 11)
    assert held(service, "visit_log") == [kept]
    assert gone != kept
    assert report.held_back == {"visit_log": 1}


def test_a_hold_on_a_type_keeps_all_of_it(service: Database) -> None:
    kept = sorted([log(service), log(service)])
    hold(service, record_type="visit_log")
    night(service, 11)
    assert held(service, "visit_log") == kept


def test_a_hold_on_a_product_keeps_what_is_about_it(service: Database) -> None:
    kept = log(service)
    hold(service, about=PLAN)
    night(service, 21)
    assert held(service, "visit_log") == [kept]
    assert held(service, "published_run") == [PLAN]
    assert held(service, "published_table", "run_id") == [PLAN]


def test_a_hold_on_a_run_keeps_its_tables_too(service: Database) -> None:
    hold(service, record_type="published_run", record_id=FORECAST)
    report = night(service, 21)
    assert held(service, "published_run") == [FORECAST]
    assert held(service, "published_table", "run_id") == [FORECAST]
    assert report.held_back == {"published_run": 1, "published_table": 1, "published_under": 6}


def test_a_released_hold_lets_go_what_is_overdue(service: Database) -> None:
    log(service)
    number = hold(service, record_type="visit_log")
    night(service, 11)
    with transaction(service, OFFICER_OF_DATA, purpose="Case closed.", at=NOON) as tx:
        with pytest.raises(UsageError):
            release_hold(tx, number, reason=" ")
        release_hold(tx, number, reason="Case closed.")
        with pytest.raises(NotHeldError):
            release_hold(tx, number, reason="Again.")
    night(service, 12)
    assert held(service, "visit_log") == []


def test_a_hold_needs_reason_owner_scope_and_a_review_to_come(service: Database) -> None:
    for wrong in ({}, {"record_id": "x"}):
        with pytest.raises(UsageError):
            hold(service, **wrong)
    with pytest.raises(BadInputError):
        hold(service, record_type="published_table")
    with pytest.raises(BadInputError):
        hold(service, record_type="no_such_type")
    past = HoldWanted(reason="x", owner="x", review_on=NOON.date(), record_type="visit_log")
    with transaction(service, ANALYST, purpose="x", at=NOON) as tx, pytest.raises(BadInputError):
        place_hold(tx, past)
    with pytest.raises(UsageError):
        replace(past, reason="")
    with pytest.raises(UsageError):
        replace(past, owner=" ")


def test_holds_come_up_for_review(service: Database) -> None:
    number = hold(service, record_type="visit_log")
    with transaction(service, OFFICER_OF_DATA, purpose="Review.", at=NOON) as tx:
        assert holds_to_review(tx, on=date(2026, 7, 31)) == []
        assert [each.id for each in holds_to_review(tx, on=date(2026, 8, 1))] == [number]


def ask(database: Database, *record_ids: str) -> Any:  # noqa: ANN401 - a certificate
    return delete_on_request(
        database,
        OFFICER_OF_DATA,
        record_type="visit_log",
        record_ids=record_ids,
        grounds="Erasure request 4 granted.",
        at=NOON,
    )


def test_a_granted_request_deletes_at_once_unless_held(service: Database) -> None:
    first, second = log(service), log(service)
    certificate = ask(service, first)
    assert (certificate.records, certificate.before) == (1, None)
    assert held(service, "visit_log") == [second]
    hold(service, record_type="visit_log")
    with pytest.raises(RefusedError, match="held"):
        ask(service, second)
    with pytest.raises(RefusedError, match="not there"):
        ask(service, first)
    assert verify(service).is_intact


def test_the_oldest_lines_of_the_chain_go_at_the_end_of_their_own_period(
    service: Database,
) -> None:
    before = verify(service).lines
    with transaction(service, ANALYST, purpose="Later.", at=NOON + timedelta(days=200)) as tx:
        decide(tx, accepted())
    report = night(service, 301)
    pruned = next(each for each in report.certificates if each.record_type == "audit_line")
    assert pruned.records == before
    assert verify(service).is_intact
    assert held(service, "audit_line", "number")[0] == before + 1
    sealing = set(held(service, "audit_line", "key_id"))
    assert set(held(service, "record_key")) <= sealing
    with service.writing.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql("DELETE FROM audit_line")


def test_a_hold_keeps_the_lines_about_what_it_holds_and_all_after_them(
    service: Database,
) -> None:
    hold(service, about=OTHER)
    first = held(service, "audit_line", "number")
    with service.engine.connect() as connection:
        asked = "SELECT min(number) FROM audit_line WHERE product = 'p-000000000002'"
        about = connection.exec_driver_sql(asked).scalar_one()
    night(service, 301)
    assert held(service, "audit_line", "number")[0] == about > first[0]
    assert verify(service).is_intact


def test_a_kill_before_the_commit_is_settled_as_abandoned(service: Database) -> None:
    number = log(service)
    ledger = Ledger(apart=service.apart, keyring=read_keyring(service.apart))
    begun = Entry(
        certificate_id="c-1",
        record_type="visit_log",
        record_ids=(number,),
        at=NOON,
        stage=Stage.BEGUN,
    )
    ledger.write([begun])
    assert settle(service) == ["A deletion of 1 visit_log was abandoned."]
    assert settle(service) == []
    assert replay(service, ANALYST, at=NOON) == 0
    assert held(service, "visit_log") == [number]


def test_a_kill_after_the_commit_is_settled_as_done(service: Database) -> None:
    log(service)
    night(service, 11)
    path = service.apart / LEDGER
    begun, done = path.read_text("utf-8").splitlines()
    assert json.loads(done)["stage"] == "done"
    path.write_text(begun + "\n" + done[:20], "utf-8")  # the second write was cut off
    assert settle(service) == ["A deletion of 1 visit_log was done."]


def test_a_ledger_that_somebody_changed_is_refused(service: Database) -> None:
    log(service)
    night(service, 11)
    path = service.apart / LEDGER
    path.write_text(path.read_text("utf-8").replace("visit_log", "decision"), "utf-8")
    with pytest.raises(BadInputError):
        settle(service)


def test_the_ledger_forgets_what_no_backup_can_bring_back(service: Database) -> None:
    log(service)
    night(service, 11)
    ledger = Ledger(apart=service.apart, keyring=read_keyring(service.apart))
    assert len(ledger.entries()) == 1
    ledger.forget(before=NOON + timedelta(days=11))
    assert len(ledger.entries()) == 1
    ledger.forget(before=NOON + timedelta(days=11, seconds=1))
    assert ledger.entries() == {}


def test_no_byte_of_a_deleted_text_is_left_in_the_files_of_sqlite(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's files are its own; VACUUM frees them")
    publish_all(database)
    made = visit(activity="Spoke to Zebediah Quux of number nine.")
    with transaction(database, SERGEANT, purpose="Sync.", at=NOON) as tx:
        log_visit(tx, made)
    scrub(database)
    folder = database.apart.parent
    files = [path for path in folder.iterdir() if path.is_file()]
    assert any(b"Zebediah" in path.read_bytes() for path in files)
    night(database, 11)
    assert not any(b"Zebediah" in path.read_bytes() for path in files if path.is_file())


KILLED = """
import sys
from datetime import timedelta
from pathlib import Path
from rightplace.records.database.front import open_database
from tests.records.test_retention import night
database = open_database(sys.argv[1], apart=Path(sys.argv[2]))
print("ready", flush=True)
night(database, 11)
"""


@pytest.mark.parametrize("after", [0.01, 0.04, 0.08])
def test_killed_in_the_middle_a_deletion_took_all_or_nothing(
    service: Database, after: float
) -> None:
    kept = sorted(log(service) for _ in range(10))
    words = [sys.executable, "-c", KILLED, service.address, str(service.apart)]
    started = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    started.stdout.readline()
    time.sleep(after)
    started.kill()
    started.wait()
    started.stdout.close()
    found = settle(service)
    assert held(service, "visit_log") in ([], kept)
    ledger = Ledger(apart=service.apart, keyring=read_keyring(service.apart))
    stages = {each.stage for each in ledger.entries().values()}
    if held(service, "visit_log"):
        assert stages <= {Stage.ABANDONED}, found
    else:
        assert stages == {Stage.DONE}, found
    night(service, 11)
    assert held(service, "visit_log") == []
    assert verify(service).is_intact
