"""What a published claim is judged by that no source settles."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSettings:
    """Choices of the claim checker; all but the level are ours.

    Parameters
    ----------
    level
        Chance, 0.5 to below 1, with which intervals should hold the true value; 0.95 by
        convention.
    e_test_up_to
        Incidents in both periods together, 0 or more, up to which the E-test is shown beside the
        exact one: it finds more where counts are tiny.
    same_season_days
        Days, 0 or more, by which two parts of years may begin apart in the year and count as of
        one season.
    """

    level: float = 0.95
    e_test_up_to: int = 200
    same_season_days: int = 7

    def __post_init__(self) -> None:
        """Check that the settings can be used.

        Raises
        ------
        UsageError
            If one lies outside its range.
        """
        least = {"level": 0.5, "e_test_up_to": 0, "same_season_days": 0}
        wrong = [name for name, number in least.items() if getattr(self, name) < number]
        wrong += ["level"] if self.level >= 1 else []
        if wrong:
            msg = f"{', '.join(wrong)} of the claim checker lie outside their range."
            raise UsageError(msg, remedy="See the reference of settings for the ranges.")
