"""The coming plan by the record in force and by the proposed one, side by side; none is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.effects.result import BothPlans, PlanBy, VisitsDiffer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.plan.making import Planned, PlanOptions
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunInput
    from rightplace.deploy.effect import EffectSize

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """Both plans as they are printed, every visit that differs, and the files they rest on."""

    shown: BothPlans
    tables: Mapping[str, pa.Table]
    inputs: tuple[RunInput, ...]


def both_plans(
    workspace: Workspace,
    outlook: Outlook,
    options: PlanOptions,
    *,
    before: EffectSize,
    proposed: EffectSize,
) -> Compared:
    """Return the coming plan by two records.

    Parameters
    ----------
    workspace
        Whose settings say how plans are made.
    outlook
        The forecast.
    options
        Crews and other files.
    before, proposed
        The records.
    """
    import pyarrow as pa

    from rightplace.app.plan.making import check_visits, make_plan
    from rightplace.app.plan.places import settled
    from rightplace.app.plan.settings import PlanSettings
    from rightplace.core.canonical import file_digest
    from rightplace.core.runs import RunInput

    settings = workspace.settings("plan", PlanSettings)
    options = settled(workspace, options)
    one, other = (
        make_plan(outlook, replace(options, effects=(effect,)), settings)
        for effect in (before, proposed)
    )
    for made in (one, other):
        check_visits(made)
    differ = _differ(one, other)
    unit = "incidents" if settings.objective == "count" else "harm"
    shown = BothPlans(
        forecast_id=outlook.id,
        first_day=outlook.first_day.isoformat(),
        days=outlook.days,
        objective_unit=unit,
        before=_plan_by(one, other),
        proposed=_plan_by(other, one),
        moved=int(np.abs(one.solution.visits - other.solution.visits).sum()),
        differ=tuple(differ[:SHOWN]),
    )
    columns = {
        name: [getattr(each, name) for each in differ] for name in VisitsDiffer.__dataclass_fields__
    }
    return Compared(
        shown=shown,
        tables={"differ": pa.table(columns)},
        inputs=tuple(
            RunInput(source=str(path), release=None, sha256=file_digest(path))
            for path in options.files
        ),
    )


def _plan_by(planned: Planned, other: Planned) -> PlanBy:
    from rightplace.deploy.weekly.breaches import prevented

    visits, solution = planned.solution.visits, planned.solution
    return PlanBy(
        version=planned.effect.version,
        objective=solution.objective,
        bound=solution.bound,
        gap=solution.gap,
        objective_by_other=prevented(other.problem, visits),
        visits=int(visits.sum()),
        places=int(visits.any(axis=1).sum()),
    )


def _differ(one: Planned, other: Planned) -> list[VisitsDiffer]:
    slots = one.outlook.slots
    before, proposed = one.solution.visits, other.solution.visits
    return [
        VisitsDiffer(
            cell_id=one.problem.cell_ids[cell],
            slot_start=slots[slot].start.isoformat(),
            before=int(before[cell, slot]),
            proposed=int(proposed[cell, slot]),
        )
        for cell, slot in np.argwhere(before != proposed).tolist()
    ]
