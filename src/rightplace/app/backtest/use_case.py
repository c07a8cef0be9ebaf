"""Use case: how good forecasts would have been, each from what was known before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.answer import Answer, Notice, heard, untold
from rightplace.app.backtest.result import BacktestResult, MethodScores, PairDifference
from rightplace.app.forecast.place_features import places_in_force
from rightplace.app.forecast.settings import ForecastSettings
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.evidence import Evidence, Question
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe
    from rightplace.forecast.history import History
    from rightplace.forecast.judging.backtest import Backtest, Design


# Tables kept beside ``run.json``, by the name of the file and of the field that holds its path.
TABLES = ("origins", "deciles", "curves", "pit", "intervals")


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """How a backtest is made, beside what it may know.

    Parameters
    ----------
    origins
        First days of the periods to forecast.
    shares
        Shares of cells to flag.
    reference
        The method that all are measured against: ``auto`` (the best baseline of the year before
        the first origin), a specification, or None for no reference.
    progress
        Told each step before it is begun.
    """

    methods: tuple[str, ...]
    origins: tuple[date, ...]
    shares: tuple[float, ...]
    reference: str | None = "auto"
    area_id: str | None = None
    harm_file: Path | None = None
    seed: int = 0
    dry_run: bool = False
    progress: Callable[[str], None] = untold


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
        If it is no CSV in UTF-8, has no such column, or a value is no day.
    """
    import csv

    if not path.is_file():
        msg = "There is no such file of origins."
        raise NotHeldError(msg, file=path, remedy="Check --origins.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, restval=""))
    except (UnicodeDecodeError, csv.Error) as error:
        msg = "The file of origins is no CSV in UTF-8."
        raise BadInputError(msg, file=path, remedy="Save it as CSV in UTF-8.") from error
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


def published_of(history: History, periods: Sequence[int]) -> list[int]:
    """Return the periods in which anything was published.

    Raises
    ------
    UnsupportedByDataError
        If there is none.
    """
    found = [period for period in periods if history.observed[:, period].any()]
    if not found:
        msg = f"Nothing was published in any {history.kind} of the origins."
        raise UnsupportedByDataError(msg, remedy="Choose other origins; see `status`.")
    return found


def backtest(
    workspace: Workspace, question: Question, options: BacktestOptions, *, made_at: datetime
) -> Answer[BacktestResult]:
    """Score methods over origins, each from what came before it, and keep the run.

    Methods, shares and the reference are checked before anything is read.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.evidence import gather
    from rightplace.app.forecast.use_case import harm_index
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain
    from rightplace.forecast import NarrowBandwidthWarning
    from rightplace.forecast.judging.backtest import check_methods, rolling_backtest

    check_methods(_methods_of(options))
    area = find_area(workspace, options.area_id)
    harm = harm_index(options.harm_file)
    settings = workspace.settings("forecast", ForecastSettings)
    question = replace(
        question,
        published_cells_share=settings.published_cells_share,
        weeks_start_on=max(options.origins),
    )
    places = places_in_force(settings, area, root=workspace.root)
    options.progress(f"reading the records up to {question.as_of}")
    evidence = places.given_to(gather(workspace, area, question, harm_index=harm))
    named_periods = periods_of(evidence.history, options.origins)
    periods = published_of(evidence.history, named_periods)
    with heard(NarrowBandwidthWarning, "narrow-bandwidth") as narrow:
        scored = rolling_backtest(
            evidence.history,
            periods,
            methods=options.methods,
            generator=np.random.default_rng(options.seed),
            shares=options.shares,
            design=_design(evidence, options),
        )
    recipe = places.added_to(_recipe(evidence, options, harm_version=harm.version), *scored.methods)
    result = _result(scored, evidence, periods, folder=workspace.runs / recipe.id)
    if not options.dry_run:
        record = recipe.record(made_at, result=plain(result))
        keep(workspace, record, {name: getattr(scored, name) for name in TABLES})
    return Answer(
        verb="backtest",
        result=result,
        id=recipe.id,
        as_of=question.as_of,
        data_releases=evidence.releases,
        warnings=(
            *_notices(evidence, named_periods, options, scored),
            *places.notices(*scored.methods),
            *narrow,
        ),
    )


def _design(evidence: Evidence, options: BacktestOptions) -> Design:
    """Return how the methods are judged."""
    from rightplace.forecast.judging.backtest import Design

    return Design(
        reference=options.reference,
        harm=evidence.harm,
        groups=boroughs_of(evidence.area.cells),
        progress=options.progress,
    )


def _methods_of(options: BacktestOptions) -> tuple[str, ...]:
    """Return every method that is named, the reference among them."""
    if options.reference is None or options.reference == "auto":
        return options.methods
    return (*options.methods, options.reference)


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
            "reference": options.reference,
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
        reference=scored.reference,
        pairs=tuple(PairDifference(**_fields(pair)) for pair in scored.pairs),
        judgements=scored.judgements,
        verdict=scored.verdict,
        origins=tuple(str(ends[p - 1]) for p in periods),
        n_cells=evidence.history.n_cells,
        **{f"{name}_path": str(folder / f"{name}.parquet") for name in TABLES},
    )


def _fields(pair: object) -> dict[str, Any]:
    return {name: getattr(pair, name) for name in PairDifference.__dataclass_fields__}


def boroughs_of(cells: pa.Table) -> NDArray[np.int64] | None:
    """Return the number of each cell's borough, -1 for none; None if the area has no boroughs."""
    names = cells["borough"].to_pylist()
    numbers = {name: n for n, name in enumerate(sorted({name for name in names if name}))}
    return np.array([numbers.get(name, -1) for name in names]) if numbers else None


def _notices(
    evidence: Evidence, periods: Sequence[int], options: BacktestOptions, scored: Backtest
) -> tuple[Notice, ...]:
    """Return what was done otherwise than asked, or could not be."""
    from rightplace.forecast.judging.reference import LEAST_ORIGINS

    kind = evidence.history.kind
    ends, observed = evidence.history.period_ends, evidence.history.observed
    starts = {ends[p - 1].item() for p in periods}
    asked = set(options.origins)
    moved, joined = len(asked - starts), len(options.origins) - len(periods)
    gaps = [p for p in periods if not observed[:, p].any()]
    masked = (~observed[:, [p for p in periods if p not in gaps]]).any(axis=1)
    found = {
        "origins-moved": moved
        and f"{moved} origins are not the first day of a {kind}; the {kind} that holds each is "
        f"forecast, from what came before it.",
        "origins-joined": joined
        and f"{joined} origins fall into a {kind} that another one names; each {kind} counts once.",
        "origins-not-published": gaps
        and f"Nothing was published in the {kind} from "
        f"{', '.join(str(ends[gap - 1]) for gap in gaps)}; left out.",
        "no-data": masked.any()
        and f"{masked.sum():,} of {masked.size:,} cells had no data in some period; they are left "
        f"out of the scores there.",
        "no-reference": options.reference is not None
        and scored.reference is None
        and f"No reference was chosen: fewer than {LEAST_ORIGINS} {kind}s before the first origin "
        f"can be scored. Name one with --reference, or start with a later origin.",
    }
    return tuple(Notice(code=code, message=said) for code, said in found.items() if said)
