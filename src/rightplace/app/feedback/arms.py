"""Which places plans held out by chance, as their visits tables tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.errors import UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea

TREAT, HOLD_OUT = "treat", "holdout"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanArms:
    """The places of one plan that a lot treated or held out; arrays of shape (n_places,).

    Parameters
    ----------
    first, after
        First day of the plan, and first day after it.
    cell
        Row of the study area's cells.
    treated
        Whether the place was to be visited.
    probability
        Chance with which the lot treats it.
    unit, stratum
        Numbers of the unit that was drawn and of the stratum that it was drawn in; neighbours
        share a unit. Stratum -1 where each place had a lot of its own.
    analysed_from
        First day whose records are compared, in both arms.
    """

    plan_id: str
    first: date
    after: date
    cell: NDArray[np.int64]
    treated: NDArray[np.bool_]
    probability: NDArray[np.float64]
    unit: NDArray[np.int64]
    stratum: NDArray[np.int64]
    analysed_from: date

    def is_of_lot(self, other: PlanArms) -> bool:
        """Return whether both plans are of the same days and places, with the same arms."""
        return (self.first, self.after) == (other.first, other.after) and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("cell", "treated", "probability")
        )


def arms_of_plans(
    workspace: Workspace, area: StudyArea, plans: Sequence[str]
) -> tuple[PlanArms, ...]:
    """Return the arms of plans of a study area that drew a lot, by their first day.

    A plan made anew in its week keeps its lot: of plans with one lot the first is taken. Drafts
    that nobody signed were not carried out; one that is named is refused.

    Parameters
    ----------
    workspace
        Where the plans are kept.
    area
        Plans of other areas are left out.
    plans
        Ids; none takes every plan that is kept, drafts apart.

    Raises
    ------
    UsageError
        If two of them are of the same days with different lots.
    """
    ids = plans or _carried_out(workspace)
    found = [arms for each in ids if (arms := _arms(workspace, area, each)) is not None]
    found.sort(key=lambda arms: (arms.first, -arms.stratum.max(), arms.plan_id))
    found = [arms for n, arms in enumerate(found) if not any(map(arms.is_of_lot, found[:n]))]
    for one, other in pairwise(found):
        if other.first < one.after:
            msg = f"{one.plan_id} and {other.plan_id} both hold places out from {other.first}."
            raise UsageError(msg, remedy="Name the plan that was carried out with --plan.")
    return tuple(found)


def _carried_out(workspace: Workspace) -> list[str]:
    """Return the ids of the plans that are kept, without drafts."""
    from rightplace.app.holdout.signatures import is_draft
    from rightplace.core.runs import read_run_of

    names = sorted(path.name for path in workspace.runs.glob("p-*") if path.is_dir())
    records = (read_run_of(workspace.runs, name, kind="plan") for name in names)
    return [record["id"] for record in records if not is_draft(workspace, record)]


def _arms(workspace: Workspace, area: StudyArea, plan_id: str) -> PlanArms | None:
    """Return a plan's arms, or None if it is of another area or drew no lot."""
    from rightplace.app.plan.visits import visits_with_arms
    from rightplace.core.runs import read_run_of

    record = read_run_of(workspace.runs, plan_id, kind="plan")
    forecast = read_run_of(workspace.runs, record["settings"]["forecast"], kind="forecast")
    if forecast["settings"]["area"] != area.area_id:
        return None
    rows = visits_with_arms(workspace, plan_id).select(["cell_id", "arm", "probability"])
    places = _places(rows.to_pylist(), plan_id)
    if not places:
        return None
    index = {cell: number for number, cell in enumerate(area.cells["cell_id"].to_pylist())}
    first = date.fromisoformat(record["as_of"]) + timedelta(days=1)
    cells = sorted(places)
    unit, stratum, analysed_from = _lot(workspace, record, cells, first=first)
    return PlanArms(
        plan_id=plan_id,
        first=first,
        after=first + timedelta(days=int(record["settings"]["days"])),
        cell=np.array([index[cell] for cell in cells], dtype=np.int64),
        treated=np.array([places[cell][0] == TREAT for cell in cells]),
        probability=np.array([places[cell][1] for cell in cells], dtype=np.float64),
        unit=unit,
        stratum=stratum,
        analysed_from=analysed_from,
    )


def _lot(
    workspace: Workspace, record: dict[str, Any], cells: list[str], *, first: date
) -> tuple[NDArray[np.int64], NDArray[np.int64], date]:
    """Return unit and stratum of each place, and the first day to be compared."""
    from rightplace.app.holdout.releases import TABLE, drawn_rows

    if f"{TABLE}.parquet" not in record["tables"]:
        return np.arange(len(cells)), np.full(len(cells), -1, dtype=np.int64), first
    rows = {row["cell_id"]: row for row in drawn_rows(workspace, record["id"])}
    drawn = [rows[cell] for cell in cells]
    _, stratum = np.unique([row["stratum"] for row in drawn], return_inverse=True)
    return (
        np.array([row["unit"] for row in drawn], dtype=np.int64),
        stratum.reshape(-1).astype(np.int64),
        max(row["analysed_from"] for row in drawn),
    )


def _places(rows: Iterable[dict[str, Any]], plan_id: str) -> dict[str, tuple[str, float]]:
    """Return arm and chance of each place that a lot decided on.

    Raises
    ------
    UnsupportedByDataError
        If a place stands in both arms, or with two chances.
    """
    found: dict[str, tuple[str, float]] = {}
    for row in rows:
        drawn = (row["arm"], row["probability"])
        if row["arm"] not in {TREAT, HOLD_OUT} or not 0 < row["probability"] < 1:
            continue
        if found.setdefault(row["cell_id"], drawn) != drawn:
            msg = f"{plan_id} has {row['cell_id']} in two arms or with two chances."
            remedy = "The monitor compares places that stay in one arm for the whole plan."
            raise UnsupportedByDataError(msg, value=row["cell_id"], remedy=remedy)
    return found
