"""What a pack says of its own sources: what they lack, and how their words changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.pack_periods import month_words
from rightplace.briefing.searches.values import Section, Table
from rightplace.core.time import Month
from rightplace.powers.searches.completeness import Kind

if TYPE_CHECKING:
    from rightplace.app.searches.pack_periods import PackMonths
    from rightplace.powers.searches.completeness import Finding
    from rightplace.powers.searches.read import Searches, WordUse

COLUMNS = {
    "type": "Type of search",
    "power": "Power",
    "object": "Object of search",
    "outcome": "Outcome",
    "age": "Age",
    "sex": "Sex",
    "self_defined": "Self-defined ethnicity",
    "officer_defined": "Officer-defined ethnicity",
}


def completeness_told(searches: Searches, months: PackMonths) -> tuple[str, ...]:
    """Return what the files lack in the months of a pack, the gravest first, a sentence each.

    Parameters
    ----------
    searches
        As they were read, with what was found.
    months
        Of the pack: its period, and all from a year before.
    """
    first, last = months.series[0], months.series[-1]
    order = list(Kind)
    concerned = sorted(
        (each for each in searches.findings if _within(each, first, last)),
        key=lambda each: (order.index(each.kind), each.first_month, each.what),
    )
    told = [each.message for each in concerned]
    told += [
        f"{each.searches:,} searches of {month_words(Month.of(each.month))} are held twice; those "
        f"of {each.publisher} are left out beside the {each.kept_searches:,} of {each.kept}."
        for each in searches.left_out
        if first <= Month.of(each.month) <= last
    ]
    told += [each.message for each in searches.unknown if _used(each.use, first, last)]
    if searches.cancelled:
        told.append(f"{searches.cancelled:,} searches marked as recorded in error are left out.")
    return tuple(dict.fromkeys(told))


def _changed(use: WordUse, months: PackMonths, *, first: Month, last: Month) -> bool:
    """Return whether a word was first or last used in the months of a pack, and not throughout."""
    came, went = Month.of(use.first_month), Month.of(use.last_month)
    span = (months.series[0], months.series[-1])
    return (first < came and span[0] <= came <= span[1]) or (
        went < last and span[0] <= went <= span[1]
    )


def _within(found: Finding, first: Month, last: Month) -> bool:
    return Month.of(found.first_month) <= last and Month.of(found.last_month) >= first


def _used(use: WordUse, first: Month, last: Month) -> bool:
    return Month.of(use.first_month) <= last and Month.of(use.last_month) >= first


def drift_section(searches: Searches, months: PackMonths) -> Section:
    """Return the published words that came or went, and what each is read as.

    Parameters
    ----------
    searches
        As they were read, with every word that was used.
    months
        Of the pack: what changed within them is listed.
    """
    held = [Month.of(day) for day in searches.table["month"].unique().to_pylist()]
    first, last = min(held), max(held)
    changed = [
        use
        for use in searches.drift
        if use.column in COLUMNS and _changed(use, months, first=first, last=last)
    ]
    rows = tuple(
        (
            use.word or "(blank)",
            COLUMNS[use.column],
            use.ours or "not given",
            f"{use.first_month:%b %Y}",
            f"{use.last_month:%b %Y}",
        )
        for use in sorted(changed, key=lambda u: (list(COLUMNS).index(u.column), u.first_month))
    )
    told = (
        f"Of {len(searches.drift)} words published from {month_words(first)} to "
        f"{month_words(last)}, {len(rows)} came or went in the months of this pack."
    )
    return Section(
        key="drift",
        heading="Words that changed",
        findings=(told,),
        tables=(
            Table(
                caption="Published words that came or went",
                header=("As published", "Column", "Read as", "First used", "Last used"),
                rows=rows,
                wordy=(1, 2, 3, 4),
            ),
        )
        if rows
        else (),
        counting=(
            (
                "Forces and releases name the same thing differently. Each published word leads to "
                "one of ours by a table that anybody can read; a word in no table is listed above, "
                "its searches count, and it is read as not given."
            ),
        ),
    )
