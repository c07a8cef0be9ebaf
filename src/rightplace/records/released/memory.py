"""The memory of everything ever released: months as they were counted, and figures as they went."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rightplace.core.canonical import canonical_json, digest
from rightplace.errors import BadInputError
from rightplace.evaluate.small_counts.figures import CountTable, Figure
from rightplace.evaluate.small_counts.knowledge import Released
from rightplace.evaluate.small_counts.masking import masked
from rightplace.records.released.tables import MonthCounted, Release

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rightplace.evaluate.small_counts.rule import SmallCountRule
    from rightplace.records.audit.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedMonth:
    """True counts of one month of a family.

    Parameters
    ----------
    month
        Its index.
    counts
        Count by leaf area and kind; None where there is no data.
    parts
        Parts of each wider area.
    picture_id
        The published picture it was counted in.
    releases
        Data releases behind it, and the last day they tell of.
    is_synthetic
        Whether invented data went into it.
    """

    month: int
    counts: Mapping[str, Mapping[str, int | None]]
    parts: Mapping[str, tuple[str, ...]]
    picture_id: str
    releases: tuple[str, ...]
    is_synthetic: bool


def months_held(tx: Reading, family: str) -> dict[int, MonthCounted]:
    """Return the months of a family whose counts are kept, by index."""
    wanted = select(MonthCounted).where(MonthCounted.family == family)
    return {each.month: each for each in tx.unshown(wanted.order_by(MonthCounted.month))}


def keep_months(tx: Transaction, family: str, months: Iterable[CountedMonth]) -> None:
    """Keep the true counts of months; a month that is kept already stays as it is.

    Parameters
    ----------
    tx
        The transaction of the release.
    family
        Which counts.
    months
        Months that are about to be released.

    Raises
    ------
    BadInputError
        If areas are others than in the months kept: what was released could not be compared.
    """
    held = months_held(tx, family)
    areas = {each.areas for each in held.values()}
    for each in months:
        if each.month in held:
            continue
        own = canonical_json(each.parts)
        if areas and own not in areas:
            msg = "The wards or boroughs are others than in the figures released before."
            remedy = "Publish a violence picture of the same areas."
            raise BadInputError(msg, value=each.picture_id, remedy=remedy)
        areas.add(own)
        tx.add(
            MonthCounted(
                family=family,
                month=each.month,
                content=canonical_json(each.counts),
                areas=own,
                picture_id=each.picture_id,
                releases=canonical_json(each.releases),
                is_synthetic=each.is_synthetic,
                counted_at=tx.at,
            )
        )


def true_counts(held: Mapping[int, MonthCounted], *, kinds: Sequence[str]) -> CountTable:
    """Return the true counts of every month kept, as one table.

    Parameters
    ----------
    held
        From ``months_held``; one month or more.
    kinds
        Every kind of the family.
    """
    counts: dict[Figure, int | None] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for month, row in held.items():
        parts = {area: tuple(under) for area, under in json.loads(row.areas).items()}
        for leaf, by_kind in json.loads(row.content).items():
            for kind, n in by_kind.items():
                counts[Figure(leaf, month, 1, kind)] = n
    return CountTable(parts=parts, kinds=tuple(kinds), counts=counts)


def released_before(tx: Reading, family: str) -> Released:
    """Return everything ever released of a family, to anybody.

    Partners talk with each other, and the public edition is for all: there is one memory.
    """
    wanted = select(Release).where(Release.family == family)
    known = Released()
    for each in tx.unshown(wanted.order_by(Release.made_at, Release.id)):
        known = known.with_more(figures_of(each))
    return known


def figures_of(release: Release) -> Released:
    """Return the figures of a release."""
    content: dict[str, list[Any]] = json.loads(release.content)
    return Released(
        shown={Figure(*row[:4]): row[4] for row in content["shown"]},
        withheld=frozenset(Figure(*row) for row in content["withheld"]),
        blank=frozenset(Figure(*row) for row in content["blank"]),
    )


def release(
    tx: Transaction,
    family: str,
    wanted: Iterable[Figure],
    *,
    sharing_id: str,
    kinds: Sequence[str],
    rule: SmallCountRule,
) -> Released:
    """Release figures of months that are kept, and remember them; return them as released.

    Parameters
    ----------
    tx
        The transaction of whoever releases.
    family
        Which counts.
    wanted
        The figures.
    sharing_id
        The sharing that they go out under.
    kinds
        Every kind of the family.
    rule
        What is small, and how uncertain a withheld count must stay.
    """
    table = true_counts(months_held(tx, family), kinds=kinds)
    told = masked(table, wanted, before=released_before(tx, family), rule=rule)
    content = {
        "shown": [[*each, n] for each, n in sorted(told.shown.items())],
        "withheld": sorted(map(list, told.withheld)),
        "blank": sorted(map(list, told.blank)),
    }
    tx.add(
        Release(
            id=str(uuid.uuid4()),
            sharing_id=sharing_id,
            family=family,
            content=canonical_json(content),
            digest=digest(content),
            threshold=rule.threshold,
            width=rule.width,
            made_at=tx.at,
        )
    )
    return told


def released_under(tx: Reading, sharing_id: str, family: str) -> Released:
    """Return the figures that went out under a sharing, of one family."""
    wanted = select(Release).where(Release.sharing_id == sharing_id, Release.family == family)
    told = Released()
    for each in tx.unshown(wanted.order_by(Release.made_at, Release.id)):
        told = told.with_more(figures_of(each))
    return told
