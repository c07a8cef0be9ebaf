"""What an interrupted time series is judged by that no source settles."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSettings:
    """Choices of the model and of its checks; all but the level and false_alarm are ours.

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
    years_for_season
        Years before the start from which on one wave of a year is fitted, and two from a year
        more; below, no season. A little under two, so that months that are cut short count.
    lags_fitted
        Periods back, 1 or more, whose correlations the memory of what is left over is fitted to.
    lags_checked
        Periods back, 1 or more, in which more memory than that is looked for.
    false_alarm
        Chance, above 0 and below 1, with which the check of what is left over fails without
        cause; 0.05 by convention.
    false_breaks
        False breaks in the time before, at most; fewer where it is short.
    fewest_false
        False breaks, 2 or more, without which the real one is not ranked among them.
    false_periods
        Periods, 1 or more, that a false break is followed by at least, where the time before is
        too short for as many as the operation ran.
    placebo_share
        Largest share, 0 to 1, of false breaks that may be as strong as the real one; twice as many
        may claim an effect.
    """

    level: float = 0.95
    fewest_before: int = 12
    slope_from: int = 6
    years_for_months: int = 5
    years_for_season: float = 1.95
    lags_fitted: int = 6
    lags_checked: int = 12
    false_alarm: float = 0.05
    false_breaks: int = 24
    fewest_false: int = 5
    false_periods: int = 3
    placebo_share: float = 0.1

    def __post_init__(self) -> None:
        """Check that the settings can be used.

        Raises
        ------
        UsageError
            If one lies outside its range.
        """
        least = {"level": 0.5, "fewest_before": 8, "slope_from": 3, "years_for_months": 2}
        least |= {"false_breaks": 1, "placebo_share": 0.0, "years_for_season": 1.0}
        least |= {"lags_fitted": 1, "lags_checked": 1, "fewest_false": 2, "false_periods": 1}
        wrong = [name for name, number in least.items() if getattr(self, name) < number]
        shares = ("level", "placebo_share", "false_alarm")
        wrong += [name for name in shares if getattr(self, name) >= 1]
        wrong += ["false_alarm"] if self.false_alarm <= 0 else []
        if wrong:
            msg = f"{', '.join(wrong)} of the interrupted series lie outside their range."
            raise UsageError(msg, remedy="See the reference of settings for the ranges.")
