"""A forecast as arrays, and as the table that is kept: nothing is read or written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.app.forecast.day_calendar import DayCalendar
from rightplace.app.forecast.day_parts import day_parts

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.app.answer import Notice
    from rightplace.app.evidence import Evidence
    from rightplace.app.forecast.shares import ForecastShares
    from rightplace.core.time import Slot
    from rightplace.forecast.distribution import ForecastDistribution, Noise
    from rightplace.forecast.drivers import Drivers
    from rightplace.forecast.model import Forecaster
    from rightplace.places.study_area import StudyArea

LEVELS = (0.5, 0.8, 0.95)
# A cell's harm per record leans on the area's mean with the weight of so many records.
HARM_PRIOR_RECORDS = 20.0
PERIOD_DAYS = {"month": 365.25 / 12, "week": 7.0, "day": 1.0}
NO_KINDS = DayCalendar()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Foretold:
    """A forecast as arrays, before it is written.

    Parameters
    ----------
    expected
        Shape (n_cells, n_slots). NaN where there is no data.
    harm_each
        Shape (n_cells,). Expected harm per record.
    noise, slot_noise
        Of the whole period's counts, and of those of one slot.
    notices
        What a user should know of the coming days.
    shares
        What the forecast rests on; None for methods that do not weigh their past.
    """

    evidence: Evidence
    slots: tuple[Slot, ...]
    expected: NDArray[np.float64]
    harm_each: NDArray[np.float64]
    noise: Noise
    slot_noise: Noise
    drivers: Drivers
    method: str
    notices: tuple[Notice, ...] = ()
    shares: ForecastShares | None = None

    @property
    def total(self) -> NDArray[np.float64]:
        """Shape (n_cells,). Expected counts over the whole period."""
        return np.asarray(self.expected.sum(axis=1))

    def distribution(self, mean: NDArray[np.float64]) -> ForecastDistribution:
        """Return the distribution of the whole period's counts with these means."""
        from rightplace.forecast.distribution import ForecastDistribution

        return ForecastDistribution(mean=mean, noise=self.noise)

    def slot_distribution(self) -> ForecastDistribution:
        """Return the distribution of counts in each cell and slot, cell by cell."""
        from rightplace.forecast.distribution import ForecastDistribution

        return ForecastDistribution(mean=self.expected.reshape(-1), noise=self.slot_noise)


def harm_per_record(evidence: Evidence) -> NDArray[np.float64]:
    """Return expected harm per record in each cell, leaning on the area's mean, (n_cells,)."""
    records = evidence.history.events.sum(axis=1)
    harm = evidence.harm.sum(axis=1)
    mean = harm.sum() / records.sum()
    prior = HARM_PRIOR_RECORDS
    return np.asarray((harm + prior * mean) / (records + prior))


def whole_slot(area: StudyArea, first: date, days: int) -> Slot:
    """Return the whole period as one slot of no shift."""
    from rightplace.core.time import Slot

    clock = area.clock
    return Slot(
        policing_day=first,
        shift="all",
        start=clock.day_start(first),
        end=clock.day_start(first + timedelta(days=days)),
    )


def foretell(
    evidence: Evidence, *, method: str, days: int, calendar: DayCalendar = NO_KINDS
) -> Foretold:
    """Return the forecast of so many policing days after the as-of day.

    Where records give their day, the method's daily rate is multiplied by how many mean days the
    coming ones are worth in each cell, by weekday, kind of day and elapsed hours; slots sum to
    that. An ordinary week keeps what the method expects of it.

    Parameters
    ----------
    evidence
        What it rests on.
    method
        Name and settings of a method.
    days
        Days ahead, 1 or more.
    calendar
        Kinds of day that have a factor of their own.
    """
    from rightplace.app.forecast.shares import forecast_shares
    from rightplace.forecast import drivers_of, forecast_noise

    history = evidence.history
    model = _learned(evidence, method=method, days=days)
    noise = forecast_noise(history, method)
    parts = None
    worth: float | NDArray[np.float64] = float(days)
    if history.kind == "month":
        noise = slot_noise = noise.within(min(1.0, period_share(evidence, days)))
    else:
        parts = day_parts(evidence, days=days, calendar=calendar)
        noise, slot_noise = parts.noise(noise)
        worth = parts.days_alike
    drivers = drivers_of(model, history, exposure_days=worth)
    return Foretold(
        evidence=evidence,
        slots=_slots(evidence, days),
        expected=drivers.expected[:, None] if parts is None else parts.spread(drivers.expected),
        harm_each=harm_per_record(evidence),
        noise=noise,
        slot_noise=slot_noise,
        drivers=drivers,
        method=method,
        notices=(*(() if parts is None else parts.notices()), *_shares_notice(drivers)),
        shares=forecast_shares(model, history),
    )


