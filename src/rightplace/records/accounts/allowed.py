"""Whether somebody may do something at a place and moment: a pure function over dated grants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, RefusedError
from rightplace.records.accounts.roles import (
    GRANTED_BY_TWO,
    MAY,
    NOT_BY_BREAK_GLASS,
    SECOND_PERSON,
)

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.roles import Permission, Role


class Scope(StrEnum):
    """For how much of the study area a role is granted."""

    EVERYWHERE = "everywhere"
    BCU = "bcu"
    BOROUGH = "borough"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an act is about: a borough with its BCU, a whole BCU, or the whole study area.

    Parameters
    ----------
    bcu
        Its BCU; None for the whole study area, or what is about no place.
    borough
        Its borough; None for the whole BCU.

    Raises
    ------
    BadInputError
        If a borough is named without its BCU, or a name is empty.
    """

    bcu: str | None = None
    borough: str | None = None

    def __post_init__(self) -> None:
        """Check that it is one place.

        Raises
        ------
        BadInputError
            If a borough is named without its BCU, or a name is empty.
        """
        if (self.borough is not None and self.bcu is None) or "" in {self.bcu, self.borough}:
            msg = f"No place is the borough {self.borough!r} of the BCU {self.bcu!r}."
            raise BadInputError(msg, remedy="Name a BCU, and a borough of it if need be.")

    def __str__(self) -> str:
        return self.borough or self.bcu or "the whole area"


EVERYWHERE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role for an area, from when until when (half-open).

    Parameters
    ----------
    role
        The role.
    scope, area
        For how much, and the name of the BCU or borough; no name for everywhere.
    from_at, until_at
        With their zone.
    approved
        Whether a second person approved it.
    """

    role: Role
    scope: Scope
    area: str = ""
    from_at: datetime
    until_at: datetime
    approved: bool = False

    def covers(self, place: Place) -> bool:
        """Whether a place lies in the grant's area, all of it."""
        return {
            Scope.EVERYWHERE: True,
            Scope.BCU: place.bcu == self.area,
            Scope.BOROUGH: place.borough == self.area,
        }[self.scope]

    @property
    def somewhere(self) -> Place:
        """A place that it covers: for a borough its BCU does not matter."""
        if self.scope is Scope.EVERYWHERE:
            return EVERYWHERE
        return Place(bcu=self.area, borough=self.area if self.scope is Scope.BOROUGH else None)

    def is_in_force(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        is_complete = self.approved or self.role not in GRANTED_BY_TWO
        return is_complete and self.from_at <= at < self.until_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What is left of somebody's permissions, as by a token; nothing is added by it.

    Parameters
    ----------
    permissions
        Of those they have.
    areas
        BCUs, or boroughs, of those that are theirs; empty for wherever they may.
    """

    permissions: frozenset[Permission]
    areas: frozenset[Place] = frozenset()

    def leaves(self, permission: Permission, place: Place) -> bool:
        """Whether a permission is left for a place, all of it."""
        if permission not in self.permissions:
            return False
        return not self.areas or any(
            each.bcu == place.bcu and each.borough in {None, place.borough} for each in self.areas
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Somebody as permission sees them.

    Parameters
    ----------
    account_id
        Who.
    grants
        Every grant they ever had.
    left_at
        When they left, or None.
    by_break_glass
        Whether they logged in by break-glass.
    narrowed
        What is left of it where somebody acts by a token; None in person.
    """

    account_id: str
    grants: tuple[Grant, ...]
    left_at: datetime | None = None
    by_break_glass: bool = False
    narrowed: Narrowing | None = None


def allowed(who: Standing, permission: Permission, place: Place, *, at: datetime) -> bool:
    """Whether somebody may do something: by one grant in force that covers the whole place.

    Grants do not add up: two boroughs are not their BCU.
    """
    if who.left_at is not None and at >= who.left_at:
        return False
    if who.by_break_glass and permission in NOT_BY_BREAK_GLASS:
        return False
    if who.narrowed is not None and not who.narrowed.leaves(permission, place):
        return False
    return any(
        permission in MAY[each.role] and each.covers(place) and each.is_in_force(at)
        for each in who.grants
    )


def may_anywhere(who: Standing, permission: Permission, *, at: datetime) -> bool:
    """Whether somebody may do something somewhere: at a place that one of their grants covers.

    Where they act by a token for areas, at one of those.
    """
    narrowed = who.narrowed
    if narrowed is not None and narrowed.areas:
        return any(allowed(who, permission, each, at=at) for each in narrowed.areas)
    return any(allowed(who, permission, each.somewhere, at=at) for each in who.grants)


def check_allowed(who: Standing, permission: Permission, place: Place, *, at: datetime) -> None:
    """Check that somebody may do something.

    Raises
    ------
    RefusedError
        If not; it says which permission for which place.
    """
    if not allowed(who, permission, place, at=at):
        msg = f"Your roles do not include {permission.value!r} for {place}."
        remedy = "Ask the administrator, if it is part of your task."
        raise RefusedError(msg, value=permission.value, remedy=remedy)


def check_two(
    first: Standing, second: Standing, permission: Permission, place: Place, *, at: datetime
) -> None:
    """Check that what two people do together is done by two, and each of them may.

    Raises
    ------
    RefusedError
        If they are one person, or it is not such a thing; if one may not, by ``check_allowed``.
    """
    for each in (first, second):
        check_allowed(each, permission, place, at=at)
    if permission not in SECOND_PERSON or first.account_id == second.account_id:
        msg = f"{permission.value!r} is not done by these two people together."
        raise RefusedError(msg, value=permission.value, remedy="Ask a second person.")
