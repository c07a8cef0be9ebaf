"""Tables with a column for each month, and the strength of a force."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.status import export_quarantine, status
from tests.small_files import Row, World, write

if TYPE_CHECKING:
    from pathlib import Path

MONTHS = [f"2018{month:02d}" for month in range(1, 9)]
COLUMNS = ["MajorText", "MinorText", "LookUp_BoroughName", *MONTHS]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def counts(borough: str, *numbers: object, minor: str = "Arson") -> Row:
    named = {"MajorText": "Arson and Criminal Damage", "MinorText": minor}
    return named | {"LookUp_BoroughName": borough} | dict(zip(MONTHS, numbers, strict=True))


def test_each_number_is_a_row_and_boroughs_that_are_none_are_kept_apart(world: World) -> None:
    rows = [counts("Camden", *range(50, 58)), counts("Unknown", *[1] * 8)]
    (file,) = world.ingest(write(world.root / "a.csv", rows, COLUMNS)).result.files
    assert (file.mapping, file.read, file.stored) == ("london_datastore_borough", 16, 16)
    found = world.standing("area_counts")
    assert {(r["borough"], r["apart"]) for r in found} == {("Camden", False), ("Unknown", True)}
    (july,) = [r for r in found if r["month"] == date(2018, 7, 1) and not r["apart"]]
    assert (july["recorded"], july["offence"], july["row_number"]) == (56, "arson", 1)
    (source,) = status(world.workspace).result.sources
    assert (source.rows, source.from_, source.to) == (sum(range(50, 58)) + 8, "2018-01", "2018-08")
    assert source.without_place_share == pytest.approx(8 / (sum(range(50, 58)) + 8))


def test_counts_by_area_are_held_beside_crimes_and_never_among_them(world: World) -> None:
    world.ingest(write(world.root / "a.csv", [counts("Camden", *[40] * 8)], COLUMNS))
    assert world.standing("crimes") == []


def test_a_first_month_that_is_nearly_empty_is_dropped_and_said(world: World) -> None:
    rows = [counts("Camden", 0, *[40] * 7), counts("Barnet", 1, *[40] * 7)]
    (file,) = world.ingest(write(world.root / "a.csv", rows, COLUMNS)).result.files
    assert [(r.code, r.count) for r in file.reasons] == [("stub_month", 2)]
    assert min(r["month"] for r in world.standing("area_counts")) == date(2018, 2, 1)


def test_a_fall_in_another_month_is_kept(world: World) -> None:
    rows = [counts("Camden", *[40] * 3, 1, *[40] * 4)]
    (file,) = world.ingest(write(world.root / "a.csv", rows, COLUMNS)).result.files
    assert file.stored == 8
    assert status(world.workspace).result.sources[0].stubs == ("2018-04",)


def test_a_number_that_is_none_is_set_aside_with_its_row_and_month(world: World) -> None:
    rows = [counts("Camden", *[40] * 8), counts("Barnet", *[40] * 3, "x", *[40] * 4)]
    (file,) = world.ingest(write(world.root / "a.csv", rows, COLUMNS)).result.files
    assert (file.read, file.stored, file.quarantined) == (16, 15, 1)
    out = world.root / "q.csv"
    export_quarantine(world.workspace, out)
    line = out.read_text().splitlines()[1]
    assert ",2,bad_number," in line
    assert "201804" in line
    assert "Barnet" in line


def test_both_vintages_of_words_lead_to_the_same_class(world: World) -> None:
    minors = ["Domestic Burglary", "RES BURGLARY OF A HOME", "BURGLARY IN A DWELLING"]
    rows = [counts("Camden", *[40] * 8, minor=minor) for minor in minors]
    world.ingest(write(world.root / "a.csv", rows, COLUMNS))
    assert {r["offence"] for r in world.standing("area_counts")} == {"burglary_residential"}


def test_another_vintage_of_the_same_months_is_refused_until_its_release_is_declared(
    world: World,
) -> None:
    world.ingest(write(world.root / "a.csv", [counts("Camden", *[40] * 8)], COLUMNS))
    revised = write(world.root / "b.csv", [counts("Camden", *[41] * 8)], COLUMNS)
    assert world.ingest(revised).exit_code == 10
    assert world.ingest(revised, release=date(2018, 10, 1)).exit_code == 0
    assert {r["recorded"] for r in world.standing("area_counts")} == {41}


def test_wards_and_boroughs_are_populations_of_their_own(world: World) -> None:
    ward = counts("Camden", *[40] * 8) | {"WardName": "Holborn", "WardCode": "E05013658"}
    columns = [*COLUMNS[:2], "WardName", "WardCode", *COLUMNS[2:]]
    world.ingest(write(world.root / "w.csv", [ward], columns))
    world.ingest(write(world.root / "b.csv", [counts("Camden", *[40] * 8)], COLUMNS))
    assert [s.source for s in status(world.workspace).result.sources] == [
        "london-datastore/metropolitan-by-borough/area_counts",
        "london-datastore/metropolitan-by-ward/area_counts",
    ]


def test_strength_is_read_with_its_two_digit_year(world: World) -> None:
    columns = ["Date", "Police Officer Strength", "Police Staff Strength", "PCSO Strength"]
    given = [("May-13", 30636, 12702, 2497), ("Mar-26", 31181, 11558, 1389)]
    path = write(
        world.root / "s.csv", [dict(zip(columns, row, strict=True)) for row in given], columns
    )
    assert world.ingest(path, kind="strength").exit_code == 0
    found = world.standing("strength")
    assert [(r["month"], r["officers"], r["staff"], r["pcsos"]) for r in found] == [
        (date(2013, 5, 1), 30636, 12702, 2497),
        (date(2026, 3, 1), 31181, 11558, 1389),
    ]


def test_a_month_that_is_doubled_in_a_file_of_strength_is_refused_and_its_rows_named(
    world: World,
) -> None:
    given = [("May-13", 30636), ("Jun-13", 30550), ("May-13", 30637)]
    columns = ["Date", "Police Officer Strength", "Police Staff Strength", "PCSO Strength"]
    rows = [dict(zip(columns, (*each, 1, 1), strict=True)) for each in given]
    answer = world.ingest(write(world.root / "s.csv", rows, columns), kind="strength")
    assert (answer.exit_code, world.standing("strength")) == (10, [])
    assert answer.error is not None
    assert (answer.error.row, answer.error.value) == (3, "2013-05")
    assert "row 1" in answer.error.message


@pytest.mark.parametrize("dry_run", [True, False])
def test_months_that_a_file_of_strength_lacks_are_said_with_the_row_before_them(
    world: World, *, dry_run: bool
) -> None:
    given = [("May-13", 30636), ("Jun-13", 30550), ("Sep-13", 30413), ("Nov-13", 30260)]
    columns = ["Date", "Police Officer Strength", "Police Staff Strength", "PCSO Strength"]
    rows = [dict(zip(columns, (*each, 1, 1), strict=True)) for each in given]
    path = write(world.root / "s.csv", rows, columns)
    answer = world.ingest(path, kind="strength", dry_run=dry_run)
    said = [each.message for each in answer.warnings if each.code == "months-missing"]
    assert [each.partition(": ")[2] for each in said] == [
        "no strength for 2013-07 to 2013-08, after row 2.",
        "no strength for 2013-10, after row 3.",
    ]


def test_strength_and_crimes_each_pass_over_the_other(world: World) -> None:
    path = write(world.root / "a.csv", [counts("Camden", *[40] * 8)], COLUMNS)
    answer = world.ingest(path, kind="strength")
    assert (answer.exit_code, answer.result.files[0].stored) == (0, 0)
    assert "passed over" in answer.warnings[0].message
    assert "rightplace ingest crimes" in answer.warnings[0].message
