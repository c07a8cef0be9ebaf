"""What ``dosage`` answers: sums over units; nothing of it is of a crew or an officer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Pings left out for a reason.

    Parameters
    ----------
    reason
        As the ping schema names it.
    count
        Rows.
    row
        The first of them, first row of data 1; null for what shows only beside other rows.
    """

    reason: str
    count: int
    row: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PingAccount:
    """What became of the rows of the ping file: read = used + those left out.

    Parameters
    ----------
    outside_area, unknown_crew
        Used rows outside the study area, and of crews without a visit in the plan: they count
        as background alone.
    """

    read: int
    used: int
    left_out: tuple[LeftOut, ...]
    outside_area: int
    unknown_crew: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Presence that the plan did not ask for, passing through included.

    Parameters
    ----------
    holdout_place_days
        Places of the plan on days on which they were to be left alone.
    holdout_patrol_minutes
        Minutes with an officer there nonetheless.
    holdout_minutes_per_place_day
        The same for each place and day; null where there is none.
    treated_place_days, treated_minutes_per_place_day
        Places on days with a planned visit, and patrol-minutes in visits for each.
    untasked_patrol_minutes
        Minutes with an officer of a crew that the plan does not know, in its places.
    """

    holdout_place_days: int
    holdout_patrol_minutes: float
    holdout_minutes_per_place_day: float | None
    treated_place_days: int
    treated_minutes_per_place_day: float | None
    untasked_patrol_minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCount:
    """Visits at which crews wrote down what they did.

    Parameters
    ----------
    visits
        Null where fewer than five crews wrote it.
    """

    activity: str
    visits: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRule:
    """What counted as a visit."""

    gap_minutes: float
    visit_minutes: float
    qualifying_minutes: float
    speed_limit_kmh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DosageResult:
    """How much patrol the places of a plan got; of units, never of a person.

    Parameters
    ----------
    officer_minutes
        Minutes of every officer in visits of the plan's crews to its places.
    patrol_minutes
        Minutes with at least one of them there; two together count once.
    visits
        Stays of a crew in a place of at least the stated minutes.
    qualifying
        Those at least as long as a qualifying visit.
    compliance
        Planned visits made by those planned, 0 to 1; excused ones are in neither. A visit is made
        when a crew of the plan makes a qualifying one to the place in the slot. Null where all
        are excused.
    planned, excused, made
        Visits.
    excused_urgent_call, excused_unsafe
        Why they are excused.
    rows_path
        The same by plan, BCU, BCU and slot, place, and place and day (Parquet).
    rows, rows_withheld
        Rows of that table, and those without figures since they are of fewer than five crews or
        would give such a row away.
    activities
        From logs written by hand.
    pings
        Null where there are logs alone.
    """

    dosage_id: str
    plan_id: str
    officer_minutes: float
    patrol_minutes: float
    visits: int
    qualifying: int
    compliance: float | None
    planned: int
    excused: int
    made: int
    excused_urgent_call: int
    excused_unsafe: int
    rows_path: str
    rows: int
    rows_withheld: int
    background: Background
    activities: tuple[ActivityCount, ...]
    pings: PingAccount | None
    rule: VisitRule
    first_day: str
    days: int
