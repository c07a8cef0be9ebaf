"""Use case: read a published plan: whether it is the best use of what there is, at what cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.service.figures import count_words, moment_words, span_words
from rightplace.app.service.own_area import check_own_bcu, own_bcus
from rightplace.errors import BadInputError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BcuLine:
    """What a plan does in one BCU, and what stands there.

    Parameters
    ----------
    prevented
        Planned, not achieved.
    decision
        The last decision on this plan for the BCU in words; empty where none was taken.
    in_force
        The plan in force there now, or why none is.
    """

    bcu: str
    visits: int
    places: int
    minutes: int
    prevented: str
    decision: str
    reason: str
    in_force: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What one more of something would prevent."""

    name: str
    worth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One visit as crews make it."""

    visit_id: str
    place: str
    borough: str
    slot: str
    crew: str
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A plan as its page shows it.

    Parameters
    ----------
    prevented, prevented_harm
        For the whole plan with 80 % interval; planned, not achieved.
    crew_time, gap
        In words.
    equality
        Effect on groups of residents in words, or that it is not known.
    bcu
        The BCU whose visits are listed; empty where none is chosen.
    is_over
        Whether all of its slots are past.
    """

    id: str
    forecast_id: str
    area: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    period: str
    prevented: str
    prevented_harm: str
    expected: str
    crew_time: str
    gap: str
    status: str
    effect: str
    shifts: str
    bcus: tuple[BcuLine, ...]
    costs: tuple[CostLine, ...]
    cost_unit: str
    equality: tuple[str, ...]
    warnings: tuple[str, ...]
    no_data: tuple[str, ...]
    bcu: str
    visits: tuple[VisitRow, ...]
    page: int
    pages: int
    is_over: bool
    may_decide: bool


def read_plan(
    shelf: Shelf,
    plan_id: str,
    *,
    person: Person,
    at: datetime,
    bcu: str = "",
    page: int = 1,
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
    bcu
        The BCU whose visits are listed; empty lists none.
    page
        Page of that list, from 1.

    Raises
    ------
    BadInputError
        If the page is below 1.
    """
    from rightplace.records.audit.transaction import transaction

    if page < 1:
        msg = f"There is no page {page}."
        raise BadInputError(msg, value=page, remedy="Start at page 1.")
    person.check(Permission.SEE_PLAN)
    with transaction(shelf.database, person.actor, purpose="Read the plan page.", at=at) as tx:
        plan = shelf.plan(tx, plan_id)
        if bcu:
            check_own_bcu(plan.forecast.area, person, Permission.SEE_PLAN, bcu=bcu)
        lines = _bcu_lines(tx, plan, person, at=at)
    return _page(plan, person, lines=lines, bcu=bcu, page=page, at=at)


def _page(
    plan: PublishedPlan,
    person: Person,
    *,
    lines: tuple[BcuLine, ...],
    bcu: str,
    page: int,
    at: datetime,
) -> PlanPage:
    result, forecast = plan.result, plan.forecast
    zone = forecast.area.clock.tzinfo
    starts, ends = plan.span
    effect = result["effect"]
    visits, first = _of_bcu(plan, bcu, person), (page - 1) * VISITS_SHOWN
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
        effect=f"{effect['change_mean']:.0%} ({effect['change_lo']:.0%} to "
        f"{effect['change_hi']:.0%}): {effect['source']}",
        shifts=result["shift_evidence"],
        bcus=lines,
        costs=_costs(result["constraint_costs"]),
        cost_unit=result["objective_unit"],
        equality=_equality(result.get("equality")),
        warnings=tuple(w["message"] for w in plan.record["warnings"] if w["code"] != "no-data"),
        no_data=tuple(forecast.result["masked_boroughs"]),
        bcu=bcu,
        visits=tuple(_visit(plan, row) for row in visits[first : first + VISITS_SHOWN]),
        page=page,
        pages=max(1, -(-len(visits) // VISITS_SHOWN)),
        is_over=ends <= at,
        may_decide=bool(bcu) and person.allowed(Permission.DECIDE, bcu=bcu),
    )


def _estimate(given: dict[str, Any]) -> str:
    return count_words(given["mean"], given["lo80"], given["hi80"], period="in the whole plan")


def _costs(given: list[dict[str, Any]]) -> tuple[CostLine, ...]:
    """Return the dearest constraints; what is worth less than a ten-thousandth is left out."""
    dearest = sorted(given, key=lambda c: (-c["hi"], c["name"]))[:COSTS_SHOWN]
    return tuple(
        CostLine(
            name=c["name"],
            worth=f"{c['lo']:.2g}"
            if np.isclose(c["lo"], c["hi"])
            else f"{c['lo']:.2g} to {c['hi']:.2g}",
        )
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
    from rightplace.app.service.decisions import decision_words, last_decision
    from rightplace.records.decided.in_force import in_force

    found = []
    zone = plan.forecast.area.clock.tzinfo
    for bcu in own_bcus(plan.forecast.area, person, Permission.SEE_PLAN):
        rows = _of_bcu(plan, bcu, person)
        decision = last_decision(tx, str(plan.record["id"]), bcu)
        state = in_force(tx, bcu, at=at)
        prevented = sum(row["prevented_mean"] for row in rows)
        found.append(
            BcuLine(
                bcu=bcu,
                visits=len(rows),
                places=len({row["cell_id"] for row in rows}),
                minutes=sum(row["minutes"] for row in rows),
                prevented=f"about {prevented:.0f}" if prevented >= 1 else "under 1",
                decision="" if decision is None else decision_words(decision, zone),
                reason="" if decision is None else decision.reason,
                in_force=state.plan_id or state.reason,
            )
        )
    return tuple(found)


def _of_bcu(plan: PublishedPlan, bcu: str, person: Person) -> list[dict[str, Any]]:
    """Return the visits of a BCU that a person may see, in order of time; of no BCU, none."""
    rows = plan.by_bcu.get(bcu, []) if bcu else []
    boroughs = [row["borough"] for row in rows]
    mine = person.within(Permission.SEE_PLAN, [bcu] * len(rows), boroughs)
    return [row for row, is_mine in zip(rows, mine, strict=True) if is_mine]


def _visit(plan: PublishedPlan, row: dict[str, Any]) -> VisitRow:
    forecast = plan.forecast
    span = (row["slot_start"], row["slot_end"])
    slot = dict(zip(forecast.times, forecast.slots, strict=True)).get(span)
    return VisitRow(
        visit_id=row["visit_id"],
        place=forecast.words_of.get(row["cell_id"], row["cell_id"]),
        borough=row["borough"] or "",
        slot=span_words(*span, slot=slot, zone=forecast.area.clock.tzinfo),
        crew=row["crew_id"] or "",
        minutes=row["minutes"],
        reason=row["reason"],
    )
