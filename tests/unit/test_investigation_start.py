"""How a question about a unit begins, who stands in, and what is left to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.deploy.investigation.draws import draw
from rightplace.deploy.investigation.horizon import Horizon, Support
from rightplace.deploy.investigation.measures import by_replication, measure
from rightplace.deploy.investigation.simulation import simulate
from rightplace.deploy.investigation.to_come import hours_of_later_stages
from rightplace.deploy.investigation.unit import Role, Team
from rightplace.errors import UsageError
from tests.investigation_worlds import TEMPLATE, homicide

SHORT = Horizon(days=182, warm_up_days=0, replications=8, seed=5)
PAIR = homicide(teams=(TEMPLATE,) * 2, a_month=1.2)


@pytest.mark.parametrize("waiting", [(0, 0, 0), (3, 1, 5)])
def test_s5_a_what_if_begins_with_the_open_cases_of_the_unit_as_it_is(
    waiting: tuple[int, ...],
) -> None:
    was = replace(PAIR, waiting=waiting)
    fewer = Team(officers={**TEMPLATE.officers, Role.DC: 8})
    then = replace(was, teams=(fewer, TEMPLATE, TEMPLATE))
    helping = Support(
        officers_by_level=(4,), hours_a_day=8, duty_days_a_week=5, absent=0, actions={}
    )
    horizon = replace(SHORT, warm_up_days=0 if sum(waiting) else 364)
    base = simulate(was, horizon)
    other = simulate(then, horizon, support=helping, before=was)
    assert other.open_hours[:, 0] == pytest.approx(base.open_hours[:, 0])
    assert base.open_hours[:, 0].sum() > 0
    # Cases stay with the teams that have them; the new team has none yet.
    assert (other.live[:, 0, :2] == base.live[:, 0]).all()
    assert not other.live[:, 0, 2].any()
    begun = base.cases.opened < horizon.warm_up_days
    assert (base.cases.team[begun] == other.cases.team[begun]).all()
    # From then on it is another unit.
    assert other.live[:, -1, 2].any()
    assert other.available_hours[:, 2].sum() > 0
    assert (base.open_hours[:, -1] != other.open_hours[:, -1]).any()


def test_officers_and_those_who_help_come_and_go_in_the_week_in_which_measuring_begins() -> None:
    never_away = replace(PAIR, duty=replace(PAIR.duty, absent=0.0, court=0.0))
    then = replace(never_away, teams=(*PAIR.teams, TEMPLATE))
    horizon = Horizon(days=14, warm_up_days=14, replications=2, seed=1)
    helping = Support(
        officers_by_level=(4,), hours_a_day=8, duty_days_a_week=5, absent=0, actions={}
    )
    drawn = draw(then, horizon, support=helping, replication=0, before=never_away).drawn
    assert drawn.present[:, 8:].tolist() == [[0] * 5] * 2 + [[1, 2, 4, 15, 4]] * 3


def test_s5_one_of_a_lower_role_acts_up_in_a_week_without_anybody_of_a_role() -> None:
    alone = draw(PAIR, SHORT, support=None, replication=0).drawn.present.reshape(-1, 2, 4)
    duty = replace(PAIR.duty, stands_in={Role.SIO: Role.DI, Role.DI: Role.DS})
    unit = replace(PAIR, duty=duty)
    acted = draw(unit, SHORT, support=None, replication=0).drawn.present.reshape(-1, 2, 4)
    seen = set()
    for before, then in zip(alone.reshape(-1, 4), acted.reshape(-1, 4), strict=True):
        sio, di, ds, dc = before
        if sio == 0 and di > 0:
            sio, di = 1, di - 1
        if di == 0 and ds > 0:
            di, ds = 1, ds - 1
        assert then.tolist() == [sio, di, ds, dc]
        seen.add((before[0] > 0, before[1] > 1))
    assert len(seen) >= 3  # weeks without an SIO, with and without a DI to spare
    # Nobody is made by it, and fewer hours of an SIO wait.
    assert (alone.sum(axis=2) == acted.sum(axis=2)).all()
    waits = [simulate(each, SHORT).waiting_hours[:, :, 0].mean(axis=1) for each in (PAIR, unit)]
    assert (waits[1] <= waits[0]).all()
    assert waits[1].mean() < 0.8 * waits[0].mean()


def test_cases_open_at_the_start_have_the_share_left_of_their_stage_alone() -> None:
    anew = replace(PAIR, waiting=(1, 2, 1))
    half = replace(anew, hours_left=0.5, wait_left=0.25)
    whole, rest = (draw(each, SHORT, support=None, replication=0).drawn for each in (anew, half))
    ratio = rest.hours[:4] / whole.hours[:4]
    stage_of_work = np.array([0, 0, 0, 0, 1, 2, 2, 2, 2])
    expected = np.where(stage_of_work == np.array([0, 1, 1, 2])[:, None], 0.5, 1.0)
    assert ratio == pytest.approx(expected)
    waits = rest.waits[:4, 1:] / whole.waits[:4, 1:]
    assert waits == pytest.approx(np.array([[1, 1], [0.25, 1], [0.25, 1], [1, 0.25]]))
    assert (rest.hours[4:] == whole.hours[4:]).all()


def test_s5_work_left_is_what_cases_bring_over_all_stages_less_what_is_done() -> None:
    stages = tuple(
        replace(stage, share=1.0, work=tuple(replace(each, spread=0.0) for each in stage.work))
        for stage in PAIR.stages
    )
    arrivals = replace(PAIR.arrivals, further_victim=0.5)
    unit = replace(PAIR, stages=stages, arrivals=arrivals, waiting=(2, 1, 1), hours_left=1.0)
    simulated = simulate(unit, SHORT)
    own = [sum(work.mean_hours for work in stage.work) for stage in stages]
    cases = simulated.cases
    came = cases.opened <= SHORT.days
    hours = sum(own) * (1 + 0.5 * (cases.victims[came] - 1))
    brought = np.bincount(cases.replication[came], weights=hours, minlength=8).astype(np.float64)
    brought += 2 * sum(own) + sum(own[1:]) + own[2]
    left = brought - simulated.busy_hours.sum(axis=(1, 2))
    week = simulated.available_hours.sum() / 8 / (SHORT.days / 7)
    figures = by_replication(simulated)
    assert figures["work_left_end"] == pytest.approx(left / week)
    start = (2 * sum(own) + sum(own[1:]) + own[2]) / week
    assert figures["work_left_start"] == pytest.approx(np.full(8, start))
    assert (figures["work_left_end"] >= figures["backlog_end"]).all()


def test_later_stages_count_by_the_share_that_comes_to_them() -> None:
    own = [sum(work.mean_hours for work in stage.work) for stage in PAIR.stages]
    # Nine tenths come to the second stage, eight tenths of them to the third.
    expected = [0.9 * (own[1] + 0.8 * own[2]), 0.8 * own[2], 0, 0]
    assert hours_of_later_stages(PAIR) == pytest.approx(expected)


def test_s5_cases_passed_on_by_a_team_at_its_cap_are_told() -> None:
    tight = replace(PAIR, cap=1, waiting=(1, 0, 0))
    horizon = replace(SHORT, warm_up_days=0)
    simulated = simulate(tight, horizon)
    new = ~np.isnan(simulated.cases.opened) & (simulated.cases.opened <= horizon.days)
    share = simulated.passed.sum(axis=1) / np.bincount(simulated.cases.replication[new])
    assert share.sum() > 0
    assert measure(simulated).passed.mean == pytest.approx(share.mean())
    assert measure(simulate(replace(PAIR, cap=10**6), horizon)).passed.mean == 0


def test_a_unit_cannot_begin_with_more_teams_than_it_has() -> None:
    with pytest.raises(UsageError, match="2 teams before and 1 then"):
        simulate(replace(PAIR, teams=(TEMPLATE,)), SHORT, before=PAIR)
