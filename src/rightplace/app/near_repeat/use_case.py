"""Use case: whether events of a file follow each other closer than by chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - schemas are made from the annotations
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.answer import Answer
from rightplace.app.near_repeat.words import notices_of_test, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rightplace.app.near_repeat.events import Events
    from rightplace.app.near_repeat.table import EventFile
    from rightplace.forecast.near_repeat.bands import Bands, Closed
    from rightplace.forecast.near_repeat.knox import NearRepeat
    from rightplace.forecast.near_repeat.pairs import Metric

Table = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A band of distance or of elapsed days.

    Parameters
    ----------
    interval
        In the notation of intervals: a square bracket holds its edge, a round one does not.
    words
        The same in words.
    """

    interval: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearBand:
    """A band with more pairs than chance gives, and what preventing them could save at most.

    Parameters
    ----------
    space, time
        Row and column in the tables, counted from 0.
    observed, expected
        Pairs counted, and the mean number when dates are dealt out anew.
    ratio
        Observed by expected.
    p, p_holm
        Chance of as many pairs or more; the second allows for the number of bands tested.
    excess_pairs
        Observed less expected pairs.
    excess_lo95, excess_hi95
        Observed less the 97.5 and the 2.5 % quantile of the permutations.
    first_events
        Events with no earlier event in this band, those that stand alone among them.
    preventable_share
        Excess pairs for each first event, at most 1.
    preventable_lo95, preventable_hi95
        The same with the ends of the excess.
    share_of_events
        Of all events, those that could go if every excess pair were prevented.
    """

    space: int
    time: int
    space_words: str
    time_words: str
    observed: int
    expected: float
    ratio: float
    p: float
    p_holm: float
    excess_pairs: float
    excess_lo95: float
    excess_hi95: float
    first_events: int
    preventable_share: float
    preventable_lo95: float
    preventable_hi95: float
    share_of_events: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRepeatResult:
    """The Knox test of a file of events; tables have a row for each band of distance.

    Parameters
    ----------
    observed
        Pairs of events in each band.
    ratio
        Observed by expected pairs; null where none can be expected.
    p
        Chance of as many pairs or more, from the permutations.
    preventable_share
        Excess pairs for each first event in the nearest significant band; 0 where there is none.
    preventable_lo95, preventable_hi95
        Its ends: the excess over the 97.5 and the 2.5 % quantile of the permutations.
    expected
        Mean number of pairs when dates are dealt out anew: pairs of that distance, times pairs
        of that time, by all pairs. Exact, not drawn.
    mean, median
        Mean and median number over the permutations, as the published calculators report.
    ratio_mean, ratio_median
        Observed by these; null where they are 0.
    p_holm
        ``p`` allowing for the number of bands tested (Holm 1979).
    significant
        Whether ``p_holm`` is 0.05 or less in a band of which both ends are given.
    nearest
        The nearest significant band, by distance and then by time, or null.
    excess_pairs
        Observed less expected pairs, summed over all significant bands.
    excess_lo95, excess_hi95
        The same with the quantiles of the permutations.
    events_read
        Rows in the file.
    left_out
        Rows without place or date that were left out.
    incidents
        Events that were tested, several rows of one incident joined.
    joined
        Rows joined to an earlier one of the same incident.
    same_place_and_day
        Incidents at the same place on the same day as one before them in the file.
    columns
        Which column was used for what, in words.
    remains
        What dealing out the dates does not remove, so that the test cannot tell it from repeats.
    """

    observed: tuple[tuple[int, ...], ...]
    ratio: Table
    p: tuple[tuple[float, ...], ...]
    preventable_share: float
    preventable_lo95: float
    preventable_hi95: float
    verdict: str
    space_bands: tuple[Band, ...]
    time_bands: tuple[Band, ...]
    metric: str
    closed: str
    expected: tuple[tuple[float, ...], ...]
    mean: tuple[tuple[float, ...], ...]
    median: tuple[tuple[float, ...], ...]
    ratio_mean: Table
    ratio_median: Table
    p_holm: tuple[tuple[float, ...], ...]
    significant: tuple[tuple[bool, ...], ...]
    nearest: NearBand | None
    excess_pairs: float
    excess_lo95: float
    excess_hi95: float
    file: str
    sha256: str
    columns: str
    events_read: int
    left_out: int
    incidents: int
    joined: int
    same_place_and_day: int
    first_day: date
    last_day: date
    permutations: int
    seed: int
    remains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRepeatOptions:
    """How near is near, and how chance is drawn.

    Parameters
    ----------
    space, time
        Edges of the bands, in metres and in days.
    closed
        Which edge belongs to a band.
    """

    space: tuple[float, ...]
    time: tuple[float, ...]
    metric: Metric
    closed: Closed
    permutations: int = 999
    seed: int = 0


