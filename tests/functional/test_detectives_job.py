"""A look ahead that a job makes: from a setup of the inbox to a run that can be published."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.database import create_records
from rightplace.app.service.detectives_asked import DetectivesAsked
from rightplace.app.service.detectives_page import read_looks
from rightplace.app.service.jobs_asked import PublishAsked
from rightplace.app.service.jobs_worker import Worker
from rightplace.app.service.shelf import Shelf
from rightplace.app.workspace import Workspace
from tests.detective_setups import write_setup
from tests.functional.job_world import ANN, NOON, Bench, now
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workspace with an operational database and a setup in its inbox."""
    root = tmp_path / "workspace"
    (root / "inbox").mkdir(parents=True)
    quick = "[jobs]\nlook_seconds = 0.1\ntick_seconds = 0.1\n"
    root.joinpath("rightplace.toml").write_text(quick, encoding="utf-8")
    write_setup(root / "inbox" / "units.toml")
    root.joinpath("inbox", "other.toml").write_text("title = 'nothing'\n", encoding="utf-8")
    workspace = Workspace(root=root)
    create_records(workspace, ANN, kind="service", at=NOON).close()
    made = Bench(workspace)
    yield made
    made.database.close()


def work(bench: Bench) -> None:
    worker = Worker(workspace=bench.workspace, database=bench.database, now=now)
    worker.work(Event(), until_idle=True)


def test_s5_a_setup_of_the_inbox_is_looked_ahead_at_and_then_published(bench: Bench) -> None:
    looked = bench.ask(DetectivesAsked(setup="units.toml", futures=20))
    work(bench)
    job = bench.job(looked)
    assert job.state == "done", job.outcome
    assert str(job.run_id).startswith("i-")
    assert f"Publish {job.run_id}, and its page says what came out." in str(job.outcome)
    published = bench.ask(PublishAsked(run_id=str(job.run_id)))
    work(bench)
    assert bench.job(published).state == "done", bench.job(published).outcome
    (line,) = read_looks(Shelf(bench.database), person=ANALYST, at=NOON, marking="OFFICIAL")
    assert line.id == job.run_id


def test_a_setup_that_cannot_be_fails_with_its_fault_and_keeps_no_run(bench: Bench) -> None:
    looked = bench.ask(DetectivesAsked(setup="other.toml", futures=20))
    work(bench)
    job = bench.job(looked)
    assert (job.state, job.run_id) == ("failed", None)
    assert "unit" in str(job.outcome)
    assert str(bench.workspace.root) not in str(job.outcome)
