"""A trial of two plans with both its looks, and what it taught: one proposed effect size.

Hostile words throughout. The lot had 20 places visited and 12 held out in each plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.app.effects.result import (
    BothPlans,
    EffectShown,
    PlanBy,
    ProposalResult,
    VisitsDiffer,
    Weighed,
)
from rightplace.app.evaluation.result import EstimateShown, EvaluationResult
from rightplace.app.evaluation.trial_register import LOCK, LOOK, found_digest
from rightplace.app.evaluation.trial_result import (
    DosageGiven,
    LookMade,
    PlanJudged,
    ProtocolShown,
    TrialResult,
)
from rightplace.core.canonical import plain
from rightplace.deploy.effect_file import read_effect_sizes
from rightplace.evaluate.designs.finding import (
    Check,
    Design,
    Diagnostic,
    Estimate,
    Finding,
    Flag,
    Refutation,
    Scale,
)
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from rightplace.evaluate.trial.trial_plan import TrialPlan
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from tests.web.published import AREA, CELLS, EVIL, FORECAST, NOW, SLOTS, run_copy, run_record
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.deploy.effect import EffectSize
    from rightplace.records.published.publishing import RunCopy

TRIAL, FIRST, LAST = "n-000000000001", "n-000000000002", "n-000000000003"
OTHER = "n-00000000000a"
"""A trial that is locked and at which nobody has looked."""
PROPOSAL, APPROVAL = "u-000000000001", "v-000000000001"
PROPOSER = "Petra Proposer"
START = "2026-05-06"
EVIL_LINE = EVIL.replace("\u202e", "")
"""What a locked trial may say is one line of characters that print."""
PLANS = ("p-0000000000a1", "p-0000000000a2")


def trial_plan(title: str = "April trial") -> TrialPlan:
    """What was locked: two plans, looked at after each."""
    return TrialPlan(
        title=f"{title} {EVIL_LINE}",
        question=f"Do visits help? {EVIL_LINE}",
        starts=date(2026, 4, 6),
        ends=date(2026, 4, 19),
        plans=2,
        looks=(1, 2),
        smallest_change=-0.1,
        stop_rule=f"Stop where a boundary is crossed. {EVIL_LINE}",
    )


def lock_copy(trial_id: str = TRIAL, plan: TrialPlan | None = None, *, held: int = 0) -> RunCopy:
    """The run of a lock."""
    locked = plan or trial_plan()
    settings = {
        "step": LOCK,
        "plan": plain(locked),
        "sha256": locked.sha256,
        "area": AREA,
        "locked_by": f"Lea Locker {EVIL}",
        "results_held": held,
    }
    return run_copy(run_record(trial_id, "trial", settings=settings, result={}), {}, AREA)


def estimate(value: float, lo: float, hi: float, *, p: float, scale: Scale) -> Estimate:
    """An estimate by a named method."""
    return Estimate(
        value=value, lo=lo, hi=hi, level=0.95, p=p, scale=scale, method=f"redraws {EVIL}"
    )


def finding(*, is_last: bool) -> Finding:
    """What a look found; the first cannot tell."""
    running = Flag(code=CANNOT_TELL, words="The trial is still running.")
    return Finding(
        design=Design.WEEK_BLOCK,
        outcome=f"violence {EVIL}, recorded",
        estimate=estimate(-30.0, -52.0, -8.0, p=0.004, scale=Scale.INCIDENTS),
        relative=estimate(-0.2, -0.3, -0.06, p=0.004, scale=Scale.SHARE),
        diagnostics=(
            Diagnostic(check=Check.BALANCE, passed=True, words=f"Alike before {EVIL}"),
            Diagnostic(check=Check.SEPARATION, passed=True, words="Far apart."),
        ),
        refutations=(
            Refutation(
                name=f"counts before {EVIL}",
                estimate=estimate(0.01, -0.1, 0.1, p=0.8, scale=Scale.SHARE),
                words="=1+1",
            ),
        ),
        flags=() if is_last else (running,),
        replicated=True,
    )


def plan_judged(number: int) -> PlanJudged:
    """One plan: 60 recorded in 20 visited places, 48 in 12 held out."""
    return PlanJudged(
        plan_id=PLANS[number],
        first_day=f"2026-04-{6 + 7 * number:02d}",
        analysed_from=f"2026-04-{6 + 7 * number:02d}",
        last_day=f"2026-04-{12 + 7 * number:02d}",
        treated=20,
        held_out=12,
        recorded_treated=60,
        recorded_held_out=48,
        expected_treated=75.5,
        expected_held_out=47.25,
        released=1,
        effect_version="1",
    )


def look_result(number: int) -> TrialResult:
    """What the first or the last look found."""
    is_last = number == len(PLANS)
    hour = EstimateShown(
        value=-0.25, lo=-0.4, hi=-0.05, level=0.95, p=0.01, scale="incidents", method="by lot"
    )
    return TrialResult(
        evaluation=EvaluationResult.of(finding(is_last=is_last)),
        estimand=f"It tells of near-equal places {EVIL}.",
        cannot=("What one officer does.",),
        plans=tuple(plan_judged(each) for each in range(number)),
        dosage=DosageGiven(
            source="visits", treated_minutes=118.0, held_out_minutes=2.0, planned_minutes=120.0,
            planned_dose=0.4, dose=0.39,
        ),
        per_hour=hour,
        per_protocol=ProtocolShown(
            delivered=replace(hour, value=-31.0, lo=-55.0, hi=-7.0),
            per_hour=hour,
            words="96 % of what was to be treated got a full visit.",
        ),
        look=LookMade(
            trial_id=TRIAL, number=number, plans=number, plans_in_all=2, fraction=number / 2,
            alpha=0.05, spending="obrien-fleming", spent=0.05 if is_last else 0.003051,
            boundary=1.969 if is_last else 2.963, nominal_p=0.049 if is_last else 0.003051,
            crossed=is_last, planned=True, unplanned_because=None, last=is_last, resolves=True,
        ),
        unpublished=0,
        first_day="2026-04-06",
        last_day="2026-04-19" if is_last else "2026-04-12",
        classes=("violence",),
        trial_run=LAST if is_last else FIRST,
    )  # fmt: skip


def look_copy(number: int) -> RunCopy:
    """The run of a look."""
    found = plain(look_result(number))
    settings = {
        "step": LOOK,
        "trial": TRIAL,
        "number": number,
        "area": AREA,
        "plans": list(PLANS[:number]),
        "found": found_digest(found),
    }
    record = run_record(found["trial_run"], "trial", settings=settings, result=found)
    return run_copy(record, {}, AREA, TRIAL)


def effect(version: str = PROPOSAL) -> EffectSize:
    """The proposed record, which follows the shipped one."""
    return replace(
        read_effect_sizes()[0],
        version=version,
        change_mean=-0.15,
        change_lo=-0.22,
        change_hi=-0.08,
        source=f"{LAST}, the last look at {TRIAL}",
        approver="nobody: a proposal",
        in_force_from=date(2026, 5, 4),
    )


def proposal_result(proposed_by: str = PROPOSER) -> ProposalResult:
    """The scales and both plans, which differ in two places: one of Northbank, one of Southbank."""
    before, after = read_effect_sizes()[0], effect()
    rows = differ_rows()
    side = Weighed(change=-0.4, log_reduction=0.5108, sd=0.2, weight=0.1)

    def made(version: str, objective: float) -> PlanBy:
        return PlanBy(
            version=version, objective=objective, bound=objective + 0.01, gap=0.004,
            objective_by_other=objective - 0.3, visits=40, places=4,
        )  # fmt: skip

    return ProposalResult(
        proposal_id=PROPOSAL,
        look_id=LAST,
        trial_id=TRIAL,
        proposed_by=proposed_by,
        dose=0.39,
        between_forces_sd=0.06,
        trial=side,
        before=replace(side, change=-0.12, log_reduction=0.1278, sd=0.0355, weight=0.9),
        after=replace(side, change=-0.15, log_reduction=0.1625, sd=0.06, weight=1.0),
        effect_before=EffectShown.of(before),
        effect=EffectShown.of(after),
        plans=BothPlans(
            forecast_id=FORECAST,
            first_day="2026-05-04",
            days=2,
            objective_unit="incidents",
            before=made("1", 3.5),
            proposed=made("proposed", 4.1),
            moved=3,
            differ=tuple(VisitsDiffer(**row) for row in rows),
        ),
        verdict=f"The trial found -20.0% {EVIL}. Nothing reads it until a named person approves.",
    )


def differ_rows() -> list[dict[str, Any]]:
    """Where both plans differ: two visits more in the first cell, one fewer in the third."""
    return [
        {"cell_id": CELLS[0], "slot_start": SLOTS[0].start.isoformat(), "before": 1, "proposed": 3},
        {"cell_id": CELLS[2], "slot_start": SLOTS[1].start.isoformat(), "before": 1, "proposed": 0},
    ]


def proposal_copy(proposed_by: str = PROPOSER, proposal_id: str = PROPOSAL) -> RunCopy:
    """The run of the proposal."""
    settings = {
        "look": LAST,
        "by": proposed_by,
        "effect": plain(effect("proposed")),
        "before": plain(read_effect_sizes()[0]),
    }
    result = plain(proposal_result(proposed_by))
    record = run_record(proposal_id, "effect_proposal", settings=settings, result=result)
    return run_copy(record, {"differ": pa.Table.from_pylist(differ_rows())}, FORECAST, LAST)


def approval_copy(approval_id: str = APPROVAL, proposal_id: str = PROPOSAL) -> RunCopy:
    """The run of an approval that was made at the command line."""
    approved = replace(
        effect(proposal_id), approver="Chris (tasking chair)", in_force_from=date(2026, 5, 5)
    )
    settings = {
        "proposal": proposal_id,
        "effect": plain(approved),
        "by": "Chris",
        "role": "tasking chair",
        "reason": f"sound {EVIL}",
    }
    record = run_record(approval_id, "effect_approval", settings=settings, result={})
    return run_copy(record, {}, proposal_id)


def publish_copies(shelf: Shelf, *copies: RunCopy) -> None:
    """Publish runs in this order."""
    with transaction(shelf.database, ANALYST.actor, purpose="Publish.", at=NOW) as tx:
        for each in copies:
            publish(tx, each)


def publish_trial(shelf: Shelf) -> None:
    """Publish the trial with both its looks."""
    publish_copies(shelf, lock_copy(), look_copy(1), look_copy(2))


def publish_proposal(shelf: Shelf, proposed_by: str = PROPOSER) -> None:
    """Publish the trial, and what it taught."""
    publish_trial(shelf)
    publish_copies(shelf, proposal_copy(proposed_by))
