"""The numbers of a backtest report, from the run that was kept: rows for tables and charts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from rightplace.app.backtest.words import (
    difference_words,
    interval_units,
    interval_words,
    measure_words,
    standing_words,
)
from rightplace.briefing import (
    AreaScore,
    BestPoint,
    CurvePoint,
    Difference,
    Estimate,
    HeldInterval,
    MethodLine,
    OriginRow,
    PitBars,
    ReportNumbers,
    StableShare,
    TenthRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]

TOO_FEW_EXPECTED = 200.0  # tenths of forecasts with fewer are shown hollow and not judged
PERCENT = 100.0
LOG_SCORES = frozenset({"log_score", "log_score_same_noise"})
_GROUND = {"cells": "cells", "area": "ground"}


def letters(count: int) -> list[str]:
    """Return a letter for each method: A to Z, then AA, AB ..."""
    singles = list(ascii_uppercase)
    doubles = (first + second for first in singles for second in singles)
    return [*singles, *doubles][:count]


@dataclass(frozen=True, kw_only=True)
class KeptBacktest:
    """A backtest as it lies in the workspace.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    tables
        Rows by the table's name: ``origins``, ``deciles``, ``curves`` and ``pit``.
    """

    record: Row
    tables: Mapping[str, list[Row]]

    @property
    def result(self) -> Row:
        """What the run found."""
        found: Row = self.record["result"]
        return found

    @property
    def methods(self) -> Row:
        """Scores by method, in the order asked for, the reference last if it was not."""
        scores: Row = self.result["methods"]
        asked = [m for m in self.record["settings"]["methods"] if m in scores]
        return {m: scores[m] for m in dict.fromkeys([*asked, *scores])}

    @cached_property
    def keys(self) -> dict[str, str]:
        """The letter of each method."""
        return dict(zip(self.methods, letters(len(self.methods)), strict=True))

    def called(self, names: Iterable[str]) -> list[str]:
        """Return methods by name with their letter in brackets."""
        return [f"{name} ({self.keys[name]})" for name in names]

    @property
    def reference(self) -> str | None:
        """Specification of the reference, if there is one."""
        found = self.result["reference"]
        return None if found is None else str(found["method"])

    @cached_property
    def judgements(self) -> dict[str, Row]:
        """How each method stands against the reference."""
        return {row["method"]: row for row in self.result["judgements"]}

    @property
    def n_origins(self) -> int:
        """How many periods were forecast."""
        return len(self.result["origins"])

    @property
    def against(self) -> list[Row]:
        """The pairs whose ``b`` is the reference."""
        return [p for p in self.result["pairs"] if p["b"] == self.reference]

    def of_reference(self, metric: str) -> float | None:
        """Return the reference's own value of a metric, if it was kept."""
        if self.reference is None:
            return None
        scores = self.methods[self.reference]
        name, _, share = metric.partition("@")
        if not share:
            return float(scores[name])
        found = scores[name].get(share)
        if found is None:  # a share that margins are set at, though it was not asked for
            rows = (
                row[name]
                for row in self.tables["curves"]
                if (row["method"], row["by"]) == (self.reference, "cells")
                and f"{row['share']:g}" == share
            )
            found = next(rows, None)
        return None if found is None else float(found)


def report_numbers(kept: KeptBacktest) -> ReportNumbers:
    """Return every number of the report."""
    return ReportNumbers(
        methods=tuple(_method(kept, name) for name in kept.methods),
        differences=tuple(_differences(kept)),
        curves=tuple(_curves(kept)),
        best=tuple(_best(kept)),
        pits=tuple(_pits(kept)),
        tenths=tuple(_tenth(kept, row) for row in kept.tables["deciles"]),
        origins=tuple(_origins(kept)),
        stability=tuple(_stability(kept)),
        intervals=tuple(_intervals(kept)),
    )


def _method(kept: KeptBacktest, name: str) -> MethodLine:
    scores = kept.methods[name]
    ceiling = scores["ceiling"]
    return MethodLine(
        key=kept.keys[name],
        name=name,
        is_reference=name == kept.reference,
        log_score=scores["log_score"],
        log_score_same_noise=scores["log_score_same_noise"],
        log_score_ceiling=ceiling["log_score"],
        crps=scores["crps"],
        coverage80=scores["pit_coverage80"],
        areas=tuple(
            AreaScore(
                share=float(share),
                hit_rate=scores["hit_rate"][share],
                pai=scores["pai"][share],
                hit_rate_ceiling=ceiling["hit_rate"].get(share),
                pai_ceiling=ceiling["pai"].get(share),
            )
            for share in sorted(scores["pai"], key=float)
        ),
        standing="the reference"
        if name == kept.reference
        else standing_words(kept.judgements.get(name), n_origins=kept.n_origins),
    )


