"""Use case: read a published plan: whether it is the best use of what there is, at what cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.plan.visits import crew_notices
from rightplace.app.service.changes import change_lines
from rightplace.app.service.figures import count_words, moment_words
from rightplace.app.service.own_area import check_own_bcu, own_bcus
from rightplace.app.service.plan_routes import routes_of
from rightplace.app.service.plan_shown import (
    BcuLine,
    CostLine,
    GroupLine,
    PlanPage,
    VisitRow,
    VisitsWanted,
)
from rightplace.app.service.plan_visits import (
    found_visits,
    visits_bounds,
    visits_of_bcu,
)
from rightplace.app.service.published_lines import newest_runs, why_stopped
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.records.audit.transaction import Transaction

VISITS_SHOWN = 50
"""Visits in one page of the list."""
COSTS_SHOWN = 10
"""Constraints shown, the dearest first."""


def read_plan(
    shelf: Shelf,
    plan_id: str,
    *,
    person: Person,
    at: datetime,
    wanted: VisitsWanted,
) -> PlanPage:
    """Return a published plan as its page shows it; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is published.
    plan_id
        The plan.
    person
        Who looks: only BCUs of their area are shown.
    at
        The time now.
    wanted
        Which visits the address asks for.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_PLAN)
    with transaction(shelf.database, person.actor, purpose="Read the plan page.", at=at) as tx:
        plan = shelf.plan(tx, plan_id)
        if wanted.bcu:
            check_own_bcu(plan.forecast.area, person, Permission.SEE_PLAN, bcu=wanted.bcu)
        lines = _bcu_lines(tx, plan, person, at=at)
        routes = routes_of(tx, shelf, plan, person=person, bcu=wanted.bcu, slot=wanted.slot)
        zone = plan.forecast.area.clock.tzinfo
        changes = change_lines(tx, plan_id, wanted.bcu, zone) if wanted.bcu else ()
        others = tuple(
            run.id
            for run in newest_runs(tx, "plan")
            if run.id != plan_id and not why_stopped(tx, run.id)
        )
    page = _page(plan, person, lines=lines, wanted=wanted, at=at)
    return replace(page, routes=routes, others=others, changes=changes)


