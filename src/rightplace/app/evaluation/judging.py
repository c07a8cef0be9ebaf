"""Which design judges an operation, and which others its data allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.app.evaluation.design_settings import DesignSettings, JudgedBy
from rightplace.app.evaluation.limits import limited
from rightplace.app.evaluation.report_result import NotRun
from rightplace.errors import (
    BadInputError,
    InfeasibleError,
    UndefinedMetricError,
    UnsupportedByDataError,
    UsageError,
)
from rightplace.evaluate.designs.finding import (
    RANDOMISED,
    Check,
    Design,
    Estimate,
    Finding,
    Flag,
    Scale,
)
from rightplace.evaluate.designs.panel import Part
from rightplace.evaluate.designs.verdict import CANNOT_TELL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rightplace.app.evaluation.counted import CountedPanel
    from rightplace.evaluate.designs.panel import Panel
    from rightplace.evaluate.operations.plan import LockedPlan

    Judge = Callable[[Panel, JudgedBy], Finding]


def _difference(panel: Panel, by: JudgedBy) -> Finding:
    from rightplace.evaluate.designs.difference.finding import difference

    return difference(panel, outcome=by.outcome, rng=by.rng(), settings=by.difference)


def _series(panel: Panel, by: JudgedBy) -> Finding:
    from rightplace.evaluate.designs.series import interrupted_series

    return interrupted_series(panel, outcome=by.outcome, settings=by.series)


def _displacement(panel: Panel, by: JudgedBy) -> Finding:
    from rightplace.evaluate.designs.displacement_panel import displacement_difference

    told = []
    if panel.rows(Part.RING).size and not panel.rows(Part.RING_CONTROL).size:
        panel = _of_parts(panel, Part.TREATED, Part.CONTROL)
        words = "The ring has nothing it is compared with, so displacement is not reckoned here."
        told.append(Flag(code="ring-without-control", words=words))
    weights = _sizes(panel)
    if weights:
        words = (
            "Places compared with are more or fewer than those they are set beside, so their "
            "counts are divided by how many times as many they are."
        )
        told.append(Flag(code="weighted-by-places", words=words))
    finding = displacement_difference(
        panel, outcome=by.outcome, weights=weights, settings=by.displacement
    )
    return replace(finding, flags=(*finding.flags, *told))


def _of_parts(panel: Panel, *parts: Part) -> Panel:
    """Return the table of these parts alone."""
    rows = panel.rows(*parts)
    return replace(
        panel,
        units=tuple(panel.units[row] for row in rows.tolist()),
        parts=tuple(panel.parts[row] for row in rows.tolist()),
        counts=panel.counts[rows],
        known=panel.known[rows],
        treated_from=panel.treated_from[rows],
    )


def _before_after(panel: Panel, by: JudgedBy) -> Finding:
    from rightplace.evaluate.designs.before_after import before_after

    return before_after(panel, outcome=by.outcome, settings=by.before_after)


def _synthetic(panel: Panel, by: JudgedBy) -> Finding:
    from rightplace.evaluate.designs.synthetic.control import synthetic_control

    return synthetic_control(panel, outcome=by.outcome, rng=by.rng(), settings=by.synthetic)


def _sizes(panel: Panel) -> dict[Part, float]:
    """Return how many times as many places a comparison has; nothing where they are as many.

    A displaced incident counts as one, so that the ring is never divided.
    """
    found = {}
    for here, there in ((Part.TREATED, Part.CONTROL), (Part.RING, Part.RING_CONTROL)):
        own, other = panel.rows(here).size, panel.rows(there).size
        if own and other and own != other:
            found[there] = other / own
    return found


JUDGES: Final[Mapping[Design, Judge]] = {
    Design.SYNTHETIC_CONTROL: _synthetic,
    Design.DIFFERENCE: _difference,
    Design.DISPLACEMENT_DIFFERENCE: _displacement,
    Design.INTERRUPTED_SERIES: _series,
    Design.BEFORE_AFTER: _before_after,
}
"""Designs in the order in which they are shown under the plan's own."""
_NOT_ALLOWED: Final = (
    BadInputError,
    UnsupportedByDataError,
    UndefinedMetricError,
    InfeasibleError,
    UsageError,
)
"""What a design raises where these data do not allow it."""
POISSON: Final = "Poisson"
WEIGHABLE: Final = frozenset({Design.DIFFERENCE, Design.DISPLACEMENT_DIFFERENCE})
"""Designs that measure the scatter of what they are given, so that harm may be summed too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the plan's design found, and what others did.

    Parameters
    ----------
    finding
        Of the plan's design.
    others
        Of the other designs that the data allow.
    not_run
        Designs that they do not allow, and why.
    harm
        Change in harm weights by the plan's design; None where it gives none.
    """

    finding: Finding
    others: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    harm: Estimate | None = None


