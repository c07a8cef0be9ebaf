"""Whether a trial was one: arms alike before, places left alone really so, no effect that stays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rightplace.evaluate.designs.finding import Check, Diagnostic
from rightplace.evaluate.designs.lot.inversion import told_apart
from rightplace.evaluate.designs.lot.redraw import redraws_of
from rightplace.evaluate.designs.lot.rows import drawn_of

if TYPE_CHECKING:
    from rightplace.evaluate.designs.lot.rows import TrialRows
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.designs.lot.trial import Trial


def balance(trial: Trial, settings: LotSettings) -> Diagnostic:
    """Return whether the arms had like counts before, as a fair lot gives them.

    A fair lot fails it as often as ``balance_chance``; more often means that it was not drawn as
    is told, or that places were moved after it.
    """
    before = trial.rows.before
    if before is None:
        words = "No counts before the trial were given, so whether the lot fell fairly is not seen."
        return Diagnostic(check=Check.BALANCE, passed=None, words=words)
    kept = before * trial.rows.kept
    first = np.bincount(trial.draw, weights=kept)[trial.drawn.order].astype(np.float64)
    second = -trial.drawn.treated.astype(np.float64)
    found = told_apart(trial.drawn, trial.redraws, (first, second))
    p = 1.0 if found is None else found[1]
    arms = [before[trial.compared & (trial.rows.treated == arm)] for arm in (True, False)]
    means = [float(arm.mean()) if arm.size else 0.0 for arm in arms]
    held = p >= settings.balance_chance
    end = "" if held else " Ask how it was drawn and whether places were moved after it."
    return Diagnostic(
        check=Check.BALANCE,
        passed=held,
        value=p,
        words=f"Before the trial {means[0]:,.2f} incidents a row in what was drawn to be treated, "
        f"{means[1]:,.2f} in the rest; a fair lot parts them so far with chance {p:.3f}.{end}",
    )


def separation(trial: Trial, settings: LotSettings) -> Diagnostic:
    """Return whether the arms got different dosage: presence in places left alone is seen here."""
    minutes = trial.rows.minutes
    if minutes is None:
        words = "No dosage was given, so nobody knows whether places left alone were left alone."
        return Diagnostic(check=Check.SEPARATION, passed=None, words=words)
    told = [minutes[trial.compared & (trial.rows.treated == arm)] for arm in (True, False)]
    treated, left = (float(arm.mean()) for arm in told)
    if treated <= 0:
        words = "What was drawn to be treated got no dosage at all."
        return Diagnostic(check=Check.SEPARATION, passed=False, value=math.inf, words=words)
    share = left / treated
    held = share <= settings.background_share
    bound = f"{settings.background_share:.0%} is the most that counts as left alone"
    return Diagnostic(
        check=Check.SEPARATION,
        passed=held,
        value=share,
        words=f"{treated:,.1f} patrol-minutes a row where the lot said to treat, {left:,.1f} where "
        f"it did not: {share:.0%}; {bound}.",
    )


def carry_over_days(rows: TrialRows, settings: LotSettings, rng: np.random.Generator) -> Diagnostic:
    """Return whether the lot of earlier periods shows in the counts of later ones.

    The lot of each period is its own, so an earlier one may be tested on later counts as if it
    were the treatment; chances are multiplied by the number of periods looked back (Bonferroni).
    """
    tested = {}
    for lag in range(1, settings.carry_periods + 1):
        found = _of_lag(rows, lag, settings, rng)
        if found is not None:
            tested[lag] = found
    if not tested:
        words = "Too few periods follow each other to see whether an effect lasts into the next."
        return Diagnostic(check=Check.CARRY_OVER, passed=None, words=words)
    lag, (per_row, p) = min(tested.items(), key=lambda each: each[1][1])
    chance = min(1.0, p * len(tested))
    held = chance >= settings.carry_chance
    seen = (
        "no effect of an earlier period is seen, which is no proof that there is none"
        if held
        else "what was done then shows now, so days left alone were not without it: use wash-out "
        "or blocks of weeks"
    )
    return Diagnostic(
        check=Check.CARRY_OVER,
        passed=held,
        value=chance,
        words=f"Rows treated {lag} {_periods(lag)} earlier had {per_row:+,.3f} incidents each "
        f"(p {chance:.3f}, the {len(tested)} looked at allowed for): {seen}.",
    )


def _periods(number: int) -> str:
    return "period" if number == 1 else "periods"


def _of_lag(
    rows: TrialRows, lag: int, settings: LotSettings, rng: np.random.Generator
) -> tuple[float, float] | None:
    """Return effect a row and chance of the lot so many periods earlier; None if not testable."""
    keys, which = np.unique(np.stack([rows.period, rows.unit]), axis=1, return_inverse=True)
    counts = np.bincount(which.reshape(-1), weights=rows.count)
    first = np.unique(which.reshape(-1), return_index=True)[1]
    place = {(period, unit): at for at, (period, unit) in enumerate(keys.T.tolist())}
    periods = np.unique(rows.period).tolist()
    earlier = {now: periods[at - lag] for at, now in enumerate(periods) if at >= lag}
    pairs = np.array(
        [
            (now, place[earlier[period], unit])
            for (period, unit), now in place.items()
            if period in earlier and (earlier[period], unit) in place
        ],
        dtype=np.int64,
    ).reshape(-1, 2)
    before = first[pairs[:, 1]]
    stratum, treated = rows.stratum[before], rows.treated[before]
    sizes = np.unique(np.stack([stratum, treated.astype(np.int64)]), axis=1)
    if sizes.shape[1] <= np.unique(stratum).size:
        return None
    drawn, _ = drawn_of(stratum, treated)
    redraws = redraws_of(drawn, redraws=settings.redraws, listed=settings.listed, rng=rng)
    second = -drawn.treated.astype(np.float64)
    return told_apart(drawn, redraws, (counts[pairs[drawn.order, 0]], second))


def carry_over_orders(trial: Trial, settings: LotSettings) -> Diagnostic:
    """Return whether units treated first differ in their sum from those treated later.

    Without an effect that lasts the order makes no difference to a unit's sum. The test sees only
    large carry-over (Freeman 1989, Statistics in Medicine 8, 1421-1432): passing it proves little.
    """
    kept = trial.rows.count * trial.rows.kept
    first = np.bincount(trial.draw, weights=kept)[trial.drawn.order].astype(np.float64)
    second = -trial.drawn.treated.astype(np.float64)
    found = told_apart(trial.drawn, trial.redraws, (first, second))
    p = 1.0 if found is None else found[1]
    held = p >= settings.carry_chance
    seen = "none is seen, which proves little" if held else "an effect lasts into the next span"
    return Diagnostic(
        check=Check.CARRY_OVER,
        passed=held,
        value=p,
        words=f"Sums of units treated first and of those treated later differ so far with chance "
        f"{p:.3f} if nothing lasts: {seen}.",
    )
