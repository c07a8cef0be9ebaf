"""Hot spots by hand: which are fixed, how long they stay hot, files about them, their months."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rightplace.app.hot_spots.return_file import return_csv, return_fields
from rightplace.app.hot_spots.return_result import ReturnRow
from rightplace.app.hot_spots.returns import total
from rightplace.app.hot_spots.terms import FixOptions, Term
from rightplace.core.time import Month
from rightplace.deploy.hot_spots import first_places, months_in_a_row, with_least_visits
from rightplace.deploy.hot_spots.enforcement import Enforcement, read_enforcement
from rightplace.deploy.hot_spots.problem_file import Hypothesis, read_problem
from rightplace.errors import (
    BadInputError,
    NotHeldError,
    RefusedError,
    UnsupportedByDataError,
    UsageError,
)
from rightplace.evaluate.place_months import CountedPlan, check_apart, place_month
from tests.unit.test_nominated import PROBLEM

JUNE, JULY, AUGUST = (Month(2018, number) for number in (6, 7, 8))


# Choosing


def test_the_first_places_that_may_be_visited_are_fixed_ties_to_the_earlier() -> None:
    expected = np.array([1.0, 5.0, np.nan, 3.0, 5.0, 9.0])
    able = np.array([True, True, True, True, True, False])
    assert first_places(expected, able=able, count=3).tolist() == [1, 4, 3]
    with pytest.raises(UnsupportedByDataError, match="5 hot spots are asked for and 4 places"):
        first_places(expected, able=able, count=5)
    with pytest.raises(UsageError, match="cannot be fixed"):
        first_places(expected, able=able, count=0)


def test_promised_visits_never_lower_a_minimum() -> None:
    assert with_least_visits(PROBLEM, {"a": 2, "b": 1}).minimum.tolist() == [2, 2, 0, 0]
    with pytest.raises(UsageError, match="z is no cell"):
        with_least_visits(PROBLEM, {"z": 1})


TERM = Term(
    id="t-1",
    area_id="area",
    forecast_id="f-1",
    first=JULY,
    months=3,
    cell_ids=("a", "b"),
    visits_week=7,
)


@pytest.mark.parametrize(
    ("first_day", "days", "visits"),
    [
        (date(2018, 7, 2), 7, 7),
        (date(2018, 7, 2), 14, 14),
        (date(2018, 7, 2), 2, 2),
        (date(2018, 6, 28), 7, 4),  # four of its days are of July
        (date(2018, 9, 30), 7, 1),
    ],
)
def test_a_plan_gives_the_weeks_visits_by_its_days_within_the_term(
    first_day: date, days: int, visits: int
) -> None:
    assert TERM.least_visits(first_day, days) == {"a": visits, "b": visits}


def test_part_of_a_visit_is_a_visit() -> None:
    assert replace(TERM, visits_week=3).least_visits(date(2018, 7, 2), 3) == {"a": 2, "b": 2}


def test_a_plan_of_other_days_takes_no_term() -> None:
    assert TERM.last == Month(2018, 9)
    with pytest.raises(UsageError, match="runs from 2018-07 to 2018-09"):
        TERM.least_visits(date(2018, 10, 1), 7)


@pytest.mark.parametrize(("months", "starts"), [(2, 1), (13, 1), (3, 2)])
def test_a_term_is_of_3_to_12_whole_months(months: int, starts: int) -> None:
    with pytest.raises(UsageError, match="A term"):
        FixOptions(count=1, months=months, starts=date(2018, 7, starts))


# Months in a row


def test_only_an_unbroken_row_up_to_the_month_counts() -> None:
    hot = {JUNE: {"a", "b", "d"}, JULY: {"a", "c", "d"}, AUGUST: {"a", "b", "c"}}
    assert months_in_a_row(hot, until=AUGUST) == {"a": 3, "b": 1, "c": 2}


def test_a_month_of_which_nothing_is_known_ends_every_row() -> None:
    assert months_in_a_row({JUNE: {"a"}, AUGUST: {"a"}}, until=AUGUST) == {"a": 1}
    assert months_in_a_row({JUNE: {"a"}}, until=AUGUST) == {}


# Enforcement


def enforcement(folder: Path, *rows: str) -> dict[tuple[str, Month], Enforcement]:
    path = folder / "enforcement.csv"
    head = "cell_id,month,arrests,stop_searches,weapons_seized"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return read_enforcement(path, cells=("a", "b"), months=(JULY, AUGUST))


def test_what_is_empty_is_not_given_and_what_is_0_is(tmp_path: Path) -> None:
    found = enforcement(tmp_path, "a,2018-07,3,0,", "b,2018-08,,12,1")
    assert found["a", JULY] == Enforcement(arrests=3, stop_searches=0, weapons_seized=None)
    assert found["b", AUGUST].arrests is None
    assert ("b", JULY) not in found


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("c,2018-07,1,1,1", "is none of a, b"),
        ("a,2018-06,1,1,1", "is not of the return"),
        ("a,July,1,1,1", "is no month such as"),
        ("a,2018-07,1.5,1,1", "is no whole number"),
        ("a,2018-07,-1,1,1", "is no number from 0"),
        ("b,2018-07,1,1,1", "stands twice for 2018-07"),
    ],
)
def test_a_wrong_row_of_enforcement_is_named(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words) as caught:
        enforcement(tmp_path, "b,2018-07,1,1,1", row)
    assert caught.value.fault.row == 2


# Problem records

RECORD = """
problem = "Robberies of pupils at the bus stop after school"
response = "Stop moved by 50 m; lighting; wardens at 15:30"
author = "Analyst A"
assessment = 2018-12-31

