"""How often searches of each group led to something: the outcome test, with its limits.

If searches of one group find less, that group may be searched on less. It need not be so: two
groups searched on the same bar can still differ in their mean, because the mean also counts those
far above the bar (infra-marginality). So a difference is a reason to look, and no verdict.

Only rates that the files can give are computed; an arrest rate is one of arrests, never of finds,
and no further action does not mean that nothing was found.

References
----------
DOMAIN 2.4.14-18, 2.6.28; Becker (1957), The Economics of Discrimination; Simoiu, Corbett-Davies
and Goel (2017), Annals of Applied Statistics 11, 1193-1216 (infra-marginality); Newcombe (1998),
Statistics in Medicine 17, 873-890, method 10 (interval of a difference of two shares).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.powers.searches.columns import STATED, Ethnicity
from rightplace.powers.searches.rates import Counted, Rate, rate
from rightplace.powers.searches.ratios_compared import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rightplace.powers.searches.measures import Measure
    from rightplace.powers.searches.rates import Group
    from rightplace.powers.searches.ratios_compared import RatioRules
    from rightplace.powers.searches.ratios_counted import Described

NOTHING = Counted(scope=0, of=0, found=0, unknown=0, recorded=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far the rate of a group lies from that of the reference.

    Parameters
    ----------
    value
        The group's rate less the reference's, -1 to 1.
    lo, hi
        Ends of its 95 % interval.
    """

    value: float
    lo: float
    hi: float

    @property
    def chance_could(self) -> bool:
        """Whether chance alone could do this: the interval holds 0."""
        return self.lo <= 0 <= self.hi


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRate:
    """The rate of one group beside the reference.

    Parameters
    ----------
    group
        Whose searches.
    rate
        Its rate with its interval, or the reason why there is none.
    difference
        From the reference; None for the reference itself, and where either has no rate.
    """

    group: Ethnicity
    rate: Rate
    difference: Difference | None


def outcome_test(
    counted: Mapping[Ethnicity, Counted], *, measure: Measure, rules: RatioRules
) -> tuple[GroupRate, ...]:
    """Return each group's rate and its difference from the reference, the reference first.

    Parameters
    ----------
    counted
        Counts of the measure by group; a group that is not named was not searched.
    measure
        One of the four find rates.
    rules
        Of fewer searches than ``fewest_searches`` no rate is given.
    """
    rated = {
        group: rate(measure, counted.get(group, NOTHING), least=rules.fewest_searches)
        for group in STATED
    }
    reference = rated.pop(REFERENCE)
    first = GroupRate(group=REFERENCE, rate=reference, difference=None)
    others = (
        GroupRate(group=group, rate=each, difference=difference(each, reference))
        for group, each in rated.items()
    )
    return (first, *others)


def difference(one: Rate, other: Rate) -> Difference | None:
    """Return one rate less another; None where either is not given.

    The distances of the ends of both intervals are squared and added.
    """
    if one.value is None or one.lo95 is None or one.hi95 is None:
        return None
    if other.value is None or other.lo95 is None or other.hi95 is None:
        return None
    value = one.value - other.value
    return Difference(
        value=value,
        lo=value - math.hypot(one.value - one.lo95, other.hi95 - other.value),
        hi=value + math.hypot(one.hi95 - one.value, other.value - other.lo95),
    )


def counted_by_group(
    groups: Iterable[Group],
    measure: Measure,
    *,
    described: Described,
    within: Callable[[Mapping[str, str]], bool],
) -> dict[Ethnicity, Counted]:
    """Return the counts of a measure by ethnic group, over some of the searches.

    Parameters
    ----------
    groups
        Counted by who described the group, and perhaps by more.
    measure
        Whose counts.
    described
        Who described the group.
    within
        Whether searches with these keys are taken.
    """
    stated = {group.value: group for group in STATED}
    found: dict[Ethnicity, Counted] = {}
    for each in groups:
        group = stated.get(each.key[described.value])
        if group is not None and within(each.key):
            found[group] = found.get(group, NOTHING).plus(each.counted[measure.name])
    return found
