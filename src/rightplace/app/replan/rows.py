"""The visits of a plan made anew as a table, and what changed for each crew."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.app.replan.logged import OPEN, Standing
from rightplace.deploy.nominated import MODEL
from rightplace.deploy.weekly.crew_split import visiting_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rightplace.app.replan.making import Remade
    from rightplace.app.replan.running import Row, Running

KEPT, MOVED, NEW = "kept", "moved", "new"
BESIDE_THE_PLAN = "Made beside the plan, as the log of visits says."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visited:
    """A visit of the new plan.

    Parameters
    ----------
    row
        Its row, as a dictionary of the table's columns, with ``state``.
    cell, slot, duty
        Where, when and by whom.
    before
        Its row in the plan before; None for one that is new.
    """

    row: Row
    cell: int
    slot: int
    duty: int
    before: Row | None


def visited(running: Running, standing: Sequence[Standing], made: Remade) -> list[Visited]:
    """Return every visit of the new plan in the order in which crews make them.

    A visit that another crew makes instead keeps its id; one that is new has the next number.

    Parameters
    ----------
    running
        The plan before.
    standing
        Its visits with their states.
    made
        What crews keep, lose and gain.
    """
    stay = [each for i, each in enumerate(standing) if i not in made.dropped]
    given_up: dict[tuple[int, int], list[Standing]] = defaultdict(list)
    for i in sorted(made.dropped):
        given_up[standing[i].cell, standing[i].slot].append(standing[i])
    writer = _Writer(running, made)
    found = [writer.stays(each) for each in stay]
    for duty, cell in made.gained:
        slot = int(running.duty_slots[duty])
        others = given_up[cell, slot]
        found.append(writer.gains(duty, cell, slot, instead_of=others.pop(0) if others else None))
    ordered = _in_order(running, found)
    return _with_figures(running, ordered, made)


class _Writer:
    """Rows of visits, with ids that go on where the plan's end."""

    def __init__(self, running: Running, made: Remade) -> None:
        self._running = running
        ids = (*running.rows, *running.rows_held_out)
        self._number = max((int(row["visit_id"].rpartition("-")[2]) for row in ids), default=0)
        self._names = [name for name in running.visits.column_names if name != "state"]
        self._of_cell: dict[str, Row] = {}
        for row in running.rows:
            self._of_cell.setdefault(row["cell_id"], row)
        self._reasons = _reasons(running) if made.gained else ()

    def stays(self, each: Standing) -> Visited:
        """Return a visit that its crew keeps, or has made."""
        state = KEPT if each.state == OPEN else each.state
        if each.row is None:
            row = self._new(each.duty, each.cell, each.slot) | {"reason": BESIDE_THE_PLAN}
            return self._visited(each, row | {"state": state}, before=None)
        crew_id = self._running.crews[each.duty].crew_id
        row = each.row | {"crew_id": crew_id, "state": state}
        return self._visited(each, row, before=each.row)

    def gains(self, duty: int, cell: int, slot: int, *, instead_of: Standing | None) -> Visited:
        """Return a visit that a crew gains, perhaps instead of another crew."""
        each = Standing(row=None, cell=cell, slot=slot, duty=duty, state=NEW)
        if instead_of is not None and instead_of.row is not None:
            crew_id = self._running.crews[duty].crew_id
            row = instead_of.row | {"crew_id": crew_id, "state": MOVED}
            return self._visited(each, row, before=instead_of.row)
        return self._visited(each, self._new(duty, cell, slot) | {"state": NEW}, before=None)

    def _visited(self, each: Standing, row: Row, *, before: Row | None) -> Visited:
        return Visited(row=row, cell=each.cell, slot=each.slot, duty=each.duty, before=before)

    def _new(self, duty: int, cell: int, slot: int) -> Row:
        running, problem = self._running, self._running.problem
        self._number += 1
        cells = running.outlook.area.cells
        when = running.outlook.slots[slot]
        row: dict[str, Any] = dict.fromkeys(self._names)
        row |= {"arm": "none", "probability": 1.0}
        if "origin" in row:
            row["origin"] = MODEL
        # A place that the lot decided on keeps its arm and its chance.
        like = self._of_cell.get(problem.cell_ids[cell], {})
        row |= {name: like[name] for name in ("arm", "probability") if name in like}
        return row | {
            "visit_id": f"v-{self._number:06d}",
            "cell_id": problem.cell_ids[cell],
            "borough": problem.borough_names[problem.borough[cell]],
            "bcu": cells["bcu"][cell].as_py(),
            "slot_start": when.start,
            "slot_end": when.end,
            "crew_id": running.crews[duty].crew_id,
            "minutes": problem.rules.visit_minutes,
            "expected_count": float(running.counts[cell, slot]),
            "expected_harm": float(running.harm[cell, slot]),
            "reason": self._reasons[cell] if self._reasons else BESIDE_THE_PLAN,
        }


