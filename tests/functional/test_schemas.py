"""What every verb prints with --json keeps to its schema, and the schemas keep to the contract."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from rightplace.app.answer import Answer
from rightplace.app.demo import DemoResult
from rightplace.app.demo_operation import DemoClaim, DemoOperation
from rightplace.app.demo_service import DemoService, DemoUser
from rightplace.cli.envelope import envelope
from rightplace.cli.main import VERBS
from rightplace.cli.schemas import RESULTS, all_schemas, error_schema, verb_schema
from rightplace.errors import BadInputError
from tests.document_world import finish_files
from tests.functional.four_cells import (
    AS_OF,
    LSOAS,
    Ran,
    rightplace,
    write_crews,
    write_outlines,
    write_records,
)
from tests.functional.test_dosage_verb import write_pings
from tests.police_uk_server import PoliceUkServer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

# Written down from the contract by hand, not from the code: these may never go away inside /1.
FILE_KEYS = "path sha256 read stored quarantined superseded refused reasons[].code reasons[].count"
CONTRACT: dict[str, str] = {
    "demo": "workspace synthetic forecast_id plan_id outputs service.command service.address",
    "ingest": " ".join(f"files[].{key}" for key in FILE_KEYS.split()),
    "status": " ".join(f"files[].{key}" for key in FILE_KEYS.split())
    + " sources[].source sources[].from sources[].to sources[].gaps sources[].stubs sources[].rows"
    " sources[].without_place_share sources[].missing_categories",
    "quarantine": "rows path",
    "fetch": "",
    "areas": "area_id cells area_km2 crs",
    "picture": "picture_id title first_month last_month records domestic_records masked_boroughs "
    "not_counted[].reason not_counted[].records counts_path",
    "forecast": "forecast_id method period cells_path n_cells expected_count expected_harm "
    "intervals",
    "backtest": "methods{}.hit_rate methods{}.pai methods{}.pei methods{}.log_score methods{}.crps "
    "methods{}.pit_coverage80 methods{}.harm_hit_rate verdict pairs[].a pairs[].b pairs[].metric "
    "pairs[].diff pairs[].lo95 pairs[].hi95",
    "near-repeat": "observed ratio p preventable_share",
    "association": "association_id forecast_id cells cells_without_forecast "
    "cells_without_composition cells_without_deprivation associations[].group associations[].per "
    "associations[].spearman associations[].pearson tenths[].by tenths[].tenth tenths[].expected "
    "tenths[].observed tenths[].ratio compared finding no_cause what_to_do",
    "aftermath": "initiating.class_id initiating.time window.from window.to places[].cell_id "
    "places[].distance places[].ordinary_expected places[].expected places[].ratio places[].lo95 "
    "places[].hi95 totals[].distance totals[].ratio totals[].lo95 totals[].hi95 verdict "
    "attachable_as_ground learned.run learned.events learned.period notes",
    "plan": "plan_id status objective bound gap visits crew_minutes_used_share prevented.mean "
    "prevented.lo80 prevented.hi80 constraint_costs[].name constraint_costs[].lo "
    "constraint_costs[].hi conflicts",
    "replan": "plan_id parent_id from_time reason by objective bound gap visits lost.lo lost.hi "
    "changes[].crew_id changes[].taken changes_of_others taken[].kind taken[].crew_ids",
    "change": "plan_id parent_id reason by objective bound gap visits left_out wanted[].cell_id "
    "wanted[].visits without shortened[].crew_id shortened[].minutes cost_lo cost_hi published",
    "holdout": "plan_id status analysed_from until signed_by[].name estimand price.lo price.hi "
    "strata[].name strata[].probability places[].cell_id places[].arm places[].probability "
    "places[].unit releases[].cell_ids notice response",
    "hot-spots": "term_id forecast_id first_month last_month visits_week places_path "
    "hot_spots[].hot_spot hot_spots[].cell_id hot_spots[].rank hot_spots[].reason synthetic",
    "surge": "surge_id status objective bound gap asked posted postings[].officer_id "
    "postings[].borough postings[].role postings[].reason postings[].next_best",
    "roster": "roster_id first_day days officers shifts status objective bound gap "
    "uncovered[].day uncovered[].finding wishes wishes_granted wishes_refused[].officer_id "
    "wishes_refused[].why short_notice[].notice_days teams[].gap limits[].provision "
    "limits[].verified without_balances roster_path outputs",
    "detectives": "investigation_id title synthetic years replications seed amber level "
    "units[].unit units[].roles[].role units[].roles[].share units[].roles[].is_amber "
    "units[].waiting_cases units[].backlog_end units[].median units[].ninetieth "
    "what_ifs[].name what_ifs[].ends[].unit what_ifs[].ends[].changes[].name "
    "what_ifs[].ends[].changes[].change origins[].origin cannot measures_path",
    "workforce": "workforce_id start_month last_month months draws strength[].month "
    "strength[].headcount.mean strength[].fte.mean strength[].deployable.mean "
    "strength[].deployable.lo80 strength[].deployable.hi80 strength[].joiners strength[].leavers "
    "targets[].strength targets[].measure targets[].today targets[].median_month "
    "targets[].lo80_month targets[].hi80_month targets[].never_share "
    "targets[].reached_by_share what_ifs[].name "
    "what_ifs[].changes moves[].name tutors_words places_words first_postings[].area "
    "first_postings[].ratio origins[].origin assumed strength_path",
    "routes": "routes_id plan_id mode travel prize visits_planned visits_made dropped_time "
    "dropped_spacing prevented_planned prevented_made prevented_bound variation.repeat_time_index "
    "variation.prize_given_up_share stops_path dropped_path outputs[].path outputs[].kind "
    "outputs[].borough outputs[].crew_id outputs[].sha256",
    "dosage": "officer_minutes patrol_minutes visits qualifying compliance rows_path",
    "evaluate": "estimate lo95 hi95 p design evidence_level flags[].code flags[].words verdict",
    "operations": "operations[].op_id operations[].sha256 operations[].standing "
    "operations[].locked_at operations[].results_held_to operations[].results[].run_id "
    "operations[].results[].verdict overdue entries head",
    "brief": "outputs[].path outputs[].kind outputs[].bcu outputs[].pages outputs[].sha256",
    "documents": "subject code_version ready documents[].kind documents[].dated "
    "documents[].review_due documents[].status documents[].faults",
    "publish": "run_id published synthetic",
    "accounts": "accounts[].user_name accounts[].first_password",
    "serve": "address demo",
    "public": "path digest made_on months new_months wards shown withheld synthetic",
    "work": "worker ended waiting",
    "audit": "lines intact first_bad",
    "nightly": "certificates[].record_type certificates[].records certificates[].grounds "
    "certificates[].certified_at held_back settled intact first_bad",
    "hold": "holds[].id holds[].reason holds[].owner holds[].review_on holds[].is_due",
    "migrate": "from_revision to_revision backup migrated",
    "backup": "path kind revision lines sha256",
    "restore": "path made_at kind deleted_again lines_lost intact restored",
    "feedback": "simulation monitoring",
    "searches": "pack_id force first_month last_month searches section_60 measures[].name "
    "measures[].value measures[].why_not completeness withheld synthetic outputs[].path",
    "section60": "path authorisations[].reference authorisations[].regimes breaches[].provision "
    "breaches[].finding breaches[].layer breaches[].owner questions[].gate not_judged",
    "card": "forecast_id method classes trained_from trained_to sources[].source accuracy cannot",
    "explain": "id kind code_version settings_hash inputs[].source inputs[].release "
    "inputs[].sha256 as_of seed made_at",
    "config": "",
    "version": "",
}
ENVELOPE = "schema id ok as_of data_releases warnings[].code warnings[].message result"
# Checked apart: one makes a whole city, one goes out, two need more cells than these four, one
# records with their hour, and one visits that were made.
APART = {"demo", "fetch", "association", "aftermath", "feedback", "holdout", "roster"}
APART |= {"audit", "nightly", "hold", "backup", "restore"}  # in test_accountability_verbs
APART |= {"public"}  # in test_public_verb
APART |= {"searches"}  # in test_searches_verb
APART |= {"evaluate"}  # in test_evaluate_claim_verb
APART |= {"operations"}  # in test_operations_verb
APART |= {"detectives"}  # in test_detectives_verb
APART |= {"workforce"}  # in test_workforce_forecast_verb
APART |= {"section60"}  # in test_section60_verb
ERROR = "ok error.code error.message error.file error.row error.value error.remedy"


def check(schema: dict[str, Any], content: object) -> None:
    """Check an object against a schema; every fault is shown."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(content)]
    assert not faults


