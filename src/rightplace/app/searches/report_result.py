"""What ``searches report`` answers."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.briefing.searches.values import Section  # noqa: TC001 - schemas are made from it


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOutput:
    """One file of the pack."""

    path: str
    kind: str
    pages: int | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMeasure:
    """One number of the whole force, or why it cannot be told.

    Parameters
    ----------
    name
        Which, such as ``any_outcome_rate``.
    span
        ``now`` or ``before``.
    power
        Empty for all powers, else ``section 60`` or ``other powers``.
    value, lo, hi
        Share 0 to 1 with its 95 % interval; None where it cannot be told.
    part, of
        What it is the share of.
    unknown_share
        Share of searches, 0 to 1, of which nothing is known; they are not in ``of``.
    why_not
        Why it cannot be told; empty where it can.
    """

    name: str
    span: str
    power: str
    value: float | None
    lo: float | None
    hi: float | None
    part: int | None
    of: int | None
    unknown_share: float | None
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackResult:
    """A scrutiny pack that was made.

    Parameters
    ----------
    pack_id
        The run.
    force
        As in the sources, such as ``metropolitan``.
    first_month, last_month
        The period, as YYYY-MM.
    before
        First and last of the months that it is compared with; None where there are none.
    searches, section_60
        Searches of the period in all, and those under section 60.
    months
        Searches of each month from a year before the period on, and those under section 60; both
        None for a month of which no search is held.
    measures
        The four find rates.
    completeness
        What is missing from the files, a sentence each.
    sections
        Sections of the pack that are of the whole force alone, as a panel sees them.
    withheld
        Figures that the pack does not show because they are small or would tell a small one.
    synthetic
        Whether the searches are invented.
    trained_to
        Last day of the period.
    outputs
        The files written.
    """

    pack_id: str
    force: str
    first_month: str
    last_month: str
    before: tuple[str, str] | None
    searches: int
    section_60: int
    months: tuple[tuple[str, int | None, int | None], ...]
    measures: tuple[PackMeasure, ...]
    completeness: tuple[str, ...]
    sections: tuple[Section, ...]
    withheld: int
    synthetic: bool
    trained_to: str
    outputs: tuple[PackOutput, ...]
