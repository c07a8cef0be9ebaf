"""Surges against every posting there is, on cases small enough to try them all."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.deploy.surge.alternatives import next_best
from rightplace.deploy.surge.optimum import at_weight, optimum, why_no_more
from rightplace.deploy.surge.problem import PostRule, Rule, SurgeProblem
from rightplace.deploy.surge.supply import SurgeInfeasibleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.deploy.surge.optimum import Optimum

Postings = tuple[int, ...]
WEIGHT = 0.3


@st.composite
def problems(draw: st.DrawFn, *, strict: bool = True) -> SurgeProblem:
    """Two to five movers, one of them perhaps a pair, two or three posts, and rules.

    Rules ask for something only where they are strict; else they only forbid.
    """
    n, n_posts = draw(st.integers(2, 5)), draw(st.integers(2, 3))
    few = st.integers(0, 4)
    supervisors = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    constables = 1 - supervisors
    if draw(st.booleans()):
        constables[0] += 1
    count = draw(st.integers(1, 5))
    officers = (constables + supervisors).astype(float)
    posts = np.arange(n_posts)
    tenths = st.lists(st.integers(0, 10), min_size=n * n_posts, max_size=n * n_posts)
    steps = st.lists(few, min_size=count * n_posts, max_size=count * n_posts)
    harm = np.array(draw(steps), dtype=float).reshape(n_posts, count)
    unit = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    rules = [
        Rule(name="count", weight=officers, posts=posts >= 0, most=count),
        Rule(name="unit", weight=officers * unit, posts=posts >= 0, most=draw(few)),
    ]
    post_rules = [
        PostRule(name="ceiling", post=0, constable=1, supervisor=1, most=draw(few)),
        PostRule(name="span", post=1, constable=1, supervisor=-2, most=draw(st.integers(0, 2))),
        PostRule(name="own", post=1, constable=-1, supervisor=2, most=1),
    ]
    if strict:
        skill = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)), dtype=float)
        least = draw(st.integers(0, 2))
        rules.append(Rule(name="skill", weight=skill, posts=posts == 1, least=least))
        floor = draw(st.integers(0, 2))
        post_rules.append(PostRule(name="floor", post=0, constable=1, supervisor=1, least=floor))
    return SurgeProblem(
        constables=constables.astype(np.int64),
        supervisors=supervisors.astype(np.int64),
        match=np.array(draw(tenths)).reshape(n, n_posts) / 10,
        allowed=np.array(draw(tenths)).reshape(n, n_posts) > 1,
        harm=-np.sort(-harm, axis=1),
        order=np.arange(n),
        rules=tuple(rules),
        post_rules=tuple(post_rules),
    )


def every_posting(problem: SurgeProblem) -> Iterator[NDArray[np.int64]]:
    """Yield each posting that keeps the rules."""
    choices = [(-1, *np.flatnonzero(row).tolist()) for row in problem.allowed]
    for each in product(*choices):
        posted = np.array(each, dtype=np.int64)
        fits = problem.posted_of(posted).max(initial=0) <= problem.harm.shape[1]
        if fits and not problem.broken(posted):
            yield posted


def officers_of(problem: SurgeProblem, posted: NDArray[np.int64]) -> int:
    return int(problem.posted_of(posted).sum())


def value(problem: SurgeProblem, posted: NDArray[np.int64], worth: float) -> float:
    moved = np.flatnonzero(posted >= 0)
    return problem.harm_prevented(posted) + worth * float(problem.match[moved, posted[moved]].sum())


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_optimum_is_the_best_of_all_postings_of_as_many_as_can_go(
    problem: SurgeProblem,
) -> None:
    tried = list(every_posting(problem))
    if not tried:
        with pytest.raises(SurgeInfeasibleError):
            optimum(problem, match_weight=WEIGHT)
        return
    most = max(officers_of(problem, posted) for posted in tried)
    full = [posted for posted in tried if officers_of(problem, posted) == most]
    found = optimum(problem, match_weight=WEIGHT)
    assert found.officers == most == officers_of(problem, found.best.posted)
    assert problem.broken(found.best.posted) == ()
    unmatched = max(value(problem, posted, 0.0) for posted in full)
    assert found.unmatched.harm == pytest.approx(unmatched)
    best = max(value(problem, posted, found.best.worth) for posted in full)
    assert found.best.objective == pytest.approx(best)
    assert found.best.bound == pytest.approx(best)
    assert found.best.objective == pytest.approx(
        value(problem, found.best.posted, found.best.worth)
    )


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_next_best_post_costs_what_trying_all_postings_says(problem: SurgeProblem) -> None:
    tried = list(every_posting(problem))
    if not tried:
        return
    found = optimum(problem, match_weight=WEIGHT)
    full = [posted for posted in tried if officers_of(problem, posted) == found.officers]
    for mover, other in next_best(found.surge, found.best).items():
        here = found.best.posted[mover]
        away = [posted for posted in full if posted[mover] not in {-1, here}]
        if not away:
            assert other.post is None
            continue
        best = max(value(problem, posted, found.best.worth) for posted in away)
        loss = found.best.objective - best
        assert other.worse_lo is not None
        assert other.worse_hi is not None
        # An interval: the lower end is by parts of movers, the upper by postings that exist.
        assert other.worse_lo <= loss + 1e-6
        assert other.worse_hi >= loss - 1e-6
        assert other.post in {posted[mover] for posted in away}


def only(problem: SurgeProblem, names: set[str]) -> SurgeProblem:
    """Return the problem with some of its ends of rules."""
    return replace(
        problem,
        rules=tuple(rule for rule in problem.rules if rule.name in names),
        post_rules=tuple(rule for rule in problem.post_rules if rule.name in names),
    )


@settings(max_examples=60, deadline=None)
@given(problems())
def test_demands_in_conflict_are_named_and_none_too_many(problem: SurgeProblem) -> None:
    # More officers at a post than harm is stated for are no rule of the conflict.
    wide = np.zeros((problem.n_posts, int(problem.officers.sum())))
    wide[:, : problem.harm.shape[1]] = problem.harm[:, : wide.shape[1]]
    problem = replace(problem, harm=wide)
    if any(True for _ in every_posting(problem)):
        return
    with pytest.raises(SurgeInfeasibleError) as raised:
        optimum(problem, match_weight=WEIGHT)
    names = set(raised.value.conflicts)
    assert raised.value.exit_code == 40
    assert not any(True for _ in every_posting(only(problem, names)))
    for name in names:
        assert any(True for _ in every_posting(only(problem, names - {name})))


@settings(max_examples=30, deadline=None)
@given(problems(strict=False))
def test_what_keeps_more_from_going_is_named(problem: SurgeProblem) -> None:
    found = optimum(problem, match_weight=WEIGHT)
    named = why_no_more(found, 99)
    assert found.officers < 99
    assert named
    assert why_no_more(found, found.officers) == ()


@settings(max_examples=30, deadline=None)
@given(problems(strict=False), st.lists(st.integers(0, 5), min_size=3, max_size=3))
def test_one_more_candidate_never_lowers_the_optimum(
    problem: SurgeProblem, match: list[int]
) -> None:
    before = optimum(problem, match_weight=0.0)
    more = replace(
        problem,
        constables=np.append(problem.constables, 1),
        supervisors=np.append(problem.supervisors, 0),
        match=np.vstack([problem.match, np.array(match[: problem.n_posts]) / 5]),
        allowed=np.vstack([problem.allowed, np.ones(problem.n_posts, dtype=bool)]),
        order=np.append(problem.order, problem.n_movers),
        rules=tuple(replace(r, weight=np.append(r.weight, 1.0)) for r in problem.rules),
    )
    after = optimum(more, match_weight=0.0)
    assert after.officers >= before.officers
    if after.officers == before.officers:
        assert after.best.bound >= before.best.objective - 1e-9


@settings(max_examples=30, deadline=None)
@given(problems(strict=False), st.floats(0.01, 5.0))
def test_matching_never_raises_harm_prevented_and_never_lowers_the_match(
    problem: SurgeProblem, weight: float
) -> None:
    found: Optimum = optimum(problem, match_weight=weight)
    assert found.unmatched.harm >= found.best.harm - 1e-9
    lo, hi = found.price_of_match
    assert 0 <= lo <= hi + 1e-9
    heavier = at_weight(found, 2 * weight)
    assert heavier.harm <= found.best.harm + 1e-6
    assert heavier.match >= found.best.match - 1e-6
