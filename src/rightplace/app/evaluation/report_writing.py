"""Writing the report of an operation: page, PDF, JSON and table beside each other."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.report_paper import paper_of
from rightplace.app.evaluation.report_result import ReportFile
from rightplace.briefing.stamp import PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.canonical import bytes_digest, canonical_json, plain
from rightplace.core.files import make_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    import pyarrow as pa

    from rightplace.app.evaluation.report_result import ReportResult
    from rightplace.briefing.evaluation.values import OperationReport

NAME: Final = "operation"
MOST_NAMED: Final = 8
"""Boroughs that are all named on the map."""


def boroughs_of(
    cells: pa.Table, places: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, bytes], ...]:
    """Return name and outline (WKB, metres) of each borough that holds any of an operation.

    Those with treated places or ring alone are named: a map of many places has no room.

    Parameters
    ----------
    cells
        Of the study area: ``borough``, and ``geometry`` as WKB in metres.
    places
        Rows of the run's table ``places``.
    """
    import numpy as np
    import shapely

    names = np.array([name or "" for name in cells["borough"].to_pylist()])
    outlines = cells["geometry"].to_numpy()
    near = {row["borough"] for row in places if row["part"] in {"treated", "ring"}}
    held = {row["borough"] for row in places if row["borough"]}
    few = len(held) <= MOST_NAMED
    return tuple(
        (
            name if few or name in near else "",
            shapely.to_wkb(shapely.union_all(shapely.from_wkb(outlines[names == name]))),
        )
        for name in sorted(held)
    )


def document_of(
    result: ReportResult,
    cells: pa.Table,
    *,
    marking: str,
    places: Sequence[Mapping[str, Any]],
    code_version: str,
) -> OperationReport:
    """Return a report as page, paper and service set it.

    Parameters
    ----------
    result
        What was found.
    cells
        Of the study area, for the boroughs round the places.
    marking
        Protective marking.
    places
        Rows of the run's table ``places``.
    code_version
        Of the code that made the run.
    """
    return paper_of(
        result,
        marking=marking,
        places=places,
        boroughs=boroughs_of(cells, places),
        code_version=code_version,
    )


def write_report(
    document: OperationReport,
    folder: Path,
    *,
    result: ReportResult,
    panel: pa.Table,
    formats: Sequence[str],
) -> tuple[ReportFile, ...]:
    """Write a report in the forms asked for and return the files.

    Parameters
    ----------
    document
        What page and paper say.
    folder
        Where the files go; made if absent.
    result
        What the JSON says.
    panel
        The run's table of counts, for the CSV.
    formats
        Of html, pdf, json, csv.
    """
    make_folder(folder)
    files = []
    for kind, content, pages in _forms(document, result, panel, formats):
        path = folder / f"{NAME}.{kind}"
        write_whole(path, content)
        digest = bytes_digest([content])
        files.append(ReportFile(path=str(path), kind=kind, pages=pages, sha256=digest))
    return tuple(files)


def _forms(
    document: OperationReport, result: ReportResult, panel: pa.Table, formats: Sequence[str]
) -> Iterator[tuple[str, bytes, int | None]]:
    from rightplace.briefing.evaluation.page import report_page
    from rightplace.briefing.evaluation.paper import report_pdf

    for kind in dict.fromkeys(formats):
        if kind == "html":
            yield kind, report_page(document).encode(), None
        elif kind == "pdf":
            pdf, pages = report_pdf(document)
            yield kind, pdf, pages
        elif kind == "json":
            yield kind, report_json(result).encode(), None
        else:
            yield kind, counts_csv(panel, document).encode(), None


def report_json(result: ReportResult) -> str:
    """Return what was found as JSON, with what it is no ground for."""
    return canonical_json(plain(result) | {"place_not_person": PLACE_NOT_PERSON}) + "\n"


def counts_csv(panel: pa.Table, document: OperationReport) -> str:
    """Return the run's table of counts as CSV, as ``marked_csv`` writes it."""
    rows = (tuple(row.values()) for row in panel.to_pylist())
    return marked_csv(panel.column_names, rows, document=document)


def marked_csv(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, document: OperationReport
) -> str:
    """Return a table as CSV, formulas defused; each row says what it is no ground for.

    Parameters
    ----------
    header
        Names of the columns.
    rows
        Their values; None is left empty.
    document
        The report that the table belongs to.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, "operation", "report", "marking", "place_not_person"])
    said = (
        PLACE_NOT_PERSON if not document.synthetic else f"{SYNTHETIC_SENTENCE} {PLACE_NOT_PERSON}"
    )
    tail = [document.operation_id, document.run_id, document.marking, said]
    for row in rows:
        cells = [defused(clean(value)) if isinstance(value, str) else value for value in row]
        writer.writerow(cells + tail)
    return out.getvalue()
