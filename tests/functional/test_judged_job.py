"""A locked operation judged and published by a job: whoever asked is named, null results too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from threading import Event
from typing import TYPE_CHECKING

import pytest

from rightplace.app.evaluation.register import read_register
from rightplace.app.evaluation.register.use_case import (
    Telling,
    lock_operation,
    register_operation,
    show_units,
)
from rightplace.app.service.database import create_records
from rightplace.app.service.jobs_asked import EvaluateAsked
from rightplace.app.service.jobs_asker import judge_of
from rightplace.app.service.jobs_worker import ACTOR, Worker
from rightplace.app.service.operation_judged import judgeable, take_in
from rightplace.app.service.operation_report import read_reports
from rightplace.app.service.shelf import Shelf
from rightplace.app.workspace import Workspace
from rightplace.errors import RefusedError
from rightplace.evaluate.operations.entries import Locked, Registered, UnitTold, Withdrawn
from rightplace.evaluate.operations.travel import Travelling, taking_in
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.jobs.queue import claim
from rightplace.records.operations.log import read_register as served_register
from rightplace.records.operations.log import tell
from tests.functional.job_world import ANN, NOON, Bench, now
from tests.functional.test_evaluate_report_verb import PLAN, UNITS
from tests.operation_plans import Town
from tests.web.signed_in import ANALYST
from tests.worlds import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCKED_AT = datetime(2018, 9, 1, 9, tzinfo=UTC)
AS_OF = date(2018, 9, 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workspace with an operational database and an empty register."""
    root = tmp_path / "workspace"
    root.mkdir()
    quick = "[jobs]\nlook_seconds = 0.1\ntick_seconds = 0.1\n"
    root.joinpath("rightplace.toml").write_text(quick, encoding="utf-8")
    workspace = Workspace(root=root)
    create_records(workspace, ANN, kind="service", at=NOON).close()
    made = Bench(workspace)
    yield made
    made.database.close()


def locked_in(workspace: Workspace, folder: Path) -> str:
    """The id of an operation that is registered and locked in a workspace."""
    telling = Telling(at=LOCKED_AT, by="A Analyst")
    (folder / "units.toml").write_text(UNITS, encoding="utf-8")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    show_units(workspace, telling, on=telling.at.date(), add=folder / "units.toml")
    op_id = str(register_operation(workspace, folder / "plan.toml", telling).id)
    lock_operation(workspace, op_id, telling)
    return op_id


def moved_to_service(bench: Bench, op_id: str) -> None:
    """Hold the locked operation in the service's register, and in the workspace's no more."""
    register = read_register(bench.workspace)
    carried = Travelling(lock=register.locked_plan(op_id), units=register.units.events)
    with transaction(bench.database, ANN, purpose="Register.", at=NOON) as tx:
        tell(tx, taking_in(served_register(tx), carried, source="a file"))
    for path in (bench.workspace.root / "operations").iterdir():
        path.unlink()


def test_an_operation_locked_in_the_service_alone_is_judged_published_and_noted_in_both(
    bench: Bench, tmp_path: Path
) -> None:
    Town(bench.workspace.root, publish(tmp_path / "files"))
    op_id = locked_in(bench.workspace, tmp_path)
    moved_to_service(bench, op_id)
    offered = judgeable(bench.workspace, bench.database, person=ANALYST, at=NOON)
    assert offered == [(op_id, f"Operation Teasel ({op_id})")]
    job_id = bench.ask(EvaluateAsked(operation_id=op_id, as_of=AS_OF, own_only=True))
    Worker(workspace=bench.workspace, database=bench.database, now=now).work(
        Event(), until_idle=True
    )
    job = bench.job(job_id)
    assert job.state == "done", job.outcome
    assert "Operation Teasel: Exploratory" in str(job.outcome)
    (line,) = read_reports(Shelf(bench.database), person=ANALYST, at=NOON)
    assert line.id == job.run_id
    kept = read_register(bench.workspace)
    with reading(bench.database) as quiet:
        served = served_register(quiet)
    for register in (kept, served):
        (noted,) = register.operation(op_id).results
        assert (noted.run_id, noted.verdict) == (job.run_id, line.verdict)
        assert register.entries[-1].by == "u-001, by a job"
    assert kept.locked_plan(op_id) == served.locked_plan(op_id)
    assert kept.operation(op_id).taken_in_from == "the register of the service"
    assert not take_in(bench.workspace, bench.database, op_id, by="x", at=NOON)


def test_one_that_is_locked_nowhere_fails_with_what_to_do_and_nothing_is_published(
    bench: Bench,
) -> None:
    job_id = bench.ask(EvaluateAsked(operation_id="op-0123456789ab", as_of=AS_OF))
    Worker(workspace=bench.workspace, database=bench.database, now=now).work(
        Event(), until_idle=True
    )
    job = bench.job(job_id)
    assert (job.state, job.run_id) == ("failed", None)
    assert "op-0123456789ab" in str(job.outcome)
    assert read_reports(Shelf(bench.database), person=ANALYST, at=NOON) == ()


def test_one_withdrawn_in_the_service_is_judged_no_more_though_the_workspace_holds_its_lock(
    bench: Bench, tmp_path: Path
) -> None:
    Town(bench.workspace.root, publish(tmp_path / "files"))
    op_id = locked_in(bench.workspace, tmp_path)
    register = read_register(bench.workspace)
    before = datetime(2017, 12, 1, tzinfo=UTC)
    plan, lock = register.operation(op_id).plan, register.locked_plan(op_id)
    told = [UnitTold(event=each) for each in register.units.events]
    locked = Locked(
        op_id=op_id,
        sha256=lock.sha256,
        locked_at=before,
        locked_by=ANN.name,
        results_held_to=None,
    )
    gone = Withdrawn(op_id=op_id, because="No officers.")
    with transaction(bench.database, ANN, purpose="Register.", at=before) as tx:
        tell(tx, [*told, Registered(plan=plan), locked, gone])
    assert judgeable(bench.workspace, bench.database, person=ANALYST, at=NOON) == []
    with pytest.raises(RefusedError, match="was withdrawn"):
        take_in(bench.workspace, bench.database, op_id, by="x", at=NOON)


def test_nobody_judges_in_the_name_of_another_job(bench: Bench) -> None:
    op_id, other = "op-0123456789ab", "op-ba9876543210"
    job_id = bench.ask(EvaluateAsked(operation_id=op_id, as_of=AS_OF))
    with pytest.raises(RefusedError):
        judge_of(bench.database, job_id, op_id)
    with transaction(bench.database, ACTOR, purpose="x", at=now()) as tx:
        claim(tx, worker="one")
    assert judge_of(bench.database, job_id, op_id).id == "u-001"
    for wrong in (("x", op_id), (job_id, other)):
        with pytest.raises(RefusedError):
            judge_of(bench.database, *wrong)
