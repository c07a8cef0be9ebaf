"""Use cases of programs: a published plan, its visits, and decisions on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rightplace.app.plan.visits import crew_notices
from rightplace.app.service.api_runs import Estimate, Part
from rightplace.app.service.own_area import check_own_bcu, own_bcus
from rightplace.app.service.person import Person
from rightplace.app.service.shelf import PublishedPlan, Shelf
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import Transaction, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOfBcu:
    """What a plan does in the asker's part of one BCU.

    Parameters
    ----------
    prevented
        Expected; planned, not achieved.
    in_force
        The plan in force there now; null where none is.
    not_in_force_because
        Why none is; empty where one is.
    may_decide
        Whether the asker may decide for it.
    """

    bcu: str
    visits: int
    places: int
    minutes: int
    prevented: float
    in_force: str | None
    not_in_force_because: str
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOfConstraint:
    """What one more of something would prevent."""

    name: str
    lo: float
    hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A published plan.

    Parameters
    ----------
    start, end
        From when until when it is planned.
    prevented, prevented_harm
        For the whole plan; planned, not achieved.
    expected_in_places
        What is expected without it in the places visited.
    crew_minutes_used_share, gap
        Shares, 0 to 1: of crew time used, and between plan and bound.
    objective_unit
        Unit of what constraints cost.
    is_over
        Whether all of it is past.
    """

    id: str
    forecast_id: str
    area: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    start: datetime
    end: datetime
    status: str
    gap: float
    crew_minutes_used_share: float
    prevented: Estimate
    prevented_harm: Estimate
    expected_in_places: Estimate
    effect_source: str
    shift_evidence: str
    objective_unit: str
    constraint_costs: tuple[CostOfConstraint, ...]
    equality: tuple[str, ...]
    bcus: tuple[PlanOfBcu, ...]
    no_data: tuple[str, ...]
    warnings: tuple[str, ...]
    is_over: bool
    planned_not_achieved: str
    place_not_person: str


def plan_facts(shelf: Shelf, plan_id: str, *, person: Person, at: datetime) -> PlanFacts:
    """Return a published plan in numbers; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is published.
    plan_id
        The plan.
    person
        Who looks: only BCUs of theirs are told apart.
    at
        The time now.
    """
    person.check(Permission.SEE_PLAN)
    with transaction(shelf.database, person.actor, purpose="Read a plan.", at=at) as tx:
        plan = shelf.plan(tx, plan_id)
        bcus = _bcus(tx, plan, person, at=at)
    return _facts(plan, bcus, is_over=plan.span[1] <= at)


def _facts(plan: PublishedPlan, bcus: tuple[PlanOfBcu, ...], *, is_over: bool) -> PlanFacts:
    from rightplace.briefing.stamp import PLACE_NOT_PERSON, PLANNED_NOT_ACHIEVED

    result, (start, end) = plan.result, plan.span
    equality = result.get("equality")
    return PlanFacts(
        id=str(plan.record["id"]),
        forecast_id=str(plan.forecast.record["id"]),
        area=str(plan.forecast.area.record["name"]),
        as_of=plan.record["as_of"],
        data_cut_off=plan.forecast.result["trained_to"],
        is_synthetic=plan.is_synthetic,
        start=start,
        end=end,
        status=result["status"],
        gap=result["gap"],
        crew_minutes_used_share=result["crew_minutes_used_share"],
        prevented=_estimate(result["prevented"]),
        prevented_harm=_estimate(result["prevented_harm"]),
        expected_in_places=_estimate(result["expected_in_places"]),
        effect_source=result["effect"]["source"],
        shift_evidence=result["shift_evidence"],
        objective_unit=result["objective_unit"],
        constraint_costs=tuple(
            CostOfConstraint(name=each["name"], lo=each["lo"], hi=each["hi"])
            for each in result["constraint_costs"]
        ),
        equality=() if equality is None else (equality["finding"], equality["audit"]),
        bcus=bcus,
        no_data=tuple(plan.forecast.result["masked_boroughs"]),
        warnings=tuple(each["message"] for each in crew_notices(plan.record)),
        is_over=is_over,
        planned_not_achieved=PLANNED_NOT_ACHIEVED,
        place_not_person=PLACE_NOT_PERSON,
    )


def _estimate(given: dict[str, Any]) -> Estimate:
    return Estimate(mean=given["mean"], lo80=given["lo80"], hi80=given["hi80"])


def _bcus(
    tx: Transaction, plan: PublishedPlan, person: Person, *, at: datetime
) -> tuple[PlanOfBcu, ...]:
    from rightplace.records.decided.in_force import in_force

    found = []
    for bcu in own_bcus(plan.forecast.area, person, Permission.SEE_PLAN):
        rows, state = own_visits(plan, person, bcu=bcu), in_force(tx, bcu, at=at)
        found.append(
            PlanOfBcu(
                bcu=bcu,
                visits=len(rows),
                places=len({row["cell_id"] for row in rows}),
                minutes=sum(row["minutes"] for row in rows),
                prevented=sum(row["prevented_mean"] for row in rows),
                in_force=state.plan_id,
                not_in_force_because=state.reason if state.plan_id is None else "",
                may_decide=person.allowed(Permission.DECIDE, bcu=bcu),
            )
        )
    return tuple(found)


