"""What came of an authorisation: searches, weapons, arrests, and violence before and after.

Nothing here says that searches moved violence: one authorisation is far too few to tell (DOMAIN
1.9.57). What a source does not hold is None with the reason, never 0.

Source: DOMAIN 1.9.55-60; CAPABILITIES S9.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError
from rightplace.evaluate.place_scores import binomial_interval
from rightplace.powers.searches.columns import Age, Ethnicity, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

FEWEST_FOR_A_RATIO = 50
"""Searches under which groups are counted and never compared (issue 6, DOMAIN 2.6.33)."""
RING_M = 500.0
"""How far round the locality violence is counted too, in metres (DOMAIN 1.9.60)."""
CHILDREN = frozenset({Age.UNDER_10, Age.AGE_10_17})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchMade:
    """A search under the authorisation, as its record stands.

    Parameters
    ----------
    weapon_found
        None where the record does not say.
    weapons
        How many; None where the record does not say.
    safeguarded
        Whether anything was recorded that was done to keep a child safe.
    """

    weapon_found: bool | None
    weapons: int | None
    outcome: Outcome
    age: Age
    self_defined: Ethnicity
    officer_defined: Ethnicity
    safeguarded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeaponYield:
    """Searches that found a weapon, of those whose record says whether they did.

    Parameters
    ----------
    found, known
        How many found one, and of how many it is known.
    lo95, hi95
        Exact central 95 % interval of the share.
    """

    found: int
    known: int
    lo95: float
    hi95: float

    @property
    def share(self) -> float:
        """Share of searches that found a weapon, 0 to 1."""
        return self.found / self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterUse:
    """What the searches of one authorisation came to.

    Parameters
    ----------
    searches
        How many.
    weapon_yield
        None where no record says whether a weapon was found.
    weapon_unknown
        Searches whose record does not say so.
    weapons
        Weapons found; None where a search that found one does not say how many.
    weapon_arrests
        Arrests in searches that found a weapon; None where no record says whether one was found.
    children, children_safeguarded
        Searches of people under 18, and those of them for which something is recorded that was
        done to keep them safe.
    age_unknown
        Searches that do not say how old somebody was.
    self_defined, officer_defined
        Searches by ethnic group, every group that there is; what is not stated and what is not
        given stand apart.
    """

    searches: int
    weapon_yield: WeaponYield | None
    weapon_unknown: int
    weapons: int | None
    weapon_arrests: int | None
    children: int
    children_safeguarded: int
    age_unknown: int
    self_defined: tuple[tuple[Ethnicity, int], ...]
    officer_defined: tuple[tuple[Ethnicity, int], ...]

    @property
    def allows_ratios(self) -> bool:
        """Whether there are searches enough for groups to be compared at all."""
        return self.searches >= FEWEST_FOR_A_RATIO


def after_use(searches: Sequence[SearchMade]) -> AfterUse:
    """Return what some searches came to; none at all is a result too.

    Parameters
    ----------
    searches
        Each once, as its newest entry stands.
    """
    known = [each for each in searches if each.weapon_found is not None]
    finds = [each for each in known if each.weapon_found]
    children = [each for each in searches if each.age in CHILDREN]
    counted = [each.weapons for each in finds]
    return AfterUse(
        searches=len(searches),
        weapon_yield=_yield(len(finds), len(known)) if known else None,
        weapon_unknown=len(searches) - len(known),
        weapons=sum(n for n in counted if n) if known and None not in counted else None,
        weapon_arrests=sum(each.outcome is Outcome.ARREST for each in finds) if known else None,
        children=len(children),
        children_safeguarded=sum(each.safeguarded for each in children),
        age_unknown=sum(each.age is Age.NOT_GIVEN for each in searches),
        self_defined=_groups([each.self_defined for each in searches]),
        officer_defined=_groups([each.officer_defined for each in searches]),
    )


def _yield(found: int, known: int) -> WeaponYield:
    low, high = binomial_interval(found, known)
    return WeaponYield(found=found, known=known, lo95=low, hi95=high)


def _groups(found: Sequence[Ethnicity]) -> tuple[tuple[Ethnicity, int], ...]:
    counts = Counter(found)
    return tuple((group, counts[group]) for group in Ethnicity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A stretch of time, half-open.

    Parameters
    ----------
    name
        ``before``, ``during`` or ``after``.
    """

    name: str
    starts: datetime
    ends: datetime


def equal_spells(starts: datetime, ends: datetime) -> tuple[Spell, Spell, Spell]:
    """Return the time of an authorisation, with as much before it and after it, in elapsed time.

    Raises
    ------
    BadInputError
        If it does not last.
    """
    first, last = starts.astimezone(UTC), ends.astimezone(UTC)
    length = last - first
    if length <= timedelta(0):
        msg = f"It ends at {ends}, not after its start."
        raise BadInputError(msg, value=ends, remedy="Give an end after the start.")
    return (
        Spell(name="before", starts=first - length, ends=first),
        Spell(name="during", starts=first, ends=last),
        Spell(name="after", starts=last, ends=last + length),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolenceCounted:
    """Violence in one spell: in the locality, and in the ring round it without the locality."""

    spell: Spell
    locality: int
    ring: int


def violence_counted(
    seconds: NDArray[np.float64],
    xy: NDArray[np.float64],
    *,
    locality: BaseGeometry,
    spells: Sequence[Spell],
    ring_m: float = RING_M,
) -> tuple[ViolenceCounted, ...]:
    """Return how much violence came in a locality and in a ring round it, spell by spell.

    What lies on the edge of the locality lies in it; the ring reaches to and with its outer edge.

    Parameters
    ----------
    seconds
        Shape (n,). When each incident began, in seconds since 1970 (UTC).
    xy
        Shape (n, 2). Where, in metres.
    locality
        In the same metres.
    spells
        As ``equal_spells`` gives them.
    ring_m
        Width of the ring, in metres.
    """
    import shapely  # noqa: PLC0415 - slow to import

    points = shapely.points(xy)
    away = shapely.distance(locality, points)
    inside = away == 0
    ring = (away > 0) & (away <= ring_m)
    found = []
    for spell in spells:
        then = (seconds >= spell.starts.timestamp()) & (seconds < spell.ends.timestamp())
        found.append(
            ViolenceCounted(
                spell=spell,
                locality=int(np.count_nonzero(then & inside)),
                ring=int(np.count_nonzero(then & ring)),
            )
        )
    return tuple(found)
