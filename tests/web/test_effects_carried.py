"""From a trial in a workspace to the plan: proposed, published, approved by two, read by plans."""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.app.effects.kept import effects_of
from rightplace.app.effects.propose import propose_effect
from rightplace.app.evaluation.trial import TrialFiles, TrialOptions
from rightplace.app.evaluation.trial_lock import end_trial, lock_trial
from rightplace.app.evaluation.trial_look import look_at_trial
from rightplace.app.evidence import Question
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.service.data_page import HeldData
from rightplace.app.service.database import create_records
from rightplace.app.service.effects_carried import carry
from rightplace.app.service.jobs_worker import Worker
from rightplace.app.service.publish import publish_run, to_publish
from rightplace.app.service.shelf import Shelf
from rightplace.app.service.web_settings import WebSettings
from rightplace.core.runs import code_version, read_run
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.decided.effect_table import EffectDecision
from rightplace.records.decided.effects import EffectDecided, EffectVerdict, keep_decision
from rightplace.records.jobs.tables import Job
from rightplace.records.published.tables import PublishedRun
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.document_world import file_six
from tests.trial_world import Trial
from tests.walks import NOON
from tests.web.published import NOW
from tests.web.signed_in import ANALYST, KnownCookies, cookie, person
from tests.worlds import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.records.database.front import Database

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
PROPOSER = "Ann Analyst"
PEOPLE = {
    "chris": person("u-020", "Chris Chair", Role.TASKING_CHAIR),
    "ada": person("u-021", "Ada Commander", Role.AREA_COMMANDER),
}
LOCKED = """
title = "July trial"
question = "Do visits help in places of middling rate?"
starts = 2018-07-06
ends = 2018-07-19
plans = 2
looks = [2]
smallest_change = -0.1
stop_rule = "Stop where a boundary is crossed."
"""
LATER = LOCKED.replace("July", "Autumn").replace("2018-07-06", "2018-09-07")
LATER = LATER.replace("2018-07-19", "2018-09-20")


@dataclass
class Chain:
    """A workspace whose trial is over, with an effect size proposed and published."""

    world: Trial
    database: Database
    client: TestClient
    trial_id: str
    look_id: str
    proposal_id: str
    forecast_id: str

    def lock(self, text: str) -> str:
        path = self.world.root / "trial.toml"
        path.write_text(text, encoding="utf-8")
        made = lock_trial(self.world.workspace, path, locked_by=PROPOSER, made_at=NOON)
        return str(made.id)

    def approve(self, who: str, *, start: str) -> None:
        """Approve in the service: open the form, send it."""
        address = f"/operations/effects/{self.proposal_id}/acts/approve"
        html = self.client.get(address, headers=cookie(who)).text
        form = re.search(r'<form method="post" action="/operations.*?</form>', html, re.DOTALL)
        assert form is not None, html
        found = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form[0]))
        sent = self.client.post(
            address,
            data=found | {"reason": f"Sound, says {who}.", "start": start},
            headers=cookie(who),
        )
        assert sent.status_code == 303, sent.text

    def work(self) -> Job:
        """Let a worker do the job that waits, in a process of its own."""
        worker = Worker(workspace=self.world.workspace, database=self.database, now=lambda: NOW)
        worker.work(threading.Event(), until_idle=True)
        (job,) = self.rows(Job)
        assert isinstance(job, Job)
        return job

    def rows(self, table: Any) -> Any:  # noqa: ANN401 - any table
        with reading(self.database) as quiet:
            return quiet.unshown(select(table))

    def version_of_a_plan(self) -> str:
        """The record that ``rightplace plan`` reads for the coming week."""
        made = plan(
            self.world.workspace,
            self.forecast_id,
            as_of=self.world.as_of,
            days=DAYS,
            options=PlanOptions(crews_file=self.world.crews(), dry_run=True),
            made_at=NOON,
        )
        return made.result.effect.version

    def page(self, who: str = "chris") -> str:
        answer = self.client.get(f"/operations/effects/{self.proposal_id}", headers=cookie(who))
        assert answer.status_code == 200
        return str(answer.text)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """Two weeks of a trial in which visits take four tenths of the week's violence."""
    world = Trial(tmp_path_factory.mktemp("carried") / "force", ratio=0.6)
    database = create_records(world.workspace, ANALYST.actor, kind="service", at=NOW)
    desk = Desk(
        settings=WebSettings(),
        shelf=Shelf(database),
        sessions=KnownCookies(people=dict(PEOPLE)),
        now=lambda: NOW,
        data=HeldData(world.workspace),
    )
    client = TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)
    made = Chain(world, database, client, "", "", "", "")
    made.trial_id = made.lock(LOCKED)
    world.week()
    world.week()
    made.look_id = look(made)
    made.forecast_id = world.forecast()
    made.proposal_id = proposed(made)
    with transaction(database, ANALYST.actor, purpose="Documents.", at=NOW) as tx:
        code = read_run(world.workspace.runs, made.forecast_id)["code_version"]
        for each in {code, code_version()}:
            file_six(tx, subject="fading", code=each)
    yield made
    database.close()


