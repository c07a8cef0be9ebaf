"""An empty operational database of this version, on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.records.audit.keys import make_master_key
from rightplace.records.database.front import open_database, sqlite_url
from rightplace.records.database.migrate import upgrade
from tests.records.postgres import absent, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rightplace.records.database.front import Database
    from tests.records.postgres import Server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    reason = absent()
    if reason is not None:
        pytest.skip(reason)
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
    else:
        server: Server = request.getfixturevalue("postgres")
        with server.database() as address:
            yield address


@pytest.fixture
def bare(url: str, tmp_path: Path) -> Iterator[Database]:
    """An open database without tables."""
    apart = tmp_path / "apart"
    opened = open_database(url, apart=apart, wait_seconds=5)
    make_master_key(apart)
    yield opened
    opened.close()


@pytest.fixture
def database(bare: Database) -> Database:
    """An open database with the tables of this version."""
    upgrade(bare)
    return bare
