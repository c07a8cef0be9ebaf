"""How far apart a withheld count may lie, for whoever knows every figure ever released.

A count is proved uncertain by two whole tables: both hold no count below what is known of it, both
add up, in whole numbers and exactly, to everything ever released, and they differ in that count by
the width of the rule. Whoever knows the releases cannot tell the two from the true table, so no
reasoning, by elimination, by bounds or by whole numbers, can be sharper. Linear programmes (HiGHS)
only search for such tables: a solver's error or a limit of time can make a count look less
protected than it is, never more.

References
----------
Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer and de Wolf (2012),
Statistical Disclosure Control, Wiley, chapter 4 (audit of suppression by feasibility intervals).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rightplace.evaluate.small_counts.figures import CountTable, Figure
    from rightplace.evaluate.small_counts.knowledge import Row

SLACK = 1e-6
"""How far from a whole number a solver's value may lie and be read as one; it is checked after."""
FREE = 1e30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class System:
    """Cells of unknown value and all that is known of them together.

    Parameters
    ----------
    cells
        The unknown cells.
    true, least
        Shape (n_cells,). Their true counts, and the least that each is known to be.
    rows
        What is known.
    matrix
        Shape (n_rows, n_cells). One where a cell is in a row.
    """

    cells: tuple[Figure, ...]
    true: NDArray[np.int64]
    least: NDArray[np.int64]
    rows: tuple[Row, ...]
    matrix: sparse.csr_matrix

    @property
    def lower(self) -> NDArray[np.int64]:
        """Shape (n_rows,). The least that each row adds up to."""
        return np.array([1 if r.total is None else r.total for r in self.rows], dtype=np.int64)

    @property
    def upper(self) -> NDArray[np.float64]:
        """Shape (n_rows,). The most that each row adds up to."""
        most = [np.inf if r.total is None else r.total for r in self.rows]
        return np.array(most, dtype=np.float64)

    def allows(self, counts: NDArray[np.int64]) -> bool:
        """Whether whole counts agree with all that is known; exact, in whole numbers."""
        if (counts < self.least).any():
            return False
        sums = self.matrix @ counts
        return bool((sums >= self.lower).all() and (sums <= self.upper).all())

    def rows_over(self, figures: Sequence[Sequence[Figure]]) -> sparse.csr_matrix:
        """Return sums over unknown cells as rows, shape (n_figures, n_cells)."""
        return _matrix({cell: n for n, cell in enumerate(self.cells)}, figures)


def _matrix(place: dict[Figure, int], figures: Sequence[Sequence[Figure]]) -> sparse.csr_matrix:
    columns = [place[cell] for cells in figures for cell in cells]
    starts = np.cumsum([0, *(len(cells) for cells in figures)])
    ones = np.ones(len(columns), dtype=np.int64)
    return sparse.csr_matrix((ones, columns, starts), shape=(len(figures), len(place)))


def system_of(table: CountTable, rows: Sequence[Row], *, cells: Sequence[Figure]) -> System:
    """Return what is known of some cells.

    Parameters
    ----------
    table
        The true counts.
    rows
        What is known; each over some of the cells.
    cells
        The unknown cells.
    """
    least = dict.fromkeys(cells, 0)
    for row in rows:
        if row.total is None and len(row.cells) == 1:
            least[row.cells[0]] = 1
    kept = tuple(
        row for row in rows if row.total is not None or not any(least[cell] for cell in row.cells)
    )
    place = {cell: n for n, cell in enumerate(cells)}
    return System(
        cells=tuple(cells),
        true=np.array([table.value(cell) or 0 for cell in cells], dtype=np.int64),
        least=np.array([least[cell] for cell in cells], dtype=np.int64),
        rows=kept,
        matrix=_matrix(place, [row.cells for row in kept]),
    )


@dataclass(slots=True, kw_only=True, eq=False)
class Search:
    """The search for two tables far enough apart for each of some sums.

    Parameters
    ----------
    system
        What is known.
    sums
        Shape (n_sums, n_cells). The withheld small counts, each a sum of unknown cells.
    width
        How far apart the two tables must lie.
    low, high
        Shape (n_sums,). The least and the greatest value found so far.
    """

    system: System
    sums: sparse.csr_matrix
    width: int
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    solver: highspy.Highs

    @property
    def open(self) -> NDArray[np.int64]:
        """Sums without their two tables yet."""
        return np.flatnonzero(self.high - self.low < self.width)

    def look(self, objective: NDArray[np.float64]) -> highspy.HighsSolution | None:
        """Take the table that is greatest in an objective; return the solution, None without."""
        n_cells = len(self.system.cells)
        self.solver.changeColsCost(n_cells, np.arange(n_cells, dtype=np.int32), -objective)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.solver.getSolution()
        self.take(np.array(solution.col_value))
        return solution

    def take(self, values: NDArray[np.float64]) -> None:
        """Note what a table shows, if it is whole and agrees with all that is known."""
        whole = np.rint(values).astype(np.int64)
        if np.abs(values - whole).max(initial=0.0) > SLACK or not self.system.allows(whole):
            return
        found = self.sums @ whole
        self.low, self.high = np.minimum(self.low, found), np.maximum(self.high, found)


