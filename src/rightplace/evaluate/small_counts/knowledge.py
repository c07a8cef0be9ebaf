"""What somebody knows who kept every figure that was ever released, as linear rows over cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rightplace.evaluate.small_counts.figures import CountTable, Figure


@dataclass(frozen=True, kw_only=True, eq=False)
class Released:
    """What left the building: figures shown with their values, and figures seen to be withheld.

    Parameters
    ----------
    shown
        Value of each figure that was shown.
    withheld
        Figures shown as withheld: whoever knows the rule knows that they are 1 or more.
    blank
        Figures withheld where zeros were withheld too: nothing is known of them.

    Raises
    ------
    BadInputError
        If a figure is in two of these.
    """

    shown: Mapping[Figure, int] = field(default_factory=dict)
    withheld: frozenset[Figure] = frozenset()
    blank: frozenset[Figure] = frozenset()

    def __post_init__(self) -> None:
        """Check that each figure is one of the three.

        Raises
        ------
        BadInputError
            If a figure is in two.
        """
        both = (self.withheld & self.blank) | {
            each for each in self.withheld | self.blank if each in self.shown
        }
        if both:
            msg = f"{min(both)} is both shown and withheld."
            raise BadInputError(msg, value=min(both), remedy="Show a figure or withhold it.")

    def __contains__(self, figure: Figure) -> bool:
        return figure in self.shown or figure in self.withheld or figure in self.blank

    def with_more(self, other: Released) -> Released:
        """Return both together; of what is in both, the first stands."""
        shown = {**other.shown, **self.shown}
        hidden = self.withheld | self.blank
        for each in hidden:
            shown.pop(each, None)
        held = frozenset(self.shown) | hidden
        return Released(
            shown=shown,
            withheld=self.withheld | (other.withheld - held),
            blank=self.blank | (other.blank - held),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing known: cells of unknown value that add up to a total, or to at least one.

    Parameters
    ----------
    figure
        The figure that it is known from.
    cells
        Cells that are not known.
    total
        What they add up to; None where only that they are 1 or more together.
    """

    figure: Figure
    cells: tuple[Figure, ...]
    total: int | None


def reduced(table: CountTable, figure: Figure, shown: Mapping[Figure, int]) -> list[Figure]:
    """Return the cells of a figure that stay unknown when every shown part of it is taken off."""
    unknown: list[Figure] = []
    waiting = table.split(figure) or ([] if figure in shown else [figure])
    while waiting:
        each = waiting.pop()
        if each in shown:
            continue
        below = table.split(each)
        if below:
            waiting.extend(below)
        else:
            unknown.append(each)
    return unknown


def rows_of(table: CountTable, released: Released, figures: Iterable[Figure]) -> list[Row]:
    """Return what is known from some released figures; nothing is known of blank ones.

    A row's total is the sum of the true counts of its cells: what is shown is true, so taking
    shown parts off a shown total leaves just that.

    Parameters
    ----------
    table
        The true counts.
    released
        All that was released.
    figures
        Those whose rows are wanted.
    """
    found = []
    for each in figures:
        if each in released.blank:
            continue
        cells = reduced(table, each, released.shown)
        rest = sum(table.value(cell) or 0 for cell in cells)
        is_shown = each in released.shown
        if cells and (is_shown or rest == table.value(each)):  # else a shown part is 1 or more
            found.append(Row(figure=each, cells=tuple(cells), total=rest if is_shown else None))
    return found
