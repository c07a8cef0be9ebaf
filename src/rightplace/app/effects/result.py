"""What proposals and approvals of effect sizes answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.deploy.effect import EffectSize
    from rightplace.evaluate.trial.shrinkage import LogReduction

PLANNED = "planned, not achieved"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectShown:
    """A record of what visits do at the anchor dose.

    Parameters
    ----------
    change_mean, change_lo, change_hi
        Relative change of the expected count; negative is a reduction.
    level
        Of the interval.
    """

    name: str
    version: str
    change_mean: float
    change_lo: float
    change_hi: float
    level: float
    anchor_visits: int
    anchor_hours: float
    source: str
    assumptions: tuple[str, ...]
    approver: str
    in_force_from: str

    @classmethod
    def of(cls, effect: EffectSize) -> EffectShown:
        """Return a record as it is printed."""
        names = [name for name in cls.__dataclass_fields__ if name != "in_force_from"]
        said = {name: getattr(effect, name) for name in names}
        return cls(**said, in_force_from=effect.in_force_from.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One side of the scales.

    Parameters
    ----------
    change
        Relative change at the anchor dose.
    log_reduction, sd
        The same on the log scale, with its standard deviation.
    weight
        Share of the proposal that comes from it, 0 to 1.
    """

    change: float
    log_reduction: float
    sd: float
    weight: float

    @classmethod
    def of(cls, each: LogReduction, weight: float) -> Weighed:
        """Return a side as it is printed."""
        return cls(change=each.change, log_reduction=each.mean, sd=each.sd, weight=weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBy:
    """The coming plan by one record.

    Parameters
    ----------
    objective, bound, gap
        What it prevents by its own record, planned and not achieved; what no plan by it exceeds;
        how far apart the two are, 0 to 1.
    objective_by_other
        What the same visits prevent by the other record.
    visits, places
        Visits, and places that get some.
    """

    version: str
    objective: float
    bound: float
    gap: float
    objective_by_other: float
    visits: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsDiffer:
    """A place and slot in which the two plans make another number of visits."""

    cell_id: str
    slot_start: str
    before: int
    proposed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BothPlans:
    """The same forecast and crews planned by the record in force and by the proposed one.

    Parameters
    ----------
    forecast_id
        The forecast.
    moved
        Visits that the one plan makes and the other does not.
    differ
        Where; the first so many, the table holds all.
    """

    forecast_id: str
    first_day: str
    days: int
    objective_unit: str
    before: PlanBy
    proposed: PlanBy
    moved: int
    differ: tuple[VisitsDiffer, ...]
    label: str = PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalResult:
    """A new effect size that a trial suggests; nothing reads it until a named person approves it.

    Parameters
    ----------
    look_id
        The look at the trial that it rests on.
    dose
        By how much the arms differed, relative to the anchor dose.
    between_forces_sd
        How far forces are taken to differ, on the log scale.
    trial, before, after
        What the trial found, what the record in force says, and what follows.
    plans
        The coming plan by both.
    """

    proposal_id: str
    look_id: str
    trial_id: str
    proposed_by: str
    dose: float
    between_forces_sd: float
    trial: Weighed
    before: Weighed
    after: Weighed
    effect_before: EffectShown
    effect: EffectShown
    plans: BothPlans
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedResult:
    """An effect size that plans read from a day on.

    Parameters
    ----------
    already
        Whether it had been approved before; the first approval stands.
    """

    approval_id: str
    proposal_id: str
    effect: EffectShown
    approved_by: str
    role: str
    reason: str
    proposed_by: str
    already: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalListed:
    """A proposal, and what became of it: ``waiting`` or ``approved``."""

    proposal_id: str
    look_id: str
    proposed_by: str
    change_mean: float
    status: str
    approved_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectsListed:
    """Records that plans may read, the newest first, and every proposal.

    Parameters
    ----------
    frozen_by
        Running trials, while which no record may change.
    """

    effects: tuple[EffectShown, ...]
    proposals: tuple[ProposalListed, ...]
    frozen_by: tuple[str, ...]
