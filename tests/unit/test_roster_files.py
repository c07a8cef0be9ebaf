"""Files of rosters: what is read, and every fault with its row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rightplace.deploy
from rightplace.deploy.roster.demand import read_demand
from rightplace.deploy.roster.files import (
    OFFICER_COLUMNS,
    read_absences,
    read_officers,
    read_published,
    read_wishes,
)
from rightplace.errors import BadInputError
from tests.roster_world import calendar, officer

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = ",".join(OFFICER_COLUMNS)
GOOD = "a,A,0,driver;taser,40,400,3,2026-02-27T15:00:00+00:00,0,0,night,wed"
CREW = (officer("a", skills=frozenset({"driver"})), officer("b", team="B"))
EXAMPLES = Path(rightplace.deploy.__file__).parent / "data"


def written(folder: Path, *rows: str) -> Path:
    path = folder / "file.csv"
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


def fault_of(read: Callable[[], object]) -> tuple[str, int | None]:
    with pytest.raises(BadInputError) as found:
        read()
    return found.value.fault.message, found.value.fault.row


def test_an_officer_is_read_with_all_that_binds(tmp_path: Path) -> None:
    (one,) = read_officers(written(tmp_path, HEAD, GOOD), calendar=calendar())
    assert (one.officer_id, one.team, one.supervisor, one.row) == ("a", "A", False, 1)
    assert one.skills == {"driver", "taser"}
    assert one.never_shifts == {"night"}
    assert one.never_weekdays == {"wed"}
    assert one.opening is not None
    assert one.opening.last_end == datetime(2026, 2, 27, 15, tzinfo=UTC)


def test_empty_balances_are_not_known_and_none_is_a_new_officer(tmp_path: Path) -> None:
    rows = (HEAD, "a,A,0,,40,,,,,,,", "b,A,1,,40,0,0,none,0,0,,")
    unknown, new = read_officers(written(tmp_path, *rows), calendar=calendar())
    assert unknown.opening is None
    assert new.opening is not None
    assert new.opening.last_end is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (GOOD.replace("a,A,0", "a,A,2"), "supervisor '2'"),
        (GOOD.replace(",40,", ",,"), "weekly_hours '' is empty"),
        (GOOD.replace(",40,", ",400,"), "weekly_hours '400' is no number from 0 to 168"),
        (GOOD.replace(",400,", ",,"), "hours_before '' is empty, other balances are not"),
        (GOOD.replace(",3,", ",113,"), "excluded_days_before '113' is no number from 0 to 112"),
        (GOOD.replace(",3,", ",2.5,"), "is no whole number"),
        (GOOD.replace("+00:00,0,0", ",0,0"), "has no offset from UTC"),
        (GOOD.replace("2026-02-27T15:00:00+00:00", "yesterday"), "is no time"),
        (GOOD.replace("02-27", "03-05"), "lies after the roster's start"),
        (GOOD.replace("00:00,0,0", "00:00,2,0"), "last shift was not on the day before"),
        (GOOD.replace("02-27T15", "03-01T15"), "last shift was on the day before"),
        (GOOD.replace("02-27T15", "03-01T15").replace("00,0,0", "00,1,2"), "more than shifts"),
        (GOOD.replace("night,wed", "dusk,wed"), "names 'dusk', none of early, late, night"),
        (GOOD.replace("night,wed", "night,noon"), "names 'noon'"),
        (GOOD.replace("driver;taser", "officers"), "names what is no skill"),
        (GOOD.replace("a,A,0", "a\x1b[2J,A,0"), "characters that cannot be printed"),
    ],
)
def test_faults_of_officers_are_named_with_their_row(
    tmp_path: Path, row: str, message: str
) -> None:
    path = written(tmp_path, HEAD, GOOD.replace("a,A", "b,A"), row)
    said, at = fault_of(lambda: read_officers(path, calendar=calendar()))
    assert message in said
    assert at == 2


def test_an_officer_twice_names_both_rows(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, GOOD, GOOD)
    said, at = fault_of(lambda: read_officers(path, calendar=calendar()))
    assert said == "officer_id 'a' stands in row 1 already."
    assert at == 2


@pytest.mark.parametrize(
    ("rows", "message", "row"),
    [
        (("x,2026-03-02,2026-03-02,leave",), "is no officer of the roster", 1),
        (("a,2026-03-04,2026-03-02,leave",), "lies after its end", 1),
        (("a,soon,2026-03-02,leave",), "is no day", 1),
        (("a,2026-03-02,2026-03-02,holiday",), "is none of leave", 1),
        (("a,2026-03-02,2026-03-05,leave", "a,2026-03-05,2026-03-06,court"), "overlaps row 1", 2),
    ],
)
def test_faults_of_absences_are_named(
    tmp_path: Path, rows: tuple[str, ...], message: str, row: int
) -> None:
    path = written(tmp_path, "officer_id,from,to,kind", *rows)
    said, at = fault_of(lambda: read_absences(path, officers=CREW))
    assert message in said
    assert at == row


def test_absences_of_two_officers_may_overlap(tmp_path: Path) -> None:
    rows = ("a,2026-03-02,2026-03-05,leave", "b,2026-03-05,2026-03-06,court")
    path = written(tmp_path, "officer_id,from,to,kind", *rows)
    assert len(read_absences(path, officers=CREW)) == 2


def test_a_day_goes_before_a_weekday_and_that_before_every_day(tmp_path: Path) -> None:
    rows = (",early,A,1,,", "tue,early,A,2,,", "2026-03-04,early,A,3,1,driver:1")
    path = written(tmp_path, "day,shift,team,officers,supervisors,skills", *rows)
    needs = read_demand(path, officers=CREW, calendar=calendar(3))
    assert [(need.day.day, need.officers, need.row) for need in needs] == [
        (2, 1, 1),
        (3, 2, 2),
        (4, 3, 3),
    ]
    assert needs[2].parts() == (("officers", 3), ("supervisors", 1), ("driver", 1))


def test_a_star_asks_each_team_and_a_semicolon_asks_them_together(tmp_path: Path) -> None:
    rows = (",early,*,1,,", ",late,B;A,1,,")
    path = written(tmp_path, "day,shift,team,officers,supervisors,skills", *rows)
    needs = read_demand(path, officers=CREW, calendar=calendar(1))
    assert [need.teams for need in needs] == [("A",), ("B",), ("A", "B")]


@pytest.mark.parametrize(
    ("rows", "message", "row"),
    [
        ((",dawn,A,1,,",), "is none of early, late, night", 1),
        (("someday,early,A,1,,",), "is no day and no weekday", 1),
        ((",early,C,1,,",), "names 'C', which has no officer", 1),
        ((",early,,1,,",), "team '' is empty", 1),
        ((",early,A,,,",), "officers '' is empty", 1),
        ((",early,A,1,,driver",), "has 'driver'", 1),
        ((",early,B,1,,driver:1",), "asks for 'driver', which nobody of B has", 1),
        ((",early,A,1,,", ",early,A,2,,"), "is asked for in row 1 already", 2),
    ],
)
def test_faults_of_demand_are_named(
    tmp_path: Path, rows: tuple[str, ...], message: str, row: int
) -> None:
    path = written(tmp_path, "day,shift,team,officers,supervisors,skills", *rows)
    said, at = fault_of(lambda: read_demand(path, officers=CREW, calendar=calendar()))
    assert message in said
    assert at == row


@pytest.mark.parametrize(
    ("rows", "message", "row"),
    [
        (("a,2026-03-02,dawn,1",), "is none of early", 1),
        (("a,2026-03-02,off,0",), "is no whole number from 1", 1),
        (("a,2026-03-02,off,1", "a,2026-03-02,late,1"), "is that of row 1 too", 2),
        (("z,2026-03-02,off,1",), "is no officer", 1),
    ],
)
def test_faults_of_wishes_are_named(
    tmp_path: Path, rows: tuple[str, ...], message: str, row: int
) -> None:
    path = written(tmp_path, "officer_id,day,shift,weight", *rows)
    said, at = fault_of(lambda: read_wishes(path, officers=CREW, calendar=calendar()))
    assert message in said
    assert at == row


def test_wishes_and_shifts_of_other_days_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "officer_id,day,shift,weight", "a,2027-03-02,late,1")
    assert read_wishes(path, officers=CREW, calendar=calendar()) == ()
    assert read_published(path, officers=CREW, calendar=calendar()) == ()


def test_a_published_roster_may_have_two_shifts_on_a_day_but_not_one_twice(tmp_path: Path) -> None:
    two = written(tmp_path, "officer_id,day,shift", "a,2026-03-02,early", "a,2026-03-02,late")
    assert len(read_published(two, officers=CREW, calendar=calendar())) == 2
    same = written(tmp_path, "officer_id,day,shift", "a,2026-03-02,early", "a,2026-03-02,early")
    said, at = fault_of(lambda: read_published(same, officers=CREW, calendar=calendar()))
    assert "has the same shift in row 1" in said
    assert at == 2


def test_the_examples_that_ship_can_be_read() -> None:
    days = calendar(28)
    crew = read_officers(EXAMPLES / "example_roster_officers.csv", calendar=days)
    assert all("SYNTHETIC" in one.team for one in crew)
    assert read_absences(EXAMPLES / "example_roster_absences.csv", officers=crew)
    assert read_wishes(EXAMPLES / "example_roster_wishes.csv", officers=crew, calendar=days)
    needs = read_demand(EXAMPLES / "example_roster_demand.csv", officers=crew, calendar=days)
    assert len({need.day for need in needs}) == 28
    assert needs[0].day == date(2026, 3, 2)
