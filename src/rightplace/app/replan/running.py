"""A plan that runs, as arrays and rows: its problem with every limit, its duties, its visits."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.forecast.outlook import Outlook, read_outlook
from rightplace.app.plan.inputs import places_of
from rightplace.app.plan.making import rules_of
from rightplace.app.plan.settings import PlanSettings
from rightplace.app.plan.visits import HELD_OUT, visits_with_arms
from rightplace.app.replan.kept import kept_crews, with_kept_limits
from rightplace.app.runs import read_table
from rightplace.core.runs import read_run_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.deploy import Crew, EffectSize, PlanProblem

Row = dict[str, Any]
MADE = ("done", "begun")
"""States of visits that were made or are being made; ``past`` is over and was not logged."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Running:
    """A kept plan with the forecast it was made for.

    Parameters
    ----------
    record
        Its ``run.json``.
    crews
        Its duties, each in one slot.
    problem
        Its problem, with every limit that it had.
    counts
        Shape (n_cells, n_slots). Expected counts, as the plan took them.
    visits
        Its visits table, with those held out by lot.
    """

    record: dict[str, Any]
    outlook: Outlook
    crews: tuple[Crew, ...]
    problem: PlanProblem
    counts: NDArray[np.float64]
    visits: pa.Table

    @property
    def id(self) -> str:
        """Id of the plan."""
        return str(self.record["id"])

    @cached_property
    def settings(self) -> PlanSettings:
        """The settings that the plan was made with."""
        return settings_of(self.record)

    @cached_property
    def effect(self) -> EffectSize:
        """The effect-size record that the plan was made with."""
        return effect_of(self.record)

    @property
    def harm(self) -> NDArray[np.float64]:
        """Shape (n_cells, n_slots). Expected harm."""
        return np.asarray(self.counts * self.outlook.harm_each[:, None])

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Visits to be made, in the order of the table."""
        return tuple(row for row in self.visits.to_pylist() if row["arm"] != HELD_OUT)

    @cached_property
    def rows_held_out(self) -> tuple[Row, ...]:
        """Visits not to be made, by lot."""
        return tuple(row for row in self.visits.to_pylist() if row["arm"] == HELD_OUT)

    @cached_property
    def cell(self) -> dict[str, int]:
        """Index of each cell."""
        return {cell_id: i for i, cell_id in enumerate(self.problem.cell_ids)}

    @cached_property
    def slot(self) -> dict[Any, int]:
        """Index of each slot by its start."""
        return {slot.start: i for i, slot in enumerate(self.outlook.slots)}

    @cached_property
    def duty_slots(self) -> NDArray[np.int64]:
        """Slot of each duty, -1 where it lies outside the plan."""
        from rightplace.deploy import slots_of_crews

        return slots_of_crews(self.crews, self.outlook.slots)

    @cached_property
    def duty(self) -> dict[tuple[str, int], int]:
        """Index of each duty by crew and slot; a crew with two in a slot has the first there."""
        found: dict[tuple[str, int], int] = {}
        for i, (crew, slot) in enumerate(zip(self.crews, self.duty_slots.tolist(), strict=True)):
            found.setdefault((crew.crew_id, slot), i)
        return found

    @cached_property
    def xy(self) -> NDArray[np.float64]:
        """Shape (n_cells, 2). Centroids in metres."""
        cells = self.outlook.area.cells
        return np.column_stack([cells["x"].to_numpy(), cells["y"].to_numpy()])

    @cached_property
    def bases(self) -> NDArray[np.float64]:
        """Shape (n_duties, 2). Bases in metres."""
        from rightplace.places import to_metres

        lon = np.array([crew.base_lon for crew in self.crews])
        lat = np.array([crew.base_lat for crew in self.crews])
        return np.column_stack(to_metres(self.outlook.area.crs, lon, lat))


def read_running(
    workspace: Workspace, plan_id: str, *, crews: tuple[Crew, ...] | None = None
) -> Running:
    """Return a plan that is kept, ready to be made anew.

    Parameters
    ----------
    workspace
        Where the plan is.
    plan_id
        The plan.
    crews
        Duties in place of those that it kept; None for these.
    """
    from rightplace.deploy import plan_problem

    record = read_run_of(workspace.runs, plan_id, kind="plan")
    crews = kept_crews(workspace, record) if crews is None else crews
    outlook = read_outlook(workspace, record["settings"]["forecast"])
    settings = settings_of(record)
    demand = read_table(workspace, plan_id, "demand")["expected_count"].to_numpy()
    counts = demand.astype(np.float64).reshape(outlook.area.n_cells, len(outlook.slots))
    by_harm = settings.objective == "harm"
    problem = plan_problem(
        counts * outlook.harm_each[:, None] if by_harm else counts,
        places=places_of(outlook),
        slots=outlook.slots,
        crews=crews,
        rules=rules_of(settings),
        effect=effect_of(record),
    )
    return Running(
        record=record,
        outlook=outlook,
        crews=crews,
        problem=_without_left_out(
            _with_settings(with_kept_limits(workspace, record, problem), record, outlook), record
        ),
        counts=counts,
        visits=visits_with_arms(workspace, plan_id),
    )


def _without_left_out(problem: PlanProblem, record: dict[str, Any]) -> PlanProblem:
    """Return a problem in which places that somebody left out of the plan stay out."""
    left_out = record["settings"].get("left_out", ())
    if not left_out:
        return problem
    return replace(problem, visitable=problem.visitable & ~np.isin(problem.cell_ids, left_out))


def settings_of(record: dict[str, Any]) -> PlanSettings:
    """Return the settings of a plan from its record."""
    said = record["settings"]
    return PlanSettings(**{f.name: said[f.name] for f in fields(PlanSettings) if f.name in said})


def effect_of(record: dict[str, Any]) -> EffectSize:
    """Return the effect-size record of a plan from its record."""
    from rightplace.deploy import EffectSize

    content = dict(record["settings"]["effect"])
    for name in ("in_force_from", "in_force_to"):
        content[name] = None if content[name] is None else date.fromisoformat(content[name])
    return EffectSize(**content | {"assumptions": tuple(content["assumptions"])})


def _with_settings(problem: PlanProblem, record: dict[str, Any], outlook: Outlook) -> PlanProblem:
    """Return a problem with carry-over, separation and the most visits by specialists."""
    from rightplace.deploy.weekly.limits import CarryOver, neighbourhoods

    settings, limits = settings_of(record), problem.limits
    if limits is not None and settings.specialist_visits:
        limits = replace(limits, specialist_total=settings.specialist_visits)
    if limits is not None and settings.separation_m:
        cells = np.flatnonzero(problem.visitable)
        xy = np.column_stack([outlook.area.cells[axis].to_numpy() for axis in ("x", "y")])
        near = neighbourhoods(xy[cells], metres=settings.separation_m)
        limits = replace(limits, apart=tuple(cells[group] for group in near))
    carry = None
    if settings.carry_over:
        carry = CarryOver(
            share=settings.carry_over,
            origin=settings.carry_over_origin,
            effect=effect_of(record),
            slot_hours=np.array([slot.hours for slot in outlook.slots]),
        )
    return replace(problem, limits=limits, carry_over=carry)
