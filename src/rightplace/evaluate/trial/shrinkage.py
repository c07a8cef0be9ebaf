"""What a trial teaches the effect size: its estimate drawn towards the evidence before it.

On the log-ratio scale both are taken for normal: the record in force says B0 with standard
deviation s0, forces differ by t, and the trial found b with e. A force's own effect is then

    w b + (1 - w) B0,   w = (s0^2 + t^2) / (s0^2 + t^2 + e^2)

with standard deviation e sqrt(w) (METHODS D5; Gelman et al. 2013, Bayesian Data Analysis, 3rd
ed., sections 2.5 and 5.5). A noisy trial moves little, and no trial moves all the way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from datetime import date

    from rightplace.deploy.effect import EffectSize


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReduction:
    """A reduction on the log scale at the anchor dose; 0.128 is 12 % fewer, below 0 is more.

    Parameters
    ----------
    mean
        The reduction.
    sd
        Its standard deviation, above 0.
    """

    mean: float
    sd: float

    @property
    def change(self) -> float:
        """The same as a relative change of the expected count."""
        return math.expm1(-self.mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """A trial's estimate drawn towards the record in force.

    Parameters
    ----------
    trial, before, after
        What the trial found, what the record says, and what follows from both.
    between_forces_sd
        How far forces are taken to differ, 0 where the record is the force's own.
    weight
        Of the trial, 0 to 1; the record has the rest.
    """

    trial: LogReduction
    before: LogReduction
    after: LogReduction
    between_forces_sd: float
    weight: float


def at_anchor(
    change: tuple[float, float | None, float | None], *, level: float, dose: float
) -> LogReduction:
    """Return what a trial found as a log reduction at the anchor dose.

    The log reduction is taken to be proportional to the dose: right for small ones.

    Parameters
    ----------
    change
        Relative change of the expected count, and the ends of its interval.
    level
        Of the interval, above 0 and below 1.
    dose
        By how much the arms differed, relative to the anchor.

    Raises
    ------
    UnsupportedByDataError
        If the interval has no end on one side, or the arms got the same dose.
    """
    value, lo, hi = change
    if lo is None or hi is None or lo <= -1 or not math.isfinite(hi) or hi <= lo:
        msg = f"The trial bounds its effect on one side only ({lo} to {hi}): it teaches nothing."
        raise UnsupportedByDataError(msg, remedy="Carry on for more weeks.")
    if not dose > 0:
        msg = f"The arms differed by a dose of {dose:g}: what visits do cannot be told."
        raise UnsupportedByDataError(msg, value=dose, remedy="See that visits are made.")
    z = NormalDist().inv_cdf((1 + level) / 2)
    spread = (math.log1p(hi) - math.log1p(lo)) / (2 * z)
    return LogReduction(mean=-math.log1p(value) / dose, sd=spread / dose)


def shrunk(record: EffectSize, trial: LogReduction, *, between_forces_sd: float) -> Shrunk:
    """Return a trial's estimate drawn towards a record.

    Parameters
    ----------
    record
        The record in force.
    trial
        What the trial found at the record's anchor dose.
    between_forces_sd
        How far forces are taken to differ, 0 or more.
    """
    before = LogReduction(mean=record.log_reduction, sd=record.log_reduction_sd)
    prior = before.sd**2 + between_forces_sd**2
    weight = prior / (prior + trial.sd**2)
    mean = weight * trial.mean + (1 - weight) * before.mean
    return Shrunk(
        trial=trial,
        before=before,
        after=LogReduction(mean=mean, sd=trial.sd * math.sqrt(weight)),
        between_forces_sd=between_forces_sd,
        weight=weight,
    )


_TAKEN: Final = (
    "What visits do in near-equal places is taken to hold in all places.",
    "The log reduction is taken to be proportional to the dose up to the anchor.",
)


def _weights(record: EffectSize, found: Shrunk) -> str:
    return (
        f"A trial of this force has the weight {found.weight:.2f}, version {record.version} the "
        f"rest; forces are taken to differ by {found.between_forces_sd:g} on the log scale."
    )


def next_record(
    record: EffectSize, found: Shrunk, *, version: str, source: str, in_force_from: date
) -> EffectSize:
    """Return the record that follows from a trial, which nobody has approved.

    Its interval has the level of the record before; anchor dose and shape stay.

    Parameters
    ----------
    record
        The record in force.
    found
        The estimate.
    version, source
        What it is called and rests on.
    in_force_from
        First day for which it would be used.
    """
    half = NormalDist().inv_cdf((1 + record.level) / 2) * found.after.sd
    mean = found.after.mean
    return replace(
        record,
        version=version,
        change_mean=math.expm1(-mean),
        change_lo=math.expm1(-(mean + half)),
        change_hi=math.expm1(-(mean - half)),
        source=source,
        assumptions=tuple(dict.fromkeys((_weights(record, found), *_TAKEN, *record.assumptions))),
        approver="nobody: a proposal",
        in_force_from=in_force_from,
        in_force_to=None,
    )
