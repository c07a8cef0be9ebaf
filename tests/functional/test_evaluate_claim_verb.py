"""``rightplace evaluate claim``: a published figure checked in one command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.errors import BadInputError, RightplaceError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def told(*words: object) -> str:
    """Return what the verb prints for people."""
    asked = ["evaluate", "claim", *(str(word) for word in words)]
    done = CliRunner().invoke(cli, asked, standalone_mode=False)
    if isinstance(done.exception, RightplaceError):
        raise done.exception
    assert done.exception is None, done.exception
    return done.stdout


def answered(*words: object) -> dict[str, Any]:
    """Return the envelope that the verb prints."""
    content: dict[str, Any] = json.loads(told(*words, "--json"))
    return content


def test_the_venice_claim_keeps_to_the_contract() -> None:
    content = answered("--before", 13193, "--after", 8151)
    Draft202012Validator(verb_schema("evaluate-claim")).validate(content)

    result = content["result"]
    assert content["schema"] == "rightplace/evaluate-claim/1"
    assert (content["ok"], content["id"]) == (True, None)
    assert round(result["estimate"], 3) == -0.382
    assert round(result["lo95"], 3) == -0.399
    assert round(result["hi95"], 3) == -0.365
    ratio = {key: round(result["rate_ratio"][key], 3) for key in ("value", "lo95", "hi95")}
    assert ratio == {"value": 0.618, "lo95": 0.601, "hi95": 0.635}
    assert (result["design"], result["evidence_level"], result["flags"]) == ("claim", 2, [])


def test_a_difference_gives_the_same_answer_and_releases_are_named() -> None:
    releases = ("--before-release", "2018-12-31", "--after-release", "2020-01-31")
    content = answered("--before", 13193, "--fewer", 5042, "--said", "-38", *releases)

    assert content["result"]["after"] == 8151
    assert content["data_releases"] == ["2018-12-31", "2020-01-31"]
    assert [each["code"] for each in content["warnings"]] == ["same-recording"]
    assert content["result"]["evidence_level"] == 1


def test_people_read_the_contradiction_first() -> None:
    lines = told("--before", 19455, "--after", 12419, "--said", "-44", "--earlier", 23457)

    assert lines.startswith("The published 44 % fewer does not follow: 19,455 to 12,419 is 36.2 %")
    assert "rate ratio 0.638 (0.624 to 0.653, 95%, under Poisson chance)" in lines
    assert "In the period before: -17.1%" in lines


def test_a_file_of_claims_reads_as_one_table(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        "outcome,before,after,said\nThefts,19455,12419,-44\nMopeds,13193,8151,-38\nBoth,3,1,\n"
    )

    content = answered("--file", path)
    Draft202012Validator(verb_schema("evaluate-claims")).validate(content)
    lines = told("--file", path)

    assert content["result"]["contradicted"] == 1
    assert "DOES NOT FOLLOW" in lines
    assert "1 of 2 published percentages do not follow." in lines


def test_what_cannot_be_asked_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--file stands alone"):
        told("--file", tmp_path / "claims.csv", "--before", 3)
    with pytest.raises(UsageError, match="earlier count"):
        told("--after", 3)
    with pytest.raises(BadInputError, match="no percentage"):
        told("--before", 3, "--after", 3, "--said", "half")


def test_settings_of_the_workspace_hold_and_those_that_differ_are_flagged(tmp_path: Path) -> None:
    toml = "[claim]\nlevel = 0.9\ne_test_up_to = 5\nsame_season_days = 40\n"
    (tmp_path / "rightplace.toml").write_text(toml)
    periods = ("--before-period", "2018-01", "--after-period", "2019-02")
    words = ("--before", "9", "--after", "3", *periods, "--json")

    def asked(*before: str) -> dict[str, Any]:
        done = CliRunner().invoke(cli, [*before, "evaluate", "claim", *words])
        result: dict[str, Any] = json.loads(done.stdout)["result"]
        return result

    usual, other = asked(), asked("--workspace", str(tmp_path))
    assert [(each["level"], each["e_test_p"] is None) for each in (usual, other)] == [
        (0.95, False),
        (0.9, True),
    ]
    codes = [{flag["code"] for flag in each["flags"]} for each in (usual, other)]
    assert codes == [{"other-season"}, {"settings-changed"}]
    with pytest.raises(UsageError, match="level of the claim checker"):
        told("--before", 9, "--after", 3, "--level", 1)
