"""Many writers at once, threads and processes, keep one chain."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from rightplace.records.audit.actor import Operation
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.transaction import transaction
from rightplace.records.audit.verifying import verify
from tests.paths import ROOT
from tests.records.acting import ANALYST, NOON

if TYPE_CHECKING:
    from rightplace.records.database.front import Database

EACH = 15


def append(database: Database, writer: int) -> None:
    for number in range(EACH):
        subject = Subject(record_type="wanted", record_id=f"w-{writer}-{number % 3}")
        with transaction(database, ANALYST, purpose="Together.", at=NOON) as tx:
            tx.log(Operation.CONSULTATION, subject)


def test_threads_keep_one_chain(database: Database) -> None:
    threads = [threading.Thread(target=append, args=(database, n)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify(database)
    assert verdict.is_intact
    assert verdict.lines == 4 * EACH


WRITER = """
import sys
from pathlib import Path
from rightplace.records.database.front import open_database
from tests.records.test_audit_together import append
append(open_database(sys.argv[1], apart=Path(sys.argv[2]), wait_seconds=30), int(sys.argv[3]))
"""


def address(database: Database) -> str:
    return database.address


def test_processes_keep_one_chain(database: Database) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, address(database), str(database.apart), str(n)], cwd=ROOT
        )
        for n in range(2)
    ]
    assert [each.wait(timeout=60) for each in started] == [0, 0]
    verdict = verify(database)
    assert verdict.is_intact
    assert verdict.lines == 2 * EACH


KILLED = """
import sys
from pathlib import Path
from rightplace.records.database.front import open_database
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.pen import Subject
from rightplace.records.audit.transaction import transaction
from tests.records.acting import ANALYST, NOON
database = open_database(sys.argv[1], apart=Path(sys.argv[2]))
for number in range(100000):
    with transaction(database, ANALYST, purpose="Until killed.", at=NOON) as tx:
        for _ in range(3):
            tx.log(Operation.CONSULTATION, Subject(record_type="wanted", record_id=str(number)))
    print(number, flush=True)
"""


def test_a_writer_killed_in_the_middle_loses_nothing_it_had_kept(database: Database) -> None:
    words = [sys.executable, "-c", KILLED, address(database), str(database.apart)]
    writer = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [writer.stdout.readline() for _ in range(10)]
    writer.kill()
    told += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    kept = [line for line in told if line.endswith("\n")]
    append(database, 0)
    verdict = verify(database)
    assert verdict.is_intact
    lines = verdict.lines - EACH
    assert lines >= 3 * len(kept)
    assert lines % 3 == 0, "all of a transaction or none of it"
