"""One fixed set of units, from the BCU down to the place: small ones are withheld in all of it.

What may be shown does not depend on who looks nor on what they filter by, so no two looks can be
taken from each other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.app.service.delivery_counting import PlaceCount
from rightplace.app.service.shift_plan import ward_names
from rightplace.evaluate.disclosure import shown

if TYPE_CHECKING:
    from rightplace.app.service.delivery_counting import Counted
    from rightplace.app.service.shelf import PublishedForecast
    from rightplace.evaluate.disclosure import Roll

    Path = tuple[str, ...]

NO_WARD = "No ward named"


class Level(StrEnum):
    """What a unit is, the widest first."""

    BCU = "bcu"
    BOROUGH = "borough"
    WARD = "ward"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A BCU, borough, ward or place with what was planned and made there.

    Parameters
    ----------
    bcu, borough, ward, place
        Where; narrower ones than its level are empty.
    count
        None where it is withheld: fewer than five crews or officers, or it would tell of others.
    """

    level: Level
    bcu: str
    borough: str
    ward: str
    place: str
    count: PlaceCount | None

    @property
    def due(self) -> int | None:
        """Visits planned and not excused; None where withheld."""
        return None if self.count is None else self.count.sums.planned - self.count.sums.excused

    @property
    def missing(self) -> int | None:
        """Visits due and not made; None where withheld."""
        if self.count is None or self.due is None:
            return None
        return self.due - self.count.sums.made


def units_of(counted: Counted, forecast: PublishedForecast) -> list[Unit]:
    """Return every unit in which something was due, each withheld where it must be.

    Parameters
    ----------
    counted
        From ``count_delivery``.
    forecast
        Whose places they are.
    """
    area = forecast.area
    wards, cells = ward_names(area), area.cells["cell_id"].to_pylist()
    counts: dict[Path, PlaceCount] = defaultdict(PlaceCount)
    words: dict[str, str] = {}
    for cell, count in counted.places.items():
        borough = area.borough_names[cell] or ""
        ward = wards[cell] or f"{NO_WARD}, {borough}"
        path = (area.commands[cell] or "", borough, ward, cells[cell])
        words[cells[cell]] = forecast.words[cell]
        for depth in range(1, len(path) + 1):
            counts[path[:depth]].add(count)
    may = _may_be_shown(counts, counted.roll)
    return [_unit(path, counts[path] if path in may else None, words) for path in sorted(counts)]


def _may_be_shown(counts: dict[Path, PlaceCount], roll: Roll) -> set[Path]:
    """Return which units may be shown, from BCUs down: of what is withheld, each part is too.

    No sum over BCUs is shown, so a BCU that is withheld is not told by the others.
    """
    parts: dict[Path, list[Path]] = defaultdict(list)
    for path in counts:
        parts[path[:-1]].append(path)
    waiting = [bcu for bcu in parts[()] if roll.is_enough(counts[bcu].sums.crews)]
    found = set(waiting)
    while waiting:
        below = parts[waiting.pop()]
        may = shown({path: frozenset(counts[path].sums.crews) for path in below}, roll)
        found |= may
        waiting += may
    return found


def _unit(path: Path, count: PlaceCount | None, words: dict[str, str]) -> Unit:
    bcu, borough, ward, cell = (*path, "", "", "")[: len(Level)]
    level = tuple(Level)[len(path) - 1]
    return Unit(
        level=level,
        bcu=bcu,
        borough=borough,
        ward=ward,
        place=words[cell] if cell else "",
        count=count,
    )
