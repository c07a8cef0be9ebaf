"""Movers that the rules, or the rules and the match, cannot tell apart.

A *type* is a set of movers with the same weights in every rule and the same posts allowed; a
*class* is a part of a type with the same match everywhere. What is proven of classes is proven
of movers, for those of one class can change places without changing anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.surge.problem import SurgeProblem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Movers by class, and classes by type.

    Parameters
    ----------
    type_of
        Shape (n_classes,). Type of each class.
    size
        Shape (n_classes,). Movers of each class.
    match
        Shape (n_classes, n_posts). Match of one mover of the class.
    weight
        Shape (n_types, n_rules). What a mover of the type counts in each rule.
    allowed
        Shape (n_types, n_posts).
    constables, supervisors
        Shape (n_types,). How many of each a mover of the type is.
    members
        Movers class by class, those that go first in front.
    starts
        Shape (n_classes,). Where each class begins in ``members``.
    """

    type_of: NDArray[np.int64]
    size: NDArray[np.int64]
    match: NDArray[np.float64]
    weight: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    constables: NDArray[np.int64]
    supervisors: NDArray[np.int64]
    members: NDArray[np.int64]
    starts: NDArray[np.int64]

    @property
    def n_classes(self) -> int:
        """How many classes there are."""
        return int(self.size.size)

    def class_of(self) -> NDArray[np.int64]:
        """Return the class of each mover, (n_movers,)."""
        found = np.empty(self.members.size, dtype=np.int64)
        found[self.members] = np.repeat(np.arange(self.n_classes), self.size)
        return found

    def postings(self, made: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a post for each mover, or -1, from how many of each class go where.

        Parameters
        ----------
        made
            Shape (n_classes, n_posts).
        """
        posted = np.full(self.members.size, -1, dtype=np.int64)
        for each in np.flatnonzero(made.any(axis=1)).tolist():
            posts = np.repeat(np.arange(made.shape[1]), made[each])
            start = int(self.starts[each])
            posted[self.members[start : start + posts.size]] = posts
        return posted

    def counted(self, posted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many of each class postings send where, (n_classes, n_posts)."""
        made = np.zeros(self.match.shape, dtype=np.int64)
        moved = np.flatnonzero(posted >= 0)
        np.add.at(made, (self.class_of()[moved], posted[moved]), 1)
        return made


def _labels(rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a number for each row, the same for the same rows; by bytes, so exactly."""
    whole = np.ascontiguousarray(rows + 0.0)  # -0.0 becomes 0.0
    as_bytes = whole.view(np.dtype((np.void, whole.dtype.itemsize * whole.shape[1]))).ravel()
    return np.unique(as_bytes, return_inverse=True)[1].astype(np.int64)


def group(problem: SurgeProblem, *, by_match: bool) -> Groups:
    """Return the classes of a problem; without the match, each type is one class.

    Parameters
    ----------
    problem
        The problem.
    by_match
        Whether the match tells movers apart.
    """
    weights = np.array([rule.weight for rule in problem.rules]).reshape(-1, problem.n_movers).T
    ranks = [problem.constables, problem.supervisors]
    traits = np.column_stack([*ranks, weights, problem.allowed]).astype(np.float64)
    kind = _labels(traits)
    match = problem.match if by_match else np.zeros_like(problem.match)
    within = _labels(np.column_stack([kind.astype(np.float64), match]))
    members = np.lexsort((problem.order, within))
    size = np.bincount(within)
    starts = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64)
    first = members[starts]
    types, of_type = np.unique(kind, return_index=True)
    return Groups(
        type_of=np.searchsorted(types, kind[first]).astype(np.int64),
        size=size.astype(np.int64),
        match=match[first],
        weight=weights[of_type],
        allowed=problem.allowed[of_type],
        constables=problem.constables[of_type],
        supervisors=problem.supervisors[of_type],
        members=members,
        starts=starts,
    )
