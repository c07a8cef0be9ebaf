"""Minutes that the places of a trial got: from visits as they were made, or from kept dosage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.feedback.visits import read_visits
from rightplace.core.runs import read_run_of
from rightplace.errors import NotHeldError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.app.evaluation.trial_weeks import PlanWeek
    from rightplace.app.feedback.visits import MadeVisits
    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dosed:
    """Minutes given.

    Parameters
    ----------
    visits
        Visits made; None where dosage was counted by the arms alone.
    by_arm
        By plan: minutes of a treated place a day with a visit, minutes of a place held out a day.
    visit_days
        By plan: days compared with a planned visit, by cell.
    n_cells
        Cells of the study area.
    """

    visits: MadeVisits | None
    by_arm: Mapping[str, tuple[float, float]]
    visit_days: Mapping[str, Mapping[int, int]]
    n_cells: int

    @property
    def by_place(self) -> bool:
        """Whether minutes were measured place by place."""
        return self.visits is not None

    def minutes_of(self, week: PlanWeek) -> NDArray[np.float64]:
        """Return the minutes of each place of a plan's lot in the days compared."""
        arms = week.arms
        if self.visits is not None:
            first, after = np.datetime64(arms.analysed_from), np.datetime64(arms.after)
            return self.visits.minutes_by_cell(first, after, n_cells=self.n_cells)[arms.cell]
        there, left = self.by_arm[arms.plan_id]
        days = self.visit_days[arms.plan_id]
        visited = np.array([days.get(cell, 0) for cell in arms.cell.tolist()], dtype=np.float64)
        all_days = (arms.after - arms.analysed_from).days
        return np.where(arms.treated, there * visited, left * all_days)


def visits_made(path: Path, area: StudyArea) -> Dosed:
    """Return the minutes of a file of visits as they were made, place by place."""
    return Dosed(visits=read_visits(path, area), by_arm={}, visit_days={}, n_cells=area.n_cells)


def kept_dosage(
    workspace: Workspace, plans: Sequence[PlanWeek], dosage_ids: Sequence[str], area: StudyArea
) -> Dosed:
    """Return the minutes of kept dosage, which are means of the arms.

    What fewer than five crews gave a place is withheld, and nearly every place's is; the arms'
    means are of many crews.

    Raises
    ------
    NotHeldError
        If a plan has no dosage among those named.
    UsageError
        If a plan has two.
    """
    found: dict[str, tuple[float, float]] = {}
    for each in dosage_ids:
        result = read_run_of(workspace.runs, each, kind="dosage")["result"]
        if result["plan_id"] in found:
            msg = f"Two of the dosages are of {result['plan_id']}."
            raise UsageError(msg, value=each, remedy="Name one dosage for each plan.")
        background = result["background"]
        found[result["plan_id"]] = (
            background["treated_minutes_per_place_day"] or 0.0,
            background["holdout_minutes_per_place_day"] or 0.0,
        )
    missing = [week.arms.plan_id for week in plans if week.arms.plan_id not in found]
    if missing:
        msg = f"None of the dosages named is of {missing[0]}."
        raise NotHeldError(msg, value=missing[0], remedy="Count it: rightplace dosage --plan ...")
    days = {week.arms.plan_id: _visit_days(workspace, week, area) for week in plans}
    return Dosed(visits=None, by_arm=found, visit_days=days, n_cells=area.n_cells)


def _visit_days(workspace: Workspace, week: PlanWeek, area: StudyArea) -> dict[int, int]:
    """Return how many of the days compared have a planned visit, by cell."""
    from rightplace.app.plan.visits import crew_visits

    index = {cell: number for number, cell in enumerate(area.cells["cell_id"].to_pylist())}
    made: list[dict[str, Any]] = (
        crew_visits(workspace, week.arms.plan_id).select(["cell_id", "slot_start"]).to_pylist()
    )
    days: dict[int, set[object]] = {}
    for row in made:
        local = row["slot_start"].astimezone(area.clock.tzinfo)
        day = local.date() - timedelta(days=local.time() < area.clock.day_starts)
        if week.arms.analysed_from <= day < week.arms.after:
            days.setdefault(index[row["cell_id"]], set()).add(day)
    return {cell: len(found) for cell, found in days.items()}
