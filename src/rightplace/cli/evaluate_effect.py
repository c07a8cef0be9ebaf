"""``rightplace evaluate effect``: what a trial teaches plans, under a named person's approval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.acting import at_the_command_line
from rightplace.cli.evaluation_lines import wrapped
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, dry_run, now, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.effects.result import (
        ApprovedResult,
        EffectShown,
        EffectsListed,
        ProposalResult,
        Weighed,
    )
    from rightplace.app.workspace import Workspace


@click.group(name="effect")
def effect() -> None:
    """Propose a new effect size from a trial that is over, approve one, list them all."""


def _change(effect: EffectShown) -> str:
    ends = f"{effect.change_lo:+.1%} to {effect.change_hi:+.1%}, {effect.level:.0%}"
    return f"{effect.change_mean:+.1%} ({ends})"


def proposal_lines(result: ProposalResult) -> list[str]:
    """Return the scales, and the coming plan by both records."""
    plans = result.plans
    told = [*wrapped(f"{result.proposal_id}: {result.verdict}"), ""]
    told += table(
        ("at the anchor dose", "change", "log reduction", "sd", "weight"),
        [
            _weighed("trial", result.trial),
            _weighed(f"in force: version {result.effect_before.version}", result.before),
            _weighed("proposal", result.after),
        ],
    )
    told += ["", f"The coming {plans.days} days from {plans.first_day} ({plans.label}):"]
    told += table(
        ("by", f"{plans.objective_unit} prevented", "by the other", "gap", "visits", "places"),
        [
            (
                each.version,
                f"{each.objective:,.3f}",
                f"{each.objective_by_other:,.3f}",
                f"{each.gap:.1%}",
                each.visits,
                each.places,
            )
            for each in (plans.before, plans.proposed)
        ],
    )
    if plans.differ:
        rows = [
            (each.cell_id, each.slot_start, each.before, each.proposed) for each in plans.differ
        ]
        told += ["", *table(("visits that differ", "slot", "before", "proposed"), rows)]
    told += ["", *wrapped(f"Proposed by {result.proposed_by}.")]
    return told


def _weighed(name: str, each: Weighed) -> tuple[str, ...]:
    return (
        name,
        f"{each.change:+.1%}",
        f"{each.log_reduction:+.4f}",
        f"{each.sd:.4f}",
        f"{each.weight:.2f}",
    )


def approved_lines(result: ApprovedResult) -> list[str]:
    """Return what plans read from when, and who said so."""
    was = "was approved already" if result.already else "is approved"
    return wrapped(
        f"{result.approval_id}: {result.proposal_id} {was} by {result.approved_by} "
        f"({result.role}): {result.reason}. Plans from {result.effect.in_force_from} read "
        f"{_change(result.effect)}. Proposed by {result.proposed_by}."
    )


def listed_lines(result: EffectsListed) -> list[str]:
    """Return the records in force and every proposal."""
    rows = [
        (each.in_force_from, each.version, _change(each), each.approver) for each in result.effects
    ]
    told = table(("from", "version", "change at the anchor dose", "approved by"), rows)
    if result.proposals:
        waiting = [
            (each.proposal_id, f"{each.change_mean:+.1%}", each.proposed_by, each.status)
            for each in result.proposals
        ]
        told += ["", *table(("proposal", "change", "proposed by", ""), waiting)]
    if result.frozen_by:
        told += ["", f"Frozen while a trial is running: {', '.join(result.frozen_by)}."]
    return told


@effect.command()
@click.option("--trial", "look_id", required=True, help="The look that ended the trial (n-...).")
@click.option("--forecast", "forecast_id", required=True, help="Forecast of the coming plan.")
@click.option("--crews", type=click.Path(path_type=Path), required=True, help="Who is on duty.")
@click.option("--profile", type=click.Path(path_type=Path), help="Shift profile, as of `plan`.")
@click.option("--by", required=True, help="Who proposes it.")
@as_json
@dry_run
@seed
@click.pass_obj
def propose(
    workspace: Workspace,
    *,
    look_id: str,
    forecast_id: str,
    crews: Path,
    profile: Path | None,
    by: str,
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Propose a new effect size: the trial's estimate drawn towards the evidence before it.

    Both plans are shown: the coming one by the record in force and by the proposed one. Nothing
    reads the proposal until somebody else approves it. Refused while any trial is running, and
    where the trial's evidence is below level 5 or one of its checks failed.
    """
    from rightplace.app.effects.propose import propose_effect
    from rightplace.app.plan.making import PlanOptions

    options = PlanOptions(crews_file=crews, profile_file=profile, seed=seed, dry_run=dry_run)
    answer = propose_effect(
        workspace, look_id, forecast_id=forecast_id, options=options, by=by, made_at=now()
    )
    return show(answer, proposal_lines, wants_json=wants_json)


@effect.command()
@click.argument("proposal")
@click.option("--by", required=True, help="Who approves it; not the proposer.")
@click.option("--role", required=True, help="As what: area commander or tasking chair.")
@click.option("--reason", required=True, help="Why, in one line.")
@click.option("--from", "start", type=DAY, required=True, help="First day plans read it.")
@as_json
@dry_run
@click.pass_obj
def approve(
    workspace: Workspace,
    proposal: str,
    *,
    by: str,
    role: str,
    reason: str,
    start: date,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Put a proposed effect size into force from a day on, under your name.

    The record that ships is never edited; the new one stands beside it with its date, source and
    approver, and plans of earlier days go on reading the old one.
    """
    from rightplace.app.effects.approve import Approving, approve_effect

    approving = Approving(by=by, role=role, reason=reason, in_force_from=start)
    answer = approve_effect(workspace, proposal, approving, made_at=now(), dry_run=dry_run)
    return show(answer, approved_lines, wants_json=wants_json)


@effect.command()
@click.argument("decision")
@click.option("--job", "job_id", help="The job that asks for it: who asked is named.")
@as_json
@click.pass_obj
def carry(workspace: Workspace, decision: str, *, job_id: str | None, wants_json: bool) -> int:
    """Put into force what somebody approved in the service, and publish the approval there.

    DECISION is the id of theirs on the page of the proposal. A job does this by itself; again it
    does no harm. It keeps to the same rules as `approve`, in the name of who decided.
    """
    from rightplace.app.service.database import open_records
    from rightplace.app.service.effects_carried import carry as carry_decision
    from rightplace.app.service.jobs_asker import approver_of

    database = open_records(workspace)
    try:
        actor = at_the_command_line()
        if job_id is not None:
            actor = approver_of(database, job_id, decision)
        answer = carry_decision(workspace, database, decision, actor=actor, at=now())
    finally:
        database.close()
    return show(answer, approved_lines, wants_json=wants_json)


@effect.command(name="list")
@as_json
@click.pass_obj
def list_command(workspace: Workspace, *, wants_json: bool) -> int:
    """List the effect sizes that plans read, who approved them, and what waits for approval."""
    from rightplace.app.effects.approve import list_effects

    return show(list_effects(workspace), listed_lines, wants_json=wants_json)
