"""Use cases: the visits of a plan on a map and as a table to take away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.own_area import check_own_bcu
from rightplace.app.service.plan_visits import found_visits
from rightplace.briefing.stamp import PLANNED_NOT_ACHIEVED
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from rightplace.app.service.person import Person
    from rightplace.app.service.plan_shown import VisitsWanted
    from rightplace.app.service.shelf import PublishedPlan, Shelf

COLUMNS = (
    "visit_id", "cell_id", "place", "borough", "slot", "slot_start", "slot_end", "crew_id",
    "minutes", f"prevented_mean ({PLANNED_NOT_ACHIEVED})", "reason",
)  # fmt: skip
ON_THE_MAP = 200
"""Places with visits that a map draws; a choice of ours: numbers must stay legible."""


def _looked_at(
    shelf: Shelf,
    plan_id: str,
    *,
    person: Person,
    wanted: VisitsWanted,
    at: datetime,
    purpose: str,
) -> tuple[PublishedPlan, list[dict[str, Any]]]:
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_PLAN)
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        plan = shelf.plan(tx, plan_id)
        check_own_bcu(plan.forecast.area, person, Permission.SEE_PLAN, bcu=wanted.bcu)
    return plan, found_visits(plan, person, wanted)


def visits_csv(
    shelf: Shelf,
    plan_id: str,
    *,
    person: Person,
    wanted: VisitsWanted,
    at: datetime,
    marking: str,
) -> str:
    """Return the visits that an address asks for as CSV; the look is written in the audit chain.

    Parameters
    ----------
    shelf, plan_id, person, wanted, at
        As in ``read_plan``.
    marking
        Protective marking.
    """
    plan, rows = _looked_at(
        shelf, plan_id, person=person, wanted=wanted, at=at, purpose="Take visits away as CSV."
    )
    slots, words = plan.slot_words, plan.forecast.words_of
    origin = Origin(
        run_id=plan_id,
        marking=marking,
        data_cut_off=plan.forecast.result["trained_to"],
        is_synthetic=plan.is_synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, plan.forecast.area.clock.tzinfo),
    )
    return listing_csv(
        COLUMNS,
        (
            (
                *(row["visit_id"], row["cell_id"], words.get(row["cell_id"], "")),
                *(row["borough"] or "", slots.get(row["slot_start"], "")),
                *(row["slot_start"].isoformat(), row["slot_end"].isoformat()),
                *(row["crew_id"] or "", row["minutes"]),
                *(round(row["prevented_mean"], 6), row["reason"]),
            )
            for row in rows
        ),
        origin=origin,
    )


def visits_layers(
    shelf: Shelf, plan_id: str, *, person: Person, wanted: VisitsWanted, at: datetime
) -> str:
    """Return GeoJSON of places with visits and of their boroughs, numbered as in the table.

    A place that is visited more than once has all of its numbers.

    Parameters
    ----------
    shelf, plan_id, person, wanted, at
        As in ``read_plan``.
    """
    plan, rows = _looked_at(
        shelf, plan_id, person=person, wanted=wanted, at=at, purpose="Draw the map of visits."
    )
    area, words = plan.forecast.area, plan.forecast.words_of
    numbers: dict[str, list[int]] = {}
    for number, row in enumerate(rows, start=1):
        numbers.setdefault(row["cell_id"], []).append(number)
    at_cell = {cell_id: n for n, cell_id in enumerate(area.cells["cell_id"].to_pylist())}
    boroughs = sorted({row["borough"] for row in rows if row["borough"] in area.boroughs})
    features = [
        _feature(area.boroughs[name][0], kind="borough", name=name) for name in boroughs
    ] + [
        _feature(
            area.outlines[at_cell[cell_id]],
            kind="place",
            name=words.get(cell_id, cell_id),
            words=f"{len(found)} visit{'' if len(found) == 1 else 's'}: number {_listed(found)}",
        )
        for cell_id, found in list(numbers.items())[:ON_THE_MAP]
    ]
    features += [
        _feature(_middle(area.shapes[at_cell[cell_id]]), kind="number", name=_listed(found))
        for cell_id, found in list(numbers.items())[:ON_THE_MAP]
    ]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _listed(numbers: list[int], most: int = 3) -> str:
    said = ", ".join(str(number) for number in numbers[:most])
    return f"{said} ..." if len(numbers) > most else said


def _middle(shape: Any) -> str:  # noqa: ANN401 - a geometry
    import shapely

    point = shapely.point_on_surface(shape)
    return json.dumps({"type": "Point", "coordinates": [round(point.x, 5), round(point.y, 5)]})


def _feature(geometry: str, **properties: str) -> str:
    return f'{{"type":"Feature","properties":{json.dumps(properties)},"geometry":{geometry}}}'
