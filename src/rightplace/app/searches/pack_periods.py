"""Which months a pack is of: a quarter, the same months a year before, and all from there on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.core.time import Month, months_between
from rightplace.errors import NotHeldError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

QUARTER = 3
YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMonths:
    """The months of a pack.

    Parameters
    ----------
    period
        The months that the pack is of, in order, without a gap; some may be absent.
    before
        The same months a year earlier where all of them are held and none is in the period;
        else empty.
    series
        Every month from a year before the period to its end, from the first one held.
    absent
        Those of the series of which no search is held: no data, which is not 0.
    """

    period: tuple[Month, ...]
    before: tuple[Month, ...]
    series: tuple[Month, ...]
    absent: tuple[Month, ...] = ()

    @property
    def held(self) -> tuple[Month, ...]:
        """The months of the period of which searches are held."""
        return tuple(month for month in self.period if month not in self.absent)

    @property
    def span(self) -> str:
        """The period from end to end, as ``December 2018 to February 2019``."""
        return span_words(self.period)

    @property
    def words(self) -> str:
        """The period, with how many of its months are held where not all are."""
        n, of = len(self.held), len(self.period)
        return self.span if n == of else f"{self.span} ({n} of {of} months held)"

    @property
    def why_alone(self) -> str:
        """Why there are no months to compare with; empty where there are."""
        if self.before:
            return ""
        if len(self.period) > YEAR:
            return "a period longer than a year is set against none before it"
        if len(self.held) < len(self.period):
            return "with months missing, the period is set against none before it"
        return "the same months a year before are not all held"

    @property
    def before_words(self) -> str:
        """The months it is compared with; empty where there are none."""
        return span_words(self.before)


def month_words(month: Month) -> str:
    """Return a month as ``August 2018``."""
    return f"{month.first:%B %Y}"


def span_words(months: Sequence[Month]) -> str:
    """Return a span of months in words; empty for none."""
    if not months:
        return ""
    first, last = months[0], months[-1]
    if first == last:
        return month_words(first)
    if first.year == last.year:
        return f"{first.first:%B} to {month_words(last)}"
    return f"{month_words(first)} to {month_words(last)}"


def pack_months(held: Iterable[Month], first: Month | None, last: Month | None) -> PackMonths:
    """Return the months of a pack, by default those of the newest quarter held in full.

    Parameters
    ----------
    held
        Months of which any search is held.
    first, last
        The period asked for; both or neither.

    Raises
    ------
    UsageError
        If one is given without the other, or the last comes before the first.
    NotHeldError
        If no month of the period is held, or no quarter is held in full.
    """
    months = set(held)
    if (first is None) != (last is None):
        msg = "A period needs its first and its last month."
        raise UsageError(msg, remedy="Give both --from and --to.")
    if first is None or last is None:
        first, last = _newest_quarter(months)
    if last < first:
        msg = f"The period ends in {last}, before it begins in {first}."
        raise UsageError(msg, value=str(last), remedy="Give --from and --to in order.")
    period = months_between(first, last)
    if not months.intersection(period):
        msg = f"No search of {span_words(period)} is held."
        remedy = "Take the missing files in (`rightplace ingest searches`), or name other months."
        raise NotHeldError(msg, value=str(first), remedy=remedy)
    a_year_before = [month.plus(-YEAR) for month in period]
    is_held = len(period) <= YEAR and months.issuperset([*a_year_before, *period])
    begins = max(first.plus(-YEAR), min(*months, first))
    series = months_between(begins, last)
    return PackMonths(
        period=tuple(period),
        before=tuple(a_year_before) if is_held else (),
        series=tuple(series),
        absent=tuple(month for month in series if month not in months),
    )


def _newest_quarter(months: set[Month]) -> tuple[Month, Month]:
    """Return the first and last month of the newest quarter of the calendar held in full.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    starts = sorted(month for month in months if (month.number - 1) % QUARTER == 0)
    for start in reversed(starts):
        if all(start.plus(n) in months for n in range(QUARTER)):
            return start, start.plus(QUARTER - 1)
    msg = "No quarter of searches is held in full."
    remedy = "Take the missing months in, or name the period with --from and --to."
    raise NotHeldError(msg, remedy=remedy)