def judged(
    counted: CountedPanel,
    locked: LockedPlan,
    *,
    settings: DesignSettings | None = None,
    own_only: bool = False,
) -> Judgement:
    """Return what every design that the data allow finds, each with the limits of plan and data.

    Where the plan's own design cannot be made of these data, that is what was found: they cannot
    tell. No other design takes its place.

    Parameters
    ----------
    counted
        The table.
    locked
        The plan.
    settings
        Of the designs; the defaults where None. Others than those are flagged.
    own_only
        Whether the plan's design alone is made, which is quicker.

    Raises
    ------
    UsageError
        If the plan is judged by a lot, which has verbs of its own.
    """
    own = locked.plan.judged.design
    if own in RANDOMISED:
        msg = f"{locked.plan.title} is judged by its lot ({own.value}), which no table tells."
        remedy = "Use `rightplace evaluate trial` or `rightplace evaluate lot`."
        raise UsageError(msg, value=own.value, remedy=remedy)
    by = JudgedBy(locked=locked, settings=settings or DesignSettings())
    if sum(counted.sums(Part.TREATED)) == 0:
        words = "Nothing was recorded in the treated places in either window."
        return Judgement(finding=_untold(counted, by, words), others=(), not_run=())
    finding, harm = _own(own, counted, by)
    others, not_run = [], []
    for design in () if own_only else (each for each in JUDGES if each is not own):
        try:
            others.append(_made(design, counted, by))
        except _NOT_ALLOWED as error:
            not_run.append(NotRun(design=design.value, why=str(error)))
    return Judgement(finding=finding, others=tuple(others), not_run=tuple(not_run), harm=harm)


def _own(own: Design, counted: CountedPanel, by: JudgedBy) -> tuple[Finding, Estimate | None]:
    """Return what the plan's design finds, and its change in harm."""
    try:
        finding = _made(own, counted, by)
    except (UnsupportedByDataError, UndefinedMetricError) as error:
        return _untold(counted, by, str(error)), None
    try:
        return finding, _harm(own, counted, by)
    except _NOT_ALLOWED:
        return finding, None


def _made(design: Design, counted: CountedPanel, by: JudgedBy) -> Finding:
    """Return what a design finds, with the limits of plan, settings and data."""
    from rightplace.evaluate.power.check import power_check

    finding = JUDGES[design](counted.panel, by)
    told = power_check(finding, -by.locked.plan.judged.smallest_change)
    kept = tuple(each for each in finding.diagnostics if each.check is not Check.POWER)
    flags = (*finding.flags, *by.settings.flags())
    return limited(replace(finding, diagnostics=(*kept, told), flags=flags), counted, by.locked)


def _harm(design: Design, counted: CountedPanel, by: JudgedBy) -> Estimate | None:
    """Return the change in harm by the plan's design; None where it cannot be had."""
    if design not in WEIGHABLE or not by.locked.plan.outcome.harm or not counted.harm.any():
        return None
    weighed = replace(counted.panel, counts=counted.harm)
    found = JUDGES[design](weighed, by).estimate
    if found.method.startswith(POISSON):
        return None  # too few periods to measure scatter by, and harm is no Poisson count
    return found if found.scale is Scale.SHARE else replace(found, scale=Scale.HARM)


def _untold(counted: CountedPanel, by: JudgedBy, why: str) -> Finding:
    """Return what can be said where the plan's design cannot be made: the plain change alone."""
    panel = counted.panel
    days = (panel.ends - panel.starts).astype(np.float64)
    cut = counted.first_treated
    before, during = counted.sums(Part.TREATED)
    plain = during - before * float(days[cut:].sum() / days[:cut].sum())
    method = "plain change, nothing set beside it"
    finding = Finding(
        design=by.locked.plan.judged.design,
        outcome=by.outcome,
        estimate=Estimate(value=plain, lo=None, hi=None, scale=Scale.INCIDENTS, method=method),
        observed=during,
        flags=(Flag(code=CANNOT_TELL, words=why),),
    )
    return limited(finding, counted, by.locked)
