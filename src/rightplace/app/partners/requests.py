"""Use cases: asking for a product, approving or refusing it, ending it, and who has what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.partners.products import PRODUCTS, PUBLIC, product_of
from rightplace.app.partners.releasing import Scope, release_products, span_words
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.partners.products import Product
    from rightplace.app.partners.settings import SharingSettings
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.released.sharing import Ruling, SharingAsked
    from rightplace.records.released.tables import Sharing

BASES = {
    "serious-violence-duty": "Serious Violence Duty (Police, Crime, Sentencing and Courts Act "
    "2022, section 8)",
    "crime-and-disorder-reduction": "Crime and disorder strategy (Crime and Disorder Act 1998, "
    "section 6)",
    "safeguarding-partnership": "Safeguarding partnership (Children Act 2004, section 16E)",
}
"""Purposes for which products are shared, in words; the closed list of ``Basis``."""
PUBLIC_WORDS = "Public edition, for everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingLine:
    """One sharing of the list.

    Parameters
    ----------
    id
        Which.
    name
        The product.
    organisation, basis, purpose
        For whom and what for.
    area, months
        For which borough, or the whole area, and which months.
    state
        How it stands now: waiting, approved, refused, expired or ended.
    requested_by, requested_at
        Who asked, and when.
    decided_by, reason, until
        Who decided, why, and until when it stands; empty while it waits.
    may_read, may_decide, may_end
        What the person may do with it now.
    """

    id: str
    name: str
    organisation: str
    basis: str
    purpose: str
    area: str
    months: str
    state: str
    requested_by: str
    requested_at: datetime
    decided_by: str
    reason: str
    until: datetime | None
    may_read: bool
    may_decide: bool
    may_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingPage:
    """What a person may ask for, decide on and read.

    Parameters
    ----------
    sharings
        Those that the person may see, newest first.
    products
        The fixed set.
    boroughs
        Boroughs that they may ask for; the whole area stands first, as an empty name.
    may_ask, may_decide
        Whether they ask, or decide.
    """

    sharings: tuple[SharingLine, ...]
    products: tuple[Product, ...]
    boroughs: tuple[str, ...]
    may_ask: bool
    may_decide: bool


def read_sharings(shelf: Shelf, *, person: Person, at: datetime) -> SharingPage:
    """Return the sharings that a person may see, and what they may ask for.

    A partner sees their own; who approves sees all of their area; others see what is approved for
    theirs.

    Parameters
    ----------
    shelf
        Where records are.
    person
        Who looks.
    at
        The time now.
    """
    from sqlalchemy import select

    from rightplace.records.audit.transaction import transaction
    from rightplace.records.released.tables import Sharing

    person.check(Permission.SEE_PARTNER_PRODUCTS)
    with transaction(shelf.database, person.actor, purpose="Partner products.", at=at) as tx:
        bcus = bcu_of_boroughs(tx, shelf)
        every = tx.unshown(select(Sharing).order_by(Sharing.requested_at.desc(), Sharing.id))
        mine = [each for each in every if may_see(each, person, bcus=bcus)]
        ids = [each.id for each in mine]
        shown = tx.view(
            select(Sharing)
            .where(Sharing.id.in_(ids))
            .order_by(Sharing.requested_at.desc(), Sharing.id)
        )
        lines = tuple(_line(tx, each, person, bcus=bcus, at=at) for each in shown)
    may_ask = person.may(Permission.REQUEST_PRODUCTS)
    boroughs = [b for b, bcu in sorted(bcus.items()) if may_ask_for(person, b, bcu)]
    whole = [""] if may_ask_for(person, "", None) else []
    return SharingPage(
        sharings=lines,
        products=tuple(PRODUCTS.values()),
        boroughs=(*whole, *boroughs),
        may_ask=may_ask,
        may_decide=person.may(Permission.APPROVE_SHARING),
    )


def may_ask_for(person: Person, borough: str, bcu: str | None) -> bool:
    """Whether somebody may ask for the products of a borough, or of the whole area."""
    if borough:
        return person.allowed(Permission.REQUEST_PRODUCTS, bcu=bcu, borough=borough)
    return person.within(Permission.REQUEST_PRODUCTS, [None], [None])[0]


def bcu_of_boroughs(tx: Transaction, shelf: Shelf) -> dict[str, str | None]:
    """Return the BCU of each borough of the study area published last."""
    area = shelf.newest_area(tx)
    if area is None:
        return {}
    pairs = zip(area.borough_names, area.commands, strict=True)
    return {borough: bcu for borough, bcu in pairs if borough}


def may_see(sharing: Sharing, person: Person, *, bcus: dict[str, str | None]) -> bool:
    """Whether a person may see that a sharing is there.

    Parameters
    ----------
    sharing
        Which.
    person
        Who looks.
    bcus
        BCU of each borough.
    """
    if sharing.requested_by == person.actor.id or may_approve(sharing, person, bcus=bcus):
        return True
    if not person.may(Permission.SEE_PICTURE):
        return False
    if not sharing.borough:
        return person.within(Permission.SEE_PICTURE, [None], [None])[0]
    bcu = bcus.get(sharing.borough)
    return person.allowed(Permission.SEE_PICTURE, bcu=bcu, borough=sharing.borough)


def may_approve(sharing: Sharing, person: Person, *, bcus: dict[str, str | None]) -> bool:
    """Whether somebody decides on a sharing: for its borough, or the whole study area."""
    if not sharing.borough:
        return person.within(Permission.APPROVE_SHARING, [None], [None])[0]
    bcu = bcus.get(sharing.borough)
    return person.allowed(Permission.APPROVE_SHARING, bcu=bcu, borough=sharing.borough)


def check_may_approve(tx: Transaction, shelf: Shelf, sharing: Sharing, person: Person) -> None:
    """Check that somebody decides on a sharing.

    Raises
    ------
    RefusedError
        If its area is not theirs.
    """
    if not may_approve(sharing, person, bcus=bcu_of_boroughs(tx, shelf)):
        msg = f"{sharing.borough or 'The whole area'} is not yours to decide for."
        raise RefusedError(msg, value=sharing.borough, remedy="Ask somebody whose area it is.")


def _line(
    tx: Transaction,
    sharing: Sharing,
    person: Person,
    *,
    bcus: dict[str, str | None],
    at: datetime,
) -> SharingLine:
    from sqlalchemy import select

    from rightplace.records.released.sharing import State, state_of
    from rightplace.records.released.tables import SharingDecision

    found = tx.view(select(SharingDecision).where(SharingDecision.sharing_id == sharing.id))
    decided = found[0] if found else None
    state = state_of(tx, sharing.id, at=at)
    decides = may_approve(sharing, person, bcus=bcus)
    is_own = sharing.requested_by == person.actor.id
    is_public = sharing.item == PUBLIC
    return SharingLine(
        id=sharing.id,
        name=PUBLIC_WORDS if is_public else PRODUCTS[sharing.item].name,
        organisation=sharing.organisation,
        basis=BASES.get(sharing.basis, PUBLIC_WORDS),
        purpose=sharing.purpose,
        area=sharing.borough or "whole area",
        months=span_words(sharing.from_month, sharing.to_month - sharing.from_month + 1),
        state=state.value,
        requested_by=sharing.requested_by,
        requested_at=sharing.requested_at,
        decided_by="" if decided is None else decided.decided_by,
        reason="" if decided is None else decided.reason,
        until=None if decided is None else decided.until_at,
        may_read=state is State.APPROVED and not is_public,
        may_decide=decides and state is State.WAITING and not is_own,
        may_end=decides and state is State.APPROVED,
    )


def read_sharing(shelf: Shelf, sharing_id: str, *, person: Person, at: datetime) -> SharingLine:
    """Return one sharing.

    Parameters
    ----------
    shelf, sharing_id
        Where records are, and which.
    person
        Who looks; one that they may not see is not held.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose="Partner products.", at=at) as tx:
        sharing = seen_sharing(tx, shelf, sharing_id, person)
        return _line(tx, sharing, person, bcus=bcu_of_boroughs(tx, shelf), at=at)


