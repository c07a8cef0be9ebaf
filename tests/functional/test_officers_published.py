"""Rosters and surges as the product makes them are published, and their pages show them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace import deploy
from rightplace.app.service.publish import publish_run, to_publish
from rightplace.app.service.shelf import Shelf
from rightplace.app.service.web_settings import WebSettings
from rightplace.app.workspace import Workspace
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Role
from rightplace.records.database.front import open_database, sqlite_url
from rightplace.records.published.creating import create
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.command import rightplace
from tests.web.signed_in import KnownCookies, cookie, person

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(deploy.__file__).parent / "data"
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
WHO = person("u-030", "Rosa Planner", Role.RESOURCE_PLANNER, Role.TASKING_CHAIR, at=NOW)


def example(name: str) -> Path:
    return EXAMPLES / f"example_{name}.csv"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("officers")
    (folder / "rightplace.toml").write_text("[roster]\neffort = 0.1\n\n[surge]\ndraws = 3\n")
    return folder


def made(workspace: Path, *words: object) -> str:
    told = rightplace(*words, "--as-of", "2026-02-01", "--json", workspace=workspace)
    assert told.exit_code == 0, told.stderr
    return str(told.json["id"])


@pytest.fixture(scope="module")
def roster_id(workspace: Path) -> str:
    files = [
        word
        for name in ("officers", "demand", "absences", "wishes")
        for word in (f"--{name}", example(f"roster_{name}"))
    ]
    return made(workspace, "roster", "--from", "2026-03-02", *files)


@pytest.fixture(scope="module")
def surge_id(workspace: Path) -> str:
    files = ("--officers", example("officers"), "--demand", example("demand"))
    return made(workspace, "surge", *files, "--donors", example("donors"), "--count", "24")


def database_of(folder: Path, *, demo: bool) -> Shelf:
    database = open_database(sqlite_url(folder), apart=folder / "apart", wait_seconds=5)
    create(database, WHO.actor, kind="demo" if demo else "service", at=NOW)
    return Shelf(database)


@pytest.fixture(scope="module")
def client(
    workspace: Path, roster_id: str, surge_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    shelf = database_of(tmp_path_factory.mktemp("records"), demo=True)
    for run_id in (roster_id, surge_id):
        answer = publish_run(Workspace(workspace), shelf.database, run_id, actor=WHO.actor, at=NOW)
        assert answer.result.synthetic
        assert to_publish(Workspace(workspace), run_id).result == answer.result
    sessions = KnownCookies({"rosa": WHO})
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)
    yield TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)
    shelf.database.close()


def said(client: TestClient, address: str) -> str:
    told = client.get(address, headers=cookie("rosa"))
    assert told.status_code == 200, told.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())


def test_invented_officers_go_into_a_demo_alone(
    workspace: Path, roster_id: str, surge_id: str, tmp_path: Path
) -> None:
    shelf = database_of(tmp_path, demo=False)
    for run_id in (roster_id, surge_id):
        with pytest.raises(RefusedError, match="SYNTHETIC"):
            publish_run(Workspace(workspace), shelf.database, run_id, actor=WHO.actor, at=NOW)
    shelf.database.close()


def test_the_pages_of_a_roster_show_what_the_solver_made(
    client: TestClient, roster_id: str
) -> None:
    text = said(client, f"/rosters/{roster_id}")
    assert "SYNTHETIC" in text
    assert "demands are met." in text
    assert "could be saved" in text or "proven best" in text
    assert "On duty on 2 March 2026" in said(client, f"/rosters/{roster_id}/officers")


def test_the_pages_of_a_surge_show_what_the_solver_made(client: TestClient, surge_id: str) -> None:
    text = said(client, f"/surges/{surge_id}")
    assert "24 of 24 officers asked for are posted." in text
    assert "No other postings reach more: the best is proven." in text
    assert "24 postings" in said(client, f"/surges/{surge_id}/officers")
