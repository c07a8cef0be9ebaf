"""Use case: a worker of its own, beside the web application or on a second machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from threading import Event

    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkResult:
    """What a worker did.

    Parameters
    ----------
    worker
        Its name; empty where nothing was to be done.
    ended
        Jobs that it brought to an end, good or bad.
    waiting
        Jobs that wait for a worker now.
    """

    worker: str
    ended: int
    waiting: int


def work(
    workspace: Workspace,
    *,
    now: Callable[[], datetime],
    tell: Callable[[str], None],
    stop: Event,
    until_idle: bool = False,
) -> Answer[WorkResult]:
    """Do the jobs that people asked for, until stopped or, if wished, until none waits.

    Parameters
    ----------
    workspace
        Where jobs work; one without an operational database is refused.
    now
        The time, which the command line reads.
    tell
        Told what is resumed, and what cannot be noted.
    stop
        Set to end: the job under way goes back into the queue.
    until_idle
        Whether to end once no job waits.
    """
    from rightplace.app.service.database import open_records
    from rightplace.app.service.jobs_worker import Worker

    database = open_records(workspace)
    try:
        worker = Worker(workspace=workspace, database=database, now=now, tell=tell)
        worker.work(stop, until_idle=until_idle)
    finally:
        database.close()
    waiting = to_work(workspace).result.waiting
    result = WorkResult(worker=worker.name, ended=worker.ended, waiting=waiting)
    return Answer(verb="work", result=result)


def to_work(workspace: Workspace) -> Answer[WorkResult]:
    """Return how many jobs wait; nothing is done.

    Parameters
    ----------
    workspace
        Where jobs work.
    """
    from sqlalchemy import select

    from rightplace.app.service.database import open_records
    from rightplace.records.audit.transaction import reading
    from rightplace.records.jobs.queue import State
    from rightplace.records.jobs.tables import Job

    database = open_records(workspace)
    try:
        with reading(database) as quiet:
            waiting = quiet.unshown(select(Job).where(Job.state == State.QUEUED.value))
    finally:
        database.close()
    return Answer(verb="work", result=WorkResult(worker="", ended=0, waiting=len(waiting)))
