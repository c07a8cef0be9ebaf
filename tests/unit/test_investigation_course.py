"""The course of cases, reckoned by hand and by the formulas of queueing theory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.deploy.investigation.kernel import run
from tests.investigation_worlds import cases, course, rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.arrays import Drawn, Rules

BATCHES = 20


def flow(load: float, servers: int, hours: NDArray[np.float64], seed: int) -> tuple[Drawn, Rules]:
    """Return customers of a Poisson stream to one station; hours have a mean of 1."""
    rng = np.random.default_rng([seed, 1])
    opened = np.cumsum(rng.exponential(1 / (load * servers), hours.size))
    weeks = int(opened[-1] // 7) + 1
    drawn = cases(opened, hours[:, None], present=np.full((weeks, 1), servers))
    return drawn, rules(ends=float(opened[-1]))


def queued(drawn: Drawn, how: Rules) -> NDArray[np.float64]:
    """Return the days that each customer waits; those not done in the end are left out."""
    found = course(drawn, how)
    waits = found.closed - drawn.opened - np.nansum(np.where(drawn.goes, drawn.hours, 0), axis=1)
    done = waits[~np.isnan(waits)]
    assert done.size > 0.99 * waits.size
    return np.asarray(np.maximum(done, 0))


def agrees(values: NDArray[np.float64], expected: float) -> bool:
    """Whether a mean is within 3.5 standard errors (by batches in a row), and within 5 %."""
    batches = np.array([each.mean() for each in np.array_split(values, BATCHES)])
    error = batches.std(ddof=1) / math.sqrt(BATCHES)
    return bool(abs(values.mean() - expected) < min(3.5 * error, 0.05 * expected))


def erlang_c(servers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c (Erlang 1917)."""
    offered = servers * load
    terms = [offered**k / math.factorial(k) for k in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (sum(terms) + last)


def lognormal(spread: float, size: int, seed: int) -> NDArray[np.float64]:
    variance = math.log1p(spread**2)
    return np.random.default_rng(seed).lognormal(-variance / 2, math.sqrt(variance), size)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (3, 0.8), (15, 0.85)])
def test_exponential_hours_wait_as_often_and_as_long_as_erlang_c_says(
    servers: int, load: float
) -> None:
    hours = np.random.default_rng(servers).exponential(1.0, 300_000)
    waits = queued(*flow(load, servers, hours, seed=servers))[20_000:]
    often = erlang_c(servers, load)
    assert agrees((waits > 1e-9).astype(np.float64), often)
    assert agrees(waits, often / (servers * (1 - load)))


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_lognormal_hours_wait_as_long_as_pollaczek_and_khinchine_say(spread: float) -> None:
    load = 0.7
    hours = lognormal(spread, 300_000, seed=3)
    waits = queued(*flow(load, 1, hours, seed=4))[20_000:]
    assert agrees(waits, load * (1 + spread**2) / (2 * (1 - load)))


def test_urgent_and_other_work_wait_as_long_as_cobham_says() -> None:
    load, share = 0.75, 0.4
    hours = lognormal(0.8, 400_000, seed=5)
    drawn, _ = flow(load, 1, hours, seed=6)
    is_urgent = np.random.default_rng(7).random(hours.size) < share
    stage = np.where(is_urgent, 0, 1)
    both = cases(
        drawn.opened,
        np.column_stack([hours, hours]),
        present=drawn.present,
        stage=stage,
        last=stage,
    )
    how = rules(ends=float(drawn.opened[-1]), parts=(1, 1), urgent=(True, False))
    waits = course(both, how).closed - drawn.opened - hours
    ahead = load * (1 + 0.8**2) / 2
    urgent = waits[is_urgent][10_000:-1000]
    others = waits[~is_urgent][10_000:-1000]
    assert agrees(urgent, ahead / (1 - share * load))
    assert agrees(others, ahead / ((1 - share * load) * (1 - load)))


def test_officers_are_busy_for_the_offered_load_and_cases_open_are_arrivals_times_days() -> None:
    hours = lognormal(1.0, 200_000, seed=8)
    drawn, how = flow(0.8, 4, hours, seed=9)
    found = course(drawn, how)
    assert found.busy_hours[0] / (4 * how.ends) == pytest.approx(0.8, rel=0.01)
    # Little's law holds for every path, cut off at the end.
    last = np.where(np.isnan(found.closed), how.ends, found.closed)
    assert found.teams["live_days"][0] == pytest.approx((last - drawn.opened).sum())
    done = ~np.isnan(found.closed)
    waits = (found.closed - drawn.opened - hours)[done]
    assert found.teams["idle_case_days"][0] == pytest.approx(waits.sum(), rel=1e-3)


