"""What ``hot-spots return`` answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """A hot spot in a month, or all of them.

    Parameters
    ----------
    hot_spot, cell_id, name
        The place; 0, null and ``all hot spots counted`` for a month's total.
    month
        As ``YYYY-MM``.
    dosage
        ``counted``, ``withheld`` (of fewer than five crews, or it would give such a figure away)
        or ``not given``.
    patrol_hours, officer_hours
        Hours with an officer there in visits, two together counted once, and hours of every
        officer; null unless counted.
    visits
        Stays long enough to count, null unless counted.
    days_counted, days
        Days of the month that dosage was counted for, and days of the month.
    incidents
        Recorded there, reported by victims; null while not on file.
    arrests, stop_searches, weapons_seized
        From the force's own file; null where not given, which is not 0.
    places_counted
        For a total: hot spots whose hours and visits it sums; null else.
    """

    hot_spot: int
    cell_id: str | None
    name: str
    month: str
    dosage: str
    patrol_hours: float | None
    officer_hours: float | None
    visits: int | None
    days_counted: int
    days: int
    incidents: int | None
    arrests: int | None
    stop_searches: int | None
    weapons_seized: int | None
    places_counted: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnResult:
    """Hours, visits, incidents and enforcement by hot spot and month.

    Parameters
    ----------
    return_id
        Id of the run.
    path
        The same as CSV, in the columns of ``hot-spots.return_fields``; null in a dry run.
    rows
        By month and hot spot; each month's total stands last.
    withheld
        Rows without hours and visits for want of five crews.
    template
        How far the columns are the asker's own.
    synthetic
        Whether the hot spots were chosen by invented records.
    """

    return_id: str
    term_id: str
    first_month: str
    last_month: str
    path: str | None
    rows: tuple[ReturnRow, ...]
    withheld: int
    template: str
    synthetic: bool