def step(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Return a schema, or the definition it refers to."""
    reference = schema.get("$ref", "")
    return whole["$defs"][reference.rpartition("/")[2]] if reference else schema


def requires(whole: dict[str, Any], path: str, start: dict[str, Any]) -> bool:
    """Return whether a schema requires every key of a path such as ``files[].path``."""
    here = step(start, whole)
    for part in path.split("."):
        key = part.removesuffix("[]").removesuffix("{}")
        if key not in here.get("required", ()):
            return False
        here = step(here["properties"][key], whole)
        if part.endswith("[]"):
            here = step(here["items"], whole)
        if part.endswith("{}"):
            here = step(here["additionalProperties"], whole)
    return True


@dataclass(frozen=True)
class World:
    """A folder with inputs, and a workspace in which a plan has been made."""

    folder: Path
    workspace: Path
    ran: dict[str, Ran]

    def run(self, *words: object) -> Ran:
        return rightplace(self.workspace, *words)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("four_cells")
    made = World(folder, folder / "workspace", {})

    def run(*words: object) -> Ran:
        made.ran[str(words[0])] = ran = made.run(*words, "--json")
        assert ran.code == 0, ran.err
        return ran

    run("areas", "define", write_outlines(folder / "four.geojson"), "--unit", "lsoa")
    records = write_records(folder / "2018-06-metropolitan-street.csv")
    run("ingest", "crimes", records, "--release", "2018-08-01")
    run("status")
    run("quarantine", "export", "--out", folder / "quarantine.csv")
    run("backtest", "--from", "2018-01-01", "--to", "2018-04-01", "--methods", "uniform,kernel")
    events = folder / "events.csv"
    events.write_text("x,y,date\n0,0,2018-06-01\n0,0,2018-06-02\n90,0,2018-06-30\n")
    run("near-repeat", events, "--permutations", "9")
    crews = write_crews(folder / "crews.csv")
    week = ("--as-of", AS_OF, "--days", "7")
    run("picture", "--as-of", AS_OF)
    forecast_id = run("forecast", *week).json["id"]
    run("card", forecast_id)
    plan_id = run("plan", *week, "--crews", crews, "--forecast", forecast_id).json["id"]
    run("brief", plan_id, "--out", folder / "out", "--format", "csv,geojson,html")
    asked = ("--from", "2018-07-02T17:30:00+01:00", "--reason", "murder scene", "--by", "Insp A")
    run("replan", plan_id, *asked)
    examples = resources.files("rightplace.deploy") / "data"
    officers, demand = examples / "example_officers.csv", examples / "example_demand.csv"
    changed = ("--leave-out", LSOAS[1], "--reason", "As agreed", "--by", "u-002")
    run("change", plan_id, *changed)
    run("surge", "--officers", officers, "--demand", demand, "--count", 10)
    run("routes", plan_id, "--out", folder / "rounds", "--format", "gpx")
    run(
        "dosage",
        "--pings",
        write_pings(folder / "pings.csv", plan_id, made.workspace),
        "--plan",
        plan_id,
    )
    fixed = ("--count", 2, "--months", 3, "--from", "2018-07-01")
    run("hot-spots", "fix", "--forecast", forecast_id, *fixed)
    run("explain", f"{plan_id}:v-000001")
    run("documents", "write", plan_id, "--out", folder / "six")
    finish_files(folder / "six")
    run("documents", "file", folder / "six", "--create", "service")
    run("publish", plan_id)
    run("accounts", "begin", "ada.admin", "abe.admin")
    run("migrate", "--backup", "before.backup")
    run("serve", "--dry-run")
    run("work", "--until-idle")
    run("config", "show")
    run("version")
    return made


def test_every_verb_has_a_schema_and_every_schema_a_verb() -> None:
    assert list(RESULTS) == list(VERBS) == list(CONTRACT)


@pytest.mark.parametrize("verb", VERBS)
def test_the_schema_requires_every_key_of_the_contract(verb: str) -> None:
    schema = verb_schema(verb)
    result = schema["properties"]["result"]
    assert [key for key in ENVELOPE.split() if not requires(schema, key, schema)] == []
    assert [key for key in CONTRACT[verb].split() if not requires(schema, key, result)] == []


def test_the_schema_of_errors_requires_every_key_of_the_contract() -> None:
    schema = error_schema()
    assert [key for key in ERROR.split() if not requires(schema, key, schema)] == []


def test_a_key_that_is_not_required_is_found_missing() -> None:
    schema = verb_schema("plan")
    result = schema["properties"]["result"]
    assert requires(schema, "prevented.lo80", result)
    assert not requires(schema, "prevented.lo90", result)
    assert not requires(schema, "error", schema)


@pytest.mark.parametrize("name", all_schemas())
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(all_schemas()[name])


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in APART])
def test_what_a_verb_prints_keeps_to_its_schema(verb: str, world: World) -> None:
    content = world.ran[verb].json
    check(verb_schema(verb), content)
    assert content["schema"] == f"rightplace/{verb}/1"
    assert content["ok"] is True


def test_what_fetch_prints_keeps_to_its_schema(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for kind in ("street", "outcomes", "stop-and-search"):
            archive.writestr(f"2018-06/2018-06-kent-{kind}.csv", "Month\n2018-06\n")
    months = ("--from", "2018-06", "--to", "2018-06", "--into", tmp_path / "files")
    with PoliceUkServer(archives={"2018-06": held.getvalue()}) as server:
        where = ("--address", server.address, *months)
        ran = rightplace(tmp_path, "fetch", "police-uk", "--force", "kent", *where, "--json")
    assert ran.code == 0, ran.err
    check(verb_schema("fetch"), ran.json)


def test_what_the_demo_answers_keeps_to_its_schema() -> None:
    result = DemoResult(
        workspace="demo-workspace",
        synthetic=True,
        forecast_id="f-000000000000",
        plan_id="p-000000000000",
        rows=4,
        quarantined=0,
        expected_count=2.5,
        expected_interval80=(1.0, 4.0),
        visits=3,
        prevented_mean=0.1,
        prevented_interval80=(0.0, 0.2),
        gap=0.0,
        outputs=("demo/index.html",),
        operation=DemoOperation(
            operation_id="op-000000000000",
            report_id="e-000000000000",
            title="Visits in Camden",
            evidence_level=3,
            verdict="These data cannot tell whether it worked.",
            outputs=("demo/operation/index.html",),
        ),
        claim=DemoClaim(
            before=13193,
            after=8151,
            said_percent=-38.0,
            recomputed_percent=-38.2,
            words="It follows.",
        ),
        service=DemoService(
            command="rightplace --workspace demo-workspace serve",
            address="http://127.0.0.1:8080/",
            users=(DemoUser(user_name="demo.analyst", role="analyst", area=""),),
        ),
    )
    check(verb_schema("demo"), envelope(Answer(verb="demo", result=result)))


def test_files_refused_stand_beside_those_taken_in(world: World) -> None:
    odd = world.folder / "odd.csv"
    odd.write_text("who,knows\n1,2\n", encoding="utf-8")
    ran = world.run("ingest", "crimes", odd, "--dry-run", "--json")
    assert ran.code == BadInputError.exit_code
    check(verb_schema("ingest"), ran.json)
    assert ran.json["ok"] is False
    assert ran.json["error"]["file"] == str(odd)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("forecast", "--as-of", "soon"), 2),
        (("plam",), 2),
        (("explain", "p-000000000000"), 11),
        (("forecast", "--as-of", AS_OF, "--classes", "drug_possession"), 20),
        (("forecast", "--as-of", AS_OF, "--by", "shift"), 21),
        (("forecast", "--as-of", "2026-01-01"), 30),
    ],
)
def test_every_failure_keeps_to_the_schema_of_errors(
    words: tuple[str, ...], code: int, world: World
) -> None:
    ran = world.run(*words, "--json")
    assert ran.code == code
    check(error_schema(), ran.json)
    assert ran.json["error"]["message"] in ran.err


def test_a_schema_finds_what_is_missing_and_what_is_of_another_kind() -> None:
    result = {"rows": "three", "path": "quarantine.csv"}
    content = {"schema": "rightplace/quarantine/1", "id": None, "ok": False, "result": result}
    validator = Draft202012Validator(verb_schema("quarantine"))
    faults = {error.message for error in validator.iter_errors(content)}
    assert "'three' is not of type 'integer'" in faults
    assert "'error' is a required property" in faults
    assert "'warnings' is a required property" in faults


def test_rows_of_the_crew_file_keep_to_its_schema(tmp_path: Path) -> None:
    with write_crews(tmp_path / "crews.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    schema = all_schemas()["crews"]
    assert list(rows[0]) == list(schema["properties"]) == schema["required"]
    texts = {"crew_id", "borough", "slot_start", "slot_end"}
    read = [{k: v if k in texts else json.loads(v) for k, v in row.items()} for row in rows]
    check({"type": "array", "items": schema}, read)
    read[0]["specialist"] = 2
    assert not Draft202012Validator(schema).is_valid(read[0])


def test_the_reader_of_shift_profiles_takes_the_columns_of_its_schema(
    world: World, tmp_path: Path
) -> None:
    schema = all_schemas()["shift-profile"]
    rows = [{"shift": "early", "share": 0.2}, {"shift": "late", "share": 0.5}]
    rows.append({"shift": "night", "share": 0.3})
    check({"type": "array", "items": schema}, rows)
    profile = tmp_path / "profile.csv"
    lines = [",".join(map(str, row.values())) for row in rows]
    profile.write_text("\n".join(["shift,share", *lines, ""]), encoding="utf-8")
    forecast_id = world.ran["forecast"].json["id"]
    files = ("--crews", world.folder / "crews.csv", "--profile", profile)
    asked = ("plan", "--as-of", AS_OF, "--forecast", forecast_id, *files)
    ran = world.run(*asked, "--dry-run", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["result"]["shift_evidence"] == "profile from profile.csv, not forecast"
