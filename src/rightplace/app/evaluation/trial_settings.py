"""Settings of plans that are experiments, and of what flows back from them."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSettings:
    """How the hold-outs of plans are judged, and how much of them an effect size takes over.

    Parameters
    ----------
    level
        Of the intervals of a trial that is looked at once, above 0 and below 1.
    redraws
        How often each week's lot is drawn again; a choice of ours.
    redraws_most
        The same at an early look, whose boundary asks for smaller chances; a choice of ours.
    before_weeks
        Weeks before each plan whose counts show whether the arms were alike; a choice of ours.
    between_forces_sd
        How far the effect is taken to differ between forces, as a standard deviation of the log
        reduction at the anchor dose. A choice of ours, about half the mean of the record that
        ships: no source states it. Larger lets a force's own trial count for more.
    """

    level: float = 0.95
    redraws: int = 1999
    redraws_most: int = 9999
    before_weeks: int = 26
    between_forces_sd: float = 0.06

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises
        ------
        UsageError
            If a number lies outside its range; all are named.
        """
        fewest = 99
        facts = {
            "level above 0 and below 1": 0 < self.level < 1,
            f"redraws of {fewest} or more": self.redraws >= fewest,
            "redraws_most of redraws or more": self.redraws_most >= self.redraws,
            "before_weeks of 1 or more": self.before_weeks >= 1,
            "between_forces_sd of 0 or more": self.between_forces_sd >= 0,
        }
        wrong = [fact for fact, holds in facts.items() if not holds]
        if wrong:
            msg = f"The settings of trials need {'; '.join(wrong)}."
            raise UsageError(msg, remedy="Mend [trial] in rightplace.toml.")
