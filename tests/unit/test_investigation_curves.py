"""Curves of a simulation: the share interviewed by each day, and the backlog by week."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.deploy.investigation.curves import backlog_curve, interview_curve, share_by
from rightplace.deploy.investigation.horizon import Horizon
from rightplace.deploy.investigation.interviews import Interviews, interviews_of
from rightplace.deploy.investigation.simulation import simulate
from tests.unit.test_investigation_interviews import half_go_on


def test_the_share_by_a_day_is_kaplan_and_meier_of_those_that_come_to_an_interview() -> None:
    found = Interviews(
        days=np.array([1.0, 2.0, 2.0, 3.0, 4.0]),
        has_come=np.array([True, True, False, True, False]),
        weight=np.array([1.0, 1.0, 1.0, 1.0, 0.0]),
        section=np.zeros(5, dtype=np.int64),
        sections=1,
    )
    share = share_by(found, np.arange(6.0), of=np.ones(5, dtype=np.bool_))
    # At risk 4, 3, 1: still 3/4, then 1/2, then 0; the last case, closed before, never counts.
    np.testing.assert_allclose(share, [0, 0.25, 0.5, 1, 1, 1])
    first_two = share_by(found, np.arange(6.0), of=np.array([True, False, True, False, False]))
    # One of two came on day 1; the other was last seen on day 2.
    np.testing.assert_allclose(first_two, [0, 0.5, 0.5, np.nan, np.nan, np.nan])
    nobody = share_by(found, np.arange(2.0), of=np.zeros(5, dtype=np.bool_))
    assert np.isnan(nobody).all()


def test_curve_and_centile_say_the_same_and_the_band_holds_the_middle() -> None:
    horizon = Horizon(days=120, warm_up_days=0, replications=20, seed=3)
    simulated = simulate(half_go_on(), horizon)
    curve = interview_curve(simulated, sections=10, level=0.95)
    found = interviews_of(simulated, sections=10)
    assert curve is not None
    assert found is not None
    middle, low, high = curve
    assert middle.shape == (121,)
    median = found.days_until(0.5)
    assert median is not None
    assert middle[int(median)] <= 0.5 <= middle[int(median) + 1]
    known = ~np.isnan(low)  # no band where a group of futures has seen its last
    assert known[:60].all()
    assert ((low[known] <= middle[known]) & (middle[known] <= high[known])).all()
    assert (
        interview_curve(simulate(half_go_on(interview=False), horizon), sections=2, level=0.9)
        is None
    )


def test_the_backlog_by_week_begins_and_ends_where_its_figures_do() -> None:
    simulated = simulate(half_go_on(), Horizon(days=28, warm_up_days=7, replications=8, seed=1))
    middle, low, high = backlog_curve(simulated)
    assert middle.shape == (5,)
    hours = simulated.available_hours.sum() / 8 / 4
    assert middle[-1] == pytest.approx(simulated.open_hours[:, -1].sum() / 8 / hours)
    assert (low <= high).all()
