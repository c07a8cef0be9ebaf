"""``plan`` and ``hot-spots`` as analysts call them: nominated places, terms, audit, records."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from rightplace.cli.schemas import verb_schema
from tests.functional.four_cells import (
    AS_OF,
    CAMDEN,
    LSOAS,
    Ran,
    rightplace,
    write_crews,
    write_outlines,
    write_records,
)
from tests.unit.test_hot_spots import RECORD

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class World:
    folder: Path
    forecast_id: str
    term_id: str

    def run(self, *words: object) -> Ran:
        return rightplace(self.folder / "workspace", *words)

    def plan(self, *words: object) -> Ran:
        week = ("--as-of", AS_OF, "--days", 7, "--crews", self.folder / "crews.csv")
        return self.run("plan", *week, "--forecast", self.forecast_id, *words, "--json")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("hot_spots_verb")
    workspace = folder / "workspace"
    outlines = write_outlines(folder / "four.geojson")
    assert rightplace(workspace, "areas", "define", outlines, "--unit", "lsoa").code == 0
    records = write_records(folder / "2018-06-metropolitan-street.csv")
    assert rightplace(workspace, "ingest", "crimes", records).code == 0
    # Crews are out on three days only: a visit a day would not fit.
    (workspace / "rightplace.toml").write_text("[hot_spots]\nvisits_week = 2\n", encoding="utf-8")
    write_crews(folder / "crews.csv")
    made = rightplace(workspace, "forecast", "--as-of", AS_OF, "--days", 7, "--json")
    term = ("--count", 1, "--months", 3, "--from", "2018-07-01", "--json")
    fixed = rightplace(workspace, "hot-spots", "fix", "--forecast", made.json["id"], *term)
    assert fixed.code == 0, fixed.err
    return World(folder, made.json["id"], fixed.json["id"])


def check(ran: Ran, verb: str) -> None:
    assert ran.code == 0, ran.err
    Draft202012Validator(verb_schema(verb)).validate(ran.json)


def test_a_plan_with_nominations_term_and_audit_is_scored_and_returned(world: World) -> None:
    nominated, census = world.folder / "nominated.csv", world.folder / "census.csv"
    nominated.write_text(
        "cell_id,lon,lat,kind,visits,minutes,reason,author,expires\n"
        f"{CAMDEN[1]},,,market,2,,Fights after the market,Sgt A,2018-12-31\n",
        encoding="utf-8",
    )
    rows = [f"{code},100,{60 - 10 * n},{40 + 10 * n}" for n, code in enumerate(LSOAS)]
    census.write_text("\n".join(["LSOA code,Total,Blue,Green", *rows, ""]), encoding="utf-8")
    files = ("--nominated", nominated, "--composition", census, "--hot-spots", world.term_id)
    ran = world.plan(*files)
    check(ran, "plan")
    result = ran.json["result"]
    assert result["nominated"]["visits"] == 2
    assert result["term"]["term_id"] == world.term_id
    assert [row["group"] for row in result["equality"]["rows"]] == [
        "all residents",
        "Blue",
        "Green",
    ]
    scored = world.run("hot-spots", "score", ran.json["id"], "--as-of", AS_OF, "--json")
    check(scored, "hot-spots-score")
    assert scored.json["result"]["known"] is False
    out = world.folder / "return.csv"
    months = ("--from", "2018-07", "--to", "2018-07", "--out", out, "--json")
    returned = world.run("hot-spots", "return", world.term_id, *months)
    check(returned, "hot-spots-return")
    with out.open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    assert (first["patrol_hours"], first["arrests"]) == ("not given", "not given")
    assert first["incidents"] == "not known yet"


def test_a_problem_record_answers_what_problems_asks_for(world: World) -> None:
    words = ("hot-spots", "problems", "--as-of", "2018-09-15")
    asked = world.run(*words, "--json")
    check(asked, "hot-spots-problems")
    (place,) = asked.json["result"]["places"]
    assert (place["cell_id"], place["months"], place["record"]) == (CAMDEN[0], 3, "asked for")
    file = world.folder / "problem.toml"
    file.write_text(RECORD, encoding="utf-8")
    record = ("--cell", CAMDEN[0], "--file", file, "--as-of", "2018-09-01", "--json")
    check(world.run("hot-spots", "problem", *record), "hot-spots-problem")
    text = world.run(*words).out
    assert "0 of 1 ask for a problem record" in text
    assert "grounds to stop or search" in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("fix", "--count", 1, "--months", 3, "--from", "2018-08-01"), 20, "would overlap it"),
        (("fix", "--count", 1, "--months", 2, "--from", "2018-08-01"), 2, "2 is not in the range"),
        (("fix", "--count", 9, "--months", 3, "--from", "2019-01-01"), 21, "4 places may be"),
        (("score", "p-000000000000", "--as-of", AS_OF), 11, "No run"),
        (("problem", "--cell", "x", "--file", "gone.toml"), 11, "is no cell"),
    ],
)
def test_what_cannot_be_done_says_why(
    world: World, words: tuple[object, ...], code: int, said: str
) -> None:
    more = ("--forecast", world.forecast_id) if words[0] == "fix" else ()
    ran = world.run("hot-spots", *words, *more, "--json")
    assert ran.code == code
    assert said in json.loads(ran.out)["error"]["message"]
