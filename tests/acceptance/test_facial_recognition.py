"""Facial recognition in London: what published ward counts can say of it, which is not much.

Deployments are those that the Metropolitan Police published to March 2025, with the ward of each
as gathered by a member of the London Assembly ("approximate"). Deployments follow crime, and
crime in a ward is not their purpose: the example shows what a report says where data cannot tell.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from rightplace.app.areas import define_area, find_area
from rightplace.app.evaluation.report import ReportOptions, report
from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from rightplace.evaluate.operations.plan import ChosenBy, Delivery, Judged, Outcome, Where
from rightplace.places import AreaSettings, Unit
from tests.operation_plans import locked, operation, when
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.evaluation.report_result import ReportResult

pytestmark = [needs_shared, pytest.mark.large]
DATASTORE = SHARED / "london" / "datastore"
DEPLOYMENTS = DATASTORE / "MPS_Live_Facial_Recognition_Deployments_2020_2025.xlsx"
WARD_COUNTS = DATASTORE / "MPS_Ward_Level_Crime_recent24_2023-07_2025-06.zip"
WARDS = SHARED / "london" / "geography" / "london_ward.gpkg"
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Five wards of the City have a force of their own, and Heathrow's counts stand apart.
WITHOUT_DATA = {"E05009288", "E05009302", "E05009305", "E05009308", "E05009312", "E05013570"}
SERIAL_ZERO = date(1899, 12, 30)


def deployments() -> list[tuple[date, str]]:
    """Return day and ward of each deployment of the sheet.

    Days up to the twelfth of a month were taken for month and day when the sheet was made, and
    stand as serial numbers; the others stand as text. 2025-11-03 in a sheet of March 2025 is the
    11th of March.
    """
    with zipfile.ZipFile(DEPLOYMENTS) as book:
        shared = fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - a file of ours
        sheet = fromstring(book.read("xl/worksheets/sheet2.xml"))  # noqa: S314 - as above
    words = ["".join(t.text or "" for t in each.iter(f"{NS}t")) for each in shared]
    found = []
    for row in list(sheet.iter(f"{NS}row"))[4:]:
        cells: dict[str, str] = {}
        for cell in row:
            value = cell.find(f"{NS}v")
            if value is not None and value.text is not None:
                column = cell.attrib["r"].rstrip("0123456789")
                is_text = cell.attrib.get("t") == "s"
                cells[column] = words[int(value.text)] if is_text else value.text
        if "B" in cells and "X" in cells:
            found.append((day_of(cells["B"]), cells["X"]))
    return found


def day_of(text: str) -> date:
    if "/" in text:
        return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date()
    taken = SERIAL_ZERO + timedelta(days=int(float(text)))
    return date(taken.year, taken.day, taken.month)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportResult, Path]:
    """Wards in which it was first used in September to December 2024, beside those without any."""
    root = tmp_path_factory.mktemp("recognition")
    workspace = Workspace(root=root / "workspace")
    ingest(workspace, [WARD_COUNTS], kind="crimes")
    define_area(workspace, WARDS, AreaSettings(unit=Unit.WARD, name="London wards"))
    area = find_area(workspace, None)
    first: dict[str, date] = {}
    for day, ward in sorted(deployments()):
        first.setdefault(ward, day)
    cells = area.cells["cell_id"].to_pylist()
    new = [c for c in cells if date(2024, 9, 1) <= first.get(c, date.min) <= date(2024, 12, 31)]
    never = [c for c in cells if c not in first and c not in WITHOUT_DATA]
    plan = operation(
        Where(area_id=area.area_id, treated=tuple(new), control=tuple(never)),
        title="Live facial recognition, wards new to it in autumn 2024",
        question="Did recorded robbery and violence with injury change where it was first used?",
        when=when(date(2024, 3, 1), date(2024, 9, 1), date(2025, 3, 31)),
        outcome=Outcome(
            classes=("robbery", "violence_with_injury"),
            words="robbery and violence with injury, recorded",
        ),
        judged=Judged(design=Design.DIFFERENCE, smallest_change=-0.1),
        delivery=Delivery(tactics=("live facial recognition at a place for some hours",)),
        chosen_by=ChosenBy.HIGH_COUNTS,
        chosen_because="The force chose them; deployments follow crime.",
        elsewhere="everything else that police did in these wards, not known",
    )
    answer = report(
        workspace,
        locked(plan, results_held_to=date(2025, 6, 30)),
        options=ReportOptions(as_of=date(2025, 6, 30), out=root / "out", own_only=True),
        made_at=datetime(2025, 7, 1, tzinfo=UTC),
    )
    return answer.result, root / "out"


def test_the_sheet_ends_in_the_month_in_which_it_was_published() -> None:
    days = [day for day, _ in deployments()]
    assert min(days) == date(2020, 2, 11)  # the first deployment, in Stratford
    assert max(days) <= date(2025, 3, 25)


def test_the_verdict_is_that_these_data_cannot_tell(judged: tuple[ReportResult, Path]) -> None:
    result, _ = judged
    assert "These data cannot tell whether it worked" in result.verdict
    assert result.verdict.startswith("Exploratory")
    codes = {flag.code for flag in result.flags}
    assert codes >= {CANNOT_TELL, "registered-after-results", "chosen-for-high-counts"}
    parts = {part.part: part for part in result.parts}
    assert len(parts["treated"].cells) == 14
    assert result.counted_from == "published counts"
    assert result.cost.per_incident is None
    checks = {each.check: each.passed for each in result.finding.diagnostics}
    assert checks["same-recording"] is True  # both windows after the change of March 2024


def test_the_page_says_what_it_is_not(judged: tuple[ReportResult, Path]) -> None:
    page = (judged[1] / "operation.html").read_text(encoding="utf-8")
    assert "these data cannot tell why" in page
    assert "What this is not" in page
    assert "no licence to repeat" in page
