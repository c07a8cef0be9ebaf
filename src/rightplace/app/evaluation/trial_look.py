"""Use case: a planned look at a running trial, whose boundary was fixed before."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.limits import EXPLORATORY
from rightplace.app.evaluation.trial import answer_of, judge, recipe_of, result_of
from rightplace.app.evaluation.trial_register import LOOK, RUNNING, found_digest, trial_of
from rightplace.app.evaluation.trial_result import LookMade
from rightplace.app.evaluation.trial_settings import TrialSettings
from rightplace.app.evaluation.trial_weeks import plan_weeks
from rightplace.errors import RefusedError, UnsupportedByDataError, UsageError
from rightplace.evaluate.designs.finding import Check, Diagnostic, Flag
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from rightplace.evaluate.trial.looks import planned_looks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.app.answer import Answer
    from rightplace.app.evaluation.trial import Judged, TrialOptions
    from rightplace.app.evaluation.trial_register import KeptLook, KeptTrial
    from rightplace.app.evaluation.trial_result import TrialResult
    from rightplace.app.evaluation.trial_weeks import PlanWeek
    from rightplace.app.evidence import Question
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.trial.looks import Look

# The lot is drawn so often again that twice the smallest chance it shows is the boundary's.
_FINER: Final = 2
_SMALLEST: Final = 1e-12
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Turn:
    """Which look it is.

    Parameters
    ----------
    earlier
        Looks made before, of fewer plans.
    plans
        Those judged now.
    planned
        Whether it was to be made.
    last
        Whether the trial has no plan to come.
    fraction
        Share of the trial's information.
    """

    trial: KeptTrial
    earlier: tuple[KeptLook, ...]
    plans: tuple[PlanWeek, ...]
    planned: bool
    last: bool
    fraction: float
    because: str | None

    def boundary(self) -> Look:
        """Return the boundary, given the looks before."""
        plan = self.trial.plan
        fractions = (*(look.fraction for look in self.earlier), self.fraction)
        return planned_looks(fractions, alpha=plan.alpha, spending=plan.spending)[-1]


def look_at_trial(
    workspace: Workspace,
    trial_id: str,
    question: Question,
    *,
    options: TrialOptions,
    unplanned: str | None,
    made_at: datetime,
) -> Answer[TrialResult]:
    """Look at a trial after so many of its plans, and keep the look.

    All plans of the trial's days that were carried out and are over are judged, whether named or
    not. The interval is that of the look's own boundary, so that it leaves out no effect exactly
    where the trial stops (Jennison and Turnbull 1989, repeated confidence intervals).

    Parameters
    ----------
    workspace
        Where trial, plans and records are.
    trial_id
        The trial.
    question
        Which records may be read.
    options
        Minutes given, seed; plans only where two are kept of the same days.
    unplanned
        Why it is looked at out of turn; None where it is not. Such a look spends chance too.
    made_at
        The time now, for the run's record alone.
    """
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain

    trial = trial_of(workspace, trial_id)
    turn = _turn(workspace, trial, question, options=options, unplanned=unplanned)
    edge = turn.boundary()
    settings = workspace.settings("trial", TrialSettings)
    settings = replace(settings, level=round(1 - max(edge.nominal_p, _SMALLEST), _DIGITS))
    redraws = _redraws(settings, edge)
    question = replace(question, classes=question.classes or trial.plan.classes or None)
    judged = judge(
        workspace, turn.plans, question, options=options, settings=settings, redraws=redraws
    )
    judged = _with_power(judged, trial)
    look = _made(turn, edge, judged, redraws=redraws)
    flags = tuple(_flags(turn, look))
    result = result_of(workspace, judged, run_id="", look=look, flags=flags)
    of = {"step": LOOK, "trial": trial_id, "number": look.number, "unplanned": unplanned}
    recipe = recipe_of(judged, kind="trial", of=of | {"found": found_digest(plain(result))})
    _check_once(trial, look, run_id=recipe.id)
    result = replace(result, trial_run=recipe.id)
    if not options.dry_run:
        keep(workspace, recipe.record(made_at, result=plain(result)), {})
    return answer_of(result, judged, recipe)


def _turn(
    workspace: Workspace,
    trial: KeptTrial,
    question: Question,
    *,
    options: TrialOptions,
    unplanned: str | None,
) -> _Turn:
    """Return which look it is, if it may be made.

    Raises
    ------
    RefusedError
        If nobody planned it and no reason is given.
    UsageError
        If more plans were carried out than the trial was to have.
    """
    plans = _plans_of(workspace, trial, question, options)
    number, in_all = len(plans), trial.plan.plans
    if number > in_all:
        msg = f"{number} plans were carried out in the days of {trial.trial_id}, not {in_all}."
        raise UsageError(msg, value=number, remedy="End it, and lock what is done as it is.")
    last = number == in_all or question.as_of >= trial.plan.ends
    planned = last or number in trial.plan.looks
    if not planned and not (unplanned or "").strip():
        later = [str(look) for look in trial.plan.looks if look > number]
        msg = (
            f"{number} of {in_all} plans of {trial.trial_id} are over; no look was planned after "
            f"{number}. The next is after {later[0]}."
        )
        remedy = "Wait for it, or say why with --unplanned: such a look spends chance too."
        raise RefusedError(msg, value=number, remedy=remedy)
    return _Turn(
        trial=trial,
        earlier=tuple(look for look in trial.looks if look.plans < number),
        plans=plans,
        planned=planned,
        last=last,
        fraction=1.0 if last else number / in_all,
        because=None if planned else unplanned,
    )


def _plans_of(
    workspace: Workspace, trial: KeptTrial, question: Question, options: TrialOptions
) -> tuple[PlanWeek, ...]:
    """Return the plans of a trial that were carried out and are over, by their first day.

    Raises
    ------
    UnsupportedByDataError
        If there is none.
    UsageError
        If plans are named and one of the trial's days is not among them, or not of the trial.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.feedback.arms import arms_of_plans

    area, plan = find_area(workspace, trial.area_id), trial.plan
    ids = options.plans or _drawn_in(workspace, trial)
    arms = [each for each in arms_of_plans(workspace, area, ids) if ids]
    inside = [a for a in arms if plan.starts <= a.first and (a.after - a.first).days]
    inside = [a for a in inside if a.after <= _day_after(plan.ends)]
    if options.plans:
        days = {a.first for a in inside}
        left = [each for each in _drawn_in(workspace, trial) if _first(workspace, each) not in days]
        if left or len(inside) != len(arms):
            msg = f"Not every plan of {trial.trial_id} is named, or one is named that is not of it."
            remedy = "Name one plan for each of its weeks, or none."
            raise UsageError(msg, value=", ".join(left) or None, remedy=remedy)
    over = [a.plan_id for a in inside if a.after <= _day_after(question.as_of)]
    if not over:
        msg = f"No plan of {trial.trial_id} that held places out is over on {question.as_of}."
        raise UnsupportedByDataError(msg, value=question.as_of, remedy="Look at it later.")
    return plan_weeks(workspace, over)


