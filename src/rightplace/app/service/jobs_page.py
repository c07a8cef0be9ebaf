"""Use cases: the list of jobs, and one job with how far it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.jobs_asked import ASKED_ELSEWHERE, KINDS, PublishAsked, asked_again
from rightplace.app.service.jobs_words import STATES, VERBS, facts_of, title_of, took_words
from rightplace.core.time import Clock
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission
from rightplace.records.jobs.queue import ENDED, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.database.front import Database
    from rightplace.records.jobs.tables import Job

ON_A_PAGE = 25
SEE = Permission.RUN_JOBS
"""Who may run jobs sees all of them: they show what was asked for, not what is in the runs."""
SHOWN_ON = {
    "c": "/pictures/",
    "e": "/operations/reports/",
    "f": "/forecasts/",
    "n": "/operations/trials/",
    "p": "/plans/",
    "u": "/operations/effects/",
    "v": "/operations/effects/",
}
"""Where a run is looked at once it is published, by the first letter of its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsWanted:
    """Which jobs a list shows; empty words leave all.

    Parameters
    ----------
    search
        Part of the id of a job or run.
    """

    state: str = ""
    verb: str = ""
    mine: bool = False
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A job in a list; who asked is said only of one's own."""

    id: str
    title: str
    state: str
    state_words: str
    asked: str
    took: str
    is_mine: bool
    run_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsPage:
    """A list of jobs, and what may be asked for."""

    lines: tuple[JobLine, ...]
    total: int
    page: int
    pages: int
    wanted: JobsWanted
    may_ask: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is.

    Parameters
    ----------
    said
        The last lines that it told, oldest first.
    words
        How it stands, in a sentence.
    """

    id: str
    state: str
    state_words: str
    words: str
    said: tuple[str, ...]

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """One job.

    Parameters
    ----------
    facts
        What was asked for, by whom, when, and how often it was begun.
    outcome
        What came of it; empty until it has ended.
    run_address
        Where its run is looked at; empty until it is published.
    """

    id: str
    verb: str
    title: str
    facts: tuple[tuple[str, str], ...]
    progress: Progress
    outcome: str
    run_id: str
    run_address: str
    may_cancel: bool
    may_publish: bool
    may_ask_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job of somebody's own that failed lately."""

    id: str
    title: str
    when: str


def read_jobs(database: Database, *, person: Person, wanted: JobsWanted) -> JobsPage:
    """Return the jobs asked for, newest first.

    Parameters
    ----------
    database
        Where they are kept.
    person
        Who asks: their role must let them run jobs.
    wanted
        Which of them.
    """
    from rightplace.records.audit.transaction import reading

    person.check(SEE)
    with reading(database) as quiet:
        shown, total = _found(quiet, wanted, person)
        lines = tuple(_line(job, person) for job in shown)
    return JobsPage(
        lines=lines,
        total=total,
        page=min(wanted.page, pages_of(total)),
        pages=pages_of(total),
        wanted=wanted,
        may_ask=may_ask(person),
    )


def may_ask(person: Person) -> tuple[tuple[str, str], ...]:
    """Return verb and words of each job that somebody may ask for."""
    return tuple(
        (verb, VERBS[verb])
        for verb, kind in KINDS.items()
        if verb not in ASKED_ELSEWHERE and person.may(kind.permission)
    )


def _found(quiet: Reading, wanted: JobsWanted, person: Person) -> tuple[Sequence[Job], int]:
    """Return the jobs of one page of a list, and how many the whole list has."""
    from sqlalchemy import func, or_, select

    from rightplace.records.audit.pen import UNSHOWN
    from rightplace.records.jobs.tables import Job

    part = wanted.search.strip()
    which = [
        *([Job.state == wanted.state] if wanted.state else []),
        *([Job.verb == wanted.verb] if wanted.verb else []),
        *([Job.asked_by == person.actor.id] if wanted.mine else []),
        *(
            [or_(*(each.contains(part, autoescape=True) for each in (Job.run_id, Job.id)))]
            if part
            else []
        ),
    ]
    count = select(func.count()).select_from(Job).where(*which)
    total = quiet.session.scalar(count, execution_options=UNSHOWN) or 0
    first = (min(wanted.page, pages_of(total)) - 1) * ON_A_PAGE
    rows = select(Job).where(*which).order_by(Job.asked_at.desc(), Job.id)
    return quiet.unshown(rows.offset(first).limit(ON_A_PAGE)), total


