"""The backtest as a use case: origins as asked, settings in force, masks kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

from rightplace.app.backtest.use_case import BacktestOptions, backtest, origin_days
from rightplace.app.evidence import Question
from rightplace.app.workspace import Workspace
from rightplace.errors import StaleDataError, UnsupportedByDataError, UsageError
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, TIMED_AS_OF, extract, publish

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.backtest.result import BacktestResult

METHODS = ("last_12_months", "uniform")


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("monthly")
    return kept(folder / "workspace", publish(folder / "files"), AS_OF)


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("timed")
    return kept(folder / "workspace", extract(folder / "files"), TIMED_AS_OF)


def scored(
    workspace: Workspace, *origins: date, as_of: date, methods: tuple[str, ...] = METHODS
) -> Answer[BacktestResult]:
    options = BacktestOptions(methods=methods, origins=origins, shares=(0.25,))
    return backtest(workspace, Question(as_of=as_of), options, made_at=NOON)


def codes(answer: Answer[BacktestResult]) -> set[str]:
    return {notice.code for notice in answer.warnings}


def test_weeks_start_on_the_origins_whatever_day_they_are(timed: Kept) -> None:
    # Wednesdays, where the records end on a Thursday.
    origins = origin_days(date(2018, 6, 6), date(2018, 6, 27), step_days=7)
    answer = scored(timed.workspace, *origins, as_of=TIMED_AS_OF)
    assert answer.result.origins == tuple(map(str, origins))
    assert "origins-moved" not in codes(answer)


def test_an_origin_within_a_week_is_moved_to_its_start_and_said_so(timed: Kept) -> None:
    last = date(2018, 6, 27)
    answer = scored(timed.workspace, last - timedelta(days=10), last, as_of=TIMED_AS_OF)
    assert answer.result.origins == ("2018-06-13", "2018-06-27")
    assert "origins-moved" in codes(answer)


def test_months_are_forecast_whole(monthly: Kept) -> None:
    answer = scored(monthly.workspace, date(2018, 5, 1), date(2018, 6, 1), as_of=AS_OF)
    assert answer.result.origins == ("2018-05-01", "2018-06-01")
    rows = parquet.read_table(answer.result.origins_path).to_pylist()
    assert {str(row["period_end"]) for row in rows} == {"2018-06-01", "2018-07-01"}
    assert {row["n_cells"] for row in rows} == {11}
    assert "no-data" in codes(answer)


def test_events_of_an_origin_are_those_of_its_month(monthly: Kept) -> None:
    answer = scored(monthly.workspace, date(2018, 6, 1), as_of=AS_OF)
    rows = parquet.read_table(answer.result.origins_path).to_pylist()
    june = sum(row["last_28_days"] or 0 for row in monthly.made.tables["cells"].to_pylist())
    assert {row["events"] for row in rows} == {june}


def test_the_setting_of_publication_is_in_force_here_too(monthly: Kept, tmp_path: Path) -> None:
    # Enfield's border street has a record each January: one of three cells.
    config = tmp_path / "rightplace.toml"
    config.write_text("[forecast]\npublished_cells_share = 0.3\n", encoding="utf-8")
    loose = Workspace(root=monthly.workspace.root, config=config)
    january, as_of = date(2018, 1, 1), date(2018, 1, 31)
    for workspace, cells in ((monthly.workspace, 11), (loose, 14)):
        answer = scored(workspace, january, as_of=as_of, methods=("counts_2y", "uniform"))
        rows = parquet.read_table(answer.result.origins_path).to_pylist()
        assert {row["n_cells"] for row in rows} == {cells}


def test_the_first_period_has_nothing_before_it(monthly: Kept) -> None:
    with pytest.raises(UsageError, match="after the first period"):
        scored(monthly.workspace, date(2016, 1, 1), as_of=AS_OF)


def test_every_table_lies_where_the_result_says(monthly: Kept) -> None:
    origins = tuple(date(2018, month, 1) for month in range(1, 7))
    found = scored(monthly.workspace, *origins, as_of=AS_OF).result
    tables = {
        name: parquet.read_table(getattr(found, f"{name}_path"))
        for name in ("origins", "deciles", "curves", "pit", "intervals")
    }
    methods = list(found.methods)
    for table in tables.values():
        assert sorted(set(table["method"].to_pylist())) == sorted(methods)
    assert set(tables["curves"]["by"].to_pylist()) == {"cells"}  # squares of one size
    units = set(tables["intervals"]["units"].to_pylist())
    assert "groups" in units  # the study area names boroughs


def test_the_reference_is_chosen_on_the_year_before_the_first_origin(monthly: Kept) -> None:
    found = scored(monthly.workspace, date(2018, 5, 1), date(2018, 6, 1), as_of=AS_OF).result
    assert found.reference is not None
    assert found.reference.how == "chosen"
    assert (found.reference.chosen_from, found.reference.chosen_to) == ("2017-05-01", "2018-04-01")
    assert list(found.methods)[:2] == list(METHODS)
    assert found.reference.method in found.methods
    assert {each.method for each in found.judgements} == set(found.methods) - {
        found.reference.method
    }
    assert "cannot be told from" in found.verdict  # two months are too few


def test_no_reference_where_too_little_lies_before_and_the_user_is_told(monthly: Kept) -> None:
    answer = scored(monthly.workspace, date(2016, 6, 1), as_of=AS_OF)
    assert answer.result.reference is None
    assert "no-reference" in codes(answer)


def test_months_that_were_not_published_are_left_out_and_named(monthly: Kept) -> None:
    answer = scored(monthly.workspace, date(2017, 1, 1), date(2017, 2, 1), as_of=AS_OF)
    assert answer.result.origins == ("2017-01-01",)
    said = {notice.code: notice.message for notice in answer.warnings}
    assert said["origins-not-published"].endswith("month from 2017-02-01; left out.")
    with pytest.raises(UnsupportedByDataError, match="Nothing was published"):
        scored(monthly.workspace, date(2017, 2, 1), as_of=AS_OF)


def test_origins_in_one_month_count_once_and_the_user_is_told(monthly: Kept) -> None:
    answer = scored(monthly.workspace, date(2018, 6, 1), date(2018, 6, 1), as_of=AS_OF)
    assert answer.result.origins == ("2018-06-01",)
    assert "origins-joined" in codes(answer)


def test_origins_beyond_the_records_and_a_far_as_of_are_refused(monthly: Kept) -> None:
    with pytest.raises(UsageError, match="Origins must lie"):
        scored(monthly.workspace, date(2018, 6, 1), date(2018, 8, 1), as_of=AS_OF)
    with pytest.raises(StaleDataError, match="01 January 2030"):
        scored(monthly.workspace, date(2018, 6, 1), as_of=date(2030, 1, 1))


def test_unknown_methods_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    empty = Workspace(root=tmp_path)
    with pytest.raises(UsageError, match=r"'unform'.*'kernal'"):
        scored(empty, date(2018, 6, 1), as_of=AS_OF, methods=("unform", "kernal"))


def test_a_dry_run_keeps_no_backtest(monthly: Kept) -> None:
    before = set(monthly.workspace.runs.iterdir())
    options = BacktestOptions(
        methods=METHODS, origins=(date(2018, 4, 1),), shares=(0.25,), seed=11, dry_run=True
    )
    answer = backtest(monthly.workspace, Question(as_of=AS_OF), options, made_at=NOON)
    assert set(monthly.workspace.runs.iterdir()) == before
    again = replace(options, dry_run=False)
    kept_answer = backtest(monthly.workspace, Question(as_of=AS_OF), again, made_at=NOON)
    assert kept_answer.id == answer.id
    assert kept_answer.result == answer.result
    assert len(set(monthly.workspace.runs.iterdir()) - before) == 1
