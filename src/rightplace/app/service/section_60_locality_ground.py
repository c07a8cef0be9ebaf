"""The published study area as localities are picked from it, with residents and street words."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from sqlalchemy import select

from rightplace.app.service.opened import table_of
from rightplace.powers.section_60.locality import Ground60
from rightplace.records.published.tables import PublishedRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.service.shelf import PublishedArea, Shelf
    from rightplace.records.audit.transaction import Transaction

NOT_HELD = "not held"
MOST_STREETS = 12
"""Street names that words of a locality start from; a choice of ours: more nobody reads out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places60:
    """Where localities are picked.

    Parameters
    ----------
    ground
        The cells.
    bcus
        BCU of each cell.
    words
        Street words of each cell, from "On or near" names; the ward, else its id, where no forecast
        with such words is published.
    """

    ground: Ground60
    bcus: tuple[str | None, ...]
    words: tuple[str, ...]

    def rows_of(self, ids: Sequence[str]) -> tuple[int, ...]:
        """Return the rows of some cells, in their order; what is no cell is left out."""
        row = {each: n for n, each in enumerate(self.ground.ids)}
        return tuple(row[each] for each in dict.fromkeys(ids) if each in row)

    def streets(self, rows: Sequence[int]) -> str:
        """Return words of a locality to start from: the streets of its cells, each once."""
        parts = [part for row in rows for part in self.words[row].split(" and ")]
        named = list(dict.fromkeys(parts))
        more = f" and {len(named) - MOST_STREETS} more" if len(named) > MOST_STREETS else ""
        return ", ".join(named[:MOST_STREETS]) + more


def places_of(shelf: Shelf, tx: Transaction, area: PublishedArea) -> Places60:
    """Return the cells of a published study area, ready to pick localities from.

    Parameters
    ----------
    shelf
        Where it stays parsed.
    tx
        The transaction in which they are shown.
    area
        The study area.
    """
    run = _newest_words(tx, str(area.record["id"]))
    key = f"localities of {area.record['id']} with {'no words' if run is None else run.id}"
    places: Places60 = shelf.kept.get(key, lambda: _read(tx, area, run))
    return places


def _read(tx: Transaction, area: PublishedArea, run: PublishedRun | None) -> Places60:
    cells = area.cells
    ids = tuple(cells["cell_id"].to_pylist())
    wards = tuple(cells["ward"].to_pylist())
    shapes = shapely.make_valid(shapely.from_wkb(cells["geometry"].to_pylist()))
    own = cells["name"].to_pylist() if "name" in cells.column_names else ids
    words = (
        tuple(f"{ward}, {name}" if ward else name for ward, name in zip(wards, own, strict=True))
        if run is None
        else tuple(table_of(tx, run.id, "street_words")["words"].to_pylist())
    )
    return Places60(
        ground=Ground60(
            ids=ids,
            shapes=np.asarray(shapes, dtype=object),
            wards=wards,
            boroughs=area.borough_names,
            residents=tuple(residents().get(each) for each in ids),
            crs=int(area.record["crs"]),
        ),
        bcus=area.commands,
        words=words,
    )


def _newest_words(tx: Transaction, area_id: str) -> PublishedRun | None:
    """Return the newest published forecast of an area: it carries street words of its cells."""
    wanted = select(PublishedRun).where(PublishedRun.kind == "forecast")
    order = PublishedRun.published_at.desc(), PublishedRun.id
    runs = tx.unshown(wanted.order_by(*order))
    of_area = (run for run in runs if json.loads(run.content)["settings"].get("area") == area_id)
    return next(of_area, None)


@cache
def residents() -> dict[str, int]:
    """Return usual residents (Census 2021) of each London LSOA of 2011 and 2021 that has its own.

    An LSOA of 2011 that was merged into a larger one has no count of its own, and is left out.
    """
    from rightplace.places.hierarchy import lsoas

    columns = (lsoas()[name].to_pylist() for name in ("lsoa11", "lsoa21", "residents_2021"))
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    older: dict[str, set[str]] = defaultdict(set)
    found: dict[str, int] = {}
    for lsoa11, lsoa21, people in zip(*columns, strict=True):
        parts[lsoa11][lsoa21] = found[lsoa21] = people
        older[lsoa21].add(lsoa11)
    for lsoa11, newer in parts.items():
        if all(older[each] == {lsoa11} for each in newer):
            found.setdefault(lsoa11, sum(newer.values()))
    return found


def people_words(people: int | None) -> str:
    """Return residents in words; not held is never 0."""
    return NOT_HELD if people is None else f"{people:,}"
