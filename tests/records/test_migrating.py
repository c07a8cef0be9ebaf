"""Bringing an older operational database up to this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.app.accountability.migrating import migrate_records
from rightplace.app.service.database import create_records, open_records, reach_records
from rightplace.app.workspace import Workspace
from rightplace.errors import NotHeldError, RefusedError, StaleDataError
from rightplace.records.audit.verifying import verify
from rightplace.records.database.migrate import downgrade, newest_revision, revision
from tests.records.acting import ANALYST, NOON

if TYPE_CHECKING:
    from pathlib import Path

OLDER = "0005"


@pytest.fixture
def older(tmp_path: Path) -> Workspace:
    """A service of an earlier version of the product."""
    workspace = Workspace(root=tmp_path / "w")
    database = create_records(workspace, ANALYST, kind="demo", at=NOON)
    downgrade(database, to=OLDER)
    database.close()
    return workspace


def test_an_older_database_is_refused_with_what_to_do(older: Workspace) -> None:
    with pytest.raises(StaleDataError, match="revision 0005") as told:
        open_records(older)
    assert "rightplace migrate --backup" in (told.value.fault.remedy or "")


def test_it_is_backed_up_and_brought_up_and_says_so_in_its_chain(
    older: Workspace, tmp_path: Path
) -> None:
    copy = tmp_path / "before.backup"
    told = migrate_records(older, copy, actor=ANALYST, at=NOON).result
    assert (told.from_revision, told.to_revision) == (OLDER, newest_revision())
    assert told.migrated
    assert copy.is_file()
    database = open_records(older)
    assert verify(database).is_intact
    database.close()
    again = migrate_records(older, tmp_path / "again", actor=ANALYST, at=NOON).result
    assert not again.migrated
    assert not (tmp_path / "again").exists()


def test_without_room_for_the_backup_nothing_is_changed(older: Workspace, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("somebody's")
    with pytest.raises(RefusedError, match="none is written over"):
        migrate_records(older, taken, actor=ANALYST, at=NOON)
    database = reach_records(older)
    assert revision(database) == OLDER
    database.close()


def test_asked_what_it_would_do_it_does_nothing(older: Workspace, tmp_path: Path) -> None:
    told = migrate_records(older, tmp_path / "b", actor=ANALYST, at=NOON, dry_run=True).result
    assert not told.migrated
    assert not (tmp_path / "b").exists()
    with pytest.raises(StaleDataError):
        open_records(older)


def test_where_there_is_no_database_there_is_nothing_to_migrate(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match="no operational database"):
        migrate_records(Workspace(root=tmp_path), tmp_path / "b", actor=ANALYST, at=NOON)
