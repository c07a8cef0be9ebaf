"""Whether a simulated loop ran away: what the forecast holds of the places it sends patrols to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.forecast.feedback.loop import incidents_of, run_loop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rightplace.forecast.feedback.loop import Arm, Loop, Town

Outcome = Literal["stays bounded", "is drawn off", "runs away"]

QUARTER: Final = 13
YEAR: Final = 52
# A threshold of ours; no source sets one: from here on a forecast has left the truth for whoever
# plans by it.
AWAY: Final = 1.25
_TAILS: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median over runs, and what a tenth of them are below and a tenth above."""

    lo10: float
    median: float
    hi90: float


def spread_of(values: NDArray[np.float64]) -> Spread:
    """Return the spread of one number for each run."""
    low, middle, high = np.quantile(values, _TAILS)
    return Spread(lo10=float(low), median=float(middle), hi90=float(high))


@dataclass(frozen=True, kw_only=True, eq=False)
class LoopRuns:
    """Several runs of one arm.

    The top places of a run are those with most visits in its last year. Parts of visits and
    forecasts are looked at over the quarter up to a week.

    Parameters
    ----------
    town, arm
        Where, and what was counted.
    expected, visits
        Shape (n_runs, n_cells, n_weeks).
    """

    town: Town
    arm: Arm
    expected: NDArray[np.float64]
    visits: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check that the runs fit the town and last long enough.

        Raises
        ------
        BadInputError
            If not.
        """
        fits = self.expected.shape == self.visits.shape and self.visits.ndim == 3  # noqa: PLR2004 - runs by cells by weeks
        if not fits or self.visits.shape[1] != self.town.n_cells or self.visits.shape[2] < YEAR:
            msg = (
                f"Runs of {self.town.n_cells} places and {YEAR} weeks or more are needed; got "
                f"{self.visits.shape} and {self.expected.shape}."
            )
            raise BadInputError(msg)

    @cached_property
    def top(self) -> NDArray[np.bool_]:
        """Shape (n_runs, n_cells). The most visited places of the last year; ties: the first."""
        last_year = self.visits[:, :, -YEAR:].sum(axis=2)
        order = np.argsort(-last_year, axis=1, kind="stable")[:, : self.town.leaders]
        found = np.zeros(last_year.shape, dtype=np.bool_)
        np.put_along_axis(found, order, values=True, axis=1)
        return found

    @cached_property
    def true_share(self) -> NDArray[np.float64]:
        """Shape (n_runs,). Share of what truly happens that happens in the top places."""
        return np.asarray((self.top * self.town.rate).sum(axis=1) / self.town.rate.sum())

    @cached_property
    def expected_share(self) -> NDArray[np.float64]:
        """Shape (n_runs, n_weeks). Share of the forecast that lies in the top places."""
        return self._share(self.expected, self.top, what="The forecast expects nothing")

    @cached_property
    def visit_share(self) -> NDArray[np.float64]:
        """Shape (n_runs, n_weeks). Share of visits made to the top places."""
        return self._share(self.visits, self.top, what="No visit is made")

    @cached_property
    def first_place_share(self) -> NDArray[np.float64]:
        """Shape (n_runs, n_weeks). Share of visits made to the first place of the town."""
        first = np.zeros(self.top.shape, dtype=np.bool_)
        first[:, 0] = True
        return self._share(self.visits, first, what="No visit is made")

    @property
    def exaggeration(self) -> NDArray[np.float64]:
        """Shape (n_runs, n_weeks). How many times their true share the top places are held for."""
        return self.expected_share / self.true_share[:, None]

    @cached_property
    def newcomers_per_year(self) -> NDArray[np.float64]:
        """Shape (n_runs,). Places that come among the highest forecasts, in the second half.

        A place counts each time it comes anew. Among places that are truly alike, 0 says that
        nothing that happens elsewhere changes where patrols go any more.
        """
        order = np.argsort(-self.expected, axis=1, kind="stable")[:, : self.town.leaders]
        highest = np.zeros(self.expected.shape, dtype=np.bool_)
        np.put_along_axis(highest, order, values=True, axis=1)
        half = self.expected.shape[2] // 2
        came = highest[:, :, half + 1 :] & ~highest[:, :, half:-1]
        return np.asarray(came.sum(axis=(1, 2)) * YEAR / came.shape[2])

    def _share(
        self, values: NDArray[np.generic], chosen: NDArray[np.bool_], *, what: str
    ) -> NDArray[np.float64]:
        """Return the share of a quarter's sum that lies in some places, shape (n_runs, n_weeks).

        Raises
        ------
        UndefinedMetricError
            If a quarter's sum is 0 somewhere.
        """
        numbers = np.asarray(values, dtype=np.float64)
        inside = _over_quarter((numbers * chosen[:, :, None]).sum(axis=1))
        total = _over_quarter(numbers.sum(axis=1))
        if not (total > 0).all():
            msg = f"{what} anywhere in town {self.town.name!r}, arm {self.arm.name!r}: no share."
            remedy = "Choose a method that expects something everywhere, such as the default."
            raise UndefinedMetricError(msg, remedy=remedy)
        return np.asarray(inside / total)


def outcome_of(runs: LoopRuns, *, unlooped: LoopRuns) -> Outcome:
    """Return whether the forecast of an arm left the truth at the end.

    It *runs away* if in half of the runs it holds the top places for a quarter more violent than
    they are, or worse. It *is drawn off* if in half of them it exaggerates more than nine in ten
    runs without a loop do by chance; else it *stays bounded*.

    Parameters
    ----------
    runs
        The arm in question.
    unlooped
        The same town and incidents where nothing that patrols discover is counted.
    """
    median = spread_of(runs.exaggeration[:, -1]).median
    if median >= AWAY:
        return "runs away"
    by_chance = spread_of(unlooped.exaggeration[:, -1]).hi90
    return "stays bounded" if median <= by_chance else "is drawn off"


def _over_quarter(by_week: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sums over the 13 weeks up to each week (fewer at the start), shape (n, n_weeks)."""
    total = np.cumsum(by_week, axis=1)
    total[:, QUARTER:] -= total[:, :-QUARTER].copy()
    return total


def run_arms(
    loop: Loop, arms: Iterable[Arm], *, runs: int, rng: np.random.Generator
) -> tuple[LoopRuns, ...]:
    """Return several runs of each arm; run by run, all arms meet the same incidents.

    Parameters
    ----------
    loop
        Town, forecaster, planner, weeks.
    arms
        What is counted.
    runs
        How many, at least 1.
    rng
        All chance.
    """
    chances = rng.spawn(runs)
    incidents = [incidents_of(loop, rng=each) for each in chances]
    found = []
    for arm in arms:
        made = [
            run_loop(loop, arm, drawn, rng=each.spawn(1)[0])
            for drawn, each in zip(incidents, chances, strict=True)
        ]
        found.append(
            LoopRuns(
                town=loop.town,
                arm=arm,
                expected=np.stack([run.expected for run in made]),
                visits=np.stack([run.visits for run in made]),
            )
        )
    return tuple(found)
