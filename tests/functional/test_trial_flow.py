"""A trial locked, looked at by its rule, ended, and what it teaches plans once approved."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.app.effects.approve import (
    Approving,
    Standing,
    approve_effect,
    check_approval,
    list_effects,
)
from rightplace.app.effects.kept import effects_of
from rightplace.app.effects.propose import propose_effect
from rightplace.app.evaluation.limits import EXPLORATORY
from rightplace.app.evaluation.trial import TrialFiles, TrialOptions, evaluate_trial
from rightplace.app.evaluation.trial_lock import end_trial, list_trials, lock_trial
from rightplace.app.evaluation.trial_look import look_at_trial
from rightplace.app.evaluation.trial_register import found_digest
from rightplace.app.evidence import Question
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.runs import keep
from rightplace.cli.envelope import envelope
from rightplace.cli.evaluate_trial import shown_lines, trial_lines
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.core.runs import RunInput, RunRecipe, read_run
from rightplace.core.time import minute_in_words
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from tests.trial_world import Trial
from tests.walks import NOON
from tests.worlds import DAYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.effects.result import ProposalResult
    from rightplace.app.evaluation.trial_result import TrialResult

ANALYST, CHAIR = "Ann Analyst", "Chris Chair"
TRIAL = """
title = "July trial"
question = "Do visits help in places of middling rate?"
starts = 2018-07-06
ends = 2018-08-02
plans = 4
looks = [2, 4]
smallest_change = -0.1
stop_rule = "Stop where a boundary is crossed."
"""


@dataclass
class Flow:
    """What came of each step, in the order in which they are made."""

    world: Trial
    trial_id: str = ""
    looks: list[Answer[TrialResult]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    forecast_id: str = ""
    later_id: str = ""
    proposal: Answer[ProposalResult] | None = None

    def look(self, *, unplanned: str | None = None, seed: int = 0) -> Answer[TrialResult]:
        files = TrialFiles(visits=self.world.visits())
        return look_at_trial(
            self.world.workspace,
            self.trial_id,
            Question(as_of=self.world.as_of),
            options=TrialOptions(plans=(), files=files, seed=seed),
            unplanned=unplanned,
            made_at=NOON,
        )

    def refuse(self, name: str, step: Callable[[], object]) -> None:
        with pytest.raises(RefusedError) as refusal:
            step()
        self.refused[name] = str(refusal.value)

    def propose(self, look_id: str) -> Answer[ProposalResult]:
        options = PlanOptions(crews_file=self.world.crews())
        return propose_effect(
            self.world.workspace,
            look_id,
            forecast_id=self.forecast_id,
            options=options,
            by=ANALYST,
            made_at=NOON,
        )

    def approve(self, **other: Any) -> Answer[Any]:  # noqa: ANN401 - parts of an approval
        assert self.proposal is not None
        said = {"by": CHAIR, "role": "tasking chair", "reason": "a sound trial"}
        start = {"in_force_from": self.world.as_of + timedelta(days=1)}
        approving = Approving(**{**said, **start, **other})
        return approve_effect(self.world.workspace, str(self.proposal.id), approving, made_at=NOON)

    def version_of_a_plan(self, effects_file: Path | None = None) -> str:
        options = PlanOptions(
            crews_file=self.world.crews(), effects_file=effects_file, dry_run=True
        )
        made = plan(
            self.world.workspace,
            self.forecast_id,
            as_of=self.world.as_of,
            days=DAYS,
            options=options,
            made_at=NOON,
        )
        return made.result.effect.version


def locked(world: Trial, text: str = TRIAL) -> Answer[Any]:
    path = world.root / "trial.toml"
    path.write_text(text, encoding="utf-8")
    return lock_trial(world.workspace, path, locked_by=ANALYST, made_at=NOON)


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Flow:
    """Four weeks of a trial in which visits take a fifth of the week's violence."""
    made = Flow(Trial(tmp_path_factory.mktemp("flow") / "force", ratio=0.8))
    world = made.world
    made.trial_id = str(locked(world).id)
    made.refuse("overlap", lambda: locked(world, TRIAL.replace("July", "Other")))
    world.week()
    made.refuse("too early", made.look)
    own = TrialOptions(plans=tuple(world.plans))
    question = Question(as_of=world.as_of)
    made.refuse(
        "outside",
        lambda: evaluate_trial(world.workspace, question, options=own, made_at=NOON),
    )
    world.week()
    made.looks.append(made.look())
    assert made.look().id == made.looks[0].id  # the same look again does no harm
    made.refuse("another seed", lambda: made.look(seed=3))
    made.forecast_id = world.forecast()
    made.refuse("running", lambda: made.propose(str(made.looks[0].id)))
    world.week()
    made.looks.append(made.look(unplanned="the commander asked"))
    world.week()
    made.looks.append(made.look())
    made.forecast_id = world.forecast()
    made.versions["before"] = made.version_of_a_plan()
    made.proposal = made.propose(str(made.looks[-1].id))
    made.versions["proposed"] = made.version_of_a_plan()
    made.refuse("proposer", lambda: made.approve(by=" ann  ANALYST"))
    made.refuse("role", lambda: made.approve(role="sergeant"))
    later = TRIAL.replace("2018-07-06", "2018-09-07").replace("2018-08-02", "2018-10-04")
    made.later_id = str(locked(world, later).id)
    made.refuse("frozen", lambda: made.propose(str(made.looks[-1].id)))
    made.refuse("frozen too", made.approve)
    end_trial(world.workspace, made.later_id, reason="no crews", by=ANALYST, made_at=NOON)
    made.refuse("in the trial", lambda: made.approve(in_force_from=date(2018, 8, 2)))
    return made


