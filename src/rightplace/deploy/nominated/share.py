"""Nominated places get their visits, inside their own share of each borough's crews."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.conflicts import PlanInfeasibleError, listed
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.deploy.nominated.file import Nomination
    from rightplace.deploy.weekly.problem import PlanProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class BoroughShare:
    """What nominated places take of a borough's crews.

    Parameters
    ----------
    wanted
        Visits that nominations ask for.
    most
        Visits that they may have.
    crew_visits
        Visits that the borough's crews can make.
    """

    borough: str
    wanted: int
    most: int
    crew_visits: int

    @property
    def share(self) -> float:
        """Share of the borough's visits that nominations ask for, 0 to 1; 0 without crews."""
        return self.wanted / self.crew_visits if self.crew_visits else 0.0


def with_nominated(
    problem: PlanProblem, nominations: Sequence[Nomination], *, share_most: float
) -> tuple[PlanProblem, tuple[BoroughShare, ...]]:
    """Return the problem in which each nominated place must have its visits, and their shares.

    A place that must have more visits already keeps those. Visits that the plan makes there
    beyond those wanted are the model's, and count in no share.

    Parameters
    ----------
    problem
        The plan's problem without nominations.
    nominations
        Those that hold, each of another place of the problem.
    share_most
        Largest share, 0 to 1, of a borough's crew visits that nominations may ask for.

    Raises
    ------
    BadInputError
        If the share is none.
    PlanInfeasibleError
        If nominations ask for more than their share; every row is named.
    """
    if not 0 <= share_most <= 1:
        msg = f"The share of nominated places is {share_most:g}, no share from 0 to 1."
        raise BadInputError(msg, value=share_most, remedy="Correct plan.nominated_share_most.")
    at = {cell_id: cell for cell, cell_id in enumerate(problem.cell_ids)}
    minimum = problem.minimum.copy()
    rows: dict[int, list[Nomination]] = {}
    for each in nominations:
        cell = at[each.cell_id]
        minimum[cell] = max(minimum[cell], each.visits)
        rows.setdefault(int(problem.borough[cell]), []).append(each)
    shares, conflicts = [], []
    for borough, asking in sorted(rows.items()):
        crew_visits = int(problem.capacity[borough].sum())
        found = BoroughShare(
            borough=problem.borough_names[borough],
            wanted=sum(each.visits for each in asking),
            most=math.floor(share_most * crew_visits + 1e-9),
            crew_visits=crew_visits,
        )
        shares.append(found)
        if found.wanted > found.most:
            conflicts.append(_conflict(found, asking, share_most))
    if conflicts:
        raise PlanInfeasibleError(conflicts)
    return replace(problem, minimum=minimum.astype(np.int64)), tuple(shares)


def _conflict(found: BoroughShare, asking: Sequence[Nomination], share_most: float) -> str:
    rows = listed(f"row {each.row} ({each.cell_id}, {each.visits})" for each in asking)
    return (
        f"In {found.borough} nominated places ask for {found.wanted} visits: {rows}. They may "
        f"have {found.most}, {share_most:.0%} of the {found.crew_visits} that its crews can make "
        f"(plan.nominated_share_most)."
    )
