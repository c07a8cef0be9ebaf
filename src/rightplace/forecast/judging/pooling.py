"""One answer from several cities: what a method gains on the reference, event by event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.errors import BadInputError, UsageError
from rightplace.forecast.judging.comparison import BLOCK, LEAST_BLOCKS, block_draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    Draws = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gains:
    """What a method gained on the reference in one city, origin by origin.

    Parameters
    ----------
    city
        Its name.
    gain
        Shape (n_origins,). Log-likelihood of the method less that of the reference, summed over
        cells, in time order.
    events
        Shape (n_origins,). Events that came.
    """

    city: str
    gain: NDArray[np.float64]
    events: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that origins agree and something happened.

        Raises
        ------
        BadInputError
            If they do not, or nothing did.
        """
        if self.gain.shape != self.events.shape or self.gain.ndim != 1:
            msg = f"{self.city}: {self.gain.shape} gains, {self.events.shape} counts of events."
            raise BadInputError(msg)
        if not self.events.sum() > 0:
            msg = f"{self.city}: no event in {self.events.size} periods; a gain per event is 0/0."
            raise BadInputError(msg)

    @classmethod
    def of(cls, city: str, origins: pa.Table, *, method: str, reference: str) -> Self:
        """Return the gains in the log score that the origins table of a backtest shows.

        Parameters
        ----------
        city
            Its name.
        origins
            As in `Backtest.origins`; both methods at the same origins.
        method, reference
            Specifications of the two.

        Raises
        ------
        UsageError
            If the backtest has not both.
        """
        sums: dict[str, dict[object, tuple[float, float]]] = {method: {}, reference: {}}
        for row in origins.sort_by("origin").to_pylist():
            if row["method"] in sums:
                total = row["log_score"] * row["n_cells"]
                sums[row["method"]][row["origin"]] = (total, row["events"])
        if not all(sums.values()):
            msg = f"The backtest of {city} has not both {method} and {reference}."
            raise UsageError(msg, remedy="Name both with --methods.")
        ours, theirs = sums[method], sums[reference]
        return cls(
            city=city,
            gain=np.array([ours[origin][0] - theirs[origin][0] for origin in ours]),
            events=np.array([events for _, events in ours.values()], dtype=np.float64),
        )

    def per_event(self, times: NDArray[np.int64]) -> Draws:
        """Return the gain per event in each resample, shape (n_resamples,); NaN without event."""
        events = (times @ self.events).astype(np.float64)
        found = np.full(events.shape, np.nan)
        np.divide(times @ self.gain, events, out=found, where=events > 0)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """Gain in log score per event, over several cities.

    Per event, not per cell and period: the size of cells and the length of periods differ, and a
    log score per cell of empty squares cannot be added to one of busy wards. In natural logarithms:
    exp(gain) is the factor by which the method makes the record likelier, for each event in it.

    Parameters
    ----------
    method, reference
        Specifications.
    cities
        Gain per event in each.
    gain, lo95, hi95
        Mean over cities, each counting alike, so that the largest does not decide; with the ends
        of its 95 % interval, null if a city has too few origins.
    gain_all_events, lo95_all_events, hi95_all_events
        All gains over all events, each event counting alike.
    """

    method: str
    reference: str
    cities: dict[str, float]
    gain: float
    lo95: float | None
    hi95: float | None
    gain_all_events: float
    lo95_all_events: float | None
    hi95_all_events: float | None


def pooled(
    cities: Sequence[Gains], *, method: str, reference: str, generator: np.random.Generator
) -> Pooled:
    """Return the gain of a method on a reference over several cities, with its interval.

    Blocks of 4 consecutive origins are drawn within each city, the cities independently. The
    interval is for these cities: what it would be in one that was not looked at, no bootstrap of
    weeks can say.

    Parameters
    ----------
    cities
        Gains of the same method on the same reference.
    method, reference
        Specifications of the two, to be named in the result.
    generator
        Source of chance.

    Raises
    ------
    UsageError
        If no city is given, or one is given twice.
    """
    names = [city.city for city in cities]
    if not names or len(set(names)) < len(names):
        msg = f"Pooling needs one city or more, each once; got {', '.join(names) or 'none'}."
        raise UsageError(msg)
    each = {c.city: float(c.gain.sum() / c.events.sum()) for c in cities}
    all_gains, all_events = (
        sum(v.sum() for v in values)
        for values in ([c.gain for c in cities], [c.events for c in cities])
    )
    means, totals = _intervals(cities, generator)
    return Pooled(
        method=method,
        reference=reference,
        cities=each,
        gain=float(np.mean(list(each.values()))),
        lo95=means[0],
        hi95=means[1],
        gain_all_events=float(all_gains / all_events),
        lo95_all_events=totals[0],
        hi95_all_events=totals[1],
    )


def _intervals(
    cities: Sequence[Gains], generator: np.random.Generator
) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
    """Return the intervals of the mean over cities and of the gain over all events."""
    if any(city.gain.size < LEAST_BLOCKS * BLOCK for city in cities):
        return (None, None), (None, None)
    times = [block_draws(city.gain.size, generator=generator) for city in cities]
    drawn = list(zip(cities, times, strict=True))
    means = np.mean([city.per_event(t) for city, t in drawn], axis=0)
    gains = np.sum([t @ city.gain for city, t in drawn], axis=0)
    events = np.sum([t @ city.events for city, t in drawn], axis=0)
    return _ends(means[np.isfinite(means)]), _ends(gains[events > 0] / events[events > 0])


def _ends(drawn: Draws) -> tuple[float, float]:
    lo95, hi95 = np.quantile(drawn, (0.025, 0.975))
    return float(lo95), float(hi95)
