"""Whether a mixture of areas can be believed: its fit, its placebos, how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.finding import Check, Diagnostic, Flag
from rightplace.evaluate.designs.period_checks import periods
from rightplace.evaluate.designs.synthetic.areas import EXACT, rank_chance
from rightplace.evaluate.designs.synthetic.checks import NO_COVERAGE, ONE_PERIOD
from rightplace.evaluate.designs.verdict import CANNOT_TELL

if TYPE_CHECKING:
    from rightplace.evaluate.designs.synthetic.judged import Judged
    from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings


def fit(judged: Judged, settings: SyntheticSettings) -> Diagnostic:
    """Return whether the mixture ran as the treated areas before the operation."""
    miss, mean = judged.real.miss * judged.areas, judged.mean * judged.areas
    allowed = max(settings.miss_share * mean, settings.chance_times * float(np.sqrt(mean)))
    single = judged.real.first == 1
    words = (
        f"Over {periods(judged.real.first)} before, the mixture missed by {miss:.2f} a period, "
        f"where {mean:.1f} were counted and {allowed:.2f} is allowed."
    )
    return Diagnostic(
        check=Check.FIT,
        passed=None if judged.too_close or single else miss <= allowed,
        value=miss,
        words=f"{words} {ONE_PERIOD}" if single else words,
    )


def placebo_space(judged: Judged, settings: SyntheticSettings) -> Diagnostic:
    """Return whether areas where nothing was done come out about nothing, and are enough."""
    played = len(judged.placebos)
    changes = [each.change / each.miss for each in judged.placebos if each.miss > 0]
    low, high = np.quantile(changes, [0.25, 0.75]).tolist() if changes else (np.nan, np.nan)
    ratio = rank_chance(judged.real.ratio, np.array([each.ratio for each in judged.placebos]))
    few = judged.smallest_chance > 1 - settings.level + EXACT
    return Diagnostic(
        check=Check.PLACEBO_SPACE,
        passed=None if few else bool(low <= 0 <= high),
        value=ratio,
        words=(
            f"{played} {judged.kind} played the treated one: half came out between "
            f"{low:+.2f} and {high:+.2f} of their misses before. By the ratio of misses since and "
            f"before, the treated one is in the highest {ratio:.1%}."
        ),
    )


def flags(judged: Judged, expected: float, settings: SyntheticSettings) -> tuple[Flag, ...]:
    """Return what must be known beside the number."""
    told = []
    if expected < settings.fewest_expected:
        words = "Too few incidents were to be expected for any change to show."
        told.append(Flag(code=CANNOT_TELL, words=words))
    elif judged.smallest_chance > 1 - settings.level + EXACT:
        words = (
            f"With {judged.donors} areas to compare with, the rarest chance that can come out is "
            f"{judged.smallest_chance:.3f}, not below {1 - settings.level:.2g}."
        )
        told.append(Flag(code=CANNOT_TELL, words=words))
    if judged.areas == 1:
        words = "A single area was treated: whatever else happened there counts as the effect."
        told.append(Flag(code="one-treated-area", words=words))
    if judged.donors < settings.donors_wanted:
        words = (
            f"With {judged.donors} areas to compare with, no chance below "
            f"{judged.smallest_chance:.3f} can come out, whatever happened."
        )
        told.append(Flag(code="few-areas-to-compare", words=words))
    if judged.real.first < settings.periods_wanted:
        words = (
            f"{periods(judged.real.first)} before the operation, where {settings.periods_wanted} "
            "months are wanted: a short past is easily matched by accident."
        )
        told.append(Flag(code="short-series-before", words=words))
    if judged.too_close:
        words = "The mixture fits the past without any miss, so nothing measures a change."
        told.append(Flag(code=CANNOT_TELL, words=words))
    return (*told, NO_COVERAGE)