def test_a_look_that_nobody_planned_is_refused(flow: Flow) -> None:
    assert "no look was planned after 1. The next is after 2" in flow.refused["too early"]


def test_plans_of_a_running_trial_are_not_judged_beside_its_looks(flow: Flow) -> None:
    assert "finds things by chance" in flow.refused["outside"]
    assert "has some of its days" in flow.refused["overlap"]


def test_the_same_plans_with_another_seed_are_no_further_look(flow: Flow) -> None:
    assert "would be a second try" in flow.refused["another seed"]


def test_a_look_that_goes_on_never_reads_as_a_result(flow: Flow) -> None:
    first = flow.looks[0].result
    assert first.look is not None
    assert not first.look.crossed
    assert first.evaluation.verdict.startswith("These data cannot tell")
    assert "still running" in first.evaluation.verdict


def test_looks_spend_as_planned_and_an_unplanned_one_spends_too(flow: Flow) -> None:
    """4 Phi(-2.2414 / sqrt(t)): .00305 at a half, .01930 at three quarters; .05 at the end."""
    made = [each.result.look for each in flow.looks]
    assert [look.fraction for look in made if look] == [0.5, 0.75, 1.0]
    spent = [look.spent for look in made if look]
    assert spent == pytest.approx([0.003051, 0.019299, 0.05], abs=1e-5)
    assert [look.planned for look in made if look] == [True, False, True]
    # Planned at 2 and 4 plans, the last boundary would be 1.969; the look between costs.
    assert made[-1] is not None
    assert made[-1].boundary == pytest.approx(2.0141, abs=1e-3)
    flags = {each.code: each.words for each in flow.looks[1].result.evaluation.flags}
    assert "the commander asked" in flags["unplanned-look"]


