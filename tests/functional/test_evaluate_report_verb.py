"""``rightplace evaluate report``: from a registered, locked plan to a verdict that is noted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.app.evaluation.register import read_register
from rightplace.app.evaluation.register.use_case import (
    Telling,
    lock_operation,
    register_operation,
    show_units,
)
from rightplace.app.evaluation.report import ReportOptions, registered_report
from rightplace.app.workspace import Workspace
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.errors import BadInputError, RefusedError
from tests.command import rightplace
from tests.operation_plans import Town
from tests.worlds import PLACES, publish

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2040, 9, 1, 9, tzinfo=UTC)
UNITS = """
[[event]]
kind = "formed"
on = 2016-01-01
unit_id = "taskforce"
name = "Violent Crime Taskforce"
"""
PLAN = f"""
title = "Operation Teasel"
unit = "taskforce"
question = "Did foot patrol lower recorded violence there?"
chosen_by = "other"
chosen_because = "The ward asked for it."
elsewhere = "none known"
[where]
cells = ["{PLACES[0].code}", "{PLACES[1].code}"]
control = ["{PLACES[4].code}", "{PLACES[5].code}", "{PLACES[6].code}", "{PLACES[7].code}"]
[when]
before_from = 2017-03-01
starts = 2018-01-01
ends = 2018-03-31
step = "month"
[outcome]
classes = ["violence_and_sexual_offences_recorded", "robbery"]
words = "violence and sexual offences, and robbery, recorded"
[judged]
design = "displacement-difference"
smallest_change = -0.2
[delivery]
tactics = ["foot patrol"]
cost_pounds = 9000
"""


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a workspace and an operation that was locked there, after its results were held."""
    root = tmp_path_factory.mktemp("evaluate")
    town = Town(root / "workspace", publish(root / "files"))
    (root / "units.toml").write_text(UNITS, encoding="utf-8")
    (root / "plan.toml").write_text(PLAN, encoding="utf-8")
    telling = Telling(at=datetime(2018, 9, 1, 9, tzinfo=UTC), by="A Analyst")
    show_units(town.workspace, telling, on=telling.at.date(), add=root / "units.toml")
    registered = register_operation(town.workspace, root / "plan.toml", telling)
    op_id = str(registered.id)
    lock_operation(town.workspace, op_id, telling)
    return town.workspace.root, op_id


def test_the_report_answers_in_the_contract_and_its_result_is_noted(
    operation: tuple[Path, str], tmp_path: Path
) -> None:
    root, op_id = operation
    words = ("evaluate", "report", op_id, "--as-of", "2018-09-01", "--out", tmp_path, "--json")
    told = rightplace(*words, "--format", "html,json", "--own-only", workspace=root)
    assert told.exit_code == 0, told.stderr
    content: dict[str, Any] = told.json
    faults = list(Draft202012Validator(verb_schema("evaluate-report")).iter_errors(content))
    assert faults == []
    result = content["result"]
    keys = "estimate lo95 hi95 p design evidence_level flags verdict".split()
    assert all(key in result for key in keys)
    assert result["design"] == "displacement-difference"
    assert result["verdict"].startswith("Exploratory")
    assert {each["kind"] for each in result["outputs"]} == {"html", "json"}
    noted = read_register(Workspace(root=root)).operation(op_id).results
    assert [(each.run_id, each.verdict) for each in noted] == [(content["id"], result["verdict"])]
    kept = json.loads((root / "runs" / content["id"] / "run.json").read_text(encoding="utf-8"))
    assert kept["kind"] == "evaluation"
    assert kept["result"] == result | {"outputs": []}


def test_for_people_the_verdict_stands_first(operation: tuple[Path, str], tmp_path: Path) -> None:
    root, op_id = operation
    words = ["evaluate", "report", op_id, "--as-of", "2018-09-01", "--own-only"]
    words += ["--out", str(tmp_path), "--format", "json"]
    done = CliRunner().invoke(cli, ["--workspace", str(root), *words])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[2].startswith("Exploratory, registered when results could be seen.")
    assert "Patrol: Given: not recorded; no patrol planned." in done.output
    assert "Cost: £9,000 planned." in done.output


def test_a_dry_run_tells_the_plan_and_nothing_of_the_result(operation: tuple[Path, str]) -> None:
    root, op_id = operation
    before = len(read_register(Workspace(root=root)).entries)
    told = rightplace("evaluate", "report", op_id, "--dry-run", "--json", workspace=root)
    assert told.exit_code == 0, told.stderr
    assert told.json["schema"] == "rightplace/operations-show/1"
    assert told.json["warnings"][0]["code"] == "dry-run"
    assert "displacement-difference with records to 2018-03-31" in told.stdout
    assert not any(word in told.stdout for word in ("estimate", "lo95", "evidence_level"))
    assert len(read_register(Workspace(root=root)).entries) == before
    options = ReportOptions(as_of=date(2018, 9, 1), dry_run=True)
    with pytest.raises(RefusedError, match="the register would not know"):
        registered_report(Workspace(root=root), op_id, options=options, at=AT, by="A Analyst")


def test_a_result_is_noted_before_it_is_kept_so_that_no_look_goes_unseen(
    tmp_path: Path, operation: tuple[Path, str]
) -> None:
    root, op_id = operation
    (tmp_path / "taken").write_text("a file where a folder should be", encoding="utf-8")
    options = ReportOptions(
        as_of=date(2018, 3, 15), out=tmp_path / "taken" / "out", formats=("json",), own_only=True
    )
    before = len(read_register(Workspace(root=root)).operation(op_id).results)
    with pytest.raises((OSError, BadInputError)):
        registered_report(Workspace(root=root), op_id, options=options, at=AT, by="A Analyst")
    assert len(read_register(Workspace(root=root)).operation(op_id).results) == before + 1


def test_an_operation_that_is_not_registered_is_not_judged(operation: tuple[Path, str]) -> None:
    root, _ = operation
    told = rightplace("evaluate", "report", "op-000000000000", "--json", workspace=root)
    assert told.exit_code == 11
    assert "op-000000000000" in told.json["error"]["message"]
