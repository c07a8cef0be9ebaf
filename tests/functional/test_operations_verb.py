"""``rightplace operations``: an analyst registers, locks and tries to cheat; the register tells."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.app.areas import find_area
from rightplace.app.evaluation.register import locked_plan, note_result, read_register
from rightplace.app.evaluation.register.held_to import results_held_to
from rightplace.app.evaluation.register.use_case import (
    Telling,
    lock_operation,
    register_operation,
    show_units,
    withdraw_operation,
)
from rightplace.app.workspace import Workspace
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.errors import BadInputError, NotHeldError, RefusedError, RightplaceError, UsageError
from tests.functional.four_cells import CAMDEN, ISLINGTON, write_outlines, write_records

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PLAN = """
title = "Operation Lantern"
unit = "Violent Crime Taskforce"
question = "Do visits of 15 minutes lower recorded violence in the square?"
chosen_by = "high-counts"
chosen_because = "It had the most in the year before."
elsewhere = "none known"
[where]
cells = ["E01000842"]
ring_metres = 100
control = { rest_of_boroughs = ["Islington"] }
[when]
before_from = 2017-07-01
starts = 2018-07-01
ends = 2018-12-31
step = "month"
[outcome]
classes = ["violence_and_sexual_offences_recorded"]
words = "Violence and sexual offences, recorded"
[judged]
design = "difference-in-differences"
smallest_change = -0.2
[delivery]
tactics = ["visits of 15 minutes"]
"""
BEFORE = Telling(at=datetime(2018, 6, 20, 9, tzinfo=UTC), by="A Analyst")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with four cells and records to the end of June 2018."""
    root = tmp_path_factory.mktemp("held")
    for words in (
        ("areas", "define", write_outlines(root / "lsoa.geojson"), "--unit", "lsoa"),
        (
            "ingest",
            "crimes",
            write_records(root / "2018-06-street.csv"),
            "--mapping",
            "police_uk_street",
        ),
        ("operations", "example", "--units"),
    ):
        asked = ["--workspace", str(root / "ws"), *map(str, words)]
        done = CliRunner().invoke(cli, asked, standalone_mode=False)
        assert done.exception is None, (done.exception, done.output)
    (root / "units.toml").write_text(done.stdout, encoding="utf-8")
    return root


@dataclass
class Desk:
    """A copy of the workspace and the words to it."""

    root: Path

    @property
    def workspace(self) -> Workspace:
        return Workspace(root=self.root / "ws")

    def plan(self, *changes: tuple[str, str], name: str = "plan.toml") -> Path:
        text = PLAN
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def said(self, *words: object, workspace: str = "ws") -> str:
        asked = ["--workspace", str(self.root / workspace), "operations", *map(str, words)]
        done = CliRunner().invoke(cli, asked, standalone_mode=False)
        if isinstance(done.exception, RightplaceError):
            raise done.exception
        assert done.exception is None, done.exception
        return done.stdout

    def answer(self, *words: object, workspace: str = "ws") -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.said(*words, "--json", workspace=workspace))
        verb = content["schema"].split("/")[1]
        Draft202012Validator(verb_schema(verb)).validate(content)
        return content

    def registered(self, *changes: tuple[str, str]) -> str:
        """Return the id of a plan that is registered in June 2018, its unit too."""
        units = self.root / "units.toml"
        show_units(self.workspace, BEFORE, on=date(2018, 6, 20), add=units)
        answer = register_operation(self.workspace, self.plan(*changes), BEFORE)
        assert answer.id is not None
        return answer.id


@pytest.fixture
def desk(held: Path, tmp_path: Path) -> Desk:
    shutil.copytree(held, tmp_path / "desk")
    return Desk(root=tmp_path / "desk")


