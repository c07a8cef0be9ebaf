"""``rightplace evaluate power`` as an analyst uses it before an operation starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.errors import RightplaceError
from tests.command import rightplace

if TYPE_CHECKING:
    from pathlib import Path


def _result(*words: object) -> dict[str, Any]:
    told = rightplace("evaluate", "power", *words, "--json")
    assert told.exit_code == 0, told.stderr
    faults = list(Draft202012Validator(verb_schema("evaluate-power")).iter_errors(told.json))
    assert faults == []
    result: dict[str, Any] = told.json["result"]
    return result


def test_400_incidents_in_each_cell_show_a_fall_of_a_quarter_and_no_smaller_one() -> None:
    told = rightplace(
        "evaluate", "power", "--design", "displacement-difference", "--count", "400",
        "--one-sided", "--weeks", "26", "--change", "0.2",
    )  # fmt: skip
    assert told.exit_code == 0
    assert "a fall of 24.1% (96 incidents) or more" in " ".join(told.stdout.split())
    assert "Small operations cannot show small effects" in " ".join(told.stdout.split())
    assert "Violence comes in spells" in told.stdout
    # 588 in each cell at 400 in 26 weeks: 38.2 weeks.
    assert any(line.split() == ["20%", "80", "66%", "39"] for line in told.stdout.splitlines())


def test_a_table_of_the_past_gives_real_scatter(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    lines = ["unit,part,period_start,count"]
    for unit in range(12):
        lines += [
            f"u{unit},control,{2015 + month // 12}-{month % 12 + 1:02d},{rng.poisson(20)}"
            for month in range(36)
        ]
    path = tmp_path / "past.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = _result(
        "--design", "difference-in-differences", "--panel", path, "--treated", "u0,u1",
        "--periods", "6,6", "--draws", "99",
    )  # fmt: skip
    assert "operations that never were" in result["how"]
    assert result["expected"] == pytest.approx(240, rel=0.1)
    # Of Poisson counts, 240 each span and the others' 480 over 5: the root of 576.
    assert result["standard_error"] == pytest.approx(24, rel=0.35)
    assert result["longest_weeks"] == pytest.approx(104.4, abs=0.5)


def test_placebos_of_a_synthetic_control_are_its_scatter() -> None:
    result = _result("--design", "synthetic-control", "--count", "100", "--placebos", "3,-4,5,0")
    assert result["standard_error"] == pytest.approx(12.5**0.5)
    assert result["sizes"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--design", "before-after"), 2, "--count"),
        (("--design", "synthetic-control", "--count", "5"), 2, "--placebos"),
        (("--design", "randomised-units", "--count", "5"), 2, "--units"),
        (("--design", "displacement-difference", "--count", "5,6"), 2, "1 count or 4"),
        (("--design", "before-after", "--count", "0"), 10, "above 0"),
        (("--design", "before-after", "--count", "-4"), 10, "-4 incidents cannot"),
        (("--design", "before-after", "--count", "1e308"), 10, "1e+308 incidents cannot"),
        (("--design", "before-after", "--count", "nan"), 10, "nan incidents cannot"),
        (("--design", "before-after", "--count", "9", "--change", "1.5"), 10, "fall"),
    ],
)
def test_what_cannot_be_reckoned_says_what_to_give(
    words: tuple[str, ...], code: int, said: str
) -> None:
    told = CliRunner().invoke(cli, ["evaluate", "power", *words])
    assert isinstance(told.exception, RightplaceError)
    assert told.exception.exit_code == code
    assert said in str(told.exception)
