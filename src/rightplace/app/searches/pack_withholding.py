"""Which figures of a pack a panel or the public may see: no small count, and none that gives it.

The rule. A count of 1 to 4 is withheld; 0 is shown, for it tells that nobody was searched. Figures
add up (all powers are section 60 and the others; a characteristic's values add up to all searches;
boroughs to the whole; searches to those with and without a further action), so whoever sees all
but one figure of a sum can reckon that one. Of each sum the withheld figures must therefore be two
or more, and so many searches in all that each could lie anywhere in a span as wide as the rule;
else the smallest figure beside them is withheld too. That goes on until every sum holds.

What is not promised: safety from somebody who knows single records beside the pack. The stronger
choice of ``evaluate.small_counts`` remembers every release of one table; a pack's many tables have
no one table behind them, and each quarter is counted once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rightplace.app.searches.pack_counting import (
    OTHER_POWERS,
    SECTION_60,
    WHOLE,
    Counts,
    Key,
)
from rightplace.app.searches.pack_words import CHILDREN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

FINDS = ("any_outcome", "arrests")
"""Counts of searches with a result, told for each characteristic beside the searches."""


class Figure(NamedTuple):
    """One count: which searches, in which span of months, and which measure of them."""

    span: str
    key: Key
    measure: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure and the figures that it is the sum of."""

    total: Figure
    parts: tuple[Figure, ...]

    @property
    def members(self) -> tuple[Figure, ...]:
        """The parts and their total: whoever knows all but one knows that one."""
        return (*self.parts, self.total)


def withheld(figures: Mapping[Figure, int], sums: Iterable[Sum], *, smallest: int) -> set[Figure]:
    """Return the figures that are not shown.

    Parameters
    ----------
    figures
        Every count that somebody could see or reckon; those absent are 0.
    sums
        How they add up.
    smallest
        The smallest count above 0 that is shown, 2 or more.
    """
    hidden = {figure for figure, n in figures.items() if 0 < n < smallest}
    held = list(sums)
    sums_of: defaultdict[Figure, list[int]] = defaultdict(list)
    for number, each in enumerate(held):
        for member in each.members:
            sums_of[member].append(number)
    waiting = sorted({number for figure in hidden for number in sums_of[figure]})
    while waiting:
        number = waiting.pop()
        while not _is_safe(held[number], hidden, figures, smallest=smallest):
            beside = _smallest_beside(held[number], hidden, figures)
            if beside is None:
                break
            hidden.add(beside)
            waiting.extend(sums_of[beside])
    return hidden


def _is_safe(
    each: Sum, hidden: set[Figure], figures: Mapping[Figure, int], *, smallest: int
) -> bool:
    """Return whether no hidden figure of a sum can be reckoned to within the rule's span."""
    parts = [figures.get(part, 0) for part in each.parts if part in hidden]
    if not parts:
        return each.total not in hidden
    if each.total in hidden:
        return True  # nothing bounds the parts from above by this sum
    return len(parts) > 1 and sum(parts) - len(parts) >= smallest - 1


def _smallest_beside(
    each: Sum, hidden: set[Figure], figures: Mapping[Figure, int]
) -> Figure | None:
    """Return the smallest figure of a sum that is shown and not 0, parts before the total.

    Beside a band of children the other one goes first: both together can then still be told.
    """
    shown = [part for part in each.parts if part not in hidden and figures.get(part, 0)]
    if any(_is_of_children(part) for part in each.parts if part in hidden):
        shown = [part for part in shown if _is_of_children(part)] or shown
    if shown:
        return min(shown, key=lambda part: (figures.get(part, 0), part))
    return None if each.total in hidden else each.total


def _is_of_children(figure: Figure) -> bool:
    return figure.key.characteristic == "age" and figure.key.value in CHILDREN


def is_told(key: Key, measure: str) -> bool:
    """Return whether a figure is one of the fixed set that panels see.

    For the whole force everything is; for a borough all searches by each characteristic, and
    searches and finds under section 60 and the other powers, but not all of these crossed.
    """
    if WHOLE in (key.place, key.characteristic):
        return True
    return key.power == WHOLE and measure == "searches"


def is_hidden(hidden: Collection[Figure], span: str, key: Key, measure: str) -> bool:
    """Return whether a count is withheld: it, or for finds how many lack one, is."""
    if Figure(span, key, measure) in hidden:
        return True
    return measure in FINDS and Figure(span, key, f"not {measure}") in hidden


def sums_of(span: str, counts: Mapping[Key, Counts]) -> Iterator[Sum]:
    """Yield how the told figures of a span add up, for searches and for each kind of find.

    Parameters
    ----------
    span
        Name of the span of months.
    counts
        Every count of it, boroughs and powers apart.
    """
    by_characteristic: defaultdict[Key, list[Key]] = defaultdict(list)  # by key without value
    by_place: defaultdict[Key, list[Key]] = defaultdict(list)
    by_power: dict[Key, list[Key]] = {}
    for key in counts:
        if key.characteristic:
            by_characteristic[key._replace(value="")].append(key)
        if key.place:
            by_place[key._replace(place=WHOLE)].append(key)
        if key.power == WHOLE:
            by_power[key] = [key._replace(power=power) for power in (SECTION_60, OTHER_POWERS)]
    groups = [
        (each._replace(characteristic=WHOLE), parts) for each, parts in by_characteristic.items()
    ]
    groups += [*by_place.items(), *by_power.items()]
    for measure in ("searches", *FINDS, *(f"not {find}" for find in FINDS)):
        for total, parts in groups:
            yield from _told(span, total, parts, measure)
    for key in counts:
        for find in (find for find in FINDS if is_told(key, find)):
            parts_of_it = (Figure(span, key, find), Figure(span, key, f"not {find}"))
            yield Sum(Figure(span, key, "searches"), parts_of_it)


def _told(span: str, total: Key, parts: Sequence[Key], measure: str) -> Iterator[Sum]:
    if all(is_told(part, measure) for part in parts):
        yield Sum(
            Figure(span, total, measure), tuple(Figure(span, part, measure) for part in parts)
        )


def figures_of(span: str, counts: Mapping[Key, Counts]) -> dict[Figure, int]:
    """Return each told count of a span, with the searches that had no such result."""
    found: dict[Figure, int] = {}
    for key, each in counts.items():
        if is_told(key, "searches"):
            found[Figure(span, key, "searches")] = each.searches
        for find in (find for find in FINDS if is_told(key, find)):
            n = getattr(each, find)
            found[Figure(span, key, find)] = n
            found[Figure(span, key, f"not {find}")] = each.searches - n
    return found
