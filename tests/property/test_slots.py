"""Slots: the sparse table says the same as the dense one that defines it, and what must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.forecast.shifts.days import DayTable
from rightplace.forecast.shifts.slot_factors import fit_factors
from rightplace.forecast.shifts.slots import SlotForecaster, SlotHistory

if TYPE_CHECKING:
    from numpy.typing import NDArray


@st.composite
def histories(draw: st.DrawFn) -> SlotHistory:
    """Return a few cells, weeks and shifts, with gaps, kinds of day and clock changes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_cells, n_days = draw(st.integers(1, 4)), draw(st.integers(1, 60))
    shifts, kinds = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    start, n_events = draw(st.integers(0, 6)), draw(st.integers(0, 80))
    hours = np.full((n_days, shifts), 24 / shifts)
    hours[rng.random(n_days) < 0.1, -1] += 1
    span = np.sort(rng.integers(0, 4, n_days))
    observed = rng.random((n_cells, 4)) < 0.8
    observed[0, span[0]] = True
    return SlotHistory(
        cell=rng.integers(0, n_cells, n_events),
        day=rng.integers(0, n_days, n_events),
        shift=rng.integers(0, shifts, n_events),
        n=rng.integers(0, 4, n_events),
        days=DayTable(
            weekdays=(start + np.arange(n_days)) % 7,
            hours=hours,
            kinds=rng.random((n_days, kinds)) < 0.2,
            kind_names=tuple("ab"[:kinds]),
        ),
        observed=observed,
        span=span,
    )


def coming(history: SlotHistory, n_days: int) -> DayTable:
    """Return so many days after a history, the first of them of every kind."""
    days = history.days
    kinds = np.zeros((n_days, len(days.kind_names)), dtype=bool)
    kinds[0] = True
    return DayTable(
        weekdays=(days.weekdays[-1] + 1 + np.arange(n_days)) % 7,
        hours=np.full((n_days, days.n_shifts), 24 / days.n_shifts),
        kinds=kinds,
        kind_names=days.kind_names,
    )


def dense_forecast(history: SlotHistory, ahead: DayTable) -> NDArray[np.float64]:
    """Return what ``SlotForecaster.predict`` is defined to be, cell by cell on a dense table."""
    days, (n_cells, n_days) = history.days, (history.n_cells, history.days.n_days)
    table = np.zeros((n_cells, n_days, days.n_shifts))
    for cell, day, shift, n in zip(
        history.cell, history.day, history.shift, history.n, strict=True
    ):
        table[cell, day, shift] += n
    seen = np.array([[history.observed[i, s] for s in history.span] for i in range(n_cells)])
    table *= seen[:, :, None]
    fade = np.array([2 ** (-(n_days - 1 - day) / 7 / 104) for day in range(n_days)])
    factors = fit_factors(
        table.sum(axis=0), days, weight=fade * seen.any(axis=0), prior_events=20.0
    )
    area, ordinary = factors.of(days), factors.weekday[days.weekdays]
    usual = np.median(days.hours, axis=0)
    found = np.full((n_cells, ahead.n_days, days.n_shifts), np.nan)
    for i in range(n_cells):
        weight = fade * seen[i]
        if not weight.any():
            continue
        rate = (weight[:, None] * table[i]).sum()
        rate /= (weight[:, None] * days.hours).sum() / usual.sum()
        exposed = weight[:, None] * days.hours * area
        mix = cell_mix(weight[:, None] * table[i], exposed, weekend=days.weekdays >= 5)
        by_day = exposed * mix[days.weekend]
        plain = weight[:, None] * days.hours * ordinary * mix[days.weekend]
        week = [(usual * factors.weekday[d] * mix[int(d >= 5)]).sum() for d in range(7)]
        mean_day = sum(week) / 7 * by_day.sum() / plain.sum()
        busy = ahead.hours * factors.of(ahead) * mix[ahead.weekend]
        found[i] = rate * busy / mean_day
    return found


def cell_mix(
    counted: NDArray[np.float64], exposed: NDArray[np.float64], *, weekend: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the factors of one cell by part of the week and shift, as they are defined."""
    mix = np.ones((2, counted.shape[1]))
    expected = counted.sum() * exposed / exposed.sum()
    for shift in range(counted.shape[1]):
        by_shift = (10 + counted[:, shift].sum()) / (10 + expected[:, shift].sum())
        for part in (0, 1):
            rows = weekend == bool(part)
            came, would = counted[rows, shift].sum(), by_shift * expected[rows, shift].sum()
            mix[part, shift] = by_shift * (20 + came) / (20 + would)
    return mix


@given(history=histories(), n_days=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_the_sparse_table_forecasts_what_the_dense_one_defines(
    history: SlotHistory, n_days: int
) -> None:
    ahead = coming(history, n_days)
    found = SlotForecaster().fit(history).predict(ahead)
    np.testing.assert_allclose(found, dense_forecast(history, ahead), rtol=1e-7, atol=1e-12)


@given(history=histories(), n_days=st.integers(1, 9), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_slots_sum_to_what_is_split_and_the_order_of_events_does_not_matter(
    history: SlotHistory, n_days: int, seed: int
) -> None:
    ahead, rng = coming(history, n_days), np.random.default_rng(seed)
    expected = rng.gamma(0.5, 1.0, history.n_cells)
    model = SlotForecaster().fit(history)
    slots = model.split(expected, ahead)
    np.testing.assert_allclose(slots.sum(axis=(1, 2)), expected, rtol=1e-12)
    assert (slots >= 0).all()
    order = rng.permutation(history.n.size)
    shuffled = SlotHistory(
        cell=history.cell[order],
        day=history.day[order],
        shift=history.shift[order],
        n=history.n[order],
        days=history.days,
        observed=history.observed,
        span=history.span,
    )
    again = SlotForecaster().fit(shuffled).split(expected, ahead)
    np.testing.assert_allclose(again, slots, rtol=1e-12)
