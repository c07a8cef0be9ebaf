"""Releasing a product: which months may go out, their true counts kept, small ones withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.partners.counting import (
    counted_months,
    family_of,
    kinds_of,
    newest_picture,
)
from rightplace.app.partners.products import figures_of
from rightplace.core.time import Month
from rightplace.errors import NotHeldError, StaleDataError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from rightplace.app.partners.products import Product
    from rightplace.app.partners.settings import SharingSettings
    from rightplace.app.service.picture import PublishedPicture
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.released.tables import MonthCounted


def due_months(picture: PublishedPicture, *, at: datetime, settings: SharingSettings) -> list[int]:
    """Return the months of a picture that are over for long enough, by index.

    Parameters
    ----------
    picture
        What is published.
    at
        The time now.
    settings
        How long a month waits.
    """
    today = at.astimezone(picture.area.clock.tzinfo).date()
    delay = timedelta(days=settings.delay_days)
    return [month.index for month in picture.months if month.last + delay < today]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Of what a release is.

    Parameters
    ----------
    products
        Products of the fixed set.
    boroughs
        For which boroughs; None for the whole area.
    months
        Indices of the months asked for; those not over for long enough are left out.
    """

    products: Sequence[Product]
    boroughs: Sequence[str] | None
    months: Collection[int]


def release_products(
    tx: Transaction, shelf: Shelf, scope: Scope, *, sharing_id: str, settings: SharingSettings
) -> list[str]:
    """Release products under a sharing; return the families of counts that they are of.

    Parameters
    ----------
    tx
        The transaction of whoever approves or exports.
    shelf
        Where the violence picture is published.
    scope
        What is released.
    sharing_id
        Under which sharing.
    settings
        What is small, and how long a month waits.

    Raises
    ------
    NotHeldError
        If no violence picture is published, or none of its boroughs is asked for.
    StaleDataError
        If none of the months can go out yet.
    """
    from rightplace.records.released import memory

    picture = newest_picture(tx, shelf)
    if picture is None or not set(scope.boroughs or picture.boroughs) <= set(picture.boroughs):
        msg = "No violence picture is published for this area."
        raise NotHeldError(msg, value=scope.boroughs, remedy="Publish one that covers it.")
    wanted = sorted(set(scope.months) & set(due_months(picture, at=tx.at, settings=settings)))
    if not wanted:
        msg = f"None of the months is over for {settings.delay_days} days and in the picture."
        raise StaleDataError(msg, remedy="Choose earlier months, or wait.")
    found = []
    for base in dict.fromkeys(product.family for product in scope.products):
        for family, own in _kept(tx, picture, base, wanted).items():
            parts = memory.true_counts(memory.months_held(tx, family), kinds=kinds_of(family)).parts
            figures = [
                figure
                for product in scope.products
                if product.family == base
                for figure in figures_of(
                    product, parts, boroughs=scope.boroughs, months=own, kinds=kinds_of(family)
                )
            ]
            memory.release(
                tx,
                family,
                figures,
                sharing_id=sharing_id,
                kinds=kinds_of(family),
                rule=settings.rule,
            )
            found.append(family)
    return found


def _kept(
    tx: Transaction, picture: PublishedPicture, base: str, months: Sequence[int]
) -> dict[str, list[int]]:
    """Return the months of each family, kept as they stand first; a month is of one family."""
    from rightplace.records.released import memory

    held = {family: set(memory.months_held(tx, family)) for family in families(tx, base)}
    mine = family_of(picture, base)
    found = {family: sorted(own & set(months)) for family, own in held.items()}
    new = [month for month in months if not any(month in own for own in held.values())]
    if mine is not None and new:
        memory.keep_months(tx, mine[0], counted_months(picture, mine, new))
        found[mine[0]] = sorted({*found.get(mine[0], ()), *new})
    return {family: own for family, own in found.items() if own}


def families(tx: Reading, base: str) -> list[str]:
    """Return the families of a kind of count of which months are kept."""
    from sqlalchemy import select

    from rightplace.records.released.tables import MonthCounted

    names = {each.family for each in tx.unshown(select(MonthCounted))}
    return sorted(name for name in names if name.partition(":")[0] == base)


def months_behind(tx: Reading) -> list[MonthCounted]:
    """Return the months kept of every family, to tell their data releases."""
    from sqlalchemy import select

    from rightplace.records.released.tables import MonthCounted

    return list(tx.unshown(select(MonthCounted).order_by(MonthCounted.month)))


def month_words(index: int) -> str:
    """Return a month in words, "June 2026"."""
    return f"{Month(index // 12, index % 12 + 1).first:%B %Y}"


def span_words(first: int, months: int) -> str:
    """Return a span of whole months in words, "April to June 2026"."""
    if months == 1:
        return month_words(first)
    last = first + months - 1
    start = Month(first // 12, first % 12 + 1).first
    shown = f"{start:%B}" if first // 12 == last // 12 else f"{start:%B %Y}"
    return f"{shown} to {month_words(last)}"
