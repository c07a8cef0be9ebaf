"""Killed, refused by the disk, or two at once: all of a file is held, or none of it."""

from __future__ import annotations

import multiprocessing
import re
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.core.canonical import digest
from rightplace.engines.store import Store
from rightplace.errors import BadInputError, BusyWorkspaceError, StorageError
from tests.command import RIGHTPLACE, rightplace
from tests.small_files import FEED, World, record, street, write

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLS = 40
# Children are forked from a process that has imported everything and runs no thread yet.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(
    [
        "rightplace.app.status",
        "rightplace.crime.ingest",
        "rightplace.engines.engine",
        "ibis.backends.duckdb",
        "pyarrow.parquet",
    ]
)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a workspace but the lock, which holds nothing.

    Which code took a file in is left out: it may be edited while the tests run.
    """
    files = (path for path in root.rglob("*") if path.is_file() and path.name != ".lock")
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    if "manifest.json" in found:
        code = rb'"code_version":"[^"]*"'
        found["manifest.json"] = re.sub(code, b"", found["manifest.json"])
    return found


def check_whole(root: Path) -> list[dict[str, Any]]:
    """Check that whatever the manifest names is there, whole; return its entries."""
    store = Store(root)
    entries = store.manifest()
    for entry in entries:
        stored = sum(p["rows"] for p in entry["partitions"] if p["same_as"] is None)
        if stored:
            assert pq.read_metadata(store.table_path(entry["entry_id"])).num_rows == stored
        aside = sum(entry["quarantined"].values())
        if aside:
            assert pq.read_metadata(store.quarantine_path(entry["entry_id"])).num_rows == aside
    return entries


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two months, a faulty row in each, and the sound rows of one again."""
    for month in (1, 2):
        rows = [street(n, Month=f"2018-{month:02d}") for n in range(1, 41)]
        write(tmp_path / "files" / f"{month}.csv", [*rows, street(41, Month="?")])
    write(tmp_path / "files" / "twin.csv", [street(n, Month="2018-01") for n in range(40, 0, -1)])
    return tmp_path / "files"


def run_ingest(root: Path, folder: Path) -> None:
    ingest(Workspace(root=root), [folder], kind="crimes")


def in_child(root: Path, folder: Path) -> multiprocessing.process.BaseProcess:
    child = CHILDREN.Process(
        target=ingest, args=(Workspace(root=root), [folder]), kwargs={"kind": "crimes"}
    )
    child.start()
    return child


def test_a_process_killed_at_any_moment_leaves_all_of_a_file_or_none(
    folder: Path, tmp_path: Path
) -> None:
    undisturbed = tmp_path / "undisturbed"
    in_child(tmp_path / "first", folder).join()  # the server of children is up from here on
    started = time.perf_counter()
    child = in_child(undisturbed, folder)
    child.join()
    usual_seconds = time.perf_counter() - started
    assert child.exitcode == 0
    whole = contents(undisturbed)
    assert len(check_whole(undisturbed)) == 3

    chance = np.random.default_rng(0)
    held_at_kill = []
    root = tmp_path / "killed"
    for _ in range(KILLS):
        child = in_child(root, folder)
        time.sleep(chance.uniform(0, usual_seconds))
        child.kill()
        child.join()
        held_at_kill.append(len(check_whole(root)))
        if held_at_kill[-1] == len(check_whole(undisturbed)):
            run_ingest_again_and_start_over(root, folder, whole)
    # The kills really fell among the files, not all before the first or after the last.
    assert len(set(held_at_kill)) > 2
    run_ingest_again_and_start_over(root, folder, whole)


def run_ingest_again_and_start_over(root: Path, folder: Path, whole: dict[str, bytes]) -> None:
    child = in_child(root, folder)
    child.join()
    assert child.exitcode == 0
    assert contents(root) == whole
    for name in contents(root):
        (root / name).unlink()


def test_a_command_killed_with_its_interpreter_is_run_again_to_the_same_bytes(
    folder: Path, tmp_path: Path
) -> None:
    whole, root = tmp_path / "whole", tmp_path / "killed"
    command = [RIGHTPLACE, "--workspace", str(root), "ingest", "crimes", str(folder)]
    assert rightplace(*command[-3:], workspace=whole).exit_code == 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        while not (root / "manifest.json").exists() and killed.poll() is None:
            time.sleep(0.005)
        killed.kill()
    check_whole(root)
    assert rightplace(*command[-3:], workspace=root).exit_code == 0
    assert contents(root) == contents(whole)


