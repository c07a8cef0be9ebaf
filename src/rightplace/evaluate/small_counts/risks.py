"""Small counts at risk: those that all releases together would tell too closely."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rightplace.evaluate.small_counts import attack
from rightplace.evaluate.small_counts.figures import ALL, Figure
from rightplace.evaluate.small_counts.knowledge import reduced, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rightplace.evaluate.small_counts.attack import System
    from rightplace.evaluate.small_counts.figures import CountTable
    from rightplace.evaluate.small_counts.knowledge import Released, Row
    from rightplace.evaluate.small_counts.rule import SmallCountRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A small count that can be told too closely.

    Parameters
    ----------
    figure
        The count.
    held_by
        Released figures that bound it.
    """

    figure: Figure
    held_by: tuple[Figure, ...]


def blocks(table: CountTable, released: Released) -> list[frozenset[Figure]]:
    """Return released figures in groups that can be reasoned on apart, as things stand.

    A wider area whose parts have parts ties those together that are not shown; of those that are,
    its total says nothing more. So boroughs of a BCU come apart, and a city is quick.

    Parameters
    ----------
    table
        The true counts.
    released
        All that was released, and what is about to be.
    """
    everything = [*released.shown, *released.withheld, *released.blank]
    head: dict[str, str] = {}

    def find(area: str) -> str:
        while head.setdefault(area, area) != area:
            head[area] = area = head[head[area]]
        return area

    for figure in everything:
        if any(each in table.parts for each in table.parts.get(figure.area, ())):
            for cell in reduced(table, figure, released.shown):
                head[find(_group(table, cell.area))] = find(figure.area)
    groups: dict[str, list[Figure]] = {}
    for figure in everything:
        groups.setdefault(find(_group(table, figure.area)), []).append(figure)
    return [frozenset(group) for _, group in sorted(groups.items())]


def _group(table: CountTable, area: str) -> str:
    """Return the area directly above a leaf, and any other area as it is."""
    return area if area in table.parts else table.above.get(area, area)


@dataclass(slots=True, kw_only=True, eq=False)
class Risks:
    """Finds the small counts at risk in blocks of figures; what is found safe is not asked again.

    Parameters
    ----------
    table
        The true counts.
    months
        Indices of the months that the new ones tell of; what is known from figures of other
        months alone is as safe as it was before.
    rule
        What is small, and how uncertain it must stay.
    """

    table: CountTable
    months: frozenset[int]
    rule: SmallCountRule
    safe: set[tuple[frozenset[Figure], frozenset[Figure]]] = field(default_factory=set)

    def of(self, released: Released, block: frozenset[Figure]) -> list[Risk]:
        """Return the small counts at risk, those of the table's finest figures among them.

        Parameters
        ----------
        released
            All that was released, and what is about to be.
        block
            Figures of it that can be reasoned on apart.
        """
        rows = rows_of(self.table, released, sorted(block))
        small = self._guarded(block)
        guarded = {each: reduced(self.table, each, released.shown) for each in small}
        found: list[Risk] = []
        for cells, own_rows, own_sums in _apart(rows, guarded):
            said = frozenset(row.figure for row in own_rows)
            key = (frozenset(cells), said)
            if key in self.safe or not any(self._is_touched(row.figure) for row in own_rows):
                continue
            at_risk = self._search(cells, own_rows, own_sums)
            if not at_risk:
                self.safe.add(key)
            found += at_risk
        return found

    def _is_touched(self, figure: Figure) -> bool:
        return not self.months.isdisjoint(range(figure.first, figure.last + 1))

    def _guarded(self, block: frozenset[Figure]) -> list[Figure]:
        """Return every small count that these figures tell of: by month, and as released."""
        areas = {cell.area for figure in block for cell in self._leaves(figure)}
        areas |= {figure.area for figure in block}
        months = {m for each in block for m in range(each.first, each.last + 1)}
        kinds = (*self.table.kinds, ALL)
        finest = {Figure(a, m, 1, k) for a in areas for m in months for k in kinds}
        return sorted(
            each for each in finest | block if self.rule.is_small(self.table.value(each) or 0)
        )

    def _leaves(self, figure: Figure) -> Iterator[Figure]:
        return self.table.cells(Figure(figure.area, figure.first, 1, self.table.kinds[0]))

    def _search(
        self, cells: Sequence[Figure], rows: Sequence[Row], sums: dict[Figure, list[Figure]]
    ) -> list[Risk]:
        system = attack.system_of(self.table, rows, cells=cells)
        if plain := self._plain(system, sums):
            return plain
        figures = list(sums)
        search = attack.start(system, system.rows_over(list(sums.values())), width=self.rule.width)
        attack.search_together(search)
        found = []
        for number, force in attack.search_each(search).items():
            holds = [r.figure for r, f in zip(system.rows, force, strict=True) if f > attack.SLACK]
            found.append(Risk(figure=figures[number], held_by=tuple(holds or [figures[number]])))
        return found

    def _plain(self, system: System, sums: dict[Figure, list[Figure]]) -> list[Risk]:
        """Return small counts that one row alone tells too closely: found without a programme."""
        least = dict(zip(system.cells, system.least.tolist(), strict=True))
        tight: dict[Figure, list[tuple[Figure, frozenset[Figure]]]] = {}
        for row in system.rows:
            if row.total is None:
                continue
            if row.total - sum(least[cell] for cell in row.cells) < self.rule.width:
                together = frozenset(row.cells)
                for cell in row.cells:
                    tight.setdefault(cell, []).append((row.figure, together))
        found = []
        for figure, cells in sums.items():
            held = tuple(row for row, within in tight.get(cells[0], ()) if within.issuperset(cells))
            if held:
                found.append(Risk(figure=figure, held_by=held))
        return found


def _apart(
    rows: Sequence[Row], sums: dict[Figure, list[Figure]]
) -> Iterator[tuple[list[Figure], list[Row], dict[Figure, list[Figure]]]]:
    """Yield cells in groups that no row and no sum ties together, with their rows and sums."""
    tied: list[Iterable[Figure]] = [*(row.cells for row in rows), *sums.values()]
    place: dict[Figure, int] = {}
    for cells in tied:
        for cell in cells:
            place.setdefault(cell, len(place))
    n_cells = len(place)
    pairs = [(n_cells + n, place[cell]) for n, cells in enumerate(tied) for cell in cells]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = n_cells + len(tied)
    graph = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    labels = sparse.csgraph.connected_components(graph, directed=False)[1].tolist()
    by_label: dict[int, tuple[list[Figure], list[Row], dict[Figure, list[Figure]]]] = {}
    for (figure, cells), label in zip(sums.items(), labels[n_cells + len(rows) :], strict=True):
        by_label.setdefault(label, ([], [], {}))[2][figure] = cells
    for row, label in zip(rows, labels[n_cells:], strict=False):
        if label in by_label:
            by_label[label][1].append(row)
    for cell, label in zip(place, labels, strict=False):
        if label in by_label:
            by_label[label][0].append(cell)
    yield from by_label.values()