def _learned(evidence: Evidence, *, method: str, days: int) -> Forecaster:
    """Return a fitted method that knows which days it is to forecast.

    The newest records may be months older: the season is that of the days, not of what follows
    the records.
    """
    from rightplace.forecast import forecaster
    from rightplace.forecast.model import Dated

    model = forecaster(method).fit(evidence.history)
    if not isinstance(model, Dated):
        return model
    first = np.datetime64(evidence.question.as_of, "D") + 1
    return model.on_days(first + np.arange(days))


def _shares_notice(drivers: Drivers) -> tuple[Notice, ...]:
    """Return what must be said where a forecast cannot be shown as shares."""
    if drivers.shares_unavailable is None:
        return ()
    from rightplace.app.answer import Notice

    return (Notice(code="shares-unavailable", message=drivers.shares_unavailable),)


def _slots(evidence: Evidence, days: int) -> tuple[Slot, ...]:
    """Return the coming slots by the grain asked for."""
    first, area = evidence.question.as_of + timedelta(days=1), evidence.area
    if evidence.grain == "shift":
        return tuple(area.clock.slots(first, days))
    if evidence.grain == "day":
        return tuple(whole_slot(area, first + timedelta(days=i), 1) for i in range(days))
    return (whole_slot(area, first, days),)


def period_share(evidence: Evidence, days: int) -> float:
    """Return the days ahead as a share of the periods from which noise is learned."""
    return days / PERIOD_DAYS[evidence.history.kind]


def cells_table(foretold: Foretold) -> pa.Table:
    """Return the forecast as a table, one row per cell and slot, in that order."""
    n_cells, n_slots = foretold.expected.shape
    distribution = foretold.slot_distribution()
    mean = distribution.mean
    columns: dict[str, Any] = {
        "cell_id": _repeated(foretold.evidence.area.cells["cell_id"], n_slots),
        "slot_start": pa.array(
            [s.start for s in foretold.slots] * n_cells, pa.timestamp("us", "UTC")
        ),
        "slot_end": pa.array([s.end for s in foretold.slots] * n_cells, pa.timestamp("us", "UTC")),
        "expected_count": _numbers(mean),
        "expected_harm": _numbers(mean * np.repeat(foretold.harm_each, n_slots)),
    }
    for level in LEVELS:
        low, high = distribution.interval(level)
        columns[f"lo{level * 100:.0f}"], columns[f"hi{level * 100:.0f}"] = map(
            _numbers, (low, high)
        )
    return pa.table(columns | _driver_columns(foretold, n_slots))


def _repeated(column: pa.ChunkedArray, times: int) -> pa.Array:
    values = column.combine_chunks().dictionary_encode()
    rows = np.repeat(np.arange(len(column)), times)
    return values.take(pa.array(rows))


def _numbers(values: NDArray[np.float64]) -> pa.Array:
    """Return numbers with null where there is no data."""
    return pa.array(values, mask=~np.isfinite(values))


def _driver_columns(foretold: Foretold, n_slots: int) -> dict[str, pa.Array]:
    drivers = foretold.drivers
    known = np.isfinite(drivers.expected)
    sentences = [
        drivers.sentences(cell) if known[cell] else (None, None, None) for cell in range(known.size)
    ]
    columns: dict[str, pa.Array] = {
        f"driver_{i + 1}": _repeated(
            pa.chunked_array([pa.array([s[i] for s in sentences], pa.string())]), n_slots
        )
        for i in range(3)
    }
    for name in (
        "last_12_months last_28_days rank rank_without_last_12_months rank_without_recent "
        "rank_without_area_rate"
    ).split():
        values = np.repeat(getattr(drivers, name), n_slots)
        columns[name] = pa.array(values, pa.int64(), mask=np.repeat(~known, n_slots))
    columns["recent_label"] = pa.array(
        [drivers.recent_label] * (known.size * n_slots)
    ).dictionary_encode()
    columns["area_rate"] = pa.array(np.full(known.size * n_slots, drivers.area_rate))
    columns["masked"] = pa.array(np.repeat(~known, n_slots))
    return columns


def masked_boroughs(area: StudyArea, known: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the boroughs without data in any of their cells."""
    boroughs = np.array([b or "" for b in area.cells["borough"].to_pylist()])
    return tuple(
        str(name) for name in np.unique(boroughs) if name and not known[boroughs == name].any()
    )
