"""What a simulation says: use of officers, queues, backlog, on-call load, days to an interview."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.investigation.horizon import DAYS_OF_A_WEEK
from rightplace.deploy.investigation.intervals import mean_interval
from rightplace.deploy.investigation.interviews import centile_of, interviews_of
from rightplace.deploy.investigation.measured import (
    Backlog,
    FirstInterview,
    Interval,
    InvestigationSettings,
    Measures,
    TeamLoad,
    Utilisation,
)
from rightplace.deploy.investigation.to_come import hours_to_come
from rightplace.deploy.investigation.unit import MONTH_DAYS, ROLES
from rightplace.errors import UndefinedMetricError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.simulated import Simulated


def by_replication(simulated: Simulated) -> dict[str, NDArray[np.float64]]:
    """Return the figures of the whole unit for each replication, by name.

    What cannot be said of the unit (the use of a role that it has nobody of) is left out.
    """
    horizon, duty = simulated.horizon, simulated.unit.duty
    found = {}
    busy, available = simulated.busy_hours.sum(axis=1), simulated.available_hours.sum(axis=1)
    for column, role in enumerate(ROLES):
        if (available[:, column] > 0).all():
            found[f"utilisation_{role.value}"] = busy[:, column] / available[:, column]
    waiting = simulated.waiting_hour_days.sum(axis=1) / horizon.days
    found["waiting_officer_days"] = waiting / duty.hours_a_day
    found["waiting_cases"] = simulated.waiting_case_days.sum(axis=1) / horizon.days
    weeks = backlog_weeks(simulated)
    found["backlog_start"], found["backlog_end"] = weeks[:, 0], weeks[:, -1]
    found["backlog_change"] = weeks[:, -1] - weeks[:, 0]
    found["work_left_start"], found["work_left_end"] = work_left_weeks(simulated).T
    found["live"] = simulated.live_days.sum(axis=1) / horizon.days
    months = horizon.days / MONTH_DAYS
    found["opened"] = _counted(simulated, simulated.cases.opened) / months
    found["closed"] = _counted(simulated, simulated.cases.closed) / months
    over = np.where(simulated.cases.over_cap, simulated.cases.opened, np.nan)
    opened = np.maximum(_counted(simulated, simulated.cases.opened), 1)
    found["over_cap"] = _counted(simulated, over) / opened
    passed = np.where(_is_passed(simulated), simulated.cases.opened, np.nan)
    found["passed"] = _counted(simulated, passed) / opened
    return found


def _is_passed(simulated: Simulated) -> NDArray[np.bool_]:
    """Return whether each case of the days measured went to another team than the one on call."""
    opened, days = simulated.cases.opened, simulated.unit.duty.on_call_days
    inside = opened >= simulated.horizon.warm_up_days
    turn = np.where(inside, opened, 0) // days
    return np.asarray(inside & (turn % len(simulated.unit.teams) != simulated.cases.team))


def _counted(simulated: Simulated, days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many days lie within those measured, by replication."""
    inside = days >= simulated.horizon.warm_up_days
    replications = simulated.cases.replication[inside]
    counts = np.bincount(replications, minlength=simulated.horizon.replications)
    return counts.astype(np.float64)


def backlog_weeks(simulated: Simulated) -> NDArray[np.float64]:
    """Return weeks of open work by replication and look, of roles that have work at all.

    Open work is what is left of the stages that cases are in; that of later stages is not yet up.
    The hours of a week are the mean over replications.
    """
    hours = np.maximum(simulated.open_hours.sum(axis=2), 0)
    return np.asarray(hours / _hours_a_week(simulated))


def work_left_weeks(simulated: Simulated) -> NDArray[np.float64]:
    """Return the same with what open cases will bring in later stages, at the first and last look.

    Shape (replications, 2). Later stages count by mean hours and the share of cases that come to
    them: the work that a unit is bound to already (DOMAIN 6.4.25).
    """
    first = simulated.horizon.warm_up_days
    last = first + DAYS_OF_A_WEEK * (simulated.open_hours.shape[1] - 1)
    to_come = np.column_stack([hours_to_come(simulated, float(day)) for day in (first, last)])
    return backlog_weeks(simulated)[:, [0, -1]] + to_come / _hours_a_week(simulated)


