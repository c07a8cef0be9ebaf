"""Use case: was it done? Planned visits against those logged, by BCU, borough, ward and place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rightplace.app.service.board import NO_AREA, chosen_bcu
from rightplace.app.service.delivery_counting import CountRules, count_delivery
from rightplace.app.service.delivery_units import Level, units_of
from rightplace.app.service.figures import moment_words
from rightplace.app.service.own_area import own_bcus
from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.delivery_counting import Counted
    from rightplace.app.service.delivery_units import Unit
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.records.audit.transaction import Reading

ROWS_SHOWN = 50
"""Units in one page of the table."""
PLANS_OFFERED = 8
"""Plans to choose from, those in force last first."""
WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryWanted:
    """What the address of the page asks for.

    Parameters
    ----------
    plan, bcu
        Empty takes the plan in force last, and the first BCU.
    by
        Which units are listed.
    ward
        Only places of it.
    gaps
        Only units in which something is missing.
    search
        Only units named so.
    page
        Page of the table, from 1.
    """

    plan: str = ""
    bcu: str = ""
    by: Level = Level.WARD
    ward: str = ""
    gaps: bool = False
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One unit in words; figures of a small one say that they are withheld.

    Parameters
    ----------
    key
        As the address names it, where one can look further in; empty otherwise.
    """

    name: str
    key: str
    planned: str
    excused: str
    due: str
    made: str
    compliance: str
    minutes: str
    late: str
    off_clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """The page.

    Parameters
    ----------
    plans, bcus
        What can be chosen.
    until
        Up to when shifts were over.
    shifts
        How many of them count.
    whole
        The BCU, or None where the person sees a part of it or nothing was due.
    rows
        Units of this page of the table.
    found, pages
        How many units and pages there are.
    withheld
        How many of all units listed are withheld.
    none
        Why there is nothing to show; empty otherwise.
    qualifying_minutes
        From how many minutes a visit counts.
    """

    wanted: DeliveryWanted
    plans: tuple[str, ...]
    bcus: tuple[str, ...]
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    until: str
    shifts: int
    whole: DeliveryRow | None
    rows: tuple[DeliveryRow, ...]
    found: int
    pages: int
    withheld: int
    none: str
    qualifying_minutes: float


def read_delivery(
    shelf: Shelf,
    wanted: DeliveryWanted,
    *,
    person: Person,
    at: datetime,
    rules: CountRules,
    everything: bool = False,
) -> DeliveryPage:
    """Return what was planned and made in shifts that are over; nothing is told by person.

    Parameters
    ----------
    shelf
        Where plans are published.
    wanted
        Which plan and units.
    person
        Who looks: only units that lie wholly in their area are shown.
    at
        The time now.
    rules
        What counts as a visit.
    everything
        Whether all pages of the table come as one, as for a file.

    Raises
    ------
    NotHeldError
        If there is no study area, or the plan was never in force there.
    BadInputError
        If the page is below 1.
    """
    from rightplace.records.audit.transaction import transaction

    if wanted.page < 1:
        msg = f"There is no page {wanted.page}."
        raise BadInputError(msg, value=wanted.page, remedy="Start at page 1.")
    person.check(Permission.SEE_DELIVERY)
    purpose = "Take delivery away as a file." if everything else "Look at delivery."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        area = shelf.newest_area(tx)
        if area is None:
            raise NotHeldError(NO_AREA, remedy="An analyst publishes a plan.")
        bcus = own_bcus(area, person, Permission.SEE_DELIVERY)
        bcu = chosen_bcu(wanted.bcu, bcus)
        plans = _plans(tx, bcu, at=at)
        if wanted.plan and wanted.plan not in plans:
            msg = f"{wanted.plan} was not in force for {bcu}."
            raise NotHeldError(msg, value=wanted.plan, remedy="Choose one of the list.")
        wanted = replace(wanted, bcu=bcu, plan=wanted.plan or next(iter(plans), ""))
        if not wanted.plan:
            return _empty(wanted, bcus, rules)
        plan = shelf.plan(tx, wanted.plan)
        counted = count_delivery(tx, plan, at=at, rules=rules)
    found = _Found(plan=plan, counted=counted, person=person, rules=rules)
    return _page(found, wanted, plans=plans, bcus=bcus, at=at, everything=everything)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A plan with what came of it, and who looks."""

    plan: PublishedPlan
    counted: Counted
    person: Person
    rules: CountRules

    def own(self, wanted: DeliveryWanted) -> list[Unit]:
        """Return the units of a BCU that lie wholly in the person's area."""
        return [
            unit
            for unit in units_of(self.counted, self.plan.forecast)
            if unit.bcu == wanted.bcu
            and self.person.allowed(
                Permission.SEE_DELIVERY, bcu=unit.bcu or None, borough=unit.borough or None
            )
        ]