def test_an_analyst_registers_locks_and_reads_what_is_owed(desk: Desk) -> None:
    with pytest.raises(NotHeldError, match="No unit was called 'Violent Crime Taskforce'"):
        desk.said("register", desk.plan())
    added = desk.answer("units", "--add", desk.root / "units.toml", "--by", "A Analyst")
    assert added["result"]["added"] == 3

    drafted = desk.answer("register", desk.plan(), "--by", "A Analyst")
    op_id = drafted["id"]
    assert drafted["result"]["cells"] == {"treated": 1, "ring": 1, "control": 2, "ring_control": 0}
    assert drafted["result"]["plan"]["where"]["ring"] == [CAMDEN[1]]
    assert drafted["result"]["plan"]["where"]["control"] == list(ISLINGTON)
    assert drafted["warnings"][0]["code"] == "not-locked"
    with pytest.raises(RefusedError, match="only by a plan that is locked"):
        desk.said("export", op_id, "--out", desk.root / "out.json")

    locked = desk.answer("lock", op_id, "--by", "A Analyst")["result"]["operation"]
    assert locked["results_held_to"] == "2018-06-30"
    assert locked["results_could_be_seen"] is False
    listed = desk.answer("list")["result"]
    assert (listed["overdue"], listed["entries"]) == ([op_id], 5)
    assert "OVERDUE" in desk.said("list").split("\n")[0]
    assert desk.answer("list", "--on", "2018-07-01")["result"]["overdue"] == []


def test_a_rehearsal_registers_and_locks_nothing(desk: Desk) -> None:
    op_id = desk.registered()
    before = (desk.root / "ws" / "operations" / "register.jsonl").read_bytes()
    shown = desk.answer("lock", op_id, "--by", "A Analyst", "--dry-run")
    assert shown["result"]["operation"]["locked_by"] == "A Analyst"
    desk.said("withdraw", op_id, "--because", "x", "--dry-run")
    desk.said("register", desk.plan(("-0.2", "-0.3")), "--dry-run")
    assert (desk.root / "ws" / "operations" / "register.jsonl").read_bytes() == before


def test_a_plan_locked_with_results_in_the_store_is_marked_for_ever(desk: Desk) -> None:
    op_id = desk.registered(("starts = 2018-07-01", "starts = 2018-06-30"))
    answer = lock_operation(desk.workspace, op_id, BEFORE)
    assert answer.result.operation.results_could_be_seen is True
    assert [each.code for each in answer.warnings] == ["results-could-be-seen"]
    assert locked_plan(desk.workspace, op_id).results_could_be_seen


def test_an_outcome_of_which_nothing_is_held_could_not_be_seen(desk: Desk) -> None:
    op_id = desk.registered(("violence_and_sexual_offences_recorded", "robbery"))
    plan = read_register(desk.workspace).operation(op_id).plan
    area = find_area(desk.workspace, None)
    assert results_held_to(desk.workspace, area, plan) is None
    assert lock_operation(desk.workspace, op_id, BEFORE).result.operation.results_held_to is None


def test_what_could_be_seen_is_told_by_the_sources_that_hold_the_outcome(desk: Desk) -> None:
    op_id = desk.registered(('["violence_and_sexual_offences_recorded"]', '["robbery"]'))
    own = desk.root / "own.csv"
    # A robbery, and a later record that is none, a quarter past midnight in summer time.
    own.write_text(
        "ref,offence,start,end,x,y,where,premises type,domestic,state\n"
        "1,Robbery of Personal Property,03/08/2018 22:00,,528729,184531,,Street,No,Live\n"
        "2,Criminal Damage,06/08/2018 00:15,,528729,184531,,Street,No,Live\n",
        encoding="utf-8",
    )
    mapping = EXAMPLES / "own_force.toml"
    words = ["--workspace", desk.root / "ws", "ingest", "crimes", own, "--mapping", mapping]
    done = CliRunner().invoke(cli, [*map(str, words)], standalone_mode=False)
    assert done.exception is None, done.exception
    area = find_area(desk.workspace, None)
    plan = read_register(desk.workspace).operation(op_id).plan
    # The force's records go to 6 August, though the newest of them is no robbery; those of
    # violence come from the other source alone, to the end of June.
    assert results_held_to(desk.workspace, area, plan) == date(2018, 8, 6)
    violence = replace(plan.outcome, classes=("violence_and_sexual_offences_recorded",))
    by_month = replace(plan, outcome=violence)
    assert results_held_to(desk.workspace, area, by_month) == date(2018, 6, 30)


def test_after_the_lock_there_is_no_way_back(desk: Desk) -> None:
    op_id = desk.registered()
    lock_operation(desk.workspace, op_id, BEFORE)
    with pytest.raises(RefusedError, match="is locked since"):
        desk.said("lock", op_id, "--by", "B Other")
    with pytest.raises(RefusedError, match="can be withdrawn no more"):
        desk.said("withdraw", op_id, "--because", "No fall.")
    with pytest.raises(RefusedError, match="This very plan is registered"):
        desk.said("register", desk.plan())
    with pytest.raises(RefusedError, match="no reason is given"):
        desk.said("ended", op_id, "--on", "2018-08-01")
    ended = desk.answer("ended", op_id, "--on", "2018-08-01", "--because", "Officers moved.")
    assert ended["result"]["operation"]["standing"] == "overdue"


