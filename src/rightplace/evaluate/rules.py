"""What counts as a visit, which pings can be true, and what no setting may loosen."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rightplace.errors import BadInputError

FEWEST_CREWS = 5
"""No figure is given for fewer crews, or fewer officers, than this (NEEDS B18)."""
RETENTION_DAYS = 31
"""Raw pings are read for so many days at most (DOMAIN 3.4.23)."""
ACTIVITIES = ("engage", "licensing", "weapon_sweep", "other")
"""What a crew can log that it did at a place."""
EXCUSES = ("urgent_call", "unsafe")
"""Why a planned visit leaves the reckoning, without penalty (CAPABILITIES S3b)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellRules:
    """How pings become visits.

    Parameters
    ----------
    gap_minutes
        Pings of a crew in a place so far apart, or less, belong to one visit (DOMAIN 3.4.20: 5).
    visit_minutes
        From first to last ping, a visit lasts so long or is passing through (DOMAIN 3.4.20: 5).
    qualifying_minutes
        A visit so long, or longer, qualifies (DOMAIN 3.4.20: 10); however long, it is one.
    speed_limit_kmh
        Faster than this nobody moves: a choice of ours, above what a response car drives.
    speed_slack_m
        Metres that a receiver may be out without being taken for movement.
    most_accuracy_m
        Pings whose receiver states a wider radius are left out.
    """

    gap_minutes: float = 5.0
    visit_minutes: float = 5.0
    qualifying_minutes: float = 10.0
    speed_limit_kmh: float = 200.0
    speed_slack_m: float = 100.0
    most_accuracy_m: float = 100.0

    def __post_init__(self) -> None:
        """Check that every figure is above 0 and a qualifying visit is a visit.

        Raises
        ------
        BadInputError
            If not.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 < value < float("inf"):
                msg = f"{field.name} is {value}; it must be above 0."
                raise BadInputError(msg, value=value, remedy=f"Mend dosage.{field.name}.")
        if self.qualifying_minutes < self.visit_minutes:
            msg = (
                f"A visit qualifies from {self.qualifying_minutes:g} minutes but is one only from "
                f"{self.visit_minutes:g}."
            )
            remedy = "Let dosage.qualifying_minutes be no less than dosage.visit_minutes."
            raise BadInputError(msg, value=self.qualifying_minutes, remedy=remedy)

    @property
    def gap_seconds(self) -> int:
        """Longest gap that is bridged, in whole seconds."""
        return round(self.gap_minutes * 60)

    @property
    def visit_seconds(self) -> int:
        """Shortest visit, in whole seconds."""
        return round(self.visit_minutes * 60)

    @property
    def qualifying_seconds(self) -> int:
        """Shortest qualifying visit, in whole seconds."""
        return round(self.qualifying_minutes * 60)

    @property
    def speed_limit_ms(self) -> float:
        """The speed limit in metres a second."""
        return self.speed_limit_kmh / 3.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time of which pings are read, in seconds since 1970 (UTC).

    Parameters
    ----------
    opens, closes
        The plan's period, half-open.
    now
        Pings after it come from a clock that is ahead.
    oldest
        Pings before it are past their retention.
    """

    opens: int
    closes: int
    now: int
    oldest: int
