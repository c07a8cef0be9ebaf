"""Files that state limits of plans: response cover, fairness, single places. Every fault is named.

Each row says who set it and until when; a limit that has run out is refused, not ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.checked_rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from rightplace.core import Slot

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PER_RESIDENTS, PER_CRIME = "1000_residents", "violent_crime"
COVER_COLUMNS = ("bcu", "weekday", "shift", "minutes", "set_by", "until")
FAIRNESS_COLUMNS = ("borough", "per", "least", "most", "set_by", "until")
PLACE_COLUMNS = (
    *("cell_id", "day_least", "day_most", "plan_least", "plan_most", "specialist_share"),
    *("reason", "set_by", "until"),
)
RESIDENTS_COLUMNS = ("cell_id", "residents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Crew minutes of a BCU that no visit may use in a shift; no weekday means every day."""

    bcu: str
    weekday: str | None
    shift: str
    minutes: float
    set_by: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Patrol minutes that a borough has at least and at most over four weeks, per unit.

    Parameters
    ----------
    borough
        Name; None for every borough.
    per
        ``1000_residents`` or ``violent_crime`` (reported by victims over the last four weeks).
    least, most
        Minutes in the place, travel apart; None sets none.
    """

    borough: str | None
    per: str
    least: float | None
    most: float | None
    set_by: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLimit:
    """What a single place must and may have; None sets nothing."""

    cell_id: str
    day_least: float | None
    day_most: float | None
    plan_least: float | None
    plan_most: float | None
    specialist_share: float | None
    reason: str
    set_by: str
    until: date


def read_cover(path: Path, *, shifts: Sequence[str], last_day: date) -> tuple[Cover, ...]:
    """Return the response cover of a file with the columns of ``COVER_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8.
    shifts
        Names of the study area's shifts.
    last_day
        Last day of the plan; rows must hold until then.
    """

    def parsed(row: Row) -> Cover:
        weekday = row.one_of("weekday", ("", *WEEKDAYS))
        minutes = row.number_of("minutes")
        if minutes is None:
            row.fault("minutes", "is empty", "Give minutes, 0 where none must be kept.")
        return Cover(
            bcu=row.text("bcu"),
            weekday=weekday or None,
            shift=row.one_of("shift", shifts),
            minutes=minutes or 0.0,
            set_by=row.text("set_by"),
            until=row.day("until", first=last_day),
        )

    return read_rows(path, COVER_COLUMNS, parsed)


def read_fairness(path: Path, *, boroughs: Sequence[str], last_day: date) -> tuple[Fairness, ...]:
    """Return floors and ceilings of a file with the columns of ``FAIRNESS_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8.
    boroughs
        Names of the study area's boroughs.
    last_day
        Last day of the plan; rows must hold until then.
    """

    def parsed(row: Row) -> Fairness:
        least, most = row.number_of("least"), row.number_of("most")
        if least is not None and most is not None and least > most:
            row.fault("least", f"is above most, {most:g}", "Correct one of them.")
        return Fairness(
            borough=row.one_of("borough", ("", *boroughs)) or None,
            per=row.one_of("per", (PER_RESIDENTS, PER_CRIME)),
            least=least,
            most=most,
            set_by=row.text("set_by"),
            until=row.day("until", first=last_day),
        )

    return read_rows(path, FAIRNESS_COLUMNS, parsed)


def read_place_limits(
    path: Path, *, cell_ids: Sequence[str], last_day: date
) -> tuple[PlaceLimit, ...]:
    """Return limits of single places from a file with the columns of ``PLACE_COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8.
    cell_ids
        The study area's cells.
    last_day
        Last day of the plan; rows must hold until then.
    """
    known, seen = set(cell_ids), set[str]()

    def parsed(row: Row) -> PlaceLimit:
        cell_id = row.text("cell_id")
        if cell_id not in known:
            row.fault("cell_id", "is no cell of the study area", "Correct it, or drop the row.")
        if cell_id in seen:
            row.fault("cell_id", "stands twice", "Drop one of the rows.")
        seen.add(cell_id)
        return PlaceLimit(
            cell_id=cell_id,
            day_least=row.number_of("day_least"),
            day_most=row.number_of("day_most"),
            plan_least=row.number_of("plan_least"),
            plan_most=row.number_of("plan_most"),
            specialist_share=row.number_of("specialist_share", upmost=1),
            reason=row.text("reason"),
            set_by=row.text("set_by"),
            until=row.day("until", first=last_day),
        )

    return read_rows(path, PLACE_COLUMNS, parsed)


def read_residents(path: Path) -> dict[str, float]:
    """Return residents by cell from a file with the columns of ``RESIDENTS_COLUMNS``."""

    def parsed(row: Row) -> tuple[str, float]:
        return row.text("cell_id"), row.number_of("residents") or 0.0

    return dict(read_rows(path, RESIDENTS_COLUMNS, parsed))


def cover_minutes(cover: Sequence[Cover], *, bcu: str, slot: Slot) -> float | None:
    """Return the minutes to be kept in a BCU and slot; a row for the weekday goes first."""
    weekday = WEEKDAYS[slot.policing_day.weekday()]
    for day in (weekday, None):
        for row in cover:
            if (row.bcu, row.shift, row.weekday) == (bcu, slot.shift, day):
                return row.minutes
    return None