def _drawn_in(workspace: Workspace, trial: KeptTrial) -> tuple[str, ...]:
    """Return the kept plans with a lot, drafts apart, that begin in the days of a trial."""
    from rightplace.app.holdout.signatures import is_draft
    from rightplace.core.runs import PREFIXES, read_run_of

    names = sorted(p.name for p in workspace.runs.glob(f"{PREFIXES['plan']}-*") if p.is_dir())
    records = (read_run_of(workspace.runs, name, kind="plan") for name in names)
    return tuple(
        record["id"]
        for record in records
        if record["settings"].get("holdout")
        and trial.plan.starts <= _day_after(date.fromisoformat(record["as_of"])) <= trial.plan.ends
        and not is_draft(workspace, record)
    )


def _first(workspace: Workspace, plan_id: str) -> date:
    from rightplace.core.runs import read_run_of

    record = read_run_of(workspace.runs, plan_id, kind="plan")
    return _day_after(date.fromisoformat(record["as_of"]))


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _redraws(settings: TrialSettings, edge: Look) -> int:
    """Return how often the lot is drawn again to tell a chance as small as the boundary's."""
    wanted = math.ceil(_FINER / max(edge.nominal_p, _SMALLEST))
    return min(settings.redraws_most, max(settings.redraws, wanted))


