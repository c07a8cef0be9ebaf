"""What somebody typed into a page of a draft, read field by field; every fault is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from rightplace.core.runs import PREFIXES
from rightplace.core.time import Clock
from rightplace.errors import BadInputError, UsageError
from rightplace.powers.section_60.grade import WRITE_AS, grade_of, unusable
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from rightplace.powers.section_60.happened import Officer

LONDON: ZoneInfo = Clock().tzinfo
"""Civil time of the Act; what is stored is UTC."""
NO_GROUND = (
    "A listing is about a place. It is not reasonable grounds to stop or search anyone, and not by "
    "itself a ground for section 60. Give the report that the belief rests on, by its reference."
)
_RUN = re.compile(rf"\b[{''.join(sorted(set(PREFIXES.values())))}]-[0-9a-f]{{12}}\b", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])")
EARLIER, LATER = "earlier", "later"


@dataclass(slots=True, kw_only=True)
class Typed60:
    """A page of a draft as it was sent.

    Parameters
    ----------
    fields
        What was typed, by field.
    at
        The time now.
    by
        Who sent it, with the rank they hold.
    faults
        Name of each field that is wrong, and what is wrong with it.
    """

    fields: Mapping[str, str]
    at: datetime
    by: Officer
    faults: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, name: str, words: str) -> None:
        """Note that a field is wrong."""
        self.faults.append((name, words))

    def words(self, name: str, *, what: str) -> str:
        """Return free text that must say something, or note what is wrong with it."""
        try:
            return written(self.fields.get(name, ""), what=what)
        except (UsageError, BadInputError) as error:
            self.fault(name, error.fault.said)
            return ""

    def evidence(self, name: str, *, what: str) -> str:
        """Return free text that may not cite a forecast, a plan or what might follow nearby."""
        text = self.words(name, what=what)
        if (cited := cited_run(text)) is not None:
            self.fault(name, f"{cited} names a forecast, a plan or the like. {NO_GROUND}")
        return text

    def optional(self, name: str, *, what: str) -> str:
        """Return free text that may be empty."""
        return self.words(name, what=what) if self.fields.get(name, "").strip() else ""

    def chosen(self, name: str, among: Mapping[str, str], *, ask: str) -> str:
        """Return one of several values, or note that none of them was chosen."""
        value = self.fields.get(name, "")
        if value not in among:
            self.fault(name, ask)
            return ""
        return value

    def grade(self, name: str) -> str:
        """Return a 3x5x2 grade as it is written, ``2B P``, or note what is wrong with it."""
        text = self.fields.get(name, "")
        grade = grade_of(text)
        if grade is None:
            self.fault(name, f"It is no 3x5x2 grade. {WRITE_AS}")
            return ""
        if (why := unusable(text)) is not None:
            self.fault(name, f"This information {why}.")
        return str(grade)

    def moment(self, name: str, *, what: str) -> datetime | None:
        """Return a day and time of London's clocks as UTC, or note what is wrong with them.

        The fields are ``{name}_day`` (as 2026-05-03), ``{name}_time`` (as 23:30) and, where a
        time comes twice because clocks go back, ``{name}_which``.

        Parameters
        ----------
        name
            Of the fields.
        what
            What it is, for the message.
        """
        day, clock = self._day(f"{name}_day", what), self._time(f"{name}_time", what)
        if day is None or clock is None:
            return None
        found = sorted(
            {
                datetime.combine(day, clock.replace(fold=fold), tzinfo=LONDON).astimezone(UTC)
                for fold in (0, 1)
            }
        )
        same = [each for each in found if each.astimezone(LONDON).time() == clock]
        if not same:
            self.fault(f"{name}_time", f"{clock:%H:%M} is skipped on that day: clocks go forward.")
            return None
        which = self.fields.get(f"{name}_which", "")
        if len(same) > 1 and which not in {EARLIER, LATER}:
            self.fault(
                f"{name}_which",
                f"{what}: {clock:%H:%M} comes twice on that day, when the clocks go back. Say "
                "which of the two.",
            )
            return None
        return same[-1] if which == LATER else same[0]

    def _day(self, name: str, what: str) -> date | None:
        day = _day_of(self.fields.get(name, "").strip())
        if day is None:
            self.fault(name, f"{what}: give the day as 2026-05-03.")
        return day

    def _time(self, name: str, what: str) -> time | None:
        read = _TIME.fullmatch(self.fields.get(name, "").strip())
        if read is None:
            self.fault(name, f"{what}: give the time as on a 24-hour clock, such as 23:30.")
            return None
        return time(int(read[1]), int(read[2]))


def _day_of(text: str) -> date | None:
    if not re.fullmatch(r"20\d{2}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def cited_run(text: str) -> str | None:
    """Return the id of a forecast, plan or other run that a text names, or None."""
    found = _RUN.search(text)
    return None if found is None else found[0]


def day_and_time(moment: datetime | None, *, name: str) -> dict[str, str]:
    """Return the fields that a moment is shown in, as ``Typed60.moment`` reads them."""
    if moment is None:
        return {}
    local = moment.astimezone(LONDON)
    other = local.replace(fold=1 - local.fold)
    twice = other.utcoffset() != local.utcoffset()
    which = {f"{name}_which": LATER if local.fold else EARLIER} if twice else {}
    return {f"{name}_day": f"{local:%Y-%m-%d}", f"{name}_time": f"{local:%H:%M}", **which}
