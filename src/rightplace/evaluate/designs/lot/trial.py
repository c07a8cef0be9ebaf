"""A trial folded into its draws, and the effect that the lot measures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.finding import Estimate, Scale
from rightplace.evaluate.designs.lot.inversion import inverted
from rightplace.evaluate.designs.lot.redraw import redraws_of
from rightplace.evaluate.designs.lot.rows import drawn_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.lot.inversion import Inverted
    from rightplace.evaluate.designs.lot.redraw import Redraws
    from rightplace.evaluate.designs.lot.rows import Drawn, TrialRows
    from rightplace.evaluate.designs.lot.settings import LotSettings

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """Rows, which draw each belongs to, and the lot.

    Parameters
    ----------
    rows
        As counted.
    draw
        Shape (n_rows,). Number of the draw.
    sign
        Shape (n_rows,). 1, but -1 for the rows of a crossover in which a unit drawn to be
        treated first is left alone.
    drawn
        The draws of strata that have both arms.
    redraws
        How else the lot could have fallen.
    uncompared
        Draws of strata that have one arm only.
    """

    rows: TrialRows
    draw: NDArray[np.int64]
    sign: NDArray[np.int64]
    drawn: Drawn
    redraws: Redraws
    uncompared: int

    def fold(self, values: Floats) -> Floats:
        """Return what rows add up to by draw, in the order of the lot, shape (n_draws,)."""
        kept = self.rows.kept * self.sign * values
        return np.asarray(np.bincount(self.draw, weights=kept)[self.drawn.order])

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Shape (n_rows,). Rows that are kept and belong to a stratum with both arms."""
        return np.isin(self.draw, self.drawn.order) & self.rows.kept

    @property
    def replicated(self) -> bool:
        """Whether two units or more were treated, and two or more were not."""
        treated = self.rows.treated
        return all(
            np.unique(self.rows.unit[self.compared & arm]).size > 1 for arm in (treated, ~treated)
        )


def trial_of(rows: TrialRows, settings: LotSettings, rng: np.random.Generator) -> Trial:
    """Return the trial in which the lot said for each unit and block whether to treat it."""
    draw = rows.draw
    _, first = np.unique(draw, return_index=True)
    drawn, uncompared = drawn_of(rows.stratum[first], rows.treated[first])
    return Trial(
        rows=rows,
        draw=draw,
        sign=np.ones(draw.size, dtype=np.int64),
        drawn=drawn,
        redraws=_redraws(drawn, settings, rng),
        uncompared=uncompared,
    )


def crossover_of(rows: TrialRows, settings: LotSettings, rng: np.random.Generator) -> Trial:
    """Return the trial in which the lot said for each unit whether it is treated first or later.

    Raises
    ------
    BadInputError
        If units differ in more than the order, or a unit stands in two strata.
    """
    draw = np.unique(rows.unit, return_inverse=True)[1].reshape(-1)
    order = np.lexsort((rows.period, draw))
    _, where = np.unique(draw[order], return_index=True)
    first = order[where]
    as_first = rows.treated == rows.treated[first][draw]
    pairs = np.unique(np.stack([rows.period, as_first.astype(np.int64)]), axis=1)
    if np.unique(pairs[0]).size != pairs.shape[1] or as_first.all():
        msg = "The two orders of a crossover are not each other's opposite in every period."
        raise BadInputError(msg, remedy="Each unit needs both arms, in one of two orders.")
    strata = np.unique(np.stack([draw, rows.stratum]), axis=1)
    if strata.shape[1] != first.size:
        msg = "A unit of the crossover stands in two strata."
        raise BadInputError(msg, remedy="Give each unit the stratum in which its order was drawn.")
    drawn, uncompared = drawn_of(rows.stratum[first], rows.treated[first])
    return Trial(
        rows=rows,
        draw=draw,
        sign=np.where(as_first, 1, -1),
        drawn=drawn,
        redraws=_redraws(drawn, settings, rng),
        uncompared=uncompared,
    )


