"""Settings of simulations of detective units."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.deploy.investigation.horizon import DAYS_OF_A_WEEK
from rightplace.deploy.investigation.measured import InvestigationSettings
from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectiveSettings(InvestigationSettings):
    """How far ahead detective units are looked at, how often, and what counts as too much.

    Parameters
    ----------
    amber
        Share of the hours present from which a role is amber when more of them are busy (DOMAIN
        6.4.25, a recommendation without a source).
    level
        Share of intervals that hold the true mean; custom.
    sections
        Groups of futures by whose scatter centiles of times get their interval; a choice of ours.
    years
        Years that are looked ahead where the command does not say; a choice of ours.
    replications
        Futures that are drawn where the command does not say; a choice of ours.
    warm_up_days
        Days that run before a unit is measured if nobody says what it has open at the start, as
        the unit is and in whole weeks, with which a what-if begins; a choice of ours: a year, in
        which queues of the example settle.
    arrival_years
        Years of homicides from which arrivals are learnt where the command does not say; a choice
        of ours: long enough for an interval, short enough that the trend bends little.
    most_steps
        Pieces of work, and weeks of a team, of a unit in all futures together: more are refused
        before time is spent. A choice of ours: about two minutes on two processors.
    new_team_strength
        Officers of a new team where nobody says (DOMAIN 6.4.22: fifty detectives made two teams).
    """

    years: int = 1
    replications: int = 200
    warm_up_days: int = 364
    arrival_years: int = 5
    most_steps: int = 50_000_000
    new_team_strength: int = 25

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If one of them cannot be.
        """
        # No super(): a class with slots is made anew, and super() would look in the first one.
        InvestigationSettings.__post_init__(self)
        least = {
            "years": 1,
            "replications": 2,
            "warm_up_days": 0,
            "arrival_years": 1,
            "most_steps": 1,
            "new_team_strength": 1,
        }
        for name, lowest in least.items():
            value = getattr(self, name)
            if value < lowest:
                msg = f"{name} of {value} cannot be."
                raise BadInputError(msg, value=value, remedy=f"Give {lowest} or more.")
        if self.warm_up_days % DAYS_OF_A_WEEK:
            msg = f"warm_up_days of {self.warm_up_days} are no whole weeks."
            raise BadInputError(msg, value=self.warm_up_days, remedy="Give a multiple of 7.")
