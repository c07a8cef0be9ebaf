"""What the treatment did where it was given: the lot as an instrument, by dosage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import Design, Estimate, Scale
from rightplace.evaluate.designs.lot.trial import crossover_of, measured, trial_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.lot.rows import TrialRows
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.designs.lot.trial import Trial

MINUTES: Final = 60
ASSUMED: Final = (
    "Per protocol rests on more than the lot: that its word changed nothing but the dosage, and "
    "that no place got less dosage for being drawn."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerProtocol:
    """Effects of dosage; negative is a reduction.

    Parameters
    ----------
    delivered_share, background_share
        Share, 0 to 1, of rows to be treated that got a full visit, and of rows to be left that did.
    delivered
        Incidents more (fewer) in the rows that got a full visit because the lot said so; None
        where the lot made no difference to that.
    per_hour
        Incidents more (fewer) for each patrol-hour; None where the lot made no difference to
        hours.
    words
        What came out and what it rests on.
    """

    delivered_share: float
    background_share: float
    delivered: Estimate | None
    per_hour: Estimate | None
    words: str


def per_protocol(
    rows: TrialRows,
    *,
    design: Design,
    settings: LotSettings,
    rng: np.random.Generator,
    scale: Scale = Scale.INCIDENTS,
) -> PerProtocol:
    """Return the effect of the dosage given, with the lot as its instrument.

    The effect of the lot's word on counts by its effect on dosage (Wald's ratio): nothing is said
    about places that were or were not visited whatever the lot said. A supposed effect of one
    hour is taken off every hour given, in both arms, and what is left must be as the lot makes
    it; those that are not shut out are the interval, however weak the lot's pull on dosage.

    Parameters
    ----------
    rows
        With ``minutes``.
    design
        Randomised.
    settings
        How it is judged; ``full_visit_minutes`` is a full visit.
    rng
        Source of chance of the redraws.
    scale
        Incidents, or harm.

    Raises
    ------
    BadInputError
        If no dosage was given.

    References
    ----------
    Angrist, Imbens and Rubin (1996), JASA 91, 444-455; Imbens and Rosenbaum (2005), Journal of
    the Royal Statistical Society A 168, 109-126 (the interval).
    """
    if rows.minutes is None:
        msg = "Without dosage nobody can say what was done where."
        raise BadInputError(msg, remedy="Give the minutes of each row; see `rightplace dosage`.")
    make = crossover_of if design is Design.CROSSOVER else trial_of
    trial = make(rows, settings, rng)
    full = (rows.minutes >= settings.full_visit_minutes).astype(np.float64)
    used, treated = trial.compared, rows.treated
    delivered = _effect(trial, full, settings, scale, times=_because(trial, full))
    per_hour = _effect(trial, rows.minutes / MINUTES, settings, scale, times=1.0)
    shares = float(full[used & treated].mean()), float(full[used & ~treated].mean())
    return PerProtocol(
        delivered_share=shares[0],
        background_share=shares[1],
        delivered=delivered,
        per_hour=per_hour,
        words=f"{shares[0]:.0%} of what was to be treated got a visit of "
        f"{settings.full_visit_minutes:g} minutes or more, {shares[1]:.0%} of what was to be left. "
        f"{ASSUMED}",
    )


def _because(trial: Trial, full: NDArray[np.float64]) -> float:
    """Return how many treated rows got a full visit because the lot said so."""
    used, treated = trial.compared, trial.rows.treated
    gap = full[used & treated].mean() - full[used & ~treated].mean()
    return float(gap * (used & treated).sum())


def _effect(
    trial: Trial, dosage: NDArray[np.float64], settings: LotSettings, scale: Scale, *, times: float
) -> Estimate | None:
    found = measured(trial, dosage, settings)
    if found is None or times <= 0:
        return None
    value = found.value * times
    return Estimate(
        value=value,
        lo=min(found.lo * times, value),
        hi=max(found.hi * times, value),
        scale=scale,
        method=f"instrument by lot, randomisation test inverted, {trial.redraws.words}",
        level=settings.level,
        p=found.p,
    )
