"""The visits of a plan as a table: who goes where, in which slot, for how long, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from rightplace.deploy.crews import slots_of_crews
from rightplace.deploy.weekly.carried import added_by_each
from rightplace.deploy.weekly.crew_split import split_among_crews, visiting_order
from rightplace.deploy.weekly.next_best import further_worth, two_best
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rightplace.core import Slot
    from rightplace.deploy.crews import Crew
    from rightplace.deploy.weekly.problem import PlanProblem
    from rightplace.deploy.weekly.solution import PlanSolution

_NOWHERE = -1
_INSTANT = pa.timestamp("us", tz="UTC")
VISITS_SCHEMA = pa.schema(
    [
        ("visit_id", pa.string()),
        ("cell_id", pa.string()),
        ("borough", pa.string()),
        ("bcu", pa.string()),
        ("slot_start", _INSTANT),
        ("slot_end", _INSTANT),
        ("crew_id", pa.string()),
        ("minutes", pa.int64()),
        ("expected_count", pa.float64()),
        ("expected_harm", pa.float64()),
        ("prevented_mean", pa.float64()),
        ("prevented_harm_mean", pa.float64()),
        ("reason", pa.string()),
        ("next_best_cell_id", pa.string()),
        ("arm", pa.string()),
        ("probability", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceFacts:
    """What the table says about each cell.

    Parameters
    ----------
    expected_count, expected_harm
        Shape (n_cells, n_slots). Expected without visits.
    bcu
        Name of the BCU of each cell, None where it has none.
    xy
        Shape (n_cells, 2). Centroids in metres.
    reasons
        Why each cell would be visited, in computed numbers.
    """

    expected_count: NDArray[np.float64]
    expected_harm: NDArray[np.float64]
    bcu: tuple[str | None, ...]
    xy: NDArray[np.float64]
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check that all speak of the same cells.

        Raises
        ------
        UsageError
            If they do not.
        """
        n_cells, n_slots = self.expected_count.shape
        lengths = (len(self.bcu), len(self.reasons))
        fits = self.expected_harm.shape == (n_cells, n_slots) and self.xy.shape == (n_cells, 2)
        if lengths != (n_cells, n_cells) or not fits:
            msg = f"The facts speak of different cells or slots; {n_cells} cells were expected."
            raise UsageError(msg)


def visits_table(
    problem: PlanProblem,
    solution: PlanSolution,
    *,
    facts: PlaceFacts,
    slots: Sequence[Slot],
    crews: Sequence[Crew],
    bases: NDArray[np.float64],
) -> pa.Table:
    """Return one row for each visit, in the order in which its crew makes it.

    ``expected_count`` and ``expected_harm`` are those of the place in the slot and stand again at
    a second visit: sum them over places and slots, not over rows. ``prevented_mean`` is what
    this visit adds at the mean effect, in incidents; it sums over rows. Planned, not achieved.
    The next best place is the one where a further visit of the same crews in the same slot would
    prevent most. No visit has a start time within its slot. The same inputs give the same ids.

    Parameters
    ----------
    problem, solution
        The plan.
    facts
        What to say about each cell.
    slots, crews
        As in the problem.
    bases
        Shape (n_crews, 2). Bases of the crews, in metres.
    """
    team = _Team(crews=tuple(crews), slot_of=slots_of_crews(crews, slots), bases=bases)
    visits = list(_visits(problem, solution, xy=facts.xy, team=team))
    cell, slot, crew, turn, other = np.array(visits, dtype=np.int64).reshape(-1, 5).T
    added = [
        added_by_each(problem, solution.visits, values)[cell, slot, turn]
        for values in (facts.expected_count, facts.expected_harm)
    ]
    columns = {
        "visit_id": [f"v-{number:06d}" for number in range(1, cell.size + 1)],
        "cell_id": [problem.cell_ids[i] for i in cell],
        "borough": [problem.borough_names[problem.borough[i]] for i in cell],
        "bcu": [facts.bcu[i] for i in cell],
        "slot_start": [slots[i].start for i in slot],
        "slot_end": [slots[i].end for i in slot],
        "crew_id": [crews[i].crew_id for i in crew],
        "minutes": np.full(cell.size, problem.rules.visit_minutes),
        "expected_count": facts.expected_count[cell, slot],
        "expected_harm": facts.expected_harm[cell, slot],
        "prevented_mean": added[0],
        "prevented_harm_mean": added[1],
        "reason": [facts.reasons[i] for i in cell],
        "next_best_cell_id": [None if i == _NOWHERE else problem.cell_ids[i] for i in other],
        "arm": ["none"] * cell.size,
        "probability": np.ones(cell.size),
    }
    return pa.table(columns, schema=VISITS_SCHEMA)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Team:
    """Crews with the slot and the base of each."""

    crews: tuple[Crew, ...]
    slot_of: NDArray[np.int64]
    bases: NDArray[np.float64]

    def on_duty(self, borough: str, slot: int) -> NDArray[np.int64]:
        """Return the crews of a borough in a slot, by name."""
        found = [
            i for i in np.flatnonzero(self.slot_of == slot) if self.crews[i].borough == borough
        ]
        return np.array(sorted(found, key=lambda i: self.crews[i].crew_id), dtype=np.int64)


class _Visit(NamedTuple):
    """Positions of the cell, slot and crew; how many visits came before; the next best cell."""

    cell: int
    slot: int
    crew: int
    turn: int
    next_best: int


def _visits(
    problem: PlanProblem, solution: PlanSolution, *, xy: NDArray[np.float64], team: _Team
) -> Iterator[_Visit]:
    """Yield each visit by slot, borough and crew, in the order the crew makes it."""
    further = further_worth(problem, solution.visits)
    for slot, borough in np.argwhere(problem.capacity.T > 0).tolist():
        here = np.flatnonzero((problem.borough == borough) & problem.visitable)
        made = solution.visits[here, slot]
        if not made.any():
            continue
        cells = np.repeat(here, made)
        turns = np.concatenate([np.arange(times) for times in made])
        on_duty = team.on_duty(problem.borough_names[borough], slot)
        room = [team.crews[i].visits(problem.rules.minutes_per_visit) for i in on_duty]
        crew_of = split_among_crews(
            xy[cells], bases=team.bases[on_duty], room=np.array(room, dtype=np.int64)
        )
        best = two_best(here, further[here, slot])
        for position, crew in enumerate(on_duty.tolist()):
            mine = np.flatnonzero(crew_of == position)
            order = visiting_order(xy[cells[mine]], base=team.bases[crew], again=turns[mine])
            for visit in mine[order].tolist():
                cell = int(cells[visit])
                other = next((place for place in best if place != cell), _NOWHERE)
                yield _Visit(cell, slot, crew, int(turns[visit]), other)
