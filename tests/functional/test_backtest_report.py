"""``backtest --out``: a page, the result as JSON, a CSV a table; the same run, the same bytes."""

from __future__ import annotations

import csv
import json
import shlex
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.command import Told, rightplace
from tests.walks import Kept, kept
from tests.worlds import AS_OF, publish

if TYPE_CHECKING:
    from pathlib import Path

METHODS = "last_12_months,fading@half_life_weeks=52,shrunk=1,uniform"
TABLES = {"scores", "origins", "deciles", "curves", "pairs", "intervals", "pit", "origins_asked"}
ASKED = ("--from", "2017-09-01", "--to", "2018-06-01", "--step", "31", "--as-of", AS_OF)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("report")
    return kept(folder / "workspace", publish(folder / "files"), AS_OF)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out") / "new" / "report"


@pytest.fixture(scope="module")
def told(world: Kept, out: Path) -> Told:
    words = ("backtest", *ASKED, "--methods", METHODS, "--shares", ".25,.5", "--json")
    return rightplace(*words, "--out", out, workspace=world.workspace.root)


def test_a_page_a_result_and_a_file_for_each_table_are_written(told: Told, out: Path) -> None:
    assert told.exit_code == 0, told.stderr
    names = {path.name for path in out.iterdir()}
    assert names == {"report.html", "report.json"} | {f"{table}.csv" for table in TABLES}
    assert f"report: {out / 'report.html'}" in told.stderr


def test_page_shows_every_method_and_the_run(told: Told, out: Path) -> None:
    page = unescape((out / "report.html").read_text(encoding="utf-8").replace("<wbr>", ""))
    for method in ("last_12_months", "fading@half_life_weeks=52,shrunk=1", "uniform"):
        assert page.count(method) >= 3, method
    assert told.json["id"] in page
    assert "Backtest report: Tiny London" in page


def test_json_is_the_result_without_where_it_was_kept(told: Told, out: Path, world: Kept) -> None:
    text = (out / "report.json").read_text(encoding="utf-8")
    content = json.loads(text)
    assert content["id"] == told.json["id"]
    printed = told.json["result"]
    assert content["result"]["verdict"] == printed["verdict"]
    assert content["result"]["methods"] == printed["methods"]
    assert content["result"]["origins_path"] == "origins.csv"
    assert str(world.workspace.root) not in text
    assert str(world.workspace.root) not in (out / "report.html").read_text(encoding="utf-8")


def test_scores_have_a_row_for_each_method_with_the_numbers_of_the_result(
    told: Told, out: Path
) -> None:
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["method"]: row for row in csv.DictReader(file)}
    methods = told.json["result"]["methods"]
    assert set(rows) == set(methods)
    for name, scores in methods.items():
        assert float(rows[name]["log_score"]) == scores["log_score"]
        assert float(rows[name]["pai@0.25"]) == scores["pai"]["0.25"]


def test_the_command_on_the_page_makes_the_same_run_and_the_same_bytes(
    told: Told, out: Path, world: Kept, tmp_path: Path
) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    command = unescape(page.partition("<pre>")[2].partition("</pre>")[0])
    _, *words = shlex.split(command)
    words[words.index("--origins") + 1] = str(out / "origins_asked.csv")
    words[words.index("--out") + 1] = str(tmp_path / "again")
    again = rightplace(*words, "--json", workspace=world.workspace.root)
    assert again.exit_code == 0, again.stderr
    assert again.json["id"] == told.json["id"]
    for path in out.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_dry_run_writes_no_report(world: Kept, tmp_path: Path) -> None:
    words = ("backtest", *ASKED, "--methods", "uniform", "--dry-run", "--out", tmp_path / "none")
    assert rightplace(*words, workspace=world.workspace.root).exit_code == 0
    assert not (tmp_path / "none").exists()
