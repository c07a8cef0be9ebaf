"""``rightplace evaluate trial``: plans with a hold-out as experiments, looked at by a rule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evaluation_lines import interval, lines, number, wrapped
from rightplace.cli.evidence import question_of
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, dry_run, now, seed, show
from rightplace.core.time import minute_in_words

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.evaluation.trial_lock import TrialShown, TrialsResult
    from rightplace.app.evaluation.trial_result import ProtocolShown, TrialResult
    from rightplace.app.workspace import Workspace


def trial_lines(result: TrialResult) -> list[str]:
    """Return the verdict, plans, dosage and what it cannot say."""
    told = [*_heading(result), *lines(result.evaluation), ""]
    heads = ("plan", "compared", "visited", "recorded", "held out", "recorded", "released")
    rows = [
        (
            each.plan_id,
            f"{each.analysed_from} to {each.last_day}",
            each.treated,
            each.recorded_treated,
            each.held_out,
            each.recorded_held_out,
            each.released,
        )
        for each in result.plans
    ]
    told += [*table(heads, rows), "", *_dosage(result)]
    if result.per_protocol is not None:
        told += _protocol(result.per_protocol)
    told += ["", "It cannot say:"]
    for each in result.cannot:
        told += wrapped(f"- {each}", indent="  ")
    return told


def _heading(result: TrialResult) -> list[str]:
    """Return the run's id, by which a look is proposed from, and the trial that it is a look at."""
    look = result.look
    if look is None:
        return [result.trial_run, ""]
    which = "planned" if look.planned else "NOT PLANNED"
    return [f"{result.trial_run}: look {look.number} at {look.trial_id}, {which}", ""]


def _dosage(result: TrialResult) -> list[str]:
    given = result.dosage
    planned = f"planned {given.planned_minutes:,.0f} minutes for each place to be visited"
    if given.treated_minutes is None or given.held_out_minutes is None:
        return wrapped(f"Dosage: {planned}; nobody measured what was given.")
    text = (
        f"Dosage: {planned}, given {given.treated_minutes:,.0f}; "
        f"{given.held_out_minutes:,.0f} in each place held out ({given.source})."
    )
    hour = result.per_hour
    if hour is None:
        return wrapped(f"{text} The arms got the same, so nothing can be said by patrol-hour.")
    ends = interval(hour.lo, hour.hi, scale=hour.scale, level=hour.level)
    return wrapped(f"{text} By patrol-hour: {hour.value:+.3f} incidents ({ends}).")


def _protocol(found: ProtocolShown) -> list[str]:
    each = found.delivered
    if each is None:
        return ["", *wrapped(found.words)]
    ends = interval(each.lo, each.hi, scale=each.scale, level=each.level)
    return [
        "",
        *wrapped(f"{number(each.value, each.scale)} where delivered ({ends}). {found.words}"),
    ]


def shown_lines(result: TrialShown) -> list[str]:
    """Return what was locked and what became of it."""
    ended = "" if result.ended_because is None else f": {result.ended_because}"
    locked = minute_in_words(datetime.fromisoformat(result.locked_at))
    about = (
        f"{result.trial_id}: {result.title}, {result.state}{ended}. {result.plans} plans from "
        f"{result.starts} to {result.ends}; smallest change that matters "
        f"{result.smallest_change:.0%}; {result.spending}, {result.alpha:.0%} in all. Locked by "
        f"{result.locked_by} on {locked}, sha256 {result.sha256[:12]}. Stopping rule: "
        f"{result.stop_rule}"
    )
    if result.results_held:
        about += (
            f" {result.results_held:,} records of its days were held then: results could be seen "
            "before, and every look says so."
        )
    heads = ("look after", "spent by then", "stops at", "p")
    rows = [
        (
            f"{each.plans} of {result.plans} plans",
            f"{each.spent:.5f}",
            "nothing" if each.boundary is None else f"{each.boundary:.3f}",
            f"{each.nominal_p:.2g}",
        )
        for each in result.planned_looks
    ]
    made = [
        f"  {each.run_id}: after {each.plans} of {result.plans} plans, "
        f"{'planned' if each.planned else 'NOT PLANNED'}, "
        f"{'stopped the trial' if each.crossed else 'did not stop it'}"
        for each in result.looks
    ]
    return [*wrapped(about), "", *table(heads, rows), *made]


