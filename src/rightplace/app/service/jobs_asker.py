"""In whose name a job publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.app.service.jobs_asked import Asked
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database


def asker_of(database: Database, job_id: str, run_id: str) -> Actor:
    """Return who asked for a running job that publishes a run, as the audit chain names them.

    A job that is none, or publishes another run, is refused.

    Parameters
    ----------
    database
        Where the job is kept: nothing is taken from whoever calls.
    job_id
        The job.
    run_id
        The run that it publishes.
    """
    from rightplace.app.service.jobs_asked import PublishAsked

    wanted = PublishAsked(run_id=run_id)
    what = f"publishes {run_id}"
    return _asker(database, job_id, is_it=lambda asked: asked == wanted, what=what)


def judge_of(database: Database, job_id: str, op_id: str) -> Actor:
    """Return who asked for a running job that judges an operation, as the audit chain names them.

    A job that is none, or judges another, raises as ``asker_of``.

    Parameters
    ----------
    database
        Where the job is kept.
    job_id
        The job.
    op_id
        The operation that it judges.
    """
    from rightplace.app.service.jobs_asked import EvaluateAsked

    def is_it(asked: Asked) -> bool:
        return isinstance(asked, EvaluateAsked) and asked.operation_id == op_id

    return _asker(database, job_id, is_it=is_it, what=f"judges {op_id}")


def approver_of(database: Database, job_id: str, decision_id: str) -> Actor:
    """Return who asked for a running job that puts an effect size into force.

    A job that is none, or carries another decision, raises as ``asker_of``.

    Parameters
    ----------
    database
        Where the job is kept.
    job_id
        The job.
    decision_id
        The decision that it carries.
    """
    from rightplace.app.service.effects_asked import ApproveEffectAsked

    def is_it(asked: Asked) -> bool:
        return isinstance(asked, ApproveEffectAsked) and asked.decision_id == decision_id

    return _asker(database, job_id, is_it=is_it, what=f"carries {decision_id}")


def _asker(database: Database, job_id: str, *, is_it: Callable[[Asked], bool], what: str) -> Actor:
    from rightplace.app.service.jobs_asked import asked_again
    from rightplace.records.accounts.tables import Account
    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import reading
    from rightplace.records.jobs.queue import State
    from rightplace.records.jobs.tables import Job

    with reading(database) as quiet:
        job = quiet.unshown_one(Job, job_id)
        runs = job is not None and job.state == State.RUNNING
        if job is None or not runs or not is_it(asked_again(job.verb, job.arguments)):
            msg = f"No job runs that {what}."
            raise RefusedError(msg, value=job_id, remedy="Do it without --job.")
        account = quiet.unshown_one(Account, job.asked_by)
    name = job.asked_by if account is None else account.display_name
    return Actor(id=job.asked_by, name=f"{name}, by a job")
