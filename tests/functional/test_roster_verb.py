"""``rightplace roster`` as a resource planner calls it, on the examples that ship."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator
from pyarrow import parquet

from rightplace import deploy
from rightplace.cli.schemas import all_schemas, verb_schema
from tests.command import Told, rightplace

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(deploy.__file__).parent / "data"
OFFICERS, DEMAND, ABSENCES, WISHES = (
    EXAMPLES / f"example_roster_{name}.csv" for name in ("officers", "demand", "absences", "wishes")
)
WHO = ("--from", "2026-03-02", "--officers", OFFICERS, "--absences", ABSENCES)
ALL = (*WHO, "--demand", DEMAND, "--wishes", WISHES, "--as-of", "2026-02-01")


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIGHTPLACE_ROSTER_EFFORT", "0.1")
        yield


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roster") / "workspace"


@pytest.fixture(scope="module")
def made(workspace: Path) -> Told:
    words = ("roster", *ALL, "--out", workspace.parent / "out", "--json")
    return rightplace(*words, workspace=workspace)


def out(workspace: Path, name: str) -> Path:
    return workspace.parent / "out" / name


def changed(folder: Path, source: Path, *edits: tuple[str, str]) -> Path:
    """Return a copy of a file with some text replaced."""
    text = source.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path = folder / source.name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_roster_covers_all_demand_and_states_its_bound_and_gap(made: Told) -> None:
    assert made.exit_code == 0, made.stderr
    result = made.json["result"]
    assert result["uncovered"] == []
    assert result["objective"] >= result["bound"] >= 0
    assert result["gap"] == pytest.approx(1 - result["bound"] / result["objective"])
    assert result["wishes_granted"] + len(result["wishes_refused"]) == result["wishes"] == 28
    assert all(wish["why"] for wish in result["wishes_refused"])
    assert made.json["id"] == result["roster_id"]
    assert "not read for this program" in made.stderr


def test_the_same_inputs_give_the_same_roster_and_the_same_files(
    made: Told, workspace: Path, tmp_path: Path
) -> None:
    words = ("roster", *ALL, "--out", tmp_path / "out", "--json")
    again = rightplace(*words, workspace=tmp_path / "workspace")
    assert again.json["id"] == made.json["id"]
    assert again.json["result"]["objective"] == made.json["result"]["objective"]
    first = sorted(path for path in out(workspace, "").rglob("*") if path.is_file())
    for path in first:
        same = tmp_path / "out" / path.relative_to(out(workspace, ""))
        assert same.read_bytes() == path.read_bytes(), path.name


def test_rosters_and_checks_print_what_their_schemas_say(made: Told, workspace: Path) -> None:
    check = ("roster", *WHO, "--demand", DEMAND, "--check", out(workspace, "roster.csv"), "--json")
    judged = rightplace(*check, workspace=workspace)
    for verb, told in (("roster", made), ("roster-check", judged)):
        assert not list(Draft202012Validator(verb_schema(verb)).iter_errors(told.json))


@pytest.mark.parametrize("path", [OFFICERS, DEMAND, ABSENCES, WISHES], ids=lambda path: path.stem)
def test_the_columns_of_the_examples_are_those_of_the_schemas(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    schema = all_schemas()[path.stem.removeprefix("example_").replace("_", "-")]
    assert header == list(schema["properties"])


def test_explain_leads_back_to_the_files(made: Told, workspace: Path) -> None:
    told = rightplace("explain", made.json["id"], "--json", workspace=workspace).json["result"]
    assert told["kind"] == "roster"
    assert [Path(each["source"]).name for each in told["inputs"]] == [
        OFFICERS.name,
        DEMAND.name,
        ABSENCES.name,
        WISHES.name,
    ]


def events_of(path: Path) -> list[Any]:
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_calendars_hold_each_officers_shifts_in_utc_and_no_absence(
    made: Told, workspace: Path
) -> None:
    rows = parquet.read_table(made.json["result"]["roster_path"]).to_pylist()
    mine = [row for row in rows if row["officer_id"] == "A02"]
    events = events_of(out(workspace, "calendars/A02.ics"))
    assert [(e.start, e.end) for e in events] == [(r["slot_start"], r["slot_end"]) for r in mine]
    assert all(event.start.utcoffset() == timedelta(0) for event in events)
    assert len({str(event["uid"]) for event in events}) == len(events)
    text = "".join(p.read_text("utf-8") for p in out(workspace, "calendars").iterdir())
    assert not re.search("leave|sick|court|training|absen", text, re.IGNORECASE)


def test_the_night_of_the_spring_change_lasts_seven_hours(made: Told) -> None:
    rows = parquet.read_table(made.json["result"]["roster_path"]).to_pylist()
    night = next(r for r in rows if (r["day"], r["shift"]) == (date(2026, 3, 28), "night"))
    assert night["slot_start"] == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert night["slot_end"] == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert (night["minutes"], night["break_minutes"]) == (420, 40)


def test_the_workbook_has_what_lacks_first_and_a_sheet_for_each_team(
    made: Told, workspace: Path
) -> None:
    assert made.exit_code == 0
    with zipfile.ZipFile(out(workspace, "roster.xlsx")) as book:
        names = re.findall(r'sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        assert names == ["Check first", "SYNTHETIC A", "SYNTHETIC B"]
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2, 3)]
        words = book.read("xl/sharedStrings.xml").decode()
    assert not any("<f>" in sheet for sheet in sheets)
    assert all("<pane" in sheet for sheet in sheets)
    assert words.index("Uncovered demand") < words.index("Wishes refused")
    assert not re.search("sickness|leave on", words)


def test_its_own_csv_is_judged_without_a_breach(made: Told, workspace: Path) -> None:
    assert made.exit_code == 0
    words = ("roster", *WHO, "--demand", DEMAND, "--check", out(workspace, "roster.csv"))
    told = rightplace(*words, "--json", workspace=workspace)
    assert told.json["schema"] == "rightplace/roster-check/1"
    assert told.json["result"]["breaches"] == []


def test_what_a_published_roster_breaks_is_listed_and_not_refused(
    made: Told, workspace: Path, tmp_path: Path
) -> None:
    assert made.exit_code == 0
    path = tmp_path / "published.csv"
    rows = ["officer_id,day,shift", "A01,2026-03-09,late", "A01,2026-03-10,early"]
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    told = rightplace("roster", *WHO, "--demand", DEMAND, "--check", path, workspace=workspace)
    assert told.exit_code == 0
    assert "rest between shifts: 8 hours before early; 11 asked" in told.stdout
    assert "demand: early needs 2 officers, has 0" in told.stdout


def test_a_change_with_short_notice_is_flagged(made: Told, workspace: Path, tmp_path: Path) -> None:
    assert made.exit_code == 0
    with out(workspace, "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["officer_id"], row["day"], row["shift"]) for row in csv.DictReader(file)]
    ill = next(day for who, day, _ in rows if who == "B01")
    absences = tmp_path / "absences.csv"
    shutil.copy(ABSENCES, absences)
    with absences.open("a", encoding="utf-8") as file:
        file.write(f"B01,{ill},{ill},sickness\n")
    words = ("--officers", OFFICERS, "--absences", absences, "--demand", DEMAND)
    published = ("--published", out(workspace, "roster.csv"), "--as-of", "2026-02-01")
    told = rightplace(
        "roster", "--from", "2026-03-02", *words, *published, "--json", workspace=workspace
    )
    changes = told.json["result"]["short_notice"]
    assert ("B01", ill) in {(change["officer_id"], change["day"]) for change in changes}
    notice = (date.fromisoformat(ill) - date(2026, 2, 1)).days
    assert {c["notice_days"] for c in changes if c["day"] == ill} == {notice}
    assert "less than 90 days' notice" in told.stderr


def test_demand_that_cannot_be_met_is_named_with_its_row_and_exit_40(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = changed(tmp_path, DEMAND, ("sat,night,*,3,1", "2026-03-14,night,SYNTHETIC A,12,"))
    told = rightplace("roster", *WHO, "--demand", demand, "--json", workspace=workspace)
    assert (told.exit_code, told.json["error"]["code"]) == (40, "infeasible")
    said = "night of Sat 14 March 2026 needs 12 officers of SYNTHETIC A, 9 can work"
    assert f"{said} (demand, row 5)" in told.json["error"]["message"]
    monkeypatch.setenv("RIGHTPLACE_ROSTER_EFFORT", "1.0")
    allowed = ("--demand", demand, "--allow-uncovered")
    lacking = rightplace("roster", *WHO, *allowed, "--dry-run", workspace=workspace)
    assert lacking.exit_code == 0
    assert "uncovered demand: 1\n" in lacking.stdout
    assert "night needs 12 officers, has" in lacking.stdout


def test_missing_balances_are_refused_unless_a_reason_is_given(
    workspace: Path, tmp_path: Path
) -> None:
    lines = OFFICERS.read_text(encoding="utf-8").splitlines()
    lines[2] = "A02,SYNTHETIC A,0,driver,40,,,,,,,"
    officers = tmp_path / "officers.csv"
    officers.write_text("\n".join([*lines, ""]), encoding="utf-8")
    words = ("roster", "--from", "2026-03-02", "--officers", officers, "--demand", DEMAND)
    told = rightplace(*words, "--json", workspace=workspace)
    assert (told.exit_code, told.json["error"]["row"]) == (20, 2)
    assert "average over 17 weeks cannot be checked" in told.json["error"]["message"]
    reason = ("--without-balances", "moved from another force", "--dry-run")
    stated = rightplace(*words, *reason, workspace=workspace)
    assert stated.exit_code == 0, stated.stderr
    assert "(moved from another force)" in stated.stderr


def test_a_policy_looser_than_the_law_is_refused(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTPLACE_ROSTER_REST_HOURS", "9")
    told = rightplace("roster", *ALL, "--dry-run", workspace=workspace)
    assert told.exit_code == 20
    assert "rest_hours is 9, but at least 11" in told.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--from", "2026-03-02", "--demand", DEMAND), 2, "Missing option '--officers'"),
        ((*ALL, "--check", DEMAND, "--out", "x"), 2, "judges a roster and makes none"),
        ((*WHO, "--demand", "nowhere.csv"), 11, "There is no such file"),
        ((*WHO, "--demand", ABSENCES), 10, "The header must hold"),
        ((*ALL, "--area", "area-x"), 11, "No study area"),
    ],
)
def test_what_cannot_be_done_leaves_with_its_code(
    workspace: Path, words: tuple[object, ...], code: int, message: str
) -> None:
    told = rightplace("roster", *words, workspace=workspace)
    assert (told.exit_code, message in told.stderr) == (code, True), told.stderr
