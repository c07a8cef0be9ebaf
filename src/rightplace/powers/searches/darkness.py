"""Veil of darkness: whether a group's share of searches is larger while officers can see better.

At one clock time it is light on some days of the year and dark on others. If officers chose whom
to search by what they see of a person, a group's share of searches would be larger in daylight
than in the dark at the same clock time. No count of who was out is needed, if who is out at that
time does not change with the light.

References
----------
Grogger and Ridgeway (2006), Journal of the American Statistical Association 101, 878-887;
DOMAIN 2.6.30.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.errors import UndefinedMetricError
from rightplace.powers.searches.columns import STATED, Ethnicity
from rightplace.powers.searches.darkness_regression import log_odds, spline
from rightplace.powers.searches.darkness_window import LeftOut, compared
from rightplace.powers.searches.rates import NORMAL_975
from rightplace.powers.searches.tested import NoResult

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.powers.searches.darkness_settings import DarknessSettings
    from rightplace.powers.searches.darkness_window import Compared

TEST = "veil of darkness"
_WEEK = 7
_LIT = (
    "London is lit at night: an officer may see as well under a street lamp. The test is weak "
    "there, and finding nothing does not say that nothing is there."
)
_SCOPE = (
    "It speaks of whom officers choose, at these clock times and under these powers alone; not "
    "of section 60, of searches led by intelligence, or of where officers are sent."
)
_SEASON = (
    "Dark evenings are winter evenings. If who is out at one clock time changes with the "
    "season, and differently between groups, the odds change without any choice of officers."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DarknessOdds:
    """How the odds that a search is of a group differ in daylight, relative to the dark.

    Parameters
    ----------
    group
        Against everyone else whose group is stated.
    daylight, dark
        Searches of the group in daylight and in the dark.
    odds_ratio, lo95, hi95
        Odds in daylight by odds in the dark at the same clock time and weekday; above 1 the
        group's share is larger in daylight. None where too few were searched.
    if_all_not_stated, if_none_not_stated
        The ratio if everyone not stated were of this group, and if all were of others known;
        None where it has no finite value.
    reason
        Why there is no ratio; empty where there is one.
    """

    group: Ethnicity
    daylight: int
    dark: int
    odds_ratio: float | None
    lo95: float | None
    hi95: float | None
    if_all_not_stated: float | None
    if_none_not_stated: float | None
    reason: str

    @property
    def sentence(self) -> str:
        """What it says, and whether chance alone could."""
        if self.odds_ratio is None or self.lo95 is None or self.hi95 is None:
            return f"{self.group.capitalize()}: no odds, because {self.reason}."
        interval = f"{self.odds_ratio:.2f} (95 % interval {self.lo95:.2f} to {self.hi95:.2f})"
        if self.lo95 <= 1 <= self.hi95:
            told = "no difference that chance alone would not explain"
        elif self.lo95 > 1:
            told = "a larger share in daylight, as there would be if sight played a part"
        else:
            told = "a smaller share in daylight, the opposite of what sight would do"
        return f"{self.group.capitalize()}: odds in daylight by the dark {interval}: {told}."


@dataclass(frozen=True, slots=True, kw_only=True)
class DarknessResult:
    """What the veil of darkness shows, and of which searches.

    Parameters
    ----------
    described
        ``self_defined`` or ``officer_defined``.
    daylight, dark
        Searches compared, in daylight and in the dark, with those whose group is not stated.
    not_stated_daylight, not_stated_dark
        Searches among them whose group is not stated or not given.
    first_clock, last_clock
        Clock times compared, as HH:MM of the local clock.
    left_out
        The searches that were not compared.
    odds
        For each group a census counts.
    """

    described: str
    daylight: int
    dark: int
    not_stated_daylight: int
    not_stated_dark: int
    first_clock: str
    last_clock: str
    left_out: LeftOut
    odds: tuple[DarknessOdds, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it shows and what it cannot tell, most basic first."""
        whose = "the people searched" if self.described == "self_defined" else "officers"
        compared = (
            f"{self.daylight:,} searches in daylight are compared with {self.dark:,} in the "
            f"dark, between {self.first_clock} and {self.last_clock}; groups as {whose} said."
        )
        light = 100 * self.not_stated_daylight / self.daylight
        dark = 100 * self.not_stated_dark / self.dark
        unknown = (
            f"The group is not stated in {light:.0f} % in daylight and {dark:.0f} % in the dark; "
            "the odds leave those out, and stand beside what they would be if all were of the "
            "group, or none."
        )
        odds = (each.sentence for each in self.odds)
        return (compared, *odds, unknown, _LIT, _SCOPE, _SEASON)


