"""The verbs of accountability as their user runs them, over one small operational database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.app.service.database import create_records
from rightplace.app.workspace import Workspace
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.cli.verb import now
from rightplace.errors import RightplaceError
from rightplace.records.audit.transaction import transaction
from rightplace.records.delivery.sync import log_visit
from rightplace.records.published.publishing import publish
from tests.command import rightplace
from tests.document_world import file_six
from tests.records.acting import ANALYST, SERGEANT
from tests.records.published_world import FORECAST_COPY, PLAN, PLAN_COPY, visit

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = datetime(2021, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A published plan, one visit long past its period, one of today."""
    root = tmp_path / "workspace"
    with closing(
        create_records(Workspace(root=root), ANALYST, kind="service", at=LONG_AGO)
    ) as database:
        with transaction(database, ANALYST, purpose="Weekly tasking.", at=LONG_AGO) as tx:
            file_six(tx, dated=LONG_AGO.date())
            publish(tx, FORECAST_COPY)
            publish(tx, PLAN_COPY)
            log_visit(tx, visit())
        recent = now() - timedelta(days=1)
        with transaction(database, SERGEANT, purpose="Sync.", at=recent) as tx:
            log_visit(tx, visit())
    return root


class Ran:
    """What a verb said, run in this process, as its shell would leave."""

    def __init__(self, workspace: Path, *words: object) -> None:
        done = CliRunner().invoke(
            cli, ["--workspace", str(workspace), *map(str, words)], standalone_mode=False
        )
        if isinstance(done.exception, RightplaceError):
            self.code, self.text = done.exception.exit_code, str(done.exception)
        else:
            assert done.exception is None, done.exception
            self.code, self.text = done.return_value, done.stdout


def told(workspace: Path, schema: str, *words: object) -> dict[str, Any]:
    """The result of a verb that keeps to its schema."""
    import json  # noqa: PLC0415 - for this alone

    content: dict[str, Any] = json.loads(Ran(workspace, *words, "--json").text)
    faults = list(Draft202012Validator(verb_schema(schema)).iter_errors(content))
    assert not faults
    result: dict[str, Any] = content["result"]
    return result


def test_a_whole_chain_is_verified_and_a_changed_line_is_named_with_exit_10(
    workspace: Path,
) -> None:
    assert told(workspace, "audit", "audit", "verify") == {
        "lines": 7 + 6 + 2 * 6,  # the six are filed, and stand behind two runs
        "intact": True,
        "first_bad": None,
        "finding": None,
    }
    with closing(sqlite3.connect(workspace / "records.sqlite3")) as database:
        database.execute("DROP TRIGGER audit_line_no_update")
        database.execute("UPDATE audit_line SET actor_id = 'u-x' WHERE number = 4")
        database.commit()
    ran = rightplace("audit", "verify", "--json", workspace=workspace)
    assert ran.exit_code == 10
    assert ran.json["ok"] is False
    assert ran.json["result"]["first_bad"] == 4
    assert ran.json["error"]["message"] == "Line 4 of the audit chain was altered."


REORDERED = """
UPDATE audit_line SET number = CASE number WHEN 2 THEN -3 ELSE -2 END WHERE number IN (2, 3);
UPDATE audit_line SET number = -number WHERE number < 0
"""


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        ("DELETE FROM audit_line WHERE number = 3", 3),
        ("DELETE FROM audit_line WHERE number >= 5", 5),
        (REORDERED, 2),
    ],
    ids=["removed", "end removed", "re-ordered"],
)
def test_a_removed_or_re_ordered_line_is_named(
    workspace: Path, change: str, first_bad: int
) -> None:
    with closing(sqlite3.connect(workspace / "records.sqlite3")) as database:
        for name in ("no_update", "no_delete"):
            database.execute(f"DROP TRIGGER IF EXISTS audit_line_{name}")
        database.executescript(change)
        database.commit()
    ran = Ran(workspace, "audit", "verify")
    assert (ran.code, f"line {first_bad} " in ran.text) == (10, True), ran.text


def test_a_look_at_the_chain_says_who_did_what_and_is_found_by_the_next_look(
    workspace: Path,
) -> None:
    asked = ("audit", "show", "--product", PLAN, "--purpose", "Complaint 12.")
    first = told(workspace, "audit-show", *asked)
    assert {act["operation"] for act in first["acts"]} == {"collection"}
    assert {act["actor_name"] for act in first["acts"]} == {"Ann Analyst", "Sam Sergeant"}
    second = told(workspace, "audit-show", *asked)
    assert second["found"] == first["found"] + 1
    newest = second["acts"][0]
    assert (newest["operation"], newest["purpose"]) == ("consultation", "Complaint 12.")
    assert newest["detail"] == "asked the audit chain by product"


