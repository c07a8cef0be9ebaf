"""The demo as a newcomer runs it, once: from nothing to pages, SYNTHETIC on each."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from rightplace.app.demo import DemoResult
from rightplace.app.evaluation.register import read_register
from rightplace.app.service.database import open_records
from rightplace.app.service.operation_report import read_reports
from rightplace.app.service.shelf import Shelf
from rightplace.app.workspace import Workspace
from rightplace.briefing import PLACE_NOT_PERSON
from rightplace.cli.demo import lines as demo_lines
from rightplace.cli.schemas import verb_schema
from rightplace.cli.verb import now
from rightplace.places import bcus
from rightplace.records.accounts.log_in import LogInState, Origin, log_in
from rightplace.records.accounts.roles import Role
from rightplace.records.accounts.settings import AccountSettings
from rightplace.records.audit.transaction import reading
from rightplace.records.documents.document import EXAMPLE
from rightplace.records.documents.filing import documents_in_force
from rightplace.records.documents.kinds import DocumentKind
from rightplace.records.operations.log import read_register as served_register
from rightplace.records.published.creating import is_demo
from rightplace.records.published.tables import PublishedRun
from tests.brief_pdf import page_count
from tests.command import Told, rightplace
from tests.outputs import every_text, texts_of
from tests.paths import ROOT
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rightplace.records.database.front import Database


SYNTHETIC = "SYNTHETIC: invented data. Not for operational use."
NAMES = sorted(bcu.name for bcu in bcus())


class Shown:
    """What the demo answered, and every text it wrote."""

    def __init__(self, told: Told, out: Path) -> None:
        self.told, self.out = told, out
        self.result: Mapping[str, Any] = told.json["result"]
        self.reported = every_text(out / "operation")
        self.texts = texts_beside(out, "operation") | self.reported


def texts_beside(folder: Path, left_out: str) -> dict[str, str]:
    """Return every text of the files of a folder, one folder in it left out."""
    paths = sorted(path for path in folder.iterdir() if path.name != left_out)
    return {name: text for path in paths for name, text in texts_of(path)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo")
    told = rightplace("demo", "--out", folder / "out", "--json", workspace=folder / "workspace")
    assert told.exit_code == 0, told.stderr
    return Shown(told, folder / "out")


def test_the_answer_is_as_its_schema_says_and_has_the_keys_of_the_contract(demo: Shown) -> None:
    jsonschema.validate(demo.told.json, verb_schema("demo"))
    keys = {"workspace", "synthetic", "forecast_id", "plan_id", "outputs"}
    assert set(demo.result) >= keys
    assert demo.result["synthetic"] is True
    assert Path(demo.result["workspace"]).is_dir()


def test_every_output_is_there_and_the_index_comes_first(demo: Shown) -> None:
    outputs = [Path(path) for path in demo.result["outputs"]]
    assert outputs[0] == demo.out / "index.html"
    beside = {path.name for path in demo.out.iterdir()} - {"operation"}
    assert {path.name for path in outputs} == beside
    assert len(outputs) == 2 * 12 + 1 + 5  # twelve BCUs in two forms, the index, five files
    assert all(path.stat().st_size > 0 for path in outputs)


def test_each_bcu_has_one_page(demo: Shown) -> None:
    sheets = sorted(demo.out.glob("*.pdf"))
    assert len(sheets) == 12
    assert [page_count(path.read_bytes()) for path in sheets] == [1] * 12
    for name in NAMES:
        assert any(text.startswith(name) for text in demo.texts.values()), name


def test_synthetic_stands_on_every_page_file_layer_and_row(demo: Shown) -> None:
    assert [name for name, text in demo.texts.items() if SYNTHETIC not in text] == []


def test_every_output_says_that_a_place_is_no_ground_to_stop_or_search(demo: Shown) -> None:
    assert [name for name, text in demo.texts.items() if PLACE_NOT_PERSON not in text] == []


def test_no_page_lists_more_than_twelve_places(demo: Shown) -> None:
    for path in demo.out.glob("*.html"):
        if path.name != "index.html":
            page = path.read_text(encoding="utf-8")
            rows = re.findall(r"<tr\b", page.partition("<tbody")[2].partition("</tbody>")[0])
            assert 1 <= len(rows) <= 12, path.name


def test_the_plan_is_proven_and_its_interval_holds_its_mean(demo: Shown) -> None:
    assert 0 <= demo.result["gap"] <= 0.005
    low, high = demo.result["prevented_interval80"]
    assert low <= demo.result["prevented_mean"] <= high
    low, high = demo.result["expected_interval80"]
    assert low <= demo.result["expected_count"] <= high


def test_the_city_without_published_totals_is_no_data(demo: Shown) -> None:
    assert "No data for City of London." in demo.texts["index.html"]
    forecast = Path(demo.result["workspace"]) / "runs" / demo.result["forecast_id"] / "run.json"
    kept = json.loads(forecast.read_text(encoding="utf-8"))["result"]
    assert kept["masked_boroughs"] == ["City of London"]
    assert kept["period"]["by"] == "shift"


def test_progress_is_told_step_by_step(demo: Shown) -> None:
    steps = demo.told.stderr.splitlines()
    assert sum(not line.startswith("Note:") for line in steps) >= 5
    assert any("SYNTHETIC" in line for line in steps)


def test_the_ids_can_be_explained(demo: Shown) -> None:
    workspace = Path(demo.result["workspace"])
    for item in (demo.result["forecast_id"], f"{demo.result['plan_id']}:{NAMES[0]}"):
        told = rightplace("explain", item, "--json", workspace=workspace)
        assert told.exit_code == 0, told.stderr
        assert told.json["result"]["made_at"]


def test_the_readme_shows_what_the_demo_prints(demo: Shown) -> None:
    """Run ids change with the code; every other figure of the README's block must be true."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- demo output -->\n```\n")[1].split("\n```\n")[0]
    result = TypeAdapter(DemoResult).validate_python(demo.result)
    printed = "\n".join(demo_lines(result))
    places = {
        result.service.command: ".venv/bin/rightplace --workspace demo-workspace serve",
        str(demo.out): "demo",
        result.workspace: "demo-workspace",
    }
    for ours, shown in places.items():
        printed = printed.replace(ours, shown)
    assert _without_ids(block) == _without_ids(printed)


