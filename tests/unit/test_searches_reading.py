"""What stands in the table of searches, of small files that a person can check."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.searches.read import read_searches
from rightplace.core.time import Month
from rightplace.errors import BadInputError, NotHeldError
from rightplace.powers.searches.columns import SCHEMA
from rightplace.powers.searches.vocabulary import OURS, shipped, with_users
from tests.search_rows import read_files, search, write_searches
from tests.small_files import World

if TYPE_CHECKING:
    from pathlib import Path

SECTION_60 = "Criminal Justice and Public Order Act 1994 (section 60)"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_equal_rows_are_all_kept(world: World) -> None:
    read = read_files(world, write_searches(world.root, [search(), search(), search()]))
    assert read.table.num_rows == 3
    assert read.table.schema == SCHEMA
    assert read.table["row_number"].to_pylist() == [1, 2, 3]


def test_the_month_is_that_of_the_london_clock(world: World) -> None:
    late = search(Date="2018-07-31T23:30:00+00:00")  # 00:30 on 1 August in London
    read = read_files(world, write_searches(world.root, [late]))
    assert read.table["month"].to_pylist() == [date(2018, 8, 1)]


def test_old_and_new_words_lead_to_the_same(world: World) -> None:
    rows = [
        search(Outcome="Suspect arrested", Legislation=SECTION_60),
        search(Outcome="Arrest", Legislation=SECTION_60),
        search(Outcome="Nothing found - no further action"),
    ]
    rows[0]["Self-defined ethnicity"] = "White - White British (W1)"
    rows[1]["Self-defined ethnicity"] = "White - English/Welsh/Scottish/Northern Irish/British"
    rows[2]["Self-defined ethnicity"] = "Not Stated (NS)"
    table = read_files(world, write_searches(world.root, rows)).table
    assert table["outcome"].to_pylist() == ["arrest", "arrest", "no further action"]
    assert table["power"].to_pylist() == ["cjpoa-60", "cjpoa-60", "mda-23"]
    assert table["self_defined"].to_pylist() == ["white", "white", "not stated"]


def test_an_unknown_word_counts_is_listed_and_is_not_other(world: World) -> None:
    read = read_files(world, write_searches(world.root, [search(), search(Outcome="Let go")]))
    assert read.table["outcome"].to_pylist() == ["no further action", "not given"]
    (unknown,) = read.unknown
    assert (unknown.use.column, unknown.use.word, unknown.use.searches) == ("outcome", "Let go", 1)
    assert unknown.row == 2
    assert unknown.file.endswith("2018-08-metropolitan-stop-and-search.csv")
    assert "outcome,Let go,WORD OF OURS" in unknown.remedy


def test_a_users_own_word_is_read_without_taking_the_file_in_again(world: World) -> None:
    read_files(world, write_searches(world.root, [search(Outcome="Let go")]))
    words = world.workspace.root / "search_words.csv"
    words.write_text("column,published,ours\noutcome,LET  GO,no further action\n", "utf-8")
    read = read_searches(world.workspace)
    assert read.table["outcome"].to_pylist() == ["no further action"]
    assert read.unknown == ()
    assert read.inputs[-1].source == "search_words.csv"


@pytest.mark.parametrize(
    ("line", "named"),
    [("colour,Red,other", "colour"), ("outcome,Let go,freed", "freed")],
)
def test_a_faulty_word_of_the_user_is_named_with_its_row(
    line: str, named: str, tmp_path: Path
) -> None:
    path = tmp_path / "search_words.csv"
    path.write_text(f"column,published,ours\nsex,Woman,female\n{line}\n", "utf-8")
    with pytest.raises(BadInputError) as caught:
        with_users(path)
    assert caught.value.fault.row == 2
    assert caught.value.fault.value == named


def test_blank_is_not_given_and_a_month_wholly_blank_is_not_recorded(world: World) -> None:
    blank = search(**{"Age range": ""})
    july = [blank | {"Date": f"2018-07-10T14:{m:02}:00+00:00"} for m in range(50)]
    august = [search(), blank]
    read = read_files(world, write_searches(world.root, july + august))
    ages = read.table["age"].to_pylist()
    assert ages == [None] * 50 + ["18-24", "not given"]
    said = [(u.column, u.first_month, u.searches) for u in read.unrecorded if u.column == "age"]
    assert said == [("age", date(2018, 7, 1), 50)]


def test_linked_that_is_never_true_in_a_year_was_not_recorded(world: World) -> None:
    never = [search(**{"Outcome linked to object of search": "False"}) for _ in range(50)]
    read = read_files(world, write_searches(world.root, never))
    assert set(read.table["linked"].to_pylist()) == {None}
    assert any(
        u.column == "linked" and "every search of the year" in u.why for u in read.unrecorded
    )


def test_linked_is_read_where_one_search_is_true(world: World) -> None:
    rows = [search(**{"Outcome linked to object of search": "False"}) for _ in range(50)]
    rows.append(search(**{"Outcome linked to object of search": "True"}))
    read = read_files(world, write_searches(world.root, rows))
    assert read.table["linked"].to_pylist() == [False] * 50 + [True]


@pytest.mark.parametrize("hour", ["2018-08-10T00:00:00+01:00", "2018-08-10T00:00:00+00:00"])
def test_days_without_times_are_told_apart(hour: str, world: World) -> None:
    rows = [search(Date=hour) for _ in range(60)] + [search()]
    read = read_files(world, write_searches(world.root, rows))
    assert read.table["has_time"].to_pylist() == [False] * 60 + [True]


def test_a_search_now_and_then_at_midnight_has_its_time(world: World) -> None:
    rows = [search() for _ in range(60)] + [search(Date="2018-08-10T00:00:00+01:00")]
    read = read_files(world, write_searches(world.root, rows))
    assert set(read.table["has_time"].to_pylist()) == {True}


def test_what_open_data_does_not_hold_is_null_and_never_false(world: World) -> None:
    table = read_files(world, write_searches(world.root, [search()])).table
    for column in ("reference", "weapon_found", "weapons", "intelligence_led", "handcuffs"):
        assert table[column].to_pylist() == [None], column


def test_force_and_months_can_be_asked_for(world: World) -> None:
    files = [
        write_searches(world.root, [search(), search(Date="2018-07-10T14:35:00+00:00")]),
        write_searches(world.root, [search()], "city-of-london"),
    ]
    read_files(world, *files)
    read = read_searches(world.workspace, force="metropolitan", from_month=Month(2018, 8))
    assert read.table["force"].to_pylist() == ["metropolitan"]
    assert read.forces == ("metropolitan",)
    with pytest.raises(NotHeldError, match="kent"):
        read_searches(world.workspace, force="kent")


def test_nothing_held_says_what_to_do(world: World) -> None:
    with pytest.raises(NotHeldError, match="ingest searches"):
        read_searches(world.workspace)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        ("9", "under 10"),
        ("10", "10-17"),
        ("17", "10-17"),
        ("18", "18-24"),
        ("25.0", "25-34"),
        ("34", "25-34"),
        ("35", "over 34"),
        ("120", "over 34"),
        ("121", None),
        ("-4", None),
    ],
)
def test_an_age_in_years_falls_in_its_published_band(age: str, band: str | None) -> None:
    assert shipped().ours("age", age) == band


def reply(**cells: object) -> dict[str, object]:
    """One search as the API replies it: nested, with a constant false for what it lacks."""
    return {
        "type": "Person search",
        "datetime": "2024-09-30T23:30:00+00:00",  # 00:30 on 1 October in London
        "operation": None,
        "operation_name": None,
        "involved_person": True,
        "gender": "Male",
        "age_range": "10-17",
        "self_defined_ethnicity": "White - Gypsy or Irish Traveller",
        "officer_defined_ethnicity": "White",
        "legislation": SECTION_60,
        "object_of_search": "Anything to threaten or harm anyone",
        "outcome": False,
        "outcome_object": {"id": "bu-no-further-action", "name": "A no further action disposal"},
        "outcome_linked_to_object_of_search": False,
        "removal_of_more_than_outer_clothing": None,
        "location": {
            "latitude": "51.515",
            "longitude": "-0.09",
            "street": {"id": 7, "name": "On or near High Street"},
        },
    } | cells


def test_replies_of_the_api_are_read_and_their_constant_false_is_not_recorded(
    world: World,
) -> None:
    path = world.root / "2024-10-metropolitan-stop.json"
    path.write_text(json.dumps([reply(), *[reply(location=None)] * 59]), encoding="utf-8")
    read = read_files(world, path)
    first = read.table.slice(0, 1).to_pylist()[0]
    assert (first["force"], first["month"]) == ("metropolitan", date(2024, 10, 1))
    assert (first["power"], first["outcome"], first["age"], first["self_defined"]) == (
        "cjpoa-60",
        "no further action",
        "10-17",
        "white",
    )
    assert first["lon"] == -0.09
    assert read.table["lon"].null_count == 59
    assert read.table["linked"].null_count == read.table.num_rows == 60
    assert read.unknown == ()


def test_each_shipped_word_leads_to_a_word_of_ours_and_each_of_ours_to_itself() -> None:
    for kind, words in OURS.items():
        column = "self_defined" if kind == "ethnicity" else kind
        for word in words:
            assert shipped().ours(column, f" {word.value.upper()} ") == word.value
    told = set(shipped().words.values())
    assert told == {word.value for words in OURS.values() for word in words}
