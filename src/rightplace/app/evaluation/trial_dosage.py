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
        By plan: minutes given for each minute planned, minutes of a place held out a day.
    planned
        By plan: minutes planned in the days compared, by cell.
    n_cells
        Cells of the study area.
    """

    visits: MadeVisits | None
    by_arm: Mapping[str, tuple[float, float]]
    planned: Mapping[str, Mapping[int, float]]
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
        share, left = self.by_arm[arms.plan_id]
        minutes = self.planned[arms.plan_id]
        asked = np.array([minutes.get(cell, 0.0) for cell in arms.cell.tolist()])
        all_days = (arms.after - arms.analysed_from).days
        return np.where(arms.treated, share * asked, left * all_days)


def visits_made(path: Path, area: StudyArea) -> Dosed:
    """Return the minutes of a file of visits as they were made, place by place."""
    return Dosed(visits=read_visits(path, area), by_arm={}, planned={}, n_cells=area.n_cells)


def kept_dosage(
    workspace: Workspace, plans: Sequence[PlanWeek], dosage_ids: Sequence[str], area: StudyArea
) -> Dosed:
    """Return the minutes of kept dosage, place by place as far as means can tell them.

    What fewer than five crews gave a place is withheld, and nearly every place's is. A treated
    place got the minutes planned for it times the share of all planned minutes that crews gave:
    a plan asks for more in the busy places that it always visits than in those of its lot, so the
    mean of all visited places would be too much for these.

    Raises
    ------
    NotHeldError
        If a plan has no dosage among those named.
    UsageError
        If a plan has two.
    """
    found: dict[str, dict[str, Any]] = {}
    for each in dosage_ids:
        result = read_run_of(workspace.runs, each, kind="dosage")["result"]
        if result["plan_id"] in found:
            msg = f"Two of the dosages are of {result['plan_id']}."
            raise UsageError(msg, value=each, remedy="Name one dosage for each plan.")
        found[result["plan_id"]] = result["background"]
    missing = [week.arms.plan_id for week in plans if week.arms.plan_id not in found]
    if missing:
        msg = f"None of the dosages named is of {missing[0]}."
        raise NotHeldError(msg, value=missing[0], remedy="Count it: rightplace dosage --plan ...")
    by_arm, planned = {}, {}
    for week in plans:
        plan_id = week.arms.plan_id
        in_all, planned[plan_id] = _planned_minutes(workspace, week, area)
        by_arm[plan_id] = _given(found[plan_id], in_all)
    return Dosed(visits=None, by_arm=by_arm, planned=planned, n_cells=area.n_cells)


def _given(background: Mapping[str, Any], planned: float) -> tuple[float, float]:
    """Return minutes given for each minute planned, and those of a place held out a day."""
    a_day = background["treated_minutes_per_place_day"] or 0.0
    given = a_day * background["treated_place_days"]
    share = given / planned if planned > 0 else 0.0
    return share, background["holdout_minutes_per_place_day"] or 0.0


def _planned_minutes(
    workspace: Workspace, week: PlanWeek, area: StudyArea
) -> tuple[float, dict[int, float]]:
    """Return the minutes of all a plan's visits, and those of the days compared by cell."""
    from rightplace.app.plan.visits import crew_visits

    index = {cell: number for number, cell in enumerate(area.cells["cell_id"].to_pylist())}
    made: list[dict[str, Any]] = (
        crew_visits(workspace, week.arms.plan_id)
        .select(["cell_id", "slot_start", "minutes"])
        .to_pylist()
    )
    in_all, compared = 0.0, dict.fromkeys(week.arms.cell.tolist(), 0.0)
    for row in made:
        local = row["slot_start"].astimezone(area.clock.tzinfo)
        day = local.date() - timedelta(days=local.time() < area.clock.day_starts)
        cell = index[row["cell_id"]]
        in_all += row["minutes"]
        if cell in compared and week.arms.analysed_from <= day < week.arms.after:
            compared[cell] += row["minutes"]
    return in_all, compared