def _without_ids(text: str) -> str:
    return re.sub(r"\b(f|p|op)-[0-9a-f]{12}", r"\1-*", text)


# An operation that was locked before its records were read, and a claim


def test_an_operation_was_locked_before_its_records_and_owes_no_result(demo: Shown) -> None:
    told, workspace = demo.result["operation"], Path(demo.result["workspace"])
    operation = read_register(Workspace(root=workspace)).operation(told["operation_id"])
    assert operation.lock is not None
    assert operation.lock.results_held_to is None
    assert operation.lock.locked_at.date() < operation.plan.when.starts
    assert [each.run_id for each in operation.results] == [told["report_id"]]
    assert operation.results[0].verdict == told["verdict"]
    assert "registered when results could be seen" not in told["verdict"]


def test_its_report_is_written_in_four_forms_synthetic_in_each(demo: Shown) -> None:
    outputs = [Path(path) for path in demo.result["operation"]["outputs"]]
    names = [f"operation.{form}" for form in ("html", "pdf", "json", "csv")]
    assert [path.name for path in outputs] == names
    assert all(path.parent == demo.out / "operation" for path in outputs)
    assert demo.reported
    assert json.loads(outputs[2].read_text(encoding="utf-8"))["synthetic"] is True
    assert demo.result["operation"]["verdict"] in demo.reported["operation.html"]


def test_the_operation_changes_nothing_that_was_invented_and_no_effect_is_found(
    demo: Shown,
) -> None:
    """Its incidents are drawn without it: a report that found an effect would be a false alarm."""
    verdict = demo.result["operation"]["verdict"]
    assert verdict.startswith(("No effect could be told from chance", "These data cannot tell"))


def test_the_claim_of_the_demo_is_contradicted_by_its_own_figures(demo: Shown) -> None:
    """19,455 to 12,419 was published as 44 % fewer; 7,036 of 19,455 are 36.2 % (DOMAIN 10.1.5)."""
    claim = demo.result["claim"]
    assert claim["said_percent"] == -44
    assert claim["recomputed_percent"] == pytest.approx(-100 * 7036 / 19455)
    assert "does not follow" in claim["words"]