def test_planned_boundaries_are_told_given_the_looks_that_were_made(flow: Flow) -> None:
    """Planned at 2 and 4 plans the last is 1.969; with the look after 3 it is 2.014, as made."""
    trials = {each.trial_id: each for each in list_trials(flow.world.workspace).result.trials}
    trial, later = trials[flow.trial_id], trials[flow.later_id]
    assert [each.plans for each in trial.planned_looks] == [2, 4]
    boundaries = [each.boundary for each in trial.planned_looks]
    assert boundaries == pytest.approx([2.9626, 2.0141], abs=1e-3)
    assert [each.boundary for each in later.planned_looks] == pytest.approx(
        [2.9626, 1.9686], abs=1e-3
    )


def test_what_a_trial_prints_names_the_look_its_level_and_results_that_were_held(
    flow: Flow,
) -> None:
    first = flow.looks[0]
    told = trial_lines(first.result)
    assert told[0] == f"{first.id}: look 1 at {flow.trial_id}, planned"
    text = " ".join(told)
    assert "(99.7%)" in text  # p .00305 is spent on it
    assert "(100%)" not in text
    assert " ".join(told).count("It can tell what visits do in places of nearly the least") == 1
    assert trial_lines(flow.looks[1].result)[0].endswith("NOT PLANNED")
    held = replace(list_trials(flow.world.workspace).result.trials[0], results_held=1234)
    shown = " ".join(shown_lines(held))
    assert "1,234 records of its days were held then: results could be seen before" in shown
    assert "held then" not in " ".join(shown_lines(replace(held, results_held=0)))
    assert f"on {minute_in_words(NOON)}" in shown


def test_the_interval_of_a_look_is_that_of_its_boundary(flow: Flow) -> None:
    for each in flow.looks:
        look, found = each.result.look, each.result.evaluation
        assert look is not None
        assert found.p is not None
        assert found.lo95 is not None
        assert found.hi95 is not None
        assert found.level == pytest.approx(1 - look.nominal_p)
        assert look.crossed == (found.p <= look.nominal_p) == (not found.lo95 <= 0 <= found.hi95)


def test_every_look_is_kept_and_listed_with_its_trial(flow: Flow) -> None:
    (trial,) = [
        each
        for each in list_trials(flow.world.workspace).result.trials
        if each.trial_id == flow.trial_id
    ]
    assert trial.state == "finished"
    assert trial.results_held == 0
    assert [each.run_id for each in trial.looks] == [each.id for each in flow.looks]
    assert [each.planned for each in trial.looks] == [True, False, True]
    for each in flow.looks:
        assert read_run(flow.world.workspace.runs, str(each.id))["kind"] == "trial"


def test_no_effect_size_is_proposed_while_the_trial_goes_on(flow: Flow) -> None:
    assert "frozen until its last look" in flow.refused["running"]


def test_the_proposal_is_drawn_towards_the_record_by_its_weights(flow: Flow) -> None:
    """By hand from the relative change, its interval and the dose; the record's sd is .0355."""
    assert flow.proposal is not None
    found, look = flow.proposal.result, flow.looks[-1].result
    change, dose = look.evaluation.relative, look.dosage.dose
    assert change is not None
    assert change.lo is not None
    assert change.hi is not None
    z = 2.0141  # of the look's level, that of its boundary
    trial = -math.log(1 + change.value) / dose
    sd = (math.log(1 + change.hi) - math.log(1 + change.lo)) / (2 * z) / dose
    before, before_sd = -math.log(0.88), math.log(0.92 / 0.84) / (2 * 1.2816)
    weight = (before_sd**2 + 0.06**2) / (before_sd**2 + 0.06**2 + sd**2)
    assert found.trial.log_reduction == pytest.approx(trial)
    assert found.trial.weight == pytest.approx(weight, rel=1e-3)
    after = weight * trial + (1 - weight) * before
    assert found.effect.change_mean == pytest.approx(math.exp(-after) - 1, rel=1e-4)
    assert min(trial, before) < found.after.log_reduction < max(trial, before)
    assert found.effect.approver == "nobody: a proposal"


