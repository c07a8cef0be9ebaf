"""Interrupted time series of counts: whether the course breaks where the operation began.

References: Bernal, Cummins and Gasparrini (2017), Int. J. Epidemiology 46, 348-355; Lopez Bernal,
Cummins and Gasparrini (2018), ibid. 47, 2082-2093, for controls.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

from rightplace.errors import UnsupportedByDataError
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
from rightplace.evaluate.designs.panel import NEVER, Part
from rightplace.evaluate.designs.series_fit import Counted, fitted
from rightplace.evaluate.designs.series_settings import SeriesSettings
from rightplace.evaluate.designs.verdict import TOO_SURE, amount

if TYPE_CHECKING:
    from rightplace.evaluate.designs.panel import Panel
    from rightplace.evaluate.designs.series_fit import Fitted

DEFAULTS = SeriesSettings()
_HELD_ALONE, _HELD_BESIDE = 68, 86
"""Measured, not chosen: of 100 intervals of 95 %, see ``_too_sure``."""


def interrupted_series(
    panel: Panel, *, outcome: str, settings: SeriesSettings = DEFAULTS
) -> Finding:
    """Return how far the treated units' counts together left their course at the start.

    Trend and season of the time before go on as the expected course; beside control units, the
    course of the treated share. The estimate is what was counted less what was expected, over
    all periods since. Errors know scatter beyond Poisson and memory from period to period.

    Parameters
    ----------
    panel
        Treated units are added up, and controls if there are any. Where starts are staggered the
        first counts, and that is told. Periods unknown for a unit used are left out, and told.
    outcome
        What was counted, in words.
    settings
        Of the model and its checks.

    Raises
    ------
    UnsupportedByDataError
        If too few periods are known before or since, or nothing was counted in either.

    Notes
    -----
    Refused where statsmodels is not installed (`NotHeldError`) and where no unit is treated
    (`BadInputError`).
    """
    of = counted(panel)
    since = of.treated.size - of.begins
    empty = not of.treated[: of.begins].any() or not of.treated[of.begins :].any()
    if of.control is not None:
        empty = empty or not of.control[: of.begins].any() or not of.control[of.begins :].any()
    if of.begins < settings.fewest_before or since < 1 or empty:
        msg = (
            f"{of.begins} known periods before and {since} since the start, in which "
            f"{of.treated[: of.begins].sum():g} and {of.treated[of.begins :].sum():g} were counted."
        )
        remedy = f"Give {settings.fewest_before} or more periods before, and counts above 0."
        raise UnsupportedByDataError(msg, remedy=remedy)
    found = fitted(of, settings)
    ratio, incidents = _estimates(of, found, settings)
    placebo, told = _false_breaks(of, found, ratio, settings)
    return Finding(
        design=Design.INTERRUPTED_SERIES,
        outcome=outcome,
        estimate=incidents,
        observed=float(of.treated[of.begins :].sum()),
        expected=float(found.expected[of.begins :].sum()),
        relative=ratio,
        diagnostics=(_residuals(found, settings), placebo, _sensitivity(of, ratio, settings)),
        refutations=told,
        flags=_flags(panel, of, found),
        series=Series(
            starts=tuple(str(day) for day in of.starts),
            observed=of.treated,
            expected=found.expected,
            lo=np.maximum(found.expected - found.reach, 0.0),
            hi=found.expected + found.reach,
            first_treated=of.begins,
        ),
    )


def counted(panel: Panel) -> Counted:
    """Return the treated units' counts together, beside the controls' if there are any."""
    controls = panel.rows(Part.CONTROL)
    used = np.concatenate([panel.rows(Part.TREATED), controls])
    known = panel.known[used].all(axis=0)
    first = panel.first_treated()
    days = (panel.ends - panel.starts).astype("timedelta64[D]").astype(np.float64)
    return Counted(
        starts=panel.starts[known],
        days=days[known],
        treated=panel.total(Part.TREATED)[known].astype(np.float64),
        control=panel.total(Part.CONTROL)[known].astype(np.float64) if controls.size else None,
        begins=int(known[:first].sum()),
    )


def _estimates(of: Counted, found: Fitted, settings: SeriesSettings) -> tuple[Estimate, Estimate]:
    """Return the relative change and the incidents more, from one interval of the logarithm."""
    reach = float(student.ppf((1 + settings.level) / 2, found.freedom)) * found.error
    p = 2 * float(student.sf(abs(found.effect) / found.error, found.freedom))
    ends = (found.effect - reach, found.effect + reach)
    total = float(of.treated[of.begins :].sum())
    memory = f", memory {found.memory:.2f}" if found.memory > 0 else ""
    kind = "quasi-Poisson" if of.control is None else "quasi-binomial beside the control"
    method = f"{kind}, dispersion {found.dispersion:.1f}{memory}"
    ratio = Estimate(
        value=math.expm1(found.effect),
        lo=math.expm1(ends[0]),
        hi=math.expm1(ends[1]),
        scale=Scale.SHARE,
        method=method,
        level=settings.level,
        p=p,
    )
    incidents = Estimate(
        value=-total * math.expm1(-found.effect),
        lo=-total * math.expm1(-ends[0]),
        hi=-total * math.expm1(-ends[1]),
        scale=Scale.INCIDENTS,
        method=method,
        level=settings.level,
        p=p,
    )
    return ratio, incidents


def _residuals(found: Fitted, settings: SeriesSettings) -> Diagnostic:
    words = (
        f"What is left over scatters {found.dispersion:.1f} times as much as chance and "
        f"remembers {found.memory:.2f} of the period before; the interval allows for both. "
        f"Chance would leave so much more memory than that with p {found.chance_left:.3f}."
    )
    return Diagnostic(
        check=Check.RESIDUALS,
        passed=found.chance_left >= settings.false_alarm,
        value=found.chance_left,
        words=words,
    )


def false_breaks(of: Counted, settings: SeriesSettings) -> list[Counted]:
    """Return the time before cut at false breaks, each followed by as long as the operation ran.

    Where the time before is too short for that, by as long as is left, ``false_periods`` or more.
    """
    since = of.treated.size - of.begins
    left = (of.begins - settings.fewest_before) // 2
    last = of.begins - min(since, max(settings.false_periods, left))
    places = np.arange(settings.fewest_before, last + 1)
    if places.size > settings.false_breaks:
        picked = np.linspace(0, places.size - 1, settings.false_breaks).round().astype(np.int64)
        places = places[picked]
    parts = [of.part(0, min(int(at) + since, of.begins), int(at)) for at in places]
    return [
        part
        for part in parts
        if part.treated[: part.begins].any() and part.treated[part.begins :].any()
    ]


def _false_breaks(
    of: Counted, found: Fitted, ratio: Estimate, settings: SeriesSettings
) -> tuple[Diagnostic, tuple[Refutation, ...]]:
    """Return whether the real break stands out among false ones.

    Few false breaks may claim an effect, and where the real one does, fewer still may be as
    strong. One always may: five in a hundred do by chance.
    """
    parts = false_breaks(of, settings)
    if len(parts) < settings.fewest_false:
        words = (
            f"The time before has room for {len(parts)} false breaks, where "
            f"{settings.fewest_false} are needed."
        )
        return Diagnostic(check=Check.PLACEBO_TIME, passed=None, words=words), ()
    others = [(part, fitted(part, settings)) for part in parts]
    strengths = np.array([abs(each.effect) / each.error for _, each in others])
    strength = abs(found.effect) / found.error
    as_strong = float((strengths >= strength).mean())
    claims = [_estimates(part, each, settings)[0] for part, each in others]
    alarms = float(np.mean([each.excludes_none for each in claims]))
    one = 1 / len(parts)
    passed = alarms <= max(2 * settings.placebo_share, one)
    if ratio.excludes_none:
        passed = passed and as_strong <= max(settings.placebo_share, one)
    rank = 1 + int((strengths >= strength).sum())
    words = (
        f"Among {len(parts)} false breaks in the time before, the real one ranks {rank} by "
        f"strength; {alarms:.0%} of the false ones claim an effect."
    )
    strongest = int(np.argmax(strengths))
    told = Refutation(
        name=f"strongest false break, {others[strongest][0].starts[parts[strongest].begins]}",
        estimate=claims[strongest],
        words="Nothing was done then: it should be about 0.",
    )
    return (
        Diagnostic(check=Check.PLACEBO_TIME, passed=passed, value=as_strong, words=words),
        (told,),
    )


def _sensitivity(of: Counted, ratio: Estimate, settings: SeriesSettings) -> Diagnostic:
    """Return whether a shorter memory of the time before says the same."""
    kept = max(settings.fewest_before, of.begins // 2)
    if kept >= of.begins or not of.treated[of.begins - kept : of.begins].any():
        words = "The time before is too short to be halved."
        return Diagnostic(check=Check.SENSITIVITY, passed=None, words=words)
    part = of.part(of.begins - kept, of.treated.size, of.begins)
    other = _estimates(part, fitted(part, settings), settings)[0]
    inside = ratio.lo is not None and ratio.hi is not None and ratio.lo <= other.value <= ratio.hi
    words = (
        f"With only the last {kept} periods before: {amount(other.value, other)}, "
        f"{'inside' if inside else 'outside'} the interval."
    )
    return Diagnostic(check=Check.SENSITIVITY, passed=inside, value=other.value, words=words)


def _too_sure(of: Counted) -> Flag:
    """Return how much too narrow such intervals were in recorded counts.

    Source: operations invented in London's recorded burglary of 2010 to 2019 where nothing was
    done, 100 each (the page on differences and series among the benchmarks).
    """
    kind, held = (
        ("without a comparison", _HELD_ALONE)
        if of.control is None
        else ("beside a comparison", _HELD_BESIDE)
    )
    words = (
        f"A series {kind} is too sure of itself: in recorded burglary of London, where nothing was "
        f"done, intervals of 95% made like this one held that in {held} of 100 cases, not in 95."
    )
    return Flag(code=TOO_SURE, words=words)


def _flags(panel: Panel, of: Counted, found: Fitted) -> tuple[Flag, ...]:
    flags = [_too_sure(of)]
    dropped = panel.shape[1] - of.treated.size
    if dropped:
        words = f"{dropped} of {panel.shape[1]} periods were not published and are left out."
        flags.append(Flag(code="unknown-periods-dropped", words=words))
    begun = panel.treated_from[panel.treated_from != NEVER]
    if np.unique(begun).size > 1:
        words = "Units began at different times; the series breaks where the first began."
        flags.append(Flag(code="staggered-starts", words=words))
    if of.control is None and found.season.startswith("not fitted"):
        words = "Less than two years before the start: season cannot be told from effect."
        flags.append(Flag(code="no-season", words=words))
    if not found.has_slope:
        words = "Too few periods since the start for a change of slope; only the level may change."
        flags.append(Flag(code="no-slope", words=words))
    return tuple(flags)
