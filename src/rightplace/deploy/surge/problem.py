"""What a surge may choose from: officers who can move, posts that want them, and the rules.

A *mover* is one officer, or two who stay together. Rules are of two shapes. A ``Rule`` holds the
sum of a weight of each mover, over some posts, between a least and a most: donor floors, shares
of roles, skills, overrides. A ``PostRule`` does so for the constables and
supervisors of one post: its floor, its ceiling, its span.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One limit: ``least <= sum(weight[mover] for movers posted at posts) <= most``.

    Parameters
    ----------
    name
        How the rule is called where it conflicts with another.
    weight
        Shape (n_movers,). What each mover counts.
    posts
        Shape (n_posts,). Where it counts.
    least, most
        Infinite where there is no such end.
    """

    name: str
    weight: NDArray[np.float64]
    posts: NDArray[np.bool_]
    least: float = -math.inf
    most: float = math.inf

    def __post_init__(self) -> None:
        """Check that the rule can be kept by somebody.

        Raises
        ------
        BadInputError
            If its least is above its most.
        """
        if self.least > self.most:
            msg = f"{self.name}: the least, {self.least:g}, is above the most, {self.most:g}."
            raise BadInputError(msg, value=self.name, remedy="Correct one of them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRule:
    """One limit of one post, on a sum over its constables and supervisors.

    Parameters
    ----------
    name
        How the rule is called where it conflicts with another.
    post
        The post.
    constable, supervisor
        What each counts.
    least, most
        Infinite where there is no such end.
    """

    name: str
    post: int
    constable: float
    supervisor: float
    least: float = -math.inf
    most: float = math.inf

    def allows(
        self, constables: NDArray[np.int64], supervisors: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return whether numbers of constables and supervisors keep the rule."""
        total = self.constable * constables + self.supervisor * supervisors
        kept: NDArray[np.bool_] = (total >= self.least - _ROUNDING) & (
            total <= self.most + _ROUNDING
        )
        return kept


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurgeProblem:
    """Who may go where, what that prevents, and the rules.

    Parameters
    ----------
    constables, supervisors
        Shape (n_movers,). How many of each a mover is; 1 in all, or 2 for a pair.
    match
        Shape (n_movers, n_posts). Match of each mover with each post, summed over its officers;
        0 to 2.
    allowed
        Shape (n_movers, n_posts). Whether the mover may be posted there.
    harm
        Shape (n_posts, most). Expected harm that the first, second, ... officer of a post
        prevents; never rising along a row, so that the sum is concave. Its width is the most
        officers that any post can have.
    order
        Shape (n_movers,). Which of equal movers goes first: the lower.
    rules, post_rules
        The limits.
    """

    constables: NDArray[np.int64]
    supervisors: NDArray[np.int64]
    match: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    harm: NDArray[np.float64]
    order: NDArray[np.int64]
    rules: tuple[Rule, ...]
    post_rules: tuple[PostRule, ...] = ()

    def __post_init__(self) -> None:
        """Check that what officers prevent is concave.

        Raises
        ------
        BadInputError
            If it is not, or somewhere below 0.
        """
        rises = np.diff(self.harm, axis=1).max(initial=0.0) > _ROUNDING
        if rises or self.harm.min(initial=0.0) < 0 or not np.isfinite(self.harm).all():
            msg = "Each further officer must prevent no more than the one before, never below 0."
            raise BadInputError(msg, remedy="Correct the increments of the demand.")

    @property
    def n_movers(self) -> int:
        """How many movers there are."""
        return int(self.constables.size)

    @property
    def officers(self) -> NDArray[np.int64]:
        """Shape (n_movers,). Officers of each mover, 1 or 2."""
        return self.constables + self.supervisors

    @property
    def n_posts(self) -> int:
        """How many posts there are."""
        return int(self.harm.shape[0])

    def with_rule(self, *rules: Rule) -> SurgeProblem:
        """Return the problem with further rules."""
        return replace(self, rules=(*self.rules, *rules))

    def posted_of(
        self, posted: NDArray[np.int64], count: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Return how many are at each post, (n_posts,).

        Parameters
        ----------
        posted
            Shape (n_movers,). A post for each mover, or -1.
        count
            Shape (n_movers,). What is counted of each; officers if nothing is given.
        """
        count = self.officers if count is None else count
        moved = posted >= 0
        return np.bincount(posted[moved], weights=count[moved], minlength=self.n_posts).astype(
            np.int64
        )

    def harm_prevented(self, posted: NDArray[np.int64]) -> float:
        """Return the expected harm that postings prevent: planned, not achieved."""
        there = self.posted_of(posted)
        return float(self.harm[np.arange(self.harm.shape[1]) < there[:, None]].sum())

    def broken(self, posted: NDArray[np.int64]) -> tuple[str, ...]:
        """Return the names of the rules that postings break; empty if they keep them all."""
        moved = posted >= 0
        at = np.where(moved, posted, 0)
        found = []
        for rule in self.rules:
            total = float(rule.weight[moved & rule.posts[at]].sum())
            if not rule.least - _ROUNDING <= total <= rule.most + _ROUNDING:
                found.append(rule.name)
        constables = self.posted_of(posted, self.constables)
        supervisors = self.posted_of(posted, self.supervisors)
        return (
            *found,
            *(
                rule.name
                for rule in self.post_rules
                if not rule.allows(constables[rule.post], supervisors[rule.post])
            ),
        )
