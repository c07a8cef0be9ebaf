"""Residents that ship and residents that a user gives: what they are and what is refused."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pyogrio
import pytest

from rightplace.app.searches.residents import (
    read_residents,
    shipped_attribution,
    shipped_residents,
)
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError
from rightplace.places.hierarchy import boroughs
from rightplace.powers.searches.columns import STATED
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "area_code,year,group,residents,source\n"
CAMDEN = "".join(f"E09000007,2021,{group},{n}00,A count\n" for n, group in enumerate(STATED, 1))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "residents.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_table_has_every_borough_at_both_censuses() -> None:
    held = shipped_residents()
    assert held.years == (2011, 2021)
    assert held.area_codes == tuple(borough.code for borough in boroughs())
    # Census 2011: London had 8,173,941 usual residents (ONS, 16 July 2012).
    assert sum(held.of(held.area_codes, year=2011).values()) == 8_173_941
    # Census 2021: 8,799,725 (ONS, 28 June 2022); sums over small areas differ by a little.
    assert sum(held.of(held.area_codes, year=2021).values()) == pytest.approx(8_799_725, abs=300)
    assert all(f"Census {year}" in held.source(year) for year in held.years)


def test_the_shipped_table_agrees_with_the_residents_of_the_hierarchy() -> None:
    held = shipped_residents()
    for borough in boroughs():
        found = sum(held.of([borough.code], year=2021).values())
        assert found == pytest.approx(borough.residents_2021, abs=60), borough.name


def test_the_licence_of_the_shipped_table_is_said() -> None:
    assert "Open Government Licence v.3.0" in shipped_attribution()


@needs_shared
def test_the_shipped_table_is_what_the_published_tables_add_up_to() -> None:
    found: Counter[tuple[str, int, str]] = Counter()
    published = SHARED / "london/home_office/census2011_la-ethnic-groups.csv"
    with published.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["geography code"].startswith("E09"):
                for group in STATED:
                    n = row[f"Ethnic Group: {group.title()}; measures: Value"]
                    found[row["geography code"], 2011, group] = int(n)
    book = SHARED / "london/geography/census_2011_2021_ethnic_group_lsoa_london.xlsx"
    _, table = pyogrio.read_arrow(book, layer="2021", read_geometry=False)
    for line in table.to_pylist():
        for head, value in line.items():
            broad = head.partition(" ")[0].lower()
            if broad in STATED:
                found[line["local authority code"], 2021, broad] += int(value)
    counts = shipped_residents().counts
    assert {(each.area_code, each.year, each.group): each.residents for each in counts} == found


def test_a_table_of_ones_own_is_read(tmp_path: Path) -> None:
    held = read_residents(written(tmp_path, HEADER + CAMDEN))
    assert held.of(["E09000007"], year=2021) == dict(
        zip(STATED, (100, 200, 300, 400, 500), strict=True)
    )
    assert held.source(2021) == "A count"


def test_residents_of_a_ward_are_refused_by_row(tmp_path: Path) -> None:
    text = HEADER + CAMDEN + "E05000138,2021,white,9,A count\n"
    with pytest.raises(UnsupportedByDataError, match=r"row 6.*smaller than a borough"):
        read_residents(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("area_code,year\n", "header"),
        (HEADER, "no counts"),
        (HEADER + CAMDEN + CAMDEN, "twice"),
        (HEADER + CAMDEN.replace("mixed", "purple"), "purple"),
        (HEADER + CAMDEN.replace("200", "-2"), "whole number"),
        (HEADER + CAMDEN.replace("2021", "now"), "5 faults"),
        (HEADER + CAMDEN.replace("A count", ""), "5 faults"),
        (HEADER + CAMDEN + "E12000007,2021,white,9,A count\n", "no local authority"),
        (HEADER + CAMDEN.partition("\n")[2], "no residents of asian"),
    ],
)
def test_a_table_at_fault_is_refused_with_its_fault(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        read_residents(written(tmp_path, text))


def test_a_table_that_is_not_there_is_not_held(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_residents(tmp_path / "none.csv")