def test_the_commands_that_the_readme_shows_after_the_demo_can_be_typed(demo: Shown) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- demo commands -->\n```\n")[1].split("\n```\n")[0]
    lines = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert len(lines) == 3
    for words in lines:
        assert words[:3] == [".venv/bin/rightplace", "--workspace", "demo-workspace"]
        asked = [re.sub(r"^op-\w+$", demo.result["operation"]["operation_id"], w) for w in words]
        told = rightplace(*asked[3:], "--json", workspace=Path(demo.result["workspace"]))
        assert told.exit_code == 0, told.stderr


# The service that the demo leaves behind, not started


@pytest.fixture(scope="module")
def records(demo: Shown) -> Iterator[Database]:
    with closing(open_records(Workspace(root=Path(demo.result["workspace"])))) as database:
        yield database


def passwords(told: Told) -> dict[str, str]:
    """What standard error tells of who can sign in."""
    found = re.findall(
        r"^  (demo\.\S+) +((?:[a-z2-7]{4}-){3}[a-z2-7]{4})\b", told.stderr, re.MULTILINE
    )
    return dict(found)


def test_it_ends_by_saying_how_to_serve_it_and_who_can_sign_in(demo: Shown) -> None:
    service = demo.result["service"]
    assert service["command"].endswith(f"--workspace {demo.result['workspace']} serve")
    assert service["address"] == "http://127.0.0.1:8080/"
    assert set(passwords(demo.told)) == {each["user_name"] for each in service["users"]}
    assert {each["role"] for each in service["users"]} == {role.value for role in Role}
    assert demo.told.stderr.splitlines()[-1] == "Run the demo again for new passwords."


def test_its_passwords_lie_in_no_file_and_no_answer(demo: Shown) -> None:
    told = passwords(demo.told).values()
    assert told
    written = demo.told.stdout + "".join(demo.texts.values())
    places = [*Path(demo.result["workspace"]).rglob("*.json")]
    places += Path(demo.result["workspace"]).glob("records.sqlite3*")
    written += "".join(path.read_bytes().decode("latin-1") for path in places)
    assert not [each for each in told if each in written]


def test_forecast_and_plan_are_published_as_synthetic_with_their_six_documents(
    demo: Shown, records: Database
) -> None:
    with reading(records) as quiet:
        runs = {run.id: run for run in quiet.unshown(select(PublishedRun))}
        held = documents_in_force(quiet, "additive_memory")
        assert is_demo(quiet)
    for run_id in (demo.result["forecast_id"], demo.result["plan_id"]):
        assert runs[run_id].is_synthetic
    assert list(held) == list(DocumentKind)
    for document in held.values():
        assert document.is_synthetic
        assert EXAMPLE in document.text
        assert "[FILL IN" not in document.text


def test_the_operation_and_its_report_are_in_the_service_and_no_trial_is(
    demo: Shown, records: Database
) -> None:
    told = demo.result["operation"]
    with reading(records) as quiet:
        served = served_register(quiet).operation(told["operation_id"])
        runs = {run.id: run for run in quiet.unshown(select(PublishedRun))}
    assert [each.run_id for each in served.results] == [told["report_id"]]
    assert runs[told["report_id"]].is_synthetic
    assert {run.kind for run in runs.values()} == {
        *("area", "forecast", "plan", "picture", "searches", "evaluation"),
    }
    (line,) = read_reports(Shelf(records), person=ANALYST, at=now())
    assert line.id == told["report_id"]


def test_its_crews_lie_in_the_inbox_so_that_a_page_can_ask_for_a_plan(demo: Shown) -> None:
    folder = Path(demo.result["workspace"])
    offered = (folder / "inbox" / "crews.csv").read_bytes()
    assert offered == (folder / "inputs" / "crews.csv").read_bytes()


def test_whoever_was_shown_a_password_can_sign_in_with_it(demo: Shown, records: Database) -> None:
    name = "demo.data.protection.officer.2"
    password = passwords(demo.told)[name]
    told = log_in(
        records, name, password, origin=Origin(source="here"), at=now(), settings=AccountSettings()
    )
    assert told.state is LogInState.IN
