"""What the public pages show of an edition, and the files that they hand out."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.public.chart import month_chart
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.time import Month

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.app.public.edition import CountLine, Edition, PlaceEdition

ALL, DOMESTIC, QUARTER = "all", "domestic", 3
NOT_TOLD = "not known"
MORE = "more than chance would do if offences came independently of each other"
HEAD = (
    "level", "place", "borough", "bcu", "from_month", "months", "kind", "count", "note",
    "visits_planned", "visits_made", "hours", "visits_missed", "notice",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A month of a ward: what was done, and what was recorded."""

    month: str
    activity: str
    missed: bool
    violence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTable:
    """Counts by span of months and kind.

    Parameters
    ----------
    caption
        What is counted, where.
    kinds
        Columns, in words.
    rows
        The span in words and the counts, newest first.
    """

    caption: str
    kinds: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePage:
    """A ward or borough.

    Parameters
    ----------
    place
        Which.
    months
        Newest first.
    tables
        Counts by kind: of a ward by quarter, of what it lies in by month.
    domestic
        Domestic abuse of the borough and what it lies in; never of the ward.
    change
        Whether violence changed, in a sentence.
    has_chart
        Whether any month has a count.
    """

    place: PlaceEdition
    months: tuple[MonthRow, ...]
    tables: tuple[KindTable, ...]
    domestic: tuple[KindTable, ...]
    change: str
    has_chart: bool


def month_words(month: str) -> str:
    """Return a month in words, "June 2026"."""
    return f"{Month.parse(month).first:%B %Y}"


def span_words(month: str, months: int) -> str:
    """Return a span of whole months in words."""
    first = Month.parse(month)
    last = first.plus(months - 1)
    return month_words(month) if months == 1 else f"{first.first:%B} to {last.first:%B %Y}"


def place_page(edition: Edition, slug: str) -> PlacePage:
    """Return what is told of a place; one that is not there raises ``NotHeldError``.

    Parameters
    ----------
    edition
        The public edition.
    slug
        Its address.
    """
    place = edition.place(slug)
    monthly = {line.month: line for line in all_by_month(place)}
    activity = {line.month: line for line in place.activity}
    rows = tuple(
        MonthRow(
            month=month_words(month),
            activity=activity[month].words if month in activity else "",
            missed=month in activity
            and bool((activity[month].missed or 0) or _is_short(activity[month].words)),
            violence=monthly[month].words if month in monthly else NOT_TOLD,
        )
        for month in reversed(edition.months)
    )
    around = edition.within(place)
    mine = [each for each in (place, *around) if each.level != "ward"]
    tables = [_kinds(edition, place, months=QUARTER)] if place.level == "ward" else []
    tables += [_kinds(edition, each, months=1) for each in mine]
    domestic = [_kinds(edition, each, months=1, domestic=True) for each in mine]
    return PlacePage(
        place=place,
        months=rows,
        tables=tuple(each for each in tables if each.rows),
        domestic=tuple(each for each in domestic if each.rows),
        change=change_words(all_by_month(place)),
        has_chart=any(line.count is not None for line in monthly.values()),
    )


def _is_short(words: str) -> bool:
    return words.endswith("target missed")


def all_by_month(place: PlaceEdition) -> list[CountLine]:
    """Return the counts of all forms together by month, in order."""
    return [line for line in place.counts if line.kind == ALL and line.months == 1]


def change_words(lines: Sequence[CountLine]) -> str:
    """Return whether the newest three months differ from the three before, as far as told.

    Two Poisson counts whose sum is n differ by more than chance in about 19 of 20 cases where
    the difference is above 1.96 times the root of n; crime scatters more than that.
    """
    counts = [line.count for line in lines[-2 * QUARTER :]]
    known = [n for n in counts if n is not None]
    if len(known) < 2 * QUARTER:
        return "Whether violence changed cannot be told: too few months are known or shown."
    before, after = sum(known[:QUARTER]), sum(known[QUARTER:])
    said = f"{after:,} recorded in the newest three months, {before:,} in the three before"
    is_chance = abs(after - before) <= 1.96 * (after + before) ** 0.5
    end = "chance alone could do this" if is_chance else MORE
    return f"{said}: {end}. What caused it cannot be told from these counts."


def _kinds(
    edition: Edition, place: PlaceEdition, *, months: int, domestic: bool = False
) -> KindTable:
    """Return the counts of a place by span and kind, newest first."""
    lines = [
        line
        for line in place.counts
        if line.months == months and (line.kind == DOMESTIC) == domestic
    ]
    kinds = [kind for kind, _ in edition.kinds if any(line.kind == kind for line in lines)]
    by_key = {(line.month, line.kind): line.words for line in lines}
    spans = sorted({line.month for line in lines}, reverse=True)
    rows = tuple(
        (span_words(span, months), tuple(by_key.get((span, kind), NOT_TOLD) for kind in kinds))
        for span in spans
    )
    what = "Domestic abuse" if domestic else "Violence, domestic abuse left out"
    by = "quarter" if months == QUARTER else "month"
    return KindTable(
        caption=f"{what}, recorded in {place.name}, by {by}",
        kinds=tuple(edition.kind_words[kind] for kind in kinds),
        rows=rows,
    )


def place_chart(edition: Edition, slug: str) -> str:
    """Return the months of a place as an SVG file."""
    place = edition.place(slug)
    title = f"All violence but domestic abuse, recorded in {place.name}, by month"
    return month_chart(all_by_month(place), title=title)


def edition_csv(edition: Edition, places: Iterable[PlaceEdition]) -> str:
    """Return places as CSV; no text in it starts as a spreadsheet formula does.

    Parameters
    ----------
    edition
        The public edition.
    places
        Those wanted.
    """
    synthetic = [SYNTHETIC_SENTENCE] if edition.is_synthetic else []
    notice = " ".join((*synthetic, PLACE_NOT_PERSON, NOT_ABOUT_PERSON))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for place in places:
        head = [defused(clean(t)) for t in (place.level, place.name, place.borough, place.bcu)]
        for line in place.counts:
            note = "" if line.count is not None else line.words
            kind = edition.kind_words[line.kind]
            row = (*head, line.month, line.months, kind, line.count, note, "", "", "", "", notice)
            writer.writerow(row)
        for each in place.activity:
            told = (each.planned, each.made, each.hours, each.missed)
            note = "" if each.made is not None else each.words
            writer.writerow((*head, each.month, 1, "Visits", "", note, *told, notice))
    return out.getvalue()
