"""Use case: the briefing board of a BCU and shift: what a sergeant says in one minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.board_acknowledged import (
    BriefKey,
    acknowledged,
    own_acknowledgement,
)
from rightplace.app.service.board_rows import board_rows, expected_in, expected_sentence
from rightplace.app.service.figures import moment_words
from rightplace.app.service.own_area import own_bcus
from rightplace.app.service.person import place_of
from rightplace.app.service.section_60_today import briefed_in_force
from rightplace.app.service.shift_plan import (
    cells_of,
    plan_of_shift,
    visits_of_shift,
    ward_names,
)
from rightplace.app.service.shift_slots import (
    find_shift,
    hour_words,
    options_of,
    shift_key,
    shift_words,
    shifts_from,
)
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from rightplace.app.service.board_acknowledged import Acknowledged
    from rightplace.app.service.board_rows import BoardRow
    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_prompts import InForceNow
    from rightplace.app.service.shelf import PublishedArea, PublishedPlan, Shelf
    from rightplace.app.service.shift_slots import ShiftOption
    from rightplace.core.time import Slot
    from rightplace.records.audit.transaction import Transaction

EXPIRED = "Its shift is over: its visits are shown no more, and nobody can acknowledge it."
NO_AREA = "Nothing is published yet: there is no study area, and no plan can be in force."


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardWanted:
    """What the address of a board asks for; empty takes the first BCU, the shift of now, all.

    Parameters
    ----------
    shift
        As ``shift_key`` writes it.
    ward
        A ward with its borough.
    names
        Whether the names of who has acknowledged are asked for.
    """

    bcu: str = ""
    shift: str = ""
    ward: str = ""
    names: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What is read aloud, of a plan in force.

    Parameters
    ----------
    counted
        What was counted, as the forecast says.
    headline
        What is expected, where mostly, how sure.
    rows
        At most twelve places.
    visits, places
        All that the plan has in this area and shift.
    own_words
        When the person acknowledged it; empty where they have not.
    may_acknowledge
        Whether they may, and it still can be.
    acknowledged
        For those who brief crews here; None for others.
    """

    plan_id: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    counted: str
    headline: str
    rows: tuple[BoardRow, ...]
    visits: int
    places: int
    no_data: tuple[str, ...]
    own_words: str
    may_acknowledge: bool
    acknowledged: Acknowledged | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """A briefing board.

    Parameters
    ----------
    bcus, shifts, wards
        What can be chosen.
    period
        The shift in words; ``hours`` on the local clock alone.
    expires
        When the brief ends.
    is_over
        Whether it has ended.
    brief
        None where no plan is in force or the shift is over.
    none
        Why there is none; empty otherwise.
    printed
        The time now in words, for the foot of a printed copy.
    section_60
        Authorisations in force now in the BCU, with the time left.
    """

    wanted: BoardWanted
    bcus: tuple[str, ...]
    shifts: tuple[ShiftOption, ...]
    wards: tuple[str, ...]
    period: str
    hours: str
    expires: str
    is_over: bool
    brief: Brief | None
    none: str
    printed: str
    section_60: tuple[InForceNow, ...]


def read_board(shelf: Shelf, wanted: BoardWanted, *, person: Person, at: datetime) -> BoardPage:
    """Return the board of a BCU and shift; only what a plan in force says stands on it.

    Parameters
    ----------
    shelf
        Where plans are published.
    wanted
        Which board.
    person
        Who looks: only places of their area are shown.
    at
        The time now.

    Raises
    ------
    NotHeldError
        If there is no such BCU in the person's area, no such ward or shift, or no study area.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_BRIEF)
    with transaction(shelf.database, person.actor, purpose="Read a brief.", at=at) as tx:
        area = shelf.newest_area(tx)
        if area is None:
            raise NotHeldError(NO_AREA, remedy="An analyst publishes a plan.")
        bcus = own_bcus(area, person, Permission.SEE_BRIEF)
        bcu = chosen_bcu(wanted.bcu, bcus)
        slot = find_shift(area.clock, wanted.shift, at=at)
        wards = _wards(area, person, bcu)
        if wanted.ward and wanted.ward not in wards:
            msg = f"{bcu} has no ward {wanted.ward!r} in your area."
            raise NotHeldError(msg, value=wanted.ward, remedy="Choose one of the list.")
        found = _Found(area=area, bcu=bcu, slot=slot, wanted=wanted, person=person)
        brief, none = _brief(tx, shelf, found)
        section_60 = briefed_in_force(tx, person=person, at=at, bcu=bcu)
    zone = area.clock.tzinfo
    return BoardPage(
        wanted=BoardWanted(bcu=bcu, shift=shift_key(slot), ward=wanted.ward, names=wanted.names),
        bcus=tuple(bcus),
        shifts=_shifts(area, slot, at=at),
        wards=wards,
        period=shift_words(slot, zone),
        hours=f"{hour_words(slot.start, zone)} to {hour_words(slot.end, zone)}",
        expires=moment_words(slot.end, zone),
        is_over=slot.end <= at,
        brief=brief,
        none=none,
        printed=moment_words(at, zone),
        section_60=section_60,
    )


def acknowledge_brief(
    shelf: Shelf, wanted: BoardWanted, *, plan_id: str, form_id: str, person: Person, at: datetime
) -> bool:
    """Keep that somebody read a brief, once; return whether it is new.

    Parameters
    ----------
    shelf
        Where the plan is published.
    wanted
        Which board.
    plan_id
        The plan that stood on it.
    form_id
        UUID of the form.
    person
        Who read it.
    at
        The time now.

    Raises
    ------
    RefusedError
        If it expired, or another plan or none is in force by now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.delivery.sync import BriefRead, acknowledge

    person.check(Permission.ACKNOWLEDGE)
    with transaction(shelf.database, person.actor, purpose="Acknowledge a brief.", at=at) as tx:
        area = shelf.newest_area(tx)
        bcus = [] if area is None else own_bcus(area, person, Permission.ACKNOWLEDGE)
        bcu = chosen_bcu(wanted.bcu, bcus)
        slot = find_shift(area.clock, wanted.shift, at=at) if area else None
        if slot is None or slot.end <= at:
            msg = f"The brief has expired. {EXPIRED}"
            raise RefusedError(msg, value=wanted.shift, remedy="Open the board of this shift.")
        held = plan_of_shift(tx, shelf, bcu, slot).plan
        if held is None or held.record["id"] != plan_id:
            msg = f"{plan_id} is not in force any more for {bcu} in this shift."
            raise RefusedError(msg, value=plan_id, remedy="Read the board again.")
        brief = BriefKey(plan_id=plan_id, bcu=bcu, slot=slot)
        if own_acknowledgement(tx, brief, person.actor.id) is not None:
            return False
        read = BriefRead(
            id=form_id, plan_id=plan_id, bcu=bcu, slot_start=slot.start, read_at=at, sent_at=at
        )
        return acknowledge(tx, read)