def _reasons(running: Running) -> tuple[str, ...]:
    from rightplace.deploy import place_reasons

    outlook = running.outlook
    columns = {name: outlook.places[name].to_pylist() for name in outlook.places.column_names}
    return place_reasons(
        columns,
        areas=["the study area"] * outlook.area.n_cells,
        area_unit=f"a place in {outlook.days} days",
    )


def _in_order(running: Running, found: Sequence[Visited]) -> list[Visited]:
    """Return visits by slot, borough and crew; a crew whose sheet changed goes by the nearest."""
    borough = running.problem.borough
    by_duty: dict[int, list[Visited]] = defaultdict(list)
    for each in found:
        by_duty[each.duty].append(each)
    planned = defaultdict(list)
    for row in running.rows:
        planned[row["crew_id"], running.slot[row["slot_start"]]].append(row["visit_id"])

    def place(duty: int) -> tuple[int, int, str, int]:
        crew = running.crews[duty]
        return (
            int(running.duty_slots[duty]),
            int(borough[by_duty[duty][0].cell]),
            crew.crew_id,
            duty,
        )

    ordered: list[Visited] = []
    for duty in sorted(by_duty, key=place):
        mine = by_duty[duty]
        before = planned[running.crews[duty].crew_id, int(running.duty_slots[duty])]
        if [each.row["visit_id"] for each in mine] == before:
            ordered += mine
            continue
        made = [each for each in mine if each.row["state"] not in {KEPT, MOVED, NEW}]
        to_come = [each for each in mine if each.row["state"] in {KEPT, MOVED, NEW}]
        seen: dict[int, int] = defaultdict(int)
        again = []
        for each in to_come:
            again.append(seen[each.cell])
            seen[each.cell] += 1
        points = running.xy[[each.cell for each in to_come]].reshape(-1, 2)
        start = running.xy[made[-1].cell] if made else running.bases[duty]
        order = visiting_order(points, base=start, again=np.array(again, dtype=np.int64))
        ordered += [*made, *(to_come[i] for i in order)]
    return ordered


def visits_of(found: Sequence[Visited], shape: tuple[int, int]) -> NDArray[np.int64]:
    """Return visits by cell and slot."""
    visits = np.zeros(shape, dtype=np.int64)
    np.add.at(visits, ([each.cell for each in found], [each.slot for each in found]), 1)
    return visits


def _with_figures(running: Running, found: Sequence[Visited], made: Remade) -> list[Visited]:
    """Return visits with what each adds now, and the next best place, where that has changed."""
    from rightplace.deploy.weekly.carried import added_by_each
    from rightplace.deploy.weekly.next_best import further_worth, two_best

    problem = made.problem
    visits = visits_of(found, problem.demand.shape)
    before = np.zeros_like(visits)
    for row in running.rows:
        before[running.cell[row["cell_id"]], running.slot[row["slot_start"]]] += 1
    day_changed = np.zeros(visits.shape, dtype=np.bool_)
    for cell, slot in np.argwhere(visits != before).tolist():
        day_changed[cell, problem.day == problem.day[slot]] = True
    added = [added_by_each(problem, visits, v) for v in (running.counts, running.harm)]
    further = further_worth(problem, visits)
    mine = np.isin(problem.borough, made.boroughs)
    best: dict[tuple[int, int], list[int]] = {}
    turn: dict[tuple[int, int], int] = defaultdict(int)
    answer = []
    for each in found:
        at, row = (each.cell, each.slot), dict(each.row)
        nth = turn[at]
        turn[at] += 1
        if day_changed[at] or each.before is None:
            row["prevented_mean"] = float(added[0][(*at, min(nth, added[0].shape[2] - 1))])
            row["prevented_harm_mean"] = float(added[1][(*at, min(nth, added[1].shape[2] - 1))])
        if mine[each.cell] and row["state"] in {KEPT, MOVED, NEW}:
            key = (int(problem.borough[each.cell]), each.slot)
            if key not in best:
                here = np.flatnonzero((problem.borough == key[0]) & problem.visitable)
                best[key] = two_best(here, further[here, each.slot])
            other = next((place for place in best[key] if place != each.cell), None)
            row["next_best_cell_id"] = None if other is None else problem.cell_ids[other]
        answer.append(replace(each, row=row))
    return answer


def table_of(running: Running, found: Sequence[Visited]) -> pa.Table:
    """Return the visits table: the columns that the plan had, and ``state``.

    Parameters
    ----------
    running
        The plan before.
    found
        Visits of the new plan, in order.
    """
    schema = running.visits.schema
    if "state" not in schema.names:
        schema = schema.append(pa.field("state", pa.string()))
    held = [row | {"state": None} for row in running.rows_held_out]
    rows = [dict(each.row) for each in found] + held
    return pa.Table.from_pylist(rows, schema=schema)


def words_of_places(table: pa.Table, cell_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the short street words of each cell, or its id where it has none.

    Parameters
    ----------
    table
        The forecast's street words, one row for each cell.
    cell_ids
        The cells.
    """
    words = table["short"].to_pylist()
    return {cell: word or cell for cell, word in zip(cell_ids, words, strict=True)}
