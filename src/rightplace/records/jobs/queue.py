"""The life of a job: asked for, taken by one worker, ended once, found again after a crash.

Each function works inside a transaction, and transactions that write come one after the other on
both databases; so no two workers take one job, and no job ends twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.core.canonical import canonical_json
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import MOST_CHARACTERS, client_id
from rightplace.records.jobs.tables import Job, JobProgress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rightplace.records.audit.transaction import Reading, Transaction


class State(StrEnum):
    """How a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (State.DONE, State.FAILED, State.CANCELLED)
CHANGES_LATER = (
    "asked_at", "state", "attempts", "worker", "started_at", "ended_at", "outcome", "run_id",
    "cancel_asked_by", "cancel_asked_at",
)  # fmt: skip
"""What may have changed since the same form was sent before."""


class LostJobError(RefusedError):
    """A worker tells of a job that is not its own any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAsked:
    """What is asked for.

    Parameters
    ----------
    id
        UUID made by who asks, so that a form sent twice asks once.
    verb
        ``ingest``, ``forecast``, ``plan``, ``backtest`` or ``publish``.
    arguments
        What the verb is given, checked by whoever offers the form; any JSON.
    """

    id: str
    verb: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a job ended.

    Parameters
    ----------
    state
        Done, failed or cancelled.
    outcome
        What came of it, or why nothing did, in words; cut where it is too long.
    run_id
        The run it made, where it is done and made one.

    Raises
    ------
    BadInputError
        If it has not ended, or a job that is not done names a run.
    """

    state: State
    outcome: str
    run_id: str | None = None

    def __post_init__(self) -> None:
        """Check that it is an end.

        Raises
        ------
        BadInputError
            If it is none, or a job that is not done names a run.
        """
        if self.state not in ENDED or (self.run_id is not None and self.state is not State.DONE):
            msg = f"A job that is {self.state} has not ended so."
            raise BadInputError(msg, value=self.state, remedy="Say how it ended.")


def ask(tx: Transaction, asked: JobAsked, *, most_waiting: int = 10) -> bool:
    """Put a job at the end of the queue, in the name of the actor; return whether it is new.

    Another job under the same id raises ``BadInputError``.

    Raises
    ------
    RefusedError
        If so many jobs of the actor wait already.
    """
    job = Job(
        id=client_id(asked.id),
        verb=asked.verb,
        arguments=canonical_json(dict(asked.arguments)),
        asked_by=tx.actor.id,
        asked_at=tx.at,
        state=State.QUEUED.value,
        attempts=0,
    )
    own = select(Job).where(Job.state == State.QUEUED.value, Job.asked_by == tx.actor.id)
    waiting = [each for each in tx.unshown(own) if each.id != job.id]
    if len(waiting) >= most_waiting:
        msg = f"{len(waiting)} jobs of yours wait already; more are not taken."
        raise RefusedError(msg, value=len(waiting), remedy="Wait, or cancel one of them.")
    return keep_once(tx, job, differing=CHANGES_LATER)


def held_job(quiet: Reading, job_id: str) -> Job:
    """Return a job, for a check.

    Raises
    ------
    NotHeldError
        If there is none of that id.
    """
    job = quiet.unshown_one(Job, job_id)
    if job is None:
        msg = "There is no such job."
        raise NotHeldError(msg, value=job_id, remedy="Find it in the list of jobs.")
    return job


def claim(tx: Transaction, *, worker: str) -> Job | None:
    """Take the job that has waited longest; None where none waits.

    Parameters
    ----------
    tx
        A transaction; another worker's claim waits until it ends.
    worker
        Who takes it.
    """
    wanted = select(Job).where(Job.state == State.QUEUED.value)
    found = tx.unshown(wanted.order_by(Job.asked_at, Job.id).limit(1))
    if not found:
        return None
    (job,) = found
    job.state, job.worker, job.started_at = State.RUNNING.value, worker, tx.at
    job.attempts += 1
    tx.session.add(JobProgress(job_id=job.id, worker=worker, beat_at=tx.at, said=""))
    tx.session.flush()
    return job


def tick(tx: Transaction, job_id: str, *, worker: str, said: str) -> None:
    """Note how far a job is, and that its worker lives; one taken away raises ``LostJobError``."""
    own_job(tx, job_id, worker=worker)
    progress = tx.unshown_one(JobProgress, job_id)
    if progress is not None:
        progress.beat_at, progress.said = tx.at, said[-MOST_CHARACTERS:]
        tx.session.flush()


def finish(tx: Transaction, job_id: str, ending: Ending, *, worker: str) -> None:
    """Keep how a job ended; one that is not this worker's any more raises ``LostJobError``."""
    end(tx, own_job(tx, job_id, worker=worker), ending)


def give_back(tx: Transaction, job_id: str, *, worker: str) -> None:
    """Put a job back, as its worker is being stopped; the attempt does not count."""
    job = own_job(tx, job_id, worker=worker)
    job.attempts -= 1
    put_back(tx, job)


def cancel(tx: Transaction, job_id: str) -> State:
    """Cancel a job: at once while it waits, soon where it runs; return how it stands now.

    Raises
    ------
    RefusedError
        If it has ended.
    """
    job = held_job(tx, job_id)
    if job.state in ENDED:
        msg = f"This job is {job.state}; nothing is left to cancel."
        raise RefusedError(msg, value=job_id, remedy="Look at what came of it.")
    if job.cancel_asked_at is None:
        job.cancel_asked_by, job.cancel_asked_at = tx.actor.id, tx.at
    if job.state == State.QUEUED:
        end(tx, job, Ending(state=State.CANCELLED, outcome="Cancelled before it began."))
    tx.session.flush()
    return State(job.state)


def own_job(quiet: Reading, job_id: str, *, worker: str) -> Job:
    """Return a job that a worker runs, for a check.

    Raises
    ------
    LostJobError
        If it runs no more, or another worker has it.
    """
    job = held_job(quiet, job_id)
    if job.worker != worker:
        msg = f"Job {job_id} is not run by this worker any more."
        raise LostJobError(msg, value=job_id, remedy="Drop what was done of it.")
    return job


def end(tx: Transaction, job: Job, ending: Ending) -> None:
    """Keep how a job ended, whoever had it."""
    job.state, job.worker, job.ended_at = ending.state.value, None, tx.at
    job.outcome, job.run_id = ending.outcome[:MOST_CHARACTERS], ending.run_id
    _forget_progress(tx, job)


def put_back(tx: Transaction, job: Job) -> None:
    """Put a job into the queue again, at the place it had."""
    job.state, job.worker = State.QUEUED.value, None
    _forget_progress(tx, job)


def _forget_progress(tx: Transaction, job: Job) -> None:
    progress = tx.unshown_one(JobProgress, job.id)
    if progress is not None:
        tx.session.delete(progress)
    tx.session.flush()
