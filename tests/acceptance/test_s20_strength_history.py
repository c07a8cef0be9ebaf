"""S20 on the published strength of the Metropolitan Police, against sums by other means."""

from __future__ import annotations

import csv
import gzip
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import beta, t

from rightplace.app.workforce.history import HomeOfficeTable, workforce_history
from rightplace.app.workforce.strength import StrengthAsked
from rightplace.app.workforce.trend_backtest import workforce_backtest
from tests.paths import SHARED, needs_shared
from tests.small_files import World

if TYPE_CHECKING:
    from rightplace.app.workforce.history_result import HistoryResult
    from rightplace.app.workforce.trend_result import StrengthBacktestResult

pytestmark = [needs_shared]
MONTHLY = SHARED / "london" / "datastore" / "Police_Force_Strength_2013-05_2026-03.csv"
HOME_OFFICE = SHARED / "london" / "home_office" / "lesscrime_police-uplift-2022-data.csv.gz"
MADE_AT = datetime(2026, 4, 20, 9, tzinfo=UTC)
ALL = StrengthAsked()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("strength"))
    assert made.ingest(MONTHLY, kind="strength").exit_code == 0
    return made


@pytest.fixture(scope="module")
def history(world: World) -> HistoryResult:
    table = HomeOfficeTable(path=HOME_OFFICE, force="Metropolitan Police")
    return workforce_history(world.workspace, ALL, home_office=table, made_at=MADE_AT).result


@pytest.fixture(scope="module")
def backtest(world: World) -> StrengthBacktestResult:
    return workforce_backtest(world.workspace, ALL, ahead=(12, 24), made_at=MADE_AT).result


def published() -> list[int]:
    with MONTHLY.open(encoding="utf-8") as file:
        return [int(row["Police Officer Strength"]) for row in csv.DictReader(file)]


def test_s20_start_and_net_changes_give_every_month_of_thirteen_years(
    history: HistoryResult,
) -> None:
    assert (len(history.months), history.gaps, history.set_aside) == (155, (), 0)
    assert (history.first_month, history.last_month) == ("2013-05", "2026-03")
    standing = history.months[0].officers
    for month, said in zip(history.months[1:], published()[1:], strict=True):
        assert month.net_change is not None
        standing += month.net_change
        assert standing == month.officers == said
    (programme,) = history.breaks
    assert (programme.first, programme.last) == ("2019-07", "2023-03")
    assert "Joiners and leavers apart cannot be known" in history.cannot_know


def test_s20_heads_beside_full_time_equivalents_of_sixteen_years(history: HistoryResult) -> None:
    heads, full_time = dict.fromkeys(range(2007, 2023), 0), dict.fromkeys(range(2007, 2023), 0.0)
    with gzip.open(HOME_OFFICE, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["geo_code"] == "E23000001" and row["worker_type"] == "police officer":
                heads[int(row["date"][:4])] += int(row["total_headcount"])
                full_time[int(row["date"][:4])] += float(row["total_fte"])
    found = {int(each.month[:4]): each for each in history.home_office}
    assert {year: each.headcount for year, each in found.items()} == heads
    assert {year: each.fte for year, each in found.items()} == pytest.approx(full_time)
    march_2019 = found[2019]
    assert (march_2019.headcount, march_2019.officers) == (31_063, 29_978)
    assert march_2019.above_headcount == -1_085
    assert march_2019.above_fte == pytest.approx(-457.49)
    assert "768 to 1,104 below the Home Office's headcount" in history.what_is_counted


def test_s20_every_origin_of_the_random_walk_is_as_written_out(
    backtest: StrengthBacktestResult,
) -> None:
    series = np.array(published(), dtype=float)
    rows = [r for r in backtest.rows if r.method == "random_walk_with_drift" and r.ahead == 12]
    assert len(rows) == 12
    for place, row in zip(range(10, 143, 12), rows, strict=True):
        changes = np.diff(series[: place + 1])
        n = changes.size
        centre = series[place] + 12 * changes.mean()
        reach = t.ppf(0.9, n - 1) * changes.std(ddof=1) * math.sqrt(12 + 144 / n)
        assert (row.lo80, row.hi80) == pytest.approx((centre - reach, centre + reach))
        assert row.came == series[place + 12]


def test_s20_k_of_n_inside_80_percent_is_not_refuted_and_every_bad_row_is_shown(
    backtest: StrengthBacktestResult,
) -> None:
    for window in backtest.windows:
        if window.breaks != "all":
            continue
        trend = window.methods[0]
        rows = [r for r in backtest.rows if (r.ahead, r.method) == (window.ahead, trend.method)]
        k, n = sum(r.lo80 <= r.came <= r.hi80 for r in rows), len(rows)
        assert (trend.inside, trend.origins) == (k, n)
        assert trend.lo95 == pytest.approx(beta.ppf(0.025, k, n - k + 1))
        assert trend.hi95 == pytest.approx(beta.ppf(0.975, k + 1, n - k))
        assert trend.fails == (not trend.lo95 <= 0.8 <= trend.hi95)
        assert not trend.fails
        assert any(not r.inside for r in rows)
    assert [len([r for r in backtest.rows if r.ahead == m]) for m in (12, 24)] == [48, 44]


def test_s20_the_interval_score_is_lower_than_a_random_walks_and_its_interval_is_said(
    backtest: StrengthBacktestResult,
) -> None:
    for window in backtest.windows:
        trend, gap = window.methods[0], window.compared[0]
        baseline = next(m for m in window.methods if m.method == gap.against)
        assert gap.difference == pytest.approx(trend.interval_score - baseline.interval_score)
        assert gap.difference < 0
        assert gap.lo95 is not None
        assert gap.hi95 is not None
        assert (gap.verdict == "better") == (gap.hi95 < 0)
        if window.breaks == "all":
            said = next(v for v in backtest.verdicts if v.startswith(f"{window.ahead} months"))
            assert f"{gap.difference:+,.0f}" in said


def test_s20_the_recruitment_programme_is_named_where_a_window_crosses_it(
    backtest: StrengthBacktestResult,
) -> None:
    crossed = {r.origin for r in backtest.rows if r.breaks and r.ahead == 12}
    assert crossed == {"2019-03", "2020-03", "2021-03", "2022-03"}
    kinds = [(w.ahead, w.breaks, w.methods[0].origins) for w in backtest.windows]
    assert kinds == [
        (12, "all", 12),
        (12, "without", 8),
        (12, "with", 4),
        (24, "all", 11),
        (24, "without", 6),
        (24, "with", 5),
    ]
