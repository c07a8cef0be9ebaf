"""The file of abstractions: crews and officers taken away from visits, by whom they are needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.checked_rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.deploy.crews import Crew

KINDS = ("aid", "scene_guard", "custody", "hospital_guard", "court", "sickness", "other")
COLUMNS = ("crew_id", "borough", "officers", "kind", "from", "until", "reason")
MEANINGS = {
    "crew_id": "Crew that is taken away; empty where officers of a borough are.",
    "borough": "Borough whose officers are taken away, whichever crews cost least.",
    "officers": "How many officers of the borough, 1 or more; empty for a crew.",
    "kind": "What they are needed for.",
    "from": "Start, ISO 8601 with offset.",
    "until": "End, ISO 8601 with offset; empty while nobody knows it: the end of the duty.",
    "reason": "Why, in a line.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstraction:
    """A crew, or so many officers of a borough, taken away for a time.

    Parameters
    ----------
    crew_id
        The crew; None where officers of a borough are taken.
    borough, officers
        Where from and how many; None where a crew is named.
    kind
        One of ``KINDS``.
    start, end
        In UTC, half-open.
    is_open
        Whether nobody knew the end: it is then the end of the duty running at the start.
    reason
        Why.
    row
        Row of the file, the first is 1; 0 if from elsewhere.
    """

    crew_id: str | None
    borough: str | None
    officers: int | None
    kind: str
    start: datetime
    end: datetime
    is_open: bool
    reason: str
    row: int = 0


def read_abstractions(path: Path, *, crews: Sequence[Crew]) -> tuple[Abstraction, ...]:
    """Return the abstractions of a CSV file with the columns of ``COLUMNS``.

    Parameters
    ----------
    path
        CSV in UTF-8; what is wrong with it is a ``BadInputError`` that names every row at fault.
    crews
        Duties of the plan: who can be taken away, and when.
    """
    reader = _Reader(crews)
    return tuple(each for each in read_rows(path, COLUMNS, reader.parsed) if each is not None)


def instant(row: Row, name: str) -> datetime | None:
    """Return a time of a row in UTC; None where the cell is empty or wrong, which is noted."""
    text = row.optional(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        row.fault(name, "is no ISO 8601 time", "Write 2018-07-02T17:30:00+01:00, say.")
        return None
    if moment.tzinfo is None:
        row.fault(name, "has no offset from UTC", "Add it: +01:00 in a British summer.")
        return None
    return moment.astimezone(UTC)


def known(row: Row, name: str, names: Sequence[str]) -> str | None:
    """Return a name that must be known; None where the cell is empty or wrong, which is noted."""
    text = row.optional(name)
    if text and text not in names:
        row.fault(name, "is not in the plan", did_you_mean(text, names))
        return None
    return text or None


class _Reader:
    """Rows are read one after the other, and compared with those before."""

    def __init__(self, crews: Sequence[Crew]) -> None:
        self._crews = crews
        self._names = sorted({crew.crew_id for crew in crews})
        self._boroughs = sorted({crew.borough for crew in crews})
        self._seen: list[Abstraction] = []

    def parsed(self, row: Row) -> Abstraction | None:
        crew_id = known(row, "crew_id", self._names)
        borough = known(row, "borough", self._boroughs)
        officers = self._officers(row, crew_id=crew_id, borough=borough)
        kind = row.one_of("kind", KINDS)
        reason = row.text("reason")
        if not reason.isprintable():
            row.fault("reason", "holds a control character", "Write one line of plain text.")
        if not row.optional("from"):
            row.fault("from", "is empty", "Say when it began.")
        start, end = instant(row, "from"), instant(row, "until")
        if start is None or (crew_id is None and borough is None):
            return None
        found = self._within_duties(
            row,
            Abstraction(
                crew_id=crew_id,
                borough=None if crew_id else borough,
                officers=officers,
                kind=kind,
                start=start,
                end=start if end is None else end,
                is_open=end is None,
                reason=reason,
                row=row.number,
            ),
        )
        if found is not None:
            self._check_apart(row, found)
            self._seen.append(found)
        return found

    def _officers(self, row: Row, *, crew_id: str | None, borough: str | None) -> int | None:
        given = row.number_of("officers")
        if bool(row.optional("crew_id")) == bool(row.optional("borough")):
            row.fault(
                "crew_id", "must be named, or a borough, and not both", "Fill in one of the two."
            )
        elif row.optional("crew_id"):
            if given is not None:
                row.fault("officers", "counts officers of a borough", "Leave it empty for a crew.")
        elif given is None or given < 1 or given != int(given):
            row.fault("officers", "is no number of officers", "Give 1 or more.")
        return None if given is None or crew_id or not borough else int(given)

    def _within_duties(self, row: Row, asked: Abstraction) -> Abstraction | None:
        """Return an abstraction with its end, or None if nobody is on duty in it."""
        if not asked.is_open and asked.end <= asked.start:
            row.fault("until", "is not after from", "Correct the times.")
            return None
        duties = [c for c in self._crews if asked.crew_id in {None, c.crew_id}]
        duties = [c for c in duties if asked.borough in {None, c.borough}]
        ends = [c.slot_end for c in duties if c.slot_start <= asked.start < c.slot_end]
        if asked.is_open:
            asked = replace(asked, end=max(ends, default=asked.start))
        if not any(c.slot_start < asked.end and asked.start < c.slot_end for c in duties):
            who = f"crew {asked.crew_id!r}" if asked.crew_id else f"no crew of {asked.borough!r}"
            what = "is not on duty then" if asked.crew_id else "is on duty then"
            row.fault("from", f"lies outside the plan: {who} {what}", "Correct the times.")
            return None
        return asked

    def _check_apart(self, row: Row, asked: Abstraction) -> None:
        """Note a crew that is taken twice at one time."""
        for other in self._seen:
            meets = asked.start < other.end and other.start < asked.end
            if asked.crew_id is not None and asked.crew_id == other.crew_id and meets:
                what = f"is taken away already by row {other.row}"
                row.fault("crew_id", what, "Let one end when the other starts.")
