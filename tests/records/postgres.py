"""A server of PostgreSQL for the length of a test run, or the reason why there is none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDED = ("initdb", "pg_ctl")
# Only clients are killed in these tests, never the server, so it need not wait for the disk.
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
OWNER = "postgres"


def absent() -> str | None:
    """Return why no server can be started here, or None."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        return f"PostgreSQL is not installed: {', '.join(missing)} not found"
    if os.geteuid() == 0 and shutil.which("su") is None:
        return "initdb refuses to run as root, and there is no other user to run it as"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; each test gets a database of its own."""

    port: int

    @property
    def admin_url(self) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/postgres"

    def url(self, name: str) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{name}"

    @contextmanager
    def database(self) -> Iterator[str]:
        name = f"t{uuid.uuid4().hex}"
        engine = sa.create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            yield self.url(name)
            with engine.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            engine.dispose()


def _run(*words: str) -> None:
    user = OWNER if os.geteuid() == 0 else None
    done = subprocess.run(
        words,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        msg = f"{words[0]} failed: {done.stderr}"
        raise RuntimeError(msg)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@contextmanager
def running_server(settings: str = QUICK) -> Iterator[Server]:
    """Start a server on a free port of the loopback and stop it at the end."""
    # Not under the test run's own folder, which other users may not enter.
    folder = Path(tempfile.mkdtemp(prefix="rightplace-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    data, port = folder / "data", free_port()
    initdb, pg_ctl = (str(shutil.which(name)) for name in NEEDED)
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {settings}"
    )
    try:
        _run(initdb, "-D", str(data), "-U", OWNER, "--auth=trust", "-E", "UTF8", "--no-sync")
        _run(pg_ctl, "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield Server(port=port)
        finally:
            _run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
