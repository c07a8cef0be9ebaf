"""Reporting delay: how much of a month is on file when it is young, learned from revisions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.core.time import Month
    from rightplace.crime.revisions import Revision

# Fewer months do not show how much months differ, and fewer records show next to nothing.
ENOUGH_MONTHS = 3
ENOUGH_RECORDS = 30
INTERVAL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Share of the records of a month that were on file when it was so many months old.

    Complete means: as the newest release held has it. What comes later still is not known.

    Parameters
    ----------
    population
        Whose records they are.
    offence
        Their class; None for all classes of the question together.
    from_age_months, to_age_months
        Ages at release, both included: months from the month of the records to the release's.
    months
        Months compared, each with its newest release in an older band of ages.
    then, now
        Their records in the earlier releases and in the newest.
    share
        Of ``now``, 0 to 1: records withdrawn since count as if they were never late.
    lo95, hi95
        95 % interval, widened by as much as months differ beyond chance.
    """

    population: str
    offence: str | None
    from_age_months: int
    to_age_months: int
    months: int
    then: int
    now: int
    share: float
    lo95: float
    hi95: float


def age_band(age_months: int) -> tuple[int, int]:
    """Return the first and last age that are pooled with an age: 1, 2 to 3, 4 to 7, 8 to 15...

    Raises
    ------
    BadInputError
        If the age is not 1 or more: a month that was still running has no completeness.
    """
    if age_months < 1:
        msg = f"A release {age_months} months after its month cannot hold all of it."
        raise BadInputError(msg, value=age_months, remedy="Leave out months still running.")
    first = 1 << (age_months.bit_length() - 1)
    return first, 2 * first - 1


def completeness(
    revisions: Sequence[Revision], *, offences: Sequence[str]
) -> tuple[Completeness, ...]:
    """Return what was learned of each population: by band of ages, together and by class.

    A class that one release holds and the other does not is left out of it: it was not
    published, which is no delay. What rests on less than ``ENOUGH_MONTHS`` months or
    ``ENOUGH_RECORDS`` records is not learned.

    Parameters
    ----------
    revisions
        Months of which two releases are held.
    offences
        Classes of the question; others are not looked at.
    """
    groups: dict[tuple[str, tuple[int, int], str], list[Revision]] = defaultdict(list)
    for each in _first_in_each_band(revisions):
        if each.offence in offences and each.is_published:
            band = age_band(each.age_months)
            groups[each.population, band, ""].append(each)
            groups[each.population, band, each.offence].append(each)
    learned = [
        _learned(population, offence or None, band, of_band)
        for (population, band, offence), of_band in sorted(groups.items())
    ]
    return tuple(each for each in learned if each is not None)


def _first_in_each_band(revisions: Sequence[Revision]) -> list[Revision]:
    """Return the youngest release of each month and band: several would count it several times.

    Only months whose newest release is of an older band are taken, so that there is a later.
    """
    ages: dict[tuple[str, Month, tuple[int, int]], int] = {}
    for each in revisions:
        key = (each.population, each.month, age_band(each.age_months))
        ages[key] = min(each.age_months, ages.get(key, each.age_months))
    return [
        each
        for each in revisions
        if each.newest_age_months > (band := age_band(each.age_months))[1]
        and each.age_months == ages[each.population, each.month, band]
    ]


def _learned(
    population: str, offence: str | None, band: tuple[int, int], revisions: Sequence[Revision]
) -> Completeness | None:
    """Return the completeness of one band, or None where there is too little to learn from."""
    months = sorted({r.month for r in revisions})
    # Classes of a month are added up.
    then, now = (
        np.array([sum(getattr(r, name) for r in revisions if r.month == m) for m in months])
        for name in ("then", "now")
    )
    if len(months) < ENOUGH_MONTHS or now.sum() < ENOUGH_RECORDS:
        return None
    low, high = share_interval(then, now)
    return Completeness(
        population=population,
        offence=offence,
        from_age_months=band[0],
        to_age_months=band[1],
        months=len(months),
        then=int(then.sum()),
        now=int(now.sum()),
        share=min(1.0, float(then.sum() / now.sum())),
        lo95=low,
        hi95=high,
    )


def share_interval(then: NDArray[np.int64], now: NDArray[np.int64]) -> tuple[float, float]:
    """Return the 95 % interval of a share pooled over months that may differ beyond chance.

    Parameters
    ----------
    then, now
        Shape (n_months,). Records on file early, and of the same months in the end.

    Returns
    -------
    tuple of float
        Jeffreys' interval for a binomial share, on counts divided by the quasi-binomial
        dispersion (McCullagh and Nelder 1989, section 4.5), which is never taken below 1.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy

    in_all = float(now.sum())
    on_file = min(float(then.sum()), in_all)
    share = on_file / in_all
    dispersion = 1.0
    if 0 < share < 1 and now.size > 1:
        held = now > 0
        expected = share * now[held]
        pearson = ((then[held] - expected) ** 2 / (expected * (1 - share))).sum()
        dispersion = max(1.0, float(pearson / (held.sum() - 1)))
    a, b = 0.5 + on_file / dispersion, 0.5 + (in_all - on_file) / dispersion
    tail = (1 - INTERVAL) / 2
    low = 0.0 if on_file == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if on_file == in_all else float(betaincinv(a, b, 1 - tail))
    return low, high


def share_at(
    learned: Sequence[Completeness], population: str, age_months: int, *, records: Dict[str, int]
) -> float | None:
    """Return the share of a population's records on file at an age, None where it is unknown.

    Parameters
    ----------
    learned
        From ``completeness``.
    population
        Whose records; those of another never stand for them.
    age_months
        Months from the month of the records to the release that stands.
    records
        The population's records by class, by which classes are weighed; a class of which too
        little is known takes the share of all classes together.
    """
    if age_months < 1:
        return None
    band = age_band(age_months)
    of_band = {
        each.offence: each.share
        for each in learned
        if each.population == population and (each.from_age_months, each.to_age_months) == band
    }
    together = of_band.get(None)
    if together is None:
        return None
    total = sum(records.values())
    weighed = sum(n * of_band.get(offence, together) for offence, n in records.items())
    share = weighed / total if total else together
    return share or None  # nothing on file at that age says nothing of the rest


def days_on_file(
    days: NDArray[np.float64], shares: NDArray[np.float64], mix: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the days of each period times the share of its records that are on file.

    So a rate per day is not too low because the newest records are still to come.

    Parameters
    ----------
    days
        Shape (n_periods,). Days that each period lasted.
    shares
        Shape (n_populations, n_periods). Share on file, above 0 to 1; 1 where it is unknown.
    mix
        Shape (n_cells, n_populations). Each population's part of a cell's records; rows sum to 1.

    Returns
    -------
    ndarray
        Shape (n_cells, n_periods), or (n_periods,) where it is the same in all cells.
    """
    if len(shares) == 1:
        return np.asarray(days * shares[0])
    return np.asarray(days * (mix @ shares))
