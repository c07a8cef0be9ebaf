"""``rightplace detectives`` as a detective manager calls it, both ends of each what-if shown."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from pyarrow import parquet

from rightplace.app.runs import keep
from rightplace.app.surge.tables import POSTINGS
from rightplace.app.workspace import Workspace
from rightplace.cli.detectives import command
from rightplace.cli.schemas import verb_schema
from rightplace.core.runs import RunRecipe, read_run
from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from tests.detective_setups import SETUP, write_setup
from tests.homicide_rows import a_year, write_homicides

if TYPE_CHECKING:
    from pathlib import Path

# 52 constables of 8 hours, 5 days a week, 7 in 10 present, have 6,332 hours a month; cases of 40
# hours take nine tenths of them at 142.5 a month.
NINE_TENTHS = SETUP.replace("a_month = 100.0", "a_month = 142.5")
FEW = ("--replications", 6, "--as-of", "2026-05-01")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(root=tmp_path / "workspace")


@pytest.fixture
def setup(tmp_path: Path) -> Path:
    return write_setup(tmp_path / "setup.toml", NINE_TENTHS)


def called(workspace: Workspace, *words: object) -> str:
    ran = CliRunner().invoke(
        command, [*map(str, words)], obj=workspace, standalone_mode=False, catch_exceptions=False
    )
    assert ran.return_value in {0, None}, ran.output
    return ran.stdout


def asked(workspace: Workspace, *words: object, verb: str = "detectives") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(called(workspace, *words, "--json"))
    assert content["schema"] == f"rightplace/{verb}/1"
    Draft202012Validator(verb_schema(verb)).validate(content)
    result: dict[str, Any] = content["result"] | {"id": content["id"]}
    return result


def change(end: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in end["changes"] if each["name"] == name]
    return dict(found)


def test_s5_ten_detectives_from_a_donor_at_nine_tenths_make_its_backlog_grow(
    workspace: Workspace, setup: Path
) -> None:
    result = asked(workspace, "simulate", setup, "--move", "10:dc:camden-cid:homicide", *FEW)
    (what_if,) = result["what_ifs"]
    gains, gives = what_if["ends"]
    assert (gains["unit"], gives["unit"]) == ("homicide", "camden-cid")
    assert (gains["after"]["dc"], gives["after"]["dc"]) == (40, 42)
    as_it_is = {role["role"]: role for role in result["units"][1]["roles"]}
    assert as_it_is["dc"]["share"]["mean"] == pytest.approx(0.9, abs=0.03)
    assert as_it_is["dc"]["is_amber"]
    assert not as_it_is["di"]["is_amber"]
    assert change(gives, "utilisation_dc")["lo"] > 0
    assert change(gives, "backlog_end")["lo"] > 0
    assert gives["result"]["backlog_grows"]
    assert change(gains, "utilisation_dc")["hi"] < 0


def test_the_text_shows_both_ends_amber_assumptions_and_limits(
    workspace: Workspace, setup: Path
) -> None:
    text = called(workspace, "simulate", setup, "--move", "10:dc:camden-cid:homicide", *FEW)
    assert "WHAT IF  asked: 10 DC from camden-cid to homicide" in text
    assert "Homicide: 10 more, 44 to 54 officers (+10 DC)" in text
    assert "Camden CID: 10 fewer, 73 to 63 officers (-10 DC)" in text
    assert "AMBER (amber above 85%)" in text
    assert "What it rests on" in text
    assert "What it cannot say" in text
    assert "for half of those that come to one" in text
    assert "Its backlog is greater at the end than at the start." in text


def test_a_run_is_kept_with_its_tables_and_the_same_asked_again_is_the_same_run(
    workspace: Workspace, setup: Path
) -> None:
    words = ("simulate", setup, "--add-teams", "2:camden-cid:homicide", *FEW)
    result = asked(workspace, *words)
    assert result["id"].startswith("i-")
    record = read_run(workspace.runs, result["id"])
    assert record["kind"] == "investigation"
    assert record["inputs"][0]["source"] == str(setup)
    tables = {
        name: parquet.read_table(result[f"{name}_path"])
        for name in ("measures", "changes", "weeks")
    }
    weeks = tables["weeks"].to_pylist()
    assert {row["what_if"] for row in weeks} == {"as-it-is", "asked"}
    assert {row["role"] for row in weeks} == {"sio", "di", "ds", "dc"}
    (share,) = [
        row["mean"]
        for row in tables["measures"].to_pylist()
        if (row["what_if"], row["unit"], row["figure"], row["role"])
        == ("as-it-is", "homicide", "utilisation", "dc")
    ]
    assert share == result["units"][0]["roles"][3]["share"]["mean"]
    assert set(tables["changes"]["unit"].to_pylist()) == {"homicide", "camden-cid"}
    assert asked(workspace, *words) == result


def test_s5_fifty_detectives_make_two_teams_and_fill_two_places_in_the_rota(
    workspace: Workspace, setup: Path
) -> None:
    words = ("simulate", setup, "--add-teams", "2:camden-cid:homicide", "--dry-run", *FEW)
    result = asked(workspace, *words)
    gains, gives = result["what_ifs"][0]["ends"]
    assert [team["officers"] for team in gains["result"]["team_loads"]] == [22, 22, 25, 25]
    assert (gains["teams_before"], gains["teams_after"]) == (2, 4)
    assert sum(gives["before"].values()) - sum(gives["after"].values()) == 50
    assert not workspace.runs.exists()


def test_s5_no_team_is_left_without_its_sio(workspace: Workspace, setup: Path) -> None:
    with pytest.raises(RefusedError, match="left without one"):
        called(workspace, "simulate", setup, "--move", "1:sio:homicide:camden-cid", *FEW)


def test_officers_of_a_surge_come_from_a_file_and_do_what_their_level_allows(
    workspace: Workspace, setup: Path, tmp_path: Path
) -> None:
    (tmp_path / "surge.csv").write_text("accreditation,officers\n1,6\n", "utf-8")
    words = ("simulate", setup, "--surge", tmp_path / "surge.csv", "--dry-run", *FEW)
    (end,) = asked(workspace, *words)["what_ifs"][0]["ends"]
    assert (end["unit"], end["helped_by"]) == ("homicide", 6)
    assert end["before"] == end["after"]
    assert end["result"]["support"]["mean"] > 0
    assert change(end, "utilisation_dc")["hi"] < 0
    # A viewing of film asks for level 1: nobody below it may do it.
    (tmp_path / "surge.csv").write_text("accreditation,officers\n0,6\n", "utf-8")
    (end,) = asked(workspace, *words)["what_ifs"][0]["ends"]
    assert end["result"]["support"]["mean"] == 0
    assert change(end, "utilisation_dc")["change"] == 0
    told = json.loads(called(workspace, *words, "--json"))["warnings"]
    assert "surge-without-work" in [each["code"] for each in told]


def test_officers_of_a_surge_come_from_its_run(workspace: Workspace, setup: Path) -> None:
    recipe = RunRecipe(
        kind="surge", settings={}, inputs=(), as_of=date(2026, 5, 1), known_at=None, seed=0
    )
    rows = [
        {"officer_id": "SYN-1", "role": "investigation", "actions": "cctv_trawl"},
        {
            "officer_id": "SYN-2",
            "role": "investigation",
            "actions": "cctv_trawl; suspect_interview",
        },
        {"officer_id": "SYN-3", "role": "patrol", "actions": ""},
    ]
    table = pa.Table.from_pylist(rows, schema=POSTINGS)
    record = recipe.record(datetime(2026, 5, 1, tzinfo=UTC), result={"synthetic": True})
    keep(workspace, record, {"postings": table})
    words = ("simulate", setup, "--surge", f"{recipe.id}:homicide", "--dry-run", *FEW)
    result = asked(workspace, *words)
    assert result["synthetic"]
    (what_if,) = result["what_ifs"]
    assert what_if["asked"] == ["surge officers help homicide: 1 of level 1, 1 of level 2"]
    assert what_if["ends"][0]["helped_by"] == 2


def test_who_comes_is_told_beside_who_helps(
    workspace: Workspace, setup: Path, tmp_path: Path
) -> None:
    (tmp_path / "surge.csv").write_text("accreditation,officers\n1,6\n", "utf-8")
    surge = ("--surge", f"{tmp_path / 'surge.csv'}:homicide")
    move = ("--move", "10:dc:camden-cid:homicide")
    text = called(workspace, "simulate", setup, *move, *surge, "--dry-run", *FEW)
    told = "Homicide: 10 more, 44 to 54 officers (+10 DC); helped by 6 officers of a surge"
    assert told in text


def test_a_surge_of_nobody_or_from_nowhere_is_refused(
    workspace: Workspace, setup: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotHeldError, match="neither a run of surge"):
        called(workspace, "simulate", setup, "--surge", "none.csv", *FEW)
    lines = NINE_TENTHS.partition("[surge_duty]")[0]
    (tmp_path / "surge.csv").write_text("accreditation,officers\n1,6\n", "utf-8")
    bare = write_setup(tmp_path / "bare.toml", lines)
    with pytest.raises(BadInputError, match="when officers of a surge are there"):
        called(workspace, "simulate", bare, "--surge", tmp_path / "surge.csv", *FEW)


def test_a_unit_whose_open_cases_are_not_known_is_warmed_up(
    workspace: Workspace, setup: Path
) -> None:
    result = asked(workspace, "simulate", setup, "--as-it-is", "--dry-run", *FEW)
    assert [unit["warm_up_days"] for unit in result["units"]] == [0, 364]
    assert result["what_ifs"] == []


def test_no_line_of_figures_is_too_wide_for_a_terminal(workspace: Workspace, setup: Path) -> None:
    text = called(workspace, "simulate", setup, "--as-it-is", "--dry-run", *FEW)
    wide = [line for line in text.splitlines() if len(line) > 100 and ".parquet" not in line]
    assert wide == []


def test_settings_that_cannot_be_are_refused(workspace: Workspace, setup: Path) -> None:
    for name, value in (("years", 0), ("replications", 1), ("amber", 1.5), ("sections", 1)):
        odd = Workspace(root=workspace.root, flags={f"investigation.{name}": value})
        with pytest.raises(BadInputError, match=name):
            called(odd, "simulate", setup, "--as-it-is", "--dry-run")


def test_s5_what_would_empty_a_team_names_the_what_if_and_the_file(
    workspace: Workspace, setup: Path
) -> None:
    with pytest.raises(
        RefusedError, match=r"what-if asked: .*B would be left without one"
    ) as caught:
        called(workspace, "simulate", setup, "--move", "52:dc:camden-cid:homicide", *FEW)
    assert caught.value.fault.file == str(setup)
    assert caught.value.fault.remedy == "Each team keeps one DC; it can give 50."


def test_more_than_is_simulated_at_once_is_refused_before_time_is_spent(
    workspace: Workspace, setup: Path
) -> None:
    words = ("simulate", setup, "--as-it-is", "--replications", 100_000, "--years", 20)
    with pytest.raises(UsageError, match="steps, above 50,000,000"):
        called(workspace, *words)
    with pytest.raises(UsageError, match="not a move"):
        called(workspace, "simulate", setup, "--move", "9" * 5000 + ":dc:camden-cid:homicide")


def test_what_cannot_be_asked_together_or_is_not_there_is_refused(
    workspace: Workspace, setup: Path
) -> None:
    with pytest.raises(UsageError, match="as-it-is"):
        called(workspace, "simulate", setup, "--as-it-is", "--move", "1:dc:camden-cid:homicide")
    with pytest.raises(NotHeldError, match="no what-if 'more'"):
        called(workspace, "simulate", setup, "--what-if", "more")


def test_arrivals_say_how_cases_come_and_give_the_table(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = write_homicides(tmp_path / "victims.csv", a_year([3] * 12))
    found = asked(workspace, "arrivals", file, "--years", 1, verb="detectives-arrivals")
    assert (found["cases"], found["victims"], found["rows_alike"]) == (36, 36, 0)
    assert found["years"] == [{"year": 2023, "months": 12, "cases": 36, "victims": 36}]
    text = called(workspace, "arrivals", file, "--years", 1)
    table = text[text.index("[unit.arrivals]") :]
    given = 'a_month = 2.0\ndispersion = 1.5\nvictims = [0.9, 0.1]\norigin = "made up"'
    pasted = write_setup(
        tmp_path / "pasted.toml", SETUP.replace(given, table.partition("\n")[2].strip())
    )
    result = asked(workspace, "simulate", pasted, "--as-it-is", "--dry-run", *FEW)
    assert result["units"][0]["a_month"] == pytest.approx(36 * 30.4375 / 365, abs=0.001)
    with pytest.raises(BadInputError, match="no borough 'Camdne'"):
        called(workspace, "arrivals", file, "--years", 1, "--borough", "Camdne")


def test_the_example_is_written_once_and_never_over_a_file(
    workspace: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "example.toml"
    found = asked(workspace, "example", "--out", out, verb="detectives-example")
    assert out.read_text("utf-8") == found["toml"] == called(workspace, "example")
    with pytest.raises(UsageError, match="stands there already"):
        called(workspace, "example", "--out", out)


def test_the_report_of_a_kept_run_is_written_and_begins_with_the_answer(
    workspace: Workspace, setup: Path, tmp_path: Path
) -> None:
    run = asked(workspace, "simulate", setup, "--move", "10:dc:camden-cid:homicide", *FEW)["id"]
    out = tmp_path / "out"
    nothing = asked(workspace, "report", run, "--out", out, "--dry-run", verb="detectives-report")
    assert nothing["outputs"] == []
    assert not out.exists()
    result = asked(workspace, "report", run, "--out", out, verb="detectives-report")
    assert result["id"] == run
    kinds = [each["kind"] for each in result["outputs"]]
    assert kinds == ["html", "pdf", "json", *["csv"] * 4]
    (first,) = result["answers"]
    assert first["asked"] == "10 DC from Camden CID to Homicide"
    assert first["told"][0].startswith("Homicide, 10 DC more: ")
    assert first["told"][1].startswith("Camden CID, 10 DC fewer: ")
    assert ", AMBER (" in first["told"][1]
    assert "10 DC from Camden CID to Homicide" in (out / "detectives.html").read_text("utf-8")
    with pytest.raises(UsageError):
        called(workspace, "report", run, "--format", "docx")
    with pytest.raises(NotHeldError):
        called(workspace, "report", "i-00000000000f")
