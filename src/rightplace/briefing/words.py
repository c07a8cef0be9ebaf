"""A sheet in the words that its page and its PDF both show, cut to what one page holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.briefing.overview import Named
from rightplace.briefing.picture import described
from rightplace.briefing.stamp import (
    NOT_ABOUT_PERSON,
    PLACE_NOT_PERSON,
    PLANNED_NOT_ACHIEVED,
    SYNTHETIC_SENTENCE,
    day_in_words,
)
from rightplace.briefing.text import clean, shorten

if TYPE_CHECKING:
    from rightplace.briefing.sheet import BriefSheet, InForceItem, VisitLine
    from rightplace.briefing.stamp import Stamp

NOT_TOLD: Final = "This system was not told. Ask the duty officer before you brief."
NOTHING_IN_FORCE: Final = "Nothing is recorded as in force for this area and shift."
NO_VISITS: Final = "No visit is planned here in this period."

_NAME, _PLACE, _FACT, _ACTION, _TOTAL, _HEADLINE = 60, 80, 60, 80, 90, 300
"""Most characters of each kind of text; the exports carry all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWords:
    """A row of the table; numbers already as text."""

    number: str
    place: str
    window: str
    visits: str
    minutes: str
    why: tuple[str, str]
    do: str
    avoid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """Everything a template shows of one sheet; every text is clean and on one line.

    Parameters
    ----------
    title
        Title of the document: BCU, what was counted, when.
    bcu, when, copy_line, marking, counted, headline
        The head of the page.
    synthetic, no_data
        Warnings, empty where they do not apply.
    in_force, totals
        Beside the map.
    map_title, map_words
        The map for those who cannot see it.
    lines, no_lines
        The table, or what stands in its place.
    place_not_person, not_about_person
        What a listing is not.
    foot, page_words
        Data, methods, copy, handling; page x of y.
    """

    title: str
    bcu: str
    when: str
    copy_line: str
    marking: str
    counted: str
    headline: str
    synthetic: str
    no_data: str
    in_force: tuple[Named, ...]
    totals: tuple[Named, ...]
    map_title: str
    map_words: str
    lines: tuple[LineWords, ...]
    no_lines: str
    place_not_person: str
    not_about_person: str
    foot: tuple[str, ...]
    page_words: str


def sheet_words(sheet: BriefSheet) -> SheetWords:
    """Return what the sheet's page says."""
    stamp, bcu = sheet.stamp, shorten(sheet.bcu, _NAME)
    when = f"{shorten(sheet.period, _NAME)}, {shorten(sheet.shift, _NAME)}"
    count = len(sheet.lines)
    return SheetWords(
        title=f"{bcu}: {shorten(stamp.counted, _TOTAL)}, {when}",
        bcu=bcu,
        when=when,
        copy_line=f"Plan {shorten(stamp.plan_id, _NAME)}, copy {shorten(sheet.copy.number, 20)}",
        marking=shorten(stamp.marking, _NAME),
        counted=f"{shorten(stamp.counted, _TOTAL)}.",
        headline=shorten(sheet.headline, _HEADLINE),
        synthetic=SYNTHETIC_SENTENCE if stamp.synthetic else "",
        no_data=no_data_words(sheet.no_data),
        in_force=_in_force(sheet.in_force),
        totals=_totals(sheet),
        map_title=f"Map of {bcu}: {count} places to visit",
        map_words=described(sheet.layer, stamp),
        lines=tuple(_line(line) for line in sheet.lines),
        no_lines="" if count else NO_VISITS,
        place_not_person=PLACE_NOT_PERSON,
        not_about_person=NOT_ABOUT_PERSON,
        foot=_foot(sheet),
        page_words=f"Page {sheet.page} of {sheet.pages}",
    )


def no_data_words(boroughs: tuple[str, ...]) -> str:
    """Return what a page says of boroughs without data; empty where there is none."""
    if not boroughs:
        return ""
    named = shorten(", ".join(boroughs), 120)
    return f"No data for {named}. That is not the same as quiet: nothing is known there."


def _line(line: VisitLine) -> LineWords:
    first, second = line.why
    return LineWords(
        number=str(line.number),
        place=shorten(line.place, _PLACE),
        window=shorten(line.window, _NAME),
        visits=str(line.visits),
        minutes=str(line.minutes_each),
        why=(shorten(first, _FACT), shorten(second, _FACT)),
        do=shorten(line.do, _ACTION),
        avoid=shorten(line.avoid, _ACTION),
    )


def _in_force(items: tuple[InForceItem, ...] | None) -> tuple[Named, ...]:
    """Return what is in force, uncut; not told and nothing recorded are different answers."""
    if items is None:
        return (Named(name="Not known.", words=NOT_TOLD),)
    if not items:
        return (Named(name="None.", words=NOTHING_IN_FORCE),)
    return tuple(
        Named(name=f"{clean(i.kind)}.", words=f"{clean(i.words)} {clean(i.expires)}") for i in items
    )


def _totals(sheet: BriefSheet) -> tuple[Named, ...]:
    totals = sheet.totals
    rows = (
        ("Expected here", totals.expected),
        ("In visited places and shifts", totals.in_visited),
        (f"May prevent ({PLANNED_NOT_ACHIEVED})", totals.prevented),
        ("Crew time used", totals.crew_time),
        ("What drives the forecast", "; ".join(sheet.drivers)),
    )
    return tuple(Named(name=name, words=shorten(w, _TOTAL)) for name, w in rows if w)


def source_words(stamp: Stamp) -> tuple[str, ...]:
    """Return sentences on data, harm weights, shifts and forecast, for the foot of a page."""
    newest = day_in_words(stamp.data_cut_off)
    return (
        f"Data up to {newest}, learnt from {shorten(stamp.learnt_from, _NAME)}.",
        f"Left out: {shorten(stamp.left_out, _TOTAL)}.",
        f"Harm: {shorten(stamp.harm_version, _NAME)}.",
        f"Shifts: {shorten(stamp.profile, _ACTION)}.",
        f"Forecast {shorten(stamp.forecast_id, _NAME)}, as of {day_in_words(stamp.as_of)}.",
    )


def _foot(sheet: BriefSheet) -> tuple[str, ...]:
    copy = sheet.copy
    holder = (
        f"Printed by {shorten(copy.printed_by, 40)}, {shorten(copy.printed_at, 40)}.",
        f"Destroy by {shorten(copy.destroy_by, 40)}.",
        shorten(sheet.stamp.handling, 120),
    )
    return " ".join(source_words(sheet.stamp)), " ".join(holder)
