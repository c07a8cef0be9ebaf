"""What was recorded in the time of a kept forecast, counted as the forecast counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Came:
    """What was recorded in the time that was forecast.

    Parameters
    ----------
    observed
        Shape (n_cells,). Records; NaN in cells without data, and everywhere if not yet on file.
    scale
        What expected counts are multiplied by to be of the same time.
    words
        Which time is compared, or why none can be.
    """

    observed: NDArray[np.float64]
    scale: float
    words: str

    @property
    def known(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells in which it is known what came."""
        return np.isfinite(self.observed)


def what_came(workspace: Workspace, outlook: Outlook) -> Came:
    """Return what was recorded in the time of a forecast, by the forecast's own rules.

    Monthly records are compared by whole months: those that the forecast's days touch, with the
    forecast's daily rate held for all their days.
    """
    from rightplace.core.time import Month

    last = outlook.first_day + timedelta(days=outlook.days - 1)
    monthly = outlook.grain == "month"
    until = Month.of(last).last if monthly else last
    observed = _observed(workspace, outlook, until=until)
    if observed is None:
        words = f"Nothing is on file yet for {outlook.first_day} to {until}: only associations."
        blank = np.full(outlook.area.n_cells, np.nan)
        return Came(observed=blank, scale=1.0, words=words)
    start = Month.of(outlook.first_day).first if monthly else outlook.first_day
    days = (until - start).days + 1
    held = f", the forecast's {outlook.days} days held at their daily rate" if monthly else ""
    return Came(
        observed=observed, scale=days / outlook.days, words=f"Compared: {start} to {until}{held}."
    )


def _observed(workspace: Workspace, outlook: Outlook, *, until: date) -> NDArray[np.float64] | None:
    """Return records by cell from the forecast's first day (or month) to a day; None if none."""
    from rightplace.app.evidence import Question, gather
    from rightplace.app.forecast.use_case import harm_index
    from rightplace.errors import StaleDataError

    settings = outlook.record["settings"]
    question = Question(
        as_of=until,
        classes=tuple(settings["classes"]),
        sources=tuple(settings["sources"]) or None,
        published_cells_share=settings["published_cells_share"],
    )
    try:
        evidence = gather(workspace, outlook.area, question, harm_index=harm_index(None))
    except StaleDataError:
        return None
    history = evidence.history
    first = np.datetime64(outlook.first_day, "D")
    covered = history.period_ends > first
    reached = history.period_ends[-1] > np.datetime64(until, "D")
    if not (covered.any() and reached and history.observed[:, -1].any()):
        return None
    if outlook.grain == "month":
        counts = history.events[:, covered].sum(axis=1).astype(np.float64)
    else:
        demand = evidence.shift_counts
        inside = (demand.day >= first) & (demand.cell >= 0) & ~demand.vague
        counts = np.bincount(
            demand.cell[inside], weights=demand.n[inside], minlength=outlook.area.n_cells
        )
    return np.where(history.observed[:, covered].all(axis=1), counts, np.nan)
