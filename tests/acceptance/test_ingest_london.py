"""The real London files: each quirk that concerns a reader, counted on what is held.

The counts were made once, file by file, with Python's csv module and with DuckDB on the raw
files, and stand here as numbers; the quirks' numbers are those of the data's own README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from rightplace.app.status import SourceCoverage, status
from rightplace.crime.holdings import entries_of, holdings
from rightplace.crime.offences import category_words
from rightplace.crime.standing import standing
from tests.paths import SHARED, needs_shared
from tests.small_files import World

if TYPE_CHECKING:
    import pyarrow as pa

    from rightplace.app.answer import Answer
    from rightplace.app.held import FileReport
    from rightplace.app.ingest import IngestResult

pytestmark = [needs_shared, pytest.mark.large]
POLICE_UK = SHARED / "london" / "police_uk"
CITY, MET, BTP = (
    f"data.police.uk/{force}/crimes"
    for force in ("city-of-london", "metropolitan", "british-transport")
)


class London:
    """A workspace into which the files go one by one, then the whole folder, then again."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.parquet = world.ingest(POLICE_UK / "london_wards_street_2016-01_2018-06.parquet")
        self.city = world.ingest(POLICE_UK / "city-of-london_street.zip")
        self.west_yorkshire = world.ingest(POLICE_UK / "west-yorkshire_street_2018-07.zip")
        self.searches = world.ingest(
            POLICE_UK / "metropolitan_stop-and-search.zip", kind="searches"
        )
        self.crime_rows = self.table("crimes")
        self.search_rows = self.table("searches")

    def table(self, kind: str) -> pa.Table:
        store = self.world.workspace.store
        rows = standing(
            self.world.workspace.engine, store, holdings(entries_of(store.manifest()), kind=kind)
        )
        assert rows is not None
        return self.world.workspace.engine.run(rows)

    def number(self, query: str) -> int:
        """Return the one number of a query over ``crimes`` and ``searches``."""
        with duckdb.connect() as connection:
            connection.register("crimes", self.crime_rows)
            connection.register("searches", self.search_rows)
            (number,) = connection.sql(query).fetchone() or (None,)
        return int(number or 0)

    def count(self, where: str, table: str = "crimes") -> int:
        return self.number(f"select count(*) from {table} where {where}")  # noqa: S608 - ours

    def repeats(self, columns: str, table: str, where: str) -> int:
        """Return how many rows repeat an earlier one in these columns."""
        return self.number(
            f"select sum(n - 1) from (select count(*) as n from {table} "  # noqa: S608 - ours
            f"where {where} group by {columns})"
        )


@pytest.fixture(scope="module")
def london(tmp_path_factory: pytest.TempPathFactory) -> London:
    return London(World(tmp_path_factory.mktemp("london")))


@pytest.fixture(scope="module")
def whole_folder(london: London) -> list[FileReport]:
    """What became of each file of the whole folder, over the files held already."""
    files: list[FileReport] = []
    for kind in ("crimes", "searches"):
        answer = london.world.ingest(POLICE_UK, kind=kind)
        assert answer.exit_code == (10 if kind == "crimes" else 0)
        files += answer.result.files
    return files


def sums(answer: Answer[IngestResult]) -> tuple[int, int, int, int]:
    files = answer.result.files
    assert answer.exit_code == 0
    return (
        sum(f.read for f in files),
        sum(f.stored for f in files),
        sum(f.quarantined for f in files),
        sum(f.superseded for f in files),
    )


def source(world: World, name: str) -> SourceCoverage:
    return next(s for s in status(world.workspace).result.sources if s.source == name)


def test_the_four_files_go_in_one_by_one_without_losing_a_row(london: London) -> None:
    assert sums(london.parquet) == (1_830_104, 1_830_104, 0, 0)
    assert sums(london.city) == (49_709, 49_709, 0, 0)
    assert sums(london.west_yorkshire) == (31_635, 31_635, 0, 0)
    assert sums(london.searches) == (331_822, 331_822, 0, 0)
    assert len(london.city.result.files) == 75
    assert len(london.searches.result.files) == 26


