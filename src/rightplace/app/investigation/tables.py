"""Tables of a look ahead at detective units, as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.app.investigation.result import Days
from rightplace.deploy.investigation.unit import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.app.investigation.result import Figure, UnitResult, WhatIfResult
    from rightplace.deploy.investigation.simulated import Simulated

MEASURES = pa.schema(
    [
        ("what_if", pa.string()),
        ("unit", pa.string()),
        ("figure", pa.string()),
        ("role", pa.string()),
        ("team", pa.string()),
        ("mean", pa.float64()),
        ("lo", pa.float64()),
        ("hi", pa.float64()),
    ]
)
CHANGES = pa.schema(
    [
        ("what_if", pa.string()),
        ("unit", pa.string()),
        ("figure", pa.string()),
        ("base", pa.float64()),
        ("other", pa.float64()),
        ("change", pa.float64()),
        ("lo", pa.float64()),
        ("hi", pa.float64()),
    ]
)
WEEKS = pa.schema(
    [
        ("what_if", pa.string()),
        ("unit", pa.string()),
        ("week", pa.int64()),
        ("role", pa.string()),
        ("open_hours", pa.float64()),
        ("open_hours_lo80", pa.float64()),
        ("open_hours_hi80", pa.float64()),
        ("waiting_hours", pa.float64()),
        ("live_cases", pa.float64()),
    ]
)
_PLAIN = (
    "opened",
    "closed",
    "waiting_cases",
    "waiting_officer_days",
    "backlog_start",
    "backlog_end",
    "backlog_change",
    "work_left_start",
    "work_left_end",
    "over_cap",
    "passed",
)
_OF_TEAMS = ("live", "over_cap", "callouts", "tiring")
_ENDS_OF_80 = (10, 90)


def measures_table(results: Sequence[tuple[str, UnitResult]]) -> pa.Table:
    """Return every figure of every unit, one row each; ``what_if`` is how the unit is asked."""
    rows = [row for what_if, result in results for row in _measures(what_if, result)]
    return pa.Table.from_pylist(rows, schema=MEASURES)


def _measures(what_if: str, result: UnitResult) -> Iterator[dict[str, Any]]:
    for figure, role, team, value in _figures(result):
        at = {"what_if": what_if, "unit": result.unit, "figure": figure, "role": role, "team": team}
        mean = value.days if isinstance(value, Days) else value.mean
        yield at | {"mean": mean, "lo": value.lo, "hi": value.hi}


def _figures(result: UnitResult) -> Iterator[tuple[str, str, str, Figure | Days]]:
    """Return every figure that a unit has: its name, role, team and value."""
    uses = [("utilisation", use.role, "", use.share) for use in result.roles]
    days = [(f"days_{d.share:g}", "", "", d) for d in (result.median, result.ninetieth) if d]
    loads = [
        (name, "", load.team, getattr(load, name))
        for load in result.team_loads
        for name in _OF_TEAMS
    ]
    whole = [(name, "", "", getattr(result, name)) for name in (*_PLAIN, "support")]
    return ((*at, value) for *at, value in (*whole, *uses, *days, *loads) if value is not None)


def changes_table(what_ifs: Sequence[WhatIfResult]) -> pa.Table:
    """Return every change at every end of every what-if, one row each."""
    rows = [
        {
            "what_if": what_if.name,
            "unit": end.unit,
            "figure": each.name,
            "base": each.base,
            "other": each.other,
            "change": each.change,
            "lo": each.lo,
            "hi": each.hi,
        }
        for what_if in what_ifs
        for end in what_if.ends
        for each in end.changes
    ]
    return pa.Table.from_pylist(rows, schema=CHANGES)


def weeks_table(simulated: Sequence[tuple[str, Simulated]]) -> pa.Table:
    """Return open work at the start and each week on, by unit and role: mean and 80 % of futures.

    Parameters
    ----------
    simulated
        How each unit is asked, and what happened.
    """
    return pa.concat_tables([_weeks(what_if, each) for what_if, each in simulated])


def _weeks(what_if: str, simulated: Simulated) -> pa.Table:
    lo, hi = np.percentile(simulated.open_hours, _ENDS_OF_80, axis=0)
    looks, roles = lo.shape
    live = simulated.live.sum(axis=2).mean(axis=0)
    columns = {
        "what_if": np.full(looks * roles, what_if, dtype=object),
        "unit": np.full(looks * roles, simulated.unit.key, dtype=object),
        "week": np.repeat(np.arange(looks, dtype=np.int64), roles),
        "role": np.tile(np.array([role.value for role in ROLES], dtype=object), looks),
        "open_hours": simulated.open_hours.mean(axis=0).ravel(),
        "open_hours_lo80": lo.ravel(),
        "open_hours_hi80": hi.ravel(),
        "waiting_hours": simulated.waiting_hours.mean(axis=0).ravel(),
        "live_cases": np.repeat(live, roles),
    }
    return pa.table(columns, schema=WEEKS)
