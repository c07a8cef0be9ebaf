"""The worker: takes jobs one after the other, does each in a process of its own, tells how far.

A job whose worker was killed is found by its locks and goes back into the queue; what its process
left half-made is swept away. A worker that is stopped puts its job back.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.app.service import jobs_locks as locks
from rightplace.app.service.changes_asked import ChangedPlanAsked
from rightplace.app.service.effects_asked import ApproveEffectAsked
from rightplace.app.service.jobs_asked import (
    EvaluateAsked,
    PublishAsked,
    asked_again,
    products_of,
)
from rightplace.app.service.jobs_inbox import without_folders
from rightplace.app.service.jobs_outcome import ending_of
from rightplace.app.service.jobs_process import begin, command_line
from rightplace.errors import BusyWorkspaceError, RefusedError, RightplaceError, StorageError
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.jobs.queue import (
    Ending,
    LostJobError,
    State,
    claim,
    finish,
    give_back,
    own_job,
    tick,
)
from rightplace.records.jobs.settings import JobSettings
from rightplace.records.jobs.tables import Job
from rightplace.records.jobs.taking_up import take_up_again
from rightplace.records.stop.switch import check_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.service.jobs_process import Work
    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.database.front import Database
    from rightplace.records.jobs.taking_up import TakenUp

ACTOR = Actor(id="job-worker", name="The service's worker of jobs")


@dataclass(slots=True, kw_only=True)
class Worker:
    """Does jobs until it is stopped.

    Parameters
    ----------
    workspace
        Where jobs work.
    database
        Where they are asked for.
    now
        The time: only the command line reads the clock.
    tell
        Told in a sentence what is resumed, and what cannot be noted.
    """

    workspace: Workspace
    database: Database
    now: Callable[[], datetime]
    tell: Callable[[str], None] = lambda _: None
    name: str = field(default_factory=locks.new_worker)
    ended: int = 0

    @property
    def settings(self) -> JobSettings:
        """How jobs are run."""
        return self.workspace.settings("jobs", JobSettings)

    def work(self, stop: Event, *, until_idle: bool = False) -> None:
        """Take up what dead workers left, and do jobs until stopped or, if wished, none waits."""
        lock = locks.hold(locks.worker_lock(self.workspace, self.name))
        try:
            settings = self.settings
            while not stop.is_set():
                if not self.do_next(settings, stop):
                    if until_idle:
                        return
                    stop.wait(settings.look_seconds)
        finally:
            lock.let_go()

    def do_next(self, settings: JobSettings, stop: Event) -> bool:
        """Take up what was left, do the job that waits longest; return whether there was one.

        A database that is busy or out of reach is waited for: nothing is lost meanwhile.
        """
        try:
            for each in self.take_up(settings, stop):
                self.tell(taken_up_words(each))
            job = self._next()
        except (BusyWorkspaceError, StorageError) as error:
            self.tell(f"Jobs wait: {error}")
            return False
        if job is not None:
            self.ended += self._do(job, settings, stop)
        return job is not None

    def _next(self) -> Job | None:
        """Take the job that waits longest; an idle look writes nothing."""
        wanted = select(Job).where(Job.state == State.QUEUED.value).limit(1)
        with reading(self.database) as quiet:
            if not quiet.unshown(wanted):
                return None
        with self._transaction("Take the next job.") as tx:
            return claim(tx, worker=self.name)

    def take_up(self, settings: JobSettings, stop: Event) -> list[TakenUp]:
        """Put jobs of dead workers back into the queue, after all they left has been swept."""
        with reading(self.database) as quiet:
            running = quiet.unshown(select(Job).where(Job.state == State.RUNNING.value))
        if not running:
            return []
        gone = {(job.id, job.worker): locks.is_worker_gone(self.workspace, job) for job in running}
        for job in running:
            if gone[job.id, job.worker]:
                self._sweep(job, stop)
        with self._transaction("Take up jobs whose worker is gone.") as tx:
            return take_up_again(
                tx, is_gone=lambda job: gone.get((job.id, job.worker), False), settings=settings
            )

    def _sweep(self, job: Job, stop: Event) -> None:
        """End what a dead worker's process still does, and remove what it left half-made."""
        path = locks.job_lock(self.workspace, job.id)
        process = locks.noted_process(path)
        locks.end_orphan(path, stop=stop)
        if process is not None:
            settle_runs(self.workspace.runs, process)
        path.unlink(missing_ok=True)
        locks.worker_lock(self.workspace, str(job.worker)).unlink(missing_ok=True)

    def _do(self, job: Job, settings: JobSettings, stop: Event) -> bool:
        """Do a job and keep how it ended; return whether it did."""
        try:
            ending = self._ending(job, settings, stop)
        except LostJobError:
            return False
        except RightplaceError as error:
            ending = Ending(state=State.FAILED, outcome=_told(error))
        except OSError as error:
            outcome = f"Its process could not be started: {error.strerror}."
            ending = Ending(state=State.FAILED, outcome=outcome)
        return self._keep(job, ending, stop, settings) and ending is not None

    def _ending(self, job: Job, settings: JobSettings, stop: Event) -> Ending | None:
        """Return how a job ended; None where the worker was stopped first."""
        asked = asked_again(job.verb, job.arguments)
        products = products_of(asked, method_in_force=self._method_in_force())
        words = asked.words(self.workspace)
        if isinstance(asked, PublishAsked | ChangedPlanAsked | EvaluateAsked | ApproveEffectAsked):
            words += ["--job", job.id]
        with reading(self.database) as quiet:
            stopped = stopped_words(quiet, products)
        if stopped is not None:
            return Ending(state=State.FAILED, outcome=stopped)
        held = locks.hold(locks.job_lock(self.workspace, job.id))
        try:
            with begin(command_line(self.workspace, words), lock=held.number) as work:
                held.note(work.process.pid)
                ending = self._watch(job, work, products, settings=settings, stop=stop)
            settle_runs(self.workspace.runs, work.process.pid)
        finally:
            held.let_go()
        return ending

    def _watch(
        self, job: Job, work: Work, products: Sequence[str], *, settings: JobSettings, stop: Event
    ) -> Ending | None:
        """Note how far a process is until it ends or has to."""
        beat = timedelta(seconds=settings.beat_seconds)
        noted_at, noted = self.now(), ""
        while not work.has_ended(within_seconds=settings.tick_seconds):
            said, at = without_folders(work.said, self.workspace), self.now()
            reason = None if stop.is_set() else self._reason_to_end(job, products)
            if stop.is_set() or reason is not None:
                work.end(grace_seconds=settings.grace_seconds)
                return reason
            if (said != noted or at - noted_at >= beat) and self._tick(job, said):
                noted_at, noted = at, said
        ending = ending_of(job.verb, work)
        return replace(ending, outcome=without_folders(ending.outcome, self.workspace))

    def _reason_to_end(self, job: Job, products: Sequence[str]) -> Ending | None:
        """Return why a job must end now: cancelled, or what it rests on was stopped.

        A job that is not this worker's any more is lost.
        """
        try:
            with reading(self.database) as quiet:
                held = own_job(quiet, job.id, worker=self.name)
                if held.cancel_asked_at is not None:
                    return Ending(state=State.CANCELLED, outcome="Cancelled while it ran.")
                stopped = stopped_words(quiet, products)
        except (BusyWorkspaceError, StorageError) as error:
            self.tell(f"Job {job.id} goes on unseen: {error}")
            return None
        return None if stopped is None else Ending(state=State.FAILED, outcome=stopped)

    def _tick(self, job: Job, said: str) -> bool:
        """Note how far a job is; return whether it could be noted."""
        try:
            with self._transaction("Note how far a job is.") as tx:
                tick(tx, job.id, worker=self.name, said=said)
        except (BusyWorkspaceError, StorageError) as error:
            self.tell(f"Job {job.id} goes on unseen: {error}")
            return False
        return True

    def _keep(self, job: Job, ending: Ending | None, stop: Event, settings: JobSettings) -> bool:
        """Keep how a job ended, or put it back; return whether it was this worker's to keep.

        Where the database is busy it is tried again until the worker is stopped.
        """
        while True:
            try:
                with self._transaction("Keep how a job ended.") as tx:
                    if ending is None:
                        give_back(tx, job.id, worker=self.name)
                    else:
                        finish(tx, job.id, ending, worker=self.name)
            except LostJobError:
                return False
            except (BusyWorkspaceError, StorageError) as error:
                self.tell(f"How job {job.id} ended cannot be kept yet: {error}")
                if stop.wait(settings.look_seconds):
                    return False
            else:
                return True

    def _method_in_force(self) -> str:
        from rightplace.app.forecast.settings import ForecastSettings

        return self.workspace.settings("forecast", ForecastSettings).method

    @contextmanager
    def _transaction(self, purpose: str) -> Iterator[Transaction]:
        with transaction(self.database, ACTOR, purpose=purpose, at=self.now()) as tx:
            yield tx


