"""How cases come, learnt from months of homicide victims: mean, spread, several victims, trend.

A count of cases a month and no more: nothing here is about who kills or is killed, and the trend
is told, not carried on into the future.
"""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaincc, gammaincinv, ndtri

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.investigation.unit import MONTH_DAYS, Arrivals
from rightplace.errors import BadInputError, UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.crime.homicides import Homicide

MONTHS_A_YEAR: Final = 12
LEAST_MONTHS: Final = 12
"""Fewer months than a year say too little of the spread between months."""
CONFIDENCE: Final = 0.95
LEAST_CASES: Final = 12
"""One a month over a year: fewer say too little of anything."""
_CLOSE: Final = 1e-10
_MOST_STEPS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with the ends of its 95 % interval."""

    estimate: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMonths:
    """Cases and victims by month, without a gap.

    Parameters
    ----------
    months
        First days of the months, one after the other.
    cases, victims
        Shape (n_months,). How many in each.
    sizes
        Victims of each case of the months.
    solved
        Cases that were solved when the file was published.
    """

    months: tuple[date, ...]
    cases: NDArray[np.int64]
    victims: NDArray[np.int64]
    sizes: tuple[int, ...]
    solved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What months of cases say about how cases come.

    Parameters
    ----------
    arrivals
        For a unit; its dispersion is never below 1.
    first, last
        First days of the first and last month.
    months, cases, victims
        How many.
    a_month
        Cases in a mean month, with an interval that is as wide as the spread between months asks.
    variance_over_mean
        As measured, below 1 too.
    dispersion_p
        Chance of so much spread or more if cases came one by one without any (Poisson).
    trend_a_year
        Change of the rate from year to year as a share, over these months alone.
    most_victims
        Of one case.
    several
        Cases of more than one victim; a lower bound (see ``cases_by_month``).
    solved_share
        Share of cases that were solved when the file was published.
    whole_years
        Whether the months are whole calendar years.
    """

    arrivals: Arrivals
    first: date
    last: date
    months: int
    cases: int
    victims: int
    a_month: Interval
    variance_over_mean: float
    dispersion_p: float
    trend_a_year: Interval
    most_victims: int
    several: int
    solved_share: float
    whole_years: bool


def cases_by_month(
    homicides: Sequence[Homicide],
    *,
    months: int,
    last: date | None,
    boroughs: Sequence[str] = (),
) -> CaseMonths:
    """Return the cases of the newest months, each month with its number.

    Rows that are alike in every column of one month and borough are one case of several victims.
    That is a lower bound: victims of one case who differ in age or sex are not told from those
    of two cases; and two cases that are alike in all columns would be taken for one.

    Parameters
    ----------
    homicides
        Rows of the file.
    months
        How many months are asked for, 12 or more.
    last
        First day of the last month; the newest in the file where None.
    boroughs
        Only cases of these; of all where empty. A month that has rows of other boroughs only is a
        month without a case here.

    Raises
    ------
    BadInputError
        If a month between has no row: nobody can tell none from not delivered. If the file has no
        such borough.
    UnsupportedByDataError
        If fewer months are asked for than can be judged, or more than the file holds.
    """
    held = {each.month for each in homicides}
    newest = max(held) if last is None else last
    wanted = _months_to(newest, months)
    if months < LEAST_MONTHS or wanted[0] < min(held) or newest > max(held):
        msg = (
            f"{months} months to {newest:%B %Y} are asked for; the file holds "
            f"{min(held):%B %Y} to {max(held):%B %Y}."
        )
        remedy = f"Ask for {LEAST_MONTHS} months or more that lie within it."
        raise UnsupportedByDataError(msg, value=months, remedy=remedy)
    gaps = [month for month in wanted if month not in held]
    if gaps:
        absent = ", ".join(f"{month:%b-%y}" for month in gaps[:MONTHS_A_YEAR])
        msg = f"No row for {absent}: a month without homicides cannot be told from a missing one."
        remedy = "Get the missing months; where there were none, add a row with Count of Victims 0."
        raise BadInputError(msg, value=f"{gaps[0]:%b-%y}", remedy=remedy)
    named = {each.borough for each in homicides}
    for borough in boroughs:
        if borough not in named:
            msg = f"The file has no borough {borough!r}."
            raise BadInputError(msg, value=borough, remedy=did_you_mean(borough, named))
    kept = [each for each in homicides if not boroughs or each.borough in boroughs]
    return _counted(kept, wanted)


def _months_to(last: date, months: int) -> tuple[date, ...]:
    end = last.year * MONTHS_A_YEAR + last.month - 1
    return tuple(
        date(index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1, 1)
        for index in range(end - months + 1, end + 1)
    )


