"""What a look ahead at a workforce is published with: the force's history, and a back-test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace


def beside_it(workspace: Workspace, record: dict[str, Any]) -> tuple[str, ...]:
    """Return the runs that stand beside a forecast in its report, as `workforce report` finds them.

    A history, trend or back-test stands alone.

    Parameters
    ----------
    workspace
        Where runs are.
    record
        Content of the run's ``run.json``.
    """
    from rightplace.app.workforce.report_kept import beside, kept_records, what_of

    if what_of(record) != "forecast":
        return ()
    kept = beside(record, kept_records(workspace.runs), named=lambda _: None)
    return tuple(
        run
        for run in (
            None if kept.history is None else kept.history.history_id,
            None if kept.backtest is None else kept.backtest.backtest_id,
        )
        if run is not None
    )
