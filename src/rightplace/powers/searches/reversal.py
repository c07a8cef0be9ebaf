"""Whether a pooled ratio turns round when it is split: Simpson's paradox, found by a fixed rule.

A group can be searched more than the reference over all boroughs together and less in each of
them, because its members live where everybody is searched more. The pooled ratio then misleads.

The rule: the pooled ratio *reverses* if the ratio common to the parts (Mantel and Haenszel) lies
on the other side of 1 than the pooled one, and either (a) two or more parts hold searches enough
and in each of them the ratio lies on the other side too, or (b) chance alone cannot have put both
where they are: the interval of at least one of the two leaves out 1. A pooled ratio that reverses
is shown split and marked "do not rely".

References
----------
Simpson (1951), Journal of
the Royal Statistical Society B 13, 238-241; Mantel and Haenszel (1959), Journal of the National
Cancer Institute 22, 719-748; Greenland and Robins (1985), Biometrics 41, 55-68 (its variance).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import ndtri

from rightplace.errors import UndefinedMetricError
from rightplace.powers.searches.ratios import Ratio, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.powers.searches.ratios_compared import RatioRules

_FEWEST_PARTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a whole, such as a borough.

    Parameters
    ----------
    name
        Of the part.
    group, reference
        What was counted in it, and on what.
    """

    name: str
    group: Tally
    reference: Tally

    @property
    def ratio(self) -> float | None:
        """The group's rate by the reference's; None where the reference has none."""
        return self.group.rate / self.reference.rate if self.reference.events else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A pooled ratio beside what its parts say.

    Parameters
    ----------
    pooled
        Of all parts together.
    common
        Common to the parts, each weighed by what it tells (Mantel and Haenszel).
    parts
        All of them, in the order given.
    enough
        Names of those that hold searches enough to show a ratio.
    opposite
        Names of those among them that lie on the other side of 1 than the pooled ratio.
    reverses
        Whether the pooled ratio turns round by the rule of this module.
    """

    pooled: Ratio
    common: Ratio
    parts: tuple[Part, ...]
    enough: tuple[str, ...]
    opposite: tuple[str, ...]
    reverses: bool


def split_ratio(parts: Sequence[Part], *, shares: bool, rules: RatioRules) -> Split:
    """Return whether a ratio pooled over some parts turns round when it is split.

    Parameters
    ----------
    parts
        Disjoint; all that can be told apart.
    shares
        Whether events are shares of what they are counted on, as finds of searches; False for
        searches of residents, who may be searched again and again.
    rules
        When a part holds searches enough.

    Raises
    ------
    UndefinedMetricError
        If there is no part, or nothing was counted of the group or the reference.
    """
    whole = [_sum([part.group for part in parts]), _sum([part.reference for part in parts])]
    if not all(each.events for each in whole):
        msg = "Nothing was counted of one of the two groups; there is no ratio to split."
        raise UndefinedMetricError(msg)
    together = Part(name="", group=whole[0], reference=whole[1])
    pooled = common_ratio([together], shares=shares)
    common = common_ratio(parts, shares=shares)
    enough = [part for part in parts if _is_enough(part, shares=shares, rules=rules)]
    opposite = [part for part in enough if _opposite(part.ratio, pooled.value)]
    every = len(enough) >= _FEWEST_PARTS and len(opposite) == len(enough)
    beyond_chance = not (pooled.holds_one and common.holds_one)
    return Split(
        pooled=pooled,
        common=common,
        parts=tuple(parts),
        enough=tuple(part.name for part in enough),
        opposite=tuple(part.name for part in opposite),
        reverses=_opposite(common.value, pooled.value) and (every or beyond_chance),
    )


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        events=sum(each.events for each in tallies), base=sum(each.base for each in tallies)
    )


def _is_enough(part: Part, *, shares: bool, rules: RatioRules) -> bool:
    counts = (part.group.events, part.reference.events)
    searches = part.group.base + part.reference.base if shares else sum(counts)
    return searches >= rules.fewest_searches and min(counts) >= rules.fewest_of_group


def _opposite(one: float | None, other: float) -> bool:
    return one is not None and (one - 1) * (other - 1) < 0


def common_ratio(parts: Sequence[Part], *, shares: bool, level: float = 0.95) -> Ratio:
    """Return the ratio common to some parts, with its log-normal interval of chance.

    sum(a m / N) / sum(b n / N), where a of n of the group and b of m of the reference were
    counted in a part and N = n + m. One part gives its own ratio.

    Parameters
    ----------
    parts
        Disjoint.
    shares
        As for ``split_ratio``.
    level
        Above 0 and below 1.

    Raises
    ------
    UndefinedMetricError
        If no part has both something counted of the group and of the reference to weigh it by.
    """
    above = below = variance = 0.0
    for part in parts:
        a, n, b, m = part.group.events, part.group.base, part.reference.events, part.reference.base
        above += a * m / (n + m)
        below += b * n / (n + m)
        variance += (a + b) * n * m / (n + m) ** 2 - (a * b / (n + m) if shares else 0.0)
    if not above or not below:
        msg = "No part tells of both groups; there is no common ratio."
        raise UndefinedMetricError(msg)
    error = math.sqrt(max(variance, 0.0) / (above * below))
    reach = math.exp(float(ndtri((1 + level) / 2)) * error)
    value = above / below
    return Ratio(value=value, lo=value / reach, hi=value * reach, level=level)
