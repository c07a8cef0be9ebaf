"""Use case: expected recorded violence by place and time, with intervals and reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Answer, heard, untold
from rightplace.app.forecast.day_calendar import day_calendar
from rightplace.app.forecast.delay import ReportingDelay  # noqa: TC001 - schemas are made from annotations
from rightplace.app.forecast.foretelling import (
    LEVELS,
    Foretold,
    cells_table,
    foretell,
    masked_boroughs,
)
from rightplace.app.forecast.method import method_for
from rightplace.app.forecast.notices import notices_of
from rightplace.app.forecast.place_features import places_in_force
from rightplace.app.forecast.settings import NO_HOLIDAYS, ForecastSettings
from rightplace.app.forecast.shares import (
    Share,
    shares_table,
)
from rightplace.errors import StaleDataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.evidence import Evidence, Question
    from rightplace.app.forecast.day_calendar import DayCalendar
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe, RunRecord
    from rightplace.crime.harm import HarmIndex
    from rightplace.forecast.distribution import ForecastDistribution
    from rightplace.forecast.history import History
    from rightplace.places.study_area import StudyArea


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
    shares
        What the total rests on, summing to 1; empty for methods that do not weigh their past.
        The table at ``shares_path`` has those of each cell. A share of neighbours does not say
        that crime spreads from them.
    reporting_delay
        How much of a month is on file while it is young, where two releases of months are held.
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
    shares: tuple[Share, ...]
    shares_path: str | None
    reporting_delay: ReportingDelay


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastOptions:
    """How a forecast is made, beside what it may know.

    Parameters
    ----------
    method
        Name and settings; None takes the setting in force.
    harm_file
        The user's own sheet of weights; None takes the weights that ship.
    progress
        Told each step before it is begun.
    """

    area_id: str | None = None
    method: str | None = None
    harm_file: Path | None = None
    seed: int = 0
    dry_run: bool = False
    progress: Callable[[str], None] = untold


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeForecast:
    """A forecast before it is kept.

    Parameters
    ----------
    answer
        What the user is told.
    area
        The study area.
    record
        Its ``run.json``.
    tables
        ``cells``, ``street_words`` and ``stations``.
    """

    answer: Answer[ForecastResult]
    area: StudyArea
    record: RunRecord
    tables: dict[str, pa.Table]


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
    made = make_forecast(workspace, question, days=days, made_at=made_at, options=options)
    if not options.dry_run:
        keep_forecast(workspace, made)
    return made.answer


def keep_forecast(workspace: Workspace, made: MadeForecast) -> None:
    """Keep a forecast as a run."""
    from rightplace.app.runs import keep

    keep(workspace, made.record, made.tables)


def make_forecast(
    workspace: Workspace,
    question: Question,
    *,
    days: int,
    made_at: datetime,
    options: ForecastOptions,
) -> MadeForecast:
    """Return a forecast without keeping it; parameters as in ``forecast``."""
    from rightplace.app.areas import find_area
    from rightplace.app.evidence import gather
    from rightplace.core.canonical import plain
    from rightplace.crime.street_words import station_labels, street_words
    from rightplace.forecast import NarrowBandwidthWarning

    area = find_area(workspace, options.area_id)
    settings = workspace.settings("forecast", ForecastSettings)
    harm = harm_index(options.harm_file)
    question = replace(question, published_cells_share=settings.published_cells_share)
    places = places_in_force(settings, area, root=workspace.root)
    options.progress(f"reading the records up to {question.as_of}")
    evidence = places.given_to(gather(workspace, area, question, harm_index=harm))
    _check_counted(evidence)
    method, chosen = method_for(evidence.history, asked=options.method, in_force=settings.method)
    calendar = day_calendar(settings, area, root=workspace.root)
    counted = f"{evidence.counted:,} records in {evidence.history.n_cells:,} places"
    options.progress(f"learning from {counted} by {method}")
    with heard(NarrowBandwidthWarning, "narrow-bandwidth") as narrow:
        foretold = foretell(evidence, method=method, days=days, calendar=calendar)
    recipe = _recipe(foretold, options, days=days, harm_version=harm.version, calendar=calendar)
    recipe = places.added_to(recipe, method)
    folder = workspace.runs / recipe.id
    result = _result(foretold, recipe.id, folder / "cells.parquet", days=days, harm=harm)
    said = (*foretold.notices, *places.notices(method), *narrow)
    notices = (*chosen, *notices_of(evidence, result), *said)
    warnings = tuple({"code": n.code, "message": n.message} for n in notices)
    return MadeForecast(
        answer=Answer(
            verb="forecast",
            result=result,
            id=recipe.id,
            as_of=question.as_of,
            data_releases=evidence.releases,
            warnings=notices,
        ),
        area=area,
        record=recipe.record(made_at, result=plain(result), warnings=warnings),
        tables={
            "cells": cells_table(foretold),
            "street_words": street_words(evidence.names, area.cells),
            "stations": station_labels(evidence.names),
        }
        | (
            {}
            if foretold.shares is None
            else {"shares": shares_table(foretold.shares, area.cells["cell_id"])}
        ),
    )


def _check_counted(evidence: Evidence) -> None:
    """Check that some record is counted.

    Raises
    ------
    StaleDataError
        If all were left out; the message says why.
    """
    if evidence.counted == 0:
        why = "; ".join(f"{n:,} {reason}" for reason, n in evidence.left_out.items())
        msg = f"No record up to {evidence.question.as_of} is counted: {why}."
        raise StaleDataError(msg, remedy="Check the study area and what `status` shows.")


def harm_index(path: Path | None) -> HarmIndex:
    """Return the weights of a file, or those that ship."""
    from rightplace.crime.harm import HarmIndex, ons_severity

    return ons_severity() if path is None else HarmIndex.load(path)


def _recipe(
    foretold: Foretold,
    options: ForecastOptions,
    *,
    days: int,
    harm_version: str,
    calendar: DayCalendar,
) -> RunRecipe:
    """Return everything that decides a forecast's bytes."""
    from rightplace.app.runs import recipe_inputs
    from rightplace.core.runs import RunRecipe

    evidence = foretold.evidence
    question, area = evidence.question, evidence.area
    return RunRecipe(
        kind="forecast",
        settings={
            "method": foretold.method,
            "days": days,
            "by": evidence.grain,
            "classes": list(evidence.classes),
            "sources": list(question.sources or ()),
            "area": area.area_id,
            "published_cells_share": question.published_cells_share,
            "harm": harm_version,
            "holidays": calendar.holidays or NO_HOLIDAYS,
        },
        inputs=(*recipe_inputs(evidence.entries, area), *calendar.inputs),
        as_of=question.as_of,
        known_at=question.known_at,
        seed=options.seed,
    )


