"""Who asks: an actor of the audit chain, what they may do, and for which places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.errors import RefusedError
from rightplace.records.accounts.allowed import (
    EVERYWHERE,
    Place,
    Scope,
    allowed,
    check_allowed,
    may_anywhere,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.accounts.allowed import Grant, Standing
    from rightplace.records.accounts.roles import Permission
    from rightplace.records.audit.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is signed in, at one moment.

    Parameters
    ----------
    actor
        As the audit chain knows them.
    standing
        Their grants, as permission sees them.
    at
        The moment for which it is asked what they may.
    """

    actor: Actor
    standing: Standing
    at: datetime

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Return the grants that are in force."""
        if self.standing.left_at is not None and self.at >= self.standing.left_at:
            return ()
        return tuple(each for each in self.standing.grants if each.is_in_force(self.at))

    @property
    def role(self) -> str:
        """Return their roles, as the page shows them."""
        words = ", ".join(dict.fromkeys(each.role.value for each in self.grants)) or "no role"
        return f"{words} (by break-glass)" if self.standing.by_break_glass else words

    @property
    def area_words(self) -> str:
        """Return their areas, as the page shows them."""
        if any(each.scope is Scope.EVERYWHERE for each in self.grants):
            return "whole study area"
        return ", ".join(sorted({each.area for each in self.grants})) or "no area"

    def may(self, permission: Permission) -> bool:
        """Whether they may do something somewhere."""
        return may_anywhere(self.standing, permission, at=self.at)

    def allowed(
        self, permission: Permission, *, bcu: str | None = None, borough: str | None = None
    ) -> bool:
        """Whether they may do something in a borough, in a whole BCU, or somewhere.

        Parameters
        ----------
        permission
            What.
        bcu
            The BCU; of no BCU is what only a grant for the whole study area covers.
        borough
            A borough of it; None for the whole BCU. With neither: somewhere.
        """
        if bcu is None and borough is None:
            return self.may(permission)
        return allowed(self.standing, permission, place_of(bcu, borough), at=self.at)

    def within(
        self, permission: Permission, bcus: Sequence[str | None], boroughs: Sequence[str | None]
    ) -> list[bool]:
        """Return of each row whether they may do something at its place.

        Parameters
        ----------
        permission
            What.
        bcus, boroughs
            Of each row, in step.
        """
        rows = list(zip(bcus, boroughs, strict=True))
        mine = {
            row: allowed(self.standing, permission, place_of(*row), at=self.at) for row in set(rows)
        }
        return [mine[row] for row in rows]

    def check(
        self, permission: Permission, *, bcu: str | None = None, borough: str | None = None
    ) -> None:
        """Check that they may do something in a borough, in a whole BCU, or somewhere.

        Raises
        ------
        RefusedError
            If their roles do not grant it, or not there.
        """
        if bcu is not None or borough is not None:
            check_allowed(self.standing, permission, place_of(bcu, borough), at=self.at)
        elif not self.may(permission):
            msg = f"Your roles ({self.role}) do not include {permission.value!r}."
            remedy = "Ask the administrator, if it is part of your task."
            raise RefusedError(msg, value=permission.value, remedy=remedy)

    def check_everywhere(self, permission: Permission) -> None:
        """Check that they may do something for the whole study area; else ``RefusedError``."""
        check_allowed(self.standing, permission, EVERYWHERE, at=self.at)


def place_of(bcu: str | None, borough: str | None) -> Place:
    """Return the place of a row; what lies in no BCU is covered by the whole study area alone."""
    return Place(bcu=bcu, borough=borough or None) if bcu else EVERYWHERE
