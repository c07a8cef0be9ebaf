"""The table of searches as it was read, and what a reader must know about how it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightplace.powers.searches.vocabulary import USERS_FILE

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from rightplace.core.runs import RunInput
    from rightplace.powers.searches.completeness import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class WordUse:
    """From when to when a force used a word: how its vocabulary drifted.

    Parameters
    ----------
    column
        Our column.
    force, word
        The force and its word as published.
    ours
        The word of ours that it leads to; None where no table knows it.
    first_month, last_month
        First days of the first and the last month of the local clock in which it occurs.
    searches
        How many searches have it.
    """

    column: str
    force: str
    word: str
    ours: str | None
    first_month: date
    last_month: date
    searches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord:
    """A published word that no table knows; its searches count, the word is read as not given.

    Parameters
    ----------
    use
        Who used it, when and how often.
    file, row
        One place where it stands; rows count from 1.
    """

    use: WordUse
    file: str
    row: int

    @property
    def message(self) -> str:
        """What is wrong, in a sentence that names the word."""
        return (
            f"{self.use.word!r} ({self.use.column}, {self.use.force}) is in no table of words: "
            f"{self.use.searches:,} searches, first in {self.file}, row {self.row}. They count; "
            f"their {self.use.column} is read as not given."
        )

    @property
    def remedy(self) -> str:
        """How to make it known."""
        return (
            f"Say what it means in {USERS_FILE} of the workspace (columns column, published, ours):"
            f" {self.use.column},{self.use.word},WORD OF OURS."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded:
    """A column that a force did not record in a month or a year, whatever the file holds.

    Parameters
    ----------
    column, force
        Our column, and the force.
    first_month, last_month
        First days of the months it concerns.
    searches
        How many searches are concerned; their value is null.
    why
        In words.
    """

    column: str
    force: str
    first_month: date
    last_month: date
    searches: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Searches that are held twice over, by a force's own records and by open data.

    Parameters
    ----------
    force, month
        Whose, and the first day of the month.
    publisher, searches
        What was left out.
    kept, kept_searches
        What stands in its place.
    """

    force: str
    month: date
    publisher: str
    searches: int
    kept: str
    kept_searches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """Every standing search in closed words, duplicates kept.

    Parameters
    ----------
    table
        Columns of ``columns.SCHEMA``, in order of force, month, file and row.
    unknown, drift, unrecorded, left_out
        What a reader must know about the words and columns.
    findings
        What the publications lack; months with too little to compare are no fall.
    inputs, releases
        Files that the rows came from, for ``explain``; their declared releases.
    boroughs_from
        Id of the study area whose outlines told the boroughs; None where none is held, and then
        no search has a borough.
    cancelled
        Searches that the force marked as recorded in error; they are not in the table.
    """

    table: pa.Table
    unknown: tuple[UnknownWord, ...] = ()
    drift: tuple[WordUse, ...] = ()
    unrecorded: tuple[Unrecorded, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    findings: tuple[Finding, ...] = ()
    inputs: tuple[RunInput, ...] = ()
    releases: tuple[str, ...] = ()
    boroughs_from: str | None = None
    cancelled: int = field(default=0)

    @property
    def forces(self) -> tuple[str, ...]:
        """The forces whose searches these are."""
        return tuple(sorted(set(self.table["force"].unique().to_pylist())))
