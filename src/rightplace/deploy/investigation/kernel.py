"""Compiled course of one replication: events in the order of their days, nothing left to chance.

Everything drawn is in the arrays handed over. Of events on one day work and waits end first, then
a new week begins, then cases come, then is looked at what is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.investigation.arrays import WEEK
from rightplace.deploy.investigation.lists import (
    NONE,
    compiled,
    note,
    put_first,
    put_last,
    strike,
    take_out,
)

if TYPE_CHECKING:
    from rightplace.deploy.investigation.arrays import Drawn, Found, Rules, State


@compiled
def _settle_team(rules: Rules, state: State, found: Found, team: int, now: float) -> None:
    """Count what a team has had up to now, before it changes."""
    days = now - max(state.teams[team].settled, rules.starts)
    state.teams[team].settled = now
    if days <= 0:
        return
    found.teams[team].live_days += days * state.teams[team].live
    found.teams[team].idle_case_days += days * state.teams[team].idle_cases
    for role in range(rules.roles):
        found.teams[team].idle_hour_days += days * state.idle_hours[team, role]
    if state.teams[team].live > rules.cap:
        found.teams[team].over_cap_days += days


@compiled
def _take_up(rules: Rules, state: State, part: int, place: int, now: float) -> None:
    """Let an officer of a place begin with a part, or go on with it."""
    state.parts[part].place = place
    state.parts[part].since = now
    state.busy[place] += 1
    put_last(state.own, 3 * place + 2, part)
    note(state.agenda, part, now + state.parts[part].rest / rules.rate[place])


@compiled
def _put_down(rules: Rules, state: State, found: Found, part: int, now: float) -> None:
    """Take an officer off a part, done or not, and count the hours."""
    place = state.parts[part].place
    days = now - max(state.parts[part].since, rules.starts)
    if days > 0:
        found.busy_hours[place] += days * rules.rate[place]
    done = (now - state.parts[part].since) * rules.rate[place]
    state.parts[part].rest = max(0.0, state.parts[part].rest - done)
    state.parts[part].place = NONE
    state.busy[place] -= 1
    take_out(state.own, 3 * place + 2, part)


@compiled
def _home(rules: Rules, state: State, found: Found, part: int) -> int:
    """Return the place whose work a part is: its role in the team of its case."""
    return int(
        found.team[state.parts[part].case] * rules.roles + rules.role[state.parts[part].work]
    )


@compiled
def _wait(rules: Rules, state: State, found: Found, part: int, now: float) -> None:
    """Let a part wait: a new one behind the others, one that was begun before them."""
    home = _home(rules, state, found, part)
    case, work = state.parts[part].case, state.parts[part].work
    team = found.team[case]
    _settle_team(rules, state, found, team, now)
    state.idle_hours[team, rules.role[work]] += state.parts[part].rest
    state.cases[case].idle += 1
    if state.cases[case].idle == 1:
        state.teams[team].idle_cases += 1
    later = 0 if rules.urgent[state.cases[case].stage] else 1
    level = rules.level[work]
    if state.parts[part].since < 0:
        put_last(state.own, 3 * home + later, part)
        if level != NONE:
            put_last(state.shared, 2 * level + later, part)
    else:
        put_first(state.own, 3 * home + later, part)
        if level != NONE:
            put_first(state.shared, 2 * level + later, part)


@compiled
def _stop_waiting(rules: Rules, state: State, found: Found, part: int, now: float) -> None:
    """Take a part out of the lists of those waiting."""
    home = _home(rules, state, found, part)
    case, work = state.parts[part].case, state.parts[part].work
    team = found.team[case]
    _settle_team(rules, state, found, team, now)
    state.idle_hours[team, rules.role[work]] -= state.parts[part].rest
    state.cases[case].idle -= 1
    if state.cases[case].idle == 0:
        state.teams[team].idle_cases -= 1
    later = 0 if rules.urgent[state.cases[case].stage] else 1
    take_out(state.own, 3 * home + later, part)
    if rules.level[work] != NONE:
        take_out(state.shared, 2 * rules.level[work] + later, part)


@compiled
def _next_part(rules: Rules, state: State, place: int) -> int:
    """Return what an officer of a place takes up next: urgent first, then first come."""
    teams = rules.teams * rules.roles
    for later in range(2):
        if place < teams:
            part = state.own.ends[3 * place + later, 0]
            if part != NONE:
                return int(part)
            continue
        best = NONE
        for level in range(place - teams + 1):
            part = state.shared.ends[2 * level + later, 0]
            if part != NONE and (best == NONE or part < best):
                best = part
        if best != NONE:
            return int(best)
    return NONE


@compiled
def _fill(rules: Rules, state: State, found: Found, place: int, now: float) -> None:
    """Let officers of a place who are free take up what waits."""
    while state.busy[place] < state.there[place]:
        part = _next_part(rules, state, place)
        if part == NONE:
            return
        _stop_waiting(rules, state, found, part, now)
        _take_up(rules, state, part, place, now)


@compiled
def _offer(rules: Rules, state: State, found: Found, part: int, now: float) -> None:
    """Give a new part to who is free: the team, else who helps with the least level."""
    home = _home(rules, state, found, part)
    if state.busy[home] < state.there[home]:
        _take_up(rules, state, part, home, now)
        return
    level = rules.level[state.parts[part].work]
    if level != NONE:
        for place in range(rules.teams * rules.roles + level, state.there.size):
            if state.busy[place] < state.there[place]:
                _take_up(rules, state, part, place, now)
                return
    _wait(rules, state, found, part, now)


@compiled
def _begin(drawn: Drawn, rules: Rules, state: State, found: Found, case: int, now: float) -> None:
    """Begin the stage that a case is in, or close the case if it does not go into it."""
    stage = state.cases[case].stage
    if stage == rules.urgent.size or not drawn.goes[case, stage]:
        team = found.team[case]
        _settle_team(rules, state, found, team, now)
        found.closed[case] = now
        state.teams[team].live -= 1
        return
    works = range(rules.first_work[stage], rules.first_work[stage + 1])
    wait = drawn.waits[case, stage]
    if wait > 0 or len(works) == 0:
        state.cases[case].left += 1
        note(state.agenda, state.parts.size + case, now + wait)
    for work in works:
        state.cases[case].left += rules.parts[work]
    for work in works:
        for _ in range(rules.parts[work]):
            part = state.made[0]
            state.made[0] += 1
            state.parts[part].case = case
            state.parts[part].work = work
            state.parts[part].rest = drawn.hours[case, work] / rules.parts[work]
            _offer(rules, state, found, part, now)


@compiled
def _come(drawn: Drawn, rules: Rules, state: State, found: Found, case: int, now: float) -> None:
    """Give a case to a team, by the rota unless it is one's already, and begin it."""
    team = drawn.team[case]
    if team == NONE:
        turn = int(now / rules.on_call_days)
        rota = rules.teams if now >= rules.starts else rules.teams_before
        team = turn % rota
        found.over_cap[case] = True
        for step in range(rota):
            taker = (turn + step) % rota
            if state.teams[taker].live < rules.cap:
                team = taker
                found.over_cap[case] = False
                break
        if team == turn % rota:
            found.callouts[turn] += 1
        else:
            found.passed[turn] += 1
    _settle_team(rules, state, found, team, now)
    found.team[case] = team
    state.teams[team].live += 1
    state.cases[case].stage = drawn.stage[case]
    _begin(drawn, rules, state, found, case, now)


