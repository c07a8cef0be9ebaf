"""How many officers can be posted at all, and which demands conflict when none may be."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from rightplace.deploy.surge.groups import group
from rightplace.deploy.surge.problem import Rule
from rightplace.errors import InfeasibleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.deploy.surge.groups import Groups
    from rightplace.deploy.surge.problem import SurgeProblem

_SURE = 1e-6
_INFEASIBLE = 2  # what scipy's milp says of a problem without a solution


class SurgeInfeasibleError(InfeasibleError):
    """No postings keep every rule; ``conflicts`` names an irreducible set of demands.

    Take any one of them away and the others can be kept.
    """

    def __init__(self, conflicts: Sequence[str], *, officers: int) -> None:
        alone = len(conflicts) == 1
        together = "cannot be kept" if alone else "cannot all be kept; without any one they can"
        super().__init__(
            f"{'; '.join(conflicts)}: {together}, by the {officers} officers who may be posted.",
            value=conflicts[0] if conflicts else None,
            remedy="Lower one of the demands named, or list more officers.",
        )
        self.conflicts = tuple(conflicts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supply:
    """The most officers that the rules let be posted.

    Parameters
    ----------
    most
        Officers.
    movers, posts
        Shape (n_pairs,). Movers, one of each type, with a post where all or parts of them go.
    posted
        Shape (n_movers,). Postings that prove ``most``, a post or -1; None where movers were
        split, so that ``most`` is only a bound.
    """

    most: int
    movers: NDArray[np.int64]
    posts: NDArray[np.int64]
    posted: NDArray[np.int64] | None


def supply(problem: SurgeProblem, *, whole: bool, seconds: float = 60.0) -> Supply:
    """Return the most officers that can be posted, by whole movers or by parts.

    Parameters
    ----------
    problem
        The problem; one of its rules limits the officers asked for.
    whole
        Whether movers may not be split; slower, and surer.
    seconds
        Time for the search.

    Raises
    ------
    SurgeInfeasibleError
        If no postings keep every rule.
    """
    counts = _Counts(problem, every_rule(problem))
    made = counts.most_officers(whole=whole, seconds=seconds)
    if made is None:
        names, movable = conflict(problem, whole=whole)
        raise SurgeInfeasibleError(names, officers=movable)
    officers = counts.groups.constables + counts.groups.supervisors
    total = float((officers[counts.groups.type_of] * made.sum(axis=1)).sum())
    types, posts = np.nonzero(made > _SURE)
    return Supply(
        most=math.floor(total + _SURE),
        movers=counts.groups.members[counts.groups.starts[types]],
        posts=posts.astype(np.int64),
        posted=counts.groups.postings(made.astype(np.int64)) if whole else None,
    )


def every_rule(problem: SurgeProblem) -> tuple[Rule, ...]:
    """Return all rules of a problem in one shape, those of single posts too."""
    own = [
        Rule(
            name=rule.name,
            weight=rule.constable * problem.constables + rule.supervisor * problem.supervisors,
            posts=np.arange(problem.n_posts) == rule.post,
            least=rule.least,
            most=rule.most,
        )
        for rule in problem.post_rules
    ]
    return (*problem.rules, *own)


class _Counts:
    """Rules over how many of each type go where; neither harm nor match."""

    def __init__(self, problem: SurgeProblem, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.groups: Groups = group(replace(problem, rules=tuple(rules)), by_match=False)
        groups = self.groups
        self._klass, self._post = np.nonzero(groups.allowed[groups.type_of])
        self.shape = groups.match.shape
        posts = np.array([rule.posts for rule in rules], dtype=np.float64)
        weight = groups.weight[groups.type_of[self._klass]].T * posts[:, self._post]
        ordinal = np.arange(self._klass.size)
        each = sparse.csr_matrix(
            (np.ones(ordinal.size), (self._klass, ordinal)), shape=(groups.n_classes, ordinal.size)
        )
        self.matrix = sparse.vstack([sparse.csr_matrix(weight), each]).tocsr()
        self.least = np.array([rule.least for rule in rules] + [-np.inf] * groups.n_classes)
        self.most = np.array([rule.most for rule in rules] + groups.size.tolist(), dtype=np.float64)

    def most_officers(self, *, whole: bool, seconds: float) -> NDArray[np.float64] | None:
        """Return the most that can go, (n_types, n_posts), or None if the rules cannot be kept."""
        made = np.zeros(self.shape)
        if not self._klass.size:
            return made if (self.least <= 0).all() and (self.most >= 0).all() else None
        groups = self.groups
        officers = (groups.constables + groups.supervisors)[groups.type_of[self._klass]]
        found = milp(
            -officers,
            constraints=LinearConstraint(self.matrix, self.least, self.most),
            integrality=np.full(self._klass.size, int(whole)),
            options={"time_limit": seconds, "mip_rel_gap": _SURE},
        )
        if found.x is None:
            return None
        made[self._klass, self._post] = found.x.round() if whole else found.x
        return made

    def is_possible(self, *, whole: bool) -> bool:
        """Return whether the rules can be kept."""
        if not self._klass.size:
            return bool((self.least <= 0).all() and (self.most >= 0).all())
        found = milp(
            np.zeros(self._klass.size),
            constraints=LinearConstraint(self.matrix, self.least, self.most),
            integrality=np.full(self._klass.size, int(whole)),
        )
        return bool(found.status != _INFEASIBLE)

    def in_conflict(self) -> list[int]:
        """Return rules that a certificate of infeasibility needs; more than the fewest, maybe.

        Each rule may be broken at a price of 1 for each unit; those that have a price of their
        own then are the certificate.
        """
        n, n_rules = self._klass.size, len(self.rules)
        rows = self.matrix.shape[0]
        slack = sparse.vstack(
            [sparse.identity(n_rules), sparse.csr_matrix((rows - n_rules, n_rules))]
        )
        matrix = sparse.hstack([self.matrix, slack, -slack]).tocsr()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
        lp.col_cost_ = np.concatenate([np.zeros(n), np.ones(2 * n_rules)])
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, np.inf)
        lp.row_lower_, lp.row_upper_ = self.least, self.most
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)  # noqa: FBT003 - its signature
        highs.passModel(lp)
        highs.run()
        duals = np.asarray(highs.getSolution().row_dual)[:n_rules]
        return np.flatnonzero(np.abs(duals) > _SURE).tolist()


def conflict(problem: SurgeProblem, *, whole: bool) -> tuple[list[str], int]:
    """Return an irreducible set of demands that conflict, and the officers who may be posted.

    Each is left out in turn, for good where the others conflict without it (the deletion filter
    of Chinneck and Dravnieks 1991, ORSA Journal on Computing 3, 157-168).

    Parameters
    ----------
    problem
        A problem without a solution.
    whole
        Whether it has none only because movers may not be split.
    """
    ends = _ends(every_rule(problem))
    if not whole:
        needed = _Counts(problem, ends).in_conflict()
        chosen = [ends[index] for index in needed]
        ends = chosen if chosen and not _Counts(problem, chosen).is_possible(whole=False) else ends
    for each in list(ends):
        rest = [end for end in ends if end is not each]
        if rest and not _Counts(problem, rest).is_possible(whole=whole):
            ends = rest
    movers = problem.allowed.any(axis=1)
    return [rule.name for rule in ends], int(problem.officers[movers].sum())


def _ends(rules: Sequence[Rule]) -> list[Rule]:
    """Return each end of each rule as a rule of its own."""
    ends = []
    for rule in rules:
        if rule.least == rule.most:
            ends.append(rule)
            continue
        both = rule.least > -math.inf and rule.most < math.inf
        if rule.least > -math.inf:
            name = f"{rule.name}, at least {rule.least:g}" if both else rule.name
            ends.append(replace(rule, name=name, most=math.inf))
        if rule.most < math.inf:
            name = f"{rule.name}, at most {rule.most:g}" if both else rule.name
            ends.append(replace(rule, name=name, least=-math.inf))
    return ends
