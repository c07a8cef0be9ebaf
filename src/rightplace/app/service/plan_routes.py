"""The rounds of a plan's crews, where routes made for it are published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.service.plan_visits import slot_start, visits_of_bcu
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.records.audit.transaction import Transaction

KIND = "routes"
KINDS = {"leave": "Leave the base", "return": "Back at the base", "break": "Refreshment break"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """One step of a crew's round, on the local clock."""

    arrives: str
    leaves: str
    what: str
    travel_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLine:
    """A crew's round in one slot.

    Parameters
    ----------
    visits
        How many it makes.
    """

    crew: str
    borough: str
    slot: str
    visits: int
    travel_minutes: int
    stops: tuple[StopLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesBox:
    """Routes of a plan.

    Parameters
    ----------
    travel
        What travel times are reckoned from.
    made, planned, left
        Visits on rounds, of the plan, and those that no round has room for.
    rounds
        Of the BCU and slot shown; empty where none is chosen.
    """

    id: str
    mode: str
    travel: str
    made: int
    planned: int
    left: int
    travel_minutes: int
    visit_minutes: int
    waiting_minutes: int
    rounds: tuple[RoundLine, ...]


def routes_of(
    tx: Transaction,
    shelf: Shelf,
    plan: PublishedPlan,
    *,
    person: Person,
    bcu: str,
    slot: int | None,
) -> RoutesBox | None:
    """Return the newest routes published for a plan; None where there are none that may be used.

    Parameters
    ----------
    tx
        The look is written with it.
    shelf
        Where they are published.
    plan
        The plan.
    person
        Who looks.
    bcu, slot
        Whose rounds are shown, and when; without either none is.
    """
    run_id = _newest(tx, str(plan.record["id"]))
    if run_id is None:
        return None
    try:
        record, stops = shelf.opened(tx, run_id, kind=KIND, read=_read)
    except RefusedError:
        return None  # stopped: a plan is shown without its routes
    result = record["result"]
    rounds: tuple[RoundLine, ...] = ()
    if bcu and slot is not None:
        rounds = _rounds(plan, stops, person=person, bcu=bcu, slot=slot)
    return RoutesBox(
        id=run_id,
        mode=result["mode"],
        travel=result["travel"],
        made=result["visits_made"],
        planned=result["visits_planned"],
        left=result["dropped_time"] + result["dropped_spacing"],
        travel_minutes=round(result["travel_minutes"]),
        visit_minutes=round(result["visit_minutes"]),
        waiting_minutes=round(result["waiting_minutes"]),
        rounds=rounds,
    )


def _newest(tx: Transaction, plan_id: str) -> str | None:
    from sqlalchemy import select

    from rightplace.records.published.tables import PublishedRun

    wanted = select(PublishedRun).where(PublishedRun.kind == KIND)
    order = PublishedRun.published_at.desc(), PublishedRun.id
    found = tx.unshown(wanted.order_by(*order))
    mine = [run.id for run in found if plan_id in json.loads(run.rests_on)]
    return mine[0] if mine else None


def _read(run: OpenedRun) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return run.record, run.table("stops").to_pylist()


def _rounds(
    plan: PublishedPlan, stops: list[dict[str, Any]], *, person: Person, bcu: str, slot: int
) -> tuple[RoundLine, ...]:
    starts = slot_start(plan, slot)
    boroughs = {row["borough"] for row in visits_of_bcu(plan, bcu, person)}
    by_crew: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in stops:
        seen = person.allowed(Permission.SEE_PLAN, bcu=bcu, borough=row["borough"])
        if row["slot_start"] == starts and row["borough"] in boroughs and seen:
            by_crew.setdefault((row["borough"], row["crew_id"]), []).append(row)
    words, zone = plan.slot_words[starts], plan.forecast.area.clock.tzinfo
    return tuple(
        RoundLine(
            crew=crew,
            borough=borough,
            slot=words,
            visits=sum(row["kind"] == "visit" for row in rows),
            travel_minutes=round(sum(row["travel_seconds"] for row in rows) / 60),
            stops=tuple(
                _stop(plan, row, zone) for row in sorted(rows, key=lambda row: row["number"])
            ),
        )
        for (borough, crew), rows in sorted(by_crew.items())
        if any(row["kind"] == "visit" for row in rows)
    )


def _stop(plan: PublishedPlan, row: dict[str, Any], zone: tzinfo) -> StopLine:
    def clock(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%H:%M}"

    place = plan.forecast.words_of.get(row["cell_id"] or "", "")
    return StopLine(
        arrives=clock(row["arrives"]),
        leaves=clock(row["ends"]),
        what=KINDS.get(row["kind"], place),
        travel_minutes=round(row["travel_seconds"] / 60),
    )
