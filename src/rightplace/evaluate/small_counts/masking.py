"""Choosing what to withhold of a table that is about to be released.

Small counts are withheld, and beside them as many others, the least telling first, as it takes
until every withheld small count stays uncertain by the width of the rule for whoever knows this
release and all before it. Once shown, a figure is shown in later releases too; once withheld, it
stays withheld.

Rounding was weighed and not taken: rounded figures no longer add up to the totals that partners
check against their own, the roundings of one count in several releases must be remembered just the
same, and windows that overlap give sums of roundings from which counts can be told again.

What is not promised: safety from somebody who knows single records beside the releases, or who
runs this choice again on tables that they imagine; the width of the rule leaves room for both.
"""

from __future__ import annotations

from collections import Counter
from math import log1p
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, RefusedError
from rightplace.evaluate.small_counts.knowledge import Released
from rightplace.evaluate.small_counts.risks import Risk, Risks, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.evaluate.small_counts.figures import CountTable, Figure
    from rightplace.evaluate.small_counts.rule import SmallCountRule


def masked(
    table: CountTable, wanted: Iterable[Figure], *, before: Released, rule: SmallCountRule
) -> Released:
    """Return which of the wanted figures may be shown, and which are withheld.

    A figure without data is neither. What was released before stands as it was. Small counts are
    kept uncertain whether they are asked for or not: two windows that overlap are not released
    if their difference would tell a month that nobody asked for.

    A count that was changed after its release raises ``BadInputError``; ``RefusedError`` is raised
    if even withholding all of it would not do: then what was released before broke the rule.

    Parameters
    ----------
    table
        The true counts, in which every count released before stands as it stood then.
    wanted
        The figures to be released.
    before
        Everything ever released, to anybody.
    rule
        What is small, and how uncertain a withheld count must stay.
    """
    _check_true(table, before)
    asked = [each for each in dict.fromkeys(wanted) if table.value(each) is not None]
    new = frozenset(each for each in asked if each not in before)
    small = frozenset(each for each in new if rule.is_small(table.value(each) or 0))
    shown = {each: table.value(each) or 0 for each in new if each not in small}
    proposed = before.with_more(Released(shown=shown, withheld=small))
    months = frozenset(m for each in new for m in range(each.first, each.last + 1))
    found, settled = Risks(table=table, months=months, rule=rule), None
    while settled is not proposed:  # what is withheld in one block may tie it to another
        settled = proposed
        for block in blocks(table, proposed):
            proposed = _settled(found, block, proposed, new=new)
    wanted_ones = frozenset(asked)
    return Released(
        shown={each: n for each, n in proposed.shown.items() if each in wanted_ones},
        withheld=proposed.withheld & wanted_ones,
        blank=proposed.blank & wanted_ones,
    )


def _check_true(table: CountTable, before: Released) -> None:
    """Check that what was released is what the table says.

    Raises
    ------
    BadInputError
        If a count was changed after its release.
    """
    for each, n in before.shown.items():
        if table.value(each) != n:
            msg = f"{each} was released as {n} and is {table.value(each)} in the table."
            remedy = "Keep counts as they stood when they were first released."
            raise BadInputError(msg, value=each, remedy=remedy)


def _settled(
    found: Risks, block: frozenset[Figure], released: Released, *, new: frozenset[Figure]
) -> Released:
    """Withhold more and more of what is new until no small count of a block is at risk."""
    while risks := found.of(released, block):
        more = _to_withhold(found.table, risks, released, new=new)
        if more:
            released = _without(released, withheld=more)
        else:
            released = _without(released, blank=_to_blank(risks, block, released, new=new))
    return released


def _to_withhold(
    table: CountTable, risks: Sequence[Risk], released: Released, *, new: frozenset[Figure]
) -> frozenset[Figure]:
    """Return new figures, none of them zero, without which the risks are less.

    For each risk the figure that tells least, preferred the more risks it serves.
    """
    options = [_options(table, risk, released, new=new) for risk in risks]
    votes = Counter(each for group in options for each in group)
    chosen: set[Figure] = set()
    for group in sorted(options, key=len):
        if group and chosen.isdisjoint(group):
            price = {each: log1p(released.shown[each]) / votes[each] for each in group}
            chosen.add(min(price, key=lambda each: (price[each], each)))
    return frozenset(chosen)


def _options(
    table: CountTable, risk: Risk, released: Released, *, new: frozenset[Figure]
) -> tuple[Figure, ...]:
    """Return new figures of the rows that hold a risk, and new parts of them, zeros left out."""
    found: dict[Figure, None] = {}
    for held in risk.held_by:
        waiting, is_first = [held], True
        while waiting:
            each = waiting.pop()
            if released.shown.get(each, 0) and each in new:
                found[each] = None
            if is_first or each not in released.shown:
                waiting.extend(table.split(each))
            is_first = False
    return tuple(found)


def _to_blank(
    risks: Sequence[Risk],
    block: frozenset[Figure],
    released: Released,
    *,
    new: frozenset[Figure],
) -> frozenset[Figure]:
    """Return what is new in a block in the months of the risks, zeros too; else all that is new.

    Raises
    ------
    RefusedError
        If nothing new is left: what was released before tells too much by itself.
    """
    left = (new & block) - released.blank or new - released.blank
    over = {
        each
        for each in left
        for risk in risks
        if each.first <= risk.figure.last and risk.figure.first <= each.last
    }
    if not left:
        msg = f"{len(risks)} small counts can be told from what was released before."
        remedy = "Release nothing more of this area, and tell the data protection officer."
        raise RefusedError(msg, value=risks[0].figure, remedy=remedy)
    return frozenset(over or left)


def _without(
    released: Released,
    *,
    withheld: frozenset[Figure] = frozenset(),
    blank: frozenset[Figure] = frozenset(),
) -> Released:
    """Return what is released when some of it is withheld after all."""
    away = withheld | blank
    return Released(
        shown={each: n for each, n in released.shown.items() if each not in away},
        withheld=(released.withheld - blank) | withheld,
        blank=released.blank | blank,
    )
