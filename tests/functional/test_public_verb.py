"""``rightplace public``: one way out, a process that opens nothing of the service, safe to kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from rightplace.app.public.edition import FILE_NAME, read_edition, write_edition
from rightplace.cli.schemas import verb_schema
from tests.command import rightplace
from tests.functional.test_schemas import check
from tests.web.public_world import LATER, exported, ready
from tests.web.published import published_shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rightplace.app.service.shelf import Shelf

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WATCHED = """
import sys
opened, folder = [], sys.argv[1]
def watch(event, arguments):
    if event == "open" or event.startswith(("sqlite3.", "socket.connect")):
        opened.append(f"{event} {arguments[0]}")
sys.addaudithook(watch)
words = ["--workspace", folder, "public", "serve", sys.argv[2], "--port", sys.argv[3]]
sys.argv = ["rightplace", *words]
import atexit, json
def tell():
    inside = ("rightplace.records", "rightplace.engines", "rightplace.crime")
    below = ("sqlalchemy", "sqlite3", "duckdb", "psycopg")
    rooms = sorted(m for m in sys.modules if m.startswith((*inside, *below)))
    sys.stderr.write(json.dumps({"opened": opened, "modules": rooms}))
atexit.register(tell)
from rightplace.cli import main
main()
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an operational database, and an edition beside it."""
    folder = tmp_path_factory.mktemp("public")
    workspace = folder / "workspace"
    workspace.mkdir()
    shelf = published_shelf(workspace)
    ready(shelf)
    exported(shelf, folder / "out")
    close(shelf, workspace)
    return folder


def close(shelf: Shelf, workspace: Path) -> None:
    """Close the database, with what is kept apart where the command line looks for it."""
    shelf.database.close()
    (workspace / "apart").rename(workspace / "records-apart")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(world: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    command = [
        sys.executable,
        "-c",
        WATCHED,
        str(world / "workspace"),
        str(world / "out"),
        str(port),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                httpx.get(f"{address}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address, run
        run.kill()


def test_the_public_process_opens_neither_database_nor_workspace(
    world: Path, served: tuple[str, subprocess.Popen[str]]
) -> None:
    address, run = served
    for path in ("/", "/?search=abbey", "/about", "/downloads", "/edition.csv", "/nowhere"):
        told = httpx.get(address + path)
        assert told.status_code == (404 if path == "/nowhere" else 200)
        assert "set-cookie" not in told.headers
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=20)
    line = said[said.index('{"opened"') :]
    held = json.loads(line)
    assert held["modules"] == []
    inside = str(world / "workspace")
    assert [each for each in held["opened"] if inside in each or "sqlite3." in each] == []
    assert any(FILE_NAME in each for each in held["opened"])


def test_the_answers_keep_to_their_schemas(world: Path) -> None:
    ran = rightplace("public", "serve", world / "out", "--dry-run", "--json")
    assert ran.exit_code == 0, ran.stderr
    check(verb_schema("public-serve"), ran.json)
    assert ran.json["result"]["made_on"] == LATER.date().isoformat()


KILLED = """
import os, sys
from pathlib import Path
from rightplace.app.public import edition
from rightplace.core import files
def stop(path):
    os.kill(os.getpid(), 9)
if sys.argv[2] == "before":
    os.fsync = stop
else:
    files.sync = stop
held, _ = edition.read_edition(Path(sys.argv[1]) / edition.FILE_NAME)
from dataclasses import replace
edition.write_edition(Path(sys.argv[1]), replace(held, made_on="2030-01-01"))
"""


def test_an_export_that_nobody_approved_is_refused_and_one_that_was_keeps_to_its_schema(
    world: Path, tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    shelf = published_shelf(tmp_path / "none")
    close(shelf, tmp_path / "none")
    for workspace, code in ((tmp_path / "none", 20), (world / "workspace", 0)):
        words = ("public", "export", tmp_path / "out", "--dry-run", "--json")
        ran = rightplace(*words, workspace=workspace)
        assert ran.exit_code == code, ran.stderr
    check(verb_schema("public"), ran.json)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("moment", "made_on"), [("before", "2026-05-05"), ("after", "2030-01-01")])
def test_an_export_killed_in_the_middle_leaves_the_old_edition_or_the_new_one(
    world: Path, tmp_path: Path, moment: str, made_on: str
) -> None:
    edition, digest = read_edition(world / "out" / FILE_NAME)
    write_edition(tmp_path, edition)
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), moment], check=False, env=dict(os.environ)
    )
    assert ran.returncode == -signal.SIGKILL
    held, held_digest = read_edition(tmp_path / FILE_NAME)
    assert held.made_on == made_on
    assert (held_digest == digest) == (moment == "before")
