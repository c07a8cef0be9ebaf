"""A file of homicide victims is read whole, and of a victim nothing is kept."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.crime.homicides import KEPT, Homicide, read_homicides
from rightplace.errors import BadInputError, NotHeldError
from tests.homicide_rows import HEADER, row, write_homicides
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = SHARED / "london" / "datastore" / "MPS_Homicide_Victims_2003_2023.csv"


@needs_shared
def test_s5_london_homicides_are_all_read_and_doubles_kept() -> None:
    read = read_homicides(PUBLISHED)
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        plain = Counter(line["Recorded Date"][-2:] for line in csv.DictReader(file))
    assert len(read) == 2912
    assert sum(each.victims for each in read) == 2912
    assert sum(each.case != each.row for each in read) == 33
    assert Counter(f"{each.month:%y}" for each in read) == plain
    assert (plain["03"], plain["23"]) == (216, 109)


@needs_shared
def test_spaces_around_a_borough_do_not_make_another() -> None:
    boroughs = Counter(each.borough for each in read_homicides(PUBLISHED))
    assert boroughs["Ealing"] == 128
    assert boroughs["Brent"] == 148
    assert len(boroughs) == 33  # 32 boroughs and Heathrow


def test_s5_nothing_of_a_victim_is_kept(tmp_path: Path) -> None:
    file = write_homicides(tmp_path / "h.csv", [row("Jan-23", who="13 to19")])
    read = read_homicides(file)
    assert {field.name for field in fields(Homicide)} == {
        "row",
        "month",
        "borough",
        "victims",
        "solved",
        "case",
    }
    assert set(KEPT) == {"Count of Victims", "Recorded Date", "Solved Status", "Borough"}
    said = repr(read)
    assert not [word for word in ("13", "SEX", "METHOD", "ABUSE", "KIND", "ETHN") if word in said]


def test_a_fault_does_not_repeat_who_the_victim_was(tmp_path: Path) -> None:
    file = write_homicides(tmp_path / "h.csv", [row("2023-01", who="13 to19")])
    with pytest.raises(BadInputError) as caught:
        read_homicides(file)
    assert "13 to19" not in str(caught.value)
    assert caught.value.fault.row == 1
    assert caught.value.fault.value == "2023-01"


def test_rows_alike_in_all_columns_are_one_case_and_others_are_not(tmp_path: Path) -> None:
    rows = [row("Jan-23"), row("Jan-23"), row("Jan-23", who="OTHER"), row("Feb-23")]
    read = read_homicides(write_homicides(tmp_path / "h.csv", rows))
    assert [each.case for each in read] == [1, 1, 3, 4]
    assert read[3].month == date(2023, 2, 1)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (row("Jan-23", count="-1"), "Count of Victims '-1'"),
        (row("Jan-23", solved="Maybe"), "Solved Status 'Maybe'"),
        (row("Jan-23", " "), "Borough ''"),
        (row("Jan-23")[:-1], "9 fields where the header has 10"),
    ],
)
def test_a_row_that_cannot_be_names_its_row_and_column(
    tmp_path: Path, cells: list[str], said: str
) -> None:
    file = write_homicides(tmp_path / "h.csv", [row("Jan-23"), cells])
    with pytest.raises(BadInputError, match=said) as caught:
        read_homicides(file)
    assert caught.value.fault.row == 2


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    file = write_homicides(tmp_path / "h.csv", [row("Jan"), row("Jan-23", solved="?")])
    with pytest.raises(BadInputError, match="2 faults"):
        read_homicides(file)


def test_a_file_without_a_column_or_rows_or_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_homicides(tmp_path / "none.csv")
    with pytest.raises(BadInputError, match="no homicide"):
        read_homicides(write_homicides(tmp_path / "h.csv", []))
    other = tmp_path / "o.csv"
    other.write_text(",".join(name for name in HEADER if name != "Borough") + "\n", "utf-8")
    with pytest.raises(BadInputError, match="Borough"):
        read_homicides(other)
