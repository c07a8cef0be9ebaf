"""What ``searches caused`` answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CausedRow:
    """Searches of one group at one kind of place and time.

    Parameters
    ----------
    split, group
        By what, and which.
    where
        During a visit, in a place of the plan at another time, elsewhere, or without a point.
    searches
        How many.
    per_patrol_hour
        Null where hours of patrol are not known.
    found, found_known
        Searches with a find, and of how many it is known: a weapon, or an outcome linked to the
        object. Null where nothing of the kind is recorded at all.
    find_rate
        One by the other, 0 to 1; null where none is known.
    """

    split: str
    group: str
    where: str
    searches: int
    per_patrol_hour: float | None
    found: int | None
    found_known: int
    find_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CausedContrast:
    """Searches per patrol-hour during visits, relative to elsewhere.

    Parameters
    ----------
    ratio, lo, hi
        With its exact interval; null where it cannot be computed, or has no upper end.
    why_not
        Why; null where it can.
    """

    split: str
    group: str
    ratio: float | None
    lo: float | None
    hi: float | None
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CausedResult:
    """Searches during a plan's visits beside those elsewhere, in its period.

    Parameters
    ----------
    source
        ``records`` of the service, or ``files`` of the store.
    period_from, period_to
        From the first slot with a visit to the end of the last.
    searches, without_point
        In that period, and those of them without a point.
    visit_hours
        Of patrol in visits, as dosage counted them.
    elsewhere_hours
        Of patrol everywhere else, as they were given; null where nobody gave them.
    citing_a_plan, grounds_recorded
        Searches whose grounds cite a plan or forecast, and those whose grounds are recorded.
    alarm
        Whether visits turn into searches without finds; null where it cannot be judged.
    alarm_words, rule
        Why, and by which rule.
    """

    plan_id: str
    dosage_id: str
    source: str
    period_from: str
    period_to: str
    searches: int
    without_point: int
    visit_hours: float
    elsewhere_hours: float | None
    rows: tuple[CausedRow, ...]
    contrasts: tuple[CausedContrast, ...]
    citing_a_plan: int
    grounds_recorded: int
    alarm: bool | None
    alarm_words: str
    rule: str
    level: float
    caution: str
