"""What else could be: the next best post of each officer, and how often a posting stays.

The next best post is found by solving again with the officer made to go elsewhere, so the loss is
that of all postings together, with everyone else moved as is then best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.surge.pricing import Elsewhere
from rightplace.deploy.surge.solver import Surge, SurgeSolution, converge, is_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_COLUMNS = 150_000  # up to here every posting is tried where fewer lead nowhere
_SECONDS = 2.0  # for a search over whole movers; the interval tells what is left


@dataclass(frozen=True, slots=True, kw_only=True)
class NextBest:
    """Where a mover would go if not here.

    Parameters
    ----------
    post
        The post; None where the rules let the mover go nowhere else, or no way was found.
    worse_lo, worse_hi
        By how much the objective would be worse, as an interval; equal where it is exact. None
        where there is no such post.
    """

    post: int | None
    worse_lo: float | None
    worse_hi: float | None


def next_best(surge: Surge, solution: SurgeSolution) -> dict[int, NextBest]:
    """Return the next best of each mover posted, by mover.

    Parameters
    ----------
    surge
        The problem as it was solved.
    solution
        Its postings.
    """
    class_of = surge.groups.class_of()
    found: dict[tuple[int, int], NextBest] = {}
    for mover in np.flatnonzero(solution.posted >= 0).tolist():
        key = int(class_of[mover]), int(solution.posted[mover])
        if key not in found:
            found[key] = _elsewhere(surge, solution, klass=key[0], post=key[1])
    movers = np.flatnonzero(solution.posted >= 0).tolist()
    return {each: found[int(class_of[each]), int(solution.posted[each])] for each in movers}


def _elsewhere(surge: Surge, solution: SurgeSolution, *, klass: int, post: int) -> NextBest:
    allowed = surge.groups.allowed[surge.groups.type_of[klass]]
    others = allowed & (np.arange(allowed.size) != post)
    if not others.any():
        return NextBest(post=None, worse_lo=None, worse_hi=None)
    programme, demand = surge.programme, Elsewhere(klass=klass, posts=others)
    programme.allow_breaking()
    programme.demand_elsewhere(demand)
    relaxed = converge(programme, demand)
    made, bound = None, -np.inf
    if relaxed is not None and relaxed.relaxed.is_kept:
        bound, parts = relaxed.priced.bound, relaxed.relaxed.made
        if is_whole(parts):
            made = parts.round().astype(np.int64)
        else:
            every = np.ones(programme.klass.size, dtype=bool)
            made, _ = programme.whole(every, start=None, seconds=_SECONDS)
            if made is None and surge.groups.match.size <= _MOST_COLUMNS:
                programme.add(*np.nonzero(np.ones(surge.groups.match.shape, dtype=bool)))
                every = np.ones(programme.klass.size, dtype=bool)
                made, _ = programme.whole(every, start=None, seconds=_SECONDS)
    programme.forget_elsewhere()
    if made is None:
        return NextBest(post=None, worse_lo=None, worse_hi=None)
    there = np.flatnonzero((made[klass] > 0) & others)
    value = surge.solution(made, bound=bound).objective
    return NextBest(
        post=int(there[0]),
        worse_lo=max(0.0, solution.objective - max(bound, value)),
        worse_hi=max(0.0, solution.bound - value),
    )


def stays(
    surge: Surge, solution: SurgeSolution, *, draws: int, spread: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return how often each posting stays over draws of the demand, shape (n_movers,), 0 to 1.

    In each draw the harm of each post is multiplied by a factor of mean 1, drawn apart from the
    others, and the postings are solved again, by parts of movers. NaN for who is not posted.

    Parameters
    ----------
    surge
        The problem as it was solved.
    solution
        Its postings.
    draws
        How many; 1 or more.
    spread
        Standard deviation of the logarithm of the factor.
    rng
        Source of chance.
    """
    held = np.zeros(solution.made.shape)
    for _ in range(draws):
        factor = np.exp(rng.normal(-(spread**2) / 2, spread, size=surge.problem.n_posts))
        drawn = replace(surge.problem, harm=surge.problem.harm * factor[:, None])
        again = Surge(drawn, surge.groups, worth=surge.worth)
        moving = surge.programme.klass >= 0
        again.programme.add(surge.programme.klass[moving], surge.programme.post[moving])
        again.programme.add_patterns(np.arange(again.patterns.post.size))
        found = converge(again.programme)
        if found is not None:
            held += np.minimum(found.relaxed.made, solution.made)
    share = np.divide(
        held, draws * solution.made, out=np.full(held.shape, np.nan), where=solution.made > 0
    )
    result = np.full(solution.posted.size, np.nan)
    moved = np.flatnonzero(solution.posted >= 0)
    result[moved] = share[surge.groups.class_of()[moved], solution.posted[moved]]
    return result
