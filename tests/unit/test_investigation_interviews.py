"""Days to the first interview are those of cases that come to one, open cases censored."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rightplace.deploy.investigation.horizon import Horizon
from rightplace.deploy.investigation.interviews import (
    Interviews,
    centile_of,
    change_of,
    days_until,
    interviews_of,
)
from rightplace.deploy.investigation.simulation import simulate
from rightplace.deploy.investigation.unit import Arrivals, Duty, Role, Stage, Team, Unit, Work

# Officers enough that nothing queues, and hardly any work: days are the waits of the stages.
DUTY = Duty(
    hours_a_day=24.0,
    duty_days_a_week=7.0,
    absent=0.0,
    court=0.0,
    on_call_days=1,
    callouts_tiring=99,
)
WORK = (Work(role=Role.DC, mean_hours=0.001, spread=0.0),)


def half_go_on(*, interview: bool = True) -> Unit:
    """Return a unit in which half the cases are closed after a wait of about 30 days."""
    stages = (
        Stage(name="Enquiries", work=WORK, wait_days=30.0, wait_spread=0.5),
        Stage(name="Interview", work=WORK, share=0.5, is_first_interview=interview),
    )
    return Unit(
        key="u",
        title="U",
        teams=(Team(officers={Role.DC: 50}),),
        arrivals=Arrivals(a_month=100.0, dispersion=1.0, victims=(1.0,), origin="test"),
        stages=stages,
        duty=DUTY,
        cap=10_000,
        waiting=(0, 0),
        needs_command=False,
    )


def lognormal_quantile(z: float) -> float:
    """Return a quantile of 30 days with a spread of a half, by its normal deviate."""
    variance = math.log1p(0.5**2)
    return 30 * math.exp(-variance / 2 + math.sqrt(variance) * z)


@pytest.mark.parametrize("days", [90, 365])
def test_s5_days_are_those_of_cases_that_come_to_an_interview(days: int) -> None:
    horizon = Horizon(days=days, warm_up_days=0, replications=20, seed=3)
    found = interviews_of(simulate(half_go_on(), horizon), sections=10)
    assert found is not None
    # Closed or not, a case waits the same days; in 90 days many of them are still open.
    assert found.days_until(0.5) == pytest.approx(lognormal_quantile(0.0), rel=0.04)
    assert found.days_until(0.9) == pytest.approx(lognormal_quantile(1.2816), rel=0.06)
    assert centile_of(found, 0.5, level=0.95).low is not None


def test_a_case_closed_before_leaves_and_an_open_one_counts_by_the_share_that_goes_on() -> None:
    horizon = Horizon(days=60, warm_up_days=0, replications=2, seed=1)
    simulated = simulate(half_go_on(), horizon)
    found = interviews_of(simulated, sections=2)
    assert found is not None
    is_open = np.isnan(simulated.cases.closed)
    assert set(found.weight[is_open].tolist()) == {0.5}
    closed_without = ~is_open & np.isnan(simulated.cases.interviewed)
    assert set(found.weight[closed_without].tolist()) == {0.0}
    assert set(found.weight[found.has_come].tolist()) == {1.0}
    assert interviews_of(simulate(half_go_on(interview=False), horizon), sections=2) is None


def test_weights_of_one_are_kaplan_and_meier_and_of_none_leave_a_case_out() -> None:
    days = np.array([1.0, 2.0, 2.0, 3.0, 4.0])
    came = np.array([True, True, False, True, False])
    ones = np.ones(5)
    # At risk 5, 4, 2: still 4/5, then 3/5, then 3/10.
    assert days_until(days, has_come=came, weight=ones, share=0.2) == 1.0
    assert days_until(days, has_come=came, weight=ones, share=0.4) == 2.0
    assert days_until(days, has_come=came, weight=ones, share=0.9) is None
    without = np.array([1.0, 1.0, 0.0, 1.0, 0.0])
    # Without the two that never come: still 2/3, 1/3, 0.
    assert days_until(days, has_come=came, weight=without, share=0.4) == 2.0
    assert days_until(days, has_come=came, weight=without, share=0.9) == 3.0
    none = np.zeros(5, dtype=np.bool_)
    assert days_until(days, has_come=none, weight=ones, share=0.5) is None


def interviews(days: list[float], *, sections: int) -> Interviews:
    """Return cases that all came to an interview, one group after the other."""
    number = len(days)
    return Interviews(
        days=np.array(days),
        has_come=np.ones(number, dtype=np.bool_),
        weight=np.ones(number),
        section=np.arange(number) % sections,
        sections=sections,
    )


def test_an_interval_is_that_of_groups_and_needs_every_group() -> None:
    found = centile_of(interviews([2.0, 4.0], sections=2), 0.5, level=0.95)
    # Squares about 2: 0 and 4; error sqrt(4 / 1 / 2); 12.706 is Student's t of one degree.
    assert (found.days, found.low) == (2.0, 0.0)
    assert found.high == pytest.approx(2 + 12.706 * math.sqrt(2), abs=1e-3)
    lacking = centile_of(interviews([2.0], sections=2), 0.5, level=0.95)
    assert (lacking.days, lacking.low, lacking.high) == (2.0, None, None)


def test_a_change_is_paired_group_by_group() -> None:
    base, other = (
        interviews([2.0, 4.0], sections=2),
        interviews([3.0, 5.5], sections=2),
    )
    change = change_of("median_days", base, other, share=0.5, level=0.95)
    assert change is not None
    assert (change.base, change.other, change.change.mean) == (3.0, 4.25, 1.25)
    lacking = interviews([3.0], sections=2)
    assert change_of("median_days", base, lacking, share=0.5, level=0.95) is None
