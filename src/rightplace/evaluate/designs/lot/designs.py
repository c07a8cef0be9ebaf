"""The randomised designs: places, place-days, blocks of weeks, and crossovers drawn by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.finding import Design, Finding, Flag, Scale, Series
from rightplace.evaluate.designs.lot.checks import (
    balance,
    carry_over_days,
    carry_over_orders,
    separation,
)
from rightplace.evaluate.designs.lot.redraw import smallest_chance
from rightplace.evaluate.designs.lot.refute import refutations
from rightplace.evaluate.designs.lot.trial import (
    crossover_of,
    intention_to_treat,
    relative_change,
    trial_of,
)
from rightplace.evaluate.designs.verdict import CANNOT_TELL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.finding import Diagnostic
    from rightplace.evaluate.designs.lot.rows import TrialRows
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.designs.lot.trial import Trial

ESTIMAND = "estimand"
_NAMES = {
    Design.RANDOMISED_UNITS: "places drawn by lot",
    Design.PLACE_DAY: "place-days drawn by lot",
    Design.WEEK_BLOCK: "blocks of weeks drawn by lot",
    Design.CROSSOVER: "places whose order was drawn by lot",
}


def randomised_units(
    rows: TrialRows,
    *,
    outcome: str,
    settings: LotSettings,
    rng: np.random.Generator,
    scale: Scale = Scale.INCIDENTS,
) -> Finding:
    """Return what a lot among places found, by intention to treat.

    Places are drawn once, in strata: the hold-out of a plan, the raids trial. Neighbours drawn
    together share a ``unit``.

    Parameters
    ----------
    rows
        A row for each place, or place and period; ``block`` is 0 everywhere.
    outcome
        What was counted, in words.
    settings
        How it is judged.
    rng
        Source of chance of the redraws.
    scale
        Incidents, or harm.
    """
    trial = trial_of(rows, settings, rng)
    checks = (balance(trial, settings), separation(trial, settings))
    return _finding(trial, Design.RANDOMISED_UNITS, outcome, (settings, rng), (scale, checks))


def place_days(
    rows: TrialRows,
    *,
    outcome: str,
    settings: LotSettings,
    rng: np.random.Generator,
    scale: Scale = Scale.INCIDENTS,
) -> Finding:
    """Return what a lot among the places of each day found, by intention to treat.

    Half of the hot spots each day, say (Southend, Bedfordshire; DOMAIN 10.4.14). Effects that
    last to the next day make it too small: see the check of carry-over (METHODS D4).

    Parameters
    ----------
    rows
        A row for each unit and day; ``block`` is the day, ``stratum`` that of the day's lot.
    outcome, settings, rng, scale
        As of ``randomised_units``.
    """
    trial = trial_of(rows, settings, rng)
    checks = (
        balance(trial, settings),
        separation(trial, settings),
        carry_over_days(rows, settings, rng),
    )
    return _finding(trial, Design.PLACE_DAY, outcome, (settings, rng), (scale, checks))


def week_blocks(
    rows: TrialRows,
    *,
    outcome: str,
    settings: LotSettings,
    rng: np.random.Generator,
    scale: Scale = Scale.INCIDENTS,
) -> Finding:
    """Return what a lot among blocks of weeks found, by intention to treat.

    Parameters
    ----------
    rows
        A row for each unit and day or week; ``block`` is the span that was drawn, ``stratum``
        that of its lot: all units of a block, or all blocks of a unit; the first periods of every
        block may be washed out.
    outcome, settings, rng, scale
        As of ``randomised_units``.
    """
    trial = trial_of(rows, settings, rng)
    checks = (balance(trial, settings), separation(trial, settings))
    return _finding(trial, Design.WEEK_BLOCK, outcome, (settings, rng), (scale, checks))


def crossover(
    rows: TrialRows,
    *,
    outcome: str,
    settings: LotSettings,
    rng: np.random.Generator,
    scale: Scale = Scale.INCIDENTS,
) -> Finding:
    """Return what a crossover found: each unit in both arms, the order drawn by lot.

    Each unit is compared with itself; what all units share in a period falls out, as both orders
    are there in every period.

    Parameters
    ----------
    rows
        A row for each unit and period; ``block`` is the span in one arm; ``stratum`` one for each
        unit.
    outcome, settings, rng, scale
        As of ``randomised_units``.
    """
    trial = crossover_of(rows, settings, rng)
    checks = (
        balance(trial, settings),
        separation(trial, settings),
        carry_over_orders(trial, settings),
    )
    return _finding(trial, Design.CROSSOVER, outcome, (settings, rng), (scale, checks))


def _finding(
    trial: Trial,
    design: Design,
    outcome: str,
    by: tuple[LotSettings, np.random.Generator],
    of: tuple[Scale, tuple[Diagnostic, ...]],
) -> Finding:
    scale, checks = of
    settings, rng = by
    estimate = intention_to_treat(trial, settings, scale=scale)
    observed = float(trial.rows.count[trial.compared & trial.rows.treated].sum())
    return Finding(
        design=design,
        outcome=outcome,
        estimate=estimate,
        observed=observed,
        expected=observed - estimate.value,
        relative=relative_change(trial, settings),
        replicated=trial.replicated,
        diagnostics=checks,
        refutations=refutations(trial, settings, rng, scale=scale),
        flags=_flags(trial, design, settings),
        series=_series(trial),
    )


def estimand(trial: Trial, design: Design) -> str:
    """Return in words what the estimate is about."""
    drawn = trial.drawn
    treated = int(drawn.treated.sum())
    strata = "one lot" if drawn.starts.size == 1 else f"{drawn.starts.size:,} strata"
    what = "were treated first" if design is Design.CROSSOVER else "were to be treated"
    return (
        f"Intention to treat: the effect of the lot's word on the {drawn.treated.size:,} "
        f"{_NAMES[design]} in {strata}, of which {treated:,} {what}, whatever "
        "was done then. It is about these and places like them, not about any for which no lot "
        "was drawn."
    )


def _flags(trial: Trial, design: Design, settings: LotSettings) -> tuple[Flag, ...]:
    flags = [Flag(code=ESTIMAND, words=estimand(trial, design))]
    smallest = smallest_chance(trial.drawn, trial.redraws)
    if smallest > 1 - settings.level + 1e-9:
        words = (
            f"With {trial.redraws.words} no p below {smallest:.3f} can come out, however large "
            f"the change; {1 - settings.level:.2g} is asked for."
        )
        flags.append(Flag(code=CANNOT_TELL, words=words))
    if not trial.rows.count[trial.compared].any():
        words = "Nothing was counted in either arm."
        flags.append(Flag(code=CANNOT_TELL, words=words))
    if trial.uncompared:
        words = (
            f"{trial.uncompared:,} draws are left out: in their strata the lot treated all or none."
        )
        flags.append(Flag(code="strata-of-one-arm", words=words))
    flags += _of_chance(trial)
    washed = int((~trial.rows.kept).sum())
    if washed:
        words = f"{washed:,} of {trial.rows.count.size:,} rows are left out as wash-out."
        flags.append(Flag(code="washed-out", words=words))
    return tuple(flags)


def _of_chance(trial: Trial) -> list[Flag]:
    """Flag a lot that treated other numbers than its stated chance says."""
    stated = trial.rows.probability
    if stated is None:
        return []
    first = np.unique(trial.draw, return_index=True)[1][trial.drawn.order]
    expected = stated[first][trial.drawn.starts] * trial.drawn.sizes
    differ = int((np.abs(expected - trial.drawn.numbers_treated) > 1 - 1e-6).sum())
    if not differ:
        return []
    words = (
        f"In {differ:,} of {trial.drawn.starts.size:,} strata the lot treated another number than "
        "its stated chance gives. The test goes by the numbers treated: right if each was drawn by "
        "a coin of its own, wrong if places were moved afterwards."
    )
    return [Flag(code="chance-differs", words=words)]


def _series(trial: Trial) -> Series | None:
    """Return counted and expected by period, where there are several periods."""
    rows, used = trial.rows, trial.compared
    periods = np.unique(rows.period[used])
    if periods.size < 2:  # noqa: PLR2004 - one period is no series
        return None
    observed, expected = np.zeros(periods.size), np.full(periods.size, np.nan)
    for at, period in enumerate(periods.tolist()):
        now = used & (rows.period == period)
        observed[at] = rows.count[now & rows.treated].sum()
        expected[at] = _expected(rows.stratum[now], rows.treated[now], rows.count[now])
    nothing = np.full(periods.size, np.nan)
    return Series(
        starts=tuple(str(period) for period in periods.tolist()),
        observed=observed,
        expected=expected,
        lo=nothing,
        hi=nothing.copy(),
        first_treated=0,
    )


def _expected(
    stratum: NDArray[np.int64], treated: NDArray[np.bool_], count: NDArray[np.float64]
) -> float:
    """Return what the treated would have had at the mean of their stratum's others."""
    _, number = np.unique(stratum, return_inverse=True)
    left = np.bincount(number[~treated], minlength=number.max() + 1)
    sums = np.bincount(number[~treated], weights=count[~treated], minlength=number.max() + 1)
    chosen = np.bincount(number[treated], minlength=number.max() + 1)
    if (left[chosen > 0] == 0).any():
        return float("nan")
    return float((chosen * sums / np.maximum(left, 1)).sum())
