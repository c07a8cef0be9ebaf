"""London Datastore tables: totals by month as they stand in the files, summed by other means."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from rightplace.app.status import status
from tests.paths import SHARED, needs_shared
from tests.small_files import World

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [needs_shared]
DATASTORE = SHARED / "london" / "datastore"


def by_month(world: World) -> Counter[str]:
    totals: Counter[str] = Counter()
    for row in world.standing("area_counts"):
        totals[f"{row['month']:%Y-%m}"] += row["recorded"]
    return totals


def test_two_borough_tables_join_and_older_or_other_ones_are_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    recent = world.ingest(DATASTORE / "MPS_Borough_Level_Crime_recent24_2022-02_2024-01.csv")
    assert [(f.read, f.stored) for f in recent.result.files] == [(1_574 * 24, 1_574 * 24)]
    newest = world.ingest(DATASTORE / "fenneh_recorded-crime-borough.parquet")
    assert [(f.read, f.stored) for f in newest.result.files] == [(1_032 * 24, 1_032 * 24)]
    totals = by_month(world)
    assert (totals["2022-02"], totals["2024-01"]) == (65_932, 75_382)
    assert (totals["2024-03"], totals["2026-02"]) == (77_049, 67_616)
    (source,) = status(world.workspace).result.sources
    assert source.gaps == ("2024-02",)
    assert source.missing_categories == ()
    older = world.ingest(DATASTORE / "fenneh_recorded-crime-borough-historical.parquet")
    assert older.exit_code == 10
    dashboard = DATASTORE / "fenneh_monthly-crime-dashboard_first-commit.parquet"
    assert world.ingest(dashboard).exit_code == 10  # double counted by area type (quirk 33)
    assert by_month(world) == totals


def test_the_table_of_2011_to_2013_has_one_row_a_number(tmp_path: Path) -> None:
    world = World(tmp_path)
    (file,) = world.ingest(DATASTORE / "mps-recordedcrime-borough_2011-04_2013-03.zip").result.files
    assert (file.read, file.stored, file.quarantined) == (23_771, 23_771, 0)
    months = {row["month"] for row in world.standing("area_counts")}
    assert (min(months), max(months)) == (date(2011, 4, 1), date(2013, 3, 1))
    assert sum(row["apart"] for row in world.standing("area_counts")) == 473  # no borough named


def test_strength_of_13_years_is_held(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = DATASTORE / "Police_Force_Strength_2013-05_2026-03.csv"
    (file,) = world.ingest(path, kind="strength").result.files
    assert (file.read, file.stored) == (155, 155)
    (source,) = status(world.workspace).result.sources
    assert (source.from_, source.to, source.gaps) == ("2013-05", "2026-03", ())
