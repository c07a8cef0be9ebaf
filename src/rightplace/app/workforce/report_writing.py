"""Writing the report of a workforce: page, PDF, JSON and tables beside each other."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.evaluation.report_result import ReportFile
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.canonical import bytes_digest, canonical_json, plain
from rightplace.core.files import make_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rightplace.briefing.workforce.values import StrengthReport

NAME: Final = "workforce"
MONTHS: Final = "months"


def write_report(
    document: StrengthReport,
    folder: Path,
    *,
    record: Mapping[str, Any],
    formats: Sequence[str],
) -> tuple[ReportFile, ...]:
    """Write a report in the forms asked for and return the files.

    Parameters
    ----------
    document
        What page and paper say.
    folder
        Where the files go; made if absent.
    record
        Content of the run's ``run.json``.
    formats
        Of html, pdf, json, csv.
    """
    make_folder(folder)
    files = []
    for name, content, pages in _contents(document, record, formats):
        path = folder / name
        write_whole(path, content)
        digest = bytes_digest([content])
        files.append(ReportFile(path=str(path), kind=path.suffix[1:], pages=pages, sha256=digest))
    return tuple(files)


def _contents(
    document: StrengthReport, record: Mapping[str, Any], formats: Sequence[str]
) -> Iterator[tuple[str, bytes, int | None]]:
    from rightplace.briefing.workforce.page import report_page
    from rightplace.briefing.workforce.paper import report_pdf

    for form in dict.fromkeys(formats):
        if form == "html":
            yield f"{NAME}.html", report_page(document).encode(), None
        elif form == "pdf":
            pdf, pages = report_pdf(document)
            yield f"{NAME}.pdf", pdf, pages
        elif form == "json":
            yield f"{NAME}.json", report_json(document, record).encode(), None
        else:
            yield f"{NAME}-tables.csv", tables_csv(document).encode(), None
            months = months_csv(document, record)
            if months:
                yield f"{NAME}-{MONTHS}.csv", months.encode(), None


def report_json(document: StrengthReport, record: Mapping[str, Any]) -> str:
    """Return what the run said as JSON, with the report's sentences.

    Paths of the workspace are left out: they tell a reader elsewhere nothing.
    """
    said = {
        name: value
        for name, value in record["result"].items()
        if not name.endswith("_path") and name != "exported"
    }
    words = {
        "run_id": document.run_id,
        "marking": document.marking,
        "answer": document.answer,
        "flags": list(document.flags),
        "foot": list(document.foot),
        "not_about_person": NOT_ABOUT_PERSON,
    }
    return canonical_json(plain(words) | {"result": said}) + "\n"


def tables_csv(document: StrengthReport) -> str:
    """Return every table of a report as CSV, one cell a line, as it is printed."""
    rows = (
        (section.heading, table.caption, row[0], column, value)
        for section in document.sections
        for table in section.tables
        for row in table.rows
        for column, value in zip(table.header[1:], row[1:], strict=True)
    )
    return _marked(document, ("section", "table", "row", "column", "value"), rows)


def months_csv(document: StrengthReport, record: Mapping[str, Any]) -> str:
    """Return every month of a run as CSV, in full precision; empty where it has none."""
    months = record["result"].get("strength") or record["result"].get("months")
    if not isinstance(months, list) or not months:
        return ""
    flat = [dict(_flat(each)) for each in months]
    return _marked(document, tuple(flat[0]), (tuple(row.values()) for row in flat))


def _flat(month: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in month.items():
        if isinstance(value, dict):
            for end, number in value.items():
                yield f"{name}_{end}", number
        else:
            yield name, value


def _marked(document: StrengthReport, header: Sequence[str], rows: Any) -> str:  # noqa: ANN401 - rows of cells
    """Return rows as CSV, formulas defused; each says run, marking and what it is not about."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")  # RFC 4180
    writer.writerow((*header, "run", "marking", "notice"))
    notice = f"{SYNTHETIC_SENTENCE} " if document.synthetic else ""
    origin = (document.run_id, document.marking, f"{notice}{NOT_ABOUT_PERSON}")
    for row in rows:
        cells = [defused(clean(each)) if isinstance(each, str) else each for each in row]
        writer.writerow((*cells, *(defused(clean(each)) for each in origin)))
    return sink.getvalue()
