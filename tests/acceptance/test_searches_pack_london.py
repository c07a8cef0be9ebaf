"""The scrutiny pack of the Metropolitan files of one quarter, each number found a plain way."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from rightplace.app.explain import explain
from rightplace.app.searches.report import ReportOptions, report
from rightplace.core.canonical import file_digest
from tests.brief_pdf import page_count, page_text
from tests.paths import SHARED, needs_shared
from tests.small_files import World

if TYPE_CHECKING:
    from rightplace.app.answer import Answer
    from rightplace.app.searches.report_result import PackResult

pytestmark = [needs_shared, pytest.mark.large]
FILES = SHARED / "london" / "police_uk" / "metropolitan_stop-and-search.zip"
MONTHS = ("2018-07", "2018-08", "2018-09")
SECTION_60 = "Criminal Justice and Public Order Act 1994 (section 60)"
LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 5, 5, tzinfo=UTC)
AGES = ("under 10", "10-17", "18-24", "25-34", "over 34")
Row = dict[str, str]


@dataclass
class Made:
    """The pack of a quarter, where it lies, and the rows of its files as they stand."""

    world: World
    answer: Answer[PackResult]
    folder: Path
    rows: list[Row]

    def csv(self, name: str) -> list[Row]:
        return list(csv.DictReader(io.StringIO((self.folder / name).read_text("utf-8"))))

    def count(self, characteristic: str, value: str, *, power: str = "all") -> str:
        """A figure of the whole force as it is told."""
        return next(
            (
                row["n"] or row["withheld"]
                for row in self.csv("figures.csv")
                if (row["place"], row["power"]) == ("", power)
                and (row["characteristic"], row["value"]) == (characteristic, value)
                and row["measure"] == "searches"
            ),
            "0",
        )

    def cell(self, section: str, row: str, column: str) -> str:
        """A cell of a table as it is printed; the first of that name."""
        return next(
            each["value"]
            for each in self.csv("tables.csv")
            if (each["section"], each["row"], each["column"]) == (section, row, column)
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("pack")
    rows: list[Row] = []
    with zipfile.ZipFile(FILES) as archive:
        names = [name for name in archive.namelist() if name[:7] in MONTHS]
        for name in names:
            path = folder / Path(name).name
            path.write_bytes(archive.read(name))
            rows += list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    world = World(folder / "world")
    paths = [folder / Path(name).name for name in names]
    assert world.ingest(*paths, kind="searches").exit_code == 0
    options = ReportOptions(out=folder / "out")
    answer = report(world.workspace, options=options, made_at=AT)
    return Made(world, answer, folder / "out", rows)


def month(row: Row) -> str:
    return f"{datetime.fromisoformat(row['Date']).astimezone(LONDON):%Y-%m}"


def test_section_60_by_month_is_a_plain_count_with_duplicates_kept(made: Made) -> None:
    plain = Counter(month(row) for row in made.rows if row["Legislation"] == SECTION_60)
    told = {name: n for name, _, n in made.answer.result.months}
    assert told == dict(plain)
    assert told["2018-08"] == 4007
    assert [made.count("month", m, power="section 60") for m in MONTHS] == [
        str(plain[m]) for m in MONTHS
    ]


def test_the_newest_full_quarter_is_taken(made: Made) -> None:
    assert (made.answer.result.first_month, made.answer.result.last_month) == (
        MONTHS[0],
        MONTHS[-1],
    )
    assert made.answer.result.searches == len(made.rows)


def test_ages_and_powers_are_plain_counts_or_withheld(made: Made) -> None:
    for power, rows in (
        ("all", made.rows),
        ("section 60", [row for row in made.rows if row["Legislation"] == SECTION_60]),
    ):
        plain = Counter(row["Age range"] or "not given" for row in rows)
        for age in (*AGES, "not given"):
            told = made.count("age", age, power=power)
            assert told in {str(plain[age]), "withheld"}, (power, age)
            assert told == "withheld" or not 0 < int(told) < 5


def test_find_rates_are_plain_shares(made: Made) -> None:
    n = len(made.rows)
    none = {"A no further action disposal", "Nothing found - no further action", ""}
    found = sum(row["Outcome"] not in none for row in made.rows)
    arrests = sum(row["Outcome"] in {"Arrest", "Suspect arrested"} for row in made.rows)
    section = "What searches led to"
    assert made.cell(section, "Any outcome", "Share") == f"{100 * found / n:.1f} %"
    assert made.cell(section, "Arrest", "Share") == f"{100 * arrests / n:.1f} %"
    assert made.cell(section, "Weapon found", "Share") == "not computable"


def test_the_ratio_to_white_is_a_plain_ratio_on_the_census(made: Made) -> None:
    people = [row for row in made.rows if row["Type"] != "Vehicle search"]
    searched = Counter(row["Self-defined ethnicity"].split("/")[0].split(" ")[0] for row in people)
    name = resources.files("rightplace.powers.searches") / "data" / "census_residents.csv"
    census: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(name.read_text("utf-8"))):
        if row["year"] == "2021" and row["area_code"] != "E09000001":  # the City has its own force
            census[row["group"]] += int(row["residents"])
    ratio = (searched["Black"] / census["black"]) / (searched["White"] / census["white"])
    section = "Who was searched, beside who lives there"
    assert made.cell(section, "Black", "Ratio to White") == f"{ratio:.2f}"


def test_paper_opens_is_tagged_and_has_the_pages_it_says(made: Made) -> None:
    paper = next(each for each in made.answer.result.outputs if each.kind == "pdf")
    content = Path(paper.path).read_bytes()
    assert page_count(content) == paper.pages
    assert b"/Lang(en-GB)" in content
    assert b"/Marked true" in content
    assert b"/TH" in content
    text = page_text(content)
    assert text.index("What is missing") < text.index("What searches led to")
    assert "4,007" in text
    assert f"Page 1 of {paper.pages}" in text


def test_the_same_files_give_the_same_run_and_bytes_and_explain_leads_back(made: Made) -> None:
    again = report(
        made.world.workspace,
        options=ReportOptions(out=made.folder.parent / "again"),
        made_at=datetime.combine(date(2027, 1, 1), AT.timetz()),
    )
    assert again.id == made.answer.id
    digests = [each.sha256 for each in made.answer.result.outputs]
    assert [each.sha256 for each in again.result.outputs] == digests
    assert [file_digest(Path(each.path)) for each in again.result.outputs] == digests
    told = explain(made.world.workspace, str(again.id)).result
    assert told.id == again.id
    assert len(told.inputs) == len(MONTHS)
