"""A force's own records of searches: what they add, what is refused, what is never kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from rightplace.app.searches.read import read_searches
from rightplace.app.status import export_quarantine
from rightplace.crime.mapping import shipped
from rightplace.powers.searches.rates import count_searches, rates
from tests.search_rows import read_files, search, write_searches
from tests.small_files import Row, World, write

if TYPE_CHECKING:
    from rightplace.powers.searches.read import Searches

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "force_searches.csv"
WHO = {"name": "Jo Public", "address": "1 High Street", "date_of_birth": "01/01/2000"}
COLUMNS = ["force", *shipped()["force_searches"].columns.values(), *WHO]


def own(reference: str, **cells: str) -> Row:
    """One record of a force's own, sound unless a cell says otherwise: Trafalgar Square."""
    return (
        {
            "force": "Metropolitan Police Service",
            "search_reference": reference,
            "started_at": "10/08/2018 15:35",
            "type": "Person search",
            "power": "cjpoa-60",
            "object": "Anything to threaten or harm anyone",
            "outcome": "arrest",
            "outcome_linked": "yes",
            "weapon_found": "yes",
            "weapons": "2",
            "intelligence_led": "no",
            "easting": "530000",
            "northing": "180400",
            "sex": "M",
            "age": "16",
            "self_defined_ethnicity": "N4",
            "officer_defined_ethnicity": "White",
            "appropriate_adult_present": "Y",
            "handcuffs": "not recorded",
            "grounds": "Bulge at the waist",
            "section_60_reference": "S60/0001",
            "status": "recorded",
        }
        | cells
        | WHO
    )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def read_own(world: World, *rows: Row, name: str = "searches.csv") -> Searches:
    return read_files(world, write(world.root / name, rows, COLUMNS))


def quarantined(world: World) -> dict[str, int]:
    (file,) = world.files().values()
    return {reason.code: reason.count for reason in file.reasons}


def test_what_open_data_lack_is_read(world: World) -> None:
    (row,) = read_own(world, own("A1")).table.to_pylist()
    assert (row["reference"], row["force"], row["month"]) == (
        "A1",
        "metropolitan",
        date(2018, 8, 1),
    )
    assert row["started_at"] == datetime(2018, 8, 10, 14, 35, tzinfo=UTC)  # summer time
    assert (row["power"], row["outcome"], row["age"], row["sex"]) == (
        "cjpoa-60",
        "arrest",
        "10-17",
        "male",
    )
    assert (row["linked"], row["weapon_found"], row["weapons"]) == (True, True, 2)
    assert (row["intelligence_led"], row["appropriate_adult"]) == (False, True)
    assert row["handcuffs"] is row["parent_told"] is None
    assert row["self_defined"] == "not stated"
    assert (row["grounds"], row["authorisation"]) == ("Bulge at the waist", "S60/0001")
    assert row["lon"] == pytest.approx(-0.128, abs=0.001)


def test_weapon_yield_is_computable_from_them(world: World) -> None:
    without = own("A2", weapon_found="no", weapons="")
    (group,) = count_searches(read_own(world, own("A1"), without).table)
    told = {rate.measure: rate for rate in rates(group, least=1)}
    assert (told["weapon_yield"].found, told["weapon_yield"].of) == (1, 2)  # two knives, one yield
    assert told["linked_find_rate"].value == 1


def test_weapons_counted_are_weapons_found(world: World) -> None:
    rows = [own("A1", weapon_found="", weapons="1"), own("A2", weapon_found="", weapons="0")]
    assert read_own(world, *rows).table["weapon_found"].to_pylist() == [True, False]


BAD: dict[str, list[dict[str, str]]] = {
    "bad_yes_no": [{"handcuffs": "perhaps"}, {"outcome_linked": "partly"}],
    "bad_number": [{"weapons": "a few"}],
    "contradicts_itself": [
        {"weapon_found": "no", "weapons": "1"},
        {"weapon_found": "yes", "weapons": "0"},
    ],
    "missing_reference": [{"search_reference": ""}],
    "missing_force": [{"force": ""}],
    "bad_date": [{"started_at": "2018-08-10T15:35:00+01:00"}, {"started_at": "31/02/2018 10:00"}],
    "missing_date": [{"started_at": ""}],
    "bad_coordinates": [{"northing": ""}],
}


