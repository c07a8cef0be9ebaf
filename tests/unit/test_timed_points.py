"""Records one by one: each in the day in which it is counted, and only those that are demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.areas import find_area
from rightplace.app.backtest.use_case import BacktestOptions, backtest
from rightplace.app.evidence import Question, gather
from rightplace.app.exact_points import exact_points
from rightplace.core.time import Clock
from rightplace.crime.counting import Counts, count, degrees_of, places_of
from rightplace.crime.harm import ons_severity
from rightplace.crime.timed_points import TimedPoints, timed_points
from rightplace.engines.engine import Engine
from rightplace.errors import UnsupportedByDataError
from rightplace.forecast import forecaster
from rightplace.places import to_metres
from tests.crime_rows import Row, rows_of, utc
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, PLACES, TIMED_AS_OF, extract, publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.forecast import History

LONDON = Clock()
MONDAY = date(2018, 6, 4)  # British Summer Time: clocks show an hour more than UTC
DAY = float(np.datetime64(MONDAY).astype(int))
HOUR = 1 / 24


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(memory="200MB", threads=1)


def found(engine: Engine, rows: Sequence[Row]) -> tuple[Counts, TimedPoints]:
    """Count rows and take them one by one; all lie in cell 0, but for those without a point."""
    table = rows_of(engine, rows)
    places = places_of(engine, table)
    cells = np.where(np.isnan(degrees_of(places)[0]), -1, 0).astype(np.int32)
    counts = count(engine, table, places=places, cells=cells, clock=LONDON)
    demand = counts.where((counts.cell >= 0) & counts.current & (counts.setting == "street"))
    single = timed_points(engine, table, places=places, cells=cells, clock=LONDON, demand=demand)
    return counts, single


def at(start: datetime, *, lasting: timedelta = timedelta(hours=1)) -> Row:
    return Row(start=start, end=start + lasting, precision="hour")


def test_an_hour_is_told_from_the_beginning_of_its_policing_day(engine: Engine) -> None:
    # 08:00 is an hour into Monday; 03:00 on Tuesday is 20 hours into it.
    rows = [at(utc(MONDAY, 7)), at(utc(MONDAY, 2) + timedelta(days=1))]
    _, points = found(engine, rows)
    assert sorted(points.begins - DAY) == pytest.approx([1 * HOUR, 20 * HOUR])
    assert points.ends - points.begins == pytest.approx([HOUR, HOUR])


def test_a_day_is_told_as_the_whole_calendar_day(engine: Engine) -> None:
    midnight = datetime(2018, 6, 3, 23, tzinfo=UTC)  # 00:00 on Monday
    row = Row(start=midnight, end=midnight + timedelta(days=1), precision="day")
    _, points = found(engine, [row])
    assert (points.begins.tolist(), points.ends.tolist()) == ([DAY], [DAY + 1])


def test_a_wide_interval_is_the_moment_at_which_it_is_counted(engine: Engine) -> None:
    rows = [at(utc(MONDAY, 7) + timedelta(hours=h), lasting=timedelta(days=3)) for h in range(20)]
    counts, points = found(engine, rows)
    assert (points.begins == points.ends).all()
    days = np.floor(points.begins).astype(int).tolist()
    counted = np.repeat(counts.day.astype(int), counts.n).tolist()
    assert sorted(days) == sorted(counted)
    assert len(set(days)) == 4


def test_what_is_counted_but_no_demand_is_left_out(engine: Engine) -> None:
    sound = at(utc(MONDAY, 8))
    others = [
        replace(sound, setting="indoor"),
        replace(sound, status="cancelled"),
        replace(sound, lon=None, lat=None),
        at(utc(MONDAY, 8), lasting=timedelta(days=60)),  # nobody can say in which week
    ]
    counts, points = found(engine, [sound, *others])
    assert counts.n.sum() == 5
    assert points.cell.tolist() == [0]
    assert points.begins.tolist() == pytest.approx([DAY + 2 * HOUR])


# In a history


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("timed")
    return kept(folder / "workspace", extract(folder / "files"), TIMED_AS_OF)


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("monthly")
    return kept(folder / "workspace", publish(folder / "files"), AS_OF)


def history_of(world: Kept, as_of: date) -> History:
    area = find_area(world.workspace, None)
    return gather(world.workspace, area, Question(as_of=as_of), harm_index=ons_severity()).history


def test_points_of_a_timed_source_are_its_counts_one_by_one(timed: Kept) -> None:
    history = history_of(timed, TIMED_AS_OF)
    assert history.points is not None
    table = np.zeros(history.events.shape, dtype=int)
    np.add.at(table, (history.points.cell, history.points.period_of(history)), 1)
    assert table.sum() > 1000
    assert (table == history.events).all()


def test_points_are_metres_of_the_study_area(timed: Kept) -> None:
    history = history_of(timed, TIMED_AS_OF)
    assert history.points is not None
    crs = find_area(timed.workspace, None).crs
    lon, lat = (np.array(each) for each in zip(*(p.point for p in PLACES), strict=True))
    middle = np.column_stack(to_metres(crs, lon, lat))
    number = {place.code: i for i, place in enumerate(PLACES)}
    codes = find_area(timed.workspace, None).cells["cell_id"].to_pylist()
    own = middle[[number[codes[cell]] for cell in history.points.cell]]
    assert np.abs(history.points.xy - own).max() < 2


def test_points_of_an_earlier_day_are_those_known_then(timed: Kept) -> None:
    earlier = history_of(timed, date(2018, 6, 21)).points
    now = history_of(timed, TIMED_AS_OF)
    assert earlier is not None
    cut = now.before(now.n_periods - 2).points
    assert cut is not None
    # Weeks end with the as-of day: two weeks fewer, and the same events in them.
    assert cut.days.tolist() == earlier.days[earlier.days >= cut.days[0]].tolist()


def test_methods_on_points_forecast_a_timed_source(timed: Kept) -> None:
    history = history_of(timed, TIMED_AS_OF)
    last_year = history.events[:, -52:].sum() / 52
    for spec in ("etas", "prospective"):
        expected = np.nansum(forecaster(spec).fit(history).predict(7.0))
        assert expected == pytest.approx(last_year, rel=0.25)
    options = BacktestOptions(
        methods=("etas", "prospective", "fading"), origins=(date(2018, 6, 22),), shares=(0.25,)
    )
    answer = backtest(timed.workspace, Question(as_of=TIMED_AS_OF), options, made_at=NOON)
    assert {"etas", "prospective", "fading"} <= set(answer.result.methods)


@pytest.mark.parametrize("method", ["etas", "prospective"])
def test_monthly_records_carry_no_points_and_are_refused(monthly: Kept, method: str) -> None:
    assert history_of(monthly, AS_OF).points is None
    options = BacktestOptions(methods=(method,), origins=(date(2018, 5, 1),), shares=(0.25,))
    with pytest.raises(UnsupportedByDataError, match="give a month and a place") as refused:
        backtest(monthly.workspace, Question(as_of=AS_OF), options, made_at=NOON)
    assert refused.value.exit_code == 21


@pytest.mark.parametrize(("without", "carried"), [(0, 10), (1, 9), (2, None)])
def test_records_that_name_their_cell_but_no_point_are_left_out_while_they_are_few(
    timed: Kept, without: int, carried: int | None
) -> None:
    hours = [at(utc(MONDAY, 7) + timedelta(hours=h)) for h in range(10)]
    rows = [
        replace(row, lon=None, lat=None, lsoa=PLACES[0].code) if i < without else row
        for i, row in enumerate(hours)
    ]
    engine = timed.workspace.engine
    table = rows_of(engine, rows)
    places = places_of(engine, table)
    cells = np.zeros(places.num_rows, dtype=np.int32)
    demand = count(engine, table, places=places, cells=cells, clock=LONDON)
    area = find_area(timed.workspace, None)
    points = exact_points(timed.workspace, area, table, located=(places, cells), demand=demand)
    assert (None if points is None else points.n) == carried
