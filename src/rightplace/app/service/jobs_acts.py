"""Use cases: ask for a job, ask for it again, cancel it, have its run published."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.jobs_asked import KINDS, PublishAsked, as_arguments, asked_again
from rightplace.app.service.jobs_page import SEE
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.jobs_asked import Asked
    from rightplace.app.service.person import Person
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.database.front import Database
    from rightplace.records.jobs.tables import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, by which form, when.

    Parameters
    ----------
    person
        Their role must let them ask for it.
    form_id
        UUID of the form: sent twice it asks once.
    at
        The time now.
    most_waiting
        How many jobs of one person may wait at a time.
    """

    person: Person
    form_id: str
    at: datetime
    most_waiting: int


def ask_for(database: Database, asked: Asked, asking: Asking) -> str:
    """Put a job into the queue and return its id.

    Something suspended that the job rests on is told of when it is to begin.

    Parameters
    ----------
    database
        Where it is kept.
    asked
        What is asked for.
    asking
        Who asks.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.jobs.queue import JobAsked, ask

    asking.person.check(asked.permission)
    job_id, actor = str(uuid.UUID(asking.form_id)), asking.person.actor
    given = JobAsked(id=job_id, verb=asked.verb, arguments=as_arguments(asked))
    with transaction(database, actor, purpose=f"Ask for: {asked.verb}.", at=asking.at) as tx:
        ask(tx, given, most_waiting=asking.most_waiting)
    return job_id


def ask_again(database: Database, job_id: str, asking: Asking) -> str:
    """Ask anew for what a job asked for; return the new job's id. Parameters as in ``ask_for``."""
    from rightplace.records.audit.transaction import reading
    from rightplace.records.jobs.queue import held_job

    asking.person.check(SEE)
    with reading(database) as quiet:
        job = held_job(quiet, job_id)
        check_place(quiet, job, asking.person)
    asked = asked_again(job.verb, job.arguments)
    return ask_for(database, asked, asking)


def check_place(quiet: Reading, job: Job, person: Person) -> None:
    """Check that a job that changes a plan is of a BCU in which somebody may change plans.

    Other jobs are of no place. One that may not raises ``RefusedError``.

    Parameters
    ----------
    quiet
        What it is read with.
    job
        The job; that of a change has the change's id, or names it where it was asked for again.
    person
        Who would ask for it again, or cancel it.
    """
    from rightplace.records.decided.change_table import PlanChange

    change_id = json.loads(job.arguments).get("change_id")
    change = None if change_id is None else quiet.unshown_one(PlanChange, change_id)
    if change is not None:
        person.check(Permission.CHANGE_PLAN, bcu=change.bcu)


def publish_run_of(database: Database, job_id: str, asking: Asking) -> str:
    """Ask for the run of a job to be published; return the new job's id.

    Parameters as in ``ask_for``.

    Raises
    ------
    BadInputError
        If it made no run.
    """
    from rightplace.records.audit.transaction import reading
    from rightplace.records.jobs.queue import held_job

    asking.person.check(Permission.PUBLISH)
    with reading(database) as quiet:
        run_id = held_job(quiet, job_id).run_id
    if run_id is None:
        msg = "This job made no run."
        raise BadInputError(msg, value=job_id, remedy="Look at what came of it.")
    asked = PublishAsked(run_id=run_id)
    return ask_for(database, asked, asking)


def cancel_job(database: Database, job_id: str, *, person: Person, at: datetime) -> None:
    """Cancel a job that has not ended; whoever may ask for such a job may.

    Parameters
    ----------
    database
        Where it is kept.
    job_id
        The job.
    person
        Who cancels.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.jobs.queue import cancel, held_job

    person.check(SEE)
    with transaction(database, person.actor, purpose="Cancel a job.", at=at) as tx:
        job = held_job(tx, job_id)
        person.check(KINDS[job.verb].permission)
        check_place(tx, job, person)
        cancel(tx, job_id)
