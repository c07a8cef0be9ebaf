"""Synthetic control of a table of counts, as one finding.

One or few treated areas stand beside a mixture of untreated ones (``areas``); many treated places
beside weighted ones (``calibrated``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.finding import (
    Design,
    Estimate,
    Finding,
    Flag,
    Refutation,
    Scale,
    Series,
)
from rightplace.evaluate.designs.panel import Part
from rightplace.evaluate.designs.synthetic import area_checks, checks
from rightplace.evaluate.designs.synthetic.areas import EXACT, critical, fit_area
from rightplace.evaluate.designs.synthetic.calibrated import calibrated_findings
from rightplace.evaluate.designs.synthetic.judged import judge
from rightplace.evaluate.designs.synthetic.matching import Matching, UnitTable
from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.panel import Panel
    from rightplace.evaluate.designs.synthetic.judged import Judged


def synthetic_control(
    panel: Panel,
    *,
    outcome: str,
    rng: np.random.Generator,
    settings: SyntheticSettings | None = None,
) -> Finding:
    """Return what synthetic control finds in a table of counts.

    With ``settings.many_treated`` treated places or more, among enough others, weights match
    every period before; with fewer the treated areas' mean is set beside a mixture of the
    untreated ones. Rings are left aside.

    Parameters
    ----------
    panel
        Counts by unit and period; treated units all begin together.
    outcome
        What was counted, in words.
    rng
        Draws placebo groups where many places are treated.
    settings
        Choices, each with its origin; the defaults where None.

    Raises
    ------
    BadInputError
        If treated units begin at different times, or there is no period before or since.
    UnsupportedByDataError
        If a treated count is unknown, or fewer than two untreated areas are known throughout.
    """
    settings = settings or SyntheticSettings()
    first = panel.first_treated()
    treated, control = panel.rows(Part.TREATED), panel.rows(Part.CONTROL)
    if np.unique(panel.treated_from[treated]).size > 1:
        msg = "Treated units began at different times, for which synthetic control has no answer."
        raise BadInputError(msg, remedy="Use difference-in-differences, which has.")
    if first == 0:
        msg = "There is no period before the operation to fit a comparison to."
        raise BadInputError(msg, value=first, remedy="Give counts from before it began.")
    donors = control[panel.known[control].all(axis=1)]
    if not panel.known[treated].all():
        msg = "Counts of treated areas are unknown in some periods, and no data is not zero."
        raise UnsupportedByDataError(msg, remedy="Leave those periods out of the table.")
    if donors.size < 2:  # noqa: PLR2004 - a placebo needs another area to be set beside
        msg = f"Only {donors.size} untreated areas are known in all periods; two are needed."
        raise UnsupportedByDataError(
            msg, value=int(donors.size), remedy="Name more areas to compare with."
        )
    told = _unknown_donors(control.size - donors.size)
    enough = donors.size >= settings.places_per_period * first
    if treated.size >= settings.many_treated and enough:
        finding = _of_many(panel, donors, outcome=outcome, rng=rng, settings=settings)
    else:
        finding = _of_few(panel, donors, outcome=outcome, rng=rng, settings=settings)
    return replace(finding, flags=(*finding.flags, *told))


def _unknown_donors(left: int) -> tuple[Flag, ...]:
    if not left:
        return ()
    words = f"{left} untreated areas are left out: their counts are unknown in some periods."
    return (Flag(code="unknown-areas-left-out", words=words),)


def _of_many(
    panel: Panel,
    donors: NDArray[np.int64],
    *,
    outcome: str,
    rng: np.random.Generator,
    settings: SyntheticSettings,
) -> Finding:
    rows = np.concatenate([panel.rows(Part.TREATED), donors])
    table = UnitTable(
        units=tuple(panel.units[row] for row in rows.tolist()),
        treated=np.arange(rows.size) < rows.size - donors.size,
        outcomes={outcome: panel.counts[rows]},
        covariates={},
        periods=tuple(map(str, panel.starts)),
        first_treated=panel.first_treated(),
    )
    matching = Matching.each_period(table, (outcome,))
    (finding,) = calibrated_findings(
        table, matching, outcomes=(outcome,), settings=settings, rng=rng
    )
    return finding


def _of_few(
    panel: Panel,
    donors: NDArray[np.int64],
    *,
    outcome: str,
    rng: np.random.Generator,
    settings: SyntheticSettings,
) -> Finding:
    rows, first = panel.rows(Part.TREATED), panel.first_treated()
    treated, pool = panel.counts[rows], panel.counts[donors]
    series = treated.mean(axis=0)
    names = tuple(panel.units[row] for row in donors.tolist())
    judged = judge(treated, pool, first=first, rng=rng, settings=settings)
    estimate = judged.estimate()
    observed = float(series[first:].sum() * rows.size)
    expected = observed - estimate.value
    earlier = _earlier(panel, (treated, pool), judged=judged, rng=rng, settings=settings)
    left = _left_out(judged, series, pool, names=names, most=settings.left_out)
    return Finding(
        design=Design.SYNTHETIC_CONTROL,
        outcome=outcome,
        estimate=estimate,
        observed=observed,
        expected=expected,
        relative=_relative(estimate, expected),
        replicated=rows.size > 1,
        diagnostics=(
            area_checks.fit(judged, settings),
            area_checks.placebo_space(judged, settings),
            checks.placebo_time(earlier if estimate.level == settings.level else None, settings),
            checks.left_out(estimate, left),
        ),
        refutations=(*(() if earlier is None else (earlier,)), *left),
        flags=area_checks.flags(judged, expected, settings),
        series=_series(panel, judged, series),
    )


def _relative(estimate: Estimate, expected: float) -> Estimate | None:
    if expected <= 0:
        return None
    ends = [None if end is None else end / expected for end in (estimate.lo, estimate.hi)]
    return replace(
        estimate, value=estimate.value / expected, lo=ends[0], hi=ends[1], scale=Scale.SHARE
    )


def _earlier(
    panel: Panel,
    counts: tuple[NDArray[np.float64], NDArray[np.float64]],
    *,
    judged: Judged,
    rng: np.random.Generator,
    settings: SyntheticSettings,
) -> Refutation | None:
    """Return what comes out for a start before the real one; None where too little is left."""
    first = judged.real.first
    back = min(judged.real.gap.size - first, first // settings.kept_back)
    if back < 1:
        return None
    treated, pool = (each[:, :first] for each in counts)
    past = judge(treated, pool, first=first - back, rng=rng, settings=settings)
    return Refutation(
        name=f"placebo start {panel.starts[first - back]}",
        estimate=past.estimate(),
        words="Had it begun then, with a mixture from before that: should be about nothing.",
    )


def _left_out(
    judged: Judged,
    series: NDArray[np.float64],
    pool: NDArray[np.float64],
    *,
    names: tuple[str, ...],
    most: int,
) -> tuple[Refutation, ...]:
    shares, rows = judged.real.shares, np.arange(pool.shape[0])
    told = []
    for row in np.argsort(-shares, kind="stable")[:most].tolist():
        if shares[row] > EXACT:
            again = fit_area(series, pool[rows != row], first=judged.real.first)
            estimate = Estimate(
                value=again.change * judged.cells,
                lo=None,
                hi=None,
                scale=Scale.INCIDENTS,
                method="fitted anew",
            )
            words = f"It had {shares[row]:.1%} of the mixture."
            told.append(Refutation(name=f"without {names[row]}", estimate=estimate, words=words))
    return tuple(told)


def _series(panel: Panel, judged: Judged, series: NDArray[np.float64]) -> Series:
    """Return counted and expected, with the band that the placebos fill, in each period."""
    told = [each for each in judged.placebos if each.miss > 0]
    expected = (series - judged.real.gap) * judged.areas
    reach = np.full(series.size, np.nan)
    if told and not judged.too_close:
        gaps = np.array([np.abs(each.gap) / each.miss for each in told])
        half = [critical(column, level=judged.level)[0] for column in gaps.T]
        reach = np.array(half) * judged.real.miss * judged.areas
    return Series(
        starts=tuple(map(str, panel.starts)),
        observed=series * judged.areas,
        expected=expected,
        lo=np.maximum(expected - reach, 0.0),
        hi=expected + reach,
        first_treated=judged.real.first,
    )
