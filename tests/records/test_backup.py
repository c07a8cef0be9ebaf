"""Backups: whole or not there, and restored without what was deleted since."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, BusyWorkspaceError, NotHeldError, RefusedError
from rightplace.records.audit.transaction import transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.front import open_database
from rightplace.records.database.migrate import check_models, check_revision
from rightplace.records.delivery.sync import log_visit
from rightplace.records.retention.backup import backup, restore
from rightplace.records.retention.deleting import delete_expired
from rightplace.records.retention.dumping import PROGRAM_FOLDERS
from rightplace.records.retention.periods import RetentionSettings
from tests.paths import ROOT
from tests.records.account_world import NO_CODES, enter, join, who
from tests.records.acting import ANALYST, NOON, OFFICER_OF_DATA, SERGEANT
from tests.records.published_world import publish_all, visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.records.database.front import Database

DUMPS = Path("/usr/lib/postgresql")
SHORT = RetentionSettings(delivery_days=10)


@pytest.fixture
def service(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    if not database.is_sqlite:
        beside = sorted(DUMPS.glob("*/bin/pg_dump"))
        if shutil.which("pg_dump") is None and not beside:
            pytest.skip("pg_dump is not installed")
        if beside:
            monkeypatch.setenv(PROGRAM_FOLDERS, str(beside[-1].parent))
    publish_all(database)
    return database


@pytest.fixture
def empty(service: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Where to restore: the same place for SQLite, an empty database for PostgreSQL."""
    with ExitStack() as stack:
        if service.is_sqlite:
            yield service
        else:
            url = stack.enter_context(request.getfixturevalue("postgres").database())
            opened = open_database(url, apart=service.apart)
            stack.callback(opened.close)
            yield opened


def log(database: Database) -> str:
    made = visit()
    with transaction(database, SERGEANT, purpose="Sync.", at=NOON) as tx:
        log_visit(tx, made)
    return made.id