def test_readers_see_whole_files_while_another_writes(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    seen, stop = [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.append(len(check_whole(root)))

    reader = threading.Thread(target=look)
    reader.start()
    run_ingest(root, folder)
    stop.set()
    reader.join()
    assert seen == sorted(seen)
    assert len(check_whole(root)) == 3


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Path]:
    """A workspace that another process is writing to."""
    root = tmp_path / "busy"
    script = (
        "import sys, pathlib\n"
        "from rightplace.engines.store import Store\n"
        "with Store(pathlib.Path(sys.argv[1])).writing():\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        yield root
        other.stdin.write("\n")


def test_a_second_writer_that_may_not_wait_is_told(
    busy: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(BusyWorkspaceError, match=r"more than 0[.]05 seconds"),
        Store(busy, wait_seconds=0.05).writing(),
    ):
        pass
    monkeypatch.setenv("RIGHTPLACE_STORE_WAIT_SECONDS", "0.05")
    told = rightplace("ingest", "crimes", folder, "--json", workspace=busy)
    assert (told.exit_code, told.json["error"]["code"]) == (12, "busy-workspace")
    assert "Wait until it is done" in told.stderr


def test_a_second_writer_that_may_wait_comes_after_the_first(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    first, second = (in_child_process(root, folder / f"{n}.csv") for n in (1, 2))
    assert first.wait() == second.wait() == 0
    assert {Path(e["path"]).name for e in check_whole(root)} == {"1.csv", "2.csv"}


def in_child_process(root: Path, path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [RIGHTPLACE, "--workspace", str(root), "ingest", "crimes", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


LARGE = [street(n, Crime_ID=digest(n)) for n in range(1, 4001)]


@pytest.mark.parametrize("bytes_allowed", [10_000, 100])
def test_a_full_disk_is_said_and_loses_nothing(bytes_allowed: int, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.ingest(write(tmp_path / "held.csv", [street(1, Month="2018-01")]))
    root = tmp_path / "workspace"
    before = contents(root)
    large = write(tmp_path / "large.csv", LARGE)

    told = rightplace("ingest", "crimes", large, "--json", workspace=root, limit=bytes_allowed)
    assert (told.exit_code, told.json["error"]["code"]) == (70, "storage")
    assert "was held before is untouched" in told.stderr
    assert contents(root) == before
    assert [len(world.standing()), world.ingest(large).exit_code, world.stored()] == [1, 0, 4001]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, where root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("only root may mount a small file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_fills_up_is_said_with_its_exit_code(tiny_disk: Path, tmp_path: Path) -> None:
    large = write(tmp_path / "large.csv", LARGE)
    small = write(tmp_path / "small.csv", [street(1, Month="2018-01")])
    root = tiny_disk / "workspace"
    run_ingest(root, small)
    before = contents(root)
    told = rightplace("ingest", "crimes", large, "--json", workspace=root)
    error = told.json["error"]
    assert (told.exit_code, error["code"]) == (70, "storage")
    assert "Free some space" in error["remedy"]
    assert contents(root) == before


def test_a_workspace_that_may_not_be_written_to_is_said(tiny_disk: Path, tmp_path: Path) -> None:
    root = tiny_disk / "workspace"
    path = write(tmp_path / "a.csv", [street(1)])
    run_ingest(root, path)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    other = write(tmp_path / "b.csv", [street(1, Month="2018-07")])
    with pytest.raises(StorageError, match="Read-only file system"):
        run_ingest(root, other)
    assert World(tiny_disk).stored() == 1  # reading needs no writing


def test_a_workspace_where_a_file_stands_is_said(tmp_path: Path) -> None:
    (tmp_path / "workspace").write_text("not a folder")
    with pytest.raises(StorageError, match="workspace"):
        run_ingest(tmp_path / "workspace", write(tmp_path / "a.csv", [street(1)]))


def test_what_a_killed_writer_left_is_swept_by_the_next(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = write(tmp_path / "a.csv", [street(1)])
    world.ingest(path)
    root = tmp_path / "workspace"
    before = contents(root)
    for name in (
        "tables/.0123.part",
        "tables/tmp_.0123.part",
        "tables/0123456789abcdef.parquet",
        "quarantine/0123456789abcdef.parquet",
        ".manifest.json.part-77",
    ):
        (root / name).write_bytes(b"half")
    world.ingest(path)
    assert contents(root) == before


def test_a_manifest_changed_by_hand_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for text, said in (
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"schema": "x"}', "schema"),
    ):
        store.manifest_path.write_text(text)
        with pytest.raises(BadInputError, match=said):
            store.manifest()


@pytest.mark.parametrize("release", [None, date(2018, 9, 1)])
def test_a_rehearsal_says_what_would_happen_and_keeps_nothing(
    release: date | None, tmp_path: Path
) -> None:
    world = World(tmp_path)
    old = write(tmp_path / "old.csv", [street(1)])
    new = write(tmp_path / "new.csv", [street(1, Location="On or near B"), street(2)])
    assert world.ingest(old, dry_run=True).result.files[0].stored == 1
    assert not (tmp_path / "workspace").exists()
    world.ingest(old)
    before = contents(tmp_path / "workspace")
    rehearsed = world.ingest(new, release=release, dry_run=True)
    assert contents(tmp_path / "workspace") == before
    assert rehearsed.result == world.ingest(new, release=release).result


def test_a_rehearsal_of_a_feed_knows_the_records_held(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.ingest(write(tmp_path / "one.csv", [record("R1")], FEED))
    again = write(tmp_path / "two.csv", [record("R1", offence="Burglary")], FEED)
    assert world.ingest(again, dry_run=True).exit_code == 10