def near_repeat_of(asked: EventFile, options: NearRepeatOptions) -> Answer[NearRepeatResult]:
    """Test whether the events of a file follow each other closer than chance would have them."""
    from rightplace.app.near_repeat.events import read_events
    from rightplace.forecast.near_repeat.bands import Bands
    from rightplace.forecast.near_repeat.knox import near_repeat

    space = Bands(edges=options.space, closed=options.closed)
    time = Bands(edges=options.time, closed=options.closed)
    time.last_units()  # edges that hold no day are wrong whatever the file holds
    events = read_events(asked)
    found = near_repeat(
        events.xy,
        events.days,
        bands=(space, time),
        metric=options.metric,
        permutations=options.permutations,
        generator=np.random.default_rng(options.seed),
    )
    n_bands = found.counts.observed.size
    return Answer(
        verb="near-repeat",
        result=_result(found, events, str(asked.path), options),
        as_of=events.last_day,
        warnings=(
            *events.notices,
            *notices_of_test(n_bands=n_bands, permutations=options.permutations),
        ),
    )


def _result(
    found: NearRepeat, events: Events, file: str, options: NearRepeatOptions
) -> NearRepeatResult:
    from rightplace.forecast.near_repeat.knox import REMAINS, preventable

    counts = found.counts
    mean, median = found.permuted.mean(axis=0), np.median(found.permuted, axis=0)
    near = _nearest(found)
    every = preventable(found, found.significant())
    return NearRepeatResult(
        observed=_rows(counts.observed),
        ratio=_shown(counts.ratio),
        p=_rows(found.p),
        preventable_share=0.0 if near is None else near.preventable_share,
        preventable_lo95=0.0 if near is None else near.preventable_lo95,
        preventable_hi95=0.0 if near is None else near.preventable_hi95,
        verdict=verdict(
            near,
            n_tested=found.counts.observed.size,
            permutations=options.permutations,
            n_events=len(events.days),
            alike=events.alike,
        ),
        space_bands=_bands(found.space, found.space.distance_words),
        time_bands=_bands(found.time, found.time.day_words),
        metric=options.metric,
        closed=options.closed,
        expected=_rows(counts.expected),
        mean=_rows(mean),
        median=_rows(median),
        ratio_mean=_shown(_by(counts.observed, mean)),
        ratio_median=_shown(_by(counts.observed, median)),
        p_holm=_rows(found.p_holm),
        significant=_rows(found.significant()),
        nearest=near,
        excess_pairs=every.excess_pairs,
        excess_lo95=every.excess_lo95,
        excess_hi95=every.excess_hi95,
        file=file,
        sha256=events.sha256,
        columns=events.columns,
        events_read=events.read,
        left_out=events.left_out,
        incidents=len(events.days),
        joined=events.joined,
        same_place_and_day=events.alike,
        first_day=events.first_day,
        last_day=events.last_day,
        permutations=options.permutations,
        seed=options.seed,
        remains=REMAINS,
    )


def _bands(bands: Bands, words: Callable[[int], str]) -> tuple[Band, ...]:
    """Return each band as an interval and in words."""
    return tuple(Band(interval=bands.interval(n), words=words(n)) for n in range(len(bands)))


def _nearest(found: NearRepeat) -> NearBand | None:
    """Return the nearest significant band with what preventing its pairs could save."""
    from rightplace.forecast.near_repeat.knox import nearest, preventable

    significant = found.significant()
    at = nearest(significant)
    if at is None:
        return None
    chosen = np.zeros_like(significant)
    chosen[at] = True
    could = preventable(found, chosen)
    return NearBand(
        space=at[0],
        time=at[1],
        space_words=found.space.distance_words(at[0]),
        time_words=found.time.day_words(at[1]),
        observed=int(found.counts.observed[at]),
        expected=float(found.counts.expected[at]),
        ratio=float(found.counts.ratio[at]),
        p=float(found.p[at]),
        p_holm=float(found.p_holm[at]),
        excess_pairs=could.excess_pairs,
        excess_lo95=could.excess_lo95,
        excess_hi95=could.excess_hi95,
        first_events=could.first_events,
        preventable_share=could.share,
        preventable_lo95=could.share_lo95,
        preventable_hi95=could.share_hi95,
        share_of_events=could.share_of_events,
    )


def _by(observed: NDArray[np.int64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one by the other; NaN where the other is 0."""
    found = np.full(other.shape, np.nan)
    np.divide(observed, other, out=found, where=other > 0)
    return found


def _rows(values: NDArray[Any]) -> tuple[tuple[Any, ...], ...]:
    return tuple(map(tuple, values.tolist()))


def _shown(values: NDArray[np.float64]) -> Table:
    """Return a table in which what is not defined is null."""
    return tuple(tuple(None if np.isnan(v) else float(v) for v in row) for row in values)