def visits(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return sorted(connection.scalars(sa.text("SELECT id FROM visit_log")))


def test_a_backup_brings_back_what_was_there(
    service: Database, empty: Database, tmp_path: Path
) -> None:
    kept = log(service)
    note = backup(service, ANALYST, to=tmp_path / "b", at=NOON)
    log(service)
    written = verify(service).lines
    restored = restore(tmp_path / "b", empty, ANALYST, at=NOON)
    assert visits(empty) == [kept]
    assert restored.deleted_again == 0
    assert restored.lines_lost == written - note.lines == 1
    assert verify(empty).is_intact
    check_models(empty)
    check_revision(empty)
    log(empty)
    assert verify(empty).is_intact


def test_a_restored_backup_makes_deletions_again(
    service: Database, empty: Database, tmp_path: Path
) -> None:
    log(service)
    log(service)
    backup(service, ANALYST, to=tmp_path / "b", at=NOON)
    at = NOON + timedelta(days=11)
    delete_expired(service, OFFICER_OF_DATA, at=at, settings=SHORT)
    assert visits(service) == []
    restored = restore(tmp_path / "b", empty, ANALYST, at=at)
    assert restored.deleted_again == 2
    assert visits(empty) == []
    assert verify(empty).is_intact


def test_what_stood_there_is_kept_beside_a_restored_file(service: Database, tmp_path: Path) -> None:
    if not service.is_sqlite:
        pytest.skip("PostgreSQL is restored into an empty database")
    backup(service, ANALYST, to=tmp_path / "b", at=NOON)
    late = log(service)
    restore(tmp_path / "b", service, ANALYST, at=NOON)
    old = open_database(
        f"sqlite:///{tmp_path / 'records.sqlite3.before-restore'}", apart=tmp_path / "elsewhere"
    )
    assert visits(old) == [late]
    old.close()
    delete_expired(service, OFFICER_OF_DATA, at=NOON, settings=SHORT)
    assert not list(tmp_path.glob("*.before-restore")), "a deletion leaves no copy"


def test_a_connection_that_was_open_before_a_restore_reads_what_was_restored(
    service: Database, tmp_path: Path
) -> None:
    if not service.is_sqlite:
        pytest.skip("PostgreSQL is restored into another database")
    kept = log(service)
    backup(service, ANALYST, to=tmp_path / "b", at=NOON)
    log(service)
    other = open_database(service.address, apart=service.apart)
    assert len(visits(other)) == 2
    restore(tmp_path / "b", service, ANALYST, at=NOON)
    assert visits(other) == [kept]
    log(other)
    assert verify(service).is_intact
    assert len(visits(service)) == 2
    other.close()


def test_a_database_that_holds_something_is_not_written_over(
    service: Database, tmp_path: Path
) -> None:
    if service.is_sqlite:
        pytest.skip("SQLite keeps the old file beside the new one")
    backup(service, ANALYST, to=tmp_path / "b", at=NOON)
    with pytest.raises(RefusedError):
        restore(tmp_path / "b", service, ANALYST, at=NOON)
    with pytest.raises(RefusedError):
        backup(service, ANALYST, to=tmp_path / "b", at=NOON)


def test_a_backup_that_was_changed_is_refused(
    service: Database, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "b"
    backup(service, ANALYST, to=path, at=NOON)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(BadInputError):
        restore(path, empty, ANALYST, at=NOON)
    with pytest.raises(NotHeldError):
        restore(tmp_path / "none", empty, ANALYST, at=NOON)
    (tmp_path / "b.json").write_text("{}", "utf-8")
    with pytest.raises(BadInputError):
        restore(path, empty, ANALYST, at=NOON)


def test_a_backup_whose_chain_is_broken_leaves_what_stands(
    service: Database, tmp_path: Path
) -> None:
    if not service.is_sqlite:
        pytest.skip("one kind shows it")
    kept = log(service)
    path = tmp_path / "b"
    backup(service, ANALYST, to=path, at=NOON)
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_line_no_update")
        connection.exec_driver_sql("UPDATE audit_line SET actor_id = 'x' WHERE number = 3")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    engine.dispose()
    note = json.loads((tmp_path / "b.json").read_text("utf-8"))
    from rightplace.core.canonical import file_digest  # noqa: PLC0415 - used once

    (tmp_path / "b.json").write_text(json.dumps(note | {"sha256": file_digest(path)}), "utf-8")
    with pytest.raises(BadInputError, match="Line 3"):
        restore(path, service, ANALYST, at=NOON)
    assert visits(service) == [kept]
    log(service)
    assert verify(service).is_intact


def test_a_database_without_tables_has_no_backup(bare: Database, tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        backup(bare, ANALYST, to=tmp_path / "b", at=NOON)


def test_while_a_backup_is_being_restored_nobody_writes(service: Database) -> None:
    service.restoring.write_bytes(b"")
    with pytest.raises(BusyWorkspaceError):
        log(service)


def test_without_the_programs_of_postgresql_it_says_so(
    service: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if service.is_sqlite:
        pytest.skip("SQLite needs none")
    monkeypatch.delenv(PROGRAM_FOLDERS)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotHeldError, match="pg_dump"):
        backup(service, ANALYST, to=tmp_path / "b", at=NOON)


KILLED = """
import sys
from pathlib import Path
from rightplace.records.database.front import open_database
from rightplace.records.retention.backup import backup, restore
from tests.records.account_world import NO_CODES, enter, join, who
from tests.records.acting import ANALYST, NOON
url, apart, what, path = sys.argv[1:]
database = open_database(url, apart=Path(apart))
print("ready", flush=True)
if what == "backup":
    backup(database, ANALYST, to=Path(path), at=NOON)
else:
    restore(Path(path), database, ANALYST, at=NOON)
"""


def kill_during(what: str, database: Database, path: Path, *, after: float) -> None:
    words = [sys.executable, "-c", KILLED, database.address, str(database.apart), what, str(path)]
    started = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    started.stdout.readline()
    time.sleep(after)
    started.kill()
    started.wait()
    started.stdout.close()


def test_killed_in_the_middle_a_backup_is_whole_or_not_there(
    service: Database, tmp_path: Path
) -> None:
    if not service.is_sqlite:
        pytest.skip("pg_dump writes aside in the same way")
    kept = log(service)
    for number, after in enumerate((0.005, 0.015, 0.03, 0.05)):
        path = tmp_path / f"b{number}"
        kill_during("backup", service, path, after=after)
        if path.exists():
            restore(path, service, ANALYST, at=NOON)
    assert visits(service) == [kept]
    assert verify(service).is_intact


def test_killed_in_the_middle_of_a_restore_the_old_or_the_new_stands(
    service: Database, tmp_path: Path
) -> None:
    if not service.is_sqlite:
        pytest.skip("pg_restore loads in one transaction")
    first = log(service)
    backup(service, ANALYST, to=tmp_path / "b", at=NOON)
    second = log(service)
    for after in (0.01, 0.04, 0.07, 0.1, 0.13):
        kill_during("restore", service, tmp_path / "b", after=after)
        assert visits(service) in ([first], sorted([first, second]))
        assert verify(service).broken is None or service.restoring.exists()
    restore(tmp_path / "b", service, ANALYST, at=NOON)
    assert visits(service) == [first]
    assert verify(service).is_intact


def test_nobody_is_let_in_by_what_a_restore_brought_back(
    service: Database, empty: Database, tmp_path: Path
) -> None:
    join(service)
    entered = enter(service, settings=NO_CODES)
    backup(service, ANALYST, to=tmp_path / "b", at=NOON)
    assert who(service, entered.session_token, settings=NO_CODES) is not None
    restore(tmp_path / "b", empty, ANALYST, at=NOON)
    assert who(empty, entered.session_token, settings=NO_CODES) is None
    assert verify(empty).is_intact
