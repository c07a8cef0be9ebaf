"""Use cases: the published report of an operation as a page, a drawing, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.service.operations_held import EVALUATION, looked_at_operation
from rightplace.errors import NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.briefing.evaluation.values import OperationReport
    from rightplace.records.audit.transaction import Transaction

KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
}
"""Forms in which a report is taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsked:
    """A published report that somebody asks for, with the marking that it carries."""

    run_id: str
    marking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReport:
    """A published report: as page and paper set it, and as its run says it in JSON."""

    document: OperationReport
    result: dict[str, Any]


def read_report(
    shelf: Shelf,
    asked: ReportAsked,
    *,
    person: Person,
    at: datetime,
    workspace: Workspace | None,
) -> PublishedReport:
    """Return a published report of an operation that the person may see.

    One that is suspended is refused; one that is not published is not held.

    Parameters
    ----------
    shelf
        Where it is published.
    asked
        Which.
    person
        Who looks.
    at
        The time now.
    workspace
        Whose study area tells where the operation was.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    purpose = f"Look at the report {asked.run_id[:40]}."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        found = shelf.opened(
            tx, asked.run_id, kind=EVALUATION, read=lambda run: _read(run, asked.marking)
        )
        _check_place(shelf, tx, found.document.operation_id, person=person, workspace=workspace)
    return found


def _check_place(
    shelf: Shelf, tx: Transaction, op_id: str, *, person: Person, workspace: Workspace | None
) -> None:
    """Check that somebody may see the operation of a report.

    Raises
    ------
    NotHeldError
        If it is registered here, and not where they may see it.
    """
    from rightplace.app.service.operations_held import held_register

    if op_id in held_register(shelf, tx).operations:
        looked_at_operation(shelf, tx, op_id, person=person, workspace=workspace)
    elif not person.within(Permission.SEE_OPERATIONS, [None], [None])[0]:
        msg = f"The operation {op_id} is not registered here."
        raise NotHeldError(msg, value=op_id, remedy="Ask an analyst to register it here.")


def _read(run: OpenedRun, marking: str) -> PublishedReport:
    """Return a published run as page and paper show it."""
    import numpy as np
    import shapely

    from rightplace.app.evaluation.report_paper import paper_of
    from rightplace.app.evaluation.report_result import read_result

    result = read_result(run.record["result"])
    places = run.table("places").to_pylist()
    area = run.area(result.area_id)
    names = np.array([name or "" for name in area.borough_names])
    shapes = np.asarray(shapely.from_wkb(area.cells["geometry"].to_pylist()), dtype=object)
    boroughs = tuple(
        (name, shapely.to_wkb(shapely.union_all(shapes[names == name])))
        for name in sorted({row["borough"] for row in places if row["borough"]})
    )
    document = paper_of(
        result,
        marking=marking,
        places=places,
        boroughs=boroughs,
        code_version=str(run.record.get("code_version", "")),
    )
    return PublishedReport(document=document, result=run.record["result"])


def report_drawing(report: OperationReport, name: str) -> str:
    """Return a picture of a report as SVG.

    Parameters
    ----------
    report
        The report.
    name
        ``series``, ``effects`` or ``places``.

    Raises
    ------
    NotHeldError
        If it has no such picture.
    """
    from rightplace.briefing.evaluation.page import drawings

    found = drawings(report)
    if name not in found:
        msg = f"The report {report.run_id} has no picture {name[:40]!a}."
        raise NotHeldError(msg, value=ascii(name[:40]), remedy="Read its tables.")
    return found[name]


def report_file(report: PublishedReport, kind: str) -> bytes:
    """Return a report as a file to take away.

    Parameters
    ----------
    report
        The report.
    kind
        A key of ``KINDS``.

    Raises
    ------
    NotHeldError
        If there is no such form.
    """
    from rightplace.briefing.evaluation.page import report_page
    from rightplace.briefing.evaluation.paper import report_pdf
    from rightplace.briefing.stamp import PLACE_NOT_PERSON
    from rightplace.core.canonical import canonical_json

    if kind == "html":
        return report_page(report.document).encode()
    if kind == "pdf":
        return report_pdf(report.document)[0]
    if kind == "json":
        told = report.result | {"place_not_person": PLACE_NOT_PERSON}
        return f"{canonical_json(told)}\n".encode()
    msg = f"No report is taken away as {kind[:20]!a}."
    raise NotHeldError(msg, value=ascii(kind[:20]), remedy=f"Forms: {', '.join(KINDS)}.")
