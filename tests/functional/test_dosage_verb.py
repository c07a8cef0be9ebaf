"""``rightplace dosage`` as an officer in charge of patrols calls it, on four cells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

from tests.functional.four_cells import (
    AS_OF,
    LSOAS,
    SIDE,
    SOUTH,
    WEST,
    rightplace,
    write_crews,
    write_outlines,
    write_records,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.four_cells import Ran

HEAD = "crew_id,officer_id,time,lon,lat"


def visits_of(plan_id: str, workspace: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(
        workspace / "runs" / plan_id / "visits.parquet"
    ).to_pylist()
    return rows


def write_pings(
    path: Path, plan_id: str, workspace: Path, *, crews: int = 99, minutes: int = 15
) -> Path:
    """Write two officers' pings for every visit of a plan, one after the other, crew by crew."""
    made: dict[str, int] = {}
    rows = [HEAD]
    for visit in visits_of(plan_id, workspace):
        crew = visit["crew_id"]
        turn = made[crew] = made.get(crew, -1) + 1
        if list(made).index(crew) >= crews:
            continue
        start = visit["slot_start"] + timedelta(minutes=25 * turn)
        lon = WEST + SIDE * (LSOAS.index(visit["cell_id"]) + 0.5)
        for officer in "ab":
            for minute in range(minutes + 1):
                when = (start + timedelta(minutes=minute)).isoformat()
                rows.append(f"{crew},{crew}-{officer},{when},{lon:.6f},{SOUTH + SIDE / 2:.6f}")
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


@dataclass(frozen=True)
class World:
    folder: Path
    workspace: Path
    plan_id: str

    @property
    def visits(self) -> list[dict[str, Any]]:
        return visits_of(self.plan_id, self.workspace)

    def pings(self, **how: int) -> Path:
        return write_pings(self.folder / "pings.csv", self.plan_id, self.workspace, **how)

    def dosage(self, *words: object) -> Ran:
        return rightplace(self.workspace, "dosage", "--plan", self.plan_id, *words)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("dosage")
    workspace = folder / "workspace"
    outlines = write_outlines(folder / "four.geojson")
    records = write_records(folder / "2018-06-metropolitan-street.csv")
    crews = write_crews(folder / "crews.csv")
    rightplace(workspace, "areas", "define", outlines, "--unit", "lsoa")
    rightplace(workspace, "ingest", "crimes", records, "--release", "2018-08-01")
    asked = ("plan", "--as-of", AS_OF, "--days", "7", "--crews", crews, "--json")
    ran = rightplace(workspace, *asked)
    assert ran.code == 0, ran.err
    return World(folder, workspace, ran.json["id"])


def test_every_visit_made_by_two_officers_gives_full_compliance(world: World) -> None:
    ran = world.dosage("--pings", world.pings(), "--json")
    assert ran.code == 0, ran.err
    result, planned = ran.json["result"], len(world.visits)
    assert (result["visits"], result["qualifying"], result["planned"]) == (planned,) * 3
    assert result["compliance"] == 1.0
    assert result["officer_minutes"] == 30 * planned
    # Two crews may be in one place at once, which counts once for the patrol.
    assert 0 < result["patrol_minutes"] <= 15 * planned
    assert ran.json["id"] == result["dosage_id"]
    told = rightplace(world.workspace, "explain", result["dosage_id"], "--json").json["result"]
    assert (told["kind"], told["inputs"][-1]["source"]) == ("dosage", world.plan_id)


def test_people_read_minutes_visits_compliance_and_that_nobody_is_judged(world: World) -> None:
    ran = world.dosage("--pings", world.pings())
    assert "compliance 100%" in ran.out
    assert "two officers together count once" in ran.out
    assert "none kept" in ran.out
    assert "never of a person" in ran.err
    assert "older than 31 days" in ran.err


def test_four_crews_are_refused_since_a_figure_would_be_of_too_few(world: World) -> None:
    ran = world.dosage("--pings", world.pings(crews=4), "--json")
    assert (ran.code, ran.json["error"]["code"]) == (20, "refused")
    assert "fewer than five crews" in ran.err
    assert not any(character.isdigit() for character in ran.json["error"]["message"])