@compiled
def _end_item(
    drawn: Drawn, rules: Rules, state: State, found: Found, item: int, now: float
) -> None:
    """End a part or a wait, and the stage if nothing else of it is left."""
    strike(state.agenda, item)
    parts = state.parts.size
    case = item - parts
    if item < parts:
        case = state.parts[item].case
        place = state.parts[item].place
        _put_down(rules, state, found, item, now)
        state.parts[item].rest = 0.0
        _fill(rules, state, found, place, now)
    state.cases[case].left -= 1
    if state.cases[case].left == 0:
        found.stage_ends[case, state.cases[case].stage] = now
        state.cases[case].stage += 1
        _begin(drawn, rules, state, found, case, now)


@compiled
def _last_taken(rules: Rules, state: State, place: int) -> int:
    """Return the part at work at a place that can wait best: not urgent, then last come."""
    worst, part = NONE, state.own.ends[3 * place + 2, 0]
    while part != NONE:
        if worst == NONE:
            worst = part
        else:
            urgent = rules.urgent[state.cases[state.parts[part].case].stage]
            kept = rules.urgent[state.cases[state.parts[worst].case].stage]
            if (kept and not urgent) or (kept == urgent and part > worst):
                worst = part
        part = state.own.links[part, 1]
    return int(worst)


