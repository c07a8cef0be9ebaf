"""A published roster as pages read it: who must be there and how many are, never who."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.service.opened import OpenedRun

KIND = "roster"
LACKING = "demand would not be met"
WEIGHED = "fair shares, contracted hours or notice weighed more"
RULES = frozenset(
    {
        *("absence", "not worked", "one shift a day", "rest between shifts", "shifts in a row"),
        *("nights in a row", "days off together", "weekly rest", "weekly hours"),
        *("contracted hours", "forward rotation"),
    }
)
"""Rules by which a wish may be refused, as the check of rosters names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverLine:
    """One demand of one shift, and how far it is met.

    Parameters
    ----------
    what
        ``officers``, ``supervisors`` or ``with`` a skill.
    least, have
        Asked for and rostered; 0 or more.
    """

    day: date
    shift: str
    teams: str
    what: str
    least: int
    have: int

    @property
    def lacks(self) -> int:
        """How many lack; 0 where the demand is met."""
        return max(0, self.least - self.have)


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedRoster:
    """A published roster without the rows of its officers.

    Parameters
    ----------
    cover
        Every demand, in order of day, shift and teams.
    """

    record: dict[str, Any]
    is_synthetic: bool
    cover: tuple[CoverLine, ...]

    @property
    def result(self) -> dict[str, Any]:
        """What the roster answered; it names officers."""
        content: dict[str, Any] = self.record["result"]
        return content

    @property
    def notice_days(self) -> int:
        """Days of notice that a change normally needs."""
        return int(self.record["settings"]["notice_days"])

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of its shifts."""
        return ZoneInfo(self.record["settings"]["zone"])

    @cached_property
    def days(self) -> tuple[str, ...]:
        """Its policing days, as YYYY-MM-DD."""
        first = date.fromisoformat(self.result["first_day"])
        return tuple((first + timedelta(n)).isoformat() for n in range(self.result["days"]))

    @cached_property
    def shifts(self) -> tuple[str, ...]:
        """Names of its shifts in the order of the day."""
        return tuple(str(name) for name, _, _ in self.record["settings"]["shifts"])

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """Teams that demand is stated for, alone or together."""
        return tuple(sorted({line.teams for line in self.cover}))

    @cached_property
    def lacking(self) -> tuple[CoverLine, ...]:
        """Demands that are not met."""
        return tuple(line for line in self.cover if line.lacks)

    @cached_property
    def refused(self) -> tuple[tuple[str, int], ...]:
        """What wishes were refused for, and how many; one may be refused for several things."""
        reasons = (reasons_of(each["why"]) for each in self.result["wishes_refused"])
        return tuple(Counter(reason for each in reasons for reason in sorted(each)).most_common())


def reasons_of(why: str) -> set[str]:
    """Return for which rules a wish was refused, in words that name no shift and no person.

    Parameters
    ----------
    why
        As the roster has it: ``rule: finding; rule: finding``.
    """
    parts = why.split("; ")  # findings hold such breaks too: what follows in them names no rule
    found = {rule for rule in (part.partition(": ")[0] for part in parts) if rule in RULES}
    if any(" would have " in part for part in parts):
        found.add(LACKING)
    return found or {WEIGHED}


def in_order(shifts: tuple[str, ...], name: str) -> int:
    """Return where a shift stands in the day; one that the clock has not stands last."""
    return shifts.index(name) if name in shifts else len(shifts)


def read_published_roster(run: OpenedRun) -> PublishedRoster:
    """Return a published roster, parsed; the tables of its officers stay closed."""
    shifts = tuple(str(name) for name, _, _ in run.record["settings"]["shifts"])
    return PublishedRoster(
        record=run.record,
        is_synthetic=run.is_synthetic,
        cover=tuple(_ordered(_lines(run.table("crewing").to_pylist()), shifts)),
    )


def _lines(rows: list[dict[str, Any]]) -> Iterable[CoverLine]:
    for row in rows:
        what = row["what"]
        yield CoverLine(
            day=row["day"],
            shift=row["shift"],
            teams=row["teams"],
            what=what if what in {"officers", "supervisors"} else f"with {what}",
            least=row["least"],
            have=row["have"],
        )


def _ordered(lines: Iterable[CoverLine], shifts: tuple[str, ...]) -> list[CoverLine]:
    return sorted(lines, key=lambda line: (line.day, in_order(shifts, line.shift), line.teams))
