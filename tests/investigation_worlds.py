"""Units of detectives that tests can reckon by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.investigation.arrays import Drawn, Found, Rules, fresh_state, nothing_found
from rightplace.deploy.investigation.kernel import run
from rightplace.deploy.investigation.lists import NONE
from rightplace.deploy.investigation.unit import Arrivals, Duty, Role, Stage, Team, Unit, Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TEMPLATE = Team(officers={Role.SIO: 1, Role.DI: 2, Role.DS: 4, Role.DC: 15})


def homicide(
    *,
    teams: Sequence[Team] = (TEMPLATE,) * 22,
    a_month: float = 11.0,
    waiting: tuple[int, ...] = (0, 0, 0),
) -> Unit:
    """Return a unit of invented hours: teams of the template, three stages."""
    first = (
        Work(role=Role.SIO, mean_hours=20, spread=0.5),
        Work(role=Role.DI, mean_hours=40, spread=0.5),
        Work(role=Role.DS, mean_hours=150, spread=0.5, together=4),
        Work(role=Role.DC, mean_hours=900, spread=0.7, together=10, action="cctv_trawl"),
    )
    build = (
        Work(role=Role.SIO, mean_hours=60, spread=0.5),
        Work(role=Role.DI, mean_hours=200, spread=0.5, together=2),
        Work(role=Role.DS, mean_hours=400, spread=0.5, together=3),
        Work(role=Role.DC, mean_hours=2000, spread=0.7, together=6),
    )
    interview = (Work(role=Role.DC, mean_hours=60, spread=0.5, together=2),)
    return Unit(
        key="homicide",
        title="Homicide",
        teams=tuple(teams),
        arrivals=Arrivals(a_month=a_month, dispersion=1.3, victims=(0.95, 0.05), origin="invented"),
        stages=(
            Stage(name="first", work=first),
            Stage(
                name="interview",
                work=interview,
                wait_days=3,
                wait_spread=1,
                share=0.9,
                is_first_interview=True,
            ),
            Stage(name="build", work=build, wait_days=30, wait_spread=0.5, share=0.8),
        ),
        duty=Duty(
            hours_a_day=8,
            duty_days_a_week=5,
            absent=0.18,
            court=0.05,
            on_call_days=7,
            callouts_tiring=3,
        ),
        cap=6,
        waiting=waiting,
    )


def rules(  # noqa: PLR0913 - a world is named by what it differs in
    *,
    ends: float,
    parts: Sequence[int] = (1,),
    urgent: Sequence[bool] = (False,),
    level: Sequence[int] | None = None,
    places: int = 1,
    teams: int = 1,
    cap: int = 10**9,
    on_call_days: float = 7.0,
) -> Rules:
    """Return rules with one work of one role in each stage, an hour a day, measured throughout."""
    stages = len(urgent)
    return Rules(
        first_work=np.arange(stages + 1, dtype=np.int64),
        role=np.zeros(stages, dtype=np.int64),
        parts=np.array(parts, dtype=np.int64),
        level=np.array([NONE] * stages if level is None else level, dtype=np.int64),
        urgent=np.array(urgent),
        rate=np.ones(places),
        teams=teams,
        teams_before=teams,
        roles=1,
        cap=cap,
        on_call_days=on_call_days,
        starts=0.0,
        ends=ends,
    )


def cases(
    opened: Sequence[float] | NDArray[np.float64],
    hours: Sequence[Sequence[float]] | NDArray[np.float64],
    *,
    present: Sequence[Sequence[int]] | NDArray[np.int64],
    stage: Sequence[int] | NDArray[np.int64] | None = None,
    last: Sequence[int] | NDArray[np.int64] | None = None,
) -> Drawn:
    """Return cases that the rota places, without waits, each from a stage on up to its last."""
    took = np.array(hours, dtype=np.float64)
    first = np.zeros(took.shape[0], dtype=np.int64) if stage is None else np.array(stage)
    goes = np.ones(took.shape, dtype=np.bool_)
    if last is not None:
        goes = np.arange(took.shape[1]) <= np.array(last)[:, None]
    return Drawn(
        opened=np.array(opened, dtype=np.float64),
        stage=first.astype(np.int64),
        team=np.full(took.shape[0], NONE),
        hours=took,
        waits=np.zeros(took.shape),
        goes=goes,
        present=np.array(present, dtype=np.int64),
    )


def course(drawn: Drawn, how: Rules) -> Found:
    """Return what becomes of cases."""
    found = nothing_found(drawn, how)
    run(drawn, how, fresh_state(drawn, how), found)
    return found
