"""Weapons seized: entered by the property system's reference, corrected by entering them again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a record names the types that it holds
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError
from rightplace.powers.searches.ledger import Seizure, WeaponKind
from rightplace.records.database.words import written
from rightplace.records.searches.log import reference_of
from rightplace.records.searches.tables import WeaponSeized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.records.audit.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class WeaponGiven:
    """A weapon that was seized, as somebody tells of it.

    Parameters
    ----------
    property_reference
        Of the property system.
    search_reference
        Of the search that found it; empty where no search did.
    kind, object
        Which type, and what it is in words.
    place, bcu, borough
        Where, in words and by name.
    seized_at
        With its zone.
    """

    property_reference: str
    search_reference: str
    kind: WeaponKind
    object: str
    place: str
    bcu: str
    borough: str
    seized_at: datetime


def keep_weapon(tx: Transaction, given: WeaponGiven, *, form_id: str | None = None) -> str:
    """Keep a weapon that was seized; return the id of the entry.

    The same property reference again corrects what was entered under it.

    Parameters
    ----------
    tx
        The transaction of whoever enters it.
    given
        What was seized.
    form_id
        Of the form that was sent; the same form sent again keeps nothing new.

    Raises
    ------
    BadInputError
        If the property reference is missing, or it was seized in time to come.
    """
    if form_id is not None:
        sent = tx.unshown(select(WeaponSeized).where(WeaponSeized.form_id == form_id))
        if sent:
            return sent[0].id
    prop = reference_of(given.property_reference)
    if not prop:
        msg = "The reference of the property system is missing."
        raise BadInputError(msg, remedy="Give it: it keeps a weapon from counting twice.")
    if given.seized_at > tx.at:
        msg = f"It would be seized at {given.seized_at}, which is still to come."
        raise BadInputError(msg, value=given.seized_at, remedy="Enter what happened.")
    row = WeaponSeized(
        id=str(uuid.uuid4()),
        property_reference=prop,
        search_reference=reference_of(given.search_reference) or None,
        kind=given.kind.value,
        object=written(given.object, what="What it is"),
        place=written(given.place, what="The place"),
        bcu=given.bcu,
        borough=given.borough,
        seized_at=given.seized_at,
        entered_at=tx.at,
        entered_by=tx.actor.id,
        form_id=form_id,
    )
    return tx.add(row).id


def seizures(
    quiet: Reading, *, start: datetime | None = None, end: datetime | None = None
) -> tuple[Seizure, ...]:
    """Return every entry of weapons seized in a period, half-open, for the ledger.

    Parameters
    ----------
    quiet
        A look or a transaction; nobody who entered one is among what it gives.
    start, end
        None for all.
    """
    return tuple(seizure_of(each) for each in weapon_rows(quiet, start=start, end=end))


def weapon_rows(
    quiet: Reading, *, start: datetime | None = None, end: datetime | None = None
) -> Sequence[WeaponSeized]:
    """Return the rows themselves, oldest first, for a check; half-open, None for all."""
    wanted = select(WeaponSeized)
    if start is not None:
        wanted = wanted.where(WeaponSeized.seized_at >= start)
    if end is not None:
        wanted = wanted.where(WeaponSeized.seized_at < end)
    return quiet.unshown(wanted.order_by(WeaponSeized.seized_at, WeaponSeized.id))


def seizure_of(row: WeaponSeized) -> Seizure:
    """Return a row as the ledger reads it."""
    return Seizure(
        property_reference=row.property_reference,
        search_reference=row.search_reference,
        kind=WeaponKind(row.kind),
        object=row.object,
        borough=row.borough or None,
        seized_at=row.seized_at,
        entered_at=row.entered_at,
    )
