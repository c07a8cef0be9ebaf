"""What scripts may rely on: one JSON object, its keys, the exit codes, and where words go."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.command import Told, rightplace
from tests.small_files import World, street, write

if TYPE_CHECKING:
    from pathlib import Path

ENVELOPE = {"schema", "id", "ok", "as_of", "data_releases", "warnings", "result"}
FILE = {
    "path",
    "sha256",
    "read",
    "stored",
    "quarantined",
    "superseded",
    "refused",
    "reasons",
}
SOURCE = {
    "source",
    "from",
    "to",
    "gaps",
    "stubs",
    "rows",
    "without_place_share",
    "missing_categories",
}
HEAVY = ["duckdb", "ibis", "pyarrow", "pyogrio", "shapely", "scipy", "highspy", "typst", "pyproj"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two months with a gap between them, and one row set aside."""
    world = World(tmp_path_factory.mktemp("contract"))
    rows = [street(n, Longitude="", Latitude="") for n in range(1, 6)]
    rows += [street(n, Month="2018-08") for n in range(6, 11)] + [street(11, Crime_type="?")]
    write(world.root / "a.csv", rows)
    return world


@pytest.fixture(scope="module")
def ingested(world: World) -> Told:
    path = world.root / "a.csv"
    words = ("ingest", "crimes", path, "--release", "2018-10-01", "--json")
    return rightplace(*words, workspace=world.workspace.root)


def test_ingest_answers_with_each_file(ingested: Told, world: World) -> None:
    assert ingested.exit_code == 0
    answer = ingested.json
    assert set(answer) == ENVELOPE
    assert (answer["schema"], answer["ok"], answer["id"]) == ("rightplace/ingest/1", True, None)
    assert answer["data_releases"] == ["2018-10-01"]
    (file,) = answer["result"]["files"]
    assert set(file) >= FILE
    assert (file["read"], file["stored"], file["quarantined"], file["superseded"]) == (11, 10, 1, 0)
    assert file["reasons"] == [{"code": "unknown_category", "count": 1}]
    assert file["path"] == str(world.root / "a.csv")


def test_progress_and_notes_go_to_standard_error(ingested: Told) -> None:
    assert "reading" in ingested.stderr
    assert ingested.stdout.startswith("{")


def test_status_answers_with_files_and_sources(ingested: Told, world: World) -> None:
    told = rightplace("status", "--json", workspace=world.workspace.root)
    assert (told.exit_code, told.stderr) == (0, "")
    assert set(told.json) == ENVELOPE
    assert told.json["schema"] == "rightplace/status/1"
    (file,) = told.json["result"]["files"]
    (taken,) = ingested.json["result"]["files"]
    assert file == taken
    (source,) = told.json["result"]["sources"]
    assert set(source) >= SOURCE
    assert (source["from"], source["to"], source["gaps"]) == ("2018-06", "2018-08", ["2018-07"])
    assert (source["rows"], source["without_place_share"]) == (10, 0.5)


@pytest.mark.usefixtures("ingested")
def test_quarantine_export_answers_with_rows_and_path(world: World) -> None:
    out = world.root / "quarantine.csv"
    words = ("quarantine", "export", "--out", out, "--json")
    rehearsed = rightplace(*words, "--dry-run", workspace=world.workspace.root)
    assert not out.exists()
    told = rightplace(*words, workspace=world.workspace.root)
    assert told.json["result"] == rehearsed.json["result"] == {"rows": 1, "path": str(out)}
    assert out.exists()


def test_config_says_where_each_setting_comes_from(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTPLACE_ENGINE_THREADS", "1")
    told = rightplace("config", "show", "--json", workspace=world.workspace.root)
    assert set(told.json) == ENVELOPE
    found = {s["key"]: s for s in told.json["result"]["settings"]}
    assert found["engine.threads"] == {
        "key": "engine.threads",
        "value": 1,
        "origin": "RIGHTPLACE_ENGINE_THREADS",
    }
    assert found["store.wait_seconds"]["origin"] == "default"


def test_version_answers_with_the_digest_of_the_code() -> None:
    told = rightplace("version", "--json")
    assert set(told.json) == ENVELOPE
    version, code = (told.json["result"][key] for key in ("version", "code_version"))
    assert code.startswith(f"{version}+")


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("ingest", "crimes"), 2, "usage"),
        (("ingest", "burglars", "a.csv"), 2, "usage"),
        (("ingest", "crimes", "a.csv", "--release", "soon"), 2, "usage"),
        (("statu",), 2, "usage"),
        (("status", "--jsn"), 2, "usage"),
        (("ingest", "crimes", "absent.csv"), 11, "not-found"),
        (("ingest", "crimes", ".", "--mapping", "police_uk_stret"), 11, "not-found"),
        (("--config", "absent.toml", "status"), 11, "not-found"),
    ],
)
def test_every_error_has_one_shape_and_its_exit_code(
    words: tuple[str, ...], exit_code: int, code: str
) -> None:
    told = rightplace(*words, "--json")
    assert told.exit_code == exit_code
    assert set(told.json) == {"ok", "error"}
    assert told.json["ok"] is False
    error = told.json["error"]
    assert set(error) == {"code", "message", "file", "row", "value", "remedy"}
    assert error["code"] == code
    assert str(error["message"]) in told.stderr
    assert rightplace(*words).stdout == ""


def test_a_file_that_is_refused_answers_with_the_rest_and_exit_10(
    world: World, tmp_path: Path
) -> None:
    bad = write(tmp_path / "bad.csv", [street(1, Month="?")])
    told = rightplace("ingest", "crimes", bad, "--json", workspace=tmp_path / "workspace")
    assert told.exit_code == 10
    assert set(told.json) == ENVELOPE | {"error"}
    assert told.json["error"]["row"] == 1
    plain = rightplace("ingest", "crimes", bad, workspace=tmp_path / "workspace")
    assert "Refused:" in plain.stdout
    assert world.root != tmp_path


def test_settings_that_are_wrong_are_bad_input(tmp_path: Path) -> None:
    (tmp_path / "rightplace.toml").write_text("[store]\nwait_second = 1\n")
    told = rightplace("status", "--json", workspace=tmp_path)
    assert (told.exit_code, told.json["error"]["code"]) == (10, "bad-input")
    assert "Did you mean 'wait_seconds'?" in told.json["error"]["remedy"]


def test_what_is_read_is_said_to_people_in_a_table(world: World, ingested: Told) -> None:
    assert ingested.exit_code == 0
    told = rightplace("status", workspace=world.workspace.root)
    assert told.stdout.splitlines()[0].split() == [
        "read",
        "stored",
        "quarantined",
        "superseded",
        "kind",
        "file",
    ]
    assert "no data (not zero): 2018-07" in told.stdout


def test_help_loads_no_heavy_module_and_names_every_verb() -> None:
    script = (
        "import sys, json\n"
        "sys.argv = ['rightplace', '--help']\n"
        "from rightplace.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as left:\n    assert not left.code\n"
        "sys.stderr.write(json.dumps(sorted(sys.modules)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    loaded = set(json.loads(told.stderr))
    assert sorted(loaded & set(HEAVY)) == []
    for verb in ("demo", "ingest", "status", "forecast", "plan", "brief", "explain"):
        assert f"  {verb}" in told.stdout


@pytest.mark.parametrize("verb", ["backtest", "plan"])
def test_help_says_nothing_of_what_functions_raise(verb: str) -> None:
    told = rightplace(verb, "--help")
    assert told.exit_code == 0
    assert "Raises" not in told.stdout
    assert "UsageError" not in told.stdout