def test_both_plans_stand_side_by_side_and_neither_is_kept(flow: Flow) -> None:
    assert flow.proposal is not None
    plans = flow.proposal.result.plans
    assert plans.label == "planned, not achieved"
    assert plans.before.version == "1"
    assert plans.proposed.objective >= plans.proposed.objective_by_other * (1 - 0.2)
    # By its own record each plan is at least as good as the other's visits, within the gaps.
    slack = 0.011
    assert plans.before.objective >= plans.proposed.objective_by_other * (1 - slack)
    assert plans.proposed.objective >= plans.before.objective_by_other * (1 - slack)
    kept = [path.name for path in flow.world.workspace.runs.glob("p-*")]
    assert sorted(kept) == sorted(flow.world.plans)


def test_a_proposal_that_nobody_approved_can_never_be_used(flow: Flow) -> None:
    assert flow.versions == {"before": "1", "proposed": "1"}
    assert flow.proposal is not None
    effect = flow.proposal.result.effect
    for version in (effect.version, "mine"):
        path = flow.world.root / "own.toml"
        path.write_text(own_record(effect, version), encoding="utf-8")
        with pytest.raises(RefusedError, match="nobody approved"):
            flow.version_of_a_plan(path)


def own_record(effect: Any, version: str) -> str:  # noqa: ANN401 - an effect as it is printed
    numbers = ("change_mean", "change_lo", "change_hi", "level", "anchor_visits", "anchor_hours")
    said = {name: getattr(effect, name) for name in numbers}
    lines = [f"{name} = {value!r}" for name, value in said.items()]
    return "\n".join(
        [
            "[[effect_size]]",
            f'name = "hot-spot-visit"\nversion = "{version}"\nin_force_from = 2000-01-01',
            *lines,
            'further_visit_ratio = 0.5\nsource = "x"\napprover = "x"\nassumptions = []',
        ]
    )


def test_only_another_person_in_the_role_approves_and_not_for_days_of_the_trial(
    flow: Flow,
) -> None:
    assert "proposed" in flow.refused["proposer"]
    assert "cannot approve an effect size" in flow.refused["role"]
    assert "the trial ran until 2018-08-02" in flow.refused["in the trial"]


def test_a_proposal_made_from_a_record_that_is_no_longer_in_force_is_not_approved(
    flow: Flow,
) -> None:
    assert flow.proposal is not None
    runs = flow.world.workspace.runs
    made = read_run(runs, str(flow.proposal.id))
    standing = Standing(look=read_run(runs, str(flow.looks[-1].id)), trials=(), approvals=())
    day = flow.world.as_of + timedelta(days=1)
    approving = Approving(by=CHAIR, role="tasking chair", reason="sound", in_force_from=day)
    check_approval(made, approving, standing)
    before = made["settings"]["before"]
    earlier = before | {"change_mean": 0.95 * before["change_mean"]}
    other = made | {"settings": made["settings"] | {"before": earlier}}
    with pytest.raises(RefusedError, match="not the one that it was made from"):
        check_approval(other, approving, standing)


def test_an_approved_effect_size_is_read_by_plans_from_its_day_on(flow: Flow) -> None:
    made = flow.approve()
    assert flow.proposal is not None
    assert flow.version_of_a_plan() == flow.proposal.id
    assert flow.approve().result.already
    newest, *rest = effects_of(flow.world.workspace)
    assert newest.approver == "Chris Chair (tasking chair)"
    assert [each.version for each in rest] == ["1"]
    listed = list_effects(flow.world.workspace).result
    assert [each.status for each in listed.proposals] == ["approved"]
    # What was used once is not used again.
    with pytest.raises(RefusedError, match="counts once"):
        flow.propose(str(flow.looks[-1].id))
    # Figures that were changed in the approval's file are found out.
    path = flow.world.workspace.runs / str(made.id) / "run.json"
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    content["settings"]["effect"]["change_mean"] = -0.5
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BadInputError, match="changed since"):
        flow.version_of_a_plan()
    path.write_text(text, encoding="utf-8")
    # An approval of figures that nobody proposed, made as a run of its own, is found out too.
    record = json.loads(text)
    settings = record["settings"] | {
        "effect": record["settings"]["effect"] | {"change_mean": -0.15}
    }
    inputs = tuple(RunInput(**each) for each in record["inputs"])
    start = date.fromisoformat(record["as_of"])
    forged = RunRecipe(
        kind="effect_approval",
        settings=settings,
        inputs=inputs,
        as_of=start,
        known_at=None,
        seed=0,
    ).record(NOON, result={})
    folder = keep(flow.world.workspace, forged, {})
    with pytest.raises(BadInputError, match="approves other figures"):
        flow.version_of_a_plan()
    shutil.rmtree(folder)


