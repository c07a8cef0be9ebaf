"""The walk on London's real records, each figure beside a count made without our code."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyogrio
import pytest
import shapely
from pyarrow import parquet
from pyproj import Transformer

from rightplace.app.areas import define_area, find_area
from rightplace.app.brief.use_case import BriefOptions, brief
from rightplace.app.brief.words import PLACE_LENGTH, place_words
from rightplace.app.evidence import Evidence, Question, gather
from rightplace.app.forecast.use_case import ForecastOptions, ForecastResult, forecast, harm_index
from rightplace.app.ingest import ingest
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.workspace import Workspace
from rightplace.core.time import Clock
from rightplace.places import AreaSettings, Unit, bcus, boroughs
from tests.brief_pdf import page_count
from tests.outputs import every_text
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.plan.result import PlanResult
    from rightplace.places.study_area import StudyArea

pytestmark = [needs_shared, pytest.mark.large]

RECORDS = SHARED / "london/police_uk/london_wards_street_2016-01_2018-06.parquet"
OUTLINES = SHARED / "london/geography/LSOA_2011_London_gen_MHW_shapefile.zip"
AS_OF, DAYS = date(2018, 6, 30), 7
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
# The records are of 25 of the 32 boroughs; the City has a force of its own.
NO_DATA = (
    "Bexley", "City of London", "Croydon", "Hackney", "Kensington and Chelsea", "Redbridge",
    "Southwark", "Tower Hamlets",
)  # fmt: skip
DEMAND = "category IN ('violent-crime', 'robbery') AND location_type <> 'BTP'"
NOT_STREET = (
    "street_name IN ('On or near Hospital', 'On or near Police Station', 'On or near Prison')"
)


@dataclass(frozen=True)
class London:
    """What the walk made."""

    workspace: Workspace
    area: StudyArea
    evidence: Evidence
    forecast: ForecastResult
    notices: dict[str, str]
    plan: PlanResult
    briefs: Path

    def table(self, run: str, name: str) -> pa.Table:
        return parquet.read_table(self.workspace.runs / run / f"{name}.parquet")

    @property
    def cells(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.table(self.forecast.forecast_id, "cells").to_pylist()
        return found


def write_crews(path: Path, area: StudyArea) -> Path:
    """Write one crew of four hours for each borough and slot, based in its first cell."""
    heads = "crew_id,borough,slot_start,slot_end,minutes,officers,specialist,base_lon,base_lat"
    names, lon, lat = (area.cells[c].to_pylist() for c in ("borough", "lon", "lat"))
    bases = {name: (lon[i], lat[i]) for i, name in reversed(list(enumerate(names)))}
    rows = [
        f"{name}-{slot.policing_day}-{slot.shift},{name},{slot.start.isoformat()},"
        f"{slot.end.isoformat()},240,2,0,{x},{y}"
        for slot in Clock().slots(date(2018, 7, 1), DAYS)
        for name, (x, y) in sorted(bases.items())
    ]
    path.write_text("\n".join([heads, *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def london(tmp_path_factory: pytest.TempPathFactory) -> London:
    folder = tmp_path_factory.mktemp("london")
    workspace = Workspace(root=folder / "workspace")
    ingest(workspace, [RECORDS], kind="crimes")
    define_area(workspace, OUTLINES, AreaSettings(unit=Unit.LSOA, name="London"))
    question = Question(as_of=AS_OF)
    made = forecast(workspace, question, days=DAYS, made_at=NOON, options=ForecastOptions())
    area = find_area(workspace, None)
    planned = plan(
        workspace,
        made.result.forecast_id,
        as_of=AS_OF,
        days=DAYS,
        options=PlanOptions(crews_file=write_crews(folder / "crews.csv", area)),
        made_at=NOON,
    )
    options = BriefOptions(out=folder / "out", formats=("html", "pdf"))
    brief(workspace, planned.result.plan_id, options, printed_at=NOON)
    return London(
        workspace=workspace,
        area=area,
        evidence=gather(workspace, area, question, harm_index=harm_index(None)),
        forecast=made.result,
        notices={each.code: each.message for each in made.warnings},
        plan=planned.result,
        briefs=folder / "out",
    )


def number(where: str, *, what: str = "*") -> int:
    """Return how many published records satisfy some conditions."""
    with duckdb.connect() as connection:
        query = f"SELECT count({what}) FROM '{RECORDS}' WHERE {where}"  # noqa: S608 - our own words
        found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])


@pytest.fixture(scope="module")
def counted() -> dict[str, int]:
    """Street records of demand in the last 12 months by LSOA, by points in polygons alone."""
    with zipfile.ZipFile(OUTLINES) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".shp"))
    path = f"/vsizip/{OUTLINES}/{name}"
    _, _, wkb, (codes,) = pyogrio.raw.read(path, columns=["LSOA11CD"])
    polygons = shapely.from_wkb(wkb)
    with duckdb.connect() as connection:
        points = connection.execute(
            f"SELECT longitude, latitude, count(*) AS n FROM '{RECORDS}' WHERE {DEMAND} "  # noqa: S608 - our own words
            f"AND NOT {NOT_STREET} AND month > '2017-06' GROUP BY ALL"
        ).fetchnumpy()
    grid = Transformer.from_crs(4326, 27700, always_xy=True)
    x, y = grid.transform(points["longitude"], points["latitude"])
    where, which = shapely.STRtree(polygons).query(shapely.points(x, y), predicate="intersects")
    found: Counter[str] = Counter()
    for point, polygon in zip(where.tolist(), which.tolist(), strict=True):
        found[str(codes[polygon])] += int(points["n"][point])
    return dict(found)


def test_boroughs_that_are_not_published_are_no_data_and_named(london: London) -> None:
    assert london.forecast.masked_boroughs == NO_DATA
    assert london.forecast.n_cells == 4835
    names = np.array(london.area.cells["borough"].to_pylist())
    hidden = np.isin(names, NO_DATA)
    assert london.forecast.masked_cells == hidden.sum()
    assert [row["masked"] for row in london.cells] == hidden.tolist()
    assert all(row["expected_count"] is None for row in london.cells if row["masked"])
    assert "No data (not zero) for Bexley, City of London, Croydon" in london.notices["no-data"]


def test_every_record_of_demand_is_counted_or_left_out_for_a_reason(london: London) -> None:
    left_out = {each.reason: each.records for each in london.forecast.left_out}
    total = number(DEMAND)
    assert total == 422_852
    assert london.forecast.records + sum(left_out.values()) == total
    assert left_out["indoor, domestic or custody"] == number(f"{DEMAND} AND {NOT_STREET}")
    assert set(left_out) == {
        "indoor, domestic or custody",
        "in boroughs or months that are not published",
    }


def test_the_british_transport_police_stand_apart(london: London) -> None:
    population = london.evidence.shift_counts.population
    assert set(population.tolist()) == {"data.police.uk/metropolitan/crimes"}
    with_them = number("category IN ('violent-crime', 'robbery')")
    assert with_them - 422_852 == 9_739  # 9,299 violent and 440 robberies of theirs


def test_march_2016_which_is_nearly_empty_is_no_data(london: London) -> None:
    history = london.evidence.history
    months = history.period_ends.astype("datetime64[M]").astype(str).tolist()
    march = months.index("2016-04")  # the month that ends there
    published = history.observed[:, march]
    names = np.array(london.area.cells["borough"].to_pylist())
    assert number("month = '2016-03'", what="DISTINCT ward") == 59
    assert len(set(names[published])) <= 5
    others = np.delete(history.observed, march, axis=1)
    known = ~np.isin(names, NO_DATA)
    assert others[known].mean() > 0.99


def test_each_cells_last_12_months_are_what_points_in_polygons_give(
    london: London, counted: dict[str, int]
) -> None:
    rows = [row for row in london.cells if not row["masked"]]
    ours = np.array([row["last_12_months"] for row in rows])
    theirs = np.array([counted.get(row["cell_id"], 0) for row in rows])
    # Points in the gaps of generalised outlines go to the nearest cell with us, to none there.
    assert (ours == theirs).mean() > 0.98
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.003)
    busiest = {rows[i]["cell_id"] for i in np.argsort(-ours, kind="stable")[:20]}
    again = {rows[i]["cell_id"] for i in np.argsort(-theirs, kind="stable")[:20]}
    assert len(busiest & again) >= 19


def test_ranks_follow_the_forecast(london: London) -> None:
    rows = [row for row in london.cells if not row["masked"]]
    rows.sort(key=lambda row: row["rank"])
    expected = [row["expected_count"] for row in rows]
    assert expected == sorted(expected, reverse=True)
    assert rows[0]["rank"] == 1


def test_the_total_of_a_week_is_near_what_a_week_held(london: London) -> None:
    # Of the last two years, by the day, in the boroughs that are published.
    records = number(f"{DEMAND} AND month > '2016-06'")
    a_week = records * DAYS / 730
    low, high = london.forecast.intervals["95"]
    assert low < a_week < high
    assert london.forecast.expected_count == pytest.approx(a_week, rel=0.1)


def test_titles_say_what_was_counted_and_never_serious_violence(london: London) -> None:
    assert london.forecast.title == "Violence and sexual offences, recorded, and robbery"
    texts = every_text(london.briefs)
    assert not [name for name, text in texts.items() if "serious viol" in text.lower()]
    assert all(london.forecast.title in text for text in texts.values())


def test_the_plan_is_proven_and_goes_nowhere_without_data(london: London) -> None:
    assert london.plan.gap <= 0.005
    visits = london.table(london.plan.plan_id, "visits")
    assert set(visits["borough"].to_pylist()) == {b.name for b in boroughs()} - set(NO_DATA)
    reasons = Counter(visits["reason"].to_pylist())
    assert max(reasons.values()) <= 0.2 * visits.num_rows
    idle = {row.borough: row for row in london.plan.crew_minutes if row.reason is not None}
    for name in NO_DATA:
        assert idle[name].reason == f"no data for {name}"
        assert idle[name].minutes == 240 * 3 * DAYS


def test_each_bcu_has_one_page_that_names_its_boroughs_without_data(london: London) -> None:
    sheets = sorted(london.briefs.glob("*.pdf"))
    assert len(sheets) == 12
    texts = every_text(london.briefs)
    for bcu in bcus():
        name = f"{re.sub('[^a-z]+', '-', bcu.name.lower())}.pdf"
        assert page_count((london.briefs / name).read_bytes()) == 1
        missing = [borough for borough in bcu.boroughs if borough in NO_DATA]
        said = re.search(r"No data for ([^.]+)\. That is not the same as quiet", texts[name])
        assert (said[1].split(", ") if said else []) == missing, bcu.name
    assert "No visit is planned here" in texts["central-east.pdf"]  # Hackney and Tower Hamlets


def test_every_place_to_visit_has_words_that_fit_a_line_and_read_well(london: London) -> None:
    visited = set(london.table(london.plan.plan_id, "visits")["cell_id"].to_pylist())
    words = london.table(london.forecast.forecast_id, "street_words").to_pylist()
    shown = [place_words(r["words"], r["short"]) for r in words if r["cell_id"] in visited]
    assert len(shown) == london.plan.places
    assert max(map(len, shown)) <= PLACE_LENGTH
    slips = r"'S\b|\((?:lu|station|dlr|underground)| (?:And|On|Of) [A-Z]|^$"
    assert not [place for place in shown if re.search(slips, place)]
    # No place is left with the name of its LSOA ("Camden 028B"): records name every one.
    assert not [place for place in shown if re.search(r" \d{3}[A-Z]$", place)]


def test_days_and_shifts_are_not_supported_by_the_data(london: London) -> None:
    assert london.forecast.period.by == "month"
    assert "place and month only" in london.notices["month-only"]
    page = every_text(london.briefs)["central-north.html"]
    assert page.count("not supported by the data") == 12


def test_intervals_lie_within_each_other(london: London) -> None:
    found = london.forecast.intervals
    ends: NDArray[np.float64] = np.array([found[level] for level in ("95", "80", "50")])
    assert (np.diff(ends[:, 0]) > 0).all()
    assert (np.diff(ends[:, 1]) < 0).all()
    assert ends[2, 0] < london.forecast.expected_count < ends[2, 1]
