"""What is a choice in a synthetic comparison, with where each choice comes from."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticSettings:
    """Choices of a synthetic comparison.

    Parameters
    ----------
    level
        Of intervals, 0 to 1. 0.95 by convention.
    permutations
        Placebo groups drawn. 250 as in the published Seattle example (Robbins and Davenport
        2025).
    miss_share
        Root of the mean squared miss before the operation, as a share of the mean count, up to
        which a comparison fits. 0.1 is a choice of ours.
    chance_times
        The same in multiples of what Poisson chance alone would leave, for small counts. 1.5 is
        a choice of ours.
    periods_wanted
        Periods before the operation under which a fit says little. 24 months (DOMAIN 10.3.16,
        unverified there).
    donors_wanted
        Untreated areas under which placebos cannot give a chance below 5 %: 20 with the treated
        one, so 19, and one to spare.
    fewest_expected
        Incidents expected after the start under which nothing is said. 5 is the usual rule of
        thumb for counts.
    many_treated
        Treated places from which on weights match every period before; under it the treated
        areas' mean is set beside a mixture. 5 is a choice of ours.
    places_per_period
        Untreated places for each period before that such weights need; with fewer the mixture is
        taken. 5 is a choice of ours.
    kept_back
        For the start that was none, one in so many of the periods before are kept back at most;
        2 or more. 3 is a choice of ours.
    left_out
        How many of the heaviest untreated places are left out, one at a time. 5 is a choice of
        ours.
    """

    level: float = 0.95
    permutations: int = 250
    miss_share: float = 0.1
    chance_times: float = 1.5
    periods_wanted: int = 24
    donors_wanted: int = 20
    fewest_expected: float = 5.0
    many_treated: int = 5
    places_per_period: int = 5
    kept_back: int = 3
    left_out: int = 5

    def __post_init__(self) -> None:
        """Check that the numbers can be used.

        Raises
        ------
        BadInputError
            If the level is not between 0 and 1, kept_back below 2 or another number negative.
        """
        counts = (
            self.permutations,
            self.periods_wanted,
            self.donors_wanted,
            self.many_treated,
            self.places_per_period,
            self.left_out,
        )
        sizes = (self.miss_share, self.chance_times, self.fewest_expected)
        if not 0 < self.level < 1 or min(*counts, *sizes) < 0 or self.kept_back <= 1:
            msg = f"Settings of a synthetic comparison cannot be {self}."
            remedy = "Give a level between 0 and 1, kept_back of 2 or more and no negative number."
            raise BadInputError(msg, remedy=remedy)
