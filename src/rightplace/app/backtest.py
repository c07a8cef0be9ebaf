"""Use case: how good forecasts would have been, each from what was known before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.answer import Answer, Notice, heard
from rightplace.app.forecast_settings import ForecastSettings
from rightplace.errors import BadInputError, NotHeldError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.evidence import Evidence, Question
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe
    from rightplace.forecast.backtest import Backtest
    from rightplace.forecast.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodScores:
    """Scores of one method over all origins; shares of cells are keys ("0.02")."""

    hit_rate: dict[str, float]
    pai: dict[str, float]
    pei: dict[str, float]
    log_score: float
    crps: float
    pit_coverage80: float
    harm_hit_rate: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDifference:
    """Difference of two methods with its 95 % interval (paired block bootstrap over origins).

    Parameters
    ----------
    diff
        Metric of ``a`` less that of ``b``.
    lo95, hi95
        Ends of the interval; null where there are too few origins to tell.
    """

    a: str
    b: str
    metric: str
    diff: float
    lo95: float | None
    hi95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """Scores by method, differences by pair, and the result in a sentence."""

    methods: dict[str, MethodScores]
    pairs: tuple[PairDifference, ...]
    verdict: str
    origins: tuple[str, ...]
    n_cells: int
    origins_path: str
    deciles_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """How a backtest is made, beside what it may know.

    Parameters
    ----------
    origins
        First days of the periods to forecast.
    shares
        Shares of cells to flag.
    """

    methods: tuple[str, ...]
    origins: tuple[date, ...]
    shares: tuple[float, ...]
    area_id: str | None = None
    harm_file: Path | None = None
    seed: int = 0
    dry_run: bool = False


def origin_days(first: date, last: date, *, step_days: int) -> tuple[date, ...]:
    """Return origins from the first to the last day, so many days apart.

    Raises
    ------
    UsageError
        If the last lies before the first.
    """
    if last < first:
        msg = f"--to {last} lies before --from {first}."
        raise UsageError(msg, remedy="Exchange them.")
    count = (last - first).days // step_days + 1
    days = np.datetime64(first) + np.arange(count) * step_days
    return tuple(d.astype(date) for d in days)


def read_origins(path: Path) -> tuple[date, ...]:
    """Return the origins in a CSV file with a column ``origin``.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it has no such column, or a value is no day.
    """
    import csv

    if not path.is_file():
        msg = "There is no such file of origins."
        raise NotHeldError(msg, file=path, remedy="Check --origins.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or "origin" not in rows[0]:
        msg = "The file needs a column 'origin' and one row or more."
        raise BadInputError(msg, file=path, row=0, remedy="Write one day (YYYY-MM-DD) a row.")
    days = []
    for number, row in enumerate(rows, start=1):
        try:
            days.append(date.fromisoformat(row["origin"]))
        except ValueError as error:
            msg = "The origin is not a day."
            raise BadInputError(
                msg, file=path, row=number, value=row["origin"], remedy="Write it as YYYY-MM-DD."
            ) from error
    return tuple(days)


def periods_of(history: History, origins: Sequence[date]) -> list[int]:
    """Return the period that starts on, or holds, each origin.

    Raises
    ------
    UsageError
        If an origin has no period in the history, or none before it.
    """
    ends = history.period_ends
    found = sorted({int(p) for p in np.searchsorted(ends, np.array(origins, "M8[D]"), "right")})
    wrong = [p for p in found if not 1 <= p < len(ends)]
    if not found or wrong:
        msg = f"Origins must lie after the first period and before {ends[-1]}."
        raise UsageError(msg, remedy=f"Periods end on {ends[0]} to {ends[-1]}.")
    return found


def backtest(
    workspace: Workspace, question: Question, options: BacktestOptions, *, made_at: datetime
) -> Answer[BacktestResult]:
    """Score methods over origins, each from what came before it, and keep the run."""
    from rightplace.app.areas import find_area
    from rightplace.app.evidence import gather
    from rightplace.app.forecast import harm_index
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain
    from rightplace.forecast import NarrowBandwidthWarning, rolling_backtest

    area = find_area(workspace, options.area_id)
    harm = harm_index(options.harm_file)
    settings = workspace.settings("forecast", ForecastSettings)
    question = replace(
        question,
        published_cells_share=settings.published_cells_share,
        weeks_start_on=max(options.origins),
    )
    evidence = gather(workspace, area, question, harm_index=harm)
    periods = periods_of(evidence.history, options.origins)
    with heard(NarrowBandwidthWarning, "narrow-bandwidth") as narrow:
        scored = rolling_backtest(
            evidence.history,
            periods,
            methods=options.methods,
            generator=np.random.default_rng(options.seed),
            shares=options.shares,
            harm=evidence.harm,
        )
    recipe = _recipe(evidence, options, harm_version=harm.version)
    result = _result(scored, evidence, periods, folder=workspace.runs / recipe.id)
    if not options.dry_run:
        record = recipe.record(made_at, result=plain(result))
        keep(workspace, record, {"origins": scored.origins, "deciles": scored.deciles})
    return Answer(
        verb="backtest",
        result=result,
        id=recipe.id,
        as_of=question.as_of,
        data_releases=evidence.releases,
        warnings=(*_notices(evidence, periods, options.origins), *narrow),
    )


def _recipe(evidence: Evidence, options: BacktestOptions, *, harm_version: str) -> RunRecipe:
    from rightplace.app.runs import recipe_inputs
    from rightplace.core.runs import RunRecipe

    question = evidence.question
    return RunRecipe(
        kind="backtest",
        settings={
            "methods": list(options.methods),
            "origins": [str(o) for o in options.origins],
            "shares": list(options.shares),
            "classes": list(evidence.classes),
            "sources": list(question.sources or ()),
            "area": evidence.area.area_id,
            "published_cells_share": question.published_cells_share,
            "harm": harm_version,
        },
        inputs=recipe_inputs(evidence.entries, evidence.area),
        as_of=question.as_of,
        known_at=question.known_at,
        seed=options.seed,
    )


def _result(
    scored: Backtest, evidence: Evidence, periods: Sequence[int], *, folder: Path
) -> BacktestResult:
    ends = evidence.history.period_ends
    return BacktestResult(
        methods={name: MethodScores(**scores) for name, scores in scored.methods.items()},
        pairs=tuple(PairDifference(**_fields(pair)) for pair in scored.pairs),
        verdict=scored.verdict,
        origins=tuple(str(ends[p - 1]) for p in periods),
        n_cells=evidence.history.n_cells,
        origins_path=str(folder / "origins.parquet"),
        deciles_path=str(folder / "deciles.parquet"),
    )


def _fields(pair: object) -> dict[str, Any]:
    return {name: getattr(pair, name) for name in PairDifference.__dataclass_fields__}


def _notices(
    evidence: Evidence, periods: Sequence[int], origins: Sequence[date]
) -> tuple[Notice, ...]:
    notices = []
    starts = {evidence.history.period_ends[p - 1].item() for p in periods}
    moved = sum(origin not in starts for origin in origins)
    if moved:
        message = (
            f"{moved} origins are not the first day of a {evidence.history.kind}; the "
            f"{evidence.history.kind} that holds each is forecast, from what came before it."
        )
        notices.append(Notice(code="origins-moved", message=message))
    observed = evidence.history.observed[:, list(periods)]
    masked = int((~observed).any(axis=1).sum())
    if masked:
        message = (
            f"{masked:,} of {observed.shape[0]:,} cells had no data in some period; they are "
            f"left out of the scores there."
        )
        notices.append(Notice(code="no-data", message=message))
    return tuple(notices)
