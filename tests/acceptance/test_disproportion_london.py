"""Disproportionality on the Metropolitan files and the Census, reckoned again by a plain path.

The second path reads the published files row by row with the standard library, knows nothing of
the table of searches, and writes the formulas of DOMAIN 2.6.24 out.
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyogrio
import pytest

from rightplace.app.areas import define_area
from rightplace.app.ingest import ingest
from rightplace.app.searches.disproportion import disproportion
from rightplace.app.searches.disproportion_files import against_files
from rightplace.app.searches.read import read_searches
from rightplace.app.workspace import Workspace
from rightplace.places import AreaSettings, Unit
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.searches.disproportion_result import Disproportion, RatioLine

pytestmark = [
    needs_shared,
    pytest.mark.large,
]

LONDON = SHARED / "london"
SEARCHES = LONDON / "police_uk/metropolitan_stop-and-search.zip"
CENSUS = LONDON / "geography/census_2011_2021_ethnic_group_lsoa_london.xlsx"
YEAR = [f"2018-{month:02d}" for month in range(3, 13)] + ["2019-01", "2019-02"]
LEGISLATION = {
    "pace-1": "Police and Criminal Evidence Act 1984 (section 1)",
    "mda-23": "Misuse of Drugs Act 1971 (section 23)",
    "fa-47": "Firearms Act 1968 (section 47)",
    "cjpoa-60": "Criminal Justice and Public Order Act 1994 (section 60)",
}
GROUPS = ("asian", "black", "mixed", "other", "white")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("published")
    with zipfile.ZipFile(SEARCHES) as archive:
        for month in YEAR:
            archive.extract(f"{month}/{month}-metropolitan-stop-and-search.csv", folder)
    return folder


@pytest.fixture(scope="module")
def found(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Disproportion:
    workspace = Workspace(root=tmp_path_factory.mktemp("workspace"))
    ingest(workspace, [published], kind="searches")
    outlines = LONDON / "geography/london_borough.gpkg"
    define_area(workspace, outlines, AreaSettings(unit=Unit.BOROUGH, name="London"))
    return disproportion(read_searches(workspace).table, against_files(workspace))


def plain_group(words: str) -> str:
    """Return the broad group that published words begin with, by hand."""
    if "Not stated" in words or "Not Stated" in words:
        return "not stated"
    if "Chinese (O1)" in words:
        return "asian"
    starts = {
        "asian": "asian",
        "black": "black",
        "mixed": "mixed",
        "white": "white",
        "other": "other",
        "chinese": "other",
        "": "not given",
    }
    return starts[words.lower().partition(" ")[0].partition("/")[0]]


@pytest.fixture(scope="module")
def rows(published: Path) -> list[dict[str, str]]:
    """Return every published search of a person, with its London month and groups."""
    read = []
    for path in sorted(published.rglob("*.csv")):
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            if row["Type"] == "Vehicle search":
                continue
            at = datetime.fromisoformat(row["Date"]).astimezone(ZoneInfo("Europe/London"))
            row["month"] = f"{at:%Y-%m}"
            row["self_defined"] = plain_group(row["Self-defined ethnicity"])
            row["officer_defined"] = plain_group(row["Officer-defined ethnicity"])
            read.append(row)
    return read


@pytest.fixture(scope="module")
def residents() -> Counter[str]:
    """Return the residents of 2021 of the 32 boroughs by broad group, from the LSOAs."""
    _, table = pyogrio.read_arrow(CENSUS, layer="2021", read_geometry=False)
    sums: Counter[str] = Counter()
    for row in table.to_pylist():
        if row["local authority name"] != "City of London":
            for head, count in row.items():
                word = head.partition(" ")[0].lower()
                if word in GROUPS:
                    sums[word] += int(count)
    return sums


def lines(found: Disproportion, described: str, power: str | None) -> dict[str, RatioLine]:
    return {
        each.group: each
        for each in found.ratios
        if (each.area_code, each.described, each.power) == (None, described, power)
    }


@pytest.mark.parametrize("power", [None, *LEGISLATION])
@pytest.mark.parametrize("described", ["self_defined", "officer_defined"])
def test_ratios_intervals_and_bounds_are_those_of_the_plain_path(
    found: Disproportion,
    rows: list[dict[str, str]],
    residents: Counter[str],
    *,
    described: str,
    power: str | None,
) -> None:
    own = [r for r in rows if power is None or r["Legislation"] == LEGISLATION[power]]
    n = Counter(row[described] for row in own)
    by_month = Counter((row[described], row["month"]) for row in own)
    unknown = n["not stated"] + n["not given"]
    white = n["white"] / residents["white"]
    for group, line in lines(found, described, power).items():
        assert (line.searches, line.reference_searches) == (n[group], n["white"])
        assert (line.base, line.reference_base) == (residents[group], residents["white"])
        assert line.all_searches == len(own)
        assert line.not_stated_share == pytest.approx(n["not stated"] / len(own))
        assert line.missing_share == pytest.approx(n["not given"] / len(own))
        if n[group] == 0:
            assert (described, group, line.ratio) == ("officer_defined", "mixed", None)
            continue
        ratio = n[group] / residents[group] / white
        error = math.sqrt(1 / n[group] + 1 / n["white"])
        assert line.ratio == pytest.approx(ratio)
        assert line.chance_lo95 == pytest.approx(math.exp(math.log(ratio) - 1.96 * error), rel=1e-4)
        assert line.chance_hi95 == pytest.approx(math.exp(math.log(ratio) + 1.96 * error), rel=1e-4)
        most = (n[group] + unknown) / residents[group] / white
        least = n[group] / residents[group] / ((n["white"] + unknown) / residents["white"])
        assert (line.bound_low, line.bound_high) == pytest.approx((least, most))
        # Pearson's sum over months of both groups round their common split, by 11.
        squares = 0.0
        for month in YEAR:
            here = {each: by_month[each, month] for each in (group, "white")}
            for each, count in here.items():
                expected = sum(here.values()) * n[each] / (n[group] + n["white"])
                squares += (count - expected) ** 2 / expected
        assert line.dispersion == pytest.approx(max(1.0, squares / 11))


def test_the_months_are_those_of_the_london_clock_with_duplicates_kept(
    found: Disproportion, rows: list[dict[str, str]]
) -> None:
    assert [r for r in rows if r["month"] not in YEAR] == []
    assert (found.months_held, found.months_missing) == (12, ())
    assert found.searches == len(rows)


def test_boroughs_and_searches_without_a_place_add_up_to_the_whole(found: Disproportion) -> None:
    for described in ("self_defined", "officer_defined"):
        own = [each for each in found.ratios if each.described == described and not each.power]
        black = [each for each in own if each.group == "black"]
        whole = black[0].all_searches
        assert whole == sum(each.all_searches for each in black[1:]) + found.without_borough
    assert len({each.area_code for each in found.ratios if each.area_code}) == 33


def test_the_annual_section_60_ratio_is_that_of_the_same_twelve_months(
    found: Disproportion, residents: Counter[str], rows: list[dict[str, str]]
) -> None:
    own = Counter(
        row["officer_defined"] for row in rows if row["Legislation"] == LEGISLATION["cjpoa-60"]
    )
    line = next(e for e in found.annual_section_60 if e.described == "officer_defined")
    assert (f"{line.first_month:%Y-%m}", f"{line.last_month:%Y-%m}") == (YEAR[0], YEAR[-1])
    black = next(each for each in line.ratios if each.group == "black")
    assert black.searches == own["black"]
    assert black.ratio == pytest.approx(
        own["black"] / residents["black"] / (own["white"] / residents["white"])
    )
    assert line.explanation is None


def test_arrest_rates_by_group_are_those_of_the_plain_path_and_no_find_rate_is_made_up(
    found: Disproportion, rows: list[dict[str, str]]
) -> None:
    tested = [e for e in found.outcomes if e.power is None and e.described == "self_defined"]
    for line in tested:
        own = [row for row in rows if row["self_defined"] == line.group]
        if line.measure == "arrest_rate":
            arrests = sum(row["Outcome"] in {"Arrest", "Suspect arrested"} for row in own)
            assert (line.found, line.of) == (arrests, len(own))
        elif line.measure != "any_outcome_rate":
            assert (line.rate, line.found) == (None, None)
            assert "not computable from this file" in str(line.refused)
