"""What a look ahead at a workforce is published with: the force's history, and a back-test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

UNMARKED: Final = "-"
"""Marking of a report that is made to see whether it can be, and shown to nobody."""


def beside_it(workspace: Workspace, record: dict[str, Any]) -> tuple[str, ...]:
    """Return the runs that stand beside a forecast in its report, as `workforce report` finds them.

    A history, trend or back-test stands alone. A run that does not say all that its page needs,
    as one of an earlier version may not, is ``BadInputError`` before anything is published.

    Parameters
    ----------
    workspace
        Where runs are.
    record
        Content of the run's ``run.json``.
    """
    from rightplace.app.workforce.report_document import document_of
    from rightplace.app.workforce.report_kept import Kept, beside, kept_records, what_of

    if what_of(record) != "forecast":
        document_of(Kept(record=record), marking=UNMARKED)
        return ()
    kept = beside(record, kept_records(workspace.runs), named=lambda _: None)
    document_of(kept, marking=UNMARKED)
    return tuple(
        run
        for run in (
            None if kept.history is None else kept.history.history_id,
            None if kept.backtest is None else kept.backtest.backtest_id,
        )
        if run is not None
    )
