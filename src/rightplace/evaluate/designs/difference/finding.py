"""Difference-in-differences on a table of counts, with all that speaks for and against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from rightplace.errors import NotHeldError
from rightplace.evaluate.designs.difference import checks
from rightplace.evaluate.designs.difference.cohorts import cohorts
from rightplace.evaluate.designs.difference.group_time import group_time
from rightplace.evaluate.designs.difference.inference import Way, by_difference, by_ratio, way_of
from rightplace.evaluate.designs.difference.permuted import too_few
from rightplace.evaluate.designs.difference.settings import DifferenceSettings
from rightplace.evaluate.designs.finding import Design, Finding, Flag, Refutation, Series
from rightplace.evaluate.designs.panel import Part
from rightplace.evaluate.designs.verdict import CANNOT_TELL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.difference.cohorts import Cohorts
    from rightplace.evaluate.designs.difference.inference import Inferred
    from rightplace.evaluate.designs.finding import Diagnostic, Estimate
    from rightplace.evaluate.designs.panel import Panel

DEFAULTS = DifferenceSettings()


def difference(
    panel: Panel,
    *,
    outcome: str,
    rng: np.random.Generator,
    settings: DifferenceSettings = DEFAULTS,
) -> Finding:
    """Return the change in treated units beside the change in controls.

    The headline goes by ratio: without the operation the treated units would have changed by the
    share by which the controls changed. That is the Poisson pseudo-likelihood with effects for
    units and periods. The difference of mean changes stands beside it, for where trends are
    parallel in shares they are not in numbers. Staggered starts are compared cohort by cohort
    with units never treated.

    Parameters
    ----------
    panel
        Units treated and units of control, and those of the ring if displacement is asked for.
        Periods unknown for any treated or control unit are left out, and told.
    outcome
        What was counted, in words.
    rng
        For the draws of bootstrap and permutation.
    settings
        Of inference and checks.

    Notes
    -----
    Refused where a side has no unit (`BadInputError`), and where no known period is left before
    a start or from it on (`UnsupportedByDataError`).
    """
    of = cohorts(panel, treated=Part.TREATED, control=Part.CONTROL)
    windows = of.windows()
    ratio = by_ratio(of, windows, settings=settings, rng=rng)
    linear = by_difference(of, windows, settings=settings, rng=rng)
    headline = ratio or linear
    diagnostics, refutations, missing = _looked_into(of, ratio, linear, settings=settings, rng=rng)
    return Finding(
        design=Design.DIFFERENCE,
        outcome=outcome,
        estimate=headline.incidents(settings.level),
        observed=headline.contrast.observed,
        expected=headline.contrast.expected,
        relative=None if ratio is None else ratio.share(settings.level),
        displacement=_displaced(panel, settings, rng),
        replicated=min(of.n_treated, of.n_controls) > 1,
        diagnostics=diagnostics,
        refutations=refutations,
        flags=(*_flags(panel, of, ratio, settings), *missing),
        series=None if ratio is None else series(panel, of, settings),
    )


def _looked_into(
    of: Cohorts,
    ratio: Inferred | None,
    linear: Inferred,
    *,
    settings: DifferenceSettings,
    rng: np.random.Generator,
) -> tuple[tuple[Diagnostic, ...], tuple[Refutation, ...], tuple[Flag, ...]]:
    placebo, false_starts = checks.placebo_starts(of, settings=settings, rng=rng)
    made = [
        checks.enough_clusters(of, settings=settings),
        checks.pre_trend(of, settings=settings, rng=rng),
        placebo,
    ]
    if ratio is None:
        return tuple(made), false_starts, ()
    estimate = ratio.incidents(settings.level)
    made += [
        checks.leave_one_out(of, ratio.share(settings.level)),
        checks.other_scale(estimate, linear, settings.level),
    ]
    other = Refutation(
        name="by difference",
        estimate=linear.incidents(settings.level),
        words="Had the treated units changed by the number by which controls changed.",
    )
    told, missing = _group_time(of, settings.level)
    return tuple(made), (other, *told, *false_starts), missing


def _group_time(of: Cohorts, level: float) -> tuple[tuple[Refutation, ...], tuple[Flag, ...]]:
    """Return staggered starts judged another way; a flag where the extra for that is missing."""
    if len(of.begins) == 1:
        return (), ()
    try:
        estimate = group_time(of, level=level)
    except NotHeldError as error:
        words = f"Staggered starts were not judged a second way. {error}"
        return (), (Flag(code="not-judged-twice", words=words),)
    words = "By difference, from the last period before each start: it should be about the same."
    return (Refutation(name="group-time effects", estimate=estimate, words=words),), ()


def _displaced(
    panel: Panel, settings: DifferenceSettings, rng: np.random.Generator
) -> Estimate | None:
    """Return the change in the ring beside its own control, or the control if it has none."""
    if not panel.rows(Part.RING).size:
        return None
    control = Part.RING_CONTROL if panel.rows(Part.RING_CONTROL).size else Part.CONTROL
    of = cohorts(panel, treated=Part.RING, control=control)
    windows = of.windows()
    found = by_ratio(of, windows, settings=settings, rng=rng) or by_difference(
        of, windows, settings=settings, rng=rng
    )
    return found.incidents(settings.level)


def _flags(
    panel: Panel, of: Cohorts, ratio: Inferred | None, settings: DifferenceSettings
) -> tuple[Flag, ...]:
    flags = []
    dropped = panel.shape[1] - of.periods.size
    if dropped:
        words = (
            f"{dropped} of {panel.shape[1]} periods were not published for every unit and are "
            "left out; no data is not zero."
        )
        flags.append(Flag(code="unknown-periods-dropped", words=words))
    if ratio is None:
        words = "Treated or compared units counted nothing at all before or since."
        flags.append(Flag(code=CANNOT_TELL, words=words))
    permuted_only = way_of(of, settings) is Way.PERMUTED
    if permuted_only and too_few(of, draws=settings.draws, level=settings.level):
        flags.append(Flag(code=CANNOT_TELL, words=checks.no_chance(of, settings)))
    if of.n_treated == 1:
        words = (
            "One treated unit: whatever else happened there at that time cannot be told from the "
            "operation."
        )
        flags.append(Flag(code="one-treated-unit", words=words))
    elif permuted_only:
        words = (
            f"{of.n_treated} treated and {of.n_controls} compared units are too few for clustered "
            "errors and for the wild bootstrap; chance was told by letting units change places."
        )
        flags.append(Flag(code="few-units", words=words))
    return tuple(flags)


def series(panel: Panel, of: Cohorts, settings: DifferenceSettings = DEFAULTS) -> Series:
    """Return what treated units counted, and what they would have with the controls' course.

    The band holds single periods, not the total: it comes from how far the treated units lay
    from the controls' course in the time before all starts, as a multiple of Poisson scatter.
    """
    treated = of.treated
    others = of.counts[~treated].sum(axis=0)
    expected = np.zeros(others.size)
    for cohort, begin in enumerate(of.begins):
        own = of.counts[of.cohort == cohort]
        expected += own[:, :begin].sum() * others / others[:begin].sum()
    observed = of.counts[treated].sum(axis=0)
    first = of.begins[0]
    reach = _reach(observed[:first], expected[:first], expected, settings=settings)
    return Series(
        starts=tuple(str(day) for day in panel.starts[of.periods]),
        observed=observed,
        expected=expected,
        lo=np.maximum(expected - reach, 0.0),
        hi=expected + reach,
        first_treated=first,
    )


def _reach(
    before: NDArray[np.float64],
    course: NDArray[np.float64],
    expected: NDArray[np.float64],
    *,
    settings: DifferenceSettings,
) -> NDArray[np.float64]:
    held = course > 0
    if held.sum() < settings.band_periods:
        return np.full(expected.size, np.nan)
    scatter = float(((before - course)[held] ** 2 / course[held]).sum()) / (int(held.sum()) - 1)
    return float(ndtri((1 + settings.level) / 2)) * np.sqrt(max(scatter, 1.0) * expected)
