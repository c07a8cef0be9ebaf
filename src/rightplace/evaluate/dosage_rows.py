"""Dosage as a table of units, from the plan down to a place and day; small ones withheld."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.evaluate.disclosure import shown
from rightplace.evaluate.dosage import total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rightplace.evaluate.disclosure import Roll
    from rightplace.evaluate.dosage import Sums
    from rightplace.evaluate.tasks import Tasks

    Unit = tuple[int, int]
    Key = tuple[Any, ...]

_INSTANT = pa.timestamp("us", tz="UTC")
FIGURES = (
    ("officer_minutes", pa.float64()),
    ("patrol_minutes", pa.float64()),
    ("visits", pa.int64()),
    ("qualifying", pa.int64()),
    ("planned", pa.int64()),
    ("excused", pa.int64()),
    ("made", pa.int64()),
    ("compliance", pa.float64()),
    ("background_officer_minutes", pa.float64()),
    ("background_patrol_minutes", pa.float64()),
)
ROWS_SCHEMA = pa.schema(
    [
        ("level", pa.string()),
        ("bcu", pa.string()),
        ("cell_id", pa.string()),
        ("policing_day", pa.date32()),
        ("shift", pa.string()),
        ("slot_start", _INSTANT),
        ("slot_end", _INSTANT),
        ("holdout", pa.bool_()),
        ("withheld", pa.bool_()),
        *FIGURES,
    ]
)
# Each level with the one that it is a part of.
LEVELS = {"bcu": "plan", "bcu_slot": "bcu", "place": "bcu", "place_day": "place"}


def figures(sums: Sums) -> dict[str, float | int | None]:
    """Return the figures of some sums, times in minutes."""
    minutes = {
        f"{name}_minutes": getattr(sums, f"{name}_seconds") / 60
        for name in ("officer", "patrol", "background_officer", "background_patrol")
    }
    counts = {n: getattr(sums, n) for n in "visits qualifying planned excused made".split()}
    return {**minutes, **counts, "compliance": sums.compliance}


def dosage_rows(
    sums: Mapping[Unit, Sums],
    tasks: Tasks,
    *,
    roll: Roll,
    cell_ids: Sequence[str],
    bcus: Sequence[str | None],
) -> pa.Table:
    """Return dosage by unit; figures of too few crews are null, and so is what gives them away.

    A part of a unit that is withheld is withheld too. No column names a crew or an officer.

    Parameters
    ----------
    sums
        From ``sums_by_place_and_slot``.
    tasks
        The plan.
    roll
        Who was seen.
    cell_ids, bcus
        The study area's cells in order, and the BCU of each.
    """
    days = tasks.days
    key_of: dict[str, Callable[[Unit], Key]] = {
        "plan": lambda _: (),
        "bcu": lambda unit: (bcus[unit[0]] or "",),
        "bcu_slot": lambda unit: (bcus[unit[0]] or "", unit[1]),
        "place": lambda unit: (bcus[unit[0]] or "", unit[0]),
        "place_day": lambda unit: (bcus[unit[0]] or "", unit[0], days[unit[1]]),
    }
    groups = {level: _grouped(sums, key) for level, key in key_of.items()}
    may: dict[str, set[Key]] = {"plan": {()}}
    for level, parent in LEVELS.items():
        may[level] = _shown_parts(groups[level], may[parent], roll=roll)
    left = {
        (row["cell"], row["day"]) for row in tasks.place_days.to_pylist() if row["holdout"] == 1
    }
    rows = [
        _names(level, key, tasks=tasks, cell_ids=cell_ids)
        | {"holdout": level == "place_day" and key[1:] in left, "withheld": key not in may[level]}
        | (figures(groups[level][key]) if key in may[level] else {})
        for level in key_of
        for key in sorted(groups[level])
    ]
    return pa.Table.from_pylist(rows, schema=ROWS_SCHEMA)


def _grouped(sums: Mapping[Unit, Sums], key_of: Callable[[Unit], Key]) -> dict[Key, Sums]:
    members: dict[Key, list[Sums]] = defaultdict(list)
    for unit, here in sums.items():
        members[key_of(unit)].append(here)
    return {key: total(parts) for key, parts in members.items()}


def _shown_parts(groups: Mapping[Key, Sums], parents: set[Key], *, roll: Roll) -> set[Key]:
    """Return which units of a level may be shown, given those that they are parts of."""
    parts: dict[Key, dict[Key, frozenset[int]]] = defaultdict(dict)
    for key, sums in groups.items():
        parts[key[:-1]][key] = frozenset(sums.crews)
    may = set[Any]()
    for parent in parts.keys() & parents:
        may |= shown(parts[parent], roll)
    return may


def _names(level: str, key: Key, *, tasks: Tasks, cell_ids: Sequence[str]) -> dict[str, Any]:
    """Return what a row is of."""
    names: dict[str, Any] = {"level": level, "bcu": (key[0] or None) if key else None}
    if level == "bcu_slot":
        slot = tasks.slots[key[1]]
        names |= {"policing_day": slot.policing_day, "shift": slot.shift}
        names |= {"slot_start": slot.start, "slot_end": slot.end}
    if level in {"place", "place_day"}:
        names["cell_id"] = cell_ids[key[1]]
    if level == "place_day":
        names["policing_day"] = tasks.slots[tasks.days.index(key[2])].policing_day
    return names
