"""A changed plan made by a job and published at once, in the name of who asked for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rightplace.app.changed.use_case import change_plan
from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.answer import Answer
    from rightplace.app.changed.changes import Changes
    from rightplace.app.changed.result import ChangedPlan
    from rightplace.app.changed.use_case import ChangeOptions
    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database


def change_and_publish(
    workspace: Workspace,
    parent_id: str,
    changes: Changes,
    options: ChangeOptions,
    *,
    job_id: str,
    made_at: datetime,
) -> Answer[ChangedPlan]:
    """Make a changed plan and publish it, so that it can be compared and decided on.

    Whoever may change a plan may have the change shown; it is in force only by a decision.

    Parameters
    ----------
    workspace
        Where the plan is.
    parent_id, changes, options, made_at
        As in ``change_plan``.
    job_id
        The job that asks for it: nothing is taken from whoever calls.
    """
    from rightplace.app.service.database import open_records
    from rightplace.app.service.publish import publish_run

    database = open_records(workspace)
    try:
        actor = _asker(database, job_id, parent_id)
        answer = change_plan(workspace, parent_id, changes, options, made_at=made_at)
        options.progress("Publishing the changed plan")
        told = publish_run(workspace, database, str(answer.id), actor=actor, at=made_at)
    finally:
        database.close()
    return replace(answer, result=replace(answer.result, published=told.result.published))


def _asker(database: Database, job_id: str, parent_id: str) -> Actor:
    """Return who asked for a running job that changes a plan.

    Raises
    ------
    RefusedError
        If no such job runs.
    """
    from rightplace.app.service.changes_asked import ChangedPlanAsked
    from rightplace.app.service.jobs_asked import asked_again
    from rightplace.records.accounts.tables import Account
    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import reading
    from rightplace.records.jobs.queue import State
    from rightplace.records.jobs.tables import Job

    with reading(database) as quiet:
        job = quiet.unshown_one(Job, job_id)
        asked = None
        if job is not None and job.state == State.RUNNING:
            asked = asked_again(job.verb, job.arguments)
        if job is None or not isinstance(asked, ChangedPlanAsked) or asked.plan_id != parent_id:
            msg = f"No job runs that changes {parent_id}."
            raise RefusedError(msg, value=job_id, remedy="Change it without --job.")
        account = quiet.unshown_one(Account, job.asked_by)
    name = job.asked_by if account is None else account.display_name
    return Actor(id=job.asked_by, name=f"{name}, by a job")
