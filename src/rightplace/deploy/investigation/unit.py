"""A unit of detectives as it is asked about: its teams, the work that comes, and how it is done.

Cases are numbers here: how many come, how many hours each stage takes, on which day a stage ends.
What a case is about, and who is in it, is never needed and has no field.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rightplace.deploy.investigation.bounds import (
    MOST_A_MONTH,
    MOST_DISPERSION,
    MOST_HOURS,
    MOST_MORE,
    MOST_OFFICERS,
    MOST_SPREAD,
    MOST_TEAMS,
    MOST_VICTIMS,
    MOST_WAIT,
)
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_OFFICERS: Final = 1
"""Of each role that its cases need: a team without cannot take a case."""


_DUTY_REMEDY: Final = (
    "Hours of a day are above 0, to 24, duty days of a week above 0, to 7; absent and court are "
    "shares from 0, together below 1; days on call and cases that tire are 1 or more."
)

MONTH_DAYS: Final = 365.25 / 12
"""Days of a mean month, in which ``Arrivals.a_month`` counts."""


class Role(StrEnum):
    """Rank and task in a team, from the one in charge down."""

    SIO = "sio"
    """Senior investigating officer, a detective chief inspector."""
    DI = "di"
    DS = "ds"
    DC = "dc"


ROLES: Final = tuple(Role)
"""In this order the arrays of the simulation have their roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Officers of one team by role.

    Parameters
    ----------
    officers
        How many of each role; a role that is left out has none.
    """

    officers: Mapping[Role, int]

    def __post_init__(self) -> None:
        """Check that no role has fewer than none.

        Raises
        ------
        BadInputError
            If a number of officers cannot be.
        """
        for role, number in self.officers.items():
            if type(number) is not int or not 0 <= number <= MOST_OFFICERS:
                msg = f"A team cannot have {number!r} officers as {role.value}."
                remedy = f"Give a whole number from 0 to {MOST_OFFICERS:,}."
                raise BadInputError(msg, value=str(number), remedy=remedy)

    @property
    def strength(self) -> int:
        """All officers of the team."""
        return sum(self.officers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Hours that a stage takes of one role.

    Parameters
    ----------
    mean_hours
        Mean over cases, above 0.
    spread
        Standard deviation over the mean, 0 or more; hours are lognormal.
    together
        Most officers of the role that work on it at the same time, 1 or more.
    action
        What is done, by a name of the table of actions, if officers of a surge with the
        accreditation may do it in the team's place; empty for what only the team may do.
    """

    role: Role
    mean_hours: float
    spread: float
    together: int = 1
    action: str = ""

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If hours or spread cannot be.
        """
        if not 0 < self.mean_hours <= MOST_HOURS:
            msg = f"Work of {self.mean_hours!r} hours cannot be."
            remedy = f"Give hours above 0, to {MOST_HOURS:,}."
            raise BadInputError(msg, value=str(self.mean_hours), remedy=remedy)
        if not 0 <= self.spread <= MOST_SPREAD:
            msg = f"A spread of {self.spread!r} cannot be."
            remedy = f"Give the standard deviation over the mean, 0 to {MOST_SPREAD}."
            raise BadInputError(msg, value=str(self.spread), remedy=remedy)
        if type(self.together) is not int or not 1 <= self.together <= MOST_OFFICERS:
            msg = f"{self.together!r} officers at the same time cannot be."
            remedy = f"Give 1 to {MOST_OFFICERS:,}."
            raise BadInputError(msg, value=str(self.together), remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a case: all its work goes on at the same time, then the next one begins.

    Parameters
    ----------
    name
        What it is called.
    work
        What it takes; none for pure waiting.
    wait_days, wait_spread
        Elapsed days that pass beside the work whatever officers do (a laboratory, a court date),
        as mean and standard deviation over the mean; lognormal. The stage ends when work and wait
        are both over.
    share
        Share of cases that come to it from the one before, above 0 to 1; the others are closed.
    is_first_interview
        Whether the first interview of a suspect is done when it ends.
    """

    name: str
    work: tuple[Work, ...] = ()
    wait_days: float = 0.0
    wait_spread: float = 0.0
    share: float = 1.0
    is_first_interview: bool = False

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If a number cannot be, or nothing happens in the stage.
        """
        for value, most in ((self.wait_days, MOST_WAIT), (self.wait_spread, MOST_SPREAD)):
            if not 0 <= value <= most:
                msg = f"{self.name}: a wait of {value!r} cannot be."
                remedy = f"Give days from 0 to {MOST_WAIT:,}, a spread from 0 to {MOST_SPREAD}."
                raise BadInputError(msg, value=str(value), remedy=remedy)
        if not 0 < self.share <= 1:
            msg = f"{self.name}: a share of {self.share!r} cannot be."
            raise BadInputError(msg, value=str(self.share), remedy="Give a share above 0, to 1.")
        if not self.work and self.wait_days == 0:
            msg = f"{self.name}: neither work nor wait."
            raise BadInputError(msg, remedy="Give its hours by role, or the days it waits.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """How cases come.

    Parameters
    ----------
    a_month
        Mean number of cases in a month of 365.25 / 12 days, above 0.
    dispersion
        Variance over mean of the number in a month, 1 or more; 1 is Poisson.
    victims
        Shares of cases with 1, 2, 3 ... victims, that sum to 1.
    origin
        Where the numbers come from.
    further_victim
        Hours that each victim after the first adds to a case, as a share of those with one victim,
        0 or more.
    """

    a_month: float
    dispersion: float
    victims: tuple[float, ...]
    origin: str
    further_victim: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If a number cannot be.
        """
        if not 0 < self.a_month <= MOST_A_MONTH:
            msg = f"{self.a_month!r} cases a month cannot be."
            remedy = f"Give a mean above 0, to {MOST_A_MONTH:,}."
            raise BadInputError(msg, value=str(self.a_month), remedy=remedy)
        if not 1 <= self.dispersion <= MOST_DISPERSION:
            msg = f"A variance of {self.dispersion!r} times the mean cannot be."
            remedy = f"Give 1 (months vary by chance alone) to {MOST_DISPERSION}."
            raise BadInputError(msg, value=str(self.dispersion), remedy=remedy)
        sums = math.isclose(sum(self.victims), 1, abs_tol=1e-6)
        many = len(self.victims) > MOST_VICTIMS
        if many or not sums or any(not 0 <= each <= 1 for each in self.victims):
            shown = self.victims[:5]
            msg = f"Shares of victims {shown!r} do not sum to 1, or are above {MOST_VICTIMS}."
            remedy = "Give shares of cases with 1, 2, 3 ... victims."
            raise BadInputError(msg, value=str(shown), remedy=remedy)
        if not 0 <= self.further_victim <= MOST_MORE:
            msg = f"Hours of {self.further_victim!r} times a case for a further victim cannot be."
            remedy = f"Give 0 to {MOST_MORE}."
            raise BadInputError(msg, value=str(self.further_victim), remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """When officers of a unit are there.

    Parameters
    ----------
    hours_a_day
        Hours of work of an officer on a day of duty.
    duty_days_a_week
        Days of duty of an officer in a week, above 0 to 7.
    absent
        Share of officers that are away in a week (leave, training, sickness), 0 to 1, below 1.
    court
        Share of officers that are at court in a week beside what cases take, 0 to 1.
    on_call_days
        Days for which one team takes every new case before the next team does.
    callouts_tiring
        Cases in one turn of on-call from which the turn is flagged for welfare.
    stands_in
        Who acts up, by the role stood in for: in a week in which a team has nobody of it present,
        one of a lower role who is does that role's work for the week, and none of his or her own.
    """

    hours_a_day: float
    duty_days_a_week: float
    absent: float
    court: float
    on_call_days: int
    callouts_tiring: int
    stands_in: Mapping[Role, Role] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the numbers, and that whoever stands in is of a lower role.

        Raises
        ------
        BadInputError
            If one of them cannot be.
        """
        fine = {
            "hours_a_day": 0 < self.hours_a_day <= 24,  # noqa: PLR2004 - hours of a day
            "duty_days_a_week": 0 < self.duty_days_a_week <= 7,  # noqa: PLR2004 - days of a week
            "absent": 0 <= self.absent < 1,
            "court": 0 <= self.court < 1,
            "absent and court": self.absent + self.court < 1,
            "on_call_days": 1 <= self.on_call_days <= MOST_WAIT,
            "callouts_tiring": self.callouts_tiring >= 1,
        }
        for name, is_fine in fine.items():
            if not is_fine:
                value = str(getattr(self, name, self.absent + self.court))
                msg = f"{name} of {value} cannot be."
                raise BadInputError(msg, value=value, remedy=_DUTY_REMEDY)
        for role, deputy in self.stands_in.items():
            if ROLES.index(deputy) <= ROLES.index(role):
                msg = f"A {deputy.value} cannot stand in for a {role.value}."
                remedy = f"Name a lower role: {', '.join(ROLES)} is from the top down."
                raise BadInputError(msg, value=deputy.value, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit whose teams do one kind of case.

    Parameters
    ----------
    key, title
        Short name for files, and the one that people read.
    teams
        Its teams, one or more, in the order of the rota.
    arrivals, stages, duty
        What comes, what it takes, and when officers are there.
    cap
        Live cases of a team from which it takes no new one while another team has fewer.
    waiting
        Cases that are open at the start, by stage in the order of ``stages``.
    needs_command
        Whether each team needs a senior investigating officer and a detective inspector.
    hours_left, wait_left
        Share of the hours and of the wait of their stage that cases open at the start have left,
        above 0 to 1; with 1 they begin it anew.
    """

    key: str
    title: str
    teams: tuple[Team, ...]
    arrivals: Arrivals
    stages: tuple[Stage, ...]
    duty: Duty
    cap: int
    waiting: tuple[int, ...]
    needs_command: bool = True
    hours_left: float = 1.0
    wait_left: float = 1.0

    def __post_init__(self) -> None:
        """Check that every team can take a case, and each stage can be done.

        Raises
        ------
        BadInputError
            If a team lacks who must lead it, or nobody is of a role that a stage needs.
        """
        if not self.teams or not self.stages:
            msg = f"{self.title}: no team, or no stage."
            raise BadInputError(msg, value=self.key, remedy="Name at least one of each.")
        if len(self.teams) > MOST_TEAMS:
            msg = f"{self.title}: {len(self.teams)} teams."
            remedy = f"Give {MOST_TEAMS} at most."
            raise BadInputError(msg, value=str(len(self.teams)), remedy=remedy)
        if self.cap < 1 or len(self.waiting) != len(self.stages) or min(self.waiting) < 0:
            msg = f"{self.title}: cap {self.cap}, cases at the start {self.waiting}."
            remedy = "A cap is 1 or more; cases at the start are 0 or more for each stage."
            raise BadInputError(msg, value=self.key, remedy=remedy)
        for share in (self.hours_left, self.wait_left):
            if not 0 < share <= 1:
                msg = f"{self.title}: {share} of a stage cannot be left at the start."
                raise BadInputError(msg, value=str(share), remedy="Give a share above 0, to 1.")
        for number, team in enumerate(self.teams, start=1):
            self._check_team(number, team)

    def _check_team(self, number: int, team: Team) -> None:
        led = (Role.SIO, Role.DI) if self.needs_command else ()
        needed = {work.role for stage in self.stages for work in stage.work} | set(led)
        for role in ROLES:
            if role in needed and team.officers.get(role, 0) < LEAST_OFFICERS:
                msg = f"{self.title}: team {number} has no {role.value}."
                remedy = "Give each team at least one of every role that its cases need."
                raise BadInputError(msg, value=f"team {number}", remedy=remedy)

    @property
    def strength(self) -> int:
        """All officers of the unit."""
        return sum(team.strength for team in self.teams)