[[hypothesis]]
text = "Three schools end at the same time and one shelter holds them all"
source = "Walk round the place, 3 July; bus timetable"
level = "place"
"""


def problem(folder: Path, text: str = RECORD) -> Path:
    path = folder / "problem.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_problem_record_holds_each_cause_with_its_source_and_level(tmp_path: Path) -> None:
    found = read_problem(problem(tmp_path), after=date(2018, 7, 1))
    assert found.assessment == date(2018, 12, 31)
    assert found.author == "Analyst A"
    (cause,) = found.hypotheses
    assert isinstance(cause, Hypothesis)
    assert (cause.level, cause.source[:4]) == ("place", "Walk")


@pytest.mark.parametrize("level", ["person", "Suspect", "family"])
def test_a_cause_at_the_level_of_persons_is_refused(tmp_path: Path, level: str) -> None:
    text = RECORD.replace('level = "place"', f'level = "{level}"')
    with pytest.raises(RefusedError, match="nothing here is about persons"):
        read_problem(problem(tmp_path, text), after=date(2018, 7, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('author = "Analyst A"', "", "lacks author"),
        ('author = "Analyst A"', 'author = "A"\nname = "Z"', "unknown key 'name'"),
        ("2018-12-31", '"soon"', "must be a date after 2018-07-01"),
        ("2018-12-31", "2018-07-01", "must be a date after 2018-07-01"),
        ('level = "place"', 'level = "street"', "level 'street' of a hypothesis is not known"),
        ('level = "place"', "", "A hypothesis lacks level"),
        ('author = "Analyst A"', 'author = "  "', "author must be a text"),
        ('author = "Analyst A"', "author = [", "is no TOML"),
    ],
)
def test_a_problem_record_that_is_not_whole_is_refused(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(BadInputError, match=words):
        read_problem(problem(tmp_path, RECORD.replace(old, new)), after=date(2018, 7, 1))
    with pytest.raises(NotHeldError):
        read_problem(tmp_path / "gone.toml", after=date(2018, 7, 1))


def test_the_example_files_that_ship_are_read() -> None:
    folder = resources.files("rightplace.deploy").joinpath("data")
    record = read_problem(
        Path(str(folder.joinpath("example_problem.toml"))), after=date(2026, 1, 1)
    )
    assert [each.level for each in record.hypotheses] == ["place", "area"]
    months = (Month(2024, 2), Month(2024, 3))
    path = Path(str(folder.joinpath("example_enforcement.csv")))
    found = read_enforcement(path, cells=("E01000842",), months=months)
    assert found["E01000842", months[0]].weapons_seized is None
    assert found["E01000842", months[1]].arrests == 0


def test_a_record_without_a_cause_is_refused(tmp_path: Path) -> None:
    text = RECORD.split("[[", maxsplit=1)[0] + "hypothesis = []\n"
    with pytest.raises(BadInputError, match="one hypothesis or more"):
        read_problem(problem(tmp_path, text), after=date(2018, 7, 1))


# Dosage by month


def row(level: str, cell: str, minutes: float | None, day: date | None = None) -> dict[str, Any]:
    return {
        "level": level,
        "cell_id": cell,
        "policing_day": day,
        "withheld": minutes is None,
        "patrol_minutes": minutes,
        "officer_minutes": None if minutes is None else 2 * minutes,
        "visits": None if minutes is None else 1,
    }


def week(first: date, *rows: dict[str, Any], name: str = "d-1") -> CountedPlan:
    return CountedPlan.of(name, first, 7, rows=rows)


def test_a_plan_within_a_month_gives_its_place_and_one_across_its_days() -> None:
    within = week(date(2018, 7, 8), row("place", "a", 90), name="d-2")
    # Of 28 June to 4 July: one visit in June, two in July; one day without any.
    across = week(
        date(2018, 6, 28),
        row("place", "a", 999),
        row("place_day", "a", 10, date(2018, 6, 30)),
        row("place_day", "a", 20, date(2018, 7, 1)),
        row("place_day", "a", 5, date(2018, 7, 3)),
    )
    found = place_month([within, across], "a", JULY)
    assert (found.status, found.patrol_minutes, found.officer_minutes) == ("counted", 115, 230)
    assert (found.visits, found.days_counted) == (3, 11)
    assert place_month([within, across], "a", JUNE).patrol_minutes == 10


def test_a_month_of_which_any_part_is_withheld_is_withheld() -> None:
    shown = week(date(2018, 7, 1), row("place", "a", 60), row("place", "b", 60))
    hidden = week(date(2018, 7, 8), row("place", "a", None), name="d-2")
    found = place_month([shown, hidden], "a", JULY)
    assert (found.status, found.patrol_minutes, found.visits) == ("withheld", None, None)
    assert place_month([shown, hidden], "b", JULY).status == "counted"
    assert place_month([shown, hidden], "b", JULY).days_counted == 7


def test_a_place_that_no_count_knows_is_not_given() -> None:
    shown = week(date(2018, 7, 1), row("place", "a", 60))
    assert place_month([shown], "b", JULY).status == "not given"
    assert place_month([shown], "a", AUGUST).status == "not given"


def test_no_day_is_counted_twice() -> None:
    first, second = week(date(2018, 7, 1)), week(date(2018, 7, 7), name="d-2")
    check_apart([week(date(2018, 7, 8), name="d-2"), first])
    with pytest.raises(UsageError, match="d-1 and d-2 both count 2018-07-07"):
        check_apart([second, first])


# The return


def returned(hot_spot: int, **changed: float | str | None) -> ReturnRow:
    values: dict[str, Any] = {
        "cell_id": f"c{hot_spot}",
        "name": f"Place {hot_spot}",
        "month": "2018-07",
        "dosage": "counted",
        "patrol_hours": 1.5,
        "officer_hours": 3.0,
        "visits": 6,
        "days_counted": 31,
        "days": 31,
        "incidents": 4,
        "arrests": 1,
        "stop_searches": 2,
        "weapons_seized": 0,
        "places_counted": None,
    }
    return ReturnRow(hot_spot=hot_spot, **(values | changed))


WITHHELD = {"dosage": "withheld", "patrol_hours": None, "officer_hours": None, "visits": None}


def test_a_total_gives_away_nothing_withheld_and_makes_no_0_of_what_is_not_known() -> None:
    rows = [returned(1), returned(2), returned(3, **WITHHELD, arrests=None)]
    found = total(rows, JULY)
    assert (found.patrol_hours, found.visits, found.places_counted) == (3.0, 12, 2)
    assert (found.incidents, found.arrests, found.stop_searches) == (12, None, 6)
    none = total([returned(1, **WITHHELD)], JULY)
    assert (none.dosage, none.patrol_hours, none.places_counted) == ("withheld", None, 0)


def test_the_file_has_the_columns_asked_for_and_says_why_a_figure_is_none() -> None:
    fields = return_fields("month, name=Hot spot, patrol_hours=Hours,visits, incidents, arrests")
    rows = [
        returned(1, name="=HYPERLINK(1)"),
        returned(2, **WITHHELD, incidents=None, arrests=None),
    ]
    text = return_csv(rows, fields, synthetic=True)
    head, one, two = csv.reader(text.splitlines())
    assert head == ["month", "Hot spot", "Hours", "visits", "incidents", "arrests", "notice"]
    assert one[1].startswith("'=")
    assert one[2:6] == ["1.50", "6", "4", "1"]
    assert two[2:6] == ["withheld", "withheld", "not known yet", "not given"]
    assert "SYNTHETIC" in two[6]
    assert "not reasonable grounds to stop or search" in two[6]
    assert "SYNTHETIC" not in return_csv(rows, fields, synthetic=False)


@pytest.mark.parametrize("text", ["month,officer_name", "month,month", ""])
def test_a_column_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"hot_spots\.return_fields"):
        return_fields(text)
