"""Which places and BCUs of a published study area lie in the area of somebody's roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedArea
    from rightplace.records.accounts.roles import Permission


def own_cells(area: PublishedArea, person: Person, permission: Permission) -> NDArray[np.bool_]:
    """Return of each cell whether somebody may do something there; shape (n_cells,)."""
    places, place_of_cell = area.places
    bcus, boroughs = [bcu for bcu, _ in places], [borough for _, borough in places]
    mine = np.array(person.within(permission, bcus, boroughs), dtype=bool)
    return np.asarray(mine[place_of_cell])


def own_bcus(area: PublishedArea, person: Person, permission: Permission) -> list[str]:
    """Return the BCUs of which somebody may do something in a part or the whole, in order."""
    places, _ = area.places
    bcus, boroughs = [bcu for bcu, _ in places], [borough for _, borough in places]
    mine = person.within(permission, bcus, boroughs)
    return sorted({bcu for bcu, is_mine in zip(bcus, mine, strict=True) if bcu and is_mine})


def check_own_bcu(area: PublishedArea, person: Person, permission: Permission, *, bcu: str) -> None:
    """Check that a BCU lies, in part or whole, in the area of somebody's roles.

    Raises
    ------
    RefusedError
        If no place of it does.
    """
    if bcu not in own_bcus(area, person, permission):
        person.check(permission)
        msg = f"{bcu} is not in your area ({person.area_words})."
        raise RefusedError(msg, value=bcu, remedy="Ask somebody whose area it is.")
