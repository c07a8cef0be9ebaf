"""``rightplace replan`` as a duty inspector calls it, on four cells with two crews a borough."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

from rightplace.app.replan.anew import ReplanOptions, replan
from rightplace.app.workspace import Workspace
from rightplace.errors import BadInputError, RightplaceError, UsageError
from tests.command import rightplace as command
from tests.functional.four_cells import (
    AS_OF,
    CAMDEN,
    SOUTH,
    WEST,
    rightplace,
    write_outlines,
    write_records,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.replan.result import ReplanResult

# Monday 2 July 2018, in the late shift of a British summer, 15:00 to 23:00.
BEFORE = datetime(2018, 7, 1, 5, tzinfo=UTC)
MIDDLE = datetime(2018, 7, 2, 16, 30, tzinfo=UTC)
MADE_AT = datetime(2018, 7, 2, 17, tzinfo=UTC)
AWAY = "crew_id,borough,officers,kind,from,until,reason\n"
DONE = "visit_id,cell_id,crew_id,started,ended\n"
EVENING = "2018-07-02T17:00:00+01:00,2018-07-02T23:00:00+01:00"


@dataclass(frozen=True)
class World:
    folder: Path
    workspace: Path
    plan_id: str

    def rows(self, plan_id: str | None = None) -> list[dict[str, Any]]:
        path = self.workspace / "runs" / (plan_id or self.plan_id) / "visits.parquet"
        found: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
        return found

    def file(self, name: str, head: str, *rows: str) -> Path:
        path = self.folder / name
        path.write_text(head + "".join(f"{row}\n" for row in rows), "utf-8")
        return path

    def replanned(
        self,
        *away: str,
        done: tuple[str, ...] = (),
        now: datetime = MIDDLE,
        of: str | None = None,
    ) -> ReplanResult:
        options = ReplanOptions(
            now=now,
            reason="murder scene",
            by="Insp Example",
            done_file=self.file("done.csv", DONE, *done) if done else None,
            abstractions_file=self.file("away.csv", AWAY, *away) if away else None,
        )
        answer = replan(Workspace(self.workspace), of or self.plan_id, options, made_at=MADE_AT)
        return answer.result

    def fault(self, *away: str, done: tuple[str, ...] = ()) -> BadInputError:
        with pytest.raises(BadInputError) as raised:
            self.replanned(*away, done=done)
        return raised.value


def write_crews(path: Path) -> Path:
    """Write crews a and b of each borough, 75 and 50 free minutes, in three late shifts."""
    heads = "crew_id,borough,slot_start,slot_end,minutes,officers,specialist,base_lon,base_lat"
    rows = [
        f"{borough[0]}{name},{borough},2018-07-0{day}T15:00:00+01:00,"
        f"2018-07-0{day}T23:00:00+01:00,{minutes},2,0,{WEST + 0.005:.3f},{SOUTH + 0.005:.3f}"
        for day in (1, 2, 3)
        for borough in ("Camden", "Islington")
        for name, minutes in (("a", 75), ("b", 50))
    ]
    path.write_text("\n".join([heads, *rows, ""]), "utf-8")
    return path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("replan")
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


def without_state(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name != "state"} for row in rows]


def on_second(rows: list[dict[str, Any]], crew: str) -> list[dict[str, Any]]:
    return [r for r in rows if r["crew_id"] == crew and r["slot_start"].day == 2]


def test_where_nothing_happened_nothing_changes(world: World) -> None:
    for now in (BEFORE, MIDDLE):
        result = world.replanned(now=now)
        rows = world.rows(result.plan_id)
        assert without_state(rows) == world.rows()
        assert (result.changes, result.boroughs, result.lost.hi) == ((), (), 0.0)
        assert {row["state"] for row in rows} == {"kept"} | ({"past"} if now == MIDDLE else set())


def test_only_a_log_lets_the_clock_take_visits_from_crews_that_are_not_away(world: World) -> None:
    # Twenty minutes are left of the shift: time for no visit of 15 minutes and 10 on the way.
    late = datetime(2018, 7, 2, 21, 40, tzinfo=UTC)
    unknown = world.replanned(now=late)
    assert (unknown.changes, unknown.lost.hi) == ((), 0.0)
    made = on_second(world.rows(), "Ib")[0]["visit_id"]
    logged = world.replanned(done=(f"{made},,,2018-07-02T15:20:00+01:00,",), now=late)
    assert on_second(world.rows(logged.plan_id), "Ca") == []
    assert logged.lost.hi > 0


def test_a_crew_that_is_away_makes_no_visit_and_the_other_takes_what_is_worth_most(
    world: World,
) -> None:
    # Camden's two places have 4 visits on the evening (2 each), crew b can make 2 of them.
    assert len(on_second(world.rows(), "Ca") + on_second(world.rows(), "Cb")) == 4
    result = world.replanned(f"Ca,,,scene_guard,{EVENING},cordon")
    rows = world.rows(result.plan_id)
    assert on_second(rows, "Ca") == []
    left = on_second(rows, "Cb")
    # A first visit to each place prevents more than a second to either would, 8.5 to 4.5 a month.
    assert sorted(row["cell_id"] for row in left) == sorted(CAMDEN)
    assert result.boroughs == ("Camden",)
    assert 0 < result.lost.lo <= result.lost.hi
    assert result.lost.hi == pytest.approx(
        sum(r["prevented_mean"] for r in world.rows()) - sum(r["prevented_mean"] for r in rows)
    )
    (taken,) = (each for each in result.changes if each.taken)
    assert (taken.crew_id, {each.change for each in taken.visits}) == ("Ca", {"loses"})


def test_other_boroughs_stand_row_by_row(world: World) -> None:
    result = world.replanned(f"Ca,,,aid,{EVENING},football")
    before = [row for row in world.rows() if row["borough"] == "Islington"]
    after = [row for row in world.rows(result.plan_id) if row["borough"] == "Islington"]
    assert without_state(after) == before


def test_visits_done_stay_and_their_minutes_are_gone(world: World) -> None:
    first = on_second(world.rows(), "Ca")[0]
    entry = f"{first['visit_id']},,,2018-07-02T15:20:00+01:00,2018-07-02T15:35:00+01:00"
    beside = f",{first['cell_id']},Ib,2018-07-02T15:20:00+01:00,"
    result = world.replanned(f"Ca,,,aid,{EVENING},football", done=(entry, beside))
    rows = world.rows(result.plan_id)
    (done,) = on_second(rows, "Ca")
    assert (done["visit_id"], done["state"]) == (first["visit_id"], "done")
    (begun,) = [row for row in rows if row["state"] == "begun"]
    assert (begun["crew_id"], begun["cell_id"]) == ("Ib", first["cell_id"])
    # Crew b of Islington has minutes for two visits; one went to Camden.
    assert len(on_second(rows, "Ib")) == 2
    assert result.done == 2


def test_officers_of_a_borough_are_taken_where_least_is_lost(world: World) -> None:
    result = world.replanned(f",Camden,2,hospital_guard,{EVENING},victim")
    (taken,) = result.taken
    worth = {
        name: sum(row["prevented_mean"] for row in on_second(world.rows(), name))
        for name in ("Ca", "Cb")
    }
    assert taken.crew_ids == (min(worth, key=lambda name: worth[name]),)


def test_an_end_that_nobody_knows_is_the_end_of_the_duty(world: World) -> None:
    result = world.replanned("Ca,,,custody,2018-07-02T17:00:00+01:00,,arrest")
    (taken,) = result.taken
    assert (taken.until, taken.is_open) == ("2018-07-02T23:00:00+01:00", True)
    third = [row for row in world.rows() if row["slot_start"].day == 3]
    after = [row for row in world.rows(result.plan_id) if row["slot_start"].day == 3]
    assert without_state(after) == third


def test_equal_inputs_give_equal_bytes(world: World) -> None:
    paths = []
    for _ in range(2):
        result = world.replanned(f"Ca,,,aid,{EVENING},football")
        paths.append((world.workspace / "runs" / result.plan_id / "visits.parquet").read_bytes())
    assert paths[0] == paths[1]


def test_a_plan_made_anew_can_be_made_anew_and_explained(world: World) -> None:
    once = world.replanned(f"Ca,,,aid,{EVENING},football")
    later = datetime(2018, 7, 2, 17, 30, tzinfo=UTC)
    again = world.replanned(f"Ia,,,aid,{EVENING},football", of=once.plan_id, now=later)
    rows = world.rows(again.plan_id)
    assert on_second(rows, "Ca") == on_second(rows, "Ia") == []
    assert {each.crew_ids for each in again.taken} == {("Ca",), ("Ia",)}
    told = rightplace(world.workspace, "explain", again.plan_id, "--json").json["result"]
    assert told["settings"]["replan"]["parents"] == [world.plan_id, once.plan_id]
    # Back early: the crew is free again, and what it can still do is worth doing.
    back = "Ca,,,aid,2018-07-02T17:00:00+01:00,2018-07-02T18:00:00+01:00,back early"
    freed = world.replanned(back, of=once.plan_id)
    assert len(on_second(world.rows(freed.plan_id), "Ca")) > 0


def test_briefs_and_dosage_work_on_it(world: World) -> None:
    result = world.replanned(f"Ca,,,aid,{EVENING},football")
    out = world.folder / "briefs"
    ran = rightplace(world.workspace, "brief", result.plan_id, "--out", out, "--format", "csv")
    assert ran.code == 0, ran.err
    rows = world.rows(result.plan_id)
    to_come = {row["visit_id"] for row in rows if row["state"] not in {"done", "past"}}
    with (out / "visits.csv").open(encoding="utf-8", newline="") as file:
        assert {row["visit_id"] for row in csv.DictReader(file)} == to_come
    assert len(to_come) < len(rows)
    logs = world.file("logs.csv", "crew_id,officers,cell_id,arrived,left,activity\n")
    asked = ("dosage", "--plan", result.plan_id, "--logs", logs, "--json")
    dosage = rightplace(world.workspace, *asked)
    assert dosage.json["ok"] or dosage.json["error"]["code"] in {"refused", "unsupported-by-data"}


def test_wrong_rows_are_named(world: World) -> None:
    rows = (
        f"Cx,,,aid,{EVENING},who",
        f"Ca,,,football,{EVENING},kind",
        f"Ca,Camden,,aid,{EVENING},both",
        "Ca,,,aid,2018-08-02T17:00:00+01:00,2018-08-02T18:00:00+01:00,outside",
        f"Cb,,,aid,{EVENING},first",
        f"Cb,,,court,{EVENING},overlaps",
        ",Camden,,aid,2018-07-02T17:00:00+01:00,,no officers",
    )
    text = str(world.fault(*rows))
    for row in (1, 2, 3, 4, 6, 7):
        assert f"row {row}" in text
    assert "row 5:" not in text
    done = (
        "v-999999,,,2018-07-02T15:20:00+01:00,",
        "v-000001,,,2018-07-03T15:20:00+01:00,",
        f",{CAMDEN[0]},,2018-07-02T15:20:00+01:00,",
        "v-000002,,,2018-07-02T15:20:00,",
    )
    text = str(world.fault(done=done))
    for row in (1, 2, 3, 4):
        assert f"row {row}" in text
    assert "free" in str(world.fault(f",Camden,9,aid,{EVENING},too many"))
    assert "row 1" in str(world.fault(done=(f",{CAMDEN[0]},Ca,2018-07-02T09:00:00+01:00,",)))


def test_words_and_time_are_checked(world: World) -> None:
    with pytest.raises(UsageError, match="ended"):
        world.replanned(now=datetime(2018, 7, 9, tzinfo=UTC))
    with pytest.raises(RightplaceError, match="--reason"):
        ReplanOptions(now=MIDDLE, reason=" ", by="x")


def test_a_full_disk_leaves_no_part_of_a_plan(world: World) -> None:
    before = sorted(path.name for path in (world.workspace / "runs").iterdir())
    words = ("replan", world.plan_id, "--from", MIDDLE.isoformat(), "--reason", "disk", "--by", "x")
    told = command(*words, workspace=world.workspace, limit=1000)
    assert told.exit_code != 0
    assert sorted(path.name for path in (world.workspace / "runs").iterdir()) == before


def test_the_command_line_tells_what_changes_for_each_crew(world: World) -> None:
    away = world.file("told.csv", AWAY, f"Ca,,,aid,{EVENING},football")
    words = ("replan", world.plan_id, "--from", MIDDLE.isoformat(), "--abstractions", away)
    said = ("--reason", "aid to football", "--by", "Insp Example", "--dry-run")
    ran = rightplace(world.workspace, *words, *said)
    assert ran.code == 0, ran.err
    assert "crew Ca (taken away): loses" in ran.out
    assert "planned, not achieved" in ran.out
    assert "not reasonable grounds to stop or search anyone" in " ".join(ran.out.split())
    asked = rightplace(world.workspace, *words, *said, "--json")
    content = json.loads(asked.out)
    assert content["schema"] == "rightplace/replan/1"
    assert content["result"]["parent_id"] == world.plan_id
