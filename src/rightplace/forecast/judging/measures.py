"""Scores of all methods as ratios of sums over origins, and what each adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.forecast.judging.comparison import Ratio
from rightplace.forecast.judging.scorecard import Calibration, Ceiling
from rightplace.forecast.judging.stability import TOP_SHARES, stability

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rightplace.forecast.judging.trial import Trial

    Trials = dict[str, list[Trial]]

LEAST_EXPECTED = 200.0  # tenths of forecasts with fewer expected events are not judged
OVERALL_80 = (0.78, 0.82)
DECILE_80 = (0.76, 0.84)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measures:
    """Sums over the origins of one backtest.

    Parameters
    ----------
    trials
        Every method at every origin, in time order; the same origins and cells for all.
    """

    trials: Trials

    @property
    def shares(self) -> NDArray[np.float64]:
        """Shape (n_shares,). Shares at which hits were counted."""
        return self._first[0].outcome.shares

    @property
    def by_area(self) -> bool:
        """Whether hits were counted by share of area too, because cells differ in size."""
        return self._first[0].outcome.area_km2 is not None

    @property
    def _first(self) -> list[Trial]:
        return next(iter(self.trials.values()))

    def each(self, value: str) -> NDArray[np.float64]:
        """Return an attribute of all trials, shape (n_methods, n_origins)."""
        return np.array([[getattr(t, value) for t in run] for run in self.trials.values()])

    def score(self, value: str) -> Ratio:
        """Return a mean over cells as a ratio: its sum over cells and periods by their number."""
        n_cells = np.array([float(t.events.size) for t in self._first])
        return Ratio(above=self.each(value) * n_cells, below=n_cells)

    def caught(self, what: str, share: float) -> NDArray[np.float64]:
        """Return hits of a kind at a share, shape (n_methods, n_origins)."""
        at = self._at(share)
        return np.array([[getattr(t.catch, what)[at] for t in run] for run in self.trials.values()])

    def hit_rate(self, share: float) -> Ratio:
        """Return the share of events in the cells of highest forecast."""
        return Ratio(above=self.caught("hits", share), below=self._of_outcome("events"))

    def pai(self, share: float) -> Ratio:
        """Return hits relative to those of as many cells drawn at random."""
        return Ratio(above=self.caught("hits", share), below=self._of_outcome("chance", share))

    def pei(self, share: float) -> Ratio:
        """Return hits relative to the most that as many cells could have had."""
        return Ratio(above=self.caught("hits", share), below=self._of_outcome("best", share))

    def harm_hit_rate(self, share: float) -> Ratio | None:
        """Return the share of harm in the cells of highest forecast; None if none is known."""
        harm = [t.outcome.harm for t in self._first]
        if any(each is None for each in harm):
            return None
        return Ratio(
            above=self.caught("harm", share),
            below=np.array([each.sum() for each in harm if each is not None]),
        )

    def ceiling(self, row: int, shares: Sequence[float]) -> Ceiling:
        """Return what a method would score if its own forecasts were the truth."""
        run = list(self.trials.values())[row]
        expected = np.array([t.mean.sum() for t in run])
        hits = {share: self.caught("expected", share)[row] for share in shares}
        chance = {
            s: expected * [t.outcome.flagged[self._at(s)] / t.events.size for t in run]
            for s in shares
        }
        return Ceiling(
            log_score=float(self.score("expected_log_score").value()[row]),
            log_score_same_noise=float(self.score("expected_log_score_same_noise").value()[row]),
            hit_rate={f"{s:g}": float(hits[s].sum() / expected.sum()) for s in shares},
            pai={f"{s:g}": float(hits[s].sum() / chance[s].sum()) for s in shares},
        )

    def stability(self, method: str) -> dict[str, float | None]:
        """Return which part of the top cells was there at the origin before, by share."""
        run = [(t.cells, t.ranking) for t in self.trials[method]]
        return {f"{share:g}": stability(run, share=share) for share in TOP_SHARES}

    def compared(self, shares: Sequence[float]) -> dict[str, Ratio]:
        """Return the metrics that methods are compared in, by name."""
        metrics = {name: self.score(name) for name in ("log_score", "log_score_same_noise", "crps")}
        for share in shares:
            metrics[f"hit_rate@{share:g}"] = self.hit_rate(share)
            metrics[f"pai@{share:g}"] = self.pai(share)
        return metrics

    def _at(self, share: float) -> int:
        return int(np.flatnonzero(self.shares == share)[0])

    def _of_outcome(self, what: str, share: float | None = None) -> NDArray[np.float64]:
        values = (getattr(t.outcome, what) for t in self._first)
        at = None if share is None else self._at(share)
        return np.array([float(v.sum() if at is None else v[at]) for v in values])


def calibration(pit_coverage80: float, deciles: Iterable[Mapping[str, float]]) -> Calibration:
    """Return whether coverage is what it should be, overall and in each tenth that is judged.

    Parameters
    ----------
    pit_coverage80
        Share of randomised PIT values in the central 80 %.
    deciles
        Rows of `coverage_by_decile`; none if there are too few forecasts.
    """
    judged = [row["coverage"] for row in deciles if row["expected"] >= LEAST_EXPECTED]
    low, high = DECILE_80
    return Calibration(
        overall_holds=OVERALL_80[0] <= pit_coverage80 <= OVERALL_80[1],
        deciles_judged=len(judged),
        deciles_hold=all(low <= share <= high for share in judged) if judged else None,
    )
