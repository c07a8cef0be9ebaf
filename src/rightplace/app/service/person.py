"""Who asks: an actor of the audit chain, what they may do, and for which BCUs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.records.audit.actor import Actor


class Permission(StrEnum):
    """What a role may grant; whatever no role grants is denied."""

    READ = "read"
    """Read published forecasts and plans of one's own area."""
    DECIDE = "decide"
    """Accept or reject plans for BCUs of one's own area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is signed in.

    Parameters
    ----------
    actor
        As the audit chain knows them.
    role
        In words, as the page shows it.
    may
        What their role grants.
    bcus
        Their area; None is the whole study area.
    """

    actor: Actor
    role: str
    may: frozenset[Permission]
    bcus: frozenset[str] | None

    @property
    def area_words(self) -> str:
        """Their area, as the page shows it."""
        if self.bcus is None:
            return "whole study area"
        return ", ".join(sorted(self.bcus)) or "no area"

    def covers(self, bcu: str | None) -> bool:
        """Whether a BCU lies in their area; a place of no BCU lies in the whole area alone."""
        return self.bcus is None or bcu in self.bcus

    def within(self, bcus: Iterable[str | None]) -> list[bool]:
        """Return of each place whether it lies in their area, by the place's BCU."""
        return [self.covers(bcu) for bcu in bcus]

    def check(self, permission: Permission, *, bcu: str | None = None) -> None:
        """Check that they may do something, and there.

        Raises
        ------
        RefusedError
            If their role does not grant it, or the BCU is not theirs.
        """
        if permission not in self.may:
            msg = f"Your role ({self.role}) does not let you {permission}."
            raise RefusedError(msg, value=permission, remedy="Ask somebody whose role does.")
        if bcu is not None and not self.covers(bcu):
            msg = f"{bcu} is not in your area ({self.area_words})."
            raise RefusedError(msg, value=bcu, remedy="Ask somebody whose area it is.")
