"""Districts of areas with even workloads and least travel: the p-median, exactly.

Each area belongs to the district of one centre; travel is calls times the way to the centre. With
``c`` calls, ``d`` ways, ``p`` districts and mean workload ``m = sum(c) / p``,

    min sum_ij c_i d_ij x_ij   with   sum_j x_ij = 1,  x_ij <= x_jj,  sum_j x_jj = p,
    (1 - inequality) m x_jj <= sum_i c_i x_ij <= (1 + inequality) m x_jj.

A district that is to hang together and does not gets a cut: its stray areas are in it only with one
of the areas around them. Cuts are added until none is needed, so the result stays exact.

References
----------
Wheeler (2018), Creating optimal patrol areas using the p-median model, Policing: An International
Journal 42, 318-333: the model with workload inequality and contiguity, and the toy case of four
areas on a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from rightplace.errors import BadInputError, InfeasibleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_ROUNDING = 1e-9
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Districts:
    """Areas in districts.

    Parameters
    ----------
    centre_of
        Shape (n_areas,). The area at whose centre each one's district has its base.
    travel
        Sum of calls times way to the centre; no districts within the limits have less.
    workload
        Shape (n_areas,). Calls of the district of each centre, 0 elsewhere.
    """

    centre_of: NDArray[np.int64]
    travel: float
    workload: NDArray[np.float64]

    def members(self) -> tuple[tuple[int, ...], ...]:
        """Return the areas of each district, districts by their first area."""
        found = [np.flatnonzero(self.centre_of == each) for each in np.unique(self.centre_of)]
        return tuple(sorted(tuple(each.tolist()) for each in found))


def even_districts(
    calls: ArrayLike,
    way: ArrayLike,
    *,
    count: int,
    inequality: float,
    adjacent: ArrayLike | None = None,
) -> Districts:
    """Return the districts with least travel among those of even workload.

    Parameters
    ----------
    calls
        Shape (n_areas,). Calls of each area, 0 or more.
    way
        Shape (n_areas, n_areas). Way from each area to each centre, 0 or more.
    count
        Districts.
    inequality
        By what share a workload may differ from the mean, 0 or more.
    adjacent
        Shape (n_areas, n_areas). Which areas touch; districts then hang together.

    Raises
    ------
    InfeasibleError
        If no districts are within the limits.

    Examples
    --------
    Four areas on a line, with 4, 1, 2 and 3 calls, in two districts of 4 to 6 calls.

    >>> import numpy as np
    >>> way = np.abs(np.subtract.outer(range(4), range(4)))
    >>> found = even_districts([4, 1, 2, 3], way, count=2, inequality=0.2)
    >>> found.travel, found.members()
    (3.0, ((0, 1), (2, 3)))
    """
    load, ways = _checked(calls, way, count=count, inequality=inequality)
    touching = None if adjacent is None else np.asarray(adjacent, dtype=bool)
    rows, lower, upper = _limits(load, count=count, inequality=inequality)
    while True:
        chosen = _solved(load[:, None] * ways, rows, lower, upper)
        if chosen is None:
            msg = f"No {count} districts have workloads within {inequality:.0%} of their mean."
            together = "" if touching is None else ", or let districts fall apart"
            remedy = f"Allow more inequality{together}."
            raise InfeasibleError(msg, value=inequality, remedy=remedy)
        cuts = [] if touching is None else _cuts(chosen, touching)
        if not cuts:
            break
        rows = sparse.vstack([rows, *cuts]).tocsr()
        lower = np.concatenate([lower, np.zeros(len(cuts))])
        upper = np.concatenate([upper, np.full(len(cuts), np.inf)])
    centre_of = chosen.argmax(axis=1).astype(np.int64)
    return Districts(
        centre_of=centre_of,
        travel=float((load * ways[np.arange(load.size), centre_of]).sum()),
        workload=np.bincount(centre_of, weights=load, minlength=load.size).astype(np.float64),
    )


def _checked(
    calls: ArrayLike, way: ArrayLike, *, count: int, inequality: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return calls and ways as arrays.

    Raises
    ------
    BadInputError
        If they cannot be those of districts.
    """
    load, ways = np.asarray(calls, dtype=np.float64), np.asarray(way, dtype=np.float64)
    facts = {
        "calls are one row of numbers of 0 or more": load.ndim == 1 and (load >= 0).all(),
        "ways are a square of numbers of 0 or more": ways.shape == (load.size, load.size)
        and (ways >= 0).all(),
        "numbers are finite": np.isfinite(load).all() and np.isfinite(ways).all(),
        "districts are from one to as many as areas": 1 <= count <= load.size,
        "inequality is 0 or more": inequality >= 0,
    }
    wrong = [fact for fact, holds in facts.items() if not holds]
    if wrong:
        msg = f"Districts need that {'; '.join(wrong)}."
        raise BadInputError(msg, remedy="Correct the areas.")
    return load, ways


