"""What prices on the rules say about every posting, those never looked at included.

At prices ``p`` on the rules and ``q`` on the constables and supervisors of each post, weak duality
gives

    bound = sum_rules (most p+ - least p-) + sum_classes size max(0, max_posts net)
          + sum_posts max_patterns (harm - q (constables, supervisors))
    net   = worth match + q (constables, supervisors) - sum_rules p weight

so the bound does not rest on who found the prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.surge.groups import Groups
    from rightplace.deploy.surge.patterns import Patterns
    from rightplace.deploy.surge.problem import SurgeProblem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Elsewhere:
    """A demand that at least one mover of a class is at some of the posts.

    Parameters
    ----------
    klass
        The class.
    posts
        Shape (n_posts,). Where.
    """

    klass: int
    posts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """Prices on what movers share.

    Parameters
    ----------
    rule
        Shape (n_rules,). Above 0 where the most binds, below 0 where the least does.
    constable, supervisor
        Shape (n_posts,). What one more at a post is worth; the same where the post counts them
        together.
    elsewhere
        What the demand of ``Elsewhere`` costs, 0 or more.
    """

    rule: NDArray[np.float64]
    constable: NDArray[np.float64]
    supervisor: NDArray[np.float64]
    elsewhere: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """Everything at given prices.

    Parameters
    ----------
    net
        Shape (n_classes, n_posts). What a mover gains there; minus infinity where not allowed.
    pattern
        Shape (n_patterns,). What each pattern gains.
    bound
        No postings exceed it.
    """

    net: NDArray[np.float64]
    pattern: NDArray[np.float64]
    bound: float

    def movers_short(self) -> NDArray[np.float64]:
        """Return by how much a mover's posting falls short of its best, (n_classes, n_posts).

        Nobody's best is below 0, that of staying. Whoever is posted so, all postings together
        fall short of the bound by as much at least.
        """
        best = np.maximum(self.net.max(axis=1, initial=0.0), 0)
        return np.asarray(best[:, None] - self.net)

    def patterns_short(self, post: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return by how much each pattern falls short of the best of its post, (n_patterns,)."""
        best = np.full(int(post.max(initial=0)) + 1, -np.inf)
        np.maximum.at(best, post, self.pattern)
        return np.asarray(best[post] - self.pattern)


class Pricing:
    """Values of all postings at prices, worked out in one piece.

    Parameters
    ----------
    problem
        The problem.
    groups
        Its classes.
    patterns
        Its patterns.
    worth
        What a full match is worth, in expected harm prevented.
    """

    def __init__(
        self, problem: SurgeProblem, groups: Groups, patterns: Patterns, *, worth: float
    ) -> None:
        self.problem, self.groups, self.patterns = problem, groups, patterns
        self.worth = worth
        shape = (-1, problem.n_posts)
        self.posts = np.array([r.posts for r in problem.rules], dtype=np.float64).reshape(shape)
        self.least = np.array([rule.least for rule in problem.rules], dtype=np.float64)
        self.most = np.array([rule.most for rule in problem.rules], dtype=np.float64)
        self._gain = np.where(groups.allowed[groups.type_of], worth * groups.match, -np.inf)

    def signed(self, prices: Prices) -> Prices:
        """Return prices with signs that the ends of the rules allow."""
        rule = np.where(np.isinf(self.most), np.minimum(prices.rule, 0), prices.rule)
        rule = np.where(np.isinf(self.least), np.maximum(rule, 0), rule)
        together = ~self.patterns.apart
        return Prices(
            rule=rule,
            constable=prices.constable,
            supervisor=np.where(together, prices.constable, prices.supervisor),
            elsewhere=max(prices.elsewhere, 0.0),
        )

    def priced(self, prices: Prices, elsewhere: Elsewhere | None = None) -> Priced:
        """Return what all gain at prices with the signs of ``signed``, and the bound.

        Parameters
        ----------
        prices
            The prices.
        elsewhere
            A demand beside the rules.
        """
        groups, patterns = self.groups, self.patterns
        charge = (groups.weight * prices.rule) @ self.posts
        charge -= np.outer(groups.constables, prices.constable)
        charge -= np.outer(groups.supervisors, prices.supervisor)
        net = self._gain - charge[groups.type_of]
        if elsewhere is not None:
            net[elsewhere.klass, elsewhere.posts] += prices.elsewhere
        pattern = (
            patterns.harm
            - patterns.constables * prices.constable[patterns.post]
            - patterns.supervisors * prices.supervisor[patterns.post]
        )
        best = np.full(self.problem.n_posts, -np.inf)
        np.maximum.at(best, patterns.post, pattern)
        asked = prices.rule != 0
        ends = np.where(prices.rule > 0, self.most, self.least)
        rent = float(ends[asked] @ prices.rule[asked]) - prices.elsewhere
        movers = float(groups.size @ np.maximum(net.max(axis=1, initial=0.0), 0))
        return Priced(net=net, pattern=pattern, bound=rent + movers + float(best.sum()))