def test_effect_sizes_are_frozen_while_any_trial_is_running(flow: Flow) -> None:
    assert "frozen while a trial is running" in flow.refused["frozen"]
    assert "frozen while a trial is running" in flow.refused["frozen too"]


def test_a_trial_given_up_is_listed(flow: Flow) -> None:
    workspace = flow.world.workspace
    states = {each.trial_id: each.state for each in list_trials(workspace).result.trials}
    assert states[flow.later_id] == "ended"
    with pytest.raises(RefusedError, match="ended already"):
        end_trial(workspace, flow.later_id, reason="again", by=ANALYST, made_at=NOON)
    with pytest.raises(NotHeldError, match="is a look at a trial"):
        end_trial(workspace, str(flow.looks[0].id), reason="x", by=ANALYST, made_at=NOON)


def test_a_look_whose_numbers_were_changed_is_found_out(flow: Flow) -> None:
    path = flow.world.workspace.runs / str(flow.looks[-1].id) / "run.json"
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    content["result"]["evaluation"]["relative"]["value"] = -0.6
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BadInputError, match="found was changed"):
        flow.propose(str(flow.looks[-1].id))
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("evidence_level", 4, "its evidence is of level 4"),
        ("diagnostics", [{"check": "balance", "passed": False}], "balance failed"),
        ("flags", [{"code": "cannot-tell", "words": ""}], "these data cannot tell"),
        ("flags", [{"code": EXPLORATORY, "words": ""}], "could have been seen before the trial"),
    ],
)
def test_weak_evidence_teaches_nothing(flow: Flow, part: str, value: object, said: str) -> None:
    """A look like the last one, but for one part of what it found, kept as a run of its own."""
    record = read_run(flow.world.workspace.runs, str(flow.looks[-1].id))
    result = record["result"] | {"evaluation": record["result"]["evaluation"] | {part: value}}
    recipe = RunRecipe(
        kind="trial",
        settings=record["settings"] | {"found": found_digest(result), "trial": "n-none"},
        inputs=(),
        as_of=date.fromisoformat(record["as_of"]),
        known_at=None,
        seed=0,
    )
    folder = keep(flow.world.workspace, recipe.record(NOON, result=result), {})
    with pytest.raises(RefusedError, match=said):
        flow.propose(recipe.id)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("words", "verb"),
    [(("trials",), "evaluate-trials"), (("effect", "list"), "evaluate-effect-list")],
)
def test_the_lists_print_what_their_schemas_say(
    flow: Flow, words: tuple[str, ...], verb: str
) -> None:
    ran = CliRunner().invoke(
        cli, ["--workspace", str(flow.world.workspace.root), "evaluate", *words, "--json"]
    )
    assert ran.exit_code == 0, ran.output
    Draft202012Validator(verb_schema(verb)).validate(json.loads(ran.stdout))


def test_looks_and_proposals_print_what_their_schemas_say(flow: Flow) -> None:
    assert flow.proposal is not None
    for answer in (flow.looks[0], flow.looks[-1], flow.proposal):
        content = json.loads(json.dumps(envelope(answer)))
        Draft202012Validator(verb_schema(answer.verb)).validate(content)