def _limits(
    load: NDArray[np.float64], *, count: int, inequality: float
) -> tuple[sparse.csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
    """Return the rows of the model over x_ij, row by row of i, with their ends."""
    n = load.size
    mean, eye = load.sum() / count, sparse.identity(n, format="csr")
    each = sparse.kron(eye, np.ones((1, n)))
    diagonal = sparse.csr_matrix(
        (np.ones(n), (np.arange(n), np.arange(n) * (n + 1))), shape=(n, n * n)
    )
    served = sparse.kron(load[None, :], eye)
    i, j = np.nonzero(~np.eye(n, dtype=bool))
    ordinal = np.arange(i.size)
    pair = sparse.csr_matrix((np.ones(i.size), (ordinal, i * n + j)), shape=(i.size, n * n))
    opened = sparse.csr_matrix((np.ones(i.size), (ordinal, j * (n + 1))), shape=(i.size, n * n))
    slack = _ROUNDING * max(mean, 1.0)
    rows = sparse.vstack(
        [
            each,
            diagonal.sum(axis=0),
            opened - pair,
            served - ((1 - inequality) * mean - slack) * diagonal,
            ((1 + inequality) * mean + slack) * diagonal - served,
        ]
    ).tocsr()
    free = rows.shape[0] - n - 1
    lower = np.concatenate([np.ones(n), [count], np.zeros(free)])
    upper = np.concatenate([np.ones(n), [count], np.full(free, np.inf)])
    return rows, lower, upper


def _solved(
    cost: NDArray[np.float64],
    rows: sparse.csr_matrix,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> NDArray[np.bool_] | None:
    """Return which area is in the district of which centre, or None if there is no way."""
    found = milp(
        cost.ravel(),
        constraints=LinearConstraint(rows, lower, upper),
        integrality=np.ones(cost.size),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else np.asarray(found.x.reshape(cost.shape) > _HALF)


def _cuts(chosen: NDArray[np.bool_], touching: NDArray[np.bool_]) -> list[sparse.csr_matrix]:
    """Return a row for each stray part of a district: one of the areas around it, or not there."""
    n = chosen.shape[0]
    cuts = []
    for centre in np.flatnonzero(chosen.any(axis=0)):
        members = np.flatnonzero(chosen[:, centre])
        inside = sparse.csr_matrix(touching[np.ix_(members, members)])
        part = connected_components(inside, directed=False)[1]
        own = part[members == centre][0]
        for stray in set(part.tolist()) - {int(own)}:
            strays = members[part == stray]
            around = np.flatnonzero(touching[strays].any(axis=0))
            around = np.setdiff1d(around, strays)
            row = np.zeros(n * n)
            row[around * n + centre] = 1.0
            for area in strays:
                cut = row.copy()
                cut[area * n + centre] = -1.0
                cuts.append(sparse.csr_matrix(cut))
    return cuts