def _redraws(drawn: Drawn, settings: LotSettings, rng: np.random.Generator) -> Redraws:
    return redraws_of(drawn, redraws=settings.redraws, listed=settings.listed, rng=rng)


def measured(
    trial: Trial, second: Floats, settings: LotSettings, *, first: Floats | None = None
) -> Inverted | None:
    """Return the effect per unit of ``second`` that the lot measures.

    Parameters
    ----------
    trial
        The trial.
    second
        Shape (n_rows,). What each row got: 1 where treated, or hours of dosage.
    settings
        Level, and whether counts before sharpen it.
    first
        Shape (n_rows,). What is compared; the counts where not given.
    """
    counts = trial.rows.count if first is None else first
    one, other = trial.fold(counts), trial.fold(-second)
    if settings.adjusted:
        one, other = _adjusted(trial, one), _adjusted(trial, other)
    return inverted(trial.drawn, trial.redraws, (one, other), level=settings.level)


def _adjusted(trial: Trial, values: Floats) -> Floats:
    """Return what the counts before do not explain, by one slope within strata, arms unknown.

    Source: Rosenbaum (2002), Statistical Science 17, 286-327: covariance adjustment in
    randomisation inference.

    Raises
    ------
    BadInputError
        If there are no such counts.
    """
    if trial.rows.before is None:
        msg = "There are no counts before the trial that could sharpen the estimate."
        raise BadInputError(msg, remedy="Give them in the column `before`, or do not adjust.")
    drawn = trial.drawn
    before = np.bincount(trial.draw, weights=trial.rows.before * trial.rows.kept)[drawn.order]
    x = _within(drawn, before.astype(np.float64))
    squares = float(x @ x)
    slope = float(x @ _within(drawn, values)) / squares if squares > 0 else 0.0
    return values - slope * x


def _within(drawn: Drawn, values: Floats) -> Floats:
    means = np.add.reduceat(values, drawn.starts) / drawn.sizes
    return np.asarray(values - means[drawn.stratum])


def intention_to_treat(
    trial: Trial, settings: LotSettings, *, scale: Scale = Scale.INCIDENTS
) -> Estimate:
    """Return the incidents more (fewer) in what the lot said to treat, whatever was done.

    Raises
    ------
    UnsupportedByDataError
        If all rows of an arm are washed out.
    """
    treated = trial.rows.treated.astype(np.float64)
    found = measured(trial, treated, settings)
    if found is None:
        msg = "No time of treatment is left to compare."
        raise UnsupportedByDataError(msg, remedy="Check arms and wash-out.")
    time = float(treated[trial.compared].sum())
    return Estimate(
        value=found.value * time,
        lo=min(found.lo * time, found.value * time),
        hi=max(found.hi * time, found.value * time),
        scale=scale,
        method=f"randomisation test inverted, {trial.redraws.words}",
        level=settings.level,
        p=found.p,
    )


def relative_change(trial: Trial, settings: LotSettings) -> Estimate | None:
    """Return the same effect as one factor for all, less 1; None where nothing was counted.

    The factor is tested as the difference is: counts of treated rows divided by it should be as
    those of the others. It is not adjusted.
    """
    treated = trial.rows.treated
    first = trial.fold(np.where(treated, 0.0, trial.rows.count))
    second = trial.fold(np.where(treated, trial.rows.count, 0.0))
    if settings.adjusted:
        first, second = _adjusted(trial, first), _adjusted(trial, second)
    found = inverted(trial.drawn, trial.redraws, (first, second), level=settings.level, none=1.0)
    if found is None or found.value <= 0:
        return None
    value = 1 / found.value - 1
    return Estimate(
        value=value,
        lo=min(1 / found.hi - 1, value),
        hi=math.inf if found.lo <= 0 else max(1 / found.lo - 1, value),
        scale=Scale.SHARE,
        method=f"randomisation test inverted, {trial.redraws.words}",
        level=settings.level,
        p=found.p,
    )
