"""The best postings there are, with a bound that no postings exceed.

A linear programme over few columns gives prices; the prices tell, for every posting at once,
whether it could do better, and those that could become columns. When none can, the bound of the
prices is the best that parts of movers could do. Postings that cannot be in a better solution than
the one at hand, by that same bound, are left out, and whole movers are chosen among the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.surge.patterns import patterns_of, tightened
from rightplace.deploy.surge.pricing import Elsewhere, Priced, Pricing
from rightplace.deploy.surge.programme import Programme, Relaxed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.surge.groups import Groups
    from rightplace.deploy.surge.problem import SurgeProblem

_CLOSE = 1e-9  # of the value: prices that can gain no more than this are those of the optimum
_WHOLE = 1e-6  # HiGHS takes a number for whole within this
_ROUNDS = 200
_AT_ONCE = 4_000  # columns that enter in one round
_OF_EACH_POST = 30
_MOST_COLUMNS = 150_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurgeSolution:
    """Postings with their proof.

    Parameters
    ----------
    posted
        Shape (n_movers,). The post of each mover, or -1.
    made
        Shape (n_classes, n_posts). How many of each class go where.
    harm
        Expected harm prevented: planned, not achieved.
    match
        Sum of the match over officers posted.
    worth
        What a full match is worth in harm.
    bound
        No postings that keep the rules have a higher objective.
    """

    posted: NDArray[np.int64]
    made: NDArray[np.int64]
    harm: float
    match: float
    worth: float
    bound: float

    @property
    def objective(self) -> float:
        """Harm prevented, and match in harm."""
        return self.harm + self.worth * self.match

    @property
    def gap(self) -> float:
        """(bound - objective) / bound, 0 to 1."""
        return (self.bound - self.objective) / self.bound if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Converged:
    """Prices at which no posting left out could gain.

    Parameters
    ----------
    priced
        What all gain, with the lowest bound met.
    relaxed
        The last linear programme.
    """

    priced: Priced
    relaxed: Relaxed


def converge(programme: Programme, elsewhere: Elsewhere | None = None) -> Converged | None:
    """Add columns until none could gain; None if the rules cannot be kept with those at hand.

    Parameters
    ----------
    programme
        With columns that keep the rules, if anything does.
    elsewhere
        A demand that the programme has as a row.
    """
    pricing = programme.pricing
    best: Priced | None = None
    for _ in range(_ROUNDS):
        found = programme.relax()
        if found is None:
            return None
        priced = pricing.priced(found.prices, elsewhere)
        if best is None or priced.bound < best.bound:
            best = priced
        last = best, found
        least = _CLOSE * programme.scale
        if best.bound - found.value <= _CLOSE * max(abs(best.bound), programme.scale):
            break
        new = programme.add(*_entering(priced.net - found.taken[:, None], least=least))
        gains = priced.pattern - found.chosen[pricing.patterns.post]
        new += programme.add_patterns(np.flatnonzero(gains > least))
        if not new:
            break
    return Converged(priced=last[0], relaxed=last[1])


def _entering(
    gain: NDArray[np.float64], *, least: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the postings that gain most: the best of each post, and the best of all."""
    deep = min(_OF_EACH_POST, gain.shape[0])
    top = np.argpartition(-gain, deep - 1, axis=0)[:deep]
    chosen = np.zeros(gain.shape, dtype=bool)
    np.put_along_axis(chosen, top, values=True, axis=0)
    each = np.argmax(gain, axis=1)
    by_class = gain[np.arange(each.size), each]
    most = np.argsort(-by_class, kind="stable")[:_AT_ONCE]
    chosen[most, each[most]] = True
    return _pair(chosen & (gain > least))


def is_whole(made: NDArray[np.float64]) -> bool:
    """Return whether no mover is split."""
    return bool(np.abs(made - made.round()).max(initial=0.0) < _WHOLE)


