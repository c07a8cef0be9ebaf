"""What the files of a pack lack, in a panel's words: missing months first, then the gravest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.pack_periods import month_words, span_words
from rightplace.app.searches.pack_words import force_words, value_words
from rightplace.core.time import Month
from rightplace.powers.searches.completeness import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
PLACE = "place"
CAME_OR_WENT = (
    "Why a word came or went the files do not say: it may not have been used, or another word may "
    "stand for it."
)


def completeness_told(searches: Searches, months: PackMonths) -> tuple[str, ...]:
    """Return what the files lack in the months of a pack, a sentence or two each.

    Months without a file come first, then what is found wrong with others, the gravest first.

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
        (
            each
            for each in searches.findings
            if each.kind is not Kind.MISSING and _within(each, first, last)
        ),
        key=lambda each: (order.index(each.kind), each.first_month, each.what),
    )
    told = list(missing_told(months))
    told += [finding_told(each) for each in concerned]
    if any(each.kind in {Kind.VANISHED, Kind.NOT_YET} for each in concerned):
        told.append(CAME_OR_WENT)
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


def missing_told(months: PackMonths) -> Iterator[str]:
    """Yield each run of months of which no search is held, and what follows for the counts."""
    for some, whose in (
        ([m for m in months.absent if m in months.period], "of the period"),
        ([m for m in months.absent if m not in months.period], "of the year before"),
    ):
        for run in _runs(some):
            n = len(run)
            how_many = "1 month" if n == 1 else f"{n} months"
            yield (
                f"No file is held of {span_words(run)}, {how_many} {whose}: that is no data and "
                "not 0 searches, and no count holds them."
            )


def finding_told(found: Finding) -> str:
    """Return what is wrong with some months in a panel's words: only what is known."""
    when = span_words((Month.of(found.first_month), Month.of(found.last_month)))
    whose = f"{force_words(found.force)}, {when}"
    months = (found.last_month.year - found.first_month.year) * 12
    months += found.last_month.month - found.first_month.month + 1
    monthly = f"{found.searches / months:,.0f} searches a month"
    usual = "" if found.usual is None else f" against {found.usual:,.0f} a month before"
    share = "" if found.usual is None else f"{100 * found.usual:.0f} %"
    named = category_words(found.what)
    blank = "every search" if found.usual == 1 else f"{share} of searches or more"
    if found.kind is Kind.INCOMPLETE:
        lost = "; ".join(category_words(each) for each in found.what.split("; "))
        said = (
            f"incomplete publication, not a fall. {monthly}{usual}, and none of them with {lost}. "
            "Counts and rates speak of the rest alone."
        )
    else:
        said = {
            Kind.MISSING: "no file is held: no data, not 0 searches.",
            Kind.STUB: f"nearly empty, {monthly}{usual}: a stub of a file, and not a fall.",
            Kind.VANISHED: f"no search has {named}; before, {share} had it.",
            Kind.NOT_YET: f"no search has {named}; later, {share} have it.",
            Kind.BLANK: f"the column {named} is blank in {blank}.",
            Kind.NO_TIME: f"{share} of searches begin at exactly 00:00: they have a day, no time.",
            Kind.DROP: (
                f"{monthly}{usual}; every category is there, so it may be a fall or a late "
                "publication."
            ),
        }[found.kind]
    return f"{whose}: {said}"


def category_words(category: str) -> str:
    """Return a category as ``the outcome “Caution”``, in the words of the tables."""
    column, _, word = category.partition(": ")
    title = PLACE if column == PLACE else COLUMNS.get(column, column).lower()
    return f"the {title} “{published_words(column, word)}”" if word else f"“{title}”"


def published_words(column: str, word: str) -> str:
    """Return one of our words, or a residual word of completeness, as a panel reads it."""
    told = value_words(column, word)
    return told if told != word else word[:1].upper() + word[1:]


def _runs(months: Sequence[Month]) -> list[list[Month]]:
    """Return months in order as runs in which each follows the one before."""
    runs: list[list[Month]] = []
    for month in months:
        if runs and runs[-1][-1].plus(1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _within(found: Finding, first: Month, last: Month) -> bool:
    return Month.of(found.first_month) <= last and Month.of(found.last_month) >= first


def _used(use: WordUse, first: Month, last: Month) -> bool:
    return Month.of(use.first_month) <= last and Month.of(use.last_month) >= first