def test_work_in_parts_is_done_by_so_many_at_once_and_no_more() -> None:
    drawn = cases([0.0, 0.0], [[6.0], [6.0]], present=[[3], [3], [3]])
    # Three officers do the first case in 2 days; then the second. Two parts each: 3 and 1.5 + ...
    assert course(drawn, rules(ends=20.0, parts=(3,))).closed.tolist() == [2.0, 4.0]
    # Parts of 3 days: two of the first and one of the second, the other one after them.
    assert course(drawn, rules(ends=20.0, parts=(2,))).closed.tolist() == [3.0, 6.0]


def test_work_of_an_officer_who_goes_is_put_down_and_gone_on_with() -> None:
    drawn = cases([0.0], [[10.0]], present=[[1], [0], [1]])
    found = course(drawn, rules(ends=20.0))
    assert found.closed.tolist() == [17.0]
    assert found.busy_hours.tolist() == [10.0]
    assert found.teams["idle_hour_days"].tolist() == [21.0]  # 3 hours for 7 days
    assert found.open_hours[:, 0].tolist() == [10.0, 3.0, 3.0]
    assert found.waiting_hours[:, 0].tolist() == [0.0, 3.0, 0.0]


def test_of_those_at_work_what_came_last_is_put_down_and_waits_before_the_rest() -> None:
    drawn = cases([0.0, 1.0, 2.0], [[10.0], [10.0], [1.0]], present=[[2], [1], [1], [1]])
    # The second case is put down on day 7 with 4 days left; the first ends on day 10.
    assert course(drawn, rules(ends=27.0)).closed.tolist() == [10.0, 14.0, 15.0]


def test_urgent_work_is_kept_up_when_an_officer_goes() -> None:
    drawn = cases(
        [0.0, 1.0],
        [[0.0, 10.0], [10.0, 0.0]],
        present=[[2], [1], [1]],
        stage=[1, 0],
        last=[1, 0],
    )
    # The first case is put down on day 7 with 3 days left, until the urgent one ends on day 11.
    found = course(drawn, rules(ends=20.0, parts=(1, 1), urgent=(True, False)))
    assert found.closed.tolist() == [14.0, 11.0]


def test_urgent_work_goes_first_and_takes_nobody_off_a_part() -> None:
    drawn = cases(
        [0.0, 1.0, 2.0],
        [[0.0, 5.0], [0.0, 5.0], [5.0, 0.0]],
        present=[[1], [1], [1]],
        stage=[1, 1, 0],
        last=[1, 1, 0],
    )
    found = course(drawn, rules(ends=20.0, parts=(1, 1), urgent=(True, False)))
    assert found.closed.tolist() == [5.0, 15.0, 10.0]


def test_s5_a_team_at_the_cap_passes_cases_on_and_takes_them_if_all_are() -> None:
    drawn = cases([0.0, 1.0, 2.0, 8.0], [[100.0]] * 4, present=[[1, 1], [1, 1]])
    how = rules(ends=13.0, places=2, teams=2, cap=1, on_call_days=7.0)
    found = course(drawn, how)
    assert found.team.tolist() == [0, 1, 0, 1]
    assert found.over_cap.tolist() == [False, False, True, True]
    assert found.callouts.tolist() == [2, 1]
    assert found.passed.tolist() == [1, 0]
    assert found.teams["live_days"].tolist() == [13.0 + 11.0, 12.0 + 5.0]
    assert found.teams["over_cap_days"].tolist() == [11.0, 5.0]


def test_those_who_help_do_what_their_level_allows_when_the_team_is_busy() -> None:
    present = [[1, 0, 1], [1, 0, 1]]  # one of the team, none of level 0, one of level 1
    how = rules(ends=13.0, places=3, level=(1,))
    drawn = cases([0.0, 1.0, 2.0], [[4.0], [4.0], [4.0]], present=present)
    found = course(drawn, how)
    assert found.closed.tolist() == [4.0, 5.0, 8.0]
    assert found.busy_hours.tolist() == [8.0, 0.0, 4.0]
    alone = course(drawn, rules(ends=13.0, places=3, level=(-1,)))
    assert alone.closed.tolist() == [4.0, 8.0, 12.0]
    too_low = [[1, 1, 0], [1, 1, 0]]
    unskilled = course(drawn._replace(present=np.array(too_low)), how)
    assert unskilled.closed.tolist() == [4.0, 8.0, 12.0]


def test_a_part_put_down_by_one_who_helps_is_taken_up_by_the_team() -> None:
    drawn = cases([0.0, 1.0], [[3.0], [9.0]], present=[[1, 1], [1, 0], [1, 0]])
    found = course(drawn, rules(ends=20.0, places=2, level=(0,)))
    assert found.closed.tolist() == [3.0, 10.0]  # 6 of 9 days done on day 7
    assert found.busy_hours.tolist() == [6.0, 6.0]


def test_the_compiled_course_counts_no_holders_of_arrays() -> None:
    course(cases([0.0], [[1.0]], present=[[1]]), rules(ends=5.0))
    for code in run.inspect_llvm().values():  # type: ignore[attr-defined]  # it is compiled
        assert "NRT_incref" not in code