def _page(
    plan: PublishedPlan,
    person: Person,
    *,
    lines: tuple[BcuLine, ...],
    wanted: VisitsWanted,
    at: datetime,
) -> PlanPage:
    result, forecast = plan.result, plan.forecast
    zone = forecast.area.clock.tzinfo
    starts, ends = plan.span
    visits, first = found_visits(plan, person, wanted), (wanted.page - 1) * VISITS_SHOWN
    slots = plan.slot_words
    return PlanPage(
        id=str(plan.record["id"]),
        forecast_id=str(forecast.record["id"]),
        area=str(forecast.area.record["name"]),
        as_of=plan.record["as_of"],
        data_cut_off=forecast.result["trained_to"],
        is_synthetic=plan.is_synthetic,
        period=f"{moment_words(starts, zone)} to {moment_words(ends, zone)}",
        prevented=_estimate(result["prevented"]),
        prevented_harm=_estimate(result["prevented_harm"]),
        expected=_estimate(result["expected_in_places"]),
        crew_time=f"{result['crew_minutes_used_share']:.0%}",
        gap=f"{result['gap']:.2%}",
        status=result["status"],
        effect=effect_words(plan),
        shifts=result["shift_evidence"],
        bcus=lines,
        costs=_costs(result["constraint_costs"]),
        cost_unit=result["objective_unit"],
        equality=_equality(result.get("equality")),
        groups=group_lines(plan),
        warnings=tuple(w["message"] for w in crew_notices(plan.record) if w["code"] != "no-data"),
        no_data=tuple(forecast.result["masked_boroughs"]),
        parent=str(result.get("parent_id") or ""),
        wanted=wanted,
        slots=tuple(slots.values()),
        visits=tuple(
            _visit(plan, row, slots, number=first + n)
            for n, row in enumerate(visits[first : first + VISITS_SHOWN], start=1)
        ),
        found=len(visits),
        pages=max(1, -(-len(visits) // VISITS_SHOWN)),
        bounds=visits_bounds(plan, visits),
        is_over=ends <= at,
        may_decide=bool(wanted.bcu) and person.allowed(Permission.DECIDE, bcu=wanted.bcu),
        may_change=bool(wanted.bcu) and person.allowed(Permission.CHANGE_PLAN, bcu=wanted.bcu),
    )


def effect_words(plan: PublishedPlan) -> str:
    """Return the effect that a plan took for a visit, with its interval and source."""
    effect = plan.result["effect"]
    interval = f"{effect['change_lo']:.0%} to {effect['change_hi']:.0%}"
    return f"{effect['change_mean']:.0%} ({interval}): {effect['source']}"


def group_lines(plan: PublishedPlan) -> tuple[GroupLine, ...]:
    """Return patrol minutes by the few groups of residents that are shown; none where unknown."""
    given = plan.result.get("equality")
    if given is None:
        return ()

    def figure(value: float | None, form: str) -> str:
        return "not known" if value is None else format(value, form)

    return tuple(
        GroupLine(
            group=f"Deprivation tenth {each['group']}"
            if each["kind"] == "deprivation_tenth"
            else each["group"],
            minutes=figure(each["minutes_per_1000_residents"], ".2f"),
            ratio=figure(each["minutes_ratio"], ".2f"),
            recorded=figure(each["recorded_per_1000_residents"], ".1f"),
            expected=figure(each["expected_per_1000_residents"], ".2f"),
        )
        for each in given["rows"]
        if each["broad"]
    )


def _estimate(given: dict[str, Any]) -> str:
    return count_words(given["mean"], given["lo80"], given["hi80"], period="in the whole plan")


def cost_words(cost: dict[str, Any]) -> str:
    """Return what one more of something would prevent, as an interval unless its ends are one."""
    if np.isclose(cost["lo"], cost["hi"]):
        return f"{cost['lo']:.2g}"
    return f"{cost['lo']:.2g} to {cost['hi']:.2g}"


def _costs(given: list[dict[str, Any]]) -> tuple[CostLine, ...]:
    """Return the dearest constraints; what is worth less than a ten-thousandth is left out."""
    dearest = sorted(given, key=lambda c: (-c["hi"], c["name"]))[:COSTS_SHOWN]
    return tuple(
        CostLine(name=c["name"], worth=cost_words(c))
        for c in dearest
        if c["hi"] >= 1e-4  # noqa: PLR2004 - below it nothing is gained that a reader could weigh
    )


def _equality(given: dict[str, Any] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given["finding"], given["audit"])


def _bcu_lines(
    tx: Transaction, plan: PublishedPlan, person: Person, *, at: datetime
) -> tuple[BcuLine, ...]:
    from rightplace.app.service.decisions import said_of_decisions
    from rightplace.records.decided.in_force import states_in_force

    found = []
    zone, plan_id = plan.forecast.area.clock.tzinfo, str(plan.record["id"])
    bcus = own_bcus(plan.forecast.area, person, Permission.SEE_PLAN)
    decisions = said_of_decisions(tx, plan_id, bcus, zone)
    now = states_in_force(tx, bcus, at=at)
    begins = plan.span[0]
    then = now if at >= begins else states_in_force(tx, bcus, at=begins)
    for bcu in bcus:
        rows = visits_of_bcu(plan, bcu, person)
        (decision, reason), state, other = decisions[bcu], now[bcu], then[bcu].plan_id
        prevented = sum(row["prevented_mean"] for row in rows)
        found.append(
            BcuLine(
                bcu=bcu,
                visits=len(rows),
                places=len({row["cell_id"] for row in rows}),
                minutes=sum(row["minutes"] for row in rows),
                prevented=f"about {prevented:.0f}" if prevented >= 1 else "under 1",
                decision=decision,
                reason=reason,
                in_force=state.plan_id or state.reason,
                other_in_force="" if other in {None, plan_id} else str(other),
            )
        )
    return tuple(found)


def _visit(
    plan: PublishedPlan, row: dict[str, Any], slots: dict[datetime, str], *, number: int
) -> VisitRow:
    return VisitRow(
        number=number,
        visit_id=row["visit_id"],
        place=plan.forecast.words_of.get(row["cell_id"], row["cell_id"]),
        borough=row["borough"] or "",
        slot=slots.get(row["slot_start"], ""),
        crew=row["crew_id"] or "",
        minutes=row["minutes"],
        reason=row["reason"],
    )
