"""Strength from the store: what stands, what is missing, what was known when."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from rightplace.app.workforce.history import HomeOfficeTable, workforce_history
from rightplace.app.workforce.strength import StrengthAsked, read_strength
from rightplace.app.workforce.trend import TrendAsked, workforce_trend
from rightplace.app.workforce.trend_backtest import workforce_backtest
from rightplace.core.time import Month
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError, UsageError
from tests.small_files import World, write

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ["Date", "Police Officer Strength", "Police Staff Strength", "PCSO Strength"]
HOME_OFFICE = "date force_name sex rank_description worker_type total_headcount total_fte".split()
MADE_AT = datetime(2026, 4, 20, 9, tzinfo=UTC)
ALL = StrengthAsked()
TREND = TrendAsked(months=12, method="damped_local_trend")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def officers(n: int) -> int:
    return 30_000 + 20 * n + (37 * n) % 50


def strength(world: World, name: str, numbers: dict[int, int | str]) -> Path:
    """A file of months counted from January 2018, with the officers of each."""
    rows = [
        dict(zip(COLUMNS, (f"{Month(2018, 1).plus(n).first:%b-%y}", number, 900, 90), strict=True))
        for n, number in numbers.items()
    ]
    return write(world.root / name, rows, COLUMNS)


def home_office(world: World, *rows: tuple[object, ...]) -> HomeOfficeTable:
    given = [dict(zip(HOME_OFFICE, row, strict=True)) for row in rows]
    path = write(world.root / "uplift.csv", given, HOME_OFFICE)
    return HomeOfficeTable(path=path, force="Metropolitan Police")


MARCH = ("2018-03-01", "Metropolitan Police")
OFFICERS = "police officer"


def test_s20_history_has_each_month_its_net_change_and_the_months_that_are_missing(
    world: World,
) -> None:
    world.ingest(strength(world, "s.csv", {0: 100, 1: 103, 4: 101, 5: 99}), kind="strength")
    answer = workforce_history(world.workspace, ALL, made_at=MADE_AT)
    result = answer.result
    assert [(m.month, m.officers, m.net_change) for m in result.months] == [
        ("2018-01", 100, None),
        ("2018-02", 103, 3),
        ("2018-05", 101, None),
        ("2018-06", 99, -2),
    ]
    (gap,) = result.gaps
    assert (gap.first, gap.last, gap.row) == ("2018-03", "2018-04", 2)
    assert [notice.code for notice in answer.warnings] == ["months-missing"]
    assert "after row 2 of" in answer.warnings[0].message
    kept = json.loads((world.workspace.runs / result.history_id / "run.json").read_text("utf-8"))
    assert (kept["kind"], kept["as_of"]) == ("workforce", "2018-06-30")
    assert pq.read_table(result.months_path).num_rows == 4


def test_a_row_without_a_number_leaves_a_gap_that_is_named_and_is_counted(world: World) -> None:
    numbers: dict[int, int | str] = {n: officers(n) if n != 20 else "n/a" for n in range(48)}
    world.ingest(strength(world, "s.csv", numbers), kind="strength")
    answer = workforce_history(world.workspace, ALL, made_at=MADE_AT, dry_run=True)
    assert answer.result.set_aside == 1
    assert [(g.first, g.row) for g in answer.result.gaps] == [("2019-09", 20)]
    assert [notice.code for notice in answer.warnings] == ["months-missing", "rows-set-aside"]
    assert not world.workspace.runs.exists()


def test_only_what_was_released_and_had_ended_is_seen(world: World) -> None:
    first = strength(world, "first.csv", {0: 100, 1: 103})
    second = strength(world, "second.csv", {0: 100, 1: 104, 2: 105})
    world.ingest(first, kind="strength", release=date(2018, 3, 10))
    world.ingest(second, kind="strength", release=date(2018, 4, 10))

    def seen(*, known_at: date | None = None, as_of: date | None = None) -> list[int]:
        asked = StrengthAsked(known_at=known_at, as_of=as_of)
        held = read_strength(world.workspace, asked)
        return [each.officers for each in held.history.months]

    assert seen() == [100, 104, 105]
    assert seen(known_at=date(2018, 3, 31)) == [100, 103]
    assert seen(as_of=date(2018, 3, 30)) == [100, 104]
    with pytest.raises(NotHeldError, match="known on 2018-03-01"):
        seen(known_at=date(2018, 3, 1))
    undated = strength(world, "undated.csv", {40: 100})
    world.ingest(undated, kind="strength")
    with pytest.raises(NotHeldError, match="1 held came without a release day"):
        seen(known_at=date(2018, 3, 1))
    with pytest.raises(NotHeldError, match="had ended by 2018-01-30"):
        seen(as_of=date(2018, 1, 30))


def test_a_force_that_is_not_held_is_named_with_those_that_are(world: World) -> None:
    world.ingest(strength(world, "s.csv", {0: 100}), kind="strength")
    with pytest.raises(NotHeldError, match="Held: metropolitan"):
        read_strength(world.workspace, StrengthAsked(force="kent"))


def test_heads_and_full_time_are_summed_over_what_is_never_kept(world: World) -> None:
    world.ingest(strength(world, "s.csv", {1: 90, 2: 95}), kind="strength")
    table = home_office(
        world,
        (*MARCH, "Female", "Constable", OFFICERS, 40, 36.5),
        (*MARCH, "Male", "Constable", OFFICERS, 50, 49.5),
        (*MARCH, "Male", "Sergeant", OFFICERS, 10, 10),
        (*MARCH, "Male", "Police Staff", "police staff", 70, 70),
        ("2018-03-01", "Kent", "Male", "Constable", OFFICERS, 7, 7),
    )
    answer = workforce_history(world.workspace, ALL, home_office=table, made_at=MADE_AT)
    (year,) = answer.result.home_office
    assert (year.headcount, year.fte, year.fte_ratio) == (100, 96.0, 0.96)
    assert (year.officers, year.above_headcount, year.above_fte) == (95, -5, -1.0)
    assert [(r.rank, r.headcount, r.fte) for r in year.ranks] == [
        ("Sergeant", 10, 10.0),
        ("Constable", 90, 86.0),
    ]
    assert "5 to 5 below the Home Office's headcount" in answer.result.what_is_counted
    folder = world.workspace.runs / answer.result.history_id
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"Female" not in written


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((*MARCH, "Male", "Constable", OFFICERS, 5, 6), "cannot be"),
        ((*MARCH, "Male", "Constable", OFFICERS, -1, 0), "cannot be"),
        ((*MARCH, "Male", "Constable", OFFICERS, "inf", 0), "cannot be"),
        ((*MARCH, "Male", "Constable", OFFICERS, "", 0), "cannot be"),
        (("March 2018", MARCH[1], "Male", "Constable", OFFICERS, 1, 1), "not a day"),
        ((*MARCH, "Male", "Sergeant", OFFICERS, 11, 11), "stands in row 1 too"),
    ],
)
def test_a_faulty_row_of_the_home_office_is_refused_and_named(
    world: World, row: tuple[object, ...], words: str
) -> None:
    world.ingest(strength(world, "s.csv", {2: 95}), kind="strength")
    table = home_office(world, (*MARCH, "Male", "Sergeant", OFFICERS, 10, 10), row)
    with pytest.raises(BadInputError, match=words) as caught:
        workforce_history(world.workspace, ALL, home_office=table, made_at=MADE_AT)
    assert caught.value.fault.row == 2


def test_a_force_that_the_home_office_does_not_name_so_is_refused(world: World) -> None:
    world.ingest(strength(world, "s.csv", {2: 95}), kind="strength")
    table = home_office(world, ("2018-03-01", "Kent", "Male", "Constable", OFFICERS, 7, 7))
    with pytest.raises(BadInputError, match="No officers of 'Metropolitan Police'"):
        workforce_history(world.workspace, ALL, home_office=table, made_at=MADE_AT)


def test_s20_a_trend_has_each_month_with_nested_intervals_and_names_the_break(
    world: World,
) -> None:
    world.ingest(strength(world, "s.csv", {n: officers(n) for n in range(24)}), kind="strength")
    answer = workforce_trend(
        world.workspace, StrengthAsked(as_of=date(2019, 6, 30)), TREND, made_at=MADE_AT
    )
    result = answer.result
    assert (result.history_to, result.officers_now) == ("2019-06", officers(17))
    assert [m.month for m in result.months][::11] == ["2019-07", "2020-06"]
    for month in result.months:
        assert month.lo95 < month.lo80 < month.median < month.hi80 < month.hi95
    (programme,) = result.breaks
    assert (programme.name, programme.where) == ("Police Uplift Programme", ("window",))
    assert "no past foretells a programme" in answer.warnings[0].message
    assert "Joiners and leavers apart cannot be known from this data" in result.cannot_know


def test_a_trend_is_the_same_whenever_it_is_made(world: World) -> None:
    world.ingest(strength(world, "s.csv", {n: officers(n) for n in range(24)}), kind="strength")
    first = workforce_trend(world.workspace, ALL, TREND, made_at=MADE_AT)
    again = workforce_trend(world.workspace, ALL, TREND, made_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert (first.id, first.result) == (again.id, again.result)


def test_s20_a_gap_within_the_months_that_are_needed_is_refused_and_named(world: World) -> None:
    numbers: dict[int, int | str] = {n: officers(n) for n in range(24) if n != 15}
    world.ingest(strength(world, "s.csv", numbers), kind="strength")
    with pytest.raises(UnsupportedByDataError, match="no strength for 2019-04, after row 15 of"):
        workforce_trend(world.workspace, ALL, TREND, made_at=MADE_AT)


@pytest.mark.parametrize("months", [0, 61])
def test_a_trend_that_looks_too_far_is_refused(months: int) -> None:
    with pytest.raises(UsageError, match="from 1 to 60"):
        TrendAsked(months=months, method="damped_local_trend")


def test_s20_a_backtest_keeps_every_origin_of_every_way(world: World) -> None:
    world.ingest(strength(world, "s.csv", {n: officers(n) for n in range(48)}), kind="strength")
    answer = workforce_backtest(world.workspace, ALL, ahead=(12, 24), made_at=MADE_AT)
    rows = answer.result.rows
    assert {(r.ahead, r.origin) for r in rows} == {
        (12, "2018-12"),
        (12, "2019-12"),
        (12, "2020-12"),
        (24, "2018-12"),
        (24, "2019-12"),
    }
    assert len(rows) == 5 * 4
    assert [window.breaks for window in answer.result.windows] == ["all", "all"]
    assert all(each.breaks for each in rows)  # every window lies in the programme
    assert pq.read_table(answer.result.origins_path).num_rows == 20