def test_a_plan_is_withdrawn_before_it_begins_and_still_listed(desk: Desk) -> None:
    op_id = desk.registered()
    lock_operation(desk.workspace, op_id, BEFORE)
    withdraw_operation(desk.workspace, op_id, BEFORE, because="No officers.")
    row = desk.answer("list")["result"]["operations"][0]
    assert (row["standing"], row["withdrawn"]) == ("withdrawn", "No officers.")
    assert "withdrawn on 2018-06-20: No officers." in desk.said("show", op_id)


def test_a_changed_plan_names_the_old_one_and_both_stay_owed(desk: Desk) -> None:
    op_id = desk.registered()
    lock_operation(desk.workspace, op_id, BEFORE)
    later = desk.plan(("2018-12-31", "2019-03-31"), name="later.toml")
    made = desk.answer("supersede", op_id, later, "--because", "More was paid for.", "--by", "A")
    desk.said("lock", made["id"], "--by", "A Analyst")
    rows = {row["op_id"]: row for row in desk.answer("list")["result"]["operations"]}
    assert rows[op_id]["superseded_by"] == made["id"]
    assert rows[made["id"]]["because"] == "More was paid for."
    # It was replaced long after it had begun: its own result is still owed.
    assert {row["standing"] for row in rows.values()} == {"overdue"}


def test_every_result_stays_and_one_more_than_planned_is_told(desk: Desk) -> None:
    op_id = desk.registered()
    lock_operation(desk.workspace, op_id, BEFORE)
    for number in (1, 2):
        at = datetime(2019, 1, number, tzinfo=UTC)
        note_result(
            desk.workspace, op_id, f"e-{number:012x}", verdict="Not told apart.", at=at, by="A"
        )
    shown = desk.answer("show", op_id)
    assert [r["run_id"] for r in shown["result"]["operation"]["results"]] == [
        "e-000000000001",
        "e-000000000002",
    ]
    assert shown["result"]["operation"]["standing"] == "judged"
    assert [each["code"] for each in shown["warnings"]] == ["more-looks-than-planned"]


def test_a_locked_plan_travels_and_comes_back_with_its_digest(desk: Desk) -> None:
    op_id = desk.registered()
    lock_operation(desk.workspace, op_id, BEFORE)
    out = desk.root / "out.json"
    sha256 = desk.answer("export", op_id, "--out", out)["result"]["sha256"]
    with pytest.raises(RefusedError, match="nothing is written over"):
        desk.said("export", op_id, "--out", out)

    taken = desk.answer("import", out, "--by", "C Clerk", workspace="other")
    row = taken["result"]["operation"]
    assert (row["sha256"], row["locked_by"], row["taken_in_from"]) == (
        sha256,
        "A Analyst",
        "out.json",
    )
    assert [each["code"] for each in taken["warnings"]] == ["taken-in-after-start", "overdue"]
    again = desk.answer("import", out, "--by", "C Clerk", workspace="other")
    assert again["result"]["head"] == taken["result"]["head"]
    back = desk.root / "back.json"
    desk.said("export", op_id, "--out", back, workspace="other")
    assert back.read_bytes() == out.read_bytes()
    before = desk.answer("verify")["result"]["head"]
    desk.said("import", back)
    assert desk.answer("verify")["result"]["head"] == before


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"smallest_change": -0.2', '"smallest_change": -0.1', "not the one that was locked"),
        ('"op_id": "op-', '"op_id": "op-0', "The file says"),
        ("rightplace/operation/1", "rightplace/operation/2", "no locked plan of schema"),
        ('"schema"', '"who": "x",\n "schema"', "no locked plan of schema"),
        ("{", "", "This is not JSON"),
    ],
)
def test_a_file_altered_on_its_way_is_refused(desk: Desk, old: str, new: str, why: str) -> None:
    op_id = desk.registered()
    lock_operation(desk.workspace, op_id, BEFORE)
    out = desk.root / "out.json"
    desk.said("export", op_id, "--out", out)
    text = out.read_text(encoding="utf-8")
    assert old in text
    out.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInputError, match=why):
        desk.said("import", out, workspace="other")
    assert desk.answer("list", workspace="other")["result"]["operations"] == []


