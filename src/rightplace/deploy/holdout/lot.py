"""Drawing the lot: complete randomisation inside strata, so that every chance is known exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LEFT_OUT = -1
"""Stratum of units that no lot decides on."""
SHARED = "several boroughs"
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """Places that are drawn as one, unit by unit; arrays of shape (n_units,).

    Parameters
    ----------
    borough
        Index of the borough that most of a unit's places lie in, the first among equals.
    worth
        Mean of what the first visit to each of its places prevents.
    places
        How many places it has.
    """

    borough: NDArray[np.int64]
    worth: NDArray[np.float64]
    places: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        unit: NDArray[np.int64],
        *,
        borough: NDArray[np.int64],
        worth: NDArray[np.float64],
    ) -> Units:
        """Return the units of places; all arrays have the shape (n_places,)."""
        places = np.bincount(unit)
        members = [np.flatnonzero(unit == number) for number in range(places.size)]
        return cls(
            borough=np.array([np.bincount(borough[m]).argmax() for m in members], dtype=np.int64),
            worth=np.array([worth[m].mean() for m in members], dtype=np.float64),
            places=places.astype(np.int64),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strata:
    """Units that are alike, within which a lot is drawn.

    Parameters
    ----------
    of_unit
        Shape (n_units,). Stratum of each unit, ``LEFT_OUT`` for those that no lot decides on.
    names
        Of each stratum.
    """

    of_unit: NDArray[np.int64]
    names: tuple[str, ...]


def check_share(share: float) -> None:
    """Check that a share can be held out.

    Raises
    ------
    UsageError
        If it is not above 0 and at most a half: more would hold out most of the places.
    """
    if not 0 < share <= 0.5:  # noqa: PLR2004 - a half
        msg = f"The share to hold out is {share:g}; it must lie above 0 and be 0.5 at most."
        raise UsageError(msg, value=share, remedy="Correct --holdout.")


def least_units(share: float) -> int:
    """Return the fewest units of which a share makes one whole unit; the share is above 0."""
    return math.ceil(1 / share - _ROUNDING)


def held_of(sizes: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """Return how many units of each stratum are held out, shape (n_strata,).

    Whole units of each share, and what the share of all strata together still has goes to the
    strata with the largest remainders (Hamilton's method), the first among equals. All strata
    together never hold out more than the share; a stratum may by a part of one unit.

    Parameters
    ----------
    sizes
        Shape (n_strata,). Units of each stratum.
    share
        Above 0, at most 0.5.
    """
    quota = sizes * share
    held: NDArray[np.int64] = np.floor(quota + _ROUNDING).astype(np.int64)
    spare = math.floor(float(quota.sum()) + _ROUNDING) - int(held.sum())
    held[np.argsort(held - quota, kind="stable")[:spare]] += 1
    return held


def strata_of(
    units: Units, *, share: float, units_each: int, borough_names: Sequence[str]
) -> Strata:
    """Return strata of units of one borough and nearly equal worth.

    Units of a borough are put in order of worth and cut into blocks of nearly equal size. A
    borough with too few units to hold one out shares strata with other such boroughs; if these
    too have too few together, no lot decides on them.

    Parameters
    ----------
    units
        What is drawn.
    share
        Share of them to be held out, above 0, at most 0.5.
    units_each
        Fewest units of a block, where a borough has so many; no block is smaller than it takes
        to hold out one.
    borough_names
        By index.
    """
    check_share(share)
    least = least_units(share)
    of_unit = np.full(units.borough.size, LEFT_OUT, dtype=np.int64)
    names: list[str] = []
    for name, members in _groups(units, least=least, borough_names=borough_names):
        order = members[np.lexsort((members, units.worth[members]))]
        blocks = max(1, order.size // max(units_each, least))
        for number, block in enumerate(np.array_split(order, blocks), 1):
            of_unit[block] = len(names)
            names.append(f"{name} {number} of {blocks}")
    return Strata(of_unit=of_unit, names=tuple(names))


def _groups(
    units: Units, *, least: int, borough_names: Sequence[str]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield groups of units large enough to hold one out: by borough, then the rest together."""
    rest: list[NDArray[np.int64]] = []
    for borough in np.unique(units.borough).tolist():
        members = np.flatnonzero(units.borough == borough)
        if members.size >= least:
            yield borough_names[borough], members
        else:
            rest.append(members)
    together = np.concatenate(rest) if rest else np.zeros(0, dtype=np.int64)
    if together.size >= least:
        yield SHARED, together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lot:
    """Which units are held out, and with what chance; arrays of shape (n_units,).

    Parameters
    ----------
    held_out
        Units that get no visit; False for those that no lot decides on.
    probability
        Chance with which the lot treats each unit, above 0 and below 1; 1 where there is no lot.
    """

    held_out: NDArray[np.bool_]
    probability: NDArray[np.float64]


def draw(strata: Strata, *, share: float, rng: np.random.Generator) -> Lot:
    """Return a lot that holds out a share of the units of each stratum, rounded by ``held_of``.

    In a stratum of n units, h of which are held out, every choice of h is equally likely, so
    each unit is treated with the chance ``1 - h / n``, exactly.

    Parameters
    ----------
    strata
        Units and their strata.
    share
        Share to be held out, above 0, at most 0.5.
    rng
        Source of chance.
    """
    check_share(share)
    held_out = np.zeros(strata.of_unit.size, dtype=np.bool_)
    probability = np.ones(strata.of_unit.size)
    drawn = strata.of_unit[strata.of_unit != LEFT_OUT]
    held_in = held_of(np.bincount(drawn, minlength=len(strata.names)), share)
    for stratum, held in enumerate(held_in.tolist()):
        members = np.flatnonzero(strata.of_unit == stratum)
        held_out[rng.permutation(members)[:held]] = True
        probability[members] = 1 - held / members.size
    return Lot(held_out=held_out, probability=probability)
