"""Whether a weighted comparison can be believed: its fit, its placebos, what single places do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.evaluate.designs.finding import Check, Diagnostic, Flag
from rightplace.evaluate.designs.synthetic.calibrate import Match, proof_against
from rightplace.evaluate.designs.verdict import CANNOT_TELL

if TYPE_CHECKING:
    from rightplace.evaluate.designs.finding import Estimate, Refutation
    from rightplace.evaluate.designs.synthetic.comparison import Comparison
    from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings

NO_COVERAGE: Final = Flag(
    code="no-sampling-coverage",
    words=(
        "The interval holds the effects that placebos do not refute. Nothing was sampled, so it "
        "promises no share of true values: what is checked is how often the test is wrong where "
        "nothing was done."
    ),
)

ONE_PERIOD: Final = "A single period is matched by almost any weights, so that it shows no fit."


def fit(comparison: Comparison, settings: SyntheticSettings) -> Diagnostic:
    """Return whether the weighted places ran as the treated ones before the operation."""
    first = comparison.table.first_treated
    gap = (comparison.observed - comparison.expected)[:first]
    mean = float(comparison.observed[:first].mean())
    miss = float(np.sqrt((gap**2).mean()))
    allowed = max(settings.miss_share * mean, settings.chance_times * float(np.sqrt(mean)))
    matched = {
        Match.ALL: "Everything asked for was matched",
        Match.SUMS: "Sums were matched, the single periods as nearly as can be",
        Match.SIZE: "The number of places was matched, the rest as nearly as can be",
    }[comparison.found.match]
    words = (
        f"{matched}. Before the operation the comparison missed by {miss:.2f} a period, where "
        f"{mean:.1f} were counted and {allowed:.2f} is allowed."
    )
    if first == 1:
        return Diagnostic(check=Check.FIT, passed=None, value=miss, words=f"{words} {ONE_PERIOD}")
    return Diagnostic(check=Check.FIT, passed=miss <= allowed, value=miss, words=words)


def placebo_space(comparison: Comparison, settings: SyntheticSettings) -> Diagnostic:
    """Return whether groups where nothing was done come out about nothing."""
    drawn = comparison.drawn.statistics[comparison.outcome]
    if drawn.size < 1 / (1 - settings.level) - 1:
        return Diagnostic(
            check=Check.PLACEBO_SPACE,
            passed=None,
            words=f"{drawn.size} placebo groups are too few to judge by.",
        )
    low, middle, high = np.quantile(drawn, [0.25, 0.5, 0.75]).tolist()
    return Diagnostic(
        check=Check.PLACEBO_SPACE,
        passed=low <= 0 <= high,
        value=middle,
        words=(
            f"Of {drawn.size} groups where nothing was done the middle one comes out at "
            f"{middle:+.2f} standard errors and half between {low:+.2f} and {high:+.2f}; nothing "
            "should lie among those."
        ),
    )


def placebo_time(placebo: Refutation | None, settings: SyntheticSettings) -> Diagnostic:
    """Return whether a start before the real one shows an effect that cannot have been."""
    if placebo is None or placebo.estimate.p is None:
        return Diagnostic(
            check=Check.PLACEBO_TIME,
            passed=None,
            words="Too little lies before the operation, or too few places beside it, for one.",
        )
    chance = placebo.estimate.p
    return Diagnostic(
        check=Check.PLACEBO_TIME,
        passed=chance > 1 - settings.level,
        value=chance,
        words=(
            f"With {placebo.name} the change is {placebo.estimate.value:+.1f} (p {chance:.3f}); "
            "there was no operation then."
        ),
    )


def left_out(change: Estimate, without: tuple[Refutation, ...]) -> Diagnostic:
    """Return whether the answer hangs on a single untreated place."""
    values = [each.estimate.value for each in without]
    if not values:
        return Diagnostic(
            check=Check.LEAVE_ONE_OUT,
            passed=None,
            words="There is no second untreated place to do without.",
        )
    inside = change.lo is not None and change.hi is not None
    alike = all(
        value * change.value > 0 or (inside and (change.lo or 0.0) <= value <= (change.hi or 0.0))
        for value in values
    )
    return Diagnostic(
        check=Check.LEAVE_ONE_OUT,
        passed=alike,
        value=max(values, key=lambda value: abs(value - change.value)),
        words=(
            f"Without each of the {len(values)} untreated places that weigh most the change is "
            f"{min(values):+.1f} to {max(values):+.1f}, with them {change.value:+.1f}."
        ),
    )


def enough(comparison: Comparison, settings: SyntheticSettings) -> Diagnostic:
    """Return whether enough was to be expected for anything to be seen."""
    expected = float(comparison.expected[comparison.after].sum())
    return Diagnostic(
        check=Check.ENOUGH_COUNTS,
        passed=expected >= settings.fewest_expected,
        value=expected,
        words=f"{expected:.1f} incidents were to be expected while it ran.",
    )


def flags(
    comparison: Comparison, change: Estimate, settings: SyntheticSettings
) -> tuple[Flag, ...]:
    """Return what must be known beside the number."""
    told = []
    if float(comparison.expected[comparison.after].sum()) < settings.fewest_expected:
        words = "Too few incidents were to be expected for any change to show."
        told.append(Flag(code=CANNOT_TELL, words=words))
    if int(comparison.table.treated.sum()) == 1:
        words = "A single place was treated: whatever else happened there counts as the effect."
        told.append(Flag(code="one-treated-area", words=words))
    if comparison.found.match is not Match.ALL:
        missed = sum(abs(each) > 0.5 for each in comparison.found.missed)  # noqa: PLR2004 - rounds
        proof = proof_against(comparison.wanted, comparison.table.treated)
        words = (
            f"No weights {'were found to' if proof is None else 'can'} match everything that was "
            f"asked for; what could be was matched, and {missed} of "
            f"{comparison.found.missed.size} sums are missed by half a case or more."
        )
        told.append(Flag(code="not-everything-matched", words=words))
    if comparison.drawn.unmatched:
        groups = comparison.drawn.statistics[comparison.outcome].size
        words = f"{comparison.drawn.unmatched} of {groups} placebo groups could not be matched."
        told.append(Flag(code="placebos-not-matched", words=words))
    if change.lo is None:
        words = "There are too few placebo groups, or counts, for an interval."
        told.append(Flag(code="no-interval", words=words))
    else:
        told.append(NO_COVERAGE)
    return tuple(told)
