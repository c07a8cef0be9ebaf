"""Use cases: exporting the public edition one way out, and what the public process would serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Answer
from rightplace.app.partners.counting import newest_picture
from rightplace.app.partners.products import PRODUCTS, PUBLIC
from rightplace.app.partners.public import EVERYBODY, check_public_approved
from rightplace.app.partners.releasing import Scope, due_months, months_behind, release_products
from rightplace.app.public.activity import activity_given
from rightplace.app.public.compiling import compiled
from rightplace.app.public.edition import write_edition
from rightplace.app.public.result import PublicExported
from rightplace.errors import NotHeldError
from rightplace.evaluate.small_counts.knowledge import Released

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.partners.settings import SharingSettings
    from rightplace.app.public.edition import Edition
    from rightplace.app.service.picture import PublishedPicture
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.released.tables import MonthCounted, Release

QUARTER = 3


def export_public(
    shelf: Shelf,
    folder: Path,
    *,
    actor: Actor,
    at: datetime,
    settings: SharingSettings,
    dry_run: bool = False,
) -> Answer[PublicExported]:
    """Release to the public what is due, and write the edition; killed midway, the old one stands.

    Figures are remembered before the file is written: what is in the file was always released.

    Parameters
    ----------
    shelf
        Where records are.
    folder
        Where the public pages look for the edition.
    actor
        Who exports; that it may be exported at all was approved before.
    at
        The time now.
    settings
        What is small, and how late figures go out.
    dry_run
        Say which months would be new; release and write nothing.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.stop.switch import check_running

    with transaction(shelf.database, actor, purpose="Export the public edition.", at=at) as tx:
        check_running(tx, PUBLIC)
        sharing_id = check_public_approved(tx, at=at)
        picture = _picture(tx, shelf)
        new = _new_months(tx, picture, at=at, settings=settings)
        if dry_run:
            return Answer(verb="public", result=_told(None, new, path="", digest="", at=at))
        if new:
            scope = Scope(
                products=list(PRODUCTS.values()), boroughs=None, months=_whole_quarters(new)
            )
            release_products(tx, shelf, scope, sharing_id=sharing_id, settings=settings)
            fresh = [each for each in _public_releases(tx) if each.made_at == tx.at]
            tx.disclose(fresh, recipients=[EVERYBODY])
        edition = _edition(tx, shelf, picture, at=at, settings=settings)
    path, digest = write_edition(folder, edition)
    return Answer(verb="public", result=_told(edition, new, path=str(path), digest=digest, at=at))


def _picture(tx: Transaction, shelf: Shelf) -> PublishedPicture:
    """Return the violence picture published last.

    Raises
    ------
    NotHeldError
        If none is.
    """
    picture = newest_picture(tx, shelf)
    if picture is None:
        msg = "No violence picture is published."
        raise NotHeldError(msg, remedy="Make and publish one: `rightplace picture`, `publish`.")
    return picture


def _edition(
    tx: Transaction,
    shelf: Shelf,
    picture: PublishedPicture,
    *,
    at: datetime,
    settings: SharingSettings,
) -> Edition:
    from rightplace.records.released.memory import figures_of

    told: dict[str, Released] = {}
    for release in _public_releases(tx):
        before = told.get(release.family, Released())
        told[release.family] = before.with_more(figures_of(release))
    return compiled(
        picture,
        told,
        _months_told(tx, told),
        activity_given(tx, shelf),
        settings=settings,
        made_on=at.astimezone(picture.area.clock.tzinfo).date(),
    )


def _months_told(tx: Transaction, told: dict[str, Released]) -> list[MonthCounted]:
    """Return the months kept of which something was told to the public."""
    spans = {
        (family, month)
        for family, released in told.items()
        for each in (*released.shown, *released.withheld, *released.blank)
        for month in range(each.first, each.first + each.months)
    }
    return [each for each in months_behind(tx) if (each.family, each.month) in spans]


def _public_releases(tx: Transaction) -> Sequence[Release]:
    from sqlalchemy import select

    from rightplace.records.released.tables import Release, Sharing

    public = select(Sharing.id).where(Sharing.item == PUBLIC)
    wanted = select(Release).where(Release.sharing_id.in_(public))
    return tx.unshown(wanted.order_by(Release.made_at, Release.id))


def _new_months(
    tx: Transaction, picture: PublishedPicture, *, at: datetime, settings: SharingSettings
) -> list[int]:
    """Return the months that are due and of which nothing was told to the public."""
    from rightplace.records.released.memory import figures_of

    told = {
        month
        for release in _public_releases(tx)
        for known in [figures_of(release)]
        for each in (*known.shown, *known.withheld, *known.blank)
        for month in range(each.first, each.first + each.months)
    }
    known = np.flatnonzero(picture.known.any(axis=0)).tolist()
    held = {picture.months[n].index for n in known}
    return [m for m in due_months(picture, at=at, settings=settings) if m in held - told]


def _whole_quarters(months: Sequence[int]) -> list[int]:
    """Return months with the rest of their quarters: one that is now whole is told as a quarter."""
    firsts = {month - month % QUARTER for month in months}
    return sorted({first + n for first in firsts for n in range(QUARTER)})


def _told(
    edition: Edition | None, new: Sequence[int], *, path: str, digest: str, at: datetime
) -> PublicExported:
    from rightplace.core.time import Month

    counts = [] if edition is None else [c for place in edition.places for c in place.counts]
    return PublicExported(
        path=path,
        digest=digest,
        made_on=at.date().isoformat() if edition is None else edition.made_on,
        months=() if edition is None else edition.months,
        new_months=tuple(str(Month(month // 12, month % 12 + 1)) for month in new),
        wards=0 if edition is None else sum(each.level == "ward" for each in edition.places),
        shown=sum(each.count is not None for each in counts),
        withheld=sum(each.count is None for each in counts),
        synthetic=edition is not None and edition.is_synthetic,
    )
