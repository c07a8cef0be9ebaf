"""Near repeat: whether events stand closer in space and time than chance would have them.

The Knox test counts pairs of events by band of distance and of elapsed time, and compares each
count with those found when the dates are dealt out anew over the events (Knox 1964, Applied
Statistics 13, 25-29; for crime Johnson et al. 2007, Journal of Quantitative Criminology 23,
201-219). It finds association and no cause. Dealing out the dates keeps what each place has over
the whole time and what each date has over the whole area, and nothing else; see ``REMAINS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UndefinedMetricError, UsageError
from rightplace.forecast.near_repeat.chance import permuted_counts
from rightplace.forecast.near_repeat.pairs import (
    Metric,
    PairCounts,
    check_events,
    count_pairs,
    elapsed_pairs,
    near_pairs,
    with_the_rest,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.near_repeat.bands import Bands

_SEASONS = (
    "Seasons that differ from place to place (a street busy in summer only, a place in use for "
    "a few months) bring pairs together without any event leading to another."
)
_SPELLS = (
    "Spells of one offender, and risks that rise and fall at a place, look the same as one event "
    "leading to the next: the test finds association, not cause."
)
_VICTIMS = (
    "Several victims or reports of one incident are pairs at one place and time; only rows that "
    "share an incident's key are joined."
)
_LATE = "Days that were recorded late, or as the day of discovery, move pairs between bands."
REMAINS = (_SEASONS, _SPELLS, _VICTIMS, _LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRepeat:
    """The Knox test of a set of events; tables have shape (n_space, n_time).

    Parameters
    ----------
    space, time
        The bands, in metres and whole days.
    counts
        Observed and expected pairs.
    permuted
        Shape (permutations, n_space, n_time). Pairs in each permutation.
    """

    space: Bands
    time: Bands
    counts: PairCounts
    permuted: NDArray[np.int64]

    @property
    def p(self) -> NDArray[np.float64]:
        """Share of permutations, the observed one among them, with as many pairs or more."""
        reached = (self.permuted >= self.counts.observed).sum(axis=0)
        return np.asarray((1 + reached) / (1 + len(self.permuted)), dtype=np.float64)

    @property
    def p_holm(self) -> NDArray[np.float64]:
        """The same, allowing for the number of bands tested.

        Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
        """
        plain = self.p.ravel()
        ranked = np.argsort(plain, kind="stable")
        stepped = plain[ranked] * np.arange(plain.size, 0, -1)
        adjusted = np.empty(plain.size)
        adjusted[ranked] = np.minimum(np.maximum.accumulate(stepped), 1.0)
        return adjusted.reshape(self.p.shape)

    @property
    def is_near(self) -> NDArray[np.bool_]:
        """Whether each band has both ends: any distance off, or any time after, is not near."""
        found = np.ones(self.counts.observed.shape, dtype=np.bool_)
        found[len(self.counts.has_earlier) :] = False
        if self.time.is_open_ended:
            found[:, -1] = False
        return found

    def significant(self, level: float = 0.05) -> NDArray[np.bool_]:
        """Return the bands with more pairs than chance gives, allowing for the number tested."""
        return (self.p_holm <= level) & self.is_near


@dataclass(frozen=True, slots=True, kw_only=True)
class Preventable:
    """What preventing every excess pair in some bands could save, at the very most.

    A first event is one with no earlier event in any of these bands: the one after which someone
    would have to act, since nobody knows yet whether another will follow. So every event that
    stands alone is a first event too.

    Parameters
    ----------
    excess_pairs
        Observed less expected pairs, summed over the bands; 0 where there is no band.
    excess_lo95, excess_hi95
        Observed less the 97.5 and the 2.5 % quantile of the permutations: what chance leaves open.
    first_events
        Number of first events.
    share
        Excess pairs for each first event, at most 1. In dense places one first event can have
        many pairs; then 1 says that they outnumber the first events, not that all crime could
        be prevented.
    share_lo95, share_hi95
        The same with the ends of the excess.
    share_of_events
        Of all events, those that could go if every excess pair were prevented: no more than the
        excess pairs, and no more than the events that have an earlier one.
    """

    excess_pairs: float
    excess_lo95: float
    excess_hi95: float
    first_events: int
    share: float
    share_lo95: float
    share_hi95: float
    share_of_events: float


def near_repeat(
    xy: NDArray[np.float64],
    days: NDArray[np.int64],
    *,
    bands: tuple[Bands, Bands],
    metric: Metric,
    permutations: int,
    generator: np.random.Generator,
) -> NearRepeat:
    """Return the Knox test of events by place and day.

    Parameters
    ----------
    xy
        Shape (n_events, 2). Places in metres.
    days
        Shape (n_events,). Whole days since any date.
    bands
        Bands of distance in metres, and of elapsed time in days.
    metric
        ``euclidean`` as the crow flies, or ``manhattan``.
    permutations
        How often the dates are dealt out anew; p cannot be below 1 / (permutations + 1).
    generator
        Source of chance.

    Raises
    ------
    UsageError
        If there is not even one permutation.
    UndefinedMetricError
        If there are fewer than two events, all are of one date, or none lie near each other.
    """
    if permutations < 1:
        msg = f"{permutations} permutations give no chance to compare with."
        raise UsageError(msg, value=permutations, remedy="Take 999; 99 for a first look.")
    check_events(days)
    space, time = bands
    pairs = near_pairs(xy, space, metric=metric)
    if not pairs.neighbours.size and not space.is_open_ended:
        msg = (
            f"No two of {days.size:,} events lie {space.edges[0]:g} to {space.edges[-1]:g} m apart."
        )
        raise UndefinedMetricError(msg, remedy="Check that x and y are metres, or widen --space.")
    near = permuted_counts(pairs, days, time, permutations=permutations, generator=generator)
    return NearRepeat(
        space=space,
        time=time,
        counts=count_pairs(pairs, days, space=space, time=time),
        permuted=with_the_rest(near, elapsed_pairs(days, time), space=space),
    )


def nearest(significant: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the first significant band, by distance and then by time, or None."""
    found = np.argwhere(significant)
    return (int(found[0, 0]), int(found[0, 1])) if len(found) else None


