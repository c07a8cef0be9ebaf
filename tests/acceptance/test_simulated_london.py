"""The demo's London: published totals, and the shape of recorded crime that it is meant to have."""

from __future__ import annotations

import csv
from collections import Counter
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.csv as pa_csv
import pytest
import shapely
from scipy.spatial import cKDTree

from rightplace.crime.ingest import Intake, take_in
from rightplace.crime.mapping import load
from rightplace.crime.simulate.extract import dirty_rows
from rightplace.crime.simulate.london import DemoInputs, demo_outlines, write_demo_inputs
from rightplace.crime.simulate.offences import read_offences
from rightplace.crime.simulate.outlines import PACKAGE
from rightplace.crime.simulate.totals import read_borough_totals
from rightplace.crime.sources import find_sources
from rightplace.deploy.crew_file import read_crews
from rightplace.engines.engine import Engine
from rightplace.engines.store import Store
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.crime.simulate.outlines import DemoOutlines

has_outlines = any(d.metadata["Name"] == PACKAGE for d in metadata.distributions())
pytestmark = [
    pytest.mark.skipif(
        not has_outlines, reason=f"{PACKAGE} is not installed: pip install 'rightplace[demo]'"
    ),
]

PUBLISHED = "london/datastore/MPS_Borough_Level_Crime_recent24_2022-02_2024-01.csv"
DEMAND = ("violence_with_injury", "robbery_personal")


