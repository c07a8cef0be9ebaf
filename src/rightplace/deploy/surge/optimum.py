"""From the problem to proven postings: how many can go, at match weight 0, and at the weight asked.

The weight is stated as a share of what an officer prevents on average where the match is left
out, so that it means the same whatever harm is measured in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.surge.groups import group
from rightplace.deploy.surge.problem import Rule, SurgeProblem
from rightplace.deploy.surge.solver import Surge, SurgeSolution
from rightplace.deploy.surge.supply import Supply, conflict, supply

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TRACE = 1e-4  # match weight that tells equals apart
_PROVEN = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """Proven postings with and without the match.

    Parameters
    ----------
    problem
        The problem, with the officers that can be posted as a rule.
    officers
        How many are posted.
    unmatched
        Postings at match weight 0: no others prevent more harm.
    surge, best
        The problem as it was solved at the weight asked, and its postings.
    """

    problem: SurgeProblem
    officers: int
    unmatched: SurgeSolution
    surge: Surge
    best: SurgeSolution

    @property
    def price_of_match(self) -> tuple[float, float]:
        """Harm that the match costs, as an interval, for both postings are known within a gap."""
        lowest = self.unmatched.harm - self.best.harm
        return max(0.0, lowest), max(0.0, self.unmatched.bound - self.best.harm)

    def worth_of(self, match_weight: float) -> float:
        """Return what a full match is worth, in harm, at a match weight."""
        return worth_of(self.unmatched.harm, self.officers, match_weight)


def worth_of(harm: float, officers: int, match_weight: float) -> float:
    """Return what a full match is worth, in harm: the weight times what an officer prevents.

    Where nothing is prevented, there is nothing to weigh against: then it is the weight.
    """
    return match_weight * (harm / officers if officers and harm > 0 else 1.0)


def optimum(
    problem: SurgeProblem,
    *,
    match_weight: float,
    seconds: float = 60.0,
    worth: float | None = None,
) -> Optimum:
    """Return the postings that prevent most harm, and those with the match weighed in.

    Raises ``SurgeInfeasibleError`` if no postings keep every rule.

    Parameters
    ----------
    problem
        The problem; one of its rules limits the officers asked for. As many go as the rules let.
    match_weight
        What a full match counts, as a share of what an officer prevents on average; 0 or more.
    seconds
        Time for each search over whole movers; the gaps tell what is left.
    worth
        What a full match is worth in harm, where it is to be that of another problem.
    """
    filled, officers, unmatched = _unmatched(problem, seconds=seconds)
    if worth is None:
        worth = worth_of(unmatched.harm, officers, match_weight)
    surge = Surge(filled, group(filled, by_match=True), worth=worth, seconds=seconds)
    best = surge.solve(surge.groups.counted(unmatched.posted))
    assert best is not None  # noqa: S101 - it has a start
    return Optimum(problem=filled, officers=officers, unmatched=unmatched, surge=surge, best=best)


def _unmatched(problem: SurgeProblem, *, seconds: float) -> tuple[SurgeProblem, int, SurgeSolution]:
    """Return the problem with its total, the total, and the postings that prevent most harm.

    How many can go is first told by parts of movers, which is quick. Where whole movers do not
    reach it, they are asked themselves.
    """
    found = supply(problem, whole=False, seconds=seconds)
    filled = filled_with(problem, found.most)
    solution = _by_harm(filled, found, seconds=seconds)
    if solution is None:
        found = supply(problem, whole=True, seconds=seconds)
        filled = filled_with(problem, found.most)
        solution = _by_harm(filled, found, seconds=seconds)
    assert solution is not None  # noqa: S101 - whole movers have shown that there is one
    return filled, found.most, solution


def _by_harm(problem: SurgeProblem, found: Supply, *, seconds: float) -> SurgeSolution | None:
    """Return the postings that prevent most harm, of equal ones rather those that match.

    Many postings prevent the same, and a search among equals is long. So a trace of the match is
    weighed in to tell them apart; the bound is of harm alone, and where the trace has cost harm
    the search is made without it.
    """
    types = group(problem, by_match=False)
    plain = Surge(problem, types, worth=0.0, seconds=seconds)
    plain.begin(found.movers, found.posts)
    bound = plain.bound()
    if bound is None:
        start = None if found.posted is None else types.counted(found.posted)
        return None if start is None else plain.solve(start)
    classes = group(problem, by_match=True)
    trace = worth_of(bound, found.most, _TRACE)
    traced = Surge(problem, classes, worth=trace, seconds=seconds)
    traced.begin(found.movers, found.posts)
    near = traced.solve(None if found.posted is None else classes.counted(found.posted))
    if near is not None:
        solution = plain.solution(types.counted(near.posted), bound=bound, posted=near.posted)
        if solution.gap <= _PROVEN:
            return solution
    start = None if near is None else types.counted(near.posted)
    return plain.solve(start)


def filled_with(problem: SurgeProblem, officers: int) -> SurgeProblem:
    """Return the problem with so many officers to post, no fewer."""
    everywhere: NDArray[np.bool_] = np.ones(problem.n_posts, dtype=bool)
    total = Rule(
        name=f"{officers} officers posted",
        weight=problem.officers.astype(np.float64),
        posts=everywhere,
        least=float(officers),
    )
    return problem.with_rule(total)


def at_weight(found: Optimum, match_weight: float) -> SurgeSolution:
    """Return the postings at another weight of the match.

    Parameters
    ----------
    found
        The surge as it was solved.
    match_weight
        The weight; at 0 those postings are returned that were proven without the match.
    """
    if match_weight == 0:
        return found.unmatched
    worth = found.worth_of(match_weight)
    if worth == found.best.worth:
        return found.best
    groups = found.surge.groups
    surge = Surge(found.problem, groups, worth=worth, seconds=found.surge.seconds)
    solution = surge.solve(groups.counted(found.best.posted))
    assert solution is not None  # noqa: S101 - it has a start
    return solution


def why_no_more(found: Optimum, asked: int) -> tuple[str, ...]:
    """Return an irreducible set of demands that keep more officers from being posted.

    Empty where all who were asked for are posted.

    Parameters
    ----------
    found
        The surge.
    asked
        Officers asked for.
    """
    if found.officers >= asked:
        return ()
    free = replace(found.problem, rules=found.problem.rules[:-1])
    one_more = filled_with(free, found.officers + 1)
    by_parts = supply(free, whole=False).most
    names, _ = conflict(one_more, whole=by_parts > found.officers)
    return tuple(name for name in names if name != one_more.rules[-1].name) or (
        "no more officers who may be posted are listed",
    )