def _programme(system: System, *, reach: int) -> highspy.HighsLp:
    """Return the tables that are possible, none of whose counts is far from the true one.

    What lies within reach is possible, so that the search finds nothing too wide; and it ends.
    """
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(system.cells), len(system.rows)
    programme.col_cost_ = np.zeros(len(system.cells))
    programme.col_lower_ = np.maximum(system.least, system.true - reach).astype(np.float64)
    programme.col_upper_ = (system.true + reach).astype(np.float64)
    programme.row_lower_ = system.lower.astype(np.float64)
    programme.row_upper_ = np.minimum(system.upper, FREE)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = system.matrix.indptr
    programme.a_matrix_.index_ = system.matrix.indices
    programme.a_matrix_.value_ = system.matrix.data.astype(np.float64)
    return programme


def start(system: System, sums: sparse.csr_matrix, *, width: int) -> Search:
    """Return a search that knows the true table alone.

    Parameters
    ----------
    system
        What is known.
    sums
        Shape (n_sums, n_cells). The withheld small counts.
    width
        How far apart the two tables must lie, 1 or more.
    """
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the library's signature
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")  # each run goes on from the basis of the last
    solver.passModel(_programme(system, reach=2 * width))
    true = sums @ system.true
    return Search(
        system=system, sums=sums, width=width, low=true.copy(), high=true.copy(), solver=solver
    )


def _patterns(n_sums: int) -> Iterator[NDArray[np.float64]]:
    """Yield signs that set any two sums against each other at least once, and all together."""
    yield np.ones(n_sums)
    for bit in range(max(n_sums - 1, 1).bit_length()):
        yield np.where((np.arange(n_sums) >> bit) & 1, 1.0, -1.0)


def search_together(search: Search) -> None:
    """Look for tables that widen many sums at once."""
    for signs in _patterns(search.sums.shape[0]):
        for way in (1.0, -1.0):
            wanted = search.open
            if wanted.size == 0:
                return
            weights = np.zeros(search.sums.shape[0])
            weights[wanted] = way * signs[wanted]
            search.look(search.sums.T @ weights)


def search_each(search: Search) -> dict[int, NDArray[np.float64]]:
    """Look for the two tables of each sum still open, one by one.

    Where counts need not be whole and still lie too close, they lie too close; where only whole
    tables are missing, these are searched for.

    Returns
    -------
    dict
        For each sum that stays unprotected, how much each row holds it: shape (n_rows,).
    """
    held: dict[int, NDArray[np.float64]] = {}
    for number in search.open.tolist():
        force, span = np.zeros(len(search.system.rows)), 0.0
        objective = np.asarray(search.sums[[number]].todense(), dtype=np.float64).ravel()
        for way in (1.0, -1.0):
            if search.high[number] - search.low[number] >= search.width:
                break
            solution = search.look(way * objective)
            if solution is not None:
                force += np.abs(np.array(solution.row_dual))
                span += way * float(objective @ np.array(solution.col_value))
        if search.high[number] - search.low[number] >= search.width:
            continue
        if span < search.width - SLACK or not _search_whole(search, number, objective):
            held[number] = force
    return held


def _search_whole(search: Search, number: int, objective: NDArray[np.float64]) -> bool:
    """Whether two tables in whole numbers are found for one sum."""
    n_cells = len(search.system.cells)
    places = np.arange(n_cells, dtype=np.int32)
    kinds = np.full(n_cells, highspy.HighsVarType.kInteger)
    search.solver.changeColsIntegrality(n_cells, places, kinds)
    for way in (1.0, -1.0):
        search.look(way * objective)
    kinds = np.full(n_cells, highspy.HighsVarType.kContinuous)
    search.solver.changeColsIntegrality(n_cells, places, kinds)
    return bool(search.high[number] - search.low[number] >= search.width)
