"""From a file of nominated places to a plan that keeps them, and to what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.nominated.result import NominatedPlaces, NominatedShare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.deploy import PlanProblem, PlanSolution
    from rightplace.deploy.nominated import BoroughShare, Nomination
    from rightplace.places.study_area import StudyArea


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nominated:
    """A plan's problem with nominated places, and what it was without them.

    Parameters
    ----------
    problem, without
        The plan's problem, with them and without.
    held, expired
        Nominations that hold, and those that ran out before the plan.
    shares
        What they take of each borough's crews.
    """

    problem: PlanProblem
    without: PlanProblem
    held: tuple[Nomination, ...]
    expired: tuple[Nomination, ...]
    shares: tuple[BoroughShare, ...]


def nominated(
    problem: PlanProblem, path: Path | None, *, outlook: Outlook, share_most: float
) -> Nominated | None:
    """Return a problem whose nominated places must have their visits; None without a file.

    Parameters
    ----------
    problem
        The plan's problem, with every other limit.
    path
        File of nominations.
    outlook
        The forecast that the plan is for.
    share_most
        Largest share of a borough's crew visits that nominations may ask for.
    """
    from rightplace.deploy.nominated import NominationRules, read_nominations, with_nominated

    if path is None:
        return None
    rules = NominationRules(
        barred=_barred(outlook),
        cell_at=_finder(outlook.area),
        first_day=outlook.first_day,
        last_day=outlook.first_day + timedelta(days=outlook.days - 1),
        visit_minutes=problem.rules.visit_minutes,
    )
    held, expired = read_nominations(path, rules)
    kept, shares = with_nominated(problem, held, share_most=share_most)
    return Nominated(problem=kept, without=problem, held=held, expired=expired, shares=shares)


def _barred(outlook: Outlook) -> dict[str, str]:
    """Return why each cell cannot be visited, in words; empty where it can."""
    cells = outlook.area.cells
    columns = (cells[n].to_pylist() for n in ("cell_id", "borough", "excluded", "excluded_reason"))
    found = {}
    for cell_id, borough, excluded, why, masked in zip(*columns, outlook.masked, strict=True):
        words = ""
        if excluded:
            words = f"it is excluded ({why})" if why else "it is excluded"
        elif masked:
            words = "there are no data for it"
        elif borough is None:
            words = "it lies in no borough, so no crew serves it"
        found[cell_id] = words
    return found


def _finder(area: StudyArea) -> Callable[[float, float], str | None]:
    """Return what finds the cell of a longitude and latitude."""
    from rightplace.places import locate

    def cell_at(lon: float, lat: float) -> str | None:
        row = int(locate(area, np.array([lon]), np.array([lat]))[0])
        return None if row < 0 else str(area.cells["cell_id"][row].as_py())

    return cell_at


def nominated_places(
    found: Nominated, solution: PlanSolution, *, share_most: float
) -> NominatedPlaces:
    """Return what the nominated places of a plan have and cost.

    Parameters
    ----------
    found
        The problem with them and without.
    solution
        The plan with them.
    share_most
        Largest share of a borough's crew visits that they may have.
    """
    from rightplace.deploy import solve

    without = solve(found.without)
    visits = sum(each.visits for each in found.held)
    return NominatedPlaces(
        places=len(found.held),
        visits=visits,
        minutes=visits * found.problem.rules.visit_minutes,
        expired=tuple(each.row for each in found.expired),
        share_most=share_most,
        boroughs=tuple(
            NominatedShare(
                borough=each.borough,
                visits=each.wanted,
                most=each.most,
                crew_visits=each.crew_visits,
                share=each.share,
            )
            for each in found.shares
        ),
        objective_without=without.objective,
        bound_without=without.bound,
        cost_lo=max(0.0, without.objective - solution.bound),
        cost_hi=max(0.0, without.bound - solution.objective),
    )


def nominations_table(found: Nominated) -> pa.Table:
    """Return the nominations that hold, with their authors; kept in the run, shown to no crew."""
    import pyarrow as pa

    schema = pa.schema(
        [
            ("row", pa.int64()),
            ("cell_id", pa.string()),
            ("visits", pa.int64()),
            ("kind", pa.string()),
            ("reason", pa.string()),
            ("author", pa.string()),
            ("expires", pa.date32()),
        ]
    )
    rows = [{name: getattr(each, name) for name in schema.names} for each in found.held]
    return pa.Table.from_pylist(rows, schema=schema)
