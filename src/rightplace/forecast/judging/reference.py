"""Which baseline all methods are measured against: chosen before the periods that are scored."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UndefinedMetricError, UnsupportedByDataError
from rightplace.forecast.history import WINDOWS
from rightplace.forecast.judging.scorecard import Reference
from rightplace.forecast.judging.scores import poisson_log_score
from rightplace.forecast.judging.trial import cells_to_score, first_day, those_possible
from rightplace.forecast.registry import FORECASTERS, forecaster

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.forecast.history import History, Kind
    from rightplace.forecast.judging.trial import Predictions

AUTO = "auto"
# Methods that are to show what they add; everything else is a baseline.
CHALLENGERS = ("additive_memory", "boosted", "stack")
STANDARD = (
    "uniform",
    "last_28_days",
    "last_12_months",
    "counts_2y",
    "fading@half_life_weeks=26",
    "fading@half_life_weeks=52",
    "fading@half_life_weeks=104",
)
# With fewer periods to choose on, the choice would be luck.
LEAST_ORIGINS = 8
# Days are many and alike: one a week is enough to choose on.
STEPS: dict[Kind, int] = {"month": 1, "week": 1, "day": 7}


def is_baseline(spec: str) -> bool:
    """Return whether a method is a baseline by its name."""
    return spec.strip().partition("@")[0] not in CHALLENGERS


def candidates(methods: Iterable[str]) -> list[str]:
    """Return the baselines among some methods and the standard ones, each once.

    A standard one that is among them under another spelling keeps the spelling of the user.
    """
    chosen = [method for method in methods if is_baseline(method)]
    made = [forecaster(method) for method in chosen]
    standard = [s for s in STANDARD if s.partition("@")[0] in FORECASTERS]
    return chosen + [s for s in standard if forecaster(s) not in made]


def periods_to_choose_on(history: History, first: int) -> list[int]:
    """Return the periods of the year before the first origin that have something before them."""
    start = max(1, first - WINDOWS[history.kind]["year"])
    return list(range(first - 1, start - 1, -STEPS[history.kind]))[::-1]


def choose_reference(history: History, first: int, *, methods: Sequence[str]) -> Reference | None:
    """Return the baseline with the best log score in the year before the first origin.

    Parameters
    ----------
    history
        All periods; none from the first origin on is looked at.
    first
        Position of the first period that is to be scored.
    methods
        Specifications; the baselines among them are candidates beside the standard ones.

    Returns
    -------
    Reference or None
        The first of the best in order of ``methods``, then of `STANDARD`. All are scored on the
        same cells and periods. None if fewer than 8 periods can be scored.
    """
    past = history.before(first)
    periods, left_out = periods_to_choose_on(history, first), dict[str, str]()
    foretold: dict[str, Predictions] = {}
    for spec in candidates(methods):
        found = those_possible(past, spec, periods=periods)
        if len(found) >= LEAST_ORIGINS:
            foretold[spec] = found
        else:
            left_out[spec] = (
                f"can forecast {len(found)} of the {len(periods)} periods to choose on; "
                f"{LEAST_ORIGINS} are needed"
            )
    contest = _Contest(past=past, foretold=foretold, left_out=left_out)
    scored = contest.scored(periods)
    if len(scored) < LEAST_ORIGINS or not contest.foretold:
        return None
    log_scores = contest.log_scores(scored)
    if not log_scores:
        return None
    return Reference(
        method=max(log_scores, key=lambda spec: log_scores[spec]),
        how="chosen",
        chosen_from=first_day(history, scored[0]),
        chosen_to=first_day(history, scored[-1]),
        origins=len(scored),
        log_scores=log_scores,
        left_out=contest.left_out,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Contest:
    """Forecasts of the candidates, and why some are out."""

    past: History
    foretold: dict[str, Predictions]
    left_out: dict[str, str]

    def scored(self, periods: Iterable[int]) -> list[int]:
        """Return the periods that all candidates can forecast, some cell of which is scored."""
        found = []
        for period in periods:
            if all(period in foretold for foretold in self.foretold.values()):
                with suppress(UnsupportedByDataError):
                    cells_to_score(self.past, self.foretold.values(), origin=period)
                    found.append(period)
        return found

    def log_scores(self, periods: Sequence[int]) -> dict[str, float]:
        """Return the log score of each candidate that has one: mean over cells and periods."""
        cells = {p: cells_to_score(self.past, self.foretold.values(), origin=p) for p in periods}
        sizes = np.array([np.count_nonzero(cells[p]) for p in periods])
        found = {}
        for spec, foretold in self.foretold.items():
            try:
                scores = [
                    poisson_log_score(self.past.events[cells[p], p], foretold[p][cells[p]])
                    for p in periods
                ]
            except UndefinedMetricError:
                self.left_out[spec] = "expected nothing anywhere in a period in which events came"
                continue
            found[spec] = float(np.average(scores, weights=sizes))
        return found
