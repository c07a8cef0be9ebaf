"""Use case: expected recorded violence by place and time, with intervals and reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.app.answer import Answer, Notice
from rightplace.app.forecast_settings import ForecastSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.app.evidence import Evidence, Question
    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Slot
    from rightplace.crime.harm import HarmIndex
    from rightplace.forecast.distribution import ForecastDistribution, Noise
    from rightplace.forecast.drivers import Drivers
    from rightplace.places.study_area import StudyArea

LEVELS = (0.5, 0.8, 0.95)
# A cell's harm per record leans on the area's mean with the weight of so many records.
HARM_PRIOR_RECORDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The time forecast: half-open, with the zone's offset."""

    start: str
    end: str
    days: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Records of demand classes that did not enter demand, and why."""

    reason: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastResult:
    """A forecast of counts and harm.

    Parameters
    ----------
    title
        What was counted, in words: never more than the data say.
    cells_path
        The table: one row per cell and slot.
    n_cells
        Cells of the study area; ``masked_cells`` of them have no data and no numbers.
    expected_count, expected_harm
        Totals over cells with data and the whole period.
    intervals
        Central intervals of the total count, by level in per cent; ``harm_intervals`` likewise.
    """

    forecast_id: str
    method: str
    title: str
    period: Period
    cells_path: str
    n_cells: int
    masked_cells: int
    masked_boroughs: tuple[str, ...]
    expected_count: float
    expected_harm: float
    intervals: dict[str, tuple[float, float]]
    harm_intervals: dict[str, tuple[float, float]]
    harm_version: str
    classes: tuple[str, ...]
    trained_from: str
    trained_to: str
    records: int
    left_out: tuple[LeftOut, ...]
    unknown_setting_share: float
    area_id: str
    recent_label: str
    noise: dict[str, float]
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Foretold:
    """A forecast as arrays, before it is written.

    Parameters
    ----------
    expected
        Shape (n_cells, n_slots). NaN where there is no data.
    harm_each
        Shape (n_cells,). Expected harm per record.
    """

    evidence: Evidence
    slots: tuple[Slot, ...]
    expected: NDArray[np.float64]
    harm_each: NDArray[np.float64]
    noise: Noise
    drivers: Drivers
    method: str

    @property
    def total(self) -> NDArray[np.float64]:
        """Shape (n_cells,). Expected counts over the whole period."""
        return np.asarray(self.expected.sum(axis=1))

    def distribution(self, mean: NDArray[np.float64]) -> ForecastDistribution:
        """Return the distribution of counts with these means."""
        from rightplace.forecast.distribution import ForecastDistribution

        return ForecastDistribution(mean=mean, noise=self.noise)


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


def foretell(evidence: Evidence, *, method: str, days: int) -> Foretold:
    """Return the forecast of so many policing days after the as-of day.

    Parameters
    ----------
    evidence
        What it rests on.
    method
        Name and settings of a method.
    days
        Days ahead, 1 or more.
    """
    from rightplace.forecast import drivers_of, forecast_noise, forecaster

    history = evidence.history
    model = forecaster(method).fit(history)
    drivers = drivers_of(model, history, exposure_days=float(days))
    first = evidence.question.as_of + timedelta(days=1)
    if evidence.grain == "shift":
        slots = tuple(evidence.area.clock.slots(first, days))
        expected = _by_shift(evidence, drivers.expected, days=days)
    elif evidence.grain == "day":
        slots = tuple(whole_slot(evidence.area, first + timedelta(days=i), 1) for i in range(days))
        expected = np.repeat(drivers.expected[:, None] / days, days, axis=1)
    else:
        slots = (whole_slot(evidence.area, first, days),)
        expected = drivers.expected[:, None]
    return Foretold(
        evidence=evidence,
        slots=slots,
        expected=expected,
        harm_each=harm_per_record(evidence),
        noise=forecast_noise(history, method),
        drivers=drivers,
        method=method,
    )


SHIFT_DAYS = 728


def _by_shift(
    evidence: Evidence, expected: NDArray[np.float64], *, days: int
) -> NDArray[np.float64]:
    """Return expected counts spread over coming slots as past hours went, (n_cells, n_slots)."""
    from rightplace.forecast import ShiftHistory, SlotForecaster

    area, counts = evidence.area, evidence.shift_counts
    after = evidence.question.as_of + timedelta(days=1)
    past_days = min(SHIFT_DAYS, int(evidence.history.exposure.sum()))
    start = after - timedelta(days=past_days)
    shifts = len(area.clock.shifts)
    table = np.zeros((area.n_cells, past_days, shifts), dtype=np.int32)
    day = (counts.day - np.datetime64(start, "D")).astype(np.int64)
    known = (counts.shift >= 0) & (day >= 0) & (day < past_days)
    np.add.at(table, (counts.cell[known], day[known], counts.shift[known]), counts.n[known])
    hours, weekdays = _slot_hours(area, start, past_days)
    has_data = np.isfinite(expected)
    learned = SlotForecaster().fit(
        ShiftHistory(
            counts=table,
            hours=hours,
            weekdays=weekdays,
            observed=np.broadcast_to(has_data[:, None], (area.n_cells, past_days)),
        )
    )
    ahead_hours, ahead_weekdays = _slot_hours(area, after, days)
    split = learned.split(expected, weekdays=ahead_weekdays, hours=ahead_hours)
    return np.asarray(split.reshape(area.n_cells, days * shifts))


def _slot_hours(
    area: StudyArea, first: date, days: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return elapsed hours (n_days, n_shifts) and weekdays (n_days,) of coming or past days."""
    slots = list(area.clock.slots(first, days))
    hours = np.array([slot.hours for slot in slots]).reshape(days, -1)
    weekdays = np.array([(first + timedelta(days=i)).weekday() for i in range(days)])
    return hours, weekdays


