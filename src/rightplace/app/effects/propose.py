"""Use case: a new effect size from a trial that is over, with the coming plan by both records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer
from rightplace.app.effects.both_plans import both_plans
from rightplace.app.effects.kept import PROPOSED, approvals_of, effects_of
from rightplace.app.effects.result import EffectShown, ProposalResult, Weighed
from rightplace.app.evaluation.limits import EXPLORATORY
from rightplace.app.evaluation.trial_lock import one_line
from rightplace.app.evaluation.trial_register import LOOK, check_unchanged, running_trials
from rightplace.app.evaluation.trial_settings import TrialSettings
from rightplace.core.canonical import plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.deploy.effect import effect_size_on
from rightplace.deploy.effect_file import kept_effect
from rightplace.errors import NotHeldError, RefusedError
from rightplace.evaluate.designs.evidence import ABOUT_PRECISION
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from rightplace.evaluate.trial.shrinkage import at_anchor, next_record, shrunk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.effects.both_plans import Compared
    from rightplace.app.effects.kept import Approval
    from rightplace.app.evaluation.trial_register import KeptTrial
    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.plan.making import PlanOptions
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.effect import EffectSize
    from rightplace.evaluate.trial.shrinkage import Shrunk

CHANCE_DECIDED = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    """A proposal before it has a name."""

    look: dict[str, Any]
    before: EffectSize
    found: Shrunk
    effect: EffectSize
    by: str
    compared: Compared


def propose_effect(
    workspace: Workspace,
    look_id: str,
    *,
    forecast_id: str,
    options: PlanOptions,
    by: str,
    made_at: datetime,
) -> Answer[ProposalResult]:
    """Propose a new effect size from the last look at a trial, and keep the proposal.

    Plans go on reading the record in force; a named person other than the proposer approves.

    Parameters
    ----------
    workspace
        Where runs are.
    look_id
        The look that ended the trial.
    forecast_id
        The coming forecast, for which both plans are made; neither is kept.
    options
        Crews and other files of these plans; a dry run keeps nothing.
    by
        Who proposes it.
    made_at
        The time now, for the run's record alone.
    """
    from rightplace.app.forecast.outlook import read_outlook
    from rightplace.app.plan.making import check_files
    from rightplace.app.runs import keep

    one_line("--by", by)
    look = over(workspace, look_id)
    check_frozen(workspace)
    check_options(options)
    check_files(options)
    outlook = read_outlook(workspace, forecast_id)
    draft = _draft(workspace, look, outlook, options=options, by=by)
    recipe = _recipe(draft, outlook, look_id=look_id, seed=options.seed)
    result = _result(draft, proposal_id=recipe.id)
    if not options.dry_run:
        keep(workspace, recipe.record(made_at, result=plain(result)), draft.compared.tables)
    return Answer(verb="evaluate-effect-propose", result=result, id=recipe.id, as_of=recipe.as_of)


def check_options(options: PlanOptions) -> None:
    """Check that the plans compared are by the records in force.

    Raises
    ------
    RefusedError
        If a file of effect sizes is named, or places are to be held out.
    """
    if options.effects_file is not None or options.holdout is not None:
        msg = "Both plans are made by kept records, and hold nothing out."
        raise RefusedError(msg, remedy="Leave out the file of effect sizes and the hold-out.")


def over(workspace: Workspace, look_id: str) -> dict[str, Any]:
    """Return the record of a look that ended a trial and whose evidence may be used.

    What ``check_over`` refuses is refused.
    """
    record = read_run_of(workspace.runs, look_id, kind="trial")
    check_over(record, approvals_of(workspace))
    return record


def check_over(record: dict[str, Any], approvals: Sequence[Approval]) -> None:
    """Check that a look ended its trial and that its evidence may be used.

    Parameters
    ----------
    record
        Of the look's run.
    approvals
        Every one that is known.

    Raises
    ------
    NotHeldError
        If it is no look.
    RefusedError
        If the trial goes on, its evidence is below the highest level, a check failed, the
        verdict is that these data cannot tell, results could have been seen before the lock, or
        the look was used before.
    """
    look_id = record["id"]
    if record["settings"]["step"] != LOOK:
        msg = f"{look_id} is no look at a trial: a trial and its end have ids of their own."
        remedy = "Name its last look; `rightplace evaluate trials` lists them under each trial."
        raise NotHeldError(msg, value=look_id, remedy=remedy)
    check_unchanged(record)
    found = record["result"]["evaluation"]
    precise = {check.value for check in ABOUT_PRECISION}
    failed = [
        each["check"]
        for each in found["diagnostics"]
        if each["passed"] is False and each["check"] not in precise
    ]
    flags = {each["code"] for each in found["flags"]}
    used = [each for each in approvals if each.look_id == look_id]
    reasons = {
        f"{look_id} did not end its trial: effect sizes are frozen until its last look": not record[
            "result"
        ]["look"]["last"],
        f"its evidence is of level {found['evidence_level']}, not {CHANCE_DECIDED}": found[
            "evidence_level"
        ]
        < CHANCE_DECIDED,
        f"{', '.join(failed)} failed": bool(failed),
        "these data cannot tell": CANNOT_TELL in flags,
        "results could have been seen before the trial was locked": EXPLORATORY in flags,
        f"{look_id} is in the effect size already, and counts once": bool(used),
    }
    why = [reason for reason, is_so in reasons.items() if is_so]
    if why:
        msg = f"No effect size can be proposed: {'; '.join(why)}."
        raise RefusedError(msg, value=look_id, remedy="Plans keep the record in force.")


def check_frozen(workspace: Workspace) -> None:
    """Check that no trial is running: while one is, no effect size changes."""
    check_none_running(running_trials(workspace))


def check_none_running(running: Sequence[KeptTrial]) -> None:
    """Check that no trial is running: while one is, no effect size changes.

    Parameters
    ----------
    running
        Those that are.

    Raises
    ------
    RefusedError
        If there is one.
    """
    if running:
        names = ", ".join(f"{each.trial_id} ({each.plan.title})" for each in running)
        msg = f"Effect sizes are frozen while a trial is running: {names}."
        raise RefusedError(
            msg, value=running[0].trial_id, remedy="Wait for its last look, or end it."
        )


def _draft(
    workspace: Workspace,
    look: dict[str, Any],
    outlook: Outlook,
    *,
    options: PlanOptions,
    by: str,
) -> _Draft:
    before = effect_size_on(effects_of(workspace), outlook.first_day)
    _check_anchor(workspace, look, before)
    settings = workspace.settings("trial", TrialSettings)
    result = look["result"]
    relative = result["evaluation"]["relative"] or {"value": 0.0, "lo": None, "hi": None}
    trial = at_anchor(
        (relative["value"], relative["lo"], relative["hi"]),
        level=result["evaluation"]["level"],
        dose=result["dosage"]["dose"],
    )
    own = PROPOSED.search(before.version) is not None
    found = shrunk(before, trial, between_forces_sd=0.0 if own else settings.between_forces_sd)
    effect = next_record(
        before,
        found,
        version="proposed",
        source=(
            f"{look['id']}, the last look at {result['look']['trial_id']}, {result['first_day']} "
            f"to {result['last_day']}, {len(result['plans'])} plans; before it: {before.source}"
        ),
        in_force_from=outlook.first_day,
    )
    compared = both_plans(workspace, outlook, options, before=before, proposed=effect)
    return _Draft(look=look, before=before, found=found, effect=effect, by=by, compared=compared)


def _check_anchor(workspace: Workspace, look: dict[str, Any], before: EffectSize) -> None:
    """Check that the trial's dose is in the unit of the record in force.

    Raises
    ------
    RefusedError
        If the plans were made by a record with another anchor.
    """
    names = ("name", "anchor_visits", "anchor_hours", "further_visit_ratio")
    for plan_id in look["settings"]["plans"]:
        plan = read_run_of(workspace.runs, plan_id, kind="plan")
        used = kept_effect(plan["settings"]["effect"])
        if any(getattr(used, name) != getattr(before, name) for name in names):
            msg = f"{plan_id} was made by a record with another anchor dose than the one in force."
            raise RefusedError(msg, value=used.version, remedy="Its dose cannot be set beside it.")


def _recipe(draft: _Draft, outlook: Outlook, *, look_id: str, seed: int) -> RunRecipe:
    return RunRecipe(
        kind="effect_proposal",
        settings={
            "look": look_id,
            "by": draft.by,
            "effect": plain(draft.effect),
            "before": plain(draft.before),
        },
        inputs=(
            RunInput(source=look_id, release=None, sha256=draft.look["settings_hash"]),
            RunInput(source=outlook.id, release=None, sha256=outlook.record["settings_hash"]),
            *draft.compared.inputs,
        ),
        as_of=date.fromisoformat(outlook.record["as_of"]),
        known_at=None,
        seed=seed,
    )


def _wider(found: Shrunk) -> str:
    """Return why an interval is wider than that of the record before, empty if it is not."""
    if found.after.sd <= found.before.sd:
        return ""
    return "; wider than the record's, which is of the mean of many forces and not of this one"


def _result(draft: _Draft, *, proposal_id: str) -> ProposalResult:
    found, before = draft.found, draft.before
    after = replace(draft.effect, version=proposal_id)
    moved = draft.compared.shown.moved
    told = draft.look["result"]
    dose, relative = told["dosage"]["dose"], told["evaluation"]["relative"]["value"]
    words = (
        f"The trial found {relative:+.1%} at {dose:.2f} of the anchor dose, which stands for "
        f"{found.trial.change:+.1%} at the whole; the record in force says "
        f"{before.change_mean:+.1%}. With the weight {found.weight:.2f} for the trial the proposal "
        f"is {after.change_mean:+.1%} ({after.change_lo:+.1%} to {after.change_hi:+.1%}, "
        f"{after.level:.0%} interval{_wider(found)}). {moved:,} visits of the "
        "coming plan would differ. Nothing reads it until a named person other than the proposer "
        "approves it."
    )
    return ProposalResult(
        proposal_id=proposal_id,
        look_id=draft.look["id"],
        trial_id=draft.look["settings"]["trial"],
        proposed_by=draft.by,
        dose=dose,
        between_forces_sd=found.between_forces_sd,
        trial=Weighed.of(found.trial, found.weight),
        before=Weighed.of(found.before, 1 - found.weight),
        after=Weighed.of(found.after, 1.0),
        effect_before=EffectShown.of(before),
        effect=EffectShown.of(after),
        plans=draft.compared.shown,
        verdict=words,
    )
