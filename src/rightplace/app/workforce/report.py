"""Use case: the report of a kept run of a workforce, for a planner and a commander."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.answer import Answer, Notice
from rightplace.app.workforce.report_result import WorkforceReportResult
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workforce.report_kept import Kept
    from rightplace.app.workspace import Workspace

FORMATS: Final = ("html", "pdf", "json", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsked:
    """How a report is made.

    Parameters
    ----------
    out
        Folder; None for ``reports/ID`` in the workspace.
    formats
        Of ``FORMATS``.
    history, backtest
        Runs to stand beside a forecast; None for the newest, if all that are kept are of one force.
    dry_run
        Whether nothing is written.
    """

    out: Path | None = None
    formats: tuple[str, ...] = FORMATS
    history: str | None = None
    backtest: str | None = None
    dry_run: bool = False


def workforce_report(
    workspace: Workspace, run_id: str, asked: ReportAsked
) -> Answer[WorkforceReportResult]:
    """Write the report of a kept run and say its first sentence.

    Parameters
    ----------
    workspace
        Where the run is kept.
    run_id
        A run of `workforce forecast`, `history`, `trend` or `backtest` (h-...).
    asked
        How.

    Raises
    ------
    UsageError
        If a form of the report is not known.
    """
    from rightplace.app.brief.settings import BriefSettings
    from rightplace.app.workforce.report_document import document_of
    from rightplace.app.workforce.report_kept import what_of
    from rightplace.app.workforce.report_writing import write_report

    unknown = sorted(set(asked.formats) - set(FORMATS))
    if unknown:
        msg = f"{unknown[0]!r} is not a form of the report."
        raise UsageError(msg, value=unknown[0], remedy=f"Choose from {', '.join(FORMATS)}.")
    kept = _kept(workspace, run_id, asked)
    marking = workspace.settings("brief", BriefSettings).marking
    document = document_of(kept, marking=marking)
    folder = asked.out or workspace.root / "reports" / run_id
    outputs = (
        ()
        if asked.dry_run
        else write_report(document, folder, record=kept.record, formats=asked.formats)
    )
    result = WorkforceReportResult(
        workforce_id=run_id,
        of=what_of(kept.record),
        title=document.title,
        answer=document.answer,
        flags=document.flags,
        history_id=None if kept.history is None else kept.history.history_id,
        backtest_id=None if kept.backtest is None else kept.backtest.backtest_id,
        synthetic=document.synthetic,
        outputs=outputs,
    )
    return Answer(
        verb="workforce-report",
        result=result,
        id=run_id,
        warnings=_notices(kept.record),
    )


def _kept(workspace: Workspace, run_id: str, asked: ReportAsked) -> Kept:
    """Return the run with what stands beside it.

    Raises
    ------
    UsageError
        If something is to stand beside a run that is no forecast.
    """
    from rightplace.app.workforce.report_kept import (
        KIND,
        Kept,
        beside,
        kept_records,
        read_named,
        what_of,
    )
    from rightplace.core.runs import read_run_of

    record = read_run_of(workspace.runs, run_id, kind=KIND)
    named = {"history": asked.history, "backtest": asked.backtest}
    if what_of(record) == "forecast":

        def found(of: str) -> dict[str, Any] | None:
            name = named[of]
            return None if name is None else read_named(workspace.runs, name, of)

        return beside(record, kept_records(workspace.runs), named=found)
    if any(named.values()):
        msg = f"{run_id} is a {what_of(record)}: nothing stands beside it."
        raise UsageError(msg, value=run_id, remedy="Name history and back-test of a forecast.")
    return Kept(record=record)


def _notices(record: Any) -> tuple[Notice, ...]:  # noqa: ANN401 - content of run.json
    return tuple(Notice(code=each["code"], message=each["message"]) for each in record["warnings"])
