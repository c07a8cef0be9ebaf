"""``rightplace workforce report`` as a planner calls it, on kept runs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.deploy.workforce.setup_file import example
from rightplace.errors import BadInputError, NotHeldError, RightplaceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Return what calls the command line in one workspace and returns its envelope."""
    here = tmp_path_factory.mktemp("workforce")
    (here / "setup.toml").write_text(example(), encoding="utf-8")
    header = "Date,Police Officer Strength,Police Staff Strength,PCSO Strength\n"
    months = (date(year, month, 1) for year in range(2013, 2021) for month in range(1, 13))
    rows = [f"{day:%b-%y},{30_000 + 37 * n * n % 911},9000,1200" for n, day in enumerate(months)]
    (here / "strength.csv").write_text(header + "\n".join(rows) + "\n", encoding="utf-8")

    def call(*words: str) -> dict[str, Any]:
        given = ["--workspace", str(here / "ws"), *words, "--json"]
        given = [word.replace("HERE", str(here)) for word in given]
        result = CliRunner().invoke(cli, given, catch_exceptions=False, standalone_mode=False)
        if isinstance(result.exception, RightplaceError):
            raise result.exception
        assert result.exception is None
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    return call


@pytest.fixture(scope="module")
def run(called: Callable[..., dict[str, Any]]) -> str:
    """The id of a small forecast."""
    words = ("--months", "12", "--draws", "60")
    return str(called("workforce", "forecast", "HERE/setup.toml", *words)["id"])


def test_s20_a_report_is_written_from_a_kept_run_and_says_the_same_each_time(
    called: Callable[..., dict[str, Any]], run: str, tmp_path: Path
) -> None:
    answer = called("workforce", "report", run, "--out", str(tmp_path))
    Draft202012Validator(verb_schema("workforce-report")).validate(answer)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "workforce-months.csv",
        "workforce-tables.csv",
        "workforce.html",
        "workforce.json",
        "workforce.pdf",
    ]
    assert "32,000 headcount" in answer["result"]["answer"]
    first = answer["result"]["answer"].partition(", 80")[0]
    assert first in (tmp_path / "workforce.html").read_text("utf-8")
    again = called("workforce", "report", run, "--out", str(tmp_path / "again"))
    digests = [[each["sha256"] for each in a["result"]["outputs"]] for a in (answer, again)]
    assert digests[0] == digests[1]


def test_the_newest_history_and_back_test_stand_beside_a_forecast(
    called: Callable[..., dict[str, Any]], run: str, tmp_path: Path
) -> None:
    called("ingest", "strength", "HERE/strength.csv", "--release", "2021-02-01")
    history, backtest = (called("workforce", of)["id"] for of in ("history", "backtest"))
    words = ("workforce", "report", run, "--out", str(tmp_path), "--format", "html")
    found = called(*words)["result"]
    assert (found["history_id"], found["backtest_id"]) == (history, backtest)
    assert "inside the 80" in (tmp_path / "workforce.html").read_text("utf-8")
    published = called("publish", run, "--dry-run")["result"]["published"]
    assert set(published) == {history, backtest, run}
    assert published[-1] == run
    trend = called("workforce", "trend", "--months", "6")["id"]
    for each in (history, trend, backtest):
        short = called("workforce", "report", each, "--out", str(tmp_path / each))["result"]
        assert len(short["outputs"]) >= 4
        assert short["history_id"] is None
    with pytest.raises(UsageError, match="nothing stands beside"):
        called("workforce", "report", trend, "--history", history)
    with pytest.raises(UsageError, match="not a history"):
        called("workforce", "report", run, "--history", trend)


def test_a_run_of_an_earlier_form_is_refused_before_it_is_published(
    called: Callable[..., dict[str, Any]],
) -> None:
    envelope = called("workforce", "forecast", "HERE/setup.toml", "--months", "3", "--draws", "20")
    file = Path(envelope["result"]["strength_path"]).with_name("run.json")
    record = json.loads(file.read_text("utf-8"))
    del record["result"]["moves"]
    file.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(BadInputError, match="does not say all"):
        called("publish", envelope["id"], "--dry-run")


def test_a_dry_run_writes_nothing_and_an_unknown_form_or_run_is_refused(
    called: Callable[..., dict[str, Any]], run: str, tmp_path: Path
) -> None:
    answer = called("workforce", "report", run, "--out", str(tmp_path / "no"), "--dry-run")
    assert answer["result"]["outputs"] == []
    assert not (tmp_path / "no").exists()
    with pytest.raises(UsageError, match="'docx'"):
        called("workforce", "report", run, "--format", "docx")
    with pytest.raises(NotHeldError):
        called("workforce", "report", "h-000000000000")
