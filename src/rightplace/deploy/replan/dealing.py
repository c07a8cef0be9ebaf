"""Which crew makes which of the visits that a new plan adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.weekly.crew_split import split_among_crews

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.replan.problem import ReplanProblem
    from rightplace.deploy.replan.solver import Replanned


def dealt(
    asked: ReplanProblem,
    found: Replanned,
    *,
    xy: NDArray[np.float64],
    bases: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return duty and cell of each visit that a duty gains, both shape (n_gained,).

    Each duty gains as many as was decided; the visits of a borough in a slot are dealt so that
    each crew's lie close together and to its base. Nothing is left to chance.

    Parameters
    ----------
    asked, found
        What was to decide, and what was decided.
    xy
        Shape (n_cells, 2). Centroids in metres.
    bases
        Shape (n_duties, 2). Where the crews start, in metres.
    """
    duties, borough = asked.duties, asked.problem.borough
    duty, cell = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    places, slots = np.nonzero(found.gained)
    for at in np.unique(borough[places] * asked.problem.n_slots + slots).tolist():
        here = borough[places] * asked.problem.n_slots + slots == at
        cells = np.repeat(places[here], found.gained[places[here], slots[here]])
        crews = np.flatnonzero(
            (duties.borough * asked.problem.n_slots + duties.slot == at) & (found.added > 0)
        )
        crew_of = split_among_crews(xy[cells], bases=bases[crews], room=found.added[crews])
        duty.append(crews[crew_of])
        cell.append(cells)
    return np.concatenate(duty), np.concatenate(cell)
