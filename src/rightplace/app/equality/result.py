"""What a plan says of its equality effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualityRow:
    """What the plan does where a group of residents lives.

    Parameters
    ----------
    kind
        ``all``, ``ethnic_group`` or ``deprivation_tenth``.
    group
        Its name, as published; tenth 10 is the most deprived.
    broad
        Whether it is one of the few groups that are shown; detailed ones stand in the table.
    residents, visited_residents
        Members in places whose residents are known, and in those of them that are visited.
    minutes
        Their part of the patrol minutes: each place's shared by who lives there.
    minutes_per_1000_residents, minutes_ratio
        For each 1,000 members, and that relative to all residents.
    visited_minutes_per_1000_residents
        For each 1,000 of those who live in visited places.
    expected_per_1000_residents, expected_lo80, expected_hi80
        Incidents forecast for the plan's days, for each 1,000 members, with the forecast's
        interval.
    recorded_per_1000_residents, recorded_ratio
        Incidents that victims reported in 12 months, likewise, in all places known.
    visited_recorded_per_1000_residents
        The same in visited places, for each 1,000 who live there.
    minutes_per_recorded
        Minutes for each of those incidents.
    """

    kind: str
    group: str
    broad: bool
    residents: float
    visited_residents: float
    minutes: float
    minutes_per_1000_residents: float | None
    minutes_ratio: float | None
    visited_minutes_per_1000_residents: float | None
    expected_per_1000_residents: float | None
    expected_lo80: float | None
    expected_hi80: float | None
    recorded_per_1000_residents: float | None
    recorded_ratio: float | None
    visited_recorded_per_1000_residents: float | None
    minutes_per_recorded: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualityEffect:
    """Patrol minutes and violence by group of residents: an audit of the plan, never its input.

    An exact account under one assumption, that what stands in a place falls on its residents
    alike; only what is expected has an interval, the forecast's.

    Parameters
    ----------
    sheet
        Which table of the file was read.
    recorded_period
        What ``recorded`` counts.
    minutes, minutes_known
        All patrol minutes of the plan, and those in places whose residents are known.
    minutes_known_share
        The second by the first, 0 to 1.
    places_visited, places_unknown
        Places visited, and those of them whose residents are not known.
    places_without_deprivation
        Visited places whose residents are known and whose deprivation is not; null without a
        table of deprivation.
    rows
        All residents first, then ethnic groups, then tenths by deprivation.
    finding
        In a sentence, which groups get most and least.
    audit
        What the figures are for, and what not.
    """

    sheet: str
    recorded_period: str
    minutes: float
    minutes_known: float
    minutes_known_share: float
    places_visited: int
    places_unknown: int
    places_without_deprivation: int | None
    rows: tuple[EqualityRow, ...]
    finding: str
    audit: str
