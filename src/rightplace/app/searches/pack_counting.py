"""Searches counted once, as a pack, a page and an export need them: by month, power and place.

The cube has no row for a search and names nobody: it holds counts alone, of one characteristic at
a time, so that no two characteristics of a person ever stand side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from rightplace.powers.searches.columns import Power
from rightplace.powers.searches.measures import MEASURES as MEASURED
from rightplace.powers.searches.rates import NO_PLACE, NOT_RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.core.time import Month

CHARACTERISTICS = (
    "object",
    "outcome",
    "type",
    "age",
    "sex",
    "self_defined",
    "officer_defined",
    "hour",
)
"""What searches are counted by, one at a time, beside month, power and borough."""
MEASURES = ("searches", "any_outcome", "arrests")
WHOLE = ""
"""Place of the whole force, power of all powers, characteristic of none: everything together."""
SECTION_60, OTHER_POWERS = "section 60", "other powers"
POWERS = (WHOLE, SECTION_60, OTHER_POWERS)
"""Powers that are told apart throughout: section 60 asks for no suspicion of the person."""


class Counts(NamedTuple):
    """Counts of some searches, each 0 or more, in the order of ``MEASURES``."""

    searches: int = 0
    any_outcome: int = 0
    arrests: int = 0

    def plus(self, other: Counts) -> Counts:
        """Return both together."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


class Key(NamedTuple):
    """Which searches a count is of.

    Parameters
    ----------
    place
        Code of a borough, ``NO_PLACE``, or ``WHOLE``.
    power
        One of ``POWERS``.
    characteristic
        One of ``CHARACTERISTICS``, ``power``, ``month``, or ``WHOLE`` of none.
    value
        Its value; empty for none.
    """

    place: str
    power: str
    characteristic: str
    value: str


def cube_of(searches: pa.Table, *, zone: str) -> pa.Table:
    """Return counts by month, power, borough and one characteristic.

    Parameters
    ----------
    searches
        In the columns of ``powers.searches.columns.SCHEMA``.
    zone
        Time zone in which hours of the day are told.

    Returns
    -------
    pyarrow.Table
        ``month``, ``power``, ``borough``, ``characteristic`` (empty for none), ``value``, and
        ``MEASURES``; in order.
    """
    told = _told(searches, zone)
    parts = [_grouped(told, "")] + [_grouped(told, name) for name in CHARACTERISTICS]
    keys = ["month", "power", "borough", "characteristic", "value"]
    return pa.concat_tables(parts).sort_by([(key, "ascending") for key in keys])


def _told(searches: pa.Table, zone: str) -> pa.Table:
    """Return the table with each measure as 0 or 1; what is not recorded is a word of its own."""
    flags = {each.name: each.flags(searches) for each in MEASURED}
    masks = {
        "searches": pc.is_valid(searches["month"]),
        "any_outcome": flags["any_outcome_rate"].found,
        "arrests": flags["arrest_rate"].found,
    }
    columns = {name: pc.cast(mask, pa.int64()) for name, mask in masks.items()}
    columns["month"] = searches["month"]
    columns["power"] = searches["power"]
    columns["borough"] = pc.fill_null(searches["borough"], NO_PLACE)
    for name in CHARACTERISTICS:
        words = _hours(searches, zone) if name == "hour" else searches[name]
        columns[name] = pc.fill_null(words, NOT_RECORDED)
    return pa.table(columns)


def _hours(searches: pa.Table, zone: str) -> pa.ChunkedArray:
    """Return the hour of the local clock as two digits; null where days alone are known."""
    local = searches["started_at"].cast(pa.timestamp("us", tz=zone))
    timed = pc.fill_null(searches["has_time"], fill_value=False)
    return pc.if_else(timed, pc.strftime(local, format="%H"), pa.scalar(None, pa.string()))


def _grouped(told: pa.Table, characteristic: str) -> pa.Table:
    keys = ["month", "power", "borough", *([characteristic] if characteristic else [])]
    sums = told.group_by(keys).aggregate([(name, "sum") for name in MEASURES])
    rows = sums.num_rows
    values = sums[characteristic] if characteristic else pa.array([""] * rows, pa.string())
    return pa.table(
        {
            "month": sums["month"],
            "power": sums["power"],
            "borough": sums["borough"],
            "characteristic": pa.array([characteristic] * rows, pa.string()),
            "value": values,
            **{name: sums[f"{name}_sum"] for name in MEASURES},
        }
    )


def counted(
    cube: pa.Table, months: Sequence[Month], *, by_borough: bool = True
) -> dict[Key, Counts]:
    """Return counts of some months, for the whole and for each borough, with every sum.

    Parameters
    ----------
    cube
        From ``cube_of``; cut to the boroughs and powers wanted.
    months
        The months that count.
    by_borough
        Whether each borough is counted by itself too.
    """
    wanted = pa.array([month.first for month in months], pa.date32())
    kept = cube.filter(pc.is_in(cube["month"], value_set=wanted))
    keys = ["power", "borough", "characteristic", "value"]
    sums = kept.group_by(keys).aggregate([(name, "sum") for name in MEASURES])
    by_month = kept.filter(pc.equal(kept["characteristic"], ""))
    found: dict[Key, Counts] = {}
    columns = [*keys, *(f"{name}_sum" for name in MEASURES)]
    for power, borough, characteristic, value, *counts in _rows(sums, columns):
        both = [(characteristic, value)] if characteristic else [(WHOLE, ""), ("power", power)]
        _add(found, power, borough if by_borough else None, both, Counts(*counts))
    monthly = by_month.group_by(["month", "power"]).aggregate([(m, "sum") for m in MEASURES])
    columns = ["month", "power", *(f"{name}_sum" for name in MEASURES)]
    for month, power, *counts in _rows(monthly, columns):
        _add(found, power, None, [("month", f"{month:%Y-%m}")], Counts(*counts))
    return found


def _rows(table: pa.Table, columns: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in columns), strict=True)


def _add(
    found: dict[Key, Counts],
    power: str,
    borough: str | None,
    of: Sequence[tuple[str, str]],
    counts: Counts,
) -> None:
    """Add counts to every sum that they belong to."""
    apart = SECTION_60 if power == Power.SECTION_60 else OTHER_POWERS
    places = (WHOLE,) if borough is None else (WHOLE, borough)
    for characteristic, value in of:
        for place in places:
            for each in (WHOLE, apart):
                key = Key(place, each, characteristic, value)
                found[key] = found.get(key, Counts()).plus(counts)
