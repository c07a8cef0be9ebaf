"""Four LSOAs with an operational database and an inbox: a workspace in which jobs are done."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rightplace.app.areas import define_area
from rightplace.app.ingest import ingest
from rightplace.app.service.database import create_records, open_records
from rightplace.app.service.jobs_asked import as_arguments
from rightplace.app.workspace import Workspace
from rightplace.places import AreaSettings, Unit
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.jobs.queue import JobAsked, ask, cancel, held_job
from rightplace.records.jobs.tables import JobProgress
from tests.functional.four_cells import write_crews, write_outlines, write_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rightplace.app.service.jobs_asked import Asked
    from rightplace.records.database.front import Database
    from rightplace.records.jobs.tables import Job

ANN = Actor(id="u-001", name="Ann Analyst")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PATIENCE = 60.0


def now() -> datetime:
    return datetime.now(tz=UTC)  # noqa: TID251 - a worker is handed the clock


def job_workspace(root: Path, *, threads: int = 1) -> Workspace:
    """Records taken in, an area, an inbox of three files, a database of no demo."""
    root.mkdir(exist_ok=True)
    (root / "rightplace.toml").write_text(
        f"[engine]\nthreads = {threads}\n[jobs]\nlook_seconds = 0.1\ntick_seconds = 0.1\n"
    )
    workspace = Workspace(root=root)
    inbox = root / "inbox"
    inbox.mkdir()
    ingest(workspace, [write_records(inbox / "street.csv")], kind="crimes")
    write_crews(inbox / "crews.csv")
    define_area(
        workspace, write_outlines(root / "lsoa.geojson"), AreaSettings(unit=Unit.LSOA, name="Four")
    )
    create_records(workspace, ANN, kind="service", at=NOON).close()
    return workspace


class Bench:
    """A workspace with its open database: jobs are asked for, and looked at."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.database: Database = open_records(workspace)

    def ask(self, asked: Asked) -> str:
        job_id = str(uuid.uuid4())
        given = JobAsked(id=job_id, verb=asked.verb, arguments=as_arguments(asked))
        with transaction(self.database, ANN, purpose="Jobs.", at=now()) as tx:
            ask(tx, given)
        return job_id

    def cancel(self, job_id: str) -> None:
        with transaction(self.database, ANN, purpose="No need.", at=now()) as tx:
            cancel(tx, job_id)

    def job(self, job_id: str) -> Job:
        with reading(self.database) as quiet:
            return held_job(quiet, job_id)

    def said(self, job_id: str) -> str:
        with reading(self.database) as quiet:
            progress = quiet.unshown_one(JobProgress, job_id)
            return "" if progress is None else progress.said

    def wait(self, what: Callable[[], bool]) -> None:
        """Wait until something is so; fail where it does not become so."""
        end = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < end, "it did not become so"
            time.sleep(0.02)

    def runs(self) -> list[str]:
        """What stands in the folder of runs, hidden leftovers too."""
        folder = self.workspace.runs
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
