"""``rightplace workforce forecast`` and ``example`` as a planner calls them."""

from __future__ import annotations

import csv
import json
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.app.workforce.deployable import read_deployable
from rightplace.app.workspace import Workspace
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.core.runs import read_run
from rightplace.deploy.workforce.setup_file import example
from rightplace.errors import BadInputError, NotHeldError, RightplaceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ENDS = ("lo80", "hi80", "lo95", "hi95")
# What a forecast keeps: months, targets, what-ifs, areas and tables of numbers, never a person.
COLUMNS = {
    "months": {
        "month", "headcount", "fte", "deployable", *_ENDS, "joiners", "leavers", "in_training",
        "waiting_for_tutor", "tutored", "on_probation", "established", "on_leave", "put_off",
        "tutors_needed", "tutors_available", "tutor_gap_share",
        *(f"{measure}_{end}" for measure in ("headcount", "fte") for end in _ENDS),
    },
    "targets": {"target", "month", "reached_by", "at_or_above"},
    "what_ifs": {"what_if", "measure", "month", "difference", "lo80", "hi80"},
    "origins": {"table", "numbers", "origin", "verified"},
    "first_postings": {
        "area", "first_postings", "share_of_postings", "share_of_officers", "ratio", "lo95", "hi95",
        "words",
    },
}  # fmt: skip
STRENGTH = "Date,Police Officer Strength,Police Staff Strength,PCSO Strength\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a small setup: few draws are enough for it."""
    (tmp_path / "setup.toml").write_text(example(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def called(here: Path) -> Callable[..., str]:
    """Return what calls the command line in the folder and returns what it prints."""

    def call(*words: str) -> str:
        given = ["--workspace", str(here / "ws"), *words]
        result = CliRunner().invoke(cli, given, catch_exceptions=False, standalone_mode=False)
        if isinstance(result.exception, RightplaceError):
            raise result.exception
        assert result.exception is None
        return result.stdout

    return call


def forecast(called: Callable[..., str], here: Path, *words: str) -> dict[str, Any]:
    """Return the envelope of a forecast of a year in a hundred draws."""
    text = called(
        "workforce", "forecast", str(here / "setup.toml"), "--months", "12", "--draws", "100",
        "--json", *words,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_forecast_keeps_its_run_and_its_schema_and_months_that_surges_read(
    here: Path, called: Callable[..., str]
) -> None:
    answer = forecast(called, here, "--out", str(here / "out"))
    Draft202012Validator(verb_schema("workforce")).validate(answer)
    result = answer["result"]
    assert answer["id"] == result["workforce_id"]
    assert answer["id"].startswith("h-")
    assert answer["as_of"] == "2019-12-31"
    months = result["strength"]
    assert [months[0]["month"], months[-1]["month"]] == ["2019-12", "2020-12"]
    for before, after in pairwise(months):
        flow = after["joiners"] - after["leavers"]
        assert after["headcount"]["mean"] == pytest.approx(before["headcount"]["mean"] + flow)
        assert after["deployable"]["mean"] < after["headcount"]["mean"]
    target = result["targets"][0]
    assert target["lo95_month"] <= target["lo80_month"] <= target["median_month"]
    chance = target["reached_by_share"]
    assert len(chance) == len(months)
    assert chance == sorted(chance)
    assert chance[-1] == pytest.approx(1 - target["never_share"])
    assert read_run(here / "ws" / "runs", answer["id"])["kind"] == "workforce"
    with (here / "out" / "deployable.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["month", "headcount", "fte", "deployable", "lo80", "hi80"]
    assert float(rows[0]["deployable"]) == pytest.approx(26_847 + 2_400 + 165)
    assert (here / "out" / "workforce.xlsx").stat().st_size > 1000


def test_the_same_seed_gives_the_same_run_and_another_another(
    here: Path, called: Callable[..., str]
) -> None:
    one, two, other = (
        forecast(called, here, "--seed", seed, "--dry-run") for seed in ("1", "1", "2")
    )
    assert one == two
    assert one["id"] != other["id"]
    assert one["result"]["strength"] != other["result"]["strength"]
    assert not (here / "ws" / "runs").exists()


def test_a_surge_reads_the_month_it_asks_for(here: Path, called: Callable[..., str]) -> None:
    answer = forecast(called, here)
    day = date(2020, 6, 15)
    workspace = Workspace(root=here / "ws")
    found = read_deployable(workspace, answer["id"], first=day, last=day)
    month = answer["result"]["strength"][6]
    assert (found.month, found.deployable) == ("2020-06", month["deployable"]["mean"])
    assert (found.lo80, found.hi80) == (month["deployable"]["lo80"], month["deployable"]["hi80"])


def test_s20_what_ifs_stand_beside_the_plan_with_paired_differences(
    here: Path, called: Callable[..., str]
) -> None:
    result = forecast(called, here, "--what-if", "attrition_points=1", "--dry-run")["result"]
    asked = result["what_ifs"][-1]
    named = result["what_ifs"][0]
    assert (asked["name"], named["name"]) == ("attrition_points=1", "one point more leaves")
    assert asked["headcount_at_end"] == named["headcount_at_end"]
    assert asked["headcount_at_end"]["hi95"] < 0
    assert asked["targets"][0]["sooner"] == 0
    stopped = forecast(called, here, "--what-if", "intake_factor=0", "--dry-run")["result"]
    (never,) = stopped["what_ifs"][-1]["targets"]
    assert (never["lo80_month"], never["median_month"], never["never_share"]) == (None, None, 1)
    assert stopped["targets"][0]["lo80_month"] is not None
    assert result["moves"][0]["name"] in {"attrition_points", "intake_factor"}


def test_a_target_that_is_not_met_within_the_horizon_is_an_answer(
    here: Path, called: Callable[..., str]
) -> None:
    answer = forecast(called, here, "--target", "60000", "--measure", "fte", "--dry-run")
    said = {each["code"]: each["message"] for each in answer["warnings"]}
    assert said["assumed"].startswith("15 of 15 tables of the setup do not say")
    target = answer["result"]["targets"][0]
    assert (target["median_month"], target["hi95_month"]) == (None, None)
    assert target["never_share"] == 1
    assert "not reached by December 2020 in 100 % of draws" in target["words"]
    assert "target-not-within-horizon" in {each["code"] for each in answer["warnings"]}


def test_expected_values_say_that_nothing_is_known_of_chance(
    here: Path, called: Callable[..., str]
) -> None:
    result = forecast(called, here, "--expected", "--dry-run")["result"]
    assert result["draws"] == 0
    words = (
        "On expected values alone 32,000 officers are reached in July 2020; how sure is not said."
    )
    assert result["targets"][0]["words"] == words
    assert "not the means of draws" in " ".join(result["assumed"])
    text = called(
        "workforce", "forecast", str(here / "setup.toml"), "--expected", "--dry-run",
        "--what-if", "intake_factor=0",
    )  # fmt: skip
    (asked,) = [line for line in text.splitlines() if line.startswith("intake_factor=0")]
    assert asked.split()[1:5] == ["after", "2022-12", "not", "reached"]
    assert "Tutors bind: from June 2020 students exceed them; " in text
    assert "80 %" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "30000"], "30,000 in headcount is reached already.*30,977"),
        (["--what-if", "attrition=1"], "cannot change 'attrition'"),
        (["--what-if", "training_months=-4"], "What if 'training_months=-4': 900 officers"),
        (["--draws", "100000", "--months", "120"], "100,000 draws of 120 months"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    here: Path, called: Callable[..., str], words: list[str], said: str
) -> None:
    with pytest.raises(BadInputError, match=said):
        forecast(called, here, *words, "--dry-run")


def test_a_what_if_of_the_file_that_cannot_be_is_said_with_its_name_and_the_file(
    here: Path, called: Callable[..., str]
) -> None:
    text = example().replace("attrition_points = 1.0", "attrition_points = 95.0")
    (here / "setup.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match="'one point more leaves': Together 1") as caught:
        forecast(called, here)
    assert caught.value.fault.file == str(here / "setup.toml")


def test_a_target_of_the_file_that_is_met_already_is_said_with_the_file(
    here: Path, called: Callable[..., str]
) -> None:
    text = example().replace("strength = 32000", "strength = 29000")
    (here / "setup.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"past 32,000: 29,000 in headcount.*30,977") as caught:
        forecast(called, here)
    assert caught.value.fault.file == str(here / "setup.toml")
    assert not (here / "ws" / "runs").exists()


def test_strength_that_was_taken_in_is_where_it_starts(
    here: Path, called: Callable[..., str]
) -> None:
    file = here / "strength.csv"
    file.write_text(STRENGTH + "Nov-25,31800,11525,1430\nDec-25,31613,11518,1418\n")
    called("ingest", "strength", str(file), "--mapping", "london_datastore_strength")
    text = example().replace("2020-", "2026-").replace("2021-", "2027-")
    head, _, rest = text.partition("[start]\n")
    _, _, rest = rest.partition("[[route]]\n")
    start = (
        '[start]\nfrom_store = true\norigin = "a split of ours"\n[start.shares]\ntutored = 0.01\n'
    )
    (here / "setup.toml").write_text(f"{head}{start}[[route]]\n{rest}", encoding="utf-8")
    answer = forecast(called, here, "--dry-run")
    first = answer["result"]["strength"][0]
    assert (first["month"], first["headcount"]["mean"]) == ("2025-12", 31_613)
    assert first["tutored"] == 316


def test_no_file_of_first_postings_is_said_before_anything_is_reckoned(
    here: Path, called: Callable[..., str]
) -> None:
    with pytest.raises(NotHeldError, match="no such file") as caught:
        forecast(called, here, "--first-postings", str(here / "none.csv"))
    assert caught.value.fault.file == str(here / "none.csv")


def test_s20_first_postings_are_told_by_area_and_no_text_of_them_is_a_formula(
    here: Path, called: Callable[..., str]
) -> None:
    postings = here / "postings.csv"
    postings.write_text(
        "area,first_postings,established_officers\n=1+1,60,500\nBrent,20,400\nBarnet,30,600\n"
    )
    words = ("--first-postings", str(postings), "--out", str(here / "out"))
    shares = forecast(called, here, *words)["result"]["first_postings"]
    assert [each["first_postings"] for each in shares] == [60, 20, 30]
    text = (here / "out" / "first_postings.csv").read_text("utf-8")
    assert "\n'=1+1," in text


def test_s20_no_officer_has_a_row_in_anything_that_is_kept_or_exported(
    here: Path, called: Callable[..., str]
) -> None:
    """Tables of three times the officers are as long, and have no column but those named here."""
    postings = here / "postings.csv"
    postings.write_text("area,first_postings,established_officers\nBrent,20,400\nBarnet,30,600\n")
    lengths = []
    for headcount in ("30977", "92931"):
        text = example().replace("headcount = 30977", f"headcount = {headcount}")
        text = text.replace("strength = 32000", "strength = 95000")
        (here / "setup.toml").write_text(text, encoding="utf-8")
        out = here / headcount
        words = ("--first-postings", str(postings), "--out", str(out))
        run = here / "ws" / "runs" / forecast(called, here, *words)["id"]
        kept = {path.stem: pq.read_table(path) for path in run.glob("*.parquet")}
        assert {name: set(table.column_names) for name, table in kept.items()} == COLUMNS
        told = {path.stem: len(path.read_text("utf-8").splitlines()) for path in out.glob("*.csv")}
        assert set(told) == {*COLUMNS, "deployable"}
        lengths.append(({name: table.num_rows for name, table in kept.items()}, told))
    assert lengths[0] == lengths[1]
    assert lengths[0][0]["months"] == 13


def test_s20_training_places_that_bind_are_named_with_whom_they_put_off(
    here: Path, called: Callable[..., str]
) -> None:
    # 360 are planned a month and 100 begin: 260 more wait each month.
    text = example().replace("places_a_month = 360", "places_a_month = 100\nplaces_at_once = 900")
    (here / "setup.toml").write_text(text, encoding="utf-8")
    result = forecast(called, here, "--dry-run")["result"]
    assert [each["put_off"] for each in result["strength"][:3]] == [0, 260, 520]
    assert result["places_words"] == (
        "Training places bind: 100 a month and 900 at once put off planned joiners from January "
        "2020; at most 3,120 wait to begin, in December 2020."
    )


def test_the_example_is_written_once_and_the_page_reads_as_a_planner_wants(
    here: Path, called: Callable[..., str]
) -> None:
    assert called("workforce", "example", "--out", str(here / "new.toml")).strip().endswith("toml")
    assert (here / "new.toml").read_text("utf-8") == example()
    with pytest.raises(RightplaceError, match="stands already"):
        called("workforce", "example", "--out", str(here / "new.toml"))
    assert called("workforce", "example") == example()
    text = called(
        "workforce", "forecast", str(here / "new.toml"), "--draws", "50", "--months", "13"
    )
    assert "32,000 officers are first reached by" in text
    assert "Tutors bind: from June 2020" in text
    assert "one point more leaves" in text
    assert "It takes for granted:" in text
