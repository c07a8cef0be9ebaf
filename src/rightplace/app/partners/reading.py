"""Use case: a product as a partner reads it; true counts beside it for who may know them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.partners.areas import ELSEWHERE, name_of
from rightplace.app.partners.counting import kinds_of
from rightplace.app.partners.products import KINDS, product_of
from rightplace.app.partners.releasing import families, span_words
from rightplace.app.partners.requests import bcu_of_boroughs, seen_sharing
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.time import Month
from rightplace.errors import NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.evaluate.small_counts.figures import CountTable, Figure
    from rightplace.evaluate.small_counts.knowledge import Released
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.released.tables import MonthCounted, Sharing

PARTNER_PRODUCTS = "partner-products"
"""Under which name the stop switch stops all of them."""
WITHHELD = "withheld"
MAY_BE_ZERO = "withheld, may be 0"
NOT_KNOWN = "not known"
LEVELS = {"ward": 0, "borough": 1, "bcu": 2, "area": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureShown:
    """One figure of a product.

    Parameters
    ----------
    area, borough, level
        Where.
    span
        Which months, in words.
    kind
        Of what, in words.
    words
        The count, or why there is none.
    count
        As released; None where it is withheld or not known.
    true
        The true count, for who may know it; None otherwise.
    figure
        Which figure it is.
    """

    area: str
    borough: str
    level: str
    span: str
    kind: str
    words: str
    count: int | None
    true: int | None
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """A product of a sharing, one span of months at a time.

    Parameters
    ----------
    sharing_id, name, organisation, purpose, area
        Which, for whom, what for, and where.
    until
        When the sharing ends.
    spans
        Key and words of each span that there is, newest first.
    span
        Key of the one shown.
    kinds
        Columns, in words.
    rows
        For each area its figures, one for each kind; None where the product has none.
    sees_true
        Whether true counts stand beside.
    withheld, shown
        How many figures of the product are withheld, and shown.
    why
        Why figures are withheld, and what that does not mean.
    data_releases
        Releases of data that the counts were taken from.
    """

    sharing_id: str
    name: str
    organisation: str
    purpose: str
    area: str
    until: datetime
    spans: tuple[tuple[str, str], ...]
    span: str
    kinds: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[FigureShown | None, ...]], ...]
    sees_true: bool
    withheld: int
    shown: int
    why: str
    data_releases: tuple[str, ...]
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Opened:
    """A product that is read, with all its figures."""

    sharing: Sharing
    until: datetime
    figures: tuple[FigureShown, ...]
    months: tuple[MonthCounted, ...]
    threshold: int
    sees_true: bool


def read_product(
    shelf: Shelf, sharing_id: str, *, person: Person, span: str, at: datetime
) -> ProductPage:
    """Return a product for one span of months; who is given it, and what, is written.

    Parameters
    ----------
    shelf, sharing_id
        Where records are, and under which sharing.
    person
        Who reads: whoever it is shared with, or somebody of the force.
    span
        Key of the span; empty for the newest month.
    at
        The time now: from the minute a sharing ends nothing of it is read.

    Raises
    ------
    NotHeldError
        If there is no such span.
    """
    opened = _open(shelf, sharing_id, person=person, at=at)
    spans = {_span_key(each.figure): each.span for each in opened.figures}
    ordered = sorted(spans, key=_newest_first)
    chosen = span or ordered[0]
    if chosen not in spans:
        msg = "This product has no such months."
        raise NotHeldError(msg, value=span, remedy="Choose one of the list.")
    mine = [each for each in opened.figures if _span_key(each.figure) == chosen]
    used = [kind for kind in KINDS if any(each.figure.kind == kind for each in mine)]
    by_place = {(each.figure.area, each.figure.kind): each for each in mine}
    areas = sorted({each.figure.area for each in mine}, key=_area_order)
    rows = tuple(
        (
            name_of(area).name,
            name_of(area).borough if name_of(area).level == "ward" else name_of(area).level,
            tuple(by_place.get((area, kind)) for kind in used),
        )
        for area in areas
    )
    sharing = opened.sharing
    return ProductPage(
        sharing_id=sharing.id,
        name=product_of(sharing.item).name,
        organisation=sharing.organisation,
        purpose=sharing.purpose,
        area=sharing.borough or "whole area",
        until=opened.until,
        spans=tuple((key, spans[key]) for key in ordered),
        span=chosen,
        kinds=tuple(KINDS[kind] for kind in used),
        rows=rows,
        sees_true=opened.sees_true,
        withheld=sum(each.words in {WITHHELD, MAY_BE_ZERO} for each in opened.figures),
        shown=sum(each.count is not None for each in opened.figures),
        why=why_withheld(opened.threshold),
        data_releases=_releases(opened.months),
        is_synthetic=any(each.is_synthetic for each in opened.months),
    )


def product_csv(shelf: Shelf, sharing_id: str, *, person: Person, at: datetime) -> tuple[str, str]:
    """Return a name for the file, and a product as CSV: as released, never the true counts.

    No text in it starts as a spreadsheet formula does, and each row carries what it is not.

    Parameters
    ----------
    shelf, sharing_id
        Where records are, and under which sharing.
    person
        Who downloads.
    at
        The time now.
    """
    opened = _open(shelf, sharing_id, person=person, at=at)
    sharing, name = opened.sharing, product_of(opened.sharing.item).name
    synthetic = any(each.is_synthetic for each in opened.months)
    notice = " ".join(
        (*([SYNTHETIC_SENTENCE] if synthetic else []), PLACE_NOT_PERSON, NOT_ABOUT_PERSON)
    )
    why = why_withheld(opened.threshold)
    purpose = f"For {sharing.organisation}: {sharing.purpose}"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = "level area borough from_month to_month kind count note why_withheld shared_for notice"
    writer.writerow(head.split())
    for each in opened.figures:
        first, last = each.figure.first, each.figure.last
        texts = (each.level, each.area, each.borough, _iso(first), _iso(last), each.kind)
        note = "" if each.count is not None else each.words
        after = (note, why if note else "", purpose, notice)
        safe = [defused(clean(text)) for text in (*texts, *after)]
        count = "" if each.count is None else each.count
        writer.writerow([*safe[: len(texts)], count, *safe[len(texts) :]])
    return f"{name} {sharing.borough or 'whole area'}", out.getvalue()


def _open(shelf: Shelf, sharing_id: str, *, person: Person, at: datetime) -> _Opened:
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.released import memory
    from rightplace.records.released.sharing import check_in_force
    from rightplace.records.released.tables import SharingDecision
    from rightplace.records.stop.switch import check_running

    with transaction(shelf.database, person.actor, purpose="Read a partner product.", at=at) as tx:
        sharing = seen_sharing(tx, shelf, sharing_id, person)
        base = product_of(sharing.item).family
        check_running(tx, PARTNER_PRODUCTS)
        check_in_force(tx, sharing_id, at=at)
        decided = tx.unshown_one(SharingDecision, sharing_id)
        threshold = _note_look(tx, sharing, person)
        bcus = bcu_of_boroughs(tx, shelf)
        found: list[FigureShown] = []
        months: list[MonthCounted] = []
        for family in families(tx, base):
            told = memory.released_under(tx, sharing_id, family)
            held = memory.months_held(tx, family)
            table = memory.true_counts(held, kinds=kinds_of(family))
            found += _figures(told, table, person=person, bcus=bcus)
            spans = {m for each in _all(told) for m in range(each.first, each.last + 1)}
            months += [row for month, row in held.items() if month in spans]
    sees_true = any(each.true is not None for each in found)
    until = at if decided is None or decided.until_at is None else decided.until_at
    return _Opened(
        sharing=sharing,
        until=until,
        figures=tuple(found),
        months=tuple(months),
        threshold=threshold,
        sees_true=sees_true,
    )


def _note_look(tx: Transaction, sharing: Sharing, person: Person) -> int:
    """Write that figures were shown inside the force, or given to a partner.

    Returns
    -------
    int
        Below which count they are withheld.
    """
    from sqlalchemy import select

    from rightplace.records.released.tables import Release

    wanted = select(Release).where(Release.sharing_id == sharing.id)
    releases = tx.unshown(wanted)
    if sharing.requested_by == person.actor.id:
        tx.disclose(releases, recipients=[sharing.organisation])
    else:
        tx.view(wanted)
    return max(each.threshold for each in releases)


def _all(told: Released) -> list[Figure]:
    return sorted({*told.shown, *told.withheld, *told.blank}, key=_figure_order)


def _figures(
    told: Released, table: CountTable, *, person: Person, bcus: dict[str, str | None]
) -> list[FigureShown]:
    found = []
    for each in _all(told):
        place = name_of(each.area)
        count = told.shown.get(each)
        words = f"{count:,}" if count is not None else WITHHELD
        found.append(
            FigureShown(
                area=place.name,
                borough=place.borough,
                level=place.level,
                span=span_words(each.first, each.months),
                kind=KINDS[each.kind],
                words=MAY_BE_ZERO if each in told.blank else words,
                count=count,
                true=table.value(each) if _knows(person, each.area, bcus) else None,
                figure=each,
            )
        )
    return found


def _knows(person: Person, area: str, bcus: dict[str, str | None]) -> bool:
    """Whether somebody may know the true count of an area."""
    place = name_of(area)
    if place.level == "area":
        return person.within(Permission.SEE_PICTURE, [None], [None])[0]
    bcu = place.name if place.level == "bcu" else bcus.get(place.borough)
    return person.allowed(Permission.SEE_PICTURE, bcu=bcu, borough=place.borough or None)


def why_withheld(threshold: int) -> str:
    """Return in words why figures are withheld, and what that does not mean."""
    return (
        f"Counts from 1 to {threshold - 1} are withheld, so that nobody can be recognised. Other "
        "figures are withheld beside them where a small count could else be found by subtraction, "
        "also from what was released before. Withheld does not mean small, and not known does not "
        "mean zero."
    )


def _newest_first(key: str) -> tuple[int, int]:
    first, _, months = key.partition("-")
    return (-int(first), int(months))


def _span_key(figure: Figure) -> str:
    return f"{figure.first}-{figure.months}"


def _figure_order(figure: Figure) -> tuple[object, ...]:
    return (figure.first, figure.months, *_area_order(figure.area), list(KINDS).index(figure.kind))


def _area_order(area: str) -> tuple[object, ...]:
    place = name_of(area)
    return (-LEVELS[place.level], place.borough, place.name == ELSEWHERE, area)


def _iso(index: int) -> str:
    return str(Month(index // 12, index % 12 + 1))


def _releases(months: tuple[MonthCounted, ...]) -> tuple[str, ...]:
    return tuple(sorted({name for each in months for name in json.loads(each.releases)}))
