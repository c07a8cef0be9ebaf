"""What somebody may see of a violence picture: two periods of it, in the area of their roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.own_area import own_cells
from rightplace.app.service.picture import KIND, read_published_picture
from rightplace.app.service.picture_change import dispersion_of, periods_of
from rightplace.app.service.picture_patrol import patrol_given
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.picture import PublishedPicture
    from rightplace.app.service.picture_change import Asked, Periods
    from rightplace.app.service.picture_patrol import PatrolGiven
    from rightplace.app.service.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A picture, two periods, and what a person may see of it.

    Parameters
    ----------
    boroughs
        Positions of the person's boroughs.
    dispersion
        How much more counts scatter than chance.
    patrol
        Every visit logged.
    """

    picture: PublishedPicture
    periods: Periods
    boroughs: tuple[int, ...]
    dispersion: float
    can_tell: bool
    patrol: tuple[PatrolGiven, ...]

    @property
    def units(self) -> list[tuple[str, str, list[int]]]:
        """Kind, name and boroughs of each unit: BCUs that are theirs in whole, else boroughs."""
        picture, mine = self.picture, set(self.boroughs)
        found: list[tuple[str, str, list[int]]] = []
        for bcu in sorted(set(picture.bcu_of.values())):
            whole = [n for n, b in enumerate(picture.boroughs) if picture.bcu_of.get(b) == bcu]
            if mine.issuperset(whole):
                found.append(("BCU", bcu, whole))
            else:
                found += [("borough", picture.boroughs[n], [n]) for n in whole if n in mine]
        alone = [n for n in sorted(mine) if picture.boroughs[n] not in picture.bcu_of]
        return found + [("borough", picture.boroughs[n], [n]) for n in alone if picture.boroughs[n]]

    def unit(self, name: str) -> tuple[str, str, list[int]]:
        """Return a BCU or borough by its name.

        Raises
        ------
        BadInputError
            If there is none, or not in the person's area.
        """
        named = {unit[1]: unit for unit in self.units}
        picture = self.picture
        each = {picture.boroughs[n]: ("borough", picture.boroughs[n], [n]) for n in self.boroughs}
        found = (each | named).get(name)
        if found is None:
            msg = f"Your area has no BCU or borough {name!r}."
            raise BadInputError(msg, value=name, remedy="Choose one of the list.")
        return found


def look(shelf: Shelf, picture_id: str, *, person: Person, asked: Asked, at: datetime) -> Seen:
    """Return a published picture cut to a person's area; the look is written in the audit chain.

    Parameters
    ----------
    shelf, picture_id
        Where it is published, and which.
    person
        Who looks.
    asked
        The two periods.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_PICTURE)
    purpose = "Read the violence picture."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        picture = shelf.opened(tx, picture_id, kind=KIND, read=read_published_picture)
        patrol = patrol_given(tx, shelf, clock=picture.area.clock)
    periods = periods_of(picture, asked)
    mine = own_cells(picture.area, person, Permission.SEE_PICTURE)
    names = np.array([name or "" for name in picture.area.borough_names])
    whole = tuple(n for n, name in enumerate(picture.boroughs) if mine[names == name].all())
    dispersion, can_tell = dispersion_of(picture, periods)
    return Seen(
        picture=picture,
        periods=periods,
        boroughs=whole,
        dispersion=dispersion,
        can_tell=can_tell,
        patrol=patrol,
    )
