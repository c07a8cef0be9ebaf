"""What a difference-in-differences must survive: trends before, false starts, a unit less."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.difference import permuted, wild
from rightplace.evaluate.designs.difference.cohorts import Window
from rightplace.evaluate.designs.difference.contrast import ratio_contrast
from rightplace.evaluate.designs.difference.inference import Way, by_ratio, way_of
from rightplace.evaluate.designs.finding import Check, Diagnostic, Refutation
from rightplace.evaluate.designs.verdict import amount

if TYPE_CHECKING:
    from rightplace.evaluate.designs.difference.cohorts import Cohorts
    from rightplace.evaluate.designs.difference.contrast import Contrast
    from rightplace.evaluate.designs.difference.inference import Inferred
    from rightplace.evaluate.designs.difference.settings import DifferenceSettings
    from rightplace.evaluate.designs.finding import Estimate

_SEEN = 2.8
"""Errors that an effect must come to, to be seen four times in five: 1.96 + 0.84."""


def block_windows(of: Cohorts, blocks: int) -> list[tuple[Window, ...]]:
    """Return, for each block of the time before but the last, its comparison with the last.

    Blocks have one length in all cohorts, that of the shortest time before over their number;
    what is left over at its beginning goes unused. None where it has fewer than two periods.
    """
    many = min(blocks, *of.begins)
    length = min(of.begins) // many
    made = []
    for back in range(many, 1, -1):
        firsts = [(begin - back * length, begin - length, begin) for begin in of.begins]
        made.append(
            tuple(
                Window(before=(first, first + length), after=(last, begin))
                for first, last, begin in firsts
            )
        )
    return made


def pre_trend(of: Cohorts, *, settings: DifferenceSettings, rng: np.random.Generator) -> Diagnostic:
    """Return whether treated and compared units went the same way before, all blocks together.

    The largest t of any block against its chance over one set of draws for all blocks, so that
    several looks cost nothing (sup-t).
    """
    made = block_windows(of, settings.blocks)
    p = largest_by_chance(of, made, settings=settings, rng=rng)
    if p is None:
        return Diagnostic(check=Check.PRE_TREND, passed=None, words=_too_little("parallel trends"))
    words = (
        f"{len(made) + 1} blocks of the time before, the last against each earlier one: p {p:.3f} "
        f"that they would differ so by chance. {_missed(of, made)}"
    )
    return Diagnostic(check=Check.PRE_TREND, passed=p >= settings.false_alarm, value=p, words=words)


def _too_little(seen: str) -> str:
    return f"The time before is too short or too empty, or units are too few, to see {seen}."


def largest_by_chance(
    of: Cohorts,
    looks: list[tuple[Window, ...]],
    *,
    settings: DifferenceSettings,
    rng: np.random.Generator,
) -> float | None:
    """Return the chance that the largest of several comparisons would be so large.

    One set of draws, or of arrangements, serves all looks, so that looking often costs no more
    than it must (sup-t). None where a look has no counts or no chance could fall below the size.
    """
    contrasts = [ratio_contrast(of, windows) for windows in looks]
    if not contrasts or not all(each.has_counts for each in contrasts):
        return None
    if way_of(of, settings) is Way.PERMUTED:
        if permuted.too_few(of, draws=settings.draws, level=1 - settings.false_alarm):
            return None
        among = permuted.arrangements(of, draws=settings.draws, rng=rng)
        rows = [permuted.statistics(of, windows, 0.0, among=among) for windows in looks]
        largest = np.abs(np.array(rows)).max(axis=0)
        return float((largest >= largest[0] * (1 - 1e-9)).mean())
    return _largest_t(contrasts, settings=settings, rng=rng)


def _largest_t(
    contrasts: list[Contrast], *, settings: DifferenceSettings, rng: np.random.Generator
) -> float:
    drawn = wild.weights(
        contrasts[0].u.size, draws=settings.draws, webb_below=settings.webb_below, rng=rng
    )
    found, largest = 0.0, np.zeros(settings.draws)
    for each in contrasts:
        t, others = wild.studentised(each, 0.0, drawn)
        found, largest = max(found, abs(t)), np.maximum(largest, np.abs(others))
    return (1 + int((largest >= found * (1 - 1e-12)).sum())) / (1 + settings.draws)


def _missed(of: Cohorts, made: list[tuple[Window, ...]]) -> str:
    """Say which steady drift the test would mostly have missed, and what it would come to.

    The first block against the last lie so many periods apart; a drift is seen four times in five
    when it moves them by 2.8 errors (1.96 + 0.84). From the middle of the time before to the
    middle of the time since it goes on for half of both.
    """
    apart = made[0][0].after[0] - made[0][0].before[0]
    onward = of.counts.shape[1] / 2
    seen = _SEEN * ratio_contrast(of, made[0]).standard_error()
    drift = math.expm1(seen * onward / apart)
    return (
        f"A steady drift apart that would come to {drift:.0%} by itself would have been seen four "
        f"times in five; a smaller one mostly not.{_went_on(of, made)}"
    )


def _went_on(of: Cohorts, made: list[tuple[Window, ...]]) -> str:
    """Say where the change would lie had units drifted on as they did at most before."""
    bounds = relative_magnitudes(of, made)
    if bounds is None:
        return ""
    lo, hi = (math.expm1(end) for end in bounds)
    return (
        " Had they drifted from block to block since as far as they ever did before, the change "
        f"would lie between {lo:+.0%} and {hi:+.0%}, chance aside."
    )


def relative_magnitudes(
    of: Cohorts, made: list[tuple[Window, ...]], *, times: float = 1.0
) -> tuple[float, float] | None:
    """Return the least and greatest mean effect since the start, as logarithms of ratios.

    From block to block the units may drift apart, other than by the operation, by no more than
    ``times`` the largest such step in the time before. After n blocks that comes to n steps; the
    mean over all blocks since to half of one more than their number. Chance is left aside.

    Parameters
    ----------
    made
        From ``block_windows``.
    times
        0 is parallel trends.

    Returns
    -------
    tuple or None
        None where no whole block has passed since, or one has no counts.

    References
    ----------
    Rambachan and Roth (2023), Rev. Econ. Stud. 90, 2555-2591, section 2.4.1.
    """
    length = made[0][0].before[1] - made[0][0].before[0]
    blocks = min(of.counts.shape[1] - begin for begin in of.begins) // length
    since = [
        tuple(
            Window(before=(at - length, at), after=(at + n * length, at + (n + 1) * length))
            for at in of.begins
        )
        for n in range(blocks)
    ]
    contrasts = [ratio_contrast(of, windows) for windows in [*made, *since]]
    if not since or not all(each.has_counts for each in contrasts):
        return None
    # Each block before against the last: turned round, for the last is the base.
    before = [-each.effect for each in contrasts[: len(made)]] + [0.0]
    step = float(np.abs(np.diff(before)).max())
    mean = float(np.mean([each.effect for each in contrasts[len(made) :]]))
    reach = times * step * (blocks + 1) / 2
    return mean - reach, mean + reach


def _shares(many: int) -> list[float]:
    """Return where false starts lie in the time before: 0.25, 0.5 and 0.75 of it for three."""
    return [(number + 1) / (many + 1) for number in range(many)]


def false_starts(of: Cohorts, many: int) -> list[tuple[Window, ...]]:
    """Return the comparisons at false starts in the time before; none where it is too short."""
    looks = []
    for share in _shares(many):
        at = [(round(share * begin), begin) for begin in of.begins]
        if not all(0 < start < begin for start, begin in at):
            return []
        looks.append(tuple(Window(before=(0, start), after=(start, end)) for start, end in at))
    return looks


def placebo_starts(
    of: Cohorts, *, settings: DifferenceSettings, rng: np.random.Generator
) -> tuple[Diagnostic, tuple[Refutation, ...]]:
    """Return whether false starts in the time before bring out effects, and each of them."""
    looks = false_starts(of, settings.false_starts)
    p = largest_by_chance(of, looks, settings=settings, rng=rng)
    if p is None:
        words = _too_little("what a false start brings out")
        return Diagnostic(check=Check.PLACEBO_TIME, passed=None, words=words), ()
    found = [by_ratio(of, windows, settings=settings, rng=rng) for windows in looks]
    told = [
        _false_start(share, each, settings.level)
        for share, each in zip(_shares(len(looks)), found, strict=True)
        if each
    ]
    words = (
        f"{len(looks)} false starts in the time before: p {p:.3f} that the largest of them would "
        "be so large by chance."
    )
    return Diagnostic(
        check=Check.PLACEBO_TIME, passed=p >= settings.false_alarm, value=p, words=words
    ), tuple(told)


def _false_start(share: float, found: Inferred, level: float) -> Refutation:
    each = found.share(level)
    return Refutation(
        name=f"false start after {share:.0%} of the time before",
        estimate=each,
        words=f"Nothing was done then: it should be about 0 and was {amount(each.value, each)}.",
    )


def enough_clusters(of: Cohorts, *, settings: DifferenceSettings) -> Diagnostic:
    """Return whether there are units enough for chance to be told from effect."""
    way = way_of(of, settings)
    words = f"{of.n_treated} treated and {of.n_controls} compared units: {way.value}."
    passed = True
    if way is Way.PERMUTED:
        passed = not permuted.too_few(of, draws=settings.draws, level=settings.level)
        words += " With so few on one side even the wild bootstrap fails, so units change places."
        if not passed:
            words += f" {no_chance(of, settings)}"
    return Diagnostic(
        check=Check.CLUSTERS,
        passed=passed,
        value=float(min(of.n_treated, of.n_controls)),
        words=words,
    )


def no_chance(of: Cohorts, settings: DifferenceSettings) -> str:
    """Return in words that so few arrangements tell nothing from chance."""
    smallest = permuted.smallest_chance(of, draws=settings.draws)
    return (
        f"{of.n_treated} treated and {of.n_controls} compared units can change places in "
        f"{permuted.how_many(of):,} ways, so that no p below {smallest:.3f} can come out, however "
        f"large the change; {1 - settings.level:.2g} is asked for."
    )


def leave_one_out(of: Cohorts, headline: Estimate) -> Diagnostic:
    """Return how far the relative change moves when any one unit is left out."""
    values: list[tuple[float, str]] = []
    for row, unit in enumerate(of.units):
        side = of.n_treated if of.treated[row] else of.n_controls
        if side > 1:
            less = of.without(row)
            contrast = ratio_contrast(less, less.windows())
            if contrast.has_counts:
                values.append((float(np.expm1(contrast.effect)), unit))
    if not values:
        return Diagnostic(
            check=Check.LEAVE_ONE_OUT, passed=None, words="No unit can be left out of so few."
        )
    (low, without_low), (high, without_high) = min(values), max(values)
    inside = _inside(headline, low) and _inside(headline, high)
    words = (
        f"Leaving out one unit at a time gives {low:+.1%} (without {without_low}) to {high:+.1%} "
        f"(without {without_high}); "
        f"{'all inside the interval' if inside else 'one unit carries much of the answer'}."
    )
    return Diagnostic(check=Check.LEAVE_ONE_OUT, passed=inside, value=high - low, words=words)


def other_scale(headline: Estimate, other: Inferred, level: float) -> Diagnostic:
    """Return whether the comparison by difference says the same as the one by ratio."""
    each = other.incidents(level)
    inside = _inside(headline, each.value)
    words = (
        "The verdict goes by ratio: without the operation counts would have changed by the same "
        f"share. Had they changed by the same number in each unit: {amount(each.value, each)} "
        f"incidents, {'inside' if inside else 'outside'} the interval of the verdict."
    )
    return Diagnostic(check=Check.SENSITIVITY, passed=inside, value=each.value, words=words)


def _inside(headline: Estimate, value: float) -> bool:
    if headline.lo is None or headline.hi is None:
        return False
    return headline.lo <= value <= headline.hi
