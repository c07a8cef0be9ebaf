"""Jobs whose worker is gone: back into the queue, or failed after too many attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.records.jobs.queue import Ending, State, end, put_back
from rightplace.records.jobs.tables import Job, JobProgress

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.jobs.settings import JobSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp:
    """What became of a job whose worker is gone.

    Parameters
    ----------
    job_id, verb, asked_at
        Which job.
    state
        Queued; or failed after too many attempts; or cancelled, where that was asked for.
    attempts
        How often it was begun.
    """

    job_id: str
    verb: str
    asked_at: datetime
    state: State
    attempts: int


def take_up_again(
    tx: Transaction, *, is_gone: Callable[[Job], bool | None], settings: JobSettings
) -> list[TakenUp]:
    """Put each job whose worker is gone back into the queue; return what became of each.

    Parameters
    ----------
    tx
        A transaction.
    is_gone
        Whether the process that runs a job is gone; None where that cannot be known from here.
        Then the worker's last note decides.
    settings
        After how long without a note it counts as gone, and after how many attempts a job fails.
    """
    running = tx.unshown(select(Job).where(Job.state == State.RUNNING.value).order_by(Job.asked_at))
    lost = [job for job in running if _is_lost(tx, job, is_gone=is_gone, settings=settings)]
    return [_taken_up(tx, job, settings) for job in lost]


def _is_lost(
    tx: Transaction, job: Job, *, is_gone: Callable[[Job], bool | None], settings: JobSettings
) -> bool:
    known = is_gone(job)
    if known is not None:
        return known
    progress = tx.unshown_one(JobProgress, job.id)
    since = job.started_at if progress is None else progress.beat_at
    return since is None or tx.at - since > timedelta(seconds=settings.lost_seconds)


def _taken_up(tx: Transaction, job: Job, settings: JobSettings) -> TakenUp:
    if job.cancel_asked_at is not None:
        end(tx, job, Ending(state=State.CANCELLED, outcome="Cancelled; its worker had ended."))
    elif job.attempts >= settings.most_attempts:
        outcome = f"Begun {job.attempts} times, and each time its worker ended before it did."
        end(tx, job, Ending(state=State.FAILED, outcome=outcome))
    else:
        put_back(tx, job)
    return TakenUp(
        job_id=job.id,
        verb=job.verb,
        asked_at=job.asked_at,
        state=State(job.state),
        attempts=job.attempts,
    )
