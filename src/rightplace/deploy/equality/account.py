"""Patrol minutes and violence by group of residents, from what each place gets and has.

Nobody knows whom a patrol met. What stands in a place is shared among its residents alike, so a
group's part of a place is its share of those who live there; that is an assumption about people
within one place, and none about places. The sums are an exact account of the plan under it:
there is no sample and so no interval (NEEDS A1, DOMAIN 6.2.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ROUNDING = 1e-6  # of a person: a group that is all residents may differ by so much


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lived:
    """Residents of a group by place.

    Parameters
    ----------
    kind
        What divides residents, such as ``ethnic_group``.
    name
        The group.
    residents
        Shape (n_cells,). Members in each place, 0 or more; read only where residents are known.
    """

    kind: str
    name: str
    residents: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceSums:
    """What each place has and gets.

    Parameters
    ----------
    residents
        Shape (n_cells,). All residents; NaN where not known.
    minutes
        Shape (n_cells,). Planned patrol minutes in the place, 0 or more.
    recorded
        Shape (n_cells,). Incidents that victims reported; NaN without data.
    """

    residents: NDArray[np.float64]
    minutes: NDArray[np.float64]
    recorded: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that all speak of the same places and nothing is below 0.

        Raises
        ------
        UsageError
            If the lengths differ.
        BadInputError
            If a figure is below 0, or minutes are no numbers.
        """
        shapes = {each.shape for each in (self.residents, self.minutes, self.recorded)}
        if len(shapes) != 1:
            msg = f"The columns speak of different places: {sorted(shapes)}."
            raise UsageError(msg)
        columns = (self.residents, self.minutes, self.recorded)
        if any((each < 0).any() for each in columns) or not np.isfinite(self.minutes).all():
            msg = "Residents, minutes and records of a place are 0 or more."
            raise BadInputError(msg, remedy="Look at the file of residents.")

    @property
    def known(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Places with data whose residents are known and some."""
        return np.asarray((self.residents > 0) & np.isfinite(self.recorded))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAccount:
    """What the places of a group's residents get and have, each shared by who lives there.

    Parameters
    ----------
    residents, visited_residents
        Members in places that are known, and in those of them that are visited.
    minutes
        Their part of the patrol minutes.
    recorded, visited_recorded
        Their part of the recorded incidents, in all places known and in those visited.
    """

    kind: str
    name: str
    residents: float
    visited_residents: float
    minutes: float
    recorded: float
    visited_recorded: float

    @property
    def minutes_per_1000(self) -> float | None:
        """Minutes for each 1,000 members; None where there are no members."""
        return _per_1000(self.minutes, self.residents)

    @property
    def recorded_per_1000(self) -> float | None:
        """Recorded incidents for each 1,000 members; None where there are no members."""
        return _per_1000(self.recorded, self.residents)

    @property
    def visited_minutes_per_1000(self) -> float | None:
        """Minutes for each 1,000 members who live in visited places; None where none does."""
        return _per_1000(self.minutes, self.visited_residents)

    @property
    def visited_recorded_per_1000(self) -> float | None:
        """Incidents of visited places for each 1,000 members there; None where none lives there."""
        return _per_1000(self.visited_recorded, self.visited_residents)

    @property
    def minutes_per_recorded(self) -> float | None:
        """Minutes for each recorded incident; None where nothing is recorded."""
        return self.minutes / self.recorded if self.recorded > 0 else None


def account_of_groups(groups: Sequence[Lived], places: PlaceSums) -> tuple[GroupAccount, ...]:
    """Return what falls on each group: sum over places of (minutes / residents) x members.

    Divided by the group's members this is its minutes per resident. Places whose residents are
    not known, or that have no data, are left out of every sum.

    Parameters
    ----------
    groups
        Members by place; groups of different kinds may overlap.
    places
        What each place has and gets.
    """
    visited = places.minutes > 0
    found = []
    for group in groups:
        share = share_of_residents(group, places)
        members = np.where(places.known, share * places.residents, 0.0)
        recorded = share * np.where(places.known, places.recorded, 0.0)
        found.append(
            GroupAccount(
                kind=group.kind,
                name=group.name,
                residents=float(np.nansum(members)),
                visited_residents=float(np.nansum(members[visited])),
                minutes=float(share @ places.minutes),
                recorded=float(recorded.sum()),
                visited_recorded=float(recorded[visited].sum()),
            )
        )
    return tuple(found)


def share_of_residents(group: Lived, places: PlaceSums) -> NDArray[np.float64]:
    """Return a group's share of each place's residents, (n_cells,); 0 where it is not known.

    Raises
    ------
    UsageError
        If the group speaks of other places.
    BadInputError
        If a group has fewer members than none or more than there are residents.
    """
    if group.residents.shape != places.residents.shape:
        msg = f"{group.name} is given for {group.residents.size} places of {places.residents.size}."
        raise UsageError(msg, value=group.name)
    known = places.known
    members, residents = group.residents[known], places.residents[known]
    if not ((members >= 0) & (members <= residents + _ROUNDING)).all():
        msg = f"{group.name} has fewer members than 0 somewhere, or more than residents."
        raise BadInputError(msg, value=group.name, remedy="Correct the file of residents.")
    share = np.zeros(places.residents.shape)
    share[known] = members / residents
    return share


def _per_1000(amount: float, residents: float) -> float | None:
    return 1000 * amount / residents if residents > 0 else None