def _hours_a_week(simulated: Simulated) -> float:
    """Return hours present in a week of officers of roles that have work, mean over replications.

    Raises
    ------
    UndefinedMetricError
        If there are none.
    """
    needed = {work.role for stage in simulated.unit.stages for work in stage.work}
    roles = np.array([role in needed for role in ROLES])
    weeks = simulated.horizon.days / DAYS_OF_A_WEEK
    hours = simulated.available_hours[:, :, roles].sum() / simulated.horizon.replications / weeks
    if hours == 0:
        msg = f"{simulated.unit.title}: no officer with work is present on any of the days."
        raise UndefinedMetricError(msg, remedy="Look at the shares absent and at court.")
    return float(hours)


def measure(simulated: Simulated, settings: InvestigationSettings | None = None) -> Measures:
    """Return what a simulation says of a unit.

    Parameters
    ----------
    simulated
        What happened.
    settings
        What counts as too much, and how sure intervals are; those shipped if nothing is given.
    """
    chosen = InvestigationSettings() if settings is None else settings
    figures = by_replication(simulated)
    means = {name: mean_interval(values, level=chosen.level) for name, values in figures.items()}
    return Measures(
        utilisation=_utilisation(figures, means, settings=chosen),
        support=_support(simulated, chosen),
        waiting_officer_days=means["waiting_officer_days"],
        waiting_cases=means["waiting_cases"],
        backlog=Backlog(
            start=means["backlog_start"],
            end=means["backlog_end"],
            change=means["backlog_change"],
            with_later_start=means["work_left_start"],
            with_later_end=means["work_left_end"],
        ),
        teams=_teams(simulated, chosen),
        opened=means["opened"],
        closed=means["closed"],
        over_cap=means["over_cap"],
        passed=means["passed"],
        first_interview=_first_interview(simulated, chosen),
    )


def _utilisation(
    figures: dict[str, NDArray[np.float64]],
    means: dict[str, Interval],
    *,
    settings: InvestigationSettings,
) -> tuple[Utilisation, ...]:
    found = []
    for role in ROLES:
        name = f"utilisation_{role.value}"
        mean = means.get(name)
        over = float((figures[name] > settings.amber).mean()) if name in figures else 0.0
        is_amber = mean is not None and mean.mean > settings.amber
        found.append(
            Utilisation(role=role, share=mean, share_of_futures_over=over, is_amber=is_amber)
        )
    return tuple(found)


def _support(simulated: Simulated, settings: InvestigationSettings) -> Interval | None:
    available = simulated.support_available_hours.sum(axis=1)
    if not (available > 0).all():
        return None
    busy = simulated.support_busy_hours.sum(axis=1)
    return mean_interval(busy / available, level=settings.level)


def _teams(simulated: Simulated, settings: InvestigationSettings) -> tuple[TeamLoad, ...]:
    horizon, duty = simulated.horizon, simulated.unit.duty
    teams = len(simulated.unit.teams)
    starts = np.arange(simulated.callouts.shape[1]) * duty.on_call_days
    whole = (starts >= horizon.warm_up_days) & (starts + duty.on_call_days <= horizon.all_days)
    found = []
    for team in range(teams):
        own = simulated.callouts[:, whole & (np.arange(starts.size) % teams == team)]
        tiring = (own >= duty.callouts_tiring).astype(np.float64)
        known = own.shape[1] > 0
        live = simulated.live_days[:, team] / horizon.days
        over = simulated.over_cap_days[:, team] / horizon.days
        found.append(
            TeamLoad(
                team=team + 1,
                live=mean_interval(live, level=settings.level),
                over_cap=mean_interval(over, level=settings.level),
                callouts=mean_interval(own.mean(axis=1), level=settings.level) if known else None,
                tiring=mean_interval(tiring.mean(axis=1), level=settings.level) if known else None,
                turns_a_month=MONTH_DAYS / (duty.on_call_days * teams),
            )
        )
    return tuple(found)


def _first_interview(
    simulated: Simulated, settings: InvestigationSettings
) -> FirstInterview | None:
    found = interviews_of(simulated, sections=settings.sections)
    if found is None:
        return None
    median, ninetieth = (centile_of(found, share, level=settings.level) for share in (0.5, 0.9))
    return FirstInterview(
        median=median,
        ninetieth=ninetieth,
        cases=found.days.size,
        interviewed=int(found.has_come.sum()),
        closed_before=int((found.weight == 0).sum()),
    )
