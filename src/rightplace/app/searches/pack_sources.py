"""What a pack says of the words of its own sources: which came or went, and how each is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.pack_completeness import COLUMNS, published_words
from rightplace.app.searches.pack_periods import month_words
from rightplace.briefing.searches.values import Section, Table
from rightplace.core.time import Month

if TYPE_CHECKING:
    from rightplace.app.searches.pack_periods import PackMonths
    from rightplace.powers.searches.read import Searches, WordUse


def _changed(use: WordUse, months: PackMonths, *, first: Month, last: Month) -> bool:
    """Return whether a word was first or last used in the months of a pack, and not throughout."""
    came, went = Month.of(use.first_month), Month.of(use.last_month)
    span = (months.series[0], months.series[-1])
    return (first < came and span[0] <= came <= span[1]) or (
        went < last and span[0] <= went <= span[1]
    )


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
            published_words(use.column, use.ours or "not given"),
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
