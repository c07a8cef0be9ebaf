"""A surge that the presolve of HiGHS 1.15.1 finds infeasible, though it is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rightplace.deploy.surge.optimum import optimum
from rightplace.deploy.surge.problem import PostRule, Rule, SurgeProblem

ALL = np.ones(3, dtype=bool)


def _post(name: str, post: int, constable: float, supervisor: float, most: float) -> PostRule:
    return PostRule(name=name, post=post, constable=constable, supervisor=supervisor, most=most)


def test_postings_are_the_best_where_presolve_finds_none() -> None:
    """Two of a pair and three singles; the second post can have no constable, so no supervisor.

    By hand: only the third post prevents anything, 3 by its first officer. That is the pair
    there, or the last mover there with the third at the first post, which matches 0.3 and 0.7.
    At a match weight of 0.3 a full match is worth 0.3 * 3 / 2 = 0.45, so 3 + 0.45 is the most.
    """
    problem = SurgeProblem(
        constables=np.array([2, 0, 0, 1]),
        supervisors=np.array([0, 1, 1, 0]),
        match=np.array([[0.7, 0, 0.4], [0.1, 0.5, 0.1], [0.3, 0.7, 0], [0.8, 0.1, 0.7]]),
        allowed=np.array([[1, 1, 1], [0, 1, 0], [1, 1, 0], [1, 0, 1]], dtype=bool),
        harm=np.array([[0.0, 0], [4, 0], [3, 0]]),
        order=np.arange(4),
        rules=(
            Rule(name="count", weight=np.array([2.0, 1, 1, 1]), posts=ALL, most=2),
            Rule(name="unit", weight=np.zeros(4), posts=ALL, most=0),
            Rule(name="skill", weight=np.array([0.0, 0, 1, 1]), posts=np.arange(3) == 1, least=0),
        ),
        post_rules=(
            _post("ceiling", 0, 1, 1, 4),
            _post("span", 1, 1, -2, 1),
            _post("own", 1, -1, 2, 1),
            PostRule(name="floor", post=0, constable=1, supervisor=1, least=0, most=math.inf),
        ),
    )
    found = optimum(problem, match_weight=0.3)
    assert found.unmatched.harm == pytest.approx(3)
    assert found.best.objective == pytest.approx(3.45)
    assert found.best.bound == pytest.approx(3.45)
