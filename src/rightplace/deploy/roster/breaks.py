"""How long the refreshment break of a shift is: a dated table, looked up by day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

_SHIPPED = "refreshment_breaks.toml"
_LONGEST_SHIFT_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTable:
    """Refreshment breaks by length of shift, as they stand from a day on.

    Parameters
    ----------
    in_force_from
        First day on which the table holds.
    provision, source
        What sets it, and where it was read.
    verified
        Whether the text of the provision itself was read.
    steps
        Pairs of minutes: a shift of at least so long has a break of so long. The last that fits
        counts; the first is for shifts of any length.
    """

    in_force_from: date
    provision: str
    source: str
    verified: bool
    steps: tuple[tuple[int, int], ...]

    def minutes(self, shift_minutes: float) -> int:
        """Return the break in a shift, in minutes; see ``break_minutes``."""
        return [rest for least, rest in self.steps if shift_minutes >= least][-1]


@cache
def break_tables() -> tuple[BreakTable, ...]:
    """Return the tables that ship, the oldest first."""
    raw = resources.files("rightplace.deploy").joinpath("data", _SHIPPED).read_text("utf-8")
    records = tomllib.loads(raw)["refreshment_break"]
    tables = [
        BreakTable(
            **{key: value for key, value in record.items() if key != "steps"},
            steps=tuple((step["shift_minutes"], step["break_minutes"]) for step in record["steps"]),
        )
        for record in records
    ]
    return tuple(sorted(tables, key=lambda table: table.in_force_from))


def break_minutes(shift_minutes: float, *, on: date | None = None) -> int:
    """Return the refreshment break in a shift, in minutes.

    Parameters
    ----------
    shift_minutes
        Elapsed length of the shift, above 0 and at most 1,440 minutes.
    on
        Day of the shift; the newest table where none is given.

    Raises
    ------
    BadInputError
        If no shift can be so long, or no table was in force on the day.

    References
    ----------
    DOMAIN 6.3.13: under 6 hours 30; 6 to 7 35; 7 to 8 40; 8 to 9 45; 9 to 10 50; 10 or more 60.
    """
    if not 0 < shift_minutes <= _LONGEST_SHIFT_MINUTES:
        msg = f"A shift of {shift_minutes:g} minutes is none."
        raise BadInputError(msg, value=shift_minutes, remedy="Give minutes above 0, up to 1,440.")
    held = [table for table in break_tables() if on is None or table.in_force_from <= on]
    if not held:
        first = break_tables()[0].in_force_from
        msg = f"No table of refreshment breaks was in force on {on}."
        raise BadInputError(msg, value=on, remedy=f"The first holds from {first}.")
    return held[-1].minutes(shift_minutes)
