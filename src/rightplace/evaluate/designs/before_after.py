"""Before and after, less the return to the mean that the choice of high places brings by itself.

Places chosen because much happened there would have had less next time without anything done. How
much less follows from the earlier counts of all the places they were chosen from. What is left is
still before and after: what moved every place, no comparison takes away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.designs.before_after_settings import BeforeAfterSettings
from rightplace.evaluate.designs.chosen_places import (
    ChosenPlaces,
    chosen_places,
    expected_counts,
    own_drift,
)
from rightplace.evaluate.designs.finding import (
    Check,
    Design,
    Diagnostic,
    Estimate,
    Finding,
    Flag,
    Refutation,
    Scale,
    Series,
)
from rightplace.evaluate.designs.panel import Part
from rightplace.evaluate.designs.place_rates import place_rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.panel import Panel
    from rightplace.evaluate.designs.place_rates import PlaceRates

    Values = NDArray[np.float64]

METHOD: Final = "rates of all places before (empirical Bayes), normal"
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BeforeAfter:
    """What was found, with the return to the mean apart.

    Parameters
    ----------
    expected_change
        Relative change expected of the treated places without any treatment.
    plain
        What a plain comparison of before and after would have told, in incidents.
    beside_others
        The effect if the treated had moved as the other places did too, in incidents; None
        where no other place has counts after the start.
    rates
        How the rates of places are spread.
    drift
        By which share places' own rates moved from before to after, by the other places; 0 where
        chance explains them.
    places, treated
        How many places the spread was taken from, and how many were treated.
    """

    finding: Finding
    expected_change: Estimate
    plain: Estimate
    beside_others: Estimate | None
    rates: PlaceRates
    drift: float
    places: int
    treated: int


def before_after(
    panel: Panel,
    *,
    outcome: str = "Incidents",
    settings: BeforeAfterSettings | None = None,
) -> Finding:
    """Return the change of the treated places beyond their return to the mean.

    Parameters
    ----------
    panel
        Treated units, and as controls the places they were chosen from; one start.
    outcome
        What was counted, in words.
    settings
        Level of intervals and checks; the defaults where None.
    """
    return beyond_return(panel, outcome=outcome, settings=settings).finding


def beyond_return(
    panel: Panel,
    *,
    outcome: str = "Incidents",
    settings: BeforeAfterSettings | None = None,
) -> BeforeAfter:
    """Return the same with the return to the mean and the plain comparison apart.

    Raises
    ------
    UnsupportedByDataError
        If there are too few places to know their spread, or nothing was counted.
    """
    rules = settings or BeforeAfterSettings()
    level = rules.level
    places = chosen_places(panel)
    if places.before.size < rules.fewest_places:
        msg = (
            f"The table has {places.before.size} places with counts before and after; "
            f"{rules.fewest_places} are needed to know how much a return to the mean brings."
        )
        remedy = "Give all the places that the treated ones were chosen from, as controls."
        raise UnsupportedByDataError(msg, value=places.before.size, remedy=remedy)
    rates = place_rates(places.before, places.days_before)
    here, others = places.treated, ~places.treated
    drift = own_drift(rates, places, others, fewest=rules.fewest_others)
    expected = expected_counts(rates, places, here, drift=drift)
    seen = float(places.after[here].sum())
    effect = _normal(seen - expected.total, expected.variance, level=level)
    plain = _plain(places, level=level)
    # The change that was to be had by waiting, relative to as much as before.
    before = float((places.before * places.days_after / places.days_before)[here].sum())
    change = _as_share(_normal(expected.total - before, expected.variance, level=level), before)
    beside = _beside_others(rates, places, drift=drift, level=level)
    finding = Finding(
        design=Design.BEFORE_AFTER,
        outcome=outcome,
        estimate=effect,
        observed=seen,
        expected=expected.total,
        relative=_as_share(effect, expected.total) if expected.total > 0 else None,
        replicated=int(here.sum()) > 1 and bool(others.any()),
        diagnostics=(
            _enough(expected.total, rules),
            _return(change, plain=plain, effect=effect),
            _others(beside, effect),
            *_time_before(panel),
        ),
        refutations=_refutations(plain, beside),
        flags=_flags(places, drift),
        series=_series(panel, rates, places, drift=drift, level=level),
    )
    return BeforeAfter(
        finding=finding,
        expected_change=change,
        plain=plain,
        beside_others=beside,
        rates=rates,
        drift=drift,
        places=places.before.size,
        treated=int(here.sum()),
    )


def _beside_others(
    rates: PlaceRates, places: ChosenPlaces, *, drift: float, level: float
) -> Estimate | None:
    """Return the effect if the treated would have moved as the other places did.

    Their common change g is what they had by what was expected; the variance of seen - g E adds
    that of g, by the delta method.
    """
    others = ~places.treated
    if not others.any():
        return None
    here = expected_counts(rates, places, places.treated, drift=drift)
    there = expected_counts(rates, places, others, drift=drift)
    moved = float(places.after[others].sum()) / there.total
    seen = float(places.after[places.treated].sum())
    variance = moved * here.variance + (here.total / there.total) ** 2 * there.variance
    return _normal(seen - moved * here.total, variance, level=level) if moved > 0 else None


def _plain(places: ChosenPlaces, *, level: float) -> Estimate:
    """Return the change of the counts, by Poisson chance, as it is usually told."""
    here = places.treated
    ratio = places.days_after[here] / places.days_before[here]
    value = float(places.after[here].sum() - (ratio * places.before[here]).sum())
    variance = float(places.after[here].sum() + (ratio**2 * places.before[here]).sum())
    return _normal(value, variance, level=level, method="Poisson, normal")


def _normal(value: float, variance: float, *, level: float, method: str = METHOD) -> Estimate:
    error = float(np.sqrt(variance))
    reach = float(ndtri((1 + level) / 2)) * error
    return Estimate(
        value=value,
        lo=value - reach,
        hi=value + reach,
        scale=Scale.INCIDENTS,
        method=method,
        level=level,
        p=float(2 * ndtr(-abs(value) / error)) if error > 0 else None,
    )


def _as_share(each: Estimate, of: float) -> Estimate:
    """Return an estimate in incidents as a share of a count; a fall has no more than all."""
    value = each.value / of
    lo, hi = ((0.0 if end is None else end) / of for end in (each.lo, each.hi))
    return Estimate(
        value=value,
        lo=min(value, max(lo, -1.0)),
        hi=hi,
        scale=Scale.SHARE,
        method=each.method,
        level=each.level,
        p=each.p,
    )


def _enough(expected: float, rules: BeforeAfterSettings) -> Diagnostic:
    passed = expected >= rules.fewest_count
    words = f"{expected:,.1f} incidents were to be expected in the treated places, " + (
        f"not below {rules.fewest_count:g}."
        if passed
        else f"below {rules.fewest_count:g}: the normal interval is a poor guide to chance."
    )
    return Diagnostic(check=Check.ENOUGH_COUNTS, passed=passed, value=expected, words=words)


def _return(change: Estimate, *, plain: Estimate, effect: Estimate) -> Diagnostic:
    """Return what was to be expected of the choice alone; it is not counted as effect."""
    words = (
        f"By the choice of these places alone {change.value:+.1%} ({change.lo:+.1%} to "
        f"{change.hi:+.1%}) was to be expected without any treatment; it is not counted as effect."
    )
    if plain.excludes_none and not effect.excludes_none:
        words += f" A plain before and after would have told {plain.value:+,.0f} and been fooled."
    return Diagnostic(
        check=Check.REGRESSION_TO_THE_MEAN, passed=True, value=change.value, words=words
    )


def _others(beside: Estimate | None, effect: Estimate) -> Diagnostic:
    """Return whether the answer stays the same when the other places' change is taken off."""
    if beside is None:
        words = "No other place has counts after the start: a change everywhere cannot be seen."
        return Diagnostic(check=Check.SENSITIVITY, passed=None, words=words)
    same = beside.excludes_none == effect.excludes_none and (
        not effect.excludes_none or (beside.value > 0) == (effect.value > 0)
    )
    words = f"With the other places' own change taken off, {beside.value:+,.1f} is left: " + (
        "the answer stays the same."
        if same
        else "another answer, so that what moved all places is not told from the operation."
    )
    return Diagnostic(check=Check.SENSITIVITY, passed=same, value=beside.value, words=words)


