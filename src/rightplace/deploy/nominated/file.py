"""The file of nominated places: each with a reason, an author and an end. Every fault is named."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rightplace.deploy.checked_rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

NOMINATED_COLUMNS = (
    *("cell_id", "lon", "lat", "kind", "visits", "minutes"),
    *("reason", "author", "expires"),
)
LONGEST = {"kind": 40, "reason": 200, "author": 100}
"""Characters that a text may have, so that it fits a sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomination:
    """A place that a person wants visited.

    Parameters
    ----------
    row
        Of the file, first row of data 1.
    visits
        How many the plan is asked to make there, 1 or more.
    reason, author, expires
        Why, who says so, and the last day on which it holds.
    kind
        What kind of place or worry, in the author's word; may be empty.
    """

    row: int
    cell_id: str
    visits: int
    reason: str
    author: str
    expires: date
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationRules:
    """What a nomination is checked against.

    Parameters
    ----------
    barred
        Why a place cannot be visited, by cell; empty words for one that can. Every cell of the
        study area stands in it.
    cell_at
        Returns the cell of a longitude and latitude, None outside the study area.
    first_day, last_day
        Of the plan.
    visit_minutes
        Length of a visit; minutes wanted become whole visits, rounded up.
    """

    barred: Mapping[str, str]
    cell_at: Callable[[float, float], str | None]
    first_day: date
    last_day: date
    visit_minutes: int


def read_nominations(
    path: Path, rules: NominationRules
) -> tuple[tuple[Nomination, ...], tuple[Nomination, ...]]:
    """Return the nominations that hold, and those that ran out before the plan starts.

    One that runs out within the plan is refused: visits of a plan are not tied to its first
    days, so nobody could promise them in time.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``NOMINATED_COLUMNS``. A row names ``cell_id`` or
        ``lon`` and ``lat``, and ``visits`` or ``minutes`` over the whole plan; ``kind`` may be
        empty.
    rules
        What each row is checked against.
    """
    seen: dict[str, int] = {}

    def parsed(row: Row) -> Nomination:
        found = Nomination(
            row=row.number,
            cell_id=_cell(row, rules),
            visits=_visits(row, rules),
            reason=_text(row, "reason"),
            author=_text(row, "author"),
            expires=row.day("expires", first=date.min),
            kind=_text(row, "kind", needed=False),
        )
        if rules.first_day <= found.expires < rules.last_day:
            last = f"runs out within the plan, which ends on {rules.last_day}"
            row.fault("expires", last, "Have it hold until then, or plan fewer days.")
        if found.expires >= rules.first_day:
            _check_place(row, found.cell_id, rules)
            if found.cell_id in seen:
                where = f"is the place of row {seen[found.cell_id]} too"
                row.fault("cell_id", where, "Join the rows.")
            seen.setdefault(found.cell_id, row.number)
        return found

    every = read_rows(path, NOMINATED_COLUMNS, parsed)
    held = tuple(each for each in every if each.expires >= rules.first_day)
    return held, tuple(each for each in every if each.expires < rules.first_day)


def _cell(row: Row, rules: NominationRules) -> str:
    """Return the cell that a row names, or the one around its point; empty where there is none."""
    cell_id = row.optional("cell_id")
    lon, lat = row.degrees("lon", most=180), row.degrees("lat", most=90)
    if cell_id:
        if lon is not None or lat is not None:
            row.fault("lon", "stands beside a cell_id", "Name the cell or the point, not both.")
        if cell_id not in rules.barred:
            row.fault("cell_id", "is no cell of the study area", "Correct it, or drop the row.")
        return cell_id
    if lon is None or lat is None:
        row.fault("cell_id", "is empty, and so is lon or lat", "Name the place.")
        return ""
    found = rules.cell_at(lon, lat)
    if found is None:
        row.fault("lon", "and lat lie outside the study area", "Correct the point.")
    return found or ""


def _visits(row: Row, rules: NominationRules) -> int:
    visits, minutes = row.number_of("visits"), row.number_of("minutes")
    if (visits is None) == (minutes is None):
        which = "and minutes are both empty" if visits is None else "stands beside minutes"
        row.fault("visits", which, "Say how many visits or minutes the plan is to give, not both.")
        return 1
    name, wanted = ("visits", visits) if minutes is None else ("minutes", minutes)
    number = (wanted or 0.0) / (1 if minutes is None else rules.visit_minutes)
    if not (math.isfinite(number) and number > 0):
        row.fault(name, "is not above 0", "Ask for something, or drop the row.")
        return 1
    return math.ceil(number - 1e-9)


def _text(row: Row, name: str, *, needed: bool = True) -> str:
    """Return a text written by a person, which will be printed for others."""
    text = row.text(name) if needed else row.optional(name)
    if len(text) > LONGEST[name]:
        row.fault(name, f"is longer than {LONGEST[name]} characters", "Say it in fewer.")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"} for character in text):
        row.fault(name, "holds characters that cannot be printed", "Write it on one line.")
    return text


def _check_place(row: Row, cell_id: str, rules: NominationRules) -> None:
    why = rules.barred.get(cell_id)
    if why:
        row.fault("cell_id", f"cannot be visited: {why}", "Name another place, or drop the row.")