def _result(
    foretold: Foretold, run_id: str, path: Path, *, days: int, harm: HarmIndex
) -> ForecastResult:
    from rightplace.crime.offences import in_words

    evidence = foretold.evidence
    known = np.isfinite(foretold.total)
    distribution = foretold.distribution(foretold.total)
    zone = evidence.area.clock.tzinfo
    first, last = _trained_on(evidence.history)
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
        trained_from=str(first),
        trained_to=str(last),
        records=evidence.counted,
        left_out=tuple(LeftOut(reason=r, records=n) for r, n in evidence.left_out.items()),
        unknown_setting_share=evidence.unknown_setting_share,
        area_id=evidence.area.area_id,
        recent_label=foretold.drivers.recent_label,
        noise={n: getattr(foretold.noise, n) for n in type(foretold.noise).__dataclass_fields__},
        synthetic=evidence.synthetic,
        shares=() if foretold.shares is None else foretold.shares.area,
        shares_path=None if foretold.shares is None else str(path.with_name("shares.parquet")),
        reporting_delay=evidence.delay,
    )


def _trained_on(history: History) -> tuple[np.datetime64, np.datetime64]:
    """Return the first and last day of the periods with data."""
    a_day = np.timedelta64(1, "D")
    ends = history.period_ends[history.observed.any(axis=0)]
    if history.kind == "month":
        first = (ends[0] - a_day).astype("datetime64[M]").astype("datetime64[D]")
    else:
        first = ends[0] - (7 * a_day if history.kind == "week" else a_day)
    return first, ends[-1] - a_day


def _total_intervals(
    distribution: ForecastDistribution, weights: NDArray[np.float64] | None
) -> dict[str, tuple[float, float]]:
    return {
        f"{level * 100:.0f}": distribution.interval_of_sum(weights, level=level) for level in LEVELS
    }