def _pair(chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    klass, post = np.nonzero(chosen)
    return klass.astype(np.int64), post.astype(np.int64)


class Surge:
    """A problem being solved at one worth of the match; what was learned stays for variants.

    Parameters
    ----------
    problem
        The problem.
    groups
        Its classes (``group``).
    worth
        What a full match of one officer is worth, in expected harm prevented; 0 leaves the match
        out.
    seconds
        Time for each search over whole movers; the gap tells what is left.
    """

    def __init__(
        self, problem: SurgeProblem, groups: Groups, *, worth: float, seconds: float = 60.0
    ) -> None:
        self.problem, self.groups, self.worth, self.seconds = problem, groups, worth, seconds
        self.patterns = patterns_of(problem)
        tight = tightened(problem, self.patterns)
        self.programme = Programme(Pricing(tight, groups, self.patterns, worth=worth))

    def begin(self, movers: NDArray[np.int64], posts: NDArray[np.int64]) -> None:
        """Add the columns of movers' classes at posts, to begin with."""
        self.programme.add(self.groups.class_of()[movers], posts)

    def solve(self, start: NDArray[np.int64] | None) -> SurgeSolution | None:
        """Return the best postings; None if none that keep the rules were found.

        Parameters
        ----------
        start
            Shape (n_classes, n_posts). Postings that keep the rules, if some are known.
        """
        programme = self.programme
        if start is None:
            programme.allow_breaking()
        else:
            programme.add(*_pair(start > 0))
        programme.add_patterns(np.arange(self.patterns.post.size))
        found = converge(programme)
        if found is None or not found.relaxed.is_kept:
            return None
        priced = found.priced
        best = None if start is None else self.solution(start, bound=priced.bound)
        if is_whole(found.relaxed.made):
            rounded = found.relaxed.made.round().astype(np.int64)
            return self.solution(rounded, bound=priced.bound)
        made, _ = programme.whole(
            np.ones(programme.klass.size, dtype=bool), start=start, seconds=self.seconds
        )
        if made is not None:
            best = _better(best, self.solution(made, bound=priced.bound))
        return None if best is None else self._proven(priced, best)

    def _proven(self, priced: Priced, best: SurgeSolution) -> SurgeSolution:
        """Return the best of all postings that could beat what is at hand, with its bound."""
        slack = best.bound - best.objective + _CLOSE * max(abs(best.bound), 1.0)
        may = priced.movers_short() <= slack
        if best.gap <= _CLOSE or int(may.sum()) > _MOST_COLUMNS:
            return best
        programme = self.programme
        programme.add(*_pair(may))
        patterns = priced.patterns_short(self.patterns.post) <= slack
        moving = programme.klass >= 0
        kept = np.where(moving, may[programme.klass, programme.post], patterns[programme.pattern])
        made, proven = programme.whole(kept, start=best.made, seconds=self.seconds)
        bound = min(best.bound, max(proven, best.objective))
        best = replace(best, bound=bound)
        return best if made is None else _better(best, self.solution(made, bound=bound))

    def bound(self) -> float | None:
        """Return what no postings exceed; None where the rules cannot be kept, even by parts."""
        self.programme.allow_breaking()
        self.programme.add_patterns(np.arange(self.patterns.post.size))
        found = converge(self.programme)
        return None if found is None or not found.relaxed.is_kept else found.priced.bound

    def solution(
        self,
        made: NDArray[np.int64],
        *,
        bound: float,
        posted: NDArray[np.int64] | None = None,
    ) -> SurgeSolution:
        """Return postings as a solution.

        Parameters
        ----------
        made
            Shape (n_classes, n_posts).
        bound
            What no postings exceed.
        posted
            Shape (n_movers,). Who of each class goes; those in front where not given.
        """
        posted = self.groups.postings(made) if posted is None else posted
        moved = np.flatnonzero(posted >= 0)
        match = float(self.problem.match[moved, posted[moved]].sum())
        harm = self.problem.harm_prevented(posted)
        # Only rounding can put the bound below postings that exist.
        bound = max(bound, harm + self.worth * match)
        return SurgeSolution(
            posted=posted, made=made, harm=harm, match=match, worth=self.worth, bound=bound
        )


def _better(one: SurgeSolution | None, other: SurgeSolution) -> SurgeSolution:
    return other if one is None or other.objective > one.objective else one
