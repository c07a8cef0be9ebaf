"""The compiled course of cases against the same model in SimPy, and laws that always hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.deploy.investigation.draws import draw, rules_of
from rightplace.deploy.investigation.horizon import Horizon
from rightplace.deploy.investigation.unit import (
    ROLES,
    Arrivals,
    Duty,
    Role,
    Stage,
    Team,
    Unit,
    Work,
)
from tests.investigation_oracle import Oracle
from tests.investigation_worlds import TEMPLATE, cases, course, homicide, rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

work = st.builds(
    Work,
    role=st.sampled_from([Role.DS, Role.DC]),
    mean_hours=st.floats(5, 120),
    spread=st.floats(0.1, 1.5),
    together=st.integers(1, 4),
)
stage = st.builds(
    Stage,
    name=st.just("stage"),
    work=st.lists(work, min_size=1, max_size=3).map(tuple),
    wait_days=st.sampled_from([0.0, 4.0]),
    wait_spread=st.floats(0.1, 1),
    share=st.sampled_from([1.0, 0.7]),
)
officers = st.builds(
    Team,
    officers=st.fixed_dictionaries({Role.DS: st.integers(1, 2), Role.DC: st.integers(1, 5)}),
)


@st.composite
def units(draw_from: st.DrawFn) -> Unit:
    """Return small units, most of them overloaded, with officers often away."""
    stages = draw_from(st.lists(stage, min_size=1, max_size=3))
    marked = draw_from(st.integers(0, len(stages) - 1))
    stages[marked] = replace(stages[marked], is_first_interview=True)
    return Unit(
        key="unit",
        title="Unit",
        teams=tuple(draw_from(st.lists(officers, min_size=1, max_size=3))),
        arrivals=Arrivals(
            a_month=draw_from(st.floats(2, 12)),
            dispersion=1.5,
            victims=(0.9, 0.1),
            origin="made up",
        ),
        stages=tuple(stages),
        duty=Duty(
            hours_a_day=8,
            duty_days_a_week=5,
            absent=draw_from(st.sampled_from([0.0, 0.2, 0.6])),
            court=0.1,
            on_call_days=draw_from(st.integers(1, 9)),
            callouts_tiring=2,
        ),
        cap=draw_from(st.integers(1, 6)),
        waiting=tuple(draw_from(st.integers(0, 3)) for _ in stages),
        needs_command=False,
    )


@settings(max_examples=60, deadline=None)
@given(units(), st.integers(0, 10_000))
def test_every_stage_of_every_case_ends_on_the_day_on_which_it_does_in_simpy(
    unit: Unit, seed: int
) -> None:
    horizon = Horizon(days=70, warm_up_days=0, replications=2, seed=seed)
    drawn = draw(unit, horizon, support=None, replication=0).drawn
    how = rules_of(unit, horizon, support=None)
    np.testing.assert_allclose(
        course(drawn, how).stage_ends, Oracle(drawn, how).stage_ends(), rtol=1e-9, atol=1e-9
    )


def test_a_year_of_22_teams_is_the_same_in_simpy() -> None:
    unit = homicide(teams=[TEMPLATE] * 22, a_month=60.0, waiting=(5, 5, 60))
    horizon = Horizon(days=364, warm_up_days=0, replications=2, seed=1)
    drawn = draw(unit, horizon, support=None, replication=1).drawn
    how = rules_of(unit, horizon, support=None)
    ours = course(drawn, how).stage_ends
    assert (~np.isnan(ours)).sum() > 500
    np.testing.assert_allclose(ours, Oracle(drawn, how).stage_ends(), rtol=1e-9, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(units(), st.integers(0, 10_000))
def test_nothing_is_lost(unit: Unit, seed: int) -> None:
    horizon = Horizon(days=63, warm_up_days=0, replications=2, seed=seed)
    drawn = draw(unit, horizon, support=None, replication=0).drawn
    how = rules_of(unit, horizon, support=None)
    found = course(drawn, how)
    came = drawn.opened <= horizon.all_days
    is_open = came & np.isnan(found.closed)
    assert is_open.sum() == found.live[-1].sum()
    # Hours of the stages begun are those done and those left.
    begun = stages_begun(found.stage_ends, drawn.stage, is_open)
    hours = (
        (begun[:, np.repeat(np.arange(len(unit.stages)), np.diff(how.first_work))]) * drawn.hours
    )
    done, left = found.busy_hours.sum(), found.open_hours[-1].sum()
    np.testing.assert_allclose(done + left, hours.sum(), rtol=1e-9, atol=1e-6)
    # Nobody works more than he or she is there.
    week = np.minimum(horizon.all_days - 7.0 * np.arange(drawn.present.shape[0]), 7.0)
    there = (week @ drawn.present) * how.rate
    assert (found.busy_hours <= there + 1e-6).all()
    assert drawn.present.shape[1] == len(unit.teams) * len(ROLES)


def stages_begun(
    ends: NDArray[np.float64], first: NDArray[np.int64], is_open: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the stages that cases were ever in: those ended, and the one an open case is in."""
    begun = ~np.isnan(ends)
    next_one = first + begun.sum(axis=1)
    begun[is_open, next_one[is_open]] = True
    return np.asarray(begun)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.01, 3), st.floats(0.1, 10)), min_size=1, max_size=40),
    st.integers(1, 4),
)
def test_at_one_station_an_officer_more_lets_no_case_begin_later(
    flow: list[tuple[float, float]], servers: int
) -> None:
    gaps, hours = (np.array(column) for column in zip(*flow, strict=True))
    opened = np.cumsum(gaps)
    begins = []
    for number in (servers, servers + 1):
        present = np.full((200, 1), number)
        found = course(cases(opened, hours[:, None], present=present), rules(ends=1000.0))
        begins.append(found.closed - hours)
    assert (begins[1] <= begins[0] + 1e-9).all()