def preventable(found: NearRepeat, chosen: NDArray[np.bool_]) -> Preventable:
    """Return the excess pairs in some bands beside the first events: what acting could save.

    The share is excess pairs by first events. Groff and Taniguchi (2019), Police Quarterly 22,
    330-359, show why it belongs beside the test: clustering may be significant in a city and
    still be too little to act on. It is an upper bound: it takes for granted that every event is
    known at once and that acting on it prevents all that chance does not explain.

    Parameters
    ----------
    found
        The Knox test.
    chosen
        Shape (n_space, n_time). The bands in which pairs would be prevented; a band of distance
        without an end must not be among them.
    """
    with_end = len(found.counts.has_earlier)
    observed = int(found.counts.observed[chosen].sum())
    excess = observed - float(found.counts.expected[chosen].sum())
    by_chance = found.permuted[:, chosen].sum(axis=1)
    low, high = (float(observed - np.quantile(by_chance, q)) for q in (0.975, 0.025))
    followers = found.counts.has_earlier[chosen[:with_end]].any(axis=0)
    first = int(followers.size - followers.sum())
    most = min(max(excess, 0.0), float(followers.sum()))
    share, share_lo95, share_hi95 = (min(max(e, 0.0) / first, 1.0) for e in (excess, low, high))
    return Preventable(
        excess_pairs=excess,
        excess_lo95=low,
        excess_hi95=high,
        first_events=first,
        share=share,
        share_lo95=share_lo95,
        share_hi95=share_hi95,
        share_of_events=most / followers.size,
    )
