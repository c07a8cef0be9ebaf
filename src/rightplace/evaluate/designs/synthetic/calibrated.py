"""A comparison of many small places with weighted ones, as one finding.

For a few treated blocks, segments or wards among hundreds or thousands of others. Its chance and
interval come from placebo groups weighed anew; see ``control`` for one or few large areas.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import (
    Design,
    Estimate,
    Finding,
    Refutation,
    Scale,
    Series,
)
from rightplace.evaluate.designs.synthetic import checks
from rightplace.evaluate.designs.synthetic.calibrate import calibrate
from rightplace.evaluate.designs.synthetic.comparison import Comparison
from rightplace.evaluate.designs.synthetic.draws import placebos, two_sided_chance
from rightplace.evaluate.designs.synthetic.inversion import bounds, relative_interval
from rightplace.evaluate.designs.synthetic.linearised import effect
from rightplace.evaluate.designs.synthetic.matching import constraints

if TYPE_CHECKING:
    from rightplace.evaluate.designs.synthetic.matching import Matching, UnitTable
    from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings


def compare(
    table: UnitTable,
    matching: Matching,
    *,
    outcomes: tuple[str, ...],
    settings: SyntheticSettings,
    rng: np.random.Generator,
) -> tuple[Comparison, ...]:
    """Return each outcome with its weights and placebos; the placebos are drawn once for all.

    Raises
    ------
    BadInputError
        If an outcome is asked for that the table does not hold, or none.
    """
    wanted = constraints(table, matching)
    unheld = [name for name in outcomes if name not in table.outcomes]
    if unheld or not outcomes:
        msg = f"The table holds no outcome called {', '.join(unheld) or 'nothing'}."
        raise BadInputError(msg, remedy=f"It holds {', '.join(table.outcomes)}.")
    found = calibrate(wanted, table.treated)
    drawn = placebos(
        wanted,
        {name: table.outcomes[name] for name in outcomes},
        after=slice(table.first_treated, len(table.periods)),
        size=int(table.treated.sum()),
        draws=settings.permutations,
        rng=rng,
    )
    return tuple(
        Comparison(
            table=table,
            outcome=name,
            wanted=wanted,
            found=found,
            drawn=drawn,
            level=settings.level,
        )
        for name in outcomes
    )


def calibrated_findings(
    table: UnitTable,
    matching: Matching,
    *,
    outcomes: tuple[str, ...],
    settings: SyntheticSettings,
    rng: np.random.Generator,
) -> tuple[Finding, ...]:
    """Return what weighted comparison finds for each outcome, with its checks and refutations.

    Parameters
    ----------
    table
        Counts by unit and period.
    matching
        What the weights must match.
    outcomes
        Which to report, in order.
    settings
        Choices, each with its origin.
    rng
        Draws the placebo groups.
    """
    real = compare(table, matching, outcomes=outcomes, settings=settings, rng=rng)
    earlier = _earlier(table, matching, settings)
    before = (
        (None,) * len(outcomes)
        if earlier is None
        else compare(*earlier, outcomes=outcomes, settings=settings, rng=rng)
    )
    return tuple(
        _finding(each, past, settings=settings) for each, past in zip(real, before, strict=True)
    )


def _earlier(
    table: UnitTable, matching: Matching, settings: SyntheticSettings
) -> tuple[UnitTable, Matching] | None:
    """Return the table as if the operation had begun earlier, ending before it really did.

    As many periods are kept back as the operation ran, but at most one in ``kept_back`` of those
    before. None where too few are left.
    """
    most = table.first_treated // settings.kept_back
    back = min(len(table.periods) - table.first_treated, most)
    start = table.first_treated - back
    if back < 1 or start < 1:
        return None
    spans = {name: _fitting(each, start) for name, each in matching.outcomes.items()}
    past = replace(
        table,
        periods=table.periods[: table.first_treated],
        outcomes={
            name: counts[:, : table.first_treated] for name, counts in table.outcomes.items()
        },
        first_treated=start,
    )
    return past, replace(matching, outcomes={name: each for name, each in spans.items() if each})


def _fitting(spans: tuple[int, ...], periods: int) -> tuple[int, ...]:
    return tuple(span for span, end in zip(spans, np.cumsum(spans), strict=True) if end <= periods)


def estimates(comparison: Comparison) -> tuple[Estimate, Estimate | None]:
    """Return the change in incidents and, where something was expected, as a share."""
    after, table = comparison.after, comparison.table
    observed = float(comparison.observed[after].sum())
    expected = float(comparison.expected[after].sum())
    drawn = comparison.drawn.statistics[comparison.outcome]
    counts, weights = comparison.counts[:, after], comparison.found.weights
    statistic = effect(counts, weights, table.treated).statistic
    ends = relative_interval(counts, weights, table.treated, drawn=drawn, level=comparison.level)
    change = Estimate(
        value=observed - expected,
        lo=None,
        hi=None,
        scale=Scale.INCIDENTS,
        level=comparison.level,
        p=None if np.isnan(statistic) or not drawn.size else two_sided_chance(statistic, drawn),
        method=f"calibrated weights, {drawn.size} placebo groups",
    )
    if ends is None:
        return change, _share(change, expected)
    moved = [observed * end / (1 + end) if end > -1 else -np.inf for end in map(_finite, ends)]
    change = _held(change, moved[0], moved[1])
    share = _share(change, expected)
    return change, None if share is None else _held(share, *ends)


def _share(change: Estimate, expected: float) -> Estimate | None:
    if expected <= 0:
        return None
    return replace(change, value=change.value / expected, lo=None, hi=None, scale=Scale.SHARE)


def _finite(end: float) -> float:
    """Return an end whose ratio can be taken: all that was counted is the most that was added."""
    return min(end, 1e12)


def _held(each: Estimate, lo: float, hi: float) -> Estimate:
    """Return an estimate with ends that hold its value too, should placebos lie to one side."""
    return replace(each, lo=min(lo, each.value), hi=max(hi, each.value))


def _finding(
    comparison: Comparison, past: Comparison | None, *, settings: SyntheticSettings
) -> Finding:
    change, relative = estimates(comparison)
    left = left_out(comparison, most=settings.left_out)
    placebo = None if past is None else _placebo_in_time(past)
    treated = comparison.table.treated
    after = comparison.after
    return Finding(
        design=Design.SYNTHETIC_CONTROL,
        outcome=comparison.outcome,
        estimate=change,
        observed=float(comparison.observed[after].sum()),
        expected=float(comparison.expected[after].sum()),
        relative=relative,
        replicated=int(treated.sum()) > 1 and int((~treated).sum()) > 1,
        diagnostics=(
            checks.fit(comparison, settings),
            checks.placebo_space(comparison, settings),
            checks.placebo_time(placebo, settings),
            checks.left_out(change, left),
            checks.enough(comparison, settings),
        ),
        refutations=(*(() if placebo is None else (placebo,)), *left),
        flags=checks.flags(comparison, change, settings),
        series=_series(comparison),
    )


def _placebo_in_time(past: Comparison) -> Refutation:
    start = past.table.periods[past.table.first_treated]
    return Refutation(
        name=f"placebo start {start}",
        estimate=estimates(past)[0],
        words="Had it begun then, with weights from before that: should be about nothing.",
    )


def left_out(comparison: Comparison, *, most: int) -> tuple[Refutation, ...]:
    """Return the change without each of the untreated units that weigh most, one at a time."""
    table, weights = comparison.table, comparison.found.weights
    others = np.where(table.treated, 0.0, weights)
    heaviest = [row for row in np.argsort(-others, kind="stable")[:most] if others[row] > 0]
    told = []
    for row in heaviest if int((~table.treated).sum()) > 1 else ():
        kept = np.arange(table.treated.size) != row
        again = calibrate(comparison.wanted, table.treated, kept=kept, begin=comparison.found.match)
        without = replace(comparison, found=again)
        after = comparison.after
        value = float((without.observed - without.expected)[after].sum())
        told.append(
            Refutation(
                name=f"without {table.units[row]}",
                estimate=Estimate(
                    value=value, lo=None, hi=None, scale=Scale.INCIDENTS, method="weighed anew"
                ),
                words=f"It had {others[row] / others.sum():.1%} of the weight.",
            )
        )
    return tuple(told)


def _series(comparison: Comparison) -> Series:
    """Return counted and expected, with the band that placebo groups fill, in each period.

    A placebo group's differences are taken as chance in counts, which grows with the root of
    what is counted, so they are scaled by the root of the treated units' count to the group's.
    """
    drawn = comparison.drawn.differences[comparison.outcome]
    expected = comparison.expected
    nothing = np.full(expected.size, np.nan)
    lo = hi = nothing
    if bounds(np.zeros(drawn.shape[0]), level=comparison.level) is not None:
        group = comparison.drawn.sizes[comparison.outcome]
        scaled = drawn * np.sqrt(expected.sum() / np.maximum(group, 1.0))[:, None]
        held = [bounds(column, level=comparison.level) for column in scaled.T]
        ends = np.array([each for each in held if each is not None])
        lo, hi = np.maximum(expected + ends[:, 0], 0.0), expected + ends[:, 1]
    return Series(
        starts=comparison.table.periods,
        observed=comparison.observed,
        expected=expected,
        lo=lo,
        hi=hi,
        first_treated=comparison.table.first_treated,
    )
