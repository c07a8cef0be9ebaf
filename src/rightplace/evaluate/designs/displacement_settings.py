"""What a displacement difference is judged by that no source settles."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplacementSettings:
    """Choices of level and checks; all but the level are ours.

    Wheeler and Ratcliffe (2018) only warn of small counts and of unlike areas.

    Parameters
    ----------
    level
        Chance, 0.5 to below 1, with which intervals should hold the true value; 0.95 by
        convention.
    fewest_count
        Incidents in each area before, and in the control after, from which on the normal
        interval is trusted.
    most_ratio
        How many times as many incidents as its comparison an area may have had before.
    fewest_periods
        Periods before the start, 3 or more, from which on scatter is measured.
    fewest_checked
        Periods before the start, 6 or more, from which on trend, memory and a false start in
        the midst of them are looked at.
    false_alarm
        Chance, above 0 and below 1, with which each of those checks fails without cause.
    """

    level: float = 0.95
    fewest_count: float = 10.0
    most_ratio: float = 2.0
    fewest_periods: int = 4
    fewest_checked: int = 8
    false_alarm: float = 0.05

    def __post_init__(self) -> None:
        """Check that the settings can be used.

        Raises
        ------
        UsageError
            If one lies outside its range.
        """
        least = {"level": 0.5, "fewest_count": 0, "most_ratio": 1}
        least |= {"fewest_periods": 3, "fewest_checked": 6}
        wrong = [name for name, number in least.items() if not getattr(self, name) >= number]
        wrong += ["level"] if self.level >= 1 else []
        if not 0 < self.false_alarm < 1:
            wrong.append("false_alarm")
        if wrong:
            msg = f"{', '.join(wrong)} of the displacement difference lie outside their range."
            raise UsageError(
                msg,
                value=getattr(self, wrong[0]),
                remedy="See the reference of settings for the ranges.",
            )
