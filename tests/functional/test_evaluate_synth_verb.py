"""``rightplace evaluate synth`` as an analyst uses it, on tables in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from rightplace.cli.schemas import verb_schema
from tests.command import rightplace
from tests.paths import needs_shared
from tests.seattle import COVARIATES, FOUR, seattle
from tests.synthetic_worlds import areas_world, blocks_world

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.evaluate.designs.panel import Panel
    from rightplace.evaluate.designs.synthetic.matching import UnitTable


def _counts(of: Panel, path: Path) -> Path:
    lines = ["unit,part,period_start,count"]
    for row, unit in enumerate(of.units):
        lines += [
            f"{unit},{of.parts[row].value},{start},{count:.0f}"
            for start, count in zip(of.starts, of.counts[row], strict=True)
        ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _wide(of: UnitTable, path: Path) -> Path:
    names = [*of.outcomes, *of.covariates]
    lines = [",".join(["unit", "period", "treated", *names])]
    for row, unit in enumerate(of.units):
        people = [f"{values[row]:g}" for values in of.covariates.values()]
        for column, period in enumerate(of.periods):
            on = int(bool(of.treated[row]) and column >= of.first_treated)
            counts = [f"{table[row, column]:g}" for table in of.outcomes.values()]
            lines.append(",".join([unit, period, str(on), *counts, *people]))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _result(*words: object) -> dict[str, Any]:
    told = rightplace("evaluate", "synth", *words, "--json")
    assert told.exit_code == 0, told.stderr
    assert list(Draft202012Validator(verb_schema("evaluate-synth")).iter_errors(told.json)) == []
    result: dict[str, Any] = told.json["result"]
    return result


def test_one_area_of_forty_with_four_in_ten_fewer(tmp_path: Path) -> None:
    panel = areas_world(np.random.default_rng(4), change=-0.4)
    table = _counts(panel, tmp_path / "areas.csv")
    result = _result(table, "--from", panel.starts[36], "--outcome", "robbery")
    assert result["relative"]["lo"] < -0.4 < result["relative"]["hi"] < 0
    assert result["estimate"] == pytest.approx(result["observed"] - result["expected"])
    assert result["p"] == pytest.approx(1 / 40)
    codes = {each["code"] for each in result["flags"]}
    assert {"one-treated-area", "no-sampling-coverage"} <= codes
    assert result["outcome"] == "robbery"
    assert result["seed"] == 0


def test_many_blocks_of_a_wide_table_in_words(tmp_path: Path) -> None:
    table = _wide(blocks_world(np.random.default_rng(2), change=-0.5), tmp_path / "blocks.csv")
    words = ("evaluate", "synth", table, "--match-out", "crime", "--permutations", 79)
    told = rightplace(*words)
    assert told.exit_code == 0, told.stderr
    assert "than expected without it" in told.stdout
    assert "placebo-in-space, passed" in told.stdout
    assert "Seed 0." in told.stdout
    assert told.stdout == rightplace(*words).stdout


def test_faults_are_named_with_their_rows(tmp_path: Path) -> None:
    table = tmp_path / "wide.csv"
    table.write_text(
        "unit,period,treated,crime,people\na,1,0,3,10\na,2,0,,10\nb,1,0,2,5\nb,2,yes,2,6\n",
        encoding="utf-8",
    )
    told = rightplace(
        "evaluate", "synth", table, "--match-out", "crime", "--match-covariates", "people"
    )
    assert told.exit_code == 10
    for fault in ("crime '' is empty", "treated 'yes'", "people '6' differs from 5"):
        assert fault in told.stderr


def test_a_unit_without_a_period_is_not_taken_for_none(tmp_path: Path) -> None:
    table = tmp_path / "wide.csv"
    table.write_text("unit,period,treated,crime\na,1,0,3\na,2,1,1\nb,1,0,2\n", encoding="utf-8")
    told = rightplace("evaluate", "synth", table, "--match-out", "crime")
    assert told.exit_code == 10
    assert "row 3: 'b' lacks a period (2), and no data is not zero" in told.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--post-from", "2"),
        ("--match-out", "crime:0"),
        ("--match-out", "crime", "--match-out", "crime:2"),
        ("--match-out", "crime", "--from", "2020-01-01"),
    ],
)
def test_what_does_not_go_together_is_refused_before_the_file_is_read(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    told = rightplace("evaluate", "synth", tmp_path / "none.csv", *words)
    assert told.exit_code == 2


@needs_shared
def test_seattle_comes_out_of_the_verb_as_published(tmp_path: Path) -> None:
    table = _wide(seattle(), tmp_path / "seattle.csv")
    words = [part for name in FOUR for part in ("--match-out", name)]
    words += [part for name in COVARIATES for part in ("--match-covariates", name)]
    result = _result(table, *words, "--permutations", 0)
    assert result["outcome"] == "i_felony"
    expected = [result["expected"], *(each["expected"] for each in result["others"])]
    assert expected == pytest.approx([68.22, 71.80, 23.76, 986.44], abs=0.0101)