def _page(
    found: _Found,
    wanted: DeliveryWanted,
    *,
    plans: Sequence[str],
    bcus: Sequence[str],
    at: datetime,
    everything: bool,
) -> DeliveryPage:
    own = found.own(wanted)
    listed = sorted((u for u in own if _is_wanted(u, wanted)), key=_order)
    first = 0 if everything else (wanted.page - 1) * ROWS_SHOWN
    last = len(listed) if everything else first + ROWS_SHOWN
    whole = [unit for unit in own if unit.level is Level.BCU]
    forecast = found.plan.forecast
    return DeliveryPage(
        wanted=wanted,
        plans=tuple(plans),
        bcus=tuple(bcus),
        as_of=found.plan.record["as_of"],
        data_cut_off=forecast.result["trained_to"],
        is_synthetic=found.plan.is_synthetic,
        until=moment_words(at, forecast.area.clock.tzinfo),
        shifts=found.counted.shifts.get(wanted.bcu, 0),
        whole=_row(whole[0]) if whole else None,
        rows=tuple(_row(unit) for unit in listed[first:last]),
        found=len(listed),
        pages=max(1, -(-len(listed) // ROWS_SHOWN)),
        withheld=sum(unit.count is None for unit in listed),
        none="" if own else "No shift in which this plan was in force to its end is over yet.",
        qualifying_minutes=found.rules.qualifying_minutes,
    )


def _empty(wanted: DeliveryWanted, bcus: Sequence[str], rules: CountRules) -> DeliveryPage:
    return DeliveryPage(
        wanted=wanted,
        plans=(),
        bcus=tuple(bcus),
        as_of="",
        data_cut_off="",
        is_synthetic=False,
        until="",
        shifts=0,
        whole=None,
        rows=(),
        found=0,
        pages=1,
        withheld=0,
        none="No plan has been in force here.",
        qualifying_minutes=rules.qualifying_minutes,
    )


def _is_wanted(unit: Unit, wanted: DeliveryWanted) -> bool:
    """Whether a unit is of the list asked for; one withheld is never told to be a gap."""
    is_of_ward = not wanted.ward or unit.ward == wanted.ward
    is_gap = not wanted.gaps or bool(unit.missing)
    is_named = wanted.search.casefold().strip() in _name(unit).casefold()
    return unit.level is wanted.by and is_of_ward and is_gap and is_named


def _order(unit: Unit) -> tuple[int, int, str]:
    """Order units by what is missing, most first; those withheld come last."""
    return (unit.missing is None, -(unit.missing or 0), _name(unit))


def _name(unit: Unit) -> str:
    return {
        Level.BCU: unit.bcu,
        Level.BOROUGH: unit.borough,
        Level.WARD: unit.ward,
        Level.PLACE: unit.place,
    }[unit.level]


def _row(unit: Unit) -> DeliveryRow:
    count = unit.count
    key = unit.ward if unit.level is Level.WARD and count is not None else ""
    figures = dict.fromkeys(
        ("planned", "excused", "due", "made", "compliance", "minutes", "late", "off_clock"),
        WITHHELD,
    )
    if count is not None:
        sums = count.sums
        share = sums.compliance
        figures = {
            "planned": f"{sums.planned:,}",
            "excused": f"{sums.excused:,}",
            "due": f"{unit.due:,}",
            "made": f"{sums.made:,}",
            "compliance": "none due" if share is None else f"{share:.0%}",
            "minutes": f"{round(sums.patrol_seconds / 60):,}",
            "late": f"{count.late:,}",
            "off_clock": f"{count.off_clock:,}",
        }
    return DeliveryRow(name=_name(unit), key=key, **figures)


def _plans(tx: Reading, bcu: str, *, at: datetime) -> list[str]:
    """Return the plans that were in force for a BCU in shifts begun by now, the last one first."""
    from sqlalchemy import select

    from rightplace.records.decided.tables import InForce

    wanted = select(InForce).where(
        InForce.bcu == bcu, InForce.plan_id.is_not(None), InForce.slot_start <= at
    )
    order = InForce.slot_start.desc(), InForce.ended_at.is_not(None), InForce.set_at.desc()
    rows = tx.unshown(wanted.order_by(*order))
    return list(dict.fromkeys(row.plan_id for row in rows if row.plan_id))[:PLANS_OFFERED]