@compiled
def _new_week(drawn: Drawn, rules: Rules, state: State, found: Found, now: float) -> None:
    """Change who is present: work of who goes is put down and waits, who comes takes some up."""
    week = round(now / WEEK)
    for place in range(state.there.size):
        state.there[place] = drawn.present[week, place]
        while state.busy[place] > state.there[place]:
            part = _last_taken(rules, state, place)
            strike(state.agenda, part)
            _put_down(rules, state, found, part, now)
            _wait(rules, state, found, part, now)
    for place in range(state.there.size):
        _fill(rules, state, found, place, now)


@compiled
def _look(rules: Rules, state: State, found: Found, look: int, now: float) -> None:
    """Note what is open and what waits."""
    for team in range(rules.teams):
        found.live[look, team] = state.teams[team].live
        for role in range(rules.roles):
            found.waiting_hours[look, role] += state.idle_hours[team, role]
            found.open_hours[look, role] += state.idle_hours[team, role]
    for place in range(state.there.size):
        part = state.own.ends[3 * place + 2, 0]
        while part != NONE:
            done = (now - state.parts[part].since) * rules.rate[place]
            role = rules.role[state.parts[part].work]
            found.open_hours[look, role] += max(0.0, state.parts[part].rest - done)
            part = state.own.links[part, 1]


@compiled
def _close_books(rules: Rules, state: State, found: Found) -> None:
    """Count what is under way when the days measured are over."""
    for team in range(rules.teams):
        _settle_team(rules, state, found, team, rules.ends)
    for place in range(state.there.size):
        part = state.own.ends[3 * place + 2, 0]
        while part != NONE:
            days = rules.ends - max(state.parts[part].since, rules.starts)
            found.busy_hours[place] += max(0.0, days) * rules.rate[place]
            part = state.own.links[part, 1]


@compiled
def run(drawn: Drawn, rules: Rules, state: State, found: Found) -> None:
    """Let a replication take its course to the last day measured."""
    while True:
        week, case, look = state.upcoming[0], state.upcoming[1], state.upcoming[2]
        ends = state.agenda.day[state.agenda.items[0]] if state.agenda.size[0] else np.inf
        begins = week * WEEK if week < drawn.present.shape[0] else np.inf
        comes = drawn.opened[case] if case < drawn.opened.size else np.inf
        looks = rules.starts + look * WEEK if look < found.live.shape[0] else np.inf
        now = min(ends, begins, comes, looks)
        if now > rules.ends or now == np.inf:
            break
        if ends == now:
            _end_item(drawn, rules, state, found, state.agenda.items[0], now)
        elif begins == now:
            _new_week(drawn, rules, state, found, now)
            state.upcoming[0] += 1
        elif comes == now:
            _come(drawn, rules, state, found, case, now)
            state.upcoming[1] += 1
        else:
            _look(rules, state, found, look, now)
            state.upcoming[2] += 1
    _close_books(rules, state, found)
