"""What turns round when it is split, and the outcome test: over the whole area of the forces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.disproportion_result import OutcomeLine, PartLine, ReversalLine
from rightplace.app.searches.disproportion_words import difference_words, reversal_words
from rightplace.errors import UndefinedMetricError
from rightplace.powers.searches.columns import STATED, Ethnicity
from rightplace.powers.searches.outcome_test import counted_by_group, outcome_test
from rightplace.powers.searches.rates import NO_PLACE, NOT_RECORDED
from rightplace.powers.searches.ratios import Tally
from rightplace.powers.searches.ratios_compared import COMPARED, REFERENCE
from rightplace.powers.searches.reversal import Part, split_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.app.searches.disproportion_lines import Area, Base
    from rightplace.powers.searches.columns import Power
    from rightplace.powers.searches.measures import Measure
    from rightplace.powers.searches.outcome_test import GroupRate
    from rightplace.powers.searches.rates import Counted, Group
    from rightplace.powers.searches.ratios_compared import RatioRules
    from rightplace.powers.searches.ratios_counted import CountedSearches, Described
    from rightplace.powers.searches.reversal import Split

SEARCHES = "searches"
"""Measure of a reversal of the ratios on residents."""
SPLIT_BY = ("borough", "power", "age")
"""By what find rates are split; ratios on residents by borough alone (no table of residents by
age is asked for, and under every power the residents are the same, so that none can reverse)."""

_UNKNOWN = {NO_PLACE, NOT_RECORDED, "not given"}


def turned_ratios(
    counted: CountedSearches,
    boroughs: Sequence[tuple[Area, Base]],
    *,
    powers: Sequence[Power | None],
    rules: RatioRules,
) -> Iterator[ReversalLine]:
    """Yield the ratios on residents of the whole area that turn round by borough.

    Parameters
    ----------
    counted
        Searches of people by one description of the group.
    boroughs
        Each with its residents; those without are left out of both sides.
    powers
        None for all together.
    rules
        When a part holds searches enough.
    """
    for power in powers:
        slices = [
            (area, base, counted.of([str(area.code)], power=power)) for area, base in boroughs
        ]
        for group in COMPARED:
            parts = [
                Part(
                    name=area.name,
                    group=Tally(events=part.searches(group), base=base.by_group[group]),
                    reference=Tally(events=part.searches(REFERENCE), base=base.by_group[REFERENCE]),
                )
                for area, base, part in slices
                if base.by_group and base.by_group[group] and base.by_group[REFERENCE]
            ]
            split = _split(parts, shares=False, rules=rules)
            if split is not None and split.reverses:
                whose = (power, counted.described, group)
                yield _line(split, measure=SEARCHES, whose=whose, by="borough")


def _split(parts: Sequence[Part], *, shares: bool, rules: RatioRules) -> Split | None:
    """Return a split; None where there is nothing of one group to split."""
    try:
        return split_ratio(parts, shares=shares, rules=rules)
    except UndefinedMetricError:
        return None


def _line(
    split: Split, *, measure: str, whose: tuple[Power | None, Described, Ethnicity], by: str
) -> ReversalLine:
    power, described, group = whose
    shown = [part for part in split.parts if part.name in split.enough]
    return ReversalLine(
        measure=measure,
        power=None if power is None else power.value,
        described=described.value,
        group=group.value,
        reference=REFERENCE.value,
        by=by,
        pooled=split.pooled.value,
        pooled_lo95=split.pooled.lo,
        pooled_hi95=split.pooled.hi,
        common=split.common.value,
        common_lo95=split.common.lo,
        common_hi95=split.common.hi,
        parts=tuple(
            PartLine(
                part=part.name,
                counted=part.group.events,
                base=part.group.base,
                reference_counted=part.reference.events,
                reference_base=part.reference.base,
                ratio=part.ratio,
            )
            for part in shown
            if part.ratio is not None
        ),
        smaller_parts=len(split.parts) - len(shown),
        reading=reversal_words(split, measure=measure, group=group, reference=REFERENCE, by=by),
    )


def outcomes(
    groups: Sequence[Group],
    measures: Sequence[Measure],
    *,
    described: Described,
    powers: Sequence[Power | None],
    rules: RatioRules,
) -> tuple[tuple[OutcomeLine, ...], tuple[ReversalLine, ...]]:
    """Return the outcome test of every rate and power, and which of its ratios turn round.

    Parameters
    ----------
    groups
        Searches of people counted by who described the group and by all of ``SPLIT_BY``.
    measures
        The four find rates.
    described
        Who described the group.
    powers
        None for all together.
    rules
        Nothing is given of fewer searches.
    """
    lines: list[OutcomeLine] = []
    turned: list[ReversalLine] = []
    for measure in measures:
        for power in powers:
            own = [each for each in groups if power is None or each.key["power"] == power.value]
            found = list(_reversals(own, measure, described=described, power=power, rules=rules))
            counted = counted_by_group(own, measure, described=described, within=lambda _: True)
            tested = outcome_test(counted, measure=measure, rules=rules)
            names = {each.group for each in found}
            for each in tested:
                who = (measure, described, power)
                lines.append(_outcome(each, tested[0], who=who, rules=rules, turned=names))
            turned += found
    return tuple(lines), tuple(turned)


def _reversals(
    groups: Sequence[Group],
    measure: Measure,
    *,
    described: Described,
    power: Power | None,
    rules: RatioRules,
) -> Iterator[ReversalLine]:
    for by in SPLIT_BY:
        if by == "power" and power is not None:
            continue
        cells = _cells(groups, measure, described=described, by=by)
        for group in COMPARED:
            parts = [
                Part(name=name, group=_tally(own[group]), reference=_tally(own[REFERENCE]))
                for name, own in sorted(cells.items())
                if {group, REFERENCE} <= own.keys() and own[group].of and own[REFERENCE].of
            ]
            if sum(part.group.base for part in parts) < rules.fewest_searches:
                continue
            split = _split(parts, shares=True, rules=rules)
            if split is not None and split.reverses:
                yield _line(split, measure=measure.name, whose=(power, described, group), by=by)


def _cells(
    groups: Sequence[Group], measure: Measure, *, described: Described, by: str
) -> dict[str, dict[Ethnicity, Counted]]:
    """Return the counts of a measure by part and ethnic group; unknown parts are left out."""
    stated = {group.value: group for group in STATED}
    found: dict[str, dict[Ethnicity, Counted]] = {}
    for each in groups:
        group = stated.get(each.key[described.value])
        if group is not None and each.key[by] not in _UNKNOWN:
            own = found.setdefault(each.key[by], {})
            counted = each.counted[measure.name]
            own[group] = own[group].plus(counted) if group in own else counted
    return found


def _tally(counted: Counted) -> Tally:
    return Tally(events=counted.found, base=counted.of)


def _outcome(
    one: GroupRate,
    reference: GroupRate,
    *,
    who: tuple[Measure, Described, Power | None],
    rules: RatioRules,
    turned: set[str],
) -> OutcomeLine:
    measure, described, power = who
    rate, apart = one.rate, one.difference
    few = 0 < rate.of < rules.fewest_searches
    too_few = f"Too few searches for a rate: fewer than {rules.fewest_searches}."
    return OutcomeLine(
        measure=measure.name,
        title=measure.title,
        definition=measure.definition,
        power=None if power is None else power.value,
        described=described.value,
        group=one.group.value,
        found=rate.found,
        of=rate.of,
        unknown=rate.unknown,
        rate=rate.value,
        lo95=rate.lo95,
        hi95=rate.hi95,
        difference=None if apart is None else apart.value,
        difference_lo95=None if apart is None else apart.lo,
        difference_hi95=None if apart is None else apart.hi,
        do_not_rely=one.group.value in turned,
        refused=too_few if few else rate.reason,
        reading=difference_words(one, reference, title=measure.title),
    )