def look(made: Chain) -> str:
    files = TrialFiles(visits=made.world.visits())
    answer = look_at_trial(
        made.world.workspace,
        made.trial_id,
        Question(as_of=made.world.as_of),
        options=TrialOptions(plans=(), files=files),
        unplanned=None,
        made_at=NOON,
    )
    return str(answer.id)


def proposed(made: Chain) -> str:
    answer = propose_effect(
        made.world.workspace,
        made.look_id,
        forecast_id=made.forecast_id,
        options=PlanOptions(crews_file=made.world.crews()),
        by=PROPOSER,
        made_at=NOON,
    )
    return str(answer.id)


def test_a_proposal_is_published_with_its_trial_and_forecast(chain: Chain) -> None:
    workspace = chain.world.workspace
    needed = {chain.trial_id, chain.look_id, chain.forecast_id, chain.proposal_id}
    assert needed < set(to_publish(workspace, chain.proposal_id).result.published)
    # A look brings the lock, and the lock every look: none is kept back.
    for each in (chain.trial_id, chain.look_id):
        told = to_publish(workspace, each).result.published
        assert {chain.trial_id, chain.look_id} < set(told)
        assert told[-1] == each


def test_an_approval_goes_from_the_service_through_a_job_to_the_plan(chain: Chain) -> None:
    workspace = chain.world.workspace
    publish_run(workspace, chain.database, chain.proposal_id, actor=ANALYST.actor, at=NOW)
    assert chain.version_of_a_plan() == "1"

    chain.approve("chris", start="2018-07-20")
    assert "approved, and being put into force" in chain.page()
    (decided,) = chain.rows(EffectDecision)

    # A trial that runs in the workspace and was not published: the same rule refuses there.
    later = chain.lock(LATER)
    with pytest.raises(RefusedError, match=f"frozen while a trial is running: {later}"):
        carry(workspace, chain.database, decided.id, actor=ANALYST.actor, at=NOW)
    assert [each.version for each in effects_of(workspace)] == ["1"]
    end_trial(workspace, later, reason="no crews", by=PROPOSER, made_at=NOON)

    done = chain.work()
    assert done.state == "done", done.outcome
    assert f"{chain.proposal_id} is approved by Chris Chair (tasking chair)" in str(done.outcome)
    newest, shipped = effects_of(workspace)
    assert (newest.version, shipped.version) == (chain.proposal_id, "1")
    assert newest.approver == "Chris Chair (tasking chair)"
    assert newest.in_force_from == date(2018, 7, 20)
    kept = read_run(workspace.runs, str(done.run_id))
    assert kept["settings"]["reason"] == "Sound, says chris."
    assert str(done.run_id) in {run.id for run in chain.rows(PublishedRun)}
    assert "Plans read it from 20 July 2018." in chain.page()
    assert chain.version_of_a_plan() == chain.proposal_id
    again = carry(workspace, chain.database, decided.id, actor=ANALYST.actor, at=NOW)
    assert again.result.already
    assert verify(chain.database).is_intact


def test_what_somebody_declined_is_never_carried(chain: Chain) -> None:
    with transaction(chain.database, PEOPLE["ada"].actor, purpose="x", at=NOW) as tx:
        declined = EffectDecided(
            id=str(uuid.uuid4()), proposal_id=chain.proposal_id, verdict=EffectVerdict.DECLINED,
            in_force_from=None, reason="Two weeks are few.", role="area commander",
        )  # fmt: skip
        keep_decision(tx, declined)
    with pytest.raises(RefusedError, match="was declined: Two weeks are few"):
        carry(chain.world.workspace, chain.database, declined.id, actor=ANALYST.actor, at=NOW)