def listed_lines(result: TrialsResult) -> list[str]:
    """Return every trial."""
    if not result.trials:
        return ["No trial was locked yet."]
    return [line for each in result.trials for line in (*shown_lines(each), "")]


@click.command()
@click.argument("plans", nargs=-1)
@click.option("--as-of", type=DAY, required=True, help="The last day whose records may be used.")
@click.option("--trial", "trial_id", help="Make a look at this locked trial, at all its plans.")
@click.option("--unplanned", help="Why the trial is looked at out of turn; it spends chance too.")
@click.option(
    "--visits", type=click.Path(path_type=Path),
    help="Visits as made: cell_id, slot_start, slot_end, minutes.",
)  # fmt: skip
@click.option("--dosage", "dosage_ids", multiple=True, help="Kept dosage of a plan (d-...).")
@click.option("--known-at", type=DAY, help="Use only releases up to this day.")
@click.option("--classes", help="Offence classes, by commas; default: those of the plans.")
@click.option("--source", "sources", multiple=True, help="Population, by the start of its name.")
@as_json
@dry_run
@seed
@click.pass_obj
def trial(
    workspace: Workspace,
    plans: tuple[str, ...],
    *,
    as_of: date,
    trial_id: str | None,
    unplanned: str | None,
    visits: Path | None,
    dosage_ids: tuple[str, ...],
    known_at: date | None,
    classes: str | None,
    sources: tuple[str, ...],
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Say what visits did in the near-equal places that the lots of PLANS decided on.

    Places are compared as the lot drew them (intention to treat), released ones too, and the lot
    of each plan is drawn again to see what chance does. With --trial, the plans are those of a
    trial locked before, and the look is held against its boundary.
    """
    from rightplace.app.evaluation.trial import TrialFiles, TrialOptions, evaluate_trial
    from rightplace.app.evaluation.trial_look import look_at_trial

    files = TrialFiles(visits=visits, dosage_ids=dosage_ids)
    options = TrialOptions(plans=plans, files=files, seed=seed, dry_run=dry_run)
    question = question_of(as_of, known_at=known_at, classes=classes, sources=sources)
    if trial_id is None:
        answer = evaluate_trial(workspace, question, options=options, made_at=now())
    else:
        answer = look_at_trial(
            workspace, trial_id, question, options=options, unplanned=unplanned, made_at=now()
        )
    return show(answer, trial_lines, wants_json=wants_json)


@click.command(name="trial-lock")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", required=True, help="Who locks it.")
@as_json
@dry_run
@click.pass_obj
def trial_lock(
    workspace: Workspace, file: Path, *, by: str, wants_json: bool, dry_run: bool
) -> int:
    """Write down a trial before it begins: its plans, when they are looked at, when it stops.

    FILE is TOML: title, question, starts, ends, plans (how many), looks (after how many plans,
    such as [3, 6, 9, 12]), smallest_change (-0.1), stop_rule; and, if you like, spending
    (obrien-fleming or pocock), alpha, area, classes. What is locked cannot be changed.
    """
    from rightplace.app.evaluation.trial_lock import lock_trial

    answer = lock_trial(workspace, file, locked_by=by, made_at=now(), dry_run=dry_run)
    return show(answer, shown_lines, wants_json=wants_json)


@click.command(name="trial-end")
@click.argument("trial_id")
@click.option("--reason", required=True, help="Why it is given up.")
@click.option("--by", required=True, help="Who says so.")
@as_json
@dry_run
@click.pass_obj
def trial_end(
    workspace: Workspace,
    trial_id: str,
    *,
    reason: str,
    by: str,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Give up a running trial; it stays listed, and nothing flows back from it to plans."""
    from rightplace.app.evaluation.trial_lock import end_trial

    answer = end_trial(workspace, trial_id, reason=reason, by=by, made_at=now(), dry_run=dry_run)
    return show(answer, shown_lines, wants_json=wants_json)


@click.command()
@as_json
@click.pass_obj
def trials(workspace: Workspace, *, wants_json: bool) -> int:
    """List every trial that was locked, its boundaries, and each look that was made."""
    from rightplace.app.evaluation.trial_lock import list_trials

    return show(list_trials(workspace), listed_lines, wants_json=wants_json)
