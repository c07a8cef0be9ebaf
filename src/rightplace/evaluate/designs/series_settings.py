"""What an interrupted time series is judged by that no source settles."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSettings:
    """Choices of the model and of its checks; all but the level are ours.

    Parameters
    ----------
    level
        Chance, 0.5 to below 1, with which intervals should hold the true value.
    fewest_before
        Periods before the start without which no trend can be told; 8 or more.
    slope_from
        Periods since the start from which on a change of slope is fitted beside that of level.
    years_for_months
        Years before the start from which on each month of the year has an effect of its own;
        below, waves of a year stand for the season.
    false_breaks
        False breaks in the time before, at most; fewer where it is short.
    placebo_share
        Largest share, 0 to 1, of false breaks that may be as strong as the real one; twice as many
        may claim an effect.
    """

    level: float = 0.95
    fewest_before: int = 12
    slope_from: int = 6
    years_for_months: int = 5
    false_breaks: int = 24
    placebo_share: float = 0.1

    def __post_init__(self) -> None:
        """Check that the settings can be used.

        Raises
        ------
        UsageError
            If one lies outside its range.
        """
        least = {"level": 0.5, "fewest_before": 8, "slope_from": 3, "years_for_months": 2}
        least |= {"false_breaks": 1, "placebo_share": 0.0}
        wrong = [name for name, number in least.items() if getattr(self, name) < number]
        wrong += [name for name in ("level", "placebo_share") if getattr(self, name) >= 1]
        if wrong:
            msg = f"{', '.join(wrong)} of the interrupted series lie outside their range."
            raise UsageError(msg, remedy="See the reference of settings for the ranges.")