def own_visits(plan: PublishedPlan, person: Person, *, bcu: str = "") -> list[dict[str, Any]]:
    """Return the visits that crews make where somebody may see them, in order of time.

    Places left without visits by lot are not among them: nobody may know them.

    Parameters
    ----------
    plan
        The plan.
    person
        Who looks.
    bcu
        One BCU; empty for all of theirs.
    """
    command = dict(
        zip(
            plan.forecast.area.cells["cell_id"].to_pylist(),
            plan.forecast.area.commands,
            strict=True,
        )
    )
    rows = [row | {"bcu": command[row["cell_id"]] or ""} for row in plan.rows]
    mine = person.within(
        Permission.SEE_PLAN, [row["bcu"] for row in rows], [row["borough"] for row in rows]
    )
    return [r for r, is_mine in zip(rows, mine, strict=True) if is_mine and bcu in {"", r["bcu"]}]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitOfPlan:
    """One visit as crews make it; ``lon`` and ``lat`` are a point of the place, in degrees."""

    visit_id: str
    cell_id: str
    place: str
    borough: str
    bcu: str
    lon: float
    lat: float
    start: datetime
    end: datetime
    crew: str
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitList:
    """Visits of a plan, in order of time; ``next_offset`` is null at the end."""

    plan_id: str
    is_synthetic: bool
    items: tuple[VisitOfPlan, ...]
    total: int
    next_offset: int | None
    place_not_person: str


def plan_visits(
    shelf: Shelf, plan_id: str, *, person: Person, bcu: str, part: Part, at: datetime
) -> VisitList:
    """Return visits of a published plan; the look is written in the audit chain.

    Parameters
    ----------
    shelf, plan_id, person, at
        As in ``plan_facts``.
    bcu
        One BCU; empty for all of the asker's.
    part
        Which part of the list.
    """
    from rightplace.briefing.stamp import PLACE_NOT_PERSON

    person.check(Permission.SEE_PLAN)
    with transaction(shelf.database, person.actor, purpose="Read a plan.", at=at) as tx:
        plan = shelf.plan(tx, plan_id)
    _check_bcu(plan, person, bcu)
    rows = own_visits(plan, person, bcu=bcu)
    at_cell = cell_positions(plan)
    return VisitList(
        plan_id=str(plan.record["id"]),
        is_synthetic=plan.is_synthetic,
        items=tuple(visit_of(plan, row, at_cell[row["cell_id"]]) for row in rows[part.of(rows)]),
        total=len(rows),
        next_offset=part.then(len(rows)),
        place_not_person=PLACE_NOT_PERSON,
    )


def _check_bcu(plan: PublishedPlan, person: Person, bcu: str) -> None:
    """Check that a BCU that is asked for is one of the plan's, and the asker's.

    Raises
    ------
    BadInputError
        If the study area has no such BCU.
    """
    if not bcu:
        return
    if bcu not in plan.forecast.area.commands:
        msg = f"The study area has no BCU {bcu!r}."
        raise BadInputError(msg, value=bcu, remedy="Choose one of the plan's BCUs.")
    check_own_bcu(plan.forecast.area, person, Permission.SEE_PLAN, bcu=bcu)


def cell_positions(plan: PublishedPlan) -> dict[str, int]:
    """Return the position of each cell of a plan's study area."""
    ids = plan.forecast.area.cells["cell_id"].to_pylist()
    return {cell_id: at for at, cell_id in enumerate(ids)}


def visit_of(plan: PublishedPlan, row: dict[str, Any], cell: int) -> VisitOfPlan:
    """Return one visit."""
    cells = plan.forecast.area.cells
    return VisitOfPlan(
        visit_id=row["visit_id"],
        cell_id=row["cell_id"],
        place=plan.forecast.words_of.get(row["cell_id"], row["cell_id"]),
        borough=row["borough"] or "",
        bcu=row["bcu"],
        lon=cells["lon"][cell].as_py(),
        lat=cells["lat"][cell].as_py(),
        start=row["slot_start"],
        end=row["slot_end"],
        crew=row["crew_id"] or "",
        minutes=row["minutes"],
        reason=row["reason"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOnPlan:
    """A decision on a plan for a BCU, by whom and when, with the reason in their own words.

    Parameters
    ----------
    decided_by
        Account of who decided.
    seconds_reading
        How long the plan was open before.
    changed_to
        The plan that stands instead, where it was changed; else null.
    """

    id: str
    plan_id: str
    bcu: str
    verdict: str
    changed_to: str | None
    reason: str
    seconds_reading: int
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionList:
    """Decisions on a plan for the asker's BCUs, the newest first."""

    plan_id: str
    items: tuple[DecisionOnPlan, ...]


def plan_decisions(shelf: Shelf, plan_id: str, *, person: Person, at: datetime) -> DecisionList:
    """Return the decisions on a published plan; the look at each is written in the audit chain.

    Parameters
    ----------
    shelf, plan_id, person, at
        As in ``plan_facts``.
    """
    from sqlalchemy import select

    from rightplace.records.decided.tables import Decision

    person.check(Permission.SEE_PLAN)
    with transaction(shelf.database, person.actor, purpose="Read decisions.", at=at) as tx:
        plan = shelf.plan(tx, plan_id)
        mine = own_bcus(plan.forecast.area, person, Permission.SEE_PLAN)
        wanted = select(Decision).where(Decision.plan_id == plan_id, Decision.bcu.in_(mine))
        found = tx.view(wanted.order_by(Decision.decided_at.desc(), Decision.id))
        return DecisionList(
            plan_id=plan_id,
            items=tuple(
                DecisionOnPlan(
                    id=each.id,
                    plan_id=each.plan_id,
                    bcu=each.bcu,
                    verdict=each.verdict,
                    changed_to=each.changed_to,
                    reason=each.reason,
                    seconds_reading=each.seconds_reading,
                    decided_by=each.decided_by,
                    decided_at=each.decided_at,
                )
                for each in found
            ),
        )
