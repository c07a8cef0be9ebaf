"""What ``hot-spots problem`` and ``hot-spots problems`` answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKept:
    """A problem record that is kept.

    Parameters
    ----------
    problem_id
        Id of the run.
    cell_id, name
        The place.
    assessment
        The day on which it is judged.
    hypotheses
        How many causes it holds, each with its source and level.
    """

    problem_id: str
    cell_id: str
    name: str
    assessment: str
    hypotheses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastingHotSpot:
    """A place that has been hot for months.

    Parameters
    ----------
    months
        In a row, up to the month asked about.
    in_term
        The term that it is fixed in, if any.
    record
        ``asked for``, ``held`` or ``assessment due``.
    problem_id, assessment
        Of its newest record; null where there is none.
    """

    cell_id: str
    name: str
    borough: str
    months: int
    in_term: str | None
    record: str
    problem_id: str | None
    assessment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemsResult:
    """Places hot for some months in a row, and whether each has a problem record.

    Parameters
    ----------
    month
        The month up to which rows of months are counted.
    months_needed
        A place hot for so many in a row is asked for a record.
    top
        So many first places of a month's forecast count as hot, beside those of a term.
    known_months
        Months of which a kept forecast or a term tells; a gap ends every row.
    asked_for
        Places without a record, or whose assessment is due.
    synthetic
        Whether any of the forecasts rests on invented records.
    """

    month: str
    months_needed: int
    top: int
    known_months: tuple[str, ...]
    asked_for: int
    synthetic: bool
    places: tuple[LastingHotSpot, ...]
