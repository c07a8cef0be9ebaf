"""What ``searches rates`` answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - schemas are made from the annotations

from rightplace.powers.searches.rates import Rate  # noqa: TC001 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesRow:
    """Some searches, how many they are, and the measures of them.

    Parameters
    ----------
    month
        London month, ``YYYY-MM``; null where searches are not grouped by it.
    force, power
        As in the table; null where searches are not grouped by it.
    group
        The other groupings and their values.
    searches
        How many.
    found
        Searches with an outcome linked to what was looked for (DOMAIN 2.4.15); null where the
        file does not record the link.
    found_reason
        Why ``found`` is null; null where it is a number.
    small
        Whether there are fewer searches than a panel or the public is shown; here, inside the
        force, they are true counts, and the pack of ``searches report`` withholds them.
    rates
        Every measure of these searches, the four find rates first.
    """

    month: str | None
    force: str | None
    power: str | None
    group: dict[str, str]
    searches: int
    found: int | None
    found_reason: str | None
    small: bool
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMeaning:
    """What a measure is."""

    name: str
    title: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Something that the publications lack.

    Parameters
    ----------
    kind
        Such as ``incomplete publication`` or ``blank column``.
    what
        The column or the categories; empty where it is the month itself.
    usual
        Searches a month before, or the share that a category had; null where neither fits.
    """

    kind: str
    what: str
    force: str
    first_month: date
    last_month: date
    searches: int
    usual: float | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecorded:
    """A column that a force did not record in some months, whatever the file holds."""

    column: str
    force: str
    first_month: date
    last_month: date
    searches: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRow:
    """A published word, what it was read as, and from when to when a force used it.

    Parameters
    ----------
    ours
        Our word for it; null where no table knows it.
    """

    column: str
    force: str
    word: str
    ours: str | None
    first_month: date
    last_month: date
    searches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordNotKnown:
    """A published word that no table knows, one place where it stands, and what to do."""

    column: str
    force: str
    word: str
    searches: int
    file: str
    row: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTwice:
    """Searches of a force's month that two publications hold, and which of them stands."""

    force: str
    month: date
    publisher: str
    searches: int
    kept: str
    kept_searches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file that the searches came from."""

    source: str
    release: str | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesResult:
    """Find rates of the searches held, by group, with what the files cannot say.

    Parameters
    ----------
    searches
        All of them, equal rows kept.
    by
        What they are grouped by.
    rows
        One for each group, in order.
    total
        The measures of all together.
    findings
        What the publications lack; such months tell of the publication and not of the police.
    boroughs_from
        Study area whose outlines told the boroughs; null where none is held.
    without_place_share
        Share of searches, 0 to 1, without a point.
    cancelled
        Searches that their force marked as recorded in error; they are in no number.
    month_rule
        By which clock months are told.
    """

    forces: tuple[str, ...]
    first_month: str
    last_month: str
    searches: int
    by: tuple[str, ...]
    rows: tuple[RatesRow, ...]
    total: tuple[Rate, ...]
    measures: tuple[MeasureMeaning, ...]
    findings: tuple[Lacking, ...]
    not_recorded: tuple[NotRecorded, ...]
    unknown_words: tuple[WordNotKnown, ...]
    drift: tuple[DriftRow, ...]
    held_twice: tuple[HeldTwice, ...]
    boroughs_from: str | None
    without_place_share: float
    cancelled: int
    inputs: tuple[SourceFile, ...]
    month_rule: str
    caution: str
