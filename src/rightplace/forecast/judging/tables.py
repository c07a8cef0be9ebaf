"""The tables of a backtest: one row per method and origin, tenth, share, bin or unit."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.forecast.judging.ranking import Ranking
from rightplace.forecast.judging.scores import coverage_by_decile, pit_histogram

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.history import History
    from rightplace.forecast.judging.measures import Measures
    from rightplace.forecast.judging.scorecard import PlainInterval
    from rightplace.forecast.judging.trial import Trial

CURVE_SHARES = tuple(round(0.005 * step, 3) for step in range(1, 41))
TENTHS = 10


def origins_table(history: History, measures: Measures, *, shares: Sequence[float]) -> pa.Table:
    """Return one row per method and origin, with what adds up to the scores."""
    rows = []
    for method, run in measures.trials.items():
        for t in run:
            row: dict[str, Any] = {
                "method": method,
                "origin": history.period_ends[t.origin - 1].item(),
                "period_end": history.period_ends[t.origin].item(),
                "n_cells": t.events.size,
                "events": int(t.events.sum()),
                "expected": float(t.mean.sum()),
                "log_score": t.log_score,
                "log_score_same_noise": t.log_score_same_noise,
                "crps": t.crps,
                "expected_log_score": t.expected_log_score,
                "expected_log_score_same_noise": t.expected_log_score_same_noise,
                "noise_area": t.noise.area,
                "noise_cell": t.noise.cell,
                "noise_scatter": t.noise.scatter,
            }
            rows.append(row | _hits(t, shares))
    return pa.Table.from_pylist(rows)


def _hits(t: Trial, shares: Iterable[float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for share in shares:
        at = int(np.flatnonzero(t.outcome.shares == share)[0])
        found |= {
            f"hits@{share:g}": float(t.catch.hits[at]),
            f"best@{share:g}": float(t.outcome.best[at]),
            f"chance@{share:g}": float(t.outcome.chance[at]),
        }
        if t.catch.harm is not None and t.outcome.harm is not None:
            found[f"harm_hits@{share:g}"] = float(t.catch.harm[at])
            found["harm"] = float(t.outcome.harm.sum())
    return found


def deciles_table(measures: Measures) -> pa.Table:
    """Return expected and observed events and coverage of 80 % by tenth of forecasts.

    Empty for fewer than ten forecasts: tenths need ten.
    """
    rows = []
    for method, run in measures.trials.items():
        pit, mean, events = (
            np.concatenate([getattr(t, name) for t in run]) for name in ("pit", "mean", "events")
        )
        if mean.size >= TENTHS:
            found = coverage_by_decile(pit, mean, events=events)
            rows += [{"method": method, **row} for row in found]
    columns = ("method", "decile", "n", "expected", "observed", "coverage")
    return pa.table({name: [row[name] for row in rows] for name in columns})


def curves_table(measures: Measures) -> pa.Table:
    """Return hit rate and PAI of every method by share of cells, and of area if sizes differ.

    ``by`` says of what the share is: ``cells`` (as many as the share rounded up) or ``area``
    (cells of the densest forecast first, the last in part). ``expected_hit_rate`` and
    ``expected_pai`` are the estimated ceiling; ``best_hit_rate`` is what hindsight allows.
    """
    return pa.concat_tables(
        pa.table(_curve(method, run, kind))
        for method, run in measures.trials.items()
        for kind in ("cells", *(["area"] if measures.by_area else []))
    )


def _curve(method: str, run: Sequence[Trial], kind: str) -> dict[str, Any]:
    shares = np.array(CURVE_SHARES)
    at = np.searchsorted(run[0].outcome.shares, shares)
    events, expected = (
        np.array([float(v.sum()) for v in values])[:, None]
        for values in ([t.events for t in run], [t.mean for t in run])
    )
    if kind == "cells":
        hits, own = _sums(run, "hits", at), _sums(run, "expected", at)
        taken = np.array([t.outcome.flagged[at] / t.events.size for t in run])
        best = np.array([t.outcome.best[at] for t in run]).sum(axis=0) / events.sum()
    else:
        hits, own = _sums(run, "by_area", at), _sums(run, "expected_by_area", at)
        taken = np.broadcast_to(shares, (len(run), shares.size))
        best = np.array([_best_by_area(t)[at] for t in run]).sum(axis=0) / events.sum()
    return {
        "method": [method] * shares.size,
        "by": [kind] * shares.size,
        "share": shares,
        "hit_rate": hits / events.sum(),
        "pai": hits / (events * taken).sum(axis=0),
        "expected_hit_rate": own / expected.sum(),
        "expected_pai": own / (expected * taken).sum(axis=0),
        "best_hit_rate": best,
    }


def _best_by_area(t: Trial) -> NDArray[np.float64]:
    """Return the most events that each share of area could have had: densest ground first."""
    area = t.outcome.area_km2
    if area is None:
        return t.outcome.best
    return Ranking.of(t.events / area).caught(t.events, t.outcome.shares * area.sum(), size=area)


def _sums(run: Sequence[Trial], what: str, at: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.sum([getattr(t.catch, what)[at] for t in run], axis=0))


def pit_table(trials: Mapping[str, Sequence[Trial]]) -> pa.Table:
    """Return the histogram of randomised PIT values by method: overall (decile 0) and by tenth."""
    rows = []
    for method, run in trials.items():
        pit, mean = (np.concatenate([getattr(t, name) for t in run]) for name in ("pit", "mean"))
        parts = [np.arange(pit.size)]
        if pit.size >= TENTHS:
            parts += np.array_split(np.argsort(mean, kind="stable"), TENTHS)
        rows += [
            {
                "method": method,
                "decile": decile,
                "from": number / TENTHS,
                "to": (number + 1) / TENTHS,
                "n": part.size,
                "share": float(share),
            }
            for decile, part in enumerate(parts)
            for number, share in enumerate(pit_histogram(pit[part], bins=TENTHS))
        ]
    return pa.Table.from_pylist(rows)


def intervals_table(found: Mapping[str, Sequence[PlainInterval]]) -> pa.Table:
    """Return how often plain intervals held, one row per method, kind of unit and level."""
    rows = [{"method": m, **asdict(each)} for m, intervals in found.items() for each in intervals]
    kinds = {"n": pa.int64(), "level": pa.float64(), "holds": pa.bool_()}
    texts = dict.fromkeys(("method", "units"), pa.string())
    numbers = dict.fromkeys(("covered", "lo95", "hi95"), pa.float64())
    names = ("method", "units", "level", "n", "covered", "lo95", "hi95", "holds")
    schema = pa.schema([(name, (kinds | texts | numbers)[name]) for name in names])
    return pa.Table.from_pylist(rows, schema=schema)