@contextmanager
def worker_beside(worker: Worker) -> Iterator[None]:
    """Let a worker do jobs beside what is done in the block; leaving it puts its job back.

    Parameters
    ----------
    worker
        Not yet at work; settings that are wrong are told before it begins.
    """
    stop, settings = Event(), worker.settings
    thread = Thread(target=worker.work, args=(stop,), name="worker of jobs")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=settings.grace_seconds * 4)


def _told(error: RightplaceError) -> str:
    return error.fault.said


def stopped_words(quiet: Reading, products: Sequence[str]) -> str | None:
    """Return why a job may not run: something it rests on is suspended; None where nothing is."""
    try:
        for each in products:
            check_running(quiet, each)
    except RefusedError as stopped:
        return _told(stopped)
    return None


def taken_up_words(taken: TakenUp) -> str:
    """Return in a sentence what became of a job whose worker was gone."""
    asked = f"{taken.asked_at:%d %B %Y %H:%M} UTC"
    job = f"{taken.verb} asked for on {asked} (job {taken.job_id})"
    return {
        State.QUEUED: f"Resumed: {job}; its worker had ended. Attempt {taken.attempts + 1}.",
        State.FAILED: f"Given up: {job}; begun {taken.attempts} times, its worker ended each time.",
        State.CANCELLED: f"Cancelled: {job}; its worker had ended.",
    }[taken.state]


def settle_runs(runs: Path, process: int) -> None:
    """Remove what a process that has ended left half-made of runs; bring back what it set aside.

    Parameters
    ----------
    runs
        The folder of runs.
    process
        Its number, by which ``core.runs`` names what is not yet in place.
    """
    for old in runs.glob(f".old-*-{process}"):
        final = runs / old.name.removeprefix(".old-").removesuffix(f"-{process}")
        if final.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.replace(final)
    for part in runs.glob(f".part-*-{process}"):
        shutil.rmtree(part, ignore_errors=True)
