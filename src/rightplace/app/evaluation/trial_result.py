"""What the reading of plans with a hold-out answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.evaluation.result import EstimateShown, EvaluationResult

if TYPE_CHECKING:
    from rightplace.evaluate.designs.lot.protocol import PerProtocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanJudged:
    """A plan among those judged, both arms as the lot drew them.

    Parameters
    ----------
    analysed_from, last_day
        First and last day whose records are compared.
    treated, held_out
        Places in each arm of which records are published.
    recorded_treated, recorded_held_out
        Records there in the days compared.
    expected_treated, expected_held_out
        Forecast there before the plan, without visits.
    released
        Places released from the hold-out, which stay in their arm.
    effect_version
        Effect record that the plan was made by.
    """

    plan_id: str
    first_day: str
    analysed_from: str
    last_day: str
    treated: int
    held_out: int
    recorded_treated: int
    recorded_held_out: int
    expected_treated: float
    expected_held_out: float
    released: int
    effect_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DosageGiven:
    """How far the arms were apart, in minutes of a place and plan; null where nobody measured.

    Parameters
    ----------
    source
        ``visits``: measured place by place. ``dosage``: means of the arms. ``none``.
    planned_dose
        Mean planned dose of a treated place relative to the anchor dose of the effect record.
    dose
        The same times the share of the planned minutes by which the arms differed.
    """

    source: str
    treated_minutes: float | None
    held_out_minutes: float | None
    planned_minutes: float
    planned_dose: float
    dose: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolShown:
    """The effect of the minutes given, with the lot as its instrument (per protocol).

    Parameters
    ----------
    delivered
        Incidents more (fewer) in the places that got a full visit because the lot said so; null
        where minutes are means of the arms.
    per_hour
        Incidents more (fewer) for each patrol-hour that the lot brought.
    words
        What came out and what it rests on.
    """

    delivered: EstimateShown | None
    per_hour: EstimateShown | None
    words: str

    @classmethod
    def of(cls, found: PerProtocol) -> ProtocolShown:
        """Return the effects as they are printed."""
        shown = [
            None if each is None else EstimateShown.of(each)
            for each in (found.delivered, found.per_hour)
        ]
        return cls(delivered=shown[0], per_hour=shown[1], words=found.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookMade:
    """A look at a trial whose stopping rule was written before.

    Parameters
    ----------
    trial_id
        The run that keeps what was to be done.
    number
        Of the look, from 1.
    plans, plans_in_all
        Plans judged, and those that the trial is to have.
    fraction
        Share of the trial's information, above 0, at most 1.
    spent
        Chance of a false alarm used up by now, of ``alpha`` in all.
    boundary, nominal_p
        The trial stops where the standardised difference is so large, or p so small; null where
        this look may not stop it.
    crossed
        Whether this look stops it.
    planned
        Whether it was to be made; one that was not spends chance too.
    unplanned_because
        Why it was made nonetheless.
    last
        Whether the trial is over: stopped, or all its looks are made.
    resolves
        Whether so many redraws of the lot can show a chance as small as the boundary asks for.
    """

    trial_id: str
    number: int
    plans: int
    plans_in_all: int
    fraction: float
    alpha: float
    spending: str
    spent: float
    boundary: float | None
    nominal_p: float
    crossed: bool
    planned: bool
    unplanned_because: str | None
    last: bool
    resolves: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What plans with a hold-out found.

    Parameters
    ----------
    evaluation
        By intention to treat: the lot's word, whatever was done.
    estimand
        What it is about.
    cannot
        What it cannot say.
    per_hour
        Incidents more (fewer) for each patrol-hour that the lot brought, null where nobody
        measured; planned or delivered, never by officer.
    look
        Null where no trial was locked before.
    """

    evaluation: EvaluationResult
    estimand: str
    cannot: tuple[str, ...]
    plans: tuple[PlanJudged, ...]
    dosage: DosageGiven
    per_hour: EstimateShown | None
    per_protocol: ProtocolShown | None
    look: LookMade | None
    unpublished: int
    first_day: str
    last_day: str
    classes: tuple[str, ...]
    trial_run: str