def _time_before(panel: Panel) -> tuple[Diagnostic, ...]:
    """Return that nothing in the time before can speak for or against this design."""
    known = panel.known[panel.rows(Part.TREATED), : panel.first_treated()]
    why = (
        "One period before the start shows no trend, and leaves no room for a false start."
        if int(known.any(axis=0).sum()) == 1
        else "The places were chosen for what was counted before, so that a trend or a false start "
        "among the same counts would show the choice as well."
    )
    return tuple(
        Diagnostic(check=check, passed=None, words=why)
        for check in (Check.PRE_TREND, Check.PLACEBO_TIME)
    )


def _refutations(plain: Estimate, beside: Estimate | None) -> tuple[Refutation, ...]:
    words = "Return to the mean counted as effect: what a plain comparison tells."
    told = [Refutation(name="plain before and after", estimate=plain, words=words)]
    if beside is not None:
        words = "What moved the other places too taken off: should be about the same."
        told.append(Refutation(name="beside other places", estimate=beside, words=words))
    return tuple(told)


def _flags(places: ChosenPlaces, drift: float) -> tuple[Flag, ...]:
    told = []
    if drift > 0:
        words = f"Other places' own rates moved by about {drift:.0%} from before to after"
        told.append(Flag(code="drift", words=f"{words}; the interval allows for it."))
    if places.left_out:
        named = ", ".join(places.left_out[:_SHOWN])
        more = len(places.left_out) - _SHOWN
        named += f" and {more} more" if more > 0 else ""
        words = f"Left out, without counts both before and after: {named}."
        told.append(Flag(code="places-left-out", words=words))
    words = "Before and after alone: a season, a trend or a change of recording looks like effect."
    return (*told, Flag(code="no-comparison", words=words))


def _series(
    panel: Panel, rates: PlaceRates, places: ChosenPlaces, *, drift: float, level: float
) -> Series:
    """Return counts of the treated places, and their own rates without what chance had added."""
    here = places.treated
    rate, doubt = rates.expected(places.before[here], places.days_before[here])
    days = (panel.ends - panel.starts).astype(np.float64)
    expected = float(rate.sum()) * days
    first = panel.first_treated()
    squares = float(doubt.sum()) + drift**2 * float((rate**2).sum())
    noise = np.sqrt(expected + squares * days**2)
    reach = float(ndtri((1 + level) / 2)) * noise
    after = np.arange(days.size) >= first
    return Series(
        starts=tuple(str(each) for each in panel.starts),
        observed=panel.total(Part.TREATED),
        expected=expected,
        lo=np.where(after, np.maximum(expected - reach, 0.0), np.nan),
        hi=np.where(after, expected + reach, np.nan),
        first_treated=first,
    )
