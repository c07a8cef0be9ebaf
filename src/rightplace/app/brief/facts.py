"""A kept plan with its forecast, as arrays, cut to what one sheet is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.forecast.outlook import Outlook, read_outlook
from rightplace.app.plan.making import rate_draws
from rightplace.app.plan.visits import visits_to_come
from rightplace.app.runs import read_table
from rightplace.briefing.sheet import MOST_LINES
from rightplace.core.runs import read_run_of
from rightplace.errors import UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.deploy import EffectSize, Prospect
    from rightplace.forecast import ForecastDistribution


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanFacts:
    """A plan that is kept, and the forecast it was made for.

    Parameters
    ----------
    record
        The plan's ``run.json``.
    visits
        Its visits, as crews make them.
    counts
        Shape (n_cells, n_slots). Expected counts by slot, as the plan took them.
    words, short_words
        Street words of each cell, with two streets and with one; ``kinds`` what kind of place
        it is.
    stations
        Stations named by records: name, lon, lat, n.
    """

    record: dict[str, Any]
    outlook: Outlook
    visits: pa.Table
    counts: NDArray[np.float64]
    words: tuple[str, ...]
    short_words: tuple[str, ...]
    kinds: tuple[str | None, ...]
    stations: pa.Table

    @property
    def id(self) -> str:
        """Id of the plan."""
        return str(self.record["id"])

    @property
    def result(self) -> dict[str, Any]:
        """What the plan answered."""
        content: dict[str, Any] = self.record["result"]
        return content

    @cached_property
    def cell_ids(self) -> tuple[str, ...]:
        """Identifier of each cell."""
        return tuple(self.outlook.area.cells["cell_id"].to_pylist())

    @property
    def shift_known(self) -> bool:
        """Whether figures by shift rest on a forecast or a declared profile."""
        return not str(self.result["shift_evidence"]).startswith("no shift evidence")

    @cached_property
    def visit_counts(self) -> NDArray[np.int64]:
        """Shape (n_cells, n_slots). Visits by cell and slot."""
        row = {c: i for i, c in enumerate(self.cell_ids)}
        slot = {s.start: i for i, s in enumerate(self.outlook.slots)}
        table = np.zeros(self.counts.shape, dtype=np.int64)
        cells = [row[c] for c in self.visits["cell_id"].to_pylist()]
        slots = [slot[s] for s in self.visits["slot_start"].to_pylist()]
        np.add.at(table, (cells, slots), 1)
        return table

    @cached_property
    def nominations(self) -> dict[int, str]:
        """What crews read of the cells that people nominated, by cell; no author is named."""
        if "origin" not in self.visits.column_names:
            return {}
        row = {c: i for i, c in enumerate(self.cell_ids)}
        columns = (self.visits[name].to_pylist() for name in ("cell_id", "origin", "reason"))
        return {
            row[cell_id]: reason
            for cell_id, origin, reason in zip(*columns, strict=True)
            if origin == "nominated"
        }

    @cached_property
    def draws(self) -> NDArray[np.float64]:
        """Draws of each cell's expected count over the whole plan, (n_draws, n_cells)."""
        return rate_draws(self.outlook, rng=np.random.default_rng(self.record["seed"]))

    @property
    def effect(self) -> EffectSize:
        """The effect-size record the plan was made with."""
        from rightplace.deploy import EffectSize

        content = dict(self.record["settings"]["effect"])
        for name in ("in_force_from", "in_force_to"):
            content[name] = None if content[name] is None else date.fromisoformat(content[name])
        return EffectSize(**content | {"assumptions": tuple(content["assumptions"])})

    @property
    def bcus(self) -> tuple[str, ...]:
        """Names of the BCUs of the study area, in order; boroughs stand in where there is none."""
        return tuple(sorted({name for name in self.commands if name is not None}))

    @cached_property
    def commands(self) -> tuple[str | None, ...]:
        """BCU of each cell; its borough where no cell of the area has a BCU."""
        cells = self.outlook.area.cells
        bcus = cells["bcu"].to_pylist()
        return tuple(bcus if any(bcus) else cells["borough"].to_pylist())

    def distribution(self, mean: NDArray[np.float64]) -> ForecastDistribution:
        """Return the distribution of counts with these means."""
        from rightplace.forecast import ForecastDistribution, Noise

        noise = Noise(**self.outlook.record["result"]["noise"])
        return ForecastDistribution(mean=mean, noise=noise)


