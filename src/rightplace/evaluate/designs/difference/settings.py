"""What a difference-in-differences is judged by that no source settles."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceSettings:
    """Choices of inference and of checks.

    Parameters
    ----------
    level
        Chance, 0.5 to below 1, with which intervals should hold the true value.
    draws
        Bootstrap draws, and permutations where not all can be gone through; 199 or more. 999 is
        usual: one less than a round number makes chances exact (MacKinnon 2009).
    few_clusters
        Up to so many units the wild cluster bootstrap stands for plain clustered errors; also
        where either side has no more than half as many. 40 is about where errors clustered on
        equal clusters begin to hold (Cameron, Gelbach and Miller 2008 find 30 too few at times;
        the number is ours).
    webb_below
        Under so many units the bootstrap draws Webb's six weights, for two signs give too few
        different draws (Webb 2014 says 12 or fewer).
    few_treated
        Under so many units on either side even the wild bootstrap fails and units change places
        instead (MacKinnon and Webb 2018 show failure at 1 to 4; the number is ours).
    blocks
        Blocks that the time before is cut into for the test of trends before; 3 or more. The
        number is ours.
    false_starts
        False starts in the time before, evenly spaced; 1 or more. The number is ours.
    false_alarm
        Chance, above 0 and below 1, with which a check fails without cause; 0.05 by convention.
    band_periods
        Periods before, 2 or more, without which the chart has no band of single counts. The
        number is ours.
    """

    level: float = 0.95
    draws: int = 999
    few_clusters: int = 40
    webb_below: int = 12
    few_treated: int = 5
    blocks: int = 4
    false_starts: int = 3
    false_alarm: float = 0.05
    band_periods: int = 6

    def __post_init__(self) -> None:
        """Check that the settings can be used.

        Raises
        ------
        UsageError
            If one lies outside its range.
        """
        least = {"level": 0.5, "draws": 199, "few_treated": 2, "blocks": 3}
        least |= {"few_clusters": 0, "webb_below": 0, "false_starts": 1, "band_periods": 2}
        wrong = [name for name, number in least.items() if getattr(self, name) < number]
        wrong += [name for name in ("level", "false_alarm") if getattr(self, name) >= 1]
        wrong += ["false_alarm"] if self.false_alarm <= 0 else []
        if wrong:
            msg = f"{', '.join(wrong)} of the difference-in-differences lie outside their range."
            raise UsageError(msg, remedy="See the reference of settings for the ranges.")
