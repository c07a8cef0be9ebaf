"""The product's own plan of an invented week: a simulated loop is closed by the real planner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core.time import Clock

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy import EffectSize, PlanProblem, VisitRules

DAYS = 7
# A day without a change of the clocks: its shifts last what they say.
_A_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeeklyPlan:
    """Plans each day of a week to its proven optimum; seven days are alike.

    The plan of a week in which no cap spans days is the plan of its days. Places that tie are
    told apart by lot, not by their order, so that no place is favoured by its number.

    Parameters
    ----------
    problem
        One borough, the shifts of one day; its demand is replaced week by week.
    """

    problem: PlanProblem

    @property
    def visits_a_week(self) -> int:
        """Visits that the crews can make in a week."""
        return DAYS * int(self.problem.capacity.sum())

    def visits(
        self, expected: NDArray[np.float64], *, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return the visits to each place in a week, shape (n_cells,).

        Parameters
        ----------
        expected
            Shape (n_cells,). Incidents expected in the week, spread evenly over its shifts.
        rng
            Tells ties apart.
        """
        from rightplace.deploy import solve

        order = rng.permutation(expected.size)
        n_slots = self.problem.n_slots
        by_slot = np.repeat(expected[order, None] / (DAYS * n_slots), n_slots, axis=1)
        made = np.empty(expected.size, dtype=np.int64)
        made[order] = solve(replace(self.problem, demand=by_slot)).visits.sum(axis=1)
        return DAYS * made


def shipped_effect() -> EffectSize:
    """Return the effect-size record that ships."""
    from rightplace.deploy import effect_size_on, read_effect_sizes

    return effect_size_on(read_effect_sizes(), _A_DAY)


def weekly_plan(n_cells: int, *, crew_visits: tuple[int, ...], rules: VisitRules) -> WeeklyPlan:
    """Return the planner of a town of one borough.

    Parameters
    ----------
    n_cells
        Places.
    crew_visits
        Visits that the crews can make in each shift of a day.
    rules
        Minutes and caps of visits.
    """
    from rightplace.deploy import PlanProblem

    slots = list(Clock(zone="UTC").slots(_A_DAY, 1))
    hours = np.array([slot.hours for slot in slots])
    return WeeklyPlan(
        problem=PlanProblem(
            demand=np.zeros((n_cells, len(slots))),
            gain=shipped_effect().marginal_shares(hours, visits=rules.cap_per_slot + 1),
            borough=np.zeros(n_cells, dtype=np.int64),
            capacity=np.array([crew_visits], dtype=np.int64),
            day=np.zeros(len(slots), dtype=np.int64),
            visitable=np.ones(n_cells, dtype=np.bool_),
            minimum=np.zeros(n_cells, dtype=np.int64),
            cell_ids=tuple(str(number) for number in range(n_cells)),
            borough_names=("town",),
            slot_names=tuple(slot.shift for slot in slots),
            rules=rules,
        )
    )
