"""True counts of a month, from the violence picture that is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.partners.areas import borough_key, parts_of, ward_key
from rightplace.app.partners.products import APART, DOMESTIC, KINDS
from rightplace.app.service.picture import FORMS, KIND, read_published_picture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rightplace.app.service.picture import PublishedPicture
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.released.memory import CountedMonth

OF_FORM = {
    "robbery": "robbery",
    "sexual_offences": "sexual",
    "stalking_and_harassment": "threats",
    "threats": "threats",
    "violence_and_sexual_offences_recorded": "not-told-apart",
}
"""Kind of each form; the rest is violence against the person."""
Family = tuple[str, tuple[str, ...]]


def newest_picture(tx: Transaction, shelf: Shelf) -> PublishedPicture | None:
    """Return the violence picture published last, or None where none is.

    Parameters
    ----------
    tx
        What it is read with; the look has its line.
    shelf
        Where it is published.
    """
    from sqlalchemy import select

    from rightplace.records.published.tables import PublishedRun

    wanted = select(PublishedRun).where(PublishedRun.kind == KIND)
    order = PublishedRun.published_at.desc(), PublishedRun.id
    found = tx.unshown(wanted.order_by(*order).limit(1))
    if not found:
        return None
    return shelf.opened(tx, found[0].id, kind=KIND, read=read_published_picture)


def kind_numbers(picture: PublishedPicture) -> NDArray[np.int64]:
    """Return the position in ``KINDS`` of each row's kind, shape (n_rows,)."""
    names = list(KINDS)
    of_form = [names.index(OF_FORM.get(form, "violence")) for form in FORMS]
    return np.array([*of_form, names.index("other")], dtype=np.int64)[picture.form]


def family_of(picture: PublishedPicture, base: str) -> Family | None:
    """Return the family that a picture's counts are of: its name, and kinds that it tells apart.

    A kind of which the whole picture holds no record is not told apart by its source: it is not
    known, which is not zero. So is domestic abuse where no record is marked so.
    """
    names = list(KINDS)
    if base == DOMESTIC:
        return (DOMESTIC, (DOMESTIC,)) if picture.n[picture.is_domestic].sum() else None
    apart = ~picture.is_domestic & (picture.n > 0)
    kinds = tuple(names[n] for n in sorted(set(kind_numbers(picture)[apart].tolist())))
    return (f"{APART}:{','.join(kinds)}", kinds) if kinds else None


def kinds_of(family: str) -> tuple[str, ...]:
    """Return the kinds that a family tells apart, by its name."""
    base, _, kinds = family.partition(":")
    return (DOMESTIC,) if base == DOMESTIC else tuple(kinds.split(","))


def counted_months(
    picture: PublishedPicture, family: Family, months: Iterable[int]
) -> list[CountedMonth]:
    """Return the true counts of those of some months that the picture holds.

    Parameters
    ----------
    picture
        What is published.
    family
        Which counts.
    months
        Indices of months.
    """
    from rightplace.records.released.memory import CountedMonth

    name, kinds = family
    by_ward = name != DOMESTIC
    wards = wards_of(picture)
    pairs = {*wards, *((borough, "") for borough in picture.boroughs)}
    parts = parts_of((p for p in pairs if p[0]), picture.bcu_of, by_ward=by_ward)
    index = {month.index: n for n, month in enumerate(picture.months)}
    releases = tuple(
        sorted({str(each["release"] or "undated") for each in picture.record["inputs"]})
    )
    wanted = [(month, index[month]) for month in sorted(months) if month in index]
    return [
        CountedMonth(
            month=month,
            counts=_counts(picture, at, kinds, parts=parts, wards=wards),
            parts=parts,
            picture_id=str(picture.record["id"]),
            releases=releases,
            is_synthetic=picture.is_synthetic,
        )
        for month, at in wanted
    ]


def wards_of(picture: PublishedPicture) -> list[tuple[str, str]]:
    """Return borough and ward of each cell; empty where it has none."""
    cells = picture.area.cells
    given = cells["ward"].to_pylist() if "ward" in cells.column_names else [None] * cells.num_rows
    boroughs = picture.area.borough_names
    return [(borough or "", ward or "") for borough, ward in zip(boroughs, given, strict=True)]


def _counts(
    picture: PublishedPicture,
    at: int,
    kinds: tuple[str, ...],
    *,
    parts: dict[str, tuple[str, ...]],
    wards: list[tuple[str, str]],
) -> dict[str, dict[str, int | None]]:
    by_ward = kinds != (DOMESTIC,)
    known = {name: bool(picture.known[n, at]) for n, name in enumerate(picture.boroughs)}
    empty: dict[str, dict[str, int | None]] = {}
    for borough in filter(None, picture.boroughs):
        leaves = parts[borough_key(borough)] if by_ward else (borough_key(borough),)
        for leaf in leaves:
            empty[leaf] = dict.fromkeys(kinds, 0 if known[borough] else None)
    rows = np.flatnonzero((picture.month == at) & (picture.is_domestic != by_ward))
    numbers = kind_numbers(picture)
    for row in rows.tolist():
        borough = picture.boroughs[picture.borough[row]]
        cell = int(picture.cell[row])
        ward = wards[cell][1] if by_ward and cell >= 0 else ""
        leaf = ward_key(borough, ward) if by_ward else borough_key(borough)
        kind = list(KINDS)[numbers[row]] if by_ward else DOMESTIC
        held = empty.get(leaf, {}).get(kind)
        if held is not None:
            empty[leaf][kind] = held + int(picture.n[row])
    return empty
