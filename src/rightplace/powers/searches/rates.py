"""Find rates with their intervals, by any grouping; or the reason why there is none.

A rate is a value with its interval, or it says why it is none: the file does not record what it
needs, or too few searches were made. It is never 0 for want of a column and never a stand-in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from rightplace.errors import BadInputError, UsageError
from rightplace.powers.searches.measures import MEASURES, PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rightplace.powers.searches.measures import Measure

ZONE = "Europe/London"
NORMAL_975 = 1.959963984540054
"""The 0.975 quantile of the normal distribution."""
NOT_RECORDED = "not recorded"
NO_PLACE = "no place"
GROUPINGS = (
    "month",
    "force",
    "power",
    "object",
    "type",
    "borough",
    "age",
    "sex",
    "self_defined",
    "officer_defined",
    "hour",
)
"""By what searches can be grouped; ``not given`` and ``not recorded`` are groups of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Counts of one measure over some searches; they add up over groups.

    Parameters
    ----------
    scope
        Searches of which the measure speaks.
    of
        The denominator; within ``scope``.
    found
        Searches in which it is so; within ``of``.
    unknown
        Searches of which nobody knows; within ``scope``.
    recorded
        Searches whose force records that at all; within ``scope``.
    """

    scope: int
    of: int
    found: int
    unknown: int
    recorded: int

    def __post_init__(self) -> None:
        """Check that the counts lie within each other.

        Raises
        ------
        BadInputError
            If they do not.
        """
        chain = 0 <= self.found <= self.of <= self.scope
        if not chain or any(not 0 <= n <= self.scope for n in (self.unknown, self.recorded)):
            msg = f"These counts do not lie within each other: {self}."
            raise BadInputError(msg)

    def plus(self, other: Counted) -> Counted:
        """Return the counts of both together."""
        return Counted(**{part: getattr(self, part) + getattr(other, part) for part in PARTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some searches, counted.

    Parameters
    ----------
    key
        What they share, by the name of the grouping; empty for all together.
    searches
        How many they are, 1 or more.
    counted
        The counts of each measure, by its name.
    """

    key: Mapping[str, str]
    searches: int
    counted: Mapping[str, Counted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One measure of some searches: a value with its interval, or the reason why there is none.

    Parameters
    ----------
    measure
        Name of the measure.
    value
        Share, 0 to 1; None where it is not computable or not shown.
    lo95, hi95
        Ends of the Wilson score interval, 0 to 1; None with ``value``.
    found
        Searches in which it is so; None where that is not computable.
    of
        The denominator.
    unknown
        Searches in scope of which nobody knows.
    unknown_share
        Their share of the searches in scope, 0 to 1; None where none is in scope.
    reason
        Why there is no value; None where there is one.
    """

    measure: str
    value: float | None
    lo95: float | None
    hi95: float | None
    found: int | None
    of: int
    unknown: int
    unknown_share: float | None
    reason: str | None


def wilson(found: int, of: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share, both ends 0 to 1; it holds the share.

    Parameters
    ----------
    found
        Successes, 0 to ``of``.
    of
        Trials, 1 or more.

    Raises
    ------
    BadInputError
        If the counts are none.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212; recommended for
    all counts by Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133.
    """
    if not 0 <= found <= of or of == 0:
        msg = f"{found} of {of} is no share."
        raise BadInputError(msg, value=f"{found}/{of}")
    share, square = found / of, NORMAL_975**2
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = (
        NORMAL_975 * math.sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    )
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def rate(measure: Measure, counted: Counted, *, least: int) -> Rate:
    """Return a measure of some searches.

    Parameters
    ----------
    measure
        Which.
    counted
        Its counts.
    least
        Fewest searches of which a rate is shown (the issue: 50).
    """
    reason = None
    if not counted.scope:
        reason = f"none of these searches is one of which it speaks: {measure.definition}"
    elif not counted.of and counted.recorded:
        reason = f"of none of these searches is it known: {measure.definition}"
    elif not counted.of:
        reason = f"not computable from this file: it {measure.missing}"
    elif counted.of < least:
        reason = f"of {counted.of} searches: no rate is given of fewer than {least}"
    low, high = (None, None) if reason else wilson(counted.found, counted.of)
    return Rate(
        measure=measure.name,
        value=None if reason else counted.found / counted.of,
        lo95=low,
        hi95=high,
        found=counted.found if counted.of else None,
        of=counted.of,
        unknown=counted.unknown,
        unknown_share=counted.unknown / counted.scope if counted.scope else None,
        reason=reason,
    )


def rates(group: Group, *, least: int) -> tuple[Rate, ...]:
    """Return every measure of a group, the four find rates first."""
    return tuple(rate(each, group.counted[each.name], least=least) for each in MEASURES)


def count_searches(table: pa.Table, by: Sequence[str] = ()) -> list[Group]:
    """Return the searches counted by group, in order of the keys; one group without ``by``.

    Parameters
    ----------
    table
        Columns of ``columns.SCHEMA``.
    by
        Names of ``GROUPINGS``. Hours are of the London clock, and of searches with a time only;
        months likewise. What a force did not record is the group ``not recorded``, what nobody
        stated ``not stated`` or ``not given``, a search without a place ``no place``.

    Raises
    ------
    UsageError
        If something is no grouping, or named twice.
    """
    wrong = [name for name in by if name not in GROUPINGS]
    if wrong or len(set(by)) < len(by):
        msg = f"Searches cannot be grouped by {', '.join(by)}."
        remedy = f"Name each of these once at most: {', '.join(GROUPINGS)}."
        raise UsageError(msg, value=(wrong or by)[0], remedy=remedy)
    columns = {name: _grouping(table, name) for name in by} | _flags(table)
    counts = [name for name in columns if name not in by]
    sums = pa.table(columns).group_by(list(by)).aggregate([(name, "sum") for name in counts])
    if by:
        sums = sums.sort_by([(name, "ascending") for name in by])
    return [_group(row, by) for row in sums.to_pylist() if row["searches_sum"]]


def _flags(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Return the flags of every measure as 0 or 1, and 1 for each search."""
    found = {"searches": pc.is_valid(table["row_number"])}
    for measure in MEASURES:
        flags = measure.flags(table)
        found |= {f"{measure.name}/{part}": getattr(flags, part) for part in PARTS}
    return {name: pc.cast(mask, pa.int64()) for name, mask in found.items()}


def _group(row: Mapping[str, object], by: Sequence[str]) -> Group:
    def n(name: str) -> int:
        return int(str(row[f"{name}_sum"] or 0))

    return Group(
        key={name: str(row[name]) for name in by},
        searches=n("searches"),
        counted={
            each.name: Counted(**{part: n(f"{each.name}/{part}") for part in PARTS})
            for each in MEASURES
        },
    )


def _grouping(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Return the group of each search as text."""
    if name == "month":
        return pc.strftime(table["month"], "%Y-%m")
    if name == "hour":
        return _hours(table)
    missing = NO_PLACE if name == "borough" else NOT_RECORDED
    return pc.fill_null(table[name], missing)


def _hours(table: pa.Table) -> pa.ChunkedArray:
    """Return the hour of the London clock as two digits, of searches that have a time."""
    local = table["started_at"].cast(pa.timestamp("us", tz=ZONE))
    hours = pc.strftime(local, "%H")
    timed = pc.fill_null(table["has_time"], fill_value=False)
    return pc.if_else(timed, hours, NOT_RECORDED)


def together(groups: Iterable[Group]) -> Group:
    """Return groups as one; sums over groups are those of all their searches.

    Raises
    ------
    UsageError
        If there is none.
    """
    given = list(groups)
    if not given:
        msg = "No group of searches to put together."
        raise UsageError(msg)
    counted = dict(given[0].counted)
    for group in given[1:]:
        counted = {name: each.plus(group.counted[name]) for name, each in counted.items()}
    return Group(key={}, searches=sum(g.searches for g in given), counted=counted)
