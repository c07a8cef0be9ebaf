"""Use case: write the report of a kept look ahead at detective units; it computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rightplace.app.answer import Answer
from rightplace.app.evaluation.report_result import ReportFile  # noqa: TC001 - schemas need it
from rightplace.briefing.investigation.values import Answered  # noqa: TC001 - schemas need it
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workspace import Workspace

FORMATS: Final = ("html", "pdf", "json", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectivesReport:
    """What was written.

    Parameters
    ----------
    investigation_id
        The run.
    answers
        What the report says first: what was asked, and a sentence for each end.
    synthetic
        Whether a unit of it is invented.
    outputs
        Files written.
    """

    investigation_id: str
    answers: tuple[Answered, ...]
    synthetic: bool
    outputs: tuple[ReportFile, ...]


def report(
    workspace: Workspace,
    run_id: str,
    *,
    out: Path | None = None,
    formats: tuple[str, ...] = FORMATS,
    dry_run: bool = False,
) -> Answer[DetectivesReport]:
    """Write the report of a look ahead that is kept.

    Parameters
    ----------
    workspace
        Where the run is kept.
    run_id
        A run of kind ``investigation``.
    out
        Folder; None for ``reports/ID`` in the workspace.
    formats
        Of ``FORMATS``.
    dry_run
        Whether nothing is written.

    Raises
    ------
    UsageError
        If a form is not known.
    """
    from rightplace.app.brief.settings import BriefSettings
    from rightplace.app.investigation.report_document import document_of
    from rightplace.app.investigation.report_reading import kept_look
    from rightplace.app.investigation.report_writing import write_report
    from rightplace.app.runs import read_table
    from rightplace.core.runs import read_run_of

    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        msg = f"{unknown[0]!r} is not a form of the report."
        raise UsageError(msg, value=unknown[0], remedy=f"Choose from {', '.join(FORMATS)}.")
    record = read_run_of(workspace.runs, run_id, kind="investigation")
    look = kept_look(record, partial(read_table, workspace, run_id))
    marking = workspace.settings("brief", BriefSettings).marking
    document = document_of(look, marking=marking)
    folder = out or workspace.root / "reports" / run_id
    outputs = () if dry_run else write_report(document, look, folder, formats=formats)
    result = DetectivesReport(
        investigation_id=run_id,
        answers=document.answers,
        synthetic=document.synthetic,
        outputs=outputs,
    )
    return Answer(verb="detectives-report", result=result, id=run_id)
