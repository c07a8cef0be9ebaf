"""Writing the report of a look ahead: page, PDF, JSON and tables beside each other."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.report_result import ReportFile
from rightplace.app.investigation.report_document import NOT_OF_OFFICERS
from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.canonical import bytes_digest, canonical_json, plain
from rightplace.core.files import make_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rightplace.app.investigation.report_reading import KeptLook
    from rightplace.briefing.investigation.values import LookAhead

NAME: Final = "detectives"
CSV_TABLES: Final = ("changes", "measures", "backlog", "interviews")
"""Tables that are taken away as CSV."""


def write_report(
    document: LookAhead, look: KeptLook, folder: Path, *, formats: Sequence[str]
) -> tuple[ReportFile, ...]:
    """Write a report in the forms asked for and return the files.

    Parameters
    ----------
    document
        What page and paper say.
    look
        The kept look ahead.
    folder
        Where the files go; made if absent.
    formats
        Of html, pdf, json, csv.
    """
    make_folder(folder)
    files = []
    for kind in dict.fromkeys(formats):
        for name, content, pages in _forms(document, look, kind):
            path = folder / f"{name}.{kind}"
            write_whole(path, content)
            digest = bytes_digest([content])
            files.append(ReportFile(path=str(path), kind=kind, pages=pages, sha256=digest))
    return tuple(files)


def _forms(
    document: LookAhead, look: KeptLook, kind: str
) -> Iterator[tuple[str, bytes, int | None]]:
    from rightplace.briefing.investigation.page import look_page
    from rightplace.briefing.investigation.paper import look_pdf

    if kind == "html":
        yield NAME, look_page(document).encode(), None
    elif kind == "pdf":
        pdf, pages = look_pdf(document)
        yield NAME, pdf, pages
    elif kind == "json":
        yield NAME, look_json(look, document).encode(), None
    else:
        for table in CSV_TABLES:
            yield f"{NAME}-{table}", look_csv(look, table, document).encode(), None


def look_json(look: KeptLook, document: LookAhead) -> str:
    """Return what was found as JSON, with the answers and the marking."""
    told = {
        "answers": [plain(each) for each in document.answers],
        "marking": document.marking,
        "not_of_officers": NOT_OF_OFFICERS,
    }
    return canonical_json(plain(look.result) | told) + "\n"


def look_csv(look: KeptLook, table: str, document: LookAhead) -> str:
    """Return a table as CSV, formulas defused; each row says its run, marking and standing.

    Parameters
    ----------
    look
        The kept look ahead.
    table
        Of ``CSV_TABLES``.
    document
        The report that it belongs to.
    """
    held = look.tables[table]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*held.column_names, "run", "marking", "note"])
    note = f"{SYNTHETIC_SENTENCE} {NOT_OF_OFFICERS}" if document.synthetic else NOT_OF_OFFICERS
    for row in held.to_pylist():
        cells = [defused(clean(each)) if isinstance(each, str) else each for each in row.values()]
        writer.writerow([*cells, document.run_id, document.marking, note])
    return out.getvalue()
