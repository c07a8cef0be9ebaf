"""Weighted displacement difference of a table of periods, with the scatter that they really have.

In each period the difference is taken: treated less control, and ring less its control. Before
the start these differences move round one level; how much they scatter there, whatever the cause,
gives the variance, and Student's t with its degrees of freedom the interval. What moves an area
and its comparison alike, such as a season, leaves the difference alone. Under Poisson chance it
agrees with Wheeler and Ratcliffe's variance; where incidents come in spells that one is too small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtr, stdtrit

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.evaluate.designs.displacement import Comparison, Counts, Difference, counts_parts
from rightplace.evaluate.designs.displacement_checks import alike, enough, nothing_counted
from rightplace.evaluate.designs.displacement_settings import DisplacementSettings
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
from rightplace.evaluate.designs.period_checks import memory, periods, placebo_start, trend_before

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rightplace.evaluate.designs.finding import Diagnostic
    from rightplace.evaluate.designs.panel import Panel

    Values = NDArray[np.float64]

PARTS: Final = (Part.TREATED, Part.CONTROL, Part.RING, Part.RING_CONTROL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDifference:
    """What the table found, with what stands behind the interval.

    Parameters
    ----------
    local
        The treated places' part of the total.
    standard_error
        Of the total.
    dispersion
        How many times as much as Poisson chance the difference scattered before; None where too
        few periods stand before the start, and Poisson chance was taken.
    degrees_of_freedom
        Periods before, less one; None as above.
    """

    finding: Finding
    local: Estimate
    standard_error: float
    dispersion: float | None
    degrees_of_freedom: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Table:
    """Counts by part and period, weighted, and days; only periods known in every part."""

    counts: dict[Part, Values]
    weights: dict[Part, float]
    days: Values
    before: NDArray[np.bool_]
    starts: tuple[str, ...]
    left_out: int

    @property
    def ratio(self) -> float:
        """Time after by time before."""
        return float(self.days[~self.before].sum() / self.days[self.before].sum())

    def contrast(self, *, ring: bool) -> Values:
        """Return treated less control, or ring less its control, in each period."""
        here, there = PARTS[2:] if ring else PARTS[:2]
        return self.counts[here] - self.counts[there]


def displacement_difference(
    panel: Panel,
    *,
    outcome: str = "Incidents",
    weights: Mapping[Part, float] | None = None,
    settings: DisplacementSettings | None = None,
) -> Finding:
    """Return the weighted displacement difference of a table of periods.

    Parameters
    ----------
    panel
        Treated and control units, perhaps a ring with its own control; one start.
    outcome
        What was counted, in words.
    weights
        What the counts of a part are divided by; 1 where it is not named.
    settings
        Level of intervals and checks; the defaults where None.
    """
    return panel_difference(panel, outcome=outcome, weights=weights, settings=settings).finding


def panel_difference(
    panel: Panel,
    *,
    outcome: str = "Incidents",
    weights: Mapping[Part, float] | None = None,
    settings: DisplacementSettings | None = None,
) -> PanelDifference:
    """Return the same with the local part, the standard error and the scatter measured.

    Raises
    ------
    UndefinedMetricError
        If the difference never changed before the start, so that chance has no measure.
    """
    rules = settings or DisplacementSettings()
    level = rules.level
    table = _table(panel, weights or {})
    comparison = _comparison(table)
    found = comparison.difference()
    ring = table.contrast(ring=True) if Part.RING in table.counts else None
    local = table.contrast(ring=False)
    total = local if ring is None else local + ring
    many = int(table.before.sum()) >= rules.fewest_periods

    def estimate(contrast: Values, poisson: Difference) -> Estimate:
        return _estimate(contrast, table, level=level) if many else poisson.estimate(level=level)

    if many and _spread(total, table) == 0:
        msg = "The difference was the same in every period before; chance has no measure in it."
        raise UndefinedMetricError(msg, value=0, remedy="Take longer periods or larger areas.")
    headline = estimate(total, found.total)
    parts = counts_parts([comparison])
    finding = Finding(
        design=Design.DISPLACEMENT_DIFFERENCE,
        outcome=outcome,
        estimate=headline,
        observed=comparison.treated.after,
        expected=comparison.treated.after - _sum_after(local, table) * table.weights[Part.TREATED],
        displacement=None if ring is None or found.ring is None else estimate(ring, found.ring),
        replicated=len(panel.rows(Part.TREATED)) > 1 and len(panel.rows(Part.CONTROL)) > 1,
        diagnostics=(enough(parts, rules), alike(parts, rules), *_checks(total, table, rules)),
        refutations=_refutations(total, table, found.total, rules=rules, level=level)
        if many
        else (),
        flags=(
            *nothing_counted(parts),
            *_one_treated(panel),
            *_flags(table, total, ring=ring is not None, many=many),
        ),
        series=_series(table, local, level=level, many=many),
    )
    return PanelDifference(
        finding=finding,
        local=estimate(local, found.local),
        standard_error=_error(total, table) if many else found.total.standard_error,
        dispersion=_dispersion(total, table) if many else None,
        degrees_of_freedom=int(table.before.sum()) - 1 if many else None,
    )


def _table(panel: Panel, weights: Mapping[Part, float]) -> _Table:
    """Return the table by parts.

    Raises
    ------
    BadInputError
        If treated or control lack, a ring stands without its control, units began at different
        times, or nothing is known before or after.
    """
    held = [part for part in PARTS if panel.rows(part).size]
    missing = [part.value for part in PARTS[:2] if part not in held]
    if missing or (Part.RING in held) != (Part.RING_CONTROL in held):
        lacking = missing or [each.value for each in PARTS[2:] if each not in held]
        msg = f"The table has no unit that is {' or '.join(lacking)}."
        remedy = "Name treated and control units, and a ring only with a control of its own."
        raise BadInputError(msg, remedy=remedy)
    begun = {int(each) for each in panel.treated_from[panel.rows(Part.TREATED)]}
    if len(begun) > 1:
        days = ", ".join(str(panel.starts[each]) for each in sorted(begun))
        msg = f"The treated units began at different times ({days})."
        raise BadInputError(msg, remedy="Judge staggered starts by difference-in-differences.")
    used = panel.rows(*held)
    known = panel.known[used].all(axis=0)
    first = begun.pop()
    before = np.arange(known.size) < first
    if not (known & before).any() or not (known & ~before).any():
        when = "before" if not (known & before).any() else "after"
        msg = f"No period {when} {panel.starts[first]} is known in every unit."
        raise BadInputError(msg, remedy="Give counts before and after the start.")
    divided = {part: float(weights.get(part, 1.0)) for part in held}
    return _Table(
        counts={part: panel.total(part)[known] / divided[part] for part in held},
        weights=divided,
        days=(panel.ends - panel.starts)[known].astype(np.float64),
        before=before[known],
        starts=tuple(str(each) for each in panel.starts[known]),
        left_out=int((~known).sum()),
    )


def _comparison(table: _Table) -> Comparison:
    """Return the counts before and after, as Wheeler and Ratcliffe take them."""

    def counts(part: Part) -> Counts:
        summed, weight = table.counts[part] * table.weights[part], table.weights[part]
        before, after = float(summed[table.before].sum()), float(summed[~table.before].sum())
        return Counts(before=before, after=after, weight=weight)

    ringed = Part.RING in table.counts
    return Comparison(
        treated=counts(Part.TREATED),
        control=counts(Part.CONTROL),
        ring=counts(Part.RING) if ringed else None,
        ring_control=counts(Part.RING_CONTROL) if ringed else None,
        time_weights=(1 / table.ratio, 1.0),
    )


def _sum_after(contrast: Values, table: _Table) -> float:
    """Return how far the contrast after the start lies from its level before, summed."""
    before, after = contrast[table.before].sum(), contrast[~table.before].sum()
    return float(after - table.ratio * before)


def _spread(contrast: Values, table: _Table) -> float:
    """Return the variance of the contrast per day, before the start."""
    days, seen = table.days[table.before], contrast[table.before]
    # A period of L days has mean m L and variance v L; v = sum (d - m L)^2 / L / (k - 1).
    left = seen - seen.sum() / days.sum() * days
    return float((left**2 / days).sum() / (days.size - 1))


def _error(contrast: Values, table: _Table) -> float:
    # The sum after has variance v L1; the level before, taken L1/L0 times, v L1^2 / L0.
    after = table.days[~table.before].sum()
    return float(np.sqrt(_spread(contrast, table) * after * (1 + table.ratio)))


def _dispersion(contrast: Values, table: _Table) -> float:
    """Return the scatter before the start, relative to Poisson chance."""
    chance = sum(
        float((counts[table.before] / table.weights[part]).sum())
        for part, counts in table.counts.items()
    )
    return _spread(contrast, table) * float(table.days[table.before].sum()) / chance


def _estimate(contrast: Values, table: _Table, *, level: float) -> Estimate:
    df = int(table.before.sum()) - 1
    value, error = _sum_after(contrast, table), _error(contrast, table)
    if error == 0:
        return Estimate(
            value=value,
            lo=None,
            hi=None,
            scale=Scale.INCIDENTS,
            method="no scatter before",
            level=level,
        )
    reach = float(stdtrit(df, (1 + level) / 2)) * error
    return Estimate(
        value=value,
        lo=value - reach,
        hi=value + reach,
        scale=Scale.INCIDENTS,
        method=f"scatter of {df + 1} periods, t with {df} degrees of freedom",
        level=level,
        p=float(2 * stdtr(df, -abs(value) / error)),
    )


def _checks(total: Values, table: _Table, rules: DisplacementSettings) -> tuple[Diagnostic, ...]:
    seen, days = total[table.before], table.days[table.before]
    return (
        trend_before(seen, days, fewest=rules.fewest_checked, false_alarm=rules.false_alarm),
        memory(seen, days, fewest=rules.fewest_checked, false_alarm=rules.false_alarm),
        placebo_start(
            _false_start(total, table, level=1 - rules.false_alarm)
            if seen.size >= rules.fewest_checked
            else None,
            fewest=rules.fewest_checked,
        ),
    )


def _false_start(total: Values, table: _Table, *, level: float) -> tuple[str, Estimate]:
    """Return the estimate of a start in the midst of the time before, and when that was."""
    middle = int(table.before.sum()) // 2
    days = table.days[table.before]
    part = _Table(
        counts={},
        weights={},
        days=days,
        before=np.arange(days.size) < middle,
        starts=table.starts[: days.size],
        left_out=0,
    )
    return part.starts[middle], _estimate(total[table.before], part, level=level)


def _refutations(
    total: Values,
    table: _Table,
    poisson: Difference,
    *,
    rules: DisplacementSettings,
    level: float,
) -> tuple[Refutation, ...]:
    told = [
        Refutation(
            name="Poisson chance alone",
            estimate=poisson.estimate(level=level),
            words="The same number, with the interval that is right only where incidents do not "
            "come in spells.",
        )
    ]
    if int(table.before.sum()) >= rules.fewest_checked:
        start, estimate = _false_start(total, table, level=level)
        words = "A start in the midst of the time before, when nothing began; about nothing."
        told.append(Refutation(name=f"placebo start {start}", estimate=estimate, words=words))
    return tuple(told)


def _one_treated(panel: Panel) -> tuple[Flag, ...]:
    if panel.rows(Part.TREATED).size > 1:
        return ()
    words = "One place alone was treated: what else happened there cannot be told apart."
    return (Flag(code="one-treated-unit", words=words),)


def _flags(table: _Table, total: Values, *, ring: bool, many: bool) -> tuple[Flag, ...]:
    told = []
    if many:
        times = _dispersion(total, table)
        words = f"Before the start the difference scattered {times:.1f} times as much as Poisson"
        told.append(Flag(code="dispersion", words=f"{words} chance; the interval allows for it."))
    else:
        words = (
            f"{periods(int(table.before.sum()))} before the start cannot show how much incidents "
            "scatter; the interval allows for Poisson chance alone and is too narrow."
        )
        told.append(Flag(code="poisson-only", words=words))
    if table.left_out:
        words = f"{table.left_out} periods were left out: somewhere nothing was published."
        told.append(Flag(code="periods-left-out", words=words))
    if not ring:
        words = "No ring was given: whether crime moved round the corner cannot be known."
        told.append(Flag(code="no-ring", words=words))
    return tuple(told)


def _series(table: _Table, local: Values, *, level: float, many: bool) -> Series:
    """Return counts of the treated places and what their control would have them be."""
    size, weight = table.days.size, table.weights[Part.TREATED]
    level_before = local[table.before].sum() / table.days[table.before].sum()
    expected = (table.counts[Part.CONTROL] + level_before * table.days) * weight
    lo, hi = np.full(size, np.nan), np.full(size, np.nan)
    if many:
        df = int(table.before.sum()) - 1
        days = table.days
        noise = _spread(local, table) * (days + days**2 / days[table.before].sum())
        reach = float(stdtrit(df, (1 + level) / 2)) * np.sqrt(noise) * weight
        after = ~table.before
        lo[after], hi[after] = (expected - reach)[after], (expected + reach)[after]
    return Series(
        starts=table.starts,
        observed=table.counts[Part.TREATED] * weight,
        expected=expected,
        lo=lo,
        hi=hi,
        first_treated=int(table.before.sum()),
    )
