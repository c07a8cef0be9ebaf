"""A round in the words that its page and its PDF both show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.briefing.stamp import (
    NOT_ABOUT_PERSON,
    PLACE_NOT_PERSON,
    SYNTHETIC_SENTENCE,
    day_in_words,
)
from rightplace.briefing.text import clean, shorten

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.briefing.routes.sheet import RouteLine, RouteSheet

_NAME, _PLACE, _WAY, _WHY = 60, 80, 200, 110
"""Most characters of each kind of text; the table of stops carries all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """A row of the table; numbers already as text."""

    number: str
    place: str
    times: str
    minutes: str
    way: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteWords:
    """Everything a template shows of one round; every text is clean and on one line.

    Parameters
    ----------
    title
        Title of the document.
    crew, borough, when, routes_line, marking
        The head of the page.
    synthetic
        Warning, empty where the data are real.
    headline, base_line
        What there is to do, and where it starts and ends.
    map_words
        The map for those who cannot see it.
    steps
        The table.
    place_not_person, not_about_person
        What a listing is not.
    foot
        Regularity, travel times, copy, handling.
    """

    title: str
    crew: str
    borough: str
    when: str
    routes_line: str
    marking: str
    synthetic: str
    headline: str
    base_line: str
    map_words: str
    steps: tuple[StepWords, ...]
    place_not_person: str
    not_about_person: str
    foot: tuple[str, ...]


def route_words(sheet: RouteSheet) -> RouteWords:
    """Return what the page of a round says."""
    stamp = sheet.stamp
    crew, borough = shorten(sheet.crew_id, _NAME), shorten(sheet.borough, _NAME)
    when = f"{shorten(sheet.period, _NAME)}, {shorten(sheet.shift, _NAME)}"
    visits = sum(line.number is not None for line in sheet.lines)
    return RouteWords(
        title=f"{crew}: round, {when}",
        crew=crew,
        borough=borough,
        when=when,
        routes_line=f"Plan {shorten(stamp.plan_id, _NAME)}, routes {shorten(sheet.routes_id, 20)}",
        marking=shorten(stamp.marking, _NAME),
        synthetic=SYNTHETIC_SENTENCE if stamp.synthetic else "",
        headline=shorten(sheet.headline, 300),
        base_line=(
            f"Leave base ({shorten(sheet.base, _PLACE)}) at {clock(sheet.leaves)}. "
            f"Back at base at {clock(sheet.returns)}: {shorten(sheet.way_back, _WAY)}."
        ),
        map_words=f"The way of the round: base B and visits 1 to {visits}, north up.",
        steps=tuple(_step(line) for line in sheet.lines),
        place_not_person=PLACE_NOT_PERSON,
        not_about_person=NOT_ABOUT_PERSON,
        foot=_foot(sheet),
    )


def clock(instant: datetime) -> str:
    """Return a time as ``15:07``."""
    return f"{instant:%H:%M}"


def _step(line: RouteLine) -> StepWords:
    return StepWords(
        number="" if line.number is None else str(line.number),
        place=shorten(line.place, _PLACE),
        times=f"{clock(line.starts)} to {clock(line.ends)}",
        minutes=f"{(line.ends - line.starts).total_seconds() / 60:.0f}",
        way=shorten(line.way, _WAY),
        why=shorten(line.why, _WHY) if clean(line.why) else "",
    )


def _foot(sheet: RouteSheet) -> tuple[str, ...]:
    copy, stamp = sheet.copy, sheet.stamp
    made = f"Data up to {day_in_words(stamp.data_cut_off)}. {shorten(sheet.travel, 300)}"
    holder = (
        f"Copy {shorten(copy.number, 40)}. Printed by {shorten(copy.printed_by, 40)}, "
        f"{shorten(copy.printed_at, 40)}. Destroy by {shorten(copy.destroy_by, 40)}. "
        f"{shorten(stamp.handling, 120)}"
    )
    return tuple(words for words in (shorten(sheet.regularity, 300), made, holder) if words)
