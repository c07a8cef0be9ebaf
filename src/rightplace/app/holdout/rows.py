"""A hold-out as tables: who was drawn as what, and the visits that are not to be made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.app.holdout.releases import HELD_OUT
from rightplace.deploy.weekly.visits import VISITS_SCHEMA

if TYPE_CHECKING:
    from rightplace.app.holdout.making import HeldOut

TREAT = "treat"
NOT_TO_BE_MADE = "held out by lot: no visit is to be made"
HOLD_OUT_SCHEMA = pa.schema(
    [
        ("unit", pa.int64()),
        ("stratum", pa.string()),
        ("cell_id", pa.string()),
        ("arm", pa.string()),
        ("probability", pa.float64()),
        ("analysed_from", pa.date32()),
        ("arm_before", pa.string()),
        ("expected_count", pa.float64()),
    ]
)
"""``expected_count`` is over the whole plan, without visits; ``arm_before`` that of the earlier
plan, ``none`` if it visited the place without a lot, null if it did not."""


def analysed_from(held: HeldOut) -> date:
    """Return the first day whose records may be compared.

    It is the same for both arms: a wash-out that only places in a new arm had would compare
    other days of one arm than of the other.
    """
    first = held.planned.outlook.first_day
    carried = any(held.planned.problem.cell_ids[cell] in held.earlier.arms for cell in _cells(held))
    return first + timedelta(days=held.settings.washout_days) if carried else first


def _cells(held: HeldOut) -> list[int]:
    return [int(cell) for cell in held.drawn.cells]


def arms_of(held: HeldOut) -> list[str]:
    """Return the arm of each place drawn."""
    return [HELD_OUT if out else TREAT for out in held.drawn.held_out.tolist()]


def hold_out_table(held: HeldOut) -> pa.Table:
    """Return one row for each place that the lot decided on, in the order of the cells."""
    drawn, planned = held.drawn, held.planned
    cell_ids = [planned.problem.cell_ids[cell] for cell in _cells(held)]
    columns = {
        "unit": drawn.unit,
        "stratum": [drawn.strata[number] for number in drawn.stratum],
        "cell_id": cell_ids,
        "arm": arms_of(held),
        "probability": drawn.probability,
        "analysed_from": [analysed_from(held)] * len(cell_ids),
        "arm_before": [held.earlier.arms.get(cell_id) for cell_id in cell_ids],
        "expected_count": planned.counts[drawn.cells].sum(axis=1),
    }
    return pa.table(columns, schema=HOLD_OUT_SCHEMA)


def hold_out_tables(held: HeldOut, visits: pa.Table) -> dict[str, pa.Table]:
    """Return the tables of a plan with a hold-out: its visits with the lot, and who was drawn.

    Parameters
    ----------
    held
        The hold-out.
    visits
        Visits of its plan, without the lot.
    """
    return {"visits": with_lot(visits, held), "holdout": hold_out_table(held)}


def with_lot(visits: pa.Table, held: HeldOut) -> pa.Table:
    """Return the visits with arm and chance, and after them those not to be made.

    The latter stand in the slots where the best plan would have gone, once for each of its
    visits, with no crew, 0 minutes, and nothing prevented, so that sums over rows stay true.

    Parameters
    ----------
    visits
        Visits of the plan with the hold-out, in the form of ``VISITS_SCHEMA`` at least.
    held
        The hold-out.
    """
    drawn = held.drawn
    names = [held.planned.problem.cell_ids[cell] for cell in _cells(held)]
    lot = dict(zip(names, zip(arms_of(held), drawn.probability.tolist(), strict=True), strict=True))
    told = [lot.get(cell_id, ("none", 1.0)) for cell_id in visits["cell_id"].to_pylist()]
    for number, name in enumerate(("arm", "probability")):
        place = visits.schema.get_field_index(name)
        field = VISITS_SCHEMA.field(name)
        visits = visits.set_column(place, field, pa.array([t[number] for t in told], field.type))
    rows = _rows_not_made(held, first_number=visits.num_rows + 1)
    return pa.concat_tables([visits, pa.Table.from_pylist(rows, schema=visits.schema)])


def _rows_not_made(held: HeldOut, *, first_number: int) -> list[dict[str, Any]]:
    """Return a row for each visit of the best plan that is not to be made."""
    best, drawn = held.best, held.drawn
    problem, slots = best.problem, best.outlook.slots
    bcus = best.outlook.area.cells["bcu"].to_pylist()
    chance = dict(zip(_cells(held), drawn.probability.tolist(), strict=True))
    out = [int(cell) for cell in drawn.cells[drawn.held_out]]
    places = [
        (cell, int(slot))
        for cell in out
        for slot in np.repeat(np.arange(len(slots)), best.solution.visits[cell])
    ]
    return [
        {
            "visit_id": f"v-{number:06d}",
            "cell_id": problem.cell_ids[cell],
            "borough": problem.borough_names[problem.borough[cell]],
            "bcu": bcus[cell],
            "slot_start": slots[slot].start,
            "slot_end": slots[slot].end,
            "minutes": 0,
            "expected_count": float(best.counts[cell, slot]),
            "expected_harm": float(best.harm[cell, slot]),
            "prevented_mean": 0.0,
            "prevented_harm_mean": 0.0,
            "reason": NOT_TO_BE_MADE,
            "arm": HELD_OUT,
            "probability": chance[cell],
        }
        for number, (cell, slot) in enumerate(places, first_number)
    ]