def _differences(kept: KeptBacktest) -> Iterable[Difference]:
    for pair in kept.against:
        metric = pair["metric"]
        own = kept.of_reference(metric)
        if metric.startswith("hit_rate@") or not own:  # PAI says the same; 0 has no percent
            continue
        sign = -1.0 if metric == "crps" else 1.0
        percent = _estimate(pair, times=sign * PERCENT / abs(own))
        margin = _margin_percent(metric, kept.judgements[pair["a"]], size=abs(own))
        yield Difference(
            key=kept.keys[pair["a"]],
            measure=measure_words(metric),
            percent=percent,
            absolute=_estimate(pair, times=sign),
            margin_percent=margin,
            words=difference_words(
                metric, percent, margin_percent=margin, n_origins=kept.n_origins
            ),
        )


def _margin_percent(metric: str, judgement: Row, *, size: float) -> float | None:
    """Return the margin below which a method counts as worse, where one was set beforehand."""
    name, _, share = metric.partition("@")
    margin = {
        "log_score": judgement["log_score_margin"],
        "pai": judgement["pai_margin"].get(share),
    }.get(name)
    return None if not margin else -PERCENT * margin / size


def _estimate(row: Row, *, value: str = "diff", times: float = 1.0) -> Estimate:
    """Return a value with its ends, in another unit or turned round."""
    lo, hi = row["lo95"], row["hi95"]
    if lo is None or hi is None:
        return Estimate(value=row[value] * times, lo=None, hi=None)
    ends = sorted((lo * times, hi * times))
    return Estimate(value=row[value] * times, lo=ends[0], hi=ends[1])


def _curves(kept: KeptBacktest) -> Iterable[CurvePoint]:
    marked = {f"{share:g}" for share in kept.record["settings"]["shares"]}
    for row in kept.tables["curves"]:
        yield CurvePoint(
            key=kept.keys[row["method"]],
            by=_GROUND[row["by"]],
            share=row["share"],
            hit_rate=min(row["hit_rate"], 1.0),
            pai=row["pai"],
            marked=f"{row['share']:g}" in marked,
        )


def _best(kept: KeptBacktest) -> Iterable[BestPoint]:
    """Yield what hindsight allows, the same for all methods: PAI by the share that was flagged."""
    first = next(iter(kept.methods))
    for row in kept.tables["curves"]:
        if row["method"] == first and row["hit_rate"] > 0:
            best = min(row["best_hit_rate"], 1.0)
            flagged = row["hit_rate"] / row["pai"]
            yield BestPoint(
                by=_GROUND[row["by"]], share=row["share"], hit_rate=best, pai=best / flagged
            )


def _pits(kept: KeptBacktest) -> Iterable[PitBars]:
    """Yield each method's histogram of all forecasts (decile 0) and of the highest tenth."""
    bars: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in kept.tables["pit"]:
        bars[row["decile"], row["method"]].append(row)
    for decile in (0, 10):
        for name, key in kept.keys.items():
            rows = sorted(bars[decile, name], key=lambda row: float(row["from"]))
            if rows and rows[0]["n"]:
                half = 1.96 * (0.1 * 0.9 / rows[0]["n"]) ** 0.5  # binomial, as if independent
                shares = tuple(row["share"] for row in rows)
                band = (max(0.0, 0.1 - half), 0.1 + half)
                yield PitBars(key=key, top=decile > 0, shares=shares, band=band)


def _tenth(kept: KeptBacktest, row: Row) -> TenthRow:
    from scipy.special import gammaincinv

    expected, observed = row["expected"], int(row["observed"])
    ratio = None
    if expected > 0:
        # Exact limits of a Poisson mean: Garwood (1936), Biometrika 28, 437-442.
        low = float(gammaincinv(observed, 0.025)) if observed else 0.0
        high = float(gammaincinv(observed + 1, 0.975))
        ratio = Estimate(value=observed / expected, lo=low / expected, hi=high / expected)
    return TenthRow(
        key=kept.keys[row["method"]],
        tenth=int(row["decile"]),
        expected=expected,
        observed=observed,
        ratio=ratio,
        coverage80=row["coverage"],
        judged=expected >= TOO_FEW_EXPECTED,
    )


def _origins(kept: KeptBacktest) -> Iterable[OriginRow]:
    rows = kept.tables["origins"]
    own = {row["origin"]: row["log_score"] for row in rows if row["method"] == kept.reference}
    for row in rows:
        if row["method"] != kept.reference and row["origin"] in own:
            yield OriginRow(
                key=kept.keys[row["method"]],
                origin=row["origin"],
                events=row["events"],
                difference=row["log_score"] - own[row["origin"]],
            )


def _stability(kept: KeptBacktest) -> Iterable[StableShare]:
    for name, scores in kept.methods.items():
        for share, stays in sorted(scores["stability"].items(), key=lambda item: float(item[0])):
            if stays is not None:
                yield StableShare(key=kept.keys[name], share=float(share), kept=min(stays, 1.0))


def _intervals(kept: KeptBacktest) -> Iterable[HeldInterval]:
    for name, scores in kept.methods.items():
        for row in scores["plain_intervals"]:
            covered = row["covered"]
            yield HeldInterval(
                key=kept.keys[name],
                units=interval_units(row["units"]),
                level=row["level"],
                n=row["n"],
                covered=None if covered is None else _estimate(row, value="covered"),
                words=interval_words(row),
            )
