"""``rightplace workforce history``, ``trend`` and ``backtest`` as a planner calls them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.cli.schemas import verb_schema
from rightplace.cli.workforce import command
from rightplace.core.time import Month
from rightplace.errors import BadInputError
from tests.small_files import World, write

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workspace import Workspace

COLUMNS = ["Date", "Police Officer Strength", "Police Staff Strength", "PCSO Strength"]


def officers(n: int) -> int:
    return 30_000 + 20 * n + (37 * n) % 50


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    world = World(tmp_path_factory.mktemp("strength"))
    rows = [
        dict(
            zip(COLUMNS, (f"{Month(2017, 1).plus(n).first:%b-%y}", officers(n), 9, 8), strict=True)
        )
        for n in range(48)
    ]
    world.ingest(write(world.root / "s.csv", rows, COLUMNS), kind="strength")
    return world.workspace


def called(workspace: Workspace, *words: object) -> str:
    ran = CliRunner().invoke(
        command, [*map(str, words)], obj=workspace, standalone_mode=False, catch_exceptions=False
    )
    assert ran.return_value in {0, None}, ran.output
    return ran.stdout


@pytest.mark.parametrize("verb", ["history", "trend", "backtest"])
def test_s20_what_each_verb_prints_keeps_to_its_schema(workspace: Workspace, verb: str) -> None:
    content: Any = json.loads(called(workspace, verb, "--json"))
    assert content["schema"] == f"rightplace/workforce-{verb}/1"
    assert (content["ok"], content["as_of"]) == (True, "2020-12-31")
    assert content["id"].startswith("h-")
    Draft202012Validator(verb_schema(f"workforce-{verb}")).validate(content)


def test_s20_the_history_is_a_table_of_years_with_what_cannot_be_known(
    workspace: Workspace,
) -> None:
    told = called(workspace, "history", "--dry-run")
    assert f"2018-12        {officers(23):,}    {officers(23) - officers(11):+,}" in told
    assert "break: Police Uplift Programme, 2019-07 to 2023-03" in told
    assert "Joiners and leavers apart cannot be known from this data" in told
    assert max(len(line) for line in told.splitlines()) <= 100
    assert told.splitlines()[-1] == "  Nothing was kept."
    assert called(workspace, "history").splitlines()[-1].endswith("strength.parquet")


def test_s20_the_trend_shows_months_and_both_intervals(workspace: Workspace) -> None:
    told = called(workspace, "trend", "--months", 12, "--as-of", "2019-06-30", "--dry-run")
    lines = told.splitlines()
    assert f"{officers(29):,} officers at the end of 2019-06" in lines[0]
    shown = [line.split()[0] for line in lines if line.startswith("20")]
    assert shown == ["2019-07", "2019-08", "2019-09", "2019-12", "2020-06"]


def test_s20_the_backtest_shows_every_origin_and_both_kinds_of_years(workspace: Workspace) -> None:
    told = called(workspace, "backtest", "--months", 12, "--dry-run")
    origins = [line for line in told.splitlines() if line.startswith("20")]
    assert [line.split()[:2] for line in origins] == [
        ["2017-12", "2018-12"],
        ["2018-12", "2019-12"],
        ["2019-12", "2020-12"],
    ]
    assert ["Police Uplift Programme" in line for line in origins] == [False, True, True]
    assert "12 months ahead, across a break:" in told


def test_a_faulty_table_of_the_home_office_is_refused_with_its_row(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "uplift.csv"
    path.write_text("date,force_name\n2018-03-01,Kent\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="Columns are missing: rank_description"):
        called(workspace, "history", "--home-office", path)