def test_what_cannot_be_read_goes_to_quarantine_with_its_reason(world: World) -> None:
    sound = [own(f"A{n}") for n in range(5)]
    bad = [own("B1", **cells) for each in BAD.values() for cells in each]
    assert read_own(world, *sound, *bad).table.num_rows == 5
    assert quarantined(world) == {reason: len(each) for reason, each in BAD.items()}


def all_kept(world: World) -> str:
    """Every cell of every table of the workspace, its manifest, and the quarantine exported."""
    out = world.root / "quarantine.csv"
    export_quarantine(world.workspace, out)
    tables = [pq.read_table(path) for path in world.workspace.root.rglob("*.parquet")]
    assert tables
    files = [p for p in world.workspace.root.rglob("*.json*") if p.is_file()]
    texts = [str(table.to_pylist()) for table in tables]
    return "".join([*texts, *(p.read_text("utf-8") for p in [out, *files])])


def test_who_was_searched_is_kept_nowhere(world: World) -> None:
    sound = [own(f"A{n}") for n in range(9)]
    path = write(world.root / "searches.csv", [*sound, own("B1", handcuffs="perhaps")], COLUMNS)
    short = "Metropolitan Police Service,C1,Jo Public,1 High Street,01/01/2000\n"
    path.write_text(path.read_text("utf-8") + short, "utf-8")
    read_files(world, path)
    kept = all_kept(world)
    assert "bad_yes_no" in kept
    assert "malformed_row" in kept
    assert "perhaps" in kept
    assert [secret for secret in WHO.values() if secret in kept] == []


def test_who_was_searched_is_not_kept_of_json_either(world: World) -> None:
    mapping = world.root / "mine.toml"
    mapping.write_text(
        'name = "mine"\ntitle = "Mine"\npublisher = "force"\nkind = "searches"\n'
        'format = "json"\n[columns]\nstarted_at = "at"\nhandcuffs = "cuffs"\n'
        '[population]\nforce = "kent"\n',
        encoding="utf-8",
    )
    rows = [{"at": "2018-08-10T14:35:00Z", "cuffs": "yes", **WHO}] * 9
    path = world.root / "mine.json"
    path.write_text(json.dumps([*rows, rows[0] | {"cuffs": "perhaps"}]), encoding="utf-8")
    answer = world.ingest(path, kind="searches", mapping=str(mapping))
    assert answer.result.files[0].quarantined == 1
    kept = all_kept(world)
    assert "perhaps" in kept
    assert [secret for secret in WHO.values() if secret in kept] == []


def test_a_record_sent_again_stands_once_and_a_deleted_one_no_more(world: World) -> None:
    read_own(world, own("A1"), own("A2"), own("A3"))
    again = [own("A1", outcome="caution"), own("A2", status="deleted", started_at="")]
    world.ingest(
        write(world.root / "later.csv", again, COLUMNS),
        kind="searches",
        release=date(2018, 10, 1),
    )
    table = read_searches(world.workspace).table
    told = dict(zip(table["reference"].to_pylist(), table["outcome"].to_pylist(), strict=True))
    assert told == {"A1": "caution", "A3": "arrest"}


def test_a_search_recorded_in_error_is_counted_apart(world: World) -> None:
    read = read_own(world, own("A1"), own("A2", status="recorded in error"))
    assert (read.table.num_rows, read.cancelled) == (1, 1)


def test_own_records_stand_before_open_data_of_the_same_month(world: World) -> None:
    read_files(world, write_searches(world.root, [search(), search()]))
    read = read_own(world, own("A1"))
    assert read.table["reference"].to_pylist() == ["A1"]
    (left,) = read.left_out
    assert (left.publisher, left.searches, left.kept, left.kept_searches) == (
        "data.police.uk",
        2,
        "force",
        1,
    )


def test_files_taken_in_before_the_columns_grew_are_read_beside_them(world: World) -> None:
    """A workspace of an earlier version holds searches without a force's own columns."""
    read_files(world, write_searches(world.root, [search()], "city-of-london"))
    (stored,) = world.workspace.root.rglob("*.parquet")
    old = pq.read_table(stored)
    pq.write_table(old.drop_columns(["reference", "status", "weapon_found", "grounds"]), stored)
    table = read_own(world, own("A1")).table
    assert table["weapon_found"].to_pylist() == [None, True]


def test_the_example_that_the_manual_names_is_taken_in(world: World) -> None:
    read = read_files(world, EXAMPLE)
    assert read.unknown == ()
    assert read.table.num_rows == 4
    assert read.table["power"].to_pylist() == ["cjpoa-60", "pace-1", "mda-23", "pace-1"]