def test_transport_police_are_kept_apart(london: London) -> None:
    assert london.count(f"population = '{BTP}'") == 37_577  # quirk 10
    assert london.count(f"population = '{MET}'") == 1_830_104 - 37_577
    assert london.count(f"population = '{BTP}' and reference is not null") == 0


def test_wards_of_25_boroughs_are_held_and_march_2016_is_a_stub(london: London) -> None:
    assert london.count(f"ward is not null and population in ('{MET}', '{BTP}')") == 1_830_104
    (entry,) = [
        e
        for e in entries_of(london.world.workspace.store.manifest())
        if e.mapping == "london_wards_api"
    ]
    assert len(entry.extent) == 483
    assert "2016-03" in source(london.world, MET).stubs
    assert london.count("month = '2016-03-01' and ward is not null") == 7_167


def test_every_row_has_only_its_month(london: London) -> None:
    assert set(london.crime_rows["precision"].unique().to_pylist()) == {"month"}  # quirk 13
    assert london.count("occurred_to - occurred_from < interval 28 days") == 0


def test_rows_without_a_place_are_kept_and_their_share_is_shown(london: London) -> None:
    assert london.count(f"population = '{CITY}' and lon is null") == 3_284  # quirk 4
    assert london.count(f"population = '{CITY}' and lon is null and lsoa is not null") == 0
    assert london.count(f"population = '{CITY}' and lon is null and place_name is not null") == 0
    assert source(london.world, CITY).without_place_share == pytest.approx(3_284 / 49_709)
    west_yorkshire = source(london.world, "data.police.uk/west-yorkshire/crimes")
    assert west_yorkshire.without_place_share == pytest.approx(883 / 31_635)


def test_antisocial_behaviour_has_neither_id_nor_outcome(london: London) -> None:
    is_asb = f"population = '{CITY}' and offence = 'anti_social_behaviour'"
    assert london.count(is_asb) == 7_143  # quirk 3
    assert london.count(f"{is_asb} and (reference is not null or outcome is not null)") == 0
    assert london.count(f"population = '{CITY}' and reference is null") == 7_143


def test_repeated_ids_and_whole_rows_that_repeat_are_kept(london: London) -> None:
    # Quirks 5 and 6: one reference may stand for several offences, and rows without one repeat.
    city = f"population = '{CITY}'"
    assert london.repeats("reference", "crimes", f"{city} and reference is not null") == 409
    columns = "reference, month, category, lon, lat, lsoa, place_name, outcome"
    assert london.repeats(columns, "crimes", city) == 2_761


def test_blank_street_names_are_no_name(london: London) -> None:
    # Quirk 7: 1,161 City rows say "On or near " and nothing; those without a place say no name.
    assert london.count(f"population = '{CITY}' and place_name is null") == 1_161 + 3_284
    assert london.count("place_name like 'On or near%'") == 0


def test_rows_far_outside_the_city_are_kept(london: London) -> None:
    # Quirk 9: the force recorded them; which area they lie in is decided by the point.
    assert london.count(f"population = '{CITY}' and lat > 53") > 0
    assert london.count(f"population = '{CITY}' and lon < -1.6") > 0


def test_words_of_csv_and_api_lead_to_the_same_class(london: London) -> None:
    words = category_words("police_uk")
    assert words.class_of("violent-crime") == words.class_of("Violence and sexual offences")
    assert london.count("offence is null") == 0  # quirk 12


def test_gaps_of_the_city_files_are_named(london: London) -> None:
    gaps = source(london.world, CITY).gaps  # quirk 17
    assert {"2017-10", "2017-11", *(f"2022-{m:02d}" for m in range(1, 7))} <= set(gaps)
    assert {"2020-12", "2021-01", "2021-05", "2021-12"} <= set(gaps)
    assert "2018-01" not in gaps
    assert "2021-06" not in gaps