def read_facts(workspace: Workspace, plan_id: str) -> PlanFacts:
    """Return a plan that is kept, with its forecast."""
    record = read_run_of(workspace.runs, plan_id, kind="plan")
    outlook = read_outlook(workspace, record["settings"]["forecast"])
    demand = read_table(workspace, plan_id, "demand")
    words = read_table(workspace, outlook.id, "street_words")
    shape = (outlook.area.n_cells, len(outlook.slots))
    return PlanFacts(
        record=record,
        outlook=outlook,
        visits=visits_to_come(workspace, plan_id),
        counts=demand["expected_count"].to_numpy().astype(np.float64).reshape(shape),
        words=tuple(words["words"].to_pylist()),
        short_words=tuple(words["short"].to_pylist()),
        kinds=tuple(words["kind"].to_pylist()),
        stations=read_table(workspace, outlook.id, "stations"),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Scope:
    """What one sheet is about: a BCU and some slots.

    Parameters
    ----------
    cells
        Shape (n_cells,). Cells of the BCU.
    slots
        Positions of the slots covered.
    whole_plan
        Whether it covers every slot of the plan.
    """

    facts: PlanFacts
    bcu: str
    slots: tuple[int, ...]

    @property
    def whole_plan(self) -> bool:
        """Whether it covers every slot of the plan."""
        return len(self.slots) == len(self.facts.outlook.slots)

    @cached_property
    def cells(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells of the BCU."""
        return np.array([name == self.bcu for name in self.facts.commands])

    @cached_property
    def expected(self) -> NDArray[np.float64]:
        """Shape (n_cells,). Expected counts over the slots covered; NaN elsewhere."""
        total = self.facts.counts[:, list(self.slots)].sum(axis=1)
        return np.where(self.cells, total, np.nan)

    @cached_property
    def visits(self) -> NDArray[np.int64]:
        """Shape (n_cells, n_slots). Visits of the BCU in the slots covered, 0 elsewhere."""
        covered = np.zeros_like(self.facts.visit_counts)
        chosen = list(self.slots)
        covered[:, chosen] = self.facts.visit_counts[:, chosen]
        return np.where(self.cells[:, None], covered, 0)

    @cached_property
    def ranked(self) -> tuple[int, ...]:
        """The visited cells, those where most is expected over the slots covered first."""
        cells = np.flatnonzero(self.visits.any(axis=1))
        order = np.lexsort((cells, -self.expected[cells]))
        return tuple(int(cell) for cell in cells[order])

    @property
    def shown(self) -> tuple[int, ...]:
        """The visited cells that a sheet lists: the first, and those nominated in any case."""
        first, rest = self.ranked[:MOST_LINES], self.ranked[MOST_LINES:]
        asked = [cell for cell in rest if cell in self.facts.nominations][:MOST_LINES]
        least = [cell for cell in reversed(first) if cell not in self.facts.nominations]
        gone = set(least[: len(asked)])
        return tuple([*(c for c in first if c not in gone), *asked][:MOST_LINES])

    @property
    def no_data(self) -> tuple[str, ...]:
        """The BCU's boroughs without data."""
        masked = set(self.facts.outlook.record["result"]["masked_boroughs"])
        boroughs = self.facts.outlook.area.cells["borough"].to_pylist()
        return tuple(sorted({boroughs[i] for i in np.flatnonzero(self.cells)} & masked))

    def prospect(self) -> Prospect | None:
        """Return what the visits covered may prevent; None where there is no visit."""
        from rightplace.deploy import PlannedVisits, prospect

        if not self.visits.any():
            return None
        facts = self.facts
        hours = np.array([slot.hours for slot in facts.outlook.slots])
        harm = facts.counts * facts.outlook.harm_each[:, None]
        return prospect(
            facts.draws,
            planned=PlannedVisits(
                visits=self.visits,
                expected_count=facts.counts,
                expected_harm=harm,
                slot_hours=hours,
            ),
            effect=facts.effect,
            rng=np.random.default_rng(facts.record["seed"]),
        )


def chosen_slots(
    facts: PlanFacts, *, day: date | None = None, shift: str | None = None
) -> tuple[int, ...]:
    """Return the slots a sheet covers.

    Parameters
    ----------
    facts
        The plan.
    day, shift
        Policing day and shift asked for. Without both: the busiest shift of the first day where
        a forecast or a declared profile tells shifts apart, else the whole plan.

    Raises
    ------
    UsageError
        If the plan has no such day or shift.
    UnsupportedByDataError
        If one shift is asked for and nothing tells shifts apart.
    """
    outlook, slots = facts.outlook, facts.outlook.slots
    if shift is not None and not facts.shift_known:
        msg = f"--shift {shift} is not supported by the data: nothing tells shifts apart."
        raise UnsupportedByDataError(msg, value=shift, remedy="Plan with --profile FILE.")
    if day is None and shift is None:
        return (busiest_slot(facts),) if facts.shift_known else tuple(range(len(slots)))
    found = tuple(
        i
        for i, slot in enumerate(slots)
        if (day is None or slot.policing_day == day) and (shift is None or slot.shift == shift)
    )
    if not found:
        last = outlook.first_day + timedelta(days=outlook.days - 1)
        shifts = ", ".join(s.name for s in outlook.area.clock.shifts)
        msg = f"The plan has no slot for {day or 'any day'}, {shift or 'any shift'}."
        raise UsageError(msg, remedy=f"Days {outlook.first_day} to {last}; shifts {shifts}.")
    return found


def busiest_slot(facts: PlanFacts) -> int:
    """Return the slot of the first day in which most is expected over the whole area."""
    outlook = facts.outlook
    first = [i for i, s in enumerate(outlook.slots) if s.policing_day == outlook.first_day]
    totals = np.nansum(facts.counts[:, first], axis=0)
    return first[int(np.argmax(totals))]


def whole_period(facts: PlanFacts) -> pa.Table:
    """Return the forecast over the whole plan, one row per cell, for maps.

    Slots stand in the visits and in the forecast's own run: an outline for each of them would
    make a map twenty times as large and say no more.
    """
    import pyarrow as pa

    outlook = facts.outlook
    mean = outlook.expected.sum(axis=1)
    distribution = facts.distribution(mean)
    numbers = {"expected_count": mean, "expected_harm": mean * outlook.harm_each}
    for level in (0.5, 0.8, 0.95):
        low, high = distribution.interval(level)
        numbers |= {f"lo{level * 100:.0f}": low, f"hi{level * 100:.0f}": high}
    table = outlook.places.drop_columns([*numbers, "slot_start", "slot_end"])
    ends = {"period_start": outlook.slots[0].start, "period_end": outlook.slots[-1].end}
    for name, instant in ends.items():
        column = pa.array([instant] * table.num_rows, pa.timestamp("us", "UTC"))
        table = table.append_column(name, column)
    for name, values in numbers.items():
        table = table.append_column(name, pa.array(values, mask=~np.isfinite(values)))
    return table
