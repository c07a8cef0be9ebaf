"""What is set, and not known, about the threshold test."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import BadInputError

FIND_RATES = ("any_outcome_rate", "linked_find_rate", "arrest_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdSettings:
    """When the threshold test is run, what it assumes beforehand, and when it is believed.

    Parameters
    ----------
    outcome
        What counts as success: any_outcome_rate, linked_find_rate or arrest_rate. None of them
        says what was found.
    least_searches
        Fewest searches of every group in a place that is taken (DOMAIN 2.6.29 asks for many and
        names no number; a choice of ours).
    least_places
        Fewest such places (the test lives on differences between places; a choice of ours).
    limit_seconds
        Longest time that sampling may take (the issue: 3 minutes).
    warm_up, draws, chains
        Steps of the sampler that are thrown away, that are kept in each chain, and its chains.
    largest_r_hat, least_effective
        Worst R-hat, and fewest effective draws of any quantity, with which a result is given.
    least_covered
        Share of places and groups, 0 to 1, whose counts must lie in the model's 95 % interval for
        them (posterior predictive check; a choice of ours below 0.95, which chance would give).
    present_factor
        The test is made again with so many times the residents of every group but white, because
        nobody knows who is out and present; 1 leaves that out.
    group_spread, place_spread, cell_spread
        Standard deviations beforehand of the log odds of carrying, by group, by place, and of a
        place and group beyond both. Wider than those of Pierson and others (2018) for places,
        because London's boroughs differ more than counties; a choice of ours.
    group_signal, place_signal
        Standard deviations beforehand of the log of how well signs tell carriers from others.
    """

    outcome: str = "any_outcome_rate"
    least_searches: int = 30
    least_places: int = 10
    limit_seconds: float = 180.0
    warm_up: int = 500
    draws: int = 1000
    chains: int = 2
    largest_r_hat: float = 1.01
    least_effective: float = 400.0
    least_covered: float = 0.9
    present_factor: float = 2.0
    group_spread: float = 1.0
    place_spread: float = 0.5
    cell_spread: float = 0.15
    group_signal: float = 0.3
    place_signal: float = 0.2

    def __post_init__(self) -> None:
        """Check that the outcome is one and that the numbers can be.

        Raises
        ------
        BadInputError
            If one is not.
        """
        if self.outcome not in FIND_RATES:
            msg = f"threshold.outcome must be one of {', '.join(FIND_RATES)}: {self.outcome!r}."
            raise BadInputError(msg, value=self.outcome, remedy="Correct it in rightplace.toml.")
        for name in self.__slots__:
            value = getattr(self, name)
            if name != "outcome" and value <= 0:
                msg = f"threshold.{name} must be above 0, not {value}."
                raise BadInputError(msg, value=value, remedy="Correct it in rightplace.toml.")
        if self.chains < 2:  # noqa: PLR2004 - R-hat compares chains
            msg = "threshold.chains must be 2 or more: one chain shows nothing of convergence."
            raise BadInputError(msg, value=self.chains, remedy="Correct it in rightplace.toml.")
