"""Use case: the shift of one crew on the phone: where next, why, how it is logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.board import EXPIRED, NO_AREA, chosen_bcu
from rightplace.app.service.figures import moment_words
from rightplace.app.service.own_area import own_bcus
from rightplace.app.service.shift_cards import VisitState, cards_of
from rightplace.app.service.shift_plan import cells_of, plan_of_shift, visits_of_shift
from rightplace.app.service.shift_slots import (
    find_shift,
    hour_words,
    options_of,
    shift_key,
    shift_words,
    shifts_from,
)
from rightplace.errors import NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedArea, Shelf
    from rightplace.app.service.shift_cards import VisitCard
    from rightplace.app.service.shift_settings import ShiftSettings
    from rightplace.app.service.shift_slots import ShiftOption
    from rightplace.core.time import Slot
    from rightplace.records.audit.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftWanted:
    """What the address of a shift asks for; empty takes the first BCU, now, no crew, the next.

    Parameters
    ----------
    shift
        As ``shift_key`` writes it.
    visit
        The visit that stands first.
    arrived
        The hour at which the crew arrived there, as typed.
    """

    bcu: str = ""
    shift: str = ""
    crew: str = ""
    visit: str = ""
    arrived: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewShift:
    """A crew's visits in a shift that is now, by a plan in force.

    Parameters
    ----------
    cards
        Its visits.
    current
        Id of the visit that stands first; empty where nothing is left to do.
    left
        Visits not logged yet.
    """

    plan_id: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    cards: tuple[VisitCard, ...]
    current: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPage:
    """A crew's shift.

    Parameters
    ----------
    bcus, shifts, crews
        What can be chosen; crews of the plan in force.
    period, hours
        The shift in words; its hours alone.
    slot
        The shift.
    zone
        Name of the time zone in which hours are told; ``hour`` is that of now.
    expires
        When everything of it leaves the phone, in words.
    crew_shift
        None until a crew is chosen, and where there is nothing to show.
    none
        Why there is nothing to show; empty otherwise.
    account_id
        Whose visits are logged on this page.
    may_log
        Whether they may log visits.
    """

    wanted: ShiftWanted
    bcus: tuple[str, ...]
    shifts: tuple[ShiftOption, ...]
    crews: tuple[str, ...]
    period: str
    hours: str
    slot: Slot
    zone: str
    hour: str
    expires: str
    crew_shift: CrewShift | None
    none: str
    account_id: str
    may_log: bool


def read_shift(
    shelf: Shelf,
    wanted: ShiftWanted,
    *,
    person: Person,
    at: datetime,
    settings: ShiftSettings,
) -> ShiftPage:
    """Return the shift of a crew; of one that is over, or far ahead, nothing is shown.

    Parameters
    ----------
    shelf
        Where plans are published.
    wanted
        Which crew and shift.
    person
        Who looks: only places of their area are shown.
    at
        The time now.
    settings
        How long before its start a shift opens.

    Raises
    ------
    NotHeldError
        If there is no study area.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_BRIEF)
    with transaction(shelf.database, person.actor, purpose="Look at my shift.", at=at) as tx:
        area = shelf.newest_area(tx)
        if area is None:
            raise NotHeldError(NO_AREA, remedy="An analyst publishes a plan.")
        bcus = own_bcus(area, person, Permission.SEE_BRIEF)
        slot = find_shift(area.clock, wanted.shift, at=at)
        wanted = replace(wanted, bcu=chosen_bcu(wanted.bcu, bcus), shift=shift_key(slot))
        opens = slot.start - timedelta(minutes=settings.early_minutes)
        none = _closed(area, slot, opens=opens, at=at)
        found, crews, none = (
            (None, (), none)
            if none
            else _crew_shift(tx, shelf, area, wanted, slot=slot, person=person)
        )
    zone = area.clock.tzinfo
    early = at + timedelta(minutes=settings.early_minutes)
    near = tuple(each for each in shifts_from(area.clock, at) if each.start <= early)
    return ShiftPage(
        wanted=wanted,
        bcus=tuple(bcus),
        shifts=options_of(near, zone),
        crews=crews,
        period=shift_words(slot, zone),
        hours=f"{hour_words(slot.start, zone)} to {hour_words(slot.end, zone)}",
        slot=slot,
        zone=area.clock.zone,
        hour=hour_words(at, zone),
        expires=moment_words(slot.end, zone),
        crew_shift=found,
        none=none,
        account_id=person.actor.id,
        may_log=person.may(Permission.LOG_VISITS),
    )


def plan_in_force_now(shelf: Shelf, bcu: str, *, person: Person, at: datetime) -> str:
    """Return the id of the plan in force for a BCU now; empty where none is.

    It tells a phone whether what it keeps still holds. Nothing of the plan is told, so any BCU may
    be asked of: which plans there are is no secret.

    Parameters
    ----------
    shelf
        Where plans are published.
    bcu
        The BCU.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import reading
    from rightplace.records.decided.in_force import in_force

    person.check(Permission.SEE_BRIEF)
    with reading(shelf.database) as held:
        return in_force(held, bcu, at=at).plan_id or ""


def _closed(area: PublishedArea, slot: Slot, *, opens: datetime, at: datetime) -> str:
    """Return why a shift cannot be opened now; empty where it can."""
    if slot.end <= at:
        return EXPIRED
    if at < opens:
        return f"This shift opens here at {moment_words(opens, area.clock.tzinfo)}."
    return ""


def _crew_shift(
    tx: Transaction,
    shelf: Shelf,
    area: PublishedArea,
    wanted: ShiftWanted,
    *,
    slot: Slot,
    person: Person,
) -> tuple[CrewShift | None, tuple[str, ...], str]:
    """Return the crew's visits, the crews to choose from, and why there are none."""
    held = plan_of_shift(tx, shelf, wanted.bcu, slot)
    if held.plan is None:
        return None, (), held.reason
    cells = cells_of(area, person, Permission.SEE_BRIEF, bcu=wanted.bcu)
    rows = visits_of_shift(held.plan, bcu=wanted.bcu, slot=slot, cells=cells)
    crews = tuple(sorted({row["crew_id"] for row in rows if row["crew_id"]}))
    if not wanted.crew or not crews:
        return None, crews, "" if crews else "No visit is planned here in this shift."
    if wanted.crew not in crews:
        words = f"The crew {wanted.crew!r} has no visit in your area in this shift."
        return None, crews, f"{words} Choose one of the list."
    cards = cards_of(tx, held.plan, [row for row in rows if row["crew_id"] == wanted.crew])
    to_come = [card.visit_id for card in cards if card.state is VisitState.TO_COME]
    asked = [card.visit_id for card in cards if card.visit_id == wanted.visit]
    found = CrewShift(
        plan_id=str(held.plan.record["id"]),
        as_of=held.plan.record["as_of"],
        data_cut_off=held.plan.forecast.result["trained_to"],
        is_synthetic=held.plan.is_synthetic,
        cards=cards,
        current=[*asked, *to_come, ""][0],
        left=len(to_come),
    )
    return found, crews, ""
