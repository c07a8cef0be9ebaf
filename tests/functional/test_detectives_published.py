"""A look ahead as the product makes it is published, and its page says the same as its report."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.jobs_asked import PublishAsked
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
from tests.detective_setups import SETUP, write_setup
from tests.web.signed_in import KnownCookies, cookie, person

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)
WHO = person("u-030", "Dan Detective", Role.DETECTIVE_MANAGER, at=NOW)
FEW = ("--replications", "4", "--as-of", "2026-05-01")
MOVED = ("--move", "5:dc:camden-cid:homicide")


def made(folder: Path, *words: object) -> str:
    told = rightplace("detectives", "simulate", *words, *FEW, "--json", workspace=folder)
    assert told.exit_code == 0, told.stderr
    return str(told.json["id"])


def database_of(folder: Path, *, demo: bool) -> Shelf:
    folder.mkdir()
    database = open_database(sqlite_url(folder), apart=folder / "apart", wait_seconds=5)
    create(database, WHO.actor, kind="demo" if demo else "service", at=NOW)
    return Shelf(database)


def test_s5_a_published_look_ahead_says_what_its_report_says(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    run_id = made(folder, write_setup(tmp_path / "setup.toml"), *MOVED)
    assert PublishAsked(run_id=run_id).run_id == run_id
    shelf = database_of(tmp_path / "records", demo=False)
    answer = publish_run(Workspace(folder), shelf.database, run_id, actor=WHO.actor, at=NOW)
    assert answer.result.published == (run_id,)
    assert not answer.result.synthetic
    sessions = KnownCookies({"dan": WHO})
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW)
    client = TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)
    told = client.get(f"/detectives/{run_id}", headers=cookie("dan"))
    assert told.status_code == 200, told.text
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", told.text)).split())
    report = rightplace("detectives", "report", run_id, "--dry-run", "--json", workspace=folder)
    (first,) = report.json["result"]["answers"]
    assert first["asked"] == "5 DC from Camden CID to Homicide"
    for words in first["told"]:
        assert words in text
    shelf.database.close()


def test_invented_units_go_into_a_demo_alone(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    setup = write_setup(tmp_path / "setup.toml", f"synthetic = true\n{SETUP}")
    run_id = made(folder, setup, "--as-it-is")
    shelf = database_of(tmp_path / "service", demo=False)
    with pytest.raises(RefusedError, match="SYNTHETIC"):
        publish_run(Workspace(folder), shelf.database, run_id, actor=WHO.actor, at=NOW)
    shelf.database.close()
    assert to_publish(Workspace(folder), run_id).result.synthetic
