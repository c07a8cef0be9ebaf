"""Which figures may be shown: none for fewer than five crews, nor what gives one away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rightplace.evaluate.rules import FEWEST_CREWS

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

Key = TypeVar("Key", bound="Hashable")


@dataclass(frozen=True, slots=True)
class Roll:
    """Who was seen: the officers of each crew by number.

    Parameters
    ----------
    officers
        Officers by crew. A crew that takes part under five names with two officers is two people.
    """

    officers: Mapping[int, frozenset[int]]

    def is_enough(self, crews: Collection[int]) -> bool:
        """Return whether a figure over some crews is of five crews and of five officers or more."""
        seen = [crew for crew in set(crews) if crew in self.officers]
        people = frozenset[int]().union(*(self.officers[crew] for crew in seen))
        return len(seen) >= FEWEST_CREWS and len(people) >= FEWEST_CREWS


def shown(parts: Mapping[Key, frozenset[int]], roll: Roll) -> set[Key]:
    """Return which parts of a shown whole may be shown.

    A part of too few crews is withheld. So that it is not found by taking the shown parts from
    the whole, the smallest shown parts are withheld too until all that is withheld, together,
    is of enough crews.

    Parameters
    ----------
    parts
        Crews behind each part of the whole.
    roll
        Who was seen.
    """
    may = {key for key, crews in parts.items() if roll.is_enough(crews)}
    hidden = set(parts) - may
    while hidden and may and not roll.is_enough(frozenset().union(*(parts[k] for k in hidden))):
        smallest = min(may, key=lambda key: (len(parts[key]), str(key)))
        may.remove(smallest)
        hidden.add(smallest)
    return may
