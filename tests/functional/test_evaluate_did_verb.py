"""``rightplace evaluate did`` and ``series`` as an analyst uses them, on a table in a file."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.errors import NotHeldError
from tests.command import rightplace
from tests.difference_worlds import World, drawn

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from rightplace.evaluate.designs.panel import Panel


def _written(of: Panel, path: Path) -> Path:
    lines = ["unit,part,period_start,count,treated_from"]
    for row, unit in enumerate(of.units):
        begun = of.treated_from[row]
        first = of.starts[begun] if begun >= 0 else ""
        lines += [
            f"{unit},{of.parts[row].value},{start},{count:.0f},{first}"
            for start, count in zip(of.starts, of.counts[row], strict=True)
        ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _result(*words: object) -> dict[str, Any]:
    told = rightplace("evaluate", *words, "--json")
    assert told.exit_code == 0, told.stderr
    faults = list(Draft202012Validator(verb_schema(f"evaluate-{words[0]}")).iter_errors(told.json))
    assert faults == []
    result: dict[str, Any] = told.json["result"]
    return result


def _invoke(root: Path, *words: object) -> Result:
    """Run the verb in this process, on a workspace."""
    return CliRunner().invoke(cli, ["--workspace", str(root), "evaluate", *map(str, words)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Eight of 24 areas, treated from January 2017 on: a third fewer."""
    world = World(ratio=2 / 3, drift=0.05)
    return _written(drawn(world, np.random.default_rng(11)), tmp_path / "table.csv")


def test_did_finds_a_third_fewer_and_says_how_sure_it_is(table: Path) -> None:
    result = _result("did", table, "--draws", 399, "--outcome", "robbery")

    assert result["relative"]["lo"] < -1 / 3 < result["relative"]["hi"] < 0
    assert result["estimate"] == pytest.approx(result["observed"] - result["expected"])
    assert result["evidence_level"] == 4
    assert {each["check"] for each in result["diagnostics"]} >= {"pre-trend", "placebo-in-time"}
    assert [each["first"] < 0 for each in result["events"]] == [True] * 3 + [False] * 2
    assert result["seed"] == 0


def test_did_prints_verdict_first_and_the_course_of_the_effect(table: Path) -> None:
    told = rightplace("evaluate", "did", table, "--draws", 199)

    assert told.exit_code == 0
    assert "chance alone hardly does this" in " ".join(told.stdout.split()[:40])
    assert "By periods since the start" in told.stdout


def test_series_beside_a_control_finds_it_too(table: Path) -> None:
    result = _result("series", table)

    assert result["relative"]["lo"] < -1 / 3 < result["relative"]["hi"]
    assert result["evidence_level"] <= 2
    assert result["series"]["first_treated"] == 24


def test_table_across_a_lockdown_loses_a_level_and_says_why(tmp_path: Path) -> None:
    of = drawn(World(months=66, start=60, ratio=0.6, drift=0.05), np.random.default_rng(1))
    path = _written(of, tmp_path / "long.csv")

    result = _result("did", path, "--draws", 199)

    check = next(each for each in result["diagnostics"] if each["check"] == "no-lockdown")
    assert check["passed"] is False
    assert "One less: no-lockdown failed." in result["evidence_reasons"]
    assert "The windows run into lockdown" in result["verdict"]


def test_a_series_across_a_lockdown_cannot_tell_unless_a_control_stands_beside_it(
    tmp_path: Path,
) -> None:
    beside = drawn(World(months=66, start=60, ratio=0.6, drift=0.05), np.random.default_rng(1))
    alone = drawn(World(months=66, start=60, ratio=0.6, controls=0), np.random.default_rng(1))

    found = [
        _result("series", _written(of, tmp_path / "long.csv"))["verdict"] for of in (alone, beside)
    ]

    assert found[0].startswith("These data cannot tell whether it worked: the windows run into")
    assert "the windows run into" not in found[1]


def test_series_without_its_extra_names_it(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.api", None)
    told = _invoke(table.parent, "series", table)

    assert isinstance(told.exception, NotHeldError)
    assert "rightplace[designs]" in str(told.exception)


def test_settings_of_the_workspace_hold_and_what_is_asked_for_goes_before(table: Path) -> None:
    root = table.parent
    (root / "rightplace.toml").write_text("[difference]\ndraws = 299\n", encoding="utf-8")

    told = [
        _invoke(root, "did", table, "--json", *more).output for more in ([], [], ["--draws", "199"])
    ]

    assert json.loads(told[0])["result"]["method"].endswith(" 299")
    assert told[0] == told[1]
    assert json.loads(told[2])["result"]["method"].endswith(" 199")


def test_table_without_a_control_is_refused_by_did(tmp_path: Path) -> None:
    of = drawn(World(controls=0), np.random.default_rng(1))
    told = rightplace("evaluate", "did", _written(of, tmp_path / "alone.csv"))

    assert told.exit_code == 10
    assert "no control unit" in told.stderr
