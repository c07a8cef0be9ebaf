"""``rightplace evaluate wdd``: counts, kinds of offence with their harm, or a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.app.evaluation.design_settings import CHANGED
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.errors import BadInputError, NotHeldError, RightplaceError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

PAPER = ("--treated", "207,110", "--control", "308,318")
RING = ("--displacement", "178,157", "--displacement-control", "150,140")


def told(*words: object) -> str:
    """Return what the verb prints for people."""
    asked = ["evaluate", "wdd", *(str(word) for word in words)]
    done = CliRunner().invoke(cli, asked, standalone_mode=False)
    if isinstance(done.exception, RightplaceError):
        raise done.exception
    assert done.exception is None, done.exception
    return done.stdout


def answered(*words: object) -> dict[str, Any]:
    """Return the result that the verb prints."""
    content: dict[str, Any] = json.loads(told(*words, "--json"))
    Draft202012Validator(verb_schema("evaluate-wdd")).validate(content)
    result: dict[str, Any] = content["result"]
    return result


def test_the_papers_example_keeps_to_the_contract() -> None:
    result = answered(*PAPER, *RING)

    assert (result["estimate"], result["local"]["value"]) == (-118, -107)
    assert result["displacement"]["value"] == -11
    assert round(result["standard_error"], 2) == 39.60
    assert round(result["z"], 2) == -2.98
    assert (round(result["lo95"]), round(result["hi95"])) == (-196, -40)
    assert (result["design"], result["evidence_level"]) == ("displacement-difference", 3)
    assert result["dispersion"] is None


def test_weights_are_taken_by_name() -> None:
    areas = "control=.9,treated=1.2,displacement=1.5,displacement-control=1.6"

    assert round(answered(*PAPER, *RING, "--weights", areas)["estimate"], 4) == -99.6944
    time = answered("--treated", "80,20", "--control", "100,50", "--weights", "before=2,after=1")
    assert time["estimate"] == -20
    assert time["standard_error"] ** 2 == pytest.approx(115)


def test_people_read_the_verdict_first_and_local_displacement_and_total() -> None:
    text = told(*PAPER, *RING, "--outcome", "Shootings", "--level", ".9")

    assert text.startswith("Shootings: 118 incidents fewer")
    for line in ("Local: -107.0", "Displacement: -11.0", "Total: -118.0, standard error 39.60"):
        assert line in text


def test_harm_is_summed_over_kinds(tmp_path: Path) -> None:
    path = tmp_path / "harm.csv"
    path.write_text(
        "kind,harm,control_before,control_after,treated_before,treated_after\n"
        "vehicles,3,133,91,130,74\ntheft,2,388,305,327,202\nburglary,5,148,97,398,190\n"
        "robbery,7,86,64,144,92\nassault,10,94,67,183,96\n"
    )

    result = answered("--harm", path)

    assert result["estimate"] == -1721
    assert result["standard_error"] == pytest.approx(304.10360077)
    assert result["scale"] == "harm"
    assert "1,721 harm weights less" in told("--harm", path)


def test_a_ring_of_each_kind_is_weighted_too(tmp_path: Path) -> None:
    path = tmp_path / "harm.csv"
    path.write_text(
        "kind,harm,treated_before,treated_after,control_before,control_after,displacement_before,"
        "displacement_after,displacement_control_before,displacement_control_after\n"
        "shootings,2,207,110,308,318,178,157,150,140\n"
    )

    assert answered("--harm", path)["estimate"] == -236


def test_bad_rows_of_kinds_are_named(tmp_path: Path) -> None:
    path = tmp_path / "harm.csv"
    head = "kind,harm,treated_before,treated_after,control_before,control_after"
    path.write_text(
        f"{head},displacement_before\na,0,1,1,1,1,\nb,2,-1,1,1,1,\nc,2,1,,1,1,\nd,2,1,1,1,1,5\n"
    )

    with pytest.raises(BadInputError) as refused:
        told("--harm", path)

    for row in range(1, 5):
        assert f"row {row}: " in str(refused.value)
    with pytest.raises(NotHeldError):
        told("--harm", tmp_path / "none.csv")
    path.write_text(f"{head}\n")
    with pytest.raises(BadInputError, match="no kind"):
        told("--harm", path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--treated", "207,110"), "needs treated places and their control"),
        (("--treated", "207", "--control", "3,4"), "no count before"),
        ((*PAPER, "--weights", "street=2"), "is no weight"),
        ((*PAPER, "--weights", "treated=0"), "is no weight"),
        (("table.csv", *PAPER), "three ways to ask"),
        ((*PAPER, "--treated-from", "2018-01-01"), "three ways to ask"),
        (("table.csv", "--weights", "before=2"), "weigh by their days"),
        ((*PAPER, "--harm", "kinds.csv"), "three ways to ask"),
    ],
)
def test_what_cannot_be_asked_is_refused(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        told(*words)


def test_a_table_of_periods_measures_its_scatter(tmp_path: Path) -> None:
    """Six months before, differences 2, -2, 2, -2, 2, -2 of one length; two after, -10 each."""
    months = ("2017-01", "2017-03", "2017-05", "2017-07", "2017-08", "2017-10")
    lines = ["unit,part,period_start,period_end,count"]
    for number, month in enumerate((*months, "2018-01", "2018-03")):
        treated = 20 if number >= len(months) else 32 if number % 2 == 0 else 28
        lines.append(f"Here,treated,{month}-01,{month}-28,{treated}")
        lines.append(f"There,control,{month}-01,{month}-28,30")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines))

    result = answered(path, "--treated-from", "2018-01-01", "--weights", "treated=2,control=2")

    # Weighted differences are +-1: sum 0, squares 6 of 5 degrees of freedom; -5 twice after.
    assert result["estimate"] == pytest.approx(-10)
    assert result["standard_error"] ** 2 == pytest.approx(6 / 5 * 2 * (1 + 2 / 6))
    assert result["degrees_of_freedom"] == 5
    # Poisson's variance of one difference is (30 + 30) / 4.
    assert result["dispersion"] == pytest.approx(6 / 5 / 15)
    assert (result["observed"], result["expected"]) == (40, pytest.approx(60))
    assert {each["check"]: each["passed"] for each in result["diagnostics"]}["no-lockdown"] is True
    assert "times Poisson chance" in told(path, "--treated-from", "2018-01-01")


def test_a_lockdown_in_the_windows_costs_a_level(tmp_path: Path) -> None:
    levels = []
    for year in (2015, 2018):
        lines = ["unit,part,period_start,count,treated_from"]
        for number in range(30):
            month = f"{year + number // 12}-{number % 12 + 1:02d}"
            lines.append(f"Here,treated,{month},{30 + number % 3},{year + 1}-07-01")
            lines.append(f"There,control,{month},30,")
        path = tmp_path / f"{year}.csv"
        path.write_text("\n".join(lines))
        levels.append(answered(path)["evidence_level"])

    assert levels == [3, 2]


def test_settings_of_the_workspace_hold_and_those_that_differ_are_flagged(tmp_path: Path) -> None:
    (tmp_path / "rightplace.toml").write_text("[displacement]\nmost_ratio = 1.2\nlevel = 0.9\n")
    asked = ["--workspace", str(tmp_path), "evaluate", "wdd", *PAPER, "--json"]
    done = [
        json.loads(CliRunner().invoke(cli, [*asked, *more], standalone_mode=False).stdout)["result"]
        for more in ([], ["--level", "0.8"])
    ]

    assert [each["level"] for each in done] == [0.9, 0.8]
    (words,) = {flag["words"] for each in done for flag in each["flags"] if flag["code"] == CHANGED}
    assert words.endswith("displacement.most_ratio 1.2 (2.0).")
    # 308 against 207 before: 1.49 times as many, more than 1.2.
    checks = {each["check"]: each["passed"] for each in done[0]["diagnostics"]}
    assert checks["comparable-counts"] is False
    assert CHANGED not in {flag["code"] for flag in answered(*PAPER)["flags"]}


def test_a_level_that_is_none_is_refused() -> None:
    for level in ("0.4", "1"):
        with pytest.raises(UsageError, match="level of the displacement difference"):
            told(*PAPER, "--level", level)
