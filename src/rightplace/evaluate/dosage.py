"""Dosage: officer-minutes, patrol-minutes, visits and compliance, by unit and never by person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from rightplace.evaluate import dwell
from rightplace.evaluate.disclosure import Roll

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.engines.engine import Engine
    from rightplace.evaluate.logs import Logged
    from rightplace.evaluate.pings import Pings
    from rightplace.evaluate.rules import DwellRules
    from rightplace.evaluate.tasks import Tasks

BACKGROUND = ("holdout", "untasked")
_SPANS = pa.schema([(n, pa.int64()) for n in "crew officer cell opens closes officers".split()])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delivered:
    """What pings and logs say was done, and what of them was left out.

    Parameters
    ----------
    visits
        From ``dwell.visits``; crews stand as numbers.
    roll
        Who was seen.
    duplicates
        Pings of an officer at a second at which an earlier row has one.
    too_fast
        Pings that nobody could have reached.
    """

    visits: pa.Table
    roll: Roll
    duplicates: int
    too_fast: int


def delivered(
    engine: Engine,
    pings: Pings | None,
    *,
    logged: Sequence[Logged],
    tasks: Tasks,
    cell_ids: Sequence[str],
    rules: DwellRules,
) -> Delivered:
    """Return the visits that pings and logs tell of.

    A crew with pings is timed by them alone; what it wrote by hand then says only what it did.

    Parameters
    ----------
    engine
        Where pings become visits.
    pings
        From ``read_pings``, or None where there are logs alone.
    logged
        Visits written by hand.
    tasks, cell_ids
        The plan, and the study area's cells in order.
    rules
        What is a visit.
    """
    parts, officers, duplicates, too_fast = [], dict[int, frozenset[int]](), 0, 0
    crews = list(tasks.crews)
    if pings is not None:
        crews = pings.crews
        spans, duplicates, too_fast = _spans_of_pings(engine, pings, tasks=tasks, rules=rules)
        officers = _officers(pings.table)
        parts.append(spans)
    by_hand = _spans_of_logs(logged, crews=crews, timed=set(officers), cell_ids=cell_ids)
    for row in by_hand.to_pylist():
        several = frozenset(row["officer"] - n for n in range(row["officers"]))
        crew = row["crew"]
        officers[crew] = max(officers.get(crew, frozenset()), several, key=len)
    presence = engine.arrow(pa.concat_tables([*parts, by_hand]))
    kinds = dwell.kinds_of_spans(
        dwell.visits_of_spans(presence, rules),
        slots=engine.arrow(tasks.slot_table()),
        tasks=engine.arrow(tasks.place_days),
        crews=len(tasks.crews),
        rules=rules,
    )
    return Delivered(
        visits=engine.run(dwell.visits(kinds)),
        roll=Roll(officers),
        duplicates=duplicates,
        too_fast=too_fast,
    )


def _spans_of_pings(
    engine: Engine, pings: Pings, *, tasks: Tasks, rules: DwellRules
) -> tuple[pa.Table, int, int]:
    """Return presence in the plan's places, and how many pings were left out on the way."""
    alone = engine.run(dwell.distinct_moments(engine.arrow(pings.table)))
    kept = dwell.reachable(engine.arrow(alone), rules)
    reached = engine.run(kept.agg(n=kept.count()))["n"][0].as_py()
    places = engine.arrow(tasks.place_days.select(["cell"]))
    found = engine.run(dwell.spans(kept.semi_join(places, "cell"), rules))
    return (
        found.select(_SPANS.names).cast(_SPANS),
        pings.table.num_rows - alone.num_rows,
        alone.num_rows - reached,
    )


def _officers(pings: pa.Table) -> dict[int, frozenset[int]]:
    """Return the officers of each crew."""
    pairs = pings.group_by(["crew", "officer"]).aggregate([])
    found: dict[int, set[int]] = defaultdict(set)
    for crew, officer in zip(pairs["crew"].to_pylist(), pairs["officer"].to_pylist(), strict=True):
        found[crew].add(officer)
    return {crew: frozenset(of) for crew, of in found.items()}


