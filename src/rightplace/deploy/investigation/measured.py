"""What a simulation says of a unit, each figure with its interval over replications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.deploy.investigation.unit import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationSettings:
    """What counts as too much, and how sure intervals are.

    Parameters
    ----------
    amber
        Share of the hours present from which a role is amber when more of them are busy. Origin:
        DOMAIN 6.4.25 asks for it, without a source; ours.
    level
        Share of intervals that hold the true mean. Origin: custom.
    sections
        Groups of replications by whose scatter centiles of times get their interval. Origin: ours.
    """

    amber: float = 0.85
    level: float = 0.95
    sections: int = 20

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If one of them cannot be.
        """
        fine = {
            "amber": 0 < self.amber < 1,
            "level": 0 < self.level < 1,
            "sections": self.sections >= 2,  # noqa: PLR2004 - one group has no scatter
        }
        for name, is_fine in fine.items():
            if not is_fine:
                value = str(getattr(self, name))
                msg = f"{name} of {value} cannot be."
                remedy = "Shares lie between 0 and 1; sections are 2 or more."
                raise BadInputError(msg, value=value, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over replications, and where the true one lies.

    Parameters
    ----------
    mean
        The mean.
    low, high
        Ends of the interval of the mean by Student's t.
    """

    mean: float
    low: float
    high: float

    @property
    def excludes_none(self) -> bool:
        """Whether it lies on one side of 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Utilisation:
    """Hours that officers of a role work on cases, over those in which they are present.

    Parameters
    ----------
    role
        Which.
    share
        Busy hours over hours present, 0 to 1; none if the unit has nobody of the role.
    share_of_futures_over
        Share of replications in which it is over the limit.
    is_amber
        Whether its mean is over the limit.
    """

    role: Role
    share: Interval | None
    share_of_futures_over: float
    is_amber: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLoad:
    """What one team carries; of the team, never of an officer.

    Parameters
    ----------
    team
        From 1, in the order of the unit.
    live
        Cases open at a time.
    over_cap
        Share of time with more of them than the cap.
    callouts
        New cases in one turn of on-call that the team on call took; none if no turn lies within
        the days measured.
    tiring
        Share of turns with so many that they are flagged for welfare.
    turns_a_month
        Turns of on-call in a month of 365.25 / 12 days.
    """

    team: int
    live: Interval
    over_cap: Interval
    callouts: Interval | None
    tiring: Interval | None
    turns_a_month: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Centile:
    """Days by which a share of cases has come to something, open cases censored.

    Parameters
    ----------
    share
        Which share: .5 for the median.
    days
        From the report; none if the curve does not come so far within the days that were seen.
    low, high
        Ends of its interval by groups of replications; none if some group does not come so far.
    """

    share: float
    days: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstInterview:
    """Days from the report to the first interview of a suspect.

    The days are those of cases that come to one: see ``interviews.py`` for how open ones count.

    Parameters
    ----------
    median, ninetieth
        Of the cases reported in the days measured.
    cases, interviewed, closed_before
        How many there are of them over all replications, with an interview and closed without.
    """

    median: Centile
    ninetieth: Centile
    cases: int
    interviewed: int
    closed_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Hours left of the stages that cases are in, in weeks of all hours present.

    Parameters
    ----------
    start, end
        At the start and the end of the days measured.
    change
        End less start; an interval above 0 says that it grows.
    with_later_start, with_later_end
        The same with the later stages that open cases are expected to come to.
    """

    start: Interval
    end: Interval
    change: Interval
    with_later_start: Interval
    with_later_end: Interval

    @property
    def grows(self) -> bool:
        """Whether the whole interval of the change lies above 0."""
        return self.change.low > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What the simulation of a unit says.

    Parameters
    ----------
    utilisation
        By role, in the order of ``ROLES``.
    support
        Utilisation of the officers who help; none without support.
    waiting_officer_days
        Work that waits at a time, in duty days of an officer.
    waiting_cases
        Cases with work waiting at a time.
    backlog
        In weeks of the unit's hours.
    teams
        One for each team.
    opened, closed
        Cases in a month of 365.25 / 12 days.
    over_cap
        Share of new cases that came when each team was at the cap.
    passed
        Share of new cases that the team on call, being at the cap, passed on to another.
    first_interview
        Days from report to interview; none if no stage is marked as the first interview.
    """

    utilisation: tuple[Utilisation, ...]
    support: Interval | None
    waiting_officer_days: Interval
    waiting_cases: Interval
    backlog: Backlog
    teams: tuple[TeamLoad, ...]
    opened: Interval
    closed: Interval
    over_cap: Interval
    passed: Interval
    first_interview: FirstInterview | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How much a figure changes from one question to another, replication by replication.

    Parameters
    ----------
    name
        Which figure, by its name in ``Measures``; ``utilisation_dc`` and the like by role.
    base, other
        Its mean in each.
    change
        Other less base.
    narrowed_to
        Width of the interval over the one that runs with draws of their own would give, from the
        scatter of the two; 1 if nothing is gained, none if nothing scatters.
    """

    name: str
    base: float
    other: float
    change: Interval
    narrowed_to: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All figures of two questions side by side.

    Parameters
    ----------
    figures
        One for each figure that both have, in the order of ``Measures``.
    median_days, ninetieth_days
        Change of the days to the first interview; none where a group of replications does not come
        so far in either.
    """

    figures: tuple[Difference, ...]
    median_days: Difference | None
    ninetieth_days: Difference | None

    def of(self, name: str) -> Difference:
        """Return the change of a figure by its name.

        Raises
        ------
        KeyError
            If there is no such figure.
        """
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(name)