def veil_of_darkness(
    table: pa.Table,
    *,
    settings: DarknessSettings,
    described: Literal["self_defined", "officer_defined"] = "self_defined",
) -> DarknessResult | NoResult:
    """Return the odds of each group in daylight by those in the dark, or why there are none.

    Parameters
    ----------
    table
        Columns of ``SCHEMA``.
    settings
        Which searches are taken, and how many are needed.
    described
        Who says of which group somebody is.
    """
    found = compared(table, column=described, settings=settings)
    reason = _reason(table, found, settings)
    if reason is not None:
        return reason
    light, unknown = ~found.dark, found.group < 0
    return DarknessResult(
        described=described,
        daylight=int(light.sum()),
        dark=int(found.dark.sum()),
        not_stated_daylight=int((unknown & light).sum()),
        not_stated_dark=int((unknown & found.dark).sum()),
        first_clock=_clock(found.first),
        last_clock=_clock(found.last),
        left_out=found.left_out,
        odds=tuple(_odds(found, i, settings) for i in range(len(STATED))),
    )


def _reason(table: pa.Table, found: Compared, settings: DarknessSettings) -> NoResult | None:
    """Return why nothing can be compared; None where it can."""
    timeless = found.left_out.without_time
    if timeless == table.num_rows:
        reason = "no search has a time of day: the files give days alone"
        return NoResult(test=TEST, reason=reason, remedy="Use the force's own records.")
    light, dark = int((~found.dark).sum()), int(found.dark.sum())
    if min(light, dark) >= settings.least_each:
        return None
    untimed = f" ({timeless:,} searches have no time of day)" if timeless else ""
    reason = (
        f"only {light:,} searches in daylight and {dark:,} in the dark fall at clock times that "
        f"are both on different days; {settings.least_each:,} of each are needed{untimed}"
    )
    return NoResult(test=TEST, reason=reason, remedy="Take more months, of every season.")


def _clock(minutes: float) -> str:
    whole = int(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _odds(found: Compared, group: int, settings: DarknessSettings) -> DarknessOdds:
    """Return the odds of one group."""
    known, of = found.group >= 0, found.group == group
    n, others = int(of.sum()), int((known & ~of).sum())
    estimate, low, high, reason = None, None, None, ""
    if min(n, others) < settings.least_of_group:
        reason = (
            f"{n:,} searches of the group and {others:,} of others are known; "
            f"{settings.least_of_group:,} of each are needed"
        )
    else:
        try:
            value, error = _fitted(found, of, known, settings)
        except UndefinedMetricError:
            reason = "the searches are too few or too much alike for finite odds"
        else:
            estimate = math.exp(value)
            low, high = (math.exp(value + sign * NORMAL_975 * error) for sign in (-1, 1))
    told = estimate is not None
    return DarknessOdds(
        group=STATED[group],
        daylight=int((of & ~found.dark).sum()),
        dark=int((of & found.dark).sum()),
        odds_ratio=estimate,
        lo95=low,
        hi95=high,
        if_all_not_stated=_bound(found, of | ~known, settings) if told else None,
        if_none_not_stated=_bound(found, of, settings) if told else None,
        reason=reason,
    )


def _bound(found: Compared, of: NDArray[np.bool_], settings: DarknessSettings) -> float | None:
    """Return the odds ratio over all searches, with those not stated counted as told."""
    try:
        return math.exp(_fitted(found, of, np.ones(of.size, dtype=np.bool_), settings)[0])
    except UndefinedMetricError:
        return None


def _fitted(
    found: Compared,
    of: NDArray[np.bool_],
    taken: NDArray[np.bool_],
    settings: DarknessSettings,
) -> tuple[float, float]:
    """Return the log odds ratio of daylight and its standard error."""
    clock, day = found.clock[taken], found.day[taken]
    light = ~found.dark[taken]
    held = np.unique(day % _WEEK)[1:]
    terms = np.column_stack(
        [
            light,
            np.ones(clock.size),
            spline(clock, pieces=settings.spline_terms),
            *(day % _WEEK == weekday for weekday in held),
        ]
    ).astype(np.float64)
    weights, errors = log_odds(terms, of[taken], cluster=day)
    return float(weights[0]), float(errors[0])