def _counted(homicides: Sequence[Homicide], months: tuple[date, ...]) -> CaseMonths:
    window = set(months)
    within = [each for each in homicides if each.month in window and each.victims]
    sizes: Counter[int] = Counter()
    for each in within:
        sizes[each.case] += each.victims
    firsts = {each.case: each for each in within}
    cases = Counter(each.month for each in firsts.values())
    victims: Counter[date] = Counter()
    for each in within:
        victims[each.month] += each.victims
    return CaseMonths(
        months=months,
        cases=np.array([cases[month] for month in months], dtype=np.int64),
        victims=np.array([victims[month] for month in months], dtype=np.int64),
        sizes=tuple(sizes.values()),
        solved=sum(each.solved for each in firsts.values()),
    )


def learn(found: CaseMonths, *, origin: str) -> Learnt:
    """Return how cases come, from their months.

    Parameters
    ----------
    found
        Cases by month.
    origin
        Where the months come from, for the arrivals of a unit.

    Raises
    ------
    UnsupportedByDataError
        If there are fewer cases than can be judged, or all are of one month.
    """
    total, days = int(found.cases.sum()), _days(found.months)
    if total < LEAST_CASES or np.count_nonzero(found.cases) == 1:
        msg = f"{total} cases in {len(found.months)} months are too few to learn how they come."
        remedy = f"Ask for months with {LEAST_CASES} cases or more, or give the arrivals yourself."
        raise UnsupportedByDataError(msg, value=total, remedy=remedy)
    spread, chance = _spread(found.cases, days)
    dispersion = max(1.0, spread)
    a_month = _rate(total, float(days.sum()), dispersion)
    several = Counter(found.sizes)
    shares = tuple(several[n] / len(found.sizes) for n in range(1, max(several) + 1))
    arrivals = Arrivals(
        a_month=a_month.estimate, dispersion=dispersion, victims=shares, origin=origin
    )
    first, last = found.months[0], found.months[-1]
    return Learnt(
        arrivals=arrivals,
        first=first,
        last=last,
        months=len(found.months),
        cases=total,
        victims=int(found.victims.sum()),
        a_month=a_month,
        variance_over_mean=spread,
        dispersion_p=chance,
        trend_a_year=_trend(found.cases, days, dispersion),
        most_victims=max(several),
        several=sum(number for size, number in several.items() if size > 1),
        solved_share=found.solved / total,
        whole_years=first.month == 1 and last.month == MONTHS_A_YEAR,
    )


def _days(months: tuple[date, ...]) -> NDArray[np.float64]:
    return np.array([calendar.monthrange(m.year, m.month)[1] for m in months], dtype=np.float64)


def _spread(cases: NDArray[np.int64], days: NDArray[np.float64]) -> tuple[float, float]:
    """Return variance over mean, months weighed by their days, and its chance under Poisson.

    Pearson's statistic over its degrees of freedom (McCullagh and Nelder 1989, 6.2.3).
    """
    expected = cases.sum() * days / days.sum()
    statistic = float(((cases - expected) ** 2 / expected).sum())
    freedom = cases.size - 1
    return statistic / freedom, float(gammaincc(freedom / 2, statistic / 2))


def _rate(total: int, days: float, dispersion: float) -> Interval:
    """Return cases in a mean month; exact for Poisson (Garwood 1936), wider where dispersed.

    A count of variance ``dispersion`` times its mean carries as much as one that is smaller by
    that factor and Poisson.
    """
    tail, effective = (1 - CONFIDENCE) / 2, total / dispersion
    scale = dispersion * MONTH_DAYS / days
    return Interval(
        estimate=total * MONTH_DAYS / days,
        lo=float(gammaincinv(effective, tail)) * scale,
        hi=float(gammaincinv(effective + 1, 1 - tail)) * scale,
    )


def _trend(cases: NDArray[np.int64], days: NDArray[np.float64], dispersion: float) -> Interval:
    """Return the change of the rate a year as a share, by a log-linear fit on the months.

    log rate = level + slope t, fitted by Newton's steps; the slope's error is widened by the
    root of the dispersion.
    """
    years = (np.cumsum(days) - days / 2) / (MONTH_DAYS * MONTHS_A_YEAR)
    design = np.column_stack([np.ones_like(years), years - years.mean()])
    beta = np.array([np.log(cases.sum() / days.sum()), 0.0])
    for _ in range(_MOST_STEPS):
        mean = days * np.exp(design @ beta)
        information = design.T @ (mean[:, None] * design)
        step = np.linalg.solve(information, design.T @ (cases - mean)).clip(-1, 1)
        beta += step
        if np.abs(step).max() < _CLOSE:
            break
    error = np.sqrt(dispersion * np.linalg.inv(information)[1, 1])
    half = float(ndtri((1 + CONFIDENCE) / 2)) * float(error)
    slope = float(beta[1])
    return Interval(
        estimate=float(np.expm1(slope)),
        lo=float(np.expm1(slope - half)),
        hi=float(np.expm1(slope + half)),
    )