def test_antisocial_behaviour_that_vanished_is_named(london: London) -> None:
    missing = {(m.month, m.category) for m in source(london.world, CITY).missing_categories}
    asb = {month for month, category in missing if category == "Anti-social behaviour"}
    assert asb == {"2017-05", "2017-09"}  # quirk 15: 152, 0, 151 and 168, 0, (gap), 136


def test_searches_belong_to_the_month_of_the_london_clock(london: London) -> None:
    section_60 = "legislation = 'Criminal Justice and Public Order Act 1994 (section 60)'"
    in_london = london.count(f"{section_60} and month = '2018-08-01'", "searches")
    in_utc = london.count(
        f"{section_60} and strftime(started_at at time zone 'UTC', '%Y-%m') = '2018-08'", "searches"
    )
    assert (in_london, in_utc) == (4_007, 4_014)  # NEEDS B5, duplicates kept
    for entry in entries_of(london.world.workspace.store.manifest()):
        if entry.kind == "searches":  # quirk 18: each file holds its own month and no other
            assert [p.month for p in entry.partitions] == [entry.path.rsplit("/", 1)[-1][:7]]


def test_search_columns_that_are_blank_stay_blank(london: London) -> None:
    assert london.count("operation is not null or outcome_linked is not null", "searches") == 0
    assert london.count("lon is null", "searches") == 163_305  # quirk 20
    assert (
        london.count("age_range is not null and month in ('2018-02-01', '2018-03-01')", "searches")
        == 0
    )


def test_searches_that_cannot_be_told_apart_are_kept(london: London) -> None:
    shown = [c for c in london.search_rows.column_names if c not in {"entry", "row_number"}]
    assert london.repeats(", ".join(shown), "searches", "true") == 11_609  # quirk 24


def test_overlaps_in_the_whole_folder_are_superseded_or_refused(
    london: London, whole_folder: list[FileReport]
) -> None:
    refused = {f.path.rsplit("/", 1)[-1] for f in whole_folder if f.refused}
    months = ("2017-02", "2017-03", "2017-04", "2017-05", "2017-06", "2017-12")
    assert refused == {
        "haringey_api-json_2017-07_2017-12.zip",
        "camden_2015_2020.zip!Violence_And_Sexual_Offences_Filtered.csv",
        *(f"{month}-city-of-london-street.csv" for month in months),
    }
    revised = next(f for f in whole_folder if f.refused and "2017-12-city" in f.path)
    assert "revisions_city-of-london.zip" in str(revised.message)
    assert "city-of-london_street.zip!2017-12" in str(revised.message)
    # The same bytes as a sample, and the same rows in an older release.
    same = {f.path.rsplit("/", 1)[-1] for f in whole_folder if f.superseded and not f.stored}
    assert same == {
        "2017-06-city-of-london-outcomes.csv",
        "2019-08-city-of-london-stop-and-search.csv",
        "2016-01-city-of-london-stop-and-search.csv",
    }
    # A City sample of 2025-12 and a Camden sample of 2019-06 are of months not held otherwise.
    assert london.table("crimes").num_rows == 1_830_104 + 49_709 + 31_635 + 810 + 4_075
    assert london.table("outcomes").num_rows == 9_136
    assert london.table("searches").num_rows == 331_822 + 9_740


def test_the_whole_folder_again_adds_nothing(
    london: London, whole_folder: list[FileReport]
) -> None:
    assert whole_folder
    before = london.world.workspace.store.manifest_path.read_bytes()
    for kind in ("crimes", "searches"):
        london.world.ingest(POLICE_UK, kind=kind)
    assert london.world.workspace.store.manifest_path.read_bytes() == before


def test_every_row_of_every_file_is_accounted_for(
    london: London, whole_folder: list[FileReport]
) -> None:
    assert whole_folder
    files = london.world.files()  # checks read = stored + quarantined + superseded for each
    assert sum(f.read for f in files.values()) > 2_000_000
