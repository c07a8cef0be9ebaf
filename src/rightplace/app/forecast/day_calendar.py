"""Which policing days are of which kind: bank holidays, their eves, and those of a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.forecast.settings import BY_AREA, NO_HOLIDAYS
from rightplace.core.canonical import file_digest
from rightplace.core.day_kinds import DatedKind, kind_names, read_day_kinds
from rightplace.core.days_off import bank_holidays
from rightplace.core.runs import RunInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rightplace.app.forecast.settings import ForecastSettings
    from rightplace.forecast.shifts.days import DayTable
    from rightplace.places.study_area import StudyArea

BANK_HOLIDAY = "bank holiday"
# Its night shift ends in the holiday.
EVE = "eve of a bank holiday"
# Bank holidays unlike the rest, by month and day, and the eve of one of them: taken for holidays
# and eves like others, they spoil the factors of those. On Toronto's records of 2016 to 2020 the
# nights of New Year's Eve hold 4.5 times the usual (some of it records of an unknown hour, written
# as midnight), those of other eves 1.5 times; with these kinds the slots of held-out weeks have
# 398 (95 % 135 to 756) more log likelihood than without any, 68 (32 to 109) outside the weeks of
# New Year's Eve. With bank holidays and eves alone the latter is -8 (-66 to 55).
CHRISTMAS, NEW_YEAR, NEW_YEARS_EVE = "Christmas Day", "New Year's Day", "New Year's Eve"
APART = {(12, 25): CHRISTMAS, (1, 1): NEW_YEAR}
OWN_KINDS = (BANK_HOLIDAY, EVE, CHRISTMAS, NEW_YEAR, NEW_YEARS_EVE)
LONDON_ZONE, LONDON_HOLIDAYS = "Europe/London", "GB-ENG"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCalendar:
    """Kinds of day in force.

    Parameters
    ----------
    holidays
        Whose bank holidays, such as ``GB-ENG``; None for nobody's.
    dated
        Further days, by kind; those called "bank holiday" join the bank holidays.
    file
        File that ``dated`` was read from.
    """

    holidays: str | None = None
    dated: tuple[DatedKind, ...] = ()
    file: Path | None = None

    @property
    def kind_names(self) -> tuple[str, ...]:
        """Every kind, those of bank holidays first."""
        dated = kind_names(self.dated)
        own = OWN_KINDS if self.holidays or BANK_HOLIDAY in dated else ()
        return (*own, *(kind for kind in dated if kind not in own))

    @property
    def inputs(self) -> tuple[RunInput, ...]:
        """The file, if any, as one of the things that a run is made from."""
        if self.file is None:
            return ()
        return (RunInput(source=str(self.file), release=None, sha256=file_digest(self.file)),)

    def named(self, first: date, days: int) -> dict[str, dict[date, str]]:
        """Return the days of each kind among so many days, with the name of the holiday if any."""
        last = first + timedelta(days=days)  # a day more: an eve looks ahead
        found: dict[str, dict[date, str]] = {kind: {} for kind in self.kind_names}
        for each in self.dated:
            found[each.kind] |= dict.fromkeys(each.days(first, last), "")
        holidays = found.pop(BANK_HOLIDAY, {})
        if self.holidays:
            holidays |= bank_holidays(self.holidays, first, last)
        for day, name in holidays.items():
            _add_holiday(found, day, name)
        return {
            kind: {day: known[day] for day in sorted(known) if first <= day < last}
            for kind in self.kind_names
            for known in [found.get(kind, {})]
        }


def _add_holiday(found: dict[str, dict[date, str]], day: date, name: str) -> None:
    """Add a bank holiday and its eve to the days of each kind."""
    kind = APART.get((day.month, day.day), BANK_HOLIDAY)
    found.setdefault(kind, {})[day] = name if kind == BANK_HOLIDAY else ""
    eve = NEW_YEARS_EVE if kind == NEW_YEAR else EVE
    found[eve].setdefault(day - timedelta(days=1), name if eve == EVE else "")


def day_calendar(settings: ForecastSettings, area: StudyArea, *, root: Path) -> DayCalendar:
    """Return the kinds of day that the settings name.

    Parameters
    ----------
    settings
        Settings in force.
    area
        The study area.
    root
        Folder that a relative name of a file starts from.
    """
    file = root / settings.day_kinds if settings.day_kinds else None
    holidays: str | None = settings.holidays
    if holidays == BY_AREA:
        holidays = LONDON_HOLIDAYS if _is_london(area) else None
    if holidays in {NO_HOLIDAYS, ""}:
        holidays = None
    if holidays is not None:
        bank_holidays(holidays, date(2000, 1, 1), date(2000, 1, 1))  # an unknown one is refused
    dated = () if file is None else read_day_kinds(file)
    return DayCalendar(holidays=holidays, dated=dated, file=file)


def _is_london(area: StudyArea) -> bool:
    from rightplace.places import london_borough

    boroughs = set(area.cells["borough"].to_pylist()) - {None}
    named = bool(boroughs) and all(london_borough(b) is not None for b in boroughs)
    return named and area.clock.zone == LONDON_ZONE


def day_table(
    area: StudyArea,
    first: date,
    days: int,
    *,
    named: Mapping[str, Mapping[date, str]],
    by_shift: bool,
) -> DayTable:
    """Return so many policing days as the forecast reads them.

    Parameters
    ----------
    area
        Whose clock is kept.
    first
        The first of them.
    days
        How many.
    named
        Days of each kind (see ``DayCalendar.named``).
    by_shift
        Whether days are cut into shifts.
    """
    from rightplace.forecast.shifts.days import DayTable

    dates = [first + timedelta(days=i) for i in range(days)]
    hours = np.array([slot.hours for slot in area.clock.slots(first, days)]).reshape(days, -1)
    return DayTable(
        weekdays=np.array([day.weekday() for day in dates]),
        hours=hours if by_shift else hours.sum(axis=1, keepdims=True),
        kinds=np.array([[day in on for on in named.values()] for day in dates], dtype=np.bool_),
        kind_names=tuple(named),
    )