def pages_of(total: int) -> int:
    """Return how many pages a list has; at least one."""
    return max(1, -(-total // ON_A_PAGE))


def _line(job: Job, person: Person) -> JobLine:
    return JobLine(
        id=job.id,
        title=_title(job),
        state=job.state,
        state_words=STATES[State(job.state)],
        asked=moment_words(job.asked_at, Clock().tzinfo),
        took=took_words(job.started_at, job.ended_at),
        is_mine=job.asked_by == person.actor.id,
        run_id=job.run_id,
    )


def _title(job: Job) -> str:
    """Return what was asked for in a few words; an older version's words may not be known."""
    try:
        return title_of(asked_again(job.verb, job.arguments))
    except BadInputError:
        return VERBS[job.verb]


def read_job(database: Database, job_id: str, *, person: Person, at: datetime) -> JobPage:
    """Return one job; that it was looked at, with who asked for it, is written down.

    Parameters
    ----------
    database
        Where it is kept.
    job_id
        The job.
    person
        Who asks: their role must let them run jobs.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.jobs.tables import Job
    from rightplace.records.published.tables import PublishedRun

    person.check(SEE)
    with transaction(database, person.actor, purpose="Look at a job.", at=at) as tx:
        job = tx.view_one(Job, job_id)
        run_id = _run_of(job)
        published = run_id and tx.unshown_one(PublishedRun, run_id) is not None
        has_ended = job.state in ENDED
        own = person.may(KINDS[job.verb].permission)
        return JobPage(
            id=job.id,
            verb=job.verb,
            title=_title(job),
            facts=tuple(_facts(tx, job)),
            progress=_progress(tx, job),
            outcome=job.outcome or "",
            run_id=run_id,
            run_address=f"{SHOWN_ON.get(run_id[0], '/explain/')}{run_id}" if published else "",
            may_cancel=own and not has_ended and job.cancel_asked_at is None,
            may_publish=bool(run_id and not published and person.may(Permission.PUBLISH)),
            may_ask_again=own and job.state in {State.FAILED, State.CANCELLED},
        )


def _run_of(job: Job) -> str:
    """Return the run that a job made, or published; empty where there is none."""
    if job.verb == PublishAsked.verb and job.state == State.DONE:
        return str(json.loads(job.arguments)["run_id"])
    return job.run_id or ""


def _facts(quiet: Reading, job: Job) -> list[tuple[str, str]]:
    zone = Clock().tzinfo
    try:
        asked = facts_of(asked_again(job.verb, job.arguments))
    except BadInputError:
        asked = []
    times = [
        ("Asked for", f"{moment_words(job.asked_at, zone)} by {_name(quiet, job.asked_by)}"),
        ("Begun", moment_words(job.started_at, zone) if job.started_at else "not yet"),
    ]
    if job.ended_at is not None:
        took = took_words(job.started_at, job.ended_at)
        times.append(("Ended", " ".join([moment_words(job.ended_at, zone), took]).strip()))
    if job.attempts > 1:
        times.append(("Taken up", f"{job.attempts} times: a worker had ended before the job did"))
    if job.cancel_asked_by is not None:
        times.append(("Cancelled by", _name(quiet, job.cancel_asked_by)))
    return [*asked, *times]


def _name(quiet: Reading, account_id: str) -> str:
    from rightplace.records.accounts.tables import known_as

    return known_as(quiet, account_id)


def read_progress(database: Database, job_id: str, *, person: Person) -> Progress:
    """Return how far a job is; nothing of who asked for it is shown, so no look is written.

    Parameters
    ----------
    database
        Where it is kept.
    job_id
        The job.
    person
        Who asks: their role must let them run jobs.
    """
    from rightplace.records.audit.transaction import reading
    from rightplace.records.jobs.queue import held_job

    person.check(SEE)
    with reading(database) as quiet:
        return _progress(quiet, held_job(quiet, job_id))


def _progress(quiet: Reading, job: Job) -> Progress:
    from sqlalchemy import select

    from rightplace.records.jobs.tables import Job, JobProgress

    state = State(job.state)
    said: tuple[str, ...] = ()
    words = STATES[state]
    if state is State.QUEUED:
        first = select(Job).where(Job.state == State.QUEUED.value, Job.asked_at < job.asked_at)
        before = len(quiet.unshown(first))
        words = f"It waits; {before} {'job is' if before == 1 else 'jobs are'} before it."
        words = words if before else "It waits, and is the next."
    elif state is State.RUNNING:
        progress = quiet.unshown_one(JobProgress, job.id)
        said = tuple(progress.said.splitlines()) if progress is not None else ()
        words = "What it has told so far:" if said else "It has begun."
        words = words if job.cancel_asked_at is None else "It is being cancelled."
    return Progress(id=job.id, state=state.value, state_words=STATES[state], words=words, said=said)


def failed_jobs(quiet: Reading, *, person: Person, at: datetime) -> tuple[FailedJob, ...]:
    """Return somebody's own jobs that failed in the last week, newest first.

    Parameters
    ----------
    quiet
        A look at the database.
    person
        Whose.
    at
        The time now.
    """
    from datetime import timedelta

    from sqlalchemy import select

    from rightplace.records.jobs.tables import Job

    if not person.may(SEE):
        return ()
    since = at - timedelta(days=7)
    rows = select(Job).where(
        Job.asked_by == person.actor.id, Job.state == State.FAILED.value, Job.ended_at > since
    )
    return tuple(
        FailedJob(
            id=job.id,
            title=_title(job),
            when=moment_words(job.ended_at or job.asked_at, Clock().tzinfo),
        )
        for job in quiet.unshown(rows.order_by(Job.ended_at.desc()).limit(5))
    )
