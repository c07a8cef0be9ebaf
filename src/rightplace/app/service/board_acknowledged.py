"""Who has acknowledged a brief, and who has not: counts for all who brief, names on asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.shift_slots import hour_words
from rightplace.records.accounts.roles import Permission, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Select

    from rightplace.core.time import Slot
    from rightplace.records.accounts.allowed import Place
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.delivery.tables import Acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefKey:
    """Which brief: a plan for a BCU and shift."""

    plan_id: str
    bcu: str
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """Who has acknowledged a brief.

    Parameters
    ----------
    has, has_not
        How many officers of the area have, and have not.
    names
        Names with the hour of those who have; None where they were not asked for.
    missing
        Names of those who have not; None where they were not asked for.
    """

    has: int
    has_not: int
    names: tuple[str, ...] | None
    missing: tuple[str, ...] | None


def own_acknowledgement(tx: Reading, brief: BriefKey, account_id: str) -> Acknowledgement | None:
    """Return when somebody acknowledged a brief themselves, or None where they have not.

    It is told to nobody else, so no look is written.
    """
    found = [each for each in _kept(tx, brief) if each.acknowledged_by == account_id]
    return found[0] if found else None


def acknowledged(
    tx: Transaction,
    brief: BriefKey,
    *,
    places: Iterable[Place],
    with_names: bool,
    zone: ZoneInfo,
) -> Acknowledged:
    """Return which officers have acknowledged a brief; who sees names is written down.

    Parameters
    ----------
    tx
        The transaction of whoever briefs them.
    brief
        The brief.
    places
        Where they brief crews: officers with a role for one of these count.
    with_names
        Whether names are asked for.
    zone
        In which hours are told.
    """
    kept = {each.acknowledged_by: each for each in _kept(tx, brief)}
    officers = _officers(tx, places, at=tx.at)
    has = sorted(officers & kept.keys(), key=lambda who: kept[who].acknowledged_at)
    has_not = officers - kept.keys()
    if not with_names:
        return Acknowledged(has=len(has), has_not=len(has_not), names=None, missing=None)
    # A restricted record is counted, as everybody knows the board's sums, and names nobody.
    names, seen = _names(tx, officers), _seen(tx, brief, officers)
    told = (
        f"{names[who]}, {hour_words(kept[who].acknowledged_at, zone)}"
        for who in has
        if who in names and who in seen
    )
    return Acknowledged(
        has=len(has),
        has_not=len(has_not),
        names=tuple(told),
        missing=tuple(sorted(names[who] for who in has_not if who in names)),
    )


def _wanted(brief: BriefKey) -> Select[Acknowledgement]:
    from sqlalchemy import select

    from rightplace.records.delivery.tables import Acknowledgement

    wanted = select(Acknowledgement).where(
        Acknowledgement.plan_id == brief.plan_id,
        Acknowledgement.bcu == brief.bcu,
        Acknowledgement.slot_start == brief.slot.start,
    )
    return wanted.order_by(Acknowledgement.received_at, Acknowledgement.id)


def _kept(tx: Reading, brief: BriefKey) -> Sequence[Acknowledgement]:
    return tx.unshown(_wanted(brief))


def _seen(tx: Transaction, brief: BriefKey, officers: set[str]) -> set[str]:
    """Return those of some officers whose acknowledgement may be shown; it is a look at each."""
    from rightplace.records.delivery.tables import Acknowledgement

    of_officers = Acknowledgement.acknowledged_by.in_(officers)
    return {each.acknowledged_by for each in tx.view(_wanted(brief).where(of_officers))}


def _officers(tx: Reading, places: Iterable[Place], *, at: datetime) -> set[str]:
    """Return the accounts of officers who may acknowledge a brief in one of some places."""
    from sqlalchemy import select

    from rightplace.records.accounts.access_tables import RoleGrant
    from rightplace.records.accounts.allowed import allowed
    from rightplace.records.accounts.granting import standing
    from rightplace.records.accounts.tables import Account

    wanted = select(RoleGrant).where(
        RoleGrant.role == Role.OFFICER.value, RoleGrant.from_at <= at, RoleGrant.until_at > at
    )
    ids = {grant.account_id for grant in tx.unshown(wanted)}
    people = tx.unshown(select(Account).where(Account.id.in_(ids), Account.left_at.is_(None)))
    where = list(places)
    return {
        who.account_id
        for who in (standing(tx, account) for account in people)
        if any(allowed(who, Permission.ACKNOWLEDGE, place, at=at) for place in where)
    }


def _names(tx: Transaction, ids: set[str]) -> dict[str, str]:
    from sqlalchemy import select

    from rightplace.records.accounts.tables import Account

    found = tx.view(select(Account).where(Account.id.in_(ids)))
    return {account.id: account.display_name for account in found}
