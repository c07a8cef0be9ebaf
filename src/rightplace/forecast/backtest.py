"""Rolling origin: forecast each period from what came before it, then see what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.errors import UsageError
from rightplace.forecast.accuracy import flagged_count
from rightplace.forecast.comparison import Pair, Ratio, compare, verdict
from rightplace.forecast.scores import coverage, coverage_by_decile
from rightplace.forecast.trial import (
    Outcome,
    Trial,
    cells_to_score,
    foretold_for,
    tried,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.history import History

    Trials = dict[str, list[Trial]]

SHARES = (0.01, 0.02, 0.05, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """What each method would have foretold, and how well.

    Parameters
    ----------
    methods
        For each specification ``hit_rate``, ``pai``, ``pei`` and ``harm_hit_rate`` by share
        (written as text, "0.02"), ``log_score``, ``crps`` and ``pit_coverage80``. ``pai`` is
        relative to the share of *cells*; ``harm_hit_rate`` is empty if no harm was given.
    pairs
        Differences of each two methods with intervals.
    verdict
        The result in a sentence.
    origins
        One row per method and origin, with what adds up to the scores.
    deciles
        One row per method and tenth of forecasts: expected, observed, coverage of 80 %.
    """

    methods: dict[str, dict[str, Any]]
    pairs: tuple[Pair, ...]
    verdict: str
    origins: pa.Table
    deciles: pa.Table


def rolling_backtest(
    history: History,
    origins: Iterable[int],
    *,
    methods: Sequence[str],
    generator: np.random.Generator,
    shares: Sequence[float] = SHARES,
    harm: NDArray[np.float64] | None = None,
) -> Backtest:
    """Return how each method would have forecast each period from what came before it.

    A cell counts at an origin if it was observed in the period and every method has data for it,
    so that all are judged on the same cells; others are in neither numerator nor denominator.
    For scores of distributions (``crps``, ``pit_coverage80``) each method has the same family of
    noise, learned from its own forecasts of the periods just before, and the 0.99/0.01 floor.
    Each method learns anew at every origin; one that cannot learn before an origin is refused
    (`UnsupportedByDataError`).

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
    harm
        Shape (n_cells, n_periods). Harm of the events of each cell and period, if known.

    Raises
    ------
    UsageError
        If an origin has no period before it or is not held, methods repeat, no method, origin or
        share is named, or ``harm`` does not fit.
    """
    chosen = sorted(set(origins))
    checks = {
        "Name at least one period to forecast.": bool(chosen),
        f"Origins lie from 1 to {history.n_periods - 1}.": all(
            1 <= origin < history.n_periods for origin in chosen
        ),
        "Name at least one method, each once.": 0 < len(methods) == len(set(methods)),
        "Name at least one share of cells.": bool(shares),
        "Harm needs the shape of events.": harm is None or harm.shape == history.events.shape,
    }
    faults = [message for message, holds in checks.items() if not holds]
    if faults:
        raise UsageError(" ".join(faults))
    for share in shares:
        flagged_count(share, history.n_cells)  # an impossible share is refused before any work
    foretold = {m: foretold_for(history, m, origins=chosen) for m in methods}
    trials: Trials = {m: [] for m in methods}
    for origin in chosen:
        cells = cells_to_score(history, foretold.values(), origin=origin)
        outcome = Outcome(
            origin=origin,
            cells=cells,
            events=history.events[cells, origin],
            harm=None if harm is None else harm[cells, origin],
            uniform=generator.random(np.count_nonzero(cells)),
        )
        for m in methods:
            trials[m].append(tried(history, foretold[m], outcome, shares=shares))
    return _judged(history, trials, generator=generator)


def _judged(history: History, trials: Trials, *, generator: np.random.Generator) -> Backtest:
    methods = list(trials)
    metrics = _ratios(trials)
    pei, harm = _other_ratios(trials)
    pairs = compare(methods, metrics, generator=generator)
    summary: dict[str, dict[str, Any]] = {}
    for row, m in enumerate(methods):
        found = {name: float(ratio.value()[row]) for name, ratio in metrics.items()}
        summary[m] = {
            "hit_rate": _by_share(found, "hit_rate"),
            "pai": _by_share(found, "pai"),
            "pei": {share: float(ratio.value()[row]) for share, ratio in pei.items()},
            "log_score": found["log_score"],
            "crps": found["crps"],
            "pit_coverage80": coverage(np.concatenate([t.pit for t in trials[m]])),
            "harm_hit_rate": {share: float(ratio.value()[row]) for share, ratio in harm.items()},
        }
    return Backtest(
        methods=summary,
        pairs=pairs,
        verdict=verdict(methods, pairs, n_origins=len(trials[methods[0]])),
        origins=_origins_table(history, trials),
        deciles=_deciles_table(trials),
    )


def _by_share(found: dict[str, float], metric: str) -> dict[str, float]:
    return {
        name.partition("@")[2]: value
        for name, value in found.items()
        if name.partition("@")[0] == metric
    }


def _ratios(trials: Trials) -> dict[str, Ratio]:
    """Return the metrics that methods are compared in, as ratios of sums over origins."""
    runs = list(trials.values())
    n_cells = np.array([float(t.events.size) for t in runs[0]])
    metrics = {
        "log_score": Ratio(
            above=np.array([[t.log_score for t in run] for run in runs]) * n_cells, below=n_cells
        ),
        "crps": Ratio(
            above=np.array([[t.crps for t in run] for run in runs]) * n_cells, below=n_cells
        ),
    }
    for share in runs[0][0].hits:
        hits = np.array([[t.hits[share].hits for t in run] for run in runs])
        events = np.array([t.hits[share].events for t in runs[0]])
        chance = np.array([t.hits[share].chance for t in runs[0]])
        metrics[f"hit_rate@{share:g}"] = Ratio(above=hits, below=events)
        metrics[f"pai@{share:g}"] = Ratio(above=hits, below=chance)
    return metrics


def _other_ratios(trials: Trials) -> tuple[dict[str, Ratio], dict[str, Ratio]]:
    """Return PEI* and harm-weighted hit rate by share, which repeat what pairs already say."""
    runs = list(trials.values())
    pei = {
        f"{share:g}": Ratio(
            above=np.array([[t.hits[share].hits for t in run] for run in runs]),
            below=np.array([t.hits[share].best for t in runs[0]]),
        )
        for share in runs[0][0].hits
    }
    harm = {
        f"{share:g}": Ratio(
            above=np.array([[t.harm_hits[share].hits for t in run] for run in runs]),
            below=np.array([t.harm_hits[share].events for t in runs[0]]),
        )
        for share in runs[0][0].harm_hits
    }
    return pei, harm


def _origins_table(history: History, trials: Trials) -> pa.Table:
    rows = []
    for method, run in trials.items():
        for t in run:
            row: dict[str, Any] = {
                "method": method,
                "origin": history.period_ends[t.origin - 1].item(),
                "period_end": history.period_ends[t.origin].item(),
                "n_cells": t.events.size,
                "events": int(t.events.sum()),
                "expected": float(t.mean.sum()),
                "log_score": t.log_score,
                "crps": t.crps,
                "noise_area": t.noise.area,
                "noise_cell": t.noise.cell,
                "noise_scatter": t.noise.scatter,
            }
            for share, tally in t.hits.items():
                row |= {
                    f"hits@{share:g}": tally.hits,
                    f"best@{share:g}": tally.best,
                    f"chance@{share:g}": tally.chance,
                }
            for share, tally in t.harm_hits.items():
                row |= {f"harm_hits@{share:g}": tally.hits, "harm": tally.events}
            rows.append(row)
    return pa.Table.from_pylist(rows)


def _deciles_table(trials: Trials) -> pa.Table:
    rows = []
    for method, run in trials.items():
        pit, mean, events = (
            np.concatenate([getattr(t, name) for t in run]) for name in ("pit", "mean", "events")
        )
        if mean.size >= 10:  # noqa: PLR2004 - tenths need ten forecasts
            found = coverage_by_decile(pit, mean, events=events)
            rows += [{"method": method, **row} for row in found]
    columns = ("method", "decile", "n", "expected", "observed", "coverage")
    return pa.table({name: [row[name] for row in rows] for name in columns})
