"""The demo's incidents as arrays: where, when and what, before they are written as text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core.time import Month
from rightplace.crime.simulate.offences import DOMESTIC, draw_premises, read_offences
from rightplace.crime.simulate.places import ADDRESSES, draw_risk
from rightplace.crime.simulate.times import (
    Calendar,
    draw_ends,
    draw_followers,
    draw_reports,
    draw_starts,
    follow,
    read_hours,
)
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from rightplace.crime.simulate.outlines import DemoOutlines
    from rightplace.crime.simulate.places import Gazetteer
    from rightplace.crime.simulate.totals import BoroughTotals

VIOLENCE = ("violence_with_injury", "violence_without_injury")
CUSTODY = "Custody"
CUSTODY_SHARE = 0.005
"""Share of violence recorded at the borough's custody suite: on no street, so it is flagged."""
SAME_ADDRESS_SHARE = 0.5
"""Share of followers at their leader's own address; the others lie anywhere in the street."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Events:
    """Invented incidents, one array entry for each.

    Parameters
    ----------
    areas, streets, addresses
        Places in the gazetteer.
    offences
        The force's words.
    domestic
        Whether the incident is domestic.
    premises
        Kind of premises; empty is not recorded.
    starts, ends, reports
        Local minutes; a start is never after its end, nor that after its report.
    """

    areas: NDArray[np.intp]
    streets: NDArray[np.intp]
    addresses: NDArray[np.intp]
    offences: NDArray[np.str_]
    domestic: NDArray[np.bool_]
    premises: NDArray[np.str_]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    reports: NDArray[np.datetime64]

    def later(self, weeks: int) -> Events:
        """Return the incidents dated whole weeks later; hours that clocks skip there are none."""
        if not weeks:
            return self
        delta = np.timedelta64(7 * weeks, "D")
        first, last = ((self.starts.min() + delta), (self.reports.max() + delta))
        months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
        calendar = Calendar(months=tuple(Month.parse(str(month)) for month in months))
        starts = calendar.out_of_lost(self.starts + delta)
        ends = np.maximum(calendar.out_of_lost(self.ends + delta), starts)
        reports = np.maximum(calendar.out_of_lost(self.reports + delta), ends)
        return replace(self, starts=starts, ends=ends, reports=reports)

    def take(self, rows: NDArray[np.intp]) -> Events:
        """Return some of the incidents, in the order given."""
        return Events(**{name: getattr(self, name)[rows] for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strata:
    """Borough, class, month and area of each incident; incidents of one group stand together."""

    boroughs: NDArray[np.intp]
    classes: NDArray[np.intp]
    months: NDArray[np.intp]
    areas: NDArray[np.intp]

    def groups(self, totals: BoroughTotals) -> NDArray[np.intp]:
        """Return the number of each incident's borough, class and month, in rising order."""
        within = self.boroughs * len(totals.classes) + self.classes
        return within * len(totals.months) + self.months


def draw_strata(outlines: DemoOutlines, totals: BoroughTotals, *, generator: Generator) -> Strata:
    """Share each published total out over the borough's small areas, by chance and by risk.

    Raises
    ------
    BadInputError
        If a borough with totals has no outline.
    """
    risk = draw_risk(
        outlines.centroids,
        classes=len(totals.classes),
        months=len(totals.months),
        generator=generator,
    )
    parts = []
    for number, borough in enumerate(totals.boroughs):
        areas = np.flatnonzero(outlines.boroughs == borough)
        if areas.size == 0:
            msg = f"{borough} has totals but no outline."
            raise BadInputError(msg, value=borough)
        here = risk[:, :, areas]
        shares = here / here.sum(axis=2, keepdims=True)
        counts = generator.multinomial(totals.counts[:, number, :], shares)
        places = np.indices(counts.shape).reshape(3, -1)
        kind, month, area = np.repeat(places, counts.ravel(), axis=1)
        parts.append((np.full(kind.size, number), kind, month, areas[area]))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Strata(boroughs=columns[0], classes=columns[1], months=columns[2], areas=columns[3])


