"""A kept pack put into words: the same from the command line, on a page and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rightplace.app.searches.pack_children import children_section
from rightplace.app.searches.pack_counting import WHOLE
from rightplace.app.searches.pack_rates import conduct_section, rates_section
from rightplace.app.searches.pack_sections import (
    borough_section,
    breakdown_sections,
    month_section,
    power_section,
)
from rightplace.app.searches.pack_words import force_words, place_words
from rightplace.briefing.searches.values import Chart, Mark, Pack, Section, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.app.searches.pack_rates import Rates
    from rightplace.app.searches.pack_slice import Slice

LIMITS = (
    (
        "Whether any one search was right: a search that finds nothing can be right, and one that "
        "finds something wrong."
    ),
    (
        "Whether searches lower violence: studies of London found little or no link between "
        "the level of searching and violent crime."
    ),
    "How any officer searches: no officer is counted, shown or ranked.",
    "Why a number changed: more or fewer searches follow operations, powers and what is recorded.",
)


def pack_document(
    record: Mapping[str, Any],
    seen: Slice,
    held: Rates,
    *,
    marking: str,
    true_counts: bool = False,
) -> Pack:
    """Return a pack in words.

    Parameters
    ----------
    record
        Content of the run's ``run.json``.
    seen
        What the reader sees of its counts.
    held
        Its rates.
    marking
        Protective marking.
    true_counts
        Whether small counts stand: inside the force alone.
    """
    result = record["result"]
    whole = seen.place == WHOLE and not seen.power
    fixed = sections_of(result["sections"]) if whole else ()
    return Pack(
        run_id=str(record["id"]),
        title=_title(result, seen),
        period=seen.months.words,
        compared=seen.months.before_words,
        marking=marking,
        summary=_summary(seen, true_counts=true_counts),
        warnings=tuple(result["completeness"]),
        sections=(
            *_rates(seen, held, true_counts=true_counts),
            *counted_sections(seen),
            *fixed,
        ),
        limits=LIMITS,
        foot=_foot(record),
        synthetic=bool(result["synthetic"]),
    )


def counted_sections(seen: Slice) -> list[Section]:
    """Return the sections that count searches, in a panel member's order."""
    made = [month_section(seen)]
    if not seen.power and not seen.place:
        made.append(power_section(seen))
    breakdowns = breakdown_sections(seen)
    made += breakdowns[:2]
    if not seen.place:
        made.append(borough_section(seen))
    return [*made, *breakdowns[2:], children_section(seen)]


def _rates(seen: Slice, held: Rates, *, true_counts: bool) -> tuple[Section, ...]:
    """Return the find rates and how searches were done, of the whole force or inside it."""
    if seen.place != WHOLE and not true_counts:
        return ()
    return (
        rates_section(seen, held, true_counts=true_counts),
        conduct_section(seen, held, true_counts=true_counts),
    )


def _title(result: Mapping[str, Any], seen: Slice) -> str:
    force = force_words(str(result["force"]))
    of = "" if not seen.power else f", {seen.power}"
    where = "" if seen.place == WHOLE else f", {place_words(seen.place)}"
    return f"Stop and search: {force}{where}{of}"


def _summary(seen: Slice, *, true_counts: bool) -> tuple[str, ...]:
    searches = seen.number()
    told = "withheld" if searches is None else f"{searches:,}"
    months = seen.months
    n, of = len(months.held), len(months.period)
    within = months.span if n == of else f"the {n} of {of} months of {months.span} that are held"
    hidden = (
        "Small counts stand as they are: this is for use inside the force."
        if true_counts
        else "Counts of 1 to 4, and others that would tell them, are withheld; no share is told "
        f"of fewer than {seen.least_for_rate} searches."
    )
    return (
        f"{told} searches were recorded in {within}.",
        "Counts are of searches, not of people: who was searched twice is counted twice.",
        hidden,
    )


def _foot(record: Mapping[str, Any]) -> tuple[str, ...]:
    inputs = record["inputs"]
    releases = sorted({str(each["release"]) for each in inputs if each["release"]})
    told = ", ".join(releases[-3:]) if releases else "not declared"
    return (
        (
            f"Run {record['id']}: `rightplace explain {record['id']}` leads back to its "
            f"{len(inputs)} files, their digests and the settings."
        ),
        f"Releases of the data: {told}. Code {record['code_version']}. Seed {record['seed']}.",
    )


def sections_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Section, ...]:
    """Return sections as they were kept in a run's record."""
    return tuple(
        Section(
            key=each["key"],
            heading=each["heading"],
            findings=tuple(each["findings"]),
            charts=tuple(_chart(chart) for chart in each["charts"]),
            tables=tuple(_table(table) for table in each["tables"]),
            refusals=tuple(each["refusals"]),
            counting=tuple(each["counting"]),
        )
        for each in kept
    )


def _chart(kept: Mapping[str, Any]) -> Chart:
    return Chart(**{**kept, "marks": tuple(Mark(**mark) for mark in kept["marks"])})


def _table(kept: Mapping[str, Any]) -> Table:
    return Table(
        caption=kept["caption"],
        header=tuple(kept["header"]),
        rows=tuple(tuple(row) for row in kept["rows"]),
        wordy=tuple(kept["wordy"]),
    )
