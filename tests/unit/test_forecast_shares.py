"""What a forecast rests on: shares that sum to 1, with intervals, of the area and of each cell."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from rightplace.app.forecast.shares import forecast_shares, shares_table
from rightplace.forecast import History, forecaster

CELLS, WEEKS = 12, 130


@pytest.fixture(scope="module")
def history() -> History:
    rng = np.random.default_rng(5)
    rates = np.linspace(0.2, 4.0, CELLS)[:, None]
    observed = np.ones((CELLS, WEEKS), dtype=bool)
    observed[0] = False
    return History(
        events=rng.poisson(rates, (CELLS, WEEKS)),
        exposure=np.full(WEEKS, 7.0),
        observed=observed,
        period_ends=np.datetime64("2019-01-07") + 7 * np.arange(WEEKS),
        kind="week",
        area_km2=np.ones(CELLS),
        xy=np.column_stack([np.arange(CELLS) * 250.0, np.zeros(CELLS)]),
    )


def test_shares_sum_to_1_and_lie_in_their_intervals(history: History) -> None:
    shares = forecast_shares(forecaster("additive_memory").fit(history), history)
    assert shares is not None
    assert sum(each.share for each in shares.area) == pytest.approx(1)
    assert [each.of for each in shares.area][-2:] == ["neighbours", "area"]
    assert all(0 <= each.lo80 <= each.share <= each.hi80 <= 1 for each in shares.area)
    assert any(each.lo80 < each.share < each.hi80 for each in shares.area)


def test_the_area_rests_on_what_its_cells_rest_on(history: History) -> None:
    model = forecaster("additive_memory").fit(history)
    shares = forecast_shares(model, history)
    assert shares is not None
    known = history.observed.any(axis=1)
    expected = model.predict(7.0)[known]
    together = expected @ shares.cells.share[known] / expected.sum()
    assert together == pytest.approx([each.share for each in shares.area])


def test_a_cell_without_data_has_no_shares(history: History) -> None:
    shares = forecast_shares(forecaster("additive_memory").fit(history), history)
    assert shares is not None
    table = shares_table(shares, pa.chunked_array([[f"c{i}" for i in range(CELLS)]]))
    rows = table.to_pylist()
    assert rows[0]["cell_id"] == "c0"
    assert {value for name, value in rows[0].items() if name != "cell_id"} == {None}
    names = ("last_month", "last_year", "long_past", "neighbours", "area")
    assert sum(rows[5][name] for name in names) == pytest.approx(1)
    assert all(rows[5][f"{name}_lo80"] <= rows[5][f"{name}_hi80"] for name in names)


@pytest.mark.parametrize("method", ["fading", "uniform", "kernel@bandwidth_m=250"])
def test_methods_that_do_not_weigh_their_past_have_none(history: History, method: str) -> None:
    assert forecast_shares(forecaster(method).fit(history), history) is None
