"""What the page of data tells: months held, missing and odd; refusals told by role."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.held import FileReport, ReasonCount
from rightplace.app.service.data_page import DataWanted, HeldData, read_data
from rightplace.app.service.jobs_choices import choices_for
from rightplace.app.status import MissingCategory, MonthRows, SourceCoverage, StatusResult
from rightplace.app.workspace import Workspace
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Role
from tests.web.signed_in import person

if TYPE_CHECKING:
    from pathlib import Path

ANN = person("u-1", "Ann", Role.ANALYST)
DORA = person("u-2", "Dora", Role.DATA_PROTECTION_OFFICER)
OTTO = person("u-3", "Otto", Role.OFFICER)
SOURCE = SourceCoverage(
    source="data.police.uk/city/crimes",
    from_="2023-11",
    to="2024-05",
    gaps=("2024-01", "2024-02"),
    stubs=("2024-03",),
    months=(
        MonthRows(month="2023-11", rows=1000),
        MonthRows(month="2023-12", rows=201),
        MonthRows(month="2024-03", rows=1),
        MonthRows(month="2024-04", rows=200),
        MonthRows(month="2024-05", rows=999),
    ),
    rows=2401,
    without_place_share=0.25,
    unknown_setting_share=None,
    missing_categories=(
        MissingCategory(month="2024-04", category="Robbery"),
        MissingCategory(month="2024-04", category="Other theft"),
    ),
)
STORED = FileReport(
    path="/srv/pat/secret/2024.csv",
    sha256="1" * 64,
    mapping="police_uk_street",
    kind="crimes",
    release=None,
    read=10,
    stored=6,
    quarantined=3,
    superseded=1,
    refused=False,
    reasons=(
        ReasonCount(code="bad_date", count=3),
        ReasonCount(code="same_record", count=1),
    ),
)
REFUSED = replace(
    STORED,
    path="bad.zip",
    read=4,
    stored=0,
    quarantined=0,
    superseded=0,
    refused=True,
    reasons=(ReasonCount(code="refused", count=4),),
    message="Row 7: 'Smith, 1 High Road' is no month.",
)


@pytest.fixture
def held(tmp_path: Path) -> HeldData:
    """An empty workspace, taken to hold the above."""
    found = StatusResult(files=(STORED, REFUSED), sources=(SOURCE,))
    return HeldData(Workspace(root=tmp_path), known=((0, 0, 0), found))


def test_each_month_is_told_in_words_and_shades_and_what_is_missing_in_sentences(
    held: HeldData,
) -> None:
    (card,) = read_data(held, person=ANN, wanted=DataWanted()).sources
    assert [row.year for row in card.years] == [2024, 2023]
    told = {
        cell.month: (cell.words, cell.note, cell.shade)
        for row in card.years
        for cell in row.cells
        if cell.words
    }
    # The fullest month has 1,000 rows, so a shade stands for 200.
    assert told == {
        "2023-11": ("1,000", "", "5"),
        "2023-12": ("201", "", "2"),
        "2024-01": ("no data", "", "no-data"),
        "2024-02": ("no data", "", "no-data"),
        "2024-03": ("1", "nearly empty", "1"),
        "2024-04": ("200", "lacks 2 categories", "1"),
        "2024-05": ("999", "", "5"),
    }
    assert card.missing == (
        "No data (not zero): 2024-01 to 2024-02.",
        "Nearly empty: 2024-03.",
        "Robbery is missing in 2024-04.",
        "Other theft is missing in 2024-04.",
    )
    assert card.summary == "2,401 rows, 2023-11 to 2024-05; 25.0% without a place"


def test_rows_add_up_and_folders_of_the_machine_are_not_shown(held: HeldData) -> None:
    page = read_data(held, person=ANN, wanted=DataWanted())
    assert page.sums == (10, 6, 3, 1)
    assert [(each.name, each.adds_up) for each in page.files] == [
        ("2024.csv", True), ("bad.zip", False),
    ]  # fmt: skip
    assert [(each.words, each.count) for each in page.quarantined] == [
        ("the date is not written as the mapping says", 3)
    ]
    assert page.files[0].reasons == (
        "3: the date is not written as the mapping says", "1: the same record stands once",
    )  # fmt: skip


def test_why_a_file_was_refused_is_told_to_who_takes_files_in(held: HeldData) -> None:
    def refusal(role: Role) -> str:
        page = read_data(held, person=person("u-9", "x", role), wanted=DataWanted(only="refused"))
        (file,) = page.files
        return file.refused

    assert "Smith" in refusal(Role.ANALYST)
    assert refusal(Role.DATA_PROTECTION_OFFICER) == "refused whole"
    assert refusal(Role.AREA_COMMANDER) == "refused whole"
    with pytest.raises(RefusedError):
        read_data(held, person=OTTO, wanted=DataWanted())


def test_files_are_found_by_name_and_by_what_became_of_them(held: HeldData) -> None:
    def names(**wanted: str) -> list[str]:
        page = read_data(held, person=DORA, wanted=DataWanted(**wanted))  # type: ignore[arg-type]  # texts alone
        return [each.name for each in page.files]

    assert names(search="BAD") == ["bad.zip"]
    assert names(search="srv") == []
    assert names(only="quarantined") == ["2024.csv"]
    assert read_data(held, person=DORA, wanted=DataWanted(source="x")).sources == ()


def test_the_newest_day_is_the_last_of_recorded_crime(held: HeldData) -> None:
    assert held.newest_day() == "2024-05-31"


def test_a_form_never_starts_from_a_day_that_is_not_over(held: HeldData) -> None:
    def starts(at: date) -> str:
        return choices_for(held, "forecast", person=ANN, at=at).defaults["as_of"]

    assert starts(date(2024, 5, 20)) == "2024-05-19"
    assert starts(date(2024, 7, 1)) == "2024-05-31"


def test_a_changed_manifest_is_read_anew(held: HeldData) -> None:
    held.workspace.store.manifest_path.write_text(
        '{"schema": "rightplace/manifest/1", "entries": []}'
    )
    assert held.status() == StatusResult(files=(), sources=())
    assert held.newest_day() == ""
