"""What a comparison of before and after is judged by that no source settles."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfterSettings:
    """Choices that no source settles; all but the level are ours.

    Parameters
    ----------
    level
        Chance, 0.5 to below 1, with which intervals should hold the true value; 0.95 by
        convention.
    fewest_places
        Places, treated or not, without which their spread is not known; 5 or more.
    fewest_count
        Incidents expected in the treated places from which on the normal interval is trusted.
    fewest_others
        Untreated places, 2 or more, from which on their own drift from before to after is
        measured; with fewer none is allowed for.
    """

    level: float = 0.95
    fewest_places: int = 20
    fewest_count: float = 10.0
    fewest_others: int = 10

    def __post_init__(self) -> None:
        """Check that the settings can be used.

        Raises
        ------
        UsageError
            If one lies outside its range.
        """
        least = {"level": 0.5, "fewest_places": 5, "fewest_count": 0, "fewest_others": 2}
        wrong = [name for name, number in least.items() if getattr(self, name) < number]
        wrong += ["level"] if self.level >= 1 else []
        if wrong:
            msg = f"{', '.join(wrong)} of before and after lie outside their range."
            raise UsageError(msg, remedy="See the reference of settings for the ranges.")
