"""``rightplace routes`` as a planner calls it, on four cells with streets and without."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

from tests.brief_pdf import page_count, page_text
from tests.functional.four_cells import (
    AS_OF,
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

GPX = "{http://www.topografix.com/GPX/1/1}"
PLACE = "It is not reasonable grounds to stop or search anyone"


def write_streets(path: Path, *, broken: bool = False) -> Path:
    """Write a street along the middle of the cells and one at the edge, joined at the ends."""
    middle, top = SOUTH + SIDE / 2, SOUTH + SIDE
    ends = [WEST + SIDE * step for step in range(5)]
    lines = {
        **{f"Long Road {k}": [(a, middle), (b, middle)] for k, (a, b) in enumerate(pairwise(ends))},
        "North Street": [(ends[0], middle), (ends[0], top), (ends[-1], top), (ends[-1], middle)],
    }
    if broken:
        lines = {name: line for name, line in lines.items() if name == "Long Road 0"}
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for name, line in lines.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


@dataclass(frozen=True)
class World:
    folder: Path
    workspace: Path
    plan_id: str
    streets: Path

    def routes(self, *words: object) -> Ran:
        return rightplace(self.workspace, "routes", self.plan_id, *words)

    def stops(self, ran: Ran) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = parquet.read_table(
            ran.json["result"]["stops_path"]
        ).to_pylist()
        return rows


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("routes")
    workspace = folder / "w"
    calls = [
        ("areas", "define", write_outlines(folder / "four.geojson"), "--unit", "lsoa"),
        (
            *("ingest", "crimes", write_records(folder / "2018-06-metropolitan-street.csv")),
            *("--release", "2018-08-01"),
        ),
    ]
    for call in calls:
        assert rightplace(workspace, *call).code == 0
    crews = write_crews(folder / "crews.csv")
    plan = rightplace(
        workspace, "plan", "--as-of", AS_OF, "--days", "3", "--crews", crews, "--json"
    )
    assert plan.code == 0, plan.err
    return World(
        folder=folder,
        workspace=workspace,
        plan_id=plan.json["id"],
        streets=write_streets(folder / "streets.geojson"),
    )


@pytest.fixture(scope="module")
def made(world: World) -> Ran:
    out = world.folder / "out"
    ran = world.routes("--streets", world.streets, "--out", out, "--seed", 4, "--json")
    assert ran.code == 0, ran.err
    return ran


def test_every_visit_of_the_plan_is_made_once_or_left_out_with_its_reason(
    world: World, made: Ran
) -> None:
    result = made.json["result"]
    made_ids = [row["visit_id"] for row in world.stops(made) if row["kind"] == "visit"]
    dropped = parquet.read_table(result["dropped_path"]).to_pylist()
    visits = parquet.read_table(world.workspace / "runs" / world.plan_id / "visits.parquet")
    assert sorted([*made_ids, *(d["visit_id"] for d in dropped)]) == sorted(
        visits["visit_id"].to_pylist()
    )
    assert len(made_ids) == result["visits_made"] > 0
    assert {d["why"] for d in dropped} <= {
        "no time on any round",
        "no room in the slot to space it",
    }


def test_rounds_keep_to_crew_minutes_slots_and_spacing(world: World, made: Ran) -> None:
    rows = world.stops(made)
    rounds, places = defaultdict(list), defaultdict(list)
    for row in rows:
        rounds[row["crew_id"], row["slot_start"]].append(row)
        if row["kind"] == "visit":
            places[row["cell_id"], row["slot_start"]].append(row)
    for steps in rounds.values():
        assert (steps[0]["kind"], steps[-1]["kind"]) == ("leave", "return")
        assert steps[-1]["ends"] - steps[0]["starts"] <= timedelta(minutes=120)
        for before, after in pairwise(steps):
            assert after["arrives"] - before["ends"] >= timedelta(seconds=after["travel_seconds"])
        for step in steps:
            assert step["slot_start"] <= step["starts"]
            assert step["ends"] <= step["slot_start"] + timedelta(hours=8)
            assert step["kind"] != "visit" or step["ends"] - step["starts"] == timedelta(minutes=15)
    repeated = [visits for visits in places.values() if len(visits) > 1]
    assert repeated
    for visits in repeated:
        in_time = sorted(visits, key=lambda row: row["starts"])
        for before, after in pairwise(in_time):
            assert after["starts"] - before["ends"] >= timedelta(minutes=60)


def test_a_seed_repeats_and_another_moves_the_times(world: World, made: Ran) -> None:
    again = world.routes("--streets", world.streets, "--seed", 4, "--dry-run", "--json")
    assert again.json["id"] == made.json["id"]
    kept = world.stops(made)
    world.routes("--streets", world.streets, "--seed", 4, "--format", "gpx", "--json")
    assert world.stops(made) == kept
    other = world.routes("--streets", world.streets, "--seed", 5, "--format", "gpx", "--json")
    assert [r["starts"] for r in world.stops(other)] != [r["starts"] for r in kept]
    vary = made.json["result"]["variation"]
    assert vary["repeat_time_index"] <= vary["without_variation"]


def test_sheets_say_the_way_in_street_words_and_what_a_listing_is_not(made: Ran) -> None:
    outputs = made.json["result"]["outputs"]
    assert {each["kind"] for each in outputs} == {"html", "pdf", "gpx", "geojson"}
    page = next(each for each in outputs if each["kind"] == "html")
    text = _read(page["path"])
    assert "Long Road" in text
    assert PLACE in text
    assert "holdout" not in text
    assert "probability" not in text
    pdf = next(each for each in outputs if each["kind"] == "pdf")
    with open(pdf["path"], "rb") as file:  # noqa: PTH123 - a path as the JSON names it
        content = file.read()
    assert page_count(content) >= 1
    assert "Long Road" in page_text(content)


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a path as the JSON names it
        return file.read()


def test_gpx_follows_the_order_and_ranges_of_its_schema(world: World, made: Ran) -> None:
    order = {
        "gpx": ["metadata", "wpt", "trk"],
        "metadata": ["name", "desc", "time"],
        "wpt": ["time", "name", "desc"],
        "trk": ["name", "desc", "trkseg"],
    }
    for each in made.json["result"]["outputs"]:
        if each["kind"] != "gpx":
            continue
        root = ET.fromstring(_read(each["path"]))  # noqa: S314 - written by the product itself
        assert (root.tag, root.get("version")) == (f"{GPX}gpx", "1.1")
        for node in root.iter():
            name = node.tag.removeprefix(GPX)
            if name in order:
                places = [order[name].index(child.tag.removeprefix(GPX)) for child in node]
                assert places == sorted(places), name
            if name in {"wpt", "trkpt"}:
                lat, lon = float(node.get("lat") or "nan"), float(node.get("lon") or "nan")
                assert SOUTH - 0.01 <= lat <= SOUTH + 0.02
                assert WEST - 0.01 <= lon <= WEST + 0.05
        rows = [r for r in world.stops(made) if r["crew_id"] == each["crew_id"]]
        visits = [r for r in rows if r["kind"] in {"visit", "break"}]
        times = [datetime.fromisoformat(t.text or "") for t in root.iter(f"{GPX}time")]
        assert times[2:] == [row["starts"].replace(microsecond=0) for row in visits]


def test_geojson_carries_marking_and_notice_on_every_feature(made: Ran) -> None:
    path = next(e["path"] for e in made.json["result"]["outputs"] if e["kind"] == "geojson")
    content = json.loads(_read(path))
    assert PLACE in content["notice"]
    kinds = {f["geometry"]["type"] for f in content["features"]}
    assert kinds == {"LineString", "Point"}
    assert all(PLACE in f["properties"]["notice"] for f in content["features"])


def test_without_streets_the_detour_factor_is_stated(world: World) -> None:
    ran = world.routes("--dry-run", "--mode", "foot", "--borough", "Camden")
    assert ran.code == 0, ran.err
    assert "detour factor of 1.3" in ran.out
    assert "No street file was given" in ran.err
    assert "no routes could reach above" in ran.out


def test_explain_leads_back_from_routes(world: World, made: Ran) -> None:
    ran = rightplace(world.workspace, "explain", made.json["id"], "--json")
    assert ran.json["result"]["kind"] == "routes"
    sources = [each["source"] for each in ran.json["result"]["inputs"]]
    assert world.plan_id in sources
    assert str(world.streets) in sources


def test_a_crew_file_that_is_not_the_plans_is_refused(world: World) -> None:
    other = world.folder / "other.csv"
    other.write_text((world.folder / "crews.csv").read_text().replace(",120,", ",90,"))
    ran = world.routes("--crews", other, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (10, "bad-input")
    assert "not the crew file" in ran.json["error"]["message"]


def test_a_crew_file_that_is_gone_is_not_needed(world: World) -> None:
    path, away = world.folder / "crews.csv", world.folder / "moved.csv"
    path.rename(away)
    try:
        assert world.routes("--dry-run").code == 0
        assert world.routes("--dry-run", "--crews", away).code == 0
        ran = world.routes("--dry-run", "--crews", path, "--json")
        assert (ran.code, ran.json["error"]["remedy"]) == (
            11,
            "Name where it is now: --crews FILE.",
        )
    finally:
        away.rename(path)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--borough", "Nowhere"), 2, "no visit in the part asked for"),
        (("--day", "2030-01-01"), 2, "no visit in the part asked for"),
        (("--format", "docx"), 2, "Unknown form"),
        (("--mode", "boat"), 2, "boat"),
        (("--streets", "nothing.osm"), 11, "not there"),
    ],
)
def test_what_cannot_be_routed_says_why(
    world: World, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = world.routes(*words)
    assert ran.code == code
    assert said in ran.err


def test_a_base_off_the_streets_names_its_row(world: World) -> None:
    short = write_streets(world.folder / "short.geojson", broken=True)
    ran = world.routes("--streets", short, "--json")
    assert ran.code == 10
    assert "off the street network" in ran.json["error"]["message"]


def test_a_plan_without_a_visit_is_told(world: World) -> None:
    ran = rightplace(world.workspace, "routes", "p-000000000000", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (11, "not-found")
