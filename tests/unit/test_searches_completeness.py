"""What a publication lacks is said: vanished categories, gaps, stubs, blanks; never as a fall."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.searches.read import read_searches
from rightplace.core.time import Month
from rightplace.powers.searches.completeness import (
    Finding,
    HeldMonth,
    Kind,
    findings,
    incomplete_months,
)
from rightplace.powers.searches.facts import CONSTANTS, GIVEN, MonthFacts
from rightplace.powers.searches.settings import SearchSettings
from tests.search_rows import read_files, search, write_searches
from tests.small_files import Row, World

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = SearchSettings()
USUAL = {
    "self_defined: white": 400,
    "self_defined: black": 300,
    "self_defined: not stated": 200,
    "self_defined: any other": 100,
    "officer_defined: white": 900,
    "officer_defined: other": 100,
    "type: person": 900,
    "type: vehicle": 100,
}


def month(number: int, searches: int = 1000, **blank: int) -> HeldMonth:
    """Month ``number`` after December 2023, with the usual categories in proportion."""
    given = dict.fromkeys(GIVEN, searches) | {c: searches - n for c, n in blank.items()}
    zeros = dict.fromkeys(CONSTANTS, 0)
    return HeldMonth(
        facts=MonthFacts(
            publisher="data.police.uk",
            force="metropolitan",
            month=Month(2023, 12).plus(number).first,
            searches=searches,
            midnight=0,
            given=given,
            true=zeros,
            false=zeros,
        ),
        categories={name: n * searches // 1000 for name, n in USUAL.items()},
    )


def without(held: HeldMonth, *categories: str) -> HeldMonth:
    kept = {name: n for name, n in held.categories.items() if name not in categories}
    return HeldMonth(facts=held.facts, categories=kept)


def judged(*held: HeldMonth) -> tuple[Finding, ...]:
    return findings(held, SETTINGS, first=None, last=None)


YEAR = [month(n) for n in range(1, 7)]


def test_whole_months_have_no_finding() -> None:
    assert judged(*YEAR, month(7), month(8)) == ()


def test_residual_categories_gone_together_are_an_incomplete_publication() -> None:
    gone = ("self_defined: not stated", "self_defined: any other", "type: vehicle")
    later = [without(month(n, 300), *gone) for n in range(7, 15)]
    (found,) = judged(*YEAR, *later)
    assert found.kind is Kind.INCOMPLETE
    assert found.what.split("; ") == list(gone)
    assert (found.first_month, found.last_month) == (date(2024, 7, 1), date(2025, 2, 1))
    assert (found.searches, found.usual) == (2400, 1000)
    assert "incomplete publication, not a fall" in found.message
    assert '"not stated" (self-defined ethnicity), 20% before' in found.message
    assert ("metropolitan", Month(2025, 2)) in incomplete_months([found])


def test_one_residual_category_gone_with_a_part_of_all_searches_is_incomplete() -> None:
    (found,) = judged(*YEAR, without(month(7, 600), "self_defined: not stated"))
    assert found.kind is Kind.INCOMPLETE


def test_one_category_gone_from_a_month_of_usual_size_vanished() -> None:
    (found,) = judged(*YEAR, without(month(7), "self_defined: not stated"))
    assert (found.kind, found.what, found.usual) == (
        Kind.VANISHED,
        "self_defined: not stated",
        0.2,
    )


def test_a_drop_with_every_category_may_be_a_fall() -> None:
    (found,) = judged(*YEAR, month(7, 600))
    assert found.kind is Kind.DROP
    assert "it may be a fall or a late publication" in found.message


def test_a_rare_category_absent_from_a_small_month_is_chance() -> None:
    small = [month(n, 90) for n in range(1, 7)]  # 9 searches of vehicles would be usual
    assert judged(*small, without(month(7, 90), "type: vehicle")) == ()


def test_a_nearly_empty_month_is_a_stub_and_no_measure_of_later_ones() -> None:
    found = judged(*YEAR, month(7, 40), month(8))
    assert [each.kind for each in found] == [Kind.STUB]
    assert "it is a stub, not a fall" in found[0].message


def test_a_gap_is_no_data_and_not_no_searches() -> None:
    (found,) = judged(month(1), month(2), month(5))
    assert found.kind is Kind.MISSING
    assert (found.first_month, found.last_month) == (date(2024, 3, 1), date(2024, 4, 1))
    assert "no data and not no searches" in found.message


def test_months_asked_for_and_not_held_are_missing() -> None:
    found = findings(YEAR, SETTINGS, first=date(2024, 4, 1), last=date(2024, 8, 1))
    assert [(f.kind, f.first_month, f.last_month) for f in found] == [
        (Kind.MISSING, date(2024, 7, 1), date(2024, 8, 1))
    ]


def test_a_category_that_comes_later_was_not_yet_there() -> None:
    before = [without(month(n), "type: vehicle") for n in (1, 2)]
    (found,) = judged(*before, *[month(n) for n in range(3, 9)])
    assert (found.kind, found.what) == (Kind.NOT_YET, "type: vehicle")
    assert (found.first_month, found.last_month) == (date(2024, 1, 1), date(2024, 2, 1))


@pytest.mark.parametrize(("blank", "said"), [(1000, "every search"), (900, "90% of searches")])
def test_a_column_mostly_blank_is_said_with_its_share(blank: int, said: str) -> None:
    (found,) = judged(*YEAR, month(7, age=blank, place=0))
    assert (found.kind, found.what) == (Kind.BLANK, "age")
    assert f"age is blank in {said}" in found.message


def test_days_without_times_are_said() -> None:
    (found,) = judged(HeldMonth(facts=replace(month(1).facts, midnight=1000), categories=USUAL))
    assert found.kind is Kind.NO_TIME


def quirk_21_file(folder: Path) -> Path:
    """Four whole months of 200 searches and two of 60 without what quirk 21 saw vanish."""
    rows: list[Row] = []
    for number in range(5, 11):
        whole = number < 9
        for n in range(200 if whole else 60):
            residual = whole and n < 80
            row = search(Date=f"2024-{number:02}-10T14:{n % 60:02}:00+00:00")
            names = ["Other ethnic group - Not stated", "White - Any other White background"]
            row["Self-defined ethnicity"] = names[n % 2] if residual else "White - Irish"
            row["Officer-defined ethnicity"] = "Other" if whole and n % 5 == 0 else "White"
            row["Type"] = "Vehicle search" if whole and n % 4 == 0 else "Person search"
            rows.append(row)
    return write_searches(folder, rows)


def test_a_file_as_quirk_21_saw_it_is_incomplete_even_if_only_its_end_is_asked_for(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    whole = read_files(world, quirk_21_file(tmp_path))
    end = read_searches(world.workspace, from_month=Month(2024, 9), to_month=Month(2024, 10))
    assert end.table.num_rows == 120
    for read in (whole, end):
        (found,) = [f for f in read.findings if f.kind is Kind.INCOMPLETE]
        assert len(found.what.split("; ")) == 4
        assert (found.first_month, found.last_month) == (date(2024, 9, 1), date(2024, 10, 1))
        assert "60 searches a month against 200 a month before" in found.message
        assert not [f for f in read.findings if f.kind is Kind.DROP]
