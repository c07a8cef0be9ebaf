"""One group beside the reference: its ratio, how sure it is, or why there is none.

A ratio is refused, not made up: under 50 searches of both groups together, under five of either,
without residents, and where the file has no word for the group. What is refused says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import UsageError
from rightplace.powers.searches.bounds import Bounds, bounds
from rightplace.powers.searches.columns import STATED, Ethnicity
from rightplace.powers.searches.ratios import Ratio, Tally, rate_ratio, scatter_over_time

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rightplace.powers.searches.ratios_counted import Slice, Spell

FEWEST_SEARCHES = 50
"""No ratio under so many searches of both groups together (NEEDS D, CAPABILITIES S7)."""
FEWEST_OF_GROUP = 5
"""No ratio where fewer than so many of either group were searched (DOMAIN 2.6.32)."""
REFERENCE = Ethnicity.WHITE
COMPARED = tuple(group for group in STATED if group != REFERENCE)
"""Groups that are set beside the reference."""


class Refusal(StrEnum):
    """Why there is no ratio."""

    TOO_FEW = "too few searches"
    SMALL_COUNT = "small count"
    NO_RESIDENTS = "no residents"
    NO_WORD = "no word for the group"
    NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioRules:
    """When a ratio is given; local policy may be stricter, never looser.

    Parameters
    ----------
    fewest_searches
        Of both groups together, 50 or more.
    fewest_of_group
        Of either group, 5 or more.
    fewest_months
        From so many months on their scatter is judged, and from fewer that of weeks, of which as
        many are asked for; 2 or more: a choice of ours.

    Raises
    ------
    UsageError
        If a rule is looser than the least.
    """

    fewest_searches: int = FEWEST_SEARCHES
    fewest_of_group: int = FEWEST_OF_GROUP
    fewest_months: int = 6

    def __post_init__(self) -> None:
        """Check that no rule is looser than the least.

        Raises
        ------
        UsageError
            If a rule is looser than the least.
        """
        least = {
            "fewest_searches": (self.fewest_searches, FEWEST_SEARCHES),
            "fewest_of_group": (self.fewest_of_group, FEWEST_OF_GROUP),
            "fewest_months": (self.fewest_months, 2),
        }
        for name, (given, floor) in least.items():
            if given < floor:
                msg = f"{name} is {given}, and {floor} is the least that protects."
                raise UsageError(msg, value=given, remedy=f"Set {floor} or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A ratio with both of its intervals and its bounds.

    Parameters
    ----------
    chance
        With the log-normal interval of chance under Poisson alone (DOMAIN 2.6.24).
    spells
        With the interval that allows for months or weeks that scatter more than chance does;
        None where there are too few to judge.
    spell
        Whether those are months or weeks.
    bounds
        With all searches of unknown group to either side.
    """

    chance: Ratio
    spells: Ratio | None
    spell: Spell
    bounds: Bounds

    @property
    def value(self) -> float:
        """The rate of the group by that of the reference."""
        return self.chance.value

    @property
    def printed(self) -> Ratio:
        """The one to print: that of the wider interval."""
        if self.spells is None or self.spells.width <= self.chance.width:
            return self.chance
        return self.spells

    @property
    def allows_for_scatter(self) -> bool:
        """Whether what is printed allows for scatter between months or weeks."""
        return self.printed is self.spells


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One group beside the reference.

    Parameters
    ----------
    group, reference
        What is compared with what.
    searches, reference_searches
        Searches of each; 0 or more.
    residents, reference_residents
        What they are set against; None where it is not held.
    estimate
        The ratio; None where it is refused.
    refusal
        Why there is none; None where there is one.
    """

    group: Ethnicity
    reference: Ethnicity
    searches: int
    reference_searches: int
    residents: int | None
    reference_residents: int | None
    estimate: Estimate | None
    refusal: Refusal | None

    @property
    def rate_per_1000(self) -> float | None:
        """Searches of the group for each 1,000 of its residents; None without residents."""
        return 1000 * self.searches / self.residents if self.residents else None

    @property
    def reference_rate_per_1000(self) -> float | None:
        """Searches of the reference for each 1,000 of its residents; None without residents."""
        n, base = self.reference_searches, self.reference_residents
        return 1000 * n / base if base else None


def compare(
    part: Slice,
    residents: Mapping[Ethnicity, int] | None,
    *,
    group: Ethnicity,
    reference: Ethnicity = REFERENCE,
    words: Collection[Ethnicity],
    rules: RatioRules,
) -> Compared:
    """Return one group beside the reference, with a ratio or the reason why there is none.

    Searches whose group is not stated are in neither count: they move the bounds alone.

    Parameters
    ----------
    part
        Searches of an area and power.
    residents
        What they are set against, by group; None where it is not held.
    group, reference
        Two groups that residents are counted by.
    words
        Words for groups that the source uses at all.
    rules
        When a ratio is given.

    Raises
    ------
    UsageError
        If either is no group of residents, or they are the same.
    """
    if not {group, reference} <= set(STATED) or group == reference:
        msg = f"{group} and {reference} are not two groups that residents are counted by."
        raise UsageError(msg, value=group, remedy=f"Compare two of {', '.join(STATED)}.")
    base = None if residents is None else (residents[group], residents[reference])
    refusal = _refusal(part, base, groups=(group, reference), words=words, rules=rules)
    estimate = None
    if refusal is None and base is not None:
        estimate = _estimate(part, base, groups=(group, reference), rules=rules)
    return Compared(
        group=group,
        reference=reference,
        searches=part.searches(group),
        reference_searches=part.searches(reference),
        residents=None if base is None else base[0],
        reference_residents=None if base is None else base[1],
        estimate=estimate,
        refusal=refusal,
    )


def _refusal(
    part: Slice,
    base: tuple[int, int] | None,
    *,
    groups: tuple[Ethnicity, Ethnicity],
    words: Collection[Ethnicity],
    rules: RatioRules,
) -> Refusal | None:
    """Return why there is no ratio, the most basic reason first."""
    if not words:
        return Refusal.NOT_RECORDED
    if not set(groups) <= set(words):
        return Refusal.NO_WORD
    if base is None or not all(base):
        return Refusal.NO_RESIDENTS
    counts = [part.searches(group) for group in groups]
    if sum(counts) < rules.fewest_searches:
        return Refusal.TOO_FEW
    return Refusal.SMALL_COUNT if min(counts) < rules.fewest_of_group else None


def _estimate(
    part: Slice,
    base: tuple[int, int],
    *,
    groups: tuple[Ethnicity, Ethnicity],
    rules: RatioRules,
) -> Estimate:
    one, other = (
        Tally(events=part.searches(group), base=n) for group, n in zip(groups, base, strict=True)
    )
    counts = [part.by_group[group] for group in groups]
    scatter = scatter_over_time(*counts, fewest=rules.fewest_months)
    return Estimate(
        chance=rate_ratio(one, other),
        spells=None if scatter is None else rate_ratio(one, other, scatter=scatter),
        spell=part.spell,
        bounds=bounds(one, other, unknown=part.unknown, scatter=scatter),
    )
