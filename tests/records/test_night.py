"""A night's work: done once, done again without harm, and done after a kill at any point."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rightplace.app.accountability.nightly import NightSettings, work_through
from rightplace.records.accounts.settings import AccountSettings
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.keys import read_keyring
from rightplace.records.audit.transaction import transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.base import models
from rightplace.records.delivery.sync import log_visit
from rightplace.records.retention.holds import HoldWanted, place_hold
from rightplace.records.retention.ledger import Ledger, Stage
from rightplace.records.retention.periods import RetentionSettings
from tests.paths import ROOT
from tests.records.account_world import enter, join
from tests.records.acting import NOON, OFFICER_OF_DATA, SERGEANT
from tests.records.published_world import PLAN, publish_all, visit

if TYPE_CHECKING:
    from rightplace.app.accountability.nightly import NightlyResult
    from rightplace.app.answer import Answer
    from rightplace.records.database.front import Database

JOB = Actor(id="nightly", name="Nightly job")
SETTINGS = NightSettings(
    retention=RetentionSettings(delivery_days=10, audit_days=15), accounts=AccountSettings()
)
NIGHT = NOON + timedelta(days=16)


@pytest.fixture
def service(database: Database) -> Database:
    """Two visits past their period, one that is not, and an open session long idle."""
    publish_all(database)
    for days in (0, 0.5, 12):
        with transaction(database, SERGEANT, purpose="Sync.", at=NOON + timedelta(days=days)) as tx:
            log_visit(tx, visit())
    join(database)
    enter(database)
    return database


def night(database: Database, *, hours: float = 0) -> Answer[NightlyResult]:
    return work_through(database, JOB, SETTINGS, at=NIGHT + timedelta(hours=hours))


def left(database: Database, table: str) -> int:
    asked = sa.select(sa.func.count()).select_from(sa.table(table))
    with database.engine.connect() as connection:
        return connection.scalar(asked) or 0


def stages(database: Database) -> set[Stage]:
    ledger = Ledger(apart=database.apart, keyring=read_keyring(database.apart))
    return {each.stage for each in ledger.entries().values()}


def test_a_night_deletes_prunes_ends_and_says_so(service: Database) -> None:
    answer = night(service)
    found = {each.record_type: each.records for each in answer.result.certificates}
    assert found["visit_log"] == 2
    assert found["audit_line"] > 0
    assert left(service, "visit_log") == 1
    assert answer.result.sessions_ended == 1
    assert answer.result.intact
    assert (answer.exit_code, answer.error) == (0, None)
    assert verify(service).is_intact


def test_a_second_night_finds_nothing_left_to_do(service: Database) -> None:
    night(service)
    again = night(service, hours=1).result
    assert (again.certificates, again.settled, again.sessions_ended) == ((), (), 0)
    assert left(service, "visit_log") == 1


def test_a_hold_keeps_what_is_due_and_the_night_says_how_much(service: Database) -> None:
    wanted = HoldWanted(
        reason="Claim 7.", owner="Legal", review_on=NIGHT.date() + timedelta(days=9), about=PLAN
    )
    with transaction(service, OFFICER_OF_DATA, purpose="Hold.", at=NOON) as tx:
        place_hold(tx, wanted)
    result = night(service).result
    assert [(each.record_type, each.records) for each in result.held_back] == [("visit_log", 2)]
    assert left(service, "visit_log") == 3


def test_where_the_chain_is_broken_nothing_is_deleted(service: Database) -> None:
    with service.engine.begin() as connection:
        if service.is_sqlite:
            connection.exec_driver_sql("DROP TRIGGER audit_line_no_update")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("UPDATE audit_line SET actor_id = 'u-x' WHERE number = 3")
        if service.is_sqlite:
            connection.exec_driver_sql(
                "CREATE TRIGGER audit_line_no_update BEFORE UPDATE ON audit_line "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    answer = night(service)
    assert (answer.exit_code, answer.result.first_bad, answer.result.intact) == (10, 3, False)
    assert answer.error is not None
    assert answer.error.message == "Line 3 of the audit chain was altered."
    assert answer.result.certificates == ()
    assert left(service, "visit_log") == 3


KILLED = """
import os, signal, sys
from pathlib import Path
from rightplace.records.database.front import open_database
from rightplace.records.retention import deleting, ledger
from tests.records.test_night import night

point, address, apart = sys.argv[1:]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
write, counted = ledger.Ledger.write, []
def second_write(self, entries):
    counted.append(1)
    die() if len(counted) == 2 else write(self, entries)
if point == "before anything is removed":
    deleting._remove = die
elif point == "with records removed, not committed":
    deleting._prune = die
elif point == "with the chain pruned, not committed":
    pruned = deleting.prune_chain
    deleting.prune_chain = lambda *a, **k: (pruned(*a, **k), die())
elif point == "committed, the ledger not yet":
    ledger.Ledger.write = second_write
else:
    deleting.scrub = die
night(open_database(address, apart=Path(apart)))
"""
POINTS = {
    "before anything is removed": Stage.ABANDONED,
    "with records removed, not committed": Stage.ABANDONED,
    "with the chain pruned, not committed": Stage.ABANDONED,
    "committed, the ledger not yet": Stage.DONE,
    "committed and noted, files not yet scrubbed": None,
}
ON_BOTH = {"with the chain pruned, not committed", "committed, the ledger not yet"}


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_and_run_again_a_night_completes(service: Database, point: str) -> None:
    if not service.is_sqlite and point not in ON_BOTH:
        pytest.skip("killed at fewer points on PostgreSQL: each takes a second")
    words = [sys.executable, "-c", KILLED, point, service.address, str(service.apart)]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    was_committed = POINTS[point] is not Stage.ABANDONED
    assert left(service, "visit_log") == (1 if was_committed else 3), "all of it or nothing"
    result = night(service, hours=1).result
    assert left(service, "visit_log") == 1
    assert result.intact
    assert verify(service).is_intact
    assert Stage.BEGUN not in stages(service)
    if POINTS[point] is not None:
        assert result.settled == (f"A deletion of 2 visit_log was {POINTS[point]}.",)
        found = {each.record_type: each.records for each in result.certificates}
        assert found["visit_log"] == 2, "the certificate is printed by the run that completes it"
        assert found["audit_line"] > 0
    assert night(service, hours=2).result.certificates == ()


COUNTED = """
from rightplace.records.retention.deleting import deletable
from rightplace.records.retention.periods import register
from rightplace.records.rights.finding import searched
print(len(deletable()), len({each.table for each in register()}), len(searched()))
"""


def test_a_process_that_does_one_thing_knows_every_table() -> None:
    """Where a table is not known, its rows would never be deleted, held, shown or found."""
    words = [sys.executable, "-c", COUNTED]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    audited = [model for model in models() if model.is_audited]
    kept_for_a_time = [model for model in audited if model.kept_from is not None]
    expected = [len(kept_for_a_time), len(models()), len(audited)]
    assert [int(each) for each in done.stdout.split()] == expected


def test_a_settled_certificate_is_shown_once(service: Database) -> None:
    """Nothing of an abandoned deletion is certified twice."""
    with closing(service):
        night(service)
    held = left(service, "deletion_certificate")
    later = replace(SETTINGS, retention=replace(SETTINGS.retention, delivery_days=100))
    assert work_through(service, JOB, later, at=NIGHT).result.certificates == ()
    assert left(service, "deletion_certificate") == held
