"""Every number of constables and supervisors that a post may have, with the harm they prevent.

Floors, ceilings and spans of a post hold for each pattern by itself, so that a programme over
patterns is as tight in each post as it can be. Where no rule of a post tells supervisors from
constables, they are counted together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.surge.problem import Rule, SurgeProblem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patterns:
    """Patterns of all posts.

    Parameters
    ----------
    post, constables, supervisors
        Shape (n_patterns,). Sorted by post; where a post counts all together, all are in
        ``constables``.
    harm
        Shape (n_patterns,). What they prevent.
    apart
        Shape (n_posts,). Whether the post counts supervisors apart.
    """

    post: NDArray[np.int64]
    constables: NDArray[np.int64]
    supervisors: NDArray[np.int64]
    harm: NDArray[np.float64]
    apart: NDArray[np.bool_]

    def index_of(
        self, constables: NDArray[np.int64], supervisors: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the pattern of each post, (n_posts,), from how many are there.

        Parameters
        ----------
        constables, supervisors
            Shape (n_posts,). A pattern that the post may have.
        """
        first = np.where(self.apart, constables, constables + supervisors)
        second = np.where(self.apart, supervisors, 0)
        same = (self.constables == first[self.post]) & (self.supervisors == second[self.post])
        return np.flatnonzero(same)


def patterns_of(problem: SurgeProblem, harm: NDArray[np.float64] | None = None) -> Patterns:
    """Return the patterns that the rules of each post allow; a post may have none.

    Parameters
    ----------
    problem
        The problem.
    harm
        Shape (n_posts, most). Increments; those of the problem unless another draw is meant.
    """
    increments = problem.harm if harm is None else harm
    depth = problem.harm.shape[1]
    sums = np.concatenate([np.zeros((problem.n_posts, 1)), np.cumsum(increments, axis=1)], axis=1)
    apart = np.zeros(problem.n_posts, dtype=bool)
    for rule in problem.post_rules:
        apart[rule.post] |= rule.constable != rule.supervisor
    posts, firsts, seconds = [], [], []
    for post in range(problem.n_posts):
        first, second = _numbers(depth, apart=bool(apart[post]))
        kept = np.ones(first.size, dtype=bool)
        for rule in problem.post_rules:
            if rule.post == post:
                kept &= rule.allows(first, second)
        posts.append(np.full(int(kept.sum()), post, dtype=np.int64))
        firsts.append(first[kept])
        seconds.append(second[kept])
    post_of = np.concatenate(posts)
    first_of, second_of = np.concatenate(firsts), np.concatenate(seconds)
    return Patterns(
        post=post_of,
        constables=first_of,
        supervisors=second_of,
        harm=sums[post_of, first_of + second_of],
        apart=apart,
    )


def _numbers(depth: int, *, apart: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all numbers of constables and supervisors that sum to no more than the depth."""
    if not apart:
        every = np.arange(depth + 1, dtype=np.int64)
        return every, np.zeros_like(every)
    first, second = np.indices((depth + 1, depth + 1)).reshape(2, -1).astype(np.int64)
    fits = first + second <= depth
    return first[fits], second[fits]


def tightened(problem: SurgeProblem, patterns: Patterns) -> SurgeProblem:
    """Return the problem with ends of rules moved to sums of officers that posts can really have.

    A floor of one is a floor of two where no post may have a single officer; whole numbers lose
    nothing by it, and parts of movers gain less.

    Parameters
    ----------
    problem
        The problem.
    patterns
        Its patterns.
    """
    may_have = np.zeros((problem.n_posts, problem.harm.shape[1] + 1), dtype=bool)
    may_have[patterns.post, patterns.constables + patterns.supervisors] = True
    rules = tuple(
        _tighter(rule, may_have) if np.array_equal(rule.weight, problem.officers) else rule
        for rule in problem.rules
    )
    return replace(problem, rules=rules)


def _tighter(rule: Rule, may_have: NDArray[np.bool_]) -> Rule:
    """Return a rule on officers with ends that posts can have; as it is where none fits."""
    sums = np.ones(1, dtype=bool)
    for post in np.flatnonzero(rule.posts):
        sums = np.convolve(sums, may_have[post].astype(np.int64)) > 0
    fitting = np.flatnonzero(sums)
    fitting = fitting[(fitting >= rule.least) & (fitting <= rule.most)]
    if not fitting.size:
        return rule
    least = float(fitting[0]) if np.isfinite(rule.least) else rule.least
    most = float(fitting[-1]) if np.isfinite(rule.most) else rule.most
    return replace(rule, least=least, most=most)
