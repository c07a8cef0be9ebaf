"""What the threshold test reads: residents, searches and outcomes of each place and group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import STATED, Ethnicity
from rightplace.powers.searches.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.powers.searches.threshold_settings import ThresholdSettings


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Counts of each place and group.

    Parameters
    ----------
    places, groups
        Codes of places and the groups, in the order of the arrays.
    residents, searches, known, hits
        Shape (n_places, n_groups). People who could have been searched, searches, those whose
        outcome is known, and those with the outcome.

    Raises
    ------
    BadInputError
        If they do not lie within each other.
    """

    places: tuple[str, ...]
    groups: tuple[Ethnicity, ...]
    residents: NDArray[np.int64]
    searches: NDArray[np.int64]
    known: NDArray[np.int64]
    hits: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check the shapes and that hits lie within known searches, those within searches.

        Raises
        ------
        BadInputError
            If they do not.
        """
        shape = (len(self.places), len(self.groups))
        counts = (self.residents, self.searches, self.known, self.hits)
        if any(each.shape != shape for each in counts):
            msg = f"Counts of {[each.shape for each in counts]} are not all of {shape}."
            raise BadInputError(msg)
        chain = (self.hits <= self.known) & (self.known <= self.searches) & (self.hits >= 0)
        if not chain.all():
            msg = "Hits do not lie within searches of known outcome, or those not within searches."
            raise BadInputError(msg)

    def of(self, places: NDArray[np.bool_], groups: NDArray[np.bool_]) -> Cells:
        """Return the counts of some places and groups."""
        box = np.ix_(places, groups)
        return Cells(
            places=tuple(p for p, kept in zip(self.places, places, strict=True) if kept),
            groups=tuple(g for g, kept in zip(self.groups, groups, strict=True) if kept),
            residents=self.residents[box],
            searches=self.searches[box],
            known=self.known[box],
            hits=self.hits[box],
        )


def cells_of(
    table: pa.Table,
    residents: Mapping[str, Mapping[Ethnicity, int]],
    *,
    column: str,
    outcome: str,
) -> Cells:
    """Return the counts of every place that has residents, and every group a census counts.

    Parameters
    ----------
    table
        Columns of ``SCHEMA``.
    residents
        By official code of the place, and group.
    column
        ``self_defined`` or ``officer_defined``.
    outcome
        Name of one of the find rates.
    """
    flags = next(each for each in MEASURES if each.name == outcome).flags(table)
    places = tuple(sorted(residents))
    place, group = (
        np.asarray(pc.fill_null(pc.index_in(table[name], value_set=words), -1)).astype(np.int64)
        for name, words in (
            ("borough", pa.array(places, pa.string())),
            (column, pa.array(STATED, pa.string())),
        )
    )
    inside = (place >= 0) & (group >= 0)
    cell = place[inside] * len(STATED) + group[inside]
    shape = (len(places), len(STATED))

    def counted(mask: pa.ChunkedArray) -> NDArray[np.int64]:
        weights = np.asarray(mask).astype(np.float64)[inside]
        found = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1])
        return found.astype(np.int64).reshape(shape)

    people = [[residents[code].get(each, 0) for each in STATED] for code in places]
    return Cells(
        places=places,
        groups=STATED,
        residents=np.array(people, dtype=np.int64).reshape(shape),
        searches=counted(pc.is_valid(table["row_number"])),
        known=counted(flags.of),
        hits=counted(pc.and_(flags.of, flags.found)),
    )


def usable(cells: Cells, settings: ThresholdSettings) -> Cells | str:
    """Return the places in which every group was searched often enough, or why there are too few.

    A group that nobody was recorded as is left out (officers' descriptions know no mixed group).
    A place with more searches than people of a group is left out: residents say nothing of who
    could have been searched there.
    """
    searched = cells.searches.sum(axis=0)
    groups: NDArray[np.bool_] = np.asarray(searched > 0)
    if Ethnicity.WHITE not in (g for g, kept in zip(cells.groups, groups, strict=True) if kept):
        return "no search of a white person is recorded, with which others could be compared"
    enough = (cells.known >= settings.least_searches) & (cells.searches < cells.residents)
    places: NDArray[np.bool_] = np.all(enough[:, groups], axis=1)
    if groups.sum() < 2:  # noqa: PLR2004 - one group cannot be compared
        return "only one group is recorded"
    if places.sum() < settings.least_places:
        return (
            f"only {int(places.sum())} of {len(cells.places)} places have "
            f"{settings.least_searches} searches of known outcome of every group, and fewer "
            f"searches than residents; {settings.least_places} places are needed"
        )
    return cells.of(places, groups)
