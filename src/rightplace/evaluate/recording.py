"""Dated facts that break a series of counts: changes of recording, and the lockdowns of 2020-21.

The two tables are data, each row with its origin and whether it was verified; windows that run
across one fail the check of that name, and are never averaged over.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from rightplace.evaluate.designs.finding import Check, Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable

VERIFIED: Final = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingChange:
    """A day from which something was recorded or published in another way.

    Parameters
    ----------
    id
        Short name.
    breaks_on
        First day under the new rule.
    publishers
        Populations that it touches, by the start of their name.
    classes
        Offence classes that it touches; empty for all.
    what
        What changed, without a full stop.
    is_verified
        Whether its origin shows it itself.
    origin
        Where this is known from.
    """

    id: str
    breaks_on: date
    publishers: tuple[str, ...]
    classes: frozenset[str]
    what: str
    is_verified: bool
    origin: str

    def touches(self, population: str, classes: Iterable[str]) -> bool:
        """Return whether it concerns any of these classes of a population."""
        concerned = not self.classes or not self.classes.isdisjoint(classes)
        return concerned and population.startswith(self.publishers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockdown:
    """Days of restricted movement in England, both ends included."""

    id: str
    starts: date
    ends: date
    what: str
    is_verified: bool
    origin: str


@cache
def recording_changes() -> tuple[RecordingChange, ...]:
    """Return every change of recording that is known here, in order of the table."""
    return tuple(
        RecordingChange(
            id=row["id"],
            breaks_on=date.fromisoformat(row["breaks_on"]),
            publishers=tuple(row["publishers"].split(";")),
            classes=frozenset(filter(None, row["classes"].split(";"))),
            what=row["what"],
            is_verified=row["status"] == VERIFIED,
            origin=row["origin"],
        )
        for row in _rows("recording_changes.csv")
    )


@cache
def lockdowns() -> tuple[Lockdown, ...]:
    """Return the lockdowns, in order of time."""
    return tuple(
        Lockdown(
            id=row["id"],
            starts=date.fromisoformat(row["starts"]),
            ends=date.fromisoformat(row["ends"]),
            what=row["what"],
            is_verified=row["status"] == VERIFIED,
            origin=row["origin"],
        )
        for row in _rows("lockdowns.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("rightplace.evaluate") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a series was counted from.

    Parameters
    ----------
    first, last
        First and last day counted.
    populations
        Whose records.
    classes
        Offence classes counted, wider and narrower ones.
    in_england
        Whether the places lie where the lockdowns of the table held.
    """

    first: date
    last: date
    populations: tuple[str, ...]
    classes: frozenset[str]
    in_england: bool


def recording_found(series: Recorded) -> list[str]:
    """Return a sentence for each change of recording inside a series, verified or not."""
    return [
        f"{each.what} ({each.breaks_on.day} {each.breaks_on:%B %Y}"
        f"{'' if each.is_verified else ', not verified'})."
        for each in recording_changes()
        if series.first < each.breaks_on <= series.last
        if any(each.touches(population, series.classes) for population in series.populations)
    ]


def lockdown_check(series: Recorded) -> Diagnostic:
    """Return whether a series keeps clear of the lockdowns of 2020 and 2021."""
    met = [
        each
        for each in lockdowns()
        if series.in_england and each.starts <= series.last and series.first <= each.ends
    ]
    if not met:
        words = "No window touches a lockdown of 2020 or 2021."
        if not series.in_england:
            words = "The places lie outside England, whose lockdowns alone are in the table."
        return Diagnostic(check=Check.NO_LOCKDOWN, passed=True, words=words)
    named = "; ".join(
        f"{each.starts.day} {each.starts:%B %Y} to {each.ends.day} {each.ends:%B %Y}"
        for each in met
    )
    words = (
        f"The windows run into lockdown ({named}): people were elsewhere, whatever the operation "
        "did."
    )
    return Diagnostic(check=Check.NO_LOCKDOWN, passed=False, words=words)
