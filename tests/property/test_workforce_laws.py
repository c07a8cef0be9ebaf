"""Laws of stock and flow, whatever the workforce."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.deploy.workforce.cohorts import Cohort, shared_out
from rightplace.deploy.workforce.flows import Cause, admitted
from rightplace.deploy.workforce.stock import expected, luck, project
from rightplace.deploy.workforce.what_ifs import Change, changed
from tests.workforce_world import intake, leave, leaving, route, strength, tutors, workforce

if TYPE_CHECKING:
    from rightplace.deploy.workforce.cohorts import Route
    from rightplace.deploy.workforce.flows import Intake
    from rightplace.deploy.workforce.growth import Growth

MONTHS = 8
counts = st.integers(0, 400)
shares = st.floats(0, 0.4)


@st.composite
def routes_and_intakes(draw: st.DrawFn) -> tuple[tuple[Route, ...], tuple[Intake, ...]]:
    """Return up to three ways in, with any phases and any intake."""
    routes, intakes = [], []
    for number in range(draw(st.integers(1, 3))):
        training, tutored, rest = (draw(st.integers(0, 4)) for _ in range(3))
        total = training + tutored + rest
        routes.append(route(training, tutored, total, key=f"r{number}", title=f"Route {number}"))
        planned = draw(st.lists(st.integers(0, 60), min_size=MONTHS, max_size=MONTHS))
        filled = draw(st.floats(0.2, 0.9))
        intakes.append(intake(*planned, filled=filled, spread=draw(st.floats(0, 0.3))))
    return tuple(routes), tuple(intakes)


@st.composite
def workforces(draw: st.DrawFn) -> Growth:
    """Return any workforce whose cohorts at the start have months to be counted in."""
    routes, intakes = draw(routes_and_intakes())
    weighted = [sum(each.a_month) > 0 for each in intakes]
    usable = [r for r, w in zip(routes, weighted, strict=True) if w or not any(weighted)]
    tutored = draw(counts) if any(r.tutored_months for r in usable) else 0
    start = strength(
        draw(counts) if any(r.training_months for r in usable) else 0,
        draw(counts) if any(r.tutored_months for r in usable) else 0,
        tutored,
        draw(counts) if any(r.rest_months for r in usable) else 0,
        draw(st.integers(0, 3000)),
        draw(counts),
    )
    return workforce(
        start=start,
        routes=routes,
        intakes=intakes,
        leaving=(
            leaving(Cause.RESIGN, draw(shares), low=0.5, high=1.5),
            leaving(Cause.RETIRE, draw(shares), low=0.5, high=1.5),
        ),
        leaves=(leave(draw(shares), draw(st.floats(1, 24))),),
        tutors=tutors(tutored + draw(counts)),
        places_a_month=draw(st.none() | st.integers(0, 80)),
        places_at_once=draw(st.none() | st.integers(400, 600)),
    )


@settings(deadline=None, max_examples=40)
@given(workforces(), st.integers(0, 2**32))
def test_s20_every_officer_is_counted_once_in_every_draw_and_month(
    growth: Growth, seed: int
) -> None:
    found = project(growth, luck(7, rng=np.random.default_rng(seed)))
    headcount = found.measured("headcount")
    assert (headcount[:, 0] == growth.start.headcount).all()
    assert np.array_equal(
        np.diff(headcount, axis=1), found.joined.sum(axis=2) - found.left.sum(axis=2)
    )
    for numbers in (found.stock, found.joined, found.left):
        assert np.array_equal(numbers, np.floor(numbers))
        assert (numbers >= 0).all()
    assert (found.measured("deployable") <= headcount).all()
    number = growth.tutors.number
    assert number is not None
    assert (found.of(Cohort.TUTORED) <= number).all()
    if growth.places_at_once is not None:
        assert (found.of(Cohort.TRAINING) <= growth.places_at_once).all()
    planned = found.places.joiners.T[None]
    assert (found.joined <= planned).all()


@settings(deadline=None, max_examples=25)
@given(workforces())
def test_expected_values_count_every_officer_once_too(growth: Growth) -> None:
    found = expected(growth)
    flow = found.joined.sum(axis=2) - found.left.sum(axis=2)
    assert np.allclose(np.diff(found.measured("headcount"), axis=1), flow, atol=1e-6)
    assert (found.stock >= -1e-9).all()


@settings(deadline=None, max_examples=40)
@given(workforces(), st.integers(0, 2**32))
def test_more_tutors_never_make_more_wait_in_the_first_month(growth: Growth, seed: int) -> None:
    chance = luck(5, rng=np.random.default_rng(seed))
    more = changed(growth, Change(tutors_factor=2.0))
    few, many = project(growth, chance), project(more, chance)
    assert (many.of(Cohort.WAITING)[:, 1] <= few.of(Cohort.WAITING)[:, 1]).all()


@given(
    st.lists(st.lists(st.integers(0, 50), min_size=6, max_size=6), min_size=1, max_size=4),
    st.integers(0, 80),
)
def test_places_lose_nobody_and_are_never_exceeded(plan: list[list[int]], places: int) -> None:
    found = admitted(
        [intake(*months) for months in plan], [route()] * len(plan), places_a_month=places
    )
    assert (found.joiners.sum(axis=0) <= places).all()
    begun_or_waiting = found.joiners.sum(axis=1) + found.put_off[:, -1]
    assert begun_or_waiting.tolist() == [sum(months) for months in plan]


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 10), min_size=1, max_size=9))
def test_parts_are_whole_near_their_share_and_sum_to_the_whole(
    number: int, weights: list[float]
) -> None:
    parts = shared_out(number, weights)
    assert sum(parts) == number
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - number * weight / total) < 1 + 1e-6
