"""``rightplace searches caused`` on a plan of four cells: during visits against elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.service.database import create_records
from rightplace.app.workspace import Workspace
from rightplace.cli.schemas import verb_schema
from rightplace.records.audit.transaction import transaction
from rightplace.records.searches.log import keep_search
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
from tests.functional.test_dosage_verb import visits_of, write_pings
from tests.functional.test_schemas import check, requires
from tests.records.acting import SERGEANT
from tests.records.search_world import GIVEN, OFFICER
from tests.search_rows import search, write_searches

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.four_cells import Ran

HOUR = timedelta(hours=1)
KEYS = (
    "plan_id dosage_id rows[].split rows[].group rows[].where rows[].searches rows[].find_rate "
    "contrasts[].ratio contrasts[].lo contrasts[].hi contrasts[].why_not alarm alarm_words rule "
    "citing_a_plan grounds_recorded caution"
)


@dataclass(frozen=True)
class Made:
    """A plan with its dosage, 25 searches during one visit, 30 outside every place, one find."""

    workspace: Path
    plan_id: str
    dosage_id: str
    visit_hours: float

    def caused(self, *words: object) -> Ran:
        named = ("--plan", self.plan_id, "--dosage", self.dosage_id)
        return rightplace(self.workspace, "searches", "caused", *named, *words)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("caused")
    workspace = folder / "workspace"
    outlines = write_outlines(folder / "four.geojson")
    records = write_records(folder / "2018-06-metropolitan-street.csv")
    crews = write_crews(folder / "crews.csv")
    rightplace(workspace, "areas", "define", outlines, "--unit", "lsoa")
    rightplace(workspace, "ingest", "crimes", records, "--release", "2018-08-01")
    asked = ("plan", "--as-of", AS_OF, "--days", "7", "--crews", crews, "--json")
    plan_id = rightplace(workspace, *asked).json["id"]
    pings = write_pings(folder / "pings.csv", plan_id, workspace)
    told = rightplace(workspace, "dosage", "--plan", plan_id, "--pings", pings, "--json").json
    record(workspace, visits_of(plan_id, workspace))
    return Made(workspace, plan_id, told["id"], told["result"]["patrol_minutes"] / 60)


def record(workspace: Path, visits: list[dict[str, Any]]) -> None:
    """Record searches during the first visit, outside the area, and without a point."""
    first = min(visits, key=lambda each: (each["slot_start"], each["visit_id"]))
    lon = WEST + SIDE * (LSOAS.index(first["cell_id"]) + 0.5)
    at = first["slot_start"] + HOUR
    there = replace(GIVEN, started_at=at, lon=lon, lat=SOUTH + SIDE / 2, weapon_found=False)
    away = replace(there, lon=WEST - 1, lat=SOUTH - 1)
    later = datetime(2026, 5, 4, tzinfo=UTC)
    database = create_records(Workspace(workspace), SERGEANT, kind="service", at=later)
    with transaction(database, SERGEANT, purpose="Record.", at=later) as tx:
        for n in range(25):
            grounds = "In a hot spot." if n == 0 else "Seen to hide a blade."
            keep_search(tx, replace(there, grounds=grounds), officer=OFFICER)
        for n in range(30):
            found = replace(away, weapon_found=True, weapons=1) if n < 10 else away
            keep_search(tx, found, officer=OFFICER)
        keep_search(tx, replace(there, lon=None, lat=None), officer=OFFICER)
        before = replace(there, started_at=at - timedelta(days=400))
        keep_search(tx, before, officer=OFFICER)
    database.close()


def test_visits_that_turn_into_searches_without_finds_are_an_alarm(made: Made) -> None:
    ran = made.caused("--elsewhere-hours", "1000", "--json")
    assert ran.code == 0, ran.err
    schema, result = verb_schema("searches-caused"), ran.json["result"]
    check(schema, ran.json)
    of_result = schema["properties"]["result"]
    assert [key for key in KEYS.split() if not requires(schema, key, of_result)] == []
    assert (result["searches"], result["without_point"]) == (56, 1)
    whole = {each["where"]: each for each in result["rows"] if each["split"] == "all"}
    visit = whole["in a place of the plan, in a slot with a visit there"]
    assert (visit["searches"], visit["found"], visit["found_known"]) == (25, 0, 25)
    assert visit["per_patrol_hour"] == pytest.approx(25 / made.visit_hours)
    assert (whole["elsewhere"]["searches"], whole["elsewhere"]["find_rate"]) == (
        30,
        pytest.approx(1 / 3),
    )
    contrast = result["contrasts"][0]
    assert contrast["ratio"] == pytest.approx(25 / made.visit_hours / (30 / 1000))
    assert result["alarm"] is True
    assert "Visits turn into searches without finds" in result["alarm_words"]
    assert (result["citing_a_plan"], result["grounds_recorded"]) == (1, 56)


def test_people_read_the_alarm_first_and_that_no_officer_is_compared(made: Made) -> None:
    ran = made.caused("--elsewhere-hours", "1000")
    assert ran.out.startswith("ALARM. Visits turn into searches without finds")
    assert "never crews or officers" in ran.out
    assert OFFICER not in ran.out


def test_without_hours_elsewhere_there_are_counts_and_no_rate_to_compare_with(made: Made) -> None:
    result = made.caused("--json").json["result"]
    assert result["alarm"] is None
    assert result["contrasts"][0]["ratio"] is None
    assert result["contrasts"][0]["why_not"] == "hours of patrol elsewhere are not known"


def test_open_files_are_refused_since_their_points_are_moved(made: Made, tmp_path: Path) -> None:
    start = min(each["slot_start"] for each in visits_of(made.plan_id, made.workspace))
    rows = [search(Date=(start + HOUR).isoformat())] * 3
    file = write_searches(tmp_path, rows)
    ran = rightplace(made.workspace, "ingest", "searches", file, "--release", "2018-09-01")
    assert ran.code == 0, ran.err
    ran = made.caused("--source", "files", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (21, "unsupported-by-data")
    assert "about 200 m" in ran.json["error"]["message"]


def test_a_dosage_of_another_plan_is_refused(made: Made) -> None:
    ran = rightplace(
        made.workspace, "searches", "caused", "--plan", made.plan_id, "--dosage", "d-000000000000"
    )
    assert ran.code == 11
