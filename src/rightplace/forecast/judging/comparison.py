"""Whether one method is better than another beyond the luck of the weeks they were tried on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import UndefinedMetricError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

BLOCK = 4  # consecutive origins drawn together: fits overlap and weeks resemble their neighbours
LEAST_BLOCKS = 2  # with fewer there is nothing to resample
# Percentile intervals of few blocks are too narrow: of independent normal differences, nominal
# 95 % intervals held the truth 73 % of the time with 8 origins, 82 % with 12, 90 % with 26 and
# 92 % with 52 (600 trials each). Below this many origins every verdict says so.
ENOUGH_ORIGINS = 26
RESAMPLES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Difference of two methods in one metric, with a paired bootstrap interval.

    Parameters
    ----------
    a, b
        Specifications of the methods.
    metric
        ``log_score``, ``log_score_same_noise``, ``crps`` (lower is better), ``hit_rate@SHARE``
        or ``pai@SHARE``.
    diff
        Metric of ``a`` less that of ``b``.
    lo95, hi95
        Ends of the central 95 % interval; None where there are too few origins to tell.
    """

    a: str
    b: str
    metric: str
    diff: float
    lo95: float | None
    hi95: float | None

    def turned(self) -> Self:
        """Return the same difference seen from the other side."""
        return type(self)(
            a=self.b,
            b=self.a,
            metric=self.metric,
            diff=-self.diff,
            lo95=None if self.hi95 is None else -self.hi95,
            hi95=None if self.lo95 is None else -self.lo95,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratio:
    """A metric as a ratio of sums over origins, so that it can be resampled.

    Parameters
    ----------
    above
        Shape (n_methods, n_origins). What each origin adds above the line.
    below
        Shape (n_origins,). What each origin adds below it, the same for all methods.
    """

    above: NDArray[np.float64]
    below: NDArray[np.float64]

    def value(self) -> NDArray[np.float64]:
        """Return the metric of each method, shape (n_methods,).

        Raises
        ------
        UndefinedMetricError
            If the sum below the line is 0.
        """
        if self.below.sum() == 0:
            msg = f"Nothing happened in any of {self.below.size} periods; the measure is 0/0."
            raise UndefinedMetricError(msg, remedy="Choose more origins or a wider class.")
        return np.asarray(self.above.sum(axis=1) / self.below.sum())

    def resampled(self, times: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the metric in each resample, shape (n_methods, n_resamples).

        ``times`` (n_resamples, n_origins) says how often each origin was drawn; resamples in
        which nothing happened are left out.
        """
        below = times @ self.below
        some = below > 0
        return np.asarray((self.above @ times[some].T) / below[some])


def block_draws(
    n_origins: int,
    *,
    generator: np.random.Generator,
    resamples: int = RESAMPLES,
    block: int = BLOCK,
) -> NDArray[np.int64]:
    """Return how often each origin is drawn in each resample, shape (resamples, n_origins).

    Blocks of consecutive origins, 4 unless told, the last followed by the first, are drawn until
    there are as many origins as before.

    References
    ----------
    Politis and Romano (1992), A circular block-resampling procedure for stationary data.
    """
    blocks = -(-n_origins // block)
    starts = generator.integers(n_origins, size=(resamples, blocks, 1))
    drawn = ((starts + np.arange(block)) % n_origins).reshape(resamples, -1)[:, :n_origins]
    times = np.zeros((resamples, n_origins), dtype=np.int64)
    np.add.at(times, (np.arange(resamples)[:, None], drawn), 1)
    return times


def compare(
    methods: Sequence[str], metrics: Mapping[str, Ratio], *, generator: np.random.Generator
) -> tuple[Pair, ...]:
    """Return the difference of each two methods in each metric.

    Parameters
    ----------
    methods
        Specifications, in the order of the rows of every ratio.
    metrics
        Each metric as a ratio of sums over the same origins in time order.
    generator
        Source of chance; all methods and metrics are resampled together.
    """
    n_origins = next(iter(metrics.values())).below.size
    enough = n_origins >= LEAST_BLOCKS * BLOCK
    times = block_draws(n_origins, generator=generator) if enough else None
    found = []
    for metric, ratio in metrics.items():
        value = ratio.value()
        drawn = None if times is None else ratio.resampled(times)
        for a, b in combinations(range(len(methods)), 2):
            ends: tuple[float | None, float | None] = (None, None)
            if drawn is not None:
                lo95, hi95 = np.quantile(drawn[a] - drawn[b], (0.025, 0.975))
                ends = (float(lo95), float(hi95))
            found.append(
                Pair(
                    a=methods[a],
                    b=methods[b],
                    metric=metric,
                    diff=float(value[a] - value[b]),
                    lo95=ends[0],
                    hi95=ends[1],
                )
            )
    return tuple(found)


def verdict(methods: Sequence[str], pairs: Sequence[Pair], *, n_origins: int) -> str:
    """Return in plain words which method is best by log score, and whom it does not beat.

    Parameters
    ----------
    methods
        Specifications, in the order they were named.
    pairs
        Differences that include ``log_score`` of each two methods.
    n_origins
        How many periods were forecast.
    """
    of_score = [p for p in pairs if p.metric == "log_score"]
    both_ways = [*of_score, *(p.turned() for p in of_score)]
    gains = {(p.a, p.b): (p.diff, p.lo95) for p in both_ways}
    if not gains:
        return f"{methods[0]} was tried alone over {n_origins} periods: nothing to compare it with."
    best = min(
        methods, key=lambda m: sum(gains[m, other][0] < 0 for other in methods if other != m)
    )
    others = [m for m in methods if m != best]
    if any(gains[best, other][1] is None for other in others):
        return (
            f"{best} has the best log score over {n_origins} periods, but that is too few "
            f"({LEAST_BLOCKS * BLOCK} are needed) to say that it is better than any other."
        )
    beaten = [o for o in others if (gains[best, o][1] or 0.0) > 0]
    level = [o for o in others if o not in beaten]
    text = f"{best} has the best log score over {n_origins} periods"
    if beaten:
        text += f"; better beyond chance than {', '.join(beaten)}"
    if level:
        text += f"; not better beyond chance than {', '.join(level)}"
    return text + "."
