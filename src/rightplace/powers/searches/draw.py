"""A stratified draw of searches by lot, for a panel's review of body-worn video.

Within each stratum the searches with the lowest hashes of seed and reference are drawn, so that
the same seed over the same searches gives the same draw on every machine, and nobody can choose.
Searches of children, and those with more than outer clothing removed, are drawn more often; the
chance with which each was drawn stands beside it. Source: NEEDS A12; Horvitz and Thompson (1952).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import STATED, Age

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

CHILD, ADULT, AGE_UNKNOWN = "under 18", "18 or over", "age not given"
FRAME: Final = ("reference", "borough", "power", "age", "self_defined", "more_than_outer")
"""Columns that a draw reads; who searched is none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSettings:
    """How many searches are drawn.

    Parameters
    ----------
    share
        Of each stratum, above 0 to 1; a choice of ours: one in twenty.
    children_times, more_than_outer_times
        How many times that share where a child was searched, and where more than outer clothing
        was removed, 1 or more; choices of ours after NEEDS A12.
    least
        Of each stratum, if it has as many; a choice of ours, so that none goes unseen.
    """

    share: float = 0.05
    children_times: float = 4.0
    more_than_outer_times: float = 4.0
    least: int = 1

    def __post_init__(self) -> None:
        """Check that something can be drawn.

        Raises
        ------
        BadInputError
            If a number lies outside its range.
        """
        times = min(self.children_times, self.more_than_outer_times)
        if not 0 < self.share <= 1 or times < 1 or self.least < 0:
            msg = (
                f"A draw of a share of {self.share}, times {times}, at least {self.least}, is none."
            )
            raise BadInputError(msg, value=self.share, remedy="Give a share above 0, up to 1.")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stratum:
    """Searches that are alike in what the draw looks at."""

    borough: str
    power: str
    age: str
    ethnicity_stated: bool
    more_than_outer: bool

    def __str__(self) -> str:
        stated = "ethnicity stated" if self.ethnicity_stated else "ethnicity not stated"
        more = "more than outer clothing" if self.more_than_outer else "outer clothing at most"
        return ", ".join((self.borough or "no borough", self.power, self.age, stated, more))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A search that was drawn.

    Parameters
    ----------
    reference
        Of the search.
    stratum
        Which stratum it is of.
    chance
        With which it was drawn, above 0 to 1: those drawn of its stratum by all of it.
    """

    reference: str
    stratum: Stratum
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumDrawn:
    """How many of a stratum there were, and were drawn."""

    stratum: Stratum
    searches: int
    drawn: int


def draw(
    searches: pa.Table, *, seed: int, settings: DrawSettings
) -> tuple[tuple[Drawn, ...], tuple[StratumDrawn, ...]]:
    """Return the searches that the lot picks, by reference, and each stratum with its numbers.

    Parameters
    ----------
    searches
        With the columns of ``FRAME``, as ``columns.SCHEMA`` has them; each reference once.
    seed
        Of the lot; it is to be kept beside the draw.
    settings
        How many.

    Raises
    ------
    BadInputError
        If a search has no reference, or two have one: a panel could not ask for their video.
    """
    strata: dict[Stratum, list[str]] = defaultdict(list)
    rows = zip(*(searches[each].to_pylist() for each in FRAME), strict=True)
    seen: set[str] = set()
    for reference, *facts in rows:
        if not reference or reference in seen:
            msg = f"Two searches have the reference {reference!r}, or one has none."
            raise BadInputError(msg, value=reference, remedy="Draw from a force's own records.")
        seen.add(reference)
        strata[_stratum(*facts)].append(reference)
    drawn: list[Drawn] = []
    numbers: list[StratumDrawn] = []
    for stratum in sorted(strata):
        references = strata[stratum]
        n = _how_many(stratum, len(references), settings)
        numbers.append(StratumDrawn(stratum=stratum, searches=len(references), drawn=n))
        chance = n / len(references)
        drawn += [
            Drawn(reference=each, stratum=stratum, chance=chance)
            for each in lowest(references, n, seed=seed)
        ]
    return tuple(sorted(drawn, key=lambda each: each.reference)), tuple(numbers)


def _stratum(
    borough: str | None,
    power: str,
    age: str,
    self_defined: str,
    more: bool | None,  # noqa: FBT001 - a row of a table
) -> Stratum:
    ages = {Age.UNDER_10: CHILD, Age.AGE_10_17: CHILD, Age.NOT_GIVEN: AGE_UNKNOWN}
    return Stratum(
        borough=borough or "",
        power=power,
        age=ages.get(Age(age), ADULT),
        ethnicity_stated=self_defined in {each.value for each in STATED},
        more_than_outer=more is True,
    )


def _how_many(stratum: Stratum, searches: int, settings: DrawSettings) -> int:
    """Return how many of a stratum are drawn; half a search counts as one."""
    times = settings.children_times if stratum.age == CHILD else 1.0
    times *= settings.more_than_outer_times if stratum.more_than_outer else 1.0
    wanted = int(searches * settings.share * times + 0.5)
    return min(searches, max(settings.least, wanted))


def lowest(references: Sequence[str], n: int, *, seed: int) -> list[str]:
    """Return the n references with the lowest hashes of seed and reference, lowest first."""
    return sorted(references, key=lambda each: (_hash(seed, each), each))[:n]


def _hash(seed: int, reference: str) -> str:
    return hashlib.sha256(f"{seed}\x1f{reference}".encode()).hexdigest()


def weighted_share(drawn: Mapping[str, float], with_it: Iterable[str]) -> float:
    """Return the share of all searches that have something, told from those that were drawn.

    Each search drawn stands for as many as the chance of it says (Hajek's form of Horvitz and
    Thompson's estimate): a plain share would overstate children and strip searches, which are
    drawn more often.

    Parameters
    ----------
    drawn
        Chance of each search that was drawn and rated, by reference.
    with_it
        References of those that have it.

    Raises
    ------
    BadInputError
        If nothing was drawn, or one that has it was not.
    """
    has = set(with_it)
    if not drawn or not has <= set(drawn):
        msg = f"{len(has)} searches cannot be a share of {len(drawn)} drawn."
        raise BadInputError(msg, remedy="Give ratings of searches that were drawn.")
    weights = {each: 1 / chance for each, chance in drawn.items()}
    return sum(weights[each] for each in has) / sum(weights.values())
