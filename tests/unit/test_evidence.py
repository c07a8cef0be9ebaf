"""What a forecast may rest on: every record counted or left out for a reason that is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.areas import define_area, find_area
from rightplace.app.evidence import Evidence, Question, gather, grain_supported
from rightplace.app.records_found import family
from rightplace.crime.counting import Counts
from rightplace.crime.harm import ons_severity
from rightplace.errors import RefusedError, StaleDataError, UnsupportedByDataError, UsageError
from rightplace.places import AreaSettings, Unit
from tests.small_files import Row, World, street, write
from tests.worlds import DRUGS, PLACES, ROBBERY, THEFT, VIOLENCE, Place, extract, write_outlines

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = ("2018-04", "2018-05", "2018-06")
MET, BTP, CITY = "Metropolitan Police Service", "British Transport Police", "City of London Police"
CAMDEN, ISLINGTON = PLACES[:4], PLACES[4:8]
HARINGEY = PLACES[8]
JUNE_30 = Question(as_of=date(2018, 6, 30))


def record(place: Place | None, month: str, kind: str = VIOLENCE, **cells: str) -> Row:
    """One row of a street file, in the middle of a place or without one."""
    lon, lat = ("", "") if place is None else map(str, place.point)
    where = "No Location" if place is None else f"On or near {place.street}"
    sound = {"Reported_by": MET, "Location": where, "Crime_type": kind, "Month": month}
    code = "" if place is None else place.code
    return street(1, Longitude=lon, Latitude=lat, LSOA_code=code, **sound | cells)


def rows() -> Iterator[Row]:
    """Two violent records and a theft in each cell and month, and what must not be counted."""
    for month in MONTHS:
        for place in (*CAMDEN, *ISLINGTON):
            yield from [record(place, month)] * 2
            yield record(place, month, THEFT)
    yield from [record(CAMDEN[0], "2018-06", ROBBERY)] * 4
    yield from [record(CAMDEN[0], "2018-06", DRUGS)] * 9
    yield from [record(CAMDEN[1], "2018-06", Location="On or near Police Station")] * 3
    yield from [record(None, "2018-05")] * 5
    yield from [record(CAMDEN[2], "2018-06", Reported_by=BTP)] * 7
    yield from [record(HARINGEY, "2018-06", Reported_by=CITY)] * 2


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("evidence"))
    held = write(world.root / "street.csv", rows())
    world.ingest(held, release=date(2018, 8, 1))
    outlines = write_outlines(world.root / "lsoa.geojson")
    define_area(world.workspace, outlines, AreaSettings(unit=Unit.LSOA))
    return world


def evidence(world: World, question: Question = JUNE_30) -> Evidence:
    area = find_area(world.workspace, None)
    return gather(world.workspace, area, question, harm_index=ons_severity())


def counts(found: Evidence) -> dict[str, list[int]]:
    """Return the counts of each cell by period, of cells that have any."""
    codes = found.area.cells["cell_id"].to_pylist()
    table = found.history.events.tolist()
    return {code: row for code, row in zip(codes, table, strict=True) if any(row)}


def test_demand_is_violence_and_robbery_in_the_street_by_cell_and_month(world: World) -> None:
    found = evidence(world)
    expected = {place.code: [2, 2, 2] for place in (*CAMDEN, *ISLINGTON)}
    expected[CAMDEN[0].code] = [2, 2, 6]
    assert counts(found) == expected
    assert found.grain == "month"
    assert found.classes == ("violence_and_sexual_offences_recorded", "robbery")
    assert found.history.exposure.tolist() == [30, 31, 30]


def test_every_record_of_demand_is_counted_or_left_out_for_a_reason(world: World) -> None:
    found = evidence(world)
    # 8 cells x 3 months x 2, and 4 robberies.
    assert found.counted == 52
    assert found.left_out == {
        "no place in the study area": 5,
        "indoor, domestic or custody": 3,
        "in boroughs or months that are not published": 2,  # the City's, in Haringey
    }


def test_the_british_transport_police_stand_apart_until_they_are_asked_for(world: World) -> None:
    assert all("british-transport" not in p for p in evidence(world).shift_counts.population)
    alone = replace(JUNE_30, sources=("data.police.uk/british-transport",))
    assert evidence(world, alone).shift_counts.n.sum() == 7


def test_records_that_spill_into_a_borough_do_not_publish_it(world: World) -> None:
    found = evidence(world)
    boroughs = np.array(found.area.cells["borough"].to_pylist())
    seen = found.history.observed
    assert seen[np.isin(boroughs, ["Camden", "Islington"])].all()
    assert not seen[~np.isin(boroughs, ["Camden", "Islington"])].any()


def test_what_is_not_published_has_no_exposure_and_no_harm(world: World) -> None:
    found = evidence(world)
    hidden = ~found.history.observed
    assert (found.history.exposure_days[hidden] == 0).all()
    assert (found.harm[hidden] == 0).all()


def test_harm_is_the_weight_of_each_record(world: World) -> None:
    found = evidence(world)
    row = found.area.cells["cell_id"].to_pylist().index(CAMDEN[0].code)
    violence, robbery = ons_severity().weigh(["violence_and_sexual_offences_recorded", "robbery"])
    assert found.harm[row].tolist() == pytest.approx(
        [2 * violence, 2 * violence, 2 * violence + 4 * robbery]
    )


def test_no_record_after_the_as_of_day_is_seen(world: World) -> None:
    found = evidence(world, Question(as_of=date(2018, 5, 31)))
    assert found.history.n_periods == 2
    assert found.counted == 8 * 2 * 2


def test_a_month_that_is_not_over_on_the_as_of_day_is_not_seen(world: World) -> None:
    found = evidence(world, Question(as_of=date(2018, 6, 29)))
    assert found.history.n_periods == 2


def test_classes_asked_for_by_name_are_those_counted(world: World) -> None:
    found = evidence(world, replace(JUNE_30, classes=("robbery",)))
    assert counts(found) == {CAMDEN[0].code: [0, 0, 4]}
    assert found.classes == ("robbery",)


def test_police_generated_classes_are_refused(world: World) -> None:
    with pytest.raises(RefusedError, match="drugs") as refused:
        evidence(world, replace(JUNE_30, classes=("robbery", "drugs")))
    assert refused.value.exit_code == 20


@pytest.mark.parametrize("grain", ["day", "shift"])
def test_monthly_records_support_no_finer_time(world: World, grain: str) -> None:
    question = replace(JUNE_30, grain=grain)  # type: ignore[arg-type]  # a word of the command
    with pytest.raises(UnsupportedByDataError, match="place and month only") as refused:
        evidence(world, question)
    assert refused.value.exit_code == 21
    assert "--by month" in str(refused.value.fault.remedy)


def test_records_too_old_for_the_as_of_day_are_refused(world: World) -> None:
    # June's last day is 124 days before 1 November 2018.
    assert evidence(world, Question(as_of=date(2018, 11, 1))).counted == 52
    with pytest.raises(StaleDataError, match="30 June 2018") as refused:
        evidence(world, Question(as_of=date(2018, 11, 2)))
    assert refused.value.exit_code == 30


def test_nothing_before_the_first_record_may_be_forecast_from(world: World) -> None:
    with pytest.raises(StaleDataError, match="No record up to 2018-04-29"):
        evidence(world, Question(as_of=date(2018, 4, 29)))


def test_a_class_of_which_there_is_nothing_is_said_to_be_missing(world: World) -> None:
    with pytest.raises(StaleDataError, match="homicide") as refused:
        evidence(world, replace(JUNE_30, classes=("homicide",)))
    assert "--classes" in str(refused.value.fault.remedy)


def test_the_share_of_cells_with_records_that_publishes_a_borough_can_be_set(world: World) -> None:
    # One of Haringey's three cells has a record, but of the City's force, which is not its own.
    found = evidence(world, replace(JUNE_30, published_cells_share=0.3))
    boroughs = np.array(found.area.cells["borough"].to_pylist())
    assert not found.history.observed[boroughs == "Haringey"].any()


def test_only_releases_known_then_are_used(world: World) -> None:
    late, early = date(2018, 8, 1), date(2018, 7, 31)
    assert evidence(world, replace(JUNE_30, known_at=late)).releases == ("2018-08-01",)
    with pytest.raises(StaleDataError, match="released by 2018-07-31"):
        evidence(world, replace(JUNE_30, known_at=early))


def test_files_left_out_because_nobody_declared_their_release_are_counted(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = World(tmp_path_factory.mktemp("undeclared"))
    other.ingest(world.root / "street.csv", release=date(2018, 8, 1))
    more = [record(place, "2018-03") for place in (*CAMDEN, *ISLINGTON)]
    other.ingest(write(other.root / "march.csv", more))
    define_area(other.workspace, world.root / "lsoa.geojson", AreaSettings(unit=Unit.LSOA))
    all_held = evidence(other)
    assert (all_held.unreleased, all_held.unreleased_left_out) == (1, 0)
    known = evidence(other, replace(JUNE_30, known_at=date(2018, 8, 1)))
    assert (known.unreleased, known.unreleased_left_out) == (0, 1)
    assert (all_held.history.n_periods, known.history.n_periods) == (4, 3)


def some(n: list[int], *, timed: list[bool], monthly: list[bool]) -> Counts:
    """Counts of so many records that carry their hour or not."""
    words = np.array(["x"] * len(n))
    return Counts(
        cell=np.zeros(len(n), dtype=np.int32),
        day=np.full(len(n), "2018-06-01", dtype="datetime64[D]"),
        shift=np.zeros(len(n), dtype=np.int8),
        offence=words,
        setting=words,
        population=words,
        timed=np.array(timed),
        monthly=np.array(monthly),
        vague=np.zeros(len(n), dtype=bool),
        current=np.ones(len(n), dtype=bool),
        n=np.array(n),
        incidents=np.array(n),
    )


@pytest.mark.parametrize(
    ("n", "timed", "monthly", "grain"),
    [
        ([90, 10], [True, False], [False, False], "shift"),
        ([89, 11], [True, False], [False, False], "day"),
        ([99, 1], [True, False], [False, True], "month"),
        ([], [], [], "month"),
    ],
)
def test_time_is_as_fine_as_nearly_all_records_carry_it_and_one_month_makes_all_monthly(
    n: list[int], timed: list[bool], monthly: list[bool], grain: str
) -> None:
    assert grain_supported(some(n, timed=timed, monthly=monthly)) == grain


def test_forces_of_one_publisher_are_added_up_and_others_are_not() -> None:
    assert family("data.police.uk/metropolitan/crimes") == "data.police.uk"
    assert family("data.police.uk/city-of-london/crimes") == "data.police.uk"
    assert family("force/extract/crimes") == "force/extract"


class TestTwoPublishers:
    """A force's own extract beside the published months: they may be the same crimes."""

    @pytest.fixture(scope="module")
    @classmethod
    def both(cls, tmp_path_factory: pytest.TempPathFactory) -> World:
        world = World(tmp_path_factory.mktemp("both"))
        made = extract(world.root / "extract")
        world.ingest(made.crimes, mapping=str(made.mapping))
        world.ingest(write(world.root / "street.csv", rows()))
        define_area(world.workspace, made.outlines, AreaSettings(unit=Unit.LSOA))
        return world

    def test_they_are_never_added_up(self, both: World) -> None:
        with pytest.raises(UsageError, match=r"data\.police\.uk, tiny/tiny") as refused:
            evidence(both)
        assert "--source" in str(refused.value.fault.remedy)

    def test_the_one_that_is_named_is_used_with_the_time_it_supports(self, both: World) -> None:
        months = evidence(both, replace(JUNE_30, sources=("data.police.uk/metropolitan",)))
        assert months.grain == "month"
        shifts = evidence(both, replace(JUNE_30, sources=("tiny",)))
        assert (shifts.grain, shifts.history.kind) == ("shift", "week")

    def test_one_that_is_not_held_is_named_with_those_that_are(self, both: World) -> None:
        with pytest.raises(UsageError, match="kent") as refused:
            evidence(both, replace(JUNE_30, sources=("data.police.uk/kent",)))
        assert "tiny/tiny" in str(refused.value.fault.remedy)

    def test_weeks_end_with_the_as_of_day_or_start_where_they_are_asked_to(
        self, both: World
    ) -> None:
        tiny = replace(JUNE_30, sources=("tiny",))
        ends = evidence(both, tiny).history.period_ends
        assert str(ends[-1]) == "2018-07-01"
        assert (np.diff(ends) == np.timedelta64(7, "D")).all()
        moved = replace(tiny, weeks_start_on=date(2018, 6, 20))
        assert str(evidence(both, moved).history.period_ends[-1]) == "2018-06-27"

    def test_the_night_that_follows_the_as_of_day_belongs_to_it_as_it_will_later(
        self, both: World
    ) -> None:
        tiny = replace(JUNE_30, sources=("tiny",))
        for weeks in (1, 2, 3):
            then = evidence(both, replace(tiny, as_of=JUNE_30.as_of - timedelta(weeks=weeks)))
            now = evidence(both, tiny)
            np.testing.assert_array_equal(
                then.history.events[:, -1], now.history.events[:, -1 - weeks]
            )

    def test_records_of_no_whole_week_are_left_out_and_counted(self, both: World) -> None:
        found = evidence(both, replace(JUNE_30, sources=("tiny",)))
        left_out = Counter(found.left_out)
        assert left_out["outside the whole weeks looked at"] > 0
        demand = int(found.shift_counts.n.sum())
        assert found.counted + left_out["outside the whole weeks looked at"] == demand

    def test_asked_for_months_a_feed_with_hours_gives_them(self, both: World) -> None:
        found = evidence(both, replace(JUNE_30, sources=("tiny",), grain="month"))
        assert (found.grain, found.history.kind) == ("month", "week")
