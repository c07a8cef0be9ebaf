"""Two periods of the violence picture set beside each other: the change, and what chance could."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.figures import NO_DATA
from rightplace.core.time import Month, months_between
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.app.service.picture import PublishedPicture
    from rightplace.evaluate.rate_ratio import RateRatio

LONGEST_MONTHS = 24
YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Two periods as an address asks for them; what it leaves out is None.

    Parameters
    ----------
    until
        Last month of the later period.
    months
        Length of both.
    against
        Last month of the earlier period.
    """

    until: Month | None = None
    months: int | None = None
    against: Month | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Periods:
    """Two periods of one length, none of whose months is in both.

    Parameters
    ----------
    months
        All months that are held, in order.
    after, before
        Shape (n,). Positions of the later and the earlier months, in order.
    """

    months: tuple[Month, ...]
    after: NDArray[np.int64]
    before: NDArray[np.int64]

    @property
    def until(self) -> Month:
        """Last month of the later period."""
        return self.months[int(self.after[-1])]

    @property
    def against(self) -> Month:
        """Last month of the earlier period."""
        return self.months[int(self.before[-1])]

    def days(self, at: NDArray[np.int64]) -> int:
        """Return the days of some months."""
        return sum(self.months[int(n)].days for n in at)

    @property
    def after_words(self) -> str:
        """The later period, as "June 2018" or "the 6 months to June 2018"."""
        return _period_words(self.until, len(self.after))

    @property
    def before_words(self) -> str:
        """The earlier period in the same words."""
        return _period_words(self.against, len(self.before))


def month_words(month: Month) -> str:
    """Return a month as "June 2018"."""
    return f"{month.first:%B %Y}"


def _period_words(last: Month, n: int) -> str:
    return month_words(last) if n == 1 else f"the {n} months to {month_words(last)}"


def periods_of(picture: PublishedPicture, asked: Asked) -> Periods:
    """Return the two periods asked for.

    Where nothing is said: the newest year of which something is known, or as long as two such
    periods fit, and the same months of the year before, or those just before.

    Parameters
    ----------
    picture
        Whose months they are.
    asked
        What the address says.

    Raises
    ------
    BadInputError
        If the picture does not hold them, they overlap or are too long.
    """
    months = picture.months
    seen = np.flatnonzero(picture.known.any(axis=0))
    first = months[int(seen[0]) if seen.size else 0]
    until = asked.until or months[int(seen[-1]) if seen.size else -1]
    n = asked.months
    if n is None:
        n = max(1, min(YEAR, (until.index - first.index + 1) // 2))
    against = asked.against
    if against is None:
        a_year_before = until.plus(-YEAR)
        fits = n <= YEAR and a_year_before.plus(1 - n).index >= first.index
        against = a_year_before if fits else until.plus(-n)
    wanted = [months_between(last.plus(1 - n), last) for last in (against, until)]
    lengths = 1 <= n <= LONGEST_MONTHS
    if not (lengths and set(wanted[0] + wanted[1]) <= set(months)) or against.plus(n) > until:
        msg = (
            f"The picture cannot set {n} months to {until} beside {n} months to {against}: it "
            f"holds {months[0]} to {months[-1]}, and the earlier must end before the later begins."
        )
        remedy = f"Choose periods of 1 to {LONGEST_MONTHS} months among those."
        raise BadInputError(msg, value=str(until), remedy=remedy)
    earlier, later = (np.array([months.index(m) for m in each], dtype=np.int64) for each in wanted)
    return Periods(months=months, after=later, before=earlier)


def known_boroughs(
    picture: PublishedPicture, periods: Periods, boroughs: Sequence[int]
) -> list[int]:
    """Return those of some boroughs that are known in every month of both periods."""
    both = np.concatenate([periods.before, periods.after])
    return [n for n in boroughs if picture.known[n, both].all()]


def dispersion_of(picture: PublishedPicture, periods: Periods) -> tuple[float, bool]:
    """Return how much more BCUs' months scatter than chance, and whether there are enough to tell.

    Pooled over all BCUs of the study area, domestic abuse among it, and never below 1.

    Parameters
    ----------
    picture, periods
        What is compared.
    """
    from rightplace.evaluate.rate_ratio import paired_dispersion

    squares, freedom = 0.0, 0
    for bcu in sorted(set(picture.bcu_of.values())):
        mine = [n for n, name in enumerate(picture.boroughs) if picture.bcu_of.get(name) == bcu]
        months = picture.by_month(known_boroughs(picture, periods, mine))
        found = paired_dispersion(months[periods.before], months[periods.after])
        squares, freedom = squares + found[0], freedom + found[1]
    return (max(1.0, squares / freedom), True) if freedom else (1.0, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A count in two periods, and the ratio of their rates.

    Parameters
    ----------
    ratio
        None where nothing was recorded in either period.
    """

    before: int
    after: int
    ratio: RateRatio | None

    @property
    def words(self) -> str:
        """The change with its interval, as "12 % fewer (20 % fewer to 3 % fewer)"."""
        if self.ratio is None:
            return "none in either"
        lo, hi = _percent(self.ratio.lo), _percent(self.ratio.hi)
        if math.isinf(self.ratio.value):
            return f"none before ({lo} at the least)"
        if self.after == 0:
            return f"none any more ({hi} at the most)"
        return f"{_percent(self.ratio.value)} ({lo} to {hi})"

    @property
    def verdict(self) -> str:
        """Whether chance alone could do it."""
        if self.ratio is None:
            return ""
        return "chance could do this" if self.ratio.chance_could else "more than chance"


def change_of(months: NDArray[np.int64], periods: Periods, *, dispersion: float) -> Change:
    """Return how counts changed from the earlier period to the later.

    Parameters
    ----------
    months
        Shape (n_months,). Counts of every month that is held.
    periods
        The two periods.
    dispersion
        From ``dispersion_of``.
    """
    from rightplace.evaluate.rate_ratio import rate_ratio

    before, after = (int(months[at].sum()) for at in (periods.before, periods.after))
    ratio = None
    if before + after:
        ratio = rate_ratio(
            before,
            after,
            exposure_before=periods.days(periods.before),
            exposure_after=periods.days(periods.after),
            dispersion=dispersion,
        )
    return Change(before=before, after=after, ratio=ratio)


def _percent(ratio: float) -> str:
    """Return a ratio as "12 % more"; beyond three times as much, as "4 times as many"."""
    if math.isinf(ratio):
        return "without limit"
    change = round(100 * (ratio - 1))
    if change == 0:
        return "no change"
    if ratio >= 3:  # noqa: PLR2004 - above it people count in times
        return f"{ratio:.0f} times as many"
    return f"{abs(change)} % {'more' if change > 0 else 'fewer'}"


def harm_change_words(before: float, after: float) -> str:
    """Return how harm changed; without an interval, since few heavy records move it."""
    if before == 0:
        return NO_DATA if after == 0 else "none before"
    change = round(100 * (after / before - 1))
    if change == 0:
        return "no change"
    return f"{abs(change)} % {'more' if change > 0 else 'less'}"