def test_acts_on_the_records_of_a_person_are_found_by_that_person(workspace: Path) -> None:
    asked = ("audit", "show", "--person", SERGEANT.id, "--purpose", "Request 3.")
    found = told(workspace, "audit-show", *asked)["acts"]
    assert [act["record_type"] for act in found] == ["visit_log"]


def test_exactly_one_thing_is_asked_for_with_a_purpose(workspace: Path) -> None:
    assert Ran(workspace, "audit", "show", "--purpose", "x").code == 2
    both = ("--person", "a", "--officer", "b", "--purpose", "x")
    assert Ran(workspace, "audit", "show", *both).code == 2
    assert Ran(workspace, "audit", "show", "--officer", "b", "--purpose", " ").code == 2


def test_a_night_prints_its_certificate_and_a_rehearsal_deletes_nothing(workspace: Path) -> None:
    due = told(workspace, "nightly", "nightly", "--dry-run")["due"]
    assert {"record_type": "visit_log", "records": 1} in due
    ran = Ran(workspace, "nightly")
    assert ran.code == 0
    assert "Certificate of deletion" in ran.text
    assert "1 visit_log (delivery: 731 days from received_at)" in ran.text
    again = told(workspace, "nightly", "nightly")
    assert (again["certificates"], again["due"], again["intact"]) == ([], [], True)


def test_a_night_keeps_to_the_periods_of_the_settings(workspace: Path) -> None:
    settings = workspace / "rightplace.toml"
    settings.write_text("[retention]\ndelivery_days = 10000\n", encoding="utf-8")
    due = told(workspace, "nightly", "nightly", "--dry-run")["due"]
    assert "visit_log" not in {each["record_type"] for each in due}


def test_a_hold_is_placed_reviewed_released_and_rehearsed(workspace: Path) -> None:
    soon = (now() + timedelta(days=30)).date()
    placed = ("hold", "place", "--reason", "Claim 7.", "--owner", "Legal", "--review", soon)
    told(workspace, "hold", *placed, "--type", "visit_log", "--dry-run")
    assert told(workspace, "hold", "hold", "review")["holds"] == []
    (hold,) = told(workspace, "hold", *placed, "--type", "visit_log")["holds"]
    kept = told(workspace, "nightly", "nightly", "--dry-run")["held_back"]
    assert kept == [{"record_type": "visit_log", "records": 1}]
    assert Ran(workspace, "hold", "review", hold["id"], "--reason", "Still open.").code == 2
    later = soon + timedelta(days=60)
    moved = ("--reason", "Still open.", "--next", later)
    (reviewed,) = told(workspace, "hold", "hold", "review", hold["id"], *moved)["holds"]
    assert reviewed["review_on"] == later.isoformat()
    released = ("hold", "release", hold["id"], "--reason", "Settled.")
    assert told(workspace, "hold", *released)["holds"][0]["released_at"] is not None
    assert Ran(workspace, *released).code == 11


def test_a_backup_comes_back_without_what_was_deleted_since_and_says_so(
    workspace: Path, tmp_path: Path
) -> None:
    to = tmp_path / "kept" / "first.backup"
    assert told(workspace, "backup", "backup", to, "--dry-run")["sha256"] is None
    assert not to.exists()
    made = told(workspace, "backup", "backup", to)
    assert made["bytes"] == to.stat().st_size
    assert Ran(workspace, "backup", to).code == 20
    Ran(workspace, "nightly")
    assert told(workspace, "restore", "restore", to, "--dry-run")["restored"] is False
    ran = Ran(workspace, "restore", to)
    assert "deleted again what had been deleted since:" in ran.text
    restored = told(workspace, "restore", "restore", to)
    assert (restored["restored"], restored["intact"]) == (True, True)
    assert restored["deleted_again"] >= 1
    with closing(sqlite3.connect(workspace / "records.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM visit_log").fetchone() == (1,)
    to.write_bytes(to.read_bytes()[:-1] + b"x")
    assert Ran(workspace, "restore", to).code == 10
    (workspace / "records.sqlite3").unlink()
    assert Ran(workspace, "audit", "verify").code == 11
