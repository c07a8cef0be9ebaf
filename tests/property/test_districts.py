"""Districts against every way to draw them, and the toy case of the source."""

from __future__ import annotations

import doctest
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from rightplace.deploy import districts as module
from rightplace.deploy import even_districts
from rightplace.errors import BadInputError, InfeasibleError

LINE = np.abs(np.subtract.outer(range(4), range(4)))


def test_the_toy_case_of_four_areas_on_a_line() -> None:
    # Wheeler (2018); the optimum 3 with {A, B} and {C, D} is published.
    found = even_districts([4, 1, 2, 3], LINE, count=2, inequality=0.2)
    assert found.travel == 3
    assert found.members() == ((0, 1), (2, 3))
    assert sorted(found.workload[found.workload > 0].tolist()) == [5, 5]


def test_the_example_of_the_docstring_runs() -> None:
    tried = doctest.testmod(module)
    assert (tried.attempted, tried.failed) == (4, 0)


def least(
    calls: list[int], way: np.ndarray, count: int, inequality: float, near: np.ndarray | None
) -> float | None:
    """Try every choice of centres and every way to serve them."""
    mean, best = sum(calls) / count, None
    n = len(calls)
    for centres in combinations(range(n), count):
        for where in product(centres, repeat=n):
            if any(where[centre] != centre for centre in centres):
                continue
            loads = [sum(c for c, w in zip(calls, where, strict=True) if w == k) for k in centres]
            if any(abs(load - mean) > inequality * mean + 1e-9 for load in loads):
                continue
            parts = [[i for i in range(n) if where[i] == k] for k in centres]
            if near is not None and any(
                connected_components(near[np.ix_(p, p)], directed=False)[0] > 1 for p in parts
            ):
                continue
            travel = sum(calls[i] * way[i, where[i]] for i in range(n))
            best = travel if best is None else min(best, travel)
    return best


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=5, unique=True),
    st.lists(st.integers(1, 9), min_size=5, max_size=5),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.2, 0.5, 1.0]),
    st.booleans(),
)
def test_districts_are_the_best_of_all(
    points: list[tuple[int, int]],
    numbers: list[int],
    count: int,
    inequality: float,
    together: bool,  # noqa: FBT001 - Hypothesis gives arguments by place
) -> None:
    xy = np.array(points)
    way = np.abs(xy[:, None, :] - xy[None, :, :]).sum(axis=2).astype(float)
    calls = numbers[: len(points)]
    near = way <= np.median(way[way > 0]) if together else None
    wanted = least(calls, way, count, inequality, near)
    if wanted is None:
        with pytest.raises(InfeasibleError):
            even_districts(calls, way, count=count, inequality=inequality, adjacent=near)
        return
    found = even_districts(calls, way, count=count, inequality=inequality, adjacent=near)
    assert found.travel == pytest.approx(wanted)


def test_numbers_that_are_none_of_districts_are_refused() -> None:
    with pytest.raises(BadInputError, match="as many as areas"):
        even_districts([1, 2], LINE[:2, :2], count=3, inequality=0.2)
    with pytest.raises(BadInputError, match="square"):
        even_districts([1, 2], LINE, count=1, inequality=0.2)
    with pytest.raises(BadInputError, match="inequality"):
        even_districts([1, 2], LINE[:2, :2], count=1, inequality=-0.2)