def draw_events(
    outlines: DemoOutlines, totals: BoroughTotals, *, gazetteer: Gazetteer, generator: Generator
) -> Events:
    """Return incidents that add up to the totals, cluster, repeat and follow the hours."""
    strata = draw_strata(outlines, totals, generator=generator)
    kinds = read_offences()
    leaders = draw_followers(strata.groups(totals), generator=generator)
    classes = np.array(totals.classes)[strata.classes]
    kind = kinds.draw(classes, generator=generator)[leaders]
    in_custody = _draw_custody(classes, leaders, generator=generator)
    domestic = (generator.random(kind.size) < kinds.domestic_shares[kind])[leaders] & ~in_custody
    profiles = np.where(domestic, DOMESTIC, kinds.profiles[kind])
    premises = draw_premises(profiles, generator=generator)
    places = _draw_places(strata.areas, leaders, gazetteer=gazetteer, generator=generator)
    places[in_custody] = _draw_suites(strata, generator=generator)[strata.boroughs[in_custody]]
    calendar = Calendar(months=totals.months)
    starts = _draw_starts(strata.months, profiles, calendar=calendar, generator=generator)
    starts = follow(starts, leaders, calendar=calendar, generator=generator)
    ends = draw_ends(
        starts,
        shares=kinds.interval_shares[kind],
        hours=kinds.interval_hours[kind],
        calendar=calendar,
        generator=generator,
    )
    return Events(
        areas=places[:, 0],
        streets=places[:, 1],
        addresses=places[:, 2],
        offences=kinds.words[kind],
        domestic=domestic,
        premises=np.where(in_custody, CUSTODY, premises),
        starts=starts,
        ends=ends,
        reports=draw_reports(ends, calendar=calendar, generator=generator),
    )


def _draw_custody(
    classes: NDArray[np.str_], leaders: NDArray[np.intp], *, generator: Generator
) -> NDArray[np.bool_]:
    """Return which incidents are recorded at a custody suite: violence apart from near repeats."""
    alone = leaders == np.arange(leaders.size)
    alone[leaders[~alone]] = False
    chosen = generator.random(classes.size) < CUSTODY_SHARE
    in_custody: NDArray[np.bool_] = alone & chosen & np.isin(classes, VIOLENCE)
    return in_custody


def _draw_suites(strata: Strata, *, generator: Generator) -> NDArray[np.intp]:
    """Return area, street and address of each borough's custody suite; shape (boroughs, 3)."""
    suites = np.full((int(strata.boroughs.max(initial=-1)) + 1, 3), (0, 0, ADDRESSES - 1))
    for borough in np.unique(strata.boroughs):
        suites[borough, 0] = generator.choice(strata.areas[strata.boroughs == borough])
    return suites


def _draw_places(
    areas: NDArray[np.intp],
    leaders: NDArray[np.intp],
    *,
    gazetteer: Gazetteer,
    generator: Generator,
) -> NDArray[np.intp]:
    """Return area, street and address of each incident; followers keep to their leader's street."""
    streets, addresses = gazetteer.draw(areas, generator=generator)
    own = leaders == np.arange(leaders.size)
    same = own | (generator.random(own.size) < SAME_ADDRESS_SHARE)
    addresses = np.where(same, addresses[leaders], generator.integers(0, ADDRESSES, own.size))
    return np.column_stack((areas[leaders], streets[leaders], addresses))


def _draw_starts(
    months: NDArray[np.intp],
    profiles: NDArray[np.str_],
    *,
    calendar: Calendar,
    generator: Generator,
) -> NDArray[np.datetime64]:
    names, numbers = np.unique(profiles, return_inverse=True)
    hours = read_hours()
    tables = np.stack([hours[name] for name in names])
    return draw_starts(months, numbers, calendar=calendar, tables=tables, generator=generator)
