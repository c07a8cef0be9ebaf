"""The equality effect of a plan on London's real records, Census and deprivation."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pytest
from pyarrow import parquet

from rightplace.app.areas import define_area
from rightplace.app.evidence import Question
from rightplace.app.forecast.use_case import ForecastOptions, forecast
from rightplace.app.ingest import ingest
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.places import PlaceOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.workspace import Workspace
from rightplace.core.time import Clock
from rightplace.errors import UnsupportedByDataError
from rightplace.places import AreaSettings, Unit
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.plan.result import PlanResult

pytestmark = [needs_shared, pytest.mark.large]

GEOGRAPHY = SHARED / "london/geography"
CENSUS = GEOGRAPHY / "census_2011_2021_ethnic_group_lsoa_london.xlsx"
DEPRIVATION = GEOGRAPHY / "imd_2019_london_lsoa21.parquet"
RECORDS = SHARED / "london/police_uk/london_wards_street_2016-01_2018-06.parquet"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
AS_OF = date(2018, 5, 31)
BOROUGHS = {
    "Lambeth": (-0.115, 51.46),
    "Newham": (0.03, 51.53),
    "Richmond upon Thames": (-0.3, 51.45),
}


@pytest.fixture(scope="module")
def london(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str, Path]:
    root: Path = tmp_path_factory.mktemp("london-equality")
    workspace = Workspace(root=root / "workspace", flags={"plan.draws": 0})
    ingest(workspace, [RECORDS], kind="crimes")
    outlines = GEOGRAPHY / "LSOA_2011_London_gen_MHW_shapefile.zip"
    define_area(workspace, outlines, AreaSettings(unit=Unit.LSOA, name="London"))
    options = ForecastOptions(method="fading")
    made = forecast(workspace, Question(as_of=AS_OF), days=7, made_at=NOON, options=options)
    rows = ["crew_id,borough,slot_start,slot_end,minutes,officers,specialist,base_lon,base_lat"]
    for slot in Clock().slots(date(2018, 6, 1), 7):
        for name, (lon, lat) in BOROUGHS.items():
            for crew in range(3):
                times = f"{slot.start.isoformat()},{slot.end.isoformat()}"
                rows.append(f"{name}-{slot.start:%d%H}-{crew},{name},{times},400,2,0,{lon},{lat}")
    crews = root / "crews.csv"
    crews.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return workspace, made.result.forecast_id, crews


def planned(london: tuple[Workspace, str, Path], *files: Path) -> Answer[PlanResult]:
    workspace, forecast_id, crews = london
    options = PlanOptions(crews_file=crews, places=PlaceOptions(composition_files=files))
    return plan(workspace, forecast_id, as_of=AS_OF, days=7, options=options, made_at=NOON)


@pytest.fixture(scope="module")
def answer(london: tuple[Workspace, str, Path]) -> Answer[PlanResult]:
    return planned(london, CENSUS, DEPRIVATION)


def published(*columns: str) -> dict[str, float]:
    """Return the sum of some columns of the Census's table of 2021, by area."""
    _, table = pyogrio.read_arrow(CENSUS, layer="2021", read_geometry=False)
    return {row["LSOA code"]: sum(float(row[c]) for c in columns) for row in table.to_pylist()}


def test_minutes_and_records_by_group_are_those_of_the_published_tables(
    london: tuple[Workspace, str, Path], answer: Answer[PlanResult]
) -> None:
    effect = answer.result.equality
    assert effect is not None
    minutes = Counter[str]()
    for row in parquet.read_table(answer.result.visits_path).to_pylist():
        minutes[row["cell_id"]] += row["minutes"]
    cells = parquet.read_table(london[0].runs / london[1] / "cells.parquet").to_pylist()
    recorded = {row["cell_id"]: row["last_12_months"] for row in cells if not row["masked"]}
    everyone = published("All usual residents")
    both = [code for code in recorded if code in everyone]
    for group, columns in {
        "all residents": ("All usual residents",),
        "Black (all)": ("Black African", "Black Caribbean", "Black Other"),
    }.items():
        members = published(*columns)
        there = sum(members[code] for code in both)
        found = next(row for row in effect.rows if row.group == group)
        got = sum(minutes[code] / everyone[code] * members[code] for code in both)
        had = sum(recorded[code] / everyone[code] * members[code] for code in both)
        assert found.residents == pytest.approx(there)
        assert found.minutes_per_1000_residents == pytest.approx(1000 * got / there)
        assert found.recorded_per_1000_residents == pytest.approx(1000 * had / there)
    whole = sum(minutes.values())
    known = sum(minutes[code] for code in both)
    assert effect.minutes == whole == answer.result.visits * 15
    assert effect.minutes_known_share == pytest.approx(known / whole)
    assert 0.9 < effect.minutes_known_share < 1
    assert "composition-unmatched" in {notice.code for notice in answer.warnings}


def test_tenths_hold_every_known_place_once_and_the_most_deprived_last(
    london: tuple[Workspace, str, Path], answer: Answer[PlanResult]
) -> None:
    effect = answer.result.equality
    assert effect is not None
    tenths = [row for row in effect.rows if row.kind == "deprivation_tenth"]
    whole = effect.rows[0]
    assert sum(row.minutes for row in tenths) == pytest.approx(whole.minutes)
    assert sum(row.residents for row in tenths) == pytest.approx(whole.residents)
    # The most deprived tenth of the known places, ranked anew from the published score.
    table = parquet.read_table(DEPRIVATION, columns=["LSOA code", "IMD Score"])
    scores = dict(zip(*(column.to_pylist() for column in table.columns), strict=True))
    cells = parquet.read_table(london[0].runs / london[1] / "cells.parquet").to_pylist()
    everyone = published("All usual residents")
    codes = [r["cell_id"] for r in cells if not r["masked"] and everyone.get(r["cell_id"])]
    codes.sort(key=lambda code: float(scores[code]))
    last = np.array_split(np.array(codes), 10)[-1]
    assert tenths[-1].residents == pytest.approx(sum(everyone[code] for code in last))
    assert tenths[-1].group == "tenth 10 (most deprived)"


def test_visits_are_the_same_without_the_tables(
    london: tuple[Workspace, str, Path], answer: Answer[PlanResult]
) -> None:
    plain = planned(london)
    one, other = (parquet.read_table(a.result.visits_path) for a in (answer, plain))
    assert one.equals(other)


def test_codes_of_another_year_are_refused_where_too_few_match(
    london: tuple[Workspace, str, Path], tmp_path: Path
) -> None:
    codes = list(published("All usual residents"))
    table = tmp_path / "few.csv"
    rows = [f"{code},100,60,40" for code in codes[: len(codes) // 2]]
    table.write_text("\n".join(["LSOA code,Total,A,B", *rows]) + "\n", encoding="utf-8")
    with pytest.raises(UnsupportedByDataError, match="the equality effect needs 90%"):
        planned(london, table)
