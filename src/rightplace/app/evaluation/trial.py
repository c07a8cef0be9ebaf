"""Use case: what the hold-outs of weekly plans found, by the lot that was drawn for each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Answer
from rightplace.app.evaluation.design_settings import with_settings
from rightplace.app.evaluation.result import EvaluationResult
from rightplace.app.evaluation.trial_dosage import kept_dosage, visits_made
from rightplace.app.evaluation.trial_result import (
    DosageGiven,
    PlanJudged,
    ProtocolShown,
    TrialResult,
)
from rightplace.app.evaluation.trial_settings import TrialSettings
from rightplace.app.evaluation.trial_weeks import area_of, gathered, plan_weeks
from rightplace.app.evaluation.trial_words import ESTIMAND, cannot_say, flags_of
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.evaluation.trial_dosage import Dosed
    from rightplace.app.evaluation.trial_result import LookMade
    from rightplace.app.evaluation.trial_weeks import Gathered, PlanWeek
    from rightplace.app.evidence import Question
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe
    from rightplace.evaluate.designs.finding import Flag
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.trial.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFiles:
    """What was given, measured one way or the other.

    Parameters
    ----------
    visits
        Visits as they were made, place by place.
    dosage_ids
        Kept dosage, one for each plan.
    """

    visits: Path | None = None
    dosage_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that minutes come from one source.

        Raises
        ------
        UsageError
            If both are given.
        """
        if self.visits is not None and self.dosage_ids:
            msg = "Minutes come from --visits or from --dosage, not from both."
            raise UsageError(msg, remedy="Leave one of them out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOptions:
    """What is judged and how.

    Parameters
    ----------
    plans
        Plans that were carried out, each with a hold-out.
    files
        Minutes given.
    """

    plans: tuple[str, ...]
    files: TrialFiles = field(default_factory=TrialFiles)
    seed: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Plans with what was gathered and found, and the settings; nothing is kept yet."""

    plans: tuple[PlanWeek, ...]
    found: Gathered
    reading: Reading
    settings: TrialSettings
    lot: LotSettings
    question: Question
    options: TrialOptions

    @property
    def first_day(self) -> str:
        """First day of the first plan."""
        return self.plans[0].arms.first.isoformat()

    @property
    def last_day(self) -> str:
        """Last day of the last plan."""
        return (self.plans[-1].arms.after - timedelta(days=1)).isoformat()


def evaluate_trial(
    workspace: Workspace, question: Question, *, options: TrialOptions, made_at: datetime
) -> Answer[TrialResult]:
    """Judge plans with a hold-out once, where no trial was locked before, and keep the run.

    Plans of a locked trial are refused: they are looked at by its looks alone.

    Parameters
    ----------
    workspace
        Where plans and records are.
    question
        Which records may be read.
    options
        Plans, minutes, seed.
    made_at
        The time now, for the run's record alone.
    """
    from rightplace.app.evaluation.trial_register import check_no_trial
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain

    plans = plan_weeks(workspace, options.plans)
    check_no_trial(workspace, plans)
    settings = workspace.settings("trial", TrialSettings)
    judged = judge(workspace, plans, question, options=options, settings=settings)
    recipe = recipe_of(judged, kind="evaluation", of={"design": "trial"})
    result = result_of(workspace, judged, run_id=recipe.id, look=None)
    if not options.dry_run:
        keep(workspace, recipe.record(made_at, result=plain(result)), {})
    return answer_of(result, judged, recipe)


def answer_of(result: TrialResult, judged: Judged, recipe: RunRecipe) -> Answer[TrialResult]:
    """Return the answer of a run."""
    return Answer(
        verb="evaluate-trial",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=judged.found.watched.evidence.releases,
    )


def judge(
    workspace: Workspace,
    plans: tuple[PlanWeek, ...],
    question: Question,
    *,
    options: TrialOptions,
    settings: TrialSettings,
    redraws: int | None = None,
) -> Judged:
    """Return what plans with a hold-out found.

    Parameters
    ----------
    workspace
        Where records are.
    plans, question, options, settings
        What is judged and how.
    redraws
        How often the lot is drawn again; None for as often as the settings say.
    """
    from rightplace.crime.offences import in_words
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.trial.reading import read_weeks

    found = gathered(
        workspace,
        plans,
        question,
        dosed=_dosed(workspace, plans, options.files),
        before_weeks=settings.before_weeks,
    )
    rules = workspace.settings("lot", LotSettings)
    lot = replace(rules, level=settings.level, redraws=redraws or settings.redraws)
    reading = read_weeks(
        found.weeks,
        outcome=f"{in_words(found.watched.evidence.classes)}, recorded",
        settings=lot,
        rng=np.random.default_rng([options.seed, 6]),
    )
    # How often the lot is drawn again, and the level, are the trial's own settings.
    told = replace(rules, redraws=LotSettings().redraws)
    return Judged(
        plans=plans,
        found=found,
        reading=replace(reading, finding=with_settings(reading.finding, "lot", told)),
        settings=settings,
        lot=lot,
        question=question,
        options=options,
    )


def _dosed(workspace: Workspace, plans: Sequence[PlanWeek], files: TrialFiles) -> Dosed | None:
    area = area_of(workspace, plans[0].record)
    if files.visits is not None:
        return visits_made(files.visits, area)
    if files.dosage_ids:
        return kept_dosage(workspace, plans, files.dosage_ids, area)
    return None


def recipe_of(judged: Judged, *, kind: str, of: dict[str, object]) -> RunRecipe:
    """Return the recipe of a reading's run.

    Parameters
    ----------
    judged
        The reading.
    kind
        ``evaluation``, or ``trial`` for a look that was planned.
    of
        What else decides it.
    """
    from rightplace.app.runs import recipe_inputs
    from rightplace.core.canonical import file_digest, plain
    from rightplace.core.runs import RunInput, RunRecipe

    evidence, files = judged.found.watched.evidence, judged.options.files
    named = () if files.visits is None else (files.visits,)
    return RunRecipe(
        kind=kind,
        settings=plain(judged.settings)
        | of
        | {
            "plans": [week.arms.plan_id for week in judged.plans],
            "classes": list(evidence.classes),
            "dosage": list(files.dosage_ids),
            "lot": plain(judged.lot),
            "area": evidence.area.area_id,
        },
        inputs=(
            *(RunInput(source=str(p), release=None, sha256=file_digest(p)) for p in named),
            *(
                RunInput(source=w.record["id"], release=None, sha256=w.record["settings_hash"])
                for w in judged.plans
            ),
            *recipe_inputs(evidence.entries, evidence.area),
        ),
        as_of=judged.question.as_of,
        known_at=judged.question.known_at,
        seed=judged.options.seed,
    )


def result_of(
    workspace: Workspace,
    judged: Judged,
    *,
    run_id: str,
    look: LookMade | None,
    flags: Sequence[Flag] = (),
) -> TrialResult:
    """Return a reading as it is printed.

    Parameters
    ----------
    workspace
        Where releases are kept.
    judged
        The reading.
    run_id
        Of its run.
    look
        The look it is; None where no trial was locked.
    flags
        What else a reader must know.
    """
    reading, found = judged.reading, judged.found
    plans = _plans(workspace, judged)
    said = (*reading.finding.flags, *flags_of(judged, plans, look=look), *flags)
    given = reading.given
    protocol = None if reading.protocol is None else ProtocolShown.of(reading.protocol)
    source = "none" if given.treated_minutes is None else "dosage"
    return TrialResult(
        evaluation=EvaluationResult.of(replace(reading.finding, flags=said)),
        estimand=ESTIMAND,
        cannot=cannot_say(judged),
        plans=plans,
        dosage=DosageGiven(
            source="visits" if found.weeks.by_place else source,
            **{name: getattr(given, name) for name in given.__dataclass_fields__},
        ),
        per_hour=None if protocol is None else protocol.per_hour,
        per_protocol=protocol,
        look=look,
        unpublished=found.unpublished,
        first_day=judged.first_day,
        last_day=judged.last_day,
        classes=found.watched.evidence.classes,
        trial_run=run_id,
    )


def _plans(workspace: Workspace, judged: Judged) -> tuple[PlanJudged, ...]:
    from rightplace.app.holdout.releases import released

    weeks, told = judged.found.weeks, []
    for number, plan in enumerate(judged.plans):
        mine = weeks.rows.block == number
        arms = (mine & weeks.rows.treated, mine & ~weeks.rows.treated)
        counts = [int(weeks.rows.count[arm].sum()) for arm in arms]
        expected = [float(weeks.expected[arm].sum()) for arm in arms]
        told.append(
            PlanJudged(
                plan_id=plan.arms.plan_id,
                first_day=plan.arms.first.isoformat(),
                analysed_from=plan.arms.analysed_from.isoformat(),
                last_day=(plan.arms.after - timedelta(days=1)).isoformat(),
                treated=int(arms[0].sum()),
                held_out=int(arms[1].sum()),
                recorded_treated=counts[0],
                recorded_held_out=counts[1],
                expected_treated=expected[0],
                expected_held_out=expected[1],
                released=len(released(workspace, plan.arms.plan_id)),
                effect_version=plan.effect.version,
            )
        )
    return tuple(told)
