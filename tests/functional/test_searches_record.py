"""``rightplace searches record``: a file of searches, all of it or nothing, and nobody's name."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rightplace.app.searches.record_file import NEEDED, columns
from rightplace.app.service.database import create_records, open_records
from rightplace.app.workspace import Workspace
from rightplace.cli.schemas import verb_schema
from rightplace.records.audit.transaction import reading
from rightplace.records.searches.log import searches_between
from rightplace.records.searches.no_identity import identity_columns
from tests.functional.four_cells import rightplace
from tests.functional.test_schemas import check
from tests.records.acting import SERGEANT

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.records.searches.log import SearchKept
    from tests.functional.four_cells import Ran

SOUND = {
    "reference": "26-1",
    "started_at": "2026-03-01T21:15:20+00:00",
    "borough": "Camden",
    "place": "Outside the station",
    "power": "pace-1",
    "object": "offensive weapons",
    "grounds": "Seen to hide a blade.",
    "self_defined": "not stated",
    "officer": "PC 4471",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    made = tmp_path / "workspace"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    create_records(Workspace(made), SERGEANT, kind="service", at=at).close()
    return made


def record(workspace: Path, *rows: dict[str, str], words: tuple[str, ...] = ("--json",)) -> Ran:
    file = workspace.parent / "searches.csv"
    with file.open("w", newline="", encoding="utf-8") as sink:
        writer = csv.DictWriter(sink, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return rightplace(workspace, "searches", "record", file, *words)


def kept(workspace: Path) -> list[SearchKept]:
    database = open_records(Workspace(workspace))
    with reading(database) as quiet:
        found = searches_between(quiet)
    database.close()
    return found


def test_a_file_is_recorded_once_by_reference_and_a_search_outside_its_power_too(
    workspace: Path,
) -> None:
    outside = SOUND | {"reference": "26-2", "power": "cjpoa-60", "object": "drugs"}
    assert record(workspace, SOUND, outside, words=("--dry-run",)).code == 0
    assert kept(workspace) == []
    ran = record(workspace, SOUND, outside)
    assert ran.code == 0, ran.err
    check(verb_schema("searches-record"), ran.json)
    assert (ran.json["result"]["recorded"], ran.json["result"]["recorded_before"]) == (2, 0)
    again = record(workspace, SOUND, outside).json["result"]
    assert (again["recorded"], again["recorded_before"]) == (0, 2)
    first, second = kept(workspace)
    assert first.facts.started_at == datetime(2026, 3, 1, 21, 15, 20, tzinfo=UTC)
    assert (first.facts.bcu, second.facts.power.value) == ("Central North", "cjpoa-60")


def test_one_faulty_row_stops_the_file_and_each_fault_is_named(workspace: Path) -> None:
    faulty = SOUND | {"reference": "26-2", "object": "", "started_at": "yesterday"}
    ran = record(workspace, SOUND, faulty)
    assert (ran.code, ran.json["error"]["code"]) == (10, "bad-input")
    told = ran.json["error"]["message"]
    assert "Row 2, object: The object of the search must be recorded (PACE s3(6)(a)(i))." in told
    assert "Row 2, day: The date and time must be recorded" in told
    assert kept(workspace) == []


@pytest.mark.parametrize("column", ["Name", "home_address", "date of birth"])
def test_a_column_for_who_was_searched_is_refused_by_name(workspace: Path, column: str) -> None:
    ran = record(workspace, SOUND | {column: "x"})
    assert ran.code == 10
    assert f"{column!r} would hold who was searched" in ran.json["error"]["message"]


def test_columns_are_an_allow_list_without_an_identity(workspace: Path) -> None:
    assert identity_columns(columns()) == []
    assert columns()[: len(NEEDED)] == NEEDED
    ran = record(workspace, SOUND | {"self_defnied": "x"})
    assert "Did you mean 'self_defined'?" in ran.json["error"]["message"]
    ran = record(workspace, {k: v for k, v in SOUND.items() if k != "officer"})
    assert "lacks officer" in ran.json["error"]["message"]


def test_a_reference_recorded_with_other_facts_is_for_a_correction(workspace: Path) -> None:
    assert record(workspace, SOUND).code == 0
    ran = record(workspace, SOUND | {"grounds": "Other grounds."})
    assert "26-1: it is recorded with other facts" in ran.json["error"]["message"]
