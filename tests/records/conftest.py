"""An empty operational database of this version, on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rightplace.records.audit.chain import GENESIS
from rightplace.records.audit.keys import make_master_key
from rightplace.records.database.front import FILE_NAME, open_database, sqlite_url
from rightplace.records.database.migrate import upgrade
from rightplace.records.database.tables import METADATA
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
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bare(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open database without tables."""
    if kind == "sqlite":
        yield from opened(sqlite_url(tmp_path), tmp_path)
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield from opened(url, tmp_path)


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open, empty database of this version, whose tables the test leaves as they are."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path)
        yield from opened(sqlite_url(tmp_path), tmp_path)
    else:
        yield from opened(request.getfixturevalue("emptied_server"), tmp_path)


def opened(url: str, folder: Path) -> Iterator[Database]:
    apart = folder / "apart"
    database = open_database(url, apart=apart, wait_seconds=5)
    make_master_key(apart)
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with the tables of this version."""
    folder = tmp_path_factory.mktemp("migrated")
    for database in opened(sqlite_url(folder), folder):
        upgrade(database)
    return folder / FILE_NAME


@pytest.fixture(scope="session")
def migrated_server(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a database of PostgreSQL with the tables of this version."""
    folder = tmp_path_factory.mktemp("migrated")
    with postgres.database() as url:
        for database in opened(url, folder):
            upgrade(database)
        yield url


@pytest.fixture
def emptied_server(migrated_server: str) -> str:
    """The same, emptied: making one for each test would take a quarter of a second."""
    engine = sa.create_engine(migrated_server.replace("postgresql:", "postgresql+psycopg:"))
    head = {"id": 1, "lines": 0, "hash": GENESIS, "pruned_lines": 0, "pruned_hash": GENESIS}
    with engine.begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # no triggers
        connection.exec_driver_sql(f"TRUNCATE {', '.join(METADATA.tables)}")
        connection.execute(sa.insert(METADATA.tables["audit_head"]).values(head))
    engine.dispose()
    return migrated_server
