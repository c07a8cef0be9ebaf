"""Rolling origin: forecast each period from what came before it, then see what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.errors import UndefinedMetricError, UsageError
from rightplace.forecast.judging.accuracy import flagged_count
from rightplace.forecast.judging.comparison import Pair, compare, verdict
from rightplace.forecast.judging.intervals import plain_intervals
from rightplace.forecast.judging.judging import JUDGED_SHARES, judge, verdict_against
from rightplace.forecast.judging.measures import Measures, calibration
from rightplace.forecast.judging.reference import AUTO, choose_reference
from rightplace.forecast.judging.scorecard import Judgement, Reference
from rightplace.forecast.judging.scores import coverage, pit_histogram
from rightplace.forecast.judging.tables import (
    CURVE_SHARES,
    curves_table,
    deciles_table,
    intervals_table,
    origins_table,
    pit_table,
)
from rightplace.forecast.judging.trial import (
    Outcome,
    cells_to_score,
    first_day,
    foretold_for,
    tried,
)
from rightplace.forecast.registry import forecaster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.judging.trial import Predictions, Trial

SHARES = (0.01, 0.02, 0.05, 0.1)
# With more methods than this, only pairs with the reference are told.
FEW_METHODS = 6
# Cells whose areas differ by less than this share are of one size.
_ONE_SIZE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """What a backtest looks at beside methods, origins and shares.

    Parameters
    ----------
    reference
        The method that all are measured against: ``auto`` (the best baseline of the year before
        the first origin), a specification, or None for no reference.
    harm
        Shape (n_cells, n_periods). Harm of the events of each cell and period, if known.
    groups
        Shape (n_cells,). Number of the borough or district of each cell, -1 for none; None if
        the area has none.
    progress
        Told of each method before it foretells.
    """

    reference: str | None = None
    harm: NDArray[np.float64] | None = None
    groups: NDArray[np.int64] | None = None
    progress: Callable[[str], None] = lambda _: None


PLAIN_DESIGN = Design()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """What each method would have foretold, and how well.

    Parameters
    ----------
    methods
        For each specification ``hit_rate``, ``pai``, ``pei`` and ``harm_hit_rate`` by share
        (written as text, "0.02"), ``log_score``, ``log_score_same_noise``, ``crps``,
        ``pit_coverage80``, ``pit_histogram``, ``calibration``, ``stability``, ``ceiling`` and
        ``plain_intervals``. ``pai`` is relative to the share of *cells*; ``harm_hit_rate`` is
        empty if no harm was given.
    reference
        What all were measured against; None if no reference was asked for or could be chosen.
    pairs
        Differences of methods with intervals, those against the reference first.
    judgements
        How each other method stands against the reference.
    verdict
        The result in a sentence.
    origins, deciles, curves, pit, intervals
        Tables: see `rightplace.forecast.judging.tables`.
    """

    methods: dict[str, dict[str, Any]]
    reference: Reference | None
    pairs: tuple[Pair, ...]
    judgements: tuple[Judgement, ...]
    verdict: str
    origins: pa.Table
    deciles: pa.Table
    curves: pa.Table
    pit: pa.Table
    intervals: pa.Table


def rolling_backtest(
    history: History,
    origins: Iterable[int],
    *,
    methods: Sequence[str],
    generator: np.random.Generator,
    shares: Sequence[float] = SHARES,
    design: Design = PLAIN_DESIGN,
) -> Backtest:
    """Return how each method would have forecast each period from what came before it.

    A cell counts at an origin if it was observed in the period and every method has data for it,
    so that all are judged on the same cells; others are in neither numerator nor denominator.
    For scores of distributions (``log_score_same_noise``, ``crps``, ``pit_coverage80``) each
    method has the same family of noise, learned from its own forecasts of the periods just
    before, and the 0.99/0.01 floor. Each method learns anew at every origin; one that cannot
    learn before an origin is refused (`UnsupportedByDataError`). An origin named twice counts
    once.

    Parameters
    ----------
    history
        All periods, those to be forecast among them.
    origins
        Positions of the periods to forecast, each from those before it.
    methods
        Specifications such as ``fading@half_life_weeks=52``, all different.
    generator
        Source of chance, for randomised PIT values and the bootstrap.
    shares
        Shares of cells to flag, above 0 and at most 1.
    design
        Reference, harm and groups of cells. A reference that is not among the methods is added.
    """
    chosen = sorted(set(origins))
    _check(history, chosen, methods=methods, shares=shares, design=design)
    reference = _reference(history, chosen[0], methods=methods, asked=design.reference)
    tried_out = list(methods)
    if reference is not None and reference.method not in tried_out:
        tried_out.append(reference.method)
    grid = np.array(sorted({*shares, *JUDGED_SHARES, *CURVE_SHARES}))
    foretold = {}
    for number, m in enumerate(tried_out, start=1):
        done = f"method {number} of {len(tried_out)}"
        design.progress(f"foretelling {len(chosen)} periods by {m} ({done})")
        foretold[m] = foretold_for(history, m, origins=chosen)
    design.progress("scoring and comparing them")
    trials: dict[str, list[Trial]] = {m: [] for m in tried_out}
    for origin in chosen:
        cells = cells_to_score(history, foretold.values(), origin=origin)
        outcome = Outcome(
            origin=origin,
            cells=cells,
            events=history.events[cells, origin],
            harm=None if design.harm is None else design.harm[cells, origin],
            area_km2=_sizes(history.area_km2[cells]),
            uniform=generator.random(np.count_nonzero(cells)),
            shares=grid,
        )
        for m in tried_out:
            trials[m].append(_tried(history, foretold[m], outcome, method=m))
    return _told(
        history,
        Measures(trials=trials),
        shares=shares,
        reference=reference,
        groups=design.groups,
        generator=generator,
    )


def check_methods(methods: Iterable[str]) -> None:
    """Check that every specification names a method, before any is put to work.

    Raises
    ------
    UsageError
        If some do not; all of them are named.
    """
    faults: list[UsageError] = []
    for method in methods:
        try:
            forecaster(method)
        except UsageError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise UsageError(" ".join(str(fault) for fault in faults))


def _check(
    history: History,
    origins: Sequence[int],
    *,
    methods: Sequence[str],
    shares: Sequence[float],
    design: Design,
) -> None:
    """Check all that can be checked before any work.

    Raises
    ------
    UsageError
        If an origin has no period before it or is not held, methods repeat or are unknown, no
        method, origin or share is named, or harm or groups do not fit.
    """
    harm, groups = design.harm, design.groups
    checks = {
        "Name at least one period to forecast.": bool(origins),
        f"Origins lie from 1 to {history.n_periods - 1}.": all(
            1 <= origin < history.n_periods for origin in origins
        ),
        "Name at least one method, each once.": 0 < len(methods) == len(set(methods)),
        "Name at least one share of cells.": bool(shares),
        "Harm needs the shape of events.": harm is None or harm.shape == history.events.shape,
        "Groups need a number for each cell.": groups is None or groups.shape == (history.n_cells,),
    }
    faults = [message for message, holds in checks.items() if not holds]
    if faults:
        raise UsageError(" ".join(faults))
    for share in shares:
        flagged_count(share, history.n_cells)  # an impossible share is refused
    check_methods([*methods, *([] if design.reference in {None, AUTO} else [design.reference])])


def _reference(
    history: History, first: int, *, methods: Sequence[str], asked: str | None
) -> Reference | None:
    """Return the reference: chosen, or as named, in the user's own spelling among the methods."""
    if asked == AUTO:
        return choose_reference(history, first, methods=methods)
    if asked is None:
        return None
    made = forecaster(asked)
    spelt = next((method for method in methods if forecaster(method) == made), asked)
    return Reference(
        method=spelt,
        how="named",
        chosen_from=None,
        chosen_to=None,
        origins=0,
        log_scores={},
        left_out={},
    )


