"""Use case: read the published report of an operation: whoever answers for one of its places may.

One number stands for all treated places together, so a report is read whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rightplace.app.evaluation.report_paper import paper_of
from rightplace.app.evaluation.report_result import ReportResult, read_result
from rightplace.app.evaluation.report_tables import series_table
from rightplace.app.evaluation.report_writing import boroughs_of
from rightplace.app.service.operations_held import EVALUATION, is_registered
from rightplace.app.service.operations_sight import may_see, places_of
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.operations_sight import Places
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.briefing.evaluation.values import OperationReport
    from rightplace.briefing.searches.values import Table
    from rightplace.records.audit.transaction import Transaction

MOST_LISTED = 25
"""Newest reports that the list shows; a choice of ours."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedReport:
    """A published report, parsed.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    result
        What was found; synthetic where anything that it rests on is.
    places
        Rows of its table of places.
    boroughs
        Name and outline (WKB, metres) of each borough that holds any of them.
    treated
        BCU and borough of each treated place.
    panel
        Its table of counts.
    """

    record: dict[str, Any]
    result: ReportResult
    places: tuple[dict[str, Any], ...]
    boroughs: tuple[tuple[str, bytes], ...]
    treated: Places
    panel: pa.Table

    def document(self, marking: str) -> OperationReport:
        """Return it in words, under a protective marking."""
        return paper_of(
            self.result,
            marking=marking,
            places=self.places,
            boroughs=self.boroughs,
            code_version=str(self.record["code_version"]),
        )

    @cached_property
    def drawings(self) -> dict[str, str]:
        """Its pictures as ``<svg>`` by name; they carry no marking."""
        from rightplace.briefing.evaluation.page import drawings

        return drawings(self.document("-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A report as its page shows it.

    Parameters
    ----------
    report
        In words.
    operation_id
        The operation as it is registered here; empty where it is not.
    series
        Counted and expected by period; None where the design has no series.
    trained_to
        Last day counted.
    """

    id: str
    operation_id: str
    report: OperationReport
    series: Table | None
    as_of: str
    trained_to: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """A report in the list: what was judged, and what was found.

    Parameters
    ----------
    starts, ends
        First and last day of the operation, as YYYY-MM-DD.
    """

    id: str
    title: str
    starts: str
    ends: str
    verdict: str
    is_synthetic: bool


def read_published_report(run: OpenedRun) -> PublishedReport:
    """Return a published report, parsed."""
    result = read_result(run.record["result"])
    area = run.area(str(run.record["settings"]["area"]))
    places = tuple(run.table("places").to_pylist())
    treated = {row["cell_id"] for row in places if row["part"] == "treated"}
    return PublishedReport(
        record=run.record,
        result=replace(result, synthetic=run.is_synthetic),
        places=places,
        boroughs=boroughs_of(area.cells, places),
        treated=places_of(area.cells, treated),
        panel=run.table("panel"),
    )


def look(
    shelf: Shelf, report_id: str, *, person: Person, at: datetime, purpose: str
) -> PublishedReport:
    """Return a report to somebody who may see it; the look is written in the audit chain.

    Parameters
    ----------
    shelf, report_id
        Where it is published, and which.
    person
        Who looks.
    at
        The time now.
    purpose
        What for, as the audit chain keeps it.

    Raises
    ------
    RefusedError
        If none of its treated places lies in the person's area.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        report = _opened(shelf, tx, report_id)
        if not may_see(person, report.treated):
            msg = f"No treated place of this operation is in your area ({person.area_words})."
            raise RefusedError(msg, value=report_id, remedy="Ask somebody whose area it is.")
    return report


def _opened(shelf: Shelf, tx: Transaction, report_id: str) -> PublishedReport:
    return shelf.opened(tx, report_id, kind=EVALUATION, read=read_published_report)


def read_report(
    shelf: Shelf,
    report_id: str,
    *,
    person: Person,
    at: datetime,
    marking: str,
    workspace: Workspace | None = None,
) -> ReportPage:
    """Return a report as its page shows it.

    Parameters
    ----------
    shelf, report_id, person, at
        As in ``look``.
    marking
        Protective marking.
    workspace
        Whose study areas tell where registered operations lie.
    """
    from rightplace.records.audit.transaction import reading

    purpose = "Read the report of an operation."
    seen = look(shelf, report_id, person=person, at=at, purpose=purpose)
    op_id = seen.result.operation_id
    with reading(shelf.database) as quiet:
        is_here = is_registered(shelf, quiet, op_id, person=person, workspace=workspace)
    return ReportPage(
        id=report_id,
        operation_id=op_id if is_here else "",
        report=seen.document(marking),
        series=series_table(seen.result),
        as_of=str(seen.record["as_of"]),
        trained_to=seen.result.trained_to,
        is_synthetic=seen.result.synthetic,
    )


def report_chart(shelf: Shelf, report_id: str, ident: str, *, person: Person, at: datetime) -> str:
    """Return one picture of a report as an ``<svg>``.

    Parameters
    ----------
    shelf, report_id, person, at
        As in ``look``.
    ident
        Which: ``series``, ``effects`` or ``places``.

    Raises
    ------
    NotHeldError
        If the report has no such picture.
    """
    purpose = "Read the report of an operation."
    drawn = look(shelf, report_id, person=person, at=at, purpose=purpose).drawings
    if ident not in drawn:
        msg = f"The report has no picture {ident!r}."
        raise NotHeldError(msg, value=ident, remedy="Open the page of the report again.")
    return drawn[ident]


def read_reports(shelf: Shelf, *, person: Person, at: datetime) -> tuple[ReportLine, ...]:
    """Return the newest reports that somebody may see, the one published last first.

    They stand in the order of publishing and never of what was found: they are no ranking.
    Reports that are suspended are left out.

    Parameters
    ----------
    shelf
        Where they are published.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.app.service.published_lines import newest_runs, why_stopped
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    purpose = "Find reports of operations."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        runs = newest_runs(tx, EVALUATION, most=MOST_LISTED)
        ids = [run.id for run in runs if not why_stopped(tx, run.id)]
        found = [(each, _opened(shelf, tx, each)) for each in ids]
        return tuple(
            _line(each, report) for each, report in found if may_see(person, report.treated)
        )


def _line(report_id: str, report: PublishedReport) -> ReportLine:
    result = report.result
    return ReportLine(
        id=report_id,
        title=result.plan.title,
        starts=result.windows.starts,
        ends=result.windows.ends,
        verdict=result.verdict,
        is_synthetic=result.synthetic,
    )