class London:
    """The demo's incidents as arrays, the cancelled and the dirty rows left out."""

    def __init__(self, inputs: DemoInputs, outlines: DemoOutlines) -> None:
        table = pa_csv.read_csv(inputs.incidents).slice(0, inputs.rows - inputs.dirty_rows)
        keep = np.array(table["status"]) == "Recorded"
        kinds = read_offences()
        class_of = dict(zip(kinds.words, kinds.published_classes, strict=True))
        self.inputs, self.outlines = inputs, outlines
        self.classes = np.array([class_of[word] for word in table["offence"].to_pylist()])[keep]
        self.location = np.array(table["location"].to_pylist())[keep]
        self.start = _times(table["occurred_from"].to_pylist())[keep]
        xy = np.array([table[name].to_pylist() for name in ("easting", "northing")], dtype=object)
        blank = np.array([text in (None, "") for text in xy[0]])
        self.xy = np.where(blank, "nan", xy).astype(float).T[keep]
        self.area = _areas(outlines, self.xy)

    def counts(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the incidents of each area."""
        located = chosen & (self.area >= 0)
        return np.bincount(self.area[located], minlength=self.outlines.codes.size)

    def hours(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the incidents of each weekday (Monday first) and hour, shape (7, 24)."""
        days = self.start[chosen].astype("datetime64[D]")
        hour = (self.start[chosen] - days).astype("timedelta64[h]").astype(int)
        found = np.zeros((7, 24), dtype=np.int64)
        np.add.at(found, ((days.astype(int) + 3) % 7, hour), 1)
        return found


def _times(texts: list[str]) -> NDArray[np.datetime64]:
    iso = [f"{t[6:10]}-{t[3:5]}-{t[:2]}T{t[11:]}" for t in texts]
    return np.array(iso, dtype="datetime64[m]")


def _areas(outlines: DemoOutlines, xy: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the one area of each point, -1 for a blank; refuse a point in none or in two."""
    known = np.flatnonzero(~np.isnan(xy[:, 0]))
    point, area = shapely.STRtree(outlines.polygons).query(
        shapely.points(xy[known]), predicate="within"
    )
    assert (point == np.arange(known.size)).all()
    areas = np.full(len(xy), -1)
    areas[known] = area
    return areas


@pytest.fixture(scope="module")
def london(tmp_path_factory: pytest.TempPathFactory) -> London:
    inputs = write_demo_inputs(tmp_path_factory.mktemp("demo"), seed=0)
    return London(inputs, demo_outlines(read_borough_totals().boroughs))


@needs_shared
def test_the_shipped_totals_are_the_published_ones() -> None:
    words = {
        "Violence with Injury": "violence_with_injury",
        "Violence without Injury": "violence_without_injury",
        "Robbery of Personal Property": "robbery_personal",
        "Theft from Person": "theft_from_person",
    }
    published: Counter[tuple[str, str, str]] = Counter()
    with (SHARED / PUBLISHED).open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            weapons = row["MajorText"] == "Possession of Weapons"
            name = "possession_of_weapons" if weapons else words.get(row["MinorText"])
            borough = row["LookUp_BoroughName"]
            if name is not None and not borough.startswith("London Heathrow"):
                for month, count in row.items():
                    if month.isdigit():
                        published[name, borough, f"{month[:4]}-{month[4:]}"] += int(count)
    totals = read_borough_totals()
    shipped = {
        (name, borough, str(month)): int(totals.counts[c, b, m])
        for c, name in enumerate(totals.classes)
        for b, borough in enumerate(totals.boroughs)
        for m, month in enumerate(totals.months)
    }
    assert shipped == dict(published)


def test_london_has_4835_outlines_in_33_authorities(london: London) -> None:
    # Office for National Statistics: 4,835 LSOAs in London at the Census of 2011.
    assert london.outlines.codes.size == 4835
    assert np.unique(london.outlines.boroughs).size == 33
    # 1,572 square kilometres; the outlines are generalised and cut at the tide line.
    assert shapely.area(london.outlines.polygons).sum() / 1e6 == pytest.approx(1572, rel=0.01)


def test_incidents_add_up_to_every_published_total(london: London) -> None:
    totals = read_borough_totals()
    boroughs = np.array([text.rpartition(", ")[2] for text in london.location])
    months = london.start.astype("datetime64[M]").astype(str)
    found = Counter(zip(london.classes, boroughs, months, strict=True))
    for c, name in enumerate(totals.classes):
        for b, borough in enumerate(totals.boroughs):
            counts = [found[name, borough, str(month)] for month in totals.months]
            assert counts == totals.counts[c, b].tolist(), (name, borough)
    assert sum(found.values()) == totals.counts.sum()


def test_each_point_lies_in_the_borough_that_its_row_names(london: London) -> None:
    located = london.area >= 0
    named = np.array([text.rpartition(", ")[2] for text in london.location[located]])
    assert (london.outlines.boroughs[london.area[located]] == named).all()
    assert (~located).mean() == pytest.approx(0.03, abs=0.002)


def test_the_city_of_london_has_no_data(london: London) -> None:
    city = london.outlines.boroughs == "City of London"
    assert city.sum() == 6
    assert london.counts(np.full(london.classes.size, fill_value=True))[city].sum() == 0
    assert london.inputs.no_data == ("City of London",)


def test_one_area_in_twenty_carries_a_fifth_to_a_quarter_of_all(london: London) -> None:
    for chosen in (np.full(london.classes.size, fill_value=True), np.isin(london.classes, DEMAND)):
        ranked = np.sort(london.counts(chosen))[::-1]
        assert 0.20 < ranked[: ranked.size // 20].sum() / ranked.sum() < 0.25


def test_the_busy_areas_of_one_year_are_mostly_those_of_the_next(london: London) -> None:
    first_year = london.start < np.datetime64("2023-02-01")
    demand = np.isin(london.classes, DEMAND)
    first, second = (london.counts(demand & year) for year in (first_year, ~first_year))
    assert 0.85 < np.corrcoef(first, second)[0, 1] < 0.98


def test_violence_peaks_on_weekend_nights_and_after_school(london: London) -> None:
    hours = london.hours(london.classes == "violence_with_injury")
    weekday_night = hours[:4, 23].mean()
    assert min(hours[4, 23], hours[5, 0], hours[5, 23], hours[6, 0]) > 1.5 * weekday_night
    assert (hours[:4, 8:20].argmax(axis=1) + 8 == 16).all()
    assert hours.sum(axis=1).argmax() == 5


def test_incidents_repeat_near_each_other_soon_after(london: London) -> None:
    # Knox: pairs within 200 m and 7 days, against the same places with their dates shuffled.
    chosen = (london.classes == "violence_with_injury") & (london.area >= 0)
    chosen &= london.outlines.boroughs[london.area] == "Croydon"
    pairs = cKDTree(london.xy[chosen]).query_pairs(200, output_type="ndarray")
    days = london.start[chosen].astype("datetime64[D]").astype(int)

    def near(dates: NDArray[np.int64]) -> int:
        return int((np.abs(dates[pairs[:, 0]] - dates[pairs[:, 1]]) <= 7).sum())

    generator = np.random.default_rng(0)
    shuffled = [near(generator.permutation(days)) for _ in range(99)]
    assert near(days) > max(shuffled)


def test_crews_are_as_the_plan_reads_them_and_could_make_a_plausible_number_of_visits(
    london: London,
) -> None:
    crews = read_crews(london.inputs.crews, boroughs=set(london.outlines.boroughs))
    assert len({crew.borough for crew in crews}) == 32
    assert 6_000 < sum(crew.visits(25) for crew in crews) < 19_000
    assert 6_000 < sum(crew.visits(15) for crew in crews) < 19_000
    assert all(crew.minutes > 0 for crew in crews)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    totals = read_borough_totals().only(["possession_of_weapons"]).last(1)
    first, again, other = (
        write_demo_inputs(tmp_path / name, seed=seed, totals=totals)
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )
    for name in ("outlines", "incidents", "mapping", "crews"):
        bytes_of = [getattr(made, name).read_bytes() for made in (first, again, other)]
        assert bytes_of[0] == bytes_of[1]
        assert (bytes_of[0] == bytes_of[2]) == (name in {"outlines", "mapping"})


def test_the_reader_takes_the_extract_and_sets_the_dirty_rows_aside(tmp_path: Path) -> None:
    totals = read_borough_totals().only(["violence_with_injury"]).last(1)
    inputs = write_demo_inputs(tmp_path / "demo", seed=0, totals=totals)
    intake = Intake(
        store=Store(tmp_path / "store"),
        engine=Engine(),
        kind="crimes",
        mapping=load(str(inputs.mapping)),
    )
    (taken,) = take_in(intake, find_sources([inputs.incidents]))
    assert taken.error is None
    assert taken.entry is not None
    recorded = int(totals.counts.sum())
    assert taken.entry.read == inputs.rows == recorded + 60 + dirty_rows().num_rows
    expected = {
        "bad_date": 3,
        "ends_before_start": 1,
        "missing_date": 1,
        "coordinates_outside": 4,
        "bad_coordinates": 2,
        "unknown_category": 1,
        "missing_category": 1,
    }
    assert taken.entry.quarantined.items() >= expected.items()