def _tried(history: History, foretold: Predictions, outcome: Outcome, *, method: str) -> Trial:
    """Return the scores of a method for one period.

    Raises
    ------
    UndefinedMetricError
        If it expected nothing anywhere, yet events came.
    """
    try:
        return tried(history, foretold, outcome)
    except UndefinedMetricError as error:
        start = first_day(history, outcome.origin)
        msg = f"{method}, {history.kind} from {start}: {error.fault.message}"
        remedy = "Leave this origin or this method out."
        raise UndefinedMetricError(msg, value=method, remedy=remedy) from error


def _sizes(area_km2: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the areas of cells, or None if they are all of one size."""
    return None if area_km2.max() <= area_km2.min() * (1 + _ONE_SIZE) else area_km2


def _told(
    history: History,
    measures: Measures,
    *,
    shares: Sequence[float],
    reference: Reference | None,
    groups: NDArray[np.int64] | None,
    generator: np.random.Generator,
) -> Backtest:
    methods, n_origins = list(measures.trials), len(next(iter(measures.trials.values())))
    metrics = measures.compared(sorted({*shares, *(JUDGED_SHARES if reference else ())}))
    pairs = compare(methods, metrics, generator=generator)
    judgements: tuple[Judgement, ...] = ()
    said = verdict(methods, pairs, n_origins=n_origins)
    if reference is not None:
        pairs = _reference_first(pairs, reference.method, few=len(methods) <= FEW_METHODS)
        row = methods.index(reference.method)
        scores = {name: float(ratio.value()[row]) for name, ratio in metrics.items()}
        others = [m for m in methods if m != reference.method]
        judgements = tuple(judge(m, reference.method, pairs=pairs, scores=scores) for m in others)
        said = verdict_against(reference, judgements, n_origins=n_origins)
    intervals = {
        method: plain_intervals(run, generator=generator, groups=groups)
        for method, run in measures.trials.items()
    }
    deciles = deciles_table(measures)
    tenths: dict[str, list[dict[str, Any]]] = {m: [] for m in methods}
    for row_of_tenth in deciles.to_pylist():
        tenths[row_of_tenth["method"]].append(row_of_tenth)
    summary = {
        m: _scores(measures, m, shares=shares, deciles=tenths[m])
        | {"plain_intervals": intervals[m]}
        for m in methods
    }
    return Backtest(
        methods=summary,
        reference=reference,
        pairs=pairs,
        judgements=judgements,
        verdict=said,
        origins=origins_table(history, measures, shares=shares),
        deciles=deciles,
        curves=curves_table(measures),
        pit=pit_table(measures.trials),
        intervals=intervals_table(intervals),
    )


def _reference_first(pairs: Iterable[Pair], reference: str, *, few: bool) -> tuple[Pair, ...]:
    """Return the pairs with the reference as ``b``, then the others if there are few methods."""
    told = [pair.turned() if pair.a == reference else pair for pair in pairs]
    first = [pair for pair in told if pair.b == reference]
    return tuple(first + ([pair for pair in told if pair.b != reference] if few else []))


def _scores(
    measures: Measures,
    method: str,
    *,
    shares: Sequence[float],
    deciles: Sequence[Mapping[str, float]],
) -> dict[str, Any]:
    """Return the scores of one method, by the names of the contract."""
    row = list(measures.trials).index(method)
    pit = np.concatenate([trial.pit for trial in measures.trials[method]])
    covered = coverage(pit)
    harm = {f"{share:g}": measures.harm_hit_rate(share) for share in shares}
    return {
        "hit_rate": {f"{s:g}": float(measures.hit_rate(s).value()[row]) for s in shares},
        "pai": {f"{s:g}": float(measures.pai(s).value()[row]) for s in shares},
        "pei": {f"{s:g}": float(measures.pei(s).value()[row]) for s in shares},
        "log_score": float(measures.score("log_score").value()[row]),
        "log_score_same_noise": float(measures.score("log_score_same_noise").value()[row]),
        "crps": float(measures.score("crps").value()[row]),
        "pit_coverage80": covered,
        "harm_hit_rate": {
            share: float(ratio.value()[row]) for share, ratio in harm.items() if ratio is not None
        },
        "pit_histogram": tuple(float(share) for share in pit_histogram(pit)),
        "calibration": calibration(covered, deciles),
        "stability": measures.stability(method),
        "ceiling": measures.ceiling(row, shares),
    }
