"""What-ifs that may be asked: detectives moved, teams added, surge officers who help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.investigation.bounds import MOST_OFFICERS, MOST_TEAMS
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.deploy.investigation.unit import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Officers of a role who go from one unit to another.

    Parameters
    ----------
    number
        How many, 1 or more.
    role
        Of which role.
    giver, taker
        Short names of the units.
    team
        The team that gives, from 1; None leaves it to the teams with the most of the role.
    """

    number: int
    role: Role
    giver: str
    taker: str
    team: int | None = None

    def __post_init__(self) -> None:
        """Check that somebody goes somewhere else.

        Raises
        ------
        BadInputError
            If nobody does.
        """
        _check_number(self.number)
        if self.giver == self.taker:
            msg = f"{self.giver} cannot give officers to itself."
            raise BadInputError(msg, value=self.taker, remedy="Name two units.")

    @property
    def words(self) -> str:
        """What is done, in words."""
        team = "" if self.team is None else f", team {self.team}"
        who = f"{self.number} {self.role.value.upper()}"
        return f"{who} from {self.giver}{team} to {self.taker}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTeams:
    """Teams that are made in one unit from officers of another.

    Parameters
    ----------
    number
        How many teams, 1 or more.
    giver, taker
        Short names of the units.
    strength
        Officers of one team; their roles are in the proportions of the taker's first team.
    officers
        Officers of one team by role, where the proportions are not wanted.
    appointed
        Of all the new teams' officers by role, those who come from neither unit.
    """

    number: int
    giver: str
    taker: str
    strength: int
    officers: Mapping[Role, int] | None = None
    appointed: Mapping[Role, int] | None = None

    def __post_init__(self) -> None:
        """Check that there are teams of somebody from somewhere else.

        Raises
        ------
        BadInputError
            If there are not.
        """
        _check_number(self.number, most=MOST_TEAMS)
        _check_number(self.strength, most=MOST_OFFICERS)
        if self.giver == self.taker:
            msg = f"{self.giver} cannot give teams to itself."
            raise BadInputError(msg, value=self.taker, remedy="Name two units.")

    @property
    def words(self) -> str:
        """What is done, in words."""
        of = self.strength if self.officers is None else sum(self.officers.values())
        return f"{self.number} teams of {of} made in {self.taker} from {self.giver}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """Officers of a surge who help a unit's teams in what their accreditation allows.

    Parameters
    ----------
    taker
        Short name of the unit that they help.
    officers_by_level
        How many of accreditation level 0, 1, 2 ...
    origin
        Where the numbers come from.
    """

    taker: str
    officers_by_level: tuple[int, ...]
    origin: str

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If one cannot be, or nobody helps.
        """
        levels = self.officers_by_level
        fine = all(type(each) is int and 0 <= each <= MOST_OFFICERS for each in levels)
        if not fine or not sum(levels):
            msg = f"Officers by level {list(levels)} cannot help."
            remedy = f"Give whole numbers from 0 to {MOST_OFFICERS:,}, not all of them 0."
            raise BadInputError(msg, value=str(list(levels)), remedy=remedy)

    @property
    def words(self) -> str:
        """What is done, in words."""
        levels = [f"{n} of level {k}" for k, n in enumerate(self.officers_by_level) if n]
        return f"surge officers help {self.taker}: {', '.join(levels)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Changes that are asked about together.

    Parameters
    ----------
    name
        What it is called.
    changes
        Moves and new teams, made in this order.
    surge
        Officers who help, or None.
    origin
        Where the idea comes from; empty where nobody says.
    """

    name: str
    changes: tuple[Move | AddTeams, ...] = ()
    surge: Surge | None = None
    origin: str = ""

    def __post_init__(self) -> None:
        """Check that something is asked.

        Raises
        ------
        BadInputError
            If nothing is.
        """
        if not self.changes and self.surge is None:
            msg = f"{self.name}: nothing is changed."
            remedy = "Say a move, teams to add, or officers of a surge."
            raise BadInputError(msg, value=self.name, remedy=remedy)


def _check_number(number: int, *, most: int | None = None) -> None:
    if type(number) is not int or number < 1 or (most is not None and number > most):
        msg = f"{number!r} cannot be moved or made."
        up = "up" if most is None else f"to {most:,}"
        raise BadInputError(msg, value=str(number), remedy=f"Give a whole number from 1 {up}.")