def _made(turn: _Turn, edge: Look, judged: Judged, *, redraws: int) -> LookMade:
    plan = turn.trial.plan
    estimate = judged.reading.finding.estimate
    crossed = estimate.p is not None and estimate.p <= edge.nominal_p
    return LookMade(
        trial_id=turn.trial.trial_id,
        number=len(turn.earlier) + 1,
        plans=len(turn.plans),
        plans_in_all=plan.plans,
        fraction=turn.fraction,
        alpha=plan.alpha,
        spending=plan.spending.value,
        spent=edge.spent,
        boundary=edge.boundary if math.isfinite(edge.boundary) else None,
        nominal_p=edge.nominal_p,
        crossed=crossed,
        planned=turn.planned,
        unplanned_because=turn.because,
        last=turn.last or crossed,
        resolves=1 / (redraws + 1) <= edge.nominal_p,
    )


def _check_once(trial: KeptTrial, look: LookMade, *, run_id: str) -> None:
    """Check that a look is not one at the same plans again, nor back, nor after the end.

    A look made again from the same inputs is the same look, and harmless.

    Raises
    ------
    RefusedError
        If it is another.
    """
    if any(each.run_id == run_id for each in trial.looks):
        return
    seen = [each for each in trial.looks if each.plans >= look.plans]
    if seen:
        msg = (
            f"{seen[0].run_id} looked at {seen[0].plans} plans of {trial.trial_id} already; with "
            "other records or another seed that would be a second try."
        )
        raise RefusedError(msg, value=seen[0].run_id, remedy="See it: rightplace evaluate trials.")
    if trial.state != RUNNING:
        msg = f"{trial.trial_id} is {trial.state}: its result stands."
        raise RefusedError(msg, value=trial.trial_id, remedy="Lock a new trial for what follows.")


def _with_power(judged: Judged, trial: KeptTrial) -> Judged:
    """Return a reading that says whether the smallest change that matters could be told."""
    relative, smallest = judged.reading.finding.relative, trial.plan.smallest_change
    if relative is None or relative.lo is None or relative.hi is None:
        return judged
    both = relative.lo <= smallest and relative.hi >= 0
    words = (
        f"The interval holds both no effect and the smallest change that matters ({smallest:.0%}): "
        "it cannot tell them apart yet."
        if both
        else f"The interval tells no effect from the smallest change that matters ({smallest:.0%})."
    )
    told = Diagnostic(check=Check.POWER, passed=not both, words=words)
    finding = judged.reading.finding
    finding = replace(finding, diagnostics=(*finding.diagnostics, told))
    return replace(judged, reading=replace(judged.reading, finding=finding))


def _flags(turn: _Turn, look: LookMade) -> Iterator[Flag]:
    plan, trial = turn.trial.plan, turn.trial
    stop = "stops" if look.crossed else "does not stop"
    edge = "no difference may stop it yet" if look.boundary is None else f"{look.boundary:.3f}"
    words = (
        f"Look {look.number}, after {look.plans} of {look.plans_in_all} plans; {look.spent:.4f} of "
        f"{look.alpha:g} spent ({look.spending}); boundary {edge}, p {look.nominal_p:.2g}. It "
        f"{stop} the trial. Stopping rule written before: {plan.stop_rule}"
    )
    yield Flag(code="look", words=words)
    if not look.planned:
        words = (
            f"Nobody planned this look ({look.unplanned_because}); it spent chance all the same."
        )
        yield Flag(code="unplanned-look", words=words)
    if not look.resolves:
        words = (
            "The boundary asks for a smaller chance than so many redraws of the lot can show, so "
            "this look could not have stopped the trial."
        )
        yield Flag(code="too-early", words=words)
    if look.crossed and look.plans < look.plans_in_all:
        words = "Trials that stop early overstate their effect: the estimate is likely too large."
        yield Flag(code="stopped-early", words=words)
    if not look.last:
        words = "The trial is still running and this look does not stop it."
        yield Flag(code=CANNOT_TELL, words=words)
    if trial.results_held:
        words = (
            f"{trial.results_held:,} records of its days were held when the trial was locked: "
            "results could have been seen before."
        )
        yield Flag(code=EXPLORATORY, words=words)
    if look.last and look.plans < look.plans_in_all and not look.crossed:
        words = f"The trial ended after {look.plans} plans; {look.plans_in_all} were to be had."
        yield Flag(code="fewer-plans", words=words)