def test_another_lock_of_a_plan_that_is_locked_here_is_refused(desk: Desk) -> None:
    op_id = desk.registered()
    shutil.copytree(desk.root / "ws", desk.root / "other")
    for workspace in ("ws", "other"):
        desk.said("lock", op_id, "--by", "A Analyst", workspace=workspace)
    desk.said("export", op_id, "--out", desk.root / "out.json")
    with pytest.raises(RefusedError, match="by another lock"):
        desk.said("import", desk.root / "out.json", workspace="other")


def test_a_hand_in_the_register_is_found_and_named(desk: Desk) -> None:
    op_id = desk.registered()
    lock_operation(desk.workspace, op_id, BEFORE)
    whole = desk.answer("verify")
    assert (whole["ok"], whole["result"]["entries"]) == (True, 5)
    path = desk.root / "ws" / "operations" / "register.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("-0.2", "-0.1"), encoding="utf-8")
    asked = ["--workspace", str(desk.root / "ws"), "operations", "verify", "--json"]
    done = CliRunner().invoke(cli, asked, standalone_mode=False)
    broken = json.loads(done.stdout)
    Draft202012Validator(verb_schema("operations-verify")).validate(broken)
    assert done.return_value == 10
    assert (broken["ok"], broken["result"]["first_bad"]) == (False, 4)
    with pytest.raises(BadInputError, match="Entry 4 was altered"):
        desk.said("list")


@pytest.mark.parametrize(
    ("change", "kind", "why"),
    [
        (('"E01000842"', '"E01000842", "X"'), NotHeldError, "'X' is no cell"),
        (('"Islington"', '"Islingten"'), NotHeldError, "Did you mean 'Islington'"),
        (("violence_and_sexual_offences_recorded", "violins"), UsageError, "no offence class"),
        (
            ("violence_and_sexual_offences_recorded", "possession_of_weapons"),
            RefusedError,
            "Police activity itself generates",
        ),
        (("Lantern", "Lan\\u0000tern"), BadInputError, "Not a TOML|cannot be printed"),
        (('unit = "V', 'unit = "Not the V'), NotHeldError, "No unit was called"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_by_name(
    desk: Desk, change: tuple[str, str], kind: type[Exception], why: str
) -> None:
    desk.said("units", "--add", desk.root / "units.toml")
    with pytest.raises(kind, match=why):
        desk.said("register", desk.plan(change))
    assert desk.answer("list")["result"]["operations"] == []


def test_a_units_past_work_is_found_under_what_came_of_it(desk: Desk) -> None:
    op_id = desk.registered(('"Violent Crime Taskforce"', '"Operation Venice team"'))
    lock_operation(desk.workspace, op_id, BEFORE)
    rows = {row["unit_id"]: row for row in desk.answer("units")["result"]["units"]}
    said = "done by Operation Venice team, now part of Violent Crime Taskforce"
    for unit, own in (("operation-venice", True), ("violence-taskforce", False)):
        assert [(w["op_id"], w["credit"], w["own"]) for w in rows[unit]["work"]] == [
            (op_id, said, own)
        ]
    assert said in " ".join(desk.said("units").split())
    then = desk.answer("units", "--on", "2019-12-31")["result"]["units"]
    assert {row["unit_id"]: len(row["work"]) for row in then} == {
        "operation-venice": 1,
        "violence-taskforce": 0,
    }


def test_an_impossible_history_adds_nothing(desk: Desk) -> None:
    path = desk.root / "bad.toml"
    path.write_text(
        (desk.root / "units.toml").read_text(encoding="utf-8")
        + '\n[[event]]\nkind = "merged"\non = 2021-01-01\nunits = ["operation-venice"]\n'
        'into = "violence-taskforce"\n',
        encoding="utf-8",
    )
    with pytest.raises(BadInputError, match="operation-venice cannot be merged on 2021-01-01"):
        desk.said("units", "--add", path)
    assert desk.answer("units")["result"]["units"] == []


def test_the_example_is_whole(desk: Desk) -> None:
    text = desk.answer("example")["result"]["toml"]
    assert desk.said("example") == text
