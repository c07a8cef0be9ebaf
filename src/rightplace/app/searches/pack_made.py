"""What a pack counts: every table, what is withheld of it, and the slices that readers see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.app.searches.pack_counting import SECTION_60, WHOLE, Counts, Key, counted
from rightplace.app.searches.pack_periods import PackMonths
from rightplace.app.searches.pack_slice import BEFORE, NOW, SERIES, Slice
from rightplace.app.searches.pack_withholding import Figure, Sum, figures_of, sums_of, withheld
from rightplace.core.time import Month

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rightplace.app.searches.pack_slice import Span

HIDDEN_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("span", *Key._fields, "measure")]
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCounts:
    """Every count of a pack, and the figures that panels do not see.

    Parameters
    ----------
    months
        Which months each span is of.
    spans
        True counts by span.
    hidden
        Withheld figures.
    """

    months: PackMonths
    spans: Mapping[Span, Mapping[Key, Counts]]
    hidden: frozenset[Figure]

    def seen(self, *, place: str = WHOLE, power: str = WHOLE, least_for_rate: int = 50) -> Slice:
        """Return what a panel sees."""
        return Slice(
            months=self.months,
            counts=self.spans,
            hidden=self.hidden,
            place=place,
            power=power,
            least_for_rate=least_for_rate,
        )


def spans_of(cube: pa.Table, months: PackMonths) -> dict[Span, dict[Key, Counts]]:
    """Return true counts of each span of months."""
    return {
        NOW: counted(cube, months.period),
        BEFORE: counted(cube, months.before),
        SERIES: counted(cube, months.series, by_borough=False),
    }


def pack_counts(cube: pa.Table, months: PackMonths, *, smallest: int) -> PackCounts:
    """Return every count of a pack, and what is withheld of them.

    Parameters
    ----------
    cube
        From ``cube_of``.
    months
        The months of the pack.
    smallest
        The smallest count above 0 that panels see.
    """
    spans = spans_of(cube, months)
    figures: dict[Figure, int] = {}
    sums: list[Sum] = []
    for span in (NOW, BEFORE):
        told = {key: n for key, n in spans[span].items() if key.characteristic != "month"}
        figures |= figures_of(span, told)
        sums += sums_of(span, told)
    monthly = {key: n for key, n in spans[SERIES].items() if key.characteristic == "month"}
    figures |= {Figure(SERIES, key, "searches"): n.searches for key, n in monthly.items()}
    sums += _sums_of_months(months, monthly)
    return PackCounts(
        months=months,
        spans=spans,
        hidden=frozenset(withheld(figures, sums, smallest=smallest)),
    )


def _sums_of_months(months: PackMonths, monthly: Mapping[Key, Counts]) -> Iterator[Sum]:
    """Yield how months add up to their span, and powers to a month."""
    for span, of in ((NOW, months.period), (BEFORE, months.before)):
        for power in (WHOLE, SECTION_60, "other powers"):
            parts = tuple(
                Figure(SERIES, Key(WHOLE, power, "month", str(m)), "searches") for m in of
            )
            if parts:
                yield Sum(Figure(span, Key(WHOLE, power, WHOLE, ""), "searches"), parts)
    for key in monthly:
        if key.power == WHOLE:
            halves = (key._replace(power=power) for power in (SECTION_60, "other powers"))
            parts = tuple(Figure(SERIES, half, "searches") for half in halves)
            yield Sum(Figure(SERIES, key, "searches"), parts)


def hidden_table(counts: PackCounts) -> pa.Table:
    """Return the withheld figures as a table of the run, in order."""
    rows = sorted((f.span, *f.key, f.measure) for f in counts.hidden)
    columns = list(zip(*rows, strict=True)) or [()] * len(HIDDEN_SCHEMA)
    arrays = [pa.array(list(column), pa.string()) for column in columns]
    return pa.table(arrays, schema=HIDDEN_SCHEMA)


def read_hidden(table: pa.Table) -> frozenset[Figure]:
    """Return the withheld figures of a run's table."""
    rows = zip(*(table[name].to_pylist() for name in HIDDEN_SCHEMA.names), strict=True)
    return frozenset(Figure(span, Key(*key), measure) for span, *key, measure in rows)


def months_of(result: Mapping[str, Any]) -> PackMonths:
    """Return the months of a kept pack."""
    first, last = (Month.parse(result[name]) for name in ("first_month", "last_month"))
    before = result["before"]
    series = [Month.parse(row[0]) for row in result["months"]]
    return PackMonths(
        period=_span(first, last),
        before=_span(*(Month.parse(each) for each in before)) if before else (),
        series=tuple(series),
        absent=tuple(Month.parse(row[0]) for row in result["months"] if row[1] is None),
    )


def _span(first: Month, last: Month) -> tuple[Month, ...]:
    from rightplace.core.time import months_between

    return tuple(months_between(first, last))
