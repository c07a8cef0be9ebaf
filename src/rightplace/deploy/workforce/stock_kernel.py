"""Compiled loop over draws and months: leave, move on, find a tutor, join.

Compiled when first called and kept in memory only, so that nothing is written beside the
installed package. Chance comes from one key for each draw: each event of each month has its own
number, the same whatever else is changed, so that what-ifs differ by what was changed alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# SplitMix64 (Steele, Lea and Flood 2014): step and multipliers of its mixing.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53
_FAR = 30.0  # mean above which the search for a quantile does not begin at 0
_SPREADS = 9.0  # so many standard deviations below the mean nothing is left to add
_NOTHING = 1e-18
_HALF = 0.5
# Numbers of events within a month: cells of routes from 0, then these.
_EVENTS = np.uint64(1 << 20)
_JOIN, _WAIT, _ESTABLISHED, _AWAY, _GO, _BACK, _CAUSE = 4096, 5120, 6144, 6400, 6656, 6912, 7168


def _uniform(key: np.uint64, month: int, event: int) -> float:
    """Return a number in 0 to 1 that belongs to one event of one month of one draw."""
    z = key + (np.uint64(month) * _EVENTS + np.uint64(event) + np.uint64(1)) * _STEP
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return float((z ^ (z >> _S31)) >> _S11) * _UNIT


def _search(n: float, p: float, stay: float, u: float) -> float:
    """Return the least k with P(binomial(n, p) <= k) >= u, for p below 1 and stay = log(1 - p)."""
    mean = n * p
    if n <= 0 or u < 1 - mean:  # (1 - p)^n >= 1 - n p
        return 0.0
    k, log_chance = 0.0, n * stay
    if mean > _FAR:
        k = max(0.0, math.floor(mean - _SPREADS * math.sqrt(mean * (1 - p))))
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        log_chance = ways + k * math.log(p) + (n - k) * stay
    chance = math.exp(log_chance)
    below, odds = chance, p / (1 - p)
    while u > below and k < n and (chance > _NOTHING or k < mean):
        chance *= (n - k) / (k + 1) * odds
        k += 1
        below += chance
    return k


search: Callable[..., float] = numba.njit(nogil=True)(_search)


def _quantile(n: float, p: float, u: float) -> float:
    """Return the least k with P(binomial(n, p) <= k) >= u, or n p where u is below 0."""
    if n <= 0 or p <= 0:
        return 0.0
    if u < 0:
        return n * min(p, 1.0)
    if p >= 1:
        return n
    if p > _HALF:  # counted from the other end, which is nearer
        return n - search(n, 1 - p, math.log(p), 1 - u)
    return search(n, p, math.log1p(-p), u)


uniform: Callable[..., float] = numba.njit(nogil=True)(_uniform)
binomial_quantile: Callable[..., float] = numba.njit(nogil=True)(_quantile)


def _leave(  # noqa: PLR0913, PLR0917 - compiled: arrays, no objects
    key: np.uint64,
    month: int,
    sure: bool,  # noqa: FBT001 - as above
    line: Floats,
    rate_of: Ints,
    pools: Floats,
    routes: int,
    chances: Floats,
    left: Floats,
) -> None:
    """Take leavers out of the line, of those who wait, the established and those away.

    ``pools`` is one for each route (waiting), then the established, then each kind of leave.
    ``left`` gets the leavers by rate (training, tutored, probation, established).
    """
    left[:] = 0
    stays = np.log1p(-chances)
    for i in range(line.size):
        p = chances[rate_of[i]]
        if sure:
            gone = line[i] * p
        else:
            gone = search(line[i], p, stays[rate_of[i]], uniform(key, month, i))
        line[i] -= gone
        left[rate_of[i]] += gone
    for i in range(pools.size):
        rate = 1 if i < routes else 3
        event = _WAIT + i if i < routes else _ESTABLISHED + i - routes
        u = -1.0 if sure else uniform(key, month, event)
        gone = binomial_quantile(pools[i], chances[rate], u)
        pools[i] -= gone
        left[rate] += gone


def _go_and_return(  # noqa: PLR0913, PLR0917 - compiled: arrays, no objects
    key: np.uint64,
    month: int,
    sure: bool,  # noqa: FBT001 - as above
    pools: Floats,
    routes: int,
    go: Floats,
    back: Floats,
) -> None:
    """Let those away return, and others go on leave; who returns does not go in the same month."""
    returned = 0.0
    for k in range(go.size):
        u = -1.0 if sure else uniform(key, month, _BACK + k)
        home = binomial_quantile(pools[routes + 1 + k], back[k], u)
        u = -1.0 if sure else uniform(key, month, _GO + k)
        off = binomial_quantile(pools[routes], go[k], u)
        pools[routes] -= off
        pools[routes + 1 + k] += off - home
        returned += home
    pools[routes] += returned


def _move_on(line: Floats, phases: Ints, pools: Floats) -> None:
    """Let each officer of the line be a month older.

    A route's cells are its months of training, of the tutor phase and of what is left of the
    probation; the first month of the tutor phase is left empty, for who finds a tutor.
    """
    at, routes = 0, phases.shape[0]
    for r in range(routes):
        training, tutored, rest = phases[r, 0], phases[r, 1], phases[r, 2]
        trained = line[at + training - 1] if training else 0.0
        taught = line[at + training + tutored - 1] if tutored else 0.0
        served = line[at + training + tutored + rest - 1] if rest else 0.0
        for i in range(at + training + tutored + rest - 1, at, -1):
            line[i] = line[i - 1]
        if training:
            line[at] = 0.0
        if tutored:
            line[at + training] = 0.0
            pools[r] += trained
        else:
            taught = trained
        if rest:
            line[at + training + tutored] = taught
        else:
            served = taught
        pools[routes] += served
        at += training + tutored + rest


def _find_tutors(  # noqa: PLR0913, PLR0917 - compiled: arrays, no objects
    line: Floats,
    phases: Ints,
    pools: Floats,
    sure: bool,  # noqa: FBT001 - as above
    share: float,
    number: float,
    each: float,
) -> None:
    """Let who waits begin with a tutor, as far as there are some; routes in proportion."""
    routes = phases.shape[0]
    tutors = number if number >= 0 else share * pools[routes]
    if not sure:
        tutors = math.floor(tutors + 1e-9)
    free = tutors * each if sure else math.floor(tutors * each + 1e-9)
    waiting, at = 0.0, 0
    for r in range(routes):
        waiting += pools[r]
        for i in range(at + phases[r, 0], at + phases[r, 0] + phases[r, 1]):
            free -= line[i]
        at += phases[r, 0] + phases[r, 1] + phases[r, 2]
    free, at = min(max(free, 0.0), waiting), 0
    for r in range(routes):
        if pools[r] > 0:
            part = free * pools[r] / waiting
            begin = min(part if sure or pools[r] == waiting else math.floor(part), pools[r])
            waiting -= pools[r]
            line[at + phases[r, 0]] += begin
            pools[r] -= begin
            free -= begin
        at += phases[r, 0] + phases[r, 1] + phases[r, 2]


def _join(line: Floats, phases: Ints, pools: Floats, route: int, number: float) -> None:
    """Put joiners of a route where they begin; who needs a tutor at once waits for one."""
    at = 0
    for r in range(route):
        at += phases[r, 0] + phases[r, 1] + phases[r, 2]
    if phases[route, 0]:
        line[at] += number
    elif phases[route, 1]:
        pools[route] += number
    elif phases[route, 2]:
        line[at] += number
    else:
        pools[phases.shape[0]] += number


leave: Callable[..., None] = numba.njit(nogil=True)(_leave)
go_and_return: Callable[..., None] = numba.njit(nogil=True)(_go_and_return)
move_on: Callable[..., None] = numba.njit(nogil=True)(_move_on)
find_tutors: Callable[..., None] = numba.njit(nogil=True)(_find_tutors)
join: Callable[..., None] = numba.njit(nogil=True)(_join)


def _count(line: Floats, cohort_of: Ints, pools: Floats, routes: int, counted: Floats) -> None:
    """Count officers by cohort, in the order of ``COHORTS``."""
    counted[:] = 0
    for i in range(line.size):
        counted[cohort_of[i]] += line[i]
    for i in range(pools.size):
        counted[1 if i < routes else (4 if i == routes else 5)] += pools[i]


count: Callable[..., None] = numba.njit(nogil=True)(_count)


def _split(
    key: np.uint64,
    month: int,
    sure: bool,  # noqa: FBT001 - compiled: no keywords
    left: Floats,
    shares: Floats,
    by_cause: Floats,
) -> None:
    """Split leavers by cause; ``shares`` (rates, causes) sum to 1 in each row."""
    by_cause[:] = 0
    for rate in range(shares.shape[0]):
        rest, room = left[rate], 1.0
        for c in range(shares.shape[1]):
            p = 1.0 if c == shares.shape[1] - 1 else shares[rate, c] / max(room, 1e-300)
            event = _CAUSE + 16 * rate + c
            gone = binomial_quantile(rest, p, -1.0 if sure else uniform(key, month, event))
            by_cause[c] += gone
            rest -= gone
            room -= shares[rate, c]


split: Callable[..., None] = numba.njit(nogil=True)(_split)


def _project(  # noqa: PLR0913, PLR0917 - one loop; what it calls is compiled apart
    keys: NDArray[np.uint64],
    sure: bool,  # noqa: FBT001 - compiled: no keywords
    line_at_start: Floats,
    pools_at_start: Floats,
    phases: Ints,
    cohort_of: Ints,
    rate_of: Ints,
    chances: Floats,
    shares: Floats,
    go: Floats,
    back: Floats,
    joiners: Ints,
    filled: Floats,
    tutors: Floats,
    stock: Floats,
    joined: Floats,
    left: Floats,
) -> None:
    """Follow each draw from month to month.

    Shapes: chances (draws, rates), shares (draws, rates, causes), joiners (routes, months),
    filled (draws, routes), stock (draws, months + 1, cohorts), joined (draws, months, routes),
    left (draws, months, causes); tutors is share, number (below 0: none) and students each.
    """
    routes, months = joiners.shape
    for d in range(keys.size):
        line, pools = line_at_start.copy(), pools_at_start.copy()
        gone = np.zeros(chances.shape[1])
        count(line, cohort_of, pools, routes, stock[d, 0])
        for t in range(months):
            leave(keys[d], t, sure, line, rate_of, pools, routes, chances[d], gone)
            split(keys[d], t, sure, gone, shares[d], left[d, t])
            go_and_return(keys[d], t, sure, pools, routes, go, back)
            move_on(line, phases, pools)
            for r in range(routes):
                u = -1.0 if sure else uniform(keys[d], t, _JOIN + r)
                joined[d, t, r] = binomial_quantile(float(joiners[r, t]), filled[d, r], u)
                join(line, phases, pools, r, joined[d, t, r])
            find_tutors(line, phases, pools, sure, tutors[0], tutors[1], tutors[2])
            count(line, cohort_of, pools, routes, stock[d, t + 1])


project: Callable[..., None] = numba.njit(nogil=True)(_project)