def seen_sharing(tx: Transaction, shelf: Shelf, sharing_id: str, person: Person) -> Sharing:
    """Return a sharing that a person may see; the look has its line.

    Raises
    ------
    NotHeldError
        If there is none that they may see.
    """
    from rightplace.records.released.tables import Sharing

    person.check(Permission.SEE_PARTNER_PRODUCTS)
    held = tx.unshown_one(Sharing, sharing_id)
    if held is None or not may_see(held, person, bcus=bcu_of_boroughs(tx, shelf)):
        msg = "No request of this number is here for you."
        raise NotHeldError(msg, value=sharing_id, remedy="Start from Partner products.")
    return tx.view_one(Sharing, sharing_id)


def ask_for_product(shelf: Shelf, asked: SharingAsked, *, person: Person, at: datetime) -> None:
    """Keep a request; what is no product of the fixed set is refused with the law.

    Parameters
    ----------
    shelf
        Where records are.
    asked
        What is asked for.
    person
        Who asks: their role must let them, and the area be theirs.
    at
        The time now.

    Raises
    ------
    RefusedError
        If the purpose is none for which figures are shared, or the area is not theirs.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.released.sharing import ask

    person.check(Permission.REQUEST_PRODUCTS)
    product_of(asked.item)
    if asked.basis.value not in BASES:
        msg = "Products are shared for the purposes of the list alone."
        raise RefusedError(msg, value=asked.basis, remedy="Choose one of them.")
    with transaction(shelf.database, person.actor, purpose="Ask for a product.", at=at) as tx:
        bcus = bcu_of_boroughs(tx, shelf)
        is_there = not asked.borough or asked.borough in bcus
        if not is_there or not may_ask_for(person, asked.borough, bcus.get(asked.borough)):
            msg = f"{asked.borough or 'The whole area'} is not yours to ask for."
            raise RefusedError(msg, value=asked.borough, remedy="Choose an area of the list.")
        ask(tx, asked)


def decide_on_sharing(
    shelf: Shelf,
    sharing_id: str,
    ruling: Ruling,
    *,
    person: Person,
    at: datetime,
    settings: SharingSettings,
) -> None:
    """Keep a decision; what is approved is released and remembered in the same transaction.

    Parameters
    ----------
    shelf, sharing_id
        Where records are, and which request.
    ruling
        What is decided.
    person
        Who decides: another than who asked.
    at
        The time now.
    settings
        What is small, how long a month waits, how long an approval lasts.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.released.sharing import rule

    person.check(Permission.APPROVE_SHARING)
    with transaction(shelf.database, person.actor, purpose="Decide on sharing.", at=at) as tx:
        sharing = seen_sharing(tx, shelf, sharing_id, person)
        check_may_approve(tx, shelf, sharing, person)
        rule(tx, sharing, ruling, longest_days=settings.longest_days)
        if ruling.approved and sharing.item != PUBLIC:
            release_products(
                tx,
                shelf,
                Scope(
                    products=[product_of(sharing.item)],
                    boroughs=[sharing.borough] if sharing.borough else None,
                    months=range(sharing.from_month, sharing.to_month + 1),
                ),
                sharing_id=sharing_id,
                settings=settings,
            )


def end_sharing(
    shelf: Shelf, sharing_id: str, *, reason: str, person: Person, at: datetime
) -> None:
    """End a sharing at once; what went out stays remembered.

    Parameters
    ----------
    shelf, sharing_id
        Where records are, and which.
    reason
        In the person's own words.
    person
        Who ends it.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.released.sharing import end

    person.check(Permission.APPROVE_SHARING)
    with transaction(shelf.database, person.actor, purpose="End a sharing.", at=at) as tx:
        sharing = seen_sharing(tx, shelf, sharing_id, person)
        check_may_approve(tx, shelf, sharing, person)
        end(tx, sharing_id, reason=reason)
