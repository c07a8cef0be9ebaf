"""The association report: its numbers by hand, the tables it reads, what it never shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from pyarrow import parquet

from rightplace.app.association import use_case as module
from rightplace.app.association.composition import read_composition, read_deprivation
from rightplace.app.association.numbers import (
    Blocks,
    correlation,
    rank_correlation,
    ratio,
    ratio_beside,
    tenths,
)
from rightplace.app.association.result import AuditTenth
from rightplace.app.association.use_case import AssociationOptions, association, finding
from rightplace.app.evidence import Question
from rightplace.app.explain import explain
from rightplace.app.forecast.use_case import ForecastOptions, keep_forecast, make_forecast
from rightplace.cli.association import lines
from rightplace.cli.envelope import envelope
from rightplace.cli.schemas import verb_schema
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError
from tests.walks import Kept, kept
from tests.worlds import AS_OF, PLACES, Published, publish

if TYPE_CHECKING:
    from pathlib import Path

CELLS = ("E01000001", "E01000002", "E01000003")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ALL = np.ones(10, dtype=bool)


def blocks(n: int = 10) -> Blocks:
    """Return each cell as a block of its own."""
    return Blocks.of([f"borough {i:02d}" for i in range(n)], generator=np.random.default_rng(0))


def written(folder: Path, text: str, name: str = "census.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# Numbers


def test_pearson_and_spearman_are_as_by_hand() -> None:
    x = np.arange(10.0)
    y = x**3  # the same order, not a straight line
    spearman = rank_correlation(x, y, blocks=blocks(), cells=ALL)
    pearson = correlation(x, y, blocks=blocks(), cells=ALL)
    assert spearman is not None
    assert pearson is not None
    assert spearman.value == pytest.approx(1.0)
    assert pearson.value == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert pearson.lo95 is not None
    assert pearson.hi95 is not None
    assert pearson.lo95 < pearson.value < pearson.hi95 <= 1


def test_cells_left_out_move_no_correlation() -> None:
    x, y = np.arange(10.0), np.arange(10.0)[::-1].copy()
    some = ALL.copy()
    some[3] = False
    y[3] = np.nan
    found = correlation(x, y, blocks=blocks(), cells=some)
    assert found is not None
    assert found.value == pytest.approx(-1.0)


def test_what_does_not_vary_has_no_correlation() -> None:
    assert correlation(np.ones(10), np.arange(10.0), blocks=blocks(), cells=ALL) is None


def test_too_few_boroughs_give_a_number_and_no_interval() -> None:
    few = Blocks.of(["a"] * 5 + ["b"] * 5, generator=np.random.default_rng(0))
    found = ratio(np.full(10, 2.0), np.full(10, 4.0), blocks=few, cells=ALL)
    assert found is not None
    assert (found.value, found.lo95, found.hi95) == (0.5, None, None)


def test_cells_alike_within_a_borough_widen_the_interval() -> None:
    chance = np.random.default_rng(1)
    borough = np.repeat(np.arange(20), 50)
    above = chance.gamma(5.0, size=20)[borough]
    below = np.full(1000, 5.0)
    every = np.ones(1000, dtype=bool)
    names = [f"{b}" for b in borough]
    by_borough = Blocks.of(names, generator=np.random.default_rng(0))
    by_cell = Blocks.of([f"{i:04d}" for i in range(1000)], generator=np.random.default_rng(0))
    widths = []
    for each in (by_borough, by_cell):
        found = ratio(above, below, blocks=each, cells=every)
        assert found is not None
        assert found.lo95 is not None
        assert found.hi95 is not None
        widths.append(found.hi95 - found.lo95)
    assert widths[0] > 3 * widths[1]


def test_a_ratio_beside_all_takes_out_the_level_of_the_time() -> None:
    # Twice as much as expected everywhere, three times in the first five cells.
    expected = np.full(10, 10.0)
    observed = np.where(np.arange(10) < 5, 30.0, 10.0)
    first = np.arange(10) < 5
    found = ratio_beside(observed, expected, blocks=blocks(), cells=first, others=ALL)
    assert found is not None
    assert found.value == pytest.approx(1.5)
    alike = ratio_beside(2 * expected, expected, blocks=blocks(), cells=first, others=ALL)
    assert alike is not None
    assert (alike.value, alike.lo95, alike.hi95) == pytest.approx((1.0, 1.0, 1.0))


def test_a_ratio_of_nothing_is_none() -> None:
    zero = np.zeros(10)
    assert ratio(zero, zero, blocks=blocks(), cells=ALL) is None
    assert ratio_beside(zero, zero, blocks=blocks(), cells=ALL, others=ALL) is None


def test_tenths_are_equal_in_number_and_in_order() -> None:
    values = np.arange(25.0)[::-1]
    cells = values != 24.0
    groups = tenths(values, cells=cells)
    assert [int(group.sum()) for group in groups] == [3] * 4 + [2] * 6
    assert not any(group[0] for group in groups)
    assert values[groups[0]].tolist() == [2.0, 1.0, 0.0]


# Tables of the Census


def test_a_census_table_is_read_by_its_headings_and_broad_groups_are_summed(
    tmp_path: Path,
) -> None:
    text = (
        "Ethnic group by area,,,,\n\n"
        "LSOA code,local authority name,All usual residents,"
        "White British,White Irish,Black African\n"
        'E01000002,Camden,"1,000",500,100,400\n'
        "E01000001,Camden,200,100,0,100\n"
        "E01999999,Elsewhere,10,10,0,0\n"
    )
    found = read_composition(written(tmp_path, text), cell_ids=CELLS)
    assert found.groups == (
        "White (all)",
        "Black (all)",
        "White British",
        "White Irish",
        "Black African",
    )
    np.testing.assert_array_equal(found.residents, [200, 1000, np.nan])
    np.testing.assert_allclose(found.shares[:, 1], [0.6, 0.4, 0.5, 0.1, 0.4])
    assert np.isnan(found.shares[:, 2]).all()


def test_a_table_of_changes_is_no_table_of_residents(tmp_path: Path) -> None:
    text = "LSOA code,All usual residents,White,Black\nE01000001,8,-146,154\n"
    with pytest.raises(BadInputError, match="No sheet has codes"):
        read_composition(written(tmp_path, text), cell_ids=CELLS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "No sheet"),
        ("LSOA code,White\nE01000001,5\n", "No sheet"),
        ("LSOA code,All usual residents,White\nE09,5,5\n", "No sheet"),
        ("LSOA code,All usual residents\nE01000001,5\n", "No sheet"),
        (
            "LSOA code,Total,White,White British,White Irish\nE01000001,500,500,400,100\n",
            "do not add up",
        ),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        read_composition(written(tmp_path, text), cell_ids=CELLS)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    for name in ("census.xlsx", "census.parquet", "census.pdf"):
        with pytest.raises(BadInputError):
            read_composition(written(tmp_path, "no such thing", name), cell_ids=CELLS)
    with pytest.raises(NotHeldError):
        read_composition(tmp_path / "none.csv", cell_ids=CELLS)


@pytest.mark.parametrize(
    ("heading", "values", "order"),
    [
        ("IMD Score", ("10.5", "40", "3"), (1, 0, 2)),
        ("Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)", "312", (1, 2, 0)),
        ("IMD decile", "519", (1, 0, 2)),
    ],
)
def test_the_more_deprived_is_higher_whatever_is_published(
    tmp_path: Path, heading: str, values: tuple[str, ...], order: tuple[int, ...]
) -> None:
    rows = "".join(f"{cell},{value}\n" for cell, value in zip(CELLS, values, strict=True))
    path = written(tmp_path, f'LSOA code (2021),"{heading}"\n{rows}')
    found = read_deprivation(path, cell_ids=CELLS)
    assert tuple(np.argsort(-found)) == order


def test_a_table_without_the_index_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "LSOA code,Income Score\nE01000001,1\n")
    with pytest.raises(BadInputError, match="Index of Multiple Deprivation"):
        read_deprivation(path, cell_ids=CELLS)


# The report


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Kept, Published]:
    folder: Path = tmp_path_factory.mktemp("association")
    published = publish(folder / "files")
    return kept(folder / "workspace", published, AS_OF), published


def census(folder: Path, *, without: str = "") -> Path:
    rows = [
        f"{place.code},1000,{100 * (place.number % 8) + 50},{950 - 100 * (place.number % 8)}"
        for place in PLACES
        if place.code != without
    ]
    heads = "LSOA code,All usual residents,Green,Blue"
    return written(folder, "\n".join([heads, *rows]) + "\n")


def forecast_before_june(world: Kept) -> str:
    made = make_forecast(
        world.workspace,
        Question(as_of=date(2018, 5, 31)),
        days=7,
        made_at=NOON,
        options=ForecastOptions(),
    )
    keep_forecast(world.workspace, made)
    return made.record.id


def test_a_small_area_is_refused_since_tenths_would_tell_of_single_places(
    world: tuple[Kept, Published], tmp_path: Path
) -> None:
    made, _ = world
    options = AssociationOptions(census=census(tmp_path))
    with pytest.raises(UnsupportedByDataError, match="11 cells have a forecast") as refused:
        association(made.workspace, made.outlook.id, options, made_at=NOON)
    assert refused.value.exit_code == 21


def test_what_came_is_compared_by_whole_months_and_cells_left_out_are_said(
    world: tuple[Kept, Published], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEWEST_CELLS", 10)
    made, published = world
    forecast_id = forecast_before_june(made)
    options = AssociationOptions(census=census(tmp_path, without=PLACES[1].code))
    answer = association(made.workspace, forecast_id, options, made_at=NOON)
    result = answer.result
    # Eleven cells of sixteen have data; one of them is not in the Census file.
    assert (result.cells, result.cells_without_composition, result.cells_without_forecast) == (
        10,
        1,
        5,
    )
    assert {n.code for n in answer.warnings} == {"composition-unmatched", "no-data"}
    green = [row for row in result.tenths if row.by == "Green"]
    june = sum(
        published.violent[place.code, month]
        for place in PLACES
        for month in {m for _, m in published.violent}
        if str(month) == "2018-06" and place.code != PLACES[1].code
    )
    assert sum(row.observed or 0 for row in green) == june
    cells = parquet.read_table(made.workspace.runs / forecast_id / "cells.parquet").to_pylist()
    week = sum(
        row["expected_count"]
        for row in cells
        if row["expected_count"] is not None and row["cell_id"] != PLACES[1].code
    )
    assert sum(row.expected for row in green) == pytest.approx(week / 7 * 30)
    assert "2018-06-01 to 2018-06-30, the forecast's 7 days held" in result.compared


def test_before_the_time_is_on_file_there_are_associations_alone(
    world: tuple[Kept, Published], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEWEST_CELLS", 10)
    made, _ = world
    options = AssociationOptions(census=census(tmp_path))
    result = association(made.workspace, made.outlook.id, options, made_at=NOON).result
    assert "Nothing is on file yet for 2018-07-01" in result.compared
    assert all(row.observed is None and row.ratio is None for row in result.tenths)
    assert {(row.group, row.per) for row in result.associations} == {
        (group, per) for group in ("Green", "Blue") for per in ("resident", "km2")
    }
    assert "cannot be told" in result.finding


def test_the_report_says_that_association_is_no_cause_and_shows_no_single_cell(
    world: tuple[Kept, Published], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEWEST_CELLS", 10)
    made, _ = world
    options = AssociationOptions(census=census(tmp_path))
    answer = association(made.workspace, made.outlook.id, options, made_at=NOON)
    printed = " ".join(lines(answer.result))
    assert "An association is no cause" in printed
    assert "ask why" in printed
    folder = made.workspace.runs / answer.result.association_id
    kept_text = " ".join(path.read_text("utf-8") for path in folder.glob("*.json"))
    for name in ("associations", "tenths"):
        table = parquet.read_table(folder / f"{name}.parquet")
        assert "cell_id" not in table.column_names
        kept_text += str(table.to_pylist())
    assert not any(place.code in printed + kept_text for place in PLACES)


def test_the_same_files_give_the_same_run_and_it_can_be_explained(
    world: tuple[Kept, Published], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEWEST_CELLS", 10)
    made, _ = world
    options = AssociationOptions(census=census(tmp_path))
    first = association(made.workspace, made.outlook.id, options, made_at=NOON)
    again = association(
        made.workspace, made.outlook.id, replace(options, dry_run=True), made_at=NOON
    )
    assert first.result == again.result
    told = explain(made.workspace, first.result.association_id).result
    assert told.kind == "association"
    assert made.outlook.id in {each.source for each in told.inputs}


def test_what_the_verb_prints_keeps_to_its_schema(
    world: tuple[Kept, Published], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEWEST_CELLS", 10)
    made, _ = world
    options = AssociationOptions(census=census(tmp_path), dry_run=True)
    answer = association(made.workspace, made.outlook.id, options, made_at=NOON)
    validator = Draft202012Validator(verb_schema("association"))
    assert [error.message for error in validator.iter_errors(envelope(answer))] == []


def test_a_run_of_another_kind_is_refused(world: tuple[Kept, Published], tmp_path: Path) -> None:
    made, _ = world
    options = AssociationOptions(census=census(tmp_path))
    with pytest.raises(NotHeldError, match="is a plan, not a forecast"):
        association(made.workspace, made.plan.result.plan_id, options, made_at=NOON)


def test_the_finding_counts_tenths_whose_interval_leaves_out_1() -> None:
    ends = [(0.8, 0.9), (1.1, 1.3), (0.9, 1.1), (None, None)]
    rows = tuple(
        AuditTenth(
            by="Green",
            tenth=number,
            cells=30,
            residents=1.0,
            expected=1.0,
            expected_per_1000=1.0,
            observed=1,
            ratio=1.0,
            ratio_lo95=None,
            ratio_hi95=None,
            beside_all=1.0,
            beside_all_lo95=low,
            beside_all_hi95=high,
        )
        for number, (low, high) in enumerate(ends, start=1)
    )
    assert finding(rows).startswith("Beside all cells, 1 of 3 tenths had fewer")
    assert "and 1 had more" in finding(rows)
