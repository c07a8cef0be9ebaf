"""Section of the pack on searches of people under 18, among those whose age is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rightplace.app.searches.pack_counting import OTHER_POWERS, SECTION_60, WHOLE
from rightplace.app.searches.pack_slice import BEFORE, NOW, shown_estimate, shown_number
from rightplace.app.searches.pack_words import CHILDREN, UNKNOWN
from rightplace.briefing.searches.values import Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.searches.pack_slice import Slice, Span

POWERS = ((WHOLE, "All powers"), (SECTION_60, "Section 60"), (OTHER_POWERS, "Other powers"))
COUNTING = (
    (
        "Bands “under 10” and “10 to 17” together, as a share of the searches whose age is known. "
        "Not known: the cell is blank, or the whole column is in that month."
    ),
    (
        "A child who is searched is a child to be safeguarded: whether an appropriate adult was "
        "present and a parent told is not in the published files."
    ),
)


class Ages(NamedTuple):
    """Searches of under-18s, of people whose age is known, and the rest; None is withheld."""

    under_18: int | None
    known: int | None
    unknown: int | None


def children_section(seen: Slice) -> Section:
    """Return searches of people under 18."""
    spans: tuple[Span, ...] = (NOW, BEFORE) if seen.is_compared else (NOW,)
    powers: tuple[tuple[str, str], ...] = POWERS
    if seen.power or seen.place:
        powers = ((WHOLE, "Searches of people under 18"),)
    rows = tuple((words, *_cells(seen, spans, power)) for power, words in powers)
    header = ["Power", "Under 18", "Age known", "Share of these (95 % interval)", "Not known"]
    header += ["A year before", "Share then (95 % interval)"] if seen.is_compared else []
    caption = f"People under 18: {seen.months.words}"
    caption += f", and {seen.months.before_words}" if seen.is_compared else ""
    return Section(
        key="children",
        heading="Children",
        findings=_told(seen),
        tables=(Table(caption=caption, header=tuple(header), rows=rows),),
        counting=COUNTING,
    )


def _cells(seen: Slice, spans: Sequence[Span], power: str) -> tuple[str, ...]:
    now = ages(seen, span=NOW, power=power)
    cells = [shown_number(now.under_18), shown_number(now.known), _share(seen, now)]
    cells.append(shown_number(now.unknown))
    if BEFORE in spans:
        before = ages(seen, span=BEFORE, power=power)
        cells += [shown_number(before.under_18), _share(seen, before)]
    return tuple(cells)


def _share(seen: Slice, of: Ages) -> str:
    return shown_estimate(of.under_18, of.known, least=seen.least_for_rate)


def _told(seen: Slice) -> tuple[str, ...]:
    """Return the share of the period in a sentence, by the same definition as the table."""
    now = ages(seen)
    if now.under_18 is None or now.known is None or now.known < seen.least_for_rate:
        return ()
    rest = f"; of {now.unknown:,} more the age is not known" if now.unknown else ""
    told = (
        f"{now.under_18:,} of the {now.known:,} searches whose age is known, {_share(seen, now)}, "
        f"were of people under 18{rest}."
    )
    return (told,)


def ages(seen: Slice, *, span: Span = NOW, power: str = WHOLE) -> Ages:
    """Return searches of under-18s and of known ages as far as this reader may know them.

    A sum is told where each of its parts is, or where it is what all the others leave.

    Parameters
    ----------
    seen
        What the reader sees.
    span, power
        Which searches.
    """
    bands = seen.values("age")
    groups = [
        [band for band in bands if band in CHILDREN],
        [band for band in bands if band not in {*CHILDREN, *UNKNOWN}],
        [band for band in bands if band in UNKNOWN],
    ]
    told = [_sum(seen, group, span, power) for group in groups]
    hidden = [n for n, each in enumerate(told) if each is None]
    if len(hidden) == 1 and _is_bare(seen, groups[hidden[0]], span, power):
        counts = (seen.counted("age", b, span=span, power=power) for b in groups[hidden[0]])
        told[hidden[0]] = sum(each.searches for each in counts)
    under_18, adults, unknown = told
    whole = seen.number(span=span, power=power)
    known = None if under_18 is None or adults is None else under_18 + adults
    if known is None and whole is not None and unknown is not None:
        known = whole - unknown
    return Ages(under_18, known, unknown)


def _sum(seen: Slice, bands: Sequence[str], span: Span, power: str) -> int | None:
    """Return searches of some bands; None where one of them is withheld."""
    counts = [seen.number("age", band, span=span, power=power) for band in bands]
    shown = [n for n in counts if n is not None]
    return sum(shown) if len(shown) == len(counts) else None


def _is_bare(seen: Slice, bands: Sequence[str], span: Span, power: str) -> bool:
    """Return whether a sum is what is left of all searches: whoever sees the rest knows it.

    All its parts must be withheld, so that the sum tells none of them.
    """
    hidden = [not seen.is_shown("age", band, span=span, power=power) for band in bands]
    return all(hidden) and seen.is_shown(span=span, power=power)
