"""Where an operation is: its places in words, as a table, and as a map."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rightplace.app.service.operations_held import looked_at_operation
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.briefing.evaluation.values import PartName, PlacesMap
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.places.study_area import StudyArea

PARTS: Final[tuple[tuple[str, PartName, str], ...]] = (
    ("treated", "treated", "Treated"),
    ("ring", "ring", "Ring round it"),
    ("control", "control", "Compared with"),
    ("ring_control", "ring-control", "Ring compared with"),
)
MOST_NAMED: Final = 24
"""Treated places that are numbered and named beside the map; a choice of ours, as reports."""


def place_rows(area: StudyArea | None, plan: OperationPlan) -> Iterator[tuple[str, str]]:
    """Yield the places of a plan in words, part by part: named where they are few."""
    cells = [] if area is None else area.cells.select(["cell_id", "name", "borough"]).to_pylist()
    by_id = {row["cell_id"]: row for row in cells}
    for key, _, words in PARTS:
        ids = getattr(plan.where, key)
        if not ids:
            continue
        found = [by_id[each] for each in ids if each in by_id]
        boroughs = sorted({row["borough"] or "no borough" for row in found})
        where = f" in {', '.join(boroughs)}" if boroughs else ""
        few = len(found) == len(ids) <= MOST_NAMED
        named = f": {', '.join(row['name'] for row in found)}" if few else ""
        yield words, f"{len(ids):,} cell{'s' if len(ids) > 1 else ''}{where}{named}"


def by_borough(
    area: StudyArea | None, plan: OperationPlan
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return how many cells of each part there are in each borough; in all, without the area."""
    there = [key for key, _, _ in PARTS if getattr(plan.where, key)]
    home: dict[str, str] = {}
    if area is not None:
        names = (each or "in no borough" for each in area.cells["borough"].to_pylist())
        home = dict(zip(area.cells["cell_id"].to_pylist(), names, strict=True))
    counts = {
        key: Counter(home.get(cell, "everywhere") for cell in getattr(plan.where, key))
        for key in there
    }
    boroughs = sorted(set().union(*counts.values()))
    return tuple((name, tuple(counts[key][name] for key in there)) for name in boroughs)


def named(area: StudyArea | None, plan: OperationPlan) -> tuple[tuple[int, str, str], ...]:
    """Return number, name and borough of the treated places, where they are few."""
    if area is None or len(plan.where.treated) > MOST_NAMED:
        return ()
    cells = area.cells.select(["cell_id", "name", "borough"]).to_pylist()
    by_id = {row["cell_id"]: row for row in cells}
    return tuple(
        (number, by_id[cell]["name"], by_id[cell]["borough"] or "")
        for number, cell in enumerate(plan.where.treated, start=1)
    )


def operation_map(
    shelf: Shelf, op_id: str, *, person: Person, at: datetime, workspace: Workspace | None
) -> str:
    """Return the map of an operation's places as SVG; the table beside it has the same facts.

    Parameters as in ``read_operation``.

    Raises
    ------
    NotHeldError
        If its study area is not held here.
    """
    from rightplace.briefing.evaluation.map import map_svg
    from rightplace.records.audit.transaction import transaction

    purpose = f"Look at the map of operation {op_id[:40]}."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        _, operation, area = looked_at_operation(
            shelf, tx, op_id, person=person, workspace=workspace
        )
    if area is None:
        msg = "The study area of this operation is not held here."
        raise NotHeldError(msg, value=operation.plan.where.area_id, remedy="Read the table.")
    return map_svg(_drawn(area, operation.plan))


def _drawn(area: StudyArea, plan: OperationPlan) -> PlacesMap:
    from rightplace.app.evaluation.report_writing import boroughs_of
    from rightplace.briefing.evaluation.values import Place, PlacesMap

    columns = area.cells.select(["cell_id", "borough", "geometry"]).to_pylist()
    by_id = {row["cell_id"]: row for row in columns}
    few = len(plan.where.treated) <= MOST_NAMED
    rows = [
        {"part": part, "number": n if few and key == "treated" else None, **by_id[cell]}
        for key, part, _ in PARTS
        for n, cell in enumerate(getattr(plan.where, key), start=1)
    ]
    return PlacesMap(
        title=f"Where {plan.title} is, and what it is compared with",
        places=tuple(
            Place(part=row["part"], outline=row["geometry"], number=row["number"]) for row in rows
        ),
        boroughs=boroughs_of(area.cells, rows),
    )
