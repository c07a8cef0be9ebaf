"""Everything that chance decides in a replication, drawn before it begins.

Each kind of draw has a stream of its own, named by seed, replication and what is drawn (the stage
and the work, or the role and the officer's number), never by the order of events: a case has the
same day, hours and waits in every question with the same seed, and an officer more changes nothing
for the others. Cases are known by their month and their number in it, so that more cases a month
leave those that came before as they are. This is why a seed is handed over here and no generator:
one generator would give every draw after a change another number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from rightplace.deploy.investigation.arrays import WEEK, Drawn, Rules
from rightplace.deploy.investigation.lists import NONE
from rightplace.deploy.investigation.unit import MONTH_DAYS, ROLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.horizon import Horizon, Support
    from rightplace.deploy.investigation.unit import Arrivals, Duty, Unit, Work

BLOCK: Final = 64
"""Cases of a month that are drawn at once."""


class _Kind(IntEnum):
    """What a stream is for; the numbers are part of its name and never change."""

    NUMBER = 0
    DAY = 1
    VICTIMS = 2
    HOURS = 3
    WAIT = 4
    GOES = 5
    PRESENT = 6
    SUPPORT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Streams of numbers of one replication, each by its name.

    Parameters
    ----------
    seed, replication
        Which.
    of_start
        Whether they are of the cases open at the start.
    """

    seed: int
    replication: int
    of_start: bool = False

    def named(self, *name: int) -> np.random.Generator:
        """Return the stream of a name from its beginning."""
        whole = (self.replication, int(self.of_start), *name)
        key = np.random.SeedSequence(self.seed, spawn_key=whole)
        return np.random.Generator(np.random.PCG64(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """What was drawn for a replication.

    Parameters
    ----------
    drawn
        For the compiled simulation.
    victims
        Shape (n,). Of each case; 0 for those open at the start.
    """

    drawn: Drawn
    victims: NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Come:
    """Cases that come, in the order of their days: each by its month and number there."""

    day: NDArray[np.float64]
    month: NDArray[np.int64]
    number: NDArray[np.int64]


def monthly_numbers(arrivals: Arrivals, quantiles: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return cases in months by the quantile of each: Poisson, or mixed by a gamma.

    Source: a Poisson number whose mean is drawn from a gamma is negative binomial (Greenwood and
    Yule 1920), here with variance ``dispersion`` times the mean.
    """
    mean, excess = arrivals.a_month, arrivals.dispersion - 1
    if excess == 0:
        return np.asarray(stats.poisson.ppf(quantiles, mean), dtype=np.int64)
    found = stats.nbinom.ppf(quantiles, mean / excess, 1 / arrivals.dispersion)
    return np.asarray(found, dtype=np.int64)


def _cases(arrivals: Arrivals, days: int, streams: Streams) -> _Come:
    months = math.ceil(days / MONTH_DAYS)
    numbers = monthly_numbers(arrivals, streams.named(_Kind.NUMBER).random(months))
    month = np.repeat(np.arange(months), numbers)
    number = np.arange(month.size) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    shares = _by_case(month, number, _Kind.DAY, streams=streams)
    day = (month + shares) * MONTH_DAYS
    order = np.argsort(day, kind="stable")
    order = order[day[order] < days]
    return _Come(day=day[order], month=month[order], number=number[order])


def _by_case(
    month: NDArray[np.int64],
    number: NDArray[np.int64],
    *name: int,
    streams: Streams,
    normal: bool = False,
) -> NDArray[np.float64]:
    """Return a draw for each case by its month and number: uniform, or standard normal."""
    if month.size == 0:
        return np.empty(0)
    shape = (int(month.max()) + 1, BLOCK)
    blocks = [streams.named(*name, block) for block in range(int(number.max()) // BLOCK + 1)]
    tables = [each.standard_normal(shape) if normal else each.random(shape) for each in blocks]
    return np.asarray(np.stack(tables)[number // BLOCK, month, number % BLOCK])


def lognormal(mean: float, spread: float, normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lognormal values of a mean and a standard deviation over it, from standard normals."""
    variance = math.log1p(spread**2)
    return np.asarray(mean * np.exp(math.sqrt(variance) * normal - variance / 2))


def _works(unit: Unit) -> list[tuple[int, int, Work]]:
    """Return stage, number within it, and work."""
    return [
        (stage, number, work)
        for stage, each in enumerate(unit.stages)
        for number, work in enumerate(each.work)
    ]


def _table(
    unit: Unit, month: NDArray[np.int64], number: NDArray[np.int64], streams: Streams
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return hours, waits and whether cases go on."""
    works = _works(unit)
    hours = np.empty((month.size, len(works)))
    for column, (stage, place, work) in enumerate(works):
        name = (_Kind.HOURS, stage, place)
        normal = _by_case(month, number, *name, streams=streams, normal=True)
        hours[:, column] = lognormal(work.mean_hours, work.spread, normal)
    waits = np.zeros((month.size, len(unit.stages)))
    goes = np.ones((month.size, len(unit.stages)), dtype=np.bool_)
    for column, stage_ in enumerate(unit.stages):
        if stage_.wait_days > 0:
            name_ = (_Kind.WAIT, column)
            normal = _by_case(month, number, *name_, streams=streams, normal=True)
            waits[:, column] = lognormal(stage_.wait_days, stage_.wait_spread, normal)
        if stage_.share < 1:
            chance = _by_case(month, number, _Kind.GOES, column, streams=streams)
            goes[:, column] = chance < stage_.share
    return hours, waits, goes


def _officers(unit: Unit, before: Unit, horizon: Horizon) -> NDArray[np.int64]:
    """Return officers by team, role and week: in the weeks before those measured as before."""
    weeks = horizon.weeks
    found = np.zeros((len(unit.teams), len(ROLES), weeks), dtype=np.int64)
    change = horizon.weeks_before
    for whose, those in ((before, slice(change)), (unit, slice(change, weeks))):
        officers = [[team.officers.get(role, 0) for role in ROLES] for team in whose.teams]
        found[: len(whose.teams), :, those] = np.array(officers)[:, :, None]
    return found


def _present(unit: Unit, before: Unit, horizon: Horizon, streams: Streams) -> NDArray[np.int64]:
    """Return officers present by week and by team and role, shape (weeks, teams * roles)."""
    away = unit.duty.absent + unit.duty.court
    officers = _officers(unit, before, horizon)
    there = np.zeros_like(officers)
    shape = (len(unit.teams), horizon.weeks)
    for column in range(len(ROLES)):
        for slot in range(int(officers[:, column].max())):
            chance = streams.named(_Kind.PRESENT, column, slot).random(shape)
            there[:, column] += (chance >= away) & (officers[:, column] > slot)
    _act_up(unit.duty, officers, there)
    return there.reshape(-1, horizon.weeks).T


def _act_up(duty: Duty, officers: NDArray[np.int64], there: NDArray[np.int64]) -> None:
    """Let one officer of a lower role do the work of a role of which nobody is present in a week.

    Both arrays are by team, role and week. Roles are gone through from the top, so that whoever
    acts up can be stood in for in turn.
    """
    for column, role in enumerate(ROLES):
        if role in duty.stands_in:
            below = ROLES.index(duty.stands_in[role])
            acts = (officers[:, column] > 0) & (there[:, column] == 0) & (there[:, below] > 0)
            there[:, column] += acts
            there[:, below] -= acts


def _helping(support: Support | None, horizon: Horizon, streams: Streams) -> NDArray[np.int64]:
    """Return officers who help and are present, by week and level; nobody during the warm-up."""
    officers = () if support is None else support.officers_by_level
    there = np.zeros((horizon.weeks, len(officers)), dtype=np.int64)
    for level, number in enumerate(officers):
        for slot in range(number):
            chance = streams.named(_Kind.SUPPORT, level, slot).random(horizon.weeks)
            there[:, level] += chance >= (0.0 if support is None else support.absent)
    there[: horizon.weeks_before] = 0
    return there


def draw(
    unit: Unit,
    horizon: Horizon,
    *,
    support: Support | None,
    replication: int,
    before: Unit | None = None,
) -> Replication:
    """Draw all that chance decides in one replication.

    Up to the first day that is measured officers are those of ``before``, and nobody helps; so
    cases open at the start are with its teams.
    """
    was = unit if before is None else before
    streams = Streams(seed=horizon.seed, replication=replication)
    come = _cases(unit.arrivals, horizon.all_days, streams)
    tables = _table(unit, come.month, come.number, streams)
    chance = _by_case(come.month, come.number, _Kind.VICTIMS, streams=streams)
    victims = 1 + np.searchsorted(np.cumsum(unit.arrivals.victims[:-1]), chance, side="right")
    tables[0][:] *= 1 + unit.arrivals.further_victim * (victims[:, None] - 1)
    stage = np.repeat(np.arange(len(unit.stages)), unit.waiting)
    first = np.cumsum(unit.waiting) - np.array(unit.waiting)
    number = np.arange(stage.size) - np.repeat(first, unit.waiting)
    of_start = Streams(seed=horizon.seed, replication=replication, of_start=True)
    waiting = _table(unit, stage, number, of_start)
    waiting[2][np.arange(stage.size), stage] = True
    of_work = np.array([each for each, _, _ in _works(unit)], dtype=np.int64)
    waiting[0][of_work == stage[:, None]] *= unit.hours_left
    waiting[1][np.arange(stage.size), stage] *= unit.wait_left
    hours, waits, goes = (np.vstack(pair) for pair in zip(waiting, tables, strict=True))
    by_team = np.arange(stage.size) % len(was.teams)
    drawn = Drawn(
        opened=np.concatenate([np.zeros(stage.size), come.day]),
        stage=np.concatenate([stage, np.zeros(come.day.size)]).astype(np.int64),
        team=np.concatenate([by_team, np.full(come.day.size, NONE)]).astype(np.int64),
        hours=hours,
        waits=waits,
        goes=goes.astype(np.bool_),
        present=np.hstack(
            [_present(unit, was, horizon, streams), _helping(support, horizon, streams)]
        ),
    )
    both = np.concatenate([np.zeros(stage.size), victims])
    return Replication(drawn=drawn, victims=both.astype(np.int16))


def rules_of(
    unit: Unit, horizon: Horizon, *, support: Support | None, before: Unit | None = None
) -> Rules:
    """Return how a unit works, for the compiled simulation.

    Stages up to and with the first interview of a suspect are urgent if there is one.
    """
    works = [work for _, _, work in _works(unit)]
    first = [0, *np.cumsum([len(stage.work) for stage in unit.stages])]
    marked = [number for number, each in enumerate(unit.stages) if each.is_first_interview]
    last_urgent = marked[0] if marked else NONE
    helped = support.actions if support is not None else {}
    levels = len(support.officers_by_level) if support is not None else 0
    level = [helped.get(work.action, NONE) if work.action else NONE for work in works]
    rates = [unit.duty.hours_a_day * unit.duty.duty_days_a_week / WEEK]
    rates *= len(unit.teams) * len(ROLES)
    if support is not None:
        rates += [support.hours_a_day * support.duty_days_a_week / WEEK] * levels
    return Rules(
        first_work=np.array(first, dtype=np.int64),
        role=np.array([ROLES.index(work.role) for work in works], dtype=np.int64),
        parts=np.array([work.together for work in works], dtype=np.int64),
        level=np.array([each if each < levels else NONE for each in level], dtype=np.int64),
        urgent=np.arange(len(unit.stages)) <= last_urgent,
        rate=np.array(rates),
        teams=len(unit.teams),
        teams_before=len((before or unit).teams),
        roles=len(ROLES),
        cap=unit.cap,
        on_call_days=float(unit.duty.on_call_days),
        starts=float(horizon.warm_up_days),
        ends=float(horizon.all_days),
    )
