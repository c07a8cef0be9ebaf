"""In whose name a job publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database


def asker_of(database: Database, job_id: str, run_id: str) -> Actor:
    """Return who asked for a running job that publishes a run, as the audit chain names them.

    Parameters
    ----------
    database
        Where the job is kept: nothing is taken from whoever calls.
    job_id
        The job.
    run_id
        The run that it publishes.

    Raises
    ------
    RefusedError
        If no such job runs.
    """
    from rightplace.app.service.jobs_asked import PublishAsked, asked_again
    from rightplace.records.accounts.tables import Account
    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import reading
    from rightplace.records.jobs.queue import State
    from rightplace.records.jobs.tables import Job

    with reading(database) as quiet:
        job = quiet.unshown_one(Job, job_id)
        runs = job is not None and job.state == State.RUNNING and job.verb == PublishAsked.verb
        if (
            job is None
            or not runs
            or asked_again(job.verb, job.arguments) != PublishAsked(run_id=run_id)
        ):
            msg = f"No job runs that publishes {run_id}."
            raise RefusedError(msg, value=job_id, remedy="Publish it without --job.")
        account = quiet.unshown_one(Account, job.asked_by)
    name = job.asked_by if account is None else account.display_name
    return Actor(id=job.asked_by, name=f"{name}, by a job")
