"""Jobs done by real processes: told of, cancelled, killed, taken up again; nothing half-made."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.jobs_asked import (
    ForecastAsked,
    IngestAsked,
    PlanAsked,
    PublishAsked,
)
from rightplace.app.service.jobs_asker import asker_of
from rightplace.app.service.jobs_locks import job_lock, noted_process
from rightplace.app.service.jobs_worker import ACTOR, Worker, settle_runs
from rightplace.app.workspace import Workspace
from rightplace.core.runs import read_run
from rightplace.errors import RefusedError
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.jobs.queue import claim
from rightplace.records.jobs.settings import JobSettings
from rightplace.records.stop.switch import Target, TargetKind, suspend
from tests.functional.job_world import NOON, Bench, job_workspace, now

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
AS_OF = date(2018, 6, 30)
FORECAST = ForecastAsked(as_of=AS_OF)
LONG = FORECAST
"""Starting its process and reading take a second or more."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("jobs") / "workspace"
    return job_workspace(folder).root


@pytest.fixture
def bench(prepared: Path, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(Workspace(root=shutil.copytree(prepared, tmp_path / "workspace")))
    yield made
    made.database.close()


@contextmanager
def working(bench: Bench) -> Iterator[threading.Event]:
    """A worker beside the test; leaving stops it."""
    stop = threading.Event()
    worker = Worker(workspace=bench.workspace, database=bench.database, now=now)
    thread = threading.Thread(target=worker.work, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def process_of(bench: Bench, job_id: str) -> int:
    """The process that does a job, once it has told of its progress."""
    bench.wait(lambda: bool(bench.said(job_id)))
    process = noted_process(job_lock(bench.workspace, job_id))
    assert process is not None
    return process


def is_alive(process: int) -> bool:
    """Whether a process is there and no zombie, which nobody may have asked after yet."""
    about = Path(f"/proc/{process}/stat")
    return about.is_file() and about.read_text().rpartition(")")[2].split()[0] != "Z"


def test_jobs_are_done_one_after_the_other_and_say_what_came_of_them(bench: Bench) -> None:
    plan = bench.ask(PlanAsked(as_of=AS_OF, crews="crews.csv", cover_elsewhere=True))
    ingest = bench.ask(IngestAsked(kind="crimes", names=("crews.csv",)))
    publish = bench.ask(PublishAsked(run_id="p-000000000000"))
    with working(bench):
        bench.wait(lambda: "records" in bench.said(plan))
        bench.wait(lambda: bench.job(publish).ended_at is not None)
    job = bench.job(plan)
    assert (job.state, job.attempts) == ("done", 1), job.outcome
    assert read_run(bench.workspace.runs, str(job.run_id))["kind"] == "plan"
    assert "planned, not achieved" in str(job.outcome)
    refused, missing = bench.job(ingest), bench.job(publish)
    assert (refused.state, refused.run_id, missing.state) == ("failed", None, "failed")
    assert "1 refused whole" in str(refused.outcome)
    assert str(bench.workspace.root) not in str(refused.outcome)
    assert "No run 'p-000000000000' in this workspace." in str(missing.outcome)
    assert verify(bench.database).is_intact


def test_who_asked_publishes_and_nobody_in_the_name_of_another_job(bench: Bench) -> None:
    job_id = bench.ask(PublishAsked(run_id="p-000000000001"))
    with pytest.raises(RefusedError):
        asker_of(bench.database, job_id, "p-000000000001")
    with transaction(bench.database, ACTOR, purpose="x", at=now()) as tx:
        claim(tx, worker="one")
    assert asker_of(bench.database, job_id, "p-000000000001").id == "u-001"
    for wrong in (("x", "p-000000000001"), (job_id, "p-000000000002")):
        with pytest.raises(RefusedError):
            asker_of(bench.database, *wrong)


def test_a_cancelled_job_ends_with_its_process_and_leaves_no_run(bench: Bench) -> None:
    job_id = bench.ask(LONG)
    with working(bench):
        process = process_of(bench, job_id)
        bench.cancel(job_id)
        bench.wait(lambda: bench.job(job_id).ended_at is not None)
        assert not is_alive(process)
    assert (bench.job(job_id).state, bench.runs()) == ("cancelled", [])
    with transaction(bench.database, Actor(id="u-9", name="x"), purpose="x", at=NOON) as tx:
        acts = by_record(tx, record_type="job", record_id=job_id)
    assert [act.actor_id for act in acts] == ["u-001", "job-worker", "u-001", "job-worker"]


def test_a_job_whose_process_is_killed_fails_and_leaves_no_run(bench: Bench) -> None:
    job_id = bench.ask(LONG)
    with working(bench):
        os.kill(process_of(bench, job_id), signal.SIGKILL)
        bench.wait(lambda: bench.job(job_id).ended_at is not None)
    job = bench.job(job_id)
    assert (job.state, bench.runs()) == ("failed", [])
    assert "SIGKILL" in str(job.outcome)


def test_a_service_killed_in_the_midst_of_a_job_says_at_its_next_start_that_it_resumed(
    bench: Bench, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    root = str(bench.workspace.root)
    command = [sys.executable, "-m", "rightplace", "--workspace", root, "serve", "--port", port]
    job_id, told = bench.ask(LONG), tmp_path / "told"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as killed:
        process = process_of(bench, job_id)
        killed.kill()
    os.kill(process, signal.SIGSTOP)
    assert is_alive(process), "its process does not end with it, and now it would last for ever"
    assert bench.job(job_id).state == "running"
    with (
        told.open("wb") as written,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=written) as again,
    ):
        bench.wait(lambda: bench.job(job_id).attempts == 2)
        alive = is_alive(process)
        if alive:
            os.killpg(process, signal.SIGKILL)
        bench.wait(lambda: bench.job(job_id).ended_at is not None)
        again.terminate()
    when = f"{bench.job(job_id).asked_at:%d %B %Y}"
    assert f"Resumed: forecast asked for on {when}" in told.read_text()
    assert not alive, "two processes never do one job"
    job = bench.job(job_id)
    assert (job.state, job.attempts, bench.runs()) == ("done", 2, [job.run_id])
    assert [path.name for path in (bench.workspace.root / "jobs").iterdir()] == []
    assert verify(bench.database).is_intact


def test_a_worker_that_is_stopped_puts_its_job_back(bench: Bench) -> None:
    job_id = bench.ask(LONG)
    with working(bench):
        process = process_of(bench, job_id)
    assert not is_alive(process)
    job = bench.job(job_id)
    assert (job.state, job.attempts, bench.runs()) == ("queued", 0, [])


def test_what_is_suspended_is_not_begun_and_ends_where_it_runs(bench: Bench) -> None:
    def stop(name: str) -> None:
        target = Target(kind=TargetKind.MODEL, name=name)
        with transaction(bench.database, Actor(id="u-9", name="x"), purpose="x", at=now()) as tx:
            suspend(tx, target, reason="Scores drift.")

    running = bench.ask(FORECAST)
    with working(bench):
        process_of(bench, running)
        stop("additive_memory")
        bench.wait(lambda: bench.job(running).ended_at is not None)
        later = bench.ask(FORECAST)
        bench.wait(lambda: bench.job(later).ended_at is not None)
    for job_id in (running, later):
        assert bench.job(job_id).state == "failed"
        assert "Scores drift." in str(bench.job(job_id).outcome)
    assert bench.runs() == []


def test_a_file_that_has_left_the_inbox_is_told_of(bench: Bench) -> None:
    job_id = bench.ask(IngestAsked(kind="crimes", names=("gone.csv",)))
    stop = threading.Event()
    worker = Worker(workspace=bench.workspace, database=bench.database, now=now)
    assert worker.do_next(JobSettings(), stop)
    assert "no such file" in str(bench.job(job_id).outcome)


def test_what_a_killed_process_left_half_made_goes_and_what_it_set_aside_comes_back(
    tmp_path: Path,
) -> None:
    for name in (".part-f-1-77", ".old-f-1-77", ".old-f-2-77", "f-2", ".part-f-3-78"):
        (tmp_path / name).mkdir()
    (tmp_path / ".old-f-1-77" / "run.json").write_text("{}")
    settle_runs(tmp_path, 77)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".part-f-3-78", "f-1", "f-2"]
    assert (tmp_path / "f-1" / "run.json").is_file()
