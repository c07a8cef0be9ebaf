"""What goes wrong on the walk leaves one clear error, its exit code, and a whole workspace."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rightplace.core.canonical import plain
from rightplace.core.runs import RunRecipe, code_version
from tests.command import Told, rightplace
from tests.unit.outline_files import square, write_geojson
from tests.walks import Walk, start
from tests.worlds import AS_OF, CREW_COLUMNS, FIRST, Published, publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp("monthly"))


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, world: Published) -> Walk:
    """A workspace with an area and a forecast; files of an undeclared release."""
    walk = start(tmp_path_factory.mktemp("errors"), world)
    walk.run("forecast", "forecast", "--as-of", AS_OF)
    return walk


def tried(walk: Walk, *words: object, code: int) -> dict[str, str | int | None]:
    """Return the error of a verb that must fail with an exit code, told in one JSON object."""
    told = rightplace(*words, "--json", workspace=walk.workspace)
    assert told.exit_code == code, (told.stdout, told.stderr)
    assert told.json["ok"] is False
    error: dict[str, str | int | None] = told.json["error"]
    assert set(error) == {"code", "message", "file", "row", "value", "remedy"}
    assert str(error["message"]).rstrip() in told.stderr
    return error


def plan(walk: Walk, world: Published, *words: object) -> tuple[object, ...]:
    forecast = walk.answers["forecast"].json["id"]
    return ("plan", "--as-of", AS_OF, "--crews", world.crews, "--forecast", forecast, *words)


def test_a_crew_of_a_borough_that_does_not_exist_is_named_with_its_row(
    walk: Walk, world: Published, tmp_path: Path
) -> None:
    with world.crews.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[2] |= {"borough": "Harringay"}
    crews = tmp_path / "crews.csv"
    with crews.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    forecast = walk.answers["forecast"].json["id"]
    words = ("plan", "--as-of", AS_OF, "--crews", crews, "--forecast", forecast)
    error = tried(walk, *words, code=10)
    assert (error["code"], error["row"], error["value"]) == ("bad-input", 3, "Harringay")
    assert str(error["file"]).endswith("crews.csv")
    assert "Haringey" in f"{error['message']} {error['remedy']}"


@pytest.mark.parametrize("option", ["--crews", "--profile", "--effects"])
def test_a_file_that_is_not_there_is_said_to_be_missing(
    walk: Walk, world: Published, tmp_path: Path, option: str
) -> None:
    words = ("plan", "--as-of", AS_OF, "--crews", world.crews, option, tmp_path / "nowhere.csv")
    error = tried(walk, *words, code=11)
    assert (error["code"], error["file"]) == ("not-found", str(tmp_path / "nowhere.csv"))


def test_a_forecast_that_is_not_held_is_named_with_those_that_are(
    walk: Walk, world: Published
) -> None:
    words = ("--as-of", AS_OF, "--crews", world.crews, "--forecast", "f-0123456789ab")
    error = tried(walk, "plan", *words, code=11)
    assert (error["code"], error["value"]) == ("not-found", "f-0123456789ab")
    assert walk.answers["forecast"].json["id"] in str(error["remedy"])


def test_a_plan_for_other_days_than_the_forecasts_is_refused(walk: Walk, world: Published) -> None:
    error = tried(walk, *plan(walk, world, "--days", 5), code=2)
    assert "forecasts 7 days as of 2018-06-30" in str(error["message"])
    assert "--forecast" in str(error["remedy"])


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        ("Hackney,{},300,2,0,-0.06,51.55", 21, "300 of Hackney: no data for Hackney"),
        ("Camden,{},10,2,0,-0.14,51.54", 21, "10 of Camden: too few minutes left"),
        ("Camden,{},300,2,0,51.54,-0.14", 10, "seem to be swapped"),
        ("Camden,{},300,2,0,-2.24,53.48", 10, "lies outside the study area"),
    ],
)
def test_crews_that_can_go_nowhere_are_told_why(
    walk: Walk, tmp_path: Path, place: str, code: int, said: str
) -> None:
    crews = tmp_path / "crews.csv"
    row = "A," + place.format("2018-07-01T15:00:00+01:00,2018-07-01T23:00:00+01:00")
    crews.write_text(f"{','.join(CREW_COLUMNS)}\n{row}\n", encoding="utf-8")
    forecast = walk.answers["forecast"].json["id"]
    words = ("plan", "--as-of", AS_OF, "--crews", crews, "--forecast", forecast)
    error = tried(walk, *words, code=code)
    assert said in f"{error['message']} {error['remedy']}"


def test_a_kept_forecast_takes_no_options_of_a_new_one(walk: Walk, world: Published) -> None:
    error = tried(walk, *plan(walk, world, "--classes", "robbery"), code=2)
    assert "--classes shape a new forecast" in str(error["message"])


def test_briefs_are_of_plans_only(walk: Walk) -> None:
    error = tried(walk, "brief", walk.answers["forecast"].json["id"], code=11)
    assert "is a forecast, not a plan" in str(error["message"])


@pytest.mark.parametrize(
    ("words", "code", "nearest"),
    [
        (("--method", "fadding"), 2, "fading"),
        (("--method", "fading@halflife=3"), 2, "half_life_weeks"),
        (("--classes", "robery"), 2, "robbery"),
        (("--classes", "drugs"), 20, "drugs"),
        (("--by", "shift"), 21, "--by month"),
        (("--as-of", "2020-01-01"), 30, "earlier --as-of"),
        (("--known-at", "2018-07-01"), 30, "--release"),
        (("--source", "data.police.uk/kent"), 2, "metropolitan"),
        (("--area", "area-000000000000"), 11, "area-"),
        (("--as-of", "30/06/2018"), 2, "YYYY-MM-DD"),
        (("--as-of", "9999-12-31"), 2, "1901 to 2100"),
    ],
)
def test_what_cannot_be_forecast_says_what_can(
    walk: Walk, words: tuple[str, ...], code: int, nearest: str
) -> None:
    error = tried(walk, "forecast", "--as-of", AS_OF, *words, code=code)
    assert nearest in f"{error['message']} {error['remedy']}"


def test_records_that_can_draw_no_patrol_are_told_with_why(
    walk: Walk, world: Published, tmp_path: Path
) -> None:
    far = tmp_path / "leeds.geojson"
    write_geojson(far, [({"borough": "Leeds"}, square(430_000, 430_000, 500))])
    other = replace(walk, workspace=tmp_path / "far")
    other.run("ingest", "ingest", "crimes", world.crimes)
    other.run("areas", "areas", "define", far, "--unit", "square", "--cell", 250)
    error = tried(other, "forecast", "--as-of", AS_OF, code=30)
    assert "no place in the study area" in str(error["message"])


def test_intervals_learned_from_next_to_nothing_say_so(walk: Walk) -> None:
    for month, said in ((FIRST, "learned from nothing yet"), (FIRST.plus(5), "5 past months only")):
        words = ("forecast", "--as-of", month.last, "--dry-run", "--json")
        told = rightplace(*words, workspace=walk.workspace)
        notices = {n["code"]: n["message"] for n in told.json["warnings"]}
        assert said in notices["interval-short-history"]
        assert "interval-assumed" not in notices


def test_what_release_is_unknown_is_counted_where_known_at_leaves_it_out(walk: Walk) -> None:
    error = tried(walk, "forecast", "--as-of", AS_OF, "--known-at", AS_OF, code=30)
    assert "Files without a declared release: 3." in str(error["message"])


@pytest.mark.parametrize(
    ("text", "value", "nearest"),
    [
        ("[forecast]\nmetod = 'uniform'\n", "metod", "method"),
        ("[forcast]\nmethod = 'uniform'\n", "forcast", "forecast"),
    ],
)
def test_a_setting_that_does_not_exist_is_named_with_the_nearest(
    walk: Walk, tmp_path: Path, text: str, value: str, nearest: str
) -> None:
    config = tmp_path / "rightplace.toml"
    config.write_text(text, encoding="utf-8")
    told = rightplace(
        "--config", config, "forecast", "--as-of", AS_OF, "--json", workspace=walk.workspace
    )
    assert told.exit_code == 10
    assert told.json["error"]["value"] == value
    assert f"'{nearest}'" in told.json["error"]["remedy"]


def test_a_setting_in_force_decides_which_boroughs_are_published(
    walk: Walk, tmp_path: Path
) -> None:
    # Enfield's border street caught a record in each January: one of three cells.
    config = tmp_path / "rightplace.toml"
    config.write_text("[forecast]\npublished_cells_share = 0.3\n", encoding="utf-8")
    words = ("forecast", "--as-of", "2018-01-31", "--dry-run", "--json")
    told = rightplace("--config", config, *words, workspace=walk.workspace)
    assert told.exit_code == 0, told.stderr
    assert told.json["result"]["masked_boroughs"] == ["Hackney"]


def test_one_of_several_areas_must_be_named(world: Published, tmp_path: Path) -> None:
    walk = start(tmp_path, world)
    walk.run("squares", "areas", "define", world.outlines, "--unit", "square", "--cell", 500)
    error = tried(walk, "forecast", "--as-of", AS_OF, code=2)
    assert "There are 2 study areas" in str(error["message"])
    assert "--area" in str(error["remedy"])
    named = ("forecast", "--as-of", AS_OF, "--area", walk.answers["squares"].json["id"])
    walk.run("forecast", *named)
    assert "snapped-points" in walk.notices("forecast")


def test_without_data_or_area_the_next_step_is_named(tmp_path: Path, world: Published) -> None:
    empty = Walk(workspace=tmp_path / "empty")
    error = tried(empty, "forecast", "--as-of", AS_OF, code=11)
    assert "areas define" in str(error["remedy"])
    empty.run("areas", "areas", "define", world.outlines, "--unit", "lsoa")
    error = tried(empty, "forecast", "--as-of", AS_OF, code=30)
    assert "rightplace ingest crimes" in str(error["remedy"])


class TestAFullDisk:
    """A write that is refused leaves nothing half-written, and what was held stands."""

    def held(self, walk: Walk) -> dict[str, bytes]:
        return {
            path.relative_to(walk.workspace).as_posix(): path.read_bytes()
            for path in walk.workspace.rglob("*")
            if path.is_file()
        }

    def refused(self, walk: Walk, *words: object) -> Told:
        before = self.held(walk)
        told = rightplace(*words, "--json", workspace=walk.workspace, limit=2000)
        assert told.exit_code == 70, told.stderr
        assert told.json["error"]["code"] == "storage"
        assert "Free some space" in told.json["error"]["remedy"]
        assert self.held(walk) == before
        return told

    def test_a_forecast_is_kept_whole_or_not_at_all(self, walk: Walk) -> None:
        words = ("forecast", "--as-of", AS_OF, "--days", 14)
        told = self.refused(walk, *words)
        assert "The disk refused to take run f-" in told.json["error"]["message"]
        again = rightplace(*words, "--dry-run", "--json", workspace=walk.workspace)
        assert again.exit_code == 0

    def test_a_plan_is_kept_whole_or_not_at_all(self, walk: Walk, world: Published) -> None:
        self.refused(walk, *plan(walk, world, "--seed", 3))

    def test_a_brief_leaves_no_half_page(
        self, walk: Walk, world: Published, tmp_path: Path
    ) -> None:
        made = rightplace(*plan(walk, world), "--json", workspace=walk.workspace)
        assert made.exit_code == 0, made.stderr
        out = tmp_path / "out"
        self.refused(walk, "brief", made.json["id"], "--out", out, "--format", "html,pdf")
        assert list(out.iterdir()) == []


def test_a_surprise_leaves_exit_70_and_a_way_to_report_it(walk: Walk, tmp_path: Path) -> None:
    other = replace(walk, workspace=tmp_path / "broken")
    recipe = RunRecipe(kind="forecast", settings={}, inputs=(), as_of=AS_OF, known_at=None, seed=0)
    run = other.workspace / "runs" / recipe.id
    run.mkdir(parents=True)
    record = plain(recipe) | {"code_version": code_version()}
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    error = tried(other, "explain", recipe.id, code=70)
    assert error["code"] == "error"
    assert "KeyError" in str(error["message"])
    assert "RIGHTPLACE_DEBUG=1" in str(error["remedy"])


@pytest.mark.parametrize("verb", ["short", "long"])
def test_a_reader_who_closes_the_pipe_is_no_surprise(walk: Walk, verb: str) -> None:
    item = walk.answers["forecast"].json["id"]
    said = {"short": ["version"], "long": ["explain", item, "--json"]}[verb]
    program = "import sys; sys.argv[0] = 'rightplace'; from rightplace.cli import main; main()"
    words = ["--workspace", str(walk.workspace), *said]
    reader = subprocess.Popen([sys.executable, "-c", "pass"], stdin=subprocess.PIPE)
    reader.wait()
    assert reader.stdin is not None
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        stdout=reader.stdin,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    reader.stdin.close()
    assert (done.returncode, done.stderr) == (0, "")
