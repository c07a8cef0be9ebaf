"""How late records come to be held, and what that means for the newest periods of a history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core.time import Month
from rightplace.crime.revisions import months_released_again, release_of_month, revisions
from rightplace.forecast.delay import Completeness, completeness, days_on_file, share_at

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.crime.counting import Counts
    from rightplace.crime.holdings import Holdings
    from rightplace.forecast.history import History

ONE_RELEASE = "Reporting delay: unknown; one release of each month is held."
# A period that is nearly complete is as good as complete, and not worth a sentence.
COMPLETE = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungPeriod:
    """A period whose days were shortened, since part of its records is still to come.

    Parameters
    ----------
    population
        Whose records they are.
    ends
        Its last day.
    age_months
        Months from then to the release that stands.
    share
        Share of its records that are on file.
    """

    population: str
    ends: str
    age_months: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingDelay:
    """How much of a month is on file while it is young, and what was made of it.

    Parameters
    ----------
    known
        Whether what was learned covers the newest period used, of every population.
    completeness
        What was learned, by band of ages at release.
    from_releases
        Declared releases that were compared; 0 where no month is held twice.
    shortened
        Periods whose exposure was shortened by what was learned, oldest first.
    sentence
        The same in words.
    """

    known: bool
    completeness: tuple[Completeness, ...]
    from_releases: int
    shortened: tuple[YoungPeriod, ...]
    sentence: str


UNKNOWN = ReportingDelay(
    known=False, completeness=(), from_releases=0, shortened=(), sentence=ONE_RELEASE
)


def with_delay(
    workspace: Workspace, held: Holdings, *, until: date, demand: Counts, history: History
) -> tuple[History, ReportingDelay]:
    """Return the history with young periods' days shortened by what is learned, and that.

    Parameters
    ----------
    workspace
        Where the releases are.
    held
        What may be known; later releases are not in it.
    until
        The last day whose events may be used.
    demand
        The records that the history counts.
    history
        Their counts by cell and period, with whole days as exposure.
    """
    again = months_released_again(held)
    if not again:
        return history, UNKNOWN
    releases = {release for of_month in again.values() for release in of_month}
    found = revisions(workspace.engine, workspace.store, held, until=until)
    learned = completeness(found, offences=np.unique(demand.offence).tolist())
    shares, shortened = _shares(learned, held, demand, history)
    if shortened:
        exposure = days_on_file(history.exposure, shares, _mix(demand, history.n_cells))
        history = replace(history, exposure=exposure)
    unknown = _unknown_when_newest(learned, held, demand, history)
    delay = ReportingDelay(
        known=bool(learned) and not unknown,
        completeness=learned,
        from_releases=len(releases),
        shortened=shortened,
        sentence=_sentence(learned, shortened, unknown),
    )
    return history, delay


def _shares(
    learned: tuple[Completeness, ...], held: Holdings, demand: Counts, history: History
) -> tuple[NDArray[np.float64], tuple[YoungPeriod, ...]]:
    """Return the share on file, (n_populations, n_periods), and the periods where it is not 1."""
    standing = release_of_month(held)
    populations = np.unique(demand.population).tolist()
    shares = np.ones((len(populations), history.n_periods))
    shortened = []
    last_days = (history.period_ends - np.timedelta64(1, "D")).tolist()
    for row, population in enumerate(populations):
        records = _by_class(demand.where(demand.population == population))
        for period, last_day in enumerate(last_days):
            month = Month.of(last_day)
            release = standing.get((population, str(month)))
            if release is None or not history.observed[:, period].any():
                continue
            age = Month.of(release).index - month.index
            share = share_at(learned, population, age, records=records)
            if share is not None and share < COMPLETE:
                shares[row, period] = share
                young = YoungPeriod(
                    population=population, ends=str(last_day), age_months=age, share=share
                )
                shortened.append(young)
    return shares, tuple(sorted(shortened, key=lambda each: (each.ends, each.population)))


def _unknown_when_newest(
    learned: tuple[Completeness, ...], held: Holdings, demand: Counts, history: History
) -> tuple[str, ...]:
    """Return the populations whose newest period is younger than anything learned of them."""
    seen = history.observed.any(axis=0)
    month = Month.of((history.period_ends[seen][-1] - np.timedelta64(1, "D")).item())
    standing = release_of_month(held)
    unknown = []
    for population in np.unique(demand.population).tolist():
        release = standing.get((population, str(month)))
        youngest = [c.from_age_months for c in learned if c.population == population]
        age = -1 if release is None else Month.of(release).index - month.index
        if not youngest or age < min(youngest):
            unknown.append(population)
    return tuple(unknown)


def _by_class(counts: Counts) -> dict[str, int]:
    return {
        str(offence): int(counts.n[counts.offence == offence].sum())
        for offence in np.unique(counts.offence)
    }


def _mix(demand: Counts, n_cells: int) -> NDArray[np.float64]:
    """Return each population's part of a cell's records; of all records where it has none."""
    populations, row = np.unique(demand.population, return_inverse=True)
    records = np.zeros((n_cells, len(populations)))
    np.add.at(records, (demand.cell, row), demand.n)
    total = records.sum(axis=1, keepdims=True)
    of_all = records.sum(axis=0) / records.sum()
    return np.asarray(np.where(total > 0, records / np.maximum(total, 1), of_all))


def _sentence(
    learned: tuple[Completeness, ...],
    shortened: tuple[YoungPeriod, ...],
    unknown: tuple[str, ...],
) -> str:
    """Return what is known of reporting delay, in words."""
    if not learned:
        return (
            "Reporting delay: unknown; too few months are held in two releases to learn it "
            "from (three of one age are needed, with 30 records)."
        )
    said = [
        f"{each.share:.0%} of {each.population} on file in a release {_ages(each)} months later"
        f" ({each.lo95:.0%} to {each.hi95:.0%}, {each.months} months)"
        for each in learned
        if each.offence is None
    ]
    if shortened:
        newest = shortened[-1]
        said.append(
            f"{len(shortened)} young periods count for fewer days, the newest (to {newest.ends}) "
            f"for {newest.share:.0%} of them"
        )
    if unknown:
        said.append(f"of the newest records of {', '.join(unknown)} it is unknown")
    return f"Reporting delay: {'; '.join(said)}."


def _ages(each: Completeness) -> str:
    if each.from_age_months == each.to_age_months:
        return str(each.from_age_months)
    return f"{each.from_age_months} to {each.to_age_months}"
