"""``rightplace near-repeat`` as an analyst calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import rightplace

if TYPE_CHECKING:
    from pathlib import Path

# Nine places 5 km apart; each has two events on days that follow one another.
ROWS = [
    *(f"{500_000 + 5_000 * n},200000,2016-01-{1 + 3 * n:02d}" for n in range(9)),
    *(f"{500_000 + 5_000 * n},200000,2016-01-{2 + 3 * n:02d}" for n in range(9)),
]


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["x,y,date", *ROWS, ""]), encoding="utf-8")
    return path


def test_the_answer_holds_what_the_contract_names(events: Path) -> None:
    words = ("--space", "0,.1,200", "--time", "0,7,14", "--closed", "left", "--seed", 3)
    told = rightplace("near-repeat", events, *words, "--metric", "manhattan", "--json")
    assert told.exit_code == 0, told.stderr
    assert (told.json["schema"], told.json["as_of"]) == ("rightplace/near-repeat/1", "2016-01-26")
    result = told.json["result"]
    assert result["observed"] == [[9, 0], [0, 0]]
    # 18 events make 153 pairs, nine of them at one place.
    days = [int(row[-2:]) for row in ROWS]
    near = sum(abs(a - b) < 7 for i, a in enumerate(days) for b in days[:i])
    assert result["expected"][0][0] == pytest.approx(9 * near / 153)
    assert result["ratio"][0][0] == pytest.approx(153 / near)
    assert result["ratio"][1] == [None, None]
    assert result["p"][0][0] == 0.001
    assert result["p"][1] == [1.0, 1.0]
    # Nine pairs, nine first events: eighteen events, of which half follow another.
    assert result["nearest"]["first_events"] == 9
    assert result["preventable_share"] == pytest.approx((9 - 9 * near / 153) / 9)
    assert (result["metric"], result["permutations"], result["seed"]) == ("manhattan", 999, 3)
    assert [warning["code"] for warning in told.json["warnings"]][-1] == "calculator-labels"


def test_the_same_seed_says_the_same_and_another_may_not(events: Path) -> None:
    words = ("near-repeat", events, "--json", "--permutations", 99)
    first, again, other = (rightplace(*words, "--seed", seed).json for seed in (1, 1, 2))
    assert first == again
    assert first["result"]["mean"] != other["result"]["mean"]


def test_people_read_a_table_a_verdict_and_what_the_test_cannot_tell(events: Path) -> None:
    told = rightplace("near-repeat", events, "--space", "0,.1,200", "--time", "0,7,14")
    assert told.exit_code == 0
    assert "18 rows, 18 incidents, 2016-01-01 to 2016-01-26" in told.stdout
    row = next(line for line in told.stdout.splitlines() if line.startswith("same place"))
    assert row.split("  ")[0] == "same place (under 0.1 m)"
    assert "** (9)" in row
    assert "Significant is not the same as useful." in " ".join(told.stdout.split())
    assert "What dealing out the dates does not remove:" in told.stdout
    assert "none possible" in told.stdout
    assert "labels its bands one too high" in told.stderr


def test_events_that_follow_nothing_are_said_to_speak_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "apart.csv"
    rows = [f"{500_000 + 10 * n},200000,2016-01-{1 + (17 * n) % 29:02d}" for n in range(29)]
    path.write_text("\n".join(["x,y,date", *rows, ""]), encoding="utf-8")
    told = rightplace("near-repeat", path, "--json")
    assert told.exit_code == 0
    assert told.json["result"]["nearest"] is None
    assert told.json["result"]["preventable_share"] == 0
    assert "speaks for watching" in told.json["result"]["verdict"]


def test_too_few_permutations_to_find_anything_are_said(events: Path) -> None:
    told = rightplace("near-repeat", events, "--permutations", 99, "--json")
    assert "few-permutations" in [warning["code"] for warning in told.json["warnings"]]
    assert told.json["result"]["verdict"] == "99 permutations cannot tell: take 999."


@pytest.mark.parametrize(
    ("content", "words", "code", "message"),
    [
        ("x,y,date\n1,2,2016-01-01\n", (), 21, "1 event cannot make a pair"),
        ("x,y,date\n1,2,2016-01-01\n1,2,2016-01-01\n", (), 21, "of one date"),
        ("x,y,date\n1,2,2016-01-01\n9000,2,2016-01-02\n", (), 21, "No two of 2 events"),
        ("Month,Longitude,Latitude\n2016-01,-0.1,51.5\n", (), 21, "no day"),
        ("x,y,date\n1,2,2016-01-01\n1,,2016-01-02\n", (), 10, "row 2: The row has no y"),
        ("x,y,date\n1,2,2016-01-01 10:00\n", (), 10, "time of day"),
        ("x,y,date\n1,2,2016-01-01\n", ("--space", "0,200,100"), 2, "100 stands after 200"),
        ("x,y,date\n1,2,2016-01-01\n", ("--time", "0,week"), 2, "are no edges"),
        ("x,y,date\n1,2,2016-01-01\n", ("--time", "0,.2,.8"), 2, "No whole number"),
        ("x,y,date\n1,2,2016-01-01\n", ("--permutations", 0), 2, "permutations"),
        ("x,y,date\n1,2,2016-01-01\n", ("--permutations", 10**9), 2, "permutations"),
    ],
)
def test_what_cannot_be_tested_leaves_with_its_code_and_reason(
    tmp_path: Path, content: str, words: tuple[object, ...], code: int, message: str
) -> None:
    path = tmp_path / "events.csv"
    path.write_text(content, encoding="utf-8")
    told = rightplace("near-repeat", path, *words, "--json")
    assert told.exit_code == code, told.stderr
    assert message in told.stderr
    assert told.json["ok"] is False


def test_nothing_is_written(events: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    assert rightplace("near-repeat", events, workspace=workspace).exit_code == 0
    assert not workspace.exists()