def cells_table(foretold: Foretold) -> pa.Table:
    """Return the forecast as a table, one row per cell and slot, in that order."""
    n_cells, n_slots = foretold.expected.shape
    mean = foretold.expected.reshape(-1)
    distribution = foretold.distribution(mean)
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


def forecast(
    workspace: Workspace,
    question: Question,
    *,
    days: int,
    made_at: datetime,
    options: ForecastOptions,
) -> Answer[ForecastResult]:
    """Forecast so many days after the as-of day and keep the run.

    Parameters
    ----------
    workspace
        Where the data and runs are.
    question
        What may be known, and how finely time is asked for.
    days
        Days ahead.
    made_at
        The time now, for the run's record alone.
    options
        Area, method, harm weights and seed.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.evidence import gather
    from rightplace.app.runs import keep, recipe_inputs
    from rightplace.core.canonical import plain
    from rightplace.core.runs import RunRecipe
    from rightplace.crime.street_words import station_labels, street_words

    area = find_area(workspace, options.area_id)
    settings = workspace.settings("forecast", ForecastSettings)
    method = options.method or settings.method
    harm = harm_index(options.harm_file)
    question = replace(question, published_cells_share=settings.published_cells_share)
    evidence = gather(workspace, area, question, harm_index=harm)
    foretold = foretell(evidence, method=method, days=days)
    recipe = RunRecipe(
        kind="forecast",
        settings={
            "method": method,
            "days": days,
            "by": evidence.grain,
            "classes": list(evidence.classes),
            "sources": list(question.sources or ()),
            "area": area.area_id,
            "published_cells_share": question.published_cells_share,
            "harm": harm.version,
        },
        inputs=recipe_inputs(evidence.entries, area),
        as_of=question.as_of,
        known_at=question.known_at,
        seed=options.seed,
    )
    folder = workspace.runs / recipe.id
    result = _result(foretold, recipe.id, folder / "cells.parquet", days=days, harm=harm)
    notices = _notices(evidence, result)
    if not options.dry_run:
        keep(
            workspace,
            recipe.record(
                made_at,
                result=plain(result),
                warnings=tuple({"code": n.code, "message": n.message} for n in notices),
            ),
            {
                "cells": cells_table(foretold),
                "street_words": street_words(evidence.names, evidence.area.cells),
                "stations": station_labels(evidence.names),
            },
        )
    return Answer(
        verb="forecast",
        result=result,
        id=recipe.id,
        as_of=question.as_of,
        data_releases=evidence.releases,
        warnings=notices,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastOptions:
    """How a forecast is made, beside what it may know.

    Parameters
    ----------
    method
        Name and settings; None takes the setting in force.
    harm_file
        The user's own sheet of weights; None takes the weights that ship.
    """

    area_id: str | None = None
    method: str | None = None
    harm_file: Path | None = None
    seed: int = 0
    dry_run: bool = False


def harm_index(path: Path | None) -> HarmIndex:
    """Return the weights of a file, or those that ship."""
    from rightplace.crime.harm import HarmIndex, ons_severity

    return ons_severity() if path is None else HarmIndex.load(path)


def _result(
    foretold: Foretold, run_id: str, path: Path, *, days: int, harm: HarmIndex
) -> ForecastResult:
    from rightplace.crime.offences import in_words

    evidence = foretold.evidence
    known = np.isfinite(foretold.total)
    distribution = foretold.distribution(foretold.total)
    history, zone = evidence.history, evidence.area.clock.tzinfo
    observed = history.observed.any(axis=0)
    ends = history.period_ends[observed]
    starts = ends - history.exposure_days[:, observed].max(axis=0).astype("timedelta64[D]")
    return ForecastResult(
        forecast_id=run_id,
        method=foretold.method,
        title=in_words(evidence.classes).capitalize(),
        period=Period(
            start=foretold.slots[0].start.astimezone(zone).isoformat(),
            end=foretold.slots[-1].end.astimezone(zone).isoformat(),
            days=days,
            by=evidence.grain,
        ),
        cells_path=str(path),
        n_cells=int(known.size),
        masked_cells=int((~known).sum()),
        masked_boroughs=masked_boroughs(evidence.area, known),
        expected_count=float(np.nansum(foretold.total)),
        expected_harm=float(np.nansum(foretold.total * foretold.harm_each)),
        intervals=_total_intervals(distribution, None),
        harm_intervals=_total_intervals(distribution, foretold.harm_each),
        harm_version=harm.version,
        classes=evidence.classes,
        trained_from=str(starts.min()),
        trained_to=str(ends.max() - np.timedelta64(1, "D")),
        records=evidence.counted,
        left_out=tuple(LeftOut(reason=r, records=n) for r, n in evidence.left_out.items()),
        unknown_setting_share=evidence.unknown_setting_share,
        area_id=evidence.area.area_id,
        recent_label=foretold.drivers.recent_label,
        noise={n: getattr(foretold.noise, n) for n in type(foretold.noise).__dataclass_fields__},
        synthetic=evidence.synthetic,
    )


def _total_intervals(
    distribution: ForecastDistribution, weights: NDArray[np.float64] | None
) -> dict[str, tuple[float, float]]:
    return {
        f"{level * 100:.0f}": distribution.interval_of_sum(weights, level=level) for level in LEVELS
    }


def _notices(evidence: Evidence, result: ForecastResult) -> tuple[Notice, ...]:
    notices = []
    if result.masked_boroughs:
        named = ", ".join(result.masked_boroughs)
        message = f"No data (not zero) for {named}: no number is given there."
        notices.append(Notice(code="no-data", message=message))
    if evidence.grain == "month":
        message = (
            "The records give place and month only: days and shifts are not supported by the data."
        )
        notices.append(Notice(code="month-only", message=message))
    if evidence.grain == "month" and evidence.area.unit.is_grid:
        message = (
            "Monthly points are snapped to streets, a fifth of them to generic places: cells of "
            "a grid show more detail than the data hold. LSOAs suit them better."
        )
        notices.append(Notice(code="snapped-points", message=message))
    if evidence.unreleased:
        message = f"{evidence.unreleased} files have no declared release."
        notices.append(Notice(code="release-unknown", message=message))
    notices += [
        Notice(code="left-out", message=f"{item.records:,} records left out: {item.reason}.")
        for item in result.left_out
    ]
    if result.unknown_setting_share:
        message = (
            f"{result.unknown_setting_share:.0%} of records do not say whether they were in the "
            f"street, indoors or domestic."
        )
        notices.append(Notice(code="setting-unknown", message=message))
    return tuple(notices)


def read_cells(workspace: Workspace, forecast_id: str) -> pa.Table:
    """Return the table of a forecast that is kept."""
    from pyarrow import parquet

    return parquet.read_table(workspace.runs / forecast_id / "cells.parquet")


def unique_slots(cells: pa.Table) -> Sequence[tuple[datetime, datetime]]:
    """Return the slots of a forecast's table, in order of time."""
    pairs = zip(cells["slot_start"].to_pylist(), cells["slot_end"].to_pylist(), strict=True)
    return sorted(set(pairs))
