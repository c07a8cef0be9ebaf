"""A published violence picture as pages read it: counts by place and month, and what is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.core.time import Month
from rightplace.crime.offences import offence_class, wider_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.shelf import PublishedArea

KIND = "picture"
DOMESTIC = "domestic"
FORMS = (
    "homicide",
    "violence_with_injury",
    "violence_without_injury",
    "stalking_and_harassment",
    "death_or_injury_by_driving",
    "sexual_offences",
    "violence_against_the_person",
    "violence_and_sexual_offences_recorded",
    "robbery",
    "assault",
    "threats",
    "shooting",
)
"""Forms of violence that pages tell apart; a record is of the narrowest that holds its class."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedPicture:
    """A violence picture with its study area.

    Parameters
    ----------
    months
        In order, without a gap.
    boroughs
        In order of name.
    known
        Shape (n_boroughs, n_months). Whether anything was published there and then.
    cell, borough, month, form, is_domestic, n, harm
        Shape (n_rows,). What was counted: cell is -1 where it was not in the street.
    """

    record: dict[str, Any]
    is_synthetic: bool
    area: PublishedArea
    months: tuple[Month, ...]
    boroughs: tuple[str, ...]
    known: NDArray[np.bool_]
    cell: NDArray[np.int64]
    borough: NDArray[np.int64]
    month: NDArray[np.int64]
    form: NDArray[np.int64]
    is_domestic: NDArray[np.bool_]
    n: NDArray[np.int64]
    harm: NDArray[np.float64]
    words: tuple[str, ...]

    @property
    def result(self) -> dict[str, Any]:
        """What the picture answered."""
        content: dict[str, Any] = self.record["result"]
        return content

    @cached_property
    def bcu_of(self) -> dict[str, str]:
        """BCU of each borough."""
        pairs = zip(self.area.borough_names, self.area.commands, strict=True)
        return {borough: bcu for borough, bcu in pairs if borough and bcu}

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Incidents by borough, month, form, and whether they were domestic abuse."""
        shape = (len(self.boroughs), len(self.months), len(FORMS) + 1, 2)
        total = np.zeros(shape, dtype=np.int64)
        at = (self.borough, self.month, self.form, self.is_domestic.astype(np.int64))
        np.add.at(total, at, self.n)
        return total

    @cached_property
    def harm_by_month(self) -> NDArray[np.float64]:
        """Shape (n_boroughs, n_months). Harm of all incidents."""
        total = np.zeros((len(self.boroughs), len(self.months)))
        np.add.at(total, (self.borough, self.month), self.harm)
        return total

    @cached_property
    def street(self) -> NDArray[np.int64]:
        """Shape (n_cells, n_months). Incidents in the street, at their places."""
        total = np.zeros((self.area.cells.num_rows, len(self.months)), dtype=np.int64)
        mapped = self.cell >= 0
        np.add.at(total, (self.cell[mapped], self.month[mapped]), self.n[mapped])
        return total

    @cached_property
    def borough_of_cell(self) -> NDArray[np.int64]:
        """Shape (n_cells,). Position of the borough of each cell."""
        at = {name: n for n, name in enumerate(self.boroughs)}
        return np.array([at[name or ""] for name in self.area.borough_names], dtype=np.int64)

    def by_month(
        self, boroughs: Sequence[int], *, form: int | None = None, domestic: bool | None = None
    ) -> NDArray[np.int64]:
        """Return incidents of some boroughs by month, shape (n_months,), known or not.

        Parameters
        ----------
        boroughs
            Their positions.
        form
            One form; None for all.
        domestic
            Only domestic abuse, or only what is not known to be; None for both.
        """
        held = self.counts[np.array(boroughs, dtype=np.int64)]
        held = held if form is None else held[:, :, form : form + 1]
        held = held if domestic is None else held[..., int(domestic)][..., None]
        return np.asarray(held.sum(axis=(0, 2, 3)))


def read_published_picture(run: OpenedRun) -> PublishedPicture:
    """Return a published picture, parsed."""
    area = run.area(str(run.record["settings"]["area"]))
    published = run.table("published")
    months = sorted({Month.of(day) for day in published["month"].to_pylist()})
    boroughs = sorted({name or "" for name in published["borough"].to_pylist()})
    known = np.zeros((len(boroughs), len(months)), dtype=bool)
    for row in published.to_pylist():
        at = boroughs.index(row["borough"] or ""), months.index(Month.of(row["month"]))
        known[at] = row["known"]
    counts = run.table("counts")
    cells = {cell_id: n for n, cell_id in enumerate(area.cells["cell_id"].to_pylist())}
    forms = {offence: _form(offence) for offence in counts["offence"].unique().to_pylist()}
    first = np.datetime64(str(months[0]), "M")
    return PublishedPicture(
        record=run.record,
        is_synthetic=run.is_synthetic,
        area=area,
        months=tuple(months),
        boroughs=tuple(boroughs),
        known=known,
        cell=_numbered(counts["cell_id"], {None: -1, **cells}),
        borough=_numbered(counts["borough"], {name or None: n for n, name in enumerate(boroughs)}),
        month=(counts["month"].to_numpy().astype("datetime64[M]") - first).astype(np.int64),
        form=_numbered(counts["offence"], forms),
        is_domestic=np.array(counts["setting"].to_pylist(), dtype=np.str_) == DOMESTIC,
        n=counts["n"].to_numpy(),
        harm=counts["harm"].to_numpy(),
        words=tuple(run.table("street_words")["words"].to_pylist()),
    )


def _form(offence: str) -> int:
    """Return the position of the narrowest form that holds a class; the last where none does."""
    found = [FORMS.index(each) for each in wider_classes(offence) if each in FORMS]
    return found[0] if found else len(FORMS)


def form_words(form: int) -> str:
    """Return a form of violence in plain words."""
    if form == len(FORMS):
        return "Other violence"
    words = offence_class(FORMS[form]).name
    return words[0].upper() + words[1:]


def _numbered(column: pa.ChunkedArray, numbers: dict[Any, int]) -> NDArray[np.int64]:
    return np.array([numbers[each] for each in column.to_pylist()], dtype=np.int64)