def test_nothing_that_is_kept_or_printed_names_a_crew_an_officer_or_a_position(
    world: World,
) -> None:
    ran = world.dosage("--pings", world.pings(), "--json")
    folder = world.workspace / "runs" / ran.json["id"]
    assert sorted(path.name for path in folder.iterdir()) == ["rows.parquet", "run.json"]
    kept = json.dumps(parquet.read_table(folder / "rows.parquet").to_pylist(), default=str)
    record = (folder / "run.json").read_text(encoding="utf-8")
    named = {visit["crew_id"] for visit in world.visits}
    for text in (ran.out, ran.err, kept, record):
        assert not [n for n in named if f'"{n}"' in text or f"{n}-a" in text]
        assert f"{SOUTH + SIDE / 2:.6f}" not in text


def test_raw_pings_are_on_no_disk_but_in_their_own_file(world: World) -> None:
    before = {path for path in world.folder.rglob("*") if path.is_file()}
    ran = world.dosage("--pings", world.pings(), "--dry-run", "--json")
    assert ran.code == 0
    after = {path for path in world.folder.rglob("*") if path.is_file()}
    assert after - before <= {world.folder / "pings.csv"}


def test_pings_older_than_31_days_are_left_out_where_today_decides(
    world: World, tmp_path: Path
) -> None:
    config = tmp_path / "rightplace.toml"
    config.write_text("[dosage]\nprune_by_today = true\n", encoding="utf-8")
    words = ("dosage", "--plan", world.plan_id, "--pings", world.pings(), "--json")
    ran = rightplace(world.workspace, "--config", config, *words)
    assert ran.code == 10
    assert "left out as past_retention" in ran.json["error"]["message"]
    assert ran.json["error"]["row"] == 1
    assert "Delete raw pings after 31 days" in ran.json["error"]["remedy"]


def test_excused_visits_and_what_crews_did_are_told(world: World, tmp_path: Path) -> None:
    visits = world.visits
    excused, logs = tmp_path / "excused.csv", tmp_path / "logs.csv"
    excused.write_text(f"visit_id,reason\n{visits[0]['visit_id']},urgent_call\n", encoding="utf-8")
    entries = [
        f"{v['crew_id']},2,{v['cell_id']},{v['slot_start'].isoformat()},"
        f"{(v['slot_start'] + timedelta(minutes=15)).isoformat()},"
        + ("engage" if number else "engage;licensing")
        for number, v in enumerate(visits)
    ]
    logs.write_text(
        "\n".join(["crew_id,officers,cell_id,arrived,left,activity", *entries, ""]),
        encoding="utf-8",
    )
    words = ("--pings", world.pings(), "--excused", excused, "--logs", logs, "--json")
    result = world.dosage(*words).json["result"]
    assert (result["excused"], result["excused_urgent_call"]) == (1, 1)
    assert (result["made"], result["compliance"]) == (len(visits) - 1, 1.0)
    did = {each["activity"]: each["visits"] for each in result["activities"]}
    assert did == {"engage": len(visits), "licensing": None}  # one crew's alone
    alone = world.dosage("--logs", logs, "--json").json["result"]
    assert (alone["officer_minutes"] > 0, alone["pings"]) == (True, None)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "Neither pings nor logs"),
        (("--pings", "nowhere.csv"), 11, "There is no such file"),
        (("--logs", "nowhere.csv"), 11, "There is no such file"),
    ],
)
def test_what_cannot_be_counted_leaves_with_its_code(
    world: World, words: tuple[str, ...], code: int, message: str
) -> None:
    ran = world.dosage(*words)
    assert (ran.code, message in ran.err) == (code, True)


def test_another_kind_of_run_is_no_plan(world: World) -> None:
    words = ("dosage", "--plan", "p-000000000000", "--pings", world.pings())
    assert rightplace(world.workspace, *words).code == 11
