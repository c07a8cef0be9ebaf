"""What the weekly patrol plan has to decide: visits to places by slot, within crew minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.crews import slots_of_crews
from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.core import Slot
    from rightplace.deploy.crews import Crew
    from rightplace.deploy.effect import EffectSize
    from rightplace.deploy.weekly.limits import CarryOver, PlanLimits

NO_BOROUGH = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRules:
    """How long a visit takes and how many a place may have.

    Parameters
    ----------
    visit_minutes, travel_minutes
        Minutes in the place, and on the way to it. 15 and 10: DOMAIN 6.3.16.
    cap_per_slot, cap_per_day, cap_per_plan
        Most visits to one place in a slot, a policing day, the whole plan; None: no such cap.
        Three of 15 minutes a day is the target of the West Midlands trial (DOMAIN 3.1.8); two
        in a slot is a choice of this project.
    """

    visit_minutes: int = 15
    travel_minutes: int = 10
    cap_per_slot: int = 2
    cap_per_day: int | None = 3
    cap_per_plan: int | None = None

    def __post_init__(self) -> None:
        """Check that visits take time and places may have one.

        Raises
        ------
        UsageError
            If not.
        """
        caps = (self.cap_per_slot, self.cap_per_day, self.cap_per_plan)
        if self.visit_minutes < 1 or self.travel_minutes < 0:
            msg = (
                f"A visit takes {self.visit_minutes} minutes and {self.travel_minutes} to get "
                f"there; it needs at least 1 and 0."
            )
            raise UsageError(msg, remedy="Correct the minutes.")
        if any(cap is not None and cap < 1 for cap in caps):
            msg = f"The caps per slot, day and plan are {caps}; each must be 1 or more."
            raise UsageError(msg, remedy="Correct the caps, or exclude the places.")

    @property
    def minutes_per_visit(self) -> int:
        """Crew minutes that one visit costs, the way included."""
        return self.visit_minutes + self.travel_minutes

    @property
    def visits_per_crew_hour(self) -> int:
        """Whole visits that one more crew-hour makes, at least 1."""
        return max(1, 60 // self.minutes_per_visit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """The cells of a study area, as far as a plan must know them.

    Parameters
    ----------
    cell_ids
        Identifier of each cell.
    boroughs
        Name of the borough of each cell, None where it has none.
    excluded
        Shape (n_cells,). Cells that must not be patrolled (prison, hospital, lake).
    masked
        Shape (n_cells,). Cells without data; never the same as quiet ones.
    """

    cell_ids: tuple[str, ...]
    boroughs: tuple[str | None, ...]
    excluded: NDArray[np.bool_]
    masked: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check that all speak of the same cells.

        Raises
        ------
        UsageError
            If the lengths differ, or a cell stands twice.
        """
        lengths = {len(self.cell_ids), len(self.boroughs), self.excluded.size, self.masked.size}
        if len(lengths) > 1:
            msg = f"The columns of the places have different lengths: {sorted(lengths)}."
            raise UsageError(msg)
        if len(set(self.cell_ids)) < len(self.cell_ids):
            msg = "A cell stands twice among the places."
            raise UsageError(msg)

    @property
    def borough_names(self) -> tuple[str, ...]:
        """Names of the boroughs, sorted, each once."""
        return tuple(sorted({name for name in self.boroughs if name is not None}))

    @property
    def visitable(self) -> NDArray[np.bool_]:
        """Cells that may be visited: in a borough, with data, not excluded."""
        in_borough = np.array([name is not None for name in self.boroughs], dtype=np.bool_)
        return in_borough & ~self.excluded & ~self.masked


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanProblem:
    """Where violence is expected, what visits prevent there, and how many can be made.

    A variant comes from ``dataclasses.replace``; nothing is changed in place.

    Parameters
    ----------
    demand
        Shape (n_cells, n_slots). Expected harm or count without visits, 0 or more; what stands
        in cells that cannot be visited is not read.
    gain
        Shape (n_slots, n). Share of the demand that the 1st, 2nd ... visit in a slot adds to
        what is prevented; never increases along a row. Columns beyond the cap per slot say what
        a higher cap would bring.
    borough
        Shape (n_cells,). Index of the borough, -1 for none.
    capacity
        Shape (n_boroughs, n_slots). Visits that the crews can make.
    day
        Shape (n_slots,). Number of the policing day, from 0.
    visitable
        Shape (n_cells,). Cells that may be visited.
    minimum
        Shape (n_cells,). Visits that a cell must have over the plan.
    rules
        Minutes and caps.
    cell_ids, borough_names, slot_names
        For messages.
    limits
        What the plan must keep beside crews and caps; None for nothing.
    carry_over
        What visits leave for later slots of their day; None for nothing. ``gain`` then holds
        only for a place without earlier visits on the day.
    """

    demand: NDArray[np.float64]
    gain: NDArray[np.float64]
    borough: NDArray[np.int64]
    capacity: NDArray[np.int64]
    day: NDArray[np.int64]
    visitable: NDArray[np.bool_]
    minimum: NDArray[np.int64]
    cell_ids: tuple[str, ...]
    borough_names: tuple[str, ...]
    slot_names: tuple[str, ...]
    rules: VisitRules = field(default_factory=VisitRules)
    limits: PlanLimits | None = None
    carry_over: CarryOver | None = None

    def __post_init__(self) -> None:
        """Check shapes and ranges."""
        self._check_shapes()
        self._check_values()

    def _check_shapes(self) -> None:
        """Check that the arrays fit together.

        Raises
        ------
        UsageError
            If they do not.
        """
        n_cells, n_slots = self.demand.shape
        shapes = {
            "gain": (self.gain.shape[0], n_slots),
            "borough": (self.borough.shape, (n_cells,)),
            "capacity": (self.capacity.shape, (len(self.borough_names), n_slots)),
            "day": (self.day.shape, (n_slots,)),
            "visitable": (self.visitable.shape, (n_cells,)),
            "minimum": (self.minimum.shape, (n_cells,)),
            "cell_ids": (len(self.cell_ids), n_cells),
            "slot_names": (len(self.slot_names), n_slots),
        }
        if self.limits is not None:
            limited = (self.limits.specialist_share.size, *self.limits.specialist_capacity.shape)
            shapes["limits"] = (limited, (n_cells, len(self.borough_names), n_slots))
        if self.carry_over is not None:
            shapes["carry_over"] = (self.carry_over.slot_hours.shape, (n_slots,))
        wrong = [name for name, (given, wanted) in shapes.items() if given != wanted]
        if wrong or self.gain.shape[1] < self.rules.cap_per_slot:
            msg = (
                f"The problem has {n_cells} cells and {n_slots} slots; "
                f"{', '.join(wrong) or 'gain'} does not fit."
            )
            raise UsageError(msg)

    def _check_values(self) -> None:
        """Check that every figure can be.

        Raises
        ------
        BadInputError
            If demand is below 0, a gain grows, a borough is out of range, or the like.
        """
        demand = self.demand[self.visitable]
        steps = np.diff(self.gain, axis=1)
        facts = {
            "demand must be a number of 0 or more in every cell that may be visited": np.isfinite(
                demand
            ).all()
            and (demand >= 0).all(),
            "gain must be 0 or more, never grow along a row, and sum to 1 at most": (
                self.gain >= 0
            ).all()
            and (steps <= 0).all()
            and (self.gain.sum(axis=1) <= 1).all(),
            "borough must be an index of the boroughs or -1": (self.borough >= NO_BOROUGH).all()
            and (self.borough < len(self.borough_names)).all(),
            "a cell that may be visited must have a borough": (
                self.borough[self.visitable] != NO_BOROUGH
            ).all(),
            "capacity and minimum must be 0 or more": (self.capacity >= 0).all()
            and (self.minimum >= 0).all(),
        }
        wrong = [fact for fact, holds in facts.items() if not holds]
        if wrong:
            msg = f"This is no problem that a plan can solve: {'; '.join(wrong)}."
            raise BadInputError(msg, remedy="Look at the forecast and the crews it was made from.")

    @property
    def n_slots(self) -> int:
        """Number of slots."""
        return len(self.slot_names)

    @property
    def is_separable(self) -> bool:
        """Whether boroughs share nothing and slots of a day only their caps."""
        return self.limits is None and self.carry_over is None


