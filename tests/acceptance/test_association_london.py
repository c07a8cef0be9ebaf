"""The association report on London's real records, Census and deprivation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyogrio
import pytest
from pyarrow import parquet
from scipy.stats import pearsonr, spearmanr

from rightplace.app.areas import define_area, find_area
from rightplace.app.association.use_case import AssociationOptions, association
from rightplace.app.evidence import Question
from rightplace.app.forecast.use_case import ForecastOptions, forecast
from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.places import AreaSettings, Unit
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.association.result import AssociationResult

pytestmark = [needs_shared, pytest.mark.large]

GEOGRAPHY = SHARED / "london/geography"
CENSUS = GEOGRAPHY / "census_2011_2021_ethnic_group_lsoa_london.xlsx"
RECORDS = SHARED / "london/police_uk/london_wards_street_2016-01_2018-06.parquet"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Answer[AssociationResult]]:
    root: Path = tmp_path_factory.mktemp("london-association")
    workspace = Workspace(root=root)
    ingest(workspace, [RECORDS], kind="crimes")
    outlines = GEOGRAPHY / "LSOA_2011_London_gen_MHW_shapefile.zip"
    define_area(workspace, outlines, AreaSettings(unit=Unit.LSOA, name="London"))
    question = Question(as_of=date(2018, 5, 31))
    made = forecast(workspace, question, days=7, made_at=NOON, options=ForecastOptions())
    options = AssociationOptions(
        census=CENSUS, deprivation=GEOGRAPHY / "imd_2019_london_lsoa21.parquet"
    )
    forecast_id = made.result.forecast_id
    return workspace, association(workspace, forecast_id, options, made_at=NOON)


def test_cells_of_another_census_are_counted_and_none_is_lost(
    report: tuple[Workspace, Answer[AssociationResult]],
) -> None:
    workspace, answer = report
    result = answer.result
    assert result.census_sheet == "2021"
    left_out = result.cells_without_composition + result.cells_without_forecast
    assert result.cells + left_out == find_area(workspace, None).n_cells == 4_835
    # LSOAs of 2011 whose code is not among those of 2021, read off the published look-up.
    path = GEOGRAPHY / "london_oa21_lsoa21_lsoa11_msoa_ward24_lad_lookup.parquet"
    gone = duckdb.sql(
        f"SELECT DISTINCT LSOA11CD::VARCHAR FROM '{path}' "  # noqa: S608 - our own path
        f"WHERE LSOA11CD NOT IN (SELECT LSOA21CD FROM '{path}')"
    ).fetchall()
    cells = parquet.read_table(workspace.runs / result.forecast_id / "cells.parquet").to_pylist()
    forecast = {row["cell_id"] for row in cells if not row["masked"]}
    assert result.cells_without_composition == sum(code in forecast for (code,) in gone)
    assert result.cells_without_deprivation == 0
    assert "composition-unmatched" in {notice.code for notice in answer.warnings}


def test_correlations_are_those_of_another_library_on_the_published_table(
    report: tuple[Workspace, Answer[AssociationResult]],
) -> None:
    workspace, answer = report
    result = answer.result
    cells = parquet.read_table(workspace.runs / result.forecast_id / "cells.parquet").to_pylist()
    expected = {r["cell_id"]: r["expected_count"] for r in cells if not r["masked"]}

    _, table = pyogrio.read_arrow(CENSUS, layer="2021", read_geometry=False)
    share, rate = [], []
    for row in table.to_pylist():
        if row["LSOA code"] in expected:
            residents = float(row["All usual residents"])
            black = sum(float(row[f"Black {w}"]) for w in ("African", "Caribbean", "Other"))
            share.append(black / residents)
            rate.append(expected[row["LSOA code"]] / residents)
    assert len(share) == result.cells
    ours = next(
        row for row in result.associations if (row.group, row.per) == ("Black (all)", "resident")
    )
    assert ours.spearman == pytest.approx(spearmanr(share, rate).statistic)
    assert ours.pearson == pytest.approx(pearsonr(share, rate).statistic)


def test_intervals_hold_their_numbers_and_every_tenth_is_shown(
    report: tuple[Workspace, Answer[AssociationResult]],
) -> None:
    result = report[1].result
    for row in result.associations:
        assert row.spearman is not None
        assert row.spearman_lo95 is not None
        assert row.spearman_hi95 is not None
        assert -1 <= row.spearman_lo95 < row.spearman < row.spearman_hi95 <= 1
    by = {row.by for row in result.tenths}
    assert by == {f"{g} (all)" for g in ("White", "Mixed", "Asian", "Black", "Other")} | {
        "deprivation"
    }
    for name in by:
        rows = [row for row in result.tenths if row.by == name]
        assert [row.tenth for row in rows] == list(range(1, 11))
        assert sum(row.cells for row in rows) == result.cells
        sizes = [row.cells for row in rows]
        assert max(sizes) - min(sizes) <= 1
        observed = np.array([row.observed for row in rows], dtype=float)
        expected = np.array([row.expected for row in rows])
        ratios = np.array([row.ratio for row in rows], dtype=float)
        beside = np.array([row.beside_all for row in rows], dtype=float)
        np.testing.assert_allclose(ratios, observed / expected)
        level = observed.sum() / expected.sum()
        np.testing.assert_allclose(beside, observed / expected / level)


def test_the_shipped_method_is_about_as_right_for_every_kind_of_place(
    report: tuple[Workspace, Answer[AssociationResult]],
) -> None:
    # No tenth's records are further than a tenth from what all cells' level would make of them.
    beside = [row.beside_all for row in report[1].result.tenths]
    assert all(value is not None and 0.9 < value < 1.1 for value in beside)
