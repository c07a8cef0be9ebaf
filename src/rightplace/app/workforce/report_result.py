"""What ``workforce report`` answers."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.evaluation.report_result import ReportFile  # noqa: TC001 - schemas read it


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceReportResult:
    """The report of a kept run.

    Parameters
    ----------
    workforce_id
        The run.
    of
        What it is of: ``forecast``, ``history``, ``trend`` or ``backtest``.
    title, answer
        Whose, and the sentence that stands first.
    flags
        What must be known beside it.
    history_id, backtest_id
        Runs that stand beside a forecast; null where there are none.
    synthetic
        Whether the numbers are invented.
    outputs
        The files written.
    """

    workforce_id: str
    of: str
    title: str
    answer: str
    flags: tuple[str, ...]
    history_id: str | None
    backtest_id: str | None
    synthetic: bool
    outputs: tuple[ReportFile, ...]
