"""Jobs: taken by one worker, ended once, cancelled, and found again after their worker is gone."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.front import open_database
from rightplace.records.database.migrate import check_models, downgrade, upgrade
from rightplace.records.jobs.queue import (
    Ending,
    JobAsked,
    LostJobError,
    State,
    ask,
    cancel,
    claim,
    finish,
    give_back,
    held_job,
    tick,
)
from rightplace.records.jobs.settings import JobSettings
from rightplace.records.jobs.tables import Job, JobProgress
from rightplace.records.jobs.taking_up import take_up_again
from rightplace.records.published.creating import create
from rightplace.records.retention.deleting import delete_expired
from rightplace.records.retention.periods import RetentionSettings
from tests.records.acting import ANALYST, COMMANDER, NOON

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database
    from rightplace.records.jobs.taking_up import TakenUp

SETTINGS = JobSettings(lost_seconds=60, most_attempts=2)
SECOND = timedelta(seconds=1)


def doing(database: Database, *, at: datetime = NOON) -> Any:  # noqa: ANN401 - a context manager
    return transaction(database, ANALYST, purpose="Jobs.", at=at)


def asked(database: Database, *, at: datetime = NOON, verb: str = "forecast") -> str:
    job_id = str(uuid.uuid4())
    with doing(database, at=at) as tx:
        assert ask(tx, JobAsked(id=job_id, verb=verb, arguments={"days": 7}))
    return job_id


def taken(database: Database, worker: str = "one", *, at: datetime = NOON) -> str | None:
    with doing(database, at=at) as tx:
        job = claim(tx, worker=worker)
        return None if job is None else job.id


def state(database: Database, job_id: str) -> tuple[str, int, str | None]:
    with reading(database) as quiet:
        job = held_job(quiet, job_id)
        return job.state, job.attempts, job.outcome


def taken_up(
    database: Database, *, gone: bool | None, at: datetime = NOON + SECOND
) -> list[TakenUp]:
    with doing(database, at=at) as tx:
        return take_up_again(tx, is_gone=lambda _: gone, settings=SETTINGS)


def test_jobs_are_taken_in_the_order_asked_each_once(database: Database) -> None:
    late, early = asked(database, at=NOON + SECOND), asked(database)
    assert taken(database) == early
    assert taken(database) == late
    assert taken(database) is None
    assert state(database, early) == ("running", 1, None)


def test_a_form_sent_twice_asks_once(database: Database) -> None:
    given = JobAsked(id=str(uuid.uuid4()), verb="plan", arguments={"days": 7})
    with doing(database) as tx:
        assert ask(tx, given)
    taken(database)
    with doing(database, at=NOON + SECOND) as tx:
        assert not ask(tx, given), "even once it runs"
    assert taken(database) is None
    other = JobAsked(id=given.id, verb="plan", arguments={"days": 8})
    with doing(database) as tx, pytest.raises(BadInputError):
        ask(tx, other)


def test_nobody_fills_the_queue_alone(database: Database) -> None:
    mine = [asked(database, at=NOON + n * SECOND) for n in range(2)]
    third = JobAsked(id=str(uuid.uuid4()), verb="plan", arguments={})
    with doing(database) as tx:
        with pytest.raises(RefusedError, match="2 jobs of yours wait already"):
            ask(tx, third, most_waiting=2)
        assert not ask(tx, JobAsked(id=mine[0], verb="forecast", arguments={"days": 7}))
    with transaction(database, COMMANDER, purpose="Jobs.", at=NOON + 9 * SECOND) as tx:
        assert ask(tx, third, most_waiting=2), "of another person none waits"
    taken(database)
    with doing(database) as tx:
        fourth = JobAsked(id=str(uuid.uuid4()), verb="plan", arguments={})
        assert ask(tx, fourth, most_waiting=2), "what runs waits no more"


def test_workers_that_claim_together_never_take_one_job_twice(
    database: Database, kind: str
) -> None:
    jobs = {asked(database, at=NOON + n * SECOND) for n in range(6)}
    found: list[str] = []
    together = threading.Barrier(3)

    def work(name: str) -> None:
        own = open_database(database.address, apart=database.apart, wait_seconds=20)
        together.wait()
        while (job_id := taken(own, name)) is not None:
            found.append(job_id)
        own.close()

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(jobs), kind
    assert set(found) == jobs


def test_a_tick_is_seen_and_writes_no_line(database: Database) -> None:
    job_id = asked(database)
    taken(database)
    before = verify(database).lines
    with doing(database, at=NOON + SECOND) as tx:
        tick(tx, job_id, worker="one", said="reading a.csv")
    with reading(database) as quiet:
        progress = quiet.unshown_one(JobProgress, job_id)
        assert progress is not None
        assert (progress.said, progress.beat_at) == ("reading a.csv", NOON + SECOND)
    assert verify(database).lines == before


def test_a_job_ends_once_and_its_progress_goes(database: Database) -> None:
    job_id = asked(database)
    taken(database)
    ending = Ending(state=State.DONE, outcome="12 expected.", run_id="f-000000000001")
    with doing(database) as tx:
        finish(tx, job_id, ending, worker="one")
        assert tx.unshown(select(JobProgress)) == []
    assert state(database, job_id) == ("done", 1, "12 expected.")
    with doing(database) as tx:
        with pytest.raises(LostJobError):
            finish(tx, job_id, ending, worker="one")
        with pytest.raises(RefusedError, match="nothing is left"):
            cancel(tx, job_id)
        acts = [act.operation for act in by_record(tx, record_type="job", record_id=job_id)]
    assert acts == ["collection", "alteration", "alteration"]


def test_a_worker_whose_job_was_taken_away_can_change_nothing(database: Database) -> None:
    job_id = asked(database)
    taken(database, "dead")
    taken_up(database, gone=True)
    assert taken(database, "two") == job_id
    ending = Ending(state=State.FAILED, outcome="Late.")
    changes: list[Callable[[Transaction], None]] = [
        lambda tx: tick(tx, job_id, worker="dead", said="still here"),
        lambda tx: finish(tx, job_id, ending, worker="dead"),
        lambda tx: give_back(tx, job_id, worker="dead"),
    ]
    for change in changes:
        with doing(database) as tx, pytest.raises(LostJobError):
            change(tx)
    assert state(database, job_id) == ("running", 2, None)


def test_cancelled_at_once_while_it_waits_and_asked_for_where_it_runs(database: Database) -> None:
    waiting, running = asked(database, at=NOON + SECOND), asked(database)
    taken(database)
    with transaction(database, COMMANDER, purpose="No need.", at=NOON + SECOND) as tx:
        assert cancel(tx, waiting) is State.CANCELLED
        assert cancel(tx, running) is State.RUNNING
    with doing(database, at=NOON + 2 * SECOND) as tx:
        assert cancel(tx, running) is State.RUNNING
        job = held_job(tx, running)
        assert (job.cancel_asked_by, job.cancel_asked_at) == (COMMANDER.id, NOON + SECOND)
    assert taken(database) is None
    (lost,) = taken_up(database, gone=True)
    assert lost.state is State.CANCELLED, "what was cancelled is not begun again"
    with doing(database) as tx, pytest.raises(NotHeldError):
        cancel(tx, str(uuid.uuid4()))


def test_a_job_whose_worker_is_gone_is_taken_up_again_and_fails_at_last(database: Database) -> None:
    job_id = asked(database)
    taken(database)
    assert taken_up(database, gone=False, at=NOON + timedelta(days=1)) == []
    (again,) = taken_up(database, gone=True)
    assert (again.job_id, again.state, again.attempts) == (job_id, State.QUEUED, 1)
    taken(database)
    (failed,) = taken_up(database, gone=True)
    assert failed.state is State.FAILED
    assert state(database, job_id) == (
        "failed", 2, "Begun 2 times, and each time its worker ended before it did.",
    )  # fmt: skip


def test_of_a_worker_that_cannot_be_asked_its_last_note_decides(database: Database) -> None:
    job_id = asked(database)
    taken(database)
    with doing(database, at=NOON + timedelta(seconds=30)) as tx:
        tick(tx, job_id, worker="one", said="")
    assert taken_up(database, gone=None, at=NOON + timedelta(seconds=90)) == []
    assert len(taken_up(database, gone=None, at=NOON + timedelta(seconds=91))) == 1


def test_a_worker_that_is_stopped_gives_its_job_back_uncounted(database: Database) -> None:
    job_id = asked(database)
    taken(database)
    with doing(database) as tx:
        give_back(tx, job_id, worker="one")
    assert state(database, job_id) == ("queued", 0, None)
    assert taken(database, "two") == job_id


REFUSED = (
    "UPDATE job SET state = 'running'",
    "UPDATE job SET state = 'done'",
    "UPDATE job SET state = 'paused'",
    "UPDATE job SET run_id = 'f-1'",
    "UPDATE job SET verb = 'rm'",
    "UPDATE job SET outcome = 'x'",
    "UPDATE job SET cancel_asked_by = 'x'",
    "DELETE FROM job",
)


def test_the_database_itself_refuses_nonsense(database: Database) -> None:
    asked(database)
    for statement in REFUSED:
        with pytest.raises(IntegrityError), database.writing.begin() as connection:
            connection.exec_driver_sql(statement)


def test_an_ending_is_an_end() -> None:
    for wrong in (State.QUEUED, State.RUNNING):
        with pytest.raises(BadInputError):
            Ending(state=wrong, outcome="x")
    with pytest.raises(BadInputError):
        Ending(state=State.FAILED, outcome="x", run_id="f-1")


@pytest.mark.parametrize("wrong", [{"most_attempts": 0}, {"beat_seconds": 100.0}])
def test_settings_let_work_go_on(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        JobSettings(**wrong)


def test_a_job_leaves_at_the_end_of_its_period_and_not_while_it_waits(database: Database) -> None:
    ended, waiting = asked(database), asked(database, at=NOON + SECOND)
    taken(database)
    with doing(database) as tx:
        finish(tx, ended, Ending(state=State.DONE, outcome="x"), worker="one")
    late = NOON + timedelta(days=8)
    delete_expired(database, ANALYST, at=late, settings=RetentionSettings(jobs_days=7))
    with reading(database) as quiet:
        assert [job.id for job in quiet.unshown(select(Job))] == [waiting]
    assert verify(database).is_intact


def test_its_tables_go_down_and_up_with_all_else_in_place(bare: Database) -> None:
    create(bare, ANALYST, kind="service", at=NOON)
    asked(bare)
    taken(bare)
    downgrade(bare, to="0005")
    upgrade(bare)
    check_models(bare)
    assert verify(bare).is_intact
    assert taken(bare) is None, "what the later tables held is lost"