def chosen_bcu(bcu: str, bcus: list[str]) -> str:
    """Return the BCU asked for, or the first of somebody's area.

    Raises
    ------
    RefusedError
        If it is not in their area, or no BCU is.
    """
    if bcu in bcus or (bcus and not bcu):
        return bcu or bcus[0]
    msg = f"{bcu or 'No BCU'} is not in your area." if bcu else "No BCU is in your area."
    raise RefusedError(msg, value=bcu, remedy="Choose one of the list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Which board, found."""

    area: PublishedArea
    bcu: str
    slot: Slot
    wanted: BoardWanted
    person: Person

    def cells(self, permission: Permission, *, ward: str = "") -> NDArray[np.bool_]:
        """Return the cells of the BCU in the person's area, shape (n_cells,)."""
        return cells_of(self.area, self.person, permission, bcu=self.bcu, ward=ward)


def _wards(area: PublishedArea, person: Person, bcu: str) -> tuple[str, ...]:
    mine = cells_of(area, person, Permission.SEE_BRIEF, bcu=bcu)
    named = {name for name, is_mine in zip(ward_names(area), mine, strict=True) if is_mine}
    return tuple(sorted(named - {""}))


def _shifts(area: PublishedArea, slot: Slot, *, at: datetime) -> tuple[ShiftOption, ...]:
    """Return the shifts to choose from, the one shown among them."""
    near = shifts_from(area.clock, at)
    return options_of(near if slot in near else (slot, *near), area.clock.tzinfo)


def _brief(tx: Transaction, shelf: Shelf, found: _Found) -> tuple[Brief | None, str]:
    """Return the brief, or None and why."""
    held = plan_of_shift(tx, shelf, found.bcu, found.slot)
    if held.plan is None:
        return None, held.reason
    if found.slot.end <= tx.at:
        return None, EXPIRED
    return _brief_of(tx, held.plan, found), ""


def _brief_of(tx: Transaction, plan: PublishedPlan, found: _Found) -> Brief:
    forecast, slot = plan.forecast, found.slot
    cells = found.cells(Permission.SEE_BRIEF, ward=found.wanted.ward)
    visits = visits_of_shift(plan, bcu=found.bcu, slot=slot, cells=cells)
    expected = np.where(cells, expected_in(forecast, slot), np.nan)
    rows = board_rows(plan, visits, expected=expected)
    key = BriefKey(plan_id=str(plan.record["id"]), bcu=found.bcu, slot=slot)
    own = own_acknowledgement(tx, key, found.person.actor.id)
    zone = forecast.area.clock.tzinfo
    no_data = set(forecast.result["masked_boroughs"])
    boroughs = forecast.area.borough_names
    return Brief(
        plan_id=key.plan_id,
        as_of=plan.record["as_of"],
        data_cut_off=forecast.result["trained_to"],
        is_synthetic=plan.is_synthetic,
        counted=forecast.result["title"],
        headline=expected_sentence(
            forecast,
            expected,
            listed=[row.cell_id for row in rows],
            is_whole=(slot.start, slot.end) in forecast.times,
        ),
        rows=rows,
        visits=len(visits),
        places=len({row["cell_id"] for row in visits}),
        no_data=tuple(sorted(no_data & {boroughs[n] for n in np.flatnonzero(cells)})),
        own_words="" if own is None else moment_words(own.acknowledged_at, zone),
        may_acknowledge=own is None and bool(found.cells(Permission.ACKNOWLEDGE).any()),
        acknowledged=_acknowledged(tx, key, found),
    )


def _acknowledged(tx: Transaction, key: BriefKey, found: _Found) -> Acknowledged | None:
    """Return who has acknowledged it, for those who brief crews in the BCU."""
    mine = found.cells(Permission.BRIEF_CREWS)
    if not mine.any():
        return None
    boroughs = found.area.borough_names
    places = {place_of(found.bcu, boroughs[n]) for n in np.flatnonzero(mine)}
    return acknowledged(
        tx,
        key,
        places=places,
        with_names=found.wanted.names,
        zone=found.area.clock.tzinfo,
    )
