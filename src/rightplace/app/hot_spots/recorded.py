"""Incidents recorded by place and calendar month, counted as a forecast counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import StaleDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.app.evidence import Evidence
    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Month


def recorded_by_month(
    workspace: Workspace, outlook: Outlook, months: Sequence[Month]
) -> NDArray[np.float64]:
    """Return incidents by cell and month, (n_cells, n_months); NaN where they are not known.

    Parameters
    ----------
    workspace
        Where records are.
    outlook
        Whose classes, sources and rules are taken.
    months
        In order; months that no record has reached are not known, and not 0.
    """
    found = np.full((outlook.area.n_cells, len(months)), np.nan)
    for last in range(len(months) - 1, -1, -1):
        evidence = _evidence(workspace, outlook, months[last])
        if evidence is not None:
            for number in range(last + 1):
                found[:, number] = _in_month(evidence, months[number])
            break
    return found


def _evidence(workspace: Workspace, outlook: Outlook, month: Month) -> Evidence | None:
    from rightplace.app.evidence import Question, gather
    from rightplace.app.forecast.use_case import harm_index

    settings = outlook.record["settings"]
    question = Question(
        as_of=month.last,
        classes=tuple(settings["classes"]),
        sources=tuple(settings["sources"]) or None,
        published_cells_share=settings["published_cells_share"],
    )
    try:
        return gather(workspace, outlook.area, question, harm_index=harm_index(None))
    except StaleDataError:
        return None


def _in_month(evidence: Evidence, month: Month) -> NDArray[np.float64]:
    """Return incidents of a month by cell; NaN in cells that it does not fully cover."""
    history, demand = evidence.history, evidence.shift_counts
    first, end = np.datetime64(month.first, "D"), np.datetime64(month.plus(1).first, "D")
    starts = np.append(history.starts_on, history.period_ends[:-1])
    inside = (starts < end) & (history.period_ends > first)
    covered = inside.any() and starts[inside].min() <= first
    if not (covered and history.period_ends[inside].max() >= end):
        return np.full(history.events.shape[0], np.nan)
    known = history.observed[:, inside].all(axis=1)
    rows = (demand.day >= first) & (demand.day < end) & (demand.cell >= 0) & ~demand.vague
    counts = np.bincount(demand.cell[rows], weights=demand.n[rows], minlength=known.size)
    return np.where(known, counts, np.nan)