def plan_problem(
    demand: NDArray[np.float64],
    *,
    places: Places,
    slots: Sequence[Slot],
    crews: Sequence[Crew],
    rules: VisitRules,
    effect: EffectSize,
) -> PlanProblem:
    """Return the problem of a plan; it can also price one visit beyond the cap per slot.

    A duty that crosses the edge of a slot is refused, as ``slots_of_crews`` says.

    Parameters
    ----------
    demand
        Shape (n_cells, n_slots). Expected harm or count; NaN where masked.
    places
        The cells, in the order of ``demand``.
    slots
        The slots, in the order of ``demand``.
    crews
        Crews on duty; those wholly outside the slots are left out.
    rules, effect
        Minutes and caps; what visits prevent.
    """
    names = places.borough_names
    index = {name: i for i, name in enumerate(names)}
    days = sorted({slot.policing_day for slot in slots})
    hours = np.array([slot.hours for slot in slots])
    return PlanProblem(
        demand=demand,
        gain=effect.marginal_shares(hours, visits=rules.cap_per_slot + 1),
        borough=np.array(
            [NO_BOROUGH if name is None else index[name] for name in places.boroughs],
            dtype=np.int64,
        ),
        capacity=visit_capacity(crews, slots=slots, boroughs=names, rules=rules),
        day=np.array([days.index(slot.policing_day) for slot in slots], dtype=np.int64),
        visitable=places.visitable,
        minimum=np.zeros(len(places.cell_ids), dtype=np.int64),
        cell_ids=places.cell_ids,
        borough_names=names,
        slot_names=tuple(f"{slot.policing_day.isoformat()} {slot.shift}" for slot in slots),
        rules=rules,
    )


def visit_capacity(
    crews: Sequence[Crew],
    *,
    slots: Sequence[Slot],
    boroughs: Sequence[str],
    rules: VisitRules,
) -> NDArray[np.int64]:
    """Return the visits that crews can make, shape (n_boroughs, n_slots).

    Whole visits of each crew, summed: minutes left over by two crews make no visit.
    A duty that crosses the edge of a slot is refused, as ``slots_of_crews`` says.
    """
    capacity = np.zeros((len(boroughs), len(slots)), dtype=np.int64)
    index = {name: i for i, name in enumerate(boroughs)}
    for crew, slot in zip(crews, slots_of_crews(crews, slots), strict=True):
        if slot >= 0 and crew.borough in index:
            capacity[index[crew.borough], slot] += crew.visits(rules.minutes_per_visit)
    return capacity
