"""A trial's estimate made again: where it should be nothing, and where it should be the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.evaluate.designs.finding import Estimate, Refutation, Scale
from rightplace.evaluate.designs.lot.inversion import told_apart
from rightplace.evaluate.designs.lot.redraw import Redraws, redraws_of
from rightplace.evaluate.designs.lot.trial import intention_to_treat, measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.lot.rows import Drawn
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.designs.lot.trial import Trial

PLACEBO: Final = "counts before the trial"
SHARPER: Final = "sharpened by counts before"
WITHOUT: Final = "without the place that counts most"


def refutations(
    trial: Trial, settings: LotSettings, rng: np.random.Generator, *, scale: Scale
) -> tuple[Refutation, ...]:
    """Return the refutations that the rows allow: placebo, adjusted, one place less.

    Parameters
    ----------
    trial
        The trial.
    settings
        How it is judged.
    rng
        Source of chance of the redraws of a lot with a place less.
    scale
        Of the headline.
    """
    made = []
    if trial.rows.before is not None:
        placebo = _before(trial, trial.rows.before, settings)
        if placebo is not None:
            words = "The lot came after these counts, so it can have changed none of them."
            made.append(Refutation(name=PLACEBO, estimate=placebo, words=words))
        if not settings.adjusted:
            sharper = intention_to_treat(trial, replace(settings, adjusted=True), scale=scale)
            words = "What counts before explain is taken off in both arms alike."
            made.append(Refutation(name=SHARPER, estimate=sharper, words=words))
    less = _one_less(trial, settings)
    if less is not None:
        words = "One place should not make the result."
        redraws = redraws_of(less.drawn, redraws=settings.redraws, listed=settings.listed, rng=rng)
        less = replace(less, redraws=redraws)
        estimate = intention_to_treat(less, settings, scale=scale)
        made.append(Refutation(name=WITHOUT, estimate=estimate, words=words))
    return tuple(made)


def _before(trial: Trial, before: NDArray[np.float64], settings: LotSettings) -> Estimate | None:
    """Return how much more was counted before the trial where it treated, as a share.

    None in a crossover, which compares each unit with itself.
    """
    left = trial.compared & ~trial.rows.treated
    level = float(before[left].mean()) if left.any() else 0.0
    treated = trial.rows.treated.astype(np.float64)
    found = measured(trial, treated, replace(settings, adjusted=False), first=before)
    if found is None or level <= 0 or (trial.sign < 0).any():
        return None
    return Estimate(
        value=found.value / level,
        lo=min(found.lo, found.value) / level,
        hi=max(found.hi, found.value) / level,
        scale=Scale.SHARE,
        method=f"randomisation test inverted, {trial.redraws.words}",
        level=settings.level,
        p=found.p,
    )


def _one_less(trial: Trial, settings: LotSettings) -> Trial | None:
    """Return the trial without the unit whose leaving moves the estimate most; None if too few.

    Looked for among the units with the most incidents, ``left_out`` of them.
    """
    if settings.left_out == 0:
        return None
    rows = trial.rows
    units, number = np.unique(rows.unit, return_inverse=True)
    busiest = np.argsort(-np.bincount(number.reshape(-1), weights=rows.count), kind="stable")
    full = _value(trial)
    found = [
        (abs(value - full), part)
        for unit in units[busiest[: settings.left_out]].tolist()
        if (part := _without(trial, unit)) is not None
        and full is not None
        and (value := _value(part)) is not None
    ]
    if not found:
        return None
    return max(found, key=lambda each: each[0])[1]


def _value(trial: Trial) -> float | None:
    """Return the effect a row, without chance or interval."""
    treated = trial.rows.treated.astype(np.float64)
    outcomes = (trial.fold(trial.rows.count), trial.fold(-treated))
    found = told_apart(trial.drawn, _as_it_fell(trial.drawn), outcomes)
    return None if found is None else found[0]


def _without(trial: Trial, unit: int) -> Trial | None:
    """Return the trial without a unit, its lot not drawn again; None if a stratum loses an arm."""
    drawn = trial.drawn
    first = np.unique(trial.draw, return_index=True)[1][drawn.order]
    kept = trial.rows.unit[first] != unit
    if kept.all() or np.unique(drawn.stratum[kept]).size < drawn.starts.size:
        return None
    rest = replace(
        drawn,
        stratum=drawn.stratum[kept],
        treated=drawn.treated[kept],
        order=drawn.order[kept],
    )
    both = (rest.numbers_treated > 0) & (rest.numbers_treated < rest.sizes)
    return replace(trial, drawn=rest, redraws=_as_it_fell(rest)) if both.all() else None


def _as_it_fell(drawn: Drawn) -> Redraws:
    return Redraws(treated=drawn.treated[np.newaxis], exact=True)