def _spans_of_logs(
    logged: Sequence[Logged], *, crews: list[str], timed: set[int], cell_ids: Sequence[str]
) -> pa.Table:
    """Return the presence that logs tell of, of crews without pings; officers are below 0."""
    crew_of = {name: number for number, name in enumerate(crews)}
    row_of = {name: row for row, name in enumerate(cell_ids)}
    rows = []
    for entry in logged:
        crew = crew_of.setdefault(entry.crew_id, len(crew_of))
        if crew not in timed:
            rows.append(
                {
                    "crew": crew,
                    "officer": -1 - 1000 * crew,
                    "cell": row_of[entry.cell_id],
                    "opens": entry.arrived,
                    "closes": entry.left,
                    "officers": entry.officers,
                }
            )
    return pa.Table.from_pylist(rows, schema=_SPANS)


@dataclass(slots=True, kw_only=True)
class Sums:
    """Sums over some places and slots; times in seconds.

    Parameters
    ----------
    officer_seconds, patrol_seconds
        In visits: of every officer, and of at least one officer.
    visits, qualifying
        Visits, and those long enough.
    planned, excused, made
        Visits planned, those of them excused, and those made of the rest.
    background_officer_seconds, background_patrol_seconds
        Presence on hold-out days, and of crews that the plan does not know.
    crews
        Crews planned or present, by number.
    """

    officer_seconds: int = 0
    patrol_seconds: int = 0
    visits: int = 0
    qualifying: int = 0
    planned: int = 0
    excused: int = 0
    made: int = 0
    background_officer_seconds: int = 0
    background_patrol_seconds: int = 0
    crews: set[int] = field(default_factory=set)

    def add(self, other: Sums) -> None:
        """Add the sums of other places and slots."""
        for name in Sums.__dataclass_fields__:
            if name == "crews":
                self.crews |= other.crews
            else:
                setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def compliance(self) -> float | None:
        """Visits made by those planned, excused ones in neither; None where none was due."""
        due = self.planned - self.excused
        return None if due == 0 else self.made / due


def sums_by_place_and_slot(
    visits: pa.Table, tasks: Tasks, rules: DwellRules
) -> dict[tuple[int, int], Sums]:
    """Return the sums of each cell and slot in which something was planned or done.

    A planned visit is made by any of the plan's crews that makes a qualifying visit to the place
    in the slot; more visits than planned make up for none elsewhere.

    Parameters
    ----------
    visits
        From ``delivered``.
    tasks
        The plan.
    rules
        What is a qualifying visit.
    """
    found: dict[tuple[int, int], Sums] = defaultdict(Sums)
    for row in visits.filter(pc.not_equal(visits["kind"], "pass_through")).to_pylist():
        here = found[row["cell"], row["slot"]]
        here.crews.add(row["crew"])
        if row["kind"] in BACKGROUND:
            here.background_officer_seconds += row["officer_seconds"]
            here.background_patrol_seconds += row["patrol_seconds"]
        else:
            here.officer_seconds += row["officer_seconds"]
            here.patrol_seconds += row["patrol_seconds"]
            here.visits += 1
            here.qualifying += row["closes"] - row["opens"] >= rules.qualifying_seconds
    planned = zip(
        *(values.tolist() for values in (tasks.cell, tasks.slot, tasks.crew, tasks.excused)),
        strict=True,
    )
    for cell, slot, crew, excused in planned:
        here = found[cell, slot]
        here.crews.add(crew)
        here.planned += 1
        here.excused += excused
    for here in found.values():
        here.made = min(here.planned - here.excused, here.qualifying)
    return dict(found)


def total(parts: Iterable[Sums]) -> Sums:
    """Return the sum of some parts."""
    whole = Sums()
    for part in parts:
        whole.add(part)
    return whole


def patrol_seconds(visits: pa.Table, kind: str) -> int:
    """Return how long at least one officer was there, over all places, for a kind of presence.

    Parameters
    ----------
    visits
        From ``delivered``.
    kind
        As ``dwell.kinds_of_spans`` names it.
    """
    found: Any = pc.sum(visits.filter(pc.equal(visits["kind"], kind))["patrol_seconds"]).as_py()
    return int(found or 0)
