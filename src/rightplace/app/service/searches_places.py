"""Where somebody may record or supervise searches: boroughs with their BCU, and the local clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rightplace.core.time import Clock
from rightplace.places.hierarchy import boroughs
from rightplace.records.accounts.roles import Permission
from rightplace.records.published.creating import is_demo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction

SUPERVISES = (Permission.RECORD_SEARCHES, Permission.SEE_SEARCHES)
"""Who may do both reviews searches as a supervisor, officer included: an officer may record and
not see, an analyst and a panel see figures and record nothing (a choice of ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Boroughs of the study area, and its clock.

    Parameters
    ----------
    bcu_of
        BCU of each borough by name, in order; empty for one that has none.
    zone
        Of the local clock.
    is_synthetic
        Whether the records are those of a demo.
    """

    bcu_of: dict[str, str]
    zone: ZoneInfo
    is_synthetic: bool

    def within(self, person: Person, *permissions: Permission) -> dict[str, str]:
        """Return the boroughs in which somebody may do all of some things, with their BCU."""
        names = list(self.bcu_of)
        bcus = [self.bcu_of[name] or None for name in names]
        of_each = [person.within(each, bcus, list(names)) for each in permissions]
        mine = [all(row) for row in zip(*of_each, strict=True)]
        return {n: self.bcu_of[n] for n, is_mine in zip(names, mine, strict=True) if is_mine}


def places_of(shelf: Shelf, tx: Transaction) -> Places:
    """Return the boroughs of the study area published last; without one those of London."""
    area, is_synthetic = shelf.newest_area(tx), is_demo(tx)
    if area is None:
        found = {each.name: each.bcu or "" for each in boroughs()}
        return Places(bcu_of=found, zone=ZoneInfo(Clock().zone), is_synthetic=is_synthetic)
    pairs = _named(area.places[0])
    return Places(bcu_of=dict(sorted(pairs)), zone=area.clock.tzinfo, is_synthetic=is_synthetic)


def _named(places: Iterable[tuple[str | None, str | None]]) -> list[tuple[str, str]]:
    return [(borough, bcu or "") for bcu, borough in places if borough]


def supervises(person: Person, *, bcu: str, borough: str) -> bool:
    """Whether somebody reviews searches of a place as a supervisor."""
    return all(person.within(each, [bcu or None], [borough or None])[0] for each in SUPERVISES)
