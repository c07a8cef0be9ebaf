"""What a plan keeps beside its visits so that it can be made anew: its duties and its limits.

Files that a plan was made from may be gone or changed by the evening; a plan that runs must not
depend on them.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.runs import read_table
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from rightplace.app.workspace import Workspace
    from rightplace.deploy import Crew, PlanProblem
    from rightplace.deploy.weekly.limits import PlanLimits

CREWS, PLACES, BOROUGHS, COVER = "crews", "limits_places", "limits_boroughs", "limits_cover"
_OF_PLACES = ("day_least", "day_most", "plan_most", "specialist_share")


def kept_tables(problem: PlanProblem, crews: Sequence[Crew]) -> dict[str, pa.Table]:
    """Return duties and limits of a plan as tables; those of limits only where there are any.

    Parameters
    ----------
    problem
        The plan's problem, every limit among it.
    crews
        Its duties.
    """
    import pyarrow as pa

    from rightplace.deploy import Crew

    names = [field.name for field in fields(Crew)]
    duties = [{name: getattr(crew, name) for name in names} for crew in crews]
    tables = {CREWS: pa.Table.from_pylist(duties)}
    limits = problem.limits
    places: dict[str, Any] = {"cell_id": problem.cell_ids, "plan_least": problem.minimum}
    if limits is None:
        return tables | ({PLACES: pa.table(places)} if problem.minimum.any() else {})
    tables[PLACES] = pa.table(places | {name: getattr(limits, name) for name in _OF_PLACES})
    bcus = [None if i < 0 else limits.bcu_names[i] for i in limits.bcu.tolist()]
    tables[BOROUGHS] = pa.table(
        {
            "borough": problem.borough_names,
            "bcu": pa.array(bcus, pa.string()),
            "least": limits.borough_least,
            "most": limits.borough_most,
        }
    )
    if limits.bcu_names:
        n_slots = problem.n_slots
        tables[COVER] = pa.table(
            {
                "bcu": np.repeat(np.array(limits.bcu_names), n_slots),
                "slot": np.tile(np.arange(n_slots), len(limits.bcu_names)),
                "most": limits.bcu_most.ravel(),
            }
        )
    return tables


def kept_crews(workspace: Workspace, record: dict[str, Any]) -> tuple[Crew, ...]:
    """Return the duties of a plan.

    Raises
    ------
    UnsupportedByDataError
        If the plan was made before plans kept them.
    """
    from rightplace.deploy import Crew

    if f"{CREWS}.parquet" not in record["tables"]:
        msg = f"Plan {record['id']} was made before plans kept their crews."
        raise UnsupportedByDataError(msg, value=record["id"], remedy="Make the plan again.")
    return tuple(Crew(**row) for row in read_table(workspace, record["id"], CREWS).to_pylist())


def with_kept_limits(
    workspace: Workspace, record: dict[str, Any], problem: PlanProblem
) -> PlanProblem:
    """Return a problem with the limits of places, boroughs and BCUs that a plan kept.

    Parameters
    ----------
    workspace
        Where the plan is.
    record
        Its ``run.json``.
    problem
        Its problem without limits.
    """
    from rightplace.deploy.weekly.limits import no_limits

    if f"{PLACES}.parquet" not in record["tables"]:
        return problem
    places = read_table(workspace, record["id"], PLACES)
    problem = replace(problem, minimum=places["plan_least"].to_numpy())
    if f"{BOROUGHS}.parquet" not in record["tables"]:
        return problem
    n_boroughs, n_slots = problem.capacity.shape
    none = no_limits(n_cells=problem.borough.size, n_boroughs=n_boroughs, n_slots=n_slots)
    limits = replace(none, **{name: places[name].to_numpy() for name in _OF_PLACES})
    return replace(problem, limits=_with_boroughs(workspace, record, limits))


def _with_boroughs(workspace: Workspace, record: dict[str, Any], limits: PlanLimits) -> PlanLimits:
    boroughs = read_table(workspace, record["id"], BOROUGHS)
    limits = replace(
        limits, borough_least=boroughs["least"].to_numpy(), borough_most=boroughs["most"].to_numpy()
    )
    if f"{COVER}.parquet" not in record["tables"]:
        return limits
    cover = read_table(workspace, record["id"], COVER)
    names = tuple(dict.fromkeys(cover["bcu"].to_pylist()))
    of = [-1 if bcu is None else names.index(bcu) for bcu in boroughs["bcu"].to_pylist()]
    return replace(
        limits,
        bcu=np.array(of, dtype=np.int64),
        bcu_names=names,
        bcu_most=cover["most"].to_numpy().reshape(len(names), -1),
    )
