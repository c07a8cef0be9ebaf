"""Which months a source holds, and which it only seems to hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

from rightplace.core.time import Month, months_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis

    from rightplace.engines.engine import Engine

# A month with less than a quarter of the rows around it is a stub, not a fall (quirk 28) ...
STUB_SHARE = 0.25
# ... if chance hardly makes it so low: Chicago's homicides halve in some Februaries.
STUB_DEVIATIONS = 5.0
AROUND = 6
# A category is missed only where the months around have at least so many rows of it.
MISSED_FROM = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What one population holds, month by month."""

    population: str
    rows_by_month: dict[Month, int]
    without_place: int
    unknown_setting: int | None
    missing_categories: tuple[tuple[Month, str], ...]

    @property
    def first(self) -> Month:
        """The first month with rows."""
        return min(self.rows_by_month)

    @property
    def last(self) -> Month:
        """The last month with rows."""
        return max(self.rows_by_month)

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.rows_by_month.values())

    @property
    def gaps(self) -> list[Month]:
        """Months between the first and the last without a row."""
        return [m for m in months_between(self.first, self.last) if m not in self.rows_by_month]

    @property
    def stubs(self) -> list[Month]:
        """Months with less than a quarter of the rows of those around them."""
        return stub_months(self.rows_by_month)

    @property
    def without_place_share(self) -> float:
        """Share of rows without a point, 0 to 1."""
        return self.without_place / self.rows

    @property
    def unknown_setting_share(self) -> float | None:
        """Share of rows whose setting is unknown, 0 to 1; None where the kind has none."""
        return None if self.unknown_setting is None else self.unknown_setting / self.rows


def stub_months(rows_by_month: dict[Month, int]) -> list[Month]:
    """Return the months with less than a quarter of the median of six months on either side.

    Series of rare events are left alone: a month is a stub only where the months around it
    hold 30 rows or more, and where it lies five standard deviations of a Poisson count below
    their median.
    """
    months = sorted(rows_by_month)
    stubs = []
    for place, month in enumerate(months):
        around = [
            rows_by_month[m]
            for m in months[max(0, place - AROUND) : place + AROUND + 1]
            if m != month
        ]
        usual = median(around) if around else 0
        beyond_chance = usual - rows_by_month[month] > STUB_DEVIATIONS * sqrt(usual)
        if usual >= MISSED_FROM and rows_by_month[month] < STUB_SHARE * usual and beyond_chance:
            stubs.append(month)
    return stubs


def missing_categories(counts: Mapping[tuple[Month, str], int]) -> tuple[tuple[Month, str], ...]:
    """Return (month, category) where a month that is held lacks a category usual around it.

    Usual means: the nearest months before and after that have it are at most six months away
    and hold 30 rows of it or more.
    """
    months = sorted({month for month, _ in counts})
    missing = []
    for category in sorted({category for _, category in counts}):
        having = [m for m in months if counts.get((m, category), 0)]
        for before, after in pairwise(having):
            usual = min(counts[before, category], counts[after, category]) >= MISSED_FROM
            missing += [
                (month, category)
                for month in months
                if usual and before < month < after
                if month.index - before.index <= AROUND and after.index - month.index <= AROUND
            ]
    return tuple(sorted(missing))


def coverage(engine: Engine, rows: ibis.Table) -> list[Coverage]:
    """Return what each population among some standing rows holds, in order of name."""
    has_setting = "setting" in rows.columns
    if "recorded" in rows.columns:
        # Offences that the publisher counted: as many rows as were recorded, none without place
        # but those kept apart.
        n, without = rows.recorded.sum(), rows.recorded.sum(where=rows.apart).coalesce(0)
    else:
        n = rows.count()
        without = rows.count(where=rows.lon.isnull()) if "lon" in rows.columns else 0
    keys = ["population", "month", *(["category"] if "category" in rows.columns else [])]
    counts = engine.run(
        rows.group_by(keys).agg(
            n=n,
            without=without,
            unknown=rows.count(where=rows.setting == "unknown") if has_setting else 0,
        )
    ).to_pylist()
    by_population: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in counts:
        by_population[row["population"]].append(row)
    return [
        _coverage_of(population, by_population[population], has_setting=has_setting)
        for population in sorted(by_population)
    ]


def _coverage_of(population: str, rows: list[dict[str, Any]], *, has_setting: bool) -> Coverage:
    by_month: dict[Month, int] = defaultdict(int)
    by_category: dict[tuple[Month, str], int] = defaultdict(int)
    for row in rows:
        month = Month.of(row["month"])
        by_month[month] += row["n"]
        if "category" in row:
            by_category[month, str(row["category"])] += row["n"]
    unknown = sum(row["unknown"] for row in rows)
    return Coverage(
        population=population,
        rows_by_month=dict(by_month),
        without_place=sum(row["without"] for row in rows),
        unknown_setting=unknown if has_setting else None,
        missing_categories=missing_categories(by_category),
    )
